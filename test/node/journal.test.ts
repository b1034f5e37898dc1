import {
  appendFileSync, copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync,
  rmSync, statSync, truncateSync, writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { crc32 } from 'node:zlib'
import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  JournalCorrupt, JournalError, openJournal, readJournal, type Frame, type Journal, type Progress,
} from '#node/disk/journal.ts'
import { aDirectory } from '#test/support/directories.ts'

/** What the disk under the journal does at its next write or sync. */
type Trouble =
  | { call: 'write' | 'fdatasync'; error: string } // fails without having taken effect
  | { call: 'write' | 'fdatasync'; error: string; afterItTookEffect: true }
  | { call: 'write'; short: number; then: string | null } // stops early, then the rest fails or not

const disk = vi.hoisted(() => ({
  trouble: [] as Trouble[],
  calls: [] as string[],
  /** While set, a sync does not return before this has. */
  held: null as null | Promise<void>,
}))

vi.mock('node:fs', async (original) => {
  const real = await original<typeof import('node:fs')>()
  type Written = (error: Error | null, written: number) => void
  const failure = (code: string) => Object.assign(new Error(`${code}: as the test asked`), { code })
  return {
    ...real,
    write(fd: number, bytes: Uint8Array, from: number, length: number, at: number, done: Written) {
      disk.calls.push(`write ${length}`)
      const trouble = disk.trouble[0]?.call === 'write' ? disk.trouble.shift() : undefined
      if (trouble === undefined) return real.write(fd, bytes, from, length, at, done)
      if ('short' in trouble) {
        if (trouble.then !== null) disk.trouble.unshift({ call: 'write', error: trouble.then })
        return real.write(fd, bytes, from, trouble.short, at, done)
      }
      if ('afterItTookEffect' in trouble) real.writeSync(fd, bytes, from, length, at)
      setImmediate(done, failure(trouble.error), 0)
    },
    fdatasync(fd: number, done: (error: Error | null) => void) {
      disk.calls.push('fdatasync')
      const trouble = disk.trouble[0]?.call === 'fdatasync' ? disk.trouble.shift() : undefined
      if (disk.held !== null) return void disk.held.then(() => real.fdatasync(fd, done))
      if (trouble === undefined) return real.fdatasync(fd, done)
      setImmediate(done, failure('error' in trouble ? trouble.error : ''))
    },
  }
})
afterEach(() => Object.assign(disk, { trouble: [], calls: [], held: null }))

const mei = new Uint8Array(32).fill(7)
const bo = new Uint8Array(32).fill(8)
const HEADER = 48
const HEAD = 9

describe('a journal', () => {
  test('gives back every frame in order, with its type, also after reopening', async () => {
    const dir = aDirectory()
    const first = await opened(dir)
    expect(first.frames).toEqual([])
    await first.journal.append([frame('A', ''), frame('~', 'second')])
    await first.journal.append([frame('!', 'third')])
    expect(first.journal.frames).toBe(3)
    await first.journal.close()

    const { journal, frames, places } = await opened(dir)
    expect(frames).toEqual(['A:', '~:second', '!:third'])
    expect(places).toEqual(['1@48', '1@57', '1@72'])
    expect(journal.frames).toBe(3)
    expect(journal.cut).toBeNull()
    await journal.append([frame('A', 'fourth')])
    await journal.close()
    expect(listed(dir)).toEqual(['A:', '~:second', '!:third', 'A:fourth'])
  })

  test('lies in files and directories only their owner can read', async () => {
    const dir = join(aDirectory(), 'new', 'journal')
    const { journal } = await opened(dir)
    await journal.append([frame('A', 'x')])
    await journal.close()
    expect(statSync(dir).mode & 0o777).toBe(0o700)
    expect(statSync(join(dir, '..')).mode & 0o777).toBe(0o700)
    expect(readdirSync(dir).sort()).toEqual(['00000001.seg', 'mark'])
    expect(modesIn(dir)).toEqual([0o600, 0o600])
  })

  test('has the bytes the format says', async () => {
    const dir = aDirectory()
    const { journal } = await opened(dir)
    await journal.append([frame('E', 'hi')])
    await journal.close()
    const bytes = readFileSync(segment(dir, 1))
    const hex = (from: number, to: number) => bytes.subarray(from, to).toString('hex')
    expect(hex(0, 12)).toBe('54594a310000000100000001')
    expect(hex(12, 44)).toBe('07'.repeat(32))
    const headerCrc = crc32(bytes.subarray(0, 44))
    expect(bytes.readUInt32BE(44)).toBe(headerCrc)
    expect(hex(48, 52)).toBe('00000002')
    expect(bytes.readUInt32BE(52)).toBe(crc32('Ehi', (headerCrc ^ 48 ^ 2) >>> 0))
    expect(bytes.subarray(56).toString()).toBe('Ehi')
  })

  test('goes on in a new segment where one is full, within one append too', async () => {
    const dir = aDirectory()
    const { journal } = await opened(dir, { segmentBytes: 100 })
    const texts = Array.from({ length: 20 }, (_, n) => `frame number ${n}`)
    await journal.append(texts.map((text) => frame('A', text)))
    await journal.append([frame('B', 'x'.repeat(300))]) // larger than a segment: one of its own
    await journal.append([frame('C', 'last')])
    await journal.close()
    const expected = [...texts.map((text) => `A:${text}`), `B:${'x'.repeat(300)}`, 'C:last']
    expect(readdirSync(dir).filter((name) => name.endsWith('.seg')).length).toBe(12)
    expect(new Set(modesIn(dir))).toEqual(new Set([0o600]))
    expect(listed(dir)).toEqual(expected)
    const again = await opened(dir, { segmentBytes: 100 })
    expect(again.frames).toEqual(expected)
    await again.journal.close()
  })

  test('lets all callers that wait share one write and one sync', async () => {
    const { journal } = await opened(aDirectory())
    disk.calls = []
    await Promise.all([1, 2, 3].map((n) => journal.append([frame('A', `${n}`)])))
    expect(disk.calls).toEqual(['write 30', 'fdatasync'])

    disk.calls = []
    const early = journal.append([frame('A', 'early')])
    await new Promise((resolve) => setImmediate(resolve))
    const late = [4, 5, 6].map((n) => journal.append([frame('A', `${n}`)]))
    await Promise.all([early, ...late])
    expect(disk.calls).toEqual(['write 14', 'fdatasync', 'write 30', 'fdatasync'])
    await journal.close()
  })

  test('acknowledges nothing before the sync has returned', async () => {
    const dir = aDirectory()
    const { journal } = await opened(dir)
    const mark = readFileSync(join(dir, 'mark'))
    const sync = Promise.withResolvers<void>()
    disk.held = sync.promise
    let acknowledged = false
    const appended = journal.append([frame('A', 'x')]).then(() => { acknowledged = true })
    while (!disk.calls.includes('fdatasync')) await setTimeout(1)
    await setTimeout(20)
    expect(acknowledged).toBe(false)
    expect(journal.frames).toBe(0)
    expect(readFileSync(join(dir, 'mark'))).toEqual(mark)
    sync.resolve()
    await appended
    expect(journal.frames).toBe(1)
    expect(readFileSync(join(dir, 'mark'))).not.toEqual(mark)
    await journal.close()
  })

  test('refuses to be another journal, and opens as whatever it is when nobody asks', async () => {
    const dir = aDirectory()
    await (await opened(dir)).journal.close()
    await expect(opened(dir, { identity: bo })).rejects.toMatchObject({ code: 'wrong-journal' })
    await (await opened(dir, { identity: null })).journal.close()
  })

  test('is not made up where none is', async () => {
    const dir = aDirectory()
    await expect(opened(dir, { identity: null })).rejects.toMatchObject({ code: 'no-journal' })
    expect(() => listed(dir)).toThrow(expect.objectContaining({ code: 'no-journal' }))
    const nowhere = join(dir, 'missing')
    expect(() => listed(nowhere)).toThrow(expect.objectContaining({ code: 'no-journal' }))
    expect(readdirSync(dir)).toEqual([])
  })

  test('of a newer format is refused as that, not as damage', async () => {
    const dir = await aClosedJournal(['one'])
    const bytes = readFileSync(segment(dir, 1))
    bytes.writeUInt32BE(2, 4)
    bytes.writeUInt32BE(crc32(bytes.subarray(0, 44)), 44)
    writeFileSync(segment(dir, 1), bytes)
    for (const attempt of [() => opened(dir), async () => listed(dir)]) {
      await expect(attempt()).rejects.toMatchObject({
        code: 'newer-format', message: expect.stringContaining('newer program'),
      })
    }
  })

  test('takes no frame it could not read again', async () => {
    const { journal } = await opened(aDirectory())
    for (const type of [0, 0x20, 0x7f, 0x100, 65.5]) {
      expect(() => journal.append([{ type, payload: new Uint8Array() }])).toThrow(TypeError)
    }
    const payload = new Uint8Array(16 * 1024 * 1024 + 1)
    expect(() => journal.append([{ type: 65, payload }])).toThrow(TypeError)
    await journal.append([frame('A', 'still open')])
    await journal.close()
  })

  test('tells how far the reading is', async () => {
    const dir = aDirectory()
    const { journal } = await opened(dir, { segmentBytes: 100_000 })
    await journal.append(Array.from({ length: 20_000 }, () => frame('A', 'x')))
    await journal.close()
    const progress: Progress[] = []
    const again = await openJournal(dir, mei, () => {}, { onProgress: (one) => progress.push(one) })
    await again.close()
    expect(progress.map((one) => one.frames)).toEqual([8192, 16384, 20000])
    const bytes = progress.map((one) => one.bytes)
    expect(bytes).toEqual([...bytes].sort((a, b) => a - b))
    expect(progress.at(-1)?.bytes).toBe(progress.at(-1)?.bytesTotal)
  })

  test('finishes what was appended before it closes, and takes nothing afterwards', async () => {
    const dir = aDirectory()
    const { journal } = await opened(dir)
    const last = journal.append([frame('A', 'last')])
    await Promise.all([last, journal.close(), journal.close()])
    await expect(journal.append([frame('A', 'x')])).rejects.toMatchObject({ code: 'closed' })
    expect(listed(dir)).toEqual(['A:last'])
  })
})

describe('when the disk fails', () => {
  const applied = { afterItTookEffect: true } as const
  const troubles: [string, Trouble, JournalError['code'], number][] = [
    ['a write fails', { call: 'write', error: 'EIO' }, 'io', 0],
    ['a write fails yet takes effect', { call: 'write', error: 'EIO', ...applied }, 'io', 3],
    ['the disk is full', { call: 'write', error: 'ENOSPC' }, 'disk-full', 0],
    ['the quota is used up', { call: 'write', error: 'EDQUOT' }, 'disk-full', 0],
    ['it fills in mid-write', { call: 'write', short: 20, then: 'ENOSPC' }, 'disk-full', 1],
    ['a write stops early for no reason', { call: 'write', short: 20, then: null }, 'io', 3],
    ['a sync fails', { call: 'fdatasync', error: 'EIO' }, 'io', 3],
    ['a sync finds the disk full', { call: 'fdatasync', error: 'ENOSPC' }, 'disk-full', 3],
  ]
  test.for(troubles)('%s: the append is refused by name, the rest waits for reopening', async (
    [, trouble, code, survive],
  ) => {
    const dir = aDirectory()
    const first = await opened(dir)
    await first.journal.append([frame('A', 'acknowledged')])

    disk.trouble = [trouble]
    const failing = first.journal.append([frame('B', 'perhaps'), frame('B', 'perhaps too')])
    const inTheGroup = first.journal.append([frame('C', 'perhaps')])
    const outcome = expect(failing).rejects.toMatchObject({ name: 'JournalError', code })
    const shared = expect(inTheGroup).rejects.toMatchObject({ name: 'JournalError', code })
    await new Promise((resolve) => setImmediate(resolve))
    const waiting = first.journal.append([frame('D', 'never')])
    await expect(waiting).rejects.toMatchObject({ code: 'poisoned' })
    await outcome
    await shared
    const later = first.journal.append([frame('D', 'never')])
    await expect(later).rejects.toMatchObject({ code: 'poisoned' })
    expect(first.journal.frames).toBe(1)
    await first.journal.close()
    disk.trouble = []

    const again = await opened(dir)
    const possible = ['A:acknowledged', 'B:perhaps', 'B:perhaps too', 'C:perhaps']
    expect(again.frames).toEqual(possible.slice(0, 1 + survive))
    await again.journal.append([frame('E', 'works again')])
    await again.journal.close()
    expect(listed(dir)).toEqual([...again.frames, 'E:works again'])
  })

  test('a directory that cannot be used is refused by name', async () => {
    const dir = aDirectory()
    writeFileSync(join(dir, 'file'), '')
    await expect(opened(join(dir, 'file'))).rejects.toMatchObject({ code: 'io' })
  })
})

describe('after a crash', () => {
  test.for([
    ['a piece of a head', (bytes: Buffer) => bytes.subarray(0, 5)],
    ['a head alone', (bytes: Buffer) => bytes.subarray(0, 9)],
    ['all but a byte', (bytes: Buffer) => bytes.subarray(0, -1)],
    ['zeros of the same length', (bytes: Buffer) => Buffer.alloc(bytes.length)],
    ['a page of zeros', () => Buffer.alloc(4096)],
    ['its beginning, then zeros', (bytes: Buffer) => Buffer.from(bytes).fill(0, 12)],
  ] as const)('a last frame of which only %s was written is cut', async ([, torn]) => {
    const dir = await aCrashedJournal(['one', 'two'], ['never acknowledged'], torn)
    const size = statSync(segment(dir, 1)).size
    expect(listed(dir)).toEqual(['A:one', 'A:two']) // an auditor beside the hub ends there too
    expect(statSync(segment(dir, 1)).size).toBe(size)

    const { journal, frames } = await opened(dir)
    expect(frames).toEqual(['A:one', 'A:two'])
    const end = HEADER + 2 * (HEAD + 3)
    expect(journal.cut).toEqual({ segment: 1, offset: end, bytes: size - end })
    expect(statSync(segment(dir, 1)).size).toBe(end)
    await journal.append([frame('A', 'three')])
    await journal.close()
    expect(listed(dir)).toEqual(['A:one', 'A:two', 'A:three'])
  })

  test('a whole frame never acknowledged may stay; once seen it is never lost', async () => {
    const dir = await aCrashedJournal(['one'], ['two'], (bytes) => bytes)
    const again = await opened(dir)
    expect(again.frames).toEqual(['A:one', 'A:two'])
    expect(again.journal.cut).toBeNull()
    // It was reported, so it is below the mark now: damage to it is no torn write any more.
    flip(segment(dir, 1), statSync(segment(dir, 1)).size - 1)
    await again.journal.close()
    await expect(opened(dir)).rejects.toBeInstanceOf(JournalCorrupt)
  })

  test('of two frames written together the first may stay when the second is torn', async () => {
    const dir = await aCrashedJournal(['one'], ['two', 'three'], (bytes) => bytes.subarray(0, -1))
    const { journal, frames } = await opened(dir)
    expect(frames).toEqual(['A:one', 'A:two'])
    await journal.close()
  })

  test('a torn frame followed by a whole one is damage, not a torn tail', async () => {
    const dir = await aCrashedJournal(['one'], ['two', 'three'], (bytes) => {
      const damaged = Buffer.from(bytes)
      damaged[HEAD] = 0xff // in "two"
      return damaged
    })
    const at = HEADER + HEAD + 3
    for (const attempt of [() => opened(dir), async () => listed(dir)]) {
      await expect(attempt()).rejects.toMatchObject({
        name: 'JournalCorrupt', code: 'corrupt', segment: 1, offset: at, frame: 1,
        file: segment(dir, 1), reason: expect.stringContaining('a valid frame follows'),
      })
    }
  })

  test('a last frame that names an impossible length hides no valid frame behind it', async () => {
    const dir = await aCrashedJournal(['one'], ['two', 'three'], (bytes) => {
      const damaged = Buffer.from(bytes)
      damaged.writeUInt32BE(0x7fffffff, 0)
      return damaged
    })
    await expect(opened(dir)).rejects.toMatchObject({ code: 'corrupt', offset: 60 })
  })

  test('acknowledged frames that are gone are missed, though what is left reads well', async () => {
    const dir = await aClosedJournal(['one', 'two', 'three'])
    truncateSync(segment(dir, 1), HEADER + HEAD + 3)
    await expect(opened(dir)).rejects.toMatchObject({ code: 'corrupt', segment: 1, frame: 1 })
    expect(() => listed(dir)).toThrow(JournalCorrupt)
  })

  test('the mark protects an acknowledged last frame; without one it looks torn', async () => {
    const dir = await aClosedJournal(['one', 'two'])
    flip(segment(dir, 1), statSync(segment(dir, 1)).size - 1)
    await expect(opened(dir)).rejects.toMatchObject({ code: 'corrupt', offset: 60, frame: 1 })
    rmSync(join(dir, 'mark')) // what a power cut seconds after the sync may do to it
    const { frames, journal } = await opened(dir)
    expect(frames).toEqual(['A:one'])
    await journal.close()
  })

  test.for([0, 5, 16, 99])('a mark of %i senseless bytes is replaced', async (length) => {
    const dir = await aClosedJournal(['one', 'two'])
    writeFileSync(join(dir, 'mark'), 'x'.repeat(length))
    const { frames, journal } = await opened(dir)
    expect(frames).toEqual(['A:one', 'A:two'])
    await journal.close()
    expect(statSync(join(dir, 'mark')).size).toBe(16)
    truncateSync(segment(dir, 1), HEADER + HEAD + 3)
    await expect(opened(dir)).rejects.toBeInstanceOf(JournalCorrupt) // the new mark works
  })

  test('the mark of another journal is no mark of this one', async () => {
    const other = await aClosedJournal(['one', 'two', 'three'], { identity: bo })
    const dir = await aClosedJournal(['one'])
    copyFileSync(join(other, 'mark'), join(dir, 'mark'))
    const { journal } = await opened(dir)
    await journal.close()
  })

  test('a segment whose creation was interrupted is forgotten', async () => {
    const dir = await aClosedJournal(['one'])
    writeFileSync(join(dir, '00000002.seg.new'), 'TYJ1')
    const { journal, frames } = await opened(dir)
    expect(frames).toEqual(['A:one'])
    expect(existsSync(join(dir, '00000002.seg.new'))).toBe(false)
    await journal.close()
  })

  test('a new journal interrupted before its first segment stood is begun again', async () => {
    const dir = aDirectory()
    writeFileSync(join(dir, '00000001.seg.new'), 'TYJ')
    const { journal, frames } = await opened(dir)
    expect(frames).toEqual([])
    await journal.close()
    expect(readdirSync(dir).sort()).toEqual(['00000001.seg', 'mark'])
  })

  test('segments that are missing, exchanged or from elsewhere are damage', async () => {
    const missing = await aJournalOfThreeSegments()
    rmSync(segment(missing, 2))
    await expectCorrupt(missing, { segment: 2, reason: 'the file is missing' })

    const lastMissing = await aJournalOfThreeSegments()
    rmSync(segment(lastMissing, 3))
    await expectCorrupt(lastMissing, { segment: 3, reason: 'the file is missing' })

    const allMissing = await aClosedJournal(['one'])
    rmSync(segment(allMissing, 1))
    await expectCorrupt(allMissing, { segment: 1, reason: 'the file is missing' })
    expect(existsSync(segment(allMissing, 1))).toBe(false)

    const exchanged = await aJournalOfThreeSegments()
    renameSync(segment(exchanged, 1), segment(exchanged, 9))
    renameSync(segment(exchanged, 2), segment(exchanged, 1))
    renameSync(segment(exchanged, 9), segment(exchanged, 2))
    await expectCorrupt(exchanged, { segment: 1, offset: 0 })

    const mixed = await aJournalOfThreeSegments()
    copyFileSync(segment(await aJournalOfThreeSegments(bo), 2), segment(mixed, 2))
    await expectCorrupt(mixed, { segment: 2, reason: 'the segment belongs to another journal' })
  })

  test('a torn tail is damage in any segment but the last', async () => {
    const dir = await aJournalOfThreeSegments()
    truncateSync(segment(dir, 2), statSync(segment(dir, 2)).size - 1)
    await expectCorrupt(dir, { segment: 2, reason: 'the frame breaks off' })
  })

  test('a frame written to the wrong place is never read there', async () => {
    // Two frames of one length: a misdirected write puts the second where the first belongs.
    const dir = await aClosedJournal(['one', 'two'])
    const bytes = readFileSync(segment(dir, 1))
    bytes.copy(bytes, HEADER, HEADER + HEAD + 3)
    writeFileSync(segment(dir, 1), bytes)
    await expectCorrupt(dir, { segment: 1, offset: HEADER, frame: 0 })
  })
})

describe('reading beside a running hub', () => {
  test('shows what is there, changes nothing, and does not mind what is half written', async () => {
    const dir = aDirectory()
    const { journal } = await opened(dir)
    await journal.append([frame('A', 'one')])
    expect(listed(dir)).toEqual(['A:one'])
    appendFileSync(segment(dir, 1), Buffer.from([0, 0, 0, 3, 1, 2])) // a write under way
    const before = readFileSync(segment(dir, 1))
    expect(listed(dir)).toEqual(['A:one'])
    expect(readFileSync(segment(dir, 1))).toEqual(before)
    await journal.append([frame('A', 'two')]) // the write arrives
    expect(listed(dir)).toEqual(['A:one', 'A:two'])
    await journal.close()
  })

  test('may stop in the middle', async () => {
    const dir = await aJournalOfThreeSegments()
    for (const { at } of readJournal(dir)) {
      if (at.segment === 2) break
    }
    const { journal } = await opened(dir)
    await journal.close()
  })
})

describe('one flipped bit', () => {
  test('anywhere in a closed journal is damage found before it is believed', async () => {
    const dir = await aJournalOfThreeSegments()
    const truth = listed(dir)
    for (const [file, bit] of bitsOf(dir, 1, (name) => name.endsWith('.seg'))) {
      flip(file, bit >> 3, bit & 7)
      const outcome = outcomeOf(dir)
      expect(outcome.error, `${file}, bit ${bit}`).toBeInstanceOf(JournalError)
      expect(outcome.frames).toEqual(truth.slice(0, outcome.frames.length))
      flip(file, bit >> 3, bit & 7)
    }
    expect(listed(dir)).toEqual(truth)
  })

  test('in the mark changes nothing', async () => {
    const dir = await aJournalOfThreeSegments()
    const truth = listed(dir)
    for (const [file, bit] of bitsOf(dir, 1, (name) => name === 'mark')) {
      flip(file, bit >> 3, bit & 7)
      expect(outcomeOf(dir)).toEqual({ frames: truth, error: null })
      flip(file, bit >> 3, bit & 7)
    }
  })

  test('beyond the mark is damage, or cuts the last frame; it never shows another', async () => {
    const dir = await aCrashedJournal(['one', 'two'], ['three', 'four', 'five'], (bytes) => bytes)
    const truth = listed(dir)
    let cut = 0
    for (const [file, bit] of bitsOf(dir, 1, (name) => name.endsWith('.seg'))) {
      flip(file, bit >> 3, bit & 7)
      const { frames, error } = outcomeOf(dir)
      expect(frames).toEqual(truth.slice(0, frames.length))
      if (error === null) {
        expect(frames.length, `${file}, bit ${bit}`).toBe(truth.length - 1) // only the last is cut
        cut += 1
      }
      flip(file, bit >> 3, bit & 7)
    }
    expect(cut).toBe((HEAD + 4) * 8) // every bit of the last frame, and no other
  })

  test('in a larger journal, sampled, is refused by the hub as by the reader', async () => {
    const dir = aDirectory()
    const random = seeded(20261120)
    const { journal } = await opened(dir, { segmentBytes: 40_000 })
    for (let n = 0; n < 300; n += 1) {
      const payload = Uint8Array.from({ length: random(900) }, () => random(256))
      await journal.append([{ type: 0x21 + random(94), payload }])
    }
    await journal.close()
    const truth = listed(dir)
    const names = readdirSync(dir).filter((name) => name.endsWith('.seg'))
    for (let n = 0; n < 200; n += 1) {
      const file = join(dir, names[random(names.length)] ?? '')
      const at = random(statSync(file).size)
      const bit = random(8)
      flip(file, at, bit)
      const { frames, error } = outcomeOf(dir)
      expect(error, `${file}, byte ${at}, bit ${bit}`).toBeInstanceOf(JournalError)
      expect(frames).toEqual(truth.slice(0, frames.length))
      await expect(opened(dir)).rejects.toBeInstanceOf(JournalError)
      flip(file, at, bit)
    }
    expect(listed(dir)).toEqual(truth)
  })
})

// ---- what the sentences lean on -----------------------------------------------------------------

type Opened = { journal: Journal; frames: string[]; places: string[] }

async function opened(
  dir: string,
  how: { identity?: Uint8Array | null; segmentBytes?: number } = {},
): Promise<Opened> {
  const frames: string[] = []
  const places: string[] = []
  const identity = how.identity === undefined ? mei : how.identity
  const journal = await openJournal(dir, identity, (one, at) => {
    frames.push(shown(one))
    places.push(`${at.segment}@${at.offset}`)
  }, how.segmentBytes === undefined ? {} : { segmentBytesMax: how.segmentBytes })
  return { journal, frames, places }
}

function listed(dir: string): string[] {
  return Array.from(readJournal(dir), ({ frame: one }) => shown(one))
}

/** The frames a reader sees, and the refusal they end in, if any. */
function outcomeOf(dir: string): { frames: string[]; error: unknown } {
  const frames: string[] = []
  try {
    for (const { frame: one } of readJournal(dir)) frames.push(shown(one))
    return { frames, error: null }
  } catch (error) {
    return { frames, error }
  }
}

async function expectCorrupt(dir: string, where: Partial<JournalCorrupt>): Promise<void> {
  await expect(opened(dir)).rejects.toMatchObject({ name: 'JournalCorrupt', ...where })
  expect(outcomeOf(dir).error).toMatchObject({ name: 'JournalCorrupt', ...where })
}

function frame(type: string, text: string): Frame {
  return { type: type.charCodeAt(0), payload: new Uint8Array(Buffer.from(text)) }
}

function shown({ type, payload }: Frame): string {
  return `${String.fromCharCode(type)}:${Buffer.from(payload).toString('latin1')}`
}

function modesIn(dir: string): number[] {
  return readdirSync(dir).map((name) => statSync(join(dir, name)).mode & 0o777)
}

function segment(dir: string, number: number): string {
  return join(dir, `0000000${number}.seg`)
}

async function aClosedJournal(
  texts: string[],
  how: { identity?: Uint8Array; segmentBytes?: number } = {},
): Promise<string> {
  const dir = aDirectory()
  const { journal } = await opened(dir, how)
  for (const text of texts) await journal.append([frame('A', text)])
  await journal.close()
  return dir
}

/** As a crash left it: `acknowledged` synced and marked, then what `torn` leaves of the rest. */
async function aCrashedJournal(
  acknowledged: string[],
  unacknowledged: string[],
  torn: (bytes: Buffer) => Buffer,
): Promise<string> {
  const dir = await aClosedJournal(acknowledged)
  const end = statSync(segment(dir, 1)).size
  const written = aDirectory()
  mkdirSync(join(written, 'copy'))
  for (const name of readdirSync(dir)) copyFileSync(join(dir, name), join(written, 'copy', name))
  const { journal } = await opened(join(written, 'copy'))
  await journal.append(unacknowledged.map((text) => frame('A', text)))
  await journal.close()
  const whole = readFileSync(segment(join(written, 'copy'), 1))
  appendFileSync(segment(dir, 1), torn(whole.subarray(end)))
  return dir
}

async function aJournalOfThreeSegments(identity: Uint8Array = mei): Promise<string> {
  const texts = ['one', 'two', 'three', 'four', 'five', 'six', 'seven']
  const dir = await aClosedJournal(texts, { identity, segmentBytes: 90 })
  expect(readdirSync(dir).filter((name) => name.endsWith('.seg')).length).toBe(3)
  return dir
}

function flip(file: string, at: number, bit = 0): void {
  const bytes = readFileSync(file)
  bytes[at] = (bytes[at] ?? 0) ^ (1 << bit)
  writeFileSync(file, bytes)
}

/** Every `step`-th bit of the files in `dir` that `chosen` wants. */
function* bitsOf(
  dir: string,
  step: number,
  chosen: (name: string) => boolean,
): Generator<[file: string, bit: number]> {
  for (const name of readdirSync(dir).filter(chosen)) {
    const file = join(dir, name)
    for (let bit = 0; bit < statSync(file).size * 8; bit += step) yield [file, bit]
  }
}

/** Numbers below a bound, the same every time (mulberry32). */
function seeded(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}
