/**
 * Trust policies (C2SP tlog-policy): a text file that says whose word about a log is enough.
 *
 *     # Lisbon, when two of the other three cities have replayed it
 *     log cv.lisbon-0c9f2a11/log+5b1f02d9+AT2…
 *     witness coimbra cv.coimbra-8d20aa17/log/audit+c1e93b44+BHk…
 *     witness porto cv.porto-77aa01fe/log/audit+0b1c9d2e+BOa…
 *     witness braga cv.braga-1f00c3d5/log/audit+9a8b7c6d+BLx…
 *     group others 2 coimbra porto braga
 *     quorum others
 *
 * A checkpoint is accepted when one of the logs signed it and the quorum cosigned it. A group counts when
 * `any`, `all` or so many of its members do, each of them a witness or another group; every name stands in one
 * group at most, so nobody counts twice. `quorum none` asks for no cosignature.
 *
 * The file is octets: names are compared byte by byte, whatever alphabet they are in. Whoever trusts by such a
 * file must be able to rely on all of it, so a line that cannot be read refuses the file, by its number.
 */
import { fromUtf8, toHex } from './bytes.ts'
import { type Checkpoint, openAnyCheckpoint } from './checkpoint.ts'
import { auditorOf, cosignerOf } from './cosigner.ts'
import { type FederationDocument, quorum } from './federation/federation.ts'
import {
  COSIGNATURE, encodeVkey, isBy, type NoteKey, type NoteSignature, parseVkey, SIGNATURE,
} from './note.ts'

/** `url`: where the log or the witness may be asked; nothing is judged by it. */
export type KnownLog = { key: NoteKey; url: string | null }
export type KnownWitness = { name: string; key: NoteKey; url: string | null }

/** What has to be so before a checkpoint counts as witnessed: a cosignature, or `atLeast` of these. */
export type Requirement = { name: string } & ({ witness: NoteKey } | { atLeast: number; of: Requirement[] })

/** `quorum` is null where the file says `none`. */
export type Policy = { logs: KnownLog[]; witnesses: KnownWitness[]; quorum: Requirement | null }

/** Why a file is no policy, and in which line, the first being 1. */
export type PolicyFault = { line: number; because: PolicyFaultCode }

export type PolicyFaultCode =
  | 'control-character' // other than tab and newline
  | 'not-ended' // the last line has no newline
  | 'too-large' // more bytes than POLICY_BYTES_MAX
  | 'unknown-keyword' // none of log, witness, group, quorum
  | 'wrong-items' // too few or too many for this keyword
  | 'bad-key' // no vkey of an Ed25519 key
  | 'wrong-key-type' // a witness's key for a log, or the other way round
  | 'key-twice' // two logs or two witnesses with one public key
  | 'name-taken' // by a witness or group before, or `none`
  | 'unknown-name' // not defined before this line, or `none` as a member
  | 'member-twice' // it stands in a group already
  | 'bad-threshold' // neither any, all, nor a number from 1 to as many as there are members
  | 'quorum-twice'
  | 'quorum-missing'

/** Far beyond the 32 logs, 32 witnesses and 32 groups that everybody should be able to read. */
export const POLICY_BYTES_MAX = 1 << 20

/** Reads a policy file. Never throws. */
export function parsePolicy(file: Uint8Array): Policy | PolicyFault {
  if (file.length > POLICY_BYTES_MAX) return { line: 1, because: 'too-large' }
  const lines = octets(file).split('\n')
  const ending = lines.pop()
  const reader = new Reader()
  for (const [i, text] of lines.entries()) {
    const because = reader.take(text)
    if (because !== null) return { line: i + 1, because }
  }
  const last = lines.length + 1
  if (ending !== '') return { line: last, because: 'not-ended' }
  return reader.policy() ?? { line: last, because: 'quorum-missing' }
}

export const isPolicy = (read: Policy | PolicyFault): read is Policy => 'quorum' in read

/** True when these cosigners are enough. Whether a log of the policy signed is another question. */
export function satisfies({ quorum }: Policy, cosigners: readonly NoteSignature[]): boolean {
  if (quorum === null) return true
  // Groups may be nested as deep as the file is long: each stands here before its members, and is judged after them.
  const all: Requirement[] = [quorum]
  for (const asked of all) if ('of' in asked) for (const member of asked.of) all.push(member)
  const met = new Set<Requirement>()
  for (const asked of all.reverse()) {
    const isMet = 'witness' in asked
      ? cosigners.some((signature) => isBy(signature, asked.witness))
      : asked.of.filter((member) => met.has(member)).length >= asked.atLeast
    if (isMet) met.add(asked)
  }
  return met.has(quorum)
}

/** A checkpoint of a log that the policy knows; `cosigners` are its witnesses that vouch for it. */
export type Judged = Checkpoint & { log: NoteKey; cosigners: NoteSignature[]; satisfied: boolean }

/**
 * Judges a signed checkpoint of whatever log, its extension lines included. Null unless a log of the policy
 * signed it under the checkpoint's origin, and every line of a key that the policy names verifies. `logs` stands
 * in for those of the file where the log is known otherwise.
 */
export function judgeCheckpoint(
  policy: Policy, noteText: string, logs: readonly NoteKey[] = policy.logs.map(({ key }) => key),
): Judged | null {
  const origin = noteText.slice(0, noteText.indexOf('\n'))
  const witnesses = policy.witnesses.map(({ key }) => key)
  for (const log of logs.filter(({ name }) => name === origin)) {
    const opened = openAnyCheckpoint(noteText, origin, log.publicKey, witnesses)
    if (opened === null) continue
    const { size, root, cosigners } = opened
    return { origin, size, root, log, cosigners, satisfied: satisfies(policy, cosigners) }
  }
  return null
}

/**
 * The policy by which a hub of a federation wants to be judged: its own key, and of the other members as many
 * as make a quorum together with it, both as plain and as auditing cosigners. A hub alone has nobody to ask for.
 * The text is the file; witnesses are called by the names of their keys.
 */
export function policyOf(origin: string, logKey: Uint8Array, document: FederationDocument | null): string {
  const others = document?.members.map(({ card }) => card).filter((card) => card.origin !== origin) ?? []
  const lines = [
    `# Whoever checks ${origin} by this file trusts these keys. Compare them with what another city prints.`,
    `log ${encodeVkey(origin, SIGNATURE, logKey)}`,
  ]
  const needed = quorum(others.length + 1) - 1
  if (needed === 0) return `${[...lines, 'quorum none'].join('\n')}\n`

  const groups = { seen: others.map(cosignerOf), audited: others.map(auditorOf) }
  for (const { name, type, publicKey } of Object.values(groups).flat()) {
    lines.push(`witness ${name} ${encodeVkey(name, type, publicKey)}`)
  }
  for (const [group, keys] of Object.entries(groups)) {
    lines.push(`group ${group} ${needed} ${keys.map(({ name }) => name).join(' ')}`)
  }
  return `${[...lines, 'group need all seen audited', 'quorum need'].join('\n')}\n`
}

/** Takes one line after the other, and says what is wrong with the first that is. */
class Reader {
  readonly #logs: KnownLog[] = []
  readonly #witnesses: KnownWitness[] = []
  /** Public keys as hex. */
  readonly #logKeys = new Set<string>()
  readonly #witnessKeys = new Set<string>()
  readonly #named = new Map<string, Requirement>()
  readonly #inAGroup = new Set<string>()
  #quorum: Requirement | null | undefined

  take(line: string): PolicyFaultCode | null {
    if (/[^\t\x20-\x7e\x80-\xff]/.test(line)) return 'control-character'
    const [keyword, ...items] = line.split(/[\t ]+/).filter((item) => item !== '')
    if (keyword === undefined || keyword.startsWith('#')) return null
    switch (keyword) {
      case 'log': return this.#log(items)
      case 'witness': return this.#witness(items)
      case 'group': return this.#group(items)
      case 'quorum': return this.#quorumOf(items)
      default: return 'unknown-keyword'
    }
  }

  policy(): Policy | null {
    if (this.#quorum === undefined) return null
    return { logs: this.#logs, witnesses: this.#witnesses, quorum: this.#quorum }
  }

  #log([vkey, url, ...rest]: string[]): PolicyFaultCode | null {
    if (vkey === undefined || rest.length > 0) return 'wrong-items'
    const key = keyOf(vkey, SIGNATURE, this.#logKeys)
    if (typeof key === 'string') return key
    this.#logs.push({ key, url: url === undefined ? null : shown(url) })
    return null
  }

  #witness([name, vkey, url, ...rest]: string[]): PolicyFaultCode | null {
    if (name === undefined || vkey === undefined || rest.length > 0) return 'wrong-items'
    if (this.#isTaken(name)) return 'name-taken'
    const key = keyOf(vkey, COSIGNATURE, this.#witnessKeys)
    if (typeof key === 'string') return key
    this.#witnesses.push({ name: shown(name), key, url: url === undefined ? null : shown(url) })
    this.#named.set(name, { name: shown(name), witness: key })
    return null
  }

  #group([name, threshold, ...members]: string[]): PolicyFaultCode | null {
    if (name === undefined || threshold === undefined || members.length === 0) return 'wrong-items'
    if (this.#isTaken(name)) return 'name-taken'
    const atLeast = countOf(threshold, members.length)
    if (atLeast === null) return 'bad-threshold'
    const of: Requirement[] = []
    for (const member of members) {
      const known = this.#named.get(member)
      if (known === undefined) return 'unknown-name'
      if (this.#inAGroup.has(member)) return 'member-twice'
      this.#inAGroup.add(member)
      of.push(known)
    }
    this.#named.set(name, { name: shown(name), atLeast, of })
    return null
  }

  #quorumOf([name, ...rest]: string[]): PolicyFaultCode | null {
    if (name === undefined || rest.length > 0) return 'wrong-items'
    if (this.#quorum !== undefined) return 'quorum-twice'
    const known = name === NONE ? null : this.#named.get(name)
    if (known === undefined) return 'unknown-name'
    this.#quorum = known
    return null
  }

  #isTaken(name: string): boolean {
    return name === NONE || this.#named.has(name)
  }
}

const NONE = 'none'

/** The key of a vkey, which is then known, or why it may not stand here. Two names for one public key are one key. */
function keyOf(vkey: string, type: NoteKey['type'], known: Set<string>): NoteKey | PolicyFaultCode {
  const key = parseVkey(shown(vkey))
  if (key === null) return 'bad-key'
  if (key.type !== type) return 'wrong-key-type'
  const publicKey = toHex(key.publicKey)
  if (known.has(publicKey)) return 'key-twice'
  known.add(publicKey)
  return key
}

function countOf(threshold: string, members: number): number | null {
  if (threshold === 'any') return 1
  if (threshold === 'all') return members
  if (!/^[1-9][0-9]{0,5}$/.test(threshold)) return null
  const count = Number(threshold)
  return count <= members ? count : null
}

/** One character an octet, so that names are compared as what they are. */
function octets(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return text
}

/** The same octets as people read them: UTF-8 if they are that, else as they came. */
function shown(item: string): string {
  return fromUtf8(Uint8Array.from(item, (octet) => octet.charCodeAt(0))) ?? item
}
