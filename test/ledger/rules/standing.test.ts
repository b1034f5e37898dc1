import { describe, expect, test } from 'vitest'
import { standingOf } from '#ledger/rules/standing.ts'
import {
  agree, aTownOfNeighbours, completed, grades, helpOnce, HOUR, type Neighbours, rateBoth, sleep,
} from '#test/support/people.ts'
import { DAY, type Person, recorded } from '#test/support/towns.ts'

const standing = ({ town }: Neighbours, { acct }: Person) => standingOf(town.state, acct, town.now)

describe('standing', () => {
  test('somebody new is medium, and shown as new', () => {
    const n = aTownOfNeighbours()
    expect(standing(n, n.mei)).toEqual({ perMille: null, band: 'medium', isNew: true })
  })

  test('worked by hand: one good, one fair, all kept, active in one twelfth of the year', () => {
    const n = aTownOfNeighbours()
    for (const grade of [grades.good, grades.fair]) {
      rateBoth(n.town, completed(n.town, n.mei, n.bo), [n.bo, grade], [n.mei, grades.good])
    }
    // rating 30 %: (1000 + 700)/2 = 850     completion 25 %: 2/2 = 1000     history 15 %: 1/12 = 83
    // (30·850 + 25·1000 + 15·83) / 70 = (25,500 + 25,000 + 1,245) / 70 = 51,745 / 70 = 739
    expect(standing(n, n.mei)).toEqual({ perMille: 739, band: 'medium', isNew: false })
    // Bo: rating 1000, completion 1000, history 83: (30,000 + 25,000 + 1,245) / 70 = 56,245 / 70 = 803
    expect(standing(n, n.bo)).toEqual({ perMille: 803, band: 'high', isNew: false })
  })

  test('without a rating the other weights carry the whole', () => {
    const n = aTownOfNeighbours()
    completed(n.town, n.mei, n.bo)
    // completion 25 %: 1000     history 15 %: 83     (25,000 + 1,245) / 40 = 656
    expect(standing(n, n.mei).perMille).toBe(656)
  })

  test('called off too late, an agreement was not kept', () => {
    const n = aTownOfNeighbours()
    const id = agree(n.town, n.mei, n.bo, { begins: n.town.now + 49 * HOUR })
    n.town.now += 2 * HOUR
    recorded(n.town, { kind: 'agreement.cancelled', agreement: id }, [n.mei])
    // completion 25 %: 0/1     history 15 %: 83     1,245 / 40 = 31
    expect(standing(n, n.mei)).toEqual({ perMille: 31, band: 'low', isNew: false })
    expect(standing(n, n.bo).isNew).toBe(true)
  })

  test('a year active in every twelfth is a full history', () => {
    const n = aTownOfNeighbours()
    for (let month = 0; month < 12; month++) {
      helpOnce(n.town, n.mei, n.bo, { minutes: 10 })
      sleep(n.town, 30)
    }
    helpOnce(n.town, n.mei, n.bo, { minutes: 10 })
    // completion 1000, history 12/12: (25,000 + 15,000) / 40
    expect(standing(n, n.mei).perMille).toBe(1000)
  })

  test('what is a year old counts no more', () => {
    const n = aTownOfNeighbours()
    rateBoth(n.town, completed(n.town, n.mei, n.bo), [n.bo, grades.poor], [n.mei, grades.good])
    const then = n.town.now
    expect(standingOf(n.town.state, n.mei.acct, then + 365 * DAY - 1).isNew).toBe(false)
    expect(standingOf(n.town.state, n.mei.acct, then + 365 * DAY))
      .toEqual({ perMille: null, band: 'medium', isNew: true })
  })
})
