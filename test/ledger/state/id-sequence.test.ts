import fc from 'fast-check'
import { expect, test } from 'vitest'
import { concat, fromHex, toHex } from '#ledger/bytes.ts'
import { IdSequence } from '#ledger/state/id-sequence.ts'
import { RecentIds } from '#ledger/state/recent-ids.ts'
import { bytesFor, idFor } from '#test/support/towns.ts'

const key = bytesFor('a leaf that nobody foresaw')

test('ids have the numbers in which they came, and others have none', () => {
  const ids = new IdSequence(7)
  for (let i = 0; i < 5_000; i++) expect(ids.add(idFor(`id ${i}`), key)).toBe(7 + i)
  for (let i = 0; i < 5_000; i++) expect(ids.numberOf(idFor(`id ${i}`))).toBe(7 + i)
  expect(ids.numberOf(idFor('another'))).toBe(-1)
  expect([ids.first, ids.next]).toEqual([7, 5_007])
})

test('what is no id has no number, though it looks alike', () => {
  const ids = new IdSequence()
  ids.add('0a'.repeat(16), key)
  for (const text of ['', '0a', '0A'.repeat(16), '0a'.repeat(32), '0:'.repeat(16), '0g'.repeat(16), ' a'.repeat(16)]) {
    expect(ids.numberOf(text)).toBe(-1)
  }
})

test('whatever is added and let go, it answers like a map', () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ add: fc.integer({ min: 1, max: 40 }) }) },
    { weight: 1, arbitrary: fc.record({ drop: fc.integer({ min: 0, max: 60 }) }) },
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40, size: 'max' }), (steps) => {
      const ids = new IdSequence()
      const model = new Map<string, number>()
      let next = 0
      for (const one of steps) {
        if ('add' in one) {
          for (let i = 0; i < one.add; i++, next++) {
            ids.add(idFor(`id ${next}`), bytesFor(`leaf ${next}`))
            model.set(idFor(`id ${next}`), next)
          }
        } else {
          const below = Math.min(next, ids.first + one.drop)
          ids.dropBelow(below)
          for (const [id, number] of model) if (number < below) model.delete(id)
        }
      }
      for (let i = 0; i < next; i++) expect(ids.numberOf(idFor(`id ${i}`))).toBe(model.get(idFor(`id ${i}`)) ?? -1)
      expect(toHex(ids.bytes(ids.first, ids.next))).toBe([...model.keys()].join(''))
    }),
    { numRuns: 60, seed: 20260101 },
  )
})

/** Ids that all have one place in a table under this key: what somebody who knows it could choose. */
function colliding(under: Uint8Array, count: number): string[] {
  const view = new DataView(under.buffer)
  return Array.from({ length: count }, (_, i) => {
    const mixed = Math.imul(i ^ view.getUint32(0), 0x9e3779b1)
    const words = [i, mixed ^ (mixed >>> 15) ^ view.getUint32(4), view.getUint32(8), view.getUint32(12)]
    return words.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
  })
}

test('ids that were chosen to fall on one place are found, and others beside them', () => {
  const ids = new IdSequence()
  const all: string[] = []
  for (let i = 0; i < 100; i++) all.push(idFor(`before ${i}`))
  all.push(...colliding(key, 900))
  for (let i = 0; i < 100; i++) all.push(idFor(`after ${i}`))
  for (const [i, id] of all.entries()) ids.add(id, i < 100 ? key : bytesFor(`leaf ${i}`))
  for (const [i, id] of all.entries()) expect(ids.numberOf(id)).toBe(i)
  ids.dropBelow(550)
  for (const [i, id] of all.entries()) expect(ids.numberOf(id)).toBe(i < 550 ? -1 : i)
})

test('many at once are as many one by one, and none is taken twice', () => {
  const all = Array.from({ length: 300 }, (_, i) => idFor(`id ${i}`))
  const ids = new IdSequence()
  expect(ids.addAll(concat(...all.map((id) => fromHex(id)!)), key)).toBe(true)
  for (const [i, id] of all.entries()) expect(ids.numberOf(id)).toBe(i)
  expect(ids.addAll(fromHex(all[3]!)!, key)).toBe(false)
  expect(ids.next).toBe(300)
})

test.each(['asked', 'added', 'dropped'])('ids that are known to be different are found, whatever is first done with them: %s', (first) => {
  const all = Array.from({ length: 300 }, (_, i) => idFor(`id ${i}`))
  const ids = IdSequence.of(concat(...all.slice(0, 290).map((id) => fromHex(id)!)), key)
  expect(ids.next).toBe(290)
  if (first === 'dropped') ids.dropBelow(5)
  if (first === 'asked') expect(ids.numberOf(idFor('nobody'))).toBe(-1)
  for (const id of all.slice(290, 295)) ids.add(id, key)
  expect(ids.addAll(concat(...all.slice(295).map((id) => fromHex(id)!)), key)).toBe(true)
  for (const [i, id] of all.entries()) expect(ids.numberOf(id)).toBe(first === 'dropped' && i < 5 ? -1 : i)
  expect(ids.addAll(fromHex(all[7]!)!, key)).toBe(false)
})

test('a day of ids is forgotten as a whole, and the days after it are not', () => {
  const ids = new RecentIds()
  for (let day = 10; day < 15; day++) for (let i = 0; i < 3; i++) ids.add(idFor(`${day} ${i}`), day, key)
  ids.forgetBefore(12)
  expect(Array.from(ids.days(), ({ day, first, end }) => [day, first, end])).toEqual([[12, 6, 9], [13, 9, 12], [14, 12, 15]])
  expect(ids.has(idFor('11 2'))).toBe(false)
  expect(ids.seqOf(idFor('12 0'))).toBe(6)
  ids.forgetBefore(99)
  expect([ids.isEmpty, ids.next]).toEqual([true, 15])
  ids.add(idFor('later'), 99, key)
  expect(ids.seqOf(idFor('later'))).toBe(15)
})
