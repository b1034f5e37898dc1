/** ◆ A tlog-policy in a file, for the commands that are told whom to trust; and its faults in words. */
import { readFileSync } from 'node:fs'
import { utf8 } from '#ledger/bytes.ts'
import { type Known, knownFromPolicy } from '#ledger/audit/exhibit.ts'
import type { PolicyFaultCode } from '#ledger/policy.ts'

/** A policy that cannot be used; `message` says which line of which file, and why. */
export class PolicyFileError extends Error {
  readonly code = 'bad-policy'
  constructor(message: string) {
    super(message)
    this.name = 'PolicyFileError'
  }
}

const words: Record<PolicyFaultCode, string> = {
  'control-character': 'there is a control character, other than tab and newline',
  'not-ended': 'the last line does not end in a newline',
  'too-large': 'the file is too large',
  'unknown-keyword': 'a line begins with log, witness, group, quorum or #',
  'wrong-items': 'too few or too many items for this kind of line',
  'bad-key': 'this is no vkey of an Ed25519 key (name+id+base64)',
  'wrong-key-type': 'this vkey is of the other kind: logs sign with type 0x01, witnesses with type 0x04',
  'key-twice': 'this public key stands in a line before',
  'name-taken': 'this name is taken by a line before, or is none',
  'unknown-name': 'no line before defines this name',
  'member-twice': 'a name is a member of one group at most',
  'bad-threshold': 'any, all, or a number from 1 to as many as there are members',
  'quorum-twice': 'there is a quorum line already',
  'quorum-missing': 'there is no quorum line',
}

/** @throws PolicyFileError, also when the file cannot be read. */
export function readPolicyFile(path: string): Known {
  let bytes: Uint8Array
  try {
    bytes = readFileSync(path)
  } catch (error) {
    throw new PolicyFileError(`${path} cannot be read: ${(error as Error).message}`)
  }
  return policyIn(bytes, path)
}

/** The text, if it is that of a policy. @throws PolicyFileError */
export function policyText(text: string): string {
  policyIn(utf8(text), 'the policy')
  return text
}

function policyIn(bytes: Uint8Array, name: string): Known {
  const known = knownFromPolicy(bytes)
  if (!('because' in known)) return known
  throw new PolicyFileError(`${name}, line ${known.line}: ${words[known.because]}`)
}
