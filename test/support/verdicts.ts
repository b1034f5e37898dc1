/**
 * What this ledger says of vectors, for wherever it runs: bundled with nothing but `ledger/`, it is asked in several
 * programs that run JavaScript, and all must say the same (`test/runtimes`).
 */
import { audit } from '#ledger/audit/audit.ts'
import { fromHex, toHex } from '#ledger/bytes.ts'
import { digestOf } from '#ledger/state/digest.ts'
import { openSeal, parseReceipt, parseRecord, verifyReceipt } from '#ledger/entry.ts'
import { readExport } from '#ledger/audit/export.ts'
import { type Verifier, verifyIn } from '#ledger/keys.ts'
import { replay } from '#ledger/ledger.ts'

/** A vector, or a log that was made for the test; binary is hex. */
export type Case =
  | { records: string[] }
  | { record: string; logKey?: undefined }
  | { logKey: string; hubId: string; seal: string }
  | { logKey: string; hubId: string; record: string; receipt: string }
  | { file: string }

/** Many vectors begin alike: one signature is verified once by each program, and all else is replayed each time. */
const verified = new Map<string, boolean>()
const once: Verifier = (publicKey, context, scope, payload, signature) => {
  const claim = [publicKey, scope, payload, signature].map(toHex).join(`/${context}/`)
  const known = verified.get(claim) ?? verifyIn(publicKey, context, scope, payload, signature)
  verified.set(claim, known)
  return known
}

const bytes = (hex: string): Uint8Array => fromHex(hex)!

/** One line a case: the digest, the refusal, or whether it holds. */
export const verdictsOn = (cases: Case[]): string[] => cases.map(verdictOn)

function verdictOn(one: Case): string {
  if ('records' in one) {
    const replayed = replay(one.records.map(bytes), once)
    if ('refusal' in replayed) return `${replayed.refusal.code} at ${replayed.seq}`
    return `${toHex(digestOf(replayed.state))} of ${replayed.size}`
  }
  if ('file' in one) {
    const { offence, root } = audit(readExport([bytes(one.file)]))
    return offence === null ? String(root) : `${offence.code} at ${offence.where} ${offence.seq}`
  }
  if ('seal' in one) return openSeal(bytes(one.seal), bytes(one.logKey), bytes(one.hubId)) === null ? 'no seal' : 'a seal'
  if ('receipt' in one) {
    const receipt = parseReceipt(bytes(one.receipt))
    return receipt !== null && verifyReceipt(receipt, bytes(one.record), bytes(one.logKey), bytes(one.hubId)) ? 'binds' : 'binds nobody'
  }
  const entry = parseRecord(bytes(one.record))
  return entry === null ? 'no record' : toHex(entry.leaf)
}

// A page that loads the bundle as a script finds it here.
Object.assign(globalThis, { verdictsOn })
