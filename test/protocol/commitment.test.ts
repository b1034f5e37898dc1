import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { concat, utf8 } from '#ledger/bytes.ts'
import { commitmentOf, openBlob, SALT_BYTES } from '#protocol/commitment.ts'

const salt = new Uint8Array(SALT_BYTES).fill(4)

test('a commitment is SHA-256 over its domain, the salt and the text', () => {
  const expected = createHash('sha256').update('cv/commit\0').update(salt).update('梅姐').digest()
  expect(commitmentOf(salt, utf8('梅姐'))).toEqual(new Uint8Array(expected))
})

test('a blob opens to what it commits to', () => {
  const { commitment, text } = openBlob(concat(salt, utf8('good')))!
  expect(commitment).toEqual(commitmentOf(salt, utf8('good')))
  expect(text).toEqual(utf8('good'))
  expect(openBlob(salt)!.text).toEqual(new Uint8Array(0))
})

test('a blob shorter than its salt is none', () => {
  expect(openBlob(salt.subarray(1))).toBeNull()
  expect(openBlob(new Uint8Array(0))).toBeNull()
})

test('a salt of another length is our own mistake', () => {
  expect(() => commitmentOf(salt.subarray(1), utf8('x'))).toThrow(RangeError)
})
