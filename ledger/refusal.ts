/**
 * The closed list of reasons the record can say no, each with the data a person needs to act on it.
 *
 * A refusal is an ordinary answer: nothing was written and nothing is lost. Texts for people stand in
 * `ui/text/*.ts`, HTTP statuses in `node/status.ts`; both are exhaustive over these codes, so a new reason
 * does not compile until somebody has said it in words.
 */
import type { Hex, Kind, Origin } from './action.ts'
import type { CharterFault } from './charter/fault.ts'

export type Refusal =
  // The form of a record: an auditor names these, a writer never produces them
  | { code: 'malformed' }
  | { code: 'foreign-log'; origin: Origin }
  | { code: 'wrong-sequence'; expected: number }
  | { code: 'broken-chain' }
  | { code: 'time-went-back'; last: number }
  | { code: 'tick-missing' }
  | { code: 'tick-twice' }
  | { code: 'not-founded' }
  | { code: 'already-founded' }
  | { code: 'bad-genesis' }
  | { code: 'bad-charter' }

  // Every action
  | { code: 'wrong-signature' }
  | { code: 'unknown-member'; member: Hex }
  | { code: 'unknown-device' }
  | { code: 'not-attested'; member: Hex }
  | { code: 'not-a-steward' }
  | { code: 'not-for-guests'; kind: Kind }
  | { code: 'restricted'; kind: Kind }
  | { code: 'banned'; member: Hex }
  | { code: 'departed'; member: Hex }
  | { code: 'id-taken' }
  | { code: 'expired'; expired: number }
  | { code: 'expires-too-late'; latest: number }
  | { code: 'unseen-branch' }

  // Membership
  | { code: 'account-taken' }
  | { code: 'bad-key' }
  | { code: 'key-taken' }
  | { code: 'other-charter' }
  | { code: 'already-attested'; member: Hex }
  | { code: 'self-attested' }
  | { code: 'already-invited' }
  | { code: 'unknown-invitation' }
  | { code: 'limit-reached'; most: number }
  | { code: 'key-unproved' }
  | { code: 'last-device' }
  | { code: 'own-recovery' }
  | { code: 'recovery-open' }
  | { code: 'no-recovery' }
  | { code: 'persons-only'; kind: Kind }
  | { code: 'too-few-signers'; needed: number }
  | { code: 'already-signer' }
  | { code: 'not-a-signer' }
  | { code: 'last-signer' }
  | { code: 'still-open'; what: Matter; id: Hex }
  | { code: 'last-steward' }
  | { code: 'already-asked' }
  | { code: 'other-record'; lifetimeMilli: bigint; contributions: number; reserveMilli: bigint }

  // The day's digest
  | { code: 'digest-misplaced' }
  | { code: 'wrong-digest'; expected: Hex }

  // After a backup
  | { code: 'wrong-generation'; expected: number }
  | { code: 'other-tree' }
  | { code: 'nothing-given-up' }
  | { code: 'not-enough-stewards'; needed: number; got: number }
  | { code: 'unknown-restore'; generation: number }
  | { code: 'not-lost' }
  | { code: 'already-claimed' }

  // Help
  | { code: 'same-person' }
  | { code: 'not-a-party' }
  | { code: 'bad-interval' }
  | { code: 'begins-too-early'; earliest: number }
  | { code: 'ends-too-late'; latest: number }
  | { code: 'minutes-out-of-range'; most: number }
  | { code: 'count-out-of-range'; most: number }
  | { code: 'time-not-passed'; most: number }
  | { code: 'unknown-agreement'; agreement: Hex }
  | { code: 'wrong-phase'; phase: string }
  | { code: 'not-begun'; begins: number }
  | { code: 'already-checked-in' }
  | { code: 'own-report' }
  | { code: 'other-minutes'; reported: number }
  | { code: 'unknown-help'; help: Hex }
  | { code: 'day-in-future' }
  | { code: 'day-too-old'; oldest: number }
  | { code: 'before-joining'; member: Hex; oldest: number }
  | { code: 'before-joining'; member: Hex; earliest: number }
  | { code: 'own-matter' }
  | { code: 'nothing-to-correct' }

  // Cases
  | { code: 'no-grounds' }
  | { code: 'unknown-case'; case: Hex }
  | { code: 'matter-in-case'; matter: Hex }
  | { code: 'flag-holds-nothing'; rule: string }
  | { code: 'conflict-of-interest'; member: Hex }
  | { code: 'not-on-panel' }
  | { code: 'already-answered' }
  | { code: 'notice-not-over'; until: number }

  // Group sessions, slips, plans of care
  | { code: 'unknown-session'; session: Hex }
  | { code: 'already-joined' }
  | { code: 'not-joined'; member: Hex }
  | { code: 'already-over'; ended: number }
  | { code: 'other-code' }
  | { code: 'unknown-slip' }
  | { code: 'unknown-care-plan'; plan: Hex }

  // The use of something shared
  | { code: 'other-demand'; expectedPerMille: number }
  | { code: 'slot-taken'; free: number }
  | { code: 'not-returned' }
  | { code: 'not-a-booking' }
  | { code: 'already-returned' }

  // Ratings
  | { code: 'already-rated' }
  | { code: 'rating-closed' }
  | { code: 'no-commitment' }
  | { code: 'other-commitment' }
  | { code: 'too-early'; opens: number }

  // What stewards do for members
  | { code: 'as-before' }
  | { code: 'not-a-newcomer'; joined: number }
  | { code: 'already-granted' }
  | { code: 'above-limit'; leftMilli: bigint }
  | { code: 'gifts-closed' }
  | { code: 'service-not-offered' }
  | { code: 'category-mismatch' }
  | { code: 'not-asked-for' }
  | { code: 'other-skill' }
  | { code: 'redemption-closed' }
  | { code: 'not-a-partner' }
  | { code: 'unknown-offer'; offer: Hex }
  | { code: 'unknown-redemption' }
  | { code: 'deposit-closed' }
  | { code: 'unknown-plan' }
  | { code: 'commission-out-of-range'; leastPerMille: number; mostPerMille: number }
  | { code: 'reserve-closed' }
  | { code: 'reserve-ceiling'; leftMilli: bigint }
  | { code: 'reserve-locked' }
  | { code: 'commons-too-small'; availableMilli: bigint; askedMilli: bigint }

  // What members say of each other, and how they decide together
  | { code: 'no-person'; member: Hex }
  | { code: 'already-recommended' }
  | { code: 'not-recommended' }
  | { code: 'unknown-role' }
  | { code: 'no-contribution'; member: Hex }
  | { code: 'not-offered' }
  | { code: 'not-held' }
  | { code: 'unknown-proposal' }
  | { code: 'not-in-electorate' }
  | { code: 'charter-fault'; fault: CharterFault | 'unreadable' }
  | { code: 'amendment-ahead'; effect: number }

  // Projects, works and what is sought after
  | { code: 'demand-out-of-range'; leastPerMille: number; mostPerMille: number }
  | { code: 'gate-closed' }
  | { code: 'unknown-project'; project: Hex }
  | { code: 'already-applied' }
  | { code: 'not-applied' }
  | { code: 'no-auction' }
  | { code: 'lifetime-too-low'; lifetimeMilli: bigint; neededMilli: bigint }
  | { code: 'shares-out-of-range'; coreMaxPerMille: number; participantMaxPerMille: number }
  | { code: 'other-report' }
  | { code: 'unknown-work'; work: Hex }
  | { code: 'already-valued' }
  | { code: 'already-judged' }

  // Conversion
  | { code: 'nothing-asked' }
  | { code: 'level-too-low'; level: number; needed: number }
  | { code: 'standing-too-low'; perMille: number; needed: number }
  | { code: 'insufficient-cv'; availableMilli: bigint; askedMilli: bigint }
  | { code: 'quarter-full'; leftMilli: bigint }
  | { code: 'year-full'; leftMilli: bigint }
  | { code: 'pool-too-small'; availableMilli: bigint; askedMilli: bigint }

  // Other cities
  | { code: 'no-federation' }
  | { code: 'unknown-hub'; hub: Origin }
  | { code: 'no-community'; hub: Origin }
  | { code: 'no-will'; hub: Origin }
  | { code: 'not-silent'; hub: Origin }
  | { code: 'guest-known' }
  | { code: 'bad-evidence' }
  | { code: 'unknown-transfer'; xid: Hex }
  | { code: 'not-an-award' }
  | { code: 'already-counted'; xid: Hex }
  | { code: 'award-too-large'; mostMilli: bigint }
  | { code: 'bad-document' }
  | { code: 'wrong-version'; expected: number }
  | { code: 'signatures-missing'; needed: number; got: number }
  | { code: 'reports-missing'; needed: number; got: number }
  | { code: 'not-in-document' }

  // Transfers and orders
  | { code: 'own-hub' }
  | { code: 'hub-frozen'; hub: Origin }
  | { code: 'offence-settled'; hub: Origin }
  | { code: 'no-keys-yet' }
  | { code: 'bad-expiry' }
  | { code: 'no-award-due'; agreement: Hex }
  | { code: 'other-amount'; expected: bigint }
  | { code: 'transfer-mismatch'; xid: Hex }
  | { code: 'already-approved' }
  | { code: 'wrong-slot'; expected: number }
  | { code: 'bad-order'; because: OrderFault }
  | { code: 'slot-open'; slot: number }
  | { code: 'nothing-to-certify' }
  | { code: 'bad-certificate' }
  | { code: 'certificate-skipped'; expected: number | null }
  | { code: 'nothing-for-us' }
  | { code: 'wrong-dispositions' }
  | { code: 'nothing-to-acknowledge' }
  | { code: 'not-suspended'; xid: Hex }
  | { code: 'more-than-left'; left: bigint }
  | { code: 'above-transfer-max'; mostMilli: bigint }
  | { code: 'bad-trust'; because: TrustFault }
  | { code: 'grows-too-fast'; mostMilli: bigint }

/** What somebody can have open who wants to go; see `rules/departure.ts`. */
export type Matter = 'agreement' | 'help' | 'session' | 'project' | 'work' | 'transfer' | 'organisation' | 'case' | 'hold'

/** What of a city's limits does not go together. */
export type TrustFault = 'level' | 'witnesses'

/** What is wrong with an order, for the one who reads a log that contains it. */
export type OrderFault =
  | 'unreadable' | 'other-federation' | 'other-hub' | 'slot' | 'previous' | 'signature' | 'day' | 'close' | 'first-is-keys' | 'ended'
  | 'claims' | 'outs' | 'returns-left-out' | 'argument' | 'unapproved' | 'yearly-issue' | 'burnt-already' | 'not-retired' | 'position' | 'empty'

export type RefusalCode = Refusal['code']
