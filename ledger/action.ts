/**
 * Actions: everything that can be asked of a ledger, one row a kind.
 *
 * An action's bytes (its *body*) are a positional CBOR array: the kind's number, the five head fields,
 * then the kind's own. The person who asks signs exactly these bytes; nobody ever encodes them again to
 * check a signature. `README.md` repeats this table in words; a kind that is missing there, in the rules
 * (`ledger.ts`) or in the texts for people does not compile or does not pass.
 *
 * Who signs:
 *  - `hub`      the hub itself, with its log key; `acct` is the hubId. These record what the hub witnessed.
 *  - `member`   one device key of `acct`.
 *  - `parties`  both parties to an agreement, over the same bytes; `acct` is the one who proposed it.
 *  - `steward`  a device key of a member who is a steward.
 *  - `newcomer` the device key that the body itself introduces.
 */
import { categoryCode, planCode, projectSizeCode, resourceCode, roleCode, serviceCode, workCode } from './charter/charter.ts'
import { accountId, actionId } from './ids.ts'
import type { Context } from './keys.ts'
import {
  big, bytesOf, bytesUpTo, decodeAs, encodeAs, fields, flag, hexOf, type Infer, listOf, named, nullable, oneOf, peekKind,
  type Schema, textUpTo, uint,
} from './schema.ts'

/** Lower-case hex of an account id (32 bytes), an action id (16), a hash (32). Map keys, and what people see. */
export type Hex = string
/** `cv.<name>-<first 8 hex of hubId>/log`: the name of a hub's log, and of the hub in every protocol. */
export type Origin = string

export type Signer = 'hub' | 'member' | 'parties' | 'steward' | 'newcomer'

const id16 = actionId
const id32 = hexOf(32)
const account = accountId
const origin = textUpTo(64)

/** The five fields every body begins with, after its kind. */
const head = {
  /** Random, chosen by the client: the same action sent twice has the same id and gets the same receipt. */
  id: id16,
  acct: account,
  /** Seconds. After this the action is refused; at most 30 days ahead. */
  exp: uint,
  /** What the client has seen of this ledger: invalid on any branch that lacks it. */
  seen: fields({ size: uint, leaf: id32 }),
}

/** A steward's signature under something that the hub itself records. */
const stewardApproval = fields({ steward: account, keyId: bytesOf(8), signature: bytesOf(64) })

/** A checkpoint of this log that a restore gives up: how many records it covered, and their root. */
export const givenUpSchema = nullable(fields({ size: uint, root: bytesOf(32) }))

/** One voter's signature over an order: its place in the federation document, and the signature. */
export const voteSchema = fields({ voter: uint, signature: bytesOf(64) })
export type Vote = Infer<typeof voteSchema>

/** An order with the votes that make it certain. */
export const certificateSchema = fields({
  epoch: uint, order: bytesUpTo(49_152), signature: bytesOf(64), votes: listOf(voteSchema, 128),
})

/** A signature by a hub, named by its place among those who can sign the document (`signersOf`). */
const hubSignature = fields({ hub: uint, signature: bytesOf(64) })

/**
 * What proves a claim of a frontier report: the signature of a hub's order key under the order with
 * this id at this slot of its chain. With an epoch and a quorum of its votes it is a certificate;
 * without (null, none) it shows no more than that the hub ordered this.
 */
export const orderEvidence = fields({
  origin, slot: uint, order: bytesOf(32), signature: bytesOf(64), epoch: nullable(uint), votes: listOf(voteSchema, 128),
})
export type OrderEvidence = Infer<typeof orderEvidence>

/** A record of another log with the tlog-proof that it stands there. */
export const foreignRecord = fields({ record: bytesUpTo(57_344), proof: bytesUpTo(8_192) })
export type ForeignRecord = Infer<typeof foreignRecord>

/** One person's part in a project. */
const shareSchema = fields({ member: account, perMille: uint })

const LARGE = 65_535
const SMALL = 16_384

function kind<N extends number, F extends Record<string, Schema<unknown>>>(
  number: N, signer: Signer, own: F, options: { context?: Context; bytesMax?: number } = {},
) {
  return {
    number,
    signer,
    context: options.context ?? ('entry' as Context),
    bytesMax: options.bytesMax ?? SMALL,
    fields: { ...head, ...own },
  }
}

export const kinds = {
  // The hub and its clock
  'hub.founded': kind(0, 'hub', { genesis: bytesUpTo(1_024), charter: bytesUpTo(12_288) }),
  'tick': kind(1, 'hub', {}),
  'state.digest': kind(2, 'hub', { root: bytesOf(32) }),
  'hub.restored': kind(3, 'hub', {
    generation: uint, size: uint, root: bytesOf(32), givenUp: givenUpSchema, approvals: listOf(stewardApproval, 64),
  }),

  // Members
  'member.joined': kind(10, 'newcomer', {
    device: bytesOf(32), profile: id32, charter: id32, invitation: nullable(bytesOf(16)),
  }),
  'member.attested': kind(11, 'steward', { member: account, identity: id32 }),
  'lost.claimed': kind(12, 'member', { generation: uint, seq: uint, receipt: id32 }),
  'member.invited': kind(13, 'member', { invitation: id32, until: uint }),
  'member.declined': kind(14, 'steward', { member: account, reason: id32 }),
  'device.added': kind(15, 'member', { device: bytesOf(32), proof: bytesOf(64) }),
  'device.revoked': kind(16, 'member', { device: bytesOf(32) }),
  'recovery.proposed': kind(17, 'member', { member: account, device: bytesOf(32), proof: bytesOf(64), evidence: id32 }),
  'recovery.approved': kind(18, 'steward', { member: account, device: bytesOf(32) }),
  'recovery.vetoed': kind(19, 'member', { member: account }),

  // Help, in the full form: both agree, it happens, one reports and the other confirms
  'agreement.made': kind(20, 'parties', {
    listing: id16, helper: account, receiver: account, category: categoryCode, minutes: uint, begins: uint, ends: uint,
    terms: id32, charter: uint,
  }),
  'agreement.cancelled': kind(21, 'member', { agreement: id16 }),
  'checkin.made': kind(22, 'member', { agreement: id16 }),
  'completion.reported': kind(23, 'member', { agreement: id16, minutes: uint }),
  'completion.confirmed': kind(24, 'member', { agreement: id16, minutes: uint }),
  'completion.declined': kind(25, 'member', { agreement: id16, minutes: uint }),
  // The use of something shared, which goes the same way
  'booking.made': kind(26, 'parties', {
    listing: id16, provider: account, receiver: account, resource: resourceCode, begins: uint, ends: uint, demandPerMille: uint,
    terms: id32, charter: uint,
  }),
  'return.recorded': kind(27, 'member', { agreement: id16 }),

  // When it goes otherwise
  'absence.reported': kind(28, 'member', { agreement: id16, absent: oneOf(0, 1, 2) }),
  'dispute.opened': kind(29, 'member', { agreement: id16, reason: id32 }),

  // Help, in the short form 记一次帮助: two neighbours, two signatures
  'help.recorded': kind(30, 'member', {
    helper: account, receiver: account, category: categoryCode, minutes: uint, day: uint, note: id32,
  }),
  'help.confirmed': kind(31, 'member', { help: id16 }),
  'help.declined': kind(32, 'member', { help: id16 }),
  'dispute.decided': kind(33, 'steward', { agreement: id16, minutes: uint, absent: oneOf(0, 1, 2), reason: id32 }),

  // Ratings, blind until both exist or the window closes
  'correction.signed': kind(34, 'member', { corrects: id16, member: id32, counted: uint, reason: id32 }),

  // Stewards for members without a device, and plans of care
  'help.attested': kind(35, 'steward', { help: id16, slip: id16 }),
  'slips.issued': kind(36, 'steward', { member: account, slips: listOf(id32, 64) }),
  'help.proxied': kind(37, 'steward', {
    member: account, helper: account, receiver: account, category: categoryCode, minutes: uint, day: uint, note: id32,
  }),
  'proxy.endorsed': kind(38, 'member', { help: id16 }),
  'care.asked': kind(39, 'member', {
    carer: account, receiver: account, category: categoryCode, visitsAWeek: uint, minutes: uint, until: uint,
  }),
  'rating.committed': kind(40, 'member', { agreement: id16, commitment: id32 }),
  'rating.opened': kind(41, 'hub', { agreement: id16, rater: account, grade: oneOf(0, 1, 2), salt: bytesOf(32) }),
  'care.agreed': kind(42, 'steward', { plan: id16 }),
  'care.ended': kind(43, 'member', { plan: id16 }),

  // From this city's value to the value between cities
  'cv.converted': kind(50, 'member', { amountMilli: big }),

  // What time takes, what is kept, what is shared
  'dormancy.exempted': kind(51, 'steward', { member: account, exempt: flag }),
  'commons.granted': kind(52, 'steward', { member: account, amountMilli: big, because: oneOf('newcomer', 'vulnerable') }),
  'reserve.locked': kind(53, 'member', { amountMilli: big }),
  'reserve.opened': kind(54, 'steward', { member: account, because: oneOf('age', 'hardship', 'relative'), evidence: id32 }),
  'reserve.released': kind(55, 'member', { amountMilli: big }),
  'cv.given': kind(56, 'member', { to: id32, amountMilli: big, note: id32 }),
  'service.bought': kind(57, 'member', { service: serviceCode, category: nullable(categoryCode) }),
  'skill.vouched': kind(58, 'member', { member: account, category: categoryCode }),

  // Members of other cities
  'guest.admitted': kind(60, 'hub', {
    guest: account, home: origin, device: bytesOf(32), evidence: listOf(foreignRecord, 2),
  }, { bytesMax: LARGE }),
  'contribution.abroad': kind(61, 'hub', { member: account, xid: id32, request: foreignRecord }, { bytesMax: LARGE }),
  'pool.granted': kind(62, 'steward', { member: account, amountMilli: big, reason: id32 }),

  // The federation, and what this hub trusts each city with
  'fed.adopted': kind(70, 'hub', {
    document: bytesUpTo(49_152),
    signatures: listOf(hubSignature, 128),
    reports: listOf(fields({ report: bytesUpTo(8_192), signature: bytesOf(64) }), 128),
    evidence: listOf(orderEvidence, 256),
    wills: listOf(certificateSchema, 8),
  }, { bytesMax: LARGE }),
  'trust.set': kind(71, 'steward', {
    peer: origin, exposureMilli: big, transferMaxMilli: big, approvalAboveMilli: nullable(big), dailyMax: nullable(uint),
    levelMax: uint, witnesses: listOf(origin, 16), witnessesNeeded: uint,
  }),
  'hub.frozen': kind(72, 'hub', { hub: origin, evidence: bytesUpTo(49_152) }, { bytesMax: LARGE }),

  // Global value between cities
  'x.req': kind(80, 'member', {
    source: oneOf(0, 1), to: id32, destination: origin, amount: big, agreement: id16, awardMilli: big, memo: id32,
    expDay: uint,
  }),
  'x.appr': kind(81, 'steward', { xid: id32, destination: origin, to: id32, amount: big, expDay: uint }, { context: 'appr' }),
  'x.cancel': kind(82, 'member', { xid: id32 }),
  'order.approved': kind(83, 'steward', {
    slot: uint, order: oneOf('keys', 'issue', 'burn'), argument: bytesUpTo(4_096),
  }, { context: 'appr' }),
  'x.out': kind(84, 'hub', { order: bytesUpTo(49_152), signature: bytesOf(64) }, { bytesMax: LARGE }),
  'x.cert': kind(85, 'hub', { slot: uint, epoch: uint, votes: listOf(voteSchema, 128) }, { bytesMax: LARGE }),
  'x.in': kind(86, 'hub', {
    epoch: uint, order: bytesUpTo(49_152), signature: bytesOf(64), votes: listOf(voteSchema, 128),
    dispositions: listOf(oneOf('credit', 'frozen', 'recipient', 'too-large', 'witnesses', 'approval', 'daily', 'limit', 'booking'), 256),
  }, { bytesMax: LARGE }),
  'x.ack': kind(87, 'hub', { slot: uint, destination: origin, arrival: foreignRecord }, { bytesMax: LARGE }),
  'x.rel': kind(88, 'steward', { xid: id32, amount: big }),
  'x.back': kind(89, 'steward', { xid: id32 }),

  // What members say of each other, and how they decide together
  'recommendation.given': kind(90, 'member', { member: account }),
  'recommendation.withdrawn': kind(91, 'member', { member: account }),
  'role.granted': kind(92, 'steward', { member: account, role: roleCode }, { context: 'appr' }),
  'role.accepted': kind(93, 'member', { role: roleCode }),
  'role.ended': kind(94, 'member', { member: account, role: roleCode }),
  'charter.proposed': kind(95, 'member', { charter: bytesUpTo(12_288), reason: id32 }),
  'role.proposed': kind(96, 'member', { member: account, role: roleCode, change: oneOf('appoint', 'recall'), reason: id32 }),
  'vote.cast': kind(97, 'member', { proposal: id16, vote: oneOf('yes', 'no', 'abstain') }),
  'charter.confirmed': kind(98, 'steward', { proposal: id16, charter: id32 }, { context: 'appr' }),
  'motion.proposed': kind(99, 'member', { reason: id32 }),

  // What seems wrong, and who decides about it
  'case.opened': kind(100, 'steward', {
    accused: account, flag: nullable(bytesUpTo(12_288)), complaint: nullable(id32), complainant: nullable(account),
    matters: listOf(id16, 64), hold: flag,
  }),
  'case.answered': kind(101, 'member', { case: id16, statement: id32 }),
  'case.found': kind(102, 'member', { case: id16, measure: oneOf(0, 1, 2), reason: id32 }),
  'case.appealed': kind(103, 'member', { case: id16, statement: id32 }),
  'case.judged': kind(104, 'member', { case: id16, confirmed: flag, reason: id32 }),
  'case.reversed': kind(105, 'member', { case: id16, reason: id32 }),

  // Those who are not one person, and who speaks for them
  'organisation.joined': kind(110, 'member', {
    organisation: account, form: oneOf('organisation', 'group'), profile: id32, charter: id32,
  }),
  'signer.named': kind(111, 'member', { organisation: account, signer: account }),
  'signer.accepted': kind(112, 'member', { organisation: account }),
  'signer.ended': kind(113, 'member', { organisation: account, signer: account }),

  // Going, and coming from another city
  'member.left': kind(114, 'member', {}),
  'member.moved': kind(115, 'member', { destination: origin, lifetimeMilli: big, contributions: uint, reserveMilli: big }),
  'member.arrived': kind(116, 'newcomer', {
    device: bytesOf(32), profile: id32, charter: id32, home: origin, moved: foreignRecord,
  }, { bytesMax: LARGE }),
  'erasure.asked': kind(117, 'member', {}),

  // Group sessions
  'session.opened': kind(130, 'member', {
    listing: id16, category: categoryCode, begins: uint, ends: uint, places: uint, code: id32, charter: uint,
  }),
  'session.joined': kind(131, 'member', { session: id16, code: id32 }),
  'session.checkedin': kind(132, 'member', { session: id16, code: id16 }),
  'session.closed': kind(133, 'member', {
    session: id16, minutes: uint, roster: listOf(fields({ member: account, code: id16 }), 256),
  }),
  'session.cancelled': kind(134, 'member', { session: id16 }),
  'grade.committed': kind(135, 'member', { session: id16, commitment: id32 }),
  'grade.opened': kind(136, 'hub', { session: id16, rater: id32, grade: oneOf(0, 1, 2), salt: bytesOf(32) }),

  // What is awarded besides help: how sought after a thing is, and what is done for the community
  'demand.set': kind(150, 'steward', { resource: resourceCode, fromDay: uint, untilDay: uint, perMille: uint }),
  'project.opened': kind(151, 'member', {
    size: projectSizeCode, requester: account, core: listOf(account, 8), places: uint, gateMilli: big, gateLevel: uint,
    choice: oneOf(0, 1, 2), applyUntil: uint, endsDay: uint, terms: id32,
  }),
  'project.applied': kind(152, 'member', { project: id16, bidMilli: big }),
  'project.withdrawn': kind(153, 'member', { project: id16 }),
  'project.cancelled': kind(154, 'member', { project: id16 }),
  'project.reported': kind(155, 'member', {
    project: id16, shares: listOf(shareSchema, 256), reach: uint, completion: oneOf(0, 1),
  }),
  'project.confirmed': kind(156, 'member', { project: id16, report: id16 }),
  'project.declined': kind(157, 'member', { project: id16, report: id16 }),
  'project.contested': kind(158, 'member', { project: id16, reason: id32 }),
  'project.decided': kind(159, 'steward', {
    project: id16, shares: listOf(shareSchema, 256), reach: uint, completion: oneOf(0, 1),
  }),
  'work.published': kind(160, 'member', { work: workCode, content: id32 }),
  'work.valued': kind(161, 'member', { work: id16 }),
  'work.judged': kind(162, 'steward', { work: id16, lasting: flag, quality: oneOf(0, 1, 2) }),

  // Partners, and money that is only noted
  'partner.offered': kind(170, 'member', { listing: id16, milli: big, places: uint, until: uint, terms: id32 }),
  'partner.redeemed': kind(171, 'member', { offer: id16 }),
  'partner.received': kind(172, 'member', { redemption: id16 }),
  'partner.returned': kind(173, 'member', { redemption: id16 }),
  'deposit.noted': kind(174, 'steward', { member: account, isHeld: flag }),
  'income.noted': kind(175, 'steward', {
    source: oneOf('plan', 'need', 'resource', 'skill'), plan: nullable(planCode), ofMinor: uint, minor: uint, note: id32,
  }),
} as const

export type Kind = keyof typeof kinds

type Fields<K extends Kind> = { [F in keyof (typeof kinds)[K]['fields']]: Infer<(typeof kinds)[K]['fields'][F]> }
/** One action of kind K: its name and its fields. */
export type ActionOf<K extends Kind> = { kind: K } & Fields<K>
export type Action = { [K in Kind]: ActionOf<K> }[Kind]

/** What becomes of an out that arrives: credited at once, or why it waits (`rules/trust.ts`). */
export type Disposition = ActionOf<'x.in'>['dispositions'][number]

/** Between whom something is, that two sign together; null for every other action. */
export function partiesTo(action: Action): { provider: Hex; receiver: Hex } | null {
  if (action.kind === 'agreement.made') return { provider: action.helper, receiver: action.receiver }
  return action.kind === 'booking.made' ? { provider: action.provider, receiver: action.receiver } : null
}

/** What is a name here is a number in the bytes. */
const schemaOf = new Map<Kind, Schema<Action>>(Object.entries(kinds).map(([name, row]) =>
  [name as Kind, fields({ kind: named(row.number, name), ...row.fields }) as Schema<unknown> as Schema<Action>]))
const readers = new Map(Object.entries(kinds).map(([name, { number, bytesMax }]) =>
  [number as number, { bytesMax, schema: schemaOf.get(name as Kind)! }]))

/** The only maker of Actions from bytes. Null for anything but the one spelling of a known kind. */
export function parseAction(bytes: Uint8Array): Action | null {
  const number = peekKind(bytes)
  const reader = number === null ? undefined : readers.get(number)
  return reader === undefined || bytes.length > reader.bytesMax ? null : decodeAs(reader.schema, bytes)
}

/** The bytes to sign. Throws on a value outside the kind's schema: that is our bug, not a member's. */
export function encodeAction(action: Action): Uint8Array {
  return encodeAs(schemaOf.get(action.kind)!, action)
}

/** What was asked for, without what only mattered while it waited to be recorded. */
export type Terms<K extends Kind> = Omit<ActionOf<K>, 'exp' | 'seen'>

export function termsOf<K extends Kind>(action: ActionOf<K>): Terms<K> {
  const { exp: _exp, seen: _seen, ...terms } = action
  return terms
}
