import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { crc32 } from 'node:zlib'
import { toHex } from '#ledger/bytes.ts'
import { digestOf } from '#ledger/state/digest.ts'
import { parseRecord } from '#ledger/entry.ts'
import { replay } from '#ledger/ledger.ts'
import { publicKeyOf } from '#ledger/keys.ts'
import { FRAME_HEAD_BYTES, HEADER_BYTES, uint32In } from '#node/disk/journal-format.ts'
import { frameTypes } from '#node/record/frames.ts'
import { type From, openJournal, readJournal } from '#node/disk/journal.ts'
import type { HubKeys, KeyPair } from '#node/disk/keystore.ts'
import { installNativeCrypto, uninstallNativeCrypto } from '#node/signatures/native-crypto.ts'
import { openOwnLog } from '#node/record/own-log.ts'
import { programId } from '#node/record/program.ts'
import { type Asked, beginRecomputation, recomputed } from '#node/record/recomputation.ts'
import { writeSections } from '#node/disk/section-file.ts'
import { sectionsOf, type Snapshot } from '#node/record/snapshot.ts'
import { snapshotKey, type Snapshots, snapshotsIn } from '#node/record/snapshots.ts'
import type { Clock } from '#node/ports.ts'
import { systemClock, systemEntropy } from '#node/system-clock.ts'
import { followTimeline, timelineOf } from '#node/record/timeline.ts'
import { type OpenWriter, openWriter } from '#node/record/writer.ts'
import { aDirectory } from '#test/support/directories.ts'
import { writeTown } from '#test/support/disk-town.ts'
import { aTownOfNeighbours, helpOnce } from '#test/support/people.ts'
import { aListeningLog, signedBy, writerOf } from '#test/support/town-writer.ts'
import { bytesFor, DAY, help, hexFor, idFor } from '#test/support/towns.ts'

beforeAll(() => void installNativeCrypto())
afterAll(uninstallNativeCrypto)

const { town, mei, bo } = aTownOfNeighbours()
for (let n = 0; n < 12; n++) help(town, n % 2 === 0 ? mei : bo, n % 2 === 0 ? bo : mei, 30 + n)
for (let n = 0; n < 3; n++) helpOnce(town, mei, bo)

const pair = (secret: Uint8Array): KeyPair => ({ secret, publicKey: publicKeyOf(secret) })
const other = pair(bytesFor('some other key'))
const keys: HubKeys = { log: pair(town.secrets.log), order: other, vote: other, cosigner: other, auditor: other, peer: other }
const atTheTownsTime: Clock = { ...systemClock, now: () => town.now }

type Opened = { writer: OpenWriter; log: ReturnType<typeof aListeningLog>; from: (From | null)[] }

type Ways = {
  /** Replayed in a process of its own, as a long log is; at once otherwise. */
  elsewhere?: boolean
  /** What the recomputation found is not heard before this. */
  heard?: Promise<void>
  /** The journal is not read again before this. */
  readable?: Promise<void>
  clock?: Clock
}

/** Opens the ledger in a directory as the hub does; `from` is where each reading of the journal began. */
async function opened(dir: string, { elsewhere = true, heard, readable, clock = atTheTownsTime }: Ways = {}): Promise<Opened> {
  const log = aListeningLog()
  const snapshots = snapshotsIn(dir, keys.log, log, ...(elsewhere ? [0] : []))
  const from: (From | null)[] = []
  const journal = join(dir, 'journal')
  const writer = await openWriter({
    async openJournal(onFrame, begin) {
      if (from.push(begin) > 1) await readable
      return await openJournal(journal, null, onFrame, { from: begin })
    },
    snapshots: heard === undefined ? snapshots : heldBack(snapshots, heard),
    keys, clock, entropy: systemEntropy, log,
  })
  return { writer, log, from }
}

const heldBack = (snapshots: Snapshots, heard: Promise<void>): Snapshots => ({
  get size() {
    return snapshots.size
  },
  read: snapshots.read,
  recompute(...asked) {
    const begun = snapshots.recompute(...asked)
    return { ended: heard.then(() => begun.ended), stop: begun.stop }
  },
  write: snapshots.write,
  discard: snapshots.discard,
})

const latest = (dir: string): string => join(dir, 'snapshot', 'latest')
const proved = (writer: OpenWriter): Promise<void> => new Promise((resolve) => writer.onProved(resolve))
const truth = toHex(digestOf(town.state))

/** A town on disk that was opened once and closed, so that a snapshot lies beside its journal. */
async function aSnapshot(): Promise<string> {
  const dir = aDirectory()
  await writeTown(dir, town)
  const { writer, from } = await opened(dir)
  expect(from).toEqual([null])
  await writer.close()
  expect(existsSync(latest(dir))).toBe(true)
  return dir
}

test('a start from a snapshot reads nothing of the journal and knows the same as a replay', async () => {
  const dir = await aSnapshot()
  const { writer, from, log } = await opened(dir)
  expect(from).toHaveLength(1)
  expect(from[0]!.frames).toBe([...readJournal(join(dir, 'journal'))].length)
  expect(writer.state.tree.root()).toEqual(town.state.tree.root())
  expect(toHex(digestOf(writer.state))).toBe(truth)
  expect(writer.checkpoint).not.toBeNull()
  for (const entry of town.entries) expect(writer.entryAt(entry.seq)).toEqual(entry)
  await writer.close()
  expect(log.heard).toEqual([])
})

test('it has the same timeline of everybody and everything', async () => {
  const dir = await aSnapshot()
  const { writer } = await opened(dir)
  const [kept, read] = [timelineOf(writer), followTimeline(writerOf(town))]
  for (const acct of [...town.state.members.keys(), toHex(town.id), hexFor('nobody')]) {
    for (const question of ['agreementsOf', 'helpsOf', 'abroadOf', 'entriesBy'] as const) expect(kept[question](acct)).toEqual(read[question](acct))
  }
  for (const { action: { id } } of town.entries) expect(kept.entriesAbout(id)).toEqual(read.entriesAbout(id))
  expect(read.agreementsOf(mei.acct).length).toBe(12)
  await writer.close()
})

test('what came after the snapshot is replayed, checked, and in the next one', async () => {
  const dir = await aSnapshot()
  const first = await opened(dir)
  const { body, auth } = signedBy(town, {
    kind: 'help.recorded', id: idFor('after the snapshot'), acct: bo.acct, helper: bo.acct, receiver: mei.acct, category: 1, minutes: 30,
    day: Math.floor(town.now / DAY), note: hexFor('no words'),
  }, [bo])
  await proved(first.writer)
  const kept = readFileSync(latest(dir))
  expect(await first.writer.submit(body, auth)).toMatchObject({ ok: true })
  const size = first.writer.state.tree.size
  const after = toHex(digestOf(first.writer.state))
  await first.writer.close()
  // As if the hub had been killed: the journal has the entry and the snapshot has not.
  const next = readFileSync(latest(dir))
  writeFileSync(latest(dir), kept)
  for (const snapshot of [kept, next]) {
    writeFileSync(latest(dir), snapshot)
    const again = await opened(dir)
    expect(again.writer.state.tree.size).toBe(size)
    expect(toHex(digestOf(again.writer.state))).toBe(after)
    expect(timelineOf(again.writer).entriesBy(bo.acct)).toContain(size - 1)
    await again.writer.close()
  }
})

test('no checkpoint is due before the whole journal has been replayed behind the start', async () => {
  const dir = await aSnapshot()
  const { writer } = await opened(dir)
  expect(writer.proving).toEqual({ done: 0, total: town.entries.length })
  await proved(writer)
  expect(writer.proving).toBeNull()
  expect(writer.shut).toBeNull()
  await writer.close()
})

test('a short log is proved before anybody can ask', async () => {
  const dir = await aSnapshot()
  const { writer, from } = await opened(dir, { elsewhere: false })
  expect(from[0]).not.toBeNull()
  expect(writer.proving).toBeNull()
  await writer.close()
})

test('what the next digest needs of all that is closed is in it, hashed', async () => {
  const dir = await aSnapshot()
  const { writer } = await opened(dir)
  const { helps } = writer.state
  expect([helps.closedCount, helps.hashClosed(0)]).toEqual([3, true])
  await writer.close()
})

describe('a snapshot that is wrong and says so nowhere', () => {
  /** Puts in its place what this hub would have written, had it known something else. */
  async function misled(dir: string, how: (snapshot: Snapshot) => void): Promise<void> {
    const own = await openOwnLog({ openJournal: (onFrame, from) => openJournal(join(dir, 'journal'), null, onFrame, { from }), logKey: keys.log })
    const snapshot = own.known()!
    how(snapshot)
    await writeSections(latest(dir), snapshotKey(keys.log.secret), sectionsOf(snapshot, programId())!)
    await own.journal.close()
  }
  const wrongs: [string, (snapshot: Snapshot) => void][] = [
    ['a balance', ({ known }) => void (known.state.members.get(mei.acct)!.account.domain += 1n)],
    ['somebody who never joined', ({ known: { state } }) => void state.guests.set(hexFor('nobody'), { acct: hexFor('nobody'), home: 'x', devices: new Map() })],
    ['a time', ({ known }) => void (known.state.lastTs += 1)],
    ['an id that was never taken', ({ known }) => known.state.ids.addDay(1, bytesFor('an id').slice(0, 16), bytesFor('leaf'))],
    ['an entry more', ({ known }) => known.index.take({ ...town.entries.at(-1)! })],
    ['the newest checkpoint', ({ known }) => void (known.checkpoint = `${known.checkpoint!}${known.checkpoint!.split('\n\n')[1]!}`)],
    ['what the first entry under a seal is', ({ known }) => known.firsts.set(1, known.firsts.at(1) + 1)],
    ['where the journal goes on', ({ from }) => void (from.frames -= 1)],
  ]

  test.each(wrongs)('%s: it is thrown away, and the next one is as the journal has it', async (_what, how) => {
    const dir = await aSnapshot()
    const whole = readFileSync(latest(dir))
    for (const elsewhere of [true, false]) {
      await misled(dir, how)
      expect(readFileSync(latest(dir)).equals(whole)).toBe(false)
      const { writer, log, from } = await opened(dir, { elsewhere })
      await expect.poll(() => [writer.shut, writer.proving, from.at(-1)], { timeout: 30_000 }).toEqual([null, null, null])
      expect(toHex(digestOf(writer.state))).toBe(truth)
      expect(log.heard.map(({ message }) => message)).toContain('the snapshot is thrown away; the ledger is replayed from its journal')
      await writer.close()
      expect(readFileSync(latest(dir)).equals(whole)).toBe(true)
    }
  })

  test('until that is known the hub takes what comes, and says nothing of the state: the day has its tick and no digest', async () => {
    const dir = await aSnapshot()
    // Of somebody whose balance decides nothing today.
    await misled(dir, ({ known }) => void (known.state.members.get(mei.acct)!.account.global += 1n))
    let tell = (): void => {}
    let readAgain = (): void => {}
    let now = town.now
    const { writer, log, from } = await opened(dir, {
      heard: new Promise((resolve) => void (tell = resolve)), readable: new Promise((resolve) => void (readAgain = resolve)),
      clock: { ...systemClock, now: () => now },
    })
    const before = writer.state.tree.size
    now += DAY
    const { body, auth } = signedBy(town, {
      kind: 'help.recorded', id: idFor('while it is not proved'), acct: bo.acct, helper: bo.acct, receiver: mei.acct, category: 1,
      minutes: 30, day: Math.floor(town.now / DAY), note: hexFor('no words'),
    }, [bo])
    expect(await writer.submit(body, auth)).toMatchObject({ ok: true, seq: before + 1 })
    expect(writer.read(before, 9).map((record) => parseRecord(record)!.action.kind)).toEqual(['tick', 'help.recorded'])
    expect(writer.proving).not.toBeNull()
    const proofHeard = proved(writer)

    const doubted = writer.state
    tell()
    await expect.poll(() => from.length, { timeout: 30_000 }).toBe(2)
    expect([writer.state === doubted, writer.shut, writer.proving]).toEqual([true, 'storage', expect.anything()])
    readAgain()
    await proofHeard
    await expect.poll(() => writer.shut, { timeout: 30_000 }).toBeNull()
    expect(writer.state.members.get(mei.acct)!.account.global).toBe(town.state.members.get(mei.acct)!.account.global)
    expect(writer.state.tree.size).toBe(before + 2)
    const told = log.heard.map(({ fields }) => String(fields?.because ?? fields?.error))
    expect(told.find((why) => why.includes('not what the journal comes to'))).toMatch(/rows\/7 is otherwise from byte \d+ on/)
    // From here on the days have their digests again.
    now += DAY
    const again = signedBy(town, {
      kind: 'help.recorded', id: idFor('the day after'), exp: now + DAY, acct: bo.acct, helper: bo.acct, receiver: mei.acct, category: 1,
      minutes: 30, day: Math.floor(town.now / DAY), note: hexFor('no words'),
    }, [bo])
    expect(await writer.submit(again.body, again.auth)).toMatchObject({ ok: true })
    expect(writer.read(before + 2, 9).map((record) => parseRecord(record)!.action.kind)).toEqual(['tick', 'state.digest', 'help.recorded'])
    const replayed = replay(writer.read(0, writer.state.tree.size))
    expect('refusal' in replayed ? replayed : 'no refusal').toBe('no refusal')
    await writer.close()
  })

  test('by a program with other rules: it is not even read', async () => {
    const dir = await aSnapshot()
    const own = await openOwnLog({ openJournal: (onFrame, from) => openJournal(join(dir, 'journal'), null, onFrame, { from }), logKey: keys.log })
    await writeSections(latest(dir), snapshotKey(keys.log.secret), sectionsOf(own.known()!, bytesFor('an older program'))!)
    await own.journal.close()
    const { writer, from, log } = await opened(dir)
    expect(from).toEqual([null])
    expect(log.heard[0]).toMatchObject({ level: 'warn', fields: { because: expect.stringContaining('another program') } })
    await writer.close()
  })

  test('by somebody without this hub’s key, in every byte as this hub would have written it: it is not even read', async () => {
    const dir = await aSnapshot()
    const own = await openOwnLog({ openJournal: (onFrame, from) => openJournal(join(dir, 'journal'), null, onFrame, { from }), logKey: keys.log })
    await writeSections(latest(dir), snapshotKey(other.secret), sectionsOf(own.known()!, programId())!)
    await own.journal.close()
    const { writer, from, log } = await opened(dir)
    expect(from).toEqual([null])
    expect(log.heard[0]).toMatchObject({ level: 'warn', fields: { because: expect.stringContaining('not written by this hub') } })
    await writer.close()
  })
})

test('what cannot be replayed is not believed: a journal, a snapshot or a process that is not there any more', async () => {
  const dir = await aSnapshot()
  const { from } = (await snapshotsIn(dir, keys.log, aListeningLog()).read())!
  const asked = { journal: join(dir, 'journal'), to: from, file: latest(dir), key: snapshotKey(keys.log.secret) }
  for (const begin of [(one: Asked) => beginRecomputation(one, () => {}), recomputed]) {
    expect(await begin(asked).ended).toBeNull()
    expect(await begin({ ...asked, journal: join(dir, 'elsewhere') }).ended).toMatch('could not be replayed')
    expect(await begin({ ...asked, key: bytesFor('another key') }).ended).toMatch('the snapshot is foreign now')
    expect(await begin({ ...asked, to: { ...from, frames: from.frames - 1 } }).ended).toMatch('not what the journal comes to')
  }
  // The newest of its kind: those before it may still be ending.
  const begun = beginRecomputation(asked, () => {})
  const children = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], { encoding: 'utf8' }).split('\n')
  const pid = Number.parseInt(children.findLast((line) => line.includes('recomputation-process'))!, 10)
  process.kill(pid, 'SIGKILL')
  expect(await begun.ended).toMatch('ended without a word')
})

test('a hub that stops in the middle of it leaves the snapshot where it is, and begins anew at the next start', async () => {
  const dir = await aSnapshot()
  const kept = readFileSync(latest(dir))
  const first = await opened(dir, { heard: new Promise(() => {}) })
  expect(first.writer.proving).not.toBeNull()
  await first.writer.close()
  expect(first.log.heard).toEqual([])
  expect(readFileSync(latest(dir)).equals(kept)).toBe(true)
  const again = await opened(dir)
  expect(again.from[0]).not.toBeNull()
  expect(again.writer.proving).not.toBeNull()
  await proved(again.writer)
  await again.writer.close()
})

test('wherever a snapshot is damaged or cut, the start is a replay that knows the same', async () => {
  const dir = await aSnapshot()
  const whole = readFileSync(latest(dir))
  const damages = [
    ...Array.from({ length: 40 }, (_, n) => {
      const bytes = Buffer.from(whole)
      bytes[Math.floor((n + 0.5) * whole.length / 40)]! ^= 1 << (n % 8)
      return bytes
    }),
    ...[0, 1, 47, whole.length >> 1, whole.length - 1].map((length) => whole.subarray(0, length)),
  ]
  for (const damaged of damages) {
    writeFileSync(latest(dir), damaged)
    const { writer, from } = await opened(dir)
    expect(from).toEqual([null])
    expect(toHex(digestOf(writer.state))).toBe(truth)
    await writer.close()
    // It was replaced by a good one.
    expect(statSync(latest(dir)).size).toBe(whole.length)
  }
}, 120_000)

test('a snapshot of a longer journal, or of another one, is thrown away', async () => {
  const dir = await aSnapshot()
  const shorter = aDirectory()
  const frames = [...readJournal(join(dir, 'journal'))].map(({ frame: { type, payload } }) => ({ type, payload: payload.slice() }))
  const end = frames.findLastIndex(({ type }, i) => type === frameTypes.seal && i < frames.length - 5)
  await writeTown(shorter, town, frames.slice(0, end + 1))
  cpSync(join(dir, 'snapshot'), join(shorter, 'snapshot'), { recursive: true })
  const { writer, from, log } = await opened(shorter)
  expect(from[0]).not.toBeNull()
  expect(from[1]).toBeNull()
  expect(writer.state.tree.size).toBe(frames.slice(0, end + 1).filter(({ type }) => type === frameTypes.record).length)
  expect(log.heard[0]!.message).toMatch('thrown away')
  await writer.close()

  const elsewhere = aTownOfNeighbours({ name: 'barcelona' }).town
  const another = aDirectory()
  await writeTown(another, elsewhere)
  cpSync(join(dir, 'snapshot'), join(another, 'snapshot'), { recursive: true })
  const log2 = aListeningLog()
  expect(await snapshotsIn(another, pair(elsewhere.secrets.log), log2).read()).toBeNull()
  expect(existsSync(join(another, 'snapshot'))).toBe(false)
})

test('a record that was changed with its CRC is found behind the start: the door shuts and says which entry', async () => {
  const dir = await aSnapshot()
  const seq = 7
  const place = [...readJournal(join(dir, 'journal'))].filter(({ frame }) => frame.type === frameTypes.record)[seq]!.at
  const file = join(dir, 'journal', '00000001.seg')
  const bytes = readFileSync(file)
  const length = uint32In(bytes, place.offset)
  bytes[place.offset + FRAME_HEAD_BYTES + 100]! ^= 1
  const seed = (uint32In(bytes, HEADER_BYTES - 4) ^ place.offset ^ length) >>> 0
  bytes.writeUInt32BE(crc32(bytes.subarray(place.offset + 8, place.offset + FRAME_HEAD_BYTES + length), seed), place.offset + 4)
  writeFileSync(file, bytes)

  const { writer, log } = await opened(dir)
  await expect.poll(() => writer.shut, { timeout: 30_000 }).toBe('storage')
  await expect.poll(() => log.heard.some(({ fields }) => String(fields?.error).includes(`entry ${seq}`)), { timeout: 30_000 }).toBe(true)
  expect(existsSync(latest(dir))).toBe(false)
  await writer.close()
  expect(existsSync(latest(dir))).toBe(false)
})

test('deleted, it is made again', async () => {
  const dir = await aSnapshot()
  rmSync(join(dir, 'snapshot'), { recursive: true })
  const { writer, from } = await opened(dir)
  expect(from).toEqual([null])
  await writer.close()
  const again = await opened(dir)
  expect(again.from[0]).not.toBeNull()
  await again.writer.close()
})
