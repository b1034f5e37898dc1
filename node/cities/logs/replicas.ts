/**
 * The other cities' ledgers, read and checked here: what this hub audits, votes by, and shows as
 * proof.
 *
 * Each other member's log is followed as far as its newest signed checkpoint (`reading.ts`, `pages.ts`), record by record
 * through the same `check` and `apply` as our own (`replica.ts`), and kept on disk (`mirror.ts`), so that a restart does
 * not fetch it again. Why a log is no longer followed is said and not forgotten while the process lives.
 *
 * News comes by gossip, by a new connection, and by asking, because gossip may be lost: ten seconds after there was any,
 * and then with pauses that double up to a minute.
 */
import type { ActionOf, Origin } from '#ledger/action.ts'
import { fromUtf8 } from '#ledger/bytes.ts'
import type { SignatureClaim } from '#ledger/claims.ts'
import { openCheckpoint } from '#ledger/checkpoint.ts'
import type { Card } from '#ledger/federation/federation.ts'
import { CATCH_UP_MS, HEAD_EVERY_MS, HEAD_QUIET_MS, LOGS_COMPARED_MAX, services } from '#protocol/limits.ts'
import { logAnswers, type LogAnswer, logRequests, type LogRequest } from '#protocol/message.ts'
import { checkpointTopic } from '#protocol/topic.ts'
import { membershipOf, neighbour, neighbourAt, neighboursOf, peerOf } from '../cities.ts'
import type { Network, PeerKey, Verdict } from '../../wire/network.ts'
import type { Clock, Log, MirrorStore, Writer } from '../../ports.ts'
import type { Votes } from '../settlement/votes.ts'
import { announce } from './announcing.ts'
import { type Contradiction, openReading, type RefusedRecord } from './reading.ts'
import { Follower, type Replica, type SignedCheckpoint } from './replica.ts'

/** Between two questions about a log that shows nothing new, at most. */
const QUIET_TURNS = HEAD_QUIET_MS / HEAD_EVERY_MS

export type ReplicaPorts = {
  writer: Writer
  network: Network
  mirrors: MirrorStore
  votes: Votes
  clock: Clock
  log: Log
  headEveryMs?: number
  /** Verifies signatures elsewhere (`verifier-pool.ts`), in the order asked. Without it each is verified in its turn. */
  verify?(claims: SignatureClaim[]): Promise<boolean[]>
  /** False while the disk has no room for the copies. */
  mayWrite?(): boolean
}

export type Replicas = {
  of(origin: Origin): Replica | undefined
  /** Resolves when that log has been read up to `size`, or the time is up, or it cannot be read. */
  catchUp(origin: Origin, size: number, withinMs?: number): Promise<void>
  /**
   * Resolves when that log has been read to the end that it has now, or the time is up, or it cannot be read. True when it
   * has been read to there, or its own records are what keeps it from being followed.
   */
  readToEnd(origin: Origin, withinMs: number): Promise<boolean>
  /** Lays what a neighbour holds of other logs beside what was read of them here, of `LOGS_COMPARED_MAX` in turn. */
  compareWith(peer: PeerKey): Promise<void>
  /** The members may have changed: follows new ones, subscribes to their word. */
  refresh(): void
  /** Told whenever a replica has grown. */
  onGrown(listener: (replica: Replica) => void): void
  /** Told of every arrival in a log that is read, once the record is kept; not of those found at a start. */
  onTakenIn(listener: (arrival: ActionOf<'x.in'>) => void): void
  /** Told of a record that no rule allows, with the proof that its log holds it. */
  onRefused(listener: (refused: RefusedRecord) => void): void
  /** Told of every checkpoint that contradicts what was read, or another that was heard. */
  onContradiction(listener: (contradiction: Contradiction) => void): void
  stop(): Promise<void>
}

/** Opens the mirrors of all other members and follows them until stopped. */
export function startReplicas(ports: ReplicaPorts): Replicas {
  const { writer, network, mirrors, votes, clock, log } = ports
  const followers = new Map<Origin, Follower>()
  const listeners: ((replica: Replica) => void)[] = []
  const contradicted: ((contradiction: Contradiction) => void)[] = []
  const refusalListeners: ((refused: RefusedRecord) => void)[] = []
  const arrivalListeners: ((arrival: ActionOf<'x.in'>) => void)[] = []
  let topic: string | null = null
  let stopped = false
  let cancelTimer = (): void => {}

  const readOn = openReading({
    ask, verify: ports.verify, mirrors, votes, log,
    breathe: () => new Promise((resolve) => void clock.after(0, resolve)),
    told: {
      head: (note) => announce(note, writer, network),
      compare,
      takenIn: (arrival) => arrivalListeners.forEach((listener) => listener(arrival)),
      refused: (record) => refusalListeners.forEach((listener) => listener(record)),
      contradiction: contradict,
      grown: (replica) => listeners.forEach((listener) => listener(replica)),
    },
    isStopped: () => stopped,
    mayWrite: () => ports.mayWrite?.() !== false,
  })

  async function ask(card: Card, request: LogRequest): Promise<LogAnswer | null> {
    const { protocol, answerBytesMax, timeoutMs } = services.log
    const answer = await network.request(peerOf(card), protocol, logRequests.encode(request), {
      answerBytesMax,
      timeoutMs,
    })
    return logAnswers.parse(answer)
  }

  function refresh(): void {
    if (stopped) return
    for (const [origin, follower] of followers) {
      if (neighbour(writer.state, origin) === undefined && membershipOf(writer.state) !== null) leave(follower)
    }
    for (const card of neighboursOf(writer.state)) {
      if (followers.has(card.origin)) continue
      const follower = new Follower(card, writer.state.hub.origin)
      followers.set(card.origin, follower)
      void follow(follower)
    }
    const membership = membershipOf(writer.state)
    const wanted = membership === null ? null : checkpointTopic(membership.federation.id)
    if (wanted === null || wanted === topic) return
    if (topic !== null) network.unsubscribe(topic)
    topic = wanted
    network.subscribe(wanted, hear)
  }

  /** A city that was closed is followed no more; its copy stays on the disk. */
  function leave(follower: Follower): void {
    followers.delete(follower.card.origin)
    void (follower.round ?? Promise.resolve()).then(() => follower.mirror?.close())
  }

  /** Word of a new checkpoint: the signed note itself, so that nobody can make us run. */
  function hear(_from: string, data: Uint8Array): Verdict {
    const text = fromUtf8(data)
    const origin = text?.slice(0, text.indexOf('\n'))
    if (text === null || origin === undefined) return 'reject'
    const card = neighbour(writer.state, origin)
    // A member we have not heard of yet, or our own word come back.
    if (card === undefined) return 'ignore'
    const checkpoint = openCheckpoint(text, origin, card.logKey)
    if (checkpoint === null) return 'reject'
    const follower = followers.get(origin)
    if (follower !== undefined) compare(follower, { note: text, checkpoint })
    if (follower === undefined || checkpoint.size <= BigInt(follower.size)) return 'accept'
    void follow(follower)
    return 'accept'
  }

  /** Who shows two histories to two sides says nothing new when these hear each other again: they ask. */
  async function compareWith(peer: PeerKey): Promise<void> {
    const near = followers.get(neighbourAt(writer.state, peer)?.origin ?? '')
    if (near === undefined) return
    const others = [...followers.keys()].filter((origin) => origin !== near.card.origin)
    for (let i = 0; i < Math.min(others.length, LOGS_COMPARED_MAX) && !stopped; i++) {
      const held = await ask(near.card, { type: 'held', origin: others[near.compared++ % others.length]! })
      if (held?.type === 'head') hear(peer, held.note)
    }
  }

  /** Lays a checkpoint beside what was read and heard of its log before. */
  function compare(follower: Follower, met: SignedCheckpoint): void {
    const other = follower.against(met)
    if (other === null) return
    contradict({ origin: follower.card.origin, one: { note: met.note, tree: null }, other })
  }

  function contradict(contradiction: Contradiction): void {
    for (const listener of contradicted) listener(contradiction)
  }

  /**
   * One round: ask for the head, read up to it. Rounds of one log never overlap; a wish meanwhile
   * adds one.
   */
  function follow(follower: Follower): Promise<void> {
    if (follower.round !== null) {
      follower.again = true
      return follower.round
    }
    follower.round = (async () => {
      do {
        follower.again = false
        const before = follower.repeated
        let isQuiet = false
        try {
          await readOn(follower)
          isQuiet = follower.isAtEnd && follower.repeated === before
        } catch (error) {
          // Not reachable, or cut off in the middle: the next round goes on where this one ended.
          log.info('a city’s log could not be read to its end', {
            hub: follower.card.origin,
            error: String(error),
          })
        }
        follower.pauseTurns = isQuiet ? Math.min(2 * follower.pauseTurns, QUIET_TURNS) : 1
        follower.turnsLeft = follower.pauseTurns
      } while (follower.again && !stopped)
    })().finally(() => {
      follower.round = null
    })
    return follower.round
  }

  function followDue(): void {
    for (const follower of followers.values()) {
      follower.turnsLeft -= 1
      if (follower.turnsLeft <= 0) void follow(follower)
    }
  }

  function tick(): void {
    cancelTimer = clock.after(ports.headEveryMs ?? HEAD_EVERY_MS, () => {
      refresh()
      followDue()
      tick()
    })
  }

  /** Waits for one round of a log, unless the one that is under way is enough. */
  async function readOnce(follower: Follower, isEnough: () => boolean, withinMs: number): Promise<void> {
    let cancel = (): void => {}
    const late = new Promise<void>((resolve) => {
      cancel = clock.after(withinMs, resolve)
    })
    const reading = (async () => {
      // A round under way may have asked for the head before the record was there.
      await follower.round
      if (!isEnough()) await follow(follower)
    })()
    await Promise.race([reading, late])
    cancel()
  }

  network.onConnected((peer) => {
    const card = stopped ? undefined : neighbourAt(writer.state, peer)
    const follower = card === undefined ? undefined : followers.get(card.origin)
    if (follower !== undefined) void follow(follower)
  })
  refresh()
  tick()

  return {
    of: (origin) => followers.get(origin),
    async catchUp(origin, size, withinMs = CATCH_UP_MS) {
      refresh()
      const follower = followers.get(origin)
      if (follower !== undefined && follower.size < size) await readOnce(follower, () => follower.size >= size, withinMs)
    },
    async readToEnd(origin, withinMs) {
      refresh()
      const follower = followers.get(origin)
      if (follower === undefined) return false
      follower.isAtEnd = false
      await readOnce(follower, () => false, withinMs)
      return follower.isAtEnd || follower.halted !== null
    },
    compareWith,
    refresh,
    onGrown: (listener) => void listeners.push(listener),
    onRefused: (listener) => void refusalListeners.push(listener),
    onTakenIn: (listener) => void arrivalListeners.push(listener),
    onContradiction: (listener) => void contradicted.push(listener),
    async stop() {
      stopped = true
      cancelTimer()
      if (topic !== null) network.unsubscribe(topic)
      for (const follower of followers.values()) {
        await follower.round
        await follower.mirror?.close()
      }
    },
  }
}
