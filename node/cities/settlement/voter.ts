/**
 * The voter: answers for the one order it has read in an audited log, once it has bound itself to it on disk
 * (`protocol/settlement.ts` judges), and says to whoever asks how far it has come with each chain.
 */
import type { Origin } from '#ledger/action.ts'
import { fromHex, utf8 } from '#ledger/bytes.ts'
import { parseOrder, placeOf, votePayload } from '#ledger/federation/federation.ts'
import { sign } from '#ledger/keys.ts'
import type { Slot } from '#ledger/state/between.ts'
import { CATCH_UP_MS } from '#protocol/limits.ts'
import type { SettleAnswer, SettleRequest } from '#protocol/message.ts'
import { judge } from '#protocol/settlement.ts'
import type { Checkpointer } from '../logs/checkpointer.ts'
import type { Witness } from '../logs/witness.ts'
import { membershipOf, neighbourAt } from '../cities.ts'
import { certificateOf } from './certificates.ts'
import type { Fence } from '../restoring/fence.ts'
import type { HubKeys } from '../../disk/keystore.ts'
import type { PeerKey } from '../../wire/network.ts'
import type { Log, Writer } from '../../ports.ts'
import { type Recall, unsureBelow } from '../restoring/recall.ts'
import type { Replicas } from '../logs/replicas.ts'
import type { Votes } from './votes.ts'

/** Slots of our own chain in which a voter's latest vote is looked for. */
const SLOTS_SEARCHED = 256

export type VoterPorts = {
  writer: Writer
  replicas: Replicas
  checkpointer: Pick<Checkpointer, 'latest'>
  witness: Pick<Witness, 'auditedSize' | 'cosigned'>
  votes: Votes
  fence: Fence
  recall: Recall
  keys: Pick<HubKeys, 'vote'>
  log: Log
  /** Cities that stewards here agree to close: their chains stand still. */
  isClosing(origin: Origin): boolean
}

export type Voter = {
  answerPropose(asked: Extract<SettleRequest, { type: 'propose' }>): Promise<SettleAnswer>
  /** What this hub holds of a chain, and where it has seen the asker's votes: from this a hub that forgot finds out. */
  answerHead(peer: PeerKey, origin: Origin): SettleAnswer
}

/** Opens the voter; it speaks when it is asked. */
export function openVoter(ports: VoterPorts): Voter {
  const { writer, replicas, checkpointer, witness, votes, fence, recall, keys, log } = ports
  const self = writer.state.hub.origin

  async function answerPropose({ epoch, order, signature, seq }: Extract<SettleRequest, { type: 'propose' }>): Promise<SettleAnswer> {
    if (!fence.mayVote()) return { type: 'refused', code: 'restoring' }
    const parsed = parseOrder(order)
    const hub = parsed?.hub
    if (hub !== undefined && hub !== self && (replicas.of(hub)?.size ?? 0) <= seq) {
      await replicas.catchUp(hub, seq + 1, CATCH_UP_MS)
    }
    // Asked before the turn in which it is judged and bound, so that nothing comes between those two.
    if (parsed !== null && !(await recall.isFreeToVote(parsed.hub, parsed.slot, placeOf(parsed, order).order)))
      return { type: 'refused', code: 'restoring' }
    const membership = membershipOf(writer.state)
    if (membership === null) return { type: 'refused', code: 'not-a-voter' }
    const { federation, document } = membership
    const decision = judge(
      { epoch, order, signature, seq },
      {
        federation: federation.id,
        document,
        self,
        isFrozen: (origin) => writer.state.frozen.has(origin),
        isClosing: ports.isClosing,
        closed: votes.reportedFor(document.version + 1) !== undefined,
        chainOf,
        frontierOf: (origin) => federation.documents.at(-1)!.frontiers.get(origin),
        lockOf: (origin, slot) => votes.lockOf(origin, slot),
      },
    )
    switch (decision.type) {
      case 'refused':
        return decision
      case 'behind':
        return { type: 'behind', size: decision.size }
      case 'conflict': {
        log.error('a city has signed two orders for one slot', {
          hub: decision.hub,
          slot: decision.slot,
        })
        await votes.keepOrders(decision.hub, { order, signature }, decision.other).catch(() => {})
        return { type: 'conflict', ...decision.other }
      }
      case 'vote': {
        try {
          // On disk before the signature exists: what has been said must never be forgotten.
          await votes.bindVote(decision.hub, { slot: decision.slot, epoch, order, signature })
        } catch (error) {
          log.error('a vote could not be made durable', { error: String(error) })
          return { type: 'refused', code: 'storage' }
        }
        const payload = votePayload(epoch, placeOf(parsed!, order))
        return {
          type: 'vote',
          voter: decision.voter,
          signature: sign(keys.vote.secret, 'vote', federation.id, payload),
        }
      }
    }
  }

  function chainOf(
    hub: Origin,
  ): { size: number; audited: number; slots: readonly Slot[] } | undefined {
    if (hub === self) {
      const covered = checkpointer.latest()?.size ?? 0
      return { size: covered, audited: covered, slots: writer.state.chain.slots }
    }
    const replica = replicas.of(hub)
    if (!replica?.state) return undefined
    return {
      size: replica.size,
      audited: witness.auditedSize(hub),
      slots: replica.state.chain.slots,
    }
  }

  function answerHead(peer: PeerKey, origin: Origin): SettleAnswer {
    const asker = neighbourAt(writer.state, peer)?.origin
    const certified = writer.state.chain.slots.findLast((slot) => slot.certified)
    const own = certified === undefined ? null : certificateOf(certified, writer)
    const note = origin === self ? checkpointer.latest()?.bare : witness.cosigned(origin)
    const seen =
      asker === undefined
        ? []
        : [
            voteInOwnChain(asker),
            ...membersOf().map((hub) => replicas.of(hub)?.voteOf(asker)),
          ].filter((vote) => vote !== undefined)
    return {
      type: 'head',
      cosigned: note === undefined || note === null ? null : utf8(note),
      vote: votes.lastOf(origin) ?? null,
      certificate: origin === self ? own : (replicas.of(origin)?.certificate ?? null),
      seen,
      recalls: fence.recalls(),
      unsureBelow: unsureBelow(votes, writer.state, origin),
    }
  }

  const membersOf = (): Origin[] =>
    membershipOf(writer.state)
      ?.document.members.map(({ card }) => card.origin)
      .filter((one) => one !== self) ?? []

  /** The latest vote of another hub on our own chain, out of our certificates. */
  function voteInOwnChain(voter: Origin) {
    const { chain, federation } = writer.state
    for (const slot of chain.slots.slice(-SLOTS_SEARCHED).reverse()) {
      if (!slot.certified) continue
      const { epoch, votes } = certificateOf(slot, writer)
      const { members } = federation!.documents[epoch - 1]!.document
      const vote = votes.find((one) => members[one.voter]!.card.origin === voter)
      if (vote !== undefined)
        return { hub: self, slot: slot.order.slot, epoch, order: fromHex(slot.orderId)!, signature: vote.signature }
    }
    return undefined
  }

  return { answerPropose, answerHead }
}
