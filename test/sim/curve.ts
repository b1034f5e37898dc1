/** `@noble/ed25519` as `ledger/keys.ts` finds it in the bottle: the same, with a memory for public keys. */
import { getPublicKey as compute } from '@noble/ed25519'

export { hashes, Point, sign } from '@noble/ed25519'

const keys = new Map<string, Uint8Array>()

export function getPublicKey(secret: Uint8Array): Uint8Array {
  const name = Buffer.prototype.latin1Slice.call(secret)
  const known = keys.get(name)
  if (known !== undefined) return known
  const key = compute(secret)
  keys.set(name, key)
  return key
}
