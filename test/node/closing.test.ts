/**
 * Cities that are gone for good, and those that go on without them: the closing rule, driven by the
 * hubs of cities whose neighbour never comes back, or comes back when it is too late.
 */
import { afterEach, describe, expect, test } from 'vitest'
import type { Hex } from '#ledger/action.ts'
import { faultsOf, federationFaultsOf } from '#ledger/audit/conservation.ts'
import { ownKeysArgument } from '#ledger/rules/order.ts'
import { globalDay } from '#ledger/state/state.ts'
import {
  act, admitGuest, aMemberOf, approveIssue, approveKeys, certified, type City, federate, help, openChains, payAward, start,
  stateOf, until, versionOf,
} from '#test/support/cities.ts'
import { cities, expectSoundBooks, stopAll } from '#test/support/federations.ts'
import { hexFor, idFor, CV, type Person } from '#test/support/towns.ts'

afterEach(stopAll)

const DAY = 86_400
const originOf = (city: City): string => city.town.card.origin

/** The steward of a city says who takes over when it is gone, and on which Global day it ends; true once the others have certified it. */
async function bequeath(city: City, heir: City, ends: number | null = null): Promise<void> {
  const slot = stateOf(city).chain.slots.length
  const argument = ownKeysArgument(stateOf(city), { heir: originOf(heir), ends })!
  await act(city, { kind: 'order.approved', slot, order: 'keys', argument }, [city.town.steward])
  await until(`${city.name} has said who takes over`, () => stateOf(city).chain.keys === slot)
}

/** Somebody of `home` who has 30 CV Global for help at `host`. */
async function whoHelped(host: City, home: City): Promise<Person> {
  const guest = await aMemberOf(home, 'mei')
  const { person: neighbour } = await aMemberOf(host, 'ana')
  await admitGuest(host, home, guest)
  const agreement = await help(host, guest.person, neighbour, 90)
  await payAward(host, agreement)
  await until('the award has arrived', () => stateOf(home).members.get(guest.person.acct)!.account.global > 0n)
  await until('and been acknowledged', () => [...stateOf(host).requests.values()].every(({ phase }) => phase === 'credited'))
  return guest.person
}

async function send(city: City, who: Person, destination: City, amount: bigint): Promise<Hex> {
  const before = new Set(stateOf(city).requests.keys())
  const terms = { to: hexFor('whoever'), destination: originOf(destination), amount, expDay: 20 }
  await act(city, { kind: 'x.req', source: 0, ...terms, agreement: idFor('a stay'), awardMilli: 0n, memo: hexFor('memo') }, [who])
  const xid = [...stateOf(city).requests.keys()].find((one) => !before.has(one))!
  await act(city, { kind: 'x.appr', xid, ...terms }, [city.town.steward])
  return xid
}

const copiesOf = (city: City, other: City) => other.hub!.replicas.of(originOf(city))
/** Until `others` have read all of a city's log. */
const readBy = (city: City, ...others: City[]): Promise<void> =>
  until(`the log of ${city.name} is read`, () => others.every((other) => copiesOf(city, other)?.size === stateOf(city).tree.size))

describe('a city killed for good', () => {
  test('of two, the other closes it by its will, gets back what was on its way, and trades again alone', async () => {
    const [chengdu, barcelona] = await cities('chengdu', 'barcelona')
    await federate(chengdu, barcelona)
    await openChains(chengdu, barcelona)
    await approveIssue(barcelona, 1_000n * CV)
    await until('the pool is filled', () => certified(barcelona) === 2)
    const mei = await whoHelped(barcelona, chengdu)
    await bequeath(barcelona, chengdu)
    await readBy(barcelona, chengdu)
    const held = stateOf(chengdu).members.get(mei.acct)!.account.global
    const gone = barcelona.hub!.writer.state
    barcelona.hub!.die()

    // With two, every vote is needed: what is sent now hangs in the air.
    const xid = await send(chengdu, mei, barcelona, 2n * CV)
    await until('it is ordered', () => stateOf(chengdu).requests.get(xid)!.phase === 'out')
    expect(await chengdu.hub!.federation.close(originOf(barcelona)))
      .toEqual({ ok: false, door: { code: 'cannot-close', hub: originOf(barcelona), because: 'not-silent' } })
    chengdu.clock.advance(31 * DAY)
    expect(await chengdu.hub!.federation.close(originOf(barcelona))).toEqual({ ok: true })
    await until('it is closed', () => versionOf(chengdu) === 3)
    await until('its value is here', () => stateOf(chengdu).requests.get(xid)!.phase === 'returned')
    await until('the order that hung is certified by one vote', () => stateOf(chengdu).chain.slots.every((slot) => slot.certified))
    expect(stateOf(chengdu).members.get(mei.acct)!.account.global).toBe(held)
    expect(stateOf(chengdu).books.pool).toBe(gone.chain.position)
    await approveIssue(chengdu, 5n * CV)
    await until('it issues alone', () => stateOf(chengdu).books.pool === gone.chain.position + 5n * CV)
    expect(faultsOf(stateOf(chengdu))).toEqual([])
    expect(federationFaultsOf([stateOf(chengdu), gone])).toEqual([])
    expect(chengdu.errors).toEqual([])
  })

  test('of three, both others agree; it learns of it on its return, and trades no more', async () => {
    const [chengdu, barcelona, tokyo] = await cities('chengdu', 'barcelona', 'tokyo')
    await federate(chengdu, barcelona, tokyo)
    await openChains(chengdu, barcelona, tokyo)
    await approveIssue(barcelona, 1_000n * CV)
    await until('the pool is filled', () => certified(barcelona) === 2)
    await bequeath(barcelona, tokyo)
    await readBy(barcelona, chengdu, tokyo)
    barcelona.hub!.die()
    chengdu.clock.advance(31 * DAY)
    expect(await chengdu.hub!.federation.close(originOf(barcelona))).toEqual({ ok: true })
    expect(versionOf(chengdu)).toBe(3)
    expect(chengdu.hub!.federation.view().closing.find(({ origin }) => origin === originOf(barcelona))).toMatchObject({ state: 'closing' })
    expect(await tokyo.hub!.federation.close(originOf(barcelona))).toEqual({ ok: true })
    await until('it is closed in both', () => [chengdu, tokyo].every((city) => versionOf(city) === 4))
    await until('the heir has what was left', () => stateOf(tokyo).books.pool === 1_000n * CV)
    await approveIssue(chengdu, 5n * CV)
    await until('two certify what three could not', () => stateOf(chengdu).books.pool === 5n * CV)

    // Nobody tells it of its own log any more: after a minute (here less) it goes on alone, as any hub that nobody answers.
    await start(barcelona, { aloneAfterMs: 200 })
    await until('it hears that it was closed', () => versionOf(barcelona) === 4)
    expect(barcelona.hub!.federation.view()).toMatchObject({ state: 'closed' })
    expectSoundBooks(chengdu, barcelona, tokyo)
  })

  test('without a will cannot be closed, and one that is here cannot either', async () => {
    const [chengdu, barcelona] = await cities('chengdu', 'barcelona')
    await federate(chengdu, barcelona)
    await openChains(chengdu, barcelona)
    const close = () => chengdu.hub!.federation.close(originOf(barcelona))
    const no = (because: string) => ({ ok: false, door: { code: 'cannot-close', hub: originOf(barcelona), because } })
    expect(await close()).toEqual(no('no-will'))
    await bequeath(barcelona, chengdu)
    await readBy(barcelona, chengdu)
    expect(await close()).toEqual(no('connected'))
  })
})

test('a city that announced its end ninety days before is closed on that day while it is there, and not earlier', { timeout: 60_000 }, async () => {
  const [chengdu, barcelona, tokyo] = await cities('chengdu', 'barcelona', 'tokyo')
  await federate(chengdu, barcelona, tokyo)
  await openChains(chengdu, barcelona, tokyo)
  await approveIssue(barcelona, 1_000n * CV)
  await until('the pool is filled', () => certified(barcelona) === 2)
  const day = globalDay(stateOf(barcelona).federation!, barcelona.clock.now()) + 90
  await bequeath(barcelona, tokyo, day)
  await readBy(barcelona, chengdu, tokyo)
  const origin = originOf(barcelona)
  const agree = (city: City) => city.hub!.federation.close(origin)
  barcelona.clock.advance(89 * DAY)
  for (const city of [chengdu, tokyo]) expect(await agree(city)).toEqual({ ok: false, door: { code: 'cannot-close', hub: origin, because: 'connected' } })
  barcelona.clock.advance(DAY)
  for (const city of [chengdu, tokyo]) expect(await agree(city)).toEqual({ ok: true })
  await until('it is closed in all three', () => [chengdu, barcelona, tokyo].every((city) => versionOf(city) === 4))
  expect(barcelona.hub!.federation.view()).toMatchObject({ state: 'closed' })
  await until('the heir has what was left', () => stateOf(tokyo).books.pool === 1_000n * CV)
  await approveIssue(chengdu, 5n * CV)
  await until('the two go on', () => stateOf(chengdu).books.pool === 5n * CV)
  expectSoundBooks(chengdu, barcelona, tokyo)
})

describe('stewards who agreed to close a city', () => {
  test('stop its chain at once, and let it go on when they take it back', async () => {
    const [chengdu, barcelona, tokyo] = await cities('chengdu', 'barcelona', 'tokyo')
    await federate(chengdu, barcelona, tokyo)
    await openChains(chengdu, barcelona, tokyo)
    await bequeath(barcelona, chengdu)
    await readBy(barcelona, chengdu, tokyo)
    barcelona.hub!.die()
    chengdu.clock.advance(31 * DAY)
    expect(await chengdu.hub!.federation.close(originOf(barcelona))).toEqual({ ok: true })
    // It was only away.
    await start(barcelona)
    await approveIssue(barcelona, CV)
    await until('it has ordered', () => stateOf(barcelona).chain.slots.length === 3)
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(certified(barcelona)).toBe(2)
    expect(await chengdu.hub!.federation.keep(originOf(barcelona))).toEqual({ ok: true })
    await until('it is certified', () => certified(barcelona) === 3)
    expect(versionOf(barcelona)).toBe(3)
    expectSoundBooks(chengdu, barcelona, tokyo)
  })
})

describe('witness boxes', () => {
  test('two cities and two boxes go on when any one of the four is gone', async () => {
    const [chengdu, barcelona, library, archive] = await cities('chengdu', 'barcelona', 'library', 'archive')
    for (const box of [library, archive]) expect(await box.hub!.federation.beBox(true)).toEqual({ ok: true })
    await federate(chengdu, barcelona, library, archive)
    for (const city of [chengdu, barcelona]) await approveKeys(city)
    await until('both chains are open', () => [chengdu, barcelona].every((city) => certified(city) === 1))
    let pool = 0n
    for (const box of [library, archive, barcelona]) {
      box.hub!.die()
      await approveIssue(chengdu, CV)
      pool += CV
      await until(`it is certified without ${box.name}`, () => stateOf(chengdu).books.pool === pool)
      await start(box)
      await until('it is back', () => chengdu.hub!.network.connected().length === 3)
    }
    expectSoundBooks(chengdu, barcelona, library, archive)
  })
})
