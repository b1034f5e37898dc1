import { describe, expect, test } from 'vitest'
import { fromHex } from '#ledger/bytes.ts'
import { actOn, actsFor } from '#ledger/rules/behalf.ts'
import { slipHash } from '#ledger/rules/proxy.ts'
import { aHelp, aTownOfNeighbours, codeOf, domainOf, refusalOf, sleep } from '#test/support/people.ts'
import { type Asked, CV, idFor, type Person, recorded, type Town } from '#test/support/towns.ts'

const slip = idFor('a slip of paper')
const issuing = (member: Person, codes = [slip]): Asked =>
  ({ kind: 'slips.issued', member: member.acct, slips: codes.map((code) => slipHash(fromHex(code)!)) })
const attesting = (help: string, code = slip): Asked => ({ kind: 'help.attested', help, slip: code })
const telling = (town: Town, member: Person, helper: Person, receiver: Person, minutes = 90): Asked<'help.proxied'> =>
  ({ ...aHelp(town, helper, receiver, { minutes }), kind: 'help.proxied', member: member.acct })

/** Li has no device but slips; Mei has written down that she helped her. */
function helpedLi() {
  const neighbours = aTownOfNeighbours()
  const { town, steward, mei, li } = neighbours
  recorded(town, issuing(li), [steward])
  const help = aHelp(town, mei, li)
  recorded(town, help, [mei])
  return { ...neighbours, id: help.id! }
}

describe('a slip of paper', () => {
  test('and a steward stand for the one who has no device', () => {
    const { town, steward, mei, li, id } = helpedLi()
    recorded(town, attesting(id), [steward])
    expect(town.state.helps.get(id)!.phase).toBe('confirmed')
    expect(domainOf(town, mei)).toBe(90n * CV)
    expect(actOn(town.state, li.acct, id)).toMatchObject({ steward: steward.acct, bySlip: true, endorsed: null })
    expect(town.state.exchanges.at(-1)!.exchanges.at(-1)).toMatchObject({ matter: id, came: true })
  })

  test('is used once', () => {
    const { town, steward, mei, li, id } = helpedLi()
    recorded(town, attesting(id), [steward])
    const again = aHelp(town, mei, li)
    recorded(town, again, [mei])
    expect(codeOf(town, attesting(again.id!), [steward])).toBe('unknown-slip')
  })

  test('unknown-help, own-matter, unknown-slip, wrong-phase', () => {
    const { town, steward, bo, mei, id } = helpedLi()
    expect(codeOf(town, attesting(idFor('nowhere')), [steward])).toBe('unknown-help')
    expect(codeOf(town, attesting(id, idFor('made up')), [steward])).toBe('unknown-slip')
    town.state.members.get(mei.acct)!.steward = true
    expect(codeOf(town, attesting(id), [mei])).toBe('own-matter')
    expect(codeOf(town, attesting(id), [bo])).toBe('not-a-steward')
    recorded(town, attesting(id), [steward])
    expect(codeOf(town, attesting(id), [steward])).toBe('wrong-phase')
  })

  test('of giving them out: unknown-member, own-matter, limit-reached', () => {
    const { town, steward, li } = aTownOfNeighbours()
    expect(codeOf(town, issuing({ ...li, acct: 'ab'.repeat(32) }), [steward])).toBe('unknown-member')
    expect(codeOf(town, issuing(steward), [steward])).toBe('own-matter')
    const many = Array.from({ length: 64 }, (_, i) => idFor(`slip ${i}`))
    recorded(town, issuing(li, many), [steward])
    expect(refusalOf(town, issuing(li), [steward])).toEqual({ code: 'limit-reached', most: 64 })
    recorded(town, issuing(li, many), [steward])
    expect(codeOf(town, issuing(li, []), [steward])).toBe('limit-reached')
  })
})

describe('代录: a steward writes it down', () => {
  test('in somebody’s name, marked; the other answers as ever, and the member says later that it was so', () => {
    const { town, steward, mei, li } = aTownOfNeighbours()
    const told = telling(town, li, mei, li)
    recorded(town, told, [steward])
    recorded(town, { kind: 'help.confirmed', help: told.id! }, [mei])
    expect(domainOf(town, mei)).toBe(90n * CV)
    const [act] = actsFor(town.state, li.acct, 0)
    expect(act).toMatchObject({ help: told.id, steward: steward.acct, bySlip: false, endorsed: null })
    recorded(town, { kind: 'proxy.endorsed', help: told.id! }, [li])
    expect(actOn(town.state, li.acct, told.id!)!.endorsed).toBe(town.now)
    expect(codeOf(town, { kind: 'proxy.endorsed', help: told.id! }, [li])).toBe('already-approved')
  })

  test('limit-reached: ten hours a member in thirty days, and no slip counts in them', () => {
    const { town, steward, mei, li } = aTownOfNeighbours()
    recorded(town, telling(town, li, mei, li, 400), [steward])
    expect(refusalOf(town, telling(town, li, mei, li, 201), [steward])).toEqual({ code: 'limit-reached', most: 600 })
    recorded(town, telling(town, li, mei, li, 200), [steward])
    sleep(town, 31)
    recorded(town, telling(town, li, mei, li, 400), [steward])
  })

  test('is kept for a year', () => {
    const { town, steward, mei, li } = aTownOfNeighbours()
    recorded(town, telling(town, li, mei, li, 10), [steward])
    sleep(town, 366)
    recorded(town, telling(town, li, mei, li, 20), [steward])
    expect(town.state.actsFor.get(li.acct)!.acts).toHaveLength(1)
  })

  test('own-matter, own-report, not-a-party, and whatever is refused of any help', () => {
    const { town, steward, mei, bo, li } = aTownOfNeighbours()
    recorded(town, issuing(mei), [steward])
    expect(codeOf(town, telling(town, steward, mei, steward), [steward])).toBe('own-matter')
    expect(codeOf(town, telling(town, bo, mei, li), [steward])).toBe('not-a-party')
    expect(codeOf(town, telling(town, li, mei, li, 1_441), [steward])).toBe('minutes-out-of-range')
    expect(codeOf(town, telling(town, li, mei, li), [bo])).toBe('not-a-steward')
    const told = telling(town, li, mei, li)
    recorded(town, told, [steward])
    expect(codeOf(town, attesting(told.id!), [steward])).toBe('own-report')
    expect(codeOf(town, { kind: 'help.confirmed', help: told.id! }, [li])).toBe('own-report')
    expect(codeOf(town, { kind: 'proxy.endorsed', help: told.id! }, [bo])).toBe('unknown-help')
  })
})
