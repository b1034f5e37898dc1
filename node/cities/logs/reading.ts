/**
 * One round of reading a log: ask for the head, read up to it, judge each record, and lay the checkpoint beside what was
 * read. A record that is refused, or a checkpoint that is not of the records shown, ends the following of that log: from
 * there on its hub's word is worth nothing here. A log that went on from a backup is read again from the beginning.
 */
import type { ActionOf, Origin } from '#ledger/action.ts'
import { equalBytes, fromUtf8 } from '#ledger/bytes.ts'
import { openCheckpoint } from '#ledger/checkpoint.ts'
import type { Held } from '#ledger/evidence/histories.ts'
import { leafHash, proveInclusion, Tree } from '#ledger/merkle.ts'
import { SIGNATURE, withLinesOf } from '#ledger/note.ts'
import { encodeProof } from '#ledger/proof.ts'
import { restoresOf } from '#ledger/rules/restore.ts'
import { generationOf } from '#ledger/state/state.ts'
import { RECORDS_PER_TURN } from '#protocol/limits.ts'
import type { Parted } from '#protocol/witness.ts'
import type { Log, MirrorStore } from '../../ports.ts'
import type { Votes } from '../settlement/votes.ts'
import { keep, openMirror } from './mirror.ts'
import { openPages, type PagePorts } from './pages.ts'
import type { Follower, Replica, SignedCheckpoint } from './replica.ts'

/** A record that is refused here, and the proof that it stands under a checkpoint of its log. */
export type RefusedRecord = { genesis: Uint8Array; record: Uint8Array; proof: string }

/** Two signed checkpoints of one log that cannot both be true, with the records behind them or a proof where there is one. */
export type Contradiction = { origin: Origin; one: Held; other: Held } | Parted

/** What is found out on the way, told at once. */
export type Found = {
  /** The head that its log shows: repeated to all, so that two histories cannot be kept apart. */
  head(note: string): void
  /** A checkpoint of that log: laid beside what was read and heard of it. */
  compare(follower: Follower, met: SignedCheckpoint): void
  takenIn(arrival: ActionOf<'x.in'>): void
  refused(record: RefusedRecord): void
  contradiction(contradiction: Contradiction): void
  grown(replica: Replica): void
}

export type ReadingPorts = PagePorts & {
  mirrors: MirrorStore
  votes: Pick<Votes, 'keepFork'>
  log: Log
  told: Found
  isStopped(): boolean
  /** False while the disk has no room for the copies. */
  mayWrite(): boolean
}

/** Gives the round as a function; rounds of one log must not overlap. It rejects when the other hub or the disk does not let it end. */
export function openReading(ports: ReadingPorts): (follower: Follower) => Promise<void> {
  const { ask, breathe, mirrors, log, told } = ports
  const { pagesOf, recordsFrom } = openPages(ports)

  async function readOn(follower: Follower): Promise<void> {
    follower.isAtEnd = false
    if (ports.isStopped() || follower.halted !== null || !ports.mayWrite()) return
    const { card } = follower
    follower.mirror ??= await openMirror(follower, mirrors, log)
    const head = await ask(card, { type: 'head' })
    if (head?.type !== 'head') return
    // Its log's own line is all that is read of it, and all that is kept and repeated.
    const own = { name: card.origin, type: SIGNATURE, publicKey: card.logKey } as const
    const note = withLinesOf(fromUtf8(head.note) ?? '', [own])
    const checkpoint = note === null ? null : openCheckpoint(note, card.origin, card.logKey)
    if (note === null || checkpoint === null)
      return halt(follower, 'its head is not a checkpoint that its log signed')
    if (note !== follower.repeated) told.head(note)
    follower.repeated = note
    const target = Number(checkpoint.size)
    if (follower.isOther(checkpoint) && wentBack(follower, head.generation)) await readAnew(follower, head.generation)
    told.compare(follower, { note, checkpoint })

    follower.introduced.clear()
    let pages = pagesOf(follower, target)
    while (!ports.isStopped() && follower.size < target) {
      const { value: page } = await pages.next()
      if (page === undefined) return
      const taken: Uint8Array[] = []
      const arrivals: ActionOf<'x.in'>[] = []
      let refused: string | null = null
      for (const { bytes, entry, verifier } of page) {
        refused = follower.take(entry, verifier)
        if (refused !== null) break
        taken.push(bytes)
        if (entry?.action.kind === 'x.in') arrivals.push(entry.action)
        if (taken.length % RECORDS_PER_TURN === 0) await breathe()
      }
      await keep(follower, taken)
      for (const arrival of arrivals) told.takenIn(arrival)
      if (refused === null) continue
      if (!wentBack(follower, head.generation)) {
        halt(follower, `its record ${follower.size} is refused: ${refused}`)
        return await prove(follower, page[taken.length]!.bytes.slice(), { note, checkpoint })
      }
      await readAnew(follower, head.generation)
      pages = pagesOf(follower, target)
    }
    if (follower.size < target || follower.state === null) return
    const before = follower.proved
    const isGivenUp = before !== null
      && restoresOf(follower.state).some(({ generation, size }) => generation > before.generation && size < before.size)
    if (before !== null && isGivenUp) {
      log.warn('a city has gone on from a backup that is older than what was read of its log', { hub: card.origin, read: before.size })
      follower.proved = null
    } else if (before !== null && before.size <= follower.size && !equalBytes(follower.state.tree.root(before.size), before.root)) {
      await ports.votes.keepFork({ origin: card.origin, first: before.note, second: note })
      told.contradiction({ origin: card.origin, one: { note: before.note, tree: null }, other: { note, tree: follower.state.tree } })
      return halt(follower, `its records are not those of its checkpoint of size ${before.size}`)
    }
    if (!equalBytes(follower.state.tree.root(target), checkpoint.root)) {
      if (follower.note !== null)
        await ports.votes.keepFork({ origin: card.origin, first: follower.note, second: note })
      return halt(follower, `its checkpoint of size ${target} is not of the records it shows`)
    }
    follower.isAtEnd = true
    if (target > follower.noteSize) {
      follower.note = note
      follower.noteSize = target
      for (const heard of follower.caughtUp()) told.compare(follower, heard)
      told.grown(follower)
    }
  }

  /** That its log holds what is refused: the rest of it is fetched as far as the checkpoint, for the tree alone. */
  async function prove(follower: Follower, record: Uint8Array, { note, checkpoint }: SignedCheckpoint): Promise<void> {
    const { state, genesis, card } = follower
    if (state === null || genesis === null) return
    const size = Number(checkpoint.size)
    const seq = state.tree.size
    const tree = new Tree()
    for (let at = 0; at < seq; at++) tree.append(state.tree.leafAt(at))
    while (!ports.isStopped() && tree.size < size) {
      const records = await recordsFrom(card, tree.size)
      if (records === null || records.length === 0) return
      for (const bytes of records.slice(0, size - tree.size)) tree.append(leafHash(bytes))
    }
    if (tree.size !== size || !equalBytes(tree.root(), checkpoint.root) || !equalBytes(tree.leafAt(seq), leafHash(record))) return
    const proof = encodeProof({ index: BigInt(seq), hashes: proveInclusion(tree, seq, size), checkpoint: note })
    told.refused({ genesis, record, proof })
  }

  /**
   * A log that went on from a backup has other records now than this hub has read. What was proved before must still
   * be there, unless its restore says that it is not; that is asked when all of it has been read again. Once for
   * every generation it says it is in: its word is not proved before.
   */
  function wentBack(follower: Follower, generation: number): boolean {
    return follower.state !== null && generation > Math.max(generationOf(follower.state), follower.generationRead)
  }

  async function readAnew(follower: Follower, generation: number): Promise<void> {
    const { origin } = follower.card
    log.warn('a city has gone on from a backup; its log is read again from the beginning', { hub: origin })
    follower.generationRead = generation
    if (follower.note !== null) {
      const { noteSize: size, note, state } = follower
      follower.proved = { size, note, root: state!.tree.root(size), generation: generationOf(state!) }
    }
    await follower.mirror?.close()
    follower.mirror = null
    await mirrors.discard(origin)
    follower.forget()
    follower.mirror = await openMirror(follower, mirrors, log)
  }

  function halt(follower: Follower, because: string): void {
    follower.halted = because
    log.error('a city’s log is not followed any further', { hub: follower.card.origin, because })
  }

  return readOn
}
