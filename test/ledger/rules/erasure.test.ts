import { expect, test } from 'vitest'
import { toHex } from '#ledger/bytes.ts'
import { changed } from '#ledger/state/changed.ts'
import { digestOf as stateDigestOf } from '#ledger/state/digest.ts'
import { replay } from '#ledger/ledger.ts'
import { rowsOf, stateFrom } from '#ledger/rows/rows.ts'
import { commitmentOf } from '#protocol/commitment.ts'
import { digestOf } from '#test/support/digest.ts'
import { aTownOfNeighbours, codeOf, helpOnce } from '#test/support/people.ts'
import { type Asked, bytesFor, joining, pass, recorded, aPerson } from '#test/support/towns.ts'
import { utf8 } from '#ledger/bytes.ts'

const asking: Asked<'erasure.asked'> = { kind: 'erasure.asked' }

test('a member asks, and nothing else of the record changes', () => {
  const { town, mei, bo } = aTownOfNeighbours()
  helpOnce(town, mei, bo)
  const before = structuredClone(town.state.members.get(mei.acct)!)
  const { seq } = recorded(town, asking, [mei])
  expect(town.state.erasures.get(mei.acct)).toEqual({ acct: mei.acct, seq, ts: town.now })
  expect(town.state.members.get(mei.acct)).toEqual(before)
})

test('already-asked: once a day, and again when there is more', () => {
  const { town, mei, bo } = aTownOfNeighbours()
  recorded(town, asking, [mei])
  expect(codeOf(town, asking, [mei])).toBe('already-asked')
  recorded(town, asking, [bo])
  pass([town], 1)
  const { seq } = recorded(town, asking, [mei])
  expect(town.state.erasures.get(mei.acct)!.seq).toBe(seq)
})

test('whoever has left, is restricted or was banned may ask all the same', () => {
  const { town, mei, bo, li } = aTownOfNeighbours()
  recorded(town, { kind: 'member.left' }, [mei])
  changed(town.state.members.get(bo.acct)!).status = 'banned'
  changed(town.state.members.get(li.acct)!).status = 'restricted'
  for (const person of [mei, bo, li]) recorded(town, asking, [person])
})

test('not-attested, unknown-member: whoever is no member has nothing here that only they could ask for', () => {
  const { town } = aTownOfNeighbours()
  const ana = aPerson('ana')
  expect(codeOf(town, asking, [ana])).toBe('unknown-member')
  recorded(town, joining(town, ana), [ana])
  expect(codeOf(town, asking, [ana])).toBe('not-attested')
})

test('stands in the rows, and a replay of the log alone comes to the same', () => {
  const { town, mei } = aTownOfNeighbours()
  recorded(town, asking, [mei])
  const twin = stateFrom(Array.from(rowsOf(town.state), (row) => row.slice()), town.state.tree)!
  expect(digestOf(twin)).toBe(digestOf(town.state))
  const replayed = replay(town.entries.map(({ bytes }) => bytes))
  if ('refusal' in replayed) throw new Error(replayed.refusal.code)
  expect(toHex(stateDigestOf(replayed.state))).toBe(toHex(stateDigestOf(town.state)))
})

test('two commitments to one number on two papers have nothing in common, so destroying a salt destroys the tie', () => {
  const paper = utf8('510104199001011234')
  const [one, other] = [commitmentOf(bytesFor('a salt'), paper), commitmentOf(bytesFor('another salt'), paper)]
  expect(toHex(one)).not.toBe(toHex(other))
  expect(() => commitmentOf(new Uint8Array(0), paper)).toThrow(RangeError)
})
