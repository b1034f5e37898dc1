/** New vote keys, as running cities live through it: one city's, and everybody's where nobody remembers what was voted. */
import { afterEach, expect, test } from 'vitest'
import { fromBase64, toBase64, toHex } from '#ledger/bytes.ts'
import { encodeCard, encodeSignedCard, parseSignedCard } from '#ledger/federation/federation.ts'
import { publicKeyOf, sign } from '#ledger/keys.ts'
import { ownCard } from '#ledger/state/state.ts'
import { lossOf } from '#node/cities/restoring/recall.ts'
import {
  approveIssue, cardOf, certified, type City, copyOf, federate, openChains, start, stateOf, until, versionOf,
} from '#test/support/cities.ts'
import { cities, expectSoundBooks, stopAll } from '#test/support/federations.ts'
import { bytesFor, CV } from '#test/support/towns.ts'

afterEach(stopAll)

const voteKeyOf = (city: City): string => toHex(ownCard(stateOf(city))!.voteKey)
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Its steward asks for a new vote key, and those of the others paste the card it shows. */
async function renew(city: City, others: City[]): Promise<void> {
  expect(await city.hub!.federation.renew()).toEqual({ ok: true })
  for (const other of others) expect(await other.hub!.federation.admit(cardOf(city))).toEqual({ ok: true })
}

test('a city votes with a new key when the stewards of all others have its new card, and not before', async () => {
  const [chengdu, barcelona, kyoto] = await cities('chengdu', 'barcelona', 'kyoto')
  await federate(chengdu, barcelona, kyoto)
  await openChains(chengdu, barcelona, kyoto)
  const [version, old] = [versionOf(chengdu), voteKeyOf(chengdu)]
  await renew(chengdu, [barcelona])
  expect(barcelona.hub!.federation.view().renewing).toEqual([stateOf(chengdu).hub.origin])
  await pause(500)
  expect([versionOf(kyoto), voteKeyOf(chengdu)]).toEqual([version, old])
  await kyoto.hub!.federation.admit(cardOf(chengdu))
  await until('it has its new key everywhere', () => [chengdu, barcelona, kyoto].every((city) => versionOf(city) === version + 1))
  expect(voteKeyOf(chengdu)).not.toBe(old)
  expect(toHex(chengdu.keys.vote.publicKey)).toBe(voteKeyOf(chengdu))
  for (const city of [chengdu, barcelona, kyoto]) expect(city.hub!.federation.view().renewing).toEqual([])
  // It votes with it, also after a start, and what was certified with the old one stands.
  chengdu.hub!.die()
  await start(chengdu)
  await approveIssue(barcelona, 10n * CV)
  await until('all three have voted', () => certified(barcelona) === 2)
  expectSoundBooks(chengdu, barcelona, kyoto)
})

test('a steward can take it back before anybody has signed, and nobody pastes a card of anything else', async () => {
  const [chengdu, barcelona] = await cities('chengdu', 'barcelona')
  await federate(chengdu, barcelona)
  const old = cardOf(chengdu)
  await chengdu.hub!.federation.renew()
  const shown = cardOf(chengdu)
  expect(shown).not.toBe(old)
  expect(await chengdu.hub!.federation.keep(stateOf(chengdu).hub.origin)).toEqual({ ok: true })
  expect(cardOf(chengdu)).toBe(old)
  const { card } = parseSignedCard(fromBase64(old)!)!
  const bytes = encodeCard({ ...card, orderKey: publicKeyOf(bytesFor('another order key')) })
  const other = encodeSignedCard(bytes, sign(chengdu.keys.log.secret, 'card', card.hubId, bytes), [])
  expect(await barcelona.hub!.federation.admit(toBase64(other))).toEqual({ ok: false, door: { code: 'member-already' } })
  await barcelona.hub!.federation.admit(shown)
  await pause(400)
  expect(versionOf(chengdu)).toBe(2)
})

test('cannot be taken back once the new key has signed, and comes into force', async () => {
  const [chengdu, barcelona, kyoto] = await cities('chengdu', 'barcelona', 'kyoto')
  await federate(chengdu, barcelona, kyoto)
  await openChains(chengdu, barcelona, kyoto)
  const { origin } = stateOf(chengdu).hub
  const version = versionOf(chengdu)
  await chengdu.hub!.federation.renew()
  const promised = () => chengdu.hub!.votes.hasPromised(chengdu.disk.voteKey.next!.publicKey)
  // Alone it asks nobody, not even itself.
  await pause(500)
  expect(promised()).toBe(false)
  await barcelona.hub!.federation.admit(cardOf(chengdu))
  await until('the new key has signed', promised)
  for (const life of ['this', 'the next']) {
    expect([life, await chengdu.hub!.federation.keep(origin)]).toEqual([life, { ok: false, door: { code: 'already-signed', hub: origin } }])
    chengdu.hub!.die()
    await start(chengdu)
  }
  await kyoto.hub!.federation.admit(cardOf(chengdu))
  await until('it has its new key', () => versionOf(chengdu) === version + 1)
  expect(toHex(chengdu.keys.vote.publicKey)).toBe(voteKeyOf(chengdu))
  await approveIssue(barcelona, 10n * CV)
  await until('all three have voted', () => certified(barcelona) === 2)
})

test('a key that waited when the city forgot ends no loss, and one that is made afterwards does', async () => {
  const [chengdu, barcelona] = await cities('chengdu', 'barcelona')
  await federate(chengdu, barcelona)
  await chengdu.hub!.federation.renew()
  const older = await copyOf(chengdu.disk)
  await openChains(chengdu, barcelona)
  chengdu.hub!.die()
  chengdu.disk.votes = older.votes
  await start(chengdu)
  const loss = () => lossOf(chengdu.hub!.votes, stateOf(chengdu))
  await until('it knows that it has forgotten', () => loss() !== null)
  const { origin } = stateOf(chengdu).hub
  expect(await chengdu.hub!.federation.keep(origin)).toEqual({ ok: false, door: { code: 'already-signed', hub: origin } })
  for (const [version, isOver] of [[3, false], [4, true]] as const) {
    await renew(chengdu, [barcelona])
    await until('it has a new key', () => [chengdu, barcelona].every((city) => versionOf(city) === version))
    expect([version, loss() === null]).toEqual([version, isOver])
  }
  chengdu.hub!.die()
  await start(chengdu)
  expect(loss()).toBeNull()
  await approveIssue(barcelona, 10n * CV)
  await until('both have voted', () => certified(barcelona) === 2)
})

test('two cities that have both forgotten what they voted wait, until both vote with new keys', async () => {
  const [chengdu, barcelona] = await cities('chengdu', 'barcelona')
  await federate(chengdu, barcelona)
  const older = await Promise.all([copyOf(chengdu.disk), copyOf(barcelona.disk)])
  await openChains(chengdu, barcelona)
  for (const [i, city] of [chengdu, barcelona].entries()) {
    city.hub!.die()
    city.disk.votes = older[i]!.votes
  }
  await Promise.all([start(chengdu), start(barcelona)])
  await until('both know that they have forgotten', () => [chengdu, barcelona].every((city) => city.hub!.votes.loss() !== null))
  await approveIssue(chengdu, 10n * CV)
  await pause(600)
  expect([chengdu, barcelona].map((city) => city.hub!.fence.mayVote())).toEqual([false, false])
  expect([certified(chengdu), versionOf(chengdu)]).toEqual([1, 2])
  await until('each says so to its stewards', () => [chengdu, barcelona].every((city) => city.hub!.federation.view().mustRenew))

  // Their stewards decide it, each about the other's card: what nobody remembers counts no longer.
  for (const city of [chengdu, barcelona]) await city.hub!.federation.renew()
  // Asking first binds nobody to a document of one's own.
  await pause(600)
  await chengdu.hub!.federation.admit(cardOf(barcelona))
  await barcelona.hub!.federation.admit(cardOf(chengdu))
  await until('both have new keys', () => [chengdu, barcelona].every((city) => versionOf(city) === 3))
  await until('the order is certified', () => certified(chengdu) === 2)
  expect([chengdu, barcelona].map((city) => city.hub!.federation.view().mustRenew)).toEqual([false, false])
  // And no start brings the old doubt back.
  barcelona.hub!.die()
  await start(barcelona)
  await until('it votes at once', () => barcelona.hub!.fence.mayVote())
  await approveIssue(barcelona, 10n * CV)
  await until('its order is certified', () => certified(barcelona) === 2)
  expectSoundBooks(chengdu, barcelona)
})

test('a city that remembers is told to renew, too, where more have forgotten than may renew by themselves', async () => {
  const [chengdu, barcelona, lisbon, kyoto] = await cities('chengdu', 'barcelona', 'lisbon', 'kyoto')
  await federate(chengdu, barcelona, lisbon, kyoto)
  const forgetful = [chengdu, barcelona, lisbon]
  const older = await Promise.all(forgetful.map(({ disk }) => copyOf(disk)))
  await openChains(chengdu, barcelona, lisbon, kyoto)
  for (const [i, city] of forgetful.entries()) {
    city.hub!.die()
    city.disk.votes = older[i]!.votes
  }
  await Promise.all(forgetful.map((city) => start(city)))
  await until('nobody can tell three of them', () => forgetful.every((city) => city.hub!.federation.view().mustRenew))
  expect(kyoto.hub!.federation.view().mustRenew).toBe(false)

  const all = [...forgetful, kyoto]
  for (const city of forgetful) await city.hub!.federation.renew()
  for (const host of all) for (const city of forgetful) if (city !== host) await host.hub!.federation.admit(cardOf(city))
  expect(kyoto.hub!.federation.view().mustRenew).toBe(true)
  await pause(600)
  expect(versionOf(kyoto)).toBe(4)

  await kyoto.hub!.federation.renew()
  for (const host of forgetful) await host.hub!.federation.admit(cardOf(kyoto))
  await until('all have new keys', () => all.every((city) => versionOf(city) === 5))
  expect(all.map((city) => city.hub!.federation.view().mustRenew)).toEqual([false, false, false, false])
  expectSoundBooks(chengdu, barcelona, lisbon, kyoto)
})
