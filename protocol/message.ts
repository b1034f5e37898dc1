/**
 * What hubs say to each other: closed unions of requests and answers, one pair for each stream
 * protocol.
 *
 * A message is a positional CBOR array (ledger/codec.ts) whose first item says which one it is; one
 * stream carries one request and one answer. What is signed inside (cards, documents, orders,
 * votes, notes) travels as the bytes that were signed and is read by its own parser: here are only
 * shapes and sizes. The parse functions answer null to everything else, and what they return needs
 * no second look at its form.
 *
 *   /cv/hello/1    open to strangers: cards, and how a federation is founded and grows
 *   /cv/log/1      members: how long a log is, and its records
 *   /cv/witness/1  members: C2SP tlog-witness add-checkpoint; the request is that text itself
 *   /cv/settle/1   members: votes on orders, certificates, and what the other has seen of us
 *   /cv/evidence/1 members: what is held against whom, and the bundles themselves
 */
import { orderEvidence, type OrderEvidence, voteSchema } from '#ledger/action.ts'
import {
  big, bytesOf, bytesUpTo, decodeAs, encodeAs, fields, flag, hexOf, type Infer, listOf, literal, nullable,
  oneOf, peekKind, type Schema, textUpTo, uint, viewUpTo,
} from '#ledger/schema.ts'
import {
  ACTIVATIONS_MAX, BUNDLES_LISTED_MAX, BUNDLE_BYTES_MAX, CARD_BYTES_MAX, CLOSINGS_MAX,
  DOCUMENT_BYTES_MAX, EVIDENCE_MAX, NOTE_BYTES_MAX, ORDER_BYTES_MAX, PROOF_BYTES_MAX,
  QUOTE_BYTES_MAX, RECORDS_PER_PAGE_MAX, RECORD_BYTES_MAX, REPORT_BYTES_MAX, VOTERS_MAX,
} from './limits.ts'

type Row = readonly [number: number, shape: Record<string, Schema<unknown>>]
type Rows = Record<string, Row>

/** The messages of a table of rows: the row's name as `type`, and its fields. */
export type Message<R extends Rows> = {
  [K in keyof R & string]: { type: K } & { [F in keyof R[K][1]]: Infer<R[K][1][F]> }
}[keyof R & string]

/**
 * Reads and writes the messages of one table. `parse` is null for anything `encode` would not have
 * written.
 */
export type Messages<R extends Rows> = {
  encode(message: Message<R>): Uint8Array
  parse(bytes: Uint8Array): Message<R> | null
}

function messages<const R extends Rows>(rows: R): Messages<R> {
  type Read = Schema<Record<string, unknown>>
  const byName = new Map<string, { number: number; schema: Read }>()
  const byNumber = new Map<number, { type: string; schema: Read }>()
  for (const [type, [number, shape]] of Object.entries(rows)) {
    if (byNumber.has(number)) throw new Error(`two messages share the number ${number}`)
    const schema = fields({ tag: literal(number), ...shape }) as unknown as Read
    byName.set(type, { number, schema })
    byNumber.set(number, { type, schema })
  }
  return {
    encode({ type, ...own }) {
      const { number, schema } = byName.get(type)!
      return encodeAs(schema, { tag: number, ...own })
    },
    parse(bytes) {
      const tag = peekKind(bytes)
      const row = tag === null ? undefined : byNumber.get(tag)
      const found = row === undefined ? null : decodeAs(row.schema, bytes)
      if (row === undefined || found === null) return null
      const { tag: _, ...own } = found
      return { type: row.type, ...own } as Message<R>
    },
  }
}

const origin = textUpTo(64)
const card = bytesUpTo(CARD_BYTES_MAX)
const document = bytesUpTo(DOCUMENT_BYTES_MAX)
const note = bytesUpTo(NOTE_BYTES_MAX)
const order = bytesUpTo(ORDER_BYTES_MAX)
const record = bytesUpTo(RECORD_BYTES_MAX)

const signature = fields({ hub: uint, signature: bytesOf(64) })
const signatures = listOf(signature, VOTERS_MAX)
/** A hub's signature under a document, by its place among those who can sign it (ledger, `signersOf`). */
export type DocumentSignature = Infer<typeof signature>

const signedReport = fields({ report: bytesUpTo(REPORT_BYTES_MAX), signature: bytesOf(64) })
export type SignedReport = Infer<typeof signedReport>

const evidence = listOf(orderEvidence, EVIDENCE_MAX)
/** A report with what proves each of its claims. */
export type ProvedReport = SignedReport & { evidence: OrderEvidence[] }

const reports = listOf(signedReport, VOTERS_MAX)
const certificate = fields({
  epoch: uint,
  order,
  signature: bytesOf(64),
  votes: listOf(voteSchema, VOTERS_MAX),
})
const wills = listOf(certificate, CLOSINGS_MAX)
const activation = fields({ document, signatures, reports, evidence, wills })
/** A document with everything that makes it binding: exactly the fields of `fed.adopted`. */
export type Activation = Infer<typeof activation>
const activations = listOf(activation, ACTIVATIONS_MAX)

/** An order as its hub signed it. */
const signedOrder = { order, signature: bytesOf(64) }
export type SignedOrder = { order: Uint8Array; signature: Uint8Array }

export const helloRequests = messages({
  /** Who are you? */
  card: [0, {}],
  /** I should like to be a member; my card. */
  join: [1, { card }],
  /**
   * Would you sign this document (`ask`), or sign it (`sign`)? `federation` is the hash of document
   * 1; a hub that is not a member yet cannot know it otherwise.
   */
  proposal: [2, { step: oneOf('ask', 'sign'), federation: bytesOf(32), document, signatures }],
  /**
   * How far did you see every chain? Ends your voting in the old epoch, so it shows who agreed to
   * it.
   */
  report: [3, { document, signatures }],
  /** These documents are in force. */
  adopted: [4, { activations }],
  /** Which documents are in force, from this version on? */
  documents: [5, { from: uint }],
})
export type HelloRequest = NonNullable<ReturnType<typeof helloRequests.parse>>

/**
 * Why a hub does not sign a proposal. `conflict` is an answer of its own, since it shows the other
 * one.
 */
export const unwillingness = [
  'version',
  'terms',
  'not-admitted',
  'not-asked',
  'not-closing',
  'other-closing',
  'not-releasing',
  'other-release',
  'other-terms',
  'signatures',
  'restoring',
  'other-rules',
] as const
export type Unwillingness = (typeof unwillingness)[number]

export const helloAnswers = messages({
  card: [0, { card }],
  /** Nobody here has admitted you yet. */
  waiting: [1, {}],
  /** You are admitted, or a member already. */
  admitted: [2, {}],
  willing: [3, {}],
  'not-willing': [4, { because: oneOf(...unwillingness) }],
  /** I have signed another document for that version: this one. */
  conflict: [5, { document, signatures }],
  signature: [6, { signature: bytesOf(64) }],
  report: [7, { report: bytesUpTo(REPORT_BYTES_MAX), signature: bytesOf(64), evidence }],
  'not-a-voter': [8, {}],
  ok: [9, {}],
  documents: [10, { activations }],
})
export type HelloAnswer = NonNullable<ReturnType<typeof helloAnswers.parse>>

export const logRequests = messages({
  head: [0, {}],
  records: [1, { from: uint }],
  /** How much of that hub's log do you hold? For a hub that comes back from a backup: its own. */
  held: [2, { origin }],
  /** Its records from this place on, as far as the checkpoint reaches that `held` answers with. */
  tail: [3, { origin, from: uint }],
})
export type LogRequest = NonNullable<ReturnType<typeof logRequests.parse>>

export const logAnswers = messages({
  /** The newest checkpoint: its size, the log's generation, and the signed note itself. */
  head: [0, { size: uint, generation: uint, note }],
  /** Records from the place asked for, as views of the answer's own bytes; `end`: there are no more that a checkpoint covers. */
  records: [1, { records: listOf(viewUpTo(RECORD_BYTES_MAX), RECORDS_PER_PAGE_MAX), end: flag }],
  /** The log has no checkpoint yet, or does not reach that far. */
  nothing: [2, {}],
})
export type LogAnswer = NonNullable<ReturnType<typeof logAnswers.parse>>

/** The status and body of C2SP tlog-witness. The request is its text and needs no frame of ours. */
export const witnessAnswers = messages({
  answered: [0, { status: uint, body: textUpTo(4_096) }],
})

export const settleRequests = messages({
  /** Vote for this order; it is record `seq` of its hub's log. */
  propose: [0, { epoch: uint, order, signature: bytesOf(64), seq: uint }],
  /** This order is certified, and concerns you. */
  deliver: [1, { certificate }],
  /** What do you know of this hub's chain, of its log, and of my own votes? */
  head: [2, { origin }],
  /** What would you do with this, if it came from me now? */
  quote: [3, { to: hexOf(32), amount: big, agreement: hexOf(16) }],
})
export type SettleRequest = NonNullable<ReturnType<typeof settleRequests.parse>>

/** Why an order gets no vote here. */
export const voteRefusals = [
  'malformed',
  'other-epoch',
  'epoch-closed',
  'unknown-hub',
  'not-a-voter',
  'bad-signature',
  'other-history',
  'locked-elsewhere',
  'frozen',
  'closing',
  'restoring',
  'storage',
] as const
export type VoteRefusal = (typeof voteRefusals)[number]

const slotVote = fields({ slot: uint, epoch: uint, order, signature: bytesOf(64) })
/** One voter's standing word about a slot: the order it is bound to, as its hub signed it. */
export type SlotVote = Infer<typeof slotVote>

export const settleAnswers = messages({
  vote: [0, { voter: uint, signature: bytesOf(64) }],
  /** I am bound to, or have read in your log, another order for that slot: here it is. */
  conflict: [1, signedOrder],
  /** I have audited your log up to this size, and the order stands beyond it. */
  behind: [2, { size: uint }],
  refused: [3, { code: oneOf(...voteRefusals) }],
  /** It is in my log: the record, and the tlog-proof that it stands there. */
  arrived: [4, { record, proof: bytesUpTo(PROOF_BYTES_MAX) }],
  /** Not yet; ask again. */
  waiting: [5, {}],
  head: [
    6,
    {
      /** The newest checkpoint of that log this hub has cosigned. */
      cosigned: nullable(note),
      /** The last slot of that chain this hub has voted on. */
      vote: nullable(slotVote),
      /** The last certificate of that chain this hub holds. */
      certificate: nullable(certificate),
      /**
       * The asker's own latest vote on each chain, as far as a certificate shows it; signed by the
       * asker.
       */
      seen: listOf(fields({ hub: origin, slot: uint, epoch: uint, order: bytesOf(32), signature: bytesOf(64) }), VOTERS_MAX),
      /** False from a voter that has itself forgotten what it said: `vote` may then not be its last. */
      recalls: flag,
      /** Below this slot of that chain it may have voted without remembering it: it says nothing there but what all others are bound to. */
      unsureBelow: uint,
    },
  ],
  /** A Quote, signed. */
  quote: [7, { quote: bytesUpTo(QUOTE_BYTES_MAX), signature: bytesOf(64) }],
})
export type SettleAnswer = NonNullable<ReturnType<typeof settleAnswers.parse>>

export const evidenceRequests = messages({
  /** Whom do you hold evidence against? */
  list: [0, {}],
  fetch: [1, { id: hexOf(32) }],
})
export type EvidenceRequest = NonNullable<ReturnType<typeof evidenceRequests.parse>>

export const evidenceAnswers = messages({
  list: [0, { held: listOf(fields({ hub: origin, id: hexOf(32) }), BUNDLES_LISTED_MAX) }],
  bundle: [1, { text: bytesUpTo(BUNDLE_BYTES_MAX) }],
  /** No such bundle here. */
  nothing: [2, {}],
})
export type EvidenceAnswer = NonNullable<ReturnType<typeof evidenceAnswers.parse>>
