/** Keys of people and hubs, from names. Whoever knows a public key here can sign with it. */
import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto'
import { fromHex, type Hex, sha, toHex, utf8 } from '../reducer/bytes.ts'
import { messageIn } from '../reducer/signatures.ts'

/** What stands before a seed of Ed25519 in PKCS #8, and before a public key in SPKI. */
const [PKCS8, SPKI_BYTES] = ['302e020100300506032b657004220420', 12]

const secrets = new Map<Hex, KeyObject>()

export const named = (words: string): Hex => sha(utf8(words))

const made = new Map<string, Hex>()

/** The public key of this name. */
export function keyOf(name: string): Hex {
  let key = made.get(name)
  if (key === undefined) {
    const secret = createPrivateKey({ key: fromHex(PKCS8 + named(`key of ${name}`)), format: 'der', type: 'pkcs8' })
    key = toHex(createPublicKey(secret).export({ format: 'der', type: 'spki' }).subarray(SPKI_BYTES))
    made.set(name, key)
    secrets.set(key, secret)
  }
  return key
}

/** By a key that has no name here nothing is signed: 64 zeros. */
export const signatureBy = (key: Hex, message: Hex): Hex => {
  const secret = secrets.get(key)
  return secret === undefined ? '00'.repeat(64) : toHex(sign(null, fromHex(message), secret))
}

export const signIn = (key: Hex, context: string, scope: Hex, payload: Hex): Hex => signatureBy(key, messageIn(context, scope, payload))
