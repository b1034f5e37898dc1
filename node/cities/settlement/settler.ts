/**
 * Settlement, driven: orders out, votes for others', arrivals in (protocol/settlement.ts for the
 * steps).
 *
 * As a source it writes the next order when there is one, shows it to the voters, seals the
 * certificate and delivers it until every destination has acknowledged it. As a voter it answers
 * for the one order it has read in an audited log, once it has bound itself to it on disk. As a
 * destination it takes every certificate in, by the rules' dispositions, and answers with its own
 * record and the proof that it stands.
 *
 * Nothing is remembered here that the ledger and the votes do not say. Each turn looks at the state
 * and does what is due, so a start after a crash is an ordinary turn, and doing anything twice does
 * it once.
 */
import type { Hex, Origin } from '#ledger/action.ts'
import { fromHex, utf8 } from '#ledger/bytes.ts'
import {
  type Certificate, encodeOrder, type Order, parseOrder, placeOf, quorum, signOrder, votePayload,
} from '#ledger/federation/federation.ts'
import { sign } from '#ledger/keys.ts'
import { dispositionsOf, outsTo } from '#ledger/rules/arrival.ts'
import { nextOrder } from '#ledger/rules/order.ts'
import { generationOf, type Slot, type State } from '#ledger/state/state.ts'
import { CATCH_UP_MS, retryAfterMs, services } from '#protocol/limits.ts'
import {
  type SettleAnswer, settleAnswers, type SettleRequest, settleRequests,
} from '#protocol/message.ts'
import {
  deliveriesDue, type Delivery, judge, type Settlement, type SettlementEffect, type SettlementInput,
  settlementOf, step, type Wish,
} from '#protocol/settlement.ts'
import type { Checkpointer } from '../logs/checkpointer.ts'
import type { Witness } from '../logs/witness.ts'
import { arrivedAt } from './arrived.ts'
import { type Membership, membershipOf, neighbour, neighbourAt, peerOf } from '../cities.ts'
import { certificateIn, certifiedBy } from '../federation/closing.ts'
import type { Fence } from '../restoring/fence.ts'
import { answerQuote } from './quotes.ts'
import type { HubKeys } from '../../disk/keystore.ts'
import type { Network, PeerKey } from '../../wire/network.ts'
import type { Answer, Clock, Log, Writer } from '../../ports.ts'
import { type Recall, unsureBelow } from '../restoring/recall.ts'
import type { Replicas } from '../logs/replicas.ts'
import type { Votes } from './votes.ts'

/** How often everything due is looked at without an occasion: what a refused entry left waiting. */
const TURN_EVERY_MS = 10_000
/** Slots of our own chain in which a voter's latest vote is looked for. */
const SLOTS_SEARCHED = 256

export type SettlerPorts = {
  writer: Writer
  network: Network
  replicas: Replicas
  checkpointer: Checkpointer
  witness: Pick<Witness, 'auditedSize' | 'cosigned'>
  votes: Votes
  fence: Fence
  recall: Recall
  /** Cities that stewards here agree to close: their chains stand still. */
  isClosing(origin: Origin): boolean
  keys: Pick<HubKeys, 'order' | 'vote'>
  clock: Clock
  log: Log
  /** Asks other members for documents this hub may have missed. */
  askDocuments(): void
  /** False while this hub's own state is believed and has still to be recomputed: it then orders and credits nothing. */
  isProved(): boolean
  turnEveryMs?: number
  /** First pause before asking again; it doubles from there. */
  retryMs?: number
}

export type Settler = {
  /** Votes on the slot that is open, or null: for the steward's page. */
  gathering(): { slot: number; needed: number; got: number } | null
  stop(): Promise<void>
}

type DeliveryTask = { slot: number; tries: number; cancel: () => void; underWay: boolean }

/** Serves `/cv/settle/1` and settles until stopped. */
export async function startSettler(ports: SettlerPorts): Promise<Settler> {
  const { writer, network, replicas, checkpointer, witness, votes, fence, recall, keys, clock, log } = ports
  const self = writer.state.hub.origin
  let conversation: Settlement | null = null
  const proposing = new Map<number, () => void>()
  const delivering = new Map<Origin, DeliveryTask>()
  /** The state the next two are about: after a storage error the writer begins a new one. */
  let seen: State | null = null
  /** Slots below this are acknowledged by all. */
  let firstOpen = 0
  /** Arrivals that may pay an award and have not been looked at, by their transfer. */
  let unread = new Set<Hex>()
  let stopped = false
  let turning: Promise<void> | null = null
  let again = false
  let cancelTick = (): void => {}
  let cancelWait = (): void => {}

  // ---- turns

  function wake(): void {
    if (stopped) return
    again = true
    turning ??= (async () => {
      while (again && !stopped) {
        again = false
        await turn().catch((error: unknown) =>
          log.error('settlement stumbled', { error: String(error) }),
        )
      }
    })().finally(() => {
      turning = null
      if (again) wake()
    })
  }

  async function turn(): Promise<void> {
    if (seen !== writer.state) {
      seen = writer.state
      firstOpen = 0
      unread = new Set(seen.arrivals.keys())
      // They are about slots of a state that the disk did not keep.
      for (const { cancel } of delivering.values()) cancel()
      delivering.clear()
    }
    const membership = membershipOf(writer.state)
    if (membership === null) return
    if (fence.maySeal() && ports.isProved()) await takeInWhatIsLeft(membership)
    if (fence.mayOrder() && ports.isProved()) await order(membership)
    if (fence.mayVote() && ports.isProved()) await converse(membership)
    if (!fence.maySeal()) return
    deliver()
    await noteAbroad()
  }

  function now(): number {
    return Math.max(clock.now(), writer.state.lastTs)
  }

  async function order({ federation }: Membership): Promise<void> {
    const next = nextOrder(writer.state, now(), ports.isClosing)
    if (next === null) return
    const bytes = encodeOrder(next)
    const signature = signOrder(keys.order.secret, federation.id, placeOf(next, bytes))
    // Something may be sealed before it that changes what the next order is: then the next turn
    // writes that.
    note('x.out', await writer.record('x.out', { order: bytes, signature }))
  }

  function note(kind: string, answer: Answer): void {
    if (answer.ok) return
    log.info('an entry of settlement was not taken', {
      kind,
      because: 'refusal' in answer ? answer.refusal.code : answer.unavailable,
    })
  }

  // ---- the source of a slot

  async function converse(membership: Membership): Promise<void> {
    const open = writer.state.chain.slots.at(-1)
    if (open === undefined || open.certified) return endConversation()
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
        cancelWait = clock.after(scaled(effect.afterMs), () => take({ type: 'waited' }))
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
      clock.after(scaled(afterMs), () => {
        proposing.delete(voter)
        if (asked === null || stopped || !sameSlot(asked)) return
        void proposeTo(asked, originAt(voter)).then((answer) => {
          if (!sameSlot(asked)) return
          take(answer === null ? { type: 'failed', voter } : { type: 'answered', voter, answer })
        })
      }),
    )
  }

  const sameSlot = (s: Settlement): boolean =>
    conversation?.slot === s.slot && conversation.epoch === s.epoch
  /** The table's pauses, for a hub that was given other ones. */
  const scaled = (ms: number): number =>
    ports.retryMs === undefined ? ms : (ms / retryAfterMs(0)) * ports.retryMs

  async function proposeTo(
    { epoch, order, signature, seq }: Settlement,
    to: Origin,
  ): Promise<SettleAnswer | null> {
    const request: SettleRequest = { type: 'propose', epoch, order, signature, seq }
    if (to === self) return answerPropose(request)
    return await ask(to, request)
  }

  async function ask(to: Origin, request: SettleRequest): Promise<SettleAnswer | null> {
    const card = neighbour(writer.state, to)
    if (card === undefined) return null
    const { protocol, answerBytesMax, timeoutMs } = services.settle
    try {
      const bytes = await network.request(peerOf(card), protocol, settleRequests.encode(request), {
        answerBytesMax,
        timeoutMs,
      })
      return settleAnswers.parse(bytes)
    } catch {
      return null
    }
  }

  async function certify({
    slot,
    epoch,
    votes,
  }: Extract<SettlementEffect, { type: 'certify' }>): Promise<void> {
    const answer = await writer.record('x.cert', { slot, epoch, votes })
    note('x.cert', answer)
    // Not taken: the votes can be had again.
    if (!answer.ok) endConversation()
    wake()
  }

  function dispute(other: { order: Uint8Array; signature: Uint8Array }): void {
    const { order, signature } = conversation!
    log.error('a voter shows another order of ours for this slot', { slot: conversation!.slot })
    void votes.keepOrders(self, { order, signature }, other).catch(() => {})
    fence.shut('other-order')
  }

  // ---- delivery

  function deliver(): void {
    const { slots } = writer.state.chain
    while (firstOpen < slots.length && isSettled(slots[firstOpen]!)) firstOpen++
    for (const delivery of deliveriesDue(slots.slice(firstOpen))) {
      const { destination, slot } = delivery
      const task = delivering.get(destination)
      if (task?.slot === slot.order.slot) continue
      task?.cancel()
      const fresh: DeliveryTask = {
        slot: slot.order.slot,
        tries: 0,
        cancel: () => {},
        underWay: false,
      }
      delivering.set(destination, fresh)
      void tryDelivery(delivery, fresh)
    }
  }

  async function tryDelivery(delivery: Delivery, task: DeliveryTask): Promise<void> {
    const { destination, slot } = delivery
    if (stopped || task.underWay || seen !== writer.state || delivering.get(destination) !== task) return
    task.underWay = true
    const answer = await ask(destination, { type: 'deliver', certificate: certificateOf(slot) })
    task.underWay = false
    if (stopped || delivering.get(destination) !== task) return
    if (answer?.type === 'arrived') {
      const { record, proof } = answer
      const own = { slot: slot.order.slot, destination, arrival: { record, proof } }
      const recorded = await writer.record('x.ack', own)
      note('x.ack', recorded)
      if (recorded.ok) {
        delivering.delete(destination)
        return wake()
      }
    }
    task.cancel = clock.after(
      scaled(retryAfterMs(task.tries)),
      () => void tryDelivery(delivery, task),
    )
    task.tries += 1
  }

  /** The certificate of a certified slot, from the record that seals it. */
  function certificateOf({ bytes, signature, certifiedSeq }: Slot): Certificate {
    const certified = certifiedBy(writer.entryAt(certifiedSeq!).action)
    if (certified === null) throw new Error('a certified slot names its certificate')
    return { ...certified, order: bytes, signature }
  }

  // ---- cities that are gone

  /**
   * From a city that is being closed, what its log shows to be certified and nobody will deliver any
   * more; so from every city, once this one has gone on from a backup: its receipt may be there, and what it
   * was for is lost here. From one that was closed, what its last order leaves to this city.
   */
  async function takeInWhatIsLeft({ federation, document }: Membership): Promise<void> {
    for (const { card: { origin } } of document.members) {
      if (origin === self || !(ports.isClosing(origin) || generationOf(writer.state) > 0)) continue
      const replica = replicas.of(origin)
      const first = (writer.state.inbound.get(origin)?.last ?? -1) + 1
      for (const slot of replica?.state?.chain.slots.slice(first) ?? []) {
        if (!isDue(slot.order, origin) || slot.certifiedSeq === null || slot.certifiedSeq >= replica!.kept) continue
        const certificate = certificateIn(replica!, slot.certifiedSeq, slot)
        if (certificate !== null) await takeIn(certificate)
      }
    }
    for (const [i, { document: { closings } }] of federation.documents.entries()) {
      for (const { origin, order: bytes } of closings) {
        if (origin === self || !isDue(parseOrder(bytes)!, origin)) continue
        await takeIn({ epoch: i + 1, order: bytes, signature: new Uint8Array(64), votes: [] })
      }
    }
  }

  const isDue = (order: Order, from: Origin): boolean =>
    order.slot > (writer.state.inbound.get(from)?.last ?? -1) && outsTo(order, self).length > 0

  async function takeIn({ epoch, order, signature, votes }: Certificate): Promise<Answer> {
    const dispositions = dispositionsOf(writer.state, parseOrder(order)!, { epoch, votes }, now())
    const answer = await writer.record('x.in', { epoch, order, signature, votes, dispositions })
    note('x.in', answer)
    return answer
  }

  // ---- awards of other cities to our members

  async function noteAbroad(): Promise<void> {
    for (const xid of [...unread]) {
      const { from, out, phase } = writer.state.arrivals.get(xid)!
      if (phase === 'suspended') continue
      const replica = replicas.of(from)
      const readable = phase === 'credited' && out.returns === null && !writer.state.abroad.has(xid)
      if (
        readable &&
        (replica === undefined || replica.note === null || replica.size <= out.request)
      )
        continue
      const record = readable ? replica!.poolRequestAt(out.request) : undefined
      const proof = record === undefined ? null : replica!.prove(out.request)
      if (record !== undefined && proof === null) continue
      unread.delete(xid)
      if (record === undefined || proof === null) continue
      const answer = await writer.record('contribution.abroad', {
        member: out.to,
        xid,
        request: { record, proof },
      })
      note('contribution.abroad', answer)
      // The door was shut, and will open again.
      if (!answer.ok && 'unavailable' in answer) unread.add(xid)
    }
  }

  // ---- what others ask

  async function answerPropose({
    epoch,
    order,
    signature,
    seq,
  }: Extract<SettleRequest, { type: 'propose' }>): Promise<SettleAnswer> {
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

  async function answerDeliver({
    epoch,
    order: bytes,
    signature,
    votes,
  }: Certificate): Promise<SettleAnswer> {
    const { state } = writer
    const order = parseOrder(bytes)
    if (order === null || state.federation === null) return { type: 'waiting' }
    const known = arrivedAt(state, order.hub, order.slot)
    if (known !== undefined) return await receipt(known)
    if (epoch > state.federation.documents.length) {
      ports.askDocuments()
      return { type: 'waiting' }
    }
    if (ports.isClosing(order.hub)) return { type: 'waiting' }
    const answer = await takeIn({ epoch, order: bytes, signature, votes })
    if (answer.ok) return await receipt(answer.seq)
    // The same certificate may have come twice at once.
    const meanwhile = arrivedAt(writer.state, order.hub, order.slot)
    if (meanwhile !== undefined) return await receipt(meanwhile)
    return { type: 'waiting' }
  }

  async function receipt(seq: number): Promise<SettleAnswer> {
    const proof = await checkpointer.prove(seq)
    return proof === null
      ? { type: 'waiting' }
      : { type: 'arrived', record: writer.entryAt(seq).bytes, proof }
  }

  function answerHead(peer: PeerKey, origin: Origin): SettleAnswer {
    const asker = neighbourAt(writer.state, peer)?.origin
    const certified = writer.state.chain.slots.findLast((slot) => slot.certified)
    const own = certified === undefined ? null : certificateOf(certified)
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
      const { epoch, votes } = certificateOf(slot)
      const { members } = federation!.documents[epoch - 1]!.document
      const vote = votes.find((one) => members[one.voter]!.card.origin === voter)
      if (vote !== undefined)
        return { hub: self, slot: slot.order.slot, epoch, order: fromHex(slot.orderId)!, signature: vote.signature }
    }
    return undefined
  }

  async function answer(peer: PeerKey, body: Uint8Array): Promise<SettleAnswer> {
    const request = settleRequests.parse(body)
    if (request === null) return { type: 'refused', code: 'malformed' }
    switch (request.type) {
      case 'propose':
        return await answerPropose(request)
      case 'deliver':
        return fence.maySeal() && ports.isProved() ? await answerDeliver(request.certificate) : { type: 'waiting' }
      case 'head':
        return answerHead(peer, request.origin)
      case 'quote': {
        const quote = answerQuote(ports, keys, peer, request)
        return quote === null ? { type: 'waiting' } : { type: 'quote', ...quote }
      }
    }
  }

  const { protocol, requestBytesMax, answerBytesMax, streamsPerPeerMax } = services.settle
  await network.serve(protocol, {
    handler: async (peer, body) => settleAnswers.encode(await answer(peer, body)),
    requestBytesMax,
    answerBytesMax,
    streamsPerPeerMax,
    openToStrangers: false,
  })

  writer.onRecorded(({ seq, action }) => {
    if (action.kind === 'x.in' && seen === writer.state) {
      for (const { xid } of outsTo(parseOrder(action.order)!, self))
        if (seen.arrivals.get(xid)?.seq === seq) unread.add(xid)
    }
    wake()
  })
  replicas.onGrown(() => wake())
  fence.onChange(() => wake())
  recall.onHeard(() => wake())
  network.onConnected((peer) => {
    const card = stopped ? undefined : neighbourAt(writer.state, peer)
    if (card === undefined) return
    // Whoever comes back is asked at once, however long the pause had become.
    const voter = membershipOf(writer.state)!.document.members.findIndex(
      (member) => member.card.origin === card.origin,
    )
    const isAsking = conversation?.phase === 'gathering' || conversation?.phase === 'waiting'
    if (isAsking && !conversation!.votes.has(voter)) propose(voter, 0)
    const task = delivering.get(card.origin)
    if (task !== undefined) {
      task.cancel()
      delivering.delete(card.origin)
    }
    wake()
  })
  function tick(): void {
    cancelTick = clock.after(ports.turnEveryMs ?? TURN_EVERY_MS, () => {
      wake()
      tick()
    })
  }
  tick()
  wake()

  return {
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
    async stop() {
      stopped = true
      cancelTick()
      endConversation()
      for (const task of delivering.values()) task.cancel()
      await turning
    },
  }
}

/** Certified, and every destination has shown its own record of it. */
const isSettled = ({ certified, order, acknowledged }: Slot): boolean =>
  certified && order.outs.every(({ destination }) => acknowledged.has(destination))
