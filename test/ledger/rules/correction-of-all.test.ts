import { describe, expect, test } from 'vitest'
import { Window } from '#ledger/anomaly/window.ts'
import { fromHex } from '#ledger/bytes.ts'
import { projectSizes, resources, works } from '#ledger/charter/charter.ts'
import { faultsOf } from '#ledger/audit/conservation.ts'
import { baseOf } from '#ledger/value/decay.ts'
import { taintedIn } from '#ledger/rules/docket.ts'
import { levelOf } from '#ledger/rules/level.ts'
import { presenceHash } from '#ledger/rules/session.ts'
import { standingOf } from '#ledger/rules/standing.ts'
import { globalIndex } from '#ledger/state/state.ts'
import { appoint } from '#test/support/council.ts'
import {
  aSession, aTownOfNeighbours, booked, codeOf, confirm, gradedBy, grades, helpOnce, rateBoth, refusalOf, report, sleep,
} from '#test/support/people.ts'
import {
  aMember, aRegion, ask, type Asked, awardRequest, CV, DAY, dayIn, deliver, hexFor, idFor, issue, owesAward, pass, type Person, recorded,
  settle, type Town,
} from '#test/support/towns.ts'

const correction = (corrects: string, { acct: member }: Person, counted: number): Asked =>
  ({ kind: 'correction.signed', corrects, member, counted, reason: hexFor('why') })

function signedBy(town: Town, corrects: string, whose: Person, counted: number, ...people: Person[]): void {
  for (const person of people) recorded(town, correction(corrects, whose, counted), [person])
}

/** Everything that a correction may touch. */
const all = ({ state, now }: Town, ...people: Person[]) => ({
  books: { ...state.books },
  people: people.map(({ acct }) => {
    const { account, lifetimeMilli, contributions, track } = state.members.get(acct)!
    return {
      account: { ...account }, lifetimeMilli, contributions, kept: [...track.kept], level: levelOf(state, acct), score: standingOf(state, acct, now).perMille,
      until: state.hours.get(acct)?.until,
    }
  }),
})

/** What the window has of what was given in a matter, tomorrow. */
function windowOf(town: Town, matter: string) {
  sleep(town, 1)
  return [...new Window().follow(town.state).exchanges()].filter((exchange) => exchange.matter === matter).map(({ milli, minutes }) => [milli, minutes])
}

describe('a session', () => {
  /** Mei's two hours of programming, to which three came. */
  function held() {
    const of = aTownOfNeighbours()
    const { town, mei, bo, li } = of
    const jo = aMember(town, 'jo')
    const came = [bo, li, jo]
    const [shown, opened] = [idFor('shown'), aSession(town, idFor('shown'))]
    recorded(town, opened, [mei])
    const id = opened.id!
    for (const person of came) {
      recorded(town, { kind: 'session.joined', session: id, code: presenceHash(fromHex(idFor(person.acct))!) }, [person])
      recorded(town, { kind: 'session.checkedin', session: id, code: shown }, [person])
    }
    recorded(town, { kind: 'session.closed', session: id, minutes: 120, roster: [] }, [mei])
    gradedBy(town, id, came.map((person) => [person, grades.good]))
    return { ...of, jo, came, id }
  }

  test('was an hour, say who led it and most of those who came: it is the award of an hour with its own factors', () => {
    const { town, mei, bo, li, id } = held()
    const award = () => town.state.members.get(mei.acct)!.lifetimeMilli
    expect(award()).toBe(216n * CV)
    signedBy(town, id, mei, 60, mei, bo)
    expect(award()).toBe(216n * CV)
    signedBy(town, id, mei, 60, li)
    expect(award()).toBe(108n * CV)
    expect(windowOf(town, id)).toEqual([[36n * CV, 60], [36n * CV, 0], [36n * CV, 0]])
  })

  test('did not happen, and did after all: everything of everybody is what it was, to the last unit', () => {
    const { town, mei, came, id } = held()
    const before = all(town, mei, ...came)
    signedBy(town, id, mei, 0, mei, ...came.slice(0, 2))
    expect(town.state.members.get(mei.acct)).toMatchObject({ contributions: 0, lifetimeMilli: 0n, account: { domain: 0n } })
    expect(came.map(({ acct }) => town.state.members.get(acct)!.track.kept.length)).toEqual([0, 0, 0])
    signedBy(town, id, mei, 120, mei, ...came.slice(1))
    expect(all(town, mei, ...came)).toEqual(before)
    expect(faultsOf(town.state)).toEqual([])
  })

  test('not-a-party, minutes-out-of-range, not-an-award, wrong-phase', () => {
    const { town, mei, bo, id } = held()
    const [other, open] = [aMember(town, 'other'), aSession(town, idFor('shown'))]
    recorded(town, open, [mei])
    expect(codeOf(town, correction(id, mei, 60), [other])).toBe('not-a-party')
    expect(refusalOf(town, correction(id, mei, 121), [mei])).toEqual({ code: 'minutes-out-of-range', most: 120 })
    expect(codeOf(town, correction(id, bo, 60), [mei])).toBe('not-an-award')
    expect(refusalOf(town, correction(open.id!, mei, 60), [mei])).toEqual({ code: 'wrong-phase', phase: 'open' })
  })
})

describe('a part in a project', () => {
  /** Mei's project for Li, 300 ‰ hers and 100 ‰ Bo's. */
  function awarded() {
    const of = aTownOfNeighbours()
    const { town, mei, bo, li } = of
    const day = Math.floor(town.now / DAY)
    const id = recorded(town, {
      kind: 'project.opened', size: projectSizes.medium, requester: li.acct, core: [], places: 1, gateMilli: 0n, gateLevel: 1, choice: 0, applyUntil: day,
      endsDay: day + 20, terms: hexFor('a garden'),
    }, [mei]).action.id
    recorded(town, { kind: 'project.applied', project: id, bidMilli: 0n }, [bo])
    sleep(town, 2)
    const shares = [{ member: mei.acct, perMille: 300 }, { member: bo.acct, perMille: 100 }]
    const { action } = recorded(town, { kind: 'project.reported', project: id, shares, reach: 10, completion: 1 }, [mei])
    recorded(town, { kind: 'project.confirmed', project: id, report: action.id }, [li])
    sleep(town, 8)
    return { ...of, id }
  }

  test('was half of it, say who had it, who led it and who asked for it; the others keep theirs', () => {
    const { town, mei, bo, li, id } = awarded()
    const lifetimes = () => [mei, bo].map(({ acct }) => town.state.members.get(acct)!.lifetimeMilli)
    expect(lifetimes()).toEqual([600n * CV, 200n * CV])
    signedBy(town, id, bo, 50, bo, mei)
    expect(lifetimes()).toEqual([600n * CV, 200n * CV])
    signedBy(town, id, bo, 50, li)
    expect(lifetimes()).toEqual([600n * CV, 100n * CV])
    expect(windowOf(town, id)).toEqual([[600n * CV, 0], [100n * CV, 0]])
  })

  test('was none, and was after all: everything is what it was, to the last unit', () => {
    const { town, mei, bo, li, id } = awarded()
    const before = all(town, mei, bo, li)
    signedBy(town, id, bo, 0, bo, mei, li)
    expect(town.state.members.get(bo.acct)).toMatchObject({ contributions: 0, lifetimeMilli: 0n })
    sleep(town, 0)
    signedBy(town, id, bo, 100, bo, mei, li)
    expect(all(town, mei, bo, li)).toEqual(before)
    expect(faultsOf(town.state)).toEqual([])
  })

  test('count-out-of-range: no more than the charter lets a part be, nor than the others leave', () => {
    const { town, mei, bo, li, id } = awarded()
    expect(refusalOf(town, correction(id, bo, 101), [bo])).toEqual({ code: 'count-out-of-range', most: 100 })
    expect(refusalOf(town, correction(id, mei, 301), [bo])).toEqual({ code: 'not-a-party' })
    expect(refusalOf(town, correction(id, mei, 301), [li])).toEqual({ code: 'count-out-of-range', most: 300 })
    expect(codeOf(town, correction(id, li, 100), [mei])).toBe('not-an-award')
  })
})

describe('a work', () => {
  function published() {
    const of = aTownOfNeighbours()
    const { town, mei, bo, li } = of
    const id = recorded(town, { kind: 'work.published', work: works.article, content: hexFor('words') }, [mei]).action.id
    for (const person of [bo, li]) recorded(town, { kind: 'work.valued', work: id }, [person])
    sleep(town, 31)
    return { ...of, id }
  }

  test('was of use to one, as stewards say who did not write it; never the author alone', () => {
    const { town, steward, mei, id } = published()
    const lifetime = () => town.state.members.get(mei.acct)!.lifetimeMilli
    expect(lifetime()).toBe(2n * CV)
    signedBy(town, id, mei, 1, mei)
    expect(lifetime()).toBe(2n * CV)
    signedBy(town, id, mei, 1, steward)
    expect(lifetime()).toBe(CV)
    expect(windowOf(town, id)).toEqual([[500n, 0], [500n, 0]])
  })

  test('was of none, and of use after all: everything is what it was', () => {
    const { town, steward, mei, id } = published()
    const before = all(town, mei)
    signedBy(town, id, mei, 0, steward)
    expect(town.state.members.get(mei.acct)).toMatchObject({ contributions: 0, lifetimeMilli: 0n, account: { domain: 0n } })
    signedBy(town, id, mei, 2, steward)
    expect(all(town, mei)).toEqual(before)
  })

  test('corrected to nothing is nothing in the window, and is in it again when it is put right', () => {
    const { town, steward, mei, id } = published()
    signedBy(town, id, mei, 0, steward)
    expect(windowOf(town, id)).toEqual([])
    signedBy(town, id, mei, 2, steward)
    expect(windowOf(town, id)).toEqual([[CV, 0], [CV, 0]])
  })

  test('count-out-of-range, not-a-party, wrong-phase', () => {
    const { town, mei, bo, id } = published()
    expect(refusalOf(town, correction(id, mei, 3), [mei])).toEqual({ code: 'count-out-of-range', most: 2 })
    expect(codeOf(town, correction(id, mei, 1), [bo])).toBe('not-a-party')
    const open = recorded(town, { kind: 'work.published', work: works.article, content: hexFor('words') }, [mei]).action.id
    expect(refusalOf(town, correction(open, mei, 1), [mei])).toEqual({ code: 'wrong-phase', phase: 'open' })
  })
})

describe('what somebody hosted', () => {
  /** Ana of Barcelona has used Mei's tool for a day, and it is given for or not. */
  function hosted({ isPaid = true } = {}) {
    const { towns } = aRegion(['chengdu', 'barcelona'])
    const [chengdu, barcelona] = towns
    issue(barcelona, 1_000n * CV, towns)
    const { guest: ana, id: helped } = owesAward(chengdu, barcelona)
    recorded(chengdu, awardRequest(chengdu, helped), [chengdu.steward])
    deliver(chengdu, barcelona, settle(chengdu, towns), towns)
    const mei = aMember(chengdu, 'mei')
    const id = booked(chengdu, mei, ana, { resource: resources.tool, begins: chengdu.now, ends: chengdu.now + DAY })
    report(chengdu, id, ana)
    confirm(chengdu, id, mei)
    rateBoth(chengdu, id, [ana, grades.good], [mei, grades.good])
    if (isPaid) {
      pass(towns, 1)
      ask(barcelona, chengdu, ana, mei, baseOf(13_333n, globalIndex(chengdu.state.federation!, dayIn(chengdu))), id)
      deliver(barcelona, chengdu, settle(barcelona, towns), towns)
    }
    return { town: chengdu, steward: chengdu.steward, mei, id, ana, helped }
  }

  test('counts no more in the lifetime when stewards say it was not so; what came from another city stays where it is', () => {
    const { town, steward, mei, id } = hosted()
    const before = all(town, mei)
    expect(before.people[0]!.lifetimeMilli).toBe(40n * CV)
    signedBy(town, id, mei, 0, steward)
    const { lifetimeMilli, account } = town.state.members.get(mei.acct)!
    expect([lifetimeMilli, account, town.state.books]).toEqual([0n, before.people[0]!.account, before.books])
    signedBy(town, id, mei, 1_440, steward)
    expect(all(town, mei)).toEqual(before)
  })

  test('counts only once it has been given for: until then there is nothing to correct, and nothing that a case could take', () => {
    const { town, steward, mei, id } = hosted({ isPaid: false })
    expect(codeOf(town, correction(id, mei, 0), [steward])).toBe('wrong-phase')
    const of = (matters: string[]) => taintedIn(town.state, { accused: mei.acct, matters } as Parameters<typeof taintedIn>[1])
    expect(of([id])).toEqual({ milli: 0n, base: 0n })
  })

  test('in a case it is tainted in the lifetime, and no Domain was had for it', () => {
    const { town, mei, id } = hosted()
    expect(taintedIn(town.state, { accused: mei.acct, matters: [id] } as Parameters<typeof taintedIn>[1])).toEqual({ milli: 40n * CV, base: 0n })
  })

  test('not-for-guests: what a guest was awarded is paid in another city', () => {
    const { town, steward, ana, helped } = hosted()
    expect(codeOf(town, correction(helped, ana, 1), [steward])).toBe('not-for-guests')
  })
})

test('two stewards who are no party are asked where the charter asks two, and who came to a session is one', () => {
  const { town, steward, mei, bo, li } = aTownOfNeighbours()
  appoint(town, li)
  const opened = aSession(town, idFor('shown'))
  recorded(town, opened, [mei])
  for (const person of [bo, li]) {
    recorded(town, { kind: 'session.joined', session: opened.id!, code: presenceHash(fromHex(idFor(person.acct))!) }, [person])
    recorded(town, { kind: 'session.checkedin', session: opened.id!, code: idFor('shown') }, [person])
  }
  recorded(town, { kind: 'session.closed', session: opened.id!, minutes: 120, roster: [] }, [mei])
  gradedBy(town, opened.id!, [[bo, grades.good], [li, grades.good]])
  const lifetime = () => town.state.members.get(mei.acct)!.lifetimeMilli
  const before = lifetime()
  signedBy(town, opened.id!, mei, 60, li)
  expect(lifetime()).toBe(before)
  signedBy(town, opened.id!, mei, 60, steward)
  expect(lifetime()).toBe(before / 2n)
})

test('an exchange that was corrected counts for what stands, whatever the window has seen before', () => {
  const { town, mei, bo } = aTownOfNeighbours()
  const [first, second] = [helpOnce(town, mei, bo), helpOnce(town, mei, bo, { minutes: 60 })]
  const window = new Window()
  sleep(town, 1)
  expect(window.follow(town.state).edge(mei.acct, bo.acct)).toMatchObject({ milli: 150n * CV })
  signedBy(town, first, mei, 30, mei, bo)
  expect(window.follow(town.state).edge(mei.acct, bo.acct)).toMatchObject({ milli: 150n * CV })
  sleep(town, 1)
  for (const one of [window, new Window()]) expect(one.follow(town.state).edge(mei.acct, bo.acct)).toMatchObject({ milli: 90n * CV })
  signedBy(town, second, mei, 0, mei, bo)
  sleep(town, 1)
  for (const one of [window, new Window()]) expect(one.follow(town.state).edge(mei.acct, bo.acct)!.exchanges).toHaveLength(1)
  sleep(town, 89)
  for (const one of [window, new Window()]) expect(one.follow(town.state).edge(mei.acct, bo.acct)).toBeUndefined()
})
