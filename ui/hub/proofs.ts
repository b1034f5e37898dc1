/**
 * Proofs to keep: for an entry, one file that shows years later, without the hub, that it was recorded and which
 * cities saw it (C2SP tlog-proof). Nothing is shown or saved that does not verify here first.
 */
import { equalBytes, fromBase64, utf8 } from '#ledger/bytes.ts'
import { parseProof, proofFileName, shortNameOf } from '#ledger/proof.ts'
import type { HubView } from '#protocol/api.ts'
import { hubView } from './app.ts'
import { type EvidenceFile, evidenceOf } from '../device/broken-receipt.ts'
import type { KeptReceipt } from '../device/cabinet.ts'
import { type Answer, hub } from './hub-client.ts'
import { ownLogKey } from './receipts.ts'
import { type Witnessed, witnessedBy } from '../device/verify.ts'

/** A proof that holds: its file, and who has seen the entry. */
export type Proof = Witnessed & { seq: number; text: string }

/** The log has another record there than this device was promised; the file proves it to anybody. */
export type Broken = { evidence: EvidenceFile }

/** `later`: no checkpoint covers the entry yet, it takes a minute; `bad`: the hub's proof does not hold. */
export type ProofAnswer = Proof | Broken | 'later' | 'bad' | 'unreachable'

export const isProof = (answer: ProofAnswer | null): answer is Proof =>
  typeof answer === 'object' && answer !== null && 'text' in answer
export const isBroken = (answer: ProofAnswer | null): answer is Broken =>
  typeof answer === 'object' && answer !== null && 'evidence' in answer

/** What this device has kept of an entry: the record as it should be, and the hub's receipt for it. */
export type Promised = Pick<KeptReceipt, 'record' | 'receipt'>

/** Proofs that can say no more: as many cities have seen them as the federation of that version asks for. */
const complete = new Map<string, Proof>()

/** The version of the federation's document, which says whom to ask; 0 without a federation. */
export const versionOf = (view: HubView | null): number => view?.federation?.version ?? 0

/** The proof of an entry of this hub, laid beside what was promised, when this device has kept that. */
export async function proofOf(seq: number, promised?: Promised): Promise<ProofAnswer> {
  const key = `${versionOf(hubView.get())} ${seq}`
  const known = complete.get(key)
  const kept = promised === undefined ? null : fromBase64(promised.record)
  if (known !== undefined && holds(known.text, kept)) return known
  const view = hubView.get()
  const logKey = view === null ? null : await ownLogKey(view.hubId)
  if (view === null || logKey === null) return 'unreachable'
  const [proof, policy] = await Promise.all([hub.proof(seq), policyNow()])
  if (!proof.ok) return isNotFound(proof) ? 'later' : 'unreachable'
  if (!policy.ok) return 'unreachable'
  const witnessed = witnessedBy(proof.value, policy.value, seq, { origin: view.origin, logKey })
  if (witnessed === null) return 'bad'
  if (!holds(proof.value, kept)) return promised === undefined ? 'bad' : brokenBy(promised, proof.value)
  const answer = { ...witnessed, seq, text: proof.value }
  if (witnessed.isEnough) complete.set(key, answer)
  return answer
}

async function brokenBy(promised: Promised, proof: string): Promise<ProofAnswer> {
  const founded = await hub.genesis()
  if (!founded.ok) return 'unreachable'
  const evidence = evidenceOf(promised, proof, founded.value.genesis)
  return evidence === null ? 'bad' : { evidence }
}

/** Whether the file holds the record this device has kept, if it has kept one. */
function holds(text: string, kept: Uint8Array | null): boolean {
  const inside = parseProof(text)?.extra
  return inside !== undefined && (kept === null || equalBytes(inside, kept))
}

const isNotFound = (answer: Answer<string>): boolean =>
  !answer.ok && answer.problem.from === 'door' && answer.problem.code === 'not-found'

let policy: { version: number; answer: Promise<Answer<string>> } | null = null

/** Whom to ask changes only with the federation's document. */
export async function policyNow(): Promise<Answer<string>> {
  const version = versionOf(hubView.get())
  if (policy?.version !== version) policy = { version, answer: hub.policy() }
  const answer = await policy.answer
  if (!answer.ok) policy = null
  return answer
}

/** Hands the file to the browser, to be kept where the member keeps files. */
export function saveProof({ seq, text }: Proof): void {
  save(proofFileName(hubView.get()!.origin, seq), utf8(text), 'text/plain')
}

/** The same with the evidence that the hub broke its word. */
export function saveEvidence({ evidence: { name, text } }: Broken): void {
  save(name, utf8(text), 'text/plain')
}

/** How many proofs were saved, and of how many steps there is none to save yet. */
export type Saved = { saved: number; left: number }

/** Saves every proof there is of the receipts this device keeps of this hub, with the policy, as one zip file. */
export async function saveAllProofs(receipts: readonly KeptReceipt[]): Promise<Saved | null> {
  const { origin } = hubView.get()!
  const own = receipts.filter((one) => one.hub === origin)
  const [trust, answers] = await Promise.all([
    policyNow(),
    Promise.all(own.map((one) => proofOf(one.seq, one))),
  ])
  const proofs = answers.filter(isProof)
  if (!trust.ok || proofs.length === 0) return null
  const name = shortNameOf(origin)
  const files = Object.fromEntries(proofs.map(({ seq, text }) => [proofFileName(origin, seq), utf8(text)]))
  const { zipSync } = await import('fflate')
  save(`${name}.zip`, zipSync({ ...files, [`${name}.policy`]: utf8(trust.value) }), 'application/zip')
  return { saved: proofs.length, left: own.length - proofs.length }
}

export function save(name: string, bytes: Uint8Array, type: string): void {
  const address = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // Some browsers read it only after the click has ended.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
