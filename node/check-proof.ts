/**
 * ◆ `check-proof FILE`: checks a proof that a member kept, years later and without the hub: the file, and a policy
 * or a log's vkey, are all that is asked. It says that the hub recorded this, and who saw it; whether the rules
 * allowed it, an audit of the whole log says.
 *
 * Exit codes: 0 it holds; 1 it does not, or too few witnesses vouch for it; 2 it cannot be read.
 */
import { readFileSync } from 'node:fs'
import { fromUtf8, toHex } from '#ledger/bytes.ts'
import { type NoteSignature, parseVkey, SIGNATURE } from '#ledger/note.ts'
import type { Policy } from '#ledger/policy.ts'
import { checkProof, type KeptProof, logAlone, type ProofFault } from '#ledger/proof.ts'
import { readPolicyFile } from './policy-file.ts'
import { grouped, onOneLine } from './progress.ts'

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

const faults: Record<ProofFault['because'], string> = {
  'not-a-proof': 'this is no tlog-proof, or it has been altered or cut',
  'no-record': 'it does not hold the record it is about',
  'not-signed': 'its checkpoint is not signed by a log you trust, or it has been altered',
  'not-in-the-tree': 'the record is not in the tree that the log signed: one of the two has been altered',
  'other-entry': 'the record names another log or another number than the proof',
}

/** Checks one file, prints the answer, and answers the exit code. @throws CheckProofError or PolicyFileError. */
export function runCheckProof(file: string, { json, out, ...trust }: CheckProofOptions): 0 | 1 {
  const policy = policyFrom(trust)
  const text = textIn(file)
  const checked: KeptProof | ProofFault = text === null ? { ok: false, because: 'not-a-proof' } : checkProof(text, policy)
  out(json ? `${JSON.stringify(jsonOf(file, checked), null, 2)}\n` : textOf(file, checked, policy))
  return checked.ok && checked.satisfied ? 0 : 1
}

function policyFrom({ policy, vkey }: Trust): Policy {
  if (policy !== undefined && vkey === undefined) return readPolicyFile(policy)
  if (vkey === undefined || policy !== undefined) {
    throw new CheckProofError(
      'say whom you trust: --policy FILE, which a hub prints with `npm run hub -- policy` and serves at /policy, or --vkey VKEY of its log',
    )
  }
  const key = parseVkey(vkey)
  if (key?.type !== SIGNATURE) throw new CheckProofError('--vkey takes the vkey of a log: name+id+base64, of type 0x01')
  return logAlone(key)
}

function textIn(file: string): string | null {
  try {
    return fromUtf8(readFileSync(file))
  } catch (error) {
    throw new CheckProofError(`${file} cannot be read: ${(error as Error).message}`)
  }
}

function textOf(file: string, checked: KeptProof | ProofFault, { quorum }: Policy): string {
  if (!checked.ok) return `${file}: NOT IN ORDER: ${faults[checked.because]}\n`
  const { entry, index, size, log, cosigners, satisfied } = checked
  const lines = [`${file}: entry ${grouped(Number(index))} of ${onOneLine(log.name)}, in its tree of ${grouped(Number(size))}`]
  if (entry !== null) lines.push(`  ${entry.action.kind}, recorded ${timeOf(entry.ts)}, by account ${entry.action.acct}`)
  for (const { name, time } of cosigners) lines.push(`  seen by ${onOneLine(name)}, ${timeOf(Number(time))}`)
  lines.push(`  ${conclusionOf(satisfied, quorum === null)}`)
  return `${lines.join('\n')}\n`
}

function conclusionOf(satisfied: boolean, asksForNobody: boolean): string {
  if (asksForNobody) return 'in order: the log signed it; no witness was asked for, so it rests on the word of its hub'
  return satisfied
    ? 'in order: the log signed it, and as many witnesses as the policy asks for vouch for it'
    : 'NOT IN ORDER: the log signed it, and fewer witnesses than the policy asks for vouch for it'
}

function jsonOf(file: string, checked: KeptProof | ProofFault): object {
  if (!checked.ok) return { file, ok: false, because: checked.because }
  const { entry, index, size, log, cosigners, satisfied, record } = checked
  return {
    file,
    ok: satisfied,
    ...(satisfied ? {} : { because: 'quorum' }),
    log: log.name,
    index: Number(index),
    size: Number(size),
    record: toHex(record),
    ...(entry === null ? {} : { kind: entry.action.kind, ts: entry.ts, acct: entry.action.acct }),
    cosigners: cosigners.map(({ name, time }: NoteSignature) => ({ name, time: Number(time) })),
  }
}

/** `2026-11-29 13:20:05 UTC`; a time beyond what calendars write stays a number of seconds. */
function timeOf(seconds: number): string {
  if (seconds >= 8.64e12) return `second ${seconds}`
  return `${new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}
