/**
 * The fence: what a hub asks before it signs anything after a start.
 *
 * A directory restored from a backup looks perfectly sound from inside. Only others can know that
 * this hub has said more than it remembers; if it goes on, it says something else under the same
 * number, and that is a fork, whoever's fault it was. So before the first seal, order or vote after
 * a start it asks enough other members that no quorum can have been formed without one of them:
 * what is the newest checkpoint of mine that you cosigned, what did you vote on my chain, and which
 * votes of mine have you seen? And who has joined since: those are asked, too.
 *
 *   this is not the directory used last          restoring (backup), whatever anybody answers
 *   alone in the federation, or in none          passed at once
 *   enough answers, all within what we know      passed
 *   no answers for a minute                      alone: local life goes on, shown as unconfirmed;
 *                                                  orders and votes wait; asked again until answered
 *   a history that a restore went back behind    passed: it was said before, and given up in the record
 *   a longer history of ours                     restoring: nothing is sealed before the end has been
 *                                                  fetched back and stewards have signed (recovery.ts)
 *   another history of ours                      restoring, for good: this hub has contradicted itself
 *   a vote of ours that we do not remember       as before, and this hub votes only where it cannot
 *                                                  have voted yet (recall.ts)
 *
 * Nobody is believed: every statement that shuts the fence bears our own signature.
 */
import type { Origin } from '#ledger/action.ts'
import { equalBytes, fromUtf8, toHex } from '#ledger/bytes.ts'
import { type Checkpoint, openCheckpoint } from '#ledger/checkpoint.ts'
import { cosignerOf } from '#ledger/cosigner.ts'
import {
  type Card, isSignedOrder, isVoteFor, parseOrder, placeOf, quorum,
} from '#ledger/federation/federation.ts'
import { restoresOf } from '#ledger/rules/restore.ts'
import type { State } from '#ledger/state/state.ts'
import { CLOCK_SKEW_SECONDS, FENCE_ALONE_MS, FENCE_RETRY_MS, services } from '#protocol/limits.ts'
import { type SettleAnswer, settleAnswers, settleRequests } from '#protocol/message.ts'
import { neighbour, neighbourAt, neighboursOf } from '../cities.ts'
import { membersSince } from './members-since.ts'
import { hasHeard, lossOf } from './recall.ts'
import type { Network } from '../../wire/network.ts'
import type { Clock, Log, Writer } from '../../ports.ts'
import type { Votes } from '../settlement/votes.ts'

export type FencePhase = 'asking' | 'passed' | 'alone' | 'restoring'
/** Why a hub may not go on from what it holds. */
export type FenceReason =
  'backup' | 'longer-history' | 'other-history' | 'longer-chain' | 'other-order'

/** From these a way leads on: what is missing can be fetched back. */
const recoverable: ReadonlySet<FenceReason | null> = new Set(['backup', 'longer-history', 'longer-chain'])

export type FencePorts = {
  writer: Writer
  network: Network
  votes: Votes
  /** This hub's own vote key, by which a vote of ours is known. */
  readonly voteKey: Uint8Array
  clock: Clock
  log: Log
  /**
   * True when the marker outside the backup set says that this directory was the one in use last.
   */
  sameDirectory: boolean
  /**
   * This hub has said more than it remembers (`reason`; null when only votes are missing): noted
   * before anything else is done, so that no restart forgets it.
   */
  onForgotten(reason: FenceReason | null): void
  /** The stewards of this city agree that its freeze ends: what it has contradicted then keeps it from nothing. */
  isForgiven?(): boolean
  /** By that word this directory is the one in use, whatever it was shut for: noted, so that the next start goes on from it. */
  onForgiven?(): void
  aloneAfterMs?: number
  retryMs?: number
}

export type Fence = {
  readonly phase: FencePhase
  readonly because: FenceReason | null
  /** Entries and checkpoints may be signed. */
  maySeal(): boolean
  /** Votes may be signed, and a frontier reported. */
  mayVote(): boolean
  /** Orders may be signed. */
  mayOrder(): boolean
  /** This hub knows all its votes, or has learned how far they may go. */
  recalls(): boolean
  /** What is missing can be fetched back from those who hold it. */
  isRecoverable(): boolean
  /** The restore stands in the record: goes on from there. */
  restored(): void
  /** The stewards have said that this hub goes on though it has contradicted itself: it asks anew. */
  forgive(): void
  /** Lets a member show what it says it has seen of us, also long after the start. */
  doubt(by: Origin): void
  /** We hold proof ourselves: another order of ours, signed by us. False when the stewards have agreed to go on all the same. */
  shut(because: FenceReason): boolean
  /** Told of every change of phase. */
  onChange(listener: (phase: FencePhase) => void): void
  stop(): void
}

/** Begins to ask. The answers to others' questions do not wait for it. */
export function startFence(ports: FencePorts): Fence {
  const { writer, network, votes, clock, log } = ports
  const members = membersSince({ writer, network }, answersNeeded)
  const answered = new Set<Origin>()
  /** Who has shown votes of ours that are forgotten, as long as its answers do. */
  const lostTo = new Set<Origin>()
  const listeners: ((phase: FencePhase) => void)[] = []
  let phase: FencePhase = 'asking'
  let because: FenceReason | null = null
  let cancelRetry = (): void => {}
  let cancelAlone = (): void => {}
  let stopped = false

  function enter(next: FencePhase, reason: FenceReason | null = null): void {
    // What leads nowhere is worse than what leads somewhere; else nothing changes that a hub is shut.
    const isWorse = phase === 'restoring' && recoverable.has(because) && isOwnContradiction(reason)
    if (stopped || (!isWorse && (phase === 'restoring' || phase === next))) return
    phase = next
    because = reason
    if (next === 'restoring') {
      const wayOn = recoverable.has(reason) ? ' until a steward confirms: on its page, or with confirm-restore' : ''
      log.error(`this hub has said more than it remembers; it signs nothing${wayOn}`, { because: reason })
      ports.onForgotten(reason)
    } else log.info('the fence', { phase: next })
    if (next === 'passed' || next === 'restoring') {
      cancelRetry()
      cancelAlone()
    }
    for (const listener of listeners) listener(next)
  }

  async function ask(card: Card): Promise<void> {
    const request = settleRequests.encode({ type: 'head', origin: writer.state.hub.origin })
    let answer: SettleAnswer | null
    try {
      answer = settleAnswers.parse(await members.request(card, services.settle, request))
    } catch {
      return
    }
    if (stopped || answer?.type !== 'head') return
    const reason = contradiction(answer, writer.state, votes, ports.voteKey, ports.isForgiven?.() === true)
    if (reason === 'votes-lost') lose(card.origin)
    else lostTo.delete(card.origin)
    if (reason !== null && reason !== 'votes-lost') return enter('restoring', reason)
    // Who does not say who has joined since has not answered.
    if (phase !== 'passed' && !(await members.learnFrom(card))) return
    answered.add(card.origin)
    considerPassed()
  }

  /** Once for each who shows it: a loss that is noted anew lets go of what was heard since. */
  function lose(by: Origin): void {
    if (lostTo.has(by)) return
    lostTo.add(by)
    log.error('this hub has given votes that it does not remember; it abstains where it may have', { by })
    ports.onForgotten(null)
  }

  function considerPassed(): void {
    if (members.areEnough((origin) => answered.has(origin)) && phase !== 'restoring') enter('passed')
  }

  function askAll(): void {
    if (stopped || phase === 'passed' || phase === 'restoring') return
    for (const card of members.others()) if (!answered.has(card.origin)) void ask(card)
    cancelRetry()
    cancelRetry = clock.after(ports.retryMs ?? FENCE_RETRY_MS, askAll)
  }

  network.onConnected((peer) => {
    const card = stopped || phase === 'passed' ? undefined : neighbourAt(writer.state, peer)
    if (card !== undefined) void ask(card)
  })

  function remembers(enough: 'all' | 'quorum'): boolean {
    const loss = lossOf(votes, writer.state)
    return loss === null || hasHeard(loss, neighboursOf(writer.state), enough, clock.now())
  }

  if (!ports.sameDirectory) enter('restoring', 'backup')
  considerPassed()
  if (phase === 'asking') {
    askAll()
    cancelAlone = clock.after(ports.aloneAfterMs ?? FENCE_ALONE_MS, () => {
      if (phase === 'asking') enter('alone')
    })
  }

  return {
    get phase() {
      return phase
    },
    get because() {
      return because
    },
    maySeal: () => phase === 'passed' || phase === 'alone',
    recalls: () => remembers('quorum'),
    mayVote: () => phase === 'passed' && remembers('quorum'),
    mayOrder: () => phase === 'passed' && remembers('all'),
    isRecoverable: () => phase === 'restoring' && recoverable.has(because),
    restored() {
      if (phase !== 'restoring') return
      phase = 'alone'
      enter('passed')
    },
    forgive() {
      if (phase !== 'restoring' || !isOwnContradiction(because)) return
      phase = 'asking'
      because = null
      answered.clear()
      ports.onForgiven?.()
      considerPassed()
      askAll()
    },
    doubt(by) {
      const card = neighbour(writer.state, by)
      if (card !== undefined) void ask(card)
    },
    shut(reason) {
      const isForgiven = isOwnContradiction(reason) && ports.isForgiven?.() === true
      if (!isForgiven) enter('restoring', reason)
      return !isForgiven
    },
    onChange: (listener) => void listeners.push(listener),
    stop() {
      stopped = true
      cancelRetry()
      cancelAlone()
    },
  }
}

/** It has said two things of which nothing can be fetched back. */
const isOwnContradiction = (reason: FenceReason | 'votes-lost' | null): boolean => reason === 'other-history' || reason === 'other-order'

/** How far documents that released this hub have fixed its log, in records, and its chain: what was said before is settled. */
function settledOf({ federation, hub }: State): { size: number; slot: number } {
  const found = { size: 0, slot: -1 }
  for (const { document, frontiers } of federation?.documents ?? []) {
    const release = document.releases.find(({ origin }) => origin === hub.origin)
    if (release === undefined) continue
    found.size = Math.max(found.size, release.size)
    found.slot = Math.max(found.slot, frontiers.get(hub.origin)?.certified?.slot ?? -1)
  }
  return found
}

/** Other members that must answer: without one of them no quorum of n can have been formed. */
export function answersNeeded(members: number): number {
  return Math.min(members - 1, Math.max(0, members - quorum(members) + 1))
}

type Head = Extract<SettleAnswer, { type: 'head' }>

/**
 * The checkpoint of ours that a member has cosigned or keeps, as far as it binds us still. One that was cosigned
 * before a restore that went back behind it does not: the stewards went on without it, openly, while this member was
 * silent. The times are the member's own word: one that lies about them can keep this hub from starting, as it can
 * convict it (protocol README, "Honest limits").
 */
export function boundBy({ cosigned }: Pick<Head, 'cosigned'>, state: State): Checkpoint | null {
  const { origin, logKey } = state.hub
  const note = cosigned === null ? null : fromUtf8(cosigned)
  const opened = note === null ? null : openCheckpoint(note, origin, logKey, neighboursOf(state).map(cosignerOf))
  if (opened === null) return null
  const { cosigners, ...checkpoint } = opened
  const isBefore = (ts: number): boolean =>
    cosigners.length > 0 && cosigners.every(({ time }) => Number(time) + CLOCK_SKEW_SECONDS < ts)
  const isVoid = restoresOf(state).some(({ size, ts }) => BigInt(size) < checkpoint.size && isBefore(ts))
  return isVoid && !isIn(state, checkpoint) ? null : checkpoint
}

const isIn = ({ tree }: State, { size, root }: Checkpoint): boolean =>
  size <= BigInt(tree.size) && equalBytes(tree.root(Number(size)), root)

/**
 * What an answer proves that we said and do not remember, or null. Pure: everything it believes we
 * signed. `isForgiven`: the stewards go on though this hub has contradicted itself; only that is passed over, not what
 * else is forgotten.
 */
export function contradiction(
  head: Head,
  state: State,
  votes: Votes,
  voteKey: Uint8Array,
  isForgiven = false,
): FenceReason | 'votes-lost' | null {
  const { tree, federation, chain, hub } = state
  const { size: settledSize, slot: settledSlot } = settledOf(state)
  const checkpoint = boundBy(head, state)
  if (checkpoint !== null && checkpoint.size > BigInt(settledSize)) {
    if (checkpoint.size > BigInt(tree.size)) return 'longer-history'
    if (!isForgiven && !equalBytes(tree.root(Number(checkpoint.size)), checkpoint.root)) return 'other-history'
  }
  if (federation === null) return null

  for (const shown of [head.vote, head.certificate]) {
    const order = shown === null ? null : parseOrder(shown.order)
    if (shown === null || order === null || order.hub !== hub.origin) continue
    const place = placeOf(order, shown.order)
    if (!isSignedOrder(hub.orderKey, federation.id, place, shown.signature)) continue
    const ours = chain.slots[order.slot]
    if (ours === undefined) return 'longer-chain'
    if (order.slot <= settledSlot) continue
    if (!isForgiven && ours.orderId !== toHex(place.order)) return 'other-order'
  }
  for (const { hub: origin, slot, epoch, order, signature } of head.seen) {
    if (!isVoteFor(voteKey, federation.id, epoch, { origin, slot, order }, signature)) continue
    const id = toHex(order)
    if (!votes.hasVotedFor(id) && !votes.hasRecalled(id)) return 'votes-lost'
  }
  return null
}
