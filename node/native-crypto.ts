/**
 * Node's own cryptography under the ledger's rules.
 *
 * The ledger decides what is valid and carries a portable implementation of everything it needs;
 * OpenSSL computes the same functions about ten times faster. Which signatures count is not decided
 * here: the ledger asks for the bare equation only, after its own checks of key and signature, and
 * those leave no input about which OpenSSL's versions disagree.
 */

import { createPrivateKey, createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto'
import { toHex } from '#ledger/bytes.ts'
import { installSha256 } from '#ledger/hash.ts'
import { installSigner, installVerifier } from '#ledger/keys.ts'

/** Hands SHA-256 and Ed25519 of node:crypto to the ledger. Once, at the start of a process. */
export function installNativeCrypto(): void {
  installSha256(nativeSha256)
  installVerifier(nativeVerify)
  installSigner(nativeSign)
}

/** Takes them back: from here on the ledger computes by itself. */
export function uninstallNativeCrypto(): void {
  installSha256(null)
  installVerifier(null)
  installSigner(null)
}

function nativeSha256(bytes: Uint8Array): Uint8Array {
  // As a 'binary' (latin1) string, one character a byte: twice as fast as having a Buffer
  // allocated.
  const text = hash('sha256', bytes, 'binary')
  const digest = new Uint8Array(32)
  for (let i = 0; i < 32; i++) digest[i] = text.charCodeAt(i)
  return digest
}

// DER around a raw key (RFC 8410): importing a key costs half as much as verifying with it, so
// imported keys are kept; the oldest makes room for the newest.
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex')
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex')
const PUBLIC_KEYS_MAX = 16_384
const PRIVATE_KEYS_MAX = 64
const publicKeys = new Map<string, KeyObject>()
const privateKeys = new Map<string, KeyObject>()

function nativeVerify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const key = remembered(publicKeys, PUBLIC_KEYS_MAX, publicKey, () =>
    createPublicKey({ key: Buffer.concat([SPKI_HEAD, publicKey]), format: 'der', type: 'spki' }))
  return verify(null, message, key, signature)
}

function nativeSign(secret: Uint8Array, message: Uint8Array): Uint8Array {
  const key = remembered(privateKeys, PRIVATE_KEYS_MAX, secret, () =>
    createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, secret]), format: 'der', type: 'pkcs8' }))
  return new Uint8Array(sign(null, message, key))
}

function remembered(
  keys: Map<string, KeyObject>, max: number, raw: Uint8Array, load: () => KeyObject,
): KeyObject {
  const name = toHex(raw)
  const known = keys.get(name)
  if (known !== undefined) return known
  const key = load()
  if (keys.size >= max) keys.delete(keys.keys().next().value!)
  keys.set(name, key)
  return key
}
