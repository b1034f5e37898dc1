/**
 * The source of an order: writes the next one when there is one, shows it to the voters, and seals the certificate when
 * as many have voted as it takes (`protocol/settlement.ts` for the steps). One slot at a time.
 */
import type { Origin } from '#ledger/action.ts'
import { encodeOrder, type Order, placeOf, quorum, signOrder } from '#ledger/federation/federation.ts'
import { nextOrder } from '#ledger/rules/order.ts'
import { retryAfterMs } from '#protocol/limits.ts'
import type { SettleAnswer, SettleRequest } from '#protocol/message.ts'
import { type Settlement, type SettlementEffect, type SettlementInput, settlementOf, step, type Wish } from '#protocol/settlement.ts'
import type { Checkpointer } from '../logs/checkpointer.ts'
import { type Membership, membershipOf } from '../cities.ts'
import type { Fence } from '../restoring/fence.ts'
import type { HubKeys } from '../../disk/keystore.ts'
import type { Clock, Log, Writer } from '../../ports.ts'
import type { Replicas } from '../logs/replicas.ts'
import type { Votes } from './votes.ts'

export type SourcePorts = {
  writer: Writer
  replicas: Replicas
  checkpointer: Pick<Checkpointer, 'cover' | 'show'>
  votes: Votes
  fence: Fence
  keys: Pick<HubKeys, 'order'>
  clock: Clock
  log: Log
  /** Cities that stewards here agree to close: their chains stand still. */
  isClosing(origin: Origin): boolean
  /** Seconds, never before the last record. */
  now(): number
  /** Records an entry of settlement, and says so when it is not taken. */
  record: Writer['record']
  /** Puts a question to a member, or to this hub itself; null when there was no answer. */
  ask(to: Origin, request: SettleRequest): Promise<SettleAnswer | null>
  /** The table's pauses, for a hub that was given other ones. */
  scaled(ms: number): number
  /** What is due may have changed. */
  wake(): void
}

export type Source = {
  /** Writes the next order, if there is one. */
  order(membership: Membership): Promise<void>
  /** Begins or carries on the conversation about the slot that is open. */
  converse(membership: Membership): Promise<void>
  /** Whoever comes back is asked at once, however long the pause had become. */
  isBack(voter: Origin): void
  /** Votes on the slot that is open, or null: for the steward's page. */
  gathering(): { slot: number; needed: number; got: number } | null
  stop(): void
}

/** Opens the source of this hub's chain; it does nothing by itself. */
export function openSource(ports: SourcePorts): Source {
  const { writer, replicas, checkpointer, votes, fence, keys, clock, log, record } = ports
  const self = writer.state.hub.origin
  let conversation: Settlement | null = null
  const proposing = new Map<number, () => void>()
  let cancelWait = (): void => {}
  /** Set while a certificate that was not taken rests before it is tried again. */
  let cancelPause: (() => void) | null = null
  let stopped = false

  async function order({ federation }: Membership): Promise<void> {
    const next = nextOrder(writer.state, ports.now(), ports.isClosing)
    if (next === null) return
    const bytes = encodeOrder(next)
    const signature = signOrder(keys.order.secret, federation.id, placeOf(next, bytes))
    // Something may be sealed before it that changes what the next order is: then the next turn
    // writes that.
    await record('x.out', { order: bytes, signature })
  }

  async function converse(membership: Membership): Promise<void> {
    const open = writer.state.chain.slots.at(-1)
    if (open === undefined || open.certified) return endConversation()
    if (cancelPause !== null) return
    const { document } = membership
    if (conversation?.slot === open.order.slot && conversation.epoch === document.version) return
    endConversation()
    conversation = settlementOf(open, epochOf(membership), writer.state.hub.orderKey, wishesOf(open.order, membership))
    const begun = conversation
    if ((await checkpointer.cover(open.seq)) === null) return endConversation()
    if (conversation === begun) take({ type: 'covered' })
  }

  /** The word that destinations ask for before they take our value in by themselves, as far as their logs have been read. */
  function wishesOf({ outs }: Order, { document: { members } }: Membership): Wish[] {
    const placeOfMember = (hub: Origin): number => members.findIndex(({ card }) => card.origin === hub)
    return [...new Set(outs.map(({ destination }) => destination))].flatMap((destination): Wish[] => {
      const trust = replicas.of(destination)?.state?.trust.get(self)
      const among = (trust?.witnesses ?? []).map(placeOfMember).filter((place) => place >= 0)
      const needed = Math.min(trust?.witnessesNeeded ?? 0, among.length)
      return needed === 0 ? [] : [{ among, needed }]
    })
  }

  function endConversation(): void {
    cancelWait()
    for (const cancel of proposing.values()) cancel()
    proposing.clear()
    conversation = null
  }

  function epochOf({ federation, document }: Membership) {
    return { federation: federation.id, document }
  }

  function take(input: SettlementInput): void {
    const membership = membershipOf(writer.state)
    if (conversation === null || membership === null || stopped) return
    const [next, effects] = step(conversation, input, epochOf(membership))
    conversation = next
    for (const effect of effects) perform(effect)
  }

  function perform(effect: SettlementEffect): void {
    switch (effect.type) {
      case 'propose':
        return propose(effect.voter, effect.afterMs)
      case 'show':
        return checkpointer.show(originAt(effect.voter))
      case 'wait':
        cancelWait = clock.after(ports.scaled(effect.afterMs), () => take({ type: 'waited' }))
        return
      case 'certify':
        return void certify(effect)
      case 'dispute':
        return dispute(effect.other)
    }
  }

  const originAt = (voter: number): Origin =>
    membershipOf(writer.state)!.document.members[voter]!.card.origin

  function propose(voter: number, afterMs: number): void {
    const asked = conversation
    proposing.get(voter)?.()
    proposing.set(
      voter,
      clock.after(ports.scaled(afterMs), () => {
        proposing.delete(voter)
        if (asked === null || stopped || !sameSlot(asked)) return
        const { epoch, order, signature, seq } = asked
        void ports.ask(originAt(voter), { type: 'propose', epoch, order, signature, seq }).then((answer) => {
          if (!sameSlot(asked)) return
          take(answer === null ? { type: 'failed', voter } : { type: 'answered', voter, answer })
        })
      }),
    )
  }

  const sameSlot = (s: Settlement): boolean =>
    conversation?.slot === s.slot && conversation.epoch === s.epoch

  async function certify({ slot, epoch, votes }: Extract<SettlementEffect, { type: 'certify' }>): Promise<void> {
    const answer = await record('x.cert', { slot, epoch, votes })
    if (stopped) return
    if (answer.ok) return ports.wake()
    // Not taken: the votes can be had again, and this hub's own at once, so that without a pause nothing else would be done.
    endConversation()
    cancelPause = clock.after(ports.scaled(retryAfterMs(0)), () => {
      cancelPause = null
      ports.wake()
    })
  }

  function dispute(other: { order: Uint8Array; signature: Uint8Array }): void {
    const { order, signature } = conversation!
    log.error('a voter shows another order of ours for this slot', { slot: conversation!.slot })
    void votes.keepOrders(self, { order, signature }, other).catch(() => {})
    fence.shut('other-order')
  }

  return {
    order,
    converse,
    isBack(city) {
      const voter = membershipOf(writer.state)!.document.members.findIndex(({ card }) => card.origin === city)
      const isAsking = conversation?.phase === 'gathering' || conversation?.phase === 'waiting'
      if (isAsking && !conversation!.votes.has(voter)) propose(voter, 0)
    },
    gathering() {
      const membership = membershipOf(writer.state)
      if (conversation === null || membership === null || conversation.phase === 'certified')
        return null
      return {
        slot: conversation.slot,
        needed: quorum(membership.document.members.length),
        got: conversation.votes.size,
      }
    },
    stop() {
      stopped = true
      endConversation()
      cancelPause?.()
    },
  }
}
