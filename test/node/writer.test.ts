import { expect, test } from 'vitest'
import { toHex } from '#ledger/bytes.ts'
import { parseRecord, verifyReceipt } from '#ledger/entry.ts'
import { publicKeyOf } from '#ledger/keys.ts'
import { replay } from '#ledger/ledger.ts'
import { frameTypes } from '#node/frames.ts'
import { type Frame, type Journal, JournalError, type Place } from '#node/journal.ts'
import type { HubKeys, KeyPair } from '#node/keystore.ts'
import type { Recorded } from '#node/ports.ts'
import { LedgerCorrupt, type OpenWriter, openWriter } from '#node/writer.ts'
import { framesOf } from '#test/support/disk-town.ts'
import { aTownOfNeighbours, HOUR, type Neighbours } from '#test/support/people.ts'
import { aListeningLog, aSteeredClock, rest, type SteeredClock, signedBy } from '#test/support/town-writer.ts'
import { bytesFor, DAY, hexFor, idFor } from '#test/support/towns.ts'

const placeOf = (offset: number): Place => ({ segment: 1, offset })

/** A disk in memory that can be told to fail, before or after the bytes are on it. */
class Disk {
  frames: Frame[]
  appends = 0
  failure: { code: 'io' | 'disk-full'; afterItTookEffect: boolean } | null = null

  constructor(frames: Frame[]) {
    this.frames = frames
  }

  open = async (onFrame: (frame: Frame, at: Place) => void): Promise<Journal> => {
    for (const [i, frame] of this.frames.entries()) onFrame(frame, placeOf(i))
    let poisoned = false
    return {
      frames: this.frames.length,
      end: placeOf(this.frames.length),
      cut: null,
      frameAt: ({ offset }) => this.frames[offset]!,
      append: async (frames) => {
        if (poisoned) throw new JournalError('poisoned', 'nothing more until it is reopened')
        this.appends += 1
        const { failure } = this
        const first = this.frames.length
        if (failure?.afterItTookEffect !== false) this.frames.push(...frames.map(({ type, payload }) => ({ type, payload: payload.slice() })))
        if (failure === null) return frames.map((_, i) => placeOf(first + i))
        poisoned = true
        this.failure = null
        throw new JournalError(failure.code, 'the disk said no')
      },
      close: async () => {},
    }
  }

  records = (): Uint8Array[] => this.frames.filter(({ type }) => type === frameTypes.record).map(({ payload }) => payload)
}

type Set = Neighbours & { disk: Disk; clock: SteeredClock; writer: OpenWriter }

async function aWriter(frames?: (all: Frame[]) => Frame[]): Promise<Set> {
  const neighbours = aTownOfNeighbours()
  const { town } = neighbours
  const all = framesOf(town)
  const disk = new Disk(frames === undefined ? all : frames(all))
  const clock = aSteeredClock(town.now)
  const pair = (secret: Uint8Array): KeyPair => ({ secret, publicKey: publicKeyOf(secret) })
  const other = pair(bytesFor('some other key'))
  const keys: HubKeys = { log: pair(town.secrets.log), order: other, vote: other, cosigner: other, auditor: other, peer: other }
  let drawn = 0
  const entropy = { bytes: (length: number) => bytesFor(`drawn ${drawn++}`).slice(0, length) }
  const writer = await openWriter({ openJournal: disk.open, keys, clock, entropy, log: aListeningLog() })
  return { ...neighbours, disk, clock, writer }
}

/** Bo wrote down that he helped Mei: `name` makes each a different one. */
const helped = ({ town, bo, mei }: Neighbours, name: string) =>
  signedBy(town, {
    kind: 'help.recorded', id: idFor(name), acct: bo.acct, helper: bo.acct, receiver: mei.acct, category: 1, minutes: 30,
    day: Math.floor(town.now / DAY), note: hexFor('no words'),
  }, [bo])

test('everything that waits at one moment shares one append and one seal, and each has a receipt that binds the hub', async () => {
  const set = await aWriter()
  const { writer, disk, town } = set
  const asked = Array.from({ length: 40 }, (_, i) => helped(set, `help ${i}`))
  const answers = await Promise.all(asked.map(({ body, auth }) => writer.submit(body, auth)))
  expect(disk.appends).toBe(1)
  for (const answer of answers as Recorded[]) {
    expect(verifyReceipt(answer.receipt, answer.record, publicKeyOf(town.secrets.log), town.id)).toBe(true)
  }
  expect(answers.map((answer) => (answer as Recorded).seq)).toEqual(asked.map((_, i) => town.state.tree.size + i))
})

test('an answer is not given before the disk has said yes', async () => {
  const set = await aWriter()
  const { body, auth } = helped(set, 'help')
  const before = set.disk.frames.length
  const answer = set.writer.submit(body, auth)
  expect(set.disk.frames.length).toBe(before)
  expect((await answer).ok).toBe(true)
  expect(set.disk.frames.length).toBe(before + 2)
})

test.each([
  ['before it reached the disk is not recorded, and the same action again is recorded once', false],
  ['after it reached the disk is neither lost nor recorded twice', true],
])('a write that fails %s', async (_, afterItTookEffect) => {
  const set = await aWriter()
  const { writer, disk, clock } = set
  const { body, auth } = helped(set, 'help')
  disk.failure = { code: 'io', afterItTookEffect }
  expect(await writer.submit(body, auth)).toEqual({ ok: false, unavailable: 'storage' })
  expect(writer.shut).toBe('storage')
  expect(await writer.submit(body, auth)).toEqual({ ok: false, unavailable: 'storage' })

  await clock.pass(2)
  await rest()
  expect(writer.shut).toBe(null)
  const answer = await writer.submit(body, auth)
  expect(answer.ok).toBe(true)
  expect(await writer.submit(body, auth)).toEqual(answer)
  const kept = disk.records().filter((record) => parseRecord(record)!.action.id === idFor('help'))
  expect(kept).toHaveLength(1)
  expect(replay(disk.records())).toMatchObject({ size: writer.state.tree.size })
})

test('a full disk is told by its name, and what waited is told so too', async () => {
  const set = await aWriter()
  const { writer, disk } = set
  disk.failure = { code: 'disk-full', afterItTookEffect: false }
  const asked = [helped(set, 'one'), helped(set, 'two')]
  const answers = await Promise.all(asked.map(({ body, auth }) => writer.submit(body, auth)))
  expect(answers).toEqual([{ ok: false, unavailable: 'disk-full' }, { ok: false, unavailable: 'disk-full' }])
})

test('two entries of one group are judged one after the other, not by the same past', async () => {
  const set = await aWriter()
  const { writer, town, mei, bo } = set
  const first = helped(set, 'help')
  await writer.submit(first.body, first.auth)
  const yes = (name: string) => signedBy(town, { kind: 'help.confirmed', id: idFor(name), acct: mei.acct, help: idFor('help') }, [mei])
  const [one, two] = [yes('yes'), yes('yes again')]
  const answers = await Promise.all([writer.submit(one.body, one.auth), writer.submit(two.body, two.auth)])
  expect(answers[0]).toMatchObject({ ok: true })
  expect(answers[1]).toEqual({ ok: false, refusal: { code: 'wrong-phase', phase: 'confirmed' } })
  expect(writer.state.members.get(bo.acct)!.contributions).toBe(1)
})

test('records whose seal did not reach the disk are sealed at the next start, and nothing is lost', async () => {
  const { writer, town, disk } = await aWriter((all) => all.filter((frame, i) => i < all.findLastIndex(({ type }) => type === frameTypes.seal)))
  expect(writer.state.tree.size).toBe(town.state.tree.size)
  const answer = await writer.submit(town.entries[town.entries.length - 1]!.body, town.entries[town.entries.length - 1]!.auth)
  expect(answer).toMatchObject({ ok: true, seq: town.entries.length - 1 })
  expect(disk.frames.at(-1)!.type).toBe(frameTypes.seal)
})

test('a ledger that does not check is not continued, and the damage names its entry', async () => {
  const seq = 3
  const damage = (all: Frame[]): Frame[] => {
    const record = all.filter(({ type }) => type === frameTypes.record)[seq]!
    return all.map((frame) => (frame === record ? { ...frame, payload: frame.payload.map((byte, at) => (at === 90 ? byte ^ 1 : byte)) } : frame))
  }
  const broken = aWriter(damage)
  await expect(broken).rejects.toThrow(LedgerCorrupt)
  await expect(broken).rejects.toThrow(`entry ${seq}`)
})

test('a day begins with one tick, before what it brings, and a deadline brings one by itself', async () => {
  const set = await aWriter()
  const { writer, disk, clock } = set
  const { body, auth } = helped(set, 'help')
  await writer.submit(body, auth)
  await clock.pass(8 * DAY)
  await Promise.all([writer.tickIfDue(), writer.tickIfDue()])
  await writer.tickIfDue()
  const ticks = disk.records().filter((record) => parseRecord(record)!.action.kind === 'tick')
  expect(ticks).toHaveLength(1)
  expect(writer.state.helps.get(idFor('help'))!.phase).toBe('lapsed')
  expect(toHex(writer.state.tree.root())).toBe(toHex(((found) => 'state' in found ? found.state.tree.root() : new Uint8Array())(replay(disk.records()))))
})

test('nothing is due, nothing is written', async () => {
  const { writer, disk, clock } = await aWriter()
  await clock.pass(HOUR)
  await writer.tickIfDue()
  await clock.pass(30 * DAY)
  await writer.tickIfDue()
  expect(disk.appends).toBe(0)
})
