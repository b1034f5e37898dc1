import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeAs, encodeAs, fields, flag, hexOf, listOf, uint } from '#ledger/schema.ts'
import { type Voice, Voices, voicesSchema } from '#ledger/state/voices.ts'
import { bytesFor, hexFor } from '#test/support/towns.ts'

const YEAR = 365 * 86_400
const people = ['mei', 'bo', 'li', 'an'].map(hexFor)
const plain = listOf(fields({ by: hexOf(32), ts: uint, isGood: flag }), 1_000)

test('one voice each, by the latest answer, for a year, and the row says just that', () => {
  const anAnswer = fc.record({ by: fc.constantFrom(...people), later: fc.constantFrom(0, 1, 86_400, 300 * 86_400), isGood: fc.boolean() })
  fc.assert(fc.property(fc.array(anAnswer, { maxLength: 40 }), (answers) => {
    const voices = new Voices()
    let model: Voice[] = []
    let ts = 0
    for (const { by, later, isGood } of answers) {
      ts += later
      voices.note({ by, ts, isGood }, ts - YEAR)
      model = [...model.filter((voice) => voice.by !== by && voice.ts > ts - YEAR), { by, ts, isGood }]
      expect([...voices]).toEqual(model)
    }
    const row = encodeAs(voicesSchema, voices)
    expect(row).toEqual(encodeAs(plain, model))
    expect([...decodeAs(voicesSchema, row)!]).toEqual(model)
  }))
})

test('what is no list of voices is not read as one', () => {
  expect(decodeAs(voicesSchema, bytesFor('something'))).toBe(null)
  expect(decodeAs(voicesSchema, encodeAs(listOf(uint, 3), [1, 2, 3]))).toBe(null)
  const twice = encodeAs(plain, [{ by: people[0]!, ts: 1, isGood: true }, { by: people[0]!, ts: 2, isGood: true }])
  expect([...decodeAs(voicesSchema, twice)!]).toHaveLength(1)
})
