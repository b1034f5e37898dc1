/**
 * Does the hub's answer bind the hub, and who else has seen it? A receipt is its log key's signature over a group of records
 * that contains exactly the bytes this device asked for (`ledger/README.md`, receipts).
 *
 * The log key is taken from the hub's founding document and from nowhere else: the hub's id, which
 * this device has kept since it joined, is the hash of that document, so a hub cannot show one key
 * today and another tomorrow. Which keys are the other cities' it learns from the hub's policy: a hub could invent
 * cities there. A proof that a member saved can be checked against another city's word on whose keys they are.
 */
import type { Hex } from '#ledger/action.ts'
import { equalBytes, fromBase64, fromHex, toHex, utf8 } from '#ledger/bytes.ts'
import { parseGenesis, parseReceipt, parseRecord, verifyReceipt } from '#ledger/entry.ts'
import { judgeProof, knownFromPolicy } from '#ledger/audit/exhibit.ts'
import { sha256 } from '#ledger/hash.ts'
import { SIGNATURE } from '#ledger/note.ts'
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

/** How many other cities have cosigned the tree an entry stands in, and whether that is a quorum with this one. */
export type Witnessed = { cities: number; isEnough: boolean }

/** What a proof shows of entry `seq` of this log; null when it does not hold. */
export function witnessedBy(
  proof: string,
  policyText: string,
  seq: number,
  log: { origin: string; logKey: Uint8Array },
): Witnessed | null {
  const known = knownFromPolicy(utf8(policyText))
  if ('because' in known) return null
  // The log's key is the one this device knows, whatever the policy says.
  const own = { name: log.origin, type: SIGNATURE, publicKey: log.logKey } as const
  const policies = known.policies.map((policy) => ({ ...policy, logs: [{ key: own, url: null }] }))
  const proved = judgeProof(proof, { ...known, logs: [own], policies })
  const holds = proved.outcome === 'ok' || proved.code === 'quorum-missing'
  if (!holds || proved.entry?.seq !== seq) return null
  const cities = new Set(proved.signed!.cosigners.map(({ name }) => name.slice(0, name.lastIndexOf('/'))))
  return { cities: cities.size, isEnough: proved.satisfied === true }
}
