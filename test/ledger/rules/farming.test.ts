import { describe, expect, test } from 'vitest'
import { categories } from '#ledger/charter/charter.ts'
import { presets } from '#ledger/charter/presets.ts'
import { productOf } from '#ledger/value/reckoning.ts'
import { repeatedPerMille } from '#ledger/rules/farming.ts'
import { aSession, aTownOfNeighbours, completed, grades, helpOnce, type Neighbours, rateBoth, sleep } from '#test/support/people.ts'
import { CV, hexFor, idFor, type Person, recorded } from '#test/support/towns.ts'

/** What a further help of twenty minutes comes to. */
function worthOf({ town }: Neighbours, helper: Person, receiver: Person, minutes = 20, category: 1 | 2 | 3 = categories.basic): bigint {
  return town.state.helps.get(helpOnce(town, helper, receiver, { minutes, category }))!.award!.milli
}

const times = <T>(count: number, what: () => T): T[] => Array.from({ length: count }, what)

describe('short helps between the same two', () => {
  test('six of them count whole, the seventh half, the eighth a quarter, and then none', () => {
    const all = aTownOfNeighbours()
    const { mei, bo } = all
    expect(times(10, () => worthOf(all, mei, bo))).toEqual([...times(6, () => 20n * CV), 10n * CV, 5n * CV, 0n, 0n])
  })

  test('whoever of the two helped', () => {
    const all = aTownOfNeighbours()
    const { mei, bo } = all
    times(3, () => worthOf(all, mei, bo))
    times(3, () => worthOf(all, bo, mei))
    expect(worthOf(all, mei, bo)).toBe(10n * CV)
  })

  test('others, another category and longer helps are not theirs', () => {
    const all = aTownOfNeighbours()
    const { mei, bo, li } = all
    times(8, () => worthOf(all, mei, bo))
    expect([worthOf(all, mei, li), worthOf(all, mei, bo, 20, categories.language), worthOf(all, mei, bo, 31)])
      .toEqual([20n * CV, 24n * CV, 31n * CV])
    expect(worthOf(all, mei, bo, 30)).toBe(0n)
  })

  test('after thirty days they begin anew', () => {
    const all = aTownOfNeighbours()
    const { town, mei, bo } = all
    times(8, () => worthOf(all, mei, bo))
    sleep(town, 29)
    expect(worthOf(all, mei, bo)).toBe(0n)
    sleep(town, 1)
    // The one of a day ago is still within the window.
    expect(times(6, () => worthOf(all, mei, bo))).toEqual([...times(5, () => 20n * CV), 10n * CV])
  })

  test('under an agreement they count alike', () => {
    const all = aTownOfNeighbours()
    const { town, mei, bo } = all
    times(6, () => worthOf(all, mei, bo))
    const id = completed(town, mei, bo, { minutes: 20, begins: town.now })
    rateBoth(town, id, [bo, grades.good], [mei, grades.good])
    expect(town.state.agreements.get(id)!.award!.milli).toBe(10n * CV)
  })

  test('and as a gathering to which one alone came, however often it is announced as one; two who came are no pair', () => {
    const all = aTownOfNeighbours()
    const { town, mei, bo, li } = all
    const gathered = (nth: number, guests: Person[]): bigint => {
      const code = hexFor('a code').slice(0, 32)
      const session = aSession(town, code, { id: idFor(`lesson ${nth}`), category: categories.basic, begins: town.now, ends: town.now + 1_200 })
      recorded(town, session, [mei])
      for (const guest of guests) {
        recorded(town, { kind: 'session.joined', session: session.id!, code: hexFor('mine') }, [guest])
        recorded(town, { kind: 'session.checkedin', session: session.id!, code }, [guest])
      }
      recorded(town, { kind: 'session.closed', session: session.id!, minutes: 20, roster: [] }, [mei])
      sleep(town, 17)
      return town.state.sessions.get(session.id!)!.award!.milli
    }
    times(5, () => worthOf(all, mei, bo))
    expect(gathered(1, [bo])).toBe(20n * CV)
    times(5, () => worthOf(all, bo, mei))
    expect(gathered(2, [bo])).toBe(10n * CV)
    expect(gathered(3, [bo, li])).toBe(22n * CV)
  })

  test('the award says why, and still adds up', () => {
    const all = aTownOfNeighbours()
    const { town, mei, bo } = all
    times(7, () => worthOf(all, mei, bo))
    const { award } = town.state.helps.get(helpOnce(town, mei, bo, { minutes: 20 }))!
    expect(award!.factors.at(-1)).toEqual({ factor: 'repeated', perMille: 250, of: 7, set: null })
    expect(productOf(award!)).toBe(award!.milli)
  })

  test('a help that is worth nothing any more is still a contribution of both', () => {
    const all = aTownOfNeighbours()
    const { town, mei, bo } = all
    times(9, () => worthOf(all, mei, bo))
    const { contributions, track } = town.state.members.get(mei.acct)!
    expect([contributions, track.kept.length]).toEqual([9, 9])
  })

  test('what is long past is forgotten, and only what is within three months is kept', () => {
    const all = aTownOfNeighbours()
    const { town, mei, bo, li } = all
    worthOf(all, mei, bo)
    worthOf(all, mei, li)
    sleep(town, 60)
    worthOf(all, mei, bo)
    sleep(town, 31)
    worthOf(all, mei, bo)
    expect([...town.state.repeated.values()].map(({ one, other, times: kept }) => [[one, other].includes(bo.acct), kept.length]))
      .toEqual([[true, 2]])
  })
})

test('between people of a care relation it never falls below half', () => {
  expect([5, 6, 7, 8, 50].map((before) => repeatedPerMille(presets.city, before, true))).toEqual([1000, 500, 500, 500, 500])
  expect([5, 6, 7, 8, 50].map((before) => repeatedPerMille(presets.city, before, false))).toEqual([1000, 500, 250, 0, 0])
})
