import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { openLevelStore } from '#node/disk/level-store.ts'
import { aDirectory } from '#test/support/directories.ts'
import { all, bytes, storeSuite } from '#test/support/store-suite.ts'

// What the disk under LevelDB does next, and what LevelDB was asked to do, in order.
const disk = vi.hoisted(() => ({
  fail: null as null | { message: string; afterItTookEffect: boolean },
  freeBytes: null as null | number,
  opensFail: false,
  happened: [] as string[],
}))

vi.mock('level', async (original) => {
  const real = await original<typeof import('level')>()
  class Level extends real.Level<Uint8Array, Uint8Array> {
    override async open(options?: object): Promise<void> {
      if (disk.opensFail) throw new Error('IO error: cannot open')
      disk.happened.push('open')
      return options === undefined ? super.open() : super.open(options)
    }
    override async close(): Promise<void> {
      disk.happened.push('close')
      return super.close()
    }
    // @ts-expect-error The chained form of batch, which the store does not use, is left out here.
    override async batch(operations: never[], options: { sync: boolean }): Promise<void> {
      disk.happened.push(`write ${operations.length}${options.sync ? ' synced' : ''}`)
      const fail = disk.fail
      disk.fail = null
      if (fail === null || fail.afterItTookEffect) await super.batch(operations, options)
      if (fail !== null) throw Object.assign(new Error(fail.message), { code: 'LEVEL_IO_ERROR' })
    }
  }
  return { Level }
})
vi.mock('node:fs', async (original) => {
  const real = await original<typeof import('node:fs')>()
  const statfsSync = (path: string) => disk.freeBytes === null
    ? real.statfsSync(path)
    : { ...real.statfsSync(path), bsize: 1, bavail: disk.freeBytes }
  return { ...real, statfsSync }
})
afterEach(() => {
  Object.assign(disk, { fail: null, freeBytes: null, opensFail: false, happened: [] })
})

storeSuite(async () => {
  const dir = join(aDirectory(), 'level')
  const store = await openLevelStore(dir)
  return {
    store,
    reopen: async () => {
      await store.close()
      return openLevelStore(dir)
    },
  }
})

describe('the store on LevelDB', () => {
  test('callers that wait together share one synced write', async () => {
    const store = await openLevelStore(aDirectory())
    disk.happened = []
    await Promise.all([1, 2, 3].map((n) => store.table('meta').put(`key ${n}`, bytes(n))))
    expect(disk.happened).toEqual(['write 3 synced'])
    await store.close()
  })

  test.for([false, true])(
    'after a failed write it reopens before it acknowledges again (took effect: %s)',
    async (afterItTookEffect) => {
      const store = await openLevelStore(aDirectory())
      const meta = store.table('meta')
      await meta.put('before', bytes(1))
      disk.happened = []
      disk.fail = { message: 'IO error: 000003.log: Input/output error', afterItTookEffect }
      const failed = meta.put('failed', bytes(2))
      await expect(failed).rejects.toMatchObject({ code: 'io' })
      expect(meta.get('before')).toEqual(bytes(1)) // still readable

      await meta.put('after', bytes(3))
      expect(disk.happened).toEqual(['write 1 synced', 'close', 'open', 'write 1 synced'])
      const names = (await all(meta)).map(([key]) => key)
      expect(names).toEqual(afterItTookEffect ? ['after', 'before', 'failed'] : ['after', 'before'])
      await store.close()
    },
  )

  test('on a full disk it says so, stays readable, and writes when there is space', async () => {
    const store = await openLevelStore(aDirectory())
    const meta = store.table('meta')
    await meta.put('a', bytes(1))
    disk.fail = { message: 'IO error: No space left on device', afterItTookEffect: false }
    await expect(meta.put('b', bytes(2))).rejects.toMatchObject({ code: 'disk-full' })
    disk.freeBytes = 0
    disk.happened = []
    await expect(meta.put('b', bytes(2))).rejects.toMatchObject({ code: 'disk-full' })
    expect(disk.happened).toEqual([]) // neither closed nor written
    expect(meta.get('a')).toEqual(bytes(1))
    disk.freeBytes = null
    await meta.put('b', bytes(2))
    expect(meta.get('b')).toEqual(bytes(2))
    await store.close()
  })

  test('a disk that is almost full is not written to at all, and needs no reopening afterwards', async () => {
    const store = await openLevelStore(aDirectory())
    const meta = store.table('meta')
    disk.freeBytes = 16 * 1024 * 1024 - 1
    disk.happened = []
    await expect(meta.put('a', bytes(1))).rejects.toMatchObject({ code: 'disk-full' })
    expect(disk.happened).toEqual([])
    disk.freeBytes += 1
    await meta.put('a', bytes(1))
    expect(meta.get('a')).toEqual(bytes(1))
    await store.close()
  })

  test('while it cannot be reopened it refuses, and it recovers with a later write', async () => {
    const store = await openLevelStore(aDirectory())
    const meta = store.table('meta')
    await meta.put('a', bytes(1))
    disk.fail = { message: 'IO error: 000003.log: Input/output error', afterItTookEffect: false }
    await expect(meta.put('b', bytes(2))).rejects.toMatchObject({ code: 'io' })
    disk.opensFail = true
    await expect(meta.put('b', bytes(2))).rejects.toMatchObject({ code: 'io' })
    expect(() => meta.get('a')).toThrow(expect.objectContaining({ code: 'unavailable' }))
    disk.opensFail = false
    await meta.put('b', bytes(2))
    expect(meta.get('a')).toEqual(bytes(1))
    await store.close()
  })

  test('a directory another store holds is refused', async () => {
    const dir = aDirectory()
    const store = await openLevelStore(dir)
    await expect(openLevelStore(dir)).rejects.toMatchObject({ name: 'StoreError' })
    await store.close()
  })

  test('a value that LevelDB gives back otherwise than it was given is told, and is not there', async () => {
    const dir = join(aDirectory(), 'level')
    const [kept, other] = [new Uint8Array(randomBytes(1_000)), new Uint8Array(randomBytes(1_000))]
    const store = await openLevelStore(dir)
    await store.table('blobs').batch([{ type: 'put', key: 'damaged', value: kept }, { type: 'put', key: 'whole', value: other }])
    await store.close()
    // Opening writes what was in LevelDB's log into a table, where it checks nothing.
    await (await openLevelStore(dir)).close()
    const table = readdirSync(dir).find((name) => name.endsWith('.ldb'))!
    const file = readFileSync(join(dir, table))
    file[file.indexOf(Buffer.from(kept)) + 500]! ^= 4
    writeFileSync(join(dir, table), file)

    const told: string[] = []
    const again = await openLevelStore(dir, (name, key) => void told.push(`${name} ${key}`))
    const blobs = again.table('blobs')
    expect(blobs.get('damaged')).toBeUndefined()
    expect(blobs.get('whole')).toEqual(other)
    expect(await all(blobs)).toEqual([['whole', other]])
    expect(told).toEqual(['blobs damaged', 'blobs damaged'])
    await again.close()
  })

  test('a new one that was not finished is begun again', async () => {
    const dir = join(aDirectory(), 'level')
    mkdirSync(`${dir}.new`)
    writeFileSync(join(`${dir}.new`, 'CURRENT'), 'nonsense')
    const store = await openLevelStore(dir)
    await store.table('meta').put('a', bytes(1))
    expect(store.table('meta').get('a')).toEqual(bytes(1))
    await store.close()
    expect(existsSync(`${dir}.new`)).toBe(false)
  })
})
