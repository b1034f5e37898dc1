import { describe, expect, test } from 'vitest'
import { type Kind, kinds } from '#ledger/action.ts'
import { changed } from '#ledger/state/changed.ts'
import { type Status, statuses } from '#ledger/state/people.ts'
import { appealKinds, checkStatus, isActive, restrictedKinds } from '#ledger/rules/status.ts'
import { rowsOf, stateFrom } from '#ledger/rows/rows.ts'
import { digestOf } from '#test/support/digest.ts'
import { agreementIn, aHelp, anAgreement, aTownOfNeighbours, codeOf, completed, helpOnce, refusalOf, report, sleep } from '#test/support/people.ts'
import { type Person, recorded, type Town } from '#test/support/towns.ts'

/** As the rules about cases and about leaving would. */
const put = (town: Town, person: Person, status: Status) =>
  void (changed(town.state.members.get(person.acct)!).status = status)

describe.each(['banned', 'departed'] as const)('a %s member', (status) => {
  test('signs nothing, neither alone nor with another, and a steward nothing as a steward', () => {
    const { town, steward, mei, bo } = aTownOfNeighbours()
    put(town, mei, status)
    const refused = { code: status, member: mei.acct }
    const before = digestOf(town.state)
    expect(refusalOf(town, aHelp(town, mei, bo), [mei])).toEqual(refused)
    expect(refusalOf(town, anAgreement(town, mei, bo), [mei, bo])).toEqual(refused)
    expect(refusalOf(town, anAgreement(town, mei, bo), [bo, mei])).toEqual(refused)
    put(town, steward, status)
    expect(codeOf(town, { kind: 'member.attested', member: bo.acct, identity: '00'.repeat(32) }, [steward])).toBe(status)
    put(town, steward, 'active')
    expect(digestOf(town.state)).toBe(before)
  })

  test('is somebody with whom nobody can do anything', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    put(town, mei, status)
    const refused = { code: status, member: mei.acct }
    expect(refusalOf(town, aHelp(town, mei, bo), [bo])).toEqual(refused)
    expect(refusalOf(town, aHelp(town, bo, mei), [bo])).toEqual(refused)
    expect(isActive(town.state.members.get(mei.acct)!)).toBe(false)
    expect(isActive(town.state.members.get(bo.acct)!)).toBe(true)
  })

  test('leaves under their name only somebody who holds a key of theirs unnamed', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    put(town, mei, status)
    expect(codeOf(town, { ...aHelp(town, mei, bo), acct: mei.acct }, [bo])).toBe('unknown-device')
  })
})

test('a restricted member helps, answers and is helped, and carries no value away', () => {
  const { town, mei, bo } = aTownOfNeighbours()
  put(town, mei, 'restricted')
  helpOnce(town, mei, bo)
  completed(town, bo, mei)
  expect(refusalOf(town, { kind: 'cv.converted', amountMilli: 1n }, [mei])).toEqual({ code: 'restricted', kind: 'cv.converted' })
  const member = town.state.members.get(mei.acct)!
  expect(isActive(member)).toBe(true)
  for (const kind of Object.keys(kinds) as Kind[]) {
    expect(checkStatus(member, kind), kind).toEqual(restrictedKinds.has(kind) ? { code: 'restricted', kind } : null)
  }
})

test('nothing that lets somebody be heard is among what a restriction takes', () => {
  expect([...appealKinds].filter((kind) => restrictedKinds.has(kind))).toEqual([])
})

test('what somebody had begun goes on without them: a report they can no longer answer confirms by silence', () => {
  const { town, mei, bo } = aTownOfNeighbours()
  const made = anAgreement(town, mei, bo)
  recorded(town, made, [mei, bo])
  report(town, made.id!, mei)
  put(town, bo, 'banned')
  expect(codeOf(town, { kind: 'completion.declined', agreement: made.id!, minutes: 90 }, [bo])).toBe('banned')
  sleep(town, 8)
  expect(agreementIn(town, made.id!)).toMatchObject({ phase: 'confirmed', silently: true })
})

test('a status stands in the member’s row', () => {
  const { town, mei } = aTownOfNeighbours()
  for (const status of statuses) {
    put(town, mei, status)
    const twin = stateFrom(Array.from(rowsOf(town.state), (row) => row.slice()), town.state.tree)!
    expect(twin.members.get(mei.acct)!.status).toBe(status)
  }
})
