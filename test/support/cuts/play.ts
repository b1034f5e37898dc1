/**
 * Cities that are cut off from each other while their members go on sending, and one that is killed in the middle of it.
 *
 * Each round cuts the country into sides, some of them with a quorum and some without, kills one hub and starts it again
 * while the roads are still cut, and mends them. From that moment is counted how long it takes until everything that was
 * sent before it has arrived, and its own hub has the other's word for it. In the end all hubs' exports are laid beside
 * each other and beside what the senders were told (`books.ts`), and audited by the hub's own auditor.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { randomBytes } from 'node:crypto'
import type { Hex } from '#ledger/action.ts'
import { xidOf } from '#ledger/federation/federation.ts'
import { sha256 } from '#ledger/hash.ts'
import { type Chance, chanceFrom } from '#test/support/faults/chance.ts'
import { type HubProcess, run } from '#test/support/hub-process.ts'
import { zeros } from '#test/support/member-client.ts'
import { booksOf, type Told } from './books.ts'
import { aCountry, insist, type Place } from './country.ts'
import { layRoads, type Roads, type Sides } from './roads.ts'
import { type Watch, watchOf } from './watch.ts'

export type Asked = { hubs: number; rounds: number; cutSeconds: number; seed: number; dir: string; heard(line: string): void }

export type Round = { sides: string; killed: string; sentMeanwhile: number; convergedSeconds: number }
export type Played = {
  roads: Roads['kind']
  rounds: Round[]
  transfers: number
  credited: number
  cameBack: number
  /** Packets lost on cut roads; null where roads cannot be cut. */
  dropped: number | null
  /** What the auditor, the hub's own auditor and the people found that must not be. */
  faults: string[]
}

/** What is promised, seconds from the mending of the roads; the play gives up at ten times of it. */
export const CONVERGED_SECONDS = 30
const GIVEN_UP_MS = 10 * CONVERGED_SECONDS * 1_000
const LOOK_MS = 250
/** Between two transfers of one member. */
const BREATH_MS = 500
/** A killed machine takes a moment to come up. */
const DOWN_MS = 1_000
/** One in so many is for an account that there is not, and must come back. */
const FOR_NOBODY = 10
const AMOUNT_MOST = 40
const EXPIRES_DAYS = 3

export async function play(asked: Asked): Promise<Played> {
  const { hubs: count, rounds: roundsAsked, dir, heard } = asked
  const chance = chanceFrom(asked.seed)
  const roads = layRoads(count)
  const hubs: HubProcess[] = []
  const traffic: Promise<void>[] = []
  let isOver = false
  let isGivenUp = false
  try {
    const places = await aCountry(dir, count, roads, hubs)
    heard(`${count} hubs have met`)
    const watch = watchOf(places)
    const federation = federationOf(places[0]!)
    const sent: Told[] = []
    for (const place of places) traffic.push(goOn(place, places, federation, chance, sent, () => isOver, () => isGivenUp))
    // A reason to stop is met where it is waited for, below.
    for (const one of traffic) one.catch(() => {})

    const rounds: Round[] = []
    for (let n = 0; n < roundsAsked; n++) {
      const round = await aRound(n, places, roads, watch, chance, sent, asked.cutSeconds)
      rounds.push(round)
      heard(`cut ${round.sides}, ${round.killed} killed, ${round.sentMeanwhile} sent meanwhile: all arrived ${round.convergedSeconds.toFixed(1)} s after it was mended`)
    }
    isOver = true
    await Promise.all(traffic)
    await comeToRest(places, watch, sent)
    const dropped = roads.dropped()
    const files = await exportsOf(places, dir)
    const books = booksOf(files.map(({ bytes }) => bytes), sent, federation)
    const faults = [...books.faults]
    await run(['audit', ...files.map(({ file }) => file)]).catch((error: unknown) => faults.push(`audit: ${String(error)}`))
    return { roads: roads.kind, rounds, transfers: sent.length, credited: books.credited, cameBack: books.cameBack, dropped, faults }
  } finally {
    isOver = isGivenUp = true
    roads.heal(hubs)
    await Promise.all(hubs.map((hub) => hub.kill()))
  }
}

/** The id of the federation, as the record has it. */
function federationOf({ hub }: Place): Uint8Array {
  for (const { action } of hub.records()) if (action.kind === 'fed.adopted') return sha256(action.document)
  throw new Error('a hub that has met others has recorded it')
}

/** One member goes on sending to others until it is over; what was receipted and approved is in `sent`. */
async function goOn(
  place: Place, places: readonly Place[], federation: Uint8Array, chance: Chance, sent: Told[], isOver: () => boolean, isGivenUp: () => boolean,
): Promise<void> {
  const others = places.filter((other) => other !== place)
  while (!isOver()) {
    const to = chance.pick(others)
    const isForNobody = chance.below(FOR_NOBODY) === 0
    const terms = {
      to: isForNobody ? randomBytes(32).toString('hex') : to.member.acct, destination: to.origin, amount: BigInt(1 + chance.below(AMOUNT_MOST)),
      expDay: EXPIRES_DAYS,
    }
    const request = await insist(place, place.member, 'x.req', {
      source: 0, ...terms, agreement: randomBytes(16).toString('hex'), awardMilli: 0n, memo: zeros,
    }, isGivenUp)
    const xid = xidOf(federation, request.leaf)
    await insist(place, place.steward, 'x.appr', { xid, ...terms }, isGivenUp)
    sent.push({ xid, from: place.origin, to: to.origin, amount: terms.amount, isForNobody })
    await pause(BREATH_MS)
  }
}

async function aRound(
  n: number, places: readonly Place[], roads: Roads, watch: Watch, chance: Chance, sent: readonly Told[], cutSeconds: number,
): Promise<Round> {
  const hubs = places.map(({ hub }) => hub)
  const sizes = sizesOf(n, places.length)
  const isOneWay = n % 5 === 2
  const order = chance.some([...places.keys()], places.length)
  const sides: Sides = sizes.map((size, i) => order.slice(sizes.slice(0, i).reduce((sum, one) => sum + one, 0)).slice(0, size))
  const before = sent.length
  roads.cut(sides, hubs, isOneWay)
  await pause(500 * cutSeconds)
  // Where the smaller sides are held still instead, only one of the largest side can come up again.
  const largest = sides.reduce((one, other) => (other.length > one.length ? other : one))
  const killed = places[chance.pick(roads.kind === 'loopback' ? largest : order)]!
  await killed.hub.kill()
  await pause(DOWN_MS)
  await killed.hub.start()
  await pause(500 * cutSeconds)

  const meanwhile = sent.length - before
  roads.heal(hubs)
  const mended = performance.now()
  const open = sent.slice()
  await come('what was sent before the roads were mended has arrived', watch, () => open.every(({ xid }) => watch.isSettled(xid)))
  return {
    sides: `${sizes.join('|')}${isOneWay ? ' one way' : ''}`, killed: killed.name, sentMeanwhile: meanwhile,
    convergedSeconds: (performance.now() - mended) / 1_000,
  }
}

/** How many hubs stand on each side: two halves, most against a few, in thirds, all but one. */
function sizesOf(round: number, n: number): number[] {
  const half = Math.floor(n / 2)
  const few = Math.max(1, Math.floor((n - 1) / 3))
  const third = Math.max(1, Math.floor(n / 3))
  const sizes = [[half, n - half], [few, n - few], [half, n - half], [third, third, n - 2 * third], [1, n - 1]]
  return sizes[round % sizes.length]!.filter((size) => size > 0)
}

async function come(what: string, watch: Watch, isTrue: () => boolean): Promise<void> {
  for (const began = performance.now(); ; await pause(LOOK_MS)) {
    watch.look()
    if (isTrue()) return
    if (performance.now() - began > GIVEN_UP_MS) throw new Error(`after ${GIVEN_UP_MS / 1_000} s it has not come to this: ${what}`)
  }
}

/** All has arrived; what waits for a steward, being for nobody, is sent back, and is back. */
async function comeToRest(places: readonly Place[], watch: Watch, sent: readonly Told[]): Promise<void> {
  await come('everything sent has arrived', watch, () => sent.every(({ xid }) => watch.isSettled(xid)))
  for (const [xid, where] of watch.suspended) {
    const place = places.find(({ origin }) => origin === where)!
    await insist(place, place.steward, 'x.back', { xid })
  }
  const back = sent.filter(({ isForNobody }) => isForNobody).map(({ xid }): Hex => xid)
  await come('what was for nobody is back', watch, () => back.every((xid) => watch.isReturned(xid)))
}

/** As anybody may have them from the hubs' pages. */
async function exportsOf(places: readonly Place[], dir: string): Promise<{ file: string; bytes: Uint8Array }[]> {
  mkdirSync(join(dir, 'exports'), { recursive: true })
  return await Promise.all(places.map(async ({ name, hub }) => {
    const response = await fetch(`${hub.url}/export`)
    if (!response.ok) throw new Error(`${name} gives no export: ${response.status}`)
    const bytes = new Uint8Array(await response.arrayBuffer())
    const file = join(dir, 'exports', `${name}.cv`)
    writeFileSync(file, bytes)
    return { file, bytes }
  }))
}
