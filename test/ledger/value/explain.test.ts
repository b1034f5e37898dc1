import { describe, expect, test } from 'vitest'
import { resources } from '#ledger/charter/charter.ts'
import { nominalOf } from '#ledger/value/decay.ts'
import { explain, explainAward, explainConversion, type Explanation, explainNominal, explainPrice, resultOf } from '#ledger/value/explain.ts'
import { presets } from '#ledger/charter/presets.ts'
import { projectAward, skillAward } from '#ledger/rules/award.ts'
import { priceOf } from '#ledger/rules/price.ts'
import { domainIndex, globalIndex } from '#ledger/state/state.ts'
import { everyKind } from '#test/support/every-kind.ts'
import { agree, aTownOfNeighbours, booked, completed, grades, helpOnce, rateBoth, sleep } from '#test/support/people.ts'
import { aMember, aRegion, type Asked, CV, DAY, dayIn, hexFor, owesAward, recorded } from '#test/support/towns.ts'

const { city, 'seed-literal': literal } = presets
const stepsOf = ({ steps }: Explanation) => steps.map(({ step }) => step)

describe('every number can say why', () => {
  test('an award: the unit, how much of it, then each factor in the order of the formula', () => {
    const why = explainAward(skillAward(city, { category: 3, minutes: 120, grade: 2, people: 10 }))
    expect(why).toMatchObject({ subject: 'skill', what: 3, start: CV, result: 342n * CV })
    expect(stepsOf(why)).toEqual(['quantity', 'difficulty', 'rating', 'group'])
    expect(why.steps.map(({ of }) => of)).toEqual([null, null, 2, 10])
  })

  test('hours, where the seed is read literally, are a division of their own', () => {
    const why = explainAward(skillAward(literal, { category: 3, minutes: 120, grade: null, people: 10 }))
    expect(why.steps[0]).toMatchObject({ numerator: 120n, denominator: 60n })
    expect(why.result).toBe(30n * CV)
  })

  test('who set an impact is named in it', () => {
    const set = { by: '11'.repeat(32), ts: 1_767_268_800 }
    const why = explainAward(projectAward(city, { size: 2, sharePerMille: 300, reach: 120, completion: 'partial', set }))
    expect(why.steps.map((one) => one.set)).toEqual([null, null, set, set])
    expect(why.result).toBe(540n * CV)
  })

  test('a price, with its demand and the tier of a long stay', () => {
    const price = priceOf(city, { resource: resources.room, minutes: 7 * 1_440, demandPerMille: 1500, demandSet: null })
    const why = explainPrice(resources.room, price)
    expect(stepsOf(why)).toEqual(['quantity', 'demand', 'longStay'])
    expect(why.result).toBe(price.milli)
  })

  test('of less than half a unit, so many of the minutes that are one', () => {
    const price = priceOf(city, { resource: resources.room, minutes: 36, demandPerMille: 1500, demandSet: null })
    const why = explainPrice(resources.room, price)
    expect(why).toMatchObject({ start: 200n * CV, result: 15n * CV })
    expect(why.steps[0]).toMatchObject({ step: 'quantity', numerator: 36n, denominator: 720n })
  })

  test('a conversion: three of this city’s for one of all', () => {
    const { town } = aTownOfNeighbours()
    expect(explainConversion(town.state, 1000n * CV).result).toBe(333_333n)
  })

  test('what is left of a balance: its base units by the index of the day', () => {
    const { town } = aTownOfNeighbours()
    const index = domainIndex(town.state, 200)
    expect(explainNominal(1_000_000n, index).result).toBe(nominalOf(1_000_000n, index))
  })
})

describe('a record is asked for what it awarded', () => {
  test('a help when it is confirmed, an agreement when it is settled, and nothing before', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    helpOnce(town, mei, bo)
    const confirmed = town.entries.at(-1)!
    expect(explain(town.state, confirmed).map(({ result }) => result)).toEqual([90n * CV])
    expect(explain(town.state, town.entries.at(-2)!)).toEqual([])
    const id = completed(town, mei, bo, { minutes: 60, begins: town.now })
    expect(explain(town.state, town.entries.at(-1)!)).toEqual([])
    rateBoth(town, id, [bo, grades.fair], [mei, grades.good])
    const [why] = town.entries.slice(-2).flatMap((entry) => explain(town.state, entry))
    expect(why!.result).toBe(42n * CV)
  })

  test('a booking for its price: how many units, the demand and who set it; it is what was set aside', () => {
    const { town, mei, bo, li } = aTownOfNeighbours()
    helpOnce(town, bo, li, { minutes: 1_000 })
    const today = Math.floor(town.now / DAY)
    recorded(town, { kind: 'demand.set', resource: resources.vehicle, fromDay: today, untilDay: today, perMille: 1200 }, [town.steward])
    const id = booked(town, mei, bo, { begins: town.now, demandPerMille: 1200 })
    const [why, ...more] = explain(town.state, town.entries.at(-1)!)
    expect(more).toEqual([])
    expect(why).toMatchObject({ subject: 'price', what: resources.vehicle, start: 150n * CV })
    expect(why!.steps.map(({ step, set }) => [step, set?.by ?? null])).toEqual([['quantity', null], ['demand', town.steward.acct]])
    expect(why!.result).toBe(nominalOf(town.state.agreements.get(id)!.price, domainIndex(town.state, 0)))
  })

  test('hour for hour, a help is also asked for what is given for it, whoever had it: theirs, and what the commons adds', () => {
    const { town, mei, bo } = aTownOfNeighbours({ preset: 'time-bank' })
    const help = helpOnce(town, mei, bo)
    const { given, toppedUp, terms: { minutes } } = town.state.helps.get(help)!
    const [award, price] = explain(town.state, town.entries.at(-1)!)
    expect([award!.subject, price!.subject, price!.result]).toEqual(['skill', 'time', BigInt(minutes) * CV])
    expect(stepsOf(price!)).toEqual(['quantity'])
    const index = domainIndex(town.state, 0)
    expect([nominalOf(given, index) + nominalOf(toppedUp, index), toppedUp > 0n]).toEqual([price!.result, true])
    // An agreement says it when it is made.
    completed(town, bo, mei, { minutes: 30, begins: town.now })
    const made = town.entries.findLast(({ action }) => action.kind === 'agreement.made')!
    expect(explain(town.state, made).map(({ subject, result }) => [subject, result])).toEqual([['time', 30n * CV]])
  })

  test('a visitor’s booking for its price, and what that is in Global', () => {
    const { towns } = aRegion(['chengdu', 'barcelona'])
    const [chengdu, barcelona] = towns
    const { guest: ana } = owesAward(chengdu, barcelona)
    const id = booked(chengdu, aMember(chengdu, 'mei'), ana, { resource: resources.tool, begins: chengdu.now, ends: chengdu.now + DAY })
    const [price, global] = explain(chengdu.state, chengdu.entries.at(-1)!)
    expect([price!.subject, price!.result, global!.subject, global!.start]).toEqual(['price', 40n * CV, 'conversion', 40n * CV])
    const federation = chengdu.state.federation!
    expect(global!.result).toBe(nominalOf(chengdu.state.agreements.get(id)!.stay!.due, globalIndex(federation, dayIn(chengdu))))
  })

  test('a visitor’s help for an hour’s value an hour, and what that is in Global', () => {
    const { towns } = aRegion(['chengdu', 'barcelona'])
    const [chengdu, barcelona] = towns
    const { guest: ana } = owesAward(chengdu, barcelona)
    const id = agree(chengdu, aMember(chengdu, 'mei'), ana, { minutes: 90 })
    const [time, global] = explain(chengdu.state, chengdu.entries.at(-1)!)
    expect([time!.subject, time!.result, global!.subject, global!.start]).toEqual(['time', 90n * CV, 'conversion', 90n * CV])
    expect(global!.result).toBe(nominalOf(chengdu.state.agreements.get(id)!.stay!.due, globalIndex(chengdu.state.federation!, dayIn(chengdu))))
  })

  test('every explanation of every record there is comes to its own result', () => {
    const { chengdu } = everyKind()
    const all = chengdu.entries.flatMap((entry) => explain(chengdu.state, entry))
    expect(new Set(all.map(({ subject }) => subject))).toEqual(new Set(['skill', 'project', 'conversion', 'price']))
    for (const one of all) expect(resultOf(one)).toBe(one.result)
  })

  test('a tick is asked for all that it settled', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const work = recorded(town, { kind: 'work.published', work: 1, content: hexFor('an evening') }, [mei]).action.id
    recorded(town, { kind: 'work.valued', work }, [bo])
    completed(town, mei, bo, { minutes: 60, begins: town.now })
    sleep(town, 15)
    expect(explain(town.state, town.entries.at(-1)!).map(({ subject, result }) => [subject, result])).toEqual([['skill', 60n * CV]])
    sleep(town, 16)
    expect(explain(town.state, town.entries.at(-1)!).map(({ subject, result }) => [subject, result])).toEqual([['community', CV]])
  })

  test('a correction is asked for what the award has come to', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const corrects = helpOnce(town, mei, bo)
    const correction: Asked = { kind: 'correction.signed', corrects, member: mei.acct, counted: 60, reason: hexFor('it was an hour') }
    recorded(town, correction, [mei])
    expect(explain(town.state, town.entries.at(-1)!)).toEqual([])
    recorded(town, correction, [bo])
    expect(explain(town.state, town.entries.at(-1)!).map(({ result }) => result)).toEqual([60n * CV])
  })
})
