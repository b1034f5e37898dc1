/** What stewards say together, and how much of it stands undecided. */
import { expect, test } from 'vitest'
import { rowsOf, stateFrom } from '#ledger/rows/rows.ts'
import { WORDS_MAX } from '#ledger/rules/jointly.ts'
import { appoint } from '#test/support/council.ts'
import { aTownOfNeighbours, codeOf } from '#test/support/people.ts'
import { aMember, type Asked, recorded } from '#test/support/towns.ts'

test('of one steward’s undecided words the latest sixty-four stand, and the word on the matter that was said first is taken back', () => {
  const { town, steward, mei, bo } = aTownOfNeighbours()
  for (let i = 0; i < 8; i++) aMember(town, `neighbour ${i}`)
  appoint(town, bo)
  const granting = (milli: number): Asked => ({ kind: 'commons.granted', member: mei.acct, amountMilli: BigInt(milli), because: 'vulnerable' })
  recorded(town, granting(1), [bo])
  for (let milli = 2; milli <= WORDS_MAX + 1; milli++) recorded(town, granting(milli), [steward])
  expect(town.state.jointly.size).toBe(WORDS_MAX + 1)
  recorded(town, granting(WORDS_MAX + 2), [steward])
  expect(town.state.jointly.size).toBe(WORDS_MAX + 1)
  expect([...town.state.jointly.keys()][1]).toBe(`commons.granted ${mei.acct} 3 vulnerable`)
  // What was taken back can be said again; what another has said stands.
  recorded(town, granting(2), [steward])
  expect(codeOf(town, granting(1), [bo])).toBe('already-approved')
})

test('a word of any length stands in the rows of a state', () => {
  const { town, steward } = aTownOfNeighbours()
  town.audited = false
  town.state.jointly.set(`project.decided ${Array.from({ length: 256 }, () => `${steward.acct}:1000`).join(' ')}`, new Set([steward.acct]))
  expect(stateFrom(Array.from(rowsOf(town.state), (row) => row.slice()), town.state.tree)).not.toBeNull()
})
