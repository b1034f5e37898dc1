import { describe, expect, test } from 'vitest'
import { toHex } from '#ledger/bytes.ts'
import { changed } from '#ledger/state/changed.ts'
import type { Proposal } from '#ledger/state/council.ts'
import { type Charter, encodeCharter, type Preset, roles } from '#ledger/charter/charter.ts'
import { indexOf, ONE } from '#ledger/value/decay.ts'
import { sha256 } from '#ledger/hash.ts'
import { presets } from '#ledger/charter/presets.ts'
import { rowsOf, stateFrom } from '#ledger/rows/rows.ts'
import { levelOf } from '#ledger/rules/level.ts'
import { charterOf, domainDay, domainIndex, stewardsOf } from '#ledger/state/state.ts'
import { appoint, raised } from '#test/support/council.ts'
import { digestOf } from '#test/support/digest.ts'
import { anAgreement, aTownOfNeighbours, codeOf, helpOnce, refusalOf, sleep } from '#test/support/people.ts'
import { aMember, type Asked, DAY, hexFor, type Person, recorded, type Town } from '#test/support/towns.ts'

const reason = hexFor('why')
/** The charter of the town with a topic of it changed. */
const amended = (town: Town, changes: Partial<Charter>): Uint8Array => encodeCharter({ ...charterOf(town.state), ...changes })
const gentler = (town: Town, domainPerMille = 80) => amended(town, { decay: { ...charterOf(town.state).decay, domainPerMille } })
const motion: Asked<'motion.proposed'> = { kind: 'motion.proposed', reason }
const proposing = (charter: Uint8Array): Asked<'charter.proposed'> => ({ kind: 'charter.proposed', charter, reason })
const changing = ({ acct }: Person, change: 'appoint' | 'recall', role = roles.steward as Asked<'role.proposed'>['role']): Asked<'role.proposed'> =>
  ({ kind: 'role.proposed', member: acct, role, change, reason })

const opened = (town: Town, asked: Asked, by: Person): string => recorded(town, asked, [by]).action.id
const cast = (town: Town, proposal: string, vote: 'yes' | 'no' | 'abstain', ...people: Person[]): void => {
  for (const person of people) recorded(town, { kind: 'vote.cast', proposal, vote }, [person])
}
const signing = (proposal: string, charter: Uint8Array): Asked<'charter.confirmed'> =>
  ({ kind: 'charter.confirmed', proposal, charter: toHex(sha256(charter)) })
const inTown = (town: Town, id: string): Proposal => town.state.proposals.get(id)!
const phaseOf = (town: Town, id: string): string => inTown(town, id).phase

/** Seven neighbours, of whom nobody has helped yet: the assembly is all of them. */
function seven(preset: Preset = 'city') {
  const neighbours = aTownOfNeighbours({ preset })
  const more = ['ana', 'eva', 'rui'].map((name) => aMember(neighbours.town, name))
  const { steward, mei, bo, li } = neighbours
  return { ...neighbours, all: [steward, mei, bo, li, ...more] }
}

describe('a vote', () => {
  test('is of those who could when it was opened, each once, and may be changed until it is counted', () => {
    const { town, mei, bo, all } = seven()
    const id = opened(town, motion, mei)
    expect(inTown(town, id)).toMatchObject({ basis: 'assembly', level: 1, electorate: new Set(all.map(({ acct }) => acct)) })
    const late = aMember(town, 'late')
    expect(codeOf(town, { kind: 'vote.cast', proposal: id, vote: 'yes' }, [late])).toBe('not-in-electorate')
    cast(town, id, 'no', bo)
    expect(codeOf(town, { kind: 'vote.cast', proposal: id, vote: 'no' }, [bo])).toBe('as-before')
    cast(town, id, 'yes', bo, mei)
    cast(town, id, 'abstain', all[4]!, all[5]!)
    sleep(town, 7)
    expect(phaseOf(town, id)).toBe('open')
    sleep(town, 1)
    expect(inTown(town, id)).toMatchObject({ phase: 'done', count: { electorate: 7, yes: 2, no: 0, abstain: 2 }, electorate: new Set(), votes: new Map() })
    expect(codeOf(town, { kind: 'vote.cast', proposal: id, vote: 'no' }, [bo])).toBe('wrong-phase')
  })

  test('that is counted is an act for all of each who voted, and of nobody else', () => {
    const { town, mei, bo, li } = seven()
    const id = opened(town, motion, mei)
    cast(town, id, 'yes', mei)
    cast(town, id, 'no', bo)
    sleep(town, 8)
    expect([mei, bo, li].map(({ acct }) => town.state.regards.get(acct)?.acts ?? 0)).toEqual([1, 1, 0])
  })

  test.each([
    ['no-quorum', 3, 0, 0], ['done', 4, 0, 0], ['done', 2, 1, 1], ['rejected', 2, 2, 0], ['rejected', 0, 0, 7], ['done', 1, 0, 3],
  ] as const)('%s with %i yes, %i no and %i abstentions of seven', (phase, yes, no, abstain) => {
    const { town, mei, all } = seven()
    const id = opened(town, motion, mei)
    cast(town, id, 'yes', ...all.slice(0, yes))
    cast(town, id, 'no', ...all.slice(yes, yes + no))
    cast(town, id, 'abstain', ...all.slice(yes + no, yes + no + abstain))
    sleep(town, 8)
    expect(phaseOf(town, id)).toBe(phase)
  })

  test('is not decided by who has left before it was counted, nor asked of them', () => {
    const { town, mei, all } = seven()
    const id = opened(town, motion, mei)
    const gone = all.slice(3)
    cast(town, id, 'no', ...gone)
    cast(town, id, 'yes', all[1]!, all[2]!)
    for (const person of gone) recorded(town, { kind: 'member.left' }, [person])
    sleep(town, 8)
    expect(inTown(town, id)).toMatchObject({ phase: 'done', count: { electorate: 3, yes: 2, no: 0, abstain: 0 } })
    expect(gone.map(({ acct }) => town.state.regards.get(acct)?.acts ?? 0)).toEqual([0, 0, 0, 0])
  })

  test('of a hub that has grown up belongs to level five, and proposing to level four', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const fives = Array.from({ length: 5 }, (_, i) => raised(town, aMember(town, `five ${i}`), 5))
    raised(town, bo, 4)
    expect(refusalOf(town, motion, [mei])).toEqual({ code: 'level-too-low', level: 1, needed: 4 })
    const id = opened(town, motion, bo)
    expect(inTown(town, id)).toMatchObject({ basis: 'level', level: 5, electorate: new Set(fives.map(({ acct }) => acct)) })
    expect(codeOf(town, { kind: 'vote.cast', proposal: id, vote: 'yes' }, [bo])).toBe('not-in-electorate')
  })
})

test('limit-reached, unknown-proposal: more than three at once, and none', () => {
  const { town, mei, bo } = seven()
  for (let i = 0; i < 3; i++) opened(town, motion, mei)
  const before = digestOf(town.state)
  expect(refusalOf(town, motion, [mei])).toEqual({ code: 'limit-reached', most: 3 })
  expect(codeOf(town, { kind: 'vote.cast', proposal: '00'.repeat(16), vote: 'yes' }, [bo])).toBe('unknown-proposal')
  expect(digestOf(town.state)).toBe(before)
  opened(town, motion, bo)
  sleep(town, 8)
  opened(town, motion, mei)
})

describe('a role by vote', () => {
  test('is offered, and taken from whoever holds it, without any steward', () => {
    const { town, steward, mei, bo, all } = seven()
    const elect = opened(town, changing(mei, 'appoint'), bo)
    const away = opened(town, changing(steward, 'recall'), bo)
    for (const id of [elect, away]) cast(town, id, 'yes', ...all.slice(1))
    sleep(town, 8)
    expect([elect, away].map((id) => phaseOf(town, id))).toEqual(['done', 'done'])
    expect(stewardsOf(town.state).map(({ acct }) => acct)).toEqual([steward.acct])
    recorded(town, { kind: 'role.accepted', role: roles.steward }, [mei])
    expect(stewardsOf(town.state).map(({ acct }) => acct)).toEqual([mei.acct])
  })

  test('comes to nothing for whom nobody can appoint any more', () => {
    const { town, mei, bo, all } = seven()
    const id = opened(town, changing(mei, 'appoint'), bo)
    cast(town, id, 'yes', ...all)
    changed(town.state.members.get(mei.acct)!).status = 'banned'
    sleep(town, 8)
    expect([phaseOf(town, id), town.state.nominations.size]).toEqual(['done', 0])
  })

  test('unknown-role, not-held: what nobody can be voted into or out of', () => {
    const { town, mei, bo } = seven()
    expect(codeOf(town, changing(mei, 'appoint', roles.symbiont), [bo])).toBe('unknown-role')
    expect(codeOf(town, changing(mei, 'recall'), [bo])).toBe('not-held')
  })
})

describe('an amendment', () => {
  /** Carried by all, and signed by its steward: adopted at the count. */
  function adopted(of: ReturnType<typeof seven>, charter: Uint8Array): string {
    const id = opened(of.town, proposing(charter), of.mei)
    cast(of.town, id, 'yes', ...of.all)
    recorded(of.town, signing(id, charter), [of.steward])
    sleep(of.town, 8)
    return id
  }

  test('is carried, signed, adopted, and in force fourteen days later; what was agreed before keeps its charter', () => {
    const of = seven()
    const { town, mei, bo } = of
    const charter = amended(town, { windows: { ...charterOf(town.state).windows, confirmDays: 3 } })
    const before = anAgreement(town, mei, bo)
    recorded(town, before, [mei, bo])
    const id = adopted(of, charter)
    expect(inTown(town, id)).toMatchObject({ phase: 'adopted', adoptedTs: Math.floor(town.now / DAY) * DAY })
    sleep(town, 13)
    expect(town.state.charters).toHaveLength(1)
    sleep(town, 1)
    expect(phaseOf(town, id)).toBe('done')
    expect(charterOf(town.state).windows.confirmDays).toBe(3)
    expect(codeOf(town, { ...anAgreement(town, mei, bo), charter: 0 }, [mei, bo])).toBe('other-charter')
    recorded(town, { ...anAgreement(town, mei, bo), charter: 1 }, [mei, bo])
    expect(town.state.agreements.get(before.id!)!.terms.charter).toBe(0)
  })

  test('waits for the stewards’ signatures, and lapses without', () => {
    const of = seven()
    const { town, mei, bo, all } = of
    appoint(town, bo)
    const charter = gentler(town)
    const ids = [opened(town, proposing(charter), mei), opened(town, proposing(gentler(town, 70)), mei)] as const
    for (const id of ids) cast(town, id, 'yes', ...all)
    recorded(town, signing(ids[0], charter), [bo])
    sleep(town, 8)
    expect(ids.map((id) => phaseOf(town, id))).toEqual(['carried', 'carried'])
    expect(codeOf(town, signing(ids[0], charter), [bo])).toBe('already-approved')
    recorded(town, signing(ids[0], charter), [of.steward])
    expect(ids.map((id) => phaseOf(town, id))).toEqual(['adopted', 'superseded'])

    const late = opened(town, motion, mei)
    expect(codeOf(town, signing(late, charter), [bo])).toBe('unknown-proposal')
    sleep(town, 15)
    const unsigned = opened(town, proposing(gentler(town, 60)), mei)
    cast(town, unsigned, 'yes', ...all)
    sleep(town, 8)
    sleep(town, 14)
    expect(phaseOf(town, unsigned)).toBe('lapsed')
    expect(codeOf(town, signing(unsigned, gentler(town, 60)), [bo])).toBe('wrong-phase')
  })

  test('charter-fault, as-before, other-charter: what is no amendment', () => {
    const { town, steward, mei } = seven()
    expect(refusalOf(town, proposing(new Uint8Array(9)), [mei])).toEqual({ code: 'charter-fault', fault: 'unreadable' })
    expect(refusalOf(town, proposing(gentler(town, 151)), [mei])).toEqual({ code: 'charter-fault', fault: 'decay-too-fast' })
    expect(codeOf(town, proposing(amended(town, {})), [mei])).toBe('as-before')
    const id = opened(town, proposing(gentler(town)), mei)
    expect(codeOf(town, signing(id, gentler(town, 70)), [steward])).toBe('other-charter')
    expect(codeOf(town, signing(id, gentler(town)), [mei])).toBe('not-a-steward')
  })

  test('amendment-ahead: nobody votes on a charter that is about to be another', () => {
    const of = seven()
    const { town, mei } = of
    adopted(of, gentler(town))
    const effect = (Math.floor(town.now / DAY) + 14) * DAY
    expect(refusalOf(town, proposing(gentler(town, 70)), [mei])).toEqual({ code: 'amendment-ahead', effect })
    sleep(town, 14)
    opened(town, proposing(gentler(town, 70)), mei)
  })

  test('lifts and lowers levels from the moment in which it is in force, and no earlier', () => {
    const of = seven()
    const { town, mei, bo } = of
    helpOnce(town, mei, bo, { minutes: 100 })
    adopted(of, amended(town, { levels: { ...charterOf(town.state).levels, l3Milli: 100_000n } }))
    expect(levelOf(town.state, mei.acct)).toBe(2)
    sleep(town, 14)
    expect(levelOf(town.state, mei.acct)).toBe(3)
  })
})

describe('the rate of decay', () => {
  /** Adopted so many days after the founding, in a town whose charter is amended to 80 per mille. */
  function amendedOnDay(day: number): Town {
    const of = seven()
    const { town, mei, all, steward } = of
    sleep(town, day - 8)
    const charter = gentler(town)
    const id = opened(town, proposing(charter), mei)
    cast(town, id, 'yes', ...all)
    recorded(town, signing(id, charter), [steward])
    sleep(town, 8)
    expect(domainDay(town.state, inTown(town, id).adoptedTs!)).toBe(day)
    sleep(town, 14)
    return town
  }

  test.each([
    [100, [100, 80]], [335, [100, 80]], [336, [100, 100, 80]], [351, [100, 100, 80]],
  ])('adopted on day %i: by year it is %j', (day, rates) => {
    const town = amendedOnDay(day)
    expect(town.state.rates).toEqual(rates)
    for (const at of [364, 365, 500, 729, 730, 1_000]) {
      expect(domainIndex(town.state, at)).toBe(indexOf(at, (year) => rates[Math.min(year, rates.length - 1)]!))
    }
  })

  test('a year that has begun keeps its index, whatever is adopted in it', () => {
    const town = amendedOnDay(400)
    const days = [0, 200, 364, 365, 400, 729]
    expect(days.map((day) => domainIndex(town.state, day))).toEqual(days.map((day) => indexOf(day, () => 100)))
    expect(domainIndex(town.state, 730)).toBe((ONE * 81n) / 100n)
  })
})

describe.each(Object.keys(presets) as Preset[])('young hub under %s', (preset) => {
  test('on day 30 seven neighbours can exercise every power of the charter', () => {
    const of = seven(preset)
    const { town, steward, mei, bo, all } = of
    sleep(town, 30)
    helpOnce(town, mei, bo, { minutes: 10 })
    recorded(town, { kind: 'role.granted', member: mei.acct, role: roles.steward }, [steward])
    recorded(town, { kind: 'role.accepted', role: roles.steward }, [mei])
    const charter = gentler(town)
    const id = opened(town, proposing(charter), bo)
    cast(town, id, 'yes', ...all)
    for (const one of [steward, mei]) recorded(town, signing(id, charter), [one])
    sleep(town, 8)
    sleep(town, 14)
    expect(charterOf(town.state).decay.domainPerMille).toBe(80)
  })
})

test('proposals, rates and every charter stand in the rows', () => {
  const { town, mei, bo, steward } = seven()
  const charter = gentler(town)
  const id = opened(town, proposing(charter), mei)
  opened(town, motion, mei)
  opened(town, changing(bo, 'appoint'), mei)
  cast(town, id, 'yes', mei, bo)
  recorded(town, signing(id, charter), [steward])
  for (let day = 0; day < 2; day++) {
    const twin = stateFrom(Array.from(rowsOf(town.state), (row) => row.slice()), town.state.tree)!
    expect(digestOf(twin)).toBe(digestOf(town.state))
    sleep(town, 10)
  }
})
