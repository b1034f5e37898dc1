/**
 * What the frames of this hub's own journal come to, one after the other: every record judged by all rules, every
 * seal held against the records before it.
 *
 * One thing an auditor does is left out: members' signatures under records that a seal covers are not verified
 * again. They were before the seal was made, the seal is this hub's own signature over exactly these bytes, and it is
 * verified. Records behind the last seal have nobody's word, so their signatures are. Which those are is known when the
 * seal comes, or the end: until then a group's records wait as they lie in the journal. Who has found that something does
 * not hold reads everything once more with every signature, to name the entry at fault.
 */
import { equalBytes, fromUtf8 } from '#ledger/bytes.ts'
import { type Entry, openSeal, parseRecord } from '#ledger/entry.ts'
import { type Verifier, verifyIn } from '#ledger/keys.ts'
import { apply, check, found, isRefusal } from '#ledger/ledger.ts'
import { Frontier } from '#ledger/merkle.ts'
import { generationOf, type State } from '#ledger/state/state.ts'
import { frameTypes } from './frames.ts'
import type { Frame, Place } from '../disk/journal.ts'
import { Places } from '../disk/places.ts'
import type { Known } from './snapshot.ts'
import { LogIndex } from './timeline.ts'
import { Uint32List } from '../disk/uint32-list.ts'

/** The hub's log cannot be continued from what is on this disk. Nothing of it has been changed. */
export class LedgerCorrupt extends Error {
  readonly code = 'ledger-corrupt'
  readonly seq: number
  constructor(seq: number, reason: string, options?: ErrorOptions) {
    super(
      `the ledger on this disk is damaged at entry ${seq}: ${reason}. Nothing was changed. Keep this directory as it `
        + 'is, and bring the latest backup back into its place; `npm run audit` says what of either is sound.',
      options,
    )
    this.name = 'LedgerCorrupt'
    this.seq = seq
  }
}

export type Verified = 'by its seals' | 'by every signature'

/** Records read before the first of them is judged: what reads and what judges each stay at it for a while, which is some per cent quicker. */
const READ_AHEAD = 32
const SEALED: Verifier = () => true

export class LogReplay {
  readonly verified: Verified
  readonly places: Places
  readonly seals: Places
  /** The first entry under each seal. */
  readonly firsts: Uint32List
  readonly index: LogIndex
  #state: State | null
  /** The newest checkpoint note so far, or null. */
  #checkpoint: string | null
  /** Records before this one are under seals. */
  #sealed: number
  /** The records that no seal covers yet: those that wait, and the tree over those that have been judged. */
  #waiting: { payload: Uint8Array; at: Place }[] = []
  #group = new Frontier()

  /** Begins with the founding, or behind what is known already. */
  constructor(verified: Verified, known: Known | null) {
    this.verified = verified
    this.places = known?.places ?? new Places()
    this.seals = known?.seals ?? new Places()
    this.firsts = known?.firsts ?? new Uint32List()
    this.index = known?.index ?? new LogIndex()
    this.#state = known?.state ?? null
    this.#checkpoint = known?.checkpoint ?? null
    this.#sealed = this.places.length
  }

  /** Entries so far. */
  get size(): number {
    return this.places.length + this.#waiting.length
  }

  /** The first record without a seal and the root over all of them, when all has been read; null when there is none. */
  get unsealed(): { first: number; root: Uint8Array } | null {
    return this.#group.size === 0 ? null : { first: this.#sealed, root: this.#group.root() }
  }

  /** The next frame of the journal and where it stands. @throws LedgerCorrupt when it cannot stand there. */
  take({ type, payload }: Frame, at: Place): void {
    if (type === frameTypes.record) this.#waiting.push({ payload, at })
    else if (type === frameTypes.seal) this.#takeSeal(payload, at)
    else if (type === frameTypes.checkpoint) this.#checkpoint = fromUtf8(payload)
    else throw new LedgerCorrupt(this.size, `a frame of unknown type ${type}`)
  }

  /**
   * What all of it comes to, when there are no more frames; whoever continues the log seals what is `unsealed` first.
   * @throws LedgerCorrupt when there is nothing, or a record without a seal is not signed as it should be.
   */
  ended(): Known {
    this.#judgeWaiting(verifyIn)
    if (this.#state === null) throw new LedgerCorrupt(0, 'there is no entry')
    const { places, seals, firsts, index } = this
    return { state: this.#state, places, seals, firsts, index, checkpoint: this.#checkpoint }
  }

  #judgeWaiting(verify: Verifier): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (let from = 0; from < waiting.length; from += READ_AHEAD) {
      const some = waiting.slice(from, from + READ_AHEAD)
      const entries = some.map(({ payload }) => parseRecord(payload))
      for (const [i, { at }] of some.entries()) this.#judge(entries[i]!, at, verify)
    }
  }

  #judge(entry: Entry | null, at: Place, verify: Verifier): void {
    const seq = this.places.length
    if (entry === null) throw new LedgerCorrupt(seq, 'it cannot be read')
    if (this.#state === null) {
      const founded = found(entry)
      if (isRefusal(founded)) throw new LedgerCorrupt(seq, founded.code)
      this.#state = founded
    } else {
      const refusal = check(this.#state, entry, verify)
      if (refusal !== null) throw new LedgerCorrupt(seq, refusal.code)
      apply(this.#state, entry)
    }
    this.#group.append(entry.leaf)
    this.places.push(at)
    this.index.take(entry)
  }

  #takeSeal(payload: Uint8Array, at: Place): void {
    this.#judgeWaiting(this.verified === 'by every signature' ? verifyIn : SEALED)
    const [state, first] = [this.#state, this.#sealed]
    if (state === null) throw new LedgerCorrupt(0, 'a seal stands before the first entry')
    const seal = openSeal(payload, state.hub.logKey, state.hub.id)
    const isOfThese = seal !== null && seal.first === first && seal.last === this.size - 1
    if (!isOfThese || !equalBytes(seal.root, this.#group.root())) throw new LedgerCorrupt(first, 'its seal does not cover it')
    if (seal.generation !== generationOf(state)) throw new LedgerCorrupt(first, 'its seal is of another generation')
    this.firsts.push(first)
    this.seals.push(at)
    this.#sealed = this.size
    this.#group = new Frontier()
  }
}
