/**
 * `npm run bench -- federation [--hubs 10,30,100] [--members N] [--changes N] [--entries N] [--seconds N]`: what a
 * federation costs each of its hubs in a day, as it grows.
 *
 *   units   measured here and now: a question between two real hubs over the loopback, a gossiped object, what passes
 *           where nothing is said; an entry judged by all rules; a checkpoint witnessed
 *   day     for each size: listings and comparisons by the program's own functions in a simulated day
 *           (`federation-day.ts`); heads, records, checkpoints and keep-alives by how often the program does them, at the
 *           price of a unit
 *
 * Bytes are those of both directions: of the wire where a unit is measured there, else of frames. Processor time is that
 * of one core of this machine.
 */
import { connect, createServer, type AddressInfo } from 'node:net'
import { parseArgs } from 'node:util'
import { utf8 } from '#ledger/bytes.ts'
import { encodeCheckpoint } from '#ledger/checkpoint.ts'
import { parseRecord } from '#ledger/entry.ts'
import { apply, check, found, isRefusal } from '#ledger/ledger.ts'
import { proveConsistency } from '#ledger/merkle.ts'
import { cosign, signNote } from '#ledger/note.ts'
import { grouped } from '#node/progress.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import { DEFAULT_SETTINGS } from '#node/wire/libp2p-settings.ts'
import { CHECKPOINT_EVERY_MS, EVIDENCE_EVERY_MS, HEAD_EVERY_MS, HEAD_QUIET_MS, LOGS_COMPARED_MAX } from '#protocol/limits.ts'
import { logAnswers, logRequests } from '#protocol/message.ts'
import { decide, encodeAddCheckpoint } from '#protocol/witness.ts'
import { chanceFrom } from '#test/support/faults/chance.ts'
import { libp2pWorld } from '#test/support/libp2p-world.ts'
import { aTown, DAY, NOON } from '#test/support/towns.ts'
import { aMadeLog } from './bench-log.ts'
import { aDay } from './federation-day.ts'

export const federationUsage = 'bench federation [--hubs N,N…] [--members N] [--changes N] [--entries N] [--seconds N]'

/** Answers the exit code: 0, or 2 for arguments that make no sense. */
export async function federation(argv: string[]): Promise<number> {
  const asked = argumentsOf(argv)
  if (asked === null) {
    process.stderr.write(`${federationUsage}\n`)
    return 2
  }
  installNativeCrypto()
  const units = { ...(await wireUnits(asked.seconds)), ...logUnits(asked.entries) }
  sayUnits(units)
  const told = asked.hubs.map((hubs) => sayDay(hubs, asked, units))
  sayGrowth(asked.hubs, told)
  return 0
}

type Asked = { hubs: number[]; members: number; changes: number; entries: number; seconds: number }

function argumentsOf(argv: string[]): Asked | null {
  try {
    const { values } = parseArgs({
      args: argv,
      options: {
        hubs: { type: 'string', default: '10,30,100' }, members: { type: 'string', default: '1000' },
        changes: { type: 'string', default: '50' }, entries: { type: 'string', default: '500' }, seconds: { type: 'string', default: '60' },
      },
    })
    const hubs = values.hubs.split(',').map(Number)
    const [members, changes, entries, seconds] = [values.members, values.changes, values.entries, values.seconds].map(Number) as [number, number, number, number]
    const isSane = [...hubs, members, changes, entries, seconds].every((n) => Number.isSafeInteger(n) && n > 1)
    return isSane ? { hubs, members, changes, entries, seconds } : null
  } catch {
    return null
  }
}

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const cpuMs = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

// Units

/** Of one side, unless it says otherwise: milliseconds of processor time, and bytes of the wire in both directions. */
type Unit = { cpuMs: number; bytes: number }
type WireUnits = { head: Unit; page: Unit; object: Unit; objectBytes: number; minuteBytes: number }
type LogUnits = { entry: Unit; witnessed: Unit; witnessBytes: number }
type Units = WireUnits & LogUnits

const TOPIC = 'cv/1/bench/list/as'
const ASK = '/cv/bench/1'
const MANY = 1_000
const OBJECT_BYTES = 1_000

/** Two real hubs with a counter in the cable between them; both are in this process, so each costs half of what is counted. */
async function wireUnits(seconds: number): Promise<WireUnits> {
  const world = libp2pWorld()
  const cable = { bytes: 0 }
  try {
    const [mei, bo] = [await world.hub({ name: 'mei', topics: [TOPIC] }), await world.hub({ name: 'bo', topics: [TOPIC] })]
    const between = await counting(Number(bo.addresses()[0]!.split('/')[4]), cable)
    let heard = 0
    bo.subscribe(TOPIC, () => (heard++, 'accept'))
    mei.subscribe(TOPIC, () => 'accept')
    const note = utf8(signNote(encodeCheckpoint({ origin: 'cv.bench-5b1f02d9/log', size: 100_000n, root: new Uint8Array(32).fill(7) }), 'cv.bench-5b1f02d9/log', new Uint8Array(32).fill(1)))
    const head = logAnswers.encode({ type: 'head', size: 100_000, generation: 0, note })
    const page = new Uint8Array(400)
    await bo.serve(ASK, {
      handler: async (_peer, body) => (body[0] === 1 ? page : head), requestBytesMax: 1_024, answerBytesMax: 4_096, streamsPerPeerMax: 16, openToStrangers: false,
    })
    bo.setKnownPeers([{ peer: mei.self, addresses: [] }])
    mei.setKnownPeers([{ peer: bo.self, addresses: [`/ip4/127.0.0.1/tcp/${between.port}`] }])
    while (heard === 0) {
      await mei.publish(TOPIC, utf8(`warming ${Math.random()}`))
      await pause(100)
    }
    const asking = async (body: Uint8Array): Promise<void> => {
      for (let i = 0; i < MANY; i++) await mei.request(bo.self, ASK, body, { answerBytesMax: 4_096, timeoutMs: 10_000 })
    }
    let spoken = 0
    /** Each is another object, or nobody would hear it a second time. */
    const talking = async (): Promise<void> => {
      const before = heard
      for (let i = 0; i < MANY; i++) {
        spoken += 1
        await mei.publish(TOPIC, new Uint8Array(OBJECT_BYTES).map((_, at) => (at < 4 ? spoken >> (8 * at) : at)))
      }
      while (heard < before + MANY) await pause(20)
    }
    await asking(logRequests.encode({ type: 'head' }))
    await talking()
    const of = async (what: () => Promise<void>, times: number): Promise<Unit> => {
      const [cpu, bytes] = [cpuMs(), cable.bytes]
      await what()
      return { cpuMs: (cpuMs() - cpu) / 2 / times, bytes: (cable.bytes - bytes) / times }
    }
    // Gossip goes on announcing what was said for three beats.
    await pause(6_000)
    const silence = await of(() => pause(seconds * 1_000), seconds / 60)
    const units = {
      head: await of(() => asking(logRequests.encode({ type: 'head' })), MANY),
      page: await of(() => asking(Uint8Array.of(1)), MANY),
      object: await of(talking, MANY),
      objectBytes: OBJECT_BYTES,
      minuteBytes: silence.bytes,
    }
    between.close()
    return units
  } finally {
    await world.end()
  }
}

/** A port that leads to another, and counts what passes. */
async function counting(to: number, cable: { bytes: number }): Promise<{ port: number; close(): void }> {
  const server = createServer((near) => {
    const far = connect(to, '127.0.0.1')
    for (const [one, other] of [[near, far], [far, near]] as const) {
      one.on('data', (chunk: Buffer) => {
        cable.bytes += chunk.length
        other.write(chunk)
      })
      one.on('close', () => other.destroy())
      one.on('error', () => other.destroy())
    }
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  return { port: (server.address() as AddressInfo).port, close: () => server.close() }
}

const SAMPLE = 200

function logUnits(entries: number): LogUnits {
  const log = aMadeLog(Math.max(entries, 2_000), 200, 10)
  const records = Array.from({ length: log.records.length }, (_, seq) => log.records.at(seq))
  let before = cpuMs()
  const state = found(parseRecord(records[0]!)!, () => true)
  if (isRefusal(state)) throw new Error('the log is not founded')
  for (const bytes of records.slice(1)) {
    const entry = parseRecord(bytes)!
    if (check(state, entry, () => true) !== null) throw new Error('an entry of an honest log is refused')
    apply(state, entry)
  }
  const entry = { cpuMs: (cpuMs() - before) / records.length, bytes: records.reduce((sum, { length }) => sum + length, 0) / records.length }

  const town = aTown('bench')
  const { origin, logKey } = town.card
  const { tree } = log.state
  const requests = Array.from({ length: SAMPLE }, (_, i) => {
    const [old, size] = [tree.size - SAMPLE + i - 1, tree.size - SAMPLE + i]
    const noteOf = (at: number): string => signNote(encodeCheckpoint({ origin, size: BigInt(at), root: tree.root(at) }), origin, town.secrets.log)
    return { old, text: encodeAddCheckpoint({ oldSize: BigInt(old), proof: proveConsistency(tree, old, size), note: noteOf(size) }), remembered: noteOf(old) }
  })
  let answered = 0
  before = cpuMs()
  for (const { old, text, remembered } of requests) {
    const memory = { size: BigInt(old), root: tree.root(old), note: remembered }
    const decision = decide(text, () => ({ key: logKey, isHub: true }), () => memory)
    if (decision.status !== 200) throw new Error(`an honest checkpoint is answered ${decision.status}`)
    const body = text.slice(text.indexOf('\n\n') + 2).split('\n\n')[0]! + '\n'
    const lines = cosign(body, `${origin}/w`, town.secrets.cosigner, NOON) + cosign(body, `${origin}/a`, town.secrets.auditor, NOON)
    answered += lines.length
  }
  const witnessed = { cpuMs: (cpuMs() - before) / SAMPLE, bytes: 0 }
  const witnessBytes = (requests.reduce((sum, { text }) => sum + text.length, 0) + answered) / SAMPLE
  return { entry, witnessed, witnessBytes }
}

// A day

type Row = { what: string; messages: number; bytes: number; cpuMs: number; how: string }

function sayUnits(units: Units): void {
  const unit = (name: string, { cpuMs: ms, bytes }: Unit): void =>
    say(`  ${name.padEnd(44)} ${ms.toFixed(3).padStart(8)} ms ${bytes.toFixed(0).padStart(7)} bytes`)
  say('Measured here: processor time of one side, bytes of the wire both ways')
  unit('a head asked for and given', units.head)
  unit('an answer of 400 bytes', units.page)
  unit(`a gossiped object of ${grouped(units.objectBytes)} bytes, sent or taken`, units.object)
  say(`  ${'a connection for a minute, nothing said'.padEnd(44)} ${''.padStart(11)} ${units.minuteBytes.toFixed(0).padStart(7)} bytes`)
  unit('an entry of another log, all but its signatures', units.entry)
  unit('a checkpoint witnessed and audited', { ...units.witnessed, bytes: units.witnessBytes })
}

/** With one city's entries over a day at random, these seconds have a checkpoint. */
function checkpointsAt(entries: number): number[] {
  const chance = chanceFrom(7)
  const times = Array.from({ length: entries }, () => chance.below(DAY)).sort((a, b) => a - b)
  const signed: number[] = []
  for (const at of times) {
    const last = signed.at(-1)
    if (last === undefined || at >= last + CHECKPOINT_EVERY_MS / 1_000) signed.push(at)
  }
  return signed
}

/** How often a day a log is asked for its head: at each news, and then with pauses that double. */
function questionsAbout(newsAt: number[]): number {
  let questions = 0
  for (const [i, from] of newsAt.entries()) {
    const until = newsAt[i + 1] ?? DAY
    let pause = HEAD_EVERY_MS / 1_000
    for (let at = from; at < until; at += pause, pause = Math.min(2 * pause, HEAD_QUIET_MS / 1_000)) questions += 1
  }
  return questions
}

function sayDay(hubs: number, { members, changes, entries }: Asked, units: Units): Row[] {
  const others = hubs - 1
  const day = aDay({ hubs, members, changes, open: 60, watched: Math.min(4, hubs), off: 2, seed: 1 })
  const newsAt = checkpointsAt(entries)
  const checkpoints = newsAt.length
  const rows: Row[] = []
  const row = (what: string, messages: number, bytes: number, ms: number, how: string): void => void rows.push({ what, messages, bytes, cpuMs: ms, how })
  const passing = units.object.cpuMs
  const around = units.object.bytes - units.objectBytes
  row('listings on topics', day.gossip.messages, day.gossip.bytes + day.gossip.messages * around, day.gossip.cpuMs + day.gossip.messages * passing, 'simulated')
  row('word of listings (IHAVE, IDONTWANT)', day.word.messages, day.word.bytes, day.word.messages * passing, 'simulated')
  row('boards compared', day.compared.messages, day.compared.bytes, day.compared.cpuMs + (day.compared.messages / 2) * units.page.cpuMs, 'simulated')
  const heads = 2 * others * questionsAbout(newsAt)
  row('heads asked and given', heads, heads * units.head.bytes, heads * units.head.cpuMs, 'counted')
  // Asked of one neighbour at a time, and by one.
  const held = (2 * 2 * Math.min(LOGS_COMPARED_MAX, others - 1) * DAY * 1_000) / EVIDENCE_EVERY_MS
  row('checkpoints of others compared', held, held * units.head.bytes, held * units.head.cpuMs, 'counted')
  const pages = 2 * others * checkpoints
  row('records of others read', pages + others * entries, 2 * others * entries * units.entry.bytes + pages * units.page.bytes, others * entries * units.entry.cpuMs + pages * units.page.cpuMs, 'counted')
  const told = hubs * checkpoints * 6
  row('checkpoints on topics', told, told * (250 + around), told * passing, 'counted')
  const witness = 2 * others * checkpoints
  row('checkpoints witnessed', witness, witness * units.witnessBytes, witness * units.head.cpuMs + (witness / 2) * units.witnessed.cpuMs, 'counted')
  // Such a question costs what a short one of ours does.
  const pings = (others * DAY * 1_000) / DEFAULT_SETTINGS.aliveEveryMs
  row('connections kept alive', pings, others * 1_440 * units.minuteBytes, pings * units.page.cpuMs, 'counted')

  say(`\n${hubs} hubs, ${grouped(hubs * members)} members; a day of one hub (${changes} listings changed and ${grouped(entries)} entries recorded in each)`)
  say(`  ${'what'.padEnd(38)} ${'messages'.padStart(11)} ${'MiB'.padStart(9)} ${'CPU s'.padStart(8)}`)
  for (const one of rows) line(one)
  const all = rows.reduce((sum, one) => ({ ...sum, messages: sum.messages + one.messages, bytes: sum.bytes + one.bytes, cpuMs: sum.cpuMs + one.cpuMs }), { what: 'all', messages: 0, bytes: 0, cpuMs: 0, how: '' })
  line(all)
  say(`  ${(all.cpuMs / DAY / 10).toFixed(2)} % of a core, ${(all.bytes / DAY / 1_024).toFixed(1)} KiB a second; the board has ${grouped(day.listings)} listings, ${day.agree} of ${Math.min(4, hubs)} watched boards hold the same`)
  say(`  a listing comes ${(day.gossip.copies / (day.gossip.copies - day.gossip.again)).toFixed(1)} times; back after an hour with ${day.back.missed.toFixed(0)} missed: ${day.back.questions.toFixed(0)} questions, ${grouped(Math.round(day.back.bytes))} bytes, ${day.back.fetched.toFixed(0)} fetched`)
  return [...rows, all]
}

const line = ({ what, messages, bytes, cpuMs: ms, how }: Row): void =>
  say(`  ${what.padEnd(38)} ${grouped(Math.round(messages)).padStart(11)} ${(bytes / 2 ** 20).toFixed(1).padStart(9)} ${(ms / 1_000).toFixed(1).padStart(8)}  ${how}`)

function sayGrowth(hubs: number[], told: Row[][]): void {
  if (hubs.length < 2) return
  say(`\nFrom ${hubs[0]} to ${hubs.at(-1)} hubs (${(hubs.at(-1)! / hubs[0]!).toFixed(1)} times as many), times as much in a day of one:`)
  for (const [i, first] of told[0]!.entries()) {
    const last = told.at(-1)![i]!
    const times = (a: number, b: number): string => (a === 0 ? '–' : (b / a).toFixed(1))
    say(`  ${first.what.padEnd(38)} messages ${times(first.messages, last.messages).padStart(6)}   bytes ${times(first.bytes, last.bytes).padStart(6)}   CPU ${times(first.cpuMs, last.cpuMs).padStart(6)}`)
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
