/**
 * Settlement, driven: orders out, votes for others', arrivals in.
 *
 *   source.ts        writes the next order, gathers votes, seals the certificate
 *   delivery.ts      brings it to its destinations until they have acknowledged it
 *   voter.ts         votes for others' orders
 *   destination.ts   takes others' certificates in
 *
 * Nothing is remembered here that the ledger and the votes do not say. Each turn looks at the state and does what is due,
 * so a start after a crash is an ordinary turn, and doing anything twice does it once.
 */
import type { Kind, Origin } from '#ledger/action.ts'
import { retryAfterMs, services } from '#protocol/limits.ts'
import { type SettleAnswer, settleAnswers, type SettleRequest, settleRequests } from '#protocol/message.ts'
import type { Checkpointer } from '../logs/checkpointer.ts'
import type { Witness } from '../logs/witness.ts'
import { membershipOf, neighbour, neighbourAt, peerOf } from '../cities.ts'
import type { Fence } from '../restoring/fence.ts'
import { answerQuote } from './quotes.ts'
import type { HubKeys } from '../../disk/keystore.ts'
import type { Network, PeerKey } from '../../wire/network.ts'
import type { Answer, Clock, Log, Own, Writer } from '../../ports.ts'
import type { Recall } from '../restoring/recall.ts'
import type { Replicas } from '../logs/replicas.ts'
import type { Votes } from './votes.ts'
import { openDeliveries } from './delivery.ts'
import { openDestination } from './destination.ts'
import { openSource } from './source.ts'
import { openVoter } from './voter.ts'

/** How often everything due is looked at without an occasion: what a refused entry left waiting. */
const TURN_EVERY_MS = 10_000

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

/** Serves `/cv/settle/1` and settles until stopped. */
export async function startSettler(ports: SettlerPorts): Promise<Settler> {
  const { writer, network, replicas, fence, recall, keys, clock, log } = ports
  const self = writer.state.hub.origin
  const voter = openVoter(ports)
  const parts = { ...ports, now, record, scaled, wake }
  const source = openSource({
    ...parts,
    ask: async (to, asked) => to === self && asked.type === 'propose' ? await voter.answerPropose(asked) : await ask(to, asked),
  })
  const deliveries = openDeliveries({ ...parts, ask })
  const destination = openDestination(parts)
  let stopped = false
  let turning: Promise<void> | null = null
  let again = false
  let cancelTick = (): void => {}

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
    const membership = membershipOf(writer.state)
    if (membership === null) return
    if (fence.maySeal() && ports.isProved()) await destination.takeInWhatIsLeft(membership)
    if (fence.mayOrder() && ports.isProved()) await source.order(membership)
    if (fence.mayVote() && ports.isProved()) await source.converse(membership)
    if (!fence.maySeal()) return
    deliveries.deliver()
    await destination.noteAbroad()
  }

  function now(): number {
    return Math.max(clock.now(), writer.state.lastTs)
  }

  /** An entry of settlement. One that is not taken is said; the next turn sees what is due then. */
  async function record<K extends Kind>(kind: K, own: Own<K>): Promise<Answer> {
    const answer = await writer.record(kind, own)
    if (!answer.ok)
      log.info('an entry of settlement was not taken', {
        kind,
        because: 'refusal' in answer ? answer.refusal.code : answer.unavailable,
      })
    return answer
  }

  /** The table's pauses, for a hub that was given other ones. */
  function scaled(ms: number): number {
    return ports.retryMs === undefined ? ms : (ms / retryAfterMs(0)) * ports.retryMs
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

  async function answer(peer: PeerKey, body: Uint8Array): Promise<SettleAnswer> {
    const request = settleRequests.parse(body)
    if (request === null) return { type: 'refused', code: 'malformed' }
    switch (request.type) {
      case 'propose':
        return await voter.answerPropose(request)
      case 'deliver':
        return fence.maySeal() && ports.isProved() ? await destination.answerDeliver(request.certificate) : { type: 'waiting' }
      case 'head':
        return voter.answerHead(peer, request.origin)
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
    if (action.kind === 'x.in') destination.onTakenIn(seq, action)
    wake()
  })
  replicas.onGrown(() => wake())
  fence.onChange(() => wake())
  recall.onHeard(() => wake())
  network.onConnected((peer) => {
    const card = stopped ? undefined : neighbourAt(writer.state, peer)
    if (card === undefined) return
    source.isBack(card.origin)
    deliveries.isBack(card.origin)
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
    gathering: source.gathering,
    async stop() {
      stopped = true
      cancelTick()
      source.stop()
      deliveries.stop()
      await turning
    },
  }
}
