/**
 * Towns: whole hubs in memory, with real keys from seeds and real signatures, for tests of the rules.
 *
 * A town keeps its records and the state they replay to; every record goes through `check` and `apply`, and
 * after each the books are added up. Nothing here decides anything: what a town may do is what the ledger
 * lets it. Towns of one test share a clock only if the test hands them the same `ts`.
 */
import type { Action, ActionOf, ForeignRecord, Hex, Kind, OrderEvidence, Vote } from '#ledger/action.ts'
import { encodeAction, kinds } from '#ledger/action.ts'
import { fromHex, toHex, utf8 } from '#ledger/bytes.ts'
import { utcDayOf } from '#ledger/calendar.ts'
import { type Charter, encodeCharter, type Preset } from '#ledger/charter/charter.ts'
import { encodeCheckpoint } from '#ledger/checkpoint.ts'
import { faultsOf } from '#ledger/audit/conservation.ts'
import { encodeGenesis, encodeRecord, type Entry, originOf, parseRecord } from '#ledger/entry.ts'
import { presets } from '#ledger/charter/presets.ts'
import {
  type Card, documentHash, encodeDocument, encodeIssueArgument, encodeOrder, encodeReport,
  type FederationDocument, type FrontierReport, type Order, parseDocument, parseOrder, placeOf, quorum, signersOf, signOrder,
  votePayload, xidOf,
} from '#ledger/federation/federation.ts'
import { sha256 } from '#ledger/hash.ts'
import { keyIdOf, publicKeyOf, sign } from '#ledger/keys.ts'
import { apply, check, found, isRefusal } from '#ledger/ledger.ts'
import { proveInclusion } from '#ledger/merkle.ts'
import { signNote } from '#ledger/note.ts'
import { encodeProof } from '#ledger/proof.ts'
import type { Refusal } from '#ledger/refusal.ts'
import { dispositionsOf } from '#ledger/rules/arrival.ts'
import { deviceProof } from '#ledger/rules/device.ts'
import { gathered } from '#ledger/rules/federation.ts'
import { nextOrder, ownKeysArgument } from '#ledger/rules/order.ts'
import { gradeCommitment } from '#ledger/rules/rating.ts'
import type { Disposition } from '#ledger/rules/trust.ts'
import type { Slot } from '#ledger/state/between.ts'
import { carriedBy, currentDocument, globalDay, type State } from '#ledger/state/state.ts'

export const DAY = 86_400
/** The day on which every town of the tests is founded, UTC midnight. */
export const DAY0 = 20_454 * DAY
export const NOON = DAY0 + DAY / 2
export const CV = 1000n

/** Somebody with one device. */
export type Person = { acct: Hex; secret: Uint8Array; device: Uint8Array }

type Secrets = Record<'log' | 'order' | 'vote' | 'cosigner' | 'auditor' | 'peer', Uint8Array>

export type Town = {
  name: string
  id: Uint8Array
  secrets: Secrets
  card: Card
  /** The first steward. */
  steward: Person
  state: State
  entries: Entry[]
  /** The time of the next record unless it is given one; `pass` moves it. */
  now: number
  /** Whether the books are added up after every record. Off for a test that puts value there by hand. */
  audited: boolean
}

type Head = { id: Hex; acct: Hex; exp: number; seen: { size: number; leaf: Hex } }

/** An action without the head fields, any of which may be given to be wrong in them. */
export type Asked<K extends Kind = Kind> = K extends Kind
  ? { kind: K } & Omit<ActionOf<K>, 'kind' | keyof Head> & Partial<Head>
  : never

/** 32 bytes that belong to a name: seeds, commitments, account ids. */
export const bytesFor = (name: string): Uint8Array => sha256(utf8(`town test ${name}`))
export const hexFor = (name: string): Hex => toHex(bytesFor(name))
/** 16 bytes as hex: ids of actions and agreements. */
export const idFor = (name: string): Hex => hexFor(name).slice(0, 32)

export function aPerson(name: string): Person {
  const secret = bytesFor(`${name}'s device`)
  return { acct: hexFor(`${name}'s account`), secret, device: publicKeyOf(secret) }
}

let ids = 0
const freshId = (): Hex => idFor(`action ${ids++}`)

/** By a preset as it stands, or by numbers that were `agreed` on. */
export type Founding = { preset?: Preset; agreed?: Charter; ts?: number }

/** A town founded at noon of DAY0 (or `ts`), with its first steward and nothing else. */
export function aTown(name: string, { preset = 'city', agreed = presets[preset], ts = NOON }: Founding = {}): Town {
  const secrets = Object.fromEntries(
    (['log', 'order', 'vote', 'cosigner', 'auditor', 'peer'] as const).map((role) => [role, bytesFor(`${name} ${role}`)]),
  ) as Secrets
  const steward = aPerson(`${name} steward`)
  const charter = encodeCharter(agreed)
  const genesis = encodeGenesis({
    format: 1, name, city: name, region: 'as', day0: utcDayOf(ts) * DAY, preset, charterHash: sha256(charter),
    logKey: publicKeyOf(secrets.log), orderKey: publicKeyOf(secrets.order),
    steward: { acct: fromHex(steward.acct)!, device: steward.device, profile: bytesFor(`${name} steward name`) },
    random: bytesFor(`${name} random`).slice(0, 16),
  })
  const id = sha256(genesis)
  const origin = originOf(name, toHex(id))
  const body = encodeAction({
    kind: 'hub.founded', id: freshId(), acct: toHex(id), exp: ts + DAY, seen: { size: 0, leaf: toHex(id) }, genesis, charter,
  })
  const auth = [{ keyId: keyIdOf(publicKeyOf(secrets.log)), signature: sign(secrets.log, 'entry', id, body) }]
  const entry = parseRecord(encodeRecord({ origin, seq: 0, prev: id, ts, body, auth }))!
  const state = found(entry)
  if (isRefusal(state)) throw new Error(`${name} is not founded: ${state.code}`)
  const card: Card = {
    format: 1, hubId: id, origin, city: name, region: 'as',
    logKey: publicKeyOf(secrets.log), cosignerKey: publicKeyOf(secrets.cosigner), auditorKey: publicKeyOf(secrets.auditor),
    orderKey: publicKeyOf(secrets.order), voteKey: publicKeyOf(secrets.vote), peerKey: publicKeyOf(secrets.peer),
    community: true,
  }
  return { name, id, secrets, card, steward, state, entries: [entry], now: ts, audited: true }
}

/** The record this town would write: signed by the people named, or by the hub's log key if nobody is. */
export function draft(town: Town, asked: Asked, signers: Person[] = [], ts = town.now): Entry {
  const { state, id: hubId, secrets } = town
  const seq = state.tree.size
  const { kind, ...own } = asked
  const action = {
    kind, id: freshId(), acct: signers[0]?.acct ?? toHex(hubId), exp: ts + DAY,
    seen: { size: seq, leaf: toHex(state.tree.leafAt(seq - 1)) }, ...own,
  } as Action
  const body = encodeAction(action)
  const { context } = kinds[kind]
  const auth = (signers.length === 0 ? [secrets.log] : signers.map((person) => person.secret)).map((secret) => ({
    keyId: keyIdOf(publicKeyOf(secret)), signature: sign(secret, context, hubId, body),
  }))
  const bytes = encodeRecord({ origin: state.hub.origin, seq, prev: state.tree.leafAt(seq - 1), ts, body, auth })
  return parseRecord(bytes)!
}

type Hearing = (town: Town, entry: Entry, refusal: Refusal) => void
let hearsRefusals: Hearing | null = null
/** Who wants to hear of every record that a town refuses (`gather-refusals.ts`). */
export const hearRefusals = (hearing: Hearing): void => void (hearsRefusals = hearing)

/** Records an action, after the day's tick if that is due; the entry, or why the ledger says no. */
export function record(town: Town, asked: Asked, signers: Person[] = [], ts = town.now): Entry | Refusal {
  if (asked.kind !== 'tick' && asked.kind !== 'hub.restored') tick(town, ts)
  const entry = draft(town, asked, signers, ts)
  const refusal = check(town.state, entry)
  if (refusal !== null) {
    hearsRefusals?.(town, entry, refusal)
    return refusal
  }
  apply(town.state, entry)
  town.entries.push(entry)
  town.now = ts
  const faults = town.audited ? faultsOf(town.state) : []
  if (faults.length > 0) throw new Error(`after ${asked.kind}: ${JSON.stringify(faults, bigText)}`)
  return entry
}

/** The same, where a refusal is not what the test is about. */
export function recorded(town: Town, asked: Asked, signers: Person[] = [], ts = town.now): Entry {
  const answer = record(town, asked, signers, ts)
  if ('code' in answer) throw new Error(`${town.name} refuses ${asked.kind}: ${JSON.stringify(answer, bigText)}`)
  return answer
}

const bigText = (_: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value)

/** Writes the day's tick if the day of `ts` has none yet. */
export function tick(town: Town, ts = town.now): void {
  if (utcDayOf(ts) !== town.state.tickDay) recorded(town, { kind: 'tick' }, [], ts)
}

/** Lets days pass in every town, each day with its tick, and stops at noon of the last. */
export function pass(towns: Town[], days: number): void {
  for (const town of towns) {
    for (let day = 0; day < days; day++) {
      town.now += DAY
      tick(town)
    }
  }
}

/** Joining this town under its charter as it stands, with a code or by petition. */
export const joining = (town: Town, person: Person, invitation: Uint8Array | null = null): Asked<'member.joined'> => ({
  kind: 'member.joined', device: person.device, profile: hexFor('profile'),
  charter: toHex(sha256(encodeCharter(town.state.charters.at(-1)!))), invitation,
})

/** A person who joined this town and was attested by its steward. */
export function aMember(town: Town, name: string): Person {
  const person = aPerson(`${town.name} ${name}`)
  recorded(town, { ...joining(town, person), profile: hexFor(`${name} profile`) }, [person])
  recorded(town, { kind: 'member.attested', member: person.acct, identity: hexFor(`${name} paper`) }, [town.steward])
  return person
}

/** The same person with another key. */
export function secondDevice(person: Person, name: string): Person {
  const secret = bytesFor(`${person.acct}'s ${name}`)
  return { acct: person.acct, secret, device: publicKeyOf(secret) }
}

/** What a device of the same member signs to let this one in. */
export const addingDevice = (town: Town, { acct, device, secret }: Person): Asked<'device.added'> =>
  ({ kind: 'device.added', device, proof: sign(secret, 'device', town.id, deviceProof(acct, device)) })

/** A record of this town with the proof that it stands in its log, for other towns to see. */
export function shown(town: Town, entry: Entry): ForeignRecord {
  const { tree, hub } = town.state
  const body = encodeCheckpoint({ origin: hub.origin, size: BigInt(tree.size), root: tree.root() })
  const checkpoint = signNote(body, hub.origin, town.secrets.log)
  const proof = encodeProof({ index: BigInt(entry.seq), hashes: proveInclusion(tree, entry.seq, tree.size), checkpoint })
  return { record: entry.bytes, proof: utf8(proof) }
}

// Federations

/** The terms every federation of the tests is founded under. */
export const TERMS = {
  day0: DAY0, globalDecayPerMille: 50, conversion: { numerator: 1, denominator: 3 }, issueYearlyMaxMilli: 30_000n * CV, termsFrom: 0,
}

const memberOf = (town: Town) => ({ card: town.card, addresses: [] })

export const firstDocument = (towns: Town[], terms: Partial<FederationDocument> = {}): FederationDocument => ({
  format: 1, version: 1, previous: new Uint8Array(32), ...TERMS, members: towns.map(memberOf), closings: [], releases: [], renewals: [], ...terms,
})

/** The next document of the federation that `town` is in, with one more member. */
export function nextDocument(town: Town, newcomer: Town, terms: Partial<FederationDocument> = {}): FederationDocument {
  const { documents } = town.state.federation!
  const { document, hash } = documents.at(-1)!
  const members = [...document.members, memberOf(newcomer)]
  return { ...document, version: documents.length + 1, previous: hash, members, closings: [], releases: [], renewals: [], ...terms }
}

/** What a town has seen of the chains of `before`'s hubs: its own, and those that reached it. */
export function reportOf(town: Town, before: FederationDocument, proposal: Uint8Array, towns: Town[]): FrontierReport {
  const hubs = towns.filter((other) => before.members.some(({ card }) => card.origin === other.card.origin)).map((other) => {
    const { slots } = other.state.chain
    const certified = slots.findLast((slot) => slot.certified)
    const open = slots.at(-1)?.certified === false ? slots.at(-1) : undefined
    const named = (slot: (typeof slots)[number] | undefined) =>
      slot === undefined ? null : { slot: slot.order.slot, order: fromHex(slot.orderId)! }
    return { origin: other.card.origin, certified: named(certified), locked: named(open) }
  })
  return { format: 1, proposal, voter: before.members.findIndex(({ card }) => card.origin === town.card.origin), hubs }
}

/** What a town's chain proves of its own slot: the certificate once there is one, before that its signature. */
export function proofOf({ card, entries }: Town, slot: Slot): OrderEvidence {
  const { signature, certifiedSeq } = slot
  const place = placeOf(slot.order, slot.bytes)
  const action = certifiedSeq === null ? undefined : entries[certifiedSeq]!.action
  const standing = action?.kind === 'fed.adopted' ? { epoch: parseDocument(action.document)!.version, votes: [] } : { epoch: null, votes: [] }
  const certificate = action?.kind === 'x.cert' ? { epoch: action.epoch, votes: action.votes } : standing
  return { ...place, origin: card.origin, signature, ...certificate }
}

/** The proofs of what these reports say, as far as the chains of these towns bear it out. */
export function evidenceFor(reports: FrontierReport[], towns: Town[]): OrderEvidence[] {
  const rows = reports.flatMap(({ hubs }) => hubs).flatMap(({ origin, certified, locked }) => {
    const town = towns.find(({ card }) => card.origin === origin)
    return [certified, locked].flatMap((claim) => {
      const slot = claim === null ? undefined : town?.state.chain.slots[claim.slot]
      return claim !== null && slot?.orderId === toHex(claim.order) ? [proofOf(town!, slot)] : []
    })
  })
  return gathered([rows])
}

/**
 * `fed.adopted` of a document, signed by those of the named who can, with these reports and what the
 * chains of all named prove of them; `proving`: who else has a chain.
 */
export function adoption(
  document: FederationDocument, signers: Town[], reports: { town: Town; report: FrontierReport }[] = [], fedId?: Uint8Array,
  proving: Town[] = [],
): Asked<'fed.adopted'> {
  const bytes = encodeDocument(document)
  const hash = documentHash(bytes)
  const scope = fedId ?? hash
  const before = signers[0]?.state.federation?.documents[document.version - 2]?.document ?? null
  const places = signersOf(document, before)
  const place = (town: Town) => places.findIndex(({ card }) => card.origin === town.card.origin)
  const signatures = signers
    .filter((town) => place(town) >= 0)
    .map((town) => ({ hub: place(town), signature: sign(town.secrets.vote, 'fed', scope, hash) }))
    .sort((a, b) => a.hub - b.hub)
  return {
    kind: 'fed.adopted', document: bytes, signatures,
    reports: reports
      .toSorted((a, b) => a.report.voter - b.report.voter)
      .map(({ town, report }) => {
        const reportBytes = encodeReport(report)
        return { report: reportBytes, signature: sign(town.secrets.vote, 'front', scope, reportBytes) }
      }),
    evidence: evidenceFor(reports.map(({ report }) => report), [...signers, ...reports.map(({ town }) => town), ...proving]),
    wills: [],
  }
}

/** Towns found a federation: document 1, signed by all and recorded by each. */
export function federate(towns: Town[], terms: Partial<FederationDocument> = {}): Asked<'fed.adopted'> {
  const adopted = adoption(firstDocument(towns, terms), towns)
  for (const town of towns) recorded(town, adopted)
  return adopted
}

/**
 * One more town joins `towns`: the next document with everybody's report, recorded by each; the newcomer
 * records the documents before it first. `history`: the adoptions so far, oldest first; the new one is added.
 */
export function join(towns: Town[], newcomer: Town, history: Asked<'fed.adopted'>[]): void {
  const [first] = towns
  const federation = first!.state.federation!
  const document = nextDocument(first!, newcomer)
  const proposal = documentHash(encodeDocument(document))
  const before = currentDocument(federation)
  const reports = towns.map((town) => ({ town, report: reportOf(town, before, proposal, towns) }))
  const adopted = adoption(document, [...towns, newcomer], reports, federation.id)
  for (const past of history) recorded(newcomer, past)
  for (const town of [...towns, newcomer]) recorded(town, adopted)
  history.push(adopted)
}

/** A quorum of votes for an order, by the towns named (their places in the document of `epoch`). */
export function votesFor(town: Town, order: Uint8Array, voters: Town[], epoch = town.state.federation!.documents.length): Vote[] {
  const federation = town.state.federation!
  const { members } = federation.documents[epoch - 1]!.document
  return voters
    .map((voter) => ({
      voter: members.findIndex(({ card }) => card.origin === voter.card.origin),
      signature: sign(voter.secrets.vote, 'vote', federation.id, votePayload(epoch, placeOf(parseOrder(order)!, order))),
    }))
    .sort((a, b) => a.voter - b.voter)
}

/** `x.out` of an order, signed with the town's order key. */
export function ordering(town: Town, order: Order): Asked<'x.out'> {
  const bytes = encodeOrder(order)
  const signature = signOrder(town.secrets.order, town.state.federation!.id, placeOf(order, bytes))
  return { kind: 'x.out', order: bytes, signature }
}

/** Writes the next order of `town` and, with the votes of `voters`, its certificate; the slot's number. */
export function settle(town: Town, voters: Town[]): number {
  tick(town)
  const order = nextOrder(town.state, town.now)
  if (order === null) throw new Error(`${town.name} has nothing to order`)
  recorded(town, ordering(town, order))
  certify(town, voters)
  return order.slot
}

/** Records the certificate of the open slot, with as many of the voters' votes as a quorum needs. */
export function certify(town: Town, voters: Town[]): Entry {
  const { slots } = town.state.chain
  const { document } = town.state.federation!.documents.at(-1)!
  const votes = votesFor(town, slots.at(-1)!.bytes, voters.slice(0, quorum(document.members.length)))
  return recorded(town, { kind: 'x.cert', slot: slots.length - 1, epoch: document.version, votes })
}

/** `x.in` of a slot of `from` for `to`, with the dispositions that `to`'s own rules ask for. */
export function arrival(
  from: Town, to: Town, slot: number, voters: Town[], dispositions?: Disposition[],
): Asked<'x.in'> {
  const { bytes, signature } = from.state.chain.slots[slot]!
  const epoch = to.state.federation!.documents.length
  const { members } = currentDocument(to.state.federation!)
  const votes = votesFor(to, bytes, voters.slice(0, quorum(members.length)), epoch)
  const due = dispositions ?? dispositionsOf(to.state, parseOrder(bytes)!, { epoch, votes }, to.now)
  return { kind: 'x.in', epoch, order: bytes, signature, votes, dispositions: due }
}

/** `x.in` of a made-up order of `from`, signed by it and voted for by all: what only liars could send. */
export function forged(
  from: Town, to: Town, order: Order, voters: Town[], dispositions: Disposition[], epoch = 1,
): Asked<'x.in'> {
  const bytes = encodeOrder(order)
  const signature = signOrder(from.secrets.order, to.state.federation!.id, placeOf(order, bytes))
  return { kind: 'x.in', epoch, order: bytes, signature, votes: votesFor(to, bytes, voters, epoch), dispositions }
}

/** What `trust.set` says beside its limits for a city of which nothing more is asked. */
export const PLAIN_TRUST = {
  approvalAboveMilli: null, dailyMax: null, levelMax: 3, witnesses: [], witnessesNeeded: 0,
} satisfies Partial<ActionOf<'trust.set'>>

/** Carries a certified slot to another town, which takes it in. */
export function deliver(from: Town, to: Town, slot: number, voters: Town[]): Entry {
  tick(to)
  return recorded(to, arrival(from, to, slot, voters))
}

/** Shows `from` how `to` has taken its slot in. */
export function acknowledge(from: Town, to: Town, slot: number, arrived: Entry): Entry {
  return recorded(from, { kind: 'x.ack', slot, destination: to.card.origin, arrival: shown(to, arrived) })
}

/** Slot 0 of every town: its keys, approved by its steward and certified. */
export function openChains(towns: Town[]): void {
  for (const town of towns) {
    const { slots } = town.state.chain
    if (slots.length > 0) continue
    const argument = ownKeysArgument(town.state)!
    recorded(town, { kind: 'order.approved', slot: 0, order: 'keys', argument }, [town.steward])
    settle(town, towns)
  }
}

/** Issues base units into the town's pool: approved, ordered and certified. */
export function issue(town: Town, amount: bigint, voters: Town[]): number {
  const slot = town.state.chain.slots.length
  recorded(town, { kind: 'order.approved', slot, order: 'issue', argument: encodeIssueArgument(amount) }, [town.steward])
  return settle(town, voters)
}

/** Towns in one federation with open chains; the first has issued `poolMilli`. `history`: for `join`. */
export function aRegion<N extends string[]>(names: [...N], { poolMilli = 10_000n * CV, agreed = presets.city } = {}) {
  const towns = names.map((name) => aTown(name, { agreed })) as { [I in keyof N]: Town }
  const history = [federate(towns)]
  openChains(towns)
  // At noon of Global day 0 base and nominal are the same number.
  if (poolMilli > 0n) issue(towns[0]!, poolMilli, towns)
  return { towns, history }
}

/** The name that the transfer asked for by this record has for ever. */
export const xidIn = (town: Town, request: Entry): Hex => xidOf(town.state.federation!.id, request.leaf)

// People between towns

/** `person` of `home` is admitted at `host` by the records of their joining and attestation. */
export function admit(host: Town, home: Town, person: Person): Entry {
  const of = (kind: Kind) => home.entries.find(({ action }) =>
    action.kind === kind && (action.kind === 'member.attested' ? action.member : action.acct) === person.acct)!
  const evidence = [shown(home, of('member.joined')), shown(home, of('member.attested'))]
  return recorded(host, {
    kind: 'guest.admitted', guest: person.acct, home: home.card.origin, device: person.device, evidence,
  })
}

/** `person` goes from `home` to `destination`, where the record of it is shown. */
export function moving(home: Town, destination: Town, person: Person): Asked<'member.moved'> {
  return { kind: 'member.moved', destination: destination.card.origin, ...carriedBy(home.state, person.acct) }
}

export function arriving(destination: Town, home: Town, person: Person, moved: Entry): Asked<'member.arrived'> {
  const { charter, profile } = joining(destination, person)
  return { kind: 'member.arrived', device: person.device, profile, charter, home: home.card.origin, moved: shown(home, moved) }
}

/** `helper` helps `receiver` here for `minutes`, from agreement to award; the agreement's id. */
export function help(town: Town, helper: Person, receiver: Person, minutes: number): Hex {
  const id = freshId()
  const begins = town.now + 60
  recorded(town, {
    kind: 'agreement.made', id, listing: idFor('a need'), helper: helper.acct, receiver: receiver.acct, category: 1,
    minutes, begins, ends: begins + minutes * 60, terms: hexFor('terms'), charter: 0,
  }, [helper, receiver])
  recorded(town, { kind: 'completion.reported', agreement: id, minutes }, [helper])
  recorded(town, { kind: 'completion.confirmed', agreement: id, minutes }, [receiver])
  const salt = bytesFor('salt')
  const commitment = toHex(gradeCommitment(salt, 2))
  for (const rater of [helper, receiver]) recorded(town, { kind: 'rating.committed', agreement: id, commitment }, [rater])
  for (const rater of [helper, receiver]) {
    recorded(town, { kind: 'rating.opened', agreement: id, rater: rater.acct, grade: 2, salt })
  }
  return id
}

/** The fields by which the steward of `host` asks its pool to pay the award of a settled agreement. */
export function awardRequest(host: Town, agreement: Hex): Asked<'x.req'> {
  const { provider, award, guestDue } = host.state.agreements.get(agreement)!
  return {
    kind: 'x.req', source: 1, to: provider, destination: host.state.guests.get(provider)!.home,
    amount: guestDue!.amount, agreement, awardMilli: award!.milli, memo: hexFor('thanks'), expDay: dayIn(host) + 7,
  }
}

/** Today's Global day at a town. */
export const dayIn = (town: Town): number => globalDay(town.state.federation!, town.now)

/** `who` asks to send `amount` (base) of their own to `whom`, today or within five days, and a steward approves. */
export function ask(from: Town, to: Town, who: Person, whom: Person, amount: bigint, agreement = idFor('a stay')): Hex {
  const terms = { to: whom.acct, destination: to.card.origin, amount, expDay: dayIn(from) + 5 }
  const asked = recorded(from, {
    kind: 'x.req', source: 0, ...terms, agreement, awardMilli: 0n, memo: hexFor('memo'),
  }, [who])
  const xid = xidIn(from, asked)
  recorded(from, { kind: 'x.appr', xid, ...terms }, [from.steward])
  return xid
}

/**
 * The first of two towns owes the second's `guest` an award for 90 minutes: 30 Global CV. `id`: the agreement.
 * Noon is over when this returns, but the day is not.
 */
export function owesAward(host: Town, home: Town, name = 'ana') {
  const guest = aMember(home, name)
  admit(host, home, guest)
  const receiver = aMember(host, `whom ${name} helps`)
  const id = help(host, guest, receiver, 90)
  return { guest, receiver, id }
}
