import { describe, expect, test } from 'vitest'
import type { Hex } from '#ledger/action.ts'
import { toHex } from '#ledger/bytes.ts'
import { encodeCharter } from '#ledger/charter/charter.ts'
import { sha256 } from '#ledger/hash.ts'
import { aTownOfNeighbours, codeOf, domainOf, helpOnce, type Neighbours, refusalOf, sleep } from '#test/support/people.ts'
import { type Asked, CV, DAY, hexFor, idFor, recorded, type Town } from '#test/support/towns.ts'

const teahouse = hexFor('a teahouse')
const today = (town: Town) => Math.floor(town.now / DAY)
const offering = (town: Town, changes: Partial<Asked<'partner.offered'>> = {}): Asked<'partner.offered'> => ({
  kind: 'partner.offered', acct: teahouse, listing: idFor('an afternoon'), milli: 30n * CV, places: 2, until: today(town) + 7,
  terms: hexFor('weekdays'), ...changes,
})
const redeeming = (offer: Hex): Asked<'partner.redeemed'> => ({ kind: 'partner.redeemed', offer })

/** A time bank with a teahouse, for which Li signs; Mei has 100 CV. */
function aTeahouse(preset: 'time-bank' | 'city' = 'time-bank'): Neighbours {
  const neighbours = aTownOfNeighbours({ preset })
  const { town, steward, mei, bo, li } = neighbours
  const charter = toHex(sha256(encodeCharter(town.state.charters[0]!)))
  recorded(town, { kind: 'organisation.joined', organisation: teahouse, form: 'organisation', profile: hexFor('tea'), charter }, [li])
  recorded(town, { kind: 'member.attested', member: teahouse, identity: hexFor('papers') }, [steward])
  helpOnce(town, mei, bo, { minutes: 100 })
  return neighbours
}

const offered = ({ town, li }: Neighbours, changes: Partial<Asked<'partner.offered'>> = {}): Hex => recorded(town, offering(town, changes), [li]).action.id
const redeemed = ({ town, mei }: Neighbours, offer: Hex): Hex => recorded(town, redeeming(offer), [mei]).action.id

describe('what a partner has to spare', () => {
  test('is redeemed into an account of its own, and leaves circulation when it has been received', () => {
    const n = aTeahouse()
    const { redemption } = n.town.state.books
    const place = redeemed(n, offered(n))
    expect([domainOf(n.town, n.mei), n.town.state.books.partner]).toEqual([70n * CV, 30n * CV])
    recorded(n.town, { kind: 'partner.received', redemption: place }, [n.mei])
    expect(n.town.state.books).toMatchObject({ partner: 0n, redemption: redemption + 30n * CV })
    expect(n.town.state.members.get(teahouse)!.account.domain).toBe(0n)
  })

  test('counts as received when a month has passed in silence', () => {
    const n = aTeahouse()
    redeemed(n, offered(n))
    sleep(n.town, 30)
    expect(n.town.state.books.partner).toBe(30n * CV)
    sleep(n.town, 1)
    expect([n.town.state.books.partner, n.town.state.redemptions.size]).toEqual([0n, 0])
  })

  test('is given back by a partner who cannot keep its word; never as money, and to the commons when nobody is there', () => {
    const n = aTeahouse()
    const offer = offered(n)
    const [first, second] = [redeemed(n, offer), redeemed(n, offer)]
    recorded(n.town, { kind: 'partner.returned', acct: teahouse, redemption: first }, [n.li])
    expect(domainOf(n.town, n.mei)).toBe(70n * CV)
    const { commons } = n.town.state.books
    n.town.state.members.get(n.mei.acct)!.status = 'departed'
    recorded(n.town, { kind: 'partner.returned', acct: teahouse, redemption: second }, [n.li])
    expect(n.town.state.books.commons - commons).toBe(30n * CV)
  })

  test('is there until its places are taken or its last day is over', () => {
    const n = aTeahouse()
    const offer = offered(n, { places: 2 })
    redeemed(n, offer)
    redeemed(n, offer)
    expect(refusalOf(n.town, redeeming(offer), [n.mei])).toEqual({ code: 'unknown-offer', offer })
    const other = offered(n, { until: today(n.town) + 1 })
    sleep(n.town, 1)
    expect(n.town.state.offers.has(other)).toBe(true)
    sleep(n.town, 1)
    expect(codeOf(n.town, redeeming(other), [n.mei])).toBe('unknown-offer')
  })
})

describe('is refused by name', () => {
  test('offering where the charter does not say so, as a person, nothing, too much, too long', () => {
    const city = aTeahouse('city')
    expect(codeOf(city.town, offering(city.town), [city.li])).toBe('redemption-closed')
    const { town, li } = aTeahouse()
    expect(codeOf(town, offering(town, { acct: li.acct }), [li])).toBe('not-a-partner')
    expect(codeOf(town, offering(town, { milli: 0n }), [li])).toBe('nothing-asked')
    expect(codeOf(town, offering(town, { places: 0 }), [li])).toBe('nothing-asked')
    expect(refusalOf(town, offering(town, { places: 1_001 }), [li])).toEqual({ code: 'limit-reached', most: 1_000 })
    expect(codeOf(town, offering(town, { until: today(town) - 1 }), [li])).toBe('bad-expiry')
    expect(codeOf(town, offering(town, { until: today(town) + 366 }), [li])).toBe('bad-expiry')
  })

  test('redeeming without enough, as the partner, for the partner, and of one that is gone', () => {
    const n = aTeahouse()
    const offer = offered(n)
    expect(codeOf(n.town, redeeming(offer), [n.bo])).toBe('insufficient-cv')
    expect(codeOf(n.town, redeeming(offer), [n.li])).toBe('same-person')
    expect(codeOf(n.town, { ...redeeming(offer), acct: teahouse }, [n.li])).toBe('persons-only')
    n.town.state.members.get(teahouse)!.status = 'departed'
    expect(codeOf(n.town, redeeming(offer), [n.mei])).toBe('departed')
  })

  test('receiving and giving back by others, and twice', () => {
    const n = aTeahouse()
    const redemption = redeemed(n, offered(n))
    expect(codeOf(n.town, { kind: 'partner.received', redemption }, [n.bo])).toBe('not-a-party')
    expect(codeOf(n.town, { kind: 'partner.returned', redemption }, [n.mei])).toBe('not-a-party')
    recorded(n.town, { kind: 'partner.received', redemption }, [n.mei])
    expect(codeOf(n.town, { kind: 'partner.received', redemption }, [n.mei])).toBe('unknown-redemption')
    expect(codeOf(n.town, { kind: 'partner.returned', acct: teahouse, redemption }, [n.li])).toBe('unknown-redemption')
  })
})
