/**
 * The founding of a hub, and its clock.
 *
 * Entry 0 carries the genesis document, whose hash is the hub's name for ever, and the charter, whose hash
 * the genesis names. The first steward is member 1 and attested by the genesis itself. After that, a `tick`
 * is the first record of every UTC day that has records: it settles what has fallen due, in a fixed order,
 * as of the day it fell due, so that a hub that was off for a week comes to the same books as one that was not.
 */
import type { ActionOf } from '../action.ts'
import { equalBytes, toHex } from '../bytes.ts'
import { utcDayOf } from '../calendar.ts'
import { roles } from '../charter/charter.ts'
import { parseCharter } from '../charter/fault.ts'
import type { Deadline } from '../state/deadline.ts'
import { forgetExchanges } from '../state/exchanges.ts'
import { newMember } from '../state/people.ts'
import { type Entry, originOf, parseGenesis } from '../entry.ts'
import { sha256 } from '../hash.ts'
import { isAcceptableKey, keyIdOf, type Verifier } from '../keys.ts'
import { beginMonth, noteDay } from '../value/months.ts'
import type { Refusal } from '../refusal.ts'
import { type At, domainDay, type State } from '../state/state.ts'
import { closeVote, lapseUnsigned, putInForce } from './amendment.ts'
import { confirmSilently, lapseAgreement } from './agreement.ts'
import { expectYear, issueForNewcomer, issueToCommons } from './commons.ts'
import { drawForCase, endJudging, finishCase } from './appeal.ts'
import { fallDueForReturn } from './arrival.ts'
import { leaveUndecided } from './dispute.ts'
import { closeGrades, finishSession } from './grading.ts'
import { lapseCase } from './case.ts'
import { lapseHelp } from './help.ts'
import { lapseInvitation } from './invitation.ts'
import { settleRecovery } from './recovery.ts'
import { lapseSession } from './session.ts'
import { openRatings, settleAward } from './settling.ts'
import { clearSilently, lapseOffer } from './partner.ts'
import { endTerms, lapseOffers, takeUp } from './role.ts'
import { expireRequest } from './transfer.ts'
import { awardProject, drawProject, lapseProject, leaveAsConfirmed } from './project.ts'
import { settleWork } from './work.ts'
import { emptyState } from '../rows/empty.ts'

/** Why this entry founds no hub, or null. It stands alone: there is no state to ask. */
export function checkFounding(entry: Entry, verify: Verifier): Refusal | null {
  const { action } = entry
  if (action.kind !== 'hub.founded') return { code: 'not-founded' }
  const genesis = parseGenesis(action.genesis)
  if (genesis === null) return { code: 'bad-genesis' }
  const charter = parseCharter(action.charter)
  if (charter === null || charter.preset !== genesis.preset) return { code: 'bad-charter' }
  if (!equalBytes(sha256(action.charter), genesis.charterHash)) return { code: 'bad-charter' }
  if (![genesis.logKey, genesis.orderKey, genesis.steward.device].every(isAcceptableKey)) return { code: 'bad-key' }

  const hubId = sha256(action.genesis)
  if (entry.origin !== originOf(genesis.name, toHex(hubId))) return { code: 'foreign-log', origin: entry.origin }
  if (entry.seq !== 0) return { code: 'wrong-sequence', expected: 0 }
  if (!equalBytes(entry.prev, hubId)) return { code: 'broken-chain' }
  if (utcDayOf(entry.ts) !== utcDayOf(genesis.day0)) return { code: 'bad-genesis' }
  if (action.acct !== toHex(hubId) || action.seen.size !== 0 || action.seen.leaf !== toHex(hubId)) return { code: 'unseen-branch' }
  const auth = entry.auth[0]!
  if (!equalBytes(auth.keyId, keyIdOf(genesis.logKey))) return { code: 'wrong-signature' }
  return verify(genesis.logKey, 'entry', hubId, entry.body, auth.signature) ? null : { code: 'wrong-signature' }
}

/** Only after a null from `checkFounding`. */
export function applyFounding(entry: Entry): State {
  const action = entry.action as ActionOf<'hub.founded'>
  const genesis = parseGenesis(action.genesis)!
  const { name, city, region, day0, logKey, orderKey } = genesis
  const id = sha256(action.genesis)
  const state = emptyState()
  state.hub = { id, origin: originOf(name, toHex(id)), name, city, region, day0, logKey, orderKey }
  const charter = parseCharter(action.charter)!
  state.charters.push(charter)
  state.rates.push(charter.decay.domainPerMille)
  state.ids.add(action.id, utcDayOf(entry.ts), entry.leaf)
  state.tickDay = utcDayOf(entry.ts)
  state.lastTs = entry.ts
  const steward = newMember(toHex(genesis.steward.acct), genesis.steward.device, toHex(genesis.steward.profile), entry.ts, 0)
  steward.attested = true
  state.members.set(steward.acct, steward)
  takeUp(state, roles.steward, steward.acct, entry)
  state.deviceOwner.set(toHex(genesis.steward.device), steward.acct)
  issueForNewcomer(state, steward, entry)
  expectYear(state, entry.ts)
  state.tree.append(entry.leaf)
  beginMonth(state, domainDay(state, entry.ts))
  return state
}

/** The chain has asked already whether the day has its tick. */
export const checkTick = (): Refusal | null => null

/** Settles everything due, the least deadline first, also those that settling makes. */
export function applyTick(state: State, _tick: ActionOf<'tick'>, at: At): void {
  state.tickDay = utcDayOf(at.ts)
  state.tickSeq = at.seq
  for (let due = state.deadlines.takeDue(at.ts); due !== undefined; due = state.deadlines.takeDue(at.ts)) {
    noteDay(state, domainDay(state, due.at))
    settle(state, due, { ...at, ts: due.at })
  }
  forgetExchanges(state, at.ts)
  noteDay(state, domainDay(state, at.ts))
}

/** One deadline, as of its own midnight: ticking late changes nothing. */
function settle(state: State, due: Deadline, at: At): void {
  switch (due.kind) {
    case 'help.lapse': return lapseHelp(state, due.id, at)
    case 'report.silent': return confirmSilently(state, due.id, at)
    case 'ratings.open': return openRatings(state, due.id, at)
    case 'award.final': return settleAward(state, due.id, at)
    case 'agreement.lapse': return lapseAgreement(state, due.id, at)
    case 'agreement.undecided': return leaveUndecided(state, due.id, at)
    case 'session.lapse': return lapseSession(state, due.id, at)
    case 'session.grades': return closeGrades(state, due.id, at)
    case 'session.final': return finishSession(state, due.id, at)
    case 'request.expire': return expireRequest(state, due.id, at)
    case 'arrival.return': return fallDueForReturn(state, due.id)
    case 'commons.issue': return issueToCommons(state, at)
    case 'partner.offer': return lapseOffer(state, due.id)
    case 'partner.silent': return clearSilently(state, due.id)
    case 'case.draw': return drawForCase(state, due.id, at)
    case 'case.lapse': return lapseCase(state, due.id, at)
    case 'case.final': return finishCase(state, due.id, at)
    case 'case.verdict': return endJudging(state, due.id, at)
    case 'role.offer': return lapseOffers(state, due.id, at)
    case 'role.term': return endTerms(state, due.id, at)
    case 'vote.close': return closeVote(state, due.id, at)
    case 'vote.lapse': return lapseUnsigned(state, due.id, at)
    case 'vote.effect': return putInForce(state, due.id, at)
    case 'member.invitation': return lapseInvitation(state, due.id, at)
    case 'member.recovery': return settleRecovery(state, due.id, at)
    case 'project.draw': return drawProject(state, due.id, at)
    case 'project.lapse': return lapseProject(state, due.id, at)
    case 'project.award': return awardProject(state, due.id, at)
    case 'project.undecided': return leaveAsConfirmed(state, due.id, at)
    case 'work.final': return settleWork(state, due.id, at)
  }
}
