import { describe, expect, test } from 'vitest'
import { fromHex } from '#ledger/bytes.ts'
import { ABSENT } from '#ledger/rules/absence.ts'
import { DAYS_BACK_MAX } from '#ledger/rules/hours.ts'
import { presenceHash } from '#ledger/rules/session.ts'
import {
  aBooking, agree, agreementIn, aHelp, anAgreement, aSession, aTownOfNeighbours, booked, codeOf, completed, confirm, helpOnce, HOUR,
  MINUTE, type Neighbours, refusalOf, report, sleep,
} from '#test/support/people.ts'
import { admit, aMember, aRegion, arriving, type Asked, CV, DAY, hexFor, idFor, moving, pass, type Person, recorded, type Town } from '#test/support/towns.ts'

const MONTH = (DAYS_BACK_MAX + 1) * 1_440

const reporting = (agreement: string, minutes: number): Asked => ({ kind: 'completion.reported', agreement, minutes })
/** Neighbours who all came a month ago. */
function longHere(): Neighbours {
  const neighbours = aTownOfNeighbours()
  sleep(neighbours.town, DAYS_BACK_MAX)
  return neighbours
}

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
    const { town, mei, bo, li } = longHere()
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
    const { town, mei, bo, li } = longHere()
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
    const { town, mei, bo, li } = longHere()
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
    const { town, mei, bo, li } = longHere()
    const today = Math.floor(town.now / DAY)
    for (let back = 0; back <= DAYS_BACK_MAX; back++) helpOnce(town, mei, bo, { minutes: 1_440, day: today - back })
    expect(town.state.members.get(mei.acct)!.lifetimeMilli).toBe(31n * 1_440n * CV)
    expect(codeOf(town, aHelp(town, mei, li, { minutes: 1, day: today + 1 }), [mei])).toBe('time-not-passed')
    expect(town.state.hours.get(mei.acct)).toMatchObject({ until: town.now - DAYS_BACK_MAX * DAY + MONTH * MINUTE })
  })
})

describe('nobody helped before they came', () => {
  const today = ({ now }: Town): number => Math.floor(now / DAY)
  /** Mei and Bo have been here for a month; Kim comes today. */
  function withKim() {
    const neighbours = longHere()
    return { ...neighbours, kim: aMember(neighbours.town, 'kim') }
  }

  test('before-joining: neither gives nor receives in the short form earlier than the day before', () => {
    const { town, steward, mei, kim } = withKim()
    const oldest = today(town) - 1
    const past = { day: oldest - 1, minutes: 1 }
    const refused = { code: 'before-joining', member: kim.acct, oldest }
    expect(refusalOf(town, aHelp(town, kim, mei, past), [kim])).toEqual(refused)
    expect(refusalOf(town, aHelp(town, mei, kim, past), [mei])).toEqual(refused)
    const proxied: Asked = { ...aHelp(town, kim, mei, past), kind: 'help.proxied', member: mei.acct }
    expect(refusalOf(town, proxied, [steward])).toEqual(refused)
    helpOnce(town, kim, mei, { day: oldest })
    helpOnce(town, mei, kim, { day: oldest })
  })

  test('nor of what they agree on, book or lead', () => {
    const { town, mei, kim } = withKim()
    const oldest = today(town) - 1
    // The moment is said, since days differ from place to place.
    const refused = { code: 'before-joining', member: kim.acct, earliest: oldest * DAY }
    const past = { minutes: 60, begins: oldest * DAY - 1, ends: town.now }
    for (const [giver, receiver] of [[kim, mei], [mei, kim]] as const) {
      expect(refusalOf(town, anAgreement(town, giver, receiver, past), [giver, receiver])).toEqual(refused)
      expect(refusalOf(town, aBooking(town, giver, receiver, past), [giver, receiver])).toEqual(refused)
    }
    expect(refusalOf(town, aSession(town, idFor('shown'), past), [kim])).toEqual(refused)
    agree(town, kim, mei, { ...past, begins: oldest * DAY })
    agree(town, mei, kim, { ...past, begins: oldest * DAY })
  })

  test('a newcomer has one day of hours when they come, and then as they pass', () => {
    const { town, mei, bo, kim } = withKim()
    const begins = (today(town) - 1) * DAY
    const long = { minutes: 2_000, begins, ends: town.now }
    const id = agree(town, kim, mei, long)
    expect(refusalOf(town, reporting(id, 1_441), [kim])).toEqual({ code: 'time-not-passed', most: 1_440 })
    report(town, id, kim, 1_440)
    confirm(town, id, mei)
    expect(town.state.hours.get(kim.acct)!.until).toBe(town.now + DAY)
    expect(refusalOf(town, aHelp(town, kim, bo, { minutes: 1 }), [kim])).toEqual({ code: 'time-not-passed', most: 0 })
    sleep(town, 10)
    for (let back = 0; back < 10; back++) helpOnce(town, kim, bo, { minutes: 1_440, day: today(town) - back })
    expect(refusalOf(town, aHelp(town, kim, mei, { minutes: 1 }), [kim])).toEqual({ code: 'time-not-passed', most: 0 })
    expect(town.state.members.get(kim.acct)!.joinedTs).toBe(town.now - 10 * DAY)
  })

  test('who leaves and comes again comes today', () => {
    const { town, mei, bo } = longHere()
    for (let back = 0; back < DAYS_BACK_MAX; back++) helpOnce(town, mei, bo, { minutes: 1_440, day: today(town) - back })
    recorded(town, { kind: 'member.left' }, [mei])
    const again = aMember(town, 'mei again')
    expect(codeOf(town, aHelp(town, again, bo, { day: today(town) - 2 }), [again])).toBe('before-joining')
    helpOnce(town, again, bo, { minutes: 1_440 })
    expect(codeOf(town, aHelp(town, again, bo, { minutes: 1, day: today(town) - 1 }), [again])).toBe('time-not-passed')
  })

  test('who moved here did nothing here before: what they did at home was counted there', () => {
    const { towns: [chengdu, barcelona] } = aRegion(['chengdu', 'barcelona'])
    const [ana, mei] = [aMember(barcelona, 'ana'), aMember(chengdu, 'mei')]
    pass([chengdu, barcelona], DAYS_BACK_MAX)
    const moved = recorded(barcelona, moving(barcelona, chengdu, ana), [ana])
    recorded(chengdu, arriving(chengdu, barcelona, ana, moved), [ana])
    recorded(chengdu, { kind: 'member.attested', member: ana.acct, identity: hexFor('papers') }, [chengdu.steward])
    const oldest = today(chengdu) - 1
    expect(refusalOf(chengdu, aHelp(chengdu, ana, mei, { day: oldest - 1 }), [ana])).toEqual({ code: 'before-joining', member: ana.acct, oldest })
    chengdu.now += 2 * HOUR
    helpOnce(chengdu, ana, mei, { day: oldest })
  })

  test('who moves gives no time in two cities: at home the day of slack, then what has passed since they arrived', () => {
    const { towns: [chengdu, barcelona] } = aRegion(['chengdu', 'barcelona'])
    const [ana, joan, mei] = [aMember(barcelona, 'ana'), aMember(barcelona, 'joan'), aMember(chengdu, 'mei')]
    helpOnce(barcelona, ana, joan, { minutes: 1_440 })
    const moved = recorded(barcelona, moving(barcelona, chengdu, ana), [ana])
    recorded(chengdu, arriving(chengdu, barcelona, ana, moved), [ana])
    recorded(chengdu, { kind: 'member.attested', member: ana.acct, identity: hexFor('papers') }, [chengdu.steward])
    expect(refusalOf(chengdu, aHelp(chengdu, ana, mei, { minutes: 1 }), [ana])).toEqual({ code: 'time-not-passed', most: 0 })
    chengdu.now += HOUR
    expect(refusalOf(chengdu, aHelp(chengdu, ana, mei, { minutes: 61 }), [ana])).toEqual({ code: 'time-not-passed', most: 60 })
    const id = agree(chengdu, ana, mei, { minutes: 90 })
    expect(refusalOf(chengdu, reporting(id, 61), [ana])).toEqual({ code: 'time-not-passed', most: 60 })
    helpOnce(chengdu, ana, mei, { minutes: 60 })
  })

  test('a guest’s past is their own city’s matter', () => {
    const { towns: [chengdu, barcelona] } = aRegion(['chengdu', 'barcelona'])
    const mei = aMember(chengdu, 'mei')
    const ana = aMember(barcelona, 'ana')
    pass([chengdu, barcelona], DAYS_BACK_MAX)
    admit(chengdu, barcelona, ana)
    const begins = chengdu.now - 20 * DAY
    agree(chengdu, ana, mei, { begins, ends: begins + HOUR, minutes: 60 })
  })
})

describe('the same is asked', () => {
  test('of a use: more nights than have passed are not reported; but many things may be lent at once', () => {
    const { town, mei, bo, li } = longHere()
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
    expect(town.state.hours.get(mei.acct)!.until).toBe(town.state.members.get(mei.acct)!.joinedTs + DAY)
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
    const { town, mei, bo, li } = longHere()
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
