import { describe, expect, test } from 'vitest'
import { type Preset, type Resource, resources, spreads } from '#ledger/charter/charter.ts'
import { presets } from '#ledger/charter/presets.ts'
import { ABSENT } from '#ledger/rules/absence.ts'
import { lateBy } from '#ledger/rules/booking.ts'
import {
  aBooking, agree, agreementIn, aTownOfNeighbours, booked, codeOf, confirm, decline, domainOf, type Grade, grades, heldOf, helpOnce,
  HOUR, rateBoth, refusalOf, report, sleep,
} from '#test/support/people.ts'
import { type Asked, CV, DAY, idFor, type Person, recorded, type Town } from '#test/support/towns.ts'

/** Bo, who uses what Mei and Li share, has helped for so many hours before, some days after they all came; nothing decays. */
function aTownThatShares({ hours = 20, preset = 'city' as Preset } = {}) {
  const charter = presets[preset]
  const neighbours = aTownOfNeighbours({ preset, agreed: { ...charter, decay: { ...charter.decay, domainPerMille: 0 } } })
  sleep(neighbours.town, 4)
  for (let given = 0; given < hours; given += 20) helpOnce(neighbours.town, neighbours.bo, neighbours.li, { minutes: 1_200 })
  return neighbours
}

/** The steward says how sought after something is from last week on, for the next three. */
function demand(town: Town, resource: Resource, perMille: number): { by: string; ts: number } {
  const fromDay = Math.floor(town.now / DAY) - 7
  recorded(town, { kind: 'demand.set', resource, fromDay, untilDay: fromDay + 28, perMille }, [town.steward])
  return { by: town.steward.acct, ts: town.now }
}

/** Used as agreed, or for so many minutes, and rated with one grade by both. */
function used(town: Town, id: string, [provider, receiver]: [Person, Person], grade: Grade, minutes?: number): void {
  report(town, id, receiver, minutes)
  confirm(town, id, provider)
  rateBoth(town, id, [receiver, grade], [provider, grade])
}

const nights = (town: Town, count: number, changes: Partial<Asked<'booking.made'>> = {}): Partial<Asked<'booking.made'>> => {
  const begins = changes.begins ?? town.now + HOUR
  return { resource: resources.room, begins, ends: begins + (count - 1) * DAY + 20 * HOUR, ...changes }
}

describe('using what somebody shares', () => {
  test('sets the price aside, and when it is over gives it: two days of a vehicle are 300 CV for both', () => {
    const { town, mei, bo } = aTownThatShares()
    const id = booked(town, mei, bo, { begins: town.now - 2 * DAY })
    expect([domainOf(town, bo), heldOf(town, bo)]).toEqual([900n * CV, 300n * CV])
    recorded(town, { kind: 'checkin.made', agreement: id }, [mei])
    used(town, id, [mei, bo], grades.good)
    expect([domainOf(town, bo), heldOf(town, bo), domainOf(town, mei)]).toEqual([900n * CV, 0n, 300n * CV])
    expect(agreementIn(town, id)).toMatchObject({ phase: 'settled', hold: 0n, award: { formula: 'resource', milli: 300n * CV } })
    expect(town.state.members.get(mei.acct)).toMatchObject({ contributions: 1, lifetimeMilli: 300n * CV })
  })

  test('[S1545-1547] vehicle, two days, off-season, fair: 168 CV are awarded, and the rest of the price goes to the commons', () => {
    const { town, mei, bo } = aTownThatShares()
    demand(town, resources.vehicle, 800)
    const before = town.state.books.commons
    used(town, booked(town, mei, bo, { begins: town.now - 2 * DAY, demandPerMille: 800 }), [mei, bo], grades.fair)
    expect(domainOf(town, mei)).toBe(168n * CV)
    expect(town.state.books.commons - before).toBe(72n * CV)
    expect(town.state.books.redemption).toBe(168n * CV)
  })

  test('[S1545-1547] a room for three nights, at the peak, good: 900 CV, and who set the index is kept', () => {
    const { town, mei, bo } = aTownThatShares()
    const set = demand(town, resources.room, 1500)
    const id = booked(town, mei, bo, nights(town, 3, { begins: town.now - 3 * DAY, demandPerMille: 1500 }))
    used(town, id, [mei, bo], grades.good)
    const { award } = agreementIn(town, id)
    expect(award!.milli).toBe(900n * CV)
    expect(award!.factors).toContainEqual({ factor: 'demand', perMille: 1500, of: null, set })
  })

  test('what was not used is not given: one night of three', () => {
    const { town, mei, bo } = aTownThatShares()
    const id = booked(town, mei, bo, nights(town, 3))
    expect(heldOf(town, bo)).toBe(600n * CV)
    used(town, id, [mei, bo], grades.good, 18 * 60)
    expect([domainOf(town, bo), domainOf(town, mei)]).toEqual([1_000n * CV, 200n * CV])
  })

  test('from seven nights on each costs half [S1469]', () => {
    const { town, mei, bo } = aTownThatShares()
    booked(town, mei, bo, nights(town, 7))
    expect(heldOf(town, bo)).toBe(700n * CV)
  })

  test.each([
    ['burnt', spreads.burn, { commons: 0n, retire: 72n, mei: 168n }],
    ['left to the provider', spreads.provider, { commons: 0n, retire: 0n, mei: 240n }],
  ] as const)('the difference may be %s', (_, spread, expected) => {
    const { town, mei, bo } = aTownThatShares()
    const charter = town.state.charters[0]!
    town.state.charters[0] = { ...charter, price: { ...charter.price, spread } }
    demand(town, resources.vehicle, 800)
    const { commons: before } = town.state.books
    used(town, booked(town, mei, bo, { begins: town.now - 2 * DAY, demandPerMille: 800 }), [mei, bo], grades.fair)
    const { commons, retire } = town.state.books
    expect({ commons: commons - before, retire, mei: domainOf(town, mei) })
      .toEqual({ commons: expected.commons * CV, retire: expected.retire * CV, mei: expected.mei * CV })
    expect(town.state.members.get(mei.acct)!.lifetimeMilli).toBe(168n * CV)
  })

  test('[S1727] where awards are multiplied by the score, as much is redeemed as the award comes to with it', () => {
    const { town, mei, bo, li } = aTownThatShares({ preset: 'seed-literal' })
    helpOnce(town, mei, li)
    sleep(town, 31)
    const before = { ...town.state.books }
    const id = booked(town, mei, bo, { resource: resources.tool, begins: town.now - 2 * HOUR, ends: town.now - HOUR / 2 })
    used(town, id, [mei, bo], grades.good)
    const { award } = agreementIn(town, id)
    expect(award!.factors.at(-1)).toMatchObject({ factor: 'score' })
    expect(award!.milli).toBeLessThan(5n * CV)
    const { redemption, commons } = town.state.books
    expect([redemption - before.redemption, commons - before.commons]).toEqual([award!.milli, 5n * CV - award!.milli])
  })

  test('where a use costs less than its award, the rest of the award is new', () => {
    const { town, mei, bo } = aTownThatShares({ preset: 'gift' })
    const { commons } = town.state.books
    used(town, booked(town, mei, bo, { begins: town.now - 2 * DAY }), [mei, bo], grades.good)
    expect(domainOf(town, mei)).toBe(300n * CV)
    expect(town.state.books).toMatchObject({ redemption: 0n, commons })
  })

  test('what is used for less than half a night counts by its minutes: two who pass it back and forth are awarded minutes, and no nights', () => {
    const { town, mei, bo, li } = aTownThatShares({ preset: 'gift' })
    helpOnce(town, mei, li)
    const before = [mei, bo].map(({ acct }) => town.state.members.get(acct)!.lifetimeMilli)
    for (let turn = 0; turn < 20; turn++) {
      const [provider, receiver] = turn % 2 === 0 ? [mei, bo] as const : [bo, mei] as const
      const begins = town.now - DAY + turn * HOUR
      const id = booked(town, provider, receiver, { resource: resources.room, listing: idFor(provider.acct), begins, ends: begins + 60 })
      used(town, id, [provider, receiver], grades.good)
      expect(agreementIn(town, id).award).toMatchObject({ quantity: 1, per: 720, milli: 277n })
    }
    expect([mei, bo].map(({ acct }, i) => town.state.members.get(acct)!.lifetimeMilli - before[i]!)).toEqual([2_770n, 2_770n])
  })

  test('half a unit is one: a day of a vehicle from morning to evening, of which three hours were used', () => {
    const { town, mei, bo } = aTownThatShares()
    const begins = town.now - DAY
    const id = booked(town, mei, bo, { begins, ends: begins + 12 * HOUR })
    expect(heldOf(town, bo)).toBe(150n * CV)
    used(town, id, [mei, bo], grades.good, 180)
    expect([domainOf(town, bo), domainOf(town, mei), heldOf(town, bo)]).toEqual([1_162_500n, 37_500n, 0n])
  })

  test.each([
    ['a minute, kept for twenty', 1, 20, { paid: 277n, isOverstay: false }],
    ['a minute, kept for a day', 1, 1_440, { paid: 277n, isOverstay: false }],
    ['a minute, kept for a day more', 1, 1_441, { paid: 277n, isOverstay: false }],
    ['a minute, kept for longer than a day more', 1, 1_442, { paid: 277n, isOverstay: true }],
    ['a night, kept for a day more', 1_200, 2_640, { paid: 200n * CV, isOverstay: false }],
    ['a night, kept for longer than a day more', 1_200, 2_641, { paid: 200n * CV, isOverstay: true }],
  ])('nobody pays for more time than was agreed: %s', (_, minutes, kept, { paid, isOverstay }) => {
    const { town, mei, bo } = aTownThatShares()
    const [begins, before] = [town.now, domainOf(town, bo)]
    const id = booked(town, mei, bo, { resource: resources.room, begins, ends: begins + minutes * 60 })
    recorded(town, { kind: 'checkin.made', agreement: id }, [bo])
    town.now = begins + kept * 60
    recorded(town, { kind: 'return.recorded', agreement: id }, [mei])
    used(town, id, [mei, bo], grades.good)
    expect([before - domainOf(town, bo), domainOf(town, mei), heldOf(town, bo)]).toEqual([paid, paid, 0n])
    const overstays = town.state.exchanges.flatMap((day) => day.overstays)
    expect(overstays).toMatchObject(isOverstay ? [{ matter: id, member: bo.acct, booked: minutes, kept }] : [])
  })

  test('called off in time: everything is given back, and the time is free', () => {
    const { town, mei, bo, li } = aTownThatShares()
    helpOnce(town, li, bo, { minutes: 1_200 })
    const begins = town.now + 5 * DAY
    const id = booked(town, mei, bo, { begins })
    recorded(town, { kind: 'agreement.cancelled', agreement: id }, [bo])
    expect([domainOf(town, bo), heldOf(town, bo)]).toEqual([1_200n * CV, 0n])
    booked(town, mei, li, { begins })
  })

  test('who did not come for it pays nothing, and it is free again', () => {
    const { town, mei, bo } = aTownThatShares()
    const id = booked(town, mei, bo, { begins: town.now })
    recorded(town, { kind: 'absence.reported', agreement: id, absent: ABSENT.receiver }, [mei])
    confirm(town, id, bo)
    expect([domainOf(town, bo), heldOf(town, bo)]).toEqual([1_200n * CV, 0n])
    expect(town.state.calendars.size).toBe(0)
  })
})

describe('the calendar', () => {
  test('slot-taken: what overlaps, and until when', () => {
    const { town, mei, bo, li } = aTownThatShares()
    helpOnce(town, li, bo, { minutes: 1_200 })
    const begins = town.now + DAY
    booked(town, mei, bo, { begins, ends: begins + DAY })
    const during = aBooking(town, mei, li, { begins: begins + HOUR, ends: begins + 3 * DAY })
    expect(refusalOf(town, during, [mei, li])).toEqual({ code: 'slot-taken', free: begins + DAY })
    booked(town, mei, li, { begins: begins + DAY, ends: begins + 2 * DAY })
    booked(town, mei, li, { begins: begins - HOUR, ends: begins })
    booked(town, mei, li, { listing: idFor('another of hers'), begins, ends: begins + HOUR })
  })

  test('not-returned: what is out beyond its end stays taken until it is back, and that it was late is kept', () => {
    const { town, mei, bo, li } = aTownThatShares()
    helpOnce(town, li, bo, { minutes: 1_200 })
    const id = booked(town, mei, bo, { begins: town.now, ends: town.now + DAY })
    recorded(town, { kind: 'checkin.made', agreement: id }, [bo])
    const next = { begins: town.now + 5 * DAY, ends: town.now + 6 * DAY }
    town.now += 2 * DAY
    expect(codeOf(town, aBooking(town, mei, li, next), [mei, li])).toBe('not-returned')
    recorded(town, { kind: 'return.recorded', agreement: id }, [mei])
    expect(lateBy(agreementIn(town, id))).toBe(DAY)
    booked(town, mei, li, next)
  })

  test('somebody who books ahead of the end of one that is out in time is not in its way', () => {
    const { town, mei, bo, li } = aTownThatShares()
    helpOnce(town, li, bo, { minutes: 1_200 })
    const id = booked(town, mei, bo, { begins: town.now, ends: town.now + DAY })
    recorded(town, { kind: 'checkin.made', agreement: id }, [bo])
    booked(town, mei, li, { begins: town.now + 2 * DAY })
  })

  test('a report says that it came back in time; a report that is declined, that it may not have', () => {
    const { town, mei, bo, li } = aTownThatShares()
    helpOnce(town, li, bo, { minutes: 1_200 })
    const id = booked(town, mei, bo, { begins: town.now, ends: town.now + DAY })
    recorded(town, { kind: 'checkin.made', agreement: id }, [bo])
    town.now += 2 * DAY
    report(town, id, bo)
    const next = aBooking(town, mei, li)
    decline(town, id, mei)
    expect(codeOf(town, next, [mei, li])).toBe('not-returned')
    report(town, id, bo)
    recorded(town, next, [mei, li])
    expect(lateBy(agreementIn(town, id))).toBe(0)
  })

  test('coming back early frees the rest of the time', () => {
    const { town, mei, bo, li } = aTownThatShares()
    helpOnce(town, li, bo, { minutes: 1_200 })
    const id = booked(town, mei, bo, { begins: town.now, ends: town.now + 3 * DAY })
    town.now += DAY
    recorded(town, { kind: 'return.recorded', agreement: id }, [bo])
    booked(town, mei, li, { begins: town.now, ends: town.now + HOUR })
  })

  test('is as long as what may still be booked, and not as its history', () => {
    const { town, mei, bo } = aTownThatShares({ hours: 100 })
    for (let week = 0; week < 8; week++) {
      used(town, booked(town, mei, bo, { begins: town.now - 2 * DAY }), [mei, bo], grades.good)
      sleep(town, 7)
    }
    expect([...town.state.calendars.values()][0]!.intervals.length).toBeLessThanOrEqual(5)
  })
})

describe('what is refused', () => {
  const refusals: [string, (now: number) => Partial<Asked<'booking.made'>>][] = [
    ['other-charter', () => ({ charter: 1 })],
    ['bad-interval', (now) => ({ begins: now, ends: now })],
    ['bad-interval', (now) => ({ begins: now, ends: now + 59 })],
    ['bad-interval', (now) => ({ begins: now - 30 * DAY - 1, ends: now })],
    ['ends-too-late', (now) => ({ begins: now, ends: now + 365 * DAY + 1 })],
    ['other-demand', () => ({ demandPerMille: 1500 })],
    ['insufficient-cv', (now) => ({ begins: now, ends: now + 20 * DAY })],
  ]
  test.each(refusals)('%s', (code, changes) => {
    const { town, mei, bo } = aTownThatShares()
    expect(codeOf(town, aBooking(town, mei, bo, changes(town.now)), [mei, bo])).toBe(code)
    expect(town.state.calendars.size).toBe(0)
  })

  test('same-person, not-a-party', () => {
    const { town, mei, bo, li } = aTownThatShares()
    expect(codeOf(town, aBooking(town, mei, mei), [mei, mei])).toBe('same-person')
    expect(codeOf(town, aBooking(town, mei, bo), [li, bo])).toBe('not-a-party')
  })

  test('level-too-low: whoever has not contributed yet gives first [S1749]', () => {
    const { town, mei, li } = aTownThatShares()
    expect(refusalOf(town, aBooking(town, mei, li), [mei, li])).toEqual({ code: 'level-too-low', level: 1, needed: 2 })
  })

  test('restricted: who is may lend and not borrow', () => {
    const { town, mei, bo } = aTownThatShares()
    town.state.members.get(bo.acct)!.status = 'restricted'
    expect(codeOf(town, aBooking(town, mei, bo), [mei, bo])).toBe('restricted')
    helpOnce(town, mei, bo, { minutes: 1_200 })
    booked(town, bo, mei)
  })

  test('insufficient-cv says what is there and what it costs', () => {
    const { town, mei, bo } = aTownThatShares()
    booked(town, mei, bo, nights(town, 5))
    const more = aBooking(town, mei, bo, { begins: town.now + 20 * DAY })
    expect(refusalOf(town, more, [mei, bo])).toEqual({ code: 'insufficient-cv', availableMilli: 200n * CV, askedMilli: 300n * CV })
  })

  test('of a return: unknown-agreement, not-a-party, wrong-phase, not-a-booking, not-begun, already-returned', () => {
    const { town, mei, bo, li } = aTownThatShares()
    const back = (agreement: string): Asked => ({ kind: 'return.recorded', agreement })
    const id = booked(town, mei, bo, { begins: town.now + 2 * HOUR })
    expect(codeOf(town, back(idFor('nowhere')), [mei])).toBe('unknown-agreement')
    expect(codeOf(town, back(id), [li])).toBe('not-a-party')
    expect(codeOf(town, back(id), [mei])).toBe('not-begun')
    town.now += 3 * HOUR
    recorded(town, back(id), [mei])
    expect(codeOf(town, back(id), [bo])).toBe('already-returned')
    used(town, id, [mei, bo], grades.good, DAY / 60)
    expect(refusalOf(town, back(id), [bo])).toEqual({ code: 'wrong-phase', phase: 'settled' })
    const help = agree(town, mei, bo)
    expect(codeOf(town, back(help), [bo])).toBe('not-a-booking')
  })
})
