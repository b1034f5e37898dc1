/**
 * Evidence: that a hub has said two things which cannot both be true of one log, as a text that a
 * person can mail and anybody can check without asking anyone.
 *
 * Whoever holds two such statements holds the proof already, because both are signed; this file only
 * gives it one form. A bundle begins with lines for people, and everything after them is verbatim:
 *
 *     cv-evidence@v1
 *     kind E2
 *     hub cv.chengdu-5f3a91c0/log
 *     hubId 5f3a91c0…
 *     key cv.chengdu-5f3a91c0/log+…                 the guilty key, as a note verifier key
 *     id 9d0c…                                      names the offence, not this file
 *     This key signed two checkpoints of 42 records with different roots: …
 *
 *     == genesis
 *     <base64>
 *     == first checkpoint
 *     <the signed note, verbatim>
 *     == second checkpoint
 *     <the signed note, verbatim>
 *
 *   E1  two receipts for one number in one generation, over different records
 *   E2  two checkpoints of one size with different roots
 *   E3  two checkpoints, and the proof that the later is of a history with another beginning
 *   E4  a receipt, and the proof that another record stands at its number under a checkpoint
 *
 * No line of it is believed: the head is what this file would write over the parts, byte for byte,
 * or the bundle is none. The genesis makes hubId, origin and log key follow from each other. What it
 * cannot show is that this is the hub one has in mind: the origin holds 32 bits of the hubId, which
 * somebody can meet on purpose within an hour. Whoever knows the hub's card compares all 256.
 */
import type { Hex, Origin } from './action.ts'
import { compareBytes, equalBytes, fromBase64, toBase64, toHex, utf8 } from './bytes.ts'
import { type Checkpoint, openCheckpoint } from './checkpoint.ts'
import { CLOCK_TOLERANCE } from './cosigner.ts'
import { openSealed, originOf, parseGenesis, parseReceipt } from './entry.ts'
import { sha256 } from './hash.ts'
import { isAcceptableKey } from './keys.ts'
import { proveConsistency, type Tree, verifyConsistency } from './merkle.ts'
import { encodeVkey, type NoteKey, SIGNATURE, withLinesOf } from './note.ts'
import { encodeProof, parseProof, verifyProof } from './proof.ts'
import { big, bytesOf, encodeAs, fields, listOf, oneOf } from './schema.ts'

/** So that a bundle can stand in a record (`hub.frozen`). */
export const EVIDENCE_BYTES_MAX = 49_152

/**
 * A receipt (its bytes) and the leaf hash it is over. The record itself is not needed to convict, and
 * may hold what its author would not have mailed about.
 */
export type Bound = { receipt: Uint8Array; leaf: Uint8Array }

/** The parts of a bundle. Checkpoints are signed notes; lines of witnesses on them may stay. */
export type Evidence = { genesis: Uint8Array } & (
  | { kind: 'E1'; first: Bound; second: Bound }
  | { kind: 'E2'; first: string; second: string }
  /** `root`: of the first records of the later history, as many as the earlier checkpoint has. */
  | { kind: 'E3'; earlier: string; later: string; root: Uint8Array; proof: Uint8Array[] }
  /** `proof`: the tlog-proof that `leaf` stands where the receipt promised another record. */
  | { kind: 'E4'; bound: Bound; leaf: Uint8Array; proof: string }
)

export type EvidenceKind = Evidence['kind']

/** What a bundle proves. */
export type Offence = {
  kind: EvidenceKind
  /** Names what was done: the same for every bundle that shows it, whichever statement comes first. */
  id: Hex
  hubId: Uint8Array
  origin: Origin
  city: string
  /** The guilty key. */
  logKey: Uint8Array
  /** One sentence, in English, of what is shown. */
  shows: string
  /** A number before which both statements may agree; where the hub broke its word at the latest. */
  at: bigint
  /** The statements, as far as a restore could excuse one of them (`excuseFor`). */
  statements: ({ generation: number } | { note: string })[]
}

/** Why a text convicts nobody. */
export type EvidenceFault =
  | 'too-large' | 'unreadable' | 'bad-genesis' | 'bad-receipt' | 'bad-checkpoint' | 'bad-proof'
  | 'other-number' | 'other-generation' | 'other-size' | 'no-contradiction' | 'other-words'

export type EvidenceVerdict = { ok: true; evidence: Evidence; offence: Offence } | { ok: false; fault: EvidenceFault }

/**
 * Checks a bundle with nothing but itself. That the hub it names is the hub somebody knows is theirs
 * to compare: `offence.hubId` with the card's. Never throws.
 */
export function verifyEvidence(text: string): EvidenceVerdict {
  // Every character has a byte or more; counted first, so that no more than this is ever looked at.
  if (text.length > EVIDENCE_BYTES_MAX) return { ok: false, fault: 'too-large' }
  const evidence = parseEvidence(text)
  if (evidence === null) return { ok: false, fault: 'unreadable' }
  const offence = offenceOf(evidence)
  if (typeof offence === 'string') return { ok: false, fault: offence }
  const written = write(evidence, offence)
  if (utf8(written).length > EVIDENCE_BYTES_MAX) return { ok: false, fault: 'too-large' }
  // What the head says is said by us, or it is not this format: nobody vouches for other words.
  return written === text ? { ok: true, evidence, offence } : { ok: false, fault: 'other-words' }
}

/** The text of a bundle. @throws when its parts convict nobody, or do not fit. */
export function encodeEvidence(evidence: Evidence): string {
  const offence = offenceOf(evidence)
  if (typeof offence === 'string') throw new Error(`this is no evidence: ${offence}`)
  const text = write(evidence, offence)
  const verdict = verifyEvidence(text)
  if (!verdict.ok) throw new Error(`this evidence could not be read back: ${verdict.fault}`)
  return text
}

/** What these parts prove, or why nothing. Never throws. */
export function offenceOf(evidence: Evidence): Offence | EvidenceFault {
  const accused = accusedBy(evidence.genesis)
  if (accused === null) return 'bad-genesis'
  switch (evidence.kind) {
    case 'E1': return twoReceipts(accused, evidence.first, evidence.second)
    case 'E2': return twoRoots(accused, evidence.first, evidence.second)
    case 'E3': return twoBeginnings(accused, evidence)
    case 'E4': return brokenReceipt(accused, evidence)
  }
}

type Accused = Pick<Offence, 'hubId' | 'origin' | 'city' | 'logKey'>

/** The hub that this genesis founds. */
function accusedBy(genesis: Uint8Array): Accused | null {
  const parsed = parseGenesis(genesis)
  if (parsed === null || !isAcceptableKey(parsed.logKey)) return null
  const hubId = sha256(genesis)
  return { hubId, origin: originOf(parsed.name, toHex(hubId)), city: parsed.city, logKey: parsed.logKey }
}

function twoReceipts(accused: Accused, first: Bound, second: Bound): Offence | EvidenceFault {
  const one = opened(accused, first)
  const other = opened(accused, second)
  if (one === null || other === null) return 'bad-receipt'
  if (one.seq !== other.seq) return 'other-number'
  if (one.generation !== other.generation) return 'other-generation'
  if (equalBytes(first.leaf, second.leaf)) return 'no-contradiction'
  const { seq, generation } = one
  return offence(accused, 'E1', {
    numbers: [BigInt(generation), BigInt(seq)],
    hashes: [first.leaf, second.leaf].sort(compareBytes),
    at: BigInt(seq),
    // A restore begins another generation: within one, nothing excuses two records at one number.
    statements: [],
    shows: `This key sealed two different records as number ${seq} of its log, both in generation ${generation}: `
      + 'a log has one record at each number.',
  })
}

function twoRoots(accused: Accused, first: string, second: string): Offence | EvidenceFault {
  const one = signed(accused, first)
  const other = signed(accused, second)
  if (one === null || other === null) return 'bad-checkpoint'
  if (one.size !== other.size) return 'other-size'
  if (equalBytes(one.root, other.root)) return 'no-contradiction'
  return offence(accused, 'E2', {
    numbers: [one.size],
    hashes: [one.root, other.root].sort(compareBytes),
    at: one.size - 1n,
    statements: [{ note: first }, { note: second }],
    shows: `This key signed two checkpoints of ${one.size} records with different roots: `
      + 'it has shown two histories of the same length.',
  })
}

function twoBeginnings(
  accused: Accused, { earlier, later, root, proof }: Extract<Evidence, { kind: 'E3' }>,
): Offence | EvidenceFault {
  const one = signed(accused, earlier)
  const other = signed(accused, later)
  if (one === null || other === null) return 'bad-checkpoint'
  if (one.size >= other.size) return 'other-size'
  if (!verifyConsistency(one.size, other.size, proof, root, other.root)) return 'bad-proof'
  if (equalBytes(root, one.root)) return 'no-contradiction'
  return offence(accused, 'E3', {
    numbers: [one.size, other.size],
    hashes: [one.root, other.root],
    at: one.size - 1n,
    statements: [{ note: earlier }, { note: later }],
    shows: `This key signed a checkpoint of ${one.size} records, and one of ${other.size} records `
      + `whose first ${one.size} are not the same: what was signed first has been changed.`,
  })
}

function brokenReceipt(
  accused: Accused, { bound, leaf, proof }: Extract<Evidence, { kind: 'E4' }>,
): Offence | EvidenceFault {
  const receipt = opened(accused, bound)
  if (receipt === null) return 'bad-receipt'
  const parsed = parseProof(proof)
  // Words beside the proof are vouched for by nobody.
  if (parsed === null || parsed.extra !== undefined) return 'bad-proof'
  const proven = verifyProof(proof, leaf, accused.origin, accused.logKey)
  if (proven === null) return 'bad-proof'
  const { seq, generation } = receipt
  if (proven.index !== BigInt(seq)) return 'other-number'
  if (equalBytes(bound.leaf, leaf)) return 'no-contradiction'
  return offence(accused, 'E4', {
    numbers: [BigInt(generation), BigInt(seq)],
    hashes: [bound.leaf, leaf],
    at: BigInt(seq),
    statements: [{ generation }, { note: parsed.checkpoint }],
    shows: `This key gave a receipt for a record as number ${seq} of its log, and signed a checkpoint of `
      + `${proven.size} records in which another record stands there: what it promised to keep is gone.`,
  })
}

/** The number and generation that a receipt binds the hub to for this leaf. */
function opened({ hubId, origin, logKey }: Accused, { receipt, leaf }: Bound): { seq: number; generation: number } | null {
  const parsed = parseReceipt(receipt)
  const seal = parsed === null ? null : openSealed(parsed, leaf, logKey, hubId)
  return parsed === null || seal === null || seal.origin !== origin ? null : { seq: parsed.seq, generation: seal.generation }
}

const signed = ({ origin, logKey }: Accused, note: string): Checkpoint | null => openCheckpoint(note, origin, logKey)

const offenceSchema = fields({
  kind: oneOf('E1', 'E2', 'E3', 'E4'), hub: bytesOf(32), numbers: listOf(big, 2), hashes: listOf(bytesOf(32), 2),
})

function offence(
  accused: Accused, kind: EvidenceKind,
  { numbers, hashes, ...own }: { numbers: bigint[]; hashes: Uint8Array[] } & Pick<Offence, 'at' | 'statements' | 'shows'>,
): Offence {
  const named = encodeAs(offenceSchema, { kind, hub: accused.hubId, numbers, hashes })
  return { kind, id: toHex(sha256(utf8('cv/evidence\0'), named)), ...accused, ...own }
}

/** The name of a file that holds a bundle: the hub, the kind, and the beginning of the offence's id. */
export const evidenceFileName = ({ origin, kind, id }: Pick<Offence, 'origin' | 'kind' | 'id'>): string =>
  `${origin.replace(/\/log$/, '')}-${kind}-${id.slice(0, 8)}.txt`

// What a restore excuses

/** A `hub.restored` in the accused log: what it kept, the generation that begins there, and when it was recorded. */
export type Restore = { generation: number; size: number; ts: number }

/**
 * The restore that excuses this offence, or null. A hub that lost the end of its log and said so goes
 * on from the size it kept: what it had said above that before may be contradicted by what it says
 * since. Two statements from before, or two from since, are as much a lie as without a restore.
 *
 * A receipt names its generation. A checkpoint names none, but whoever cosigns it dates it, by another
 * clock than the hub's; one that nobody has cosigned may be of any time.
 *
 * `restores`: those in the log of the accused hub that others cosigned. `witnesses`: the keys whose
 * cosignatures count here; the accused hub's own never does. `log`: the tree of that log as far as it has been read;
 * a checkpoint of it that covers a restore is not from before that, whoever has dated it or not.
 */
export function excuseFor(
  { origin, logKey, at, statements: [one, other] }: Offence, restores: readonly Restore[], witnesses: readonly NoteKey[],
  log: Pick<Tree, 'size' | 'root'>,
): Restore | null {
  if (one === undefined || other === undefined) return null
  // A generation that this log never began was not its to promise in.
  const reached = Math.max(0, ...restores.map(({ generation }) => generation))
  if ([one, other].some((statement) => 'generation' in statement && statement.generation > reached)) return null
  const others = witnesses.filter(({ name }) => !name.startsWith(`${origin}/`))
  const mayBe = (when: 'before' | 'since', statement: Offence['statements'][number], { generation, size, ts }: Restore): boolean => {
    if ('generation' in statement) return (statement.generation < generation) === (when === 'before')
    const checkpoint = openCheckpoint(statement.note, origin, logKey, others)
    const covers = checkpoint !== null && checkpoint.size > BigInt(size) && checkpoint.size <= BigInt(log.size)
      && equalBytes(log.root(Number(checkpoint.size)), checkpoint.root)
    if (covers && when === 'before') return false
    const dates = checkpoint?.cosigners ?? []
    return dates.every(({ time }) => (time! + BigInt(CLOCK_TOLERANCE) < BigInt(ts)) === (when === 'before'))
  }
  return restores.find((restore) =>
    BigInt(restore.size) <= at
      && ((mayBe('before', one, restore) && mayBe('since', other, restore))
        || (mayBe('before', other, restore) && mayBe('since', one, restore)))) ?? null
}

// From two histories

/** A signed checkpoint, and the tree of the records behind it where the reader has them. */
export type Held = { note: string; tree: Pick<Tree, 'size' | 'root' | 'hashAt'> | null }

/**
 * The evidence in two checkpoints of the log that this genesis founds: E2 for one size, E3 where the
 * tree of the later one is at hand. Null when they agree, or nothing can be shown.
 */
export function evidenceFrom(genesis: Uint8Array, one: Held, other: Held): Evidence | null {
  const accused = accusedBy(genesis)
  const first = accused === null ? null : signed(accused, one.note)
  const second = accused === null ? null : signed(accused, other.note)
  if (first === null || second === null) return null
  if (first.size > second.size) return evidenceFrom(genesis, other, one)
  if (first.size === second.size) {
    return convicting({ kind: 'E2', genesis, first: one.note, second: other.note })
  }
  const size1 = Number(first.size)
  const size2 = Number(second.size)
  if (other.tree === null || other.tree.size < size2) return null
  const root = other.tree.root(size1)
  const proof = proveConsistency(other.tree, size1, size2)
  return convicting({ kind: 'E3', genesis, earlier: one.note, later: other.note, root, proof })
}

/**
 * The same evidence with the lines of its log and of these keys alone on its notes. What others wrote there proves
 * nothing, and whoever records a bundle need not take a stranger's words into their log.
 */
export function withWitnesses(evidence: Evidence, keys: readonly NoteKey[]): Evidence {
  const accused = accusedBy(evidence.genesis)
  if (accused === null) return evidence
  const all: NoteKey[] = [{ name: accused.origin, type: SIGNATURE, publicKey: accused.logKey }, ...keys]
  const bare = (note: string): string => withLinesOf(note, all) ?? note
  switch (evidence.kind) {
    case 'E1': return evidence
    case 'E2': return { ...evidence, first: bare(evidence.first), second: bare(evidence.second) }
    case 'E3': return { ...evidence, earlier: bare(evidence.earlier), later: bare(evidence.later) }
    case 'E4': {
      const parsed = parseProof(evidence.proof)
      return parsed === null ? evidence : { ...evidence, proof: encodeProof({ ...parsed, checkpoint: bare(parsed.checkpoint) }) }
    }
  }
}

const convicting = (evidence: Evidence): Evidence | null => (typeof offenceOf(evidence) === 'string' ? null : evidence)

// The text

const HEADER = 'cv-evidence@v1'

/** The names of the parts, in their order. */
const PARTS: Record<EvidenceKind, readonly string[]> = {
  E1: ['genesis', 'first receipt', 'second receipt'],
  E2: ['genesis', 'first checkpoint', 'second checkpoint'],
  E3: ['genesis', 'earlier checkpoint', 'later checkpoint', 'beginning of the later'],
  E4: ['genesis', 'receipt', 'record in its place'],
}

function write(evidence: Evidence, { kind, id, hubId, origin, logKey, shows }: Offence): string {
  const head = [
    HEADER, `kind ${kind}`, `hub ${origin}`, `hubId ${toHex(hubId)}`,
    `key ${encodeVkey(origin, SIGNATURE, logKey)}`, `id ${id}`, shows,
    'Check it with a program you trust, and compare the hubId with the one on the hub’s card.',
  ]
  const contents = contentsOf(evidence)
  const parts = PARTS[kind].map((name, i) => `== ${name}\n${contents[i]!}`)
  return `${head.join('\n')}\n\n${parts.join('')}`
}

/** What stands in each part, each ending in a newline. */
function contentsOf(evidence: Evidence): string[] {
  const genesis = lines(evidence.genesis)
  switch (evidence.kind) {
    case 'E1': return [genesis, boundLines(evidence.first), boundLines(evidence.second)]
    case 'E2': return [genesis, evidence.first, evidence.second]
    case 'E3': return [genesis, evidence.earlier, evidence.later, lines(evidence.root, ...evidence.proof)]
    case 'E4': return [genesis, boundLines(evidence.bound), lines(evidence.leaf) + evidence.proof]
  }
}

const lines = (...items: Uint8Array[]): string => items.map((item) => `${toBase64(item)}\n`).join('')
const boundLines = ({ receipt, leaf }: Bound): string => lines(receipt, leaf)

/** Reads the parts of a bundle without judging them; null for a text of another form. */
export function parseEvidence(text: string): Evidence | null {
  if (text.length > EVIDENCE_BYTES_MAX || !text.isWellFormed()) return null
  const [head, ...sections] = text.split(/^== /m)
  const [header, kindLine] = head!.split('\n')
  const kind = (Object.keys(PARTS) as EvidenceKind[]).find((one) => kindLine === `kind ${one}`)
  if (header !== HEADER || kind === undefined || sections.length !== PARTS[kind].length) return null
  const contents = sections.map((section, i) => {
    const title = `${PARTS[kind][i]!}\n`
    return section.startsWith(title) ? section.slice(title.length) : null
  })
  if (contents.includes(null)) return null
  const [first, second, third, fourth] = contents as string[]
  const genesis = readLines(first!)?.[0]
  return genesis === undefined ? null : readParts(kind, genesis, second!, third!, fourth ?? '')
}

function readParts(kind: EvidenceKind, genesis: Uint8Array, second: string, third: string, fourth: string): Evidence | null {
  switch (kind) {
    case 'E1': {
      const one = readBound(second)
      const other = readBound(third)
      return one === null || other === null ? null : { kind, genesis, first: one, second: other }
    }
    case 'E2': return { kind, genesis, first: second, second: third }
    case 'E3': {
      const [root, ...proof] = readLines(fourth) ?? []
      return root === undefined ? null : { kind, genesis, earlier: second, later: third, root, proof }
    }
    case 'E4': {
      const bound = readBound(second)
      const border = third.indexOf('\n')
      const leaf = fromBase64(third.slice(0, Math.max(border, 0)))
      return bound === null || border < 0 || leaf === null ? null : { kind, genesis, bound, leaf, proof: third.slice(border + 1) }
    }
  }
}

function readBound(content: string): Bound | null {
  const [receipt, leaf] = readLines(content) ?? []
  return receipt === undefined || leaf === undefined ? null : { receipt, leaf }
}

/** Lines of base64, each with its newline. */
function readLines(content: string): Uint8Array[] | null {
  if (!content.endsWith('\n')) return null
  const items = content.slice(0, -1).split('\n').map(fromBase64)
  return items.includes(null) ? null : (items as Uint8Array[])
}
