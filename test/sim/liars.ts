/**
 * Hubs that lie. Each is the hub's own code with something bent: what it hears, what it says, when it thinks it is, or a
 * driver beside it that has its keys and sends what no honest hub would. A world has as many liars as its quorum bears at
 * most (`2q − n − 1`): everything must stay true, and where enough others are left they must go on among themselves.
 */
import { toHex } from '#ledger/bytes.ts'
import {
  encodeIssueArgument, encodeOrder, encodeReport, type Order, parseOrder, parseReport, placeOf, quorum, signOrder, votePayload,
} from '#ledger/federation/federation.ts'
import { sign } from '#ledger/keys.ts'
import { gathered } from '#ledger/rules/federation.ts'
import type { State } from '#ledger/state/state.ts'
import { membershipOf, neighboursOf, peerOf } from '#node/cities/cities.ts'
import type { Network } from '#node/wire/network.ts'
import { services } from '#protocol/limits.ts'
import { type SettleAnswer, settleAnswers, type SettleRequest, settleRequests } from '#protocol/message.ts'
import type { Chance } from '#test/support/faults/chance.ts'
import type { Bend, Identity, Running } from './machine.ts'

export const lies = [
  'two faces', 'withholds votes', 'keeps the money', 'forges certificates', 'replays certificates', 'orders twice', 'backdates', 'votes from a backup',
  'lies about frontiers',
] as const
export type Lie = (typeof lies)[number]

/** What a driver is given: its own time and chance, and where it says what it did and what it got away with. */
export type Tools = { chance: Chance; after(ms: number, call: () => void): void; lied(lie: string): void; gotAway(what: string): void }

const BACKDATED_SECONDS = -2 * 86_400
const EVERY_MS = 7_000

/** How a hub is bent for a lie; the world does the rest of `two faces` and `votes from a backup`. */
export function bendFor(lie: Lie, tools: Tools): Bend {
  switch (lie) {
    case 'two faces': return {}
    case 'withholds votes': return { network: (network) => answering(network, 'propose', { type: 'refused', code: 'restoring' }, tools, lie) }
    case 'keeps the money': return { network: (network) => answering(network, 'deliver', { type: 'waiting' }, tools, lie) }
    case 'forges certificates': return driven(tools, forge)
    case 'replays certificates': return driven(tools, replay)
    case 'orders twice': return driven(tools, orderTwice)
    case 'backdates': return { skewSeconds: BACKDATED_SECONDS }
    case 'votes from a backup': return { parts: (running) => fenceless(running) }
    case 'lies about frontiers': return { parts: (running, identity) => misreport(running, identity, tools) }
  }
}

/**
 * One with two faces that has the vote keys of others: whoever each face asks for a vote, these have voted for it, on
 * both sides and for both orders, also where they are never heard.
 */
export function withAccomplices(bend: Bend, accomplices: readonly Identity[], { lied }: Tools): Bend {
  return {
    ...bend,
    parts(running, identity) {
      bend.parts?.(running, identity)
      const { network, writer } = running
      // A face that sees too few to be let through does not ask.
      fenceless(running)
      writer.setShut(null)
      const request = network.request.bind(network)
      network.request = async (peer, protocol, body, limits) => {
        const accomplice = protocol === services.settle.protocol ? accomplices.find((one) => one.peer === peer) : undefined
        const asked = accomplice === undefined ? null : settleRequests.parse(body)
        if (accomplice === undefined || asked?.type !== 'propose') return await request(peer, protocol, body, limits)
        const order = parseOrder(asked.order)!
        const voter = membershipOf(writer.state)!.document.members.findIndex(({ card }) => card.origin === accomplice.origin)
        const payload = votePayload(asked.epoch, placeOf(order, asked.order))
        lied('vote for both')
        return settleAnswers.encode({ type: 'vote', voter, signature: sign(accomplice.keys.vote.secret, 'vote', order.federation, payload) })
      }
    },
  }
}

/** Answers one kind of request of settlement so, whatever it should have said. */
function answering(network: Network, type: SettleRequest['type'], answer: SettleAnswer, tools: Tools, lie: Lie): Network {
  const serve = network.serve.bind(network)
  network.serve = async (protocol, service) => {
    if (protocol !== services.settle.protocol) return await serve(protocol, service)
    const { handler } = service
    await serve(protocol, {
      ...service,
      async handler(peer, body) {
        if (settleRequests.parse(body)?.type !== type) return await handler(peer, body)
        tools.lied(lie)
        return settleAnswers.encode(answer)
      },
    })
  }
  return network
}

type Drive = (running: Running, identity: Identity, tools: Tools) => Promise<void>

/** Lets a driver act again and again beside the hub. */
function driven(tools: Tools, drive: Drive): Bend {
  return {
    parts(running, identity) {
      const again = (): void => tools.after(EVERY_MS, () => {
        if (running.process.dead) return
        void drive(running, identity, tools).catch(() => {})
        again()
      })
      again()
    },
  }
}

async function ask({ network }: Running, peer: string, request: SettleRequest): Promise<SettleAnswer | null> {
  const { protocol, answerBytesMax } = services.settle
  try {
    return settleAnswers.parse(await network.request(peer, protocol, settleRequests.encode(request), { answerBytesMax, timeoutMs: 10_000 }))
  } catch {
    return null
  }
}

/** An order of this chain that stands in no log. */
function madeUp(state: State, { origin }: Identity, change: Partial<Order>): Order | null {
  const last = state.chain.slots.at(-1)
  if (state.federation === null || last === undefined) return null
  return {
    format: 1, federation: state.federation.id, hub: origin, slot: last.order.slot + 1, previous: Buffer.from(last.orderId, 'hex'), kind: 'out', day: last.order.day,
    claims: last.order.claims, outs: [], argument: null, position: last.order.position, ...change,
  }
}

/** Certificates that lack their quorum: of an order that covers nothing, with its own vote, its own again and again, or old ones. */
const forge: Drive = async (running, identity, { chance, lied, gotAway }) => {
  const { state } = running.writer
  const membership = membershipOf(state)
  const others = neighboursOf(state)
  if (membership === null || others.length === 0) return
  const victim = chance.pick(others)
  const out = {
    xid: toHex(Uint8Array.from({ length: 32 }, () => chance.below(256))), destination: victim.origin, to: identity.steward.acct, amount: 5_000_000n, request: 1,
    agreement: '00'.repeat(16), memo: '00'.repeat(32), returns: null, last: state.chain.lastOutTo.get(victim.origin) ?? null,
  }
  const order = madeUp(state, identity, { outs: [out] })
  if (order === null) return
  const bytes = encodeOrder(order)
  const place = placeOf(order, bytes)
  const { members, version: epoch } = membership.document
  const own = members.findIndex(({ card }) => card.origin === identity.origin)
  const vote = sign(identity.keys.vote.secret, 'vote', order.federation, votePayload(epoch, place))
  const needed = quorum(members.length)
  const way = chance.below(3)
  const votes = way === 0 ? [{ voter: own, signature: vote }]
    : way === 1 ? Array.from({ length: needed }, () => ({ voter: own, signature: vote }))
    : Array.from({ length: needed }, (_, voter) => ({ voter, signature: vote }))
  lied('forged certificate')
  const signature = signOrder(identity.keys.order.secret, order.federation, place)
  const answer = await ask(running, peerOf(victim), { type: 'deliver', certificate: { epoch, order: bytes, signature, votes } })
  if (answer?.type === 'arrived') gotAway(`${victim.origin} takes in a certificate without its quorum`)
}

/** What was delivered is delivered again, with the votes of other voters. */
const replay: Drive = async (running, identity, { chance, lied }) => {
  const { state } = running.writer
  const membership = membershipOf(state)
  const sent = state.chain.slots.filter(({ certified, order }) => certified && order.outs.length > 0)
  if (membership === null || sent.length === 0) return
  const { order, bytes, signature, seq } = chance.pick(sent)
  const { members, version: epoch } = membership.document
  const votes: { voter: number; signature: Uint8Array }[] = []
  for (const [voter, { card }] of members.entries()) {
    const payload = votePayload(epoch, placeOf(order, bytes))
    if (card.origin === identity.origin) votes.push({ voter, signature: sign(identity.keys.vote.secret, 'vote', order.federation, payload) })
    else {
      const answer = await ask(running, peerOf(card), { type: 'propose', epoch, order: bytes, signature, seq })
      if (answer?.type === 'vote') votes.push({ voter, signature: answer.signature })
    }
  }
  const needed = quorum(members.length)
  if (votes.length < needed) return
  const chosen = chance.some(votes, needed).sort((a, b) => a.voter - b.voter)
  lied('replayed certificate')
  const destination = members.find(({ card }) => card.origin === order.outs[0]!.destination)
  if (destination !== undefined) await ask(running, peerOf(destination.card), { type: 'deliver', certificate: { epoch, order: bytes, signature, votes: chosen } })
}

/** Another order for its last slot, and an issue that nobody approved, to one voter after the other. */
const orderTwice: Drive = async (running, identity, { chance, lied, gotAway }) => {
  const { state } = running.writer
  const membership = membershipOf(state)
  const last = state.chain.slots.at(-1)
  if (membership === null || last === undefined) return
  const amount = 9_000_000n
  const order = chance.below(2) === 0
    ? { ...last.order, day: last.order.day + 1 }
    : madeUp(state, identity, { kind: 'issue', argument: encodeIssueArgument(amount), position: last.order.position + amount })!
  const bytes = encodeOrder(order)
  const signature = signOrder(identity.keys.order.secret, order.federation, placeOf(order, bytes))
  for (const card of neighboursOf(state)) {
    lied(order.kind === 'issue' ? 'over-issue' : 'double order')
    const seq = chance.below(2) === 0 ? last.seq : state.tree.size - 1
    const answer = await ask(running, peerOf(card), { type: 'propose', epoch: membership.document.version, order: bytes, signature, seq })
    if (answer?.type === 'vote') gotAway(`${card.origin} votes for an order that stands in no log`)
  }
}

/** As if it had not been restored: votes, orders and seals from what an older disk says, and asks no steward about it. */
function fenceless({ fence, votes, recovery }: Running): void {
  const yes = (): boolean => true
  Object.assign(fence, { maySeal: yes, mayVote: yes, mayOrder: yes, recalls: yes })
  votes.unsureBelow = () => 0
  recovery.status = () => null
}

/** Reports that another hub has ordered what it never did. */
function misreport({ votes, writer }: Running, { keys }: Identity, { lied }: Tools): void {
  const bindReport = votes.bindReport.bind(votes)
  votes.bindReport = (version, make) => bindReport(version, () => {
    const honest = make()
    const read = parseReport(honest.report)
    const victim = read?.hubs.find(({ origin }) => origin !== writer.state.hub.origin)
    if (read === null || victim === undefined) return honest
    lied('false frontier')
    const federation = writer.state.federation!.id
    const junk = { slot: (victim.certified?.slot ?? -1) + 1, order: new Uint8Array(32).fill(9) }
    const report = encodeReport({ ...read, hubs: read.hubs.map((hub) => (hub === victim ? { ...hub, locked: junk } : hub)) })
    const place = { origin: victim.origin, ...junk }
    const row = { ...place, signature: signOrder(keys.order.secret, federation, place), epoch: null, votes: [] }
    return { ...honest, report, signature: sign(keys.vote.secret, 'front', federation, report), evidence: gathered([honest.evidence, [row]]) }
  })
}
