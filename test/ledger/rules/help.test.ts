import { describe, expect, test } from 'vitest'
import { toHex } from '#ledger/bytes.ts'
import { utcDayOf } from '#ledger/calendar.ts'
import { encodeCharter } from '#ledger/charter/charter.ts'
import { sha256 } from '#ledger/hash.ts'
import { presets } from '#ledger/charter/presets.ts'
import { levelOf } from '#ledger/rules/level.ts'
import { aHelp, aTownOfNeighbours, codeOf, domainOf, helpOnce, refusalOf } from '#test/support/people.ts'
import { aPerson, type Asked, CV, hexFor, idFor, pass, recorded } from '#test/support/towns.ts'

const yes = (help: string): Asked => ({ kind: 'help.confirmed', help })
const no = (help: string): Asked => ({ kind: 'help.declined', help })

describe('记一次帮助', () => {
  test('one writes it down, the other says yes: the award is there at once', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const id = helpOnce(town, mei, bo)
    expect(town.state.helps.get(id)).toMatchObject({ phase: 'confirmed', award: { formula: 'skill', quantity: 90, milli: 90n * CV } })
    expect([domainOf(town, mei), domainOf(town, bo)]).toEqual([90n * CV, 0n])
    expect(levelOf(town.state, mei.acct)).toBe(2)
  })

  test('the one who was helped may write it down, and then the helper says yes', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const help = aHelp(town, mei, bo)
    recorded(town, help, [bo])
    recorded(town, yes(help.id!), [mei])
    expect(domainOf(town, mei)).toBe(90n * CV)
  })

  test('declined, nothing happened', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const help = aHelp(town, mei, bo)
    recorded(town, help, [mei])
    recorded(town, no(help.id!), [bo])
    expect(town.state.helps.get(help.id!)).toMatchObject({ phase: 'declined', award: null })
    expect(codeOf(town, yes(help.id!), [bo])).toBe('wrong-phase')
  })

  test('silence is no yes: unanswered it lapses after a week', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const help = aHelp(town, mei, bo)
    recorded(town, help, [mei])
    pass([town], 8)
    expect(refusalOf(town, yes(help.id!), [bo])).toEqual({ code: 'wrong-phase', phase: 'lapsed' })
    expect(domainOf(town, mei)).toBe(0n)
  })

  test('once answered, it stays what it was answered', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const id = helpOnce(town, mei, bo)
    pass([town], 8)
    expect(town.state.helps.get(id)!.phase).toBe('confirmed')
  })

  test('a yes on the seventh day still counts', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const help = aHelp(town, mei, bo)
    recorded(town, help, [mei])
    pass([town], 7)
    recorded(town, yes(help.id!), [bo])
    expect(domainOf(town, mei)).toBe(90n * CV)
  })

  test('hour for hour: who was helped gives what they have, up to the time', () => {
    const { town, mei, bo, li } = aTownOfNeighbours({ preset: 'time-bank' })
    helpOnce(town, bo, li, { minutes: 60 })
    helpOnce(town, mei, bo, { minutes: 45 })
    expect([domainOf(town, bo), domainOf(town, mei)]).toEqual([15n * CV, 45n * CV])
    helpOnce(town, mei, bo, { minutes: 45 })
    expect([domainOf(town, bo), domainOf(town, mei)]).toEqual([0n, 90n * CV])
    expect(town.state.books).toMatchObject({ redemption: 150n * CV, commons: 150n * CV })
  })
})

describe('what is refused', () => {
  const today = (now: number) => utcDayOf(now)
  const refusals: [string, (now: number) => Partial<Asked<'help.recorded'>>][] = [
    ['minutes-out-of-range', () => ({ minutes: 0 })],
    ['minutes-out-of-range', () => ({ minutes: 1441 })],
    ['day-in-future', (now) => ({ day: today(now) + 2 })],
    ['day-too-old', (now) => ({ day: today(now) - 31 })],
  ]
  test.each(refusals)('%s', (code, changes) => {
    const { town, mei, bo } = aTownOfNeighbours()
    expect(codeOf(town, aHelp(town, mei, bo, changes(town.now)), [mei])).toBe(code)
  })

  test('a whole day of help, a month ago or already tomorrow, is taken', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    pass([town], 30)
    recorded(town, aHelp(town, mei, bo, { minutes: 1440, day: today(town.now) - 30 }), [mei])
    recorded(town, aHelp(town, mei, bo, { minutes: 1, day: today(town.now) + 1 }), [mei])
  })

  test('same-person, not-a-party', () => {
    const { town, mei, bo, li } = aTownOfNeighbours()
    expect(codeOf(town, aHelp(town, mei, mei), [mei])).toBe('same-person')
    expect(codeOf(town, aHelp(town, mei, bo), [li])).toBe('not-a-party')
  })

  test('unknown-member, not-attested: both are people of this city', () => {
    const { town, mei } = aTownOfNeighbours()
    const stranger = aPerson('stranger')
    expect(refusalOf(town, aHelp(town, mei, stranger), [mei]))
      .toEqual({ code: 'unknown-member', member: stranger.acct })
    const charter = toHex(sha256(encodeCharter(presets.city)))
    recorded(town, { kind: 'member.joined', device: stranger.device, profile: hexFor('profile'), charter, invitation: null }, [stranger])
    expect(refusalOf(town, aHelp(town, stranger, mei), [mei]))
      .toEqual({ code: 'not-attested', member: stranger.acct })
  })

  const answers = [['help.confirmed', yes], ['help.declined', no]] as const
  test.each(answers)('%s: unknown-help, own-report, not-a-party, wrong-phase', (_, answer) => {
    const { town, mei, bo, li } = aTownOfNeighbours()
    const nowhere = idFor('nowhere')
    expect(refusalOf(town, answer(nowhere), [bo])).toEqual({ code: 'unknown-help', help: nowhere })
    const help = aHelp(town, mei, bo)
    recorded(town, help, [mei])
    expect(codeOf(town, answer(help.id!), [mei])).toBe('own-report')
    expect(codeOf(town, answer(help.id!), [li])).toBe('not-a-party')
    recorded(town, answer(help.id!), [bo])
    expect(codeOf(town, answer(help.id!), [bo])).toBe('wrong-phase')
  })
})
