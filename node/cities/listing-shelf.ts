/**
 * The board on the disk: which listings this hub knows, and their words beside them. What is read back is looked
 * at as closely as what a stranger brings, because LevelDB hands a flipped bit on without an error.
 */
import { equalBytes } from '#ledger/bytes.ts'
import { sha256 } from '#ledger/hash.ts'
import { bytesOf, bytesUpTo, decodeAs, encodeAs, fields, uint } from '#ledger/schema.ts'
import { type Board, find, type Kept, merge } from '#protocol/board.ts'
import { ENVELOPE_BYTES_MAX } from '#protocol/gossip.ts'
import { bodyHashOf, type Listing, listingHash, parseEnvelope, parseListing } from '#protocol/listing.ts'
import type { Ref } from '#protocol/range-tree.ts'
import type { Log } from '../ports.ts'
import type { Store, Table, Write } from '../store.ts'

const rowSchema = fields({
  envelope: bytesUpTo(ENVELOPE_BYTES_MAX),
  heardTs: uint,
  /** SHA-256 of the envelope: LevelDB reads a flipped bit back as another byte, without an error. */
  check: bytesOf(32),
})

/** The board on the disk. Writes are batched, one at a time, and write what the board says at that moment. */
export type Shelf = {
  load(log: Log): Promise<void>
  /** Keeps a listing as it now stands on the board, or forgets it if it has gone. `body`: its words, if they came. */
  save(ref: Ref, body: Uint8Array | null): Promise<void>
  bodyOf(kept: Kept): Uint8Array | null
  settled(): Promise<void>
}

export function openShelf(store: Store, board: Board): Shelf {
  const rows: Table = store.table('listings')
  const bodies: Table = store.table('bodies')
  const dirty = new Map<string, Ref>()
  /** Words on their way to the disk, which pages may ask for already. */
  const words = new Map<string, Uint8Array>()
  let last: Promise<void> = Promise.resolve()
  let next: Promise<void> | null = null

  function save(ref: Ref, body: Uint8Array | null): Promise<void> {
    const key = nameOf(ref)
    dirty.set(key, { id: ref.id, hub: ref.hub })
    if (body !== null) words.set(key, body)
    // One batch at a time, or an older revision could land on the disk after a newer one.
    next ??= last = last.catch(() => {}).then(write)
    return next
  }

  async function write(): Promise<void> {
    next = null
    const taken = [...dirty]
    const fresh = new Map(words)
    dirty.clear()
    const puts: Write[] = []
    const bodyPuts: Write[] = []
    const bodyDels: Write[] = []
    for (const [key, ref] of taken) {
      const kept = find(board, ref)
      puts.push(kept === undefined ? { type: 'del', key } : { type: 'put', key, value: encodeRow(kept) })
      const body = fresh.get(key)
      if (kept?.hasBody !== true) bodyDels.push({ type: 'del', key })
      else if (body !== undefined) bodyPuts.push({ type: 'put', key, value: body })
    }
    try {
      // Words before the listing that names them, and away only after it: a crash between leaves no listing
      // without its words, at most words without a listing, which the next load removes.
      if (bodyPuts.length > 0) await bodies.batch(bodyPuts)
      await rows.batch(puts)
      if (bodyDels.length > 0) await bodies.batch(bodyDels)
    } catch (error) {
      for (const [key, ref] of taken) if (!dirty.has(key)) dirty.set(key, ref)
      throw error
    }
    for (const [key, body] of fresh) if (words.get(key) === body) words.delete(key)
  }

  async function load(log: Log): Promise<void> {
    const damaged: Write[] = []
    for await (const [key, value] of rows.entries()) {
      const kept = decodeRow(value)
      if (kept === null || nameOf(kept.listing) !== key) damaged.push({ type: 'del', key })
      else merge(board, kept)
    }
    const orphans: Write[] = []
    for await (const [key, body] of bodies.entries()) {
      const kept = find(board, refOf(key))
      if (kept !== undefined && isBodyOf(kept.listing, body)) merge(board, { ...kept, hasBody: true })
      else orphans.push({ type: 'del', key })
    }
    if (damaged.length > 0) {
      log.warn('listings on the disk were damaged; others will bring them again', { count: damaged.length })
    }
    await rows.batch(damaged)
    await bodies.batch(orphans)
  }

  function bodyOf(kept: Kept): Uint8Array | null {
    if (!kept.hasBody) return null
    const key = nameOf(kept.listing)
    const body = words.get(key) ?? bodies.get(key)
    return body !== undefined && isBodyOf(kept.listing, body) ? body : null
  }

  return { load, save, bodyOf, settled: () => last.catch(() => {}) }
}

const nameOf = ({ id, hub }: Ref): string => `${id} ${hub}`
const refOf = (key: string): Ref => ({ id: key.slice(0, 32), hub: key.slice(33) })

const isBodyOf = ({ bodyHash }: Listing, body: Uint8Array): boolean =>
  bodyHash !== null && equalBytes(bodyHashOf(body), bodyHash)

const encodeRow = ({ envelope, heardTs }: Kept): Uint8Array =>
  encodeAs(rowSchema, { envelope, heardTs, check: sha256(envelope) })

/** What a row says, without its body: that is merged in when it is found. */
function decodeRow(value: Uint8Array): Kept | null {
  const row = decodeAs(rowSchema, value)
  if (row === null || !equalBytes(sha256(row.envelope), row.check)) return null
  const listing = parseListing(parseEnvelope(row.envelope)?.listing ?? new Uint8Array())
  if (listing === null) return null
  const hash = listingHash(parseEnvelope(row.envelope)!.listing)
  return { listing, hash, envelope: row.envelope, heardTs: row.heardTs, hasBody: false }
}
