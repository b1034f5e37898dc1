/**
 * What LevelDB keeps for a hub, in memory: the `Store` port, whose writes take their time and may fail before or after
 * they took effect. What resolved is there after any death; what had not is there or not.
 */
import { StoreError, type Store, type Table, type TableName, type Write } from '#node/store.ts'
import type { DiskPlan } from './disk.ts'
import type { Process, Time } from './time.ts'

/** The rows of every table: outlives processes. */
export type Shelf = Map<TableName, Map<string, Uint8Array>>

export const copyOf = (shelf: Shelf): Shelf => new Map([...shelf].map(([name, rows]) => [name, new Map(rows)]))

/** The shelf as one process has it open. */
export function openShelf(shelf: Shelf, process: Process, time: Time, plan: () => DiskPlan): Store {
  function table(name: TableName): Table {
    const rows = shelf.get(name) ?? new Map<string, Uint8Array>()
    shelf.set(name, rows)

    function write(writes: Write[]): Promise<void> {
      const copied = writes.map((one) => (one.type === 'put' ? { ...one, value: one.value.slice() } : one))
      return new Promise((resolve, reject) => {
        if (process.dead) return
        time.after(plan().latency('sync'), () => {
          const trouble = plan().trouble('write', `level/${name}`)
          if (process.dead) return
          if (trouble === null || trouble.applied) {
            for (const one of copied) {
              if (one.type === 'put') rows.set(one.key, one.value)
              else rows.delete(one.key)
            }
          }
          if (trouble === null) resolve()
          else reject(new StoreError(trouble.code === 'ENOSPC' ? 'disk-full' : 'io', 'the disk would not'))
        }, process)
      })
    }

    return {
      get: (key) => rows.get(key)?.slice(),
      put: (key, value) => write([{ type: 'put', key, value }]),
      del: (key) => write([{ type: 'del', key }]),
      batch: write,
      async *entries(prefix = '') {
        const found = [...rows].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1))
        for (const [key, value] of found) yield [key, value.slice()]
      },
    }
  }

  return {
    table,
    async *rows() {
      for (const [name, rows] of shelf) for (const [key, value] of rows) yield [Buffer.from(`${name}\0${key}`), value.slice()]
    },
    close: async () => {},
  }
}
