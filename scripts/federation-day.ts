/**
 * A day of a federation, without its hubs: members change listings, topics carry them, hubs are off for a while and
 * compare boards when they are back. What a hub *thinks* of each listing and what two say when they compare is the
 * program's own (`protocol/verdict.ts`, `board.ts`, `sync.ts`), with real signatures; who forwards what to whom is a
 * model of gossipsub as it is set up here (`node/wire/libp2p-gossip.ts`), because a hundred routers in one process
 * would say more of that process than of a federation.
 *
 * Some of the hubs are *watched*: they have boards, and what they do is counted in processor time. The others publish,
 * forward, and are as numerous as one likes.
 */
import { toHex, utf8 } from '#ledger/bytes.ts'
import { sha256 } from '#ledger/hash.ts'
import { type Board, countChange, emptyBoard, hasRoom, type Kept, merge } from '#protocol/board.ts'
import { encodeListing, type Listing, listingHash } from '#protocol/listing.ts'
import { emptyTree, sizeOf, WHOLE } from '#protocol/range-tree.ts'
import { OnTheWay } from '#protocol/on-the-way.ts'
import { answerTo, beginRound, isNewTo, judged, type Own, parseSyncRequest, type Row, step } from '#protocol/sync.ts'
import { type Scene, verdictOn } from '#protocol/verdict.ts'
import { aListing, messageOf } from '#test/support/listings.ts'
import { aPerson, aTown, DAY, idFor, NOON, type Person, type Town } from '#test/support/towns.ts'
import { chanceFrom, type Chance } from '#test/support/faults/chance.ts'

export type DayPlan = {
  hubs: number
  members: number
  /** Listings that one hub's members change in a day. */
  changes: number
  /** Open listings of each hub when the day begins. */
  open: number
  watched: number
  /** Of a hundred hubs so many are off at any time, an hour each. */
  off: number
  seed: number
}

/** Of one hub, in a day; bytes as they stand in frames, without what Noise, Yamux and TCP put around them. */
export type Share = { messages: number; bytes: number; cpuMs: number }

export type DayTold = {
  /** Listings on topics: whole objects, in and out, and how many of those that came in were there already. */
  gossip: Share & { copies: number; again: number }
  /** Word of what there is (IHAVE, IDONTWANT). */
  word: Share
  /** Comparisons that this hub asked for and answered. */
  compared: Share
  /** Coming back from an hour's absence: what was missed, and what is fetched of it from all neighbours together. */
  back: { missed: number; questions: number; bytes: number; fetched: number }
  /** Watched boards that hold the same in the end. */
  agree: number
  listings: number
}

// gossipsub as it is set up
const D = 6
const D_HI = 12
const D_LAZY = 6
const GOSSIP_FACTOR = 0.25
/** Heartbeats for which an object is announced to those outside the mesh. */
const ANNOUNCED_BEATS = 3
/** An id on the wire, and the frame around the ids of one beat. */
const ID_BYTES = 22
const CONTROL_BYTES = 30
/** Around an object in a frame: topic, field heads, length. */
const FRAME_BYTES = 40
/** gossipsub does not say IDONTWANT of less. */
const IDONTWANT_FROM = 512
const COMPARE_EVERY = 600
const COMPARED_AT_A_TURN = 2
const REGIONS = ['as', 'eu', 'na'] as const

type SimHub = { town: Town; people: Person[]; open: { listing: Listing; author: Person }[]; offFrom: number }

export function aDay(plan: DayPlan): DayTold {
  const chance = chanceFrom(plan.seed)
  const hubs = Array.from({ length: plan.hubs }, (_, n) => aHub(n, plan, chance))
  const boards = new Map(hubs.slice(0, plan.watched).map((hub) => [hub, boardOf(hubs)]))
  const count: Counts = { gossip: { messages: 0, bytes: 0, cpuMs: 0, copies: 0, again: 0 }, word: none(), compared: none() }
  const meshes = new Map(REGIONS.map((region) => [region, aMesh(plan.hubs, chance)]))
  const changes = hubs.flatMap((hub, n) => Array.from({ length: plan.changes }, () => ({ at: 1 + chance.below(DAY - 2), hub, n })))
    .sort((a, b) => a.at - b.at)

  let compareAt = COMPARE_EVERY
  const told: DayTold['back'] = { missed: 0, questions: 0, bytes: 0, fetched: 0 }
  const returned = new Set<SimHub>()
  for (const { at, hub, n } of [...changes, { at: DAY, hub: hubs[0]!, n: -1 }]) {
    for (; compareAt <= at; compareAt += COMPARE_EVERY) turn(boards, compareAt, count, chance)
    for (const [back, board] of boards) {
      if (returned.has(back) || isOff(back, at) || back.offFrom + HOUR > at) continue
      returned.add(back)
      cameBack(back, board, boards, at, plan.hubs, count, told)
    }
    if (n < 0) break
    if (isOff(hub, at)) continue
    const message = changed(hub, at, chance)
    carry(message, n, hubs, boards, meshes.get(hub.town.card.region as 'as')!, at, count)
  }
  const each = (share: Share): Share =>
    ({ messages: share.messages / plan.watched, bytes: share.bytes / plan.watched, cpuMs: share.cpuMs / plan.watched })
  const prints = [...boards.values()].map((board) => printOf(board))
  return {
    gossip: { ...each(count.gossip), copies: count.gossip.copies / plan.watched, again: count.gossip.again / plan.watched },
    word: each(count.word),
    compared: each(count.compared),
    back: { missed: told.missed / plan.watched, questions: told.questions / plan.watched, bytes: told.bytes / plan.watched, fetched: told.fetched / plan.watched },
    agree: prints.filter((print) => print === prints[0]).length,
    listings: sizeOf([...boards.values()][0]!.offered.federation, WHOLE),
  }
}

type Counts = { gossip: Share & { copies: number; again: number }; word: Share; compared: Share }
const none = (): Share => ({ messages: 0, bytes: 0, cpuMs: 0 })
const HOUR = 3_600
const cpuMs = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

// Hubs and their people

/** More than a day's changes need, at ten a member. */
const AUTHORS = 24

function aHub(n: number, plan: DayPlan, chance: Chance): SimHub {
  const town = aTown(`sim-${n}`)
  town.card = { ...town.card, region: REGIONS[n % REGIONS.length]! }
  const people = Array.from({ length: AUTHORS }, (_, i) => aPerson(`sim ${n} ${i}`))
  const open = Array.from({ length: plan.open }, (_, i) => {
    const author = people[i % AUTHORS]!
    return { author, listing: aListing(town, author, { id: idFor(`sim ${n} ${i}`), title: `listing ${i} of city ${n}`, from: NOON - DAY, expiresAt: NOON + (2 + (i % 28)) * DAY }) }
  })
  const share = (plan.off / 100) * 24
  return { town, people, open, offFrom: chance.below(100) < share * 100 ? HOUR + chance.below(20 * HOUR) : Infinity }
}

const isOff = (hub: SimHub, at: number): boolean => at >= hub.offFrom && at < hub.offFrom + HOUR

function boardOf(hubs: SimHub[]): Board {
  const board = emptyBoard()
  for (const { open } of hubs) {
    for (const { listing } of open) merge(board, { listing, hash: listingHash(encodeListing(listing)), envelope: new Uint8Array(), heardTs: NOON - DAY, hasBody: true })
  }
  return board
}

/** A member changes a listing of theirs or begins one: the message in which it leaves. */
function changed(hub: SimHub, at: number, chance: Chance): Uint8Array {
  const isNew = chance.below(100) < 40
  const old = hub.open[chance.below(hub.open.length)]!
  const author = isNew ? hub.people[chance.below(AUTHORS)]! : old.author
  const listing = isNew
    ? aListing(hub.town, author, { id: idFor(`new ${hub.town.name} ${at} ${hub.open.length}`), from: NOON + at, expiresAt: NOON + at + 14 * DAY })
    : { ...old.listing, rev: old.listing.rev + 1, title: `${old.listing.title.slice(0, 60)} ${old.listing.rev}` }
  if (isNew) hub.open.push({ listing, author })
  else old.listing = listing
  return messageOf(hub.town, author, listing)
}

function sceneOf(board: Board, hubs: ReadonlyMap<string, SimHub>, members: number, at: number): Scene {
  return {
    board, now: NOON + at, isFrozen: () => false, membersOf: () => members,
    hubOf(origin) {
      const found = hubs.get(origin)
      return found === undefined ? undefined : { hubId: found.town.id, logKey: found.town.card.logKey, region: found.town.card.region }
    },
  }
}

// Topics

type Mesh = { neighbours: number[][]; latency(a: number, b: number): number }

/** Who is in whose mesh, and how long a word takes between any two: 10 to 150 ms. */
function aMesh(hubs: number, chance: Chance): Mesh {
  const neighbours: number[][] = Array.from({ length: hubs }, () => [])
  for (let a = 0; a < hubs; a++) {
    for (let tries = 0; neighbours[a]!.length < Math.min(D, hubs - 1) && tries < 20 * hubs; tries++) {
      const b = chance.below(hubs)
      if (b === a || neighbours[a]!.includes(b) || neighbours[b]!.length >= D_HI) continue
      neighbours[a]!.push(b)
      neighbours[b]!.push(a)
    }
  }
  const salt = chance.below(1_000)
  return { neighbours, latency: (a, b) => 10 + ((Math.min(a, b) * 7_919 + Math.max(a, b) * 104_729 + salt) % 140) }
}

let byOrigin: { hubs: SimHub[]; map: Map<string, SimHub> } | null = null
const originsOf = (hubs: SimHub[]): Map<string, SimHub> => {
  if (byOrigin?.hubs !== hubs) byOrigin = { hubs, map: new Map(hubs.map((hub) => [hub.town.card.origin, hub])) }
  return byOrigin.map
}

/** One object from its hub to all: flood publishing first, then along the mesh, where nobody has said that they have it. */
function carry(
  message: Uint8Array, from: number, hubs: SimHub[], boards: Map<SimHub, Board>, mesh: Mesh, at: number, count: Counts,
): void {
  const here = hubs.map((hub) => !isOff(hub, at))
  const first = hubs.map((_, n) => (n === from ? 0 : here[n] ? mesh.latency(from, n) : Infinity))
  for (const [n, at_] of first.entries()) {
    if (n === from || at_ === Infinity) continue
    for (const via of mesh.neighbours[n]!) {
      if (here[via]) first[n] = Math.min(first[n]!, mesh.latency(from, via) + mesh.latency(via, n))
    }
  }
  const saysNo = message.length >= IDONTWANT_FROM
  const frame = message.length + FRAME_BYTES
  for (const [n, hub] of hubs.entries()) {
    const board = boards.get(hub)
    if (board === undefined || !here[n]) continue
    const { gossip, word } = count
    const others = here.filter(Boolean).length - 1
    // Out
    let out = n === from ? others : 0
    let inward = n === from ? 0 : 1
    for (const other of mesh.neighbours[n]!) {
      if (!here[other]) continue
      if (n !== from && other !== from && (!saysNo || first[n]! < first[other]! + mesh.latency(other, n))) out += 1
      if (other !== from && n !== from && (!saysNo || first[other]! < first[n]! + mesh.latency(n, other))) inward += 1
      if (saysNo && n !== from) {
        word.messages += 2
        word.bytes += 2 * (CONTROL_BYTES + ID_BYTES)
      }
    }
    gossip.messages += out + inward
    gossip.bytes += (out + inward) * frame
    gossip.copies += inward
    gossip.again += Math.max(0, inward - 1)
    const lazy = Math.min(others - mesh.neighbours[n]!.length, Math.max(D_LAZY, Math.floor(GOSSIP_FACTOR * others)))
    if (lazy > 0) {
      word.messages += 2 * lazy * ANNOUNCED_BEATS
      word.bytes += 2 * lazy * ANNOUNCED_BEATS * (CONTROL_BYTES + ID_BYTES)
    }
    // What it thinks of it
    const before = cpuMs()
    const way = n === from ? { by: 'member' } as const : { by: 'gossip', region: hubs[from]!.town.card.region } as const
    const judgement = verdictOn(message, way, sceneOf(board, originsOf(hubs), 1_000, at))
    if (judgement.verdict === 'accept') {
      merge(board, judgement.kept)
      countChange(board, judgement.kept.listing, judgement.kept.heardTs)
      bodies.set(judgement.kept.hash, judgement.body)
    } else if (judgement.because !== 'stale') {
      throw new Error(`an honest listing is ${judgement.verdict}: ${judgement.because}`)
    }
    gossip.cpuMs += cpuMs() - before
  }
}

/** Bodies by the hash of their listing, one for all boards. */
const bodies = new Map<string, Uint8Array | null>()

// Comparing

/** Every ten minutes with two of those that are here. */
function turn(boards: Map<SimHub, Board>, at: number, count: Counts, chance: Chance): void {
  const here = [...boards].filter(([hub]) => !isOff(hub, at))
  for (const [hub, board] of here) {
    const others = here.filter(([other]) => other !== hub)
    for (let i = 0; i < Math.min(COMPARED_AT_A_TURN, others.length); i++) {
      const [, other] = others[chance.below(others.length)]!
      compare([{ board, other }], at, [...boards.keys()], count.compared)
    }
  }
}

/** A hub that was off compares with everybody at once, since all connect to it. */
function cameBack(hub: SimHub, board: Board, boards: Map<SimHub, Board>, at: number, hubs: number, count: Counts, told: DayTold['back']): void {
  if (hub.offFrom === Infinity) return
  const others = [...boards].filter(([other]) => other !== hub && !isOff(other, at)).map(([, other]) => other)
  if (others.length === 0) return
  const pairs = Array.from({ length: hubs - 1 }, (_, i) => ({ board, other: others[i % others.length]! }))
  const { questions, bytes, fetched, taken } = compare(pairs, at, [...boards.keys()], count.compared)
  told.missed += taken
  told.questions += questions
  told.bytes += bytes
  told.fetched += fetched
}

/** Questions and bytes; listings fetched, and those among them that were news. */
type Compared = { questions: number; bytes: number; fetched: number; taken: number }

/** Comparisons of one board with others, side by side: each takes its turn before any takes its next. */
function compare(pairs: { board: Board; other: Board }[], at: number, hubs: SimHub[], share: Share): Compared {
  const peers = emptyTree<Kept>()
  const told: Compared = { questions: 0, bytes: 0, fetched: 0, taken: 0 }
  const before = cpuMs()
  const onTheWay = new OnTheWay<number>()
  const rounds = pairs.map(({ board, other }, place) => {
    const wants = (row: Row): boolean => isNewTo(board, row) && hasRoom(board, row.hub) && onTheWay.begin(row.hash, place, at)
    const own: Own = { sets: { federation: board.offered.federation, peers }, wants }
    return { board, other, own, turn: beginRound(own) }
  })
  for (let open = rounds; open.length > 0;) {
    open = open.filter((one) => one.turn[1][0]?.type !== 'end')
    for (const one of open) {
      const [round, [effect]] = one.turn
      if (effect?.type === 'ask') {
        const shared = { board: one.other, sets: { federation: one.other.offered.federation, peers }, bodyOf: (kept: Kept) => bodies.get(kept.hash) ?? null }
        const answer = answerTo(parseSyncRequest(effect.request) as never, shared)
        told.questions += 1
        told.bytes += effect.request.length + answer.length
        one.turn = step(round, answer, one.own)
      } else if (effect?.type === 'take') {
        for (const bytes of effect.listings) {
          told.fetched += 1
          const judgement = verdictOn(bytes, { by: 'sync', from: hubs[0]!.town.card.origin, missed: HOUR }, sceneOf(one.board, byOrigin!.map, 1_000, at))
          if (judgement.verdict !== 'accept') continue
          told.taken += 1
          merge(one.board, judgement.kept)
        }
        one.turn = judged(round, 0)
      }
    }
  }
  share.messages += 2 * told.questions
  share.bytes += told.bytes
  share.cpuMs += cpuMs() - before
  return told
}

/** What a board is, in one word. */
function printOf(board: Board): string {
  const all = [...board.hubs.values()].flatMap((listings) => [...listings.values()].map(({ hash }) => hash)).sort()
  return toHex(sha256(utf8(all.join())))
}
