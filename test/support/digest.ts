/**
 * A state as one canonical text, for tests that ask whether two states are the same.
 *
 * Maps and sets are written in the order of their keys: what a state says must not depend on the order in which
 * it came to know it. Bytes are hex. The log's tree stands for its leaves by size and root.
 */
import { toHex } from '#ledger/bytes.ts'
import { type Deadline, Deadlines } from '#ledger/deadline.ts'
import { Tree } from '#ledger/merkle.ts'
import type { State } from '#ledger/state.ts'

/** Equal for two states exactly when nothing can be asked of them that they answer differently. */
export const digestOf = (state: State): string => textOf(state, () => true)

/** What follows from people's acts and the calendar, without where in the log it was written down. */
export const mattersOf = (state: State): string =>
  textOf(state, (name) => !['tree', 'seq', 'ids', 'lastTs', 'tickDay'].includes(name))

function textOf(value: unknown, keeps: (name: string) => boolean): string {
  if (value === null || typeof value !== 'object') {
    return typeof value === 'bigint' ? `${value}n` : JSON.stringify(value)
  }
  const inner = (one: unknown) => textOf(one, keeps)
  if (value instanceof Uint8Array) return toHex(value)
  if (value instanceof Tree) return `${value.size} ${toHex(value.root())}`
  if (value instanceof Deadlines) return inner(listOf(value))
  if (value instanceof Map) {
    return `{${[...value].map(([key, one]) => `${inner(key)}: ${inner(one)}`).sort().join(', ')}}`
  }
  if (value instanceof Set) return `{${[...value].map(inner).sort().join(', ')}}`
  if (Array.isArray(value)) return `[${value.map(inner).join(', ')}]`
  const rows = Object.entries(value).filter(([name]) => keeps(name)).map(([name, one]) => `${name}: ${inner(one)}`)
  return `{${rows.sort().join(',\n')}}`
}

/** Every deadline in the order in which it will be settled; put back as they were. */
function listOf(deadlines: Deadlines): Deadline[] {
  const all: Deadline[] = []
  for (let due = deadlines.takeDue(Infinity); due !== undefined; due = deadlines.takeDue(Infinity)) all.push(due)
  for (const { at, kind, id } of all) deadlines.set(at, kind, id)
  return all
}
