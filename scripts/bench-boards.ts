/**
 * What it costs to compare two boards, beside negentropy on the same listings and in the same run.
 *
 * Of so many listings some lack on one side, at random over the board. Each side of `protocol/sync.ts` is timed by
 * itself, in this process, until all that differs is named row by row. Negentropy is the one of `nostr-tools`
 * (`bench-peers/negentropy`), at its best: its frames have no limit, it names ids where ours names rows (id, hub, revision,
 * hash), and what the answering side finds out counts as found, for 32 bytes each that tell the asker of it. Its
 * fingerprints are sums, which who chooses the ids can have collide; `salted` is what it costs to hash them anew for one
 * session, against that. Ours is a hash of hashes.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { fromHex, toHex, utf8 } from '#ledger/bytes.ts'
import { sha256 } from '#ledger/hash.ts'
import { grouped } from '#node/progress.ts'
import { type Board, emptyBoard, type Kept, merge } from '#protocol/board.ts'
import { emptyTree, fingerprintOf, put, take, WHOLE } from '#protocol/range-tree.ts'
import { answerTo, beginRound, judged, type Own, parseSyncRequest, step } from '#protocol/sync.ts'
import { aListing } from '#test/support/listings.ts'
import { aTown, NOON } from '#test/support/towns.ts'
import { installIn } from './bench-peers/install.ts'
import { median } from './bench-town.ts'

const ROUNDS = 3
const HUBS = 50
const DIFFER = [0, 1, 10, 100, 1_000]

type Cost = { questions: number; bytes: number; found: number; askerMs: number; otherMs: number }
/** A way of comparing, of which one side lacks these. */
type Comparing = (lacking: Kept[]) => Cost

/** Prints a table for so many listings, with negentropy's in it unless `alone`. Throws when not all that differs was found. */
export async function compareBoards(count: number, alone: boolean): Promise<void> {
  const all = listings(count)
  say(`\n${grouped(count)} listings on two boards, of ${HUBS} hubs (processor time, medians of ${ROUNDS}${alone ? '' : '; negentropy / ours behind it'})`)
  const ours = oursOver(all)
  const theirs = alone ? null : await negentropyOver(all)
  say(`  differ   questions      bytes   asker ms   other ms${alone ? '' : '    questions        bytes    processor'}`)
  for (const differ of DIFFER) {
    const rounds = Array.from({ length: ROUNDS }, (_, round) => {
      const lacking = all.slice(round * differ, (round + 1) * differ)
      return [ours, theirs].map((comparing) => comparing === null ? null : found(comparing(lacking), differ))
    })
    const middle = (side: number, of: (cost: Cost) => number): number => median(rounds.map((round) => of(round[side]!)))
    const cells = [
      grouped(differ).padStart(8), String(middle(0, ({ questions }) => questions)).padStart(11), grouped(middle(0, ({ bytes }) => bytes)).padStart(10),
      middle(0, ({ askerMs }) => askerMs).toFixed(1).padStart(10), middle(0, ({ otherMs }) => otherMs).toFixed(1).padStart(10),
    ]
    const beside = (of: (cost: Cost) => number): string => {
      const [own, other] = [middle(0, of), middle(1, of)]
      return `${(other / own).toFixed(2)} ×`
    }
    const ratios = theirs === null ? [] : [
      beside(({ questions }) => questions).padStart(12), beside(({ bytes }) => bytes).padStart(12), beside((cost) => cost.askerMs + cost.otherMs).padStart(12),
    ]
    say([...cells, ...ratios].join(' '))
  }
}

function found(cost: Cost, differ: number): Cost {
  if (cost.found !== differ) throw new Error(`${cost.found} of ${differ} listings that differ were found`)
  return cost
}

/** Listings as boards keep them, without signatures: what is compared is what they hash to. */
function listings(count: number): Kept[] {
  const town = aTown('bench')
  const one = aListing(town, town.steward)
  const names = Array.from({ length: HUBS }, (_, i) => `cv.city-${i}-5b1f02d9/log`)
  return Array.from({ length: count }, (_, i): Kept => {
    const hash = toHex(sha256(utf8(`listing ${i}`)))
    return {
      listing: { ...one, id: hash.slice(0, 32), hub: names[i % HUBS]! }, hash, envelope: NOTHING, heardTs: NOON, hasBody: true,
    }
  })
}
const NOTHING = new Uint8Array()

// Ours

function oursOver(all: Kept[]): Comparing {
  const before = heapBytes()
  const began = cpuMs()
  const whole = boardOf(all)
  const took = cpuMs() - began
  say(`  ours: a board and all its fingerprints in ${took.toFixed(0)} ms, ${mebibytes(heapBytes() - before)} MiB beside the listings, and kept from then on`)
  const other = boardOf(all)
  return (lacking) => {
    for (const { listing } of lacking) take(other.offered.federation, listing)
    fingerprintOf(other.offered.federation, WHOLE)
    const told = compared(other, whole, new Set(lacking.map(({ hash }) => hash)))
    for (const one of lacking) put(other.offered.federation, one)
    return told
  }
}

function boardOf(all: Kept[]): Board {
  const board = emptyBoard()
  for (const one of all) merge(board, one)
  fingerprintOf(board.offered.federation, WHOLE)
  return board
}

/** One comparison, until all that differs is named; the listings themselves are not fetched. */
function compared(lacking: Board, whole: Board, differing: Set<string>): Cost {
  const peers = emptyTree<Kept>()
  const told = { questions: 0, bytes: 0, found: 0, askerMs: 0, otherMs: 0 }
  const own: Own = {
    sets: { federation: lacking.offered.federation, peers },
    wants(row) {
      if (differing.has(row.hash)) told.found += 1
      return false
    },
  }
  const shared = { board: whole, sets: { federation: whole.offered.federation, peers }, bodyOf: () => null }
  let at = cpuMs()
  let [round, effects] = beginRound(own)
  for (;;) {
    told.askerMs += cpuMs() - at
    const [effect] = effects
    if (effect?.type === 'end') return told
    if (effect?.type !== 'ask') throw new Error('a comparison fetched what nobody wants')
    at = cpuMs()
    const answer = answerTo(parseSyncRequest(effect.request) as never, shared)
    told.otherMs += cpuMs() - at
    told.questions += 1
    told.bytes += effect.request.length + answer.length
    at = cpuMs()
    ;[round, effects] = round.phase === 'judging' ? judged(round, 0) : step(round, answer, own)
  }
}

// Negentropy

/** What is used of `nostr-tools/nip77`; messages are hex. */
type Vector = { items: { timestamp: number; id: Uint8Array }[]; sealed: boolean; insert(timestamp: number, id: string): void; seal(): void }
type Reconciling = { initiate(): string; reconcile(message: string, have?: (id: string) => void, need?: (id: string) => void): string | null }
type Nip77 = { NegentropyStorageVector: new () => Vector; Negentropy: new (storage: Vector) => Reconciling }

async function negentropyOver(all: Kept[]): Promise<Comparing> {
  const folder = join(import.meta.dirname, 'bench-peers', 'negentropy')
  installIn(folder)
  const { Negentropy, NegentropyStorageVector } =
    (await import(join(folder, 'node_modules', 'nostr-tools', 'lib', 'esm', 'nip77.js'))) as Nip77
  const vectorOf = (ids: string[]): Vector => {
    const vector = new NegentropyStorageVector()
    for (const id of ids) vector.insert(timeOf(id), id)
    vector.seal()
    return vector
  }
  const ids = all.map(({ hash }) => hash)
  const before = heapBytes()
  const began = cpuMs()
  const whole = vectorOf(ids)
  const builtMs = cpuMs() - began
  const held = heapBytes() - before
  const salting = cpuMs()
  vectorOf(ids.map((id) => createHash('sha256').update('salt').update(fromHex(id)!).digest('hex')))
  const saltedMs = cpuMs() - salting
  say(`  negentropy: its vector in ${builtMs.toFixed(0)} ms, ${mebibytes(held)} MiB; salted for one session, ${saltedMs.toFixed(0)} ms more a side`)

  const itemOf = new Map(whole.items.map((item) => [toHex(item.id), item]))
  return (lacking) => {
    const away = new Set(lacking.map(({ hash }) => hash))
    const out = new Set(lacking.map(({ hash }) => itemOf.get(hash)!))
    const there = new NegentropyStorageVector()
    there.items = whole.items.filter((item) => !out.has(item))
    there.sealed = true
    const [asker, other] = [new Negentropy(there), new Negentropy(whole)]
    const told = { questions: 0, bytes: 0, found: 0, askerMs: 0, otherMs: 0 }
    const finds = (bytes: number) => (id: string): void => {
      if (!away.has(id)) return
      told.found += 1
      told.bytes += bytes
    }
    let at = cpuMs()
    let message: string | null = asker.initiate()
    for (;;) {
      told.askerMs += cpuMs() - at
      if (message === null) return told
      at = cpuMs()
      // Nothing left to say is null, which on the wire is the byte of its version.
      const answer = other.reconcile(message, finds(ID_BYTES)) ?? NOTHING_LEFT
      told.otherMs += cpuMs() - at
      told.questions += 1
      told.bytes += (message.length + answer.length) / 2
      at = cpuMs()
      message = asker.reconcile(answer, undefined, finds(0))
    }
  }
}

const NOTHING_LEFT = '61'
const ID_BYTES = 32

/** When a listing ends, as negentropy orders them: anywhere in a month. */
const timeOf = (id: string): number => NOON + (Number.parseInt(id.slice(0, 8), 16) % 2_592_000)

// What it is measured by

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0)

function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
/** What is held in this process, when what is not has been let go. */
function heapBytes(): number {
  collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
