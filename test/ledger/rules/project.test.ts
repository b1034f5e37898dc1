import { describe, expect, test } from 'vitest'
import { fromHex, toHex } from '#ledger/bytes.ts'
import { projectSizes } from '#ledger/charter/charter.ts'
import { sha256 } from '#ledger/hash.ts'
import { presets } from '#ledger/charter/presets.ts'
import { productOf } from '#ledger/value/reckoning.ts'
import { choices, completions } from '#ledger/rules/project.ts'
import { seated } from '#test/support/council.ts'
import { aTownOfNeighbours, codeOf, domainOf, heldOf, helpOnce, refusalOf, sleep } from '#test/support/people.ts'
import { aMember, type Asked, CV, DAY, hexFor, idFor, type Person, recorded, type Town } from '#test/support/towns.ts'

const today = (town: Town) => Math.floor(town.now / DAY)

const opening = (town: Town, requester: Person, changes: Partial<Asked<'project.opened'>> = {}): Asked<'project.opened'> => ({
  kind: 'project.opened', size: projectSizes.medium, requester: requester.acct, core: [], places: 2, gateMilli: 0n, gateLevel: 1,
  choice: choices.order, applyUntil: today(town), endsDay: today(town) + 20, terms: hexFor('a garden'), ...changes,
})

/** The steward opens a project for Mei; in a young hub a steward may. `core` is named for it, beside the steward. */
function aProject(changes: Partial<Asked<'project.opened'>> = {}) {
  const all = aTownOfNeighbours()
  const { town, steward, mei } = all
  const core = aMember(town, 'core')
  const id = recorded(town, opening(town, mei, { core: [core.acct], ...changes }), [steward]).action.id
  return { ...all, core, id }
}

const applying = (project: string, bidMilli = 0n): Asked<'project.applied'> => ({ kind: 'project.applied', project, bidMilli })
const apply = (town: Town, project: string, who: Person[]) => who.map((one) => recorded(town, applying(project), [one]))
const reporting = (project: string, shares: [Person, number][], changes: Partial<Asked<'project.reported'>> = {}): Asked<'project.reported'> => ({
  kind: 'project.reported', project, shares: shares.map(([{ acct }, perMille]) => ({ member: acct, perMille })), reach: 120,
  completion: completions.partial, ...changes,
})
const projectIn = (town: Town, id: string) => town.state.projects.get(id)!

/** Bo and Li take part, the steward reports 300, 100 and 100. */
function reported() {
  const all = aProject()
  const { town, steward, bo, li, id } = all
  apply(town, id, [bo, li])
  sleep(town, 2)
  const report = recorded(town, reporting(id, [[steward, 300], [bo, 100], [li, 100]]), [steward]).action.id
  return { ...all, report }
}

function confirmed() {
  const all = reported()
  const { town, mei, id, report } = all
  const { ts } = recorded(town, { kind: 'project.confirmed', project: id, report }, [mei])
  return { ...all, ts }
}

describe('[S1576-1600] a project, from its opening to its awards', () => {
  test('[S1594-1600] a core organiser of a medium project that reached 120 people and was partly finished has 540 CV, a tenth is 180', () => {
    const { town, steward, mei, bo, li, id, ts } = confirmed()
    sleep(town, 6)
    expect(projectIn(town, id).phase).toBe('confirmed')
    sleep(town, 2)
    const { phase, awards } = projectIn(town, id)
    expect(phase).toBe('awarded')
    expect(awards.map(({ member, award }) => [member, award.milli])).toEqual([
      [steward.acct, 540n * CV], [bo.acct, 180n * CV], [li.acct, 180n * CV],
    ])
    expect(awards[0]!.award.factors).toEqual([
      { factor: 'share', perMille: 300, of: null, set: null },
      { factor: 'reach', perMille: 1500, of: 120, set: { by: mei.acct, ts } },
      { factor: 'completion', perMille: 600, of: null, set: { by: mei.acct, ts } },
    ])
    for (const { award } of awards) expect(productOf(award)).toBe(award.milli)
    expect(town.state.members.get(bo.acct)!).toMatchObject({ lifetimeMilli: 180n * CV, contributions: 1 })
  })

  test('declined, it is reported again, and the answer is to the report that was seen', () => {
    const { town, steward, mei, bo, id, report } = reported()
    recorded(town, { kind: 'project.declined', project: id, report }, [mei])
    const second = recorded(town, reporting(id, [[steward, 200], [bo, 100]], { reach: 10, completion: completions.full }), [steward]).action.id
    expect(codeOf(town, { kind: 'project.confirmed', project: id, report }, [mei])).toBe('other-report')
    recorded(town, { kind: 'project.confirmed', project: id, report: second }, [mei])
    sleep(town, 8)
    expect(projectIn(town, id).awards.map(({ award }) => award.milli)).toEqual([400n * CV, 200n * CV])
  })

  test('nobody reports: a month after its end it lapses; nobody answers: a week and a month after the report', () => {
    const silent = aProject()
    sleep(silent.town, 51)
    expect(projectIn(silent.town, silent.id).phase).toBe('lapsed')
    const { town, id } = reported()
    sleep(town, 37)
    expect(projectIn(town, id).phase).toBe('reported')
    sleep(town, 14)
    expect(projectIn(town, id).phase).toBe('lapsed')
  })

  test('after a week of silence a steward who has no part in it answers for the requester', () => {
    const { town, bo, id, report, steward } = reported()
    const yes: Asked = { kind: 'project.confirmed', project: id, report }
    expect(codeOf(town, yes, [steward])).toBe('own-report')
    expect(codeOf(town, yes, [bo])).toBe('own-report')
    const other = aMember(town, 'another')
    expect(codeOf(town, yes, [other])).toBe('not-a-party')
    seated(town, other)
    expect(codeOf(town, yes, [other])).toBe('too-early')
    sleep(town, 8)
    recorded(town, yes, [other])
    sleep(town, 8)
    expect(projectIn(town, id).awards[0]!.award.factors[1]!.set!.by).toBe(other.acct)
  })

  test('who was banned before it was awarded has nothing, and their share is nobody else’s', () => {
    const { town, bo, id } = confirmed()
    town.state.members.get(bo.acct)!.status = 'banned'
    sleep(town, 8)
    expect(projectIn(town, id).awards.map(({ award }) => award.milli)).toEqual([540n * CV, 180n * CV])
  })
})

describe('a share that is contested', () => {
  const contesting = (project: string): Asked => ({ kind: 'project.contested', project, reason: hexFor('I did half of it') })

  test('goes to stewards, whose shares are awarded', () => {
    const { town, steward, bo, li, id } = confirmed()
    const [other, third] = [aMember(town, 'another'), aMember(town, 'a third')]
    for (const one of [other, third]) seated(town, one)
    recorded(town, contesting(id), [li])
    const decided: Asked<'project.decided'> = {
      ...reporting(id, [[steward, 200], [bo, 100], [li, 100]]), kind: 'project.decided', completion: completions.full,
    }
    expect(codeOf(town, decided, [steward])).toBe('own-matter')
    expect(codeOf(town, { ...decided, shares: [{ member: li.acct, perMille: 101 }] }, [other])).toBe('shares-out-of-range')
    recorded(town, decided, [other])
    expect(codeOf(town, decided, [other])).toBe('already-approved')
    const { ts } = recorded(town, decided, [third])
    const { phase, awards } = projectIn(town, id)
    expect(phase).toBe('awarded')
    expect(awards.map(({ award }) => award.milli)).toEqual([600n * CV, 300n * CV, 300n * CV])
    expect(awards[0]!.award.factors[1]!.set).toEqual({ by: third.acct, ts })
  })

  test('is decided by the one steward who has no part in it, where all others have', () => {
    const { town, steward, bo, li, id } = confirmed()
    const [other, signer] = [aMember(town, 'another'), bo]
    for (const one of [other, signer]) seated(town, one)
    recorded(town, contesting(id), [li])
    const decided: Asked<'project.decided'> = { ...reporting(id, [[steward, 200], [bo, 100], [li, 100]]), kind: 'project.decided' }
    expect(codeOf(town, decided, [signer])).toBe('own-matter')
    recorded(town, decided, [other])
    expect(projectIn(town, id).phase).toBe('awarded')
  })

  test('is awarded as confirmed when stewards do not come to agree', () => {
    const { town, li, id } = confirmed()
    recorded(town, contesting(id), [li])
    sleep(town, 59)
    expect(projectIn(town, id).phase).toBe('contested')
    sleep(town, 2)
    expect(projectIn(town, id)).toMatchObject({ phase: 'awarded', awards: { length: 3 } })
  })

  test('not-a-party, wrong-phase', () => {
    const { town, mei, li, id } = confirmed()
    expect(codeOf(town, contesting(id), [mei])).toBe('not-a-party')
    sleep(town, 8)
    expect(refusalOf(town, contesting(id), [li])).toEqual({ code: 'wrong-phase', phase: 'awarded' })
  })
})

describe('[S1655-1661] who takes part', () => {
  test('in the order of applying, as many as there are places; the core whom the organiser named besides', () => {
    const { town, bo, li, core, id } = aProject({ places: 1 })
    apply(town, id, [li, bo, core])
    sleep(town, 1)
    expect(projectIn(town, id)).toMatchObject({ phase: 'running', chosen: [core.acct, li.acct], applications: [] })
  })

  test('by lot: SHA-256 of the tick that drew it and the application, so that everybody can do it again', () => {
    const { town, id } = aProject({ places: 3, choice: choices.lottery })
    const people = Array.from({ length: 8 }, (_, i) => aMember(town, `hopeful ${i}`))
    const applications = apply(town, id, people)
    sleep(town, 1)
    const tick = town.entries.at(-1)!
    const lots = applications.map(({ action }, i) => [toHex(sha256(tick.leaf, fromHex(action.id)!)), people[i]!.acct])
    expect(tick.action.kind).toBe('tick')
    expect(projectIn(town, id).chosen).toEqual(lots.sort().slice(0, 3).map(([, acct]) => acct))
  })

  test('by auction: what the chosen offered leaves them, what the others offered is theirs again', () => {
    const { town, steward, mei, bo, li } = aTownOfNeighbours()
    town.state.charters[0] = { ...presets.city, gates: { lottery: true, auction: true } }
    for (const helper of [bo, li]) helpOnce(town, helper, mei)
    const id = recorded(town, opening(town, mei, { places: 1, choice: choices.auction }), [steward]).action.id
    recorded(town, applying(id, 20n * CV), [bo])
    recorded(town, applying(id, 30n * CV), [li])
    expect([heldOf(town, bo), heldOf(town, li), domainOf(town, li)]).toEqual([20n * CV, 30n * CV, 60n * CV])
    expect(refusalOf(town, applying(id, 91n * CV), [aMember(town, 'poor')]))
      .toEqual({ code: 'insufficient-cv', availableMilli: 0n, askedMilli: 91n * CV })
    sleep(town, 1)
    expect(projectIn(town, id).chosen).toEqual([li.acct])
    expect([heldOf(town, bo), heldOf(town, li)]).toEqual([0n, 0n])
    const [ofBo, ofLi] = [domainOf(town, bo), domainOf(town, li)]
    expect(ofBo).toBeGreaterThan(89n * CV)
    expect(ofLi).toBeLessThanOrEqual(60n * CV)
    expect(town.state.books.redemption).toBeGreaterThan(0n)
  })

  test('[S1660] read literally, places are bid for; in the city they are not', () => {
    const { town, steward, mei } = aTownOfNeighbours({ preset: 'seed-literal' })
    recorded(town, opening(town, mei, { choice: choices.auction }), [steward])
  })

  test('a gate asks for a level or a lifetime', () => {
    const { town, mei, bo, li, id } = aProject({ gateLevel: 2, gateMilli: 100n * CV })
    expect(refusalOf(town, applying(id), [bo])).toEqual({ code: 'level-too-low', level: 1, needed: 2 })
    helpOnce(town, bo, mei)
    expect(refusalOf(town, applying(id), [bo])).toEqual({ code: 'lifetime-too-low', lifetimeMilli: 90n * CV, neededMilli: 100n * CV })
    for (const receiver of [bo, mei]) helpOnce(town, li, receiver)
    apply(town, id, [li])
  })

  test('withdrawn or cancelled, nothing stays behind', () => {
    const { town, steward, bo, li, id } = aProject()
    apply(town, id, [bo, li])
    recorded(town, { kind: 'project.withdrawn', project: id }, [bo])
    expect(codeOf(town, { kind: 'project.withdrawn', project: id }, [bo])).toBe('not-applied')
    expect(codeOf(town, { kind: 'project.cancelled', project: id }, [li])).toBe('not-a-party')
    recorded(town, { kind: 'project.cancelled', project: id }, [steward])
    expect(projectIn(town, id)).toMatchObject({ phase: 'cancelled', applications: [] })
    sleep(town, 60)
    expect(projectIn(town, id).phase).toBe('cancelled')
  })
})

describe('what is refused', () => {
  test('level-too-low: once a hub has grown up, a project is opened from level four', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    town.state.charters[0] = { ...presets.city, vote: { ...presets.city.vote, youngBelow: 0 } }
    expect(refusalOf(town, opening(town, mei), [bo])).toEqual({ code: 'level-too-low', level: 1, needed: 4 })
  })

  const openings: [string, (all: { town: Town; steward: Person; mei: Person; bo: Person }) => Partial<Asked<'project.opened'>>][] = [
    ['same-person', ({ steward }) => ({ requester: steward.acct })],
    ['same-person', ({ mei }) => ({ core: [mei.acct] })],
    ['same-person', ({ bo }) => ({ core: [bo.acct, bo.acct] })],
    ['unknown-member', () => ({ requester: hexFor('nobody') })],
    ['gate-closed', () => ({ choice: choices.auction })],
    ['level-too-low', () => ({ gateLevel: 6 })],
    ['bad-interval', ({ town }) => ({ applyUntil: today(town) - 1 })],
    ['bad-interval', ({ town }) => ({ applyUntil: today(town) + 3, endsDay: today(town) + 2 })],
    ['ends-too-late', ({ town }) => ({ endsDay: today(town) + 366 })],
  ]
  test.each(openings)('%s when opening', (code, changes) => {
    const all = aTownOfNeighbours()
    expect(codeOf(all.town, opening(all.town, all.mei, changes(all)), [all.steward])).toBe(code)
  })

  test('not-attested, banned, departed: somebody named is not here', () => {
    const { town, steward, mei, bo } = aTownOfNeighbours()
    const member = town.state.members.get(bo.acct)!
    for (const status of ['banned', 'departed'] as const) {
      member.status = status
      expect(codeOf(town, opening(town, mei, { core: [bo.acct] }), [steward])).toBe(status)
    }
    member.attested = false
    expect(codeOf(town, opening(town, bo), [steward])).toBe('not-attested')
  })

  test('applying: own-matter, already-applied, no-auction, and too late', () => {
    const { town, steward, mei, bo, li, core, id } = aProject()
    expect([steward, mei].map((who) => codeOf(town, applying(id), [who]))).toEqual(['own-matter', 'own-matter'])
    expect(codeOf(town, applying(id, 1n), [bo])).toBe('no-auction')
    expect(codeOf(town, applying(id, 1n), [core])).toBe('no-auction')
    apply(town, id, [bo])
    expect(codeOf(town, applying(id), [bo])).toBe('already-applied')
    sleep(town, 1)
    expect(refusalOf(town, applying(id), [li])).toEqual({ code: 'wrong-phase', phase: 'running' })
  })

  test('shares: of others, twice, of nobody, above what a part may be, above one', () => {
    const { town, steward, bo, li, id } = aProject({ places: 10 })
    const many = Array.from({ length: 8 }, (_, i) => aMember(town, `one of many ${i}`))
    apply(town, id, [bo, ...many])
    expect(codeOf(town, reporting(id, [[steward, 300]]), [steward])).toBe('wrong-phase')
    sleep(town, 1)
    const no = (shares: [Person, number][]) => codeOf(town, reporting(id, shares), [steward])
    expect(no([[li, 100]])).toBe('not-a-party')
    expect(no([[bo, 50], [bo, 50]])).toBe('same-person')
    for (const shares of [[], [[bo, 0]], [[bo, 101]], [[steward, 301]]] as [Person, number][][]) expect(no(shares)).toBe('shares-out-of-range')
    expect(no([[steward, 300], ...many.map((one): [Person, number] => [one, 100])])).toBe('shares-out-of-range')
    expect(codeOf(town, reporting(id, [[bo, 100]]), [bo])).toBe('not-a-party')
  })

  test('unknown-project, whatever is asked of it', () => {
    const { town, steward, mei } = aTownOfNeighbours()
    const nowhere = idFor('nowhere')
    const asked: Asked[] = [
      applying(nowhere), { kind: 'project.withdrawn', project: nowhere }, { kind: 'project.cancelled', project: nowhere },
      reporting(nowhere, []), { kind: 'project.confirmed', project: nowhere, report: nowhere },
      { kind: 'project.declined', project: nowhere, report: nowhere }, { kind: 'project.contested', project: nowhere, reason: hexFor('why') },
    ]
    for (const one of asked) expect(refusalOf(town, one, [mei])).toEqual({ code: 'unknown-project', project: nowhere })
    expect(codeOf(town, { ...reporting(nowhere, []), kind: 'project.decided' }, [steward])).toBe('unknown-project')
  })
})
