import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { toHex, utf8 } from '#ledger/bytes.ts'
import { installSha256, sha256, sha256Into } from '#ledger/hash.ts'

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
  installSha256((bytes, into, at) => {
    asked.push(bytes.length)
    into[at] = 7
  })
  expect(sha256(utf8('a'), utf8('bc'))).toEqual(new Uint8Array(32).fill(7, 0, 1))
  const room = new Uint8Array(40)
  sha256Into(room, 8, utf8('abcd'))
  expect(room).toEqual(new Uint8Array(40).fill(7, 8, 9))
  expect(asked).toEqual([3, 4])
  installSha256(null)
  expect(sha256(utf8('abc'))).not.toEqual(new Uint8Array(32).fill(7, 0, 1))
})

test('a digest is put where it belongs, and nothing beside it', () => {
  const room = new Uint8Array(40).fill(9)
  sha256Into(room, 4, utf8('abc'))
  expect(toHex(room)).toBe(`09090909${toHex(sha256(utf8('abc')))}09090909`)
})
