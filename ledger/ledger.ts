/**
 * The ledger: what makes an entry valid, and what a valid entry changes.
 *
 * `check` asks every question an entry must answer, in one order, and changes nothing; `apply` changes the
 * state and, after a null from `check`, cannot fail. The hub's writer, a peer that follows, an auditor and
 * a member's browser all call these two and nothing else, so they cannot come to different verdicts.
 *
 * The order: the chain (is this the next record of this log?), the clock (is its day open?), the signatures
 * (did these people ask exactly this?), the head (fresh, in time, on this branch), then the rule of its kind.
 */
import { wake } from './value/account.ts'
import { type Action, type ActionOf, type Hex, type Kind, kinds, partiesTo } from './action.ts'
import { equalBytes, isHexOf, toHex } from './bytes.ts'
import { utcDayOf } from './calendar.ts'
import { changed } from './state/changed.ts'
import { type Guest, type Member, TRACK_DAYS } from './state/people.ts'
import { notingIn, type SignatureClaim } from './claims.ts'
import { type Auth, type Entry, parseRecord, TIME_END } from './entry.ts'
import { keyIdOf, type Verifier, verifyIn } from './keys.ts'
import { noteActiveMember } from './value/months.ts'
import type { Refusal } from './refusal.ts'
import { applyAbsenceReported, checkAbsenceReported } from './rules/absence.ts'
import { applyAgreementCancelled, applyAgreementMade, applyCheckin, applyCompletionConfirmed, applyCompletionDeclined, applyCompletionReported, checkAgreementCancelled, checkAgreementMade, checkCheckin, checkCompletionConfirmed, checkCompletionDeclined, checkCompletionReported } from './rules/agreement.ts'
import { applyArrival, applyAcknowledged, applyReleased, applySentBack, checkArrival, checkAcknowledged, checkReleased, checkSentBack } from './rules/arrival.ts'
import { applyBookingMade, applyReturned, checkBookingMade, checkReturned } from './rules/booking.ts'
import { applyGranted, checkGranted } from './rules/commons.ts'
import { applyCaseAppealed, applyCaseJudged, applyCaseReversed, checkCaseAppealed, checkCaseJudged, checkCaseReversed } from './rules/appeal.ts'
import { applyCaseAnswered, applyCaseFound, applyCaseOpened, checkCaseAnswered, checkCaseFound, checkCaseOpened } from './rules/case.ts'
import { applyCareAgreed, applyCareAsked, applyCareEnded, checkCareAgreed, checkCareAsked, checkCareEnded } from './rules/care.ts'
import { applyCorrectionSigned, checkCorrectionSigned } from './rules/correction.ts'
import { applyConversion, checkConversion } from './rules/conversion.ts'
import { applyLeft, checkLeft } from './rules/departure.ts'
import { applyDeviceAdded, applyDeviceRevoked, checkDeviceAdded, checkDeviceRevoked } from './rules/device.ts'
import { applyDisputeDecided, applyDisputeOpened, checkDisputeDecided, checkDisputeOpened } from './rules/dispute.ts'
import { applyDigest, checkDigest } from './rules/digest.ts'
import { applyExempted, checkExempted } from './rules/exemption.ts'
import { applyErasure, checkErasure } from './rules/erasure.ts'
import { applyAdopted, checkAdopted } from './rules/federation.ts'
import { applyFrozen, checkFrozen } from './rules/freeze.ts'
import { applyFounding, applyTick, checkFounding, checkTick } from './rules/founding.ts'
import { applyAbroad, applyGuest, checkAbroad, checkGuest } from './rules/guest.ts'
import { applyHelpConfirmed, applyHelpDeclined, applyHelpRecorded, checkHelpConfirmed, checkHelpDeclined, checkHelpRecorded } from './rules/help.ts'
import { applyInvited, checkInvited } from './rules/invitation.ts'
import { applyAttested, applyDeclined, applyJoined, checkAttested, checkDeclined, checkJoined } from './rules/membership.ts'
import { applyCertified, applyOrdered, applyOrderApproved, checkCertified, checkOrdered, checkOrderApproved } from './rules/order.ts'
import { applyArrived, applyMoved, checkArrived, checkMoved } from './rules/moving.ts'
import { applyOrganisationJoined, applySignerAccepted, applySignerEnded, applySignerNamed, checkOrganisationJoined, checkSignerAccepted, checkSignerEnded, checkSignerNamed, checkSpokenFor, signerBy } from './rules/organisation.ts'
import { applyRecommended, applyUnrecommended, checkRecommended, checkUnrecommended } from './rules/recommendation.ts'
import { applyRoleAccepted, applyRoleEnded, applyRoleGranted, checkRoleAccepted, checkRoleEnded, checkRoleGranted } from './rules/role.ts'
import { applyHelpAttested, applyHelpProxied, applyProxyEndorsed, applySlipsIssued, checkHelpAttested, checkHelpProxied, checkProxyEndorsed, checkSlipsIssued } from './rules/proxy.ts'
import { applyMotion, applyRoleProposed, applyVote, checkMotion, checkRoleProposed, checkVote } from './rules/proposal.ts'
import { applyCharterConfirmed, applyCharterProposed, checkCharterConfirmed, checkCharterProposed } from './rules/amendment.ts'
import { applyGradeCommitted, applyGradeOpened, checkGradeCommitted, checkGradeOpened } from './rules/grading.ts'
import { applyRatingCommitted, applyRatingOpened, checkRatingCommitted, checkRatingOpened } from './rules/rating.ts'
import { applyRecoveryApproved, applyRecoveryProposed, applyRecoveryVetoed, checkRecoveryApproved, checkRecoveryProposed, checkRecoveryVetoed } from './rules/recovery.ts'
import { applyApproval, applyCancel, applyRequest, checkApproval, checkCancel, checkRequest } from './rules/transfer.ts'
import { applyGiven, checkGiven } from './rules/gift.ts'
import { applyDeposit, applyIncome, checkDeposit, checkIncome } from './rules/money.ts'
import { applyGivenBack, applyOffered, applyReceived, applyRedeemed, checkGivenBack, checkOffered, checkReceived, checkRedeemed } from './rules/partner.ts'
import { applyPoolGranted, checkPoolGranted } from './rules/pool.ts'
import { applyBought, applyVouched, checkBought, checkVouched } from './rules/service.ts'
import { applyLocked, applyOpened, applyTakenOut, checkLocked, checkOpened, checkTakenOut } from './rules/reserve.ts'
import { applyLost, applyRestored, checkLost, checkRestored } from './rules/restore.ts'
import { applySessionCancelled, applySessionCheckin, applySessionClosed, applySessionJoined, applySessionOpened, checkSessionCancelled, checkSessionCheckin, checkSessionClosed, checkSessionJoined, checkSessionOpened } from './rules/session.ts'
import { checkStatus } from './rules/status.ts'
import { applyTrust, checkTrust } from './rules/trust.ts'
import { applyDemandSet, checkDemandSet } from './rules/demand.ts'
import {
  applyProjectOpened, applyProjectApplied, applyProjectWithdrawn, applyProjectCancelled, applyProjectReported,
  applyProjectConfirmed, applyProjectDeclined, applyProjectContested, applyProjectDecided,
  checkProjectOpened, checkProjectApplied, checkProjectWithdrawn, checkProjectCancelled, checkProjectReported,
  checkProjectConfirmed, checkProjectDeclined, checkProjectContested, checkProjectDecided,
} from './rules/project.ts'
import { applyWorkJudged, applyWorkPublished, applyWorkValued, checkWorkJudged, checkWorkPublished, checkWorkValued } from './rules/work.ts'
import { type At, domainDay, type State } from './state/state.ts'

type Rule<K extends Kind> = {
  check(state: State, action: ActionOf<K>, at: At): Refusal | null
  apply(state: State, action: ActionOf<K>, at: At): void
}

/** A kind without a rule does not compile. */
const rules: { [K in Exclude<Kind, 'hub.founded'>]: Rule<K> } = {
  'tick': { check: checkTick, apply: applyTick },
  'state.digest': { check: checkDigest, apply: applyDigest },
  'hub.restored': { check: checkRestored, apply: applyRestored },
  'member.joined': { check: checkJoined, apply: applyJoined },
  'member.attested': { check: checkAttested, apply: applyAttested },
  'member.invited': { check: checkInvited, apply: applyInvited },
  'member.declined': { check: checkDeclined, apply: applyDeclined },
  'device.added': { check: checkDeviceAdded, apply: applyDeviceAdded },
  'device.revoked': { check: checkDeviceRevoked, apply: applyDeviceRevoked },
  'recovery.proposed': { check: checkRecoveryProposed, apply: applyRecoveryProposed },
  'recovery.approved': { check: checkRecoveryApproved, apply: applyRecoveryApproved },
  'recovery.vetoed': { check: checkRecoveryVetoed, apply: applyRecoveryVetoed },
  'lost.claimed': { check: checkLost, apply: applyLost },
  'agreement.made': { check: checkAgreementMade, apply: applyAgreementMade },
  'agreement.cancelled': { check: checkAgreementCancelled, apply: applyAgreementCancelled },
  'checkin.made': { check: checkCheckin, apply: applyCheckin },
  'completion.reported': { check: checkCompletionReported, apply: applyCompletionReported },
  'completion.confirmed': { check: checkCompletionConfirmed, apply: applyCompletionConfirmed },
  'completion.declined': { check: checkCompletionDeclined, apply: applyCompletionDeclined },
  'booking.made': { check: checkBookingMade, apply: applyBookingMade },
  'return.recorded': { check: checkReturned, apply: applyReturned },
  'absence.reported': { check: checkAbsenceReported, apply: applyAbsenceReported },
  'dispute.opened': { check: checkDisputeOpened, apply: applyDisputeOpened },
  'dispute.decided': { check: checkDisputeDecided, apply: applyDisputeDecided },
  'help.recorded': { check: checkHelpRecorded, apply: applyHelpRecorded },
  'help.confirmed': { check: checkHelpConfirmed, apply: applyHelpConfirmed },
  'help.declined': { check: checkHelpDeclined, apply: applyHelpDeclined },
  'correction.signed': { check: checkCorrectionSigned, apply: applyCorrectionSigned },
  'help.attested': { check: checkHelpAttested, apply: applyHelpAttested },
  'slips.issued': { check: checkSlipsIssued, apply: applySlipsIssued },
  'help.proxied': { check: checkHelpProxied, apply: applyHelpProxied },
  'proxy.endorsed': { check: checkProxyEndorsed, apply: applyProxyEndorsed },
  'care.asked': { check: checkCareAsked, apply: applyCareAsked },
  'care.agreed': { check: checkCareAgreed, apply: applyCareAgreed },
  'care.ended': { check: checkCareEnded, apply: applyCareEnded },
  'session.opened': { check: checkSessionOpened, apply: applySessionOpened },
  'session.joined': { check: checkSessionJoined, apply: applySessionJoined },
  'session.checkedin': { check: checkSessionCheckin, apply: applySessionCheckin },
  'session.closed': { check: checkSessionClosed, apply: applySessionClosed },
  'session.cancelled': { check: checkSessionCancelled, apply: applySessionCancelled },
  'grade.committed': { check: checkGradeCommitted, apply: applyGradeCommitted },
  'grade.opened': { check: checkGradeOpened, apply: applyGradeOpened },
  'rating.committed': { check: checkRatingCommitted, apply: applyRatingCommitted },
  'rating.opened': { check: checkRatingOpened, apply: applyRatingOpened },
  'cv.converted': { check: checkConversion, apply: applyConversion },
  'dormancy.exempted': { check: checkExempted, apply: applyExempted },
  'commons.granted': { check: checkGranted, apply: applyGranted },
  'reserve.locked': { check: checkLocked, apply: applyLocked },
  'reserve.opened': { check: checkOpened, apply: applyOpened },
  'reserve.released': { check: checkTakenOut, apply: applyTakenOut },
  'cv.given': { check: checkGiven, apply: applyGiven },
  'service.bought': { check: checkBought, apply: applyBought },
  'skill.vouched': { check: checkVouched, apply: applyVouched },
  'partner.offered': { check: checkOffered, apply: applyOffered },
  'partner.redeemed': { check: checkRedeemed, apply: applyRedeemed },
  'partner.received': { check: checkReceived, apply: applyReceived },
  'partner.returned': { check: checkGivenBack, apply: applyGivenBack },
  'deposit.noted': { check: checkDeposit, apply: applyDeposit },
  'income.noted': { check: checkIncome, apply: applyIncome },
  'guest.admitted': { check: checkGuest, apply: applyGuest },
  'contribution.abroad': { check: checkAbroad, apply: applyAbroad },
  'pool.granted': { check: checkPoolGranted, apply: applyPoolGranted },
  'fed.adopted': { check: checkAdopted, apply: applyAdopted },
  'trust.set': { check: checkTrust, apply: applyTrust },
  'hub.frozen': { check: checkFrozen, apply: applyFrozen },
  'x.req': { check: checkRequest, apply: applyRequest },
  'x.appr': { check: checkApproval, apply: applyApproval },
  'x.cancel': { check: checkCancel, apply: applyCancel },
  'order.approved': { check: checkOrderApproved, apply: applyOrderApproved },
  'x.out': { check: checkOrdered, apply: applyOrdered },
  'x.cert': { check: checkCertified, apply: applyCertified },
  'x.in': { check: checkArrival, apply: applyArrival },
  'x.ack': { check: checkAcknowledged, apply: applyAcknowledged },
  'x.rel': { check: checkReleased, apply: applyReleased },
  'x.back': { check: checkSentBack, apply: applySentBack },
  'case.opened': { check: checkCaseOpened, apply: applyCaseOpened },
  'case.answered': { check: checkCaseAnswered, apply: applyCaseAnswered },
  'case.found': { check: checkCaseFound, apply: applyCaseFound },
  'case.appealed': { check: checkCaseAppealed, apply: applyCaseAppealed },
  'case.judged': { check: checkCaseJudged, apply: applyCaseJudged },
  'case.reversed': { check: checkCaseReversed, apply: applyCaseReversed },
  'organisation.joined': { check: checkOrganisationJoined, apply: applyOrganisationJoined },
  'signer.named': { check: checkSignerNamed, apply: applySignerNamed },
  'signer.accepted': { check: checkSignerAccepted, apply: applySignerAccepted },
  'signer.ended': { check: checkSignerEnded, apply: applySignerEnded },
  'member.left': { check: checkLeft, apply: applyLeft },
  'member.moved': { check: checkMoved, apply: applyMoved },
  'member.arrived': { check: checkArrived, apply: applyArrived },
  'erasure.asked': { check: checkErasure, apply: applyErasure },
  'recommendation.given': { check: checkRecommended, apply: applyRecommended },
  'recommendation.withdrawn': { check: checkUnrecommended, apply: applyUnrecommended },
  'demand.set': { check: checkDemandSet, apply: applyDemandSet },
  'project.opened': { check: checkProjectOpened, apply: applyProjectOpened },
  'project.applied': { check: checkProjectApplied, apply: applyProjectApplied },
  'project.withdrawn': { check: checkProjectWithdrawn, apply: applyProjectWithdrawn },
  'project.cancelled': { check: checkProjectCancelled, apply: applyProjectCancelled },
  'project.reported': { check: checkProjectReported, apply: applyProjectReported },
  'project.confirmed': { check: checkProjectConfirmed, apply: applyProjectConfirmed },
  'project.declined': { check: checkProjectDeclined, apply: applyProjectDeclined },
  'project.contested': { check: checkProjectContested, apply: applyProjectContested },
  'project.decided': { check: checkProjectDecided, apply: applyProjectDecided },
  'work.published': { check: checkWorkPublished, apply: applyWorkPublished },
  'work.valued': { check: checkWorkValued, apply: applyWorkValued },
  'work.judged': { check: checkWorkJudged, apply: applyWorkJudged },
  'role.granted': { check: checkRoleGranted, apply: applyRoleGranted },
  'role.accepted': { check: checkRoleAccepted, apply: applyRoleAccepted },
  'role.ended': { check: checkRoleEnded, apply: applyRoleEnded },
  'charter.proposed': { check: checkCharterProposed, apply: applyCharterProposed },
  'role.proposed': { check: checkRoleProposed, apply: applyRoleProposed },
  'vote.cast': { check: checkVote, apply: applyVote },
  'charter.confirmed': { check: checkCharterConfirmed, apply: applyCharterConfirmed },
  'motion.proposed': { check: checkMotion, apply: applyMotion },
}

/** An action is good for at most this long after it is recorded. */
export const ACTION_LIFE_SECONDS = 30 * 86_400
/** UTC days, besides that of the tick, whose records' ids are kept: those 30 and one more. */
const ID_DAYS = 31

/** What guests of another city may do here: agree, be there, say so, and rate. */
export const guestKinds: ReadonlySet<Kind> = new Set<Kind>([
  'agreement.made', 'agreement.cancelled', 'checkin.made', 'completion.reported', 'completion.confirmed',
  'completion.declined', 'booking.made', 'return.recorded', 'absence.reported', 'dispute.opened', 'rating.committed',
])

/**
 * What opens something that is known by the id of its action for ever: an agreement, a help, a work. Of all other kinds
 * the id has no use after the days in which it is remembered, and to search for it all there ever was would be their
 * largest cost.
 */
export const openingKinds: ReadonlySet<Kind> = new Set<Kind>([
  'agreement.made', 'booking.made', 'help.recorded', 'help.proxied', 'session.opened', 'care.asked', 'project.opened',
  'work.published', 'charter.proposed', 'role.proposed', 'motion.proposed',
])

export const isMatter = ({ agreements, helps, projects, works, sessions, carePlans, proposals }: State, id: Hex): boolean =>
  agreements.has(id) || helps.has(id) || projects.has(id) || works.has(id) || sessions.has(id) || carePlans.has(id) || proposals.has(id)

/** Entry 0: the state of a newly founded hub, or why these bytes found none. `verify` as in `check`. */
export function found(entry: Entry, verify: Verifier = verifyIn): State | Refusal {
  const refusal = checkFounding(entry, verify)
  return refusal ?? applyFounding(entry)
}

export const isRefusal = (found: State | Refusal): found is Refusal => 'code' in found

/**
 * Why this entry may not be the next of this log, or null. Read-only and total.
 *
 * `verify` is asked about the signatures by which the entry was made, in their order and before all that depends on
 * them; it may answer from what was verified before, or note the claim, answer true, and find out later. Who does the
 * latter and hears of a false one has to forget everything from that entry on. What a rule itself verifies (orders,
 * votes, documents, proofs) is verified here.
 */
export function check(state: State, entry: Entry, verify: Verifier = verifyIn): Refusal | null {
  const { action } = entry
  if (entry.origin !== state.hub.origin) return { code: 'foreign-log', origin: entry.origin }
  if (entry.seq !== state.tree.size) return { code: 'wrong-sequence', expected: state.tree.size }
  if (!state.tree.isLeafAt(entry.seq - 1, entry.prev)) return { code: 'broken-chain' }
  if (entry.ts < state.lastTs) return { code: 'time-went-back', last: state.lastTs }
  if (entry.ts >= TIME_END) return { code: 'malformed' }
  const day = utcDayOf(entry.ts)
  if (action.kind === 'tick' && day === state.tickDay) return { code: 'tick-twice' }
  // Going on from a backup comes before the day is opened: nothing may be settled by a log that is not whole.
  if (action.kind !== 'tick' && action.kind !== 'hub.restored' && day !== state.tickDay) return { code: 'tick-missing' }
  if (action.kind === 'hub.founded') return { code: 'already-founded' }

  return (
    checkSigners(state, entry, verify) ??
    checkHead(state, action, entry) ??
    (rules[action.kind] as Rule<Kind & keyof typeof rules>).check(state, action as never, entry)
  )
}

/**
 * What `check` would ask its verifier about an action that is going to be recorded in this state, and nothing for
 * one that it refuses before. The writer has these verified on other cores while the action waits for its turn:
 *
 *   const claims = claimsOf(state, { action, body, auth })
 *   const verdicts = await pool.verify(claims)                       // node/signatures/verifier-pool.ts
 *   …in its turn: check(state, entry, verifierFrom(claims, verdicts))  // ledger/claims.ts
 *
 * The state may have changed in between: whatever `check` then asks that was not asked here is verified in place.
 */
export function claimsOf(state: State, asked: Asked): SignatureClaim[] {
  const claims: SignatureClaim[] = []
  if (asked.action.kind !== 'hub.founded') checkSigners(state, asked, notingIn(claims))
  return claims
}

/** Only after a null from `check`: from here on nothing may fail. */
export function apply(state: State, entry: Entry): void {
  const { action } = entry
  if (action.kind === 'hub.founded') throw new Error('a hub is founded once')
  const day = utcDayOf(entry.ts)
  // An id need not be taken again while its action could still be sent, and no longer.
  if (action.kind === 'tick') state.ids.forgetBefore(day - ID_DAYS)
  state.ids.add(action.id, day, entry.leaf)
  noteActivity(state, action, entry)
  ;(rules[action.kind] as Rule<Kind & keyof typeof rules>).apply(state, action as never, entry)
  state.tree.append(entry.leaf)
  state.lastTs = entry.ts
}

/** Records in order to a state, or the first that is refused. Nothing after a refused record is read. `verify` as of `check`. */
export function replay(records: Iterable<Uint8Array>, verify: Verifier = verifyIn): { state: State; size: number } | { seq: number; refusal: Refusal } {
  let state: State | null = null
  let seq = 0
  for (const bytes of records) {
    const entry = parseRecord(bytes)
    if (entry === null) return { seq, refusal: { code: 'malformed' } }
    if (state === null) {
      const founded = found(entry)
      if (isRefusal(founded)) return { seq, refusal: founded }
      state = founded
    } else {
      const refusal = check(state, entry, verify)
      if (refusal !== null) return { seq, refusal }
      apply(state, entry)
    }
    seq += 1
  }
  if (state === null) return { seq: 0, refusal: { code: 'not-founded' } }
  return { state, size: seq }
}

/** The device keys of a member or guest, or undefined for somebody this hub does not know. */
export function devicesOf(state: State, acct: Hex): Map<Hex, Uint8Array> | undefined {
  return state.members.get(acct)?.devices ?? state.guests.get(acct)?.devices
}

/** The key with this id by which somebody may sign for an account; undefined when there is none. */
export const keyOf = (state: State, acct: Hex, keyId: Hex): Uint8Array | undefined =>
  speakerOf(state, acct, keyId)?.devices.get(keyId)

/** Who speaks for an account: a member or guest for themselves; an organisation has no devices, and one of its signers does. */
function speakerOf(state: State, acct: Hex, keyId: Hex): Member | Guest | undefined {
  const member = state.members.get(acct)
  if (member === undefined) return state.guests.get(acct)
  return member.form === 'person' ? member : signerBy(state, acct, keyId)
}

type Asked = Pick<Entry, 'action' | 'body' | 'auth'>

/** Who must have signed an action, as the accounts whose devices count, in the order of the signatures. */
function checkSigners(state: State, asked: Asked, verify: Verifier): Refusal | null {
  const { action, auth } = asked
  const { signer } = kinds[action.kind]
  if (signer === 'hub') {
    if (!isHexOf(action.acct, state.hub.id)) return { code: 'unknown-member', member: action.acct }
    return isBy(state.hub.logKey, auth[0]!) && holds(state, asked, state.hub.logKey, 0, verify) ? null : wrongSignature
  }
  if (action.kind === 'member.joined' || action.kind === 'member.arrived') {
    return isBy(action.device, auth[0]!) && holds(state, asked, action.device, 0, verify) ? null : wrongSignature
  }

  const accounts = signersOf(action)
  if (accounts === null) return { code: 'not-a-party' }
  if (auth.length !== accounts.length) return wrongSignature
  for (let i = 0; i < accounts.length; i++) {
    const refusal = checkSigner(state, asked, i, accounts[i]!, verify)
    if (refusal !== null) return refusal
  }
  return null
}

/** Why signature `i` is not one by which this account may ask this, or null. */
function checkSigner(state: State, asked: Asked, i: number, acct: Hex, verify: Verifier): Refusal | null {
  const { action, auth } = asked
  const member = state.members.get(acct)
  const known = member ?? state.guests.get(acct)
  if (known === undefined) return { code: 'unknown-member', member: acct }
  const keyId = toHex(auth[i]!.keyId)
  const speaker = speakerOf(state, acct, keyId)
  // Devices stand under their key ids, so a key that is found is the one that was named.
  const key = speaker?.devices.get(keyId)
  if (key === undefined) return { code: 'unknown-device' }
  if (!holds(state, asked, key, i, verify)) return wrongSignature
  if (member === undefined) return guestKinds.has(action.kind) ? null : { code: 'not-for-guests', kind: action.kind }
  if (!member.attested) return { code: 'not-attested', member: acct }
  const refusal = checkStatus(member, action.kind)
  if (refusal !== null) return refusal
  const silenced = speaker === known ? null : checkSpokenFor(state, action, acct, speaker as Member)
  if (silenced !== null) return silenced
  return kinds[action.kind].signer === 'steward' && !member.steward ? { code: 'not-a-steward' } : null
}

const wrongSignature: Refusal = { code: 'wrong-signature' }

function isBy(key: Uint8Array, { keyId }: Auth): boolean {
  if (named.key !== key) named = { key, id: keyIdOf(key) }
  return equalBytes(keyId, named.id)
}

/** The key that was asked about last: most of what a hub signs, it signs with the same. */
let named: { key: Uint8Array; id: Uint8Array } = { key: new Uint8Array(), id: new Uint8Array() }

const holds = (state: State, { action, body, auth }: Asked, key: Uint8Array, i: number, verify: Verifier): boolean =>
  verify(key, kinds[action.kind].context, state.hub.id, body, auth[i]!.signature)

/** Who signs, of two parties the proposer first; null when the proposer is neither. */
function signersOf(action: Action): Hex[] | null {
  const parties = partiesTo(action)
  if (parties === null) return [action.acct]
  const { provider, receiver } = parties
  if (action.acct === provider) return [provider, receiver]
  return action.acct === receiver ? [receiver, provider] : null
}

function checkHead(state: State, action: Action, at: At): Refusal | null {
  if (state.ids.has(action.id) || (openingKinds.has(action.kind) && isMatter(state, action.id))) return { code: 'id-taken' }
  if (action.exp < at.ts) return { code: 'expired', expired: action.exp }
  if (action.exp > at.ts + ACTION_LIFE_SECONDS) return { code: 'expires-too-late', latest: at.ts + ACTION_LIFE_SECONDS }
  const { size, leaf } = action.seen
  if (size > at.seq) return { code: 'unseen-branch' }
  const isSeen = size === 0 ? isHexOf(leaf, state.hub.id) : state.tree.isHexLeafAt(size - 1, leaf)
  return isSeen ? null : { code: 'unseen-branch' }
}

/** A member is active on every day on which they signed something themselves. */
function noteActivity(state: State, action: Action, at: At): void {
  for (const acct of signersOf(action)!) noteActive(state, acct, at)
}

function noteActive(state: State, acct: Hex, at: At): void {
  const member = state.members.get(acct)
  const day = domainDay(state, at.ts)
  if (member === undefined || member.track.activeDays.last === day) return
  wake(state, changed(member), at)
  noteActiveMember(state, member)
  member.track.activeDays.note(day, day - TRACK_DAYS)
}
