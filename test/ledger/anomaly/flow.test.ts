/** The bound of trust: what can pass, and what a group that deals with itself can show. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Network, trustBound } from '#ledger/anomaly/flow.ts'
import { Window } from '#ledger/anomaly/window.ts'
import { hexFor } from '#test/support/towns.ts'
import { WindowTown } from '#test/support/windows.ts'

test('a group that passes value round has no more behind it than others gave it', () => {
  const town = new WindowTown({ neighbours: 40 })
  for (const name of ['a', 'b', 'c']) town.person(name, { day: 20 })
  town.gives('a', 'b', { times: 9 }); town.gives('b', 'c', { times: 9 }); town.gives('c', 'a', { times: 9 })
  town.gives('a', 'neighbour 1', { minutes: 30 })
  const bound = trustBound(new Window().follow(town.state), town.state, ['a', 'b', 'c'].map(hexFor))
  expect(bound).toEqual({ earnedMilli: 27n * 60_000n + 30_000n, boundMilli: 30_000n })
})

test('who helps neighbours has all of it behind them', () => {
  const town = new WindowTown({ neighbours: 40 })
  const { earnedMilli, boundMilli } = trustBound(new Window().follow(town.state), town.state, [hexFor('neighbour 7')])
  expect(earnedMilli).toBe(360_000n)
  expect(boundMilli).toBeGreaterThanOrEqual(earnedMilli)
})

test('the most that can pass is the least that would have to be cut', () => {
  const lines = fc.array(fc.record({ from: fc.nat(5), to: fc.nat(5), room: fc.nat(20) }), { maxLength: 14 })
  fc.assert(fc.property(lines, (lines) => {
    const network = new Network()
    for (let i = 0; i < 6; i++) network.node()
    for (const { from, to, room } of lines) if (from !== to) network.join(from, to, BigInt(room), 0n)
    expect(network.flow(0, 5)).toBe(leastCut(lines))
  }), { numRuns: 300 })
})

/** Every way of parting six nodes, the source 0 from the sink 5. */
function leastCut(lines: { from: number; to: number; room: number }[]): bigint {
  let least = Infinity
  for (let side = 0; side < 16; side++) {
    const inSource = (node: number) => node === 0 || (node < 5 && ((side >> (node - 1)) & 1) === 1)
    least = Math.min(least, lines.reduce((sum, { from, to, room }) => (inSource(from) && !inSource(to) ? sum + room : sum), 0))
  }
  return BigInt(least)
}
