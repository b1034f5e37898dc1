/**
 * Entries: an action as the hub recorded it, and the hub's word that it did.
 *
 *   Record  = [1, origin, seq, prev, ts, body, auth]      the bytes that are hashed, chained and kept
 *   leaf    = SHA-256(0x00 || Record)                      RFC 6962; also the next record's `prev`
 *   Seal    = [1, origin, first, last, group root, generation, signature]   one per group commit
 *   Receipt = seal + the record's path inside its group    binding, with the sequence number inside
 *
 * The seal stands beside the log and not in the leaf: one signature a group is enough to bind the hub, and
 * an auditor has one signature fewer to check per entry.
 */
import { type Action, type Hex, kinds, type Origin, parseAction } from './action.ts'
import { sign, type Verifier, verifyIn } from './keys.ts'
import { allInclusions, leafHash, verifyInclusion } from './merkle.ts'
import {
  bytesOf, bytesUpTo, decodeAs, encodeAs, fields, type Infer, listOf, literal, sameTextUpTo, textUpTo, uint, viewOf, viewUpTo,
} from './schema.ts'

export const RECORD_BYTES_MAX = 65_535

/**
 * No record stands at or after this second (in the year 2242): an index is multiplied up year by year, and a
 * log that claims to be from the end of time must not cost its reader more than one that does not.
 */
export const TIME_END = 2 ** 33

// The parts of an entry live as long as its bytes, and are views of them: a record is copied for nobody.
const authSchema = fields({ keyId: viewOf(8), signature: viewOf(64) })
export type Auth = Infer<typeof authSchema>

const recordSchema = fields({
  format: literal(1),
  origin: sameTextUpTo(64),
  seq: uint,
  prev: viewOf(32),
  ts: uint,
  body: viewUpTo(RECORD_BYTES_MAX),
  auth: listOf(authSchema, 16),
})
/** The outer form of an entry; `ts` in seconds, `prev` the leaf hash of the record before (hubId for seq 0). */
export type RecordFields = Infer<typeof recordSchema>

/**
 * A record that could be read: its bytes as received, its fields, its action and its leaf hash. `prev`, `body` and
 * `auth` are views of `bytes`, which nobody may change from here on.
 */
export type Entry = {
  bytes: Uint8Array
  leaf: Uint8Array
  origin: Origin
  seq: number
  prev: Uint8Array
  ts: number
  body: Uint8Array
  auth: Auth[]
  action: Action
}

export const encodeRecord = (record: Omit<RecordFields, 'format'>): Uint8Array =>
  encodeAs(recordSchema, { format: 1, ...record })

/** Null for any bytes that are not the one spelling of a record of a known kind. */
export function parseRecord(bytes: Uint8Array): Entry | null {
  if (bytes.length > RECORD_BYTES_MAX) return null
  const record = decodeAs(recordSchema, bytes)
  if (record === null) return null
  const action = parseAction(record.body)
  if (action === null || !isSignedAs(action, record.auth)) return null
  const { origin, seq, prev, ts, body, auth } = record
  return { bytes, leaf: leafHash(bytes), origin, seq, prev, ts, body, auth, action }
}

/**
 * What `parseRecord` would make of the bytes of these fields, without reading them back; `action` is what
 * `parseAction` made of the body. Null where it would answer null.
 */
export function recordOf(record: Omit<RecordFields, 'format'>, action: Action): Entry | null {
  if (!isSignedAs(action, record.auth)) return null
  const bytes = encodeRecord(record)
  return bytes.length > RECORD_BYTES_MAX ? null : { ...record, bytes, leaf: leafHash(bytes), action }
}

const isSignedAs = ({ kind }: Action, auth: Auth[]): boolean =>
  auth.length > 0 && auth.length <= (kinds[kind].signer === 'parties' ? 2 : 1)

const sealedSchema = fields({
  format: literal(1),
  origin: textUpTo(64),
  first: uint,
  last: uint,
  root: bytesOf(32),
  generation: uint,
})
const sealSchema = fields({ sealed: bytesUpTo(256), signature: bytesOf(64) })

/** The hub's signature over one group of records: `first`..`last` inclusive, `root` their RFC 6962 tree. */
export type Seal = { origin: Origin; first: number; last: number; root: Uint8Array; generation: number }

/** Seals a group with the hub's log key. */
export function sealGroup(seal: Seal, logSecret: Uint8Array, hubId: Uint8Array): Uint8Array {
  const sealed = encodeAs(sealedSchema, { format: 1, ...seal })
  return encodeAs(sealSchema, { sealed, signature: sign(logSecret, 'seal', hubId, sealed) })
}

/** Reads a seal and checks the log key's signature. Null for any other bytes or a signature that is not. */
export function openSeal(
  bytes: Uint8Array, logKey: Uint8Array, hubId: Uint8Array, verify: Verifier = verifyIn,
): Seal | null {
  const seal = readSeal(bytes)
  const outer = decodeAs(sealSchema, bytes)
  if (seal === null || outer === null) return null
  return verify(logKey, 'seal', hubId, outer.sealed, outer.signature) ? seal : null
}

/** What a seal says, whoever signed it. Null for bytes that are none. */
export function readSeal(bytes: Uint8Array): Seal | null {
  const outer = decodeAs(sealSchema, bytes)
  const sealed = outer === null ? null : decodeAs(sealedSchema, outer.sealed)
  if (sealed === null || sealed.last < sealed.first) return null
  const { origin, first, last, root, generation } = sealed
  return { origin, first, last, root, generation }
}

const receiptSchema = fields({ seal: bytesUpTo(512), seq: uint, path: listOf(bytesOf(32), 64) })

/** What the hub answers to an action: a promise that the record stands at `seq`, to be kept by the member. */
export type Receipt = { seal: Uint8Array; seq: number; path: Uint8Array[] }

export const encodeReceipt = (receipt: Receipt): Uint8Array => encodeAs(receiptSchema, receipt)
export const parseReceipt = (bytes: Uint8Array): Receipt | null => decodeAs(receiptSchema, bytes)

/** Receipts for every record of a group, in order. */
export function receiptsOf(seal: Uint8Array, first: number, leaves: readonly Uint8Array[]): Receipt[] {
  return allInclusions(leaves).paths.map((path, i) => ({ seal, seq: first + i, path }))
}

/** True when this receipt binds the hub to exactly these record bytes. Needs nothing but the hub's key. */
export function verifyReceipt(receipt: Receipt, record: Uint8Array, logKey: Uint8Array, hubId: Uint8Array): boolean {
  const entry = parseRecord(record)
  if (entry === null || entry.seq !== receipt.seq) return false
  return openSealed(receipt, entry.leaf, logKey, hubId)?.origin === entry.origin
}

/**
 * The seal by which this receipt binds the hub to a record with this leaf hash at the receipt's number, or null:
 * not a seal of that key, not of that number, or the path does not lead there.
 */
export function openSealed(receipt: Receipt, leaf: Uint8Array, logKey: Uint8Array, hubId: Uint8Array): Seal | null {
  const { seq, path } = receipt
  const seal = openSeal(receipt.seal, logKey, hubId)
  if (seal === null || seq < seal.first || seq > seal.last) return null
  const index = BigInt(seq - seal.first)
  const size = BigInt(seal.last - seal.first + 1)
  return verifyInclusion(leaf, index, size, path, seal.root) ? seal : null
}

const genesisSchema = fields({
  format: literal(1),
  name: textUpTo(24),
  city: textUpTo(96),
  region: textUpTo(2),
  /** UTC midnight of the founding day, seconds: day 0 of Domain decay. */
  day0: uint,
  preset: textUpTo(16),
  charterHash: bytesOf(32),
  logKey: bytesOf(32),
  orderKey: bytesOf(32),
  /** Member 1: account, first device, and the commitment to what they are called. */
  steward: fields({ acct: bytesOf(32), device: bytesOf(32), profile: bytesOf(32) }),
  random: bytesOf(16),
})
/** The document a hub begins with; its SHA-256 is the hubId. */
export type Genesis = Infer<typeof genesisSchema>

export const regions = ['af', 'as', 'eu', 'na', 'oc', 'sa'] as const
export type Region = (typeof regions)[number]

export const encodeGenesis = (genesis: Genesis): Uint8Array => encodeAs(genesisSchema, genesis)

/** Null for other bytes, a name that is not a slug, an unknown region, or a day 0 that is no UTC midnight. */
export function parseGenesis(bytes: Uint8Array): Genesis | null {
  const genesis = decodeAs(genesisSchema, bytes)
  if (genesis === null) return null
  if (!isSlug(genesis.name) || genesis.city === '' || genesis.day0 % 86_400 !== 0) return null
  if (!(regions as readonly string[]).includes(genesis.region)) return null
  return genesis
}

/** A hub's name inside its origin: 1 to 24 of a–z, 0–9 and the hyphen. */
export const isSlug = (text: string): boolean => /^[a-z0-9-]{1,24}$/.test(text)

export const originOf = (name: string, hubId: Hex): Origin => `cv.${name}-${hubId.slice(0, 8)}/log`

