/**
 * The job of `npm run bench -- record` done by this project: `node scripts/bench-own.mjs DIR ENTRIES` prints one
 * line of JSON, the figures of each stage. A process of its own, as every peer's is.
 *
 *   append1   one action after the other: signed by its author, verified, sealed, durable, answered
 *   append    the same, many in flight: they share a write and a sync
 *   cold      the directory opened again from the snapshot it was left with, ready to write
 *   verify    the whole log audited from its journal, as `npm run audit` does it
 *   http      a hub process, asked by a hundred clients at once from this one: as fast as it answers, then at a pace
 *   sync      a second hub process that begins with nothing, over libp2p, every record verified
 */
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { toBase64, toHex } from '#ledger/bytes.ts'
import { runAudit } from '#node/audit/audit.ts'
import { journalDirectory, mirrorsDirectory } from '#node/record/founding.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import { aHubProcess, type HubProcess } from '#test/support/hub-process.ts'
import {
  aBenchTown, appendAll, type BenchTown, besides, keepCheckpoint, openBenchWriter, quantile, seconds, type Signed,
  signedActions,
} from './bench-town.ts'

const MEMBERS = 200
const IN_FLIGHT = 2_048
/** At most; a job of fewer entries does no more alone than together. */
const ALONE = 1_000
/** Members sign on their own devices: that is not timed, and what waits signed is no burden of the hub's memory. */
const SIGNED_AT_ONCE = 25_000
const CLIENTS = 100
/** At most, and so many for each entry of a smaller job. */
const HTTP_ACTIONS = 10_000
const HTTP_ACTIONS_PER_ENTRY = 5
export const PACE_PER_SECOND = 1_000
/** Of what is sent as fast as it is answered, half as much is sent at a pace. */
const PACED_SHARE = 0.5
/** Half a second apart. */
const TRIES_MAX = 120
const SYNC_MS_MAX = 600_000
const FRAME_HEAD_BYTES = 9
/** A journal's header and its mark: what a mirror is before its first record. */
const EMPTY_MIRROR_BYTES = 4_096

/** Entries a second; milliseconds in what ends in `Ms`; on the disk, seals included, in `bytesPerEntry`. */
export type OwnFigures = Record<
  'append1' | 'append1P99Ms' | 'append' | 'coldMs' | 'verify' | 'http' | 'httpP50Ms' | 'httpP99Ms' | 'pacedP50Ms' | 'pacedP99Ms' | 'sync' | 'bytesPerEntry', number
>

export async function main([dir, countText]: string[]): Promise<number> {
  const count = Number(countText)
  if (dir === undefined || !Number.isSafeInteger(count) || count < 2) return 2
  installNativeCrypto()
  const town = await aBenchTown(join(dir, 'one'), MEMBERS, 'one')
  const { append, append1, append1P99Ms } = await appending(town, count)
  told('appended')
  await keepCheckpoint(town)
  const bytesPerEntry = sizeOf(journalDirectory(town.data)) / town.writer.state.tree.size
  await town.writer.close()

  const began = performance.now()
  const again = await openBenchWriter(town.data, town.hubId, town.keys)
  const coldMs = performance.now() - began
  await again.close()

  told('opened again')
  const verify = await auditing(town.data)
  told('audited')
  const figures: OwnFigures = {
    append1, append1P99Ms, append, coldMs, verify, bytesPerEntry, ...(await served(town, join(dir, 'two'), Math.min(HTTP_ACTIONS, count * HTTP_ACTIONS_PER_ENTRY))),
  }
  process.stdout.write(`${JSON.stringify(figures)}\n`)
  return 0
}

/** What has been done; a run takes minutes, and whoever watches wants to see that it goes on. */
function told(what: string): void {
  if (process.stderr.isTTY) process.stderr.write(`${Math.round(performance.now() / 1000)} s: ${what}\n`)
}

async function appending(town: BenchTown, count: number) {
  const alone = await appendAll(town.writer, signedActions(town, Math.min(ALONE, count)), 1)
  let tookSeconds = 0
  for (let left = count; left > 0; left -= SIGNED_AT_ONCE) {
    const actions = signedActions(town, Math.min(left, SIGNED_AT_ONCE))
    tookSeconds += actions.length / (await appendAll(town.writer, actions, IN_FLIGHT)).perSecond
  }
  return { append1: alone.perSecond, append1P99Ms: quantile(alone.waitMs, 0.99), append: count / tookSeconds }
}

/** The audit as a person runs it, the reading of the disk included. */
async function auditing(data: string): Promise<number> {
  let said = ''
  const began = performance.now()
  const code = await runAudit([data], { json: true, out: (text) => void (said += text), progress: { write: () => {} } })
  const took = seconds(began)
  if (code !== 0) throw new Error(`the log that was just written is not in order: ${said}`)
  return entriesIn(said) / took
}

const entriesIn = (json: string): number => Number(/"entries":\s*(\d+)/.exec(json)?.[1])

/** Two hub processes: one serves the log that was written and takes more of it, the other begins with nothing. */
async function served(town: BenchTown, other: string, actions: number) {
  const one = await aHubProcess(town.data, { HUB_LOG: 'error', ...besides(town.data) })
  const two = await aHubProcess(other, { HUB_LOG: 'error', ...besides(other) })
  try {
    await one.start()
    await proved(one.url)
    const taken = await asking(one.url, signedActions(town, actions))
    const paced = await asking(one.url, signedActions(town, actions * PACED_SHARE), PACE_PER_SECOND)
    told('asked over HTTP')
    const neighbour = await aBenchTown(other, 1, 'two')
    await neighbour.writer.close()
    await two.start()
    await federate(one, two)
    told('federated')
    const sync = await syncing(one, two)
    return {
      http: taken.perSecond, httpP50Ms: quantile(taken.waitMs, 0.5), httpP99Ms: quantile(taken.waitMs, 0.99),
      pacedP50Ms: quantile(paced.waitMs, 0.5), pacedP99Ms: quantile(paced.waitMs, 0.99), sync,
    }
  } finally {
    await one.stop()
    await two.stop()
  }
}

/** Behind its start a hub replays its journal in another process: that is measured by `bench -- start`. */
async function proved(url: string): Promise<void> {
  await patiently(async () => {
    const { proving } = (await (await fetch(`${url}/healthz`)).json()) as { proving?: unknown }
    if (proving !== undefined) throw new Error('the hub still replays what its snapshot stands for')
  })
}

/**
 * Every client sends a help and then its confirmation, over a connection that stays open, the next when the last was
 * answered; at a pace, not before its turn has come. Waiting is then counted from the turn, so that who is held up by
 * others waits longer, and not later.
 */
async function asking(
  url: string, actions: Signed[], pacePerSecond = Number.POSITIVE_INFINITY,
): Promise<{ perSecond: number; waitMs: number[] }> {
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS })
  const bodies = actions.map(({ body, auth }) => JSON.stringify({
    body: toBase64(body), auth: auth.map(({ keyId, signature }) => ({ keyId: toHex(keyId), signature: toHex(signature) })),
  }))
  const waitMs: number[] = []
  let next = 0
  const client = async (): Promise<void> => {
    while (next < bodies.length) {
      const turn = began + (next * 1_000) / pacePerSecond
      const early = turn - performance.now()
      const pair = bodies.slice(next, (next += 2))
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early))
      // A timer cuts its milliseconds off and wakes early: what was asked before its turn has waited since it was asked.
      let asked = pacePerSecond === Number.POSITIVE_INFINITY ? performance.now() : Math.min(turn, performance.now())
      for (const body of pair) {
        await post(`${url}/api/actions`, agent, body)
        const answered = performance.now()
        waitMs.push(answered - asked)
        asked = answered
      }
    }
  }
  const began = performance.now()
  await Promise.all(Array.from({ length: CLIENTS }, client))
  const perSecond = actions.length / seconds(began)
  agent.destroy()
  return { perSecond, waitMs }
}

function post(url: string, agent: Agent, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const asked = request(url, { method: 'POST', agent, headers }, (answer) => {
      let said = ''
      answer.setEncoding('utf8').on('data', (chunk: string) => (said += chunk)).on('end', () => {
        if (answer.statusCode === 200) resolve()
        else reject(new Error(`the hub says ${answer.statusCode}: ${said}`))
      })
    })
    asked.on('error', reject)
    asked.end(body)
  })
}

async function federate(one: HubProcess, two: HubProcess): Promise<void> {
  await patiently(() => one.command('federation', 'found'))
  const cardOf = async (hub: HubProcess) => (await hub.command('federation', 'card')).trim()
  // The founder's card says where it is only once it has moved to its public address.
  await patiently(async () => two.command('federation', 'join', await cardOf(one)))
  await patiently(async () => one.command('federation', 'admit', await cardOf(two)))
}

async function patiently(work: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      return void (await work())
    } catch (error) {
      if (tries === TRIES_MAX) throw error
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
  }
}

/**
 * From the last look at which the second hub had no record to the first at which it has all of them, verified, replayed and on
 * its disk. What it had before is thrown away first, so that one clean copy is timed and no meeting of hubs.
 */
async function syncing(one: HubProcess, two: HubProcess): Promise<number> {
  await two.stop()
  rmSync(mirrorsDirectory(two.data), { recursive: true, force: true })
  const records = one.records()
  // A mirror keeps each record in a frame of its own, and no seals.
  const whole = records.reduce((sum, { bytes }) => sum + bytes.length + FRAME_HEAD_BYTES, 0)
  await two.start()
  let began = performance.now()
  const end = began + SYNC_MS_MAX
  for (;;) {
    const kept = sizeOf(mirrorsDirectory(two.data))
    if (kept >= whole) return records.length / seconds(began)
    if (kept <= EMPTY_MIRROR_BYTES) began = performance.now()
    if (performance.now() > end) throw new Error(`the second hub did not get there:\n${two.log()}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

function sizeOf(dir: string): number {
  if (!existsSync(dir)) return 0
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile()).reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0)
}
