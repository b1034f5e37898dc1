/**
 * Amendments: the charter is changed by a vote, the stewards' signatures and a delay.
 *
 *   open → carried ── stewards sign ── adopted ── amendmentDays ── done: in force from that midnight on
 *             └─ lapsed, when not enough have signed after amendmentDays
 *
 * A proposal holds the whole new charter, so that what is voted on is what will be in force. One that another amendment
 * has overtaken is superseded: nobody voted on what it would undo. While one is adopted and waits, no other is taken.
 * Stewards may sign from the opening on; it counts once the vote has carried it.
 *
 * What was agreed before keeps the charter it was agreed under, and what was paid stays paid. The rate of decay alone
 * waits longer: a year of 365 days has one rate, which was adopted at least 30 days before the year began, so that
 * nobody's forecast changes within it.
 */
import type { ActionOf, Hex } from '../action.ts'
import { equalBytes, fromHex } from '../bytes.ts'
import { midnightAtOrAfter, yearOfDay } from '../calendar.ts'
import { changed } from '../state/changed.ts'
import type { Proposal } from '../state/council.ts'
import { decodeCharter, encodeCharter } from '../charter/charter.ts'
import { charterFault, parseCharter } from '../charter/fault.ts'
import { sha256 } from '../hash.ts'
import type { Refusal } from '../refusal.ts'
import { type At, charterOf, domainDay, inOffice, type State, stewardsNeeded } from '../state/state.ts'
import { checkOpening, countVotes, end, open, rulesOf } from './proposal.ts'

const DAY = 86_400
const YEAR_DAYS = 365
/** A year's rate is known so many days before it begins. */
const RATE_KNOWN_DAYS = 30

export function checkCharterProposed(state: State, proposed: ActionOf<'charter.proposed'>, _at: At): Refusal | null {
  const refusal = checkOpening(state, proposed.acct)
  if (refusal !== null) return refusal
  const charter = decodeCharter(proposed.charter)
  if (charter === null) return { code: 'charter-fault', fault: 'unreadable' }
  const fault = charterFault(charter)
  if (fault !== null) return { code: 'charter-fault', fault }
  if (equalBytes(proposed.charter, encodeCharter(charterOf(state)))) return { code: 'as-before' }
  const waiting = amendmentAhead(state)
  return waiting === null ? null : { code: 'amendment-ahead', effect: effectOf(state, waiting) }
}

export function applyCharterProposed(state: State, proposed: ActionOf<'charter.proposed'>, at: At): void {
  open(state, proposed, { what: 'charter', charter: proposed.charter }, at)
}

export function checkCharterConfirmed(state: State, confirmed: ActionOf<'charter.confirmed'>, _at: At): Refusal | null {
  const proposal = state.proposals.get(confirmed.proposal)
  if (proposal?.matter.what !== 'charter') return { code: 'unknown-proposal' }
  if (proposal.phase !== 'open' && proposal.phase !== 'carried') return { code: 'wrong-phase', phase: proposal.phase }
  // The signature says which charter, and not only which proposal.
  if (!equalBytes(fromHex(confirmed.charter)!, sha256(proposal.matter.charter))) return { code: 'other-charter' }
  return proposal.confirmedBy.has(confirmed.acct) ? { code: 'already-approved' } : null
}

export function applyCharterConfirmed(state: State, confirmed: ActionOf<'charter.confirmed'>, at: At): void {
  const proposal = changed(state.proposals.get(confirmed.proposal)!)
  proposal.confirmedBy.add(confirmed.acct)
  adoptIfSigned(state, proposal, at)
}

/** Deadline: the ballot is over. */
export function closeVote(state: State, id: Hex, at: At): void {
  const proposal = countVotes(state, id, at)
  if (proposal?.phase !== 'carried') return
  state.deadlines.set(at.ts + rulesOf(state, proposal).windows.amendmentDays * DAY, 'vote.lapse', id)
  adoptIfSigned(state, proposal, at)
}

/** Deadline: the stewards have had their time. Some of them may have ended since, and those who signed be enough now. */
export function lapseUnsigned(state: State, id: Hex, at: At): void {
  const proposal = state.proposals.get(id)!
  if (proposal.phase !== 'carried') return
  adoptIfSigned(state, changed(proposal), at)
  if (proposal.phase === 'carried') end(state, proposal, 'lapsed')
}

/** Deadline: the new charter is in force. */
export function putInForce(state: State, id: Hex, at: At): void {
  const proposal = changed(state.proposals.get(id)!)
  if (proposal.matter.what !== 'charter') throw new Error(`${id} is no charter`)
  const charter = parseCharter(proposal.matter.charter)!
  state.charters.push(charter)
  const year = yearForRate(domainDay(state, at.ts), domainDay(state, proposal.adoptedTs! + DAY - 1))
  state.rates = [...Array.from({ length: year }, (_, past) => state.rates[Math.min(past, state.rates.length - 1)]!), charter.decay.domainPerMille]
  end(state, proposal, 'done')
}

/** The first year that begins with or after the day of effect, and at least 30 whole days after the adoption. */
const yearForRate = (effectDay: number, adoptedBefore: number): number =>
  yearOfDay(Math.max(effectDay, adoptedBefore + RATE_KNOWN_DAYS) + YEAR_DAYS - 1)

/** The amendment that is adopted and waits to be in force, or null. */
export function amendmentAhead(state: State): Proposal | null {
  for (const proposal of state.proposalsAhead.values()) if (proposal.phase === 'adopted') return proposal
  return null
}

/** The midnight from which an adopted amendment is in force. */
export const effectOf = (state: State, proposal: Proposal): number =>
  midnightAtOrAfter(proposal.adoptedTs! + rulesOf(state, proposal).windows.amendmentDays * DAY)

function adoptIfSigned(state: State, proposal: Proposal, at: At): void {
  if (proposal.phase !== 'carried') return
  if (inOffice(state, proposal.confirmedBy).length < stewardsNeeded(state, rulesOf(state, proposal).stewardThreshold)) return
  proposal.phase = 'adopted'
  proposal.adoptedTs = at.ts
  state.deadlines.set(at.ts + rulesOf(state, proposal).windows.amendmentDays * DAY, 'vote.effect', proposal.id)
  for (const other of [...state.proposalsAhead.values()]) {
    const isOvertaken = other.matter.what === 'charter' && (other.phase === 'open' || other.phase === 'carried')
    if (isOvertaken) end(state, changed(other), 'superseded')
  }
}
