/**
 * A voter that has forgotten: how far it may have spoken, and what it may still say.
 *
 * Whoever votes twice for one slot, unknowingly or not, can certify two orders there. A hub that was
 * restored from a backup, or has lost its votes, cannot know what it said; but a slot is voted on only
 * after the one before has been certified, and of any quorum that certified it enough others remember.
 * So each other voter is asked for its last vote and certificate on every chain, and up to one slot
 * above the highest that any of a quorum has seen this hub abstains, for ever. What is learned is
 * durable in the votes journal before it counts.
 *
 * Where those who remember are fewer than a quorum (one is always, of two or three), one that abstains
 * would stop all chains. There this hub votes last: in the slots where it may have voted already it
 * votes for the order that every voter is bound to that remembers, since no other can be certified any
 * more, as long as those who have forgotten are no quorum by themselves. Where they are, or where all the rest are too
 * few to tell, nothing moves until this hub votes with a new key: `memory` says so, for its stewards.
 */
import type { Origin } from '#ledger/action.ts'
import { toHex } from '#ledger/bytes.ts'
import { type Card, isVoteFor, orderIdOf, parseOrder, quorum } from '#ledger/federation/federation.ts'
import { ownCard, type State } from '#ledger/state/state.ts'
import { FENCE_RETRY_MS, ORDERS_WAIT_SECONDS, RETRY_MAX_MS, services } from '#protocol/limits.ts'
import { type SettleAnswer, settleAnswers, settleRequests } from '#protocol/message.ts'
import { membershipOf, neighbourAt, neighboursOf, peerOf } from '../cities.ts'
import type { Network } from '../../wire/network.ts'
import type { Clock, Log, Writer } from '../../ports.ts'
import type { Loss, Votes } from '../settlement/votes.ts'

export type RecallPorts = {
  writer: Writer
  network: Network
  votes: Votes
  /** The vote key in force. */
  readonly voteKey: Uint8Array
  clock: Clock
  log: Log
  retryMs?: number
}

/**
 * How much a hub knows of what it voted. `whole`: all that it has to. `asking`: it does not vote, until others have told.
 * `stuck`: nobody can tell it, and it takes a new vote key.
 */
export type Memory = 'whole' | 'asking' | 'stuck'

export type Recall = {
  memory(): Memory
  /** Whether this hub may vote for this order, as far as it is sure of what it said before. */
  isFreeToVote(hub: Origin, slot: number, orderId: Uint8Array): Promise<boolean>
  /** Told whenever another voter has answered. */
  onHeard(listener: () => void): void
  stop(): void
}

/** An order that is still open is proposed again before this. */
const DECLINED_SECONDS = 2 * RETRY_MAX_MS / 1_000

type Head = Extract<SettleAnswer, { type: 'head' }>

/**
 * Since when this hub has forgotten, or null: also once it votes with a key that it has made and promised since, by a document.
 * What it said with the old one counts nowhere any more but for what the reports of that document hold.
 */
export function lossOf(votes: Votes, state: State): Loss | null {
  const loss = votes.loss()
  const inForce = ownCard(state)?.voteKey
  return loss === null || (inForce !== undefined && loss.renewed.has(toHex(inForce))) ? null : loss
}

/**
 * Whether the other voters have told what they have seen of a hub since it forgot it: all, or enough for a quorum. If all the
 * rest have forgotten like that hub, so many are enough that no quorum can have been formed without one of them.
 */
export function hasHeard(loss: Loss, others: readonly Card[], enough: 'all' | 'quorum', now: number): boolean {
  const heard = others.filter(({ origin }) => loss.heard.has(origin)).length
  const members = others.length + 1
  if (heard === others.length) return true
  if (isAllThereIs(loss, others) && heard > members - quorum(members)) return true
  if (heard < quorum(members)) return false
  return enough === 'quorum' || now >= loss.ts + ORDERS_WAIT_SECONDS
}

/** Every other voter has told, or has forgotten as well. */
const isAllThereIs = ({ heard, forgetful }: Loss, others: readonly Card[]): boolean =>
  others.every(({ origin }) => heard.has(origin) || forgetful.has(origin))

/** Below this slot of a hub's chain this hub may have voted with the key in force without remembering it. */
export const unsureBelow = (votes: Votes, state: State, hub: Origin): number =>
  lossOf(votes, state) === null ? 0 : votes.unsureBelow(hub)

/** Asks, while there is a loss and a voter that has not told of it. */
export function startRecall(ports: RecallPorts): Recall {
  const { writer, network, votes, clock, log } = ports
  const asking = new Set<Origin>()
  const listeners: (() => void)[] = []
  /** When an order was last declined that nobody can say anything of, seconds. */
  let declinedAt = -Infinity
  let stopped = false
  let cancel = (): void => {}

  function askAll(): void {
    if (stopped) return
    const loss = lossOf(votes, writer.state)
    if (loss !== null) {
      for (const card of neighboursOf(writer.state)) if (!loss.heard.has(card.origin)) void hear(card)
    }
    cancel()
    cancel = clock.after(ports.retryMs ?? FENCE_RETRY_MS, askAll)
  }

  /** All that one voter has seen, of every chain; nothing counts unless it has told of all. */
  async function hear(card: Card): Promise<void> {
    const membership = membershipOf(writer.state)
    const of = votes.loss()
    if (membership === null || asking.has(card.origin)) return
    asking.add(card.origin)
    try {
      const slots: { hub: Origin; slot: number }[] = []
      const seen = new Map<string, Uint8Array>()
      for (const { card: { origin: hub } } of membership.document.members) {
        const head = await headOf(card, hub)
        if (head === null) return
        // Whoever has forgotten as well knows nothing for us.
        if (!head.recalls) return noted(card.origin)
        slots.push({ hub, slot: firstSureSlot(head, hub) })
        for (const { hub: origin, slot, epoch, order, signature } of head.seen) {
          if (isVoteFor(ports.voteKey, membership.federation.id, epoch, { origin, slot, order }, signature))
            seen.set(toHex(order), order)
        }
      }
      if (stopped || votes.loss() !== of) return
      await votes.bindHeard({ voter: card.origin, slots, seen: [...seen.values()] })
      log.info('a city has told which votes this hub may have given', { by: card.origin })
      for (const listener of listeners) listener()
    } catch (error) {
      log.warn('what a city has seen of our votes could not be learned; it is asked again', { by: card.origin, error: String(error) })
    } finally {
      asking.delete(card.origin)
    }
  }

  function noted(voter: Origin): void {
    votes.noteForgetful(voter)
    for (const listener of listeners) listener()
  }

  async function headOf(card: Card, origin: Origin): Promise<Head | null> {
    const { protocol, answerBytesMax, timeoutMs } = services.settle
    const request = settleRequests.encode({ type: 'head', origin })
    try {
      const bytes = await network.request(peerOf(card), protocol, request, { answerBytesMax, timeoutMs })
      const answer = settleAnswers.parse(bytes)
      return answer?.type === 'head' ? answer : null
    } catch {
      return null
    }
  }

  async function isFreeToVote(hub: Origin, slot: number, orderId: Uint8Array): Promise<boolean> {
    // What it is bound to on this disk it has said, and says again.
    const isBound = votes.lockOf(hub, slot)?.orderId === toHex(orderId)
    if (isBound || slot >= unsureBelow(votes, writer.state, hub)) return true
    const others = neighboursOf(writer.state)
    const heads = await Promise.all(others.map((card) => headOf(card, hub)))
    if (heads.some((head) => wordOn(head, slot, toHex(orderId)) === 'against')) return false
    const needed = quorum(others.length + 1)
    const forgetful = 1 + heads.filter((head) => isForgetful(head!, slot)).length
    if (forgetful >= needed) declinedAt = clock.now()
    return others.length + 1 - forgetful < needed && forgetful < needed
  }

  function memory(): Memory {
    const loss = lossOf(votes, writer.state)
    if (loss === null) return 'whole'
    const others = neighboursOf(writer.state)
    // Whoever has an order open asks for votes again and again.
    if (hasHeard(loss, others, 'quorum', clock.now())) return clock.now() - declinedAt < DECLINED_SECONDS ? 'stuck' : 'whole'
    return isAllThereIs(loss, others) ? 'stuck' : 'asking'
  }

  network.onConnected((peer) => {
    const card = stopped ? undefined : neighbourAt(writer.state, peer)
    const loss = lossOf(votes, writer.state)
    if (card !== undefined && loss !== null && !loss.heard.has(card.origin)) void hear(card)
  })
  askAll()

  return {
    memory,
    isFreeToVote,
    onHeard: (listener) => void listeners.push(listener),
    stop() {
      stopped = true
      cancel()
    },
  }
}

/** Whether another voter may have voted at that slot without remembering it. */
const isForgetful = ({ recalls, unsureBelow }: Head, slot: number): boolean => !recalls || slot < unsureBelow

/** What another voter says of an order, id in hex: bound to it, with no memory of that slot either, or neither of these. */
export function wordOn(head: Head | null, slot: number, orderId: string): 'bound' | 'forgetful' | 'against' {
  const vote = head?.vote ?? null
  if (vote?.slot === slot) return toHex(orderIdOf(vote.order)) === orderId ? 'bound' : 'against'
  return head !== null && isForgetful(head, slot) && (vote === null || vote.slot < slot) ? 'forgetful' : 'against'
}

/** The first slot of a chain on which this hub cannot have voted, by what another voter shows of it. */
export function firstSureSlot({ vote, certificate }: Head, hub: Origin): number {
  const certified = certificate === null ? null : parseOrder(certificate.order)
  const highest = Math.max(vote?.slot ?? -1, certified?.hub === hub ? certified.slot : -1)
  // The slot above may be one that only we and a quorum without this voter have voted on.
  return highest + 2
}
