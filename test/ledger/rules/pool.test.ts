import { describe, expect, test } from 'vitest'
import { appoint } from '#test/support/council.ts'
import { codeOf, refusalOf, sleep } from '#test/support/people.ts'
import { aMember, aRegion, type Asked, aTown, CV, hexFor, type Person, recorded } from '#test/support/towns.ts'

const granting = (who: Person, amountMilli = 100n * CV): Asked => ({ kind: 'pool.granted', member: who.acct, amountMilli, reason: hexFor('a hospital') })

function aHubWithAPool(poolMilli = 10_000n * CV) {
  const { towns: [town] } = aRegion(['chengdu', 'barcelona'], { poolMilli })
  return { town, steward: town.steward, mei: aMember(town, 'mei'), bo: aMember(town, 'bo') }
}

describe('a grant from the pool', () => {
  test('gives Global value that counts in no level, and with what the commons has granted', () => {
    const { town, steward, mei } = aHubWithAPool()
    recorded(town, granting(mei, 60n * CV), [steward])
    expect(town.state.members.get(mei.acct)).toMatchObject({ account: { global: 60n * CV }, lifetimeMilli: 0n })
    expect(town.state.books.pool).toBe(9_940n * CV)
    expect(town.state.yearly.get(mei.acct)).toMatchObject({ grantedMilli: 180n * CV })
    expect(refusalOf(town, granting(mei, 41n * CV), [steward])).toEqual({ code: 'above-limit', leftMilli: 40n * CV })
    expect(refusalOf(town, { kind: 'commons.granted', member: mei.acct, amountMilli: 121n * CV, because: 'vulnerable' }, [steward]))
      .toEqual({ code: 'above-limit', leftMilli: 120n * CV })
    sleep(town, 365)
    recorded(town, granting(mei), [steward])
  })

  test('is said by stewards together, in the same words', () => {
    const { town, steward, mei, bo } = aHubWithAPool()
    appoint(town, bo)
    recorded(town, granting(mei), [steward])
    expect(codeOf(town, granting(mei), [steward])).toBe('already-approved')
    recorded(town, granting(mei, 99n * CV), [bo])
    expect(town.state.members.get(mei.acct)!.account.global).toBe(0n)
    recorded(town, granting(mei), [bo])
    expect(town.state.members.get(mei.acct)!.account.global).toBe(100n * CV)
  })

  test('is refused by name', () => {
    const alone = aTown('lisbon')
    expect(codeOf(alone, granting(aMember(alone, 'joana')), [alone.steward])).toBe('no-federation')
    const { town, steward, mei, bo } = aHubWithAPool(50n * CV)
    expect(codeOf(town, granting(mei), [bo])).toBe('not-a-steward')
    expect(codeOf(town, { kind: 'pool.granted', member: hexFor('nobody'), amountMilli: CV, reason: hexFor('x') }, [steward])).toBe('unknown-member')
    expect(codeOf(town, granting(steward), [steward])).toBe('own-matter')
    expect(codeOf(town, granting(mei, 0n), [steward])).toBe('nothing-asked')
    expect(refusalOf(town, granting(mei, 60n * CV), [steward])).toEqual({ code: 'pool-too-small', availableMilli: 50n * CV, askedMilli: 60n * CV })
    town.state.members.get(mei.acct)!.status = 'banned'
    expect(codeOf(town, granting(mei), [steward])).toBe('banned')
    town.state.members.get(bo.acct)!.attested = false
    expect(codeOf(town, granting(bo), [steward])).toBe('not-attested')
  })
})
