import { describe, expect, test } from 'vitest'
import { baseOf } from '#ledger/value/decay.ts'
import { presets } from '#ledger/charter/presets.ts'
import { reserveRoom } from '#ledger/rules/reserve.ts'
import { domainIndex } from '#ledger/state/state.ts'
import { appoint } from '#test/support/council.ts'
import { aTownOfNeighbours, codeOf, domainOf, helpOnce, type Neighbours, refusalOf, sleep } from '#test/support/people.ts'
import { type Asked, CV, hexFor, idFor, type Person, recorded } from '#test/support/towns.ts'

const locking = (amountMilli: bigint): Asked => ({ kind: 'reserve.locked', amountMilli })
const releasing = (amountMilli: bigint): Asked => ({ kind: 'reserve.released', amountMilli })
const opening = (who: Person, because: 'age' | 'hardship' | 'relative' = 'age'): Asked =>
  ({ kind: 'reserve.opened', member: who.acct, because, evidence: hexFor('a paper') })

/** Mei has helped for 1,000 minutes, so that 200 CV may be put aside by all together. */
function meiHas1000(): Neighbours {
  const neighbours = aTownOfNeighbours()
  helpOnce(neighbours.town, neighbours.mei, neighbours.bo, { minutes: 1_000 })
  return neighbours
}

const memberOf = ({ town, mei }: Neighbours) => town.state.members.get(mei.acct)!

describe('the time reserve', () => {
  test('keeps its worth while everything else decays: what is put aside leaves circulation and comes back at its day’s index', () => {
    const n = meiHas1000()
    const { issuance } = n.town.state.books
    recorded(n.town, locking(150n * CV), [n.mei])
    expect([domainOf(n.town, n.mei), memberOf(n).reserveMilli]).toEqual([850n * CV, 150n * CV])
    expect(n.town.state.books.issuance - issuance).toBe(150n * CV)
    sleep(n.town, 365)
    recorded(n.town, opening(n.mei), [n.steward])
    const before = n.town.state.books.issuance
    recorded(n.town, releasing(150n * CV), [n.mei])
    expect(domainOf(n.town, n.mei)).toBe((765n + 150n) * CV)
    expect(before - n.town.state.books.issuance).toBe(baseOf(150n * CV, domainIndex(n.town.state, 365)))
    expect([memberOf(n).reserveMilli, n.town.state.reserveMilli]).toEqual([0n, 0n])
  })

  test('does not shrink while its owner is away, and counts in no cap and no lifetime value', () => {
    const n = meiHas1000()
    recorded(n.town, locking(200n * CV), [n.mei])
    sleep(n.town, 2_000)
    expect([domainOf(n.town, n.mei), memberOf(n).reserveMilli]).toEqual([0n, 200n * CV])
    recorded(n.town, opening(n.mei), [n.steward])
    recorded(n.town, releasing(200n * CV), [n.mei])
    expect(memberOf(n)).toMatchObject({ lifetimeMilli: 1_000n * CV, earned: { year: 0, milli: 1_000n * CV } })
    expect(domainOf(n.town, n.mei)).toBe(200n * CV)
  })

  test('stays open for old age, and opens once for a need', () => {
    const n = meiHas1000()
    recorded(n.town, locking(200n * CV), [n.mei])
    recorded(n.town, opening(n.mei, 'relative'), [n.steward])
    recorded(n.town, releasing(10n * CV), [n.mei])
    expect(codeOf(n.town, releasing(10n * CV), [n.mei])).toBe('reserve-locked')
    recorded(n.town, opening(n.mei), [n.steward])
    recorded(n.town, releasing(10n * CV), [n.mei])
    recorded(n.town, releasing(10n * CV), [n.mei])
  })

  test('is opened by stewards together, of whom none is the member', () => {
    const n = meiHas1000()
    appoint(n.town, n.bo)
    recorded(n.town, opening(n.mei, 'hardship'), [n.steward])
    expect(memberOf(n).reserveOpen).toBe(null)
    recorded(n.town, opening(n.mei, 'hardship'), [n.bo])
    expect(memberOf(n).reserveOpen).toBe('hardship')
    expect(codeOf(n.town, opening(n.bo), [n.bo])).toBe('own-matter')
  })

  test('takes nothing in while a case is not decided, nor in a second one: what a finding would take is not brought away from it', () => {
    const n = meiHas1000()
    const { town, steward, mei, li } = n
    for (const id of [idFor('a friend’s case'), idFor('a case')]) {
      recorded(town, { kind: 'case.opened', id, accused: mei.acct, flag: null, complaint: hexFor('words'), complainant: li.acct, matters: [], hold: false }, [steward])
      expect(refusalOf(town, locking(200n * CV), [mei])).toEqual({ code: 'still-open', what: 'case', id })
      recorded(town, { kind: 'case.found', case: id, measure: 0, reason: hexFor('words') }, [steward])
    }
    recorded(town, locking(200n * CV), [mei])
  })

  test('ends with who leaves', () => {
    const n = meiHas1000()
    recorded(n.town, locking(200n * CV), [n.mei])
    recorded(n.town, { kind: 'member.left' }, [n.mei])
    expect([memberOf(n).reserveMilli, n.town.state.reserveMilli]).toEqual([0n, 0n])
  })

  test('is bounded for each, and for all by what all have contributed', () => {
    const n = meiHas1000()
    expect(reserveRoom(n.town.state)).toBe(200n * CV)
    expect(refusalOf(n.town, locking(201n * CV), [n.mei])).toEqual({ code: 'reserve-ceiling', leftMilli: 200n * CV })
    sleep(n.town, 20)
    for (let day = 0; day < 20; day++) helpOnce(n.town, n.mei, n.bo, { minutes: 1_440 })
    const member = memberOf(n)
    n.town.audited = false
    member.reserveMilli = 89_999n * CV
    expect(refusalOf(n.town, locking(2n * CV), [n.mei])).toEqual({ code: 'above-limit', leftMilli: CV })
  })
})

describe('is refused by name', () => {
  test('putting aside nothing, more than there is, and where the charter has no reserve', () => {
    const n = meiHas1000()
    expect(codeOf(n.town, locking(0n), [n.mei])).toBe('nothing-asked')
    expect(refusalOf(n.town, locking(1_000n * CV + 1n), [n.mei]))
      .toEqual({ code: 'insufficient-cv', availableMilli: 1_000n * CV, askedMilli: 1_000n * CV + 1n })
    const { city } = presets
    const closed = aTownOfNeighbours({ agreed: { ...city, reserve: { ...city.reserve, isOpen: false } } })
    helpOnce(closed.town, closed.mei, closed.bo, { minutes: 1_000 })
    expect(codeOf(closed.town, locking(CV), [closed.mei])).toBe('reserve-closed')
  })

  test('opening for nobody, by nobody, and again', () => {
    const n = meiHas1000()
    expect(codeOf(n.town, opening(n.mei), [n.bo])).toBe('not-a-steward')
    expect(codeOf(n.town, { kind: 'reserve.opened', member: hexFor('nobody'), because: 'age', evidence: hexFor('x') }, [n.steward])).toBe('unknown-member')
    recorded(n.town, opening(n.mei), [n.steward])
    expect(codeOf(n.town, opening(n.mei), [n.steward])).toBe('as-before')
    memberOf(n).status = 'banned'
    expect(codeOf(n.town, opening(n.mei, 'hardship'), [n.steward])).toBe('banned')
  })

  test('taking out what is locked, nothing, and more than there is', () => {
    const n = meiHas1000()
    recorded(n.town, locking(100n * CV), [n.mei])
    expect(codeOf(n.town, releasing(CV), [n.mei])).toBe('reserve-locked')
    recorded(n.town, opening(n.mei), [n.steward])
    expect(codeOf(n.town, releasing(0n), [n.mei])).toBe('nothing-asked')
    expect(refusalOf(n.town, releasing(101n * CV), [n.mei]))
      .toEqual({ code: 'insufficient-cv', availableMilli: 100n * CV, askedMilli: 101n * CV })
  })
})
