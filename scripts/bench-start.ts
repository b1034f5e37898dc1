/**
 * `npm run bench -- start [--entries N] [--members N] [--dir DIR] [--data DIR]`: how long a hub with a large ledger
 * takes to come up, and how much memory it has by then.
 *
 *   replay     the journal alone: every frame, hash, seal and rule; members' signatures under seals are not verified again
 *   snapshot   the state read from the snapshot, nothing left to replay
 *   hub        the hub's own process with its network, store and page, from its start to its first answer
 *   proved     behind it: the whole journal replayed and compared with the snapshot, until the hub may sign a checkpoint
 *
 * Each in a process of its own, which runs as `npm start` has it run, so that memory (VmHWM, the most there ever was) is of
 * that start alone; that of `proved` is the most that the hub and the process that replays behind it had together. The ledger is
 * made first, a year of neighbours' help with a day's tick each day; `--data` keeps it for another run.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { type Action, encodeAction } from '#ledger/action.ts'
import { fromHex, toHex } from '#ledger/bytes.ts'
import { encodeCharter } from '#ledger/charter/charter.ts'
import { encodeCheckpoint } from '#ledger/checkpoint.ts'
import { sha256 } from '#ledger/hash.ts'
import { keyIdOf, publicKeyOf, sign } from '#ledger/keys.ts'
import { signNote } from '#ledger/note.ts'
import { presets } from '#ledger/charter/presets.ts'
import { foundHub, isFounded, journalDirectory } from '#node/record/founding.ts'
import { openJournal } from '#node/disk/journal.ts'
import { openKeystore } from '#node/disk/keystore.ts'
import { openRunMarker } from '#node/disk/run-marker.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import { grouped } from '#node/progress.ts'
import { snapshotDirectory, snapshotsIn } from '#node/record/snapshots.ts'
import { systemClock, systemEntropy } from '#node/system-clock.ts'
import { type OpenWriter, openWriter } from '#node/record/writer.ts'
import { besides } from './bench-town.ts'
import { startedAs } from './started-as.ts'

const DAY = 86_400
const DAYS = 365
const IN_FLIGHT = 512

export const startUsage = 'bench start [--entries N] [--members N] [--dir DIR] [--data DIR]'

/** Answers the exit code: 0, or 2 for arguments that make no sense. */
export async function start(argv: string[]): Promise<number> {
  const { values } = parseArgs({
    args: argv,
    options: {
      entries: { type: 'string', default: '1000000' }, members: { type: 'string', default: '10000' },
      dir: { type: 'string', default: tmpdir() }, data: { type: 'string' }, one: { type: 'string' },
    },
  })
  installNativeCrypto()
  if (values.one !== undefined) return await one(values.one, values.data!)
  const [entries, members] = [Number(values.entries), Number(values.members)]
  if (!Number.isSafeInteger(entries) || !Number.isSafeInteger(members) || members < 2 || entries < 2 * members + 2 * DAYS) {
    process.stderr.write(`${startUsage}\n`)
    return 2
  }
  const data = values.data ?? mkdtempSync(join(values.dir, 'bench-start-'))
  try {
    if (!isFounded(data)) await makeLedger(data, entries, members)
    await measure(data)
    return 0
  } finally {
    if (values.data === undefined) for (const made of [data, besides(data).XDG_STATE_HOME]) rmSync(made, { recursive: true, force: true })
  }
}

// ---- the ledger

type Person = { acct: string; secret: Uint8Array; device: Uint8Array }

async function makeLedger(data: string, entries: number, members: number): Promise<void> {
  let now = systemClock.now() - DAYS * DAY
  const clock = { ...systemClock, now: () => now }
  const keys = await openKeystore(data)
  const people = Array.from({ length: members }, aPerson)
  const steward = people[0]!
  const first = { acct: fromHex(steward.acct)!, device: steward.device, name: 'bench' }
  const hubId = await foundHub(data, { name: 'bench', city: 'Bench', region: 'as', preset: 'city' }, first, 'en', keys, clock, systemEntropy)
  // Without it the hub would take the directory for a restored one.
  openRunMarker(data, hubId, true, () => 'founded', besides(data), systemEntropy).takeUp()
  const log = { info() {}, warn() {}, error: (message: string) => void process.stderr.write(`${message}\n`) }
  const writer = await openWriter({
    openJournal: (onFrame) => openJournal(journalDirectory(data), hubId, onFrame),
    // It has signed them itself; what this measures is a start.
    verify: async (claims) => claims.map(() => true),
    keys, clock, entropy: systemEntropy, log,
  })

  const head = (by: Person) => ({
    id: toHex(systemEntropy.bytes(16)), acct: by.acct, exp: now + DAY, seen: { size: 0, leaf: toHex(hubId) },
  })
  const submit = async (action: Action, by: Person): Promise<void> => {
    const body = encodeAction(action)
    const answer = await writer.submit(body, [{ keyId: keyIdOf(by.device), signature: sign(by.secret, 'entry', hubId, body) }])
    if (!answer.ok) throw new Error(`the writer says ${JSON.stringify(answer)}`)
  }
  const charter = toHex(sha256(encodeCharter(presets.city)))
  const join = async (person: Person): Promise<void> => {
    await submit({ kind: 'member.joined', ...head(person), device: person.device, profile: person.acct, charter, invitation: null }, person)
    await submit({ kind: 'member.attested', ...head(steward), member: person.acct, identity: person.acct }, steward)
  }
  const helped = async (n: number): Promise<void> => {
    const [helper, receiver] = [people[n % members]!, people[(n * 7 + 1) % members]!]
    if (helper === receiver) return
    const recorded: Action = {
      kind: 'help.recorded', ...head(helper), helper: helper.acct, receiver: receiver.acct, category: 1, minutes: 60,
      day: Math.floor(now / DAY), note: toHex(hubId),
    }
    await submit(recorded, helper)
    await submit({ kind: 'help.confirmed', ...head(receiver), help: recorded.id }, receiver)
  }
  const each = async (from: number, to: number, work: (n: number) => Promise<void>): Promise<void> => {
    let next = from
    const worker = async (): Promise<void> => {
      while (next < to) await work(next++)
    }
    await Promise.all(Array.from({ length: IN_FLIGHT }, worker))
  }
  await each(1, members, (n) => join(people[n]!))
  const helps = (entries - writer.state.tree.size - DAYS) / 2
  for (let day = 0; day < DAYS; day++) {
    now += DAY
    await each(Math.floor(helps * day / DAYS), Math.floor(helps * (day + 1) / DAYS), helped)
  }
  await checkpoint(writer, keys.log.secret)
  const known = writer.state.tree.size
  await writer.close()
  await (await opened(data)).close()
  if (!existsSync(snapshotDirectory(data))) throw new Error(`no snapshot of ${known} entries was written`)
}

async function checkpoint(writer: OpenWriter, secret: Uint8Array): Promise<void> {
  const { hub: { origin }, tree } = writer.state
  const note = signNote(encodeCheckpoint({ origin, size: BigInt(tree.size), root: tree.root() }), origin, secret)
  if (!(await writer.keepCheckpoint(note))) throw new Error('no checkpoint was kept')
}

function aPerson(): Person {
  const secret = systemEntropy.bytes(32)
  return { acct: toHex(systemEntropy.bytes(32)), secret, device: publicKeyOf(secret) }
}

// ---- the starts

async function opened(data: string, snapshots = true): Promise<OpenWriter> {
  const say = (message: string): void => void process.stderr.write(`${message}\n`)
  const log = { info() {}, warn: say, error: say }
  const keys = await openKeystore(data)
  return openWriter({
    openJournal: (onFrame, from) => openJournal(journalDirectory(data), null, onFrame, { from }),
    ...(snapshots ? { snapshots: snapshotsIn(data, keys.log, log) } : {}),
    keys, clock: systemClock, entropy: systemEntropy, log,
  })
}

type Figure = { entries: number; ms: number; cpuMs: number; peakMib: number }

/** One start in this process, told on stdout. */
async function one(what: string, data: string): Promise<number> {
  const began = performance.now()
  const cpu = process.cpuUsage()
  const writer = await opened(data, what === 'snapshot')
  const { user, system } = process.cpuUsage(cpu)
  const figure: Figure = {
    entries: writer.state.tree.size, ms: performance.now() - began, cpuMs: (user + system) / 1000, peakMib: peakMib('self'),
  }
  process.stdout.write(`${JSON.stringify(figure)}\n`)
  process.exit(0)
}

async function measure(data: string): Promise<void> {
  const row = (name: string, { entries, ms, cpuMs, peakMib }: Figure): void => {
    const cells = [`${(ms / 1000).toFixed(2)} s`, `${(cpuMs / 1000).toFixed(2)} s of processor`, `${peakMib} MiB`, `${grouped(entries)} entries`]
    process.stdout.write(`${name.padEnd(9)} ${cells.map((cell) => cell.padStart(12)).join('  ')}\n`)
  }
  row('replay', await inItsOwnProcess('replay', data))
  row('snapshot', await inItsOwnProcess('snapshot', data))
  const { up, proved } = await aHub(data)
  row('hub', up)
  row('proved', proved)
}

async function inItsOwnProcess(what: string, data: string): Promise<Figure> {
  const { environment, flags } = startedAs()
  const child = spawn(process.execPath, [...flags, join(import.meta.dirname, 'bench.mjs'), 'start', '--one', what, '--data', data], {
    stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...environment },
  })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  await once(child, 'close')
  return JSON.parse(said) as Figure
}

async function aHub(data: string): Promise<{ up: Figure; proved: Figure }> {
  const port = await freePort()
  const began = performance.now()
  const main = join(import.meta.dirname, '..', 'node', 'main.mjs')
  const { environment, flags } = startedAs()
  const hub = spawn(process.execPath, [...flags, main, 'start', '--data', data, '--http', `127.0.0.1:${port}`, '--p2p', '127.0.0.1:0', '--log-level', 'error'], {
    stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, ...environment, ...besides(data) },
  })
  try {
    const up = await until(hub, port, ({ size }) => size !== undefined)
    const first: Figure = { entries: up.size!, ms: performance.now() - began, cpuMs: cpuMs(hub), peakMib: peakMib(hub.pid!) }
    let together = 0
    await until(hub, port, ({ proving }) => {
      together = Math.max(together, [hub.pid!, ...childrenOf(hub.pid!)].reduce((sum, pid) => sum + nowMib(pid), 0))
      return proving === undefined
    })
    return { up: first, proved: { entries: up.size!, ms: performance.now() - began, cpuMs: cpuMs(hub), peakMib: together } }
  } finally {
    hub.kill('SIGTERM')
    if (hub.exitCode === null) await once(hub, 'exit')
  }
}

type Health = { size?: number; proving?: { done: number; total: number } }

async function until(hub: ChildProcess, port: number, holds: (health: Health) => boolean): Promise<Health> {
  for (;;) {
    if (hub.exitCode !== null) throw new Error(`the hub ended with ${hub.exitCode}`)
    const health: Health = await fetch(`http://127.0.0.1:${port}/healthz`).then((answer) => answer.json() as Promise<Health>).catch(() => ({}))
    if (holds(health)) return health
    await setTimeout(health.proving === undefined ? 10 : 500)
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** The most memory a process ever had, in MiB (Linux). */
function peakMib(pid: number | 'self'): number {
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024)
}

/** The processes that a process has begun and that have not ended (Linux). */
function childrenOf(pid: number): number[] {
  const said = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' }).stdout
  return said.split('\n').map(Number).filter((child) => child > 0)
}

/** What a process has now, in MiB; 0 when it has ended (Linux). */
function nowMib(pid: number): number {
  try {
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024)
  } catch {
    return 0
  }
}

/** Processor time of another process so far, all its threads and the processes it has waited for (Linux; 100 ticks a second). */
function cpuMs({ pid }: ChildProcess): number {
  const ticks = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ').slice(11, 15)
  return ticks.reduce((sum, tick) => sum + Number(tick) * 10, 0)
}
