import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { toHex, utf8 } from '#ledger/bytes.ts'
import { installSha256, sha256 } from '#ledger/hash.ts'

afterEach(() => installSha256(null))

test('the published digests of FIPS 180-4 come out', () => {
  expect(toHex(sha256())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  expect(toHex(sha256(utf8('abc')))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})

test('parts are hashed as if they were one', () => {
  fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 90 }), { maxLength: 4 }), (parts) => {
    const oracle = createHash('sha256')
    for (const part of parts) oracle.update(part)
    expect(toHex(sha256(...parts))).toBe(oracle.digest('hex'))
  }))
})

test('an installed implementation is used until it is taken back', () => {
  const asked: number[] = []
  installSha256((bytes) => {
    asked.push(bytes.length)
    return new Uint8Array(32)
  })
  expect(sha256(utf8('a'), utf8('bc'))).toEqual(new Uint8Array(32))
  expect(asked).toEqual([3])
  installSha256(null)
  expect(sha256(utf8('abc'))).not.toEqual(new Uint8Array(32))
})
