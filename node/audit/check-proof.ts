/**
 * ◆ `check-proof FILE`: checks a proof that a member kept, years later and without the hub: the file, and a policy
 * or a log's vkey, are all that is asked. It says that the hub recorded this, and who saw it; whether the rules
 * allowed it, an audit of the whole log says.
 *
 * Exit codes: 0 it holds; 1 it does not, or too few witnesses vouch for it; 2 it cannot be read.
 */
import { readFileSync } from 'node:fs'
import { fromUtf8, toHex } from '#ledger/bytes.ts'
import { judgeProof, type Known, knownFromKey, type ProofFinding } from '#ledger/audit/exhibit.ts'
import { parseProof } from '#ledger/proof.ts'
import { findingTexts } from './audit-table.ts'
import { readPolicyFile } from './policy-file.ts'
import { grouped, onOneLine } from '../progress.ts'

/** Whom to trust: a policy file, or the one log of a vkey. */
export type Trust = { policy?: string; vkey?: string }

export type CheckProofOptions = Trust & { json: boolean; out: (text: string) => void }

/** The command was told nothing, or too much, about whom to trust; or the file is not there. */
export class CheckProofError extends Error {
  readonly code = 'cannot-check'
  constructor(message: string) {
    super(message)
    this.name = 'CheckProofError'
  }
}

/** Checks one file, prints the answer, and answers the exit code. @throws CheckProofError or PolicyFileError. */
export function runCheckProof(file: string, { json, out, ...trust }: CheckProofOptions): 0 | 1 {
  const known = knownFrom(trust)
  const text = textIn(file) ?? ''
  const proved = judgeProof(text, known)
  const isAlone = known.policies.every(({ quorum }) => quorum === null)
  out(json ? `${JSON.stringify(jsonOf(file, text, proved), null, 2)}\n` : textOf(file, proved, isAlone))
  return proved.outcome === 'ok' ? 0 : 1
}

function knownFrom({ policy, vkey }: Trust): Known {
  if (policy !== undefined && vkey === undefined) return readPolicyFile(policy)
  if (vkey === undefined || policy !== undefined) {
    throw new CheckProofError(
      'say whom you trust: --policy FILE, which a hub prints with `npm run hub -- policy` and serves at /policy, or --vkey VKEY of its log',
    )
  }
  const known = knownFromKey(vkey)
  if (known === null || known.logs.length === 0) throw new CheckProofError('--vkey takes the vkey of a log: name+id+base64, of type 0x01')
  return known
}

function textIn(file: string): string | null {
  try {
    return fromUtf8(readFileSync(file))
  } catch (error) {
    throw new CheckProofError(`${file} cannot be read: ${(error as Error).message}`)
  }
}

function textOf(file: string, { outcome, code, signed, index, entry }: ProofFinding, isAlone: boolean): string {
  const isShown = outcome === 'ok' || code === 'quorum-missing'
  if (!isShown || signed === null || index === null) return `${file}: NOT IN ORDER: ${findingTexts[code ?? 'not-a-proof']}\n`
  const lines = [`${file}: entry ${grouped(Number(index))} of ${onOneLine(signed.origin)}, in its tree of ${grouped(Number(signed.size))}`]
  if (entry !== null) lines.push(`  ${entry.kind}, recorded ${timeOf(entry.ts)}, by account ${entry.acct}`)
  for (const { name, time } of signed.cosigners) lines.push(`  seen by ${onOneLine(name)}, ${timeOf(Number(time))}`)
  lines.push(`  ${conclusionOf(outcome === 'ok', isAlone)}`)
  return `${lines.join('\n')}\n`
}

function conclusionOf(isEnough: boolean, isAlone: boolean): string {
  if (isAlone) return 'in order: the log signed it; no witness was asked for, so it rests on the word of its hub'
  return isEnough
    ? 'in order: the log signed it, and as many witnesses as the policy asks for vouch for it'
    : 'NOT IN ORDER: the log signed it, and fewer witnesses than the policy asks for vouch for it'
}

function jsonOf(file: string, text: string, { outcome, code, signed, index, entry }: ProofFinding): object {
  const ok = outcome === 'ok'
  if (!ok && code !== 'quorum-missing') return { file, ok, because: code }
  return {
    file,
    ok,
    ...(ok ? {} : { because: code }),
    log: signed!.origin,
    index: Number(index),
    size: Number(signed!.size),
    record: toHex(parseProof(text)!.extra!),
    ...(entry === null ? {} : { kind: entry.kind, ts: entry.ts, acct: entry.acct }),
    cosigners: signed!.cosigners.map(({ name, time }) => ({ name, time: Number(time) })),
  }
}

/** `2026-11-29 13:20:05 UTC`; a time beyond what calendars write stays a number of seconds. */
function timeOf(seconds: number): string {
  if (seconds >= 8.64e12) return `second ${seconds}`
  return `${new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}
