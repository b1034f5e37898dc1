/** Cities of one test, running and ended together, and what must be true of their books at any moment. */
import { expect } from 'vitest'
import { toHex } from '#ledger/bytes.ts'
import { faultsOf, federationFaultsOf } from '#ledger/audit/conservation.ts'
import { replay } from '#ledger/ledger.ts'
import { aCity, aClock, type City, start, stateOf } from './cities.ts'
import { MemoryBus } from './memory-network.ts'

let running: City[] = []

/** Ends every city of the test. */
export function stopAll(): void {
  for (const city of running) city.hub?.die()
  running = []
}

/** Cities on one bus under one clock, each running. */
export async function cities<const N extends string[]>(...names: N): Promise<{ [K in keyof N]: City }> {
  const bus = new MemoryBus()
  const clock = aClock()
  const made = names.map((name) => aCity(name, bus, clock))
  running.push(...made)
  for (const city of made) await start(city)
  return made as { [K in keyof N]: City }
}

/** Every log replays from its records to the same root, and the books of all add up. */
export function expectSoundBooks(...all: City[]): void {
  for (const city of all) {
    const { writer } = city.hub!
    const again = replay(writer.read(0, writer.state.tree.size))
    if (!('state' in again))
      throw new Error(`${city.name} does not replay: ${JSON.stringify(again)}`)
    expect(toHex(again.state.tree.root())).toBe(toHex(writer.state.tree.root()))
    expect(faultsOf(writer.state)).toEqual([])
  }
  expect(federationFaultsOf(all.map(stateOf))).toEqual([])
}
