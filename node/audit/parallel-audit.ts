/**
 * ◆ An audit on every core: the log is replayed here while the signatures in it are verified in a pool.
 *
 * The replay takes every signature for true and goes on; what the pool says comes later. If all turn out true,
 * the verdict stands as it is. If one does not, the log is read again with an audit that is told so at that very
 * signature, and what it then says is the verdict. So the offence that is named, its place and every count are
 * those of the audit that verifies one signature after the other: it is the same function, given the same answers.
 */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises'
import { openAudit, type Verdict } from '#ledger/audit/audit.ts'
import { notingIn, type SignatureClaim } from '#ledger/claims.ts'
import type { Piece } from '#ledger/audit/export.ts'
import type { Verifier } from '#ledger/keys.ts'
import type { VerifierPool } from '../signatures/verifier-pool.ts'

/** Claims handed over at once; then the loop has its turn, so that the workers' answers are heard. */
const CLAIMS_PER_TURN = 512
/** The replay waits when it is so far ahead: what is not verified yet is kept in memory. */
const TURNS_AHEAD_MAX = 8

/** The log was not the same when it was read again. */
export class LogChanged extends Error {
  constructor() {
    super('it changed while it was read: audit it again')
  }
}

/**
 * Audits one log, as `audit` of `ledger/audit/audit.ts` does. `read` begins at the first piece each time it is called,
 * and is called a second time only if a signature is false. `onProgress` hears the number of entries replayed.
 * @throws LogChanged, and whatever the pool rejects with: then there is no verdict.
 */
export async function auditInPool(
  read: () => Iterable<Piece>, pool: Pick<VerifierPool, 'verify'>, onProgress?: (entries: number) => void,
): Promise<Verdict> {
  const trusting = await auditTrusting(read(), pool, onProgress)
  if (trusting.verdict !== null) return trusting.verdict
  const audit = openAudit(sayingNoTo(trusting.falseAt))
  for (const piece of read()) if (!audit.take(piece)) break
  const verdict = audit.verdict()
  if (verdict.offence === null) throw new LogChanged()
  return verdict
}

/** The verdict if every signature holds, else which is the first that does not, counted as they are asked about. */
type Trusting = { verdict: Verdict } | { verdict: null; falseAt: number }

async function auditTrusting(
  source: Iterable<Piece>, pool: Pick<VerifierPool, 'verify'>, onProgress?: (entries: number) => void,
): Promise<Trusting> {
  const noted: SignatureClaim[] = []
  const falseOnes: number[] = []
  const underWay: Promise<void>[] = []
  let submitted = 0

  const submit = (): void => {
    const first = submitted
    const claims = noted.splice(0)
    submitted += claims.length
    const judged = pool.verify(claims).then((verdicts) => {
      const at = verdicts.indexOf(false)
      if (at >= 0) falseOnes.push(first + at)
    })
    // Whoever waits for it hears why it failed; until then nobody is to call it unheard.
    judged.catch(() => {})
    underWay.push(judged)
  }

  const audit = openAudit(notingIn(noted))
  for (const piece of source) {
    if (!audit.take(piece)) break
    if (noted.length < CLAIMS_PER_TURN) continue
    submit()
    onProgress?.(audit.entries)
    await turnOfTheLoop()
    while (underWay.length > TURNS_AHEAD_MAX) await underWay.shift()
    // Nothing behind a false signature can be the first offence; something before it can.
    if (falseOnes.length > 0) break
  }
  submit()
  await Promise.all(underWay)
  if (falseOnes.length > 0) return { verdict: null, falseAt: Math.min(...falseOnes) }
  const verdict = audit.verdict()
  onProgress?.(verdict.entries)
  return { verdict }
}

/** Takes the first `nth` signatures it is asked about for true, and the next for false. */
function sayingNoTo(nth: number): Verifier {
  let asked = 0
  return () => asked++ !== nth
}
