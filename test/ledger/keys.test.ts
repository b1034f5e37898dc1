import { readdirSync, readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { concat, fromHex, toHex, utf8 } from '#ledger/bytes.ts'
import {
  type Context, CONTEXTS, type Ed25519, installEd25519, isAcceptableKey, keyIdOf, passesPrechecks, publicKeyOf,
  sign, signInput, signMessage, verify, verifyIn,
} from '#ledger/keys.ts'
import { backEnds, installBackEnd, installNativeCrypto, uninstallNativeCrypto } from '#node/signatures/native-crypto.ts'
import { crafted } from '#test/support/crafted.ts'

const vectors = new URL('../vectors/', import.meta.url)
const json = (path: string) => JSON.parse(readFileSync(new URL(path, vectors), 'utf8')) as unknown
const hex = (text: string) => fromHex(text)!

type OwnVector = { why: string; pub_key: string; message: string; signature: string }
const own = (folder: string) => readdirSync(new URL(`ed25519/${folder}`, vectors))
  .flatMap((file) => (json(`ed25519/${folder}/${file}`) as OwnVector[]).map((row, i) => ({ ...row, name: `${file} ${i}` })))

const secret = new Uint8Array(32).fill(1)
const hubId = new Uint8Array(32).fill(2)
const contexts = Object.keys(CONTEXTS) as Context[]

const unused: Ed25519 = {
  equationHolds: () => expect.unreachable(),
  isPrimeOrderPoint: null,
  publicKeyOf: null,
  sign: () => expect.unreachable(),
}

afterEach(() => uninstallNativeCrypto())

// Section 7.1 of RFC 8032, tests 1 to 3.
const rfc8032 = [
  ['9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', '',
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b'],
  ['4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c', '72',
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00'],
  ['c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
    'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025', 'af82',
    '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a'],
] as const

describe.each(backEnds)('with %s', (backEnd) => {
  beforeEach(() => installBackEnd(backEnd))

  test.each(rfc8032)('the signature of RFC 8032 is made and accepted', (seed, publicKey, message, signature) => {
    expect(toHex(publicKeyOf(hex(seed)))).toBe(publicKey)
    expect(toHex(signMessage(hex(seed), hex(message)))).toBe(signature)
    expect(verify(hex(publicKey), hex(message), hex(signature))).toBe(true)
  })

  test.each(own('valid'))('accepts $name: $why', ({ pub_key, message, signature }) => {
    expect(verify(hex(pub_key), hex(message), hex(signature))).toBe(true)
  })

  test.each(own('invalid'))('refuses $name: $why', ({ pub_key, message, signature }) => {
    expect(verify(hex(pub_key), hex(message), hex(signature))).toBe(false)
  })

  test('of the CCTV edge cases exactly those without a flag are accepted', () => {
    const rows = json('foreign/ed25519/cctv.json') as { key: string; sig: string; msg: string; flags: string[] | null }[]
    const wrong = rows.filter(({ key, sig, msg, flags }) =>
      verify(hex(key), utf8(msg), hex(sig)) !== ((flags ?? []).length === 0))
    expect(rows).toHaveLength(914)
    expect(wrong).toEqual([])
  })

  test('every verdict of Wycheproof is matched', () => {
    type Group = { publicKey: { pk: string }; tests: { tcId: number; msg: string; sig: string; result: string }[] }
    const { testGroups } = json('foreign/ed25519/wycheproof.json') as { testGroups: Group[] }
    const rows = testGroups.flatMap((group) => group.tests.map((row) => ({ ...row, key: group.publicKey.pk })))
    const wrong = rows.filter(({ key, msg, sig, result }) => verify(hex(key), hex(msg), hex(sig)) !== (result === 'valid'))
    expect(rows).toHaveLength(151)
    expect(wrong).toEqual([])
  })

  test.each(crafted)('of what the holder of a key can craft: $name', ({ publicKey, message, signature, valid }) => {
    expect(verify(publicKey, message, signature)).toBe(valid)
  })

  test('a key is acceptable when it is a point of the prime-order subgroup, and stays so when asked again', () => {
    const bad = own('invalid').filter(({ name }) => name.startsWith('key-'))
    expect(bad.length).toBeGreaterThan(5)
    for (let round = 0; round < 2; round++) {
      expect(isAcceptableKey(publicKeyOf(secret))).toBe(true)
      for (const { pub_key, name } of bad) expect(isAcceptableKey(hex(pub_key)), name).toBe(false)
    }
    expect(isAcceptableKey(new Uint8Array())).toBe(false)
    expect(isAcceptableKey(new Uint8Array(33))).toBe(false)
  })
})

test('the fastest is taken, and one that is not there is not', () => {
  expect(installNativeCrypto()).toBe(backEnds[0])
  expect(() => installBackEnd('no such thing' as never)).toThrow('no such thing')
})

test('everything crafted satisfies the equation times the cofactor: it is the rule that refuses', () => {
  expect(crafted.filter(({ cofactored }) => !cofactored)).toEqual([])
  expect(crafted.filter(({ valid }) => valid)).toHaveLength(1)
})

test('the crafted ones are also a file of vectors, for verifiers that are not reached from here', () => {
  const rows = crafted.filter(({ valid }) => !valid).map(({ name, publicKey, message, signature, valid }) =>
    ({ why: name, valid, pub_key: toHex(publicKey), message: toHex(message), signature: toHex(signature) }))
  expect(json('ed25519/invalid/crafted.json')).toEqual(rows)
})

test('what one back end said about a key is not taken over by the next', () => {
  const key = publicKeyOf(secret)
  installEd25519({ ...unused, isPrimeOrderPoint: () => false })
  expect(isAcceptableKey(key)).toBe(false)
  installEd25519(null)
  expect(isAcceptableKey(key)).toBe(true)
})

test('an implementation is asked about the equation and about nothing the rule refuses by itself', () => {
  let asked = 0
  installEd25519({
    ...unused,
    equationHolds() {
      asked++
      return true
    },
  })
  const { pub_key, message, signature } = own('valid')[0]!
  expect(verify(hex(pub_key), hex(message), hex(signature))).toBe(true)
  expect(asked).toBe(1)
  const byPrecheck = own('invalid').filter(({ name }) => /^(r-identity\.|s-|key-|signature-6)/.test(name))
  expect(byPrecheck.length).toBeGreaterThan(10)
  for (const vector of byPrecheck) {
    expect(verify(hex(vector.pub_key), hex(vector.message), hex(vector.signature)), vector.name).toBe(false)
    expect(passesPrechecks(hex(vector.pub_key), hex(vector.signature)), vector.name).toBe(false)
  }
  expect(asked).toBe(1)
})

test('wrong lengths are refused and do not throw', () => {
  for (const length of [0, 1, 31, 33, 64]) {
    expect(verify(new Uint8Array(length), utf8('m'), new Uint8Array(64))).toBe(false)
    expect(verify(publicKeyOf(secret), utf8('m'), new Uint8Array(length === 64 ? 63 : length))).toBe(false)
    expect(verifyIn(publicKeyOf(secret), 'entry', new Uint8Array(length), utf8('m'), new Uint8Array(64))).toBe(false)
  }
})

test('no context is the beginning of another', () => {
  for (const a of contexts) {
    for (const b of contexts) if (a !== b) expect(b.startsWith(a)).toBe(false)
  }
})

test('what is signed under one context counts under no other', () => {
  installNativeCrypto()
  const payload = utf8('the same bytes')
  for (const a of contexts) {
    const signature = sign(secret, a, hubId, payload)
    for (const b of contexts) {
      expect(verifyIn(publicKeyOf(secret), b, hubId, payload, signature), `${a} as ${b}`).toBe(a === b)
    }
    expect(verify(publicKeyOf(secret), payload, signature), `${a} as a bare signature`).toBe(false)
  }
})

test('what is signed in one hub counts in no other, nor for other bytes or another key', () => {
  const payload = utf8('one hour of help')
  const signature = sign(secret, 'entry', hubId, payload)
  const key = publicKeyOf(secret)
  expect(verifyIn(key, 'entry', hubId, payload, signature)).toBe(true)
  expect(verifyIn(key, 'entry', new Uint8Array(32), payload, signature)).toBe(false)
  expect(verifyIn(key, 'entry', hubId, utf8('two hours of help'), signature)).toBe(false)
  expect(verifyIn(publicKeyOf(new Uint8Array(32).fill(3)), 'entry', hubId, payload, signature)).toBe(false)
})

test('the signed message is the prefix, the context, a NUL, the scope and the payload', () => {
  expect(signInput('vote', hubId, utf8('p'))).toEqual(concat(utf8('cv/vote\0'), hubId, utf8('p')))
})

test('an installed signer signs, and secrets of another length are our own bug', () => {
  installEd25519({ ...unused, sign: (_, message) => new Uint8Array(64).fill(message.length) })
  expect(signMessage(secret, utf8('abc'))).toEqual(new Uint8Array(64).fill(3))
  expect(() => signMessage(new Uint8Array(64), utf8('abc'))).toThrow('32 bytes')
  expect(() => sign(secret, 'entry', new Uint8Array(31), utf8('abc'))).toThrow('32 bytes')
})

test('a key id is the beginning of the hash of the key', () => {
  // SHA-256 of 32 zero bytes, as published.
  expect(toHex(keyIdOf(new Uint8Array(32)))).toBe('66687aadf862bd77')
})
