import { expect, test } from 'vitest'
import { toHex } from '#ledger/bytes.ts'
import { digestOf } from '#ledger/state/digest.ts'
import { aTownOfNeighbours, helpOnce } from '#test/support/people.ts'
import { bytesFor, DAY, record, recorded, tick, type Town } from '#test/support/towns.ts'

const published = (town: Town) => record(town, { kind: 'state.digest', root: digestOf(town.state) })

/** A town on a new day, of which only the tick is recorded. */
function aMorning() {
  const place = aTownOfNeighbours()
  helpOnce(place.town, place.mei, place.bo)
  place.town.now += DAY
  tick(place.town)
  return place
}

test('the digest of the state after the day’s tick stands right behind it, and moves nothing', () => {
  const { town } = aMorning()
  const { books } = town.state
  const before = { ...books }
  expect(published(town)).toMatchObject({ action: { kind: 'state.digest' } })
  expect(town.state.books).toEqual(before)
})

test('wrong-digest: any other 32 bytes, and the digest of a moment before', () => {
  const { town } = aMorning()
  const expected = toHex(digestOf(town.state))
  expect(record(town, { kind: 'state.digest', root: bytesFor('another state') })).toEqual({ code: 'wrong-digest', expected })
  const late = aMorning().town
  const stale = digestOf(late.state)
  late.now += DAY
  tick(late)
  expect(record(late, { kind: 'state.digest', root: stale })).toMatchObject({ code: 'wrong-digest' })
})

test('digest-misplaced: a second one, one behind anything else, one right after the founding', () => {
  const { town, mei, bo } = aMorning()
  recorded(town, { kind: 'state.digest', root: digestOf(town.state) })
  expect(published(town)).toEqual({ code: 'digest-misplaced' })
  const busy = aMorning()
  helpOnce(busy.town, busy.mei, busy.bo)
  expect(published(busy.town)).toEqual({ code: 'digest-misplaced' })
  const young = aTownOfNeighbours().town
  expect(young.state.tickSeq).toBe(null)
  expect(published(young)).toEqual({ code: 'digest-misplaced' })
  helpOnce(town, mei, bo)
  expect(published(town)).toEqual({ code: 'digest-misplaced' })
})
