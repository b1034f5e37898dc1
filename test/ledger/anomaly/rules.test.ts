/** What seems odd, rule by rule: what is flagged, and the innocent neighbour of it that is not. */
import { describe, expect, test } from 'vitest'
import { toHex } from '#ledger/bytes.ts'
import { encodeFlag, FLAG_EVIDENCE_MAX, type FlagRule, holdingRules, isAboutLog, isFlagSigned, parseFlag, signFlag } from '#ledger/anomaly/flag.ts'
import { type HubFigures, hubFlags } from '#ledger/anomaly/hub.ts'
import { flagsOf, Watch } from '#ledger/anomaly/rules.ts'
import { publicKeyOf } from '#ledger/keys.ts'
import { agreementIn, aSession, aTownOfNeighbours, booked as bookedIn, helpOnce, HOUR, sleep } from '#test/support/people.ts'
import { aMember, aRegion, ask, bytesFor, CV, DAY, DAY0, hexFor, idFor, pass, recorded, settle } from '#test/support/towns.ts'
import { TODAY, WindowTown } from '#test/support/windows.ts'

const flagged = (town: WindowTown, rule: FlagRule) => flagsOf(town.state).filter((flag) => flag.rule === rule)
const whom = (town: WindowTown, rule: FlagRule) => flagged(town, rule).map(({ subjects }) => subjects)
const people = (...names: string[]) => names.map(hexFor).sort()
const computed = (town: WindowTown, rule: FlagRule) =>
  Object.fromEntries(flagged(town, rule)[0]!.computed.map(({ name, value }) => [name, Number(value)]))

test('neighbours who help each other raise nothing', () => {
  expect(flagsOf(new WindowTown({ neighbours: 40 }).state)).toEqual([])
})

describe('R1: two who pass the same back and forth', () => {
  test('are flagged with every exchange between them', () => {
    const town = new WindowTown()
    town.gives('a', 'b', { times: 2 })
    town.gives('b', 'a', { times: 2, day: 60 })
    expect(whom(town, 'R1')).toEqual([people('a', 'b')])
    expect(flagged(town, 'R1')[0]!.evidence.map(({ seq }) => seq)).toEqual([0, 1, 2, 3])
    expect(computed(town, 'R1')).toMatchObject({ exchanges: 4, exchangesMin: 4, evenPerMille: 1000, sharePerMille: 1000 })
  })

  test.each([
    ['three exchanges', (town: WindowTown) => { town.gives('a', 'b'); town.gives('b', 'a', { times: 2, minutes: 30 }) }],
    ['one-sided help', (town: WindowTown) => { town.gives('a', 'b', { times: 4 }); town.gives('b', 'a', { minutes: 180 }) }],
    ['people who help others as much', (town: WindowTown) => {
      town.gives('a', 'b', { times: 2 }); town.gives('b', 'a', { times: 2 }); town.gives('a', 'c', { times: 2 })
    }],
    ['visits of a care plan', (town: WindowTown) => { town.gives('a', 'b', { times: 2, form: 'care' }); town.gives('b', 'a', { times: 2, form: 'care' }) }],
  ])('%s are not', (_case, lives) => {
    const town = new WindowTown()
    lives(town)
    expect(whom(town, 'R1')).toEqual([])
  })

  test('never set anything aside, nor do R2, R3 and R4', () => {
    expect([...holdingRules]).toEqual(['R5', 'R7', 'R10'])
  })
})

describe('R2: three who pass the same round', () => {
  const ring = (town: WindowTown, times = 3) => {
    town.gives('a', 'b', { times }); town.gives('b', 'c', { times }); town.gives('c', 'a', { times })
  }
  test('are flagged once, in a hub that is no longer young', () => {
    const town = new WindowTown({ neighbours: 40 })
    ring(town)
    expect(whom(town, 'R2')).toEqual([people('a', 'b', 'c')])
  })
  test('are not where each helped once, and not in a young hub', () => {
    const once = new WindowTown({ neighbours: 40 })
    ring(once, 1)
    expect(whom(once, 'R2')).toEqual([])
    const young = new WindowTown({ neighbours: 20 })
    ring(young)
    expect(whom(young, 'R2')).toEqual([])
  })
  test('are not where everybody lives from one other', () => {
    const town = new WindowTown()
    for (let i = 0; i < 40; i++) town.gives(`n${i}`, `n${(i + 1) % 40}`, { times: 2 })
    ring(town)
    town.gives('a', 'd'); town.gives('b', 'd'); town.gives('c', 'd')
    expect(whom(town, 'R2')).toEqual([])
  })
})

describe('R3: a few young accounts by themselves', () => {
  const closed = (town: WindowTown, day: number) => {
    for (const name of ['a', 'b', 'c', 'd']) town.person(name, { day })
    for (const [giver, receiver] of [['a', 'b'], ['b', 'c'], ['c', 'd'], ['d', 'a'], ['a', 'c']]) town.gives(giver!, receiver!, { times: 4 })
  }
  test('are flagged', () => {
    const town = new WindowTown({ neighbours: 40 })
    closed(town, 20)
    expect(whom(town, 'R3')).toEqual([people('a', 'b', 'c', 'd')])
    expect(computed(town, 'R3')).toMatchObject({ members: 4, exchanges: 20, exchangesMin: 16, insidePerMille: 1000, ageDays: 80 })
  })
  test('are not when they have long been here, help others too, or met once', () => {
    const old = new WindowTown({ neighbours: 40 })
    closed(old, -300)
    expect(whom(old, 'R3')).toEqual([])
    const open = new WindowTown({ neighbours: 40 })
    closed(open, 20)
    for (const name of ['a', 'b', 'c', 'd']) open.gives(name, 'neighbour 3', { times: 2 })
    const passing = new WindowTown({ neighbours: 40 })
    for (const name of ['a', 'b', 'c']) passing.person(name, { day: 20 })
    passing.gives('a', 'b'); passing.gives('b', 'c'); passing.gives('c', 'a')
    expect(whom(passing, 'R3')).toEqual([])
    expect(whom(open, 'R3')).toEqual([])
  })
  test('are not where everybody is as new as they are', () => {
    const town = new WindowTown()
    for (let i = 0; i < 40; i++) town.person(`neighbour ${i}`, { day: 20 })
    for (let i = 0; i < 40; i++) for (const step of [1, 2, 5]) town.gives(`neighbour ${i}`, `neighbour ${(i + step) % 40}`)
    closed(town, 20)
    expect(whom(town, 'R3')).toEqual([])
  })
})

describe('R4: help that nothing stands for', () => {
  const short = { form: 'short', came: false } as const
  test('above four hours in one record, or twenty in thirty days, is flagged', () => {
    const town = new WindowTown()
    town.gives('long', 'b', { ...short, minutes: 241 })
    town.gives('often', 'c', { ...short, minutes: 240, times: 6, day: 80 })
    expect(whom(town, 'R4')).toEqual([people('long'), people('often')].sort())
  })
  test('is not below that, nor where somebody came', () => {
    const town = new WindowTown()
    town.gives('a', 'b', { ...short, minutes: 240, times: 5, day: 80 })
    town.gives('c', 'd', { ...short, minutes: 300, came: true })
    town.gives('e', 'f', { ...short, minutes: 240, times: 6, day: 20 })
    expect(whom(town, 'R4')).toEqual([])
  })
})

describe('R5: more than a day holds', () => {
  test('is flagged: two helps at one time, and fifteen hours in a day', () => {
    const town = new WindowTown()
    const begins = DAY0 + 50 * DAY
    town.gives('twice', 'b', { begins, ends: begins + 3_600 })
    town.gives('twice', 'c', { begins: begins + 1_800, ends: begins + 5_400 })
    for (let i = 0; i < 5; i++) town.gives('never sleeps', `x${i}`, { minutes: 180, begins: begins + i * 10_800, ends: begins + (i + 1) * 10_800 })
    expect(whom(town, 'R5')).toEqual([people('twice'), people('never sleeps')].sort())
  })
  test('is not: a long time agreed for a short help, things lent side by side, care, and two weeks of teaching', () => {
    const town = new WindowTown()
    const begins = DAY0 + 50 * DAY
    const day = { begins, ends: begins + 36_000 }
    town.gives('roomy', 'b', { ...day, minutes: 60 })
    town.gives('roomy', 'c', { ...day, minutes: 60 })
    for (const receiver of ['d', 'e', 'f']) town.gives('lender', receiver, { ...day, minutes: 600, form: 'thing' })
    for (const receiver of ['g', 'h']) town.gives('carer', receiver, { ...day, minutes: 600, form: 'care' })
    town.gives('teacher', 'i', { minutes: 4_000, begins, ends: begins + 14 * DAY })
    expect(whom(town, 'R5')).toEqual([])
  })
})

describe('R7: grades that are not about the help', () => {
  const club = (town: WindowTown, ...outside: [rated: string, grade: 0 | 2][]) => {
    const names = ['a', 'b', 'c']
    for (const giver of names) {
      for (const receiver of names) {
        if (giver === receiver) continue
        town.gives(giver, receiver, { times: 3 })
        for (let i = 0; i < 3; i++) town.rates(receiver, giver, 2)
      }
    }
    outside.forEach(([rated, grade], i) => town.rates(`neighbour ${i}`, rated, grade))
  }
  test('praise from one’s own circle that others do not share is flagged', () => {
    const town = new WindowTown({ neighbours: 40 })
    club(town, ['a', 0], ['a', 0], ['a', 0])
    expect(whom(town, 'R7')).toEqual([people('a', 'b', 'c')])
    expect(computed(town, 'R7')).toMatchObject({ top: 6, sharePerMille: 1000, outside: 3, contrast: 200 })
  })
  test('of each of a circle whose members others think little of, also where one has met few others', () => {
    const town = new WindowTown({ neighbours: 40 })
    club(town, ['a', 0], ['b', 0], ['a', 0])
    expect(whom(town, 'R7')).toEqual([people('a', 'b', 'c'), people('a', 'b', 'c'), people('a', 'b', 'c')])
  })
  test('who has a clumsy friend, or whom others find as good, is not', () => {
    const friends = new WindowTown({ neighbours: 40 })
    club(friends, ['a', 0], ['a', 0], ['a', 0], ['b', 2], ['b', 2], ['b', 2], ['c', 2], ['c', 2], ['c', 2])
    expect(flagged(friends, 'R7').length).toBe(1)
    expect(computed(friends, 'R7')).toMatchObject({ outside: 3 })
    const two = new WindowTown({ neighbours: 40 })
    club(two, ['a', 0], ['a', 0])
    expect(whom(two, 'R7')).toEqual([])
    const good = new WindowTown({ neighbours: 40 })
    club(good, ['a', 2], ['a', 2], ['a', 2])
    expect(whom(good, 'R7')).toEqual([])
  })
  test('three who say the opposite of everybody else are flagged, one or two are not', () => {
    const town = new WindowTown({ neighbours: 40 })
    for (const rater of ['x', 'y', 'z', 'x', 'y', 'z', 'once']) town.rates(rater, 'victim', 0)
    for (let i = 0; i < 6; i++) town.rates(`neighbour ${i}`, 'victim', 2)
    for (const rater of ['x', 'y', 'x', 'y']) town.rates(rater, 'other', 0)
    for (let i = 0; i < 6; i++) town.rates(`neighbour ${i}`, 'other', 2)
    expect(whom(town, 'R7')).toEqual([people('x', 'y', 'z')])
  })
  test('that is so also where one among many others was not quite content, and not where many were not', () => {
    const judged = (fair: number) => {
      const town = new WindowTown({ neighbours: 40 })
      for (const rater of ['x', 'y', 'z', 'x', 'y', 'z']) town.rates(rater, 'victim', 0)
      for (let i = 0; i < 10; i++) town.rates(`neighbour ${i}`, 'victim', i < fair ? 1 : 2)
      return whom(town, 'R7')
    }
    expect(judged(2)).toEqual([people('x', 'y', 'z')])
    expect(judged(3)).toEqual([])
  })
  test('three who praise somebody whom all others find poor are flagged the same', () => {
    const town = new WindowTown({ neighbours: 40 })
    for (const rater of ['x', 'y', 'z', 'x', 'y', 'z']) town.rates(rater, 'poorly', 2)
    for (let i = 0; i < 6; i++) town.rates(`neighbour ${i}`, 'poorly', 0)
    expect(whom(town, 'R7')).toEqual([people('x', 'y', 'z')])
  })
})

describe('R8: a poor grade for a poor grade', () => {
  /** b helped a, who found it poor; b had said so of a, `after` seconds before. Others say these of b: of their help, or of helping them. */
  const answered = (after: number, { grades = [2, 2, 2] as (0 | 1 | 2)[], about = 'help' as 'help' | 'being helped', isOneMatter = false } = {}) => {
    const town = new WindowTown()
    grades.forEach((grade, i) => {
      const [matter, other] = [idFor(`help ${i}`), `rater ${i}`]
      if (about === 'help') town.gives('b', other, { matter, day: 40 })
      else town.gives(other, 'b', { matter, day: 40 })
      town.rates(other, 'b', grade, { matter, day: 40 })
    })
    const opened = DAY0 + 50 * DAY
    const [first, second] = [idFor('first'), isOneMatter ? idFor('first') : idFor('second')]
    town.gives('a', 'b', { matter: first, day: 49 })
    if (!isOneMatter) town.gives('b', 'a', { matter: second, day: 51 })
    town.rates('b', 'a', 0, { matter: first, opened, given: opened - 100 })
    town.rates('a', 'b', 0, { matter: second, day: 51, given: opened + after, opened: opened + after + 60 })
    return whom(town, 'R8')
  }
  test('within a day, about somebody whose help others found good, is flagged', () => expect(answered(DAY)).toEqual([people('a')]))
  test('later, or blind in the same matter, is not', () => {
    expect(answered(DAY + 1)).toEqual([])
    expect(answered(60, { isOneMatter: true })).toEqual([])
  })
  test('that one of many others was not quite content hides nothing; that some were not, is a reason', () => {
    expect(answered(60, { grades: [2, 2, 2, 1] })).toEqual([people('a')])
    expect(answered(60, { grades: [2, 2, 1] })).toEqual([])
    expect(answered(60, { grades: [2, 2] })).toEqual([])
  })
  test('who is good to help is not therefore somebody who helps well', () => expect(answered(60, { about: 'being helped' })).toEqual([]))
})

test('R9: who did not come three times is flagged, who did not come twice is not', () => {
  const town = new WindowTown()
  for (const day of [20, 40, 60]) town.misses('a', day)
  for (const day of [20, 40]) town.misses('b', day)
  expect(whom(town, 'R9')).toEqual([people('a')])
})

describe('R9: something that was kept for more than twice as long as it was booked', () => {
  /** Bo books a vehicle from Mei for so many hours, and brings it back so many hours after it began. */
  const kept = (booked: number, hours: number): string[][] => {
    const { town, mei, bo, li } = aTownOfNeighbours()
    sleep(town, 2)
    for (let i = 0; i < 3; i++) helpOnce(town, bo, li, { minutes: 1_440 })
    const id = bookedIn(town, mei, bo, { begins: town.now, ends: town.now + booked * HOUR })
    recorded(town, { kind: 'checkin.made', agreement: id }, [bo])
    while (town.now < agreementIn(town, id).terms.begins + hours * HOUR - DAY) sleep(town, 1)
    recorded(town, { kind: 'return.recorded', agreement: id }, [bo], agreementIn(town, id).terms.begins + hours * HOUR)
    sleep(town, 1)
    return flagsOf(town.state).filter(({ rule }) => rule === 'R9').map(({ subjects }) => subjects.map((acct) => (acct === bo.acct ? 'bo' : acct)))
  }
  test('is flagged; a little late, or not twice as long, is not', () => {
    expect(kept(24, 72)).toEqual([['bo']])
    expect(kept(24, 48)).toEqual([])
    expect(kept(4, 20)).toEqual([])
    expect(kept(72, 120)).toEqual([])
  })
})

test('R9: who signs up for three gatherings and comes to none is flagged', () => {
  const { town, mei, bo } = aTownOfNeighbours()
  for (let i = 0; i < 3; i++) {
    const session = aSession(town, idFor('shown'))
    recorded(town, session, [mei])
    recorded(town, { kind: 'session.joined', session: session.id!, code: hexFor('a code') }, [bo])
    recorded(town, { kind: 'session.closed', session: session.id!, minutes: 60, roster: [] }, [mei])
  }
  sleep(town, 1)
  expect(flagsOf(town.state).map(({ rule, subjects }) => [rule, subjects])).toEqual([['R9', [bo.acct]]])
})

describe('R10: five whom one brought in a week', () => {
  const batch = (town: WindowTown, outside: boolean, times = 2) => {
    const sponsor = town.person('sponsor')
    const names = ['s1', 's2', 's3', 's4', 's5']
    names.forEach((name, i) => town.person(name, { day: 40 + i, by: sponsor }))
    names.forEach((name, i) => {
      town.gives(name, names[(i + 1) % 5]!, { times, minutes: 60 })
      town.gives(name, outside ? 'neighbour 1' : 'sponsor', { times, minutes: 60 })
    })
  }
  test('and who earn from each other are flagged with who brought them', () => {
    const town = new WindowTown({ neighbours: 40 })
    batch(town, false)
    expect(whom(town, 'R10')).toEqual([people('sponsor', 's1', 's2', 's3', 's4', 's5')])
  })
  test('and who help others too are not, nor a class that has only just begun', () => {
    const town = new WindowTown({ neighbours: 40 })
    batch(town, true)
    expect(whom(town, 'R10')).toEqual([])
    const begun = new WindowTown({ neighbours: 40 })
    batch(begun, false, 1)
    expect(whom(begun, 'R10')).toEqual([])
  })
})

describe('R11: a city beside the others', () => {
  const peer = (name: string, perMember: bigint): HubFigures => ({ origin: name, active: 40, awardedMilli: 40n * perMember, exports: new Map() })
  const usual = 360_000n
  test('that awards more than three times what they do is flagged; with one peer it is not', () => {
    const { state } = new WindowTown({ neighbours: 40 })
    expect(hubFlags(state, [peer('x', usual / 4n), peer('y', usual / 4n)]).map(({ rule }) => rule)).toEqual(['R11'])
    expect(hubFlags(state, [peer('x', usual / 4n)])).toEqual([])
    expect(hubFlags(state, [peer('x', usual), peer('y', usual)])).toEqual([])
  })

  /** What is odd of a town that sent so much to each of two others ten days ago, beside so many peers. */
  function exporting(amounts: [bigint, bigint], peers: number) {
    const { towns } = aRegion(['chengdu', 'barcelona', 'oaxaca'])
    const [chengdu, ...others] = towns
    const bo = aMember(chengdu, 'bo')
    recorded(chengdu, { kind: 'pool.granted', member: bo.acct, amountMilli: 100n * CV, reason: hexFor('words') }, [chengdu.steward])
    others.forEach((other, i) => ask(chengdu, other, bo, aMember(other, 'ana'), amounts[i]!))
    const slot = settle(chengdu, towns)
    pass(towns, 10)
    const flags = hubFlags(chengdu.state, Array.from({ length: peers }, (_, i) => peer(`${i}`, usual)))
    return flags.map(({ rule, evidence, computed }) => ({
      rule, isItsOrder: evidence.map(({ seq }) => seq).join() === String(chengdu.state.chain.slots[slot]!.seq),
      ...Object.fromEntries(computed.map(({ name, value }) => [name, Number(value)])),
    }))
  }

  test('that sends more than half of what it sends to one other is flagged with its orders, among five peers', () => {
    expect(exporting([51n * CV, 49n * CV], 5)).toMatchObject([{ rule: 'R11', isItsOrder: true, exportPerMille: 510, exportPerMilleMax: 500, peers: 5 }])
    expect(exporting([49n * CV, 51n * CV], 5)).toHaveLength(1)
    expect(exporting([50n * CV, 50n * CV], 5)).toEqual([])
    expect(exporting([51n * CV, 49n * CV], 4)).toEqual([])
  })
})

describe('a flag', () => {
  const town = new WindowTown()
  town.gives('a', 'b', { times: 40 })
  town.gives('b', 'a', { times: 40, day: 60 })
  const [flag] = flagged(town, 'R1')

  test('comes back from its bytes, names the latest of its evidence, and is about its log alone', () => {
    expect(parseFlag(encodeFlag(flag!))).toEqual(flag)
    expect(flag!.evidence.length).toBe(FLAG_EVIDENCE_MAX)
    expect(flag!.evidence.at(-1)!.seq).toBe(79)
    expect(isAboutLog(town.state, flag!)).toBe(true)
    for (const wrong of [
      { logSize: flag!.logSize - 1 }, { root: bytesFor('another root') }, { logSize: flag!.logSize + 1 },
      { evidence: flag!.evidence.map((one) => ({ ...one, leaf: bytesFor('another leaf') })) },
      { evidence: flag!.evidence.map((one) => ({ ...one, origin: 'cv.other-00000000/log' })) },
    ]) expect(isAboutLog(town.state, { ...flag!, ...wrong })).toBe(false)
  })

  test('is signed by a hub for its federation, and for no other bytes', () => {
    const [secret, federation] = [bytesFor('a vote key'), bytesFor('a federation')]
    const signature = signFlag(secret, federation, flag!)
    expect(isFlagSigned(publicKeyOf(secret), federation, flag!, signature)).toBe(true)
    expect(isFlagSigned(publicKeyOf(secret), federation, { ...flag!, version: 2 }, signature)).toBe(false)
    expect(isFlagSigned(publicKeyOf(secret), bytesFor('another'), flag!, signature)).toBe(false)
  })

  test('of today looks at days that are over', () => {
    const late = new WindowTown()
    late.gives('a', 'b', { times: 2, day: TODAY })
    late.gives('b', 'a', { times: 2, day: TODAY })
    late.gives('c', 'd', { times: 2, day: TODAY - 90 })
    late.gives('d', 'c', { times: 2, day: TODAY - 90 })
    late.gives('e', 'f', { times: 2, day: TODAY - 91 })
    late.gives('f', 'e', { times: 2, day: TODAY - 91 })
    expect(whom(late, 'R1')).toEqual([people('c', 'd')])
  })
})

test('who looks every day finds the same as who looks for the first time', () => {
  const { state } = new WindowTown({ neighbours: 40 })
  const town = new WindowTown({ neighbours: 40 })
  for (const day of [20, 45, 70, 95]) {
    town.gives('a', 'b', { times: 2, day }); town.gives('b', 'a', { times: 2, day })
    town.gives('c', 'd', { times: 2, day }); town.gives('d', 'e', { times: 2, day }); town.gives('e', 'c', { times: 2, day })
    for (const rater of ['x', 'y', 'z']) town.rates(rater, 'neighbour 3', 0, { day })
    for (let i = 4; i < 10; i++) town.rates(`neighbour ${i}`, 'neighbour 3', 2, { day })
  }
  const all = town.state.exchanges
  const watch = new Watch()
  let seen = 0
  town.state.exchanges = []
  for (let today = 1; today <= 200; today++) {
    town.state.tickDay = state.tickDay - TODAY + today
    town.state.exchanges = all.filter(({ day }) => day <= today && day >= today - 90)
    const flags = watch.flags(town.state).map((flag) => toHex(encodeFlag(flag)))
    expect(flags).toEqual(flagsOf(town.state).map((flag) => toHex(encodeFlag(flag))))
    seen += flags.length
  }
  expect(seen).toBeGreaterThan(100)
  expect(watch.window.nodes.size).toBe(0)
})
