import { describe, expect, test } from 'vitest'
import { categories, services } from '#ledger/charter/charter.ts'
import { serviceOf } from '#ledger/rules/service.ts'
import { aTownOfNeighbours, codeOf, domainOf, helpOnce, type Neighbours, refusalOf, sleep } from '#test/support/people.ts'
import { aMember, type Asked, CV, DAY, hexFor, type Person, recorded, type Town } from '#test/support/towns.ts'

const { basic, programming } = categories
type Bought = Asked<'service.bought'>
const buying = (service: Bought['service'], category: Bought['category'] = null): Bought => ({ kind: 'service.bought', service, category })
const vouching = (who: Person, category: Bought['category'] = programming): Asked =>
  ({ kind: 'skill.vouched', member: who.acct, category: category! })

function helped(town: Town, helper: Person, receiver: Person, category: 1 | 2 | 3, minutes: number): void {
  for (let left = minutes; left > 0; left -= 1_440) helpOnce(town, helper, receiver, { category, minutes: Math.min(left, 1_440) })
}

/** Mei has 100 CV, and asks for a certificate of programming; three others are of level 3 in it, and Li is in something else. */
function aSchoolOfPeers(): Neighbours & { peers: Person[] } {
  const neighbours = aTownOfNeighbours()
  const { town, mei, bo, li } = neighbours
  const peers = ['anna', 'ben', 'chen'].map((name) => aMember(town, name))
  helped(town, mei, bo, basic, 100)
  helped(town, li, bo, basic, 1_000)
  for (const peer of peers) helped(town, peer, bo, programming, 1_000)
  return { ...neighbours, peers }
}

describe('a service of the hub', () => {
  test.each(['matching', 'analytics', 'course'] as const)('%s has a price that leaves circulation, and a time', (name) => {
    const { town, mei } = aSchoolOfPeers()
    const before = town.state.books.redemption
    recorded(town, buying(services[name]), [mei])
    expect(domainOf(town, mei)).toBe(40n * CV)
    expect(town.state.books.redemption - before).toBe(60n * CV)
    const days = name === 'course' ? 365 : 30
    expect(serviceOf(town.state, mei.acct, services[name], null, town.now + days * DAY - 1)).toBeDefined()
    expect(serviceOf(town.state, mei.acct, services[name], null, town.now + days * DAY)).toBeUndefined()
    expect(codeOf(town, buying(services[name]), [mei])).toBe('as-before')
  })

  test('touches neither level nor standing nor cap', () => {
    const { town, mei } = aSchoolOfPeers()
    const { account: _, awakeDay: __, ...before } = structuredClone(town.state.members.get(mei.acct)!)
    recorded(town, buying(services.matching), [mei])
    expect(town.state.members.get(mei.acct)).toMatchObject(before)
  })

  test('is refused by name', () => {
    const { town, mei, bo } = aSchoolOfPeers()
    expect(codeOf(town, buying(services.matching, basic), [mei])).toBe('category-mismatch')
    expect(codeOf(town, buying(services.certification), [mei])).toBe('category-mismatch')
    expect(refusalOf(town, buying(services.course), [bo])).toEqual({ code: 'insufficient-cv', availableMilli: 0n, askedMilli: 60n * CV })
    const gift = aTownOfNeighbours({ preset: 'gift' })
    expect(codeOf(gift.town, buying(services.matching), [gift.mei])).toBe('service-not-offered')
  })
})

describe('a certificate of a skill', () => {
  test('comes from three peers of level 3 who have given such help, and stays', () => {
    const { town, mei, peers } = aSchoolOfPeers()
    recorded(town, buying(services.certification, programming), [mei])
    for (const peer of peers.slice(0, 2)) recorded(town, vouching(mei), [peer])
    expect(codeOf(town, vouching(mei), [peers[0]!])).toBe('already-approved')
    expect(town.state.skills.get(mei.acct)!.certified).toEqual([])
    recorded(town, vouching(mei), [peers[2]!])
    expect(town.state.skills.get(mei.acct)!.certified).toEqual([programming])
    expect(serviceOf(town.state, mei.acct, services.certification, programming, town.now)).toBeUndefined()
    expect(codeOf(town, buying(services.certification, programming), [mei])).toBe('as-before')
  })

  test('is refused by name: unasked, of oneself, below level 3, and by who has never given such help', () => {
    const { town, mei, bo, li, peers } = aSchoolOfPeers()
    expect(codeOf(town, vouching(mei), [peers[0]!])).toBe('not-asked-for')
    recorded(town, buying(services.certification, programming), [mei])
    expect(codeOf(town, vouching(mei), [mei])).toBe('own-matter')
    expect(refusalOf(town, vouching(mei), [bo])).toEqual({ code: 'level-too-low', level: 1, needed: 3 })
    expect(codeOf(town, vouching(mei), [li])).toBe('other-skill')
    expect(codeOf(town, vouching(mei, basic), [li])).toBe('not-asked-for')
    sleep(town, 90)
    expect(codeOf(town, vouching(mei), [peers[0]!])).toBe('not-asked-for')
    town.state.members.get(mei.acct)!.status = 'departed'
    expect(codeOf(town, vouching(mei), [peers[0]!])).toBe('departed')
    expect(codeOf(town, { kind: 'skill.vouched', member: hexFor('nobody'), category: programming }, [peers[0]!])).toBe('unknown-member')
  })
})
