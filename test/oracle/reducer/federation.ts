/** *Federations* of the README: documents and their hand-over, certificates, trust, and the records of other hubs. */
import { ascending, byOrigin, demand, distinct, type Hex, or, sha, textOf, u64, utf8 } from './bytes.ts'
import { charterOf } from './city.ts'
import { isSoundRatio } from './charter.ts'
import { DAY } from './genesis.ts'
import { leafOf, proofOf, rootOf } from './notes.ts'
import { certifyOpen } from './orders.ts'
import { type Read, readRecord } from './records.ts'
import { read, type Value, write } from './shapes.ts'
import { isKey, messageIn } from './signatures.ts'
import { shape } from './specification.ts'
import type { Adopted, Arrival, Card, City, Closing, Document, Frontier, Keys, Order, Place, Release, Rules, Trust } from './state.ts'
import { callOff } from './transfers.ts'
import { baseOf, indexBy, sum, YEAR } from './value.ts'

export type Vote = { voter: bigint; signature: Hex }
export type Foreign = { record: Hex; proof: Hex }
type HubSignature = { hub: bigint; signature: Hex }
type Row = { origin: string; slot: bigint; order: Hex; signature: Hex; epoch: bigint | null; votes: Vote[] }
type Report = { proposal: Hex; voter: bigint; hubs: Frontier[] }
type Will = { epoch: bigint; order: Hex; signature: Hex; votes: Vote[] }
type Adoption = { wills: Will[]; document: Hex; signatures: HubSignature[]; reports: { report: Hex; signature: Hex }[]; evidence: Row[] }

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

/** A member that has a community. */
export function cityHub(city: City, origin: string): Card {
  const card = memberHub(city, origin)
  demand(card.community, 'no-community')
  return card
}

export const closingIn = (city: City, origin: string): Closing | undefined =>
  city.documents.flatMap(({ says }) => says.closings).find((closing) => closing.origin === origin)

/** Who inherits from a hub that was closed; null while it is a member. */
export function heirOf(city: City, origin: string): string | null {
  const heir = closingIn(city, origin)?.heir ?? null
  return heir === null ? null : (heirOf(city, heir) ?? heir)
}

export const COMMON_POOL = '00'.repeat(32)

export const globalDay = (city: City, ts: bigint): bigint => (ts - city.documents[0]!.says.day0) / DAY
/** The document by whose rate and yearly issue a Global year goes. */
export const termsOfYear = (city: City, year: bigint): Document => city.documents.findLast(({ says }) => says.termsFrom <= year)!.says

export function indexOnGlobal(city: City, day: bigint): bigint {
  const rates = Array.from({ length: Number(day / YEAR) + 1 }, (_, year) => termsOfYear(city, BigInt(year)).globalDecayPerMille)
  return indexBy(day, rates)
}
export const globalIndex = (city: City, ts: bigint): bigint => indexOnGlobal(city, globalDay(city, ts))

// Signatures of hubs

export const isOrdered = (city: City, key: Hex, { origin, slot, order }: Place & { origin: string }, signature: Hex): boolean =>
  city.verify(key, messageIn('order', scopeOf(city), `${utf8(`${origin}\0`)}${u64(slot)}${order}`), signature)

const areVotes = (
  city: City, { version, members }: Document, { origin, slot, order }: Place & { origin: string }, votes: Vote[],
): boolean =>
  ascending(votes.map(({ voter }) => voter)) && votes.every(({ voter, signature }) => {
    const member = members[Number(voter)]
    return member !== undefined && city.verify(member.card.voteKey, messageIn('vote', scopeOf(city), `${utf8(`${origin}\0`)}${u64(slot)}${u64(version)}${order}`), signature)
  })

const quorum = (n: number): number => (n <= 3 ? n : Math.floor((n + Math.floor((n - 1) / 3)) / 2) + 1)

/** Whether these votes make a certificate of an epoch, and it still counts. */
export function isCertified(city: City, epoch: bigint, { origin, slot, order }: Place & { origin: string }, votes: Vote[]): boolean {
  const { says } = city.documents[Number(epoch) - 1]!
  const ended = city.documents[Number(epoch)]
  return votes.length >= quorum(says.members.length) && areVotes(city, says, { origin, slot, order }, votes) &&
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

function isSound({ version, members, day0, globalDecayPerMille, conversion, issueYearlyMaxMilli, termsFrom, closings, releases, renewals }: Document): boolean {
  const cards = members.map(({ card }) => card)
  return version >= 1n && cards.length > 0 && day0 % DAY === 0n && globalDecayPerMille <= 150n && isSoundRatio(conversion) &&
    issueYearlyMaxMilli <= 10n ** 12n && termsFrom <= (version === 1n ? 0n : 300n) && cards.every(isSoundCard) && distinct([...cards, ...closings].map(({ origin }) => origin)) &&
    distinct(cards.map(({ hubId }) => hubId)) && distinct(cards.flatMap(({ voteKey, orderKey, peerKey }) => [voteKey, orderKey, peerKey])) &&
    closings.every((closing) => isSoundClosing(closing, cards)) && distinct(releases.map(({ origin }) => origin)) &&
    releases.every(({ origin, evidence }) => evidence.length > 0 && ascending(evidence) && cards.some((card) => card.origin === origin)) &&
    renewals.every(({ origin }, i) => cards.findIndex((card) => card.origin === origin) > (i === 0 ? -1 : cards.findIndex((card) => card.origin === renewals[i - 1]!.origin)))
}

const isRenewedIn = ({ renewals }: Document, origin: string): boolean => renewals.some((renewal) => renewal.origin === origin)

/** New vote keys are never used before, of a bearable number of hubs or of all, and signed by their log keys; nothing else happens then. */
function areRenewed(city: City, old: Document, says: Document): boolean {
  const { renewals, members, closings, releases } = says
  if (renewals.length === 0) return true
  const n = members.length
  const isBearable = renewals.length === n || renewals.length <= 2 * quorum(n) - n - 1
  if (!isBearable || closings.length + releases.length > 0 || n !== old.members.length) return false
  const used = city.documents.flatMap((one) => one.says.members.flatMap(({ card }) =>
    [card.logKey, card.cosignerKey, card.auditorKey, card.orderKey, card.voteKey, card.peerKey]))
  return renewals.every(({ origin, signature }) => {
    const [before, card] = [cardIn(old, origin), cardIn(says, origin)]
    return before !== undefined && card !== undefined && !used.includes(card.voteKey) && isSame({ ...card, voteKey: before.voteKey }, before) &&
      city.verify(card.logKey, messageIn('card', card.hubId, write(shape('Card'), card as unknown as Value)), signature)
  })
}

function isSoundClosing({ origin, heir, order }: Closing, cards: Card[]): boolean {
  const says = orderIn(order)
  return says?.kind === 'close' && says.hub === origin && says.position === 0n && says.argument === null &&
    (heir === null || cards.some((card) => card.origin === heir && card.community))
}

function orderIn(bytes: Hex): Order | null {
  try {
    return read<Order>(shape('Order'), bytes, 'no order')
  } catch {
    return null
  }
}

export function isSoundCard({ hubId, origin, logKey, cosignerKey, auditorKey, orderKey, voteKey, peerKey }: Card): boolean {
  const keys = [logKey, cosignerKey, auditorKey, orderKey, voteKey, peerKey]
  return keys.every(isKey) && distinct(keys) && origin.endsWith(`-${hubId.slice(0, 8)}/log`)
}

const isSame = (a: unknown, b: unknown): boolean => textFor(a) === textFor(b)
const textFor = (value: unknown): string => JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? String(one) : one))

export const federationRules: Rules = {
  'fed.adopted'(city, { document, signatures, reports, evidence, wills }: Adoption, { seq, ts }) {
    const no = 'bad-document'
    const says = read<Document>(shape('Document'), document, no)
    demand(isSound(says), no)
    const [old, hash] = [city.documents.at(-1), sha(document)]
    demand(says.version === BigInt(city.documents.length) + 1n, 'wrong-version')
    const { id, origin, logKey, orderKey } = city.hub
    const ours = says.members.filter(({ card }) => card.origin === origin || card.hubId === id)
    demand(ours.every(({ card }) => isSame([card.origin, card.hubId, card.logKey, card.orderKey], [origin, id, logKey, orderKey])), 'not-in-document')
    const isBare = reports.length + evidence.length + wills.length + says.closings.length + says.releases.length + says.renewals.length === 0
    if (old === undefined) demand(says.previous === ZERO && says.day0 <= ts && isBare, no)
    else demand(says.previous === old.hash && says.day0 === old.says.day0 && areAgreed(old.says, says) && keepsCards(city, old.says, says), no)
    demandSignatures(city, says, hash, signatures)
    const frontiers = old === undefined ? [] : frontiersFrom(city, old, says, hash, reports, evidence)
    if (old !== undefined) demandClosings(city, says.closings, frontiers, wills, ts)
    for (const release of says.releases) demandRelease(city, release, frontiers)
    city.documents.push({ document, frontiers: releasedIn(says.releases, closedIn(says.closings, frontiers)), hash, says })
    for (const { card } of says.members) meet(city, card.origin, ts)
    for (const closing of says.closings) applyClosing(city, closing, ts)
    for (const release of says.releases) applyRelease(city, release, seq)
    for (const arrival of city.arrivals.values()) if (arrival.phase === 'returning') goBack(city, arrival)
  },

  'trust.set'(city, fields: { peer: string } & Limits, { ts }) {
    const { peer, exposureMilli, transferMaxMilli, approvalAboveMilli, dailyMax, levelMax, witnesses, witnessesNeeded } = fields
    inFederation(city)
    otherHub(city, peer)
    for (const witness of witnesses) memberHub(city, witness)
    cityHub(city, peer)
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

const termsOf = ({ globalDecayPerMille, conversion, issueYearlyMaxMilli, termsFrom }: Document) =>
  [globalDecayPerMille, conversion, issueYearlyMaxMilli, termsFrom]

/** The same terms, or others and nothing else, from no earlier year. */
const areAgreed = (old: Document, says: Document): boolean =>
  isSame(termsOf(says), termsOf(old)) || (says.termsFrom >= old.termsFrom && says.members.length === old.members.length
    && says.closings.length + says.releases.length + says.renewals.length === 0)

function keepsCards(city: City, old: Document, says: Document): boolean {
  const closed = says.closings.map(({ origin }) => origin)
  const before = city.documents.flatMap((one) => one.says.closings.map(({ origin }) => origin))
  const isKept = (card: Card) => says.members.some((member) => isSame(member.card, card) || (member.card.origin === card.origin && isRenewedIn(says, card.origin)))
  return areRenewed(city, old, says) && old.members.every(({ card }) => closed.includes(card.origin) || isKept(card)) &&
    closed.every((origin) => cardIn(old, origin)) && !before.some((origin) => closed.includes(origin) || cardIn(says, origin))
}

/** The old members by whom a document is decided, by their places, and how many of them. */
function deciders(old: Document, { closings, releases, renewals }: Document): { places: number[]; needed: number } {
  const out = renewals.length < old.members.length ? [...closings, ...renewals] : closings
  const isOut = (origin: string) => out.some((one) => one.origin === origin)
  const places = [...old.members.keys()].filter((place) => !isOut(old.members[place]!.card.origin))
  return { places, needed: closings.length + releases.length + renewals.length > 0 ? places.length : quorum(places.length) }
}

/** All new members, and of the old as many as it takes. */
function demandSignatures(city: City, says: Document, hash: Hex, signatures: HubSignature[]): void {
  const [no, old] = ['signatures-missing', city.documents.at(-1)?.says]
  const scope = old === undefined ? hash : scopeOf(city)
  const fresh = says.members.filter(({ card }) => old === undefined || cardIn(old, card.origin) === undefined || isRenewedIn(says, card.origin))
  const signers = [...(old?.members ?? []), ...fresh]
  const first = old?.members.length ?? 0
  const { places, needed } = old === undefined ? { places: [] as number[], needed: 0 } : deciders(old, says)
  demand(ascending(signatures.map(({ hub }) => hub)), no)
  for (const { hub, signature } of signatures) {
    const member = signers[Number(hub)]
    demand(member !== undefined && (hub >= first || places.includes(Number(hub))), no)
    demand(city.verify(member.card.voteKey, messageIn('fed', scope, hash), signature), no)
  }
  demand(signatures.filter(({ hub }) => hub >= first).length === fresh.length, no)
  demand(signatures.filter(({ hub }) => hub < first).length >= needed, no)
}

/** Judges the reports of an ended epoch and the evidence for them; where it ended. */
function frontiersFrom(city: City, old: Adopted, next: Document, proposal: Hex, reports: Adoption['reports'], evidence: Row[]): Frontier[] {
  const no = 'reports-missing'
  const says = reports.map(({ report }) => read<Report>(shape('Report'), report, no))
  const { places, needed } = deciders(old.says, next)
  demand(ascending(says.map(({ voter }) => voter)) && says.length >= needed && says.every(({ voter }) => places.includes(Number(voter))), no)
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
    if (row.votes.length === 0) {
      demand(isStanding(document, row), no)
      continue
    }
    demand(row.votes.length === quorum(document.members.length) && areVotes(city, document, row, row.votes), no)
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

// Releases

/** Whether a document is the certificate of this order. */
export const isStanding = ({ releases }: Document, { origin, slot, order }: Place & { origin: string }): boolean =>
  releases.some(({ origin: of, stands }) => of === origin && stands?.slot === slot && stands.order === order)

function demandRelease(city: City, { origin, size, root, stands }: Release, frontiers: Frontier[]): void {
  const no = 'bad-document'
  demand(stands === null || stands.slot === behind(frontiers.find((one) => one.origin === origin)?.certified ?? null), no)
  if (origin !== city.hub.origin) {
    const last = city.inbound.get(origin)?.last ?? null
    return demand(stands === null || last === null || last < stands.slot, no)
  }
  const open = stands === null ? undefined : city.slots[Number(stands.slot)]
  demand(stands === null || (open?.certifiedSeq === null && open.id === stands.order), no)
  demand(size <= BigInt(city.leaves.length) && rootOf(city.leaves.slice(0, Number(size))) === root, no)
}

function applyRelease(city: City, { origin, evidence, stands }: Release, seq: bigint): void {
  if (evidence.includes(city.frozen.get(origin)?.evidence ?? '')) city.frozen.delete(origin)
  if (origin === city.hub.origin && stands !== null) certifyOpen(city, seq)
}

const releasedIn = (releases: Release[], frontiers: Frontier[]): Frontier[] => {
  const standing = releases.flatMap(({ origin, stands }) => (stands === null ? [] : [{ origin, certified: stands, locked: null }]))
  return [...frontiers.filter(({ origin }) => !standing.some((one) => one.origin === origin)), ...standing]
    .sort((a, b) => byOrigin(a.origin, b.origin))
}

/** Whether some document has settled what this evidence shows of a hub. */
export const isSettled = (city: City, hub: string, { id, at, chain }: { id: Hex; at: bigint; chain: string | null }): boolean =>
  city.documents.some(({ says, frontiers }) => says.releases.some(({ origin, evidence, size }) => {
    if (origin !== hub || evidence.includes(id)) return origin === hub
    if (chain === null) return at < size
    const certified = frontiers.find((one) => one.origin === chain)?.certified ?? null
    return certified !== null && at <= certified.slot
  }))

// Closing

function demandClosings(city: City, closings: Closing[], frontiers: Frontier[], wills: Will[], ts: bigint): void {
  const no = 'bad-document'
  const left = [...wills]
  for (const { origin, heir, lastSeen, order } of closings) {
    const says = orderIn(order)!
    const last = frontiers.find((one) => one.origin === origin)?.certified ?? null
    demand(says.federation === scopeOf(city) && says.day <= globalDay(city, ts), no)
    demand(says.slot === behind(last) && says.previous === (last?.order ?? ZERO), no)
    const isNothing = last === null && says.outs.every(({ returns }) => returns !== null)
    const will = isNothing ? { heir: null, ends: null } : willIn(city, left.shift(), origin)
    demand(will?.heir === heir, 'no-will')
    const isAnnounced = will!.ends !== null && globalDay(city, ts) >= will!.ends
    demand(isAnnounced || ts >= lastSeen + 30n * DAY, 'not-silent')
  }
  demand(left.length === 0, no)
}

function willIn(city: City, will: Will | undefined, origin: string): Pick<Keys, 'heir' | 'ends'> | undefined {
  const says = will === undefined ? null : orderIn(will.order)
  const document = will === undefined ? undefined : city.documents[Number(will.epoch) - 1]?.says
  const card = document === undefined ? undefined : cardIn(document, origin)
  if (will === undefined || says?.kind !== 'keys' || says.hub !== origin || document === undefined || card === undefined) return undefined
  const order = sha(will.order)
  const isGood = isOrdered(city, card.orderKey, { origin, slot: says.slot, order }, will.signature) &&
    will.votes.length >= quorum(document.members.length) && areVotes(city, document, { origin, slot: says.slot, order }, will.votes)
  return isGood ? read<Keys>(shape('keys'), says.argument!, 'no keys') : undefined
}

const closedIn = (closings: Closing[], frontiers: Frontier[]): Frontier[] => [
  ...frontiers.filter(({ origin }) => !closings.some((closing) => closing.origin === origin)),
  ...closings.map(({ origin, order }) => ({ origin, certified: { slot: orderIn(order)!.slot, order: sha(order) }, locked: null })),
].sort((a, b) => byOrigin(a.origin, b.origin))

function applyClosing(city: City, { origin, order }: Closing, ts: bigint): void {
  const isOurs = origin === city.hub.origin
  for (const request of city.requests.values()) {
    if (request.phase === 'asked' && (isOurs || request.destination === origin)) callOff(city, request, 'cancelled', ts)
  }
  if (isOurs) return
  const back = orderIn(order)!.outs.map(({ returns }) => returns)
  for (const slot of city.slots) {
    if (slot.says.outs.some(({ destination }) => destination === origin) && !slot.acknowledged.includes(origin)) {
      slot.acknowledged = [...slot.acknowledged, origin].sort(byOrigin)
    }
  }
  for (const request of city.requests.values()) {
    const isThere = request.destination === origin && ['certified', 'suspended'].includes(request.phase)
    if (isThere && !back.includes(request.xid)) request.phase = 'credited'
  }
}

/** What must go back: to the pool here, if this hub inherits from where it came. */
export function goBack(city: City, arrival: Arrival): void {
  if (heirOf(city, arrival.from) !== city.hub.origin) {
    arrival.phase = 'returning'
    return
  }
  city.books.suspense -= arrival.left
  city.books.pool += arrival.left
  Object.assign(arrival, { left: 0n, phase: 'returned' })
}
