import { describe, expect, test } from 'vitest'
import { standingOf } from '#ledger/rules/standing.ts'
import {
  agree, aHelp, aTownOfNeighbours, completed, decline, grades, helpOnce, HOUR, type Neighbours, rateBoth, report, sleep,
} from '#test/support/people.ts'
import { DAY, type Person, recorded } from '#test/support/towns.ts'

const standing = ({ town }: Neighbours, { acct }: Person) => standingOf(town.state, acct, town.now)

const shown = (n: Neighbours, person: Person) => {
  const { parts, ...rest } = standing(n, person)
  return { ...rest, ...Object.fromEntries(parts.map(({ component, perMille }) => [component, perMille])) }
}

describe('standing', () => {
  test('somebody new is medium, and shown as new', () => {
    const n = aTownOfNeighbours()
    expect(shown(n, n.mei)).toEqual({
      perMille: null, band: 'medium', isNew: true, rating: null, use: null, completion: null, history: 0, feedback: null,
    })
  })

  test('[S1724-1738] the five weights, which add up to one', () => {
    const n = aTownOfNeighbours()
    const weights = standing(n, n.mei).parts.map(({ component, weightPerMille }) => [component, weightPerMille])
    expect(weights).toEqual([['rating', 300], ['use', 200], ['completion', 250], ['history', 150], ['feedback', 100]])
  })

  test('worked by hand: one good, one fair, all kept, active in one twelfth of the year', () => {
    const n = aTownOfNeighbours()
    for (const grade of [grades.good, grades.fair]) {
      rateBoth(n.town, completed(n.town, n.mei, n.bo), [n.bo, grade], [n.mei, grades.good])
    }
    // rating 30 %: (1000 + 700)/2 = 850   use 20 %: 2/2   completion 25 %: 2/2   history 15 %: 1/12 = 83   one voice of three
    // (300·850 + 200·1000 + 250·1000 + 150·83) / 900 = 717,450 / 900 = 797
    expect(shown(n, n.mei)).toEqual({
      perMille: 797, band: 'medium', isNew: false, rating: 850, use: 1000, completion: 1000, history: 83, feedback: null,
    })
    // Bo: (300·1000 + 200·1000 + 250·1000 + 150·83) / 900 = 762,450 / 900 = 847
    expect(shown(n, n.bo)).toMatchObject({ perMille: 847, band: 'high' })
  })

  test('without a rating the other weights carry the whole', () => {
    const n = aTownOfNeighbours()
    completed(n.town, n.mei, n.bo)
    // (200·1000 + 250·1000 + 150·83) / 600 = 462,450 / 600 = 770
    expect(standing(n, n.mei).perMille).toBe(770)
  })

  test('called off too late, an agreement was not kept', () => {
    const n = aTownOfNeighbours()
    const id = agree(n.town, n.mei, n.bo, { begins: n.town.now + 49 * HOUR })
    n.town.now += 2 * HOUR
    recorded(n.town, { kind: 'agreement.cancelled', agreement: id }, [n.mei])
    // use 0/1, completion 0/1, history 83: 150·83 / 600 = 20
    expect(shown(n, n.mei)).toMatchObject({ perMille: 20, band: 'low', use: 0, completion: 0 })
    expect(standing(n, n.bo).isNew).toBe(true)
  })

  test('called off in time, it is no breach, and not used; what lapses is unused for both', () => {
    const n = aTownOfNeighbours()
    completed(n.town, n.mei, n.bo)
    const off = agree(n.town, n.mei, n.bo, { begins: n.town.now + 49 * HOUR })
    recorded(n.town, { kind: 'agreement.cancelled', agreement: off }, [n.mei])
    agree(n.town, n.mei, n.bo)
    sleep(n.town, 32)
    expect(shown(n, n.mei)).toMatchObject({ use: 333, completion: 1000 })
    expect(shown(n, n.bo)).toMatchObject({ use: 500, completion: 1000 })
  })

  test('feedback is the last answer of each of at least three people, however often they meet', () => {
    const n = aTownOfNeighbours()
    const { town, steward, mei, bo, li } = n
    for (let i = 0; i < 5; i++) helpOnce(town, mei, bo, { minutes: 10 })
    helpOnce(town, mei, li, { minutes: 10 })
    expect(shown(n, mei)).toMatchObject({ feedback: null })
    const unwanted = aHelp(town, mei, steward)
    recorded(town, unwanted, [mei])
    recorded(town, { kind: 'help.declined', help: unwanted.id! }, [steward])
    expect(shown(n, mei)).toMatchObject({ feedback: 666 })
    const id = agree(town, mei, bo)
    report(town, id, mei)
    decline(town, id, bo)
    expect(shown(n, mei)).toMatchObject({ feedback: 333 })
    helpOnce(town, mei, steward)
    expect(shown(n, mei)).toMatchObject({ feedback: 666 })
    // What one confirms says something about the other alone.
    expect(shown(n, bo)).toMatchObject({ feedback: null })
  })

  test('a year active in every twelfth is a full history', () => {
    const n = aTownOfNeighbours()
    for (let month = 0; month < 12; month++) {
      helpOnce(n.town, n.mei, n.bo, { minutes: 10 })
      sleep(n.town, 30)
    }
    helpOnce(n.town, n.mei, n.bo, { minutes: 10 })
    expect(shown(n, n.mei)).toMatchObject({ perMille: 1000, history: 1000 })
  })

  test('what is a year old counts no more', () => {
    const n = aTownOfNeighbours()
    rateBoth(n.town, completed(n.town, n.mei, n.bo), [n.bo, grades.poor], [n.mei, grades.good])
    const then = n.town.now
    expect(standingOf(n.town.state, n.mei.acct, then + 365 * DAY - 1).isNew).toBe(false)
    expect(standingOf(n.town.state, n.mei.acct, then + 365 * DAY)).toMatchObject({ perMille: null, band: 'medium', isNew: true })
  })
})
