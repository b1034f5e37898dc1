/** One made-up town, one founding evening, two cities: what the rules find there, and whom they leave alone. `npm run towns` is the long run. */
import { beforeAll, describe, expect, test } from 'vitest'
import { figuresOf, hubFlags } from '#ledger/anomaly/hub.ts'
import { flagsOf } from '#ledger/anomaly/rules.ts'
import { encodeFlag } from '#ledger/anomaly/flag.ts'
import { faultsOf } from '#ledger/audit/conservation.ts'
import { toHex } from '#ledger/bytes.ts'
import { rowsOf, stateFrom } from '#ledger/rows/rows.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import type { SyntheticTown } from '#test/support/synthetic-town.ts'
import { isHonest, scoresOf } from '#test/support/town-cast.ts'
import { aFoundingEvening, twoCities } from '#test/support/town-scenes.ts'
import { aHistory } from '#test/support/town-years.ts'

beforeAll(installNativeCrypto)

describe('two years of a hundred neighbours', () => {
  let history: SyntheticTown
  beforeAll(() => { history = aHistory(7) }, 120_000)

  test('most of those who play what a rule is for are found by it', () => {
    for (const { planted, found } of scoresOf(history)) expect(4 * found).toBeGreaterThanOrEqual(3 * planted)
  })

  test('no honest neighbour, couple, family or care pair has anything set aside or is sanctioned', () => {
    const honest = history.residents.filter(({ part }) => isHonest(part)).map(({ person }) => person.acct)
    expect(honest.filter((acct) => history.couldHold.has(acct))).toEqual([])
    expect([...history.sanctioned()].filter((acct) => honest.includes(acct))).toEqual([])
    expect(history.sanctioned().size).toBeGreaterThan(0)
  })

  test('couples trip the rule about pairs, which is why it only asks', () => {
    const pairs = [...history.flagged.get('R1')!].map((acct) => history.partOf(acct))
    expect(pairs).toContain('couple')
  })

  test('the books are in order at the end of it', () => expect(faultsOf(history.town.state)).toEqual([]))
})

test('the same seed tells the same history, and whoever holds its log finds the same flags, byte for byte', () => {
  const [one, other] = [aHistory(11, { days: 300 }), aHistory(11, { days: 300 })]
  const told = ({ town }: SyntheticTown) => flagsOf(town.state).map(({ rule, subjects, computed, logSize }) => ({ rule, subjects, computed, logSize }))
  expect(told(one).length).toBeGreaterThan(0)
  expect(told(other)).toEqual(told(one))
  const { state } = one.town
  const rebuilt = stateFrom(Array.from(rowsOf(state), (row) => row.slice()), state.tree)!
  expect(flagsOf(rebuilt).map((flag) => toHex(encodeFlag(flag)))).toEqual(flagsOf(state).map((flag) => toHex(encodeFlag(flag))))
}, 120_000)

test('on a founding evening and in the six months after it nothing is set aside', () => {
  const { couldHold, town } = aFoundingEvening(5)
  expect([couldHold.size, town.state.cases.size]).toEqual([0, 0])
})

test('between two cities nothing is set aside, and neither is flagged', () => {
  const cities = twoCities(5)
  for (const { couldHold, town } of cities) expect([couldHold.size, town.state.cases.size]).toEqual([0, 0])
  const [one, other] = cities.map(({ town }) => town.state)
  expect(hubFlags(one!, [figuresOf(other!)])).toEqual([])
  expect(hubFlags(other!, [figuresOf(one!)])).toEqual([])
}, 60_000)
