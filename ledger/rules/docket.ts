/** The docket: the cases there are, and the questions to ask of one: until when it is heard, who decides, what it is about, whether it is over. */
import type { Hex } from '../action.ts'
import { midnightAtOrAfter } from '../calendar.ts'
import type { Charter } from '../charter/charter.ts'
import type { Refusal } from '../refusal.ts'
import type { Case } from '../state/council.ts'
import type { State } from '../state/state.ts'
import { standingOfAward } from './awarded.ts'
import { isActive } from './status.ts'

const DAY = 86_400

export const measures = { dismissed: 0, upheld: 1, severe: 2 } as const
export type Measure = (typeof measures)[keyof typeof measures]

export const charterOfCase = (state: State, one: Case): Charter => state.charters[one.charter]!

/** Until when the panel waits for an answer. */
export const noticeEndsAt = (state: State, one: Case): number =>
  midnightAtOrAfter(one.opened + charterOfCase(state, one).windows.noticeDays * DAY)

/** When it is over without a decision, and what is set aside is given back. */
export const lapsesAt = (state: State, one: Case): number =>
  midnightAtOrAfter(one.opened + charterOfCase(state, one).windows.caseHoldDays * DAY)

/** These without who has left or was banned since. */
export const stillHere = (state: State, people: readonly Hex[]): Hex[] => people.filter((acct) => isActive(state.members.get(acct)!))

/** How many of the panel have to say the same: who is not here any more is not waited for, and does not count. */
export const panelNeeded = (state: State, { charter, panel }: Case): number =>
  Math.min(state.charters[charter]!.stewardThreshold, stillHere(state, panel).length)

/** Who has said so, whether they are still here or not. */
export const votersFor = ({ votes }: Case, measure: number): Hex[] => votes.filter((vote) => vote.measure === measure).map(({ by }) => by)

export const casesOf = (state: State, accused: Hex): Case[] =>
  (state.casesByAccused.get(accused) ?? []).map((id) => state.cases.get(id)!)

export const over: readonly Case['phase'][] = ['dismissed', 'lapsed', 'reversed']

/** Two cases of which the earlier came to nothing are as near as that when the later keeps nobody any more. */
const KEEPS_AGAIN_DAYS = 180

/**
 * Whether it keeps the accused from leaving. One that has not come to a finding does not, when another was opened within
 * the half year before it that came to nothing: else whoever accuses again and again would keep somebody for ever.
 */
export function keepsAccused(state: State, one: Case): boolean {
  if (one.phase !== 'open') return isPending(one)
  const isAgain = ({ id, phase, opened }: Case): boolean =>
    id !== one.id && over.includes(phase) && opened <= one.opened && one.opened < opened + KEEPS_AGAIN_DAYS * DAY
  return !casesOf(state, one.accused).some(isAgain)
}

export const isPending = ({ phase }: Case): boolean => phase !== 'sanctioned' && !over.includes(phase)

/** The awards of the accused in the matters of a case, as they stand since any correction: at formula value, and what they have had for them. */
export function taintedIn(state: State, { accused, matters }: Case): { milli: bigint; base: bigint } {
  let [milli, base] = [0n, 0n]
  for (const matter of matters) {
    const stands = standingOfAward(state, matter, accused)
    milli += stands?.award.milli ?? 0n
    base += stands?.base ?? 0n
  }
  return { milli, base }
}

/** The case in one of these phases, or why not. */
export function caseIn(state: State, id: Hex, phases: readonly Case['phase'][]): Case | Refusal {
  const one = state.cases.get(id)
  if (one === undefined) return { code: 'unknown-case', case: id }
  return phases.includes(one.phase) ? one : { code: 'wrong-phase', phase: one.phase }
}

export const isRefused = (found: Case | Refusal): found is Refusal => 'code' in found

/** What only mattered while it was being decided is let go of. */
export function closeCase(one: Case, phase: Case['phase']): void {
  one.phase = phase
  one.held = 0n
  one.globalHeld = 0n
  one.electorate = []
}
