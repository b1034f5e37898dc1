/**
 * A hub's card as one short line, to be read out, mailed or shown as a picture of dots.
 *
 *     cv1:5f3a91c0b7d24e66a1f0c9d3@/ip4/203.0.113.7/tcp/4001,/dns4/hub.example.org/tcp/4001
 *
 * A whole card is some seven hundred characters of base64. The line says where the hub can be
 * asked for it, and the first 96 bits of the hash of the signed card that will be the answer:
 * whoever answers there can show no other card, though they may well be somebody else. So it binds
 * as much as the card itself, and needs the hub to be up.
 */
import { toHex } from '#ledger/bytes.ts'
import { sha256 } from '#ledger/hash.ts'

export type MeetingCode = { fingerprint: string; addresses: string[] }

const FORM = /^cv1:([0-9a-f]{24})@(\/[^\s,@]{1,255}(?:,\/[^\s,@]{1,255})?)$/

/** The first 24 hex digits of a card's hash. `card`: the bytes that its log key signed. */
export const fingerprintOf = (card: Uint8Array): string => toHex(sha256(card)).slice(0, 24)

/** The code of a card whose hub can be reached at these addresses (two at most are said); null with none. */
export function codeOf(card: Uint8Array, addresses: readonly string[]): string | null {
  const said = addresses.filter((address) => FORM.test(`cv1:${'0'.repeat(24)}@${address}`)).slice(0, 2)
  return said.length === 0 ? null : `cv1:${fingerprintOf(card)}@${said.join(',')}`
}

/** Null for a text that is no code. */
export function parseCode(text: string): MeetingCode | null {
  const found = FORM.exec(text.trim())
  return found === null ? null : { fingerprint: found[1]!, addresses: found[2]!.split(',') }
}
