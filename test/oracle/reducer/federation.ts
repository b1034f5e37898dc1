/** *Federations* of the README: documents and their hand-over, certificates, trust, and the records of other hubs. */
import { ascending, byOrigin, demand, distinct, type Hex, or, sha, textOf, u64, utf8 } from './bytes.ts'
import { charterOf } from './city.ts'
import { isSoundRatio } from './charter.ts'
import { DAY } from './genesis.ts'
import { leafOf, proofOf } from './notes.ts'
import { type Read, readRecord } from './records.ts'
import { read } from './shapes.ts'
import { isKey, messageIn } from './signatures.ts'
import { shape } from './specification.ts'
import type { Adopted, Card, City, Document, Frontier, Place, Rules, Trust } from './state.ts'
import { baseOf, indexOn, sum, YEAR } from './value.ts'

export type Vote = { voter: bigint; signature: Hex }
export type Foreign = { record: Hex; proof: Hex }
type HubSignature = { hub: bigint; signature: Hex }
type Row = { origin: string; slot: bigint; order: Hex; signature: Hex; epoch: bigint | null; votes: Vote[] }
type Report = { proposal: Hex; voter: bigint; hubs: Frontier[] }
type Adoption = { document: Hex; signatures: HubSignature[]; reports: { report: Hex; signature: Hex }[]; evidence: Row[] }

const ZERO = '00'.repeat(32)

// The document in force

export const inFederation = (city: City): void => demand(city.documents.length > 0, 'no-federation')
export const documentOf = (city: City): Document => city.documents.at(-1)!.says
export const scopeOf = (city: City): Hex => city.documents[0]!.hash
export const cardIn = ({ members }: Document, origin: string): Card | undefined => members.find(({ card }) => card.origin === origin)?.card
export const inDocument = (city: City): void => demand(cardIn(documentOf(city), city.hub.origin), 'not-in-document')

export function memberHub(city: City, origin: string): Card {
  const card = cardIn(documentOf(city), origin)
  demand(card, 'unknown-hub')
  return card
}

export function otherHub(city: City, origin: string): Card {
  demand(origin !== city.hub.origin, 'own-hub')
  return memberHub(city, origin)
}

export const globalDay = (city: City, ts: bigint): bigint => (ts - city.documents[0]!.says.day0) / DAY
export const indexOnGlobal = (city: City, day: bigint): bigint => indexOn(day, city.documents[0]!.says.globalDecayPerMille)
export const globalIndex = (city: City, ts: bigint): bigint => indexOnGlobal(city, globalDay(city, ts))

// Signatures of hubs

export const isOrdered = (city: City, key: Hex, { origin, slot, order }: Place & { origin: string }, signature: Hex): boolean =>
  city.verify(key, messageIn('order', scopeOf(city), `${utf8(`${origin}\0`)}${u64(slot)}${order}`), signature)

const areVotes = (city: City, { version, members }: Document, order: Hex, votes: Vote[]): boolean =>
  ascending(votes.map(({ voter }) => voter)) && votes.every(({ voter, signature }) => {
    const member = members[Number(voter)]
    return member !== undefined && city.verify(member.card.voteKey, messageIn('vote', scopeOf(city), u64(version) + order), signature)
  })

const quorum = (n: number): number => (n <= 3 ? n : Math.floor((n + Math.floor((n - 1) / 3)) / 2) + 1)

/** Whether these votes make a certificate of an epoch, and it still counts. */
export function isCertified(city: City, epoch: bigint, { origin, slot, order }: Place & { origin: string }, votes: Vote[]): boolean {
  const { says } = city.documents[Number(epoch) - 1]!
  const ended = city.documents[Number(epoch)]
  return votes.length >= quorum(says.members.length) && areVotes(city, says, order, votes) &&
    (ended === undefined || countsStill(ended.frontiers.find((one) => one.origin === origin), slot, order))
}

function countsStill(frontier: Frontier | undefined, slot: bigint, order: Hex): boolean {
  const { certified, locked } = frontier ?? { certified: null, locked: null }
  if (slot === locked?.slot) return order === locked.order
  if (certified === null || slot > certified.slot) return false
  return slot < certified.slot || order === certified.order
}

// Records of other hubs

/** The record that is shown of another hub’s log. */
export function proved(city: City, origin: string, { record, proof }: Foreign): Read {
  const no = 'bad-evidence'
  const { logKey } = memberHub(city, origin)
  return or(no, () => {
    const shown = readRecord(record)
    const { index } = proofOf(textOf(proof, no), leafOf(record), origin, logKey, no)
    demand(shown.origin === origin && shown.seq === index && shown.ts < 1n << 33n, no)
    return shown
  })
}

// Trust

/** Adds to the net credits of today. */
export function moveTrust(city: City, origin: string, amount: bigint, ts: bigint): void {
  const { moves } = city.trust.get(origin)!
  const today = globalDay(city, ts)
  moves.splice(0, moves.length, ...moves.filter(({ day }) => day > today - YEAR))
  const last = moves.at(-1)
  if (last?.day === today) last.amount += amount
  else moves.push({ day: today, amount })
}

export function roomFrom(city: City, origin: string, ts: bigint): bigint {
  const { exposure, moves } = city.trust.get(origin)!
  const room = exposure - sum(moves.filter(({ day }) => day > globalDay(city, ts) - YEAR).map(({ amount }) => amount))
  return city.frozen.has(origin) || room < 0n ? 0n : room
}

// Hand-over

function isSound({ version, members, day0, globalDecayPerMille, conversion, issueYearlyMaxMilli }: Document): boolean {
  const cards = members.map(({ card }) => card)
  return version >= 1n && cards.length > 0 && day0 % DAY === 0n && globalDecayPerMille <= 150n && isSoundRatio(conversion) &&
    issueYearlyMaxMilli <= 10n ** 12n && cards.every(isSoundCard) && distinct(cards.map(({ origin }) => origin)) &&
    distinct(cards.map(({ hubId }) => hubId)) && distinct(cards.flatMap(({ voteKey, orderKey, peerKey }) => [voteKey, orderKey, peerKey]))
}

function isSoundCard({ hubId, origin, logKey, cosignerKey, auditorKey, orderKey, voteKey, peerKey }: Card): boolean {
  const keys = [logKey, cosignerKey, auditorKey, orderKey, voteKey, peerKey]
  return keys.every(isKey) && distinct(keys) && origin.endsWith(`-${hubId.slice(0, 8)}/log`)
}

const isSame = (a: unknown, b: unknown): boolean => textFor(a) === textFor(b)
const textFor = (value: unknown): string => JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? String(one) : one))

export const federationRules: Rules = {
  'fed.adopted'(city, { document, signatures, reports, evidence }: Adoption, { ts }) {
    const no = 'bad-document'
    const says = read<Document>(shape('Document'), document, no)
    demand(isSound(says), no)
    const [old, hash] = [city.documents.at(-1), sha(document)]
    demand(says.version === BigInt(city.documents.length) + 1n, 'wrong-version')
    const { id, origin, logKey, orderKey } = city.hub
    const ours = says.members.filter(({ card }) => card.origin === origin || card.hubId === id)
    demand(ours.every(({ card }) => isSame([card.origin, card.hubId, card.logKey, card.orderKey], [origin, id, logKey, orderKey])), 'not-in-document')
    if (old === undefined) demand(says.previous === ZERO && says.day0 <= ts && reports.length === 0 && evidence.length === 0, no)
    else demand(says.previous === old.hash && isSame(termsOf(says), termsOf(old.says)) && keepsCards(old.says, says), no)
    demandSignatures(city, says, hash, signatures)
    const frontiers = old === undefined ? [] : frontiersFrom(city, old, hash, reports, evidence)
    city.documents.push({ document, frontiers, hash, says })
    for (const { card } of says.members) meet(city, card.origin, ts)
  },

  'trust.set'(city, fields: { peer: string } & Limits, { ts }) {
    const { peer, exposureMilli, transferMaxMilli, approvalAboveMilli, dailyMax, levelMax, witnesses, witnessesNeeded } = fields
    inFederation(city)
    otherHub(city, peer)
    for (const witness of witnesses) memberHub(city, witness)
    const isWord = distinct(witnesses) && !witnesses.includes(peer) && witnessesNeeded <= BigInt(witnesses.length)
    demand(levelMax >= 1n && levelMax <= 5n && isWord, 'bad-trust')
    demand(exposureMilli === 0n || !city.frozen.has(peer), 'hub-frozen')
    const trust = city.trust.get(peer)!
    const [first, today] = [charterOf(city).exposureMilli, globalDay(city, ts)]
    const mayDouble = trust.raisedDay === null || today - trust.raisedDay >= 90n
    demand(exposureMilli <= first || exposureMilli <= trust.exposureMilli * (mayDouble ? 2n : 1n), 'grows-too-fast')
    if (exposureMilli > first && exposureMilli > trust.exposureMilli) trust.raisedDay = today
    Object.assign(trust, {
      exposure: baseOf(exposureMilli, globalIndex(city, ts)), exposureMilli, transferMaxMilli, approvalAboveMilli, dailyMax,
      levelMax, witnesses, witnessesNeeded,
    })
  },
}

type Limits = Pick<
  Trust, 'exposureMilli' | 'transferMaxMilli' | 'approvalAboveMilli' | 'dailyMax' | 'levelMax' | 'witnesses' | 'witnessesNeeded'
>

const termsOf = ({ day0, globalDecayPerMille, conversion, issueYearlyMaxMilli }: Document) =>
  [day0, globalDecayPerMille, conversion, issueYearlyMaxMilli]

const keepsCards = (old: Document, says: Document): boolean =>
  old.members.every(({ card }) => says.members.some((member) => isSame(member.card, card)))

/** All new members and a quorum of the old. */
function demandSignatures(city: City, says: Document, hash: Hex, signatures: HubSignature[]): void {
  const [no, old] = ['signatures-missing', city.documents.at(-1)?.says]
  const scope = old === undefined ? hash : scopeOf(city)
  demand(ascending(signatures.map(({ hub }) => hub)), no)
  for (const { hub, signature } of signatures) {
    const member = says.members[Number(hub)]
    demand(member !== undefined && city.verify(member.card.voteKey, messageIn('fed', scope, hash), signature), no)
  }
  const signers = new Set(signatures.map(({ hub }) => Number(hub)))
  const isNew = ({ card }: { card: Card }) => old === undefined || cardIn(old, card.origin) === undefined
  demand(says.members.every((member, place) => !isNew(member) || signers.has(place)), no)
  const others = says.members.filter((member, place) => !isNew(member) && signers.has(place))
  demand(old === undefined || others.length >= quorum(old.members.length), no)
}

/** Judges the reports of an ended epoch and the evidence for them; where it ended. */
function frontiersFrom(city: City, old: Adopted, proposal: Hex, reports: Adoption['reports'], evidence: Row[]): Frontier[] {
  const no = 'reports-missing'
  const says = reports.map(({ report }) => read<Report>(shape('Report'), report, no))
  demand(ascending(says.map(({ voter }) => voter)) && says.length >= quorum(old.says.members.length), no)
  for (const [i, { hubs, voter, proposal: about }] of says.entries()) {
    const member = old.says.members[Number(voter)]
    demand(about === proposal && member !== undefined && distinct(hubs.map(({ origin }) => origin)), no)
    demand(hubs.every(({ origin }) => cardIn(old.says, origin) !== undefined), no)
    demand(hubs.every(({ certified, locked }) => locked === null || locked.slot === behind(certified)), no)
    demand(city.verify(member.card.voteKey, messageIn('front', scopeOf(city), reports[i]!.report), reports[i]!.signature), no)
  }
  const hubs = says.flatMap((report) => report.hubs)
  demandEvidence(city, old.says, evidence, hubs)
  return [...new Set(hubs.map(({ origin }) => origin))].sort(byOrigin).map((origin) => {
    const ofIt = hubs.filter((hub) => hub.origin === origin)
    const certified = ofIt.map((hub) => hub.certified).reduce((a, b) => (a === null || (b !== null && b.slot > a.slot) ? b : a), null)
    const locks = ofIt.map((hub) => hub.locked).filter((lock) => lock?.slot === behind(certified))
    return { origin, certified, locked: new Set(locks.map((lock) => lock!.order)).size === 1 ? locks[0]! : null }
  })
}

const behind = (certified: Place | null): bigint => (certified === null ? 0n : certified.slot + 1n)

/** Every order that a report claims is proved by a row, and every row is claimed. */
function demandEvidence(city: City, old: Document, rows: Row[], hubs: Frontier[]): void {
  const no = 'bad-document'
  const claimed = (of: 'certified' | 'locked') => hubs.filter((hub) => hub[of] !== null).map((hub) => placeIn({ origin: hub.origin, ...hub[of]! }))
  const [certified, locked] = [new Set(claimed('certified')), new Set(claimed('locked'))]
  const places = rows.map(placeIn)
  demand(ascending(places) && places.every((place) => certified.has(place) || locked.has(place)), no)
  demand(new Set([...certified, ...locked]).size === places.length, no)
  for (const row of rows) {
    demand(isOrdered(city, cardIn(old, row.origin)!.orderKey, row, row.signature), no)
    if (row.epoch === null) {
      demand(row.votes.length === 0 && !certified.has(placeIn(row)), no)
      continue
    }
    const document = city.documents[Number(row.epoch) - 1]?.says
    demand(document !== undefined && cardIn(document, row.origin) !== undefined, no)
    demand(row.votes.length === quorum(document.members.length) && areVotes(city, document, row.order, row.votes), no)
  }
  demand(distinct([...certified].map((place) => place.slice(0, -64))), no)
}

/** Origin, slot and order as bytes, so that they ascend as rows must. */
const placeIn = ({ origin, slot, order }: Place & { origin: string }): Hex => `${utf8(origin)}00${u64(slot)}${order}`

function meet(city: City, origin: string, ts: bigint): void {
  if (origin === city.hub.origin || city.trust.has(origin)) return
  const limit = charterOf(city).exposureMilli
  city.trust.set(origin, {
    origin, exposure: baseOf(limit, globalIndex(city, ts)), exposureMilli: limit, transferMaxMilli: limit,
    approvalAboveMilli: null, dailyMax: null, levelMax: 3n, witnesses: [], witnessesNeeded: 0n, raisedDay: null,
    credited: { day: globalDay(city, ts), count: 0n }, moves: [],
  })
  city.inbound.set(origin, { origin, last: null, claimed: null, unclaimed: 0n })
}
