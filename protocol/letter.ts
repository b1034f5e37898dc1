/**
 * Letters: what two members write each other about a listing or an agreement, in one city or between two.
 *
 * Nobody in between can read one: the sender's page seals the words for the devices of both people (`ui/device/sealing.ts`),
 * and hubs see who wrote to whom, about what and when. Device keys stand in the record of a member's hub, so a sender
 * needs no other directory than a log that their own hub has replayed.
 *
 *   head   = [1, id, from, to, about, ts, ephemeral, commitment]     what the words are bound to
 *   letter = head with keys and words                                 signed by the sender's device, context `letter`
 *   signed = [letter, device, signature]                              what hubs keep and pass on
 *
 *   agreed      = X25519(ephemeral, device)         a device's Ed25519 key as a Curve25519 one (eprint 2021/509)
 *   keys[i]     = ChaCha20-Poly1305(HKDF-SHA256(agreed, salt = ephemeral ‖ device, info = "cv/letter" ‖ 00), content key)
 *   words       = ChaCha20-Poly1305(content key, head)(UTF-8 ‖ 80 ‖ 00…)      padded to a multiple of 256 bytes
 *   commitment  = SHA-256("cv/letter-key" ‖ 00 ‖ content key)
 *
 * Every key seals once, so its nonce is twelve zeros. The commitment makes the content key provable: who reports a
 * letter shows its key, and a steward reads exactly what was sent and signed, and no other letter of that person.
 * A device key that is stolen opens the letters that were sealed for it: there is no forward secrecy.
 *
 * `/cv/letter/1`: the sender's hub brings a letter to the recipient's, again and again until it is kept or refused.
 */
import type { Hex, Origin } from '#ledger/action.ts'
import { sign, verifyIn } from '#ledger/keys.ts'
import {
  bytesOf, bytesUpTo, decodeAs, encodeAs, fields, hexOf, type Infer, listOf, literal, oneOf, peekKind, textUpTo, uint,
} from '#ledger/schema.ts'

export const LETTER_PROTOCOL = '/cv/letter/1'
/** UTF-8 of the words. */
export const LETTER_WORDS_BYTES_MAX = 2_000
const LETTER_PAD = 256
/** Words, padded, and the tag of their cipher. */
const SEALED_BYTES_MAX = 2_064
/** Devices of both people. */
export const LETTER_DEVICES_MAX = 16
const LETTER_BYTES_MAX = 4_096
/** With its device and signature. */
export const SIGNED_LETTER_BYTES_MAX = 4_224
export const LETTER_REQUEST_BYTES_MAX = 4_352
export const LETTER_ANSWER_BYTES_MAX = 64
/** A letter on its way is given up after so long, and none older is taken. */
export const LETTER_LIFE_SECONDS = 30 * 86_400
/** Somebody's clock may be ahead by so much. */
export const LETTER_SKEW_SECONDS = 3_600

const personSchema = fields({ hub: textUpTo(64), acct: hexOf(32) })
const aboutSchema = fields({ what: oneOf('listing', 'agreement'), hub: textUpTo(64), id: hexOf(16) })
const head = {
  format: literal(1),
  id: hexOf(16),
  from: personSchema,
  to: personSchema,
  about: aboutSchema,
  ts: uint,
  ephemeral: bytesOf(32),
  commitment: bytesOf(32),
}
const headSchema = fields(head)
const letterSchema = fields({
  ...head,
  keys: listOf(fields({ keyId: bytesOf(8), sealed: bytesOf(48) }), LETTER_DEVICES_MAX),
  words: bytesUpTo(SEALED_BYTES_MAX),
})
const signedLetterSchema = fields({ letter: bytesUpTo(LETTER_BYTES_MAX), device: bytesOf(32), signature: bytesOf(64) })

/** Somebody, by the hub whose member they are. */
export type Correspondent = Infer<typeof personSchema>
/** What a conversation is about; `hub` is where the listing or agreement stands. */
export type LetterAbout = Infer<typeof aboutSchema>
export type LetterHead = Infer<typeof headSchema>
/** `ts` in seconds, by the sender's device; the words are sealed. */
export type Letter = Infer<typeof letterSchema>
export type SignedLetter = Infer<typeof signedLetterSchema>

/** The bytes that the words are bound to: everything but the keys and the words themselves. */
export const encodeHead = ({ id, from, to, about, ts, ephemeral, commitment }: LetterHead): Uint8Array =>
  encodeAs(headSchema, { format: 1, id, from, to, about, ts, ephemeral, commitment })

/** Signs a letter for the scope of the sender's own hub. */
export function signLetter(letter: Letter, device: Uint8Array, secret: Uint8Array, hubId: Uint8Array): SignedLetter {
  const bytes = encodeAs(letterSchema, letter)
  return { letter: bytes, device, signature: sign(secret, 'letter', hubId, bytes) }
}

export const encodeSignedLetter = (signed: SignedLetter): Uint8Array => encodeAs(signedLetterSchema, signed)

/** Null for anything but the one spelling of a letter from one person to another. */
export function parseSignedLetter(bytes: Uint8Array): { signed: SignedLetter; letter: Letter } | null {
  const signed = decodeAs(signedLetterSchema, bytes)
  const letter = signed === null ? null : decodeAs(letterSchema, signed.letter)
  if (signed === null || letter === null || letter.keys.length === 0) return null
  if (isSame(letter.from, letter.to) || letter.words.length % LETTER_PAD !== SEALED_BYTES_MAX % LETTER_PAD) return null
  return { signed, letter }
}

/** Whether this device made this letter, in the scope of the hub it says it is from. */
export const isSignedLetter = ({ letter, device, signature }: SignedLetter, hubId: Uint8Array): boolean =>
  verifyIn(device, 'letter', hubId, letter, signature)

export const isSame = (a: Correspondent, b: Correspondent): boolean => a.acct === b.acct && a.hub === b.hub

/** Words to a multiple of `LETTER_PAD` bytes, so that their length says little. Null when they are too long or none. */
export function padded(words: Uint8Array): Uint8Array | null {
  if (words.length === 0 || words.length > LETTER_WORDS_BYTES_MAX) return null
  const room = new Uint8Array(Math.ceil((words.length + 1) / LETTER_PAD) * LETTER_PAD)
  room.set(words)
  room[words.length] = 0x80
  return room
}

/** The words again; null when nobody padded them so. */
export function unpadded(room: Uint8Array): Uint8Array | null {
  const end = room.findLastIndex((byte) => byte !== 0)
  return end > 0 && room[end] === 0x80 ? room.subarray(0, end) : null
}

// ---------------------------------------------------------------- between hubs

/**
 * Why a hub does not keep a letter. `behind` and `too-many` may be otherwise later; the rest stays so.
 *
 * - `malformed`, `wrong-signature`: no letter, or not by the device it names
 * - `not-yours`: it is from another city than the one that brings it
 * - `behind`: the sender's log, as it is read here, does not show that device as an active member's
 * - `unknown-member`: nobody here who could read it
 * - `not-about`: neither of the two has to do with the listing or agreement it names, as far as is known here
 * - `too-old`, `too-many`: see the limits
 */
export const letterRefusals = [
  'malformed', 'wrong-signature', 'not-yours', 'behind', 'unknown-member', 'not-about', 'too-old', 'too-many',
] as const
export type LetterRefusal = (typeof letterRefusals)[number]

/** Whether the sender's hub should bring it again. */
export const isForNow = (because: LetterRefusal): boolean => because === 'behind' || because === 'too-many'

const requestSchema = fields({ tag: literal(0), signed: bytesUpTo(SIGNED_LETTER_BYTES_MAX) })
const answers = [fields({ tag: literal(0) }), fields({ tag: literal(1), because: oneOf(...letterRefusals) })] as const

export const encodeDelivery = (signed: Uint8Array): Uint8Array => encodeAs(requestSchema, { tag: 0, signed })
export const parseDelivery = (bytes: Uint8Array): Uint8Array | null => decodeAs(requestSchema, bytes)?.signed ?? null

/** Null: it is kept. A recipient who has blocked the sender is answered for in the same way. */
export const encodeDeliveryAnswer = (because: LetterRefusal | null): Uint8Array =>
  because === null ? encodeAs(answers[0], { tag: 0 }) : encodeAs(answers[1], { tag: 1, because })

export function parseDeliveryAnswer(bytes: Uint8Array): { because: LetterRefusal | null } | null {
  if (peekKind(bytes) === 0) return decodeAs(answers[0], bytes) === null ? null : { because: null }
  const no = decodeAs(answers[1], bytes)
  return no === null ? null : { because: no.because }
}

/** The same two people about the same thing. `of` is one of the two. */
export function threadOf({ from, to, about }: Pick<Letter, 'from' | 'to' | 'about'>, of: Hex, hub: Origin): string {
  const other = from.acct === of && from.hub === hub ? to : from
  return `${about.what}/${about.hub}/${about.id}/${other.hub}/${other.acct}`
}
