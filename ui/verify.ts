/**
 * Does the hub's answer bind the hub? A receipt is its log key's signature over a group of records
 * that contains exactly the bytes this device asked for (`ledger/README.md`, receipts).
 *
 * The log key is taken from the hub's founding document and from nowhere else: the hub's id, which
 * this device has kept since it joined, is the hash of that document, so a hub cannot show one key
 * today and another tomorrow.
 */
import type { Hex } from '#ledger/action.ts'
import { equalBytes, fromBase64, fromHex, toHex } from '#ledger/bytes.ts'
import { parseGenesis, parseReceipt, parseRecord, verifyReceipt } from '#ledger/entry.ts'
import { sha256 } from '#ledger/hash.ts'
import type { ActAnswer } from '#protocol/api.ts'

/** The log key of the hub with this id; null when the document is not that hub's. */
export function logKeyFrom(genesis: string, hubId: Hex): Uint8Array | null {
  const bytes = fromBase64(genesis)
  if (bytes === null || toHex(sha256(bytes)) !== hubId) return null
  return parseGenesis(bytes)?.logKey ?? null
}

/**
 * True when the receipt binds the hub to a record at `seq` that holds exactly the body this device
 * sent.
 */
export function isBinding(
  answer: ActAnswer,
  body: string,
  logKey: Uint8Array,
  hubId: Hex,
): boolean {
  const [record, receiptBytes, sent] = [
    fromBase64(answer.record),
    fromBase64(answer.receipt),
    fromBase64(body),
  ]
  if (record === null || receiptBytes === null || sent === null) return false
  const entry = parseRecord(record)
  const receipt = parseReceipt(receiptBytes)
  if (entry === null || receipt === null || receipt.seq !== answer.seq) return false
  return equalBytes(entry.body, sent) && verifyReceipt(receipt, record, logKey, fromHex(hubId)!)
}
