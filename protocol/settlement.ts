/**
 * The conversation by which a slot of one hub's chain becomes certain for all, and its value
 * arrives.
 *
 * A source seals an order in its own log, shows it to every voter, and has a certificate as soon as
 * a quorum has signed (Byzantine consistent broadcast, as in FastPay, arXiv 2003.11506, with hubs
 * for accounts). There is no leader and no clock in it, and nothing to undo: an order that is
 * sealed can only be completed, so every step may be repeated for ever and none needs to be
 * remembered beyond what stands in the log.
 *
 * The source, one slot:
 *
 *   phase       input                              next        effects
 *   covering    covered (a checkpoint reaches it)  gathering   propose to every voter
 *   gathering   a vote, not yet a quorum           gathering   –
 *   gathering   the vote that makes a quorum       certified   certify
 *   gathering   the same, but a destination asks   waiting     wait (`WITNESS_WAIT_MS`)
 *               for the word of others yet
 *   waiting     a vote                             waiting,    –; certify when no word is missing
 *                                                  certified
 *   waiting     waited                             certified   certify with the votes that came
 *   gathering   behind                             gathering   show a checkpoint, propose again later
 *   gathering   refused, failed, not a vote        gathering   propose again, later each time
 *   gathering   conflict: another order we signed  disputed    dispute (both orders)
 *   gathering   conflict that we did not sign      gathering   propose again later
 *   waiting     any other answer                   waiting     as while gathering
 *   certified   anything                           –           – (late votes change nothing)
 *   disputed    anything                           –           – (our history is not ours: people look)
 *
 * A crash anywhere loses this conversation and nothing else. After it:
 *
 *   sealed, nothing sent          the same bytes are proposed from the log
 *   some votes received           voters answer with the vote they are bound to
 *   certificate not yet sealed    any quorum of votes gives a certificate of the same order
 *   sealed, not delivered         delivered again until the acknowledgement is in the log
 *   voter bound, answer lost      the same vote again
 *   arrived, receipt lost         the same record again, with a proof that it stands
 *
 * A new epoch begins the conversation anew with its own voters; whoever was bound to an order stays
 * bound.
 */
import type { Origin, Vote } from '#ledger/action.ts'
import { equalBytes, toHex } from '#ledger/bytes.ts'
import {
  type FederationDocument, isSignedOrder, isVoteFor, parseOrder, placeOf, quorum,
} from '#ledger/federation/federation.ts'
import type { Frontier, Slot } from '#ledger/state/between.ts'
import { cardOf } from '#ledger/state/state.ts'
import { retryAfterMs, WITNESS_WAIT_MS } from './limits.ts'
import type { SettleAnswer, SignedOrder, SlotVote, VoteRefusal } from './message.ts'

// ---- the source ---------------------------------------------------------------------------------

/** What the source's step needs to know of the federation. */
export type Epoch = { federation: Uint8Array; document: FederationDocument }

/** A destination takes value in by itself only with the votes of so many of these, by their places in the document. */
export type Wish = { among: readonly number[]; needed: number }

export type Settlement = {
  phase: 'covering' | 'gathering' | 'waiting' | 'certified' | 'disputed'
  epoch: number
  slot: number
  /** The record that seals the order. */
  seq: number
  order: Uint8Array
  signature: Uint8Array
  orderKey: Uint8Array
  wishes: readonly Wish[]
  /** By place in the document. */
  votes: ReadonlyMap<number, Uint8Array>
  /** How often each voter has been asked without a vote. */
  tries: ReadonlyMap<number, number>
}

export type SettlementInput =
  | { type: 'covered' }
  | { type: 'answered'; voter: number; answer: SettleAnswer }
  | { type: 'failed'; voter: number }
  | { type: 'waited' }

export type SettlementEffect =
  | { type: 'propose'; voter: number; afterMs: number }
  /** This voter has not audited our log as far as the order. */
  | { type: 'show'; voter: number }
  | { type: 'wait'; afterMs: number }
  | { type: 'certify'; slot: number; epoch: number; votes: Vote[] }
  | { type: 'dispute'; other: SignedOrder }

/** The conversation about a slot that is sealed and not certified. */
export function settlementOf(slot: Slot, { document }: Epoch, orderKey: Uint8Array, wishes: readonly Wish[] = []): Settlement {
  return {
    phase: 'covering',
    epoch: document.version,
    slot: slot.order.slot,
    seq: slot.seq,
    order: slot.bytes,
    signature: slot.signature,
    orderKey,
    wishes,
    votes: new Map(),
    tries: new Map(),
  }
}

/** One turn of the source. */
export function step(
  s: Settlement,
  input: SettlementInput,
  epoch: Epoch,
): [Settlement, SettlementEffect[]] {
  if (input.type === 'covered') {
    if (s.phase !== 'covering') return [s, []]
    const all = epoch.document.members.map((_, voter): SettlementEffect => ({
      type: 'propose',
      voter,
      afterMs: 0,
    }))
    return [{ ...s, phase: 'gathering' }, all]
  }
  if (input.type === 'waited') return s.phase === 'waiting' ? certified(s, epoch) : [s, []]
  if ((s.phase !== 'gathering' && s.phase !== 'waiting') || s.votes.has(input.voter)) return [s, []]
  if (input.type === 'failed') return askAgain(s, input.voter)

  const { voter, answer } = input
  if (
    answer.type === 'vote' &&
    answer.voter === voter &&
    isVote(s, voter, answer.signature, epoch)
  ) {
    const next = { ...s, votes: new Map(s.votes).set(voter, answer.signature) }
    if (next.votes.size < quorum(epoch.document.members.length)) return [next, []]
    if (next.wishes.every((wish) => missingOf(next, wish) === 0)) return certified(next, epoch)
    if (s.phase === 'waiting') return [next, []]
    return [{ ...next, phase: 'waiting' }, [{ type: 'wait', afterMs: WITNESS_WAIT_MS }]]
  }
  if (answer.type === 'conflict' && isOurOther(s, answer, epoch)) {
    const { order, signature } = answer
    return [{ ...s, phase: 'disputed' }, [{ type: 'dispute', other: { order, signature } }]]
  }
  const [next, effects] = askAgain(s, voter)
  return [next, answer.type === 'behind' ? [{ type: 'show', voter }, ...effects] : effects]
}

const missingOf = ({ votes }: Settlement, { among, needed }: Wish): number =>
  Math.max(0, needed - among.filter((voter) => votes.has(voter)).length)

/** The votes that are asked for, and others up to a quorum. */
function certified(s: Settlement, { document }: Epoch): [Settlement, SettlementEffect[]] {
  const wished = s.wishes.flatMap(({ among, needed }) => among.filter((voter) => s.votes.has(voter)).slice(0, needed))
  const chosen = new Set(wished)
  for (const voter of s.votes.keys()) if (chosen.size < quorum(document.members.length)) chosen.add(voter)
  const votes = [...chosen].sort((a, b) => a - b).map((voter) => ({ voter, signature: s.votes.get(voter)! }))
  return [{ ...s, phase: 'certified' }, [{ type: 'certify', slot: s.slot, epoch: s.epoch, votes }]]
}

function askAgain(s: Settlement, voter: number): [Settlement, SettlementEffect[]] {
  const tries = s.tries.get(voter) ?? 0
  const next = { ...s, tries: new Map(s.tries).set(voter, tries + 1) }
  return [next, [{ type: 'propose', voter, afterMs: retryAfterMs(tries) }]]
}

function isVote(
  s: Settlement,
  voter: number,
  signature: Uint8Array,
  { document, federation }: Epoch,
): boolean {
  const card = document.members[voter]?.card
  if (card === undefined || document.version !== s.epoch) return false
  return isVoteFor(card.voteKey, federation, s.epoch, placeOf(parseOrder(s.order)!, s.order), signature)
}

/** Another order for this very slot that bears our own signature. */
function isOurOther(
  s: Settlement,
  { order: bytes, signature }: SignedOrder,
  { federation }: Epoch,
): boolean {
  if (equalBytes(bytes, s.order)) return false
  const order = parseOrder(bytes)
  const ours = parseOrder(s.order)!
  if (order === null || order.hub !== ours.hub || order.slot !== s.slot) return false
  return isSignedOrder(s.orderKey, federation, placeOf(order, bytes), signature)
}

/** A certified slot and a destination that has not acknowledged it. */
export type Delivery = { destination: Origin; slot: Slot }

/**
 * What has to be delivered now: for each destination the oldest certified slot with an out to it
 * that it has not acknowledged. One at a time, because an arrival names the one before it.
 */
export function deliveriesDue(slots: readonly Slot[]): Delivery[] {
  const due = new Map<Origin, Delivery>()
  for (const slot of slots) {
    if (!slot.certified) continue
    for (const { destination } of slot.order.outs) {
      if (!slot.acknowledged.has(destination) && !due.has(destination))
        due.set(destination, { destination, slot })
    }
  }
  return [...due.values()]
}

// ---- the voter ----------------------------------------------------------------------------------

export type Proposal = { epoch: number; order: Uint8Array; signature: Uint8Array; seq: number }

/**
 * All that a vote is decided by. Nothing here can change back, so a vote is never stranded by a
 * policy.
 */
export type VoterView = {
  federation: Uint8Array
  /** The document in force here. */
  document: FederationDocument
  /** This hub's own name. */
  self: Origin
  /** True for a hub that is frozen in this hub's record. */
  isFrozen(hub: Origin): boolean
  /** True while this hub's stewards agree to close that one. */
  isClosing(hub: Origin): boolean
  /** This hub has reported its frontier: it votes no more until the next document is in force. */
  closed: boolean
  /**
   * What this hub holds of the proposer's log: replayed records, those it audited, and the chain in
   * them.
   */
  chainOf(hub: Origin): { size: number; audited: number; slots: readonly Slot[] } | undefined
  /** What the document's reports say of a chain. */
  frontierOf(hub: Origin): Frontier | undefined
  /** The order this hub is bound to at a slot: its id, and its bytes while they are kept. */
  lockOf(hub: Origin, slot: number): { orderId: string; vote: SlotVote | null } | undefined
}

export type VoteDecision =
  | { type: 'vote'; hub: Origin; slot: number; voter: number; orderId: Uint8Array }
  | { type: 'conflict'; hub: Origin; slot: number; other: SignedOrder }
  | { type: 'behind'; hub: Origin; size: number }
  | { type: 'refused'; code: VoteRefusal }

const refused = (code: VoteRefusal): VoteDecision => ({ type: 'refused', code })

/**
 * Whether this hub votes for an order. That the order is valid, chains to the one before, is
 * covered and approved, was decided when its record was replayed; so all that is asked is whether
 * this is the order that stands at that place of the log this hub has audited, and whether the hub
 * is free to say so.
 */
export function judge(
  { epoch, order: bytes, signature, seq }: Proposal,
  view: VoterView,
): VoteDecision {
  const order = parseOrder(bytes)
  if (order === null || !equalBytes(order.federation, view.federation)) return refused('malformed')
  const { hub, slot } = order
  const { document } = view
  const voter = document.members.findIndex(({ card }) => card.origin === view.self)
  if (voter < 0) return refused('not-a-voter')
  if (epoch !== document.version) return refused('other-epoch')
  const card = cardOf(document, hub)
  if (card === undefined || !card.community) return refused('unknown-hub')
  const place = placeOf(order, bytes)
  if (!isSignedOrder(card.orderKey, view.federation, place, signature))
    return refused('bad-signature')

  const orderId = place.order
  const name = toHex(orderId)
  const chain = view.chainOf(hub)
  const read = chain?.slots[slot]
  const lock = view.lockOf(hub, slot)
  if (lock !== undefined && lock.orderId !== name) {
    const other =
      lock.vote ??
      (read !== undefined && read.orderId === lock.orderId
        ? { order: read.bytes, signature: read.signature }
        : null)
    return other === null ? refused('locked-elsewhere') : conflict(hub, slot, other)
  }
  if (read !== undefined && read.orderId !== name)
    return conflict(hub, slot, { order: read.bytes, signature: read.signature })
  // From its report on, what this voter says belongs to the next epoch.
  if (view.closed) return refused('epoch-closed')
  // From one that is convicted nothing new is voted for; what this hub is bound to it says again.
  if (lock === undefined && view.isFrozen(hub)) return refused('frozen')
  // Its chain stands still from here on, or its closing order would be out of date before it is signed.
  if (lock === undefined && view.isClosing(hub)) return refused('closing')
  if (chain === undefined || chain.size <= seq)
    return { type: 'behind', hub, size: chain?.size ?? 0 }
  if (read === undefined || read.seq !== seq) return refused('other-history')
  if (chain.audited <= seq) return { type: 'behind', hub, size: chain.audited }
  const fixed = view.frontierOf(hub)
  for (const known of [fixed?.certified, fixed?.locked]) {
    if (known?.slot === slot && known.order !== name) return refused('locked-elsewhere')
  }
  return { type: 'vote', hub, slot, voter, orderId }
}

function conflict(hub: Origin, slot: number, { order, signature }: SignedOrder): VoteDecision {
  return { type: 'conflict', hub, slot, other: { order, signature } }
}
