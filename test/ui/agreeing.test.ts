import { ed25519, x25519 } from '@noble/curves/ed25519.js'
import { expect, test } from 'vitest'
import { fromHex, toHex } from '#ledger/bytes.ts'
import { publicKeyOf } from '#ledger/keys.ts'
import { bytesFor } from '#test/support/towns.ts'
import { agreed, agreeingKey, toAgreeing, toAgreeingSecret } from '#ui/device/agreeing.ts'

const secrets = Array.from({ length: 24 }, (_, i) => bytesFor(`secret ${i}`))

test('two devices come to what another implementation of X25519 comes to', () => {
  for (const [i, secret] of secrets.entries()) {
    const theirs = x25519.getPublicKey(secrets[(i + 1) % secrets.length]!)
    expect(toHex(agreeingKey(secret))).toBe(toHex(x25519.getPublicKey(secret)))
    expect(toHex(agreed(secret, theirs))).toBe(toHex(x25519.getSharedSecret(secret, theirs)))
  }
})

test('a signing key agrees as libsodium would turn it into one of Curve25519', () => {
  for (const secret of secrets) {
    expect(toHex(toAgreeing(publicKeyOf(secret)))).toBe(toHex(ed25519.utils.toMontgomery(publicKeyOf(secret))))
    expect(toHex(toAgreeingSecret(secret))).toBe(toHex(ed25519.utils.toMontgomerySecret(secret)))
    expect(toHex(agreeingKey(toAgreeingSecret(secret)))).toBe(toHex(toAgreeing(publicKeyOf(secret))))
  }
})

/** Points of small order, and one that is on the twist: what a secret comes to with them tells nothing or tells of the secret. */
test.each([
  ['zero', '00'.repeat(32)], ['one', `01${'00'.repeat(31)}`],
  ['of order eight', 'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800'],
  ['on the twist', `02${'00'.repeat(31)}`],
])('a key that is %s is refused', (_, hex) => {
  expect(() => agreed(secrets[0]!, fromHex(hex)!)).toThrow()
})
