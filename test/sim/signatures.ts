/**
 * Whose signatures the bottle has. Without `--real` a keyed hash stands in for Ed25519, handed to the ledger where a
 * process hands in its native implementation. Anybody could forge it who wanted to; nobody in the bottle does: the liars
 * have keys of their own and no others.
 */
import { hash } from 'node:crypto'
import { concat } from '#ledger/bytes.ts'
import { installEd25519, publicKeyOf } from '#ledger/keys.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'

export function installSignatures(real: boolean): void {
  installNativeCrypto()
  if (real) return
  installEd25519({
    sign: (secret, message) => signatureBy(publicKeyOf(secret), message),
    equationHolds: (key, message, signature) => Buffer.compare(signatureBy(key, message), signature) === 0,
    isPrimeOrderPoint: () => true,
    publicKeyOf: null,
  })
}

/** 64 bytes that pass what the ledger asks of every signature before it asks anybody: the second half is below the group's order. */
function signatureBy(key: Uint8Array, message: Uint8Array): Uint8Array {
  const digest = hash('sha512', concat(key, message), 'buffer')
  digest[63] = 0
  if (digest[0] === 1) digest[0] = 2
  return new Uint8Array(digest)
}
