import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { sha256 } from '#ledger/hash.ts'
import { publicKeyOf, signMessage, verify } from '#ledger/keys.ts'
import { installNativeCrypto, uninstallNativeCrypto } from '#node/signatures/native-crypto.ts'

afterEach(() => uninstallNativeCrypto())

test('native and portable hash alike, and the native digest is a plain byte array', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
    uninstallNativeCrypto()
    const portable = sha256(bytes)
    installNativeCrypto()
    expect(sha256(bytes)).toEqual(portable)
    expect(sha256(bytes).constructor).toBe(Uint8Array)
  }), { numRuns: 30 })
})

test('native and portable make the same signature and accept each other', () => {
  const two = fc.uint8Array({ minLength: 32, maxLength: 32 })
  fc.assert(fc.property(two, fc.uint8Array({ maxLength: 90 }), (secret, message) => {
    uninstallNativeCrypto()
    const key = publicKeyOf(secret)
    const portable = signMessage(secret, message)
    installNativeCrypto()
    expect(signMessage(secret, message)).toEqual(portable)
    expect(verify(key, message, portable)).toBe(true)
    expect(verify(key, message, portable.with(40, portable[40]! ^ 1))).toBe(false)
  }), { numRuns: 10 })
})
