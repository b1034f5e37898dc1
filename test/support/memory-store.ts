/**
 * A Store in memory whose disk can be told to fail: before a write took effect, or after it. The
 * second is the one programs forget: the caller hears "no" and the bytes are there all the same.
 */
import { StoreError, type Store, type Table, type TableName, type Write } from '#node/store.ts'

export type MemoryStore = Store & {
  /**
   * The next write rejects with `io`; with `afterItTookEffect` the bytes are there all the same.
   */
  failNextWrite(how?: { afterItTookEffect: boolean }): void
  /** What a process that starts again on the same disk finds. */
  reopen(): MemoryStore
}

export function aMemoryStore(): MemoryStore {
  return storeOn(new Map())
}

function storeOn(disk: Map<TableName, Map<string, Uint8Array>>): MemoryStore {
  let failure: 'before' | 'after' | null = null
  let closed = false

  function table(name: TableName): Table {
    const rows = disk.get(name) ?? new Map<string, Uint8Array>()
    disk.set(name, rows)

    // Bytes are copied when the call is made, as a real store encodes them then.
    async function write(writes: Write[]): Promise<void> {
      if (closed) throw new StoreError('closed', 'the store is closed')
      const failing = failure
      failure = null
      await null
      if (failing !== 'before') {
        for (const one of writes) {
          if (one.type === 'put') rows.set(one.key, one.value)
          else rows.delete(one.key)
        }
      }
      if (failing !== null) throw new StoreError('io', `failed ${failing} it took effect`)
    }
    const copied = (one: Write): Write => one.type === 'put'
      ? { ...one, key: wellFormed(one.key), value: one.value.slice() }
      : { ...one, key: wellFormed(one.key) }

    return {
      get(key) {
        if (closed) throw new StoreError('unavailable', 'the store is closed')
        return rows.get(wellFormed(key))?.slice()
      },
      put: (key, value) => write([copied({ type: 'put', key, value })]),
      del: (key) => write([copied({ type: 'del', key })]),
      batch: (writes) => write(writes.map(copied)),
      async *entries(prefix = '') {
        if (closed) throw new StoreError('unavailable', 'the store is closed')
        const found = [...rows].filter(([key]) => key.startsWith(wellFormed(prefix)))
        found.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
        for (const [key, value] of found) yield [key, value.slice()]
      },
    }
  }

  return {
    table,
    async *rows() {
      const all = [...disk].flatMap(([name, rows]) => [...rows].map(([key, value]) => [Buffer.from(`${name}\0${key}`), value] as const))
      for (const [key, value] of all) yield [key, value.slice()]
    },
    close: async () => { closed = true },
    failNextWrite: (how) => { failure = how?.afterItTookEffect ? 'after' : 'before' },
    reopen: () => storeOn(disk),
  }
}

function wellFormed(key: string): string {
  if (!key.isWellFormed()) throw new TypeError('a store key must be well-formed text')
  return key
}
