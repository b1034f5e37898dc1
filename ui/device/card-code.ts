/**
 * Pure: a member's card as text. It is an address of the hub with, after its `#`, whose card it is and the key of a device behind
 * a PIN (`pin.ts`): format 1, account 32 bytes, public key 32, salt 16, nonce 24, sealed seed 48. What stands after `#` no browser
 * sends. The format says how hard a PIN is to try, since what is on paper cannot be sealed anew.
 */
import { concat, fromBase64, fromHex, toBase64, toHex } from '#ledger/bytes.ts'
import type { KeptDevice, SealedSeed } from './cabinet.ts'

export type Card = Pick<KeptDevice, 'acct' | 'publicKey'> & { seed: SealedSeed }

const MARK = '#card='
const FORMAT = 1
const SIZES = [32, 32, 16, 24, 48]

export const cardText = (address: string, { acct, publicKey, seed: { salt, nonce, bytes } }: Card): string =>
  `${address}${MARK}${toBase64(concat(Uint8Array.of(FORMAT), fromHex(acct)!, fromHex(publicKey)!, salt, nonce, bytes))}`

/** Null for a text that is no card. */
export function cardIn(text: string): Card | null {
  const [, code] = text.split(MARK)
  const all = code === undefined ? null : fromBase64(code)
  if (all?.length !== SIZES.reduce((sum, size) => sum + size, 1) || all[0] !== FORMAT) return null
  let from = 1
  const [acct, publicKey, salt, nonce, bytes] = SIZES.map((size) => all.slice(from, (from += size))) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array]
  return { acct: toHex(acct), publicKey: toHex(publicKey), seed: { salt, nonce, bytes } }
}
