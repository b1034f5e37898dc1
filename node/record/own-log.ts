/**
 * This hub's log as it stands on the disk: the state its records replay to, and where each record
 * and seal stands in the journal. The records themselves stay there and are read again when somebody
 * asks; only what was just written, or not yet, is in memory.
 *
 * A disk may give back other bytes than it took. So a record read at its place counts only when its
 * leaf hash is the one in the tree, which came from the bytes that were checked; anything else is
 * RecordDamaged and never served.
 *
 * Opening replays the journal (`log-replay.ts`): all of it, or what came after a snapshot.
 */
import { equalBytes } from '#ledger/bytes.ts'
import { type Entry, openSeal, parseRecord, type Receipt, sealGroup } from '#ledger/entry.ts'
import { leafHash, proveInclusion, Tree } from '#ledger/merkle.ts'
import { generationOf, type State } from '#ledger/state/state.ts'
import { frameTypes } from './frames.ts'
import { type Frame, type From, type Journal, JournalCorrupt, type Place } from '../disk/journal.ts'
import { LedgerCorrupt, LogReplay, type Verified } from './log-replay.ts'
import type { Places } from '../disk/places.ts'
import type { Known, Snapshot } from './snapshot.ts'
import type { LogIndex } from './timeline.ts'
import type { Uint32List } from '../disk/uint32-list.ts'

export type OwnLogPorts = {
  /** Opens the journal afresh and hands over its frames in order, of those behind `from` when it is given. */
  openJournal(onFrame: (frame: Frame, at: Place) => void, from: From | null): Promise<Journal>
  logKey: { publicKey: Uint8Array; secret: Uint8Array }
}

/** The disk gives back something else than was written there. */
export class RecordDamaged extends Error {
  readonly seq: number
  constructor(seq: number, options?: ErrorOptions) {
    super(`entry ${seq} is not on this disk as it was written`, options)
    this.name = 'RecordDamaged'
    this.seq = seq
  }
}

/** Entries that were written or asked for lately, kept so that a page need not parse them again. */
const RECENT_MAX = 1_024

export class OwnLog {
  readonly state: State
  readonly journal: Journal
  /** Which entries belong together; of those on the disk. */
  readonly index: LogIndex
  /** The newest checkpoint note in the journal, or null. */
  checkpoint: string | null
  /** The snapshot this was opened from, as long as what it says has not been recomputed: what is known from it alone. */
  unproven: { size: number; from: From } | null
  readonly #places: Places
  readonly #seals: Places
  /** The first entry under each seal. */
  readonly #firsts: Uint32List
  /** Entries in the state that the disk has not confirmed yet. */
  readonly #ahead: Entry[] = []
  readonly #recent = new Map<number, Entry>()

  constructor({ state, places, seals, firsts, index, checkpoint }: Known, journal: Journal, unproven: OwnLog['unproven']) {
    this.state = state
    this.journal = journal
    this.index = index
    this.checkpoint = checkpoint
    this.unproven = unproven
    this.#places = places
    this.#seals = seals
    this.#firsts = firsts
  }

  /** How many entries are on the disk; the state may be ahead. */
  get durable(): number {
    return this.#places.length
  }

  /** Notes an entry that was applied to the state and is not on the disk yet. */
  ran(entry: Entry): void {
    this.#ahead.push(entry)
  }

  /** The next entries and their seal are on the disk, at these places. */
  settled(places: readonly Place[]): void {
    this.#firsts.push(this.durable)
    this.#seals.push(places.at(-1)!)
    for (const place of places.slice(0, -1)) this.#places.push(place)
    for (const entry of this.#ahead.splice(0, places.length - 1)) {
      this.index.take(entry)
      this.#remember(entry)
    }
  }

  /** Hashes at most so many closed rows of each kind ahead of the next snapshot or digest; true when none is left. */
  hashClosed(most: number): boolean {
    const { agreements, helps } = this.state
    return [agreements.hashClosed(most), helps.hashClosed(most)].every((isDone) => isDone)
  }

  /** What a snapshot keeps, and where it ends in the journal; null while the state is ahead of the disk. */
  known(): { known: Known; from: From } | null {
    if (this.#ahead.length > 0) return null
    const { state, index, checkpoint, journal } = this
    const known = { state, index, checkpoint, places: this.#places, seals: this.#seals, firsts: this.#firsts }
    return { known, from: { ...journal.end, frames: journal.frames } }
  }

  /** Where a record stands in the journal. */
  placeOf(seq: number): Place {
    return this.#places.at(seq)
  }

  /** @throws RecordDamaged; RangeError for an entry that is not there. */
  entryAt(seq: number): Entry {
    const known = this.#recent.get(seq) ?? this.#ahead[seq - this.durable]
    if (known !== undefined) return known
    const entry = parseRecord(this.#fromDisk(seq))!
    this.#remember(entry)
    return entry
  }

  /** The bytes of a record. @throws as `entryAt`. */
  recordAt(seq: number): Uint8Array {
    return (this.#recent.get(seq) ?? this.#ahead[seq - this.durable])?.bytes ?? this.#fromDisk(seq)
  }

  /** What the hub promised about an entry that is on the disk. @throws as `entryAt`. */
  receiptAt(seq: number): Receipt {
    const index = this.#groupOf(seq)
    const first = this.#firsts.at(index)
    const next = index + 1 < this.#firsts.length ? this.#firsts.at(index + 1) : this.durable
    const tree = new Tree()
    for (let at = first; at < next; at++) tree.append(this.state.tree.leafAt(at))
    const seal = this.#frame(seq, this.#seals.at(index), frameTypes.seal)
    const { hub } = this.state
    const opened = openSeal(seal, hub.logKey, hub.id)
    if (opened === null || opened.first !== first || !equalBytes(opened.root, tree.root())) throw new RecordDamaged(seq)
    return { seal, seq, path: proveInclusion(tree, seq - first, next - first) }
  }

  #fromDisk(seq: number): Uint8Array {
    if (seq < 0 || seq >= this.durable) throw new RangeError(`no entry ${seq} in a log of ${this.durable}`)
    const bytes = this.#frame(seq, this.#places.at(seq), frameTypes.record)
    if (!equalBytes(leafHash(bytes), this.state.tree.leafAt(seq))) throw new RecordDamaged(seq)
    return bytes
  }

  #frame(seq: number, at: Place, type: number): Uint8Array {
    try {
      const frame = this.journal.frameAt(at)
      if (frame.type === type) return frame.payload.slice()
    } catch (error) {
      throw new RecordDamaged(seq, { cause: error })
    }
    throw new RecordDamaged(seq)
  }

  #remember(entry: Entry): void {
    if (this.#recent.size >= RECENT_MAX) this.#recent.delete(this.#recent.keys().next().value!)
    this.#recent.set(entry.seq, entry)
  }

  /** Groups are in order, so halve. */
  #groupOf(seq: number): number {
    let low = 0
    let high = this.#firsts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.#firsts.at(middle) <= seq) low = middle
      else high = middle - 1
    }
    return low
  }
}

/** The seal over the last entries of a state, from `first` on, whose tree has this root. */
export function sealOver(state: State, first: number, root: Uint8Array, logSecret: Uint8Array): Uint8Array {
  const { origin, id } = state.hub
  return sealGroup({ origin, first, last: state.tree.size - 1, root, generation: generationOf(state) }, logSecret, id)
}

/**
 * Opens the journal, replays it, and is ready to be written to. From a snapshot, when one is given, only what came
 * after it is replayed; should anything then not fit, the snapshot is at fault, which is thrown to the caller as
 * SnapshotUnfit. Otherwise throws LedgerCorrupt or a JournalError.
 */
export async function openOwnLog(ports: OwnLogPorts, snapshot: Snapshot | null = null): Promise<OwnLog> {
  if (snapshot !== null) {
    return await replayed(ports, 'by its seals', snapshot).catch((error: unknown) => {
      throw new SnapshotUnfit(error)
    })
  }
  try {
    return await replayed(ports, 'by its seals', null)
  } catch (error) {
    // A damaged frame names its entry already.
    if (!(error instanceof LedgerCorrupt) || error.cause !== undefined) throw error
    await (await replayed(ports, 'by every signature', null)).journal.close()
    throw error
  }
}

/** What stands in the journal is not what follows a snapshot. */
export class SnapshotUnfit extends Error {
  constructor(cause: unknown) {
    super(`the snapshot does not fit the journal: ${(cause as Error).message}`, { cause })
    this.name = 'SnapshotUnfit'
  }
}

async function replayed(ports: OwnLogPorts, verified: Verified, snapshot: Snapshot | null): Promise<OwnLog> {
  const replay = new LogReplay(verified, snapshot?.known ?? null)
  const unproven = snapshot === null ? null : { size: replay.size, from: snapshot.from }
  const journal = await ports.openJournal((frame, at) => replay.take(frame, at), snapshot?.from ?? null)
    .catch((error: unknown) => {
      if (!(error instanceof JournalCorrupt)) throw error
      // Frames are the journal's; what people and the audit count is entries.
      throw new LedgerCorrupt(replay.size, error.message, { cause: error })
    })
  try {
    const known = replay.ended()
    const { unsealed } = replay
    if (unsealed !== null) {
      // Records reached the disk and their seal did not: nobody was answered, and nothing need be lost.
      const payload = sealOver(known.state, unsealed.first, unsealed.root, ports.logKey.secret)
      const [at] = await journal.append([{ type: frameTypes.seal, payload }])
      known.firsts.push(unsealed.first)
      known.seals.push(at!)
    }
    return new OwnLog(known, journal, unproven)
  } catch (error) {
    await journal.close()
    throw error
  }
}
