import { describe, expect, test } from 'vitest'
import { baseOf } from '#ledger/value/decay.ts'
import { confirmsItselfAt, ratingsCloseAt } from '#ledger/rules/course.ts'
import { domainDay, domainIndex } from '#ledger/state/state.ts'
import { Times } from '#ledger/state/times.ts'
import {
  agree, agreementIn, anAgreement, aTownOfNeighbours, codeOf, completed, confirm, decline, domainOf, grades, heldOf,
  helpOnce, HOUR, MINUTE, rateBoth, refusalOf, report, sleep,
} from '#test/support/people.ts'
import {
  admit, aMember, type Asked, aTown, CV, DAY, federate, idFor, openChains, pass, recorded,
} from '#test/support/towns.ts'

describe('from an agreement to an award', () => {
  test('both agree, it happens, one reports, the other confirms, both rate: ninety minutes are 90 CV', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const id = agree(town, mei, bo)
    expect(agreementIn(town, id).phase).toBe('agreed')
    recorded(town, { kind: 'checkin.made', agreement: id }, [mei])
    recorded(town, { kind: 'checkin.made', agreement: id }, [bo])
    expect(agreementIn(town, id).checkins).toEqual(new Set([mei.acct, bo.acct]))
    report(town, id, mei)
    expect(agreementIn(town, id).phase).toBe('reported')
    confirm(town, id, bo)
    expect(agreementIn(town, id).phase).toBe('confirmed')
    expect(domainOf(town, mei)).toBe(0n)
    rateBoth(town, id, [bo, grades.good], [mei, grades.good])
    expect(agreementIn(town, id).phase).toBe('settled')
    expect(domainOf(town, mei)).toBe(90n * CV)
    expect(domainOf(town, bo)).toBe(0n)
    expect(agreementIn(town, id).award).toMatchObject({ quantity: 90, milli: 90n * CV, day: 0 })
  })

  test('either party may propose and either may report', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const made = anAgreement(town, mei, bo)
    recorded(town, made, [bo, mei])
    report(town, made.id!, bo)
    confirm(town, made.id!, mei)
    expect(agreementIn(town, made.id!).phase).toBe('confirmed')
  })

  test('fewer minutes than agreed are a partial help, and its award', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const id = agree(town, mei, bo)
    report(town, id, bo, 60)
    confirm(town, id, mei)
    rateBoth(town, id, [bo, grades.good], [mei, grades.good])
    expect(domainOf(town, mei)).toBe(60n * CV)
  })

  test('asking for help needs no value: in a city nothing is held and nothing is paid', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    helpOnce(town, bo, mei)
    const id = agree(town, mei, bo)
    expect(agreementIn(town, id).hold).toBe(0n)
    expect([domainOf(town, bo), heldOf(town, bo)]).toEqual([90n * CV, 0n])
  })

  test('the same report again is not a second one', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const id = agree(town, mei, bo)
    report(town, id, mei)
    expect(refusalOf(town, { kind: 'completion.reported', agreement: id, minutes: 90 }, [mei])).toEqual({
      code: 'wrong-phase', phase: 'reported',
    })
  })
})

describe('what may be agreed', () => {
  const refusals: [string, (now: number) => Partial<Asked<'agreement.made'>>][] = [
    ['other-charter', () => ({ charter: 1 })],
    ['bad-interval', (now) => ({ begins: now, ends: now })],
    ['bad-interval', (now) => ({ begins: now, ends: now - 1 })],
    ['bad-interval', (now) => ({ minutes: 1, begins: now - 30 * DAY - 1, ends: now })],
    ['bad-interval', (now) => ({ minutes: Math.floor(now / 60), begins: 0, ends: now })],
    ['ends-too-late', (now) => ({ begins: now, ends: now + 365 * DAY + 1 })],
    ['minutes-out-of-range', () => ({ minutes: 0 })],
    ['minutes-out-of-range', (now) => ({ minutes: 61, begins: now, ends: now + HOUR })],
  ]
  test.each(refusals)('%s', (code, changes) => {
    const { town, mei, bo } = aTownOfNeighbours()
    expect(codeOf(town, anAgreement(town, mei, bo, changes(town.now)), [mei, bo])).toBe(code)
  })

  test('as many minutes as the time between, and up to a year ahead', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const begins = town.now + 365 * DAY - HOUR
    agree(town, mei, bo, { minutes: 60, begins, ends: begins + HOUR })
  })

  test('what began as long ago as the short form reaches, and its hold ends no sooner than the charter says', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    sleep(town, 30)
    agree(town, mei, bo, { minutes: 60, begins: town.now - 30 * DAY, ends: town.now - 30 * DAY + HOUR })
  })

  test('same-person: nobody helps themselves', () => {
    const { town, mei } = aTownOfNeighbours()
    expect(codeOf(town, anAgreement(town, mei, mei), [mei, mei])).toBe('same-person')
  })

  test('not-a-party: who proposes is one of the two', () => {
    const { town, mei, bo, li } = aTownOfNeighbours()
    expect(codeOf(town, anAgreement(town, mei, bo), [li, bo])).toBe('not-a-party')
  })
})

describe('calling it off', () => {
  const cancelled = (agreement: string): Asked => ({ kind: 'agreement.cancelled', agreement })

  test('two days before it begins leaves no trace', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const id = agree(town, mei, bo, { begins: town.now + 49 * HOUR })
    town.now += HOUR
    recorded(town, cancelled(id), [bo])
    expect(agreementIn(town, id).phase).toBe('cancelled')
    expect([...town.state.members.get(bo.acct)!.track.broken]).toEqual([])
  })

  test('later it counts as not kept, for the one who calls it off alone', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const id = agree(town, mei, bo, { begins: town.now + 49 * HOUR })
    town.now += HOUR + 1
    recorded(town, cancelled(id), [bo])
    expect([...town.state.members.get(bo.acct)!.track.broken]).toEqual([town.now])
    expect([...town.state.members.get(mei.acct)!.track.broken]).toEqual([])
  })

  test('what was agreed at short notice can be called off at short notice', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const id = agree(town, mei, bo, { begins: town.now + HOUR })
    town.now += MINUTE
    recorded(town, cancelled(id), [mei])
    expect([...town.state.members.get(mei.acct)!.track.broken]).toEqual([])
  })

  test('unknown-agreement, not-a-party, wrong-phase', () => {
    const { town, mei, bo, li } = aTownOfNeighbours()
    const id = agree(town, mei, bo)
    const nowhere = idFor('nowhere')
    expect(refusalOf(town, cancelled(nowhere), [mei]))
      .toEqual({ code: 'unknown-agreement', agreement: nowhere })
    expect(codeOf(town, cancelled(id), [li])).toBe('not-a-party')
    report(town, id, mei)
    expect(refusalOf(town, cancelled(id), [bo])).toEqual({ code: 'wrong-phase', phase: 'reported' })
  })
})

describe('being there', () => {
  test('not-begun until an hour before, and once each', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const begins = town.now + 2 * HOUR
    const id = agree(town, mei, bo, { begins })
    const there: Asked = { kind: 'checkin.made', agreement: id }
    expect(refusalOf(town, there, [mei], begins - HOUR - 1)).toEqual({ code: 'not-begun', begins })
    recorded(town, there, [mei], begins - HOUR)
    expect(codeOf(town, there, [mei])).toBe('already-checked-in')
    recorded(town, there, [bo])
  })

  test('unknown-agreement, not-a-party, and wrong-phase once it is confirmed', () => {
    const { town, mei, bo, li } = aTownOfNeighbours()
    const id = completed(town, mei, bo)
    expect(codeOf(town, { kind: 'checkin.made', agreement: idFor('nowhere') }, [mei])).toBe('unknown-agreement')
    expect(codeOf(town, { kind: 'checkin.made', agreement: id }, [li])).toBe('not-a-party')
    expect(codeOf(town, { kind: 'checkin.made', agreement: id }, [mei])).toBe('wrong-phase')
  })
})

describe('reporting and answering', () => {
  test('a report is taken from an hour before the beginning, for no more than was agreed', () => {
    const { town, mei, bo, li } = aTownOfNeighbours()
    const begins = town.now + 2 * HOUR
    const id = agree(town, mei, bo, { begins, ends: begins + 4 * HOUR })
    const said = (minutes: number): Asked => ({ kind: 'completion.reported', agreement: id, minutes })
    expect(refusalOf(town, said(90), [mei], begins - HOUR - 1)).toEqual({ code: 'not-begun', begins })
    town.now = begins
    expect(refusalOf(town, said(0), [mei])).toEqual({ code: 'minutes-out-of-range', most: 90 })
    expect(refusalOf(town, said(91), [mei])).toEqual({ code: 'minutes-out-of-range', most: 90 })
    expect(codeOf(town, said(90), [li])).toBe('not-a-party')
    expect(codeOf(town, { kind: 'completion.reported', agreement: idFor('nowhere'), minutes: 1 }, [mei]))
      .toBe('unknown-agreement')
    report(town, id, mei)
  })

  test.each(['completion.confirmed', 'completion.declined'] as const)('%s answers the other’s report, and these minutes', (kind) => {
    const { town, mei, bo, li } = aTownOfNeighbours()
    const id = agree(town, mei, bo)
    const answer = (minutes: number, agreement = id): Asked => ({ kind, agreement, minutes })
    expect(refusalOf(town, answer(90), [bo])).toEqual({ code: 'wrong-phase', phase: 'agreed' })
    report(town, id, mei, 80)
    expect(codeOf(town, answer(80, idFor('nowhere')), [bo])).toBe('unknown-agreement')
    expect(codeOf(town, answer(80), [li])).toBe('not-a-party')
    expect(codeOf(town, answer(80), [mei])).toBe('own-report')
    expect(refusalOf(town, answer(90), [bo])).toEqual({ code: 'other-minutes', reported: 80 })
    recorded(town, answer(80), [bo])
  })

  test('declined, either may report again, and the answer is to the new report', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const id = agree(town, mei, bo)
    report(town, id, mei)
    decline(town, id, bo)
    expect(agreementIn(town, id)).toMatchObject({ phase: 'agreed', report: null })
    report(town, id, bo, 45)
    confirm(town, id, mei)
    expect(agreementIn(town, id).phase).toBe('confirmed')
  })
})

describe('silence', () => {
  test('a report nobody answers confirms itself on the midnight after seven days, and says so', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const id = agree(town, mei, bo)
    report(town, id, mei)
    pass([town], 7)
    expect(agreementIn(town, id).phase).toBe('reported')
    const midnight = confirmsItselfAt(town.state, agreementIn(town, id))
    pass([town], 1)
    expect(agreementIn(town, id)).toMatchObject({ phase: 'confirmed', silently: true, confirmedTs: midnight })
    expect(town.state.members.get(mei.acct)!.contributions).toBe(1)
  })

  test('the silent deadline of a declined report does not confirm the new one', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const id = agree(town, mei, bo)
    report(town, id, mei)
    pass([town], 3)
    decline(town, id, bo)
    report(town, id, mei, 60)
    pass([town], 5) // day 8: the first report's midnight is behind us
    expect(agreementIn(town, id).phase).toBe('reported')
    pass([town], 3) // day 11: the second's
    expect(agreementIn(town, id)).toMatchObject({ phase: 'confirmed', silently: true })
  })

  test('nobody rates: two weeks later the help counts as good', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const id = completed(town, mei, bo)
    pass([town], 14)
    expect(agreementIn(town, id).phase).toBe('confirmed')
    pass([town], 1)
    expect(agreementIn(town, id).phase).toBe('settled')
    expect(agreementIn(town, id).award).toMatchObject({ milli: 90n * CV, day: 15 })
    expect(domainOf(town, mei)).toBe(90n * CV)
  })

  test('an agreement nobody reports lapses thirty days after its end', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const id = agree(town, mei, bo)
    pass([town], 30)
    expect(agreementIn(town, id).phase).toBe('agreed')
    pass([town], 1)
    expect(agreementIn(town, id).phase).toBe('lapsed')
    expect(codeOf(town, { kind: 'completion.reported', agreement: id, minutes: 90 }, [mei])).toBe('wrong-phase')
  })

  test('a report declined after that day lapses thirty days after it was declined', () => {
    const { town, mei, bo } = aTownOfNeighbours({ preset: 'time-bank' })
    helpOnce(town, bo, mei)
    const id = agree(town, mei, bo)
    pass([town], 29)
    report(town, id, mei)
    pass([town], 3)
    expect(agreementIn(town, id).phase).toBe('reported')
    decline(town, id, bo)
    pass([town], 30)
    expect(agreementIn(town, id)).toMatchObject({ phase: 'agreed' })
    expect(agreementIn(town, id).hold).toBeGreaterThan(0n)
    pass([town], 1)
    expect(agreementIn(town, id)).toMatchObject({ phase: 'lapsed', hold: 0n })
    expect(heldOf(town, bo)).toBe(0n)
  })
})

describe('hour for hour', () => {
  test('who is helped gives an hour for an hour: held when agreed, redeemed when it happened, awarded at once', () => {
    const { town, mei, bo } = aTownOfNeighbours({ preset: 'time-bank' })
    helpOnce(town, bo, mei, { minutes: 120 })
    const id = agree(town, mei, bo)
    expect([domainOf(town, bo), heldOf(town, bo)]).toEqual([30n * CV, 90n * CV])
    report(town, id, mei)
    expect(domainOf(town, mei)).toBe(0n)
    confirm(town, id, bo)
    expect(agreementIn(town, id)).toMatchObject({ phase: 'settled', hold: 0n })
    expect([domainOf(town, bo), heldOf(town, bo), domainOf(town, mei)]).toEqual([30n * CV, 0n, 90n * CV])
    // Of the 240 CV that the commons received for four people, 120 gave Mei her two hours, since she had nothing yet.
    expect(town.state.books).toMatchObject({ redemption: 210n * CV, commons: 120n * CV, issuance: -450n * CV })
  })

  test('a partial help takes its part of what is held and gives the rest back', () => {
    const { town, mei, bo } = aTownOfNeighbours({ preset: 'time-bank' })
    helpOnce(town, bo, mei, { minutes: 120 })
    const id = agree(town, mei, bo)
    report(town, id, mei, 30)
    confirm(town, id, bo)
    expect([domainOf(town, bo), heldOf(town, bo), domainOf(town, mei)]).toEqual([90n * CV, 0n, 30n * CV])
  })

  test('somebody with nothing can be helped all the same, and the helper is awarded in full', () => {
    const { town, mei, bo } = aTownOfNeighbours({ preset: 'time-bank' })
    const id = completed(town, mei, bo)
    expect(agreementIn(town, id).phase).toBe('settled')
    expect([domainOf(town, bo), domainOf(town, mei)]).toEqual([0n, 90n * CV])
    // The commons gives the hours of who has none [T6].
    expect(town.state.books).toMatchObject({ redemption: 90n * CV, commons: 150n * CV })
  })

  test('somebody with too little gives what they have', () => {
    const { town, mei, bo } = aTownOfNeighbours({ preset: 'time-bank' })
    helpOnce(town, bo, mei, { minutes: 20 })
    const id = agree(town, mei, bo)
    expect([domainOf(town, bo), heldOf(town, bo)]).toEqual([0n, 20n * CV])
    report(town, id, mei, 45) // half of what was agreed takes half of what is held
    confirm(town, id, bo)
    expect([domainOf(town, bo), domainOf(town, mei)]).toEqual([10n * CV, 45n * CV])
  })

  test('programming counts like any other hour, and a poor rating changes no award', () => {
    const { town, mei, bo } = aTownOfNeighbours({ preset: 'time-bank' })
    const id = completed(town, mei, bo, { category: 3, minutes: 60 })
    rateBoth(town, id, [bo, grades.poor], [mei, grades.good])
    expect(domainOf(town, mei)).toBe(60n * CV)
    expect(town.state.members.get(mei.acct)!.track).toMatchObject({ poor: Times.of([town.now]), fair: Times.of([]), good: Times.of([]) })
  })

  test.each(['cancelled', 'lapsed'])('%s, what was held comes back', (how) => {
    const { town, mei, bo } = aTownOfNeighbours({ preset: 'time-bank' })
    helpOnce(town, bo, mei)
    const { domain } = town.state.members.get(bo.acct)!.account
    const id = agree(town, mei, bo)
    if (how === 'cancelled') recorded(town, { kind: 'agreement.cancelled', agreement: id }, [mei])
    else pass([town], 31)
    expect(agreementIn(town, id)).toMatchObject({ phase: how, hold: 0n })
    expect(town.state.members.get(bo.acct)!.account).toMatchObject({ domain, held: 0n })
  })

  test('a hold is base units: it decays with everything else until it is taken', () => {
    const { town, mei, bo } = aTownOfNeighbours({ preset: 'time-bank' })
    helpOnce(town, bo, mei)
    const id = agree(town, mei, bo, { minutes: 60, begins: town.now + 20 * DAY })
    const { hold } = agreementIn(town, id)
    pass([town], 20)
    const { redemption } = town.state.books
    const today = domainIndex(town.state, domainDay(town.state, town.now))
    expect(hold).toBe(60n * CV)
    report(town, id, mei)
    confirm(town, id, bo)
    const lost = baseOf(60n * CV, today) - hold
    expect(town.state.books.redemption - redemption).toBe(hold + lost)
    // The award is paid at the index of its own day.
    expect(town.state.members.get(mei.acct)!.account.domain).toBe(baseOf(60n * CV, today))
    expect(domainOf(town, mei)).toBe(60n * CV)
  })
})

describe('somebody from another city', () => {
  function twoTowns() {
    const chengdu = aTown('chengdu')
    const barcelona = aTown('barcelona')
    federate([chengdu, barcelona])
    openChains([chengdu, barcelona])
    const ana = aMember(barcelona, 'ana')
    admit(chengdu, barcelona, ana)
    return { chengdu, barcelona, ana, mei: aMember(chengdu, 'mei') }
  }

  test('may help: the award is named, no Domain is issued, and the pool owes a third of it in Global', () => {
    const { chengdu, ana, mei } = twoTowns()
    const id = completed(chengdu, ana, mei)
    rateBoth(chengdu, id, [mei, grades.fair], [ana, grades.good])
    const { award, guestDue, phase } = agreementIn(chengdu, id)
    expect(phase).toBe('settled')
    expect(award).toMatchObject({ milli: 63n * CV })
    expect(award!.factors).toContainEqual({ factor: 'rating', perMille: 700, of: 1, set: null })
    expect(guestDue).toEqual({ amount: 21n * CV, xid: null })
    expect(chengdu.state.books.issuance).toBe(-120n * CV) // What the commons received for the steward and the receiver.
    expect(chengdu.state.members.get(mei.acct)!.track).toMatchObject({ poor: Times.of([]), fair: Times.of([]), good: Times.of([chengdu.now]) })
  })

  test('is helped by members alone: of two guests nobody here is a party', () => {
    const { chengdu, barcelona, ana } = twoTowns()
    const pau = aMember(barcelona, 'pau')
    admit(chengdu, barcelona, pau)
    expect(refusalOf(chengdu, anAgreement(chengdu, pau, ana), [pau, ana])).toEqual({ code: 'unknown-member', member: pau.acct })
  })
})

test('the windows are midnights: seven days for an answer, fourteen for ratings', () => {
  const { town, mei, bo } = aTownOfNeighbours()
  const id = agree(town, mei, bo)
  report(town, id, mei)
  const midnight = town.now + DAY / 2
  expect(confirmsItselfAt(town.state, agreementIn(town, id))).toBe(midnight + 7 * DAY)
  confirm(town, id, bo)
  expect(ratingsCloseAt(town.state, agreementIn(town, id))).toBe(midnight + 14 * DAY)
})
