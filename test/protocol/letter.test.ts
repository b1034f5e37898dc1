import { expect, test } from 'vitest'
import {
  encodeDelivery, encodeDeliveryAnswer, isForNow, LETTER_ANSWER_BYTES_MAX, LETTER_REQUEST_BYTES_MAX, LETTER_WORDS_BYTES_MAX,
  letterRefusals, padded, parseDelivery, parseDeliveryAnswer, SIGNED_LETTER_BYTES_MAX, threadOf, unpadded,
} from '#protocol/letter.ts'

test('words of every length come out as they went in', () => {
  for (const length of [1, 2, 254, 255, 256, 257, LETTER_WORDS_BYTES_MAX]) {
    const words = new Uint8Array(length).fill(7)
    expect(padded(words)!.length % 256, String(length)).toBe(0)
    expect(unpadded(padded(words)!)).toEqual(words)
  }
  expect(unpadded(padded(new Uint8Array([5, 0, 0]))!)).toEqual(new Uint8Array([5, 0, 0]))
  expect(padded(new Uint8Array())).toBeNull()
  expect(padded(new Uint8Array(LETTER_WORDS_BYTES_MAX + 1))).toBeNull()
})

test('what nobody has padded is not taken for words', () => {
  expect(unpadded(new Uint8Array(256))).toBeNull()
  expect(unpadded(new Uint8Array(256).fill(9))).toBeNull()
  expect(unpadded(new Uint8Array([0x80, 0]))).toBeNull()
})

test('every answer of the other city is read, and fits what the asker takes', () => {
  for (const because of [null, ...letterRefusals]) {
    const bytes = encodeDeliveryAnswer(because)
    expect(parseDeliveryAnswer(bytes)).toEqual({ because })
    expect(bytes.length).toBeLessThanOrEqual(LETTER_ANSWER_BYTES_MAX)
  }
  expect(parseDeliveryAnswer(new Uint8Array([1, 2, 3]))).toBeNull()
  expect(letterRefusals.filter(isForNow)).toEqual(['behind', 'too-many'])
})

test('a delivery is as long as a request may be, and no longer', () => {
  const signed = new Uint8Array(SIGNED_LETTER_BYTES_MAX)
  expect(parseDelivery(encodeDelivery(signed))).toEqual(signed)
  expect(encodeDelivery(signed).length).toBeLessThanOrEqual(LETTER_REQUEST_BYTES_MAX)
  expect(parseDelivery(new Uint8Array([0]))).toBeNull()
})

test('both see one conversation where they write about the same thing, and each sees the other in it', () => {
  const [ana, bo] = [{ hub: 'here', acct: 'a' }, { hub: 'there', acct: 'b' }]
  const about = { what: 'listing', hub: 'here', id: 'c' } as const
  const asked = { from: ana, to: bo, about }
  const answered = { from: bo, to: ana, about }
  expect(threadOf(asked, 'a', 'here')).toBe(threadOf(answered, 'a', 'here'))
  expect(threadOf(asked, 'a', 'here')).toBe('listing/here/c/there/b')
  expect(threadOf(asked, 'b', 'there')).toBe('listing/here/c/here/a')
  expect(threadOf({ ...asked, about: { ...about, id: 'd' } }, 'a', 'here')).not.toBe(threadOf(asked, 'a', 'here'))
})
