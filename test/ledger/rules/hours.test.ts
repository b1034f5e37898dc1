import { describe, expect, test } from 'vitest'
import { fromHex } from '#ledger/bytes.ts'
import { ABSENT } from '#ledger/rules/absence.ts'
import { DAYS_BACK_MAX } from '#ledger/rules/hours.ts'
import { presenceHash } from '#ledger/rules/session.ts'
import {
  aBooking, agree, agreementIn, aHelp, aSession, aTownOfNeighbours, booked, codeOf, completed, confirm, domainOf, helpOnce, HOUR,
  MINUTE, refusalOf, report, sleep,
} from '#test/support/people.ts'
import { type Asked, CV, DAY, hexFor, idFor, type Person, recorded, type Town } from '#test/support/towns.ts'

const MONTH = (DAYS_BACK_MAX + 1) * 1_440

const reporting = (agreement: string, minutes: number): Asked => ({ kind: 'completion.reported', agreement, minutes })
/** A year of help, from now on. */
const forAYear = ({ now }: Town) => ({ minutes: 525_000, begins: now, ends: now + 365 * DAY })

describe('nobody gives more time than has passed', () => {
  test('two who agree on a year and say at once that it was have a day of it', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const id = agree(town, mei, bo, forAYear(town))
    expect(refusalOf(town, reporting(id, 525_000), [mei])).toEqual({ code: 'time-not-passed', most: 1_440 })
    report(town, id, mei, 1_440)
    confirm(town, id, bo)
    expect(agreementIn(town, id).phase).toBe('confirmed')
  })

  test('and after a hundred days, a hundred and one', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const id = agree(town, mei, bo, forAYear(town))
    sleep(town, 100)
    expect(refusalOf(town, reporting(id, 525_000), [mei])).toEqual({ code: 'time-not-passed', most: 101 * 1_440 })
    report(town, id, mei, 101 * 1_440)
  })

  test('however many agreements there are, and with whomever: of a month that is past, once a month, and then as it passes', () => {
    const { town, mei, bo, li } = aTownOfNeighbours()
    const month = { minutes: DAYS_BACK_MAX * 1_440, begins: town.now - DAYS_BACK_MAX * DAY, ends: town.now }
    completed(town, mei, bo, month)
    const second = agree(town, mei, li, month)
    expect(refusalOf(town, reporting(second, month.minutes), [mei])).toEqual({ code: 'time-not-passed', most: 1_440 })
    report(town, second, mei, 1_440)
    confirm(town, second, li)
    expect(refusalOf(town, aHelp(town, mei, li, { minutes: 1 }), [mei])).toEqual({ code: 'time-not-passed', most: 0 })
    sleep(town, 2)
    helpOnce(town, mei, li, { minutes: 1_440 })
    helpOnce(town, mei, bo, { minutes: 1_440 })
    expect(codeOf(town, aHelp(town, mei, li, { minutes: 1, day: Math.floor(town.now / DAY) - 5 }), [mei])).toBe('time-not-passed')
  })

  test('what was reported while there was time, and is none of any more, is not confirmed, by nobody and not by silence', () => {
    const { town, mei, bo, li } = aTownOfNeighbours()
    const month = { minutes: DAYS_BACK_MAX * 1_440, begins: town.now - DAYS_BACK_MAX * DAY, ends: town.now }
    const [one, other] = [agree(town, mei, bo, month), agree(town, mei, li, month)]
    report(town, one, mei)
    report(town, other, mei)
    confirm(town, one, bo)
    const yes: Asked = { kind: 'completion.confirmed', agreement: other, minutes: month.minutes }
    expect(refusalOf(town, yes, [li])).toEqual({ code: 'time-not-passed', most: 1_440 })
    sleep(town, 8)
    expect(agreementIn(town, other)).toMatchObject({ phase: 'undecided', award: null })
  })

  test('what is disputed is decided within it', () => {
    const { town, steward, mei, bo } = aTownOfNeighbours()
    const id = agree(town, mei, bo, forAYear(town))
    recorded(town, { kind: 'dispute.opened', agreement: id, reason: hexFor('reason') }, [bo])
    const decided = (minutes: number): Asked =>
      ({ kind: 'dispute.decided', agreement: id, minutes, absent: ABSENT.nobody, reason: hexFor('reason') })
    expect(refusalOf(town, decided(1_441), [steward])).toEqual({ code: 'time-not-passed', most: 1_440 })
    recorded(town, decided(1_440), [steward])
    expect(agreementIn(town, id).phase).toBe('confirmed')
  })
})

describe('in the short form a day has twenty-four hours', () => {
  test('whoever was helped, and however many wrote it down', () => {
    const { town, mei, bo, li } = aTownOfNeighbours()
    const day = Math.floor(town.now / DAY)
    helpOnce(town, mei, bo, { minutes: 1_000, day })
    expect(refusalOf(town, aHelp(town, mei, li, { minutes: 441, day }), [li])).toEqual({ code: 'time-not-passed', most: 440 })
    // Whoever is helped may be helped by many.
    helpOnce(town, bo, li, { minutes: 1_440, day })
    helpOnce(town, mei, li, { minutes: 440, day })
    expect(codeOf(town, aHelp(town, mei, li, { minutes: 1, day }), [mei])).toBe('time-not-passed')
    helpOnce(town, mei, li, { minutes: 1_440, day: day - 1 })
  })

  test('of two that were written down for one day the second is not confirmed, nor attested with a slip', () => {
    const { town, mei, bo, li } = aTownOfNeighbours()
    const both = [bo, li].map((receiver) => aHelp(town, mei, receiver, { minutes: 800 }))
    for (const help of both) recorded(town, help, [mei])
    recorded(town, { kind: 'help.confirmed', help: both[0]!.id! }, [bo])
    expect(refusalOf(town, { kind: 'help.confirmed', help: both[1]!.id! }, [li])).toEqual({ code: 'time-not-passed', most: 640 })
  })

  test('a month of days that are past can be counted once', () => {
    const { town, mei, bo, li } = aTownOfNeighbours()
    const today = Math.floor(town.now / DAY)
    for (let back = 0; back <= DAYS_BACK_MAX; back++) helpOnce(town, mei, bo, { minutes: 1_440, day: today - back })
    expect(domainOf(town, mei)).toBe(30_000n * CV)
    expect(codeOf(town, aHelp(town, mei, li, { minutes: 1, day: today + 1 }), [mei])).toBe('time-not-passed')
    expect(town.state.hours.get(mei.acct)).toMatchObject({ until: town.now - DAYS_BACK_MAX * DAY + MONTH * MINUTE })
  })
})

describe('the same is asked', () => {
  test('of a use: more nights than have passed are not reported; but many things may be lent at once', () => {
    const { town, mei, bo, li } = aTownOfNeighbours()
    for (let i = 0; i < 4; i++) helpOnce(town, bo, li, { minutes: 1_440 })
    const made = ['a car', 'another'].map((listing) => aBooking(town, mei, bo, { listing: idFor(listing), ends: town.now + 9 * DAY }))
    const [one, other] = made.map((booking) => (recorded(town, booking, [mei, bo]), booking.id!)) as [string, string]
    sleep(town, 3)
    expect(refusalOf(town, reporting(one, 8 * 1_440), [mei])).toEqual({ code: 'time-not-passed', most: 4 * 1_440 - 60 })
    for (const id of [one, other]) {
      report(town, id, mei, 3 * 1_440)
      confirm(town, id, bo)
    }
    expect(town.state.hours.has(mei.acct)).toBe(false)
  })

  test('of a session, for as long as it can have been and its organiser has time', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const shown = idFor('shown')
    const session = aSession(town, shown, { ends: town.now + 100 * DAY })
    recorded(town, session, [mei])
    recorded(town, { kind: 'session.joined', session: session.id!, code: presenceHash(fromHex(idFor('bo'))!) }, [bo])
    recorded(town, { kind: 'session.checkedin', session: session.id!, code: shown }, [bo])
    const closing = (minutes: number): Asked => ({ kind: 'session.closed', session: session.id!, minutes, roster: [] })
    expect(refusalOf(town, closing(1_441), [mei])).toEqual({ code: 'time-not-passed', most: 1_440 })
    recorded(town, closing(1_440), [mei])
    expect(town.state.hours.get(mei.acct)!.until).toBe(town.now - DAYS_BACK_MAX * DAY + DAY)
  })

  test('of a correction; and what it takes back is room again', () => {
    const { town, mei, bo, li } = aTownOfNeighbours()
    const day = Math.floor(town.now / DAY)
    const id = helpOnce(town, mei, bo, { minutes: 100, day })
    const second = helpOnce(town, mei, li, { minutes: 1_200, day })
    const correcting = (counted: number, corrects = id): Asked => ({ kind: 'correction.signed', corrects, member: mei.acct, counted, reason: hexFor('reason') })
    expect(refusalOf(town, correcting(241), [mei])).toEqual({ code: 'time-not-passed', most: 240 })
    both(town, correcting(20, second), [mei, li])
    both(town, correcting(1_420), [mei, bo])
    expect(town.state.hours.get(mei.acct)!.days).toEqual([{ day, minutes: 1_440 }])
  })

  test('of a use that is corrected, by when it was reported', () => {
    const { town, mei, bo, li } = aTownOfNeighbours()
    for (let i = 0; i < 4; i++) helpOnce(town, bo, li, { minutes: 1_440 })
    const id = booked(town, mei, bo, { begins: town.now + HOUR, ends: town.now + 9 * DAY })
    sleep(town, 2)
    report(town, id, mei, 1_440)
    confirm(town, id, bo)
    sleep(town, 15)
    const correcting: Asked = { kind: 'correction.signed', corrects: id, member: mei.acct, counted: 8 * 1_440, reason: hexFor('reason') }
    expect(refusalOf(town, correcting, [mei])).toEqual({ code: 'time-not-passed', most: 3 * 1_440 - 60 })
  })
})

function both(town: Town, asked: Asked, people: Person[]): void {
  for (const person of people) recorded(town, asked, [person])
}
