/**
 * Appeals: a finding takes effect when the accused has let the time pass, or when neighbours drawn by lot confirm it.
 *
 * Who may be drawn was frozen when the case was opened: those who may judge (`power.ts`) and are not involved; of the panel nobody.
 * The lot is cast by the first tick after the appeal, whose hash nobody knew when it was made: the order of
 * SHA-256(leaf of the tick ‖ account). The hub that writes the tick could try several; that it may choose among jurors so, among
 * people frozen before, is what this draw leaves it. An odd number is drawn; where nobody is left to be drawn, and where they
 * come to no majority in time, the finding falls.
 */
import type { ActionOf, Hex } from '../action.ts'
import { concat, fromHex, toHex } from '../bytes.ts'
import { midnightAtOrAfter } from '../calendar.ts'
import { changed } from '../state/changed.ts'
import type { Case } from '../state/council.ts'
import { sha256 } from '../hash.ts'
import type { Refusal } from '../refusal.ts'
import type { At, State } from '../state/state.ts'
import { endCase } from './case.ts'
import { caseIn, charterOfCase, isRefused, stillHere, votersFor } from './docket.ts'
import { neutralStewards } from './jointly.ts'
import { noteAct } from './regard.ts'
import { applySanction, undoSanction } from './sanction.ts'

const DAY = 86_400

/** Until when the accused may appeal. */
export const appealEndsAt = (state: State, one: Case): number =>
  midnightAtOrAfter(one.found!.ts + charterOfCase(state, one).windows.appealDays * DAY)

export function checkCaseAppealed(state: State, appealed: ActionOf<'case.appealed'>, _at: At): Refusal | null {
  const found = caseIn(state, appealed.case, ['found'])
  if (isRefused(found)) return found
  return appealed.acct === found.accused ? null : { code: 'not-a-party' }
}

export function applyCaseAppealed(state: State, appealed: ActionOf<'case.appealed'>, at: At): void {
  const one = changed(state.cases.get(appealed.case)!)
  one.phase = 'appealed'
  one.appeal = { ts: at.ts, statement: appealed.statement }
  state.deadlines.set(at.ts + 1, 'case.draw', one.id)
}

/** Deadline: jurors are drawn for an appeal; or a panel, where no steward was free. */
export function drawForCase(state: State, id: Hex, at: At): void {
  const one = changed(state.cases.get(id)!)
  const { sanctions, stewardThreshold, windows } = charterOfCase(state, one)
  if (one.phase === 'open') one.panel = drawn(state, one, at).slice(0, stewardThreshold).sort()
  if (one.phase !== 'appealed') return
  const left = drawn(state, one, at)
  const count = Math.min(sanctions.jurors, left.length)
  one.jurors = left.slice(0, count - ((count + 1) % 2)).sort()
  if (one.jurors.length === 0) return endCase(state, one, 'reversed', at)
  one.phase = 'judging'
  state.deadlines.set(at.ts + windows.appealDays * DAY, 'case.verdict', id)
}

/** Everybody who can be drawn, in the order of the lot. */
function drawn(state: State, { electorate, panel }: Case, { leaf }: At): Hex[] {
  return stillHere(state, electorate)
    .filter((acct) => !panel.includes(acct))
    .map((acct) => ({ acct, lot: toHex(sha256(concat(leaf, fromHex(acct)!))) }))
    .sort((a, b) => (a.lot < b.lot ? -1 : 1))
    .map(({ acct }) => acct)
}

export function checkCaseJudged(state: State, judged: ActionOf<'case.judged'>, _at: At): Refusal | null {
  const found = caseIn(state, judged.case, ['judging'])
  if (isRefused(found)) return found
  if (!found.jurors.includes(judged.acct)) return { code: 'not-on-panel' }
  return found.verdicts.some(({ by }) => by === judged.acct) ? { code: 'already-approved' } : null
}

export function applyCaseJudged(state: State, judged: ActionOf<'case.judged'>, at: At): void {
  const one = changed(state.cases.get(judged.case)!)
  const { acct: by, confirmed, reason } = judged
  one.verdicts.push({ by, confirmed, reason })
  noteAct(state, by)
  const alike = one.verdicts.filter((verdict) => verdict.confirmed === confirmed).length
  if (2 * alike <= one.jurors.length) return
  if (confirmed) applySanction(state, one, at)
  else endCase(state, one, 'reversed', at)
}

/** Deadline: nobody appealed. */
export function finishCase(state: State, id: Hex, at: At): void {
  const one = state.cases.get(id)!
  if (one.phase === 'found') applySanction(state, changed(one), at)
}

/** Deadline: the jurors have not come to a majority, and nobody stays condemned by silence. */
export function endJudging(state: State, id: Hex, at: At): void {
  const one = state.cases.get(id)!
  if (one.phase === 'judging') endCase(state, changed(one), 'reversed', at)
}

/** How many it takes to take it back: as many as found it, also when some of them have left. */
export const reversalsNeeded = (one: Case): number => votersFor(one, one.found!.measure).length

/**
 * Who can: of the panel who still is a steward; where these are too few, every steward of today who is not involved; and
 * where there is no such steward, as when the panel was drawn, who of it is still here.
 */
function whoCanReverse(state: State, one: Case): Hex[] {
  const free = neutralStewards(state, one.involved)
  const ofPanel = free.filter((acct) => one.panel.includes(acct))
  if (ofPanel.length >= reversalsNeeded(one)) return ofPanel
  return free.length > 0 ? free : stillHere(state, one.panel)
}

/** How many have taken it back who still can. */
export function reversalsOf(state: State, one: Case): number {
  const able = whoCanReverse(state, one)
  return one.reversals.filter((acct) => able.includes(acct)).length
}

export function checkCaseReversed(state: State, reversed: ActionOf<'case.reversed'>, _at: At): Refusal | null {
  const found = caseIn(state, reversed.case, ['sanctioned'])
  if (isRefused(found)) return found
  if (!whoCanReverse(state, found).includes(reversed.acct)) return { code: 'not-on-panel' }
  const isWaiting = found.reversals.includes(reversed.acct) && reversalsOf(state, found) < reversalsNeeded(found)
  return isWaiting ? { code: 'already-approved' } : null
}

/** It is known better by now: as many as found it take it back. */
export function applyCaseReversed(state: State, reversed: ActionOf<'case.reversed'>, at: At): void {
  const one = changed(state.cases.get(reversed.case)!)
  one.reversals = [...new Set([...one.reversals, reversed.acct])].sort()
  if (reversalsOf(state, one) >= reversalsNeeded(one)) undoSanction(state, one, at)
}
