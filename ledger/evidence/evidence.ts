/**
 * Evidence: that a hub has said two things which cannot both be true, as a text that a person can mail
 * and anybody can check without asking anyone.
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
 *   E5  two orders that its order key signed for one slot of its chain
 *   E6  two votes of its vote key for different orders in one slot of a chain
 *
 * and three that convict only beside a log that the reader has (`evidence/beside.ts`):
 *
 *   E7  a record that its log holds and the rules refuse
 *   E8  value that it knew to be certified for it, and had not taken in a week later
 *   E9  a flag that it signed and that does not come out of the records it is about
 *
 * No line of it is believed: the head is what this file would write over the parts, byte for byte,
 * or the bundle is none. The genesis makes hubId, origin and log key follow from each other. What it
 * cannot show is that this is the hub one has in mind: the origin holds 32 bits of the hubId, which
 * somebody can meet on purpose within an hour. Whoever knows the hub's card compares all 256.
 */
import { fromBase64, toBase64, toHex, utf8 } from '../bytes.ts'
import { twoOrders, twoVotes } from './doubles.ts'
import { brokenReceipt, twoBeginnings, twoReceipts, twoRoots } from './histories.ts'
import { falseFlag, refusedRecord, withheldCredit } from './for-stewards.ts'
import { accusedBy, type EvidenceFault, type EvidenceKind, type Offence } from './offence.ts'
import type { Bound, Evidence, SignedOrderId, SignedVote, SlotIn } from './parts.ts'
import { encodeVkey, type NoteKey, SIGNATURE, withLinesOf } from '../note.ts'
import { encodeProof, parseProof } from '../proof.ts'

/** So that a bundle can stand in a record (`hub.frozen`). */
export const EVIDENCE_BYTES_MAX = 49_152

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
    case 'E5': return twoOrders(accused, evidence)
    case 'E6': return twoVotes(accused, evidence)
    case 'E7': return refusedRecord(accused, evidence)
    case 'E8': return withheldCredit(accused, evidence)
    case 'E9': return falseFlag(accused, evidence)
  }
}

/** The name of a file that holds a bundle: the hub, the kind, and the beginning of the offence's id. */
export const evidenceFileName = ({ origin, kind, id }: Pick<Offence, 'origin' | 'kind' | 'id'>): string =>
  `${origin.replace(/\/log$/, '')}-${kind}-${id.slice(0, 8)}.txt`

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
    case 'E1': case 'E5': case 'E6': case 'E9': return evidence
    case 'E2': return { ...evidence, first: bare(evidence.first), second: bare(evidence.second) }
    case 'E3': return { ...evidence, earlier: bare(evidence.earlier), later: bare(evidence.later) }
    case 'E4': case 'E7': {
      const parsed = parseProof(evidence.proof)
      return parsed === null ? evidence : { ...evidence, proof: encodeProof({ ...parsed, checkpoint: bare(parsed.checkpoint) }) }
    }
    // The line that dates what the accused knew is on the note of another log.
    case 'E8': return { ...evidence, later: bare(evidence.later) }
  }
}

// The text

const HEADER = 'cv-evidence@v1'

/** The names of the parts, in their order. */
const PARTS: Record<EvidenceKind, readonly string[]> = {
  E1: ['genesis', 'first receipt', 'second receipt'],
  E2: ['genesis', 'first checkpoint', 'second checkpoint'],
  E3: ['genesis', 'earlier checkpoint', 'later checkpoint', 'beginning of the later'],
  E4: ['genesis', 'receipt', 'record in its place'],
  E5: ['genesis', 'slot', 'first order', 'second order'],
  E6: ['genesis', 'card', 'slot', 'first vote', 'second vote'],
  E7: ['genesis', 'record', 'its place'],
  E8: ['genesis', 'card', 'source', 'order', 'certificate', 'its place', 'later checkpoint'],
  E9: ['genesis', 'card', 'flag'],
}

function write(evidence: Evidence, { kind, id, hubId, origin, guilty, shows }: Offence): string {
  const head = [
    HEADER, `kind ${kind}`, `hub ${origin}`, `hubId ${toHex(hubId)}`,
    `key ${encodeVkey(guilty.name, SIGNATURE, guilty.publicKey)}`, `id ${id}`, shows,
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
    case 'E5': return [genesis, slotLines(evidence.at), ...[evidence.first, evidence.second].map(orderLines)]
    case 'E6': {
      const card = lines(evidence.card, evidence.cardSignature)
      return [genesis, card, slotLines(evidence.at), ...[evidence.first, evidence.second].map(voteLines)]
    }
    case 'E7': return [genesis, lines(evidence.record), evidence.proof]
    case 'E8': {
      const { card, cardSignature, source, order, signature, certificate, proof, later } = evidence
      return [genesis, lines(card, cardSignature), lines(source), lines(order, signature), lines(certificate), proof, later]
    }
    case 'E9': {
      const { card, cardSignature, federation, flag, signature } = evidence
      return [genesis, lines(card, cardSignature), lines(federation, flag, signature)]
    }
  }
}

const lines = (...items: Uint8Array[]): string => items.map((item) => `${toBase64(item)}\n`).join('')
const boundLines = ({ receipt, leaf }: Bound): string => lines(receipt, leaf)
const slotLines = ({ federation, hub, slot }: SlotIn): string => `${lines(federation)}${hub}\n${slot}\n`
const orderLines = ({ order, signature }: SignedOrderId): string => lines(order, signature)
const voteLines = ({ epoch, order, signature }: SignedVote): string => `${epoch}\n${lines(order, signature)}`

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
  const [first, ...rest] = contents as string[]
  const genesis = readLines(first!)?.[0]
  return genesis === undefined ? null : readParts(kind, genesis, rest)
}

function readParts(kind: EvidenceKind, genesis: Uint8Array, [one = '', two = '', three = '', four = '', five = '', six = '']: string[]): Evidence | null {
  switch (kind) {
    case 'E1': {
      const first = readBound(one)
      const second = readBound(two)
      return first === null || second === null ? null : { kind, genesis, first, second }
    }
    case 'E2': return { kind, genesis, first: one, second: two }
    case 'E3': {
      const [root, ...proof] = readLines(three) ?? []
      return root === undefined ? null : { kind, genesis, earlier: one, later: two, root, proof }
    }
    case 'E4': {
      const bound = readBound(one)
      const border = two.indexOf('\n')
      const leaf = fromBase64(two.slice(0, Math.max(border, 0)))
      return bound === null || border < 0 || leaf === null ? null : { kind, genesis, bound, leaf, proof: two.slice(border + 1) }
    }
    case 'E5': {
      const at = readSlot(one)
      const first = readPair(two)
      const second = readPair(three)
      if (at === null || first === null || second === null) return null
      return { kind, genesis, at, first: signedOrderId(first), second: signedOrderId(second) }
    }
    case 'E6': {
      const card = readPair(one)
      const at = readSlot(two)
      const first = readVote(three)
      const second = readVote(four)
      if (card === null || at === null || first === null || second === null) return null
      return { kind, genesis, card: card[0], cardSignature: card[1], at, first, second }
    }
    case 'E7': {
      const [record] = readLines(one) ?? []
      return record === undefined ? null : { kind, genesis, record, proof: two }
    }
    case 'E8': {
      const card = readPair(one)
      const [source] = readLines(two) ?? []
      const order = readPair(three)
      const [certificate] = readLines(four) ?? []
      if (card === null || source === undefined || order === null || certificate === undefined) return null
      return {
        kind, genesis, card: card[0], cardSignature: card[1], source, order: order[0], signature: order[1], certificate, proof: five, later: six,
      }
    }
    case 'E9': {
      const card = readPair(one)
      const [federation, flag, signature] = readLines(two) ?? []
      if (card === null || federation === undefined || flag === undefined || signature === undefined) return null
      return { kind, genesis, card: card[0], cardSignature: card[1], federation, flag, signature }
    }
  }
}

function readBound(content: string): Bound | null {
  const pair = readPair(content)
  return pair === null ? null : { receipt: pair[0], leaf: pair[1] }
}

const signedOrderId = ([order, signature]: [Uint8Array, Uint8Array]): SignedOrderId => ({ order, signature })

function readSlot(content: string): SlotIn | null {
  const [encoded, hub, number, end] = content.split('\n')
  const federation = fromBase64(encoded ?? '')
  const slot = readNumber(number)
  return federation?.length !== 32 || hub === undefined || slot === null || end !== '' ? null : { federation, hub, slot }
}

function readVote(content: string): SignedVote | null {
  const border = content.indexOf('\n')
  const epoch = readNumber(content.slice(0, Math.max(border, 0)))
  const pair = readPair(content.slice(border + 1))
  return epoch === null || pair === null ? null : { epoch, ...signedOrderId(pair) }
}

/** A whole number in its one spelling. */
function readNumber(text: string | undefined): number | null {
  const value = /^(0|[1-9][0-9]{0,15})$/.test(text ?? '') ? Number(text) : null
  return value !== null && Number.isSafeInteger(value) ? value : null
}

function readPair(content: string): [Uint8Array, Uint8Array] | null {
  const [first, second] = readLines(content) ?? []
  return first === undefined || second === undefined ? null : [first, second]
}

/** Lines of base64, each with its newline. */
function readLines(content: string): Uint8Array[] | null {
  if (!content.endsWith('\n')) return null
  const items = content.slice(0, -1).split('\n').map(fromBase64)
  return items.includes(null) ? null : (items as Uint8Array[])
}
