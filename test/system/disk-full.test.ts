/**
 * A disk that fills up under a running hub, for real: a tmpfs of 96 MiB, which only root can mount. The hub is a
 * process, seen from outside; what it answered must be there afterwards, the record and the words.
 */
import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdirSync, statfsSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { fromBase64, fromHex, toHex } from '#ledger/bytes.ts'
import { foundHub } from '#node/record/founding.ts'
import { frameTypes } from '#node/record/frames.ts'
import { readJournal } from '#node/disk/journal.ts'
import { openKeystore } from '#node/disk/keystore.ts'
import { openLevelStore } from '#node/disk/level-store.ts'
import { buildPageIfStale } from '#node/page/page-build.ts'
import { systemClock, systemEntropy } from '#node/system-clock.ts'
import { aDirectory } from '#test/support/directories.ts'
import { aHubProcess, type HubProcess } from '#test/support/hub-process.ts'
import { MemberClient, salted } from '#test/support/member-client.ts'
import { quiet } from '#test/support/whole-hub.ts'

const MIB = 1024 * 1024
const DISK_MIB = 96
/** Ten times the second that is promised. */
const SOON_MS = 10_000
const root = join(import.meta.dirname, '..', '..')

beforeAll(async () => void (await buildPageIfStale(root, quiet)), 120_000)

test('this is root, who alone may mount a small disk', () => {
  expect(process.getuid?.(), 'Run the system tests as root: a disk of 96 MiB is mounted for them').toBe(0)
})

/** A disk of its own, and a file on it that takes up room. */
function aSmallDisk() {
  const dir = aDirectory()
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MIB}m`, 'tmpfs', dir], { encoding: 'utf8' })
  expect(mounted.status, mounted.stderr).toBe(0)
  onTestFinished(() => void spawnSync('umount', ['-l', dir]))
  const ballast = join(dir, 'ballast')
  writeFileSync(ballast, '')
  return {
    dir,
    /** Leaves about so much free, and never more on the way. */
    leave(mib: number): void {
      const { bavail, bsize } = statfsSync(dir)
      const { size } = statSync(ballast)
      const target = size + bavail * bsize - mib * MIB
      if (target <= size) return truncateSync(ballast, Math.max(0, target))
      try {
        appendFileSync(ballast, Buffer.alloc(target - size))
      } catch (error) {
        // The hub was quicker with the last pages; there are none left all the same.
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      }
    },
  }
}

type Kept = { seq: number; record: string; word: string }

async function aHub(dir: string): Promise<{ hub: HubProcess; data: string; join(name: string): Promise<Kept | unknown> }> {
  const data = join(dir, 'data')
  mkdirSync(data)
  const steward = new MemberClient('steward', fetch)
  const first = { acct: fromHex(steward.acct)!, device: steward.device, name: 'steward' }
  await foundHub(data, { name: 'chengdu', city: '成都', region: 'as', preset: 'city' }, first, 'zh', await openKeystore(data), systemClock, systemEntropy)
  const hub = await aHubProcess(data, { XDG_STATE_HOME: aDirectory() })
  onTestFinished(() => hub.kill())
  await hub.start()
  const { charterHash } = await new MemberClient('reader', (path) => fetch(`${hub.url}${path}`)).hub()
  /** The record and the word that were acknowledged, or what was said instead. */
  async function join_(name: string): Promise<Kept | unknown> {
    const member = new MemberClient(name, (path, init) => fetch(`${hub.url}${path}`, init))
    const words = salted(name.padEnd(4_000, '.').slice(0, 40))
    const told = await member.act('member.joined', { device: member.device, profile: words.commitment, charter: charterHash, invitation: null }, [words.blob])
    return told.status === 200 ? { seq: told.body.seq, record: told.body.record, word: words.commitment } : told
  }
  return { hub, data, join: join_ }
}

const isKept = (told: Kept | unknown): told is Kept => typeof (told as Kept).seq === 'number'
const health = async (hub: HubProcess): Promise<{ ok: boolean; readOnly: string | null }> =>
  (await fetch(`${hub.url}/healthz`)).json() as Promise<{ ok: boolean; readOnly: string | null }>

/** Milliseconds until the hub's health says so. */
async function msUntil(hub: HubProcess, readOnly: string | null): Promise<number> {
  const began = performance.now()
  while ((await health(hub)).readOnly !== readOnly) {
    expect(performance.now() - began, `the hub says ${readOnly}`).toBeLessThan(SOON_MS)
    await setTimeout(5)
  }
  return Math.round(performance.now() - began)
}

/** What was acknowledged stands in the journal at its place, and its word in the store. */
async function expectAllThere(data: string, kept: Kept[]): Promise<void> {
  const records = [...readJournal(join(data, 'journal'))].filter(({ frame }) => frame.type === frameTypes.record).map(({ frame }) => toHex(frame.payload))
  const store = await openLevelStore(join(data, 'level'))
  try {
    for (const { seq, record, word } of kept) {
      expect(records[seq]).toBe(toHex(fromBase64(record)!))
      expect(store.table('blobs').get(word), `the word ${word}`).toBeDefined()
    }
  } finally {
    await store.close()
  }
}

test('a full disk makes the hub read-only within a second, and it goes on by itself when there is clearly room', async () => {
  const disk = aSmallDisk()
  const { hub, data, join: joins } = await aHub(disk.dir)
  const kept: Kept[] = []
  for (let n = 0; n < 5; n++) kept.push((await joins(`before ${n}`)) as Kept)
  expect(kept.every(isKept)).toBe(true)

  disk.leave(8)
  const shutMs = await msUntil(hub, 'disk-full')
  const no = { status: 503, body: { door: { code: 'read-only', because: 'disk-full' } } }
  expect(await joins('too late')).toEqual(no)
  const reader = new MemberClient('reader', (path) => fetch(`${hub.url}${path}`))
  expect((await reader.hub()).readOnly).toBe('disk-full')
  expect((await reader.get('/api/listings')).status).toBe(200)
  expect(await (await fetch(`${hub.url}/health?lang=en`)).text()).toContain('the hub can only be read')

  disk.leave(0)
  await setTimeout(1_500)
  expect(await joins('with nothing left')).toEqual(no)
  // Between the two marks it stays as it is.
  disk.leave(24)
  await setTimeout(1_500)
  expect((await health(hub)).readOnly).toBe('disk-full')
  disk.leave(DISK_MIB)
  const openMs = await msUntil(hub, null)
  for (let n = 0; n < 5; n++) kept.push((await joins(`after ${n}`)) as Kept)
  expect(kept.every(isKept)).toBe(true)
  await hub.kill()
  await expectAllThere(data, kept)
  console.log(`disk full: read-only after ${shutMs} ms, open again after ${openMs} ms, ${kept.length} acknowledged, 0 lost`)
})

test('a disk that is full from one moment to the next, ten times, under people who write: nothing acknowledged is lost', async () => {
  const disk = aSmallDisk()
  const { hub, data, join: joins } = await aHub(disk.dir)
  const kept: Kept[] = []
  const refused: unknown[] = []
  let isWriting = true
  onTestFinished(() => {
    isWriting = false
  })
  const writers = Array.from({ length: 4 }, async (_, writer) => {
    for (let n = 0; isWriting; n++) {
      const told = await joins(`${writer} ${n}`)
      if (isKept(told)) kept.push(told)
      else refused.push(told)
      await setTimeout(isKept(told) ? 0 : 20)
    }
  })
  for (let round = 0; round < 10; round++) {
    await setTimeout(100 + 30 * round)
    disk.leave(0)
    await setTimeout(100)
    const before = kept.length
    disk.leave(DISK_MIB)
    await msUntil(hub, null)
    while (kept.length === before) await setTimeout(20)
  }
  isWriting = false
  await Promise.all(writers)
  await hub.kill()
  for (const told of refused) expect(told).toMatchObject({ status: 503, body: { door: { code: 'read-only' } } })
  await expectAllThere(data, kept)

  await hub.start()
  expect(isKept(await joins('after it all'))).toBe(true)
  await hub.stop()
  console.log(`disk full ten times under load: ${kept.length} acknowledged, 0 lost, ${refused.length} refused`)
})
