/**
 * Another city's log as far as it has been read here: its state, its newest checkpoint, and what only its records can
 * answer later (votes that its certificates show, requests by which its pool pays our members). Each record is taken by the
 * same `check` and `apply` as our own.
 */
import type { Hex, Origin } from '#ledger/action.ts'
import { equalBytes, utf8 } from '#ledger/bytes.ts'
import type { Checkpoint } from '#ledger/checkpoint.ts'
import type { Entry } from '#ledger/entry.ts'
import type { Held } from '#ledger/evidence/histories.ts'
import { type Card, type Certificate, placeOf } from '#ledger/federation/federation.ts'
import type { Verifier } from '#ledger/keys.ts'
import { apply, check, found, isRefusal } from '#ledger/ledger.ts'
import { proveInclusion } from '#ledger/merkle.ts'
import { encodeProof } from '#ledger/proof.ts'
import type { State } from '#ledger/state/state.ts'
import { certifiedBy } from '../settlement/certificates.ts'
import type { Mirror } from '../../ports.ts'

/** The asker's latest vote on a chain, as a certificate in that log shows it. */
export type VoteSeen = { hub: Origin; slot: number; epoch: number; order: Uint8Array; signature: Uint8Array }

/** Another city's log as far as it has been read and found valid. */
export type Replica = {
  readonly card: Card
  readonly size: number
  /** Records that are durable in the mirror: what this hub can give back whatever happens to it. */
  readonly kept: number
  /** Null before the first record. */
  readonly state: State | null
  /** The document that hub was founded by; null before the first record. */
  readonly genesis: Uint8Array | null
  /**
   * The newest checkpoint of that log whose whole tree has been replayed here; signed by the log
   * alone.
   */
  readonly note: string | null
  /** Why it is no longer followed, or null. */
  readonly halted: string | null
  /** Sealed time of a record, seconds. */
  tsAt(seq: number): number
  /** The newest certificate in that log. */
  readonly certificate: Certificate | null
  /** What a certificate in that log shows of a voter's latest vote on its chain. */
  voteOf(voter: Origin): VoteSeen | undefined
  /**
   * A request by which that city's pool pays one of our members; kept, because it counts here as an
   * award.
   */
  poolRequestAt(seq: number): Uint8Array | undefined
  /** A record of the mirror below `kept`, read from the disk. */
  recordAt(seq: number): Uint8Array
  /** The tlog-proof that a record stands under `note`; null when it does not (yet). */
  prove(seq: number): Uint8Array | null
}

export type SignedCheckpoint = { note: string; checkpoint: Checkpoint }

/** Checkpoints beyond what has been read that are remembered of one log; the oldest makes room. */
const HEARD_MAX = 64

/** One log being read. */
export class Follower implements Replica {
  readonly card: Card
  readonly #self: Origin
  state: State | null = null
  note: string | null = null
  noteSize = 0
  halted: string | null = null
  /** Whether the last round read to the end that the log then had. */
  isAtEnd = false
  certificate: Certificate | null = null
  mirror: Mirror | null = null
  kept = 0
  /** The newest checkpoint whose records were read here before a restore made this log be read again. */
  proved: { size: number; root: Uint8Array; note: string; generation: number } | null = null
  /** The newest generation, by its own word, for which this log was read from the beginning again. */
  generationRead = 0
  round: Promise<void> | null = null
  again = false
  /** How many other logs its hub has been asked about, in turn. */
  compared = 0
  /** Turns of the follower's clock until its head is asked for again, and how many it was the last time. */
  turnsLeft = 0
  pauseTurns = 1
  /** Device keys by their ids, of people who join in records that are being fetched. */
  readonly introduced = new Map<Hex, Uint8Array>()
  genesis: Uint8Array | null = null
  /** The last head that was repeated to the others. */
  repeated: string | null = null
  #heard = new Map<bigint, SignedCheckpoint>()
  #times: number[] = []
  #votes = new Map<Origin, VoteSeen>()
  #requests = new Map<number, Uint8Array>()

  constructor(card: Card, self: Origin) {
    this.card = card
    this.#self = self
  }

  get size(): number {
    return this.state?.tree.size ?? 0
  }

  tsAt(seq: number): number {
    return this.#times[seq]!
  }

  voteOf(voter: Origin): VoteSeen | undefined {
    return this.#votes.get(voter)
  }

  poolRequestAt(seq: number): Uint8Array | undefined {
    return this.#requests.get(seq)
  }

  recordAt(seq: number): Uint8Array {
    return this.mirror!.read(seq)
  }

  /**
   * What cannot be true beside this checkpoint: the note that was read up to, with the records behind it, or
   * another that was heard for the same size. Null when nothing contradicts it, or nothing is known yet.
   */
  against(met: SignedCheckpoint): Held | null {
    const { size, root } = met.checkpoint
    if (this.state !== null && this.note !== null && size <= BigInt(this.noteSize)) {
      const { tree } = this.state
      return equalBytes(tree.root(Number(size)), root) ? null : { note: this.note, tree }
    }
    const heard = this.#heard.get(size)
    if (heard !== undefined) return equalBytes(heard.checkpoint.root, root) ? null : { note: heard.note, tree: null }
    if (this.#heard.size >= HEARD_MAX) this.#heard.delete(this.#heard.keys().next().value!)
    this.#heard.set(size, met)
    return null
  }

  /** Whether this checkpoint is of other records than have been read here; false where it goes beyond them. */
  isOther({ size, root }: Checkpoint): boolean {
    return this.state !== null && size <= BigInt(this.size) && !equalBytes(this.state.tree.root(Number(size)), root)
  }

  /** The checkpoints heard before that what has been read by now can be laid beside; each is handed out once. */
  caughtUp(): SignedCheckpoint[] {
    const due = [...this.#heard.values()].filter(({ checkpoint }) => checkpoint.size <= BigInt(this.noteSize))
    for (const { checkpoint } of due) this.#heard.delete(checkpoint.size)
    return due
  }

  prove(seq: number): Uint8Array | null {
    if (this.state === null || this.note === null || seq >= this.noteSize) return null
    const hashes = proveInclusion(this.state.tree, seq, this.noteSize)
    return utf8(encodeProof({ index: BigInt(seq), hashes, checkpoint: this.note }))
  }

  /** Why the next record is refused, by the ledger's own word, or null and it is taken. */
  take(entry: Entry | null, verify: Verifier): string | null {
    if (entry === null) return 'malformed'
    if (this.state === null) {
      const founded = found(entry, verify)
      if (isRefusal(founded)) return founded.code
      // Another log would be a valid one, of another hub.
      if (
        !equalBytes(founded.hub.id, this.card.hubId) ||
        !equalBytes(founded.hub.logKey, this.card.logKey)
      )
        return 'foreign-log'
      this.state = founded
      if (entry.action.kind === 'hub.founded') this.genesis = entry.action.genesis
    } else {
      const refusal = check(this.state, entry, verify)
      if (refusal !== null) return refusal.code
      apply(this.state, entry)
    }
    this.#times.push(entry.ts)
    this.#note(entry)
    return null
  }

  /** What will be asked for later, and only these records can answer. */
  #note({ action, seq, bytes }: Entry): void {
    if (action.kind === 'x.req' && action.source === 1 && action.destination === this.#self)
      this.#requests.set(seq, bytes.slice())
    const slot = this.state!.chain.slots.at(-1)
    const certified = slot?.certifiedSeq === seq ? certifiedBy(action) : null
    if (slot === undefined || certified === null) return
    const { epoch, votes } = certified
    this.certificate = { epoch, order: slot.bytes, signature: slot.signature, votes }
    const { members } = this.state!.federation!.documents[epoch - 1]!.document
    for (const { voter, signature } of votes) {
      const { origin: hub, slot: at, order } = placeOf(slot.order, slot.bytes)
      this.#votes.set(members[voter]!.card.origin, { hub, slot: at, epoch, order, signature })
    }
  }

  forget(): void {
    this.state = null
    this.note = null
    this.noteSize = 0
    this.kept = 0
    this.genesis = null
    this.certificate = null
    this.#times = []
    this.#votes = new Map()
    this.#requests = new Map()
  }
}
