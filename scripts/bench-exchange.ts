/**
 * `npm run bench -- exchange`: what it costs that a listing of one city is seen in all.
 *
 *   compare   two boards of 100,000 listings and two of a million, of which so many differ, beside negentropy
 *             (`bench-boards.ts`)
 *   hubs      ten real hubs, each a process, on this machine's loopback: listing published → taken in everywhere, first
 *             as it is, then with a fifth of what the topics bring lost on arrival, until boards have been compared
 *   idle      what each of these hubs costs when nothing happens: in the minute after all that, and in the next ones, as
 *             the rounds of questions grow rarer and V8 gives memory back
 */
import { type ChildProcess, fork } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { fromHex } from '#ledger/bytes.ts'
import { openKeystore } from '#node/disk/keystore.ts'
import { openRunMarker } from '#node/disk/run-marker.ts'
import { grouped } from '#node/progress.ts'
import { foundHub } from '#node/record/founding.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import { systemClock, systemEntropy } from '#node/system-clock.ts'
import type { FederationView } from '#protocol/api.ts'
import { MemberClient } from '#test/support/member-client.ts'
import { freePort } from '#test/support/hub-process.ts'
import { compareBoards } from './bench-boards.ts'
import { besides, median, quantile } from './bench-town.ts'
import type { FromHub, ToHub } from './exchange-hub.ts'
import { startedAs } from './started-as.ts'

export const exchangeUsage = 'bench exchange [--only compare|hubs] [--listings N,N] [--peers none] [--hubs N] [--seconds N]'

export async function exchange(argv: string[]): Promise<number> {
  const asked = argumentsOf(argv)
  if (asked === null) {
    process.stderr.write(`${exchangeUsage}\n`)
    return 2
  }
  installNativeCrypto()
  if (asked.only !== 'hubs') for (const count of asked.listings) await compareBoards(count, asked.peers === 'none')
  if (asked.only !== 'compare') await measureHubs(asked.hubs, asked.seconds)
  return 0
}

type Asked = { only: string; listings: number[]; peers: string; hubs: number; seconds: number }

function argumentsOf(argv: string[]): Asked | null {
  try {
    const { values } = parseArgs({
      args: argv,
      options: {
        only: { type: 'string', default: '' }, listings: { type: 'string', default: '100000,1000000' }, peers: { type: 'string', default: 'negentropy' },
        hubs: { type: 'string', default: '10' }, seconds: { type: 'string', default: '60' },
      },
    })
    const { only, peers } = values
    const asked = { only, peers, listings: values.listings.split(',').map(Number), hubs: Number(values.hubs), seconds: Number(values.seconds) }
    const isSane = [...asked.listings, asked.hubs, asked.seconds].every((n) => Number.isSafeInteger(n) && n > 1)
    return isSane && ['', 'compare', 'hubs'].includes(only) && ['negentropy', 'none'].includes(peers) ? asked : null
  } catch {
    return null
  }
}

const say = (line: string): void => void process.stdout.write(`${line}\n`)

// Ten hubs

type BenchHub = {
  steward: MemberClient
  members: MemberClient[]
  child: ChildProcess
  /** When each listing was taken in: told at once for what a topic brought, seen within a second for the rest. */
  took: Map<string, number>
  cost(): Promise<Extract<FromHub, { tell: 'cost' }>>
  /** The same directory in a new process, whose wire loses so much. */
  again(loss: number, every: number): Promise<void>
}

const IDLE_WINDOWS = 4
const MEMBERS = 4
const EACH = 5

async function measureHubs(count: number, seconds: number): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'exchange-'))
  const hubs: BenchHub[] = []
  try {
    for (let i = 0; i < count; i++) hubs.push(await aHub(join(dir, String(i)), i))
    await federate(hubs)
    say(`\n${count} hubs, each a process, one federation; ${MEMBERS * EACH} listings a hub, ${count - 1} others take in each`)
    const sent = await publish(hubs, 0)
    await settled(hubs, sent, 30)
    deliveries('as it is', hubs, sent)

    say(`\nidle, everything connected, ${IDLE_WINDOWS} times ${seconds} s one after the other:`)
    let before = await Promise.all(hubs.map((hub) => hub.cost()))
    for (let window = 1; window <= IDLE_WINDOWS; window++) {
      await pause(seconds * 1_000)
      const after = await Promise.all(hubs.map((hub) => hub.cost()))
      const shares = after.map(({ cpuMs: ms }, i) => (100 * (ms - before[i]!.cpuMs)) / (seconds * 1_000))
      const mib = (of: 'rssBytes' | 'shareBytes' | 'ownBytes' | 'heapBytes'): string => {
        const all = after.map((cost) => cost[of] / 2 ** 20)
        return `${median(all).toFixed(0)} (most ${Math.max(...all).toFixed(0)})`
      }
      say(`  ${window}: processor ${median(shares).toFixed(2)} % of a core a hub (most ${Math.max(...shares).toFixed(2)}); MiB resident ${mib('rssBytes')}, which`)
      say(`     counts what hubs share once for each; its share ${mib('shareBytes')}, its own alone ${mib('ownBytes')}, of it JavaScript ${mib('heapBytes')}`)
      before = after
    }

    const every = 10
    for (const hub of hubs) await hub.again(20, every)
    await connected(hubs)
    const lossy = await publish(hubs, 1)
    await pause(2_000)
    deliveries('\na fifth lost on arrival, before boards are compared', hubs, lossy)
    const waited = await settled(hubs, lossy, 600)
    deliveries(`after it (ten minutes between two comparisons stand here for ${every} s), ${waited.toFixed(0)} s later`, hubs, lossy)
    const costs = await Promise.all(hubs.map((hub) => hub.cost()))
    const sum = (of: 'lost' | 'comparisons' | 'comparedBytes'): number => costs.reduce((all, cost) => all + cost[of], 0)
    say(`  ${grouped(sum('lost'))} objects were lost; ${grouped(sum('comparisons'))} questions between boards, ${grouped(sum('comparedBytes'))} bytes with their answers`)
  } finally {
    for (const { child } of hubs) child.kill()
    await pause(1_000)
    rmSync(dir, { recursive: true, force: true })
  }
}

async function aHub(data: string, n: number): Promise<BenchHub> {
  mkdirSync(data, { recursive: true })
  const [http, p2p] = [await freePort(), await freePort()]
  const url = `http://127.0.0.1:${http}`
  const fetchThere = (path: string, init?: RequestInit): Promise<Response> => fetch(`${url}${path}`, init)
  const steward = new MemberClient('steward', fetchThere)
  const keys = await openKeystore(data)
  const founding = { name: `city-${n}`, city: `City ${n}`, region: (['as', 'eu', 'na'] as const)[n % 3]!, preset: 'city' as const }
  const hubId = await foundHub(data, founding, { acct: fromHex(steward.acct)!, device: steward.device, name: 'steward' }, 'en', keys, systemClock, systemEntropy)
  openRunMarker(data, hubId, true, () => 'founded', besides(data), systemEntropy).takeUp()
  const took = new Map<string, number>()
  const hub: BenchHub = {
    steward, members: [], took, child: await born(data, http, p2p, 0, 600, took),
    cost: () => new Promise((resolve) => {
      const heard = (message: FromHub): void => {
        if (message.tell !== 'cost') return
        hub.child.off('message', heard)
        resolve(message)
      }
      hub.child.on('message', heard)
      hub.child.send({ ask: 'cost' } satisfies ToHub)
    }),
    async again(loss, every) {
      const ended = new Promise((resolve) => hub.child.once('exit', resolve))
      hub.child.kill()
      await ended
      hub.child = await born(data, http, p2p, loss, every, took)
      await Promise.all([steward, ...hub.members].map((member) => member.login()))
    },
  }
  await steward.login()
  for (let i = 0; i < MEMBERS * 2; i++) {
    const member = new MemberClient(`member ${i}`, fetchThere)
    await member.join()
    await steward.attest(member)
    await member.login()
    hub.members.push(member)
  }
  return hub
}

/** Where `node/main.mjs` keeps it. */
const compiled = join(import.meta.dirname, '..', 'node_modules', '.cache', 'tongyi')

function born(data: string, http: number, p2p: number, loss: number, every: number, took: Map<string, number>): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, 'exchange-hub.ts'), [data, http, p2p, loss, every].map(String), {
    // The code compiled before is what a hub has from its second start on.
    execArgv: startedAs().flags, env: { ...process.env, ...startedAs().environment, ...besides(data), NODE_COMPILE_CACHE: compiled },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  return new Promise((resolve, reject) => {
    child.on('message', (message: FromHub) => {
      if (message.tell === 'ready') resolve(child)
      if (message.tell === 'took' && !took.has(message.id)) took.set(message.id, message.at)
    })
    child.once('exit', (code) => reject(new Error(`a hub ended with ${code}`)))
  })
}

const viewOf = async ({ steward }: BenchHub): Promise<FederationView> => (await steward.get<FederationView>('/api/federation')).body

/** The first hub founds; the others join one after the other, each admitted by all who are in. */
async function federate(hubs: BenchHub[]): Promise<void> {
  const [first, ...others] = hubs as [BenchHub, ...BenchHub[]]
  await first.steward.post('/api/federation/found', {})
  await first.steward.login()
  for (const [i, newcomer] of others.entries()) {
    const members = hubs.slice(0, i + 1)
    const { card } = await viewOf(newcomer)
    await newcomer.steward.post('/api/federation/join', { card: (await viewOf(first)).card })
    // Meeting others begins anew inside the process, and sessions do not survive it.
    await Promise.all([newcomer.steward, ...newcomer.members].map((member) => member.login()))
    for (const member of members) await member.steward.post('/api/federation/admit', { card })
    for (const hub of hubs.slice(0, i + 2)) await until(async () => (await viewOf(hub)).version === i + 2, 120)
  }
  await Promise.all(first.members.map((member) => member.login()))
  await connected(hubs)
}

const connected = async (hubs: BenchHub[]): Promise<void> => {
  for (const hub of hubs) await until(async () => (await viewOf(hub)).cities.filter((city) => city.connected).length >= hubs.length - 1, 120)
  // Subscriptions are told at the next heartbeat.
  await pause(3_000)
}

type Sent = { id: string; at: number; by: BenchHub }

/** Every member of the half whose turn it is posts five listings, hub by hub in turn. */
async function publish(hubs: BenchHub[], turn: 0 | 1): Promise<Sent[]> {
  const sent: Sent[] = []
  for (let i = 0; i < MEMBERS * EACH; i++) {
    for (const hub of hubs) {
      const author = hub.members[turn * MEMBERS + (i % MEMBERS)]!
      const at = performance.timeOrigin + performance.now()
      const told = await author.list({ title: `listing ${turn} ${i}` })
      if (told.status !== 200) throw new Error(`not taken: ${JSON.stringify(told.body)}`)
      sent.push({ id: told.body.id, at, by: hub })
    }
  }
  return sent
}

const missing = (hubs: BenchHub[], sent: Sent[]): number =>
  hubs.reduce((sum, hub) => sum + sent.filter(({ id, by }) => by !== hub && !hub.took.has(id)).length, 0)

async function settled(hubs: BenchHub[], sent: Sent[], seconds: number): Promise<number> {
  const began = performance.now()
  while (missing(hubs, sent) > 0 && performance.now() - began < seconds * 1_000) {
    await pause(1_000)
    for (const hub of hubs) {
      const now = performance.timeOrigin + performance.now()
      for (const { id } of await hub.steward.listings()) if (!hub.took.has(id)) hub.took.set(id, now)
    }
  }
  return (performance.now() - began) / 1_000
}

function deliveries(what: string, hubs: BenchHub[], sent: Sent[]): void {
  const waits = hubs.flatMap((hub) => sent.filter(({ by, id }) => by !== hub && hub.took.has(id)).map(({ id, at }) => hub.took.get(id)! - at))
  const all = sent.length * (hubs.length - 1)
  const last = sent.map(({ id, at, by }) => Math.max(...hubs.filter((hub) => hub !== by).map((hub) => (hub.took.get(id) ?? Number.NaN) - at)))
    .filter((wait) => !Number.isNaN(wait))
  const share = `${((100 * waits.length) / all).toFixed(2)} % of ${grouped(all)} delivered`
  const [p50, p99] = [0.5, 0.99].map((q) => quantile(last, q).toFixed(0))
  say(`${what}: ${share}; ${last.length} of ${sent.length} everywhere, after ${p50} ms (median), ${p99} ms (99 of 100)`)
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

async function until(holds: () => Promise<boolean>, seconds: number): Promise<void> {
  const began = performance.now()
  while (!(await holds().catch(() => false))) {
    if (performance.now() - began > seconds * 1_000) throw new Error('the hubs did not come together in time')
    await pause(100)
  }
}
