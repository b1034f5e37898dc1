import { describe, expect, test, vi } from 'vitest'
import { toHex } from '#ledger/bytes.ts'
import { audit } from '#ledger/audit/audit.ts'
import { claimHolds, type SignatureClaim } from '#ledger/claims.ts'
import { openSeal, parseRecord, verifyReceipt } from '#ledger/entry.ts'
import type { Piece } from '#ledger/audit/export.ts'
import { keyIdOf, publicKeyOf, sign } from '#ledger/keys.ts'
import { replay } from '#ledger/ledger.ts'
import { restoreApproval } from '#ledger/rules/restore.ts'
import { generationOf } from '#ledger/state/state.ts'
import { frameTypes } from '#node/record/frames.ts'
import { type Frame, type Journal, JournalError, type Place } from '#node/disk/journal.ts'
import type { HubKeys, KeyPair } from '#node/disk/keystore.ts'
import type { Own, Recorded } from '#node/ports.ts'
import { LedgerCorrupt, type OpenWriter, openWriter, RecordDamaged, type WriterPorts } from '#node/record/writer.ts'
import { framesOf } from '#test/support/disk-town.ts'
import { checkpointOf } from '#test/support/exports.ts'
import { aTownOfNeighbours, HOUR, type Neighbours } from '#test/support/people.ts'
import { aListeningLog, aSteeredClock, rest, type SteeredClock, signedBy } from '#test/support/town-writer.ts'
import { bytesFor, DAY, hexFor, idFor } from '#test/support/towns.ts'

const placeOf = (offset: number): Place => ({ segment: 1, offset })

/** A disk in memory that can be told to fail, before or after the bytes are on it. */
class Disk {
  frames: Frame[]
  appends = 0
  failure: { code: 'io' | 'disk-full'; afterItTookEffect: boolean } | null = null
  /** While set, an append does not return before this has. */
  held: Promise<void> | null = null

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
        await this.held
        if (poisoned) throw new JournalError('poisoned', 'nothing more until it is reopened')
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

type Set = Neighbours & { disk: Disk; clock: SteeredClock; writer: OpenWriter; log: ReturnType<typeof aListeningLog> }

let drawn = 0
async function aWriter(frames?: (all: Frame[]) => Frame[], more: Partial<WriterPorts> = {}): Promise<Set> {
  const neighbours = aTownOfNeighbours()
  const { town } = neighbours
  const all = framesOf(town)
  const disk = new Disk(frames === undefined ? all : frames(all))
  const clock = aSteeredClock(town.now)
  const pair = (secret: Uint8Array): KeyPair => ({ secret, publicKey: publicKeyOf(secret) })
  const other = pair(bytesFor('some other key'))
  const keys: HubKeys = { log: pair(town.secrets.log), order: other, vote: other, cosigner: other, auditor: other, peer: other }
  const entropy = { bytes: (length: number) => bytesFor(`drawn ${drawn++}`).slice(0, length) }
  const log = aListeningLog()
  const writer = await openWriter({ openJournal: disk.open, keys, clock, entropy, log, ...more })
  return { ...neighbours, disk, clock, writer, log }
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

/** Whether a promise has been kept yet, without waiting for it. */
async function isKept(promise: Promise<unknown>): Promise<boolean> {
  const kept = promise.then(() => true)
  await rest()
  return Promise.race([kept, Promise.resolve(false)])
}

test('while one group is on its way to the disk the next is judged, and nothing of either is told before its own sync', async () => {
  const set = await aWriter()
  const { writer, disk, town } = set
  const size = town.state.tree.size
  let release = (): void => {}
  disk.held = new Promise((resolve) => (release = resolve))
  const told: number[] = []
  writer.onRecorded(({ seq }) => told.push(seq))
  const [one, two, three] = ['one', 'two', 'three'].map((name) => helped(set, name))
  const first = writer.submit(one!.body, one!.auth)
  await rest()
  const second = writer.submit(two!.body, two!.auth)
  const third = writer.submit(three!.body, three!.auth)
  await rest()
  expect(writer.state.tree.size).toBe(size + 3)
  expect(writer.read(size, 9)).toEqual([])
  const settled = writer.settled()
  expect(await isKept(Promise.race([first, second, third, settled]))).toBe(false)
  expect(told).toEqual([])

  disk.held = null
  release()
  const answers = (await Promise.all([first, second, third])) as Recorded[]
  expect(answers.map(({ seq }) => seq)).toEqual([size, size + 1, size + 2])
  expect(await settled).toBe(true)
  expect(told).toEqual([size, size + 1, size + 2])
  expect(writer.read(size, 9)).toEqual(answers.map(({ record }) => record))
})

test('a group that fails takes with it what was judged behind it, and what was computed from either is not shown', async () => {
  const set = await aWriter()
  const { writer, disk, clock, town } = set
  const size = town.state.tree.size
  let release = (): void => {}
  disk.held = new Promise((resolve) => (release = resolve))
  disk.failure = { code: 'io', afterItTookEffect: false }
  const [one, two] = ['one', 'two'].map((name) => helped(set, name))
  const first = writer.submit(one!.body, one!.auth)
  await rest()
  const second = writer.submit(two!.body, two!.auth)
  await rest()
  const settled = writer.settled()
  release()
  expect(await Promise.all([first, second])).toEqual(Array(2).fill({ ok: false, unavailable: 'storage' }))
  expect(await settled).toBe(false)
  await clock.pass(1)
  expect(writer.state.tree.size).toBe(size)
  expect(await writer.settled()).toBe(true)
})

test('a record that the disk gives back changed is not served: the door shuts, and opens when it is as it was written', async () => {
  const { writer, disk, clock, town, log } = await aWriter()
  const seq = 4
  const at = disk.frames.findIndex(({ payload }) => payload === disk.records()[seq])
  const whole = disk.frames[at]!
  disk.frames[at] = { ...whole, payload: whole.payload.map((byte, i) => (i === 200 ? byte ^ 8 : byte)) }
  expect(() => writer.entryAt(seq)).toThrow(RecordDamaged)
  expect(() => writer.read(0, 9)).toThrow(`entry ${seq}`)
  expect(writer.shut).toBe('storage')
  expect(writer.entryAt(seq + 1).bytes).toEqual(town.entries[seq + 1]!.bytes)
  await clock.pass(5)
  expect(writer.shut).toBe('storage')
  expect(log.heard.at(-1)!.fields!.error).toContain('entry 4')

  disk.frames[at] = whole
  await clock.pass(2)
  expect(writer.shut).toBe(null)
  expect(writer.entryAt(seq).bytes).toEqual(town.entries[seq]!.bytes)
})

test('a receipt whose seal the disk gives back changed is not given', async () => {
  const { writer, disk, town } = await aWriter()
  const entry = town.entries.at(-1)!
  const at = disk.frames.findLastIndex(({ type }) => type === frameTypes.seal)
  disk.frames[at] = { ...disk.frames[at]!, payload: disk.frames[at]!.payload.map((byte, i) => (i === 20 ? byte ^ 1 : byte)) }
  expect(await writer.submit(entry.body, entry.auth)).toEqual({ ok: false, unavailable: 'storage' })
})

test('signatures verified elsewhere count as verified, and only as they were asked', async () => {
  const asked: SignatureClaim[] = []
  const set = await aWriter(undefined, {
    verify: async (claims) => {
      asked.push(...claims)
      return claims.map(claimHolds)
    },
  })
  const good = helped(set, 'good')
  const bad = helped(set, 'bad')
  const forged = [{ ...bad.auth[0]!, signature: good.auth[0]!.signature }]
  const answers = await Promise.all([set.writer.submit(good.body, good.auth), set.writer.submit(bad.body, forged)])
  expect(answers[0]).toMatchObject({ ok: true })
  expect(answers[1]).toEqual({ ok: false, refusal: { code: 'wrong-signature' } })
  expect(asked).toHaveLength(2)
})

test('when nobody verifies elsewhere, or says less than was asked, it is verified here', async () => {
  const set = await aWriter(undefined, { verify: () => Promise.reject(new Error('no other core')) })
  const { body, auth } = helped(set, 'help')
  const forged = [{ ...auth[0]!, signature: auth[0]!.signature.map((byte) => byte ^ 1) }]
  expect(await set.writer.submit(body, forged)).toEqual({ ok: false, refusal: { code: 'wrong-signature' } })
  expect(await set.writer.submit(body, auth)).toMatchObject({ ok: true })
  const silent = await aWriter(undefined, { verify: async () => [] })
  expect(await silent.writer.submit(body, forged)).toEqual({ ok: false, refusal: { code: 'wrong-signature' } })
})

test('when it cannot even be said what is to be verified elsewhere, everybody is answered all the same', async () => {
  const set = await aWriter(undefined, { verify: async (claims) => claims.map(() => true) })
  const good = helped(set, 'good')
  const bad = helped(set, 'bad')
  const forged = [{ ...bad.auth[0]!, signature: good.auth[0]!.signature }]
  vi.spyOn(set.writer.state.members, 'get').mockImplementationOnce(() => {
    throw new Error('a bug of ours')
  })
  const answers = await Promise.all([set.writer.submit(good.body, good.auth), set.writer.submit(bad.body, forged)])
  expect(answers[0]).toMatchObject({ ok: true })
  expect(answers[1]).toEqual({ ok: false, refusal: { code: 'wrong-signature' } })
  expect(set.log.heard).toMatchObject([{ level: 'warn', fields: { error: 'Error: a bug of ours' } }])
})

test.each([
  ['before it reached the disk is not recorded, and the same action again is recorded once', false],
  ['after it reached the disk is neither lost nor recorded twice', true],
])('a write that fails %s', async (_, afterItTookEffect) => {
  const set = await aWriter()
  const { writer, disk, clock } = set
  const { body, auth } = helped(set, 'help')
  const heard: number[] = []
  writer.onRecorded(({ seq }) => heard.push(seq))
  const before = writer.state.tree.size
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
  // Whoever follows the record hears of each entry once, whatever the disk had said of it.
  await rest()
  expect(heard).toEqual(Array.from({ length: writer.state.tree.size - before }, (_, i) => before + i))
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

describe('on a disk that fills up', () => {
  const MIB = 1024 * 1024
  async function filling() {
    const room = { mib: 100 }
    const set = await aWriter(undefined, { freeBytes: () => room.mib * MIB })
    const asks = (name: string) => {
      const { body, auth } = helped(set, name)
      return set.writer.submit(body, auth)
    }
    return { ...set, room, asks }
  }
  const full = { ok: false, unavailable: 'disk-full' }

  test('the door is shut before anything is written, within a second also when nobody writes, and the state is as it was', async () => {
    const { writer, disk, clock, room, asks } = await filling()
    const { state } = writer
    room.mib = 15
    expect(await asks('one')).toEqual(full)
    expect(disk.appends).toBe(0)
    room.mib = 40
    await clock.pass(1)
    expect(await asks('two')).toMatchObject({ ok: true })
    room.mib = 15
    await clock.pass(1)
    expect(writer.shut).toBe('disk-full')
    expect(writer.state).toBe(state)
    expect(await writer.settled()).toBe(true)
  })

  test('it opens by itself when there is clearly room, and a disk on the edge does not open and shut it', async () => {
    const { writer, clock, room, log, asks } = await filling()
    room.mib = 17
    expect(await asks('there is room')).toMatchObject({ ok: true })
    for (const mib of [15, 17, 31, 15, 31]) {
      room.mib = mib
      await clock.pass(1)
      expect(writer.shut).toBe('disk-full')
    }
    room.mib = 32
    await clock.pass(1)
    expect(writer.shut).toBeNull()
    expect(log.heard.filter(({ message }) => message.startsWith('the disk is full'))).toHaveLength(1)
    expect(log.heard.find(({ message }) => message.startsWith('the disk is full'))!.fields).toEqual({ freeBytes: 15 * MIB, neededBytes: 32 * MIB })
    expect(await asks('again')).toMatchObject({ ok: true })
  })

  test('one that refuses a write though it seems to have room is read again, and tried less and less often', async () => {
    const { writer, disk, clock, asks } = await filling()
    for (const [n, seconds] of [1, 2, 4].entries()) {
      disk.failure = { code: 'disk-full', afterItTookEffect: n === 1 }
      expect(await asks(`refused ${n}`)).toEqual(full)
      await clock.pass(seconds - 0.6)
      expect(writer.shut).toBe('disk-full')
      expect(await asks(`too early ${n}`)).toEqual(full)
      await clock.pass(1.2)
      expect(writer.shut).toBeNull()
    }
    expect(await asks('refused 1')).toMatchObject({ ok: true })
    disk.failure = { code: 'disk-full', afterItTookEffect: false }
    expect(await asks('one more')).toEqual(full)
    await clock.pass(1.6)
    expect(writer.shut).toBe('disk-full')
  })
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

test('a record whose seal did not reach the disk is not sealed when its author did not sign it', async () => {
  let seq = -1
  const broken = aWriter((all) => {
    const seal = all.findLastIndex(({ type }) => type === frameTypes.seal)
    const left = all.slice(0, seal)
    seq = left.filter(({ type }) => type === frameTypes.record).length - 1
    // A record ends with its last signature.
    return left.map((frame, i) => (i === seal - 1 ? { ...frame, payload: frame.payload.map((byte, at) => (at === frame.payload.length - 64 ? byte ^ 1 : byte)) } : frame))
  })
  await expect(broken).rejects.toThrow(LedgerCorrupt)
  await expect(broken).rejects.toThrow(`entry ${seq}: wrong-signature`)
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

describe('while the door is shut for a restore', () => {
  /** The first three entries of a town are on the disk, a group with its seal; the rest is what another city kept. */
  async function stale(of?: Frame[]) {
    const set = await aWriter((all) => (of ?? all).slice(0, 4))
    const { town, writer } = set
    writer.setShut('restoring')
    expect(writer.state.tree.size).toBe(3)
    return { ...set, tail: town.entries.slice(3).map(({ bytes }) => bytes), note: checkpointOf(town) }
  }
  const restoring = ({ town, writer }: Set): Own<'hub.restored'> => {
    const to = { generation: generationOf(writer.state) + 1, size: writer.state.tree.size, root: writer.state.tree.root(), givenUp: null }
    const { acct, device, secret } = town.steward
    const signature = sign(secret, 'appr', town.id, restoreApproval(to))
    return { ...to, approvals: [{ steward: acct, keyId: keyIdOf(device), signature }] }
  }
  const asking = (set: Set, name: string) => {
    const { body, auth } = helped(set, name)
    return set.writer.submit(body, auth)
  }
  const verdictOn = (disk: Disk) => {
    const pieces = disk.frames.flatMap(({ type, payload }): Piece[] =>
      type === frameTypes.record ? [{ type: 'record', bytes: payload }] : type === frameTypes.seal ? [{ type: 'seal', bytes: payload }] : [])
    return audit(pieces)
  }

  test('what others kept is taken back, sealed as it was, and the restore begins the next generation', async () => {
    const set = await stale()
    const { writer, disk, town, tail, note } = set
    const heard: number[] = []
    writer.onRecorded(({ seq }) => heard.push(seq))
    expect(await writer.adopt(tail, note)).toBeNull()
    expect(writer.state.tree.root()).toEqual(town.state.tree.root())
    expect(writer.checkpoint).toBe(note)
    expect(heard).toEqual(tail.map((_, i) => 3 + i))
    const answer = await writer.restore(restoring(set)) as Recorded
    expect(answer.seq).toBe(town.entries.length)
    expect(openSeal(answer.receipt.seal, town.state.hub.logKey, town.id)).toMatchObject({ first: answer.seq, last: answer.seq, generation: 1 })
    writer.setShut(null)
    const next = await asking(set, 'after it') as Recorded
    expect(openSeal(next.receipt.seal, town.state.hub.logKey, town.id)).toMatchObject({ first: next.seq, generation: 1 })
    expect(verdictOn(disk).offence).toBeNull()

    const again = await aWriter(() => disk.frames)
    expect(generationOf(again.writer.state)).toBe(1)
  })

  test('a tail that holds an earlier restore is sealed in its two generations', async () => {
    const first = await stale()
    await first.writer.adopt(first.tail, first.note)
    await first.writer.restore(restoring(first))
    first.writer.setShut(null)
    await asking(first, 'in generation 1')
    const whole = first.disk.records()

    const second = await stale(first.disk.frames)
    expect(await second.writer.adopt(whole.slice(3), second.note)).toBeNull()
    await second.writer.restore(restoring(second))
    expect(generationOf(second.writer.state)).toBe(2)
    expect(verdictOn(second.disk).offence).toBeNull()
  })

  test('an entry that is not the next one of this log is refused, and what came before it is kept', async () => {
    const { writer, disk, tail, note } = await stale()
    const [, , third] = tail
    expect(await writer.adopt([tail[0]!, tail[1]!, Uint8Array.of(1), third!], note)).toEqual({ seq: 5, refusal: { code: 'malformed' } })
    expect(await writer.adopt([tail[3]!], note)).toMatchObject({ seq: 5, refusal: { code: 'wrong-sequence' } })
    expect(disk.records()).toHaveLength(5)
    expect(writer.checkpoint).not.toBe(note)
    expect(await writer.adopt(tail.slice(2), note)).toBeNull()
  })

  test('nobody else is let in, and without it neither is possible', async () => {
    const set = await stale()
    expect(await asking(set, 'too early')).toEqual({ ok: false, unavailable: 'restoring' })
    const { approvals: _, ...unsigned } = restoring(set)
    expect(await set.writer.restore({ ...unsigned, approvals: [] })).toMatchObject({ ok: false, refusal: { code: 'not-enough-stewards' } })
    set.writer.setShut(null)
    await expect(set.writer.adopt(set.tail, set.note)).rejects.toThrow('only while the door is shut')
    await expect(set.writer.restore(restoring(set))).rejects.toThrow('only while the door is shut')
  })

  test('an error of the disk in between ends with the door still shut', async () => {
    const set = await stale()
    const { writer, disk, clock, tail, note } = set
    disk.failure = { code: 'io', afterItTookEffect: true }
    await expect(writer.adopt(tail, note)).rejects.toThrow('the disk refused')
    expect(writer.shut).toBe('storage')
    // Stewards who sign just then are told why it cannot be now.
    expect(await writer.restore(restoring(set))).toEqual({ ok: false, unavailable: 'storage' })
    await expect(writer.adopt(tail, note)).rejects.toThrow('the record takes nothing now: storage')
    clock.pass(1_000)
    await rest()
    expect(writer.shut).toBe('restoring')
  })
})
