/**
 * Signed notes (C2SP signed-note) and the cosignatures of witnesses on them (C2SP
 * tlog-cosignature).
 *
 * A note is a text that people can read, a blank line, and lines that sign the text:
 *
 *     cv.chengdu-5f3a91c0/log
 *     1042
 *     CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
 *
 *     — cv.chengdu-5f3a91c0/log Az3grlgtzPICa5OS8npVmf1Myq…
 *     — cv.barcelona-8d20aa17/witness jWbPPwAAAABkGFDLEZMHwS…
 *
 * Each signature begins with four bytes that say, together with the name, which key is meant. Two
 * types are read here: 0x01 signs the text itself; 0x04, a witness, signs the text together with
 * the time at which it saw no longer history of this log. Lines of keys we do not know are passed
 * over, so that others may add theirs; a line of a key we do know must verify, or the whole note is
 * refused.
 */

import {
  concat, equalBytes, fromBase64, fromHex, readU64be, toBase64, toHex, u64be, utf8,
} from './bytes.ts'
import { sha256 } from './hash.ts'
import { publicKeyOf, signMessage, verify } from './keys.ts'

/** Ed25519 over the text. */
export const SIGNATURE = 0x01
/** Ed25519 over "cosignature/v1", a time and the text. */
export const COSIGNATURE = 0x04

type KeyType = typeof SIGNATURE | typeof COSIGNATURE

export type NoteKey = { name: string; type: KeyType; publicKey: Uint8Array }

/** A signature that verified; `time` in seconds, on cosignatures only. */
export type NoteSignature = NoteKey & { time?: bigint }

/** A signature line as it stands, by a key that was not among those asked for. */
export type UnknownSignature = { name: string; keyId: Uint8Array; signature: Uint8Array }

export type OpenedNote = { body: string; signatures: NoteSignature[]; unknown: UnknownSignature[] }

/** More signatures than any log of ours has witnesses; verifiers must allow at least 16. */
export const SIGNATURES_MAX = 100
export const NOTE_CHARACTERS_MAX = 1_000_000

const DASH = '\u2014'
const TIME_MAX = (1n << 63n) - 1n

/**
 * Reads a note and checks the signatures of the given keys. Null when it is not a note, when no
 * given key signed it, and when a line of a given key does not verify. Each key is reported once,
 * with its first line: repeating a signature must not count as two.
 */
export function openNote(text: string, keys: readonly NoteKey[]): OpenedNote | null {
  const parts = splitNote(text)
  if (parts === null) return null
  const known = keys.map((key) => ({ ...key, id: noteKeyId(key.name, key.type, key.publicKey) }))

  const signatures: NoteSignature[] = []
  const unknown: UnknownSignature[] = []
  for (const line of parts.lines) {
    const read = parseLine(line)
    if (read === null) return null
    const matching = known.filter((key) => key.name === read.name && equalBytes(key.id, read.keyId))
    const [key] = matching
    if (key === undefined) {
      unknown.push(read)
      continue
    }
    // Two keys under one name and id: nobody can say whose line this is.
    if (matching.some((other) => !equalBytes(other.publicKey, key.publicKey))) return null
    const verified = verifySignature(parts.body, key, read.signature)
    if (verified === null) return null
    if (!signatures.some((one) => isBy(one, key))) signatures.push(verified)
  }
  return signatures.length === 0 ? null : { body: parts.body, signatures, unknown }
}

/**
 * The note with those lines alone that one of the given keys made and that verify, each key once, in the order in
 * which they stand; null when there is none, or it is no note. Whoever keeps a note, or passes it on, need not keep
 * what a hundred strangers, or none, have written under it.
 */
export function withLinesOf(text: string, keys: readonly NoteKey[]): string | null {
  const parts = splitNote(text)
  if (parts === null) return null
  const left = new Map(keys.map((key) => [`${key.name} ${toHex(noteKeyId(key.name, key.type, key.publicKey))}`, key]))
  const lines = parts.lines.filter((line) => {
    const read = parseLine(line)
    const id = read === null ? '' : `${read.name} ${toHex(read.keyId)}`
    const key = left.get(id)
    if (read === null || key === undefined || verifySignature(parts.body, key, read.signature) === null) return false
    return left.delete(id)
  })
  return lines.length === 0 ? null : `${parts.body}\n${lines.join('\n')}\n`
}

/** True when the signature is by this key under this name. */
export const isBy = (signature: NoteSignature, key: NoteKey): boolean =>
  signature.name === key.name && signature.type === key.type
  && equalBytes(signature.publicKey, key.publicKey)

/**
 * The note with the first line of this key and no other: what strangers wrote under it says nothing of the key's
 * owner. Null unless the key signed.
 */
export function noteBy(text: string, key: NoteKey): string | null {
  const parts = splitNote(text)
  const alone = parts?.lines.map((line) => `${parts.body}\n${line}\n`)
  return alone?.find((note) => openNote(note, [key]) !== null) ?? null
}

/**
 * The note of a body signed by a 0x01 key. @throws when the body or the name cannot stand in a
 * note.
 */
export function signNote(body: string, name: string, secret: Uint8Array): string {
  if (!isBody(body)) throw new Error('a note body is plain text that ends in a newline')
  return `${body}\n${lineOf(name, SIGNATURE, publicKeyOf(secret), signMessage(secret, utf8(body)))}`
}

/**
 * The line, with its newline, by which a witness cosigns a body at a time in seconds.
 * @throws when the body or the name cannot stand in a note, or the time is not below 2^63.
 */
export function cosign(
  body: string, name: string, secret: Uint8Array, timeSeconds: bigint | number,
): string {
  const time = BigInt(timeSeconds)
  if (!isBody(body)) throw new Error('a note body is plain text that ends in a newline')
  if (time < 0n || time > TIME_MAX) throw new RangeError(`not a time: ${time}`)
  const signature = signMessage(secret, cosignedMessage(body, time))
  return lineOf(name, COSIGNATURE, publicKeyOf(secret), concat(u64be(time), signature))
}

/**
 * The note with one more signature line, or the same note if it has that line already. The line is
 * not verified here. Null when either is malformed: a line from outside must not be able to move
 * the border between text and signatures.
 */
export function addSignature(noteText: string, line: string): string | null {
  const parts = splitNote(noteText)
  const bare = line.endsWith('\n') ? line.slice(0, -1) : line
  if (parts === null || !isPlainText(bare) || parseLine(bare) === null) return null
  if (parts.lines.includes(bare)) return noteText
  return parts.lines.length >= SIGNATURES_MAX ? null : `${noteText}${bare}\n`
}

/** The four bytes that name a key on a signature line: SHA-256(name ‖ LF ‖ type ‖ key), cut. */
export function noteKeyId(name: string, type: number, publicKey: Uint8Array): Uint8Array {
  return sha256(utf8(`${name}\n`), Uint8Array.of(type), publicKey).slice(0, 4)
}

/**
 * A key as one line of text: name+id+base64(type ‖ key). @throws when the name cannot stand in a
 * note.
 */
export function encodeVkey(name: string, type: KeyType, publicKey: Uint8Array): string {
  if (!isName(name)) throw new Error(`not a key name: ${name}`)
  const id = toHex(noteKeyId(name, type, publicKey))
  return `${name}+${id}+${toBase64(concat(Uint8Array.of(type), publicKey))}`
}

/**
 * Reads what `encodeVkey` writes; null for anything else, a type we do not read, or an id that does
 * not fit.
 */
export function parseVkey(text: string): NoteKey | null {
  const [name, id, ...rest] = text.split('+')
  if (name === undefined || id === undefined || !isName(name)) return null
  const keyId = fromHex(id)
  const material = fromBase64(rest.join('+'))
  if (keyId === null || material === null || material.length !== 33) return null
  const type = material[0]
  if (type !== SIGNATURE && type !== COSIGNATURE) return null
  const publicKey = material.slice(1)
  return equalBytes(keyId, noteKeyId(name, type, publicKey)) ? { name, type, publicKey } : null
}

/** Body (with its last newline) and signature lines (without theirs), or null. */
function splitNote(text: string): { body: string; lines: string[] } | null {
  if (text.length > NOTE_CHARACTERS_MAX || !isPlainText(text.replaceAll('\n', ''))) return null
  // The last blank line: the text may have blank lines of its own, signatures have none.
  const border = text.lastIndexOf('\n\n')
  if (border < 0 || !text.endsWith('\n') || border + 2 >= text.length) return null
  const lines = text.slice(border + 2, -1).split('\n')
  return lines.length > SIGNATURES_MAX ? null : { body: text.slice(0, border + 1), lines }
}

function parseLine(line: string): UnknownSignature | null {
  const [dash, name, encoded, ...rest] = line.split(' ')
  if (dash !== DASH || name === undefined || encoded === undefined || rest.length > 0) return null
  const bytes = fromBase64(encoded)
  if (bytes === null || bytes.length < 5 || !isName(name)) return null
  return { name, keyId: bytes.slice(0, 4), signature: bytes.slice(4) }
}

function verifySignature(body: string, key: NoteKey, signature: Uint8Array): NoteSignature | null {
  const { name, type, publicKey } = key
  if (type === SIGNATURE) {
    return verify(publicKey, utf8(body), signature) ? { name, type, publicKey } : null
  }
  if (signature.length !== 72) return null
  const time = readU64be(signature.subarray(0, 8))
  if (time > TIME_MAX) return null
  if (!verify(publicKey, cosignedMessage(body, time), signature.subarray(8))) return null
  return { name, type, publicKey, time }
}

const cosignedMessage = (body: string, time: bigint): Uint8Array =>
  utf8(`cosignature/v1\ntime ${time}\n${body}`)

function lineOf(name: string, type: number, publicKey: Uint8Array, signature: Uint8Array): string {
  if (!isName(name)) throw new Error(`not a key name: ${name}`)
  return `${DASH} ${name} ${toBase64(concat(noteKeyId(name, type, publicKey), signature))}\n`
}

const isBody = (body: string): boolean =>
  body.endsWith('\n') && isPlainText(body.replaceAll('\n', ''))

/** Text that has bytes, without control characters below U+0020. */
export const isPlainText = (text: string): boolean =>
  text.isWellFormed() && !/[\u0000-\u001f]/.test(text)

// The Unicode property White_Space, written out because JavaScript's \s is another set.
const WHITE_SPACE = /[ \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/
/** A key name has no Unicode white space and no plus. */
const isName = (name: string): boolean =>
  name !== '' && isPlainText(name) && !name.includes('+') && !WHITE_SPACE.test(name)
