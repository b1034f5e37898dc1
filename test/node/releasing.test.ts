/** The end of a freeze, as running cities live through it: when the stewards of all of them agree, and not before. */
import { afterEach, expect, test } from 'vitest'
import { fromHex, toHex } from '#ledger/bytes.ts'
import { encodeOrder, orderIdOf, parseOrder, placeOf, signOrder } from '#ledger/federation/federation.ts'
import { contradiction } from '#node/cities/restoring/fence.ts'
import { services } from '#protocol/limits.ts'
import { settleRequests } from '#protocol/message.ts'
import {
  admitGuest, aMemberOf, approveIssue, certified, type City, copyOf, federate, help, openChains, payAward, start, stateOf, until, versionOf,
} from '#test/support/cities.ts'
import { cities, expectSoundBooks, stopAll } from '#test/support/federations.ts'
import { CV } from '#test/support/towns.ts'

afterEach(stopAll)

const originOf = (city: City): string => city.town.card.origin
const isFrozen = (city: City, other: City): boolean => stateOf(city).frozen.has(originOf(other))

/** Shows `to` a second order of `liar`'s for a slot that is certified already, signed by its own key. */
async function showTwice(liar: City, to: City): Promise<void> {
  const slot = stateOf(liar).chain.slots[0]!
  const order = encodeOrder({ ...parseOrder(slot.bytes)!, day: slot.order.day + 1 })
  const signature = signOrder(liar.keys.order.secret, stateOf(liar).federation!.id, placeOf(parseOrder(order)!, order))
  const { protocol, answerBytesMax } = services.settle
  const request = settleRequests.encode({ type: 'propose', epoch: versionOf(liar), order, signature, seq: slot.seq })
  await liar.hub!.network.request(to.hub!.network.self, protocol, request, { answerBytesMax, timeoutMs: 5_000 })
}

test('ends when the stewards of all cities agree, and not before', async () => {
  const [chengdu, barcelona, kyoto] = await cities('chengdu', 'barcelona', 'kyoto')
  await federate(chengdu, barcelona, kyoto)
  await openChains(chengdu, barcelona, kyoto)
  await showTwice(chengdu, barcelona)
  await until('both others have frozen chengdu', () => [barcelona, kyoto].every((city) => isFrozen(city, chengdu)))
  const version = versionOf(chengdu)
  for (const city of [chengdu, barcelona]) expect(await city.hub!.federation.release(originOf(chengdu))).toEqual({ ok: true })
  await new Promise((resolve) => setTimeout(resolve, 800))
  expect([versionOf(kyoto), isFrozen(kyoto, chengdu)]).toEqual([version, true])

  await kyoto.hub!.federation.release(originOf(chengdu))
  await until('the freeze has ended everywhere', () =>
    [chengdu, barcelona, kyoto].every((city) => versionOf(city) === version + 1) && [barcelona, kyoto].every((city) => !isFrozen(city, chengdu)))
  expect(chengdu.hub!.federation.view().releasing).toEqual([])
  // It trades again, and what was settled freezes nobody once more.
  await approveIssue(chengdu, 1_000n * CV)
  await until('its next order is certified', () => certified(chengdu) === 2)
  expect(isFrozen(barcelona, chengdu)).toBe(false)
  expectSoundBooks(chengdu, barcelona, kyoto)
})

test('the order that its own log holds stands, and arrives once', async () => {
  const [chengdu, barcelona] = await cities('chengdu', 'barcelona')
  await federate(chengdu, barcelona)
  await openChains(chengdu, barcelona)
  await approveIssue(chengdu, 10_000n * CV)
  await until('the issue is certified', () => certified(chengdu) === 2)
  const ana = await aMemberOf(barcelona, 'ana')
  const mei = await aMemberOf(chengdu, 'mei')
  await admitGuest(chengdu, barcelona, ana)
  const agreement = await help(chengdu, ana.person, mei.person, 90)
  await showTwice(chengdu, barcelona)
  await until('barcelona has frozen chengdu', () => isFrozen(barcelona, chengdu))
  await payAward(chengdu, agreement)
  await until('the order is sealed', () => stateOf(chengdu).chain.slots.length === 3)
  await new Promise((resolve) => setTimeout(resolve, 400))
  expect(certified(chengdu)).toBe(2)

  for (const city of [chengdu, barcelona]) await city.hub!.federation.release(originOf(chengdu))
  await until('the order stands', () => certified(chengdu) === 3)
  await until('it has arrived, and been acknowledged', () => stateOf(chengdu).chain.slots[2]!.acknowledged.size === 1)
  const [arrival] = [...stateOf(barcelona).arrivals.values()]
  expect(arrival).toMatchObject({ from: originOf(chengdu), slot: 2, phase: 'suspended' })
  expect(stateOf(barcelona).arrivals.size).toBe(1)
  expectSoundBooks(chengdu, barcelona)
})

test('forgives a contradiction, and not the votes that are forgotten with it', async () => {
  const [chengdu, barcelona] = await cities('chengdu', 'barcelona')
  await federate(chengdu, barcelona)
  const older = await copyOf(chengdu.disk)
  await openChains(chengdu, barcelona)
  // Barcelona shows another order of its for slot 1 than its log holds; and its own votes are put back, marker and all.
  const { slots } = stateOf(chengdu).chain
  const order = encodeOrder({ ...slots[0]!.order, slot: 1, previous: fromHex(slots[0]!.orderId)! })
  const signature = signOrder(chengdu.keys.order.secret, stateOf(chengdu).federation!.id, placeOf(parseOrder(order)!, order))
  await barcelona.hub!.votes.bindVote(originOf(chengdu), { slot: 1, epoch: versionOf(barcelona), order, signature })
  await approveIssue(chengdu, 1_000n * CV)
  await until('chengdu is shut', () => chengdu.hub!.fence.because === 'other-order')
  await chengdu.hub!.federation.release(originOf(chengdu))
  await until('it is let through', () => chengdu.hub!.fence.phase === 'passed')
  chengdu.hub!.die()
  chengdu.disk.votes = older.votes
  await start(chengdu)
  await until('it passes', () => chengdu.hub!.fence.phase === 'passed')
  expect(chengdu.hub!.votes.loss()).not.toBeNull()
})

test('forgives a contradiction, and not a chain that goes on behind it', async () => {
  const [chengdu, barcelona] = await cities('chengdu', 'barcelona')
  await federate(chengdu, barcelona)
  await openChains(chengdu, barcelona)
  const state = stateOf(chengdu)
  const { votes } = chengdu.hub!
  const first = state.chain.slots[0]!
  const signed = (slot: number) => {
    const order = encodeOrder({ ...first.order, slot, day: first.order.day + 1 })
    return { slot, epoch: versionOf(chengdu), order, signature: signOrder(chengdu.keys.order.secret, state.federation!.id, placeOf(parseOrder(order)!, order)) }
  }
  const other = signed(0)
  const beyond = { ...signed(state.chain.slots.length), votes: [] }
  const head = { type: 'head', cosigned: null, vote: other, certificate: null, seen: [], recalls: true, unsureBelow: 0 } as const
  const shown = (certificate: typeof beyond | null, isForgiven: boolean) =>
    contradiction({ ...head, certificate, seen: [] }, state, votes, chengdu.keys.vote.publicKey, isForgiven)
  expect(shown(null, false)).toBe('other-order')
  expect(shown(null, true)).toBeNull()
  expect(shown(beyond, true)).toBe('longer-chain')
})

test('a word on it can be taken back, and nobody is released who is no member', async () => {
  const [chengdu, barcelona] = await cities('chengdu', 'barcelona')
  await federate(chengdu, barcelona)
  await openChains(chengdu, barcelona)
  await showTwice(chengdu, barcelona)
  await until('barcelona has frozen chengdu', () => isFrozen(barcelona, chengdu))
  const { federation } = barcelona.hub!
  expect(await federation.release('cv.nobody-00000000/log')).toEqual({ ok: false, door: { code: 'not-found' } })
  await federation.release(originOf(chengdu))
  expect(federation.view().releasing).toEqual([originOf(chengdu)])
  await federation.keep(originOf(chengdu))
  expect(federation.view().releasing).toEqual([])
  await chengdu.hub!.federation.release(originOf(chengdu))
  await new Promise((resolve) => setTimeout(resolve, 600))
  expect(isFrozen(barcelona, chengdu)).toBe(true)
})

test('a city that is shut by its own contradiction signs nothing, also after a start, until its own steward lets it through', async () => {
  const [chengdu, barcelona] = await cities('chengdu', 'barcelona')
  await federate(chengdu, barcelona)
  await openChains(chengdu, barcelona)
  // Its order key has signed one order for slot 1, which barcelona is bound to; its log will hold another.
  const { slots } = stateOf(chengdu).chain
  const order = encodeOrder({ ...slots[0]!.order, slot: 1, previous: fromHex(slots[0]!.orderId)! })
  const signature = signOrder(chengdu.keys.order.secret, stateOf(chengdu).federation!.id, placeOf(parseOrder(order)!, order))
  await barcelona.hub!.votes.bindVote(originOf(chengdu), { slot: 1, epoch: versionOf(barcelona), order, signature })
  await approveIssue(chengdu, 1_000n * CV)
  const fence = () => chengdu.hub!.fence
  await until('chengdu is shut', () => fence().phase === 'restoring' && fence().because === 'other-order')
  expect([fence().maySeal(), fence().mayVote(), fence().mayOrder(), fence().isRecoverable()]).toEqual([false, false, false, false])
  await until('barcelona has frozen chengdu', () => isFrozen(barcelona, chengdu))
  expect(certified(chengdu)).toBe(1)

  chengdu.hub!.die()
  await start(chengdu)
  await until('it is shut again', () => fence().because === 'other-order')
  const version = versionOf(barcelona)
  await barcelona.hub!.federation.release(originOf(chengdu))
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect([versionOf(barcelona), fence().phase]).toEqual([version, 'restoring'])

  await chengdu.hub!.federation.release(originOf(chengdu))
  await until('it is let through', () => fence().phase === 'passed')
  await until('the order that its log holds stands', () => certified(chengdu) === 2 && versionOf(chengdu) === version + 1)
  expect(toHex(orderIdOf(order))).not.toBe(stateOf(chengdu).chain.slots[1]!.orderId)
  // What is settled shuts it never again, though barcelona is bound to the other order for ever.
  chengdu.hub!.die()
  await start(chengdu)
  await until('it passes by itself', () => fence().phase === 'passed')
  expect(chengdu.hub!.federation.view().releasing).toEqual([])
  await approveIssue(chengdu, 1n * CV)
  await until('its next order is certified', () => certified(chengdu) === 3)
  expectSoundBooks(chengdu, barcelona)
})
