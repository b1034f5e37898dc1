/**
 * `npm run bench -- settle [--hubs 4,10,30] [--transfers N] [--singles N]`: what a transfer between cities costs.
 *
 * Whole hubs as far as settlement goes (writer, replicas, checkpointer, voter, settler), each with a ledger of its own,
 * on one network in memory and over disks in memory, all in this one process: what is measured is the work, on one
 * core, of all hubs together. The wire and the disk come on top; `npm run bench` measures the disk. Time is that of a core
 * which does nothing else (`aWorkingClock`), so that what hubs do by the clock is as much as on a machine that is theirs.
 *
 *   batches    every transfer is asked for and approved before the first order: each order carries all that wait
 *   singles    each city approves its next transfer when the one before is certified: one order a transfer
 *   unloaded   one transfer in the whole federation at a time
 *
 * A transfer counts from the member's request to the credit; only what the members' and stewards' own devices do (their
 * signatures) is left out. Rates and latencies, from the order to the credit, are in processor time. Beside them stands how
 * many signatures this machine verifies a second on one core, taken before and after each size in the same run.
 */
import { parseArgs } from 'node:util'
import type { Hex } from '#ledger/action.ts'
import type { Entry } from '#ledger/entry.ts'
import { parseOrder, xidOf } from '#ledger/federation/federation.ts'
import { type Ed25519, installEd25519, publicKeyOf, sign, verifyIn } from '#ledger/keys.ts'
import { outsTo } from '#ledger/rules/arrival.ts'
import { globalDay } from '#ledger/state/state.ts'
import { backEnds, ed25519Of } from '#node/signatures/native-crypto.ts'
import { grouped } from '#node/progress.ts'
import {
  aCity, act, aMemberOf, approveIssue, type City, drafted, foundTogether, openChains, send, start, stateOf, type TestClock, until,
} from '#test/support/cities.ts'
import { MemoryBus } from '#test/support/memory-network.ts'
import { bytesFor, CV, hexFor, idFor, NOON, type Person } from '#test/support/towns.ts'
import { quantile } from './bench-town.ts'

export const settleUsage = 'bench settle [--hubs 4,10,30] [--transfers N] [--singles N]'
const PATIENCE_MS = 900_000
const SIGNATURES_TIMED = 4_000

/** A city, and the member of it who sends. */
type Sender = { city: City; member: Person }
type Region = { senders: Sender[]; bus: MemoryBus; clock: WorkingClock; stop(): void }
/** What one round cost: all hubs' processor time, bytes between them, signatures verified, and how long each took [ms]. */
type Cost = { transfers: number; cpuMs: number; bytes: number; signatures: number; waits: number[]; orders: number }

/** Answers the exit code: 0, or 2 for arguments that make no sense. */
export async function settle(argv: string[]): Promise<number> {
  const asked = argumentsOf(argv)
  if (asked === null) {
    process.stderr.write(`${settleUsage}\n`)
    return 2
  }
  const verified = countingVerifier()
  const out = (text: string): void => void process.stdout.write(`${text}\n`)
  out('settle: whole hubs in one process, network and disks in memory')
  for (const hubs of asked.hubs) {
    const region = await aRegionOf(hubs)
    try {
      const before = verifyRate()
      const costs: [string, Cost][] = [
        ['batches', await measured(region, verified, asked.transfers, sendBatches)],
        ['singles', await measured(region, verified, asked.singles, sendSingles)],
        ['unloaded', await measured(region, verified, Math.min(asked.singles, UNLOADED), sendAlone)],
      ]
      const perSecond = (before + verifyRate()) / 2
      out(`\n${hubs} hubs; ${grouped(Math.round(perSecond))} signatures verified a second on one core`)
      for (const [name, cost] of costs) out(lineOf(name, cost, perSecond))
    } finally {
      region.stop()
    }
  }
  return 0
}

/** Transfers that are timed alone. */
const UNLOADED = 100

function argumentsOf(argv: string[]): { hubs: number[]; transfers: number; singles: number } | null {
  try {
    const { values } = parseArgs({
      args: argv,
      options: {
        hubs: { type: 'string', default: '4,10,30' }, transfers: { type: 'string', default: '4000' },
        singles: { type: 'string', default: '200' },
      },
    })
    const hubs = values.hubs.split(',').map(Number)
    const [transfers, singles] = [Number(values.transfers), Number(values.singles)]
    const isAsked = hubs.every((n) => Number.isSafeInteger(n) && n >= 2 && n <= 64)
    return isAsked && [transfers, singles].every((n) => Number.isSafeInteger(n) && n >= 1 && n <= 100_000)
      ? { hubs, transfers, singles }
      : null
  } catch {
    return null
  }
}

/** So many cities of one federation that have opened their chains and filled their pools; in each somebody has Global to send. */
async function aRegionOf(hubs: number): Promise<Region> {
  const clock = aWorkingClock()
  const bus = new MemoryBus(clock.after)
  const cities = Array.from({ length: hubs }, (_, i) => aCity(`city-${i + 1}`, bus, clock))
  foundTogether(cities)
  for (const city of cities) await start(city, { asRun: true })
  await until('all have been told that nothing is missing', () => cities.every(({ hub }) => hub!.fence.phase === 'passed'), PATIENCE_MS)
  await openChains(...cities)
  const senders: Sender[] = []
  for (const city of cities) {
    await approveIssue(city, 1_000n * CV)
    await until('the pool is filled', () => stateOf(city).books.pool > 0n, PATIENCE_MS)
    const { person: member } = await aMemberOf(city, 'mei')
    await act(city, { kind: 'pool.granted', member: member.acct, amountMilli: 100n * CV, reason: hexFor('a bench') }, [city.town.steward])
    senders.push({ city, member })
  }
  return { senders, bus, clock, stop: () => (cities.forEach((city) => city.hub?.die()), clock.stop()) }
}

/** The next city takes in what a city sends, one unit each. */
const destinationOf = ({ senders }: Region, at: number): Sender => senders[(at + 1) % senders.length]!

function requestsIn(region: Region, at: number, count: number): Entry[] {
  const { city, member } = region.senders[at]!
  const { city: there, member: whom } = destinationOf(region, at)
  const { federation, hub } = stateOf(there)
  const expDay = globalDay(federation!, city.clock.now()) + 5
  return Array.from({ length: count }, () => drafted(city, {
    kind: 'x.req', source: 0, to: whom.acct, destination: hub.origin, amount: 1n, agreement: idFor('a stay'), awardMilli: 0n,
    memo: hexFor('memo'), expDay,
  }, [member]))
}

/** The steward's approval of a request that stands in the record. */
function approvalOf({ city }: Sender, { action, leaf }: Entry): Entry {
  if (action.kind !== 'x.req') throw new Error('a request is approved')
  const { destination, to, amount, expDay } = action
  const xid = xidOf(stateOf(city).federation!.id, leaf)
  return drafted(city, { kind: 'x.appr', xid, destination, to, amount, expDay }, [city.town.steward])
}

type Way = (region: Region, approvals: Entry[][]) => Promise<void>

async function sendBatches({ senders }: Region, approvals: Entry[][]): Promise<void> {
  await Promise.all(senders.flatMap(({ city }, at) => approvals[at]!.map((approval) => send(city, approval))))
}

async function sendSingles({ senders }: Region, approvals: Entry[][]): Promise<void> {
  await Promise.all(senders.map(async ({ city }, at) => {
    for (const approval of approvals[at]!) {
      await send(city, approval)
      await nextTurn(() => stateOf(city).chain.asked.size === 0 || isCertified(city, approval))
    }
  }))
}

async function sendAlone(region: Region, approvals: Entry[][]): Promise<void> {
  for (const [at, { city }] of region.senders.entries()) {
    for (const approval of approvals[at]!) {
      await send(city, approval)
      await nextTurn(() => stateOf(city).requests.get(xidIn(approval))!.phase === 'credited')
    }
  }
}

function xidIn({ action }: Entry): Hex {
  if (action.kind !== 'x.appr') throw new Error('an approval names its transfer')
  return action.xid
}

const isCertified = (city: City, approval: Entry): boolean =>
  !['asked', 'out'].includes(stateOf(city).requests.get(xidIn(approval))!.phase)

/** Asks again when everything that is under way has had its turn. */
async function nextTurn(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve))
}

/** Lets so many transfers pass, evenly from all cities, and says what they cost. */
async function measured(region: Region, verified: () => number, count: number, pass: Way): Promise<Cost> {
  const { senders, bus } = region
  const each = Math.ceil(count / senders.length)
  const waits = timed(region)
  const requests = senders.map((_, at) => requestsIn(region, at, each))
  const before = { cpu: process.cpuUsage(), bytes: bus.carried, signatures: verified(), orders: ordersIn(region) }
  const asked = await Promise.all(senders.map(({ city }, at) => Promise.all(requests[at]!.map((one) => send(city, one)))))
  const asking = process.cpuUsage(before.cpu)
  // What stewards' devices do is not the hubs' work.
  const approvals = senders.map((sender, at) => asked[at]!.map((entry) => approvalOf(sender, entry)))
  const cpu = process.cpuUsage()
  await pass(region, approvals)
  const isCredited = senders.flatMap(({ city }, at) => approvals[at]!.map((approval) => () => stateOf(city).requests.get(xidIn(approval))!.phase === 'credited'))
  let credited = 0
  await nextTurn(() => {
    while (isCredited[credited]?.() === true) credited++
    return credited === isCredited.length
  })
  const passing = process.cpuUsage(cpu)
  return {
    transfers: each * senders.length,
    cpuMs: (asking.user + asking.system + passing.user + passing.system) / 1000,
    bytes: bus.carried - before.bytes, signatures: verified() - before.signatures, waits: waits(), orders: ordersIn(region) - before.orders,
  }
}

const ordersIn = ({ senders }: Region): number => senders.reduce((sum, { city }) => sum + stateOf(city).chain.slots.length, 0)

/** From each order to its credit, milliseconds; the result hands them over and ends the listening. */
function timed({ senders, clock }: Region): () => number[] {
  const ordered = new Map<Hex, number>()
  const waits: number[] = []
  let isOver = false
  for (const { city } of senders) {
    city.hub!.writer.onRecorded(({ action }) => {
      if (isOver || (action.kind !== 'x.out' && action.kind !== 'x.in')) return
      const order = parseOrder(action.order)!
      if (action.kind === 'x.out') for (const { xid } of order.outs) ordered.set(xid, clock.ms())
      else for (const { xid } of outsTo(order, stateOf(city).hub.origin)) waits.push(clock.ms() - ordered.get(xid)!)
    })
  }
  return () => {
    isOver = true
    return waits
  }
}

type WorkingClock = TestClock & { ms(): number; stop(): void }

/**
 * Time as a core has it that does nothing else: it passes with the work of this process, and when there is no more to do
 * the next timer comes at once. `ms` since it began, to the last bit of work.
 */
function aWorkingClock(): WorkingClock {
  const began = process.cpuUsage()
  /** By time, the earliest last. */
  const timers: { at: number; call: (() => void) | null }[] = []
  let skippedMs = 0
  let isOver = false

  const ms = (): number => {
    const { user, system } = process.cpuUsage(began)
    return (user + system) / 1_000 + skippedMs
  }
  let nowMs = ms()
  // Everything but timers goes on in the same turn (disks and network are in memory), so whoever comes here has nothing to do.
  function turn(): void {
    if (isOver) return
    const next = timers.pop()
    nowMs = ms()
    if (next !== undefined) {
      skippedMs += next.call === null ? 0 : Math.max(0, next.at - nowMs)
      nowMs = Math.max(nowMs, next.call === null ? 0 : next.at)
      next.call?.()
    }
    setImmediate(turn)
  }
  setImmediate(turn)
  return {
    ms,
    now: () => NOON + Math.floor(nowMs / 1_000),
    after(wait, call) {
      const timer: (typeof timers)[number] = { at: nowMs + wait, call }
      let [low, high] = [0, timers.length]
      while (low < high) {
        const middle = (low + high) >> 1
        if (timers[middle]!.at > timer.at) low = middle + 1
        else high = middle
      }
      timers.splice(low, 0, timer)
      return () => void (timer.call = null)
    },
    advance(seconds) {
      skippedMs += seconds * 1_000
    },
    stop: () => void (isOver = true),
  }
}

/** Every question about a signature is counted, and answered by the machine's fastest. */
function countingVerifier(): () => number {
  const native = backEnds.map(ed25519Of).find((one): one is Ed25519 => one !== null)
  let count = 0
  if (native !== undefined) {
    installEd25519({
      ...native,
      equationHolds(key, message, signature) {
        count += 1
        return native.equationHolds(key, message, signature)
      },
    })
  }
  return () => count
}

/** Signatures verified a second on one core, in processor time, as the hubs verify theirs. */
function verifyRate(): number {
  const secret = bytesFor('a bench')
  const [key, scope, payload] = [publicKeyOf(secret), bytesFor('scope'), bytesFor('payload')]
  const signature = sign(secret, 'entry', scope, payload)
  const began = process.cpuUsage()
  for (let i = 0; i < SIGNATURES_TIMED; i++) {
    if (!verifyIn(key, 'entry', scope, payload, signature)) throw new Error('a signature does not verify')
  }
  const { user, system } = process.cpuUsage(began)
  return SIGNATURES_TIMED / ((user + system) / 1e6)
}

function lineOf(name: string, { transfers, cpuMs, bytes, signatures, waits, orders }: Cost, perSecond: number): string {
  const rate = transfers / (cpuMs / 1000)
  const ms = (share: number): string => `${quantile(waits, share).toFixed(1)} ms`
  const each = (sum: number): string => (sum / transfers).toFixed(1)
  return [
    `  ${name.padEnd(9)}${grouped(Math.round(rate)).padStart(8)} transfers a second of one core (verify ×${(perSecond / rate).toFixed(1)})`,
    `${(transfers / orders).toFixed(1)} an order`, `order → credit p50 ${ms(0.5)}, p99 ${ms(0.99)}`,
    `${grouped(Math.round(bytes / transfers))} bytes and ${each(signatures)} signatures verified each, by all`,
  ].join(' · ')
}
