import { describe, expect, test } from 'vitest'
import { works } from '#ledger/charter/charter.ts'
import { productOf } from '#ledger/value/reckoning.ts'
import { levelOf } from '#ledger/rules/level.ts'
import { aTownOfNeighbours, codeOf, domainOf, refusalOf, sleep } from '#test/support/people.ts'
import { aMember, type Asked, CV, hexFor, idFor, type Person, recorded, type Town } from '#test/support/towns.ts'

const publishing = (changes: Partial<Asked<'work.published'>> = {}): Asked<'work.published'> =>
  ({ kind: 'work.published', work: works.article, content: hexFor('how we began'), ...changes })
const publish = (town: Town, author: Person, work: 1 | 2 = works.article) =>
  recorded(town, publishing({ work }), [author]).action.id
const value = (town: Town, work: string, by: Person[]) => by.forEach((who) => recorded(town, { kind: 'work.valued', work }, [who]))
const judging = (work: string, lasting = true, quality: 0 | 1 | 2 = 2): Asked<'work.judged'> => ({ kind: 'work.judged', work, lasting, quality })

describe('[S1602-1626] a work for the community', () => {
  test('[S1622-1626] a gathering that thirty found useful, that lasts and was very good, is worth 54 CV a month later', () => {
    const { town, steward, mei } = aTownOfNeighbours()
    const others = Array.from({ length: 30 }, (_, i) => aMember(town, `guest ${i}`))
    const id = publish(town, mei, works.gathering)
    value(town, id, others)
    const { ts } = recorded(town, judging(id), [steward])
    sleep(town, 29)
    expect(town.state.works.get(id)!.phase).toBe('open')
    sleep(town, 2)
    const { phase, award } = town.state.works.get(id)!
    expect(phase).toBe('awarded')
    expect(award).toMatchObject({ formula: 'community', what: works.gathering, quantity: 30, milli: 54n * CV })
    expect(award!.factors).toEqual([
      { factor: 'lasting', perMille: 1500, of: null, set: { by: steward.acct, ts } },
      { factor: 'quality', perMille: 1200, of: null, set: { by: steward.acct, ts } },
    ])
    expect(productOf(award!)).toBe(54n * CV)
  })

  test('without a steward’s word it is the number of those who found it useful', () => {
    const { town, mei, bo, li } = aTownOfNeighbours()
    const id = publish(town, mei)
    value(town, id, [bo, li])
    sleep(town, 31)
    expect(town.state.works.get(id)!.award!.milli).toBe(2n * CV)
    expect(domainOf(town, mei)).toBe(2n * CV)
    expect(levelOf(town.state, mei.acct)).toBe(2)
  })

  test('what nobody found useful ends, and is no contribution', () => {
    const { town, steward, mei } = aTownOfNeighbours()
    const id = publish(town, mei)
    recorded(town, judging(id), [steward])
    sleep(town, 31)
    expect(town.state.works.get(id)).toMatchObject({ phase: 'ended', award: null })
    expect(levelOf(town.state, mei.acct)).toBe(1)
  })

  test('at most as many count as the charter says, and whoever comes later may still say so', () => {
    const { town, mei } = aTownOfNeighbours()
    const id = publish(town, mei)
    const first = Array.from({ length: 100 }, (_, i) => aMember(town, `reader ${i}`))
    value(town, id, first)
    value(town, id, [aMember(town, 'a late reader')])
    sleep(town, 31)
    expect(town.state.works.get(id)!.award!.milli).toBe(100n * CV)
  })

  test('three in a month, and a fourth when the first is over', () => {
    const { town, mei } = aTownOfNeighbours()
    for (let i = 0; i < 3; i++) publish(town, mei)
    expect(refusalOf(town, publishing(), [mei])).toEqual({ code: 'limit-reached', most: 3 })
    sleep(town, 31)
    publish(town, mei)
  })

  test('who has been banned meanwhile is awarded nothing', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const id = publish(town, mei)
    value(town, id, [bo])
    town.state.members.get(mei.acct)!.status = 'banned'
    sleep(town, 31)
    expect(town.state.works.get(id)).toMatchObject({ phase: 'ended', award: null })
  })
})

describe('what is refused', () => {
  const nowhere = idFor('nowhere')
  test('unknown-work', () => {
    const { town, steward, mei } = aTownOfNeighbours()
    expect(refusalOf(town, { kind: 'work.valued', work: nowhere }, [mei])).toEqual({ code: 'unknown-work', work: nowhere })
    expect(refusalOf(town, judging(nowhere), [steward])).toEqual({ code: 'unknown-work', work: nowhere })
  })
  test('own-matter: nobody finds their own work useful, nor judges it', () => {
    const { town, steward } = aTownOfNeighbours()
    const id = publish(town, steward)
    expect(codeOf(town, { kind: 'work.valued', work: id }, [steward])).toBe('own-matter')
    expect(codeOf(town, judging(id), [steward])).toBe('own-matter')
  })
  test('already-valued, already-judged', () => {
    const { town, steward, mei, bo } = aTownOfNeighbours()
    const id = publish(town, mei)
    value(town, id, [bo])
    recorded(town, judging(id, false, 0), [steward])
    expect(codeOf(town, { kind: 'work.valued', work: id }, [bo])).toBe('already-valued')
    expect(codeOf(town, judging(id), [steward])).toBe('already-judged')
  })
  test('wrong-phase: once it is over', () => {
    const { town, steward, mei, bo } = aTownOfNeighbours()
    const id = publish(town, mei)
    sleep(town, 31)
    expect(refusalOf(town, { kind: 'work.valued', work: id }, [bo])).toEqual({ code: 'wrong-phase', phase: 'ended' })
    expect(codeOf(town, judging(id), [steward])).toBe('wrong-phase')
  })
  test('not-a-steward, not-attested, and an id that a work has', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const id = publish(town, mei)
    expect(codeOf(town, judging(id), [bo])).toBe('not-a-steward')
    sleep(town, 40)
    expect(codeOf(town, publishing({ id }), [mei])).toBe('id-taken')
    town.state.members.get(bo.acct)!.attested = false
    expect(codeOf(town, { kind: 'work.valued', work: id }, [bo])).toBe('not-attested')
  })
})
