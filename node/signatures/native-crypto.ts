/**
 * ◆ The machine's own cryptography under the ledger's rules.
 *
 * The ledger decides what is valid and carries a portable implementation of everything it needs; libsodium and
 * OpenSSL compute the same functions ten to thirty times faster. Which signatures count is not decided here: the
 * ledger asks for the bare equation only, after its own checks of key and signature, and those leave no input
 * about which the versions of these libraries disagree. One that does not give the answers below is not used.
 */

import { createPrivateKey, createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto'
import { installHex, toHex } from '#ledger/bytes.ts'
import { installSha256 } from '#ledger/hash.ts'
import { type Ed25519, installEd25519 } from '#ledger/keys.ts'
import { installFields } from '#ledger/schema.ts'
import { compiledFields } from '../shape-compiler.ts'
import { sodiumEd25519 } from './sodium.ts'

/** Who computes Ed25519, the fastest first. */
export const backEnds = ['sodium', 'node:crypto', 'portable'] as const
export type BackEnd = (typeof backEnds)[number]

/**
 * Hands SHA-256 of node:crypto and the fastest Ed25519 of this machine to the ledger. Once, at the start of a
 * process or a worker; answers whose Ed25519 it is.
 */
export function installNativeCrypto(): BackEnd {
  return backEnds.find(install)!
}

/** The same with this one's Ed25519: to compare them. @throws when it is not on this machine. */
export function installBackEnd(name: BackEnd): void {
  if (!install(name)) throw new Error(`there is no ${name} on this machine that keeps the rule`)
}

/** The arithmetic itself, to be measured; null for the portable one, which is the ledger's own, and for what is not here. */
export function ed25519Of(name: BackEnd): Ed25519 | null {
  return name === 'sodium' ? sodiumEd25519() : name === 'node:crypto' ? openSslEd25519 : null
}

function install(name: BackEnd): boolean {
  installSha256(nativeSha256)
  installHex(nativeHex)
  installFields(compiledFields)
  const ed25519 = ed25519Of(name)
  if (name !== 'portable' && (ed25519 === null || !keepsTheRule(ed25519))) return false
  installEd25519(ed25519)
  return true
}

/** Takes them back: from here on the ledger computes by itself. */
export function uninstallNativeCrypto(): void {
  installSha256(null)
  installHex(null)
  installFields(null)
  installEd25519(null)
}

function nativeSha256(bytes: Uint8Array, into: Uint8Array, at: number): void {
  // As a 'binary' (latin1) string, one character a byte: twice as fast as having a Buffer
  // allocated.
  const text = hash('sha256', bytes, 'binary')
  for (let i = 0; i < 32; i++) into[at + i] = text.charCodeAt(i)
}

const nativeHex = (bytes: Uint8Array, from: number, to: number): string =>
  Buffer.prototype.hexSlice.call(bytes, from, to)

// DER around a raw key (RFC 8410): importing a key costs half as much as verifying with it, so
// imported keys are kept; the oldest makes room for the newest.
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex')
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex')
const PUBLIC_KEYS_MAX = 16_384
const PRIVATE_KEYS_MAX = 64
const publicKeys = new Map<string, KeyObject>()
const privateKeys = new Map<string, KeyObject>()

/** OpenSSL has no question for a key alone: the portable arithmetic answers that one. */
const openSslEd25519: Ed25519 = {
  equationHolds(publicKey, message, signature) {
    const key = remembered(publicKeys, PUBLIC_KEYS_MAX, publicKey, () =>
      createPublicKey({ key: Buffer.concat([SPKI_HEAD, publicKey]), format: 'der', type: 'spki' }))
    return verify(null, message, key, signature)
  },
  isPrimeOrderPoint: null,
  publicKeyOf: null,
  sign(secret, message) {
    const key = remembered(privateKeys, PRIVATE_KEYS_MAX, secret, () =>
      createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, secret]), format: 'der', type: 'pkcs8' }))
    return new Uint8Array(sign(null, message, key))
  },
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

const hex = (text: string): Uint8Array => Buffer.from(text, 'hex')

/** RFC 8032, section 7.1, test 1: an empty message. */
const HONEST = {
  key: hex('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'),
  signature: hex('e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b'),
}
/** By the same key, over the same message, with a point of order 8 added to R: holds but for the cofactor. */
const TORSION_R = hex('a6aed102bf174d31cc70a4fef3cb75f5f40bbba32e96920a495f89fb2aeeb7a83a6c273ade59219323a453aa248cad772d537e2da6ee0b6d5727e8228a935002')

/**
 * The one difference that no precheck removes: a verifier that multiplies by the cofactor would accept an R with
 * a torsion part. Libraries have changed to that from one release to the next, so it is asked of each at start.
 */
function keepsTheRule({ equationHolds }: Ed25519): boolean {
  const nothing = new Uint8Array()
  return equationHolds(HONEST.key, nothing, HONEST.signature)
    && !equationHolds(HONEST.key, nothing, TORSION_R)
}
