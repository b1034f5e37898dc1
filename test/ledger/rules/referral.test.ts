import { describe, expect, test } from 'vitest'
import { invitationOf } from '#ledger/rules/invitation.ts'
import { aTownOfNeighbours, domainOf, helpOnce, type Neighbours, sleep } from '#test/support/people.ts'
import { aMember, aPerson, bytesFor, CV, DAY, hexFor, joining, type Person, recorded } from '#test/support/towns.ts'

/** A time bank or city in which Mei has helped once, so that she may invite. */
function aTownInWhichMeiInvites(preset: 'city' | 'gift' = 'city'): Neighbours {
  const neighbours = aTownOfNeighbours({ preset })
  helpOnce(neighbours.town, neighbours.mei, neighbours.bo, { minutes: 60 })
  return neighbours
}

/** Somebody joins by an invitation of Mei's and is attested. */
function brought({ town, steward, mei }: Neighbours, name: string): Person {
  const code = bytesFor(`code for ${name}`).slice(0, 16)
  recorded(town, { kind: 'member.invited', invitation: invitationOf(code), until: Math.floor(town.now / DAY) + 1 }, [mei])
  const person = aPerson(name)
  recorded(town, joining(town, person, code), [person])
  recorded(town, { kind: 'member.attested', member: person.acct, identity: hexFor(name) }, [steward])
  return person
}

describe('who brings a neighbour', () => {
  test('is thanked from the commons when the newcomer has helped, and so is the newcomer', () => {
    const n = aTownInWhichMeiInvites()
    const yu = brought(n, 'yu')
    const { commons } = n.town.state.books
    expect(domainOf(n.town, n.mei)).toBe(60n * CV)
    helpOnce(n.town, yu, n.bo, { minutes: 30 })
    expect([domainOf(n.town, n.mei), domainOf(n.town, yu)]).toEqual([120n * CV, 90n * CV])
    expect(commons - n.town.state.books.commons).toBe(120n * CV)
    expect(n.town.state.members.get(n.mei.acct)!.lifetimeMilli).toBe(60n * CV)
    expect(n.town.state.members.get(yu.acct)!.lifetimeMilli).toBe(30n * CV)
  })

  test('is thanked once for each, three times a year, and for one level only', () => {
    const n = aTownInWhichMeiInvites()
    const people = ['yu', 'wen', 'jun', 'fang'].map((name) => brought(n, name))
    for (let i = 0; i < 8; i++) aMember(n.town, `filler ${i}`)
    for (const person of people) helpOnce(n.town, person, n.bo, { minutes: 60 })
    helpOnce(n.town, people[0]!, n.bo, { minutes: 60 })
    expect(domainOf(n.town, n.mei)).toBe((60n + 3n * 60n) * CV)
    expect(domainOf(n.town, people[3]!)).toBe(60n * CV)
    // Whom Yu brings is Yu's, and nothing of it Mei's.
    const before = domainOf(n.town, n.mei)
    const zoe = brought({ ...n, mei: people[0]! }, 'zoe')
    helpOnce(n.town, zoe, n.bo, { minutes: 60 })
    expect(domainOf(n.town, n.mei)).toBe(before)
    sleep(n.town, 365)
    const later = brought(n, 'later')
    helpOnce(n.town, later, n.bo, { minutes: 60 })
    expect(n.town.state.yearly.get(n.mei.acct)).toMatchObject({ year: 1, referrals: 1 })
  })

  test('is not, where the charter does not say so, the inviter has left, or the commons has not enough for both', () => {
    const gift = aTownInWhichMeiInvites('gift')
    helpOnce(gift.town, brought(gift, 'yu'), gift.bo, { minutes: 60 })
    expect(gift.town.state.referrals.size).toBe(0)

    const left = aTownInWhichMeiInvites()
    const yu = brought(left, 'yu')
    left.town.state.members.get(left.mei.acct)!.status = 'departed'
    helpOnce(left.town, yu, left.bo, { minutes: 60 })
    expect(left.town.state.referrals.size).toBe(0)

    const poor = aTownInWhichMeiInvites()
    const wen = brought(poor, 'wen')
    recorded(poor.town, { kind: 'commons.granted', member: poor.li.acct, amountMilli: 181n * CV, because: 'newcomer' }, [poor.steward])
    helpOnce(poor.town, wen, poor.bo, { minutes: 60 })
    expect([domainOf(poor.town, wen), poor.town.state.books.commons]).toEqual([60n * CV, 119n * CV])
  })
})
