/**
 * Letters that only the two people's devices can read: `protocol/letter.ts` says of what they are made.
 *
 * A device has one key, which signs. Its letters are sealed with the same key, seen as one of Curve25519: the two uses
 * are safe beside each other (E. Thormarker, eprint 2021/509), and nobody has to publish or look up a second one. Nothing here
 * needs a secure context. Loaded only when somebody opens their messages.
 */
import { chacha20poly1305 } from '@noble/ciphers/chacha.js'
import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import type { Hex, Origin } from '#ledger/action.ts'
import { concat, equalBytes, fromHex, fromUtf8, toHex, utf8 } from '#ledger/bytes.ts'
import { keyIdOf } from '#ledger/keys.ts'
import {
  type Correspondent, encodeHead, isSignedLetter, type Letter, type LetterAbout, type LetterHead, padded, parseSignedLetter,
  type SignedLetter, signLetter, unpadded,
} from '#protocol/letter.ts'
import { agreed, agreeingKey, toAgreeing, toAgreeingSecret } from './agreeing.ts'
import type { Device, Random } from './signing.ts'

/** A key that seals one thing in its life needs no other nonce. */
const NONCE = new Uint8Array(12)
const KEY_INFO = utf8('cv/letter\0')
const COMMITMENT = utf8('cv/letter-key\0')

export type Unsealed = { words: string; contentKey: Uint8Array }

/**
 * A letter to `to`, readable on each of these devices (32-byte public keys) and on the sender's own. Null when the words
 * are empty or too long, or no device is given.
 */
export function sealLetter(
  sender: Device, hub: { hubId: Hex; origin: Origin },
  { to, about, ts, words, devices }: { to: Correspondent; about: LetterAbout; ts: number; words: string; devices: Uint8Array[] },
  random: Random,
): SignedLetter | null {
  const room = padded(utf8(words.trim().toWellFormed()))
  if (room === null || devices.length === 0) return null
  const [secret, contentKey] = [random(32), random(32)]
  const ephemeral = agreeingKey(secret)
  const head: LetterHead = {
    format: 1, id: toHex(random(16)), from: { hub: hub.origin, acct: sender.acct }, to, about, ts, ephemeral,
    commitment: commitmentTo(contentKey),
  }
  const own = fromHex(sender.publicKey)!
  const readers = [own, ...devices.filter((device) => !equalBytes(device, own))]
  const keys = readers.map((device) => {
    const shared = agreed(secret, toAgreeing(device))
    return { keyId: keyIdOf(device), sealed: chacha20poly1305(wrapping(shared, ephemeral, device), NONCE).encrypt(contentKey) }
  })
  const letter: Letter = { ...head, keys, words: chacha20poly1305(contentKey, NONCE, encodeHead(head)).encrypt(room) }
  return signLetter(letter, own, sender.secret, fromHex(hub.hubId)!)
}

/** What a letter says to this device; null when it is not for it, or not as it was sealed. */
export function unsealLetter(reader: Device, letter: Letter): Unsealed | null {
  const device = fromHex(reader.publicKey)!
  const mine = letter.keys.find(({ keyId }) => equalBytes(keyId, keyIdOf(device)))
  if (mine === undefined) return null
  return orNull(() => {
    const shared = agreed(toAgreeingSecret(reader.secret), letter.ephemeral)
    const contentKey = chacha20poly1305(wrapping(shared, letter.ephemeral, device), NONCE).decrypt(mine.sealed)
    const words = wordsUnder(contentKey, letter)
    return words === null ? null : { words, contentKey }
  })
}

/** What a letter says, for whoever has been shown its key; null unless that is its key, and the sender signed it. */
export function openReported(signed: Uint8Array, contentKey: Uint8Array, hubId: Hex): { letter: Letter; words: string } | null {
  const parsed = parseSignedLetter(signed)
  if (parsed === null || !isSignedLetter(parsed.signed, fromHex(hubId)!)) return null
  const words = orNull(() => wordsUnder(contentKey, parsed.letter))
  return words === null ? null : { letter: parsed.letter, words }
}

/**
 * A number that is the same on both people's screens when both see the same devices of both: who compares it knows that no
 * hub has slipped in a device of its own. Thirty digits.
 */
export function safetyNumber(one: Uint8Array[], other: Uint8Array[]): string {
  const sides = [one, other].map((devices) => devices.map(toHex).sort().join(' ')).sort()
  const digest = sha256(utf8(`cv/safety\0${sides.join('\n')}`))
  const groups = Array.from({ length: 6 }, (_, i) => new DataView(digest.buffer, digest.byteOffset + 4 * i).getUint32(0) % 100_000)
  return groups.map((group) => String(group).padStart(5, '0')).join(' ')
}

function wordsUnder(contentKey: Uint8Array, letter: Letter): string | null {
  if (!equalBytes(commitmentTo(contentKey), letter.commitment)) return null
  const words = unpadded(chacha20poly1305(contentKey, NONCE, encodeHead(letter)).decrypt(letter.words))
  return words === null ? null : fromUtf8(words)
}

const wrapping = (shared: Uint8Array, ephemeral: Uint8Array, device: Uint8Array): Uint8Array =>
  hkdf(sha256, shared, concat(ephemeral, device), KEY_INFO, 32)

const commitmentTo = (contentKey: Uint8Array): Uint8Array => sha256(concat(COMMITMENT, contentKey))

/** Ciphers and curves have one way of saying that something does not fit. */
function orNull<T>(open: () => T | null): T | null {
  try {
    return open()
  } catch {
    return null
  }
}
