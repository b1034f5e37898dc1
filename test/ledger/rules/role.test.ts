import { describe, expect, test } from 'vitest'
import { changed } from '#ledger/state/changed.ts'
import { type Role, roles } from '#ledger/charter/charter.ts'
import { leaveRoles, recall, rolesOf } from '#ledger/rules/role.ts'
import { rowsOf, stateFrom } from '#ledger/rows/rows.ts'
import { stewardsNeeded, stewardsOf } from '#ledger/state/state.ts'
import { appoint } from '#test/support/council.ts'
import { digestOf } from '#test/support/digest.ts'
import { aTownOfNeighbours, codeOf, helpOnce, refusalOf, sleep } from '#test/support/people.ts'
import { aPerson, type Asked, DAY, joining, pass, type Person, recorded, type Town } from '#test/support/towns.ts'

const granting = ({ acct }: Person, role: Role = roles.steward): Asked<'role.granted'> => ({ kind: 'role.granted', member: acct, role })
const accepting = (role: Role = roles.steward): Asked<'role.accepted'> => ({ kind: 'role.accepted', role })
const ending = ({ acct }: Person, role: Role = roles.steward): Asked<'role.ended'> => ({ kind: 'role.ended', member: acct, role })

const isSteward = (town: Town, { acct }: Person): boolean => town.state.members.get(acct)!.steward
const stewards = (town: Town): string[] => stewardsOf(town.state).map(({ acct }) => acct)
const actsOf = (town: Town, { acct }: Person): number => town.state.regards.get(acct)?.acts ?? 0

describe('a role', () => {
  test('is offered by the founder alone, accepted, held for its term, and over at a midnight', () => {
    const { town, steward, mei } = aTownOfNeighbours()
    recorded(town, granting(mei, roles.coordinator), [steward])
    expect(rolesOf(town.state, mei.acct)).toEqual([])
    recorded(town, accepting(roles.coordinator), [mei])
    const until = Math.ceil((town.now + 365 * DAY) / DAY) * DAY
    expect(rolesOf(town.state, mei.acct)).toEqual([
      { role: roles.coordinator, member: mei.acct, since: town.now, until, isRecalled: false },
    ])
    sleep(town, 365)
    expect(rolesOf(town.state, mei.acct)).toHaveLength(1)
    sleep(town, 1)
    expect(rolesOf(town.state, mei.acct)).toEqual([])
    expect(actsOf(town, mei)).toBe(0)
  })

  test('is resigned at any time, and then nobody holds it', () => {
    const { town, steward, mei } = aTownOfNeighbours()
    recorded(town, granting(mei, roles.auditor), [steward])
    recorded(town, accepting(roles.auditor), [mei])
    recorded(town, ending(mei, roles.auditor), [mei])
    expect(codeOf(town, ending(mei, roles.auditor), [mei])).toBe('not-held')
  })

  test('begins anew with a further offer that is accepted', () => {
    const { town, steward, mei } = aTownOfNeighbours()
    for (const days of [0, 300]) {
      sleep(town, days)
      recorded(town, granting(mei, roles.auditor), [steward])
      recorded(town, accepting(roles.auditor), [mei])
    }
    sleep(town, 100)
    expect(rolesOf(town.state, mei.acct)).toHaveLength(1)
    sleep(town, 266)
    expect(rolesOf(town.state, mei.acct)).toEqual([])
  })

  test('not-offered: nobody takes what was not offered, and an offer lapses', () => {
    const { town, steward, mei } = aTownOfNeighbours()
    expect(codeOf(town, accepting(roles.auditor), [mei])).toBe('not-offered')
    recorded(town, granting(mei, roles.auditor), [steward])
    expect(codeOf(town, accepting(roles.operator), [mei])).toBe('not-offered')
    pass([town], 14)
    expect(town.state.nominations.size).toBe(1)
    pass([town], 1)
    expect(codeOf(town, accepting(roles.auditor), [mei])).toBe('not-offered')
    expect(town.state.nominations.size).toBe(0)
  })

  test('own-matter, unknown-role, not-a-steward, wrong-phase: grants that nobody can make', () => {
    const { town, steward, mei, bo } = aTownOfNeighbours()
    expect(codeOf(town, granting(steward, roles.auditor), [steward])).toBe('own-matter')
    expect(codeOf(town, granting(mei, roles.symbiont), [steward])).toBe('unknown-role')
    expect(codeOf(town, granting(mei), [bo])).toBe('not-a-steward')
    recorded(town, granting(mei), [steward])
    const before = digestOf(town.state)
    expect(refusalOf(town, granting(mei), [steward])).toEqual({ code: 'wrong-phase', phase: 'offered' })
    expect(digestOf(town.state)).toBe(before)
  })

  test('unknown-member, not-attested, no-person, banned, departed: whom nobody can appoint', () => {
    const { town, steward, mei } = aTownOfNeighbours()
    const ana = aPerson('ana')
    expect(codeOf(town, granting(ana), [steward])).toBe('unknown-member')
    recorded(town, joining(town, ana), [ana])
    expect(codeOf(town, granting(ana), [steward])).toBe('not-attested')
    const row = changed(town.state.members.get(mei.acct)!)
    row.form = 'organisation'
    expect(codeOf(town, granting(mei), [steward])).toBe('no-person')
    row.form = 'person'
    for (const status of ['banned', 'departed'] as const) {
      row.status = status
      expect(codeOf(town, granting(mei), [steward])).toBe(status)
    }
  })

  test('[T33] no-contribution: in a time bank a role is for who has helped, but for its first thirty days', () => {
    const { town, steward, mei, bo, li } = aTownOfNeighbours({ preset: 'time-bank' })
    recorded(town, granting(mei, roles.symbiont), [steward])
    sleep(town, 30)
    expect(refusalOf(town, granting(bo, roles.symbiont), [steward])).toEqual({ code: 'no-contribution', member: bo.acct })
    helpOnce(town, bo, li, { minutes: 10 })
    recorded(town, granting(bo, roles.symbiont), [steward])
  })
})

describe('stewards', () => {
  test('one founder appoints the second alone, and two are needed for the third', () => {
    const { town, steward, mei, bo } = aTownOfNeighbours()
    recorded(town, granting(mei), [steward])
    recorded(town, accepting(), [mei])
    expect(isSteward(town, mei)).toBe(true)
    expect(stewards(town)).toEqual([steward.acct, mei.acct])
    expect(stewardsNeeded(town.state, 3)).toBe(2)
    recorded(town, granting(bo), [steward])
    expect(codeOf(town, granting(bo), [steward])).toBe('already-approved')
    expect(codeOf(town, accepting(), [bo])).toBe('not-offered')
    recorded(town, granting(bo), [mei])
    recorded(town, accepting(), [bo])
    expect(stewards(town)).toHaveLength(3)
  })

  test('not-enough-stewards: of two neither shuts the other out', () => {
    const { town, steward, mei } = aTownOfNeighbours()
    appoint(town, mei)
    for (const [one, other] of [[steward, mei], [mei, steward]] as const) {
      expect(refusalOf(town, ending(one), [other])).toEqual({ code: 'not-enough-stewards', needed: 2, got: 1 })
    }
  })

  test('of three, two together end the office of the third; not-a-steward, already-approved on the way', () => {
    const { town, steward, mei, bo, li } = aTownOfNeighbours()
    appoint(town, mei, bo)
    expect(codeOf(town, ending(steward), [li])).toBe('not-a-steward')
    recorded(town, ending(steward), [mei])
    expect(codeOf(town, ending(steward), [mei])).toBe('already-approved')
    expect(isSteward(town, steward)).toBe(true)
    recorded(town, ending(steward), [bo])
    expect(stewards(town)).toEqual([mei.acct, bo.acct])
    expect(codeOf(town, granting(li), [steward])).toBe('not-a-steward')
  })

  test('what was said against somebody does not outlast their term', () => {
    const { town, steward, mei, bo } = aTownOfNeighbours()
    appoint(town, mei, bo)
    recorded(town, ending(bo), [mei])
    for (const one of [steward, mei]) recorded(town, granting(bo), [one])
    recorded(town, accepting(), [bo])
    recorded(town, ending(bo), [steward])
    expect(isSteward(town, bo)).toBe(true)
  })

  test('a term that is over is an act for all', () => {
    const { town, mei } = aTownOfNeighbours()
    appoint(town, mei)
    sleep(town, 731)
    // The founder's term began the same day and is looked at first: the other is then the last.
    expect(stewards(town)).toHaveLength(1)
    expect([town.steward, mei].map((one) => actsOf(town, one)).toSorted()).toEqual([0, 1])
  })

  test('last-steward: the last cannot resign, and stays when the term is over, until another has accepted', () => {
    const { town, steward, mei } = aTownOfNeighbours()
    expect(codeOf(town, ending(steward), [steward])).toBe('last-steward')
    sleep(town, 1_000)
    expect(stewards(town)).toEqual([steward.acct])
    expect(actsOf(town, steward)).toBe(0)
    recorded(town, granting(mei), [steward])
    recorded(town, accepting(), [mei])
    expect(stewards(town)).toEqual([mei.acct])
    expect(actsOf(town, steward)).toBe(1)
  })

  test('the last one is recalled when there is another, and a term cut short is no act', () => {
    const { town, steward, mei } = aTownOfNeighbours()
    recall(town.state, roles.steward, steward.acct, { seq: 0, ts: town.now, leaf: new Uint8Array(32) })
    expect(stewards(town)).toEqual([steward.acct])
    recorded(town, granting(mei), [steward])
    recorded(town, accepting(), [mei])
    expect(stewards(town)).toEqual([mei.acct])
    expect(actsOf(town, steward)).toBe(0)
  })

  test('who leaves holds nothing and is offered nothing', () => {
    const { town, steward, mei } = aTownOfNeighbours()
    appoint(town, mei)
    recorded(town, granting(mei, roles.auditor), [steward])
    leaveRoles(town.state, mei.acct)
    expect([town.state.nominations.size, stewards(town)]).toEqual([0, [steward.acct]])
  })
})

test('posts and offers stand in the rows', () => {
  const { town, steward, mei, bo } = aTownOfNeighbours()
  appoint(town, mei)
  recorded(town, granting(bo), [steward])
  recorded(town, granting(bo), [mei])
  const twin = stateFrom(Array.from(rowsOf(town.state), (row) => row.slice()), town.state.tree)!
  expect(digestOf(twin)).toBe(digestOf(town.state))
})
