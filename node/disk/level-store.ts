/**
 * ◆ The Store on LevelDB (`level`). Nothing of the ledger lives here: LevelDB reads one flipped bit
 * of a table back as other bytes without an error, and its bundled version 1.20 has a worse habit.
 * When a write to its log fails, say because the disk was full for a moment, it keeps running with
 * a wrong position in that log, acknowledges what follows, and drops all of it at the next start.
 * Only closing and reopening makes its acknowledgements true again. Hence the two rules of this
 * file:
 *
 * - One write is in flight at a time, synced; callers that wait meanwhile share the next one (group
 *   commit). So no acknowledgement can overtake a failure.
 * - After a write error nothing is acknowledged before the database was closed and reopened. That
 *   happens when the next write comes, not at once: until then everything acknowledged can still be
 *   read. On a full disk it waits for space, because a database that closed and cannot open again
 *   cannot be read either.
 *
 * It does not sync a database that it makes, either, so a power cut in its first moments would leave one that
 * cannot be opened: a new one is made under another name, synced, and given its own by one rename.
 *
 * A key is the table's name, a zero byte, and the caller's key, all UTF-8. Behind each value stand four bytes, the
 * CRC-32 of key and value: LevelDB does not look at its own when it reads, so what it hands back otherwise than it
 * was given is found here, told, and then as good as not there.
 */
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { crc32 } from 'node:zlib'
import { Level } from 'level'
import { makeDirectory, syncDirectory, syncFile } from '#node/disk/durable.ts'
import { FULL_BELOW_BYTES, freeBytesIn } from '#node/disk/space.ts'
import { StoreError, type Store, type StoreRow, type Table, type TableName, type Write } from '#node/store.ts'

type Operation =
  | { type: 'put'; key: Uint8Array; value: Uint8Array }
  | { type: 'del'; key: Uint8Array }
type Waiting = { operations: Operation[]; resolve: () => void; reject: (error: StoreError) => void }

const ROWS_PER_READ = 256

/**
 * Opens the store in `levelDir` (LevelDB's own directory, created when missing). Rejects with a
 * StoreError. `onDamage` hears of each value that is not what was kept under its key.
 */
export async function openLevelStore(
  levelDir: string, onDamage: (table: TableName, key: string) => void = () => {},
): Promise<Store> {
  const db = await openDatabase(levelDir)
  let waiting: Waiting[] = []
  let committing: Promise<void> | null = null
  let mustReopen = false
  let closed: Promise<void> | null = null

  function write(operations: Operation[]): Promise<void> {
    if (closed !== null) return Promise.reject(new StoreError('closed', `${levelDir} is closed`))
    return new Promise((resolve, reject) => {
      waiting.push({ operations, resolve, reject })
      committing ??= commitAll()
    })
  }

  async function commitAll(): Promise<void> {
    await null // Whoever writes in the same turn belongs to the same group.
    while (waiting.length > 0) {
      const group = waiting
      waiting = []
      try {
        requireRoom()
        if (mustReopen) await reopen()
        mustReopen = true // Until the write is known to have succeeded.
        await db.batch(group.flatMap((one) => one.operations), { sync: true })
        mustReopen = false
        for (const one of group) one.resolve()
      } catch (error) {
        const fault = faultOf(error, levelDir)
        for (const one of group) one.reject(fault)
      }
    }
    committing = null
  }

  /** Nothing is begun that a full disk would end half-way: LevelDB takes that badly. */
  function requireRoom(): void {
    if (freeBytesIn(levelDir) >= FULL_BELOW_BYTES) return
    throw new StoreError('disk-full', `${levelDir} takes no writes before ${FULL_BELOW_BYTES >> 20} MiB are free`)
  }

  async function reopen(): Promise<void> {
    await db.close()
    await db.open()
  }

  function table(name: TableName): Table {
    const keyOf = (key: string): Uint8Array => {
      if (!key.isWellFormed()) throw new TypeError('a store key must be well-formed text')
      return Buffer.from(`${name}\0${key}`)
    }
    const operationOf = (one: Write): Operation => one.type === 'put'
      ? { type: 'put', key: keyOf(one.key), value: checked(keyOf(one.key), one.value) }
      : { type: 'del', key: keyOf(one.key) }

    return {
      get(key) {
        const full = keyOf(key)
        if (db.status !== 'open') throw new StoreError('unavailable', `${levelDir} is not open`)
        const found = readable(() => db.getSync(full))
        const value = found === undefined ? undefined : valueIn(full, found)
        if (value === null) onDamage(name, key)
        return value ?? undefined
      },
      put: (key, value) => write([operationOf({ type: 'put', key, value })]),
      del: (key) => write([operationOf({ type: 'del', key })]),
      batch: (writes) => write(writes.map(operationOf)),
      async *entries(prefix = '') {
        const from = keyOf(prefix)
        // 0xff never occurs in UTF-8, so this bound lies behind every key with the prefix.
        const behind = Buffer.concat([from, Buffer.of(0xff)])
        const iterator = readable(() => db.iterator({ gte: from, lt: behind }))
        try {
          for (;;) {
            const entry = await iterator.next().catch(refuse)
            if (entry === undefined) return
            const key = Buffer.from(entry[0]).toString('utf8', name.length + 1)
            const value = valueIn(entry[0], entry[1])
            if (value === null) onDamage(name, key)
            else yield [key, value]
          }
        } finally {
          await iterator.close()
        }
      },
    }
  }

  function readable<T>(read: () => T): T {
    try {
      return read()
    } catch (error) {
      return refuse(error)
    }
  }

  function refuse(error: unknown): never {
    throw faultOf(error, levelDir)
  }

  async function letGo(): Promise<void> {
    await committing
    await db.close()
  }

  async function* rows(): AsyncGenerator<StoreRow> {
    const iterator = readable(() => db.iterator())
    try {
      for (;;) {
        const entries = await iterator.nextv(ROWS_PER_READ).catch(refuse)
        if (entries.length === 0) return
        for (const [key, found] of entries) {
          const value = valueIn(key, found)
          if (value !== null) yield [new Uint8Array(key), value]
          else {
            const [name, ...rest] = Buffer.from(key).toString('utf8').split('\0')
            onDamage(name as TableName, rest.join('\0'))
          }
        }
      }
    } finally {
      await iterator.close()
    }
  }

  return { table, rows, close: () => (closed ??= letGo()) }
}

/**
 * Makes a store of these rows in `levelDir`, which must not be there. Rejects with a StoreError; what it
 * leaves then is no whole store.
 */
export async function fillLevelStore(levelDir: string, rows: AsyncIterable<StoreRow> | Iterable<StoreRow>): Promise<number> {
  if (existsSync(levelDir)) throw new Error(`${levelDir} is there already`)
  const db = await openDatabase(levelDir)
  try {
    let count = 0
    let batch: Operation[] = []
    const flush = async (): Promise<void> => {
      await db.batch(batch, { sync: true })
      batch = []
    }
    for await (const [key, value] of rows) {
      batch.push({ type: 'put', key, value: checked(key, value) })
      count++
      if (batch.length === ROWS_PER_READ) await flush()
    }
    await flush()
    return count
  } catch (error) {
    throw faultOf(error, levelDir)
  } finally {
    await db.close()
  }
}

async function openDatabase(levelDir: string): Promise<Level<Uint8Array, Uint8Array>> {
  try {
    if (!existsSync(levelDir)) await createDatabase(levelDir)
    const db = await opened(levelDir)
    // LevelDB has given its newest names and does not say when they are durable.
    syncDirectory(levelDir)
    return db
  } catch (error) {
    throw faultOf(error, levelDir)
  }
}

async function createDatabase(levelDir: string): Promise<void> {
  const unfinished = `${levelDir}.new`
  rmSync(unfinished, { recursive: true, force: true })
  makeDirectory(unfinished)
  await (await opened(unfinished)).close()
  for (const name of readdirSync(unfinished)) syncFile(join(unfinished, name))
  syncDirectory(unfinished)
  renameSync(unfinished, levelDir)
  syncDirectory(dirname(levelDir))
}

async function opened(dir: string): Promise<Level<Uint8Array, Uint8Array>> {
  const db = new Level<Uint8Array, Uint8Array>(dir, { keyEncoding: 'view', valueEncoding: 'view' })
  await db.open()
  return db
}

const CRC_BYTES = 4

function checked(key: Uint8Array, value: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(value.length + CRC_BYTES)
  bytes.set(value)
  new DataView(bytes.buffer).setUint32(value.length, crc32(value, crc32(key)))
  return bytes
}

/**
 * The value without its CRC, or null when that does not fit. LevelDB hands out Buffers; callers get what the type
 * says, so that comparing and hashing know no difference.
 */
function valueIn(key: Uint8Array, { buffer, byteOffset, byteLength }: Uint8Array): Uint8Array | null {
  if (byteLength < CRC_BYTES) return null
  const value = new Uint8Array(buffer, byteOffset, byteLength - CRC_BYTES)
  const crc = new DataView(buffer, byteOffset, byteLength).getUint32(byteLength - CRC_BYTES)
  return crc === crc32(value, crc32(key)) ? value : null
}

function faultOf(error: unknown, levelDir: string): StoreError {
  if (error instanceof StoreError) return error
  const { code, message } = ((error as Error).cause ?? error) as NodeJS.ErrnoException
  const text = `the store in ${levelDir}: ${message}`
  if (code === 'LEVEL_DATABASE_NOT_OPEN' || code === 'LEVEL_ITERATOR_NOT_OPEN') {
    return new StoreError('unavailable', text, { cause: error })
  }
  // LevelDB passes the system's error on only as text.
  const full = /No space left|quota exceeded/i.test(message)
  return new StoreError(full ? 'disk-full' : 'io', text, { cause: error })
}
