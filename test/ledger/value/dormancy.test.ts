import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { availableOf, balanceOf, shrink } from '#ledger/value/account.ts'
import { dormancyOf } from '#ledger/value/dormancy.ts'
import { appoint } from '#test/support/council.ts'
import { agree, aTownOfNeighbours, codeOf, helpOnce, type Neighbours, refusalOf, report, sleep } from '#test/support/people.ts'
import { type Asked, CV, DAY, hexFor, NOON, type Person, recorded, type Town } from '#test/support/towns.ts'
import type { Member } from '#ledger/state/people.ts'

const memberOf = (town: Town, { acct }: Person): Member => town.state.members.get(acct)!
const at = (day: number) => ({ seq: 0, ts: NOON + day * DAY, leaf: new Uint8Array(32) })
const left = (town: Town, person: Person, day: number): bigint => availableOf(town.state, memberOf(town, person), 'domain', at(day).ts)

/** Mei has 1,000 CV, and was last active on day 0. */
function meiHas1000(): Neighbours {
  const neighbours = aTownOfNeighbours()
  helpOnce(neighbours.town, neighbours.mei, neighbours.bo, { minutes: 1_000 })
  return neighbours
}

describe('an account whose owner is away', () => {
  test('loses nothing but decay for twelve months, and then goes to zero in equal steps over twenty-four', () => {
    const { town, mei } = meiHas1000()
    const { domain } = memberOf(town, mei).account
    expect(left(town, mei, 365)).toBe(domain)
    expect(left(town, mei, 366)).toBe((domain * 729n) / 730n)
    expect(left(town, mei, 730)).toBe(domain / 2n)
    expect([1_094, 1_095, 5_000].map((day) => left(town, mei, day))).toEqual([domain / 730n, 0n, 0n])
  })

  test('loses to retire when something is posted, and until then only in what is shown', () => {
    const { town, mei, bo } = meiHas1000()
    sleep(town, 730)
    expect(balanceOf(town.state, mei.acct, town.now).domainMilli).toBe(404_999n) // 1,000 CV · 0.9² · ½, rounded down
    expect(town.state.books.retire).toBe(0n)
    helpOnce(town, bo, mei, { minutes: 60 })
    expect(town.state.books.retire).toBe(500n * CV)
    expect(memberOf(town, mei)).toMatchObject({ awakeDay: 730, shrunkDay: 730, account: { domain: 500n * CV } })
  })

  test('wakes with the owner’s next act, and the year begins anew', () => {
    const { town, mei, bo } = meiHas1000()
    sleep(town, 400)
    helpOnce(town, mei, bo, { minutes: 1 })
    const { domain } = memberOf(town, mei).account
    expect(left(town, mei, 765)).toBe(domain)
    expect(left(town, mei, 766)).toBe((domain * 729n) / 730n)
  })

  test('keeps what comes in held, and gives it whole to the owner who comes back', () => {
    const { town, mei, bo } = meiHas1000()
    const begins = NOON + 360 * DAY
    const agreement = agree(town, mei, bo, { minutes: 90, begins })
    sleep(town, 361)
    report(town, agreement, bo)
    for (let day = 0; day < 100; day++) sleep(town, 1)
    const { waiting, account } = memberOf(town, mei)
    expect(waiting.domain).toBeGreaterThan(90n * CV)
    expect(account.held).toBe(waiting.domain)
    const whole = waiting.domain + left(town, mei, 461)
    recorded(town, { kind: 'checkin.made', agreement: agree(town, bo, mei, { begins: town.now }) }, [mei])
    expect(memberOf(town, mei)).toMatchObject({ waiting: { domain: 0n }, account: { held: 0n, domain: whole } })
  })

  test('is told after six, nine and twelve months, and from day to day when nothing will be left', () => {
    const { town, mei } = meiHas1000()
    const noticesOn = (day: number) => dormancyOf(town.state, memberOf(town, mei), at(day).ts).notices
    expect([181, 182, 272, 273, 364, 365].map(noticesOn)).toEqual([0, 1, 1, 2, 2, 3])
    expect(dormancyOf(town.state, memberOf(town, mei), at(365).ts)).toMatchObject({ fromDay: 365, zeroDay: 1_095, isDormant: false })
    expect(dormancyOf(town.state, memberOf(town, mei), at(366).ts).isDormant).toBe(true)
  })

  test('comes to the same however often it is touched, up to one unit a touch', () => {
    fc.assert(fc.property(
      fc.bigInt({ min: 0n, max: 10n ** 12n }), fc.uniqueArray(fc.integer({ min: 1, max: 1_200 }), { maxLength: 40 }), fc.integer({ min: 1_200, max: 1_300 }),
      (domain, touched, last) => {
        const { town, mei } = neighbours
        const member = memberOf(town, mei)
        const afresh = { ...member, account: { ...member.account, domain }, awakeDay: 200, shrunkDay: 0 }
        const untouched = availableOf(town.state, afresh, 'domain', at(last).ts)
        for (const day of touched.sort((a, b) => a - b)) shrink(town.state, afresh, at(day))
        const after = availableOf(town.state, afresh, 'domain', at(last).ts)
        expect(after <= untouched && untouched - after <= BigInt(touched.length)).toBe(true)
      },
    ), { numRuns: 200 })
  })
})

const neighbours = aTownOfNeighbours()

describe('whoever is cared for', () => {
  test('is not away while the plan runs, and a year after it they are', () => {
    const { town, steward, mei, bo, li } = meiHas1000()
    sleep(town, 730)
    const today = Math.floor(town.now / DAY)
    const plan = recorded(town, {
      kind: 'care.asked', carer: bo.acct, receiver: mei.acct, category: 1, visitsAWeek: 2, minutes: 60, until: today + 300,
    }, [li]).action.id
    expect(town.state.books.retire).toBe(0n)
    recorded(town, { kind: 'care.agreed', plan }, [steward])
    expect([town.state.books.retire, memberOf(town, mei).caredUntil]).toEqual([500n * CV, 1_030])
    expect([1_000, 1_030, 1_395].map((day) => left(town, mei, day))).toEqual([500n * CV, 500n * CV, 500n * CV])
    expect(left(town, mei, 1_030 + 730)).toBe(250n * CV)
    sleep(town, 100)
    recorded(town, { kind: 'care.ended', plan }, [bo])
    expect(memberOf(town, mei).caredUntil).toBe(830)
    expect([left(town, mei, 830 + 365), left(town, mei, 830 + 730)]).toEqual([500n * CV, 250n * CV])
  })
})

describe('somebody whom stewards set apart', () => {
  const exempting = (who: Person, exempt = true): Asked => ({ kind: 'dormancy.exempted', member: who.acct, exempt })

  test('loses nothing while it lasts; what was gone before stays gone, and after it the year begins anew', () => {
    const { town, steward, mei } = meiHas1000()
    sleep(town, 730)
    recorded(town, exempting(mei), [steward])
    expect(town.state.books.retire).toBe(500n * CV)
    expect(left(town, mei, 3_000)).toBe(500n * CV)
    sleep(town, 1_000)
    recorded(town, exempting(mei, false), [steward])
    expect([left(town, mei, 1_730 + 365), left(town, mei, 1_730 + 730)]).toEqual([500n * CV, 250n * CV])
  })

  test('is set apart by as many stewards as the charter asks for, who say the same', () => {
    const { town, steward, mei, bo } = meiHas1000()
    appoint(town, bo)
    recorded(town, exempting(mei), [steward])
    expect(memberOf(town, mei).exempt).toBe(false)
    expect(codeOf(town, exempting(mei), [steward])).toBe('already-approved')
    recorded(town, exempting(mei), [bo])
    expect(memberOf(town, mei).exempt).toBe(true)
    expect(town.state.jointly.size).toBe(0)
  })

  test('is refused by name', () => {
    const { town, steward, mei, bo } = meiHas1000()
    expect(codeOf(town, exempting(mei), [bo])).toBe('not-a-steward')
    expect(refusalOf(town, { kind: 'dormancy.exempted', member: hexFor('nobody'), exempt: true }, [steward])).toEqual({ code: 'unknown-member', member: hexFor('nobody') })
    expect(codeOf(town, exempting(steward), [steward])).toBe('own-matter')
    expect(codeOf(town, exempting(mei, false), [steward])).toBe('as-before')
    town.state.members.get(bo.acct)!.status = 'departed'
    expect(codeOf(town, exempting(bo), [steward])).toBe('departed')
  })
})
