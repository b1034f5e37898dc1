/** Everything of a member in one file: what the page shows of them to be read, what they can prove with, and a word about each. */
import { utf8 } from '#ledger/bytes.ts'
import { proofFileName, shortNameOf } from '#ledger/proof.ts'
import type { KeptReceipt } from '../device/cabinet.ts'
import { hubView } from './app.ts'
import { hub } from './hub-client.ts'
import { isProof, policyNow, proofOf, save } from './proofs.ts'

/** False when the hub did not answer. Proofs that there are none of yet are left out; the receipts are there all the same. */
export async function saveAllOfMine(receipts: readonly KeptReceipt[], readMe: string): Promise<boolean> {
  const { origin } = hubView.get()!
  const own = receipts.filter((one) => one.hub === origin)
  const [mine, balance, certificate, policy, proofs] = await Promise.all([
    hub.me(), hub.balance(), hub.certificate(), policyNow(), Promise.all(own.map((one) => proofOf(one.seq, one))),
  ])
  if (!mine.ok || !balance.ok || !certificate.ok) return false
  const name = shortNameOf(origin)
  const files: Record<string, string> = {
    'README.txt': readMe,
    'me.json': readable(mine.value),
    'balance.json': readable(balance.value),
    'certificate.json': readable(certificate.value.credential),
    'receipts.json': readable(own.map(({ seq, record, receipt }) => ({ seq, record, receipt }))),
    ...(policy.ok ? { [`${name}.policy`]: policy.value } : {}),
  }
  for (const { seq, text } of proofs.filter(isProof)) files[`proofs/${proofFileName(origin, seq)}`] = text
  const asBytes = Object.fromEntries(Object.entries(files).map(([path, text]) => [path, utf8(text)]))
  const { zipSync } = await import('fflate')
  save(`${name}-all.zip`, zipSync(asBytes), 'application/zip')
  return true
}

const readable = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`
