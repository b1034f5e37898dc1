import { describe, expect, test } from 'vitest'
import { presets } from '#ledger/charter/presets.ts'
import { aTownOfNeighbours, codeOf, domainOf, helpOnce, type Neighbours, refusalOf, sleep } from '#test/support/people.ts'
import { type Asked, CV, hexFor, type Person, recorded } from '#test/support/towns.ts'

const giving = (to: Person, amountMilli = 60n * CV): Asked => ({ kind: 'cv.given', to: to.acct, amountMilli, note: hexFor('thanks') })

/** A town that has agreed on gifts, where Mei has 1,000 CV. */
function giversTown(): Neighbours {
  const neighbours = aTownOfNeighbours({ agreed: { ...presets.city, gift: { ...presets.city.gift, isOpen: true } } })
  helpOnce(neighbours.town, neighbours.mei, neighbours.bo, { minutes: 1_000 })
  return neighbours
}

describe('a gift', () => {
  test('moves from one to the other and counts nowhere: in no lifetime, cap, contribution or standing', () => {
    const { town, mei, bo } = giversTown()
    const before = structuredClone(town.state.members.get(bo.acct)!)
    recorded(town, giving(bo), [mei])
    expect([domainOf(town, mei), domainOf(town, bo)]).toEqual([940n * CV, 60n * CV])
    const { account, ...rest } = town.state.members.get(bo.acct)!
    expect(rest).toEqual({ ...before, account: undefined, ...rest, lifetimeMilli: 0n, contributions: 0, earned: null })
    expect(account.domain).toBe(60n * CV)
    expect(town.state.members.get(mei.acct)!.lifetimeMilli).toBe(1_000n * CV)
  })

  test('is bounded: each, and all of a year', () => {
    const { town, mei, bo, li } = giversTown()
    expect(refusalOf(town, giving(bo, 60n * CV + 1n), [mei])).toEqual({ code: 'above-limit', leftMilli: 60n * CV })
    for (let n = 0; n < 4; n++) recorded(town, giving(n % 2 === 0 ? bo : li), [mei])
    recorded(town, giving(bo, 50n * CV), [mei])
    expect(refusalOf(town, giving(bo, 11n * CV), [mei])).toEqual({ code: 'year-full', leftMilli: 10n * CV })
    sleep(town, 365)
    recorded(town, giving(bo), [mei])
  })

  test('is refused by name where it is not open, to oneself, to nobody, of nothing, and of more than there is', () => {
    const closed = aTownOfNeighbours()
    expect(codeOf(closed.town, giving(closed.bo), [closed.mei])).toBe('gifts-closed')
    const { town, mei, bo } = giversTown()
    expect(codeOf(town, giving(mei), [mei])).toBe('same-person')
    expect(codeOf(town, { kind: 'cv.given', to: hexFor('nobody'), amountMilli: CV, note: hexFor('x') }, [mei])).toBe('unknown-member')
    expect(codeOf(town, giving(bo, 0n), [mei])).toBe('nothing-asked')
    expect(refusalOf(town, giving(mei, CV), [bo])).toEqual({ code: 'insufficient-cv', availableMilli: 0n, askedMilli: CV })
    town.state.members.get(bo.acct)!.status = 'departed'
    expect(codeOf(town, giving(bo), [mei])).toBe('departed')
    town.state.members.get(bo.acct)!.attested = false
    expect(codeOf(town, giving(bo), [mei])).toBe('not-attested')
  })
})
