/**
 * Every size, count, rate and time of the conversations between hubs, in one table, each with its
 * reason.
 *
 * A limit that stands alone is a guess; these are checked against each other in `limits.test.ts`:
 * what one side may send, the other must be able to read, and nobody gives up before the other may
 * still answer. Sizes are bytes, times say their unit.
 */
import { CLOCK_TOLERANCE } from '#ledger/cosigner.ts'

/** A frontier report, as `fed.adopted` holds it: some 56 chains of at most 145 bytes. */
export const REPORT_BYTES_MAX = 8_192
/** As a record holds it (`fed.adopted`). */
export const DOCUMENT_BYTES_MAX = 49_152
/** A signed card: seven keys, a name, eight addresses of 256 bytes. */
export const CARD_BYTES_MAX = 4_096
/** Signers of a document, voters of an order: as many as a document has members. */
export const VOTERS_MAX = 128
/** Rows of evidence for the reports: one for each slot that any of them names, of every hub. */
export const EVIDENCE_MAX = 256
/** Hubs that one document closes, and their wills. */
export const CLOSINGS_MAX = 8
/** One record, and with it everything that is kept as one (ledger README, "Record"). */
export const RECORD_BYTES_MAX = 65_535
/** An order with 256 outs of names of the usual length (ledger README, "Orders"). */
export const ORDER_BYTES_MAX = 49_152
/**
 * A tlog-proof as an acknowledgement holds it: 64 hashes of 45 characters and a bare checkpoint.
 */
export const PROOF_BYTES_MAX = 8_192
/**
 * A checkpoint note: three lines and a line of some 180 characters for each of two cosigners a
 * member.
 */
export const NOTE_BYTES_MAX = 65_536

/**
 * Which request goes where, how large it and its answer may be, how many at once of one peer, and
 * how long the asker waits, dialling included.
 */
export const services = {
  /**
   * Open to strangers, so small. How much strangers may ask at once the network bounds for all of
   * them together; this is for members, who may coordinate several newcomers.
   */
  hello: {
    protocol: '/cv/hello/1',
    requestBytesMax: 256 * 1024,
    answerBytesMax: 1024 * 1024,
    streamsPerPeerMax: 8,
    timeoutMs: 20_000,
  },
  /** A page of records is 1 MiB: large enough that the wire is never what a follower waits for. */
  log: {
    protocol: '/cv/log/1',
    requestBytesMax: 1_024,
    answerBytesMax: 1024 * 1024 + 128 * 1024,
    streamsPerPeerMax: 16,
    timeoutMs: 20_000,
  },
  /** A witness may have to read our log first; what takes it longer than a minute is dropped. */
  witness: {
    protocol: '/cv/witness/1',
    requestBytesMax: 128 * 1024,
    answerBytesMax: 8_192,
    streamsPerPeerMax: 4,
    timeoutMs: 60_000,
  },
  /**
   * A certificate (48 KiB and 128 votes) with room; a voter may have to read our log before it
   * answers.
   */
  settle: {
    protocol: '/cv/settle/1',
    requestBytesMax: 256 * 1024,
    answerBytesMax: 256 * 1024,
    streamsPerPeerMax: 16,
    timeoutMs: 30_000,
  },
  /** A bundle, or the list of all that are held. */
  evidence: {
    protocol: '/cv/evidence/1',
    requestBytesMax: 1_024,
    answerBytesMax: 128 * 1024,
    streamsPerPeerMax: 4,
    timeoutMs: 20_000,
  },
} as const

/**
 * Records one page of `/cv/log/1` carries, besides its bytes: a page of tiny ones stays quick to
 * check.
 */
export const RECORDS_PER_PAGE_MAX = 4_096
export const PAGE_BYTES_MAX = 1024 * 1024
/**
 * Records read or judged before a follower lets other work of the hub through: a few milliseconds, as
 * their signatures are verified on other cores.
 */
export const RECORDS_PER_TURN = 256
/** Documents in one answer: sixteen of the largest are 1 MiB. */
export const ACTIVATIONS_MAX = 15

/**
 * How often a follower asks for a head that nobody announced. The pause doubles up to the second of these while a log
 * shows nothing new: news that gossip lost is this late.
 */
export const HEAD_EVERY_MS = 10_000
export const HEAD_QUIET_MS = 60_000
/** How long a witness or voter reads a log before it answers with what it has. */
export const CATCH_UP_MS = 15_000
/** The oldest unsigned record at most; orders and arrivals do not wait at all. */
export const CHECKPOINT_EVERY_MS = 60_000
/** Cosignatures that did not come are asked for again. */
export const COSIGN_RETRY_MS = 10_000
/** A cosigner's and a hub's clock may differ by so much: the ledger's own number (its README, "Time"), by which audits judge. */
export const CLOCK_SKEW_SECONDS = CLOCK_TOLERANCE

/**
 * A question without an answer is asked again after 1 s, 2 s, 4 s … then every 5 min, for ever.
 */
export const RETRY_MIN_MS = 1_000
export const RETRY_MAX_MS = 300_000

/** A quote, and how long it is good for: limits are used up by others meanwhile. */
export const QUOTE_BYTES_MAX = 512
export const QUOTE_SECONDS = 3_600

/**
 * So long an order that has its quorum waits for the votes of cities whose word a destination asks for: without them what
 * arrives there waits for a steward, so seconds are well spent, and a city that is gone must not cost more.
 */
export const WITNESS_WAIT_MS = 10_000

/**
 * Without an answer for so long, a hub that knows its directory lives on alone, without orders and
 * votes.
 */
export const FENCE_ALONE_MS = 60_000
export const FENCE_RETRY_MS = 5_000
/**
 * So long a city may show records of a hub that is being restored without giving them back before its stewards may go on
 * without: a day, in which whoever looks after that city can be reached, and its disk or line put right.
 */
export const WITHHELD_WAIT_SECONDS = 86_400
/**
 * So long a restore waits for a city that is silent: whatever that has cosigned before the hub's disk was replaced is then
 * dated before the restore, however far its clock is off, and excused when it turns up.
 */
export const SILENT_WAIT_SECONDS = 2 * CLOCK_SKEW_SECONDS
/**
 * So long one city gives a restored hub its log back while others wait for their turn; the next time twice as long. A
 * million records come in less over a common line, and a city that dribbles hides nothing that another would give.
 */
export const TAIL_TURN_SECONDS = 600
/** A hub that has forgotten what it said orders again when all others have told it, or enough have and so long after. */
export const ORDERS_WAIT_SECONDS = 7 * 86_400
/** So many days before their year at the latest stewards agree on new terms: time for all to sign before it begins. */
export const TERMS_AHEAD_DAYS = 30

/** One attempt to read the accused log, whose restore may excuse it, takes so long: a million records from the beginning. */
export const ACCUSED_READ_MS = 120_000
/**
 * A freeze waits so long for an accused log that cannot be read: an honest hub may be away for an hour just when it is
 * accused of what its restore excuses. No longer, because whether it can be read is for the accused to say.
 */
export const ACCUSED_WAIT_SECONDS = 86_400
/** A bundle of evidence, as `hub.frozen` holds it (ledger README, "Evidence"). */
export const BUNDLE_BYTES_MAX = 49_152
/** A bundle on a topic, with the name of its hub and its own; a larger one is announced and fetched. */
export const BUNDLE_INLINE_BYTES_MAX = 16_128
/** One convicts. A hub that makes hundreds against itself must not fill everybody's disk. */
export const BUNDLES_PER_HUB_MAX = 8
/** Looked at in an hour, of one accused hub. */
export const BUNDLES_PER_HOUR_MAX = 20
/** Eight of each of a document's hubs. */
export const BUNDLES_LISTED_MAX = 1_024
/** How often a member asks another what it holds, besides at every connection. */
export const EVIDENCE_EVERY_MS = 600_000
/** Of how many other logs it asks then which checkpoint the other holds. */
export const LOGS_COMPARED_MAX = 8

/** Hubs that asked to join and that nobody has looked at: the oldest makes room. */
export const ASKING_MAX = 64
/** How often a member that may have missed a document asks another for it. */
export const DOCUMENTS_EVERY_MS = 30_000

/** Pause before the try number `tries` (1 is the first repetition). */
export function retryAfterMs(tries: number, minMs: number = RETRY_MIN_MS): number {
  return Math.min(RETRY_MAX_MS, minMs * 2 ** Math.min(tries, 20))
}
