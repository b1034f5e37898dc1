/**
 * A state as one canonical text, for tests that ask whether two states are the same.
 *
 * Maps and sets are written in the order of their keys: what a state says must not depend on the order in which
 * it came to know it. Bytes are hex. The log's tree stands for its leaves by size and root.
 */
import { toHex } from '#ledger/bytes.ts'
import { Deadlines } from '#ledger/state/deadline.ts'
import { Tree } from '#ledger/merkle.ts'
import { RecentIds } from '#ledger/state/recent-ids.ts'
import { Register } from '#ledger/state/register.ts'
import type { State } from '#ledger/state/state.ts'
import { Times } from '#ledger/state/times.ts'
import { Voices } from '#ledger/state/voices.ts'

/** Equal for two states exactly when nothing can be asked of them that they answer differently. */
export const digestOf = (state: State): string => textOf(state, () => true)

/** What follows from people's acts and the calendar, without where in the log it was written down. */
export const mattersOf = (state: State): string =>
  textOf(state, (name) => !['tree', 'seq', 'ids', 'lastTs', 'tickDay', 'tickSeq'].includes(name))

function textOf(value: unknown, keeps: (name: string) => boolean): string {
  if (value === null || typeof value !== 'object') {
    return typeof value === 'bigint' ? `${value}n` : JSON.stringify(value)
  }
  const inner = (one: unknown) => textOf(one, keeps)
  if (value instanceof Uint8Array) return toHex(value)
  if (value instanceof Tree) return `${value.size} ${toHex(value.root())}`
  if (value instanceof Deadlines) return inner([...value.midnights()].map(({ at, due }) => ({ at, due: new Set([...due].map(({ kind, id }) => `${kind} ${id}`)) })))
  if (value instanceof RecentIds) return inner([...value.days()].map((day) => [day, value.idsOf(day)]))
  if (value instanceof Times) return inner([...value])
  if (value instanceof Voices) return inner(new Set(value))
  if (value instanceof Register) return inner(new Map(Array.from(value.all(), (matter) => [matter.id, matter])))
  if (value instanceof Map) {
    return `{${[...value].map(([key, one]) => `${inner(key)}: ${inner(one)}`).sort().join(', ')}}`
  }
  if (value instanceof Set) return `{${[...value].map(inner).sort().join(', ')}}`
  if (Array.isArray(value)) return `[${value.map(inner).join(', ')}]`
  const rows = Object.entries(value).filter(([name]) => keeps(name)).map(([name, one]) => `${name}: ${inner(one)}`)
  return `{${rows.sort().join(',\n')}}`
}
