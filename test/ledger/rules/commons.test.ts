import { describe, expect, test } from 'vitest'
import { appoint } from '#test/support/council.ts'
import { aTownOfNeighbours, codeOf, domainOf, refusalOf, sleep } from '#test/support/people.ts'
import { aMember, type Asked, aTown, CV, hexFor, type Person, recorded } from '#test/support/towns.ts'

type Because = Asked<'commons.granted'>['because']
const granting = (who: Person, because: Because, amountMilli = 300n * CV): Asked => ({
  kind: 'commons.granted', member: who.acct, amountMilli, because,
})

/** A town of twelve, whose commons has received 60 CV for each of them. */
function aCourtyard() {
  const neighbours = aTownOfNeighbours()
  for (let n = 4; n < 12; n++) aMember(neighbours.town, `neighbour ${n}`)
  return neighbours
}

describe('the commons', () => {
  test('receives so much for every attested person: at once for who is attested, then every year', () => {
    const town = aTown('chengdu')
    expect(town.state.books).toMatchObject({ commons: 60n * CV, issuance: -60n * CV })
    const mei = aMember(town, 'mei')
    expect(town.state.books.commons).toBe(120n * CV)
    sleep(town, 364)
    expect(town.state.books.commons).toBe(120n * CV)
    sleep(town, 1)
    // 2 · 60 CV of the second year, whose index is 0.9, stand beside the 120 CV of the first.
    expect(town.state.books.commons).toBe(120n * CV + 133_334n)
    town.state.members.get(mei.acct)!.status = 'departed'
    sleep(town, 365)
    expect(town.state.books.commons).toBe(120n * CV + 133_334n + 74_075n)
  })

  test('receives for every year that a hub was off, as if it had been on', () => {
    const [on, off] = [aTown('chengdu'), aTown('chengdu')]
    for (let month = 0; month < 25; month++) sleep(on, 30)
    sleep(off, 750)
    expect(on.state.books).toEqual(off.state.books)
  })

  test('gives a newcomer once, within the first year, and it counts in no level', () => {
    const { town, steward, mei } = aCourtyard()
    recorded(town, granting(mei, 'newcomer'), [steward])
    expect(domainOf(town, mei)).toBe(300n * CV)
    expect(town.state.members.get(mei.acct)).toMatchObject({ lifetimeMilli: 0n, contributions: 0, earned: null })
    expect(town.state.books.commons).toBe(420n * CV)
    expect(town.state.grants.get(mei.acct)).toEqual({ member: mei.acct, newcomerMilli: 300n * CV, vulnerableMilli: 0n })
    expect(codeOf(town, granting(mei, 'newcomer', 1n), [steward])).toBe('already-granted')
  })

  test('gives somebody in need up to the charter’s limit a year', () => {
    const { town, steward, bo } = aCourtyard()
    recorded(town, granting(bo, 'vulnerable', 200n * CV), [steward])
    expect(refusalOf(town, granting(bo, 'vulnerable', 101n * CV), [steward])).toEqual({ code: 'above-limit', leftMilli: 100n * CV })
    recorded(town, granting(bo, 'vulnerable', 100n * CV), [steward])
    sleep(town, 365)
    recorded(town, granting(bo, 'vulnerable', 300n * CV), [steward])
    expect(town.state.grants.get(bo.acct)!.vulnerableMilli).toBe(600n * CV)
  })
})

test('a grant is what stewards say together, each once, and given with the word that makes them enough', () => {
  const { town, steward, mei, bo } = aCourtyard()
  appoint(town, bo)
  recorded(town, granting(mei, 'newcomer'), [steward])
  expect(domainOf(town, mei)).toBe(0n)
  expect(codeOf(town, granting(mei, 'newcomer'), [steward])).toBe('already-approved')
  // What differs in a word is another matter.
  recorded(town, granting(mei, 'newcomer', 200n * CV), [bo])
  recorded(town, granting(mei, 'newcomer'), [bo])
  expect(domainOf(town, mei)).toBe(300n * CV)
  expect(codeOf(town, granting(mei, 'newcomer', 200n * CV), [steward])).toBe('already-granted')
})

describe('a grant is refused by name', () => {
  test('by who may not, to whom it cannot be given, and for nothing', () => {
    const { town, steward, mei, bo } = aCourtyard()
    expect(codeOf(town, granting(mei, 'newcomer'), [bo])).toBe('not-a-steward')
    expect(codeOf(town, { kind: 'commons.granted', member: hexFor('nobody'), amountMilli: CV, because: 'newcomer' }, [steward])).toBe('unknown-member')
    expect(codeOf(town, granting(steward, 'newcomer'), [steward])).toBe('own-matter')
    expect(codeOf(town, granting(mei, 'vulnerable', 0n), [steward])).toBe('nothing-asked')
    town.state.members.get(bo.acct)!.status = 'departed'
    expect(codeOf(town, granting(bo, 'vulnerable'), [steward])).toBe('departed')
    town.state.members.get(mei.acct)!.attested = false
    expect(codeOf(town, granting(mei, 'vulnerable'), [steward])).toBe('not-attested')
  })

  test('above its limit, too late for a newcomer, and beyond what the commons has', () => {
    const { town, steward, mei, bo } = aCourtyard()
    expect(refusalOf(town, granting(mei, 'newcomer', 300n * CV + 1n), [steward])).toEqual({ code: 'above-limit', leftMilli: 300n * CV })
    recorded(town, granting(mei, 'newcomer'), [steward])
    recorded(town, granting(mei, 'vulnerable'), [steward])
    expect(refusalOf(town, granting(bo, 'newcomer'), [steward])).toEqual({
      code: 'commons-too-small', availableMilli: 120n * CV, askedMilli: 300n * CV,
    })
    const joined = town.state.members.get(bo.acct)!.joinedTs
    sleep(town, 365)
    expect(refusalOf(town, granting(bo, 'newcomer'), [steward])).toEqual({ code: 'not-a-newcomer', joined })
  })
})
