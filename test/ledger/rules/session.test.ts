import { describe, expect, test } from 'vitest'
import { fromHex } from '#ledger/bytes.ts'
import { rowsOf, stateFrom } from '#ledger/rows/rows.ts'
import { absencesOf } from '#ledger/rules/absence.ts'
import { measures } from '#ledger/rules/docket.ts'
import { gradesCloseAt } from '#ledger/rules/grading.ts'
import { presenceHash } from '#ledger/rules/session.ts'
import { aGrade, aGradeOpening, aSession, aTownOfNeighbours, codeOf, domainOf, type Grade, gradedBy, grades, HOUR, refusalOf, sleep } from '#test/support/people.ts'
import { aMember, type Asked, CV, DAY, hexFor, idFor, NOON, type Person, recorded, tick, type Town } from '#test/support/towns.ts'
import type { Session } from '#ledger/state/matters.ts'

const shown = idFor('shown in the room')
const ownCode = ({ acct }: Person): string => idFor(`presence of ${acct}`)

const joining = (session: string, person: Person): Asked =>
  ({ kind: 'session.joined', session, code: presenceHash(fromHex(ownCode(person))!) })
const checkin = (session: string, code = shown): Asked => ({ kind: 'session.checkedin', session, code })
const closing = (session: string, here: Person[], minutes = 120): Asked =>
  ({ kind: 'session.closed', session, minutes, roster: here.map((person) => ({ member: person.acct, code: ownCode(person) })) })

/** Mei's workshop, for which so many have signed up. */
function aWorkshop(count: number, { preset = 'city' as const, ...changes }: { preset?: 'city' | 'time-bank' } & Partial<Asked<'session.opened'>> = {}) {
  const { town, mei, bo } = aTownOfNeighbours({ preset })
  const people = Array.from({ length: count }, (_, i) => aMember(town, `learner ${i}`))
  const opened = aSession(town, shown, changes)
  recorded(town, opened, [mei])
  const id = opened.id!
  for (const person of people) recorded(town, joining(id, person), [person])
  return { town, mei, bo, people, id }
}

const sessionIn = (town: Town, id: string): Session => town.state.sessions.get(id)!

describe('a workshop', () => {
  test('[S1549-1574] two hours of programming, ten sign up and eight come: one award of 306 CV for who leads it', () => {
    const { town, mei, people, id } = aWorkshop(10)
    for (const person of people.slice(0, 5)) recorded(town, checkin(id), [person])
    recorded(town, closing(id, people.slice(5, 8)), [mei])
    expect(sessionIn(town, id).phase).toBe('closed')
    gradedBy(town, id, people.slice(0, 8).map((person) => [person, grades.good]))
    expect(sessionIn(town, id)).toMatchObject({ phase: 'settled', award: { milli: 306n * CV } })
    expect(domainOf(town, mei)).toBe(306n * CV)
    expect(town.state.members.get(mei.acct)!.contributions).toBe(1)
  })

  test('nobody grades it: it settles on its day, as good', () => {
    const { town, mei, people, id } = aWorkshop(2)
    recorded(town, closing(id, people), [mei])
    const day = gradesCloseAt(town.state, sessionIn(town, id))
    tick(town, day - DAY)
    expect(sessionIn(town, id).phase).toBe('closed')
    town.now = day
    tick(town)
    expect(sessionIn(town, id).award!.milli).toBe(198n * CV)
  })

  test('what was closed before its organiser was banned is awarded, so that a reversal finds it', () => {
    const { town, mei, bo, people, id } = aWorkshop(2, { begins: NOON + 2 * DAY })
    const words = hexFor('words')
    const about = recorded(town, {
      kind: 'case.opened', accused: mei.acct, flag: null, complaint: words, complainant: bo.acct, matters: [], hold: false,
    }, [town.steward]).action.id
    recorded(town, { kind: 'case.answered', case: about, statement: words }, [mei])
    recorded(town, { kind: 'case.found', case: about, measure: measures.severe, reason: words }, [town.steward])
    sleep(town, 2)
    recorded(town, closing(id, people), [mei])
    sleep(town, 14)
    expect([town.state.members.get(mei.acct)!.status, sessionIn(town, id).phase]).toEqual(['banned', 'closed'])
    sleep(town, 3)
    expect(sessionIn(town, id)).toMatchObject({ phase: 'settled', award: { milli: 198n * CV } })
  })

  test('of the grades the middle one counts, of two the lower', () => {
    const { town, mei, people, id } = aWorkshop(2)
    recorded(town, closing(id, people), [mei])
    gradedBy(town, id, [[people[0]!, grades.good], [people[1]!, grades.fair]])
    expect(sessionIn(town, id).award!.factors).toContainEqual({ factor: 'rating', perMille: 700, of: 1, set: null })
  })

  test('in a time bank the award is made at once, and an hour is an hour; whoever came has dealt with who leads it', () => {
    const { town, mei, people, id } = aWorkshop(3, { preset: 'time-bank' })
    recorded(town, closing(id, people), [mei])
    expect(domainOf(town, mei)).toBe(120n * CV)
    const exchanges = town.state.exchanges.flatMap((day) => day.exchanges)
    expect(exchanges.map(({ receiver }) => receiver)).toEqual(people.map(({ acct }) => acct))
    expect(exchanges.map(({ milli, minutes, form }) => [milli, minutes, form])).toEqual([[40n * CV, 120, 'full'], [40n * CV, 0, 'thing'], [40n * CV, 0, 'thing']])
  })

  test('nobody came: it is over, and nothing is awarded', () => {
    const { town, mei, id } = aWorkshop(2)
    recorded(town, closing(id, []), [mei])
    expect(sessionIn(town, id)).toMatchObject({ phase: 'missed', award: null })
  })

  test('no roster: it lapses', () => {
    const { town, id } = aWorkshop(2)
    sleep(town, 32)
    expect(sessionIn(town, id).phase).toBe('lapsed')
  })

  test('called off before it begins; late, it is not kept towards those who had signed up', () => {
    const early = aWorkshop(1, { begins: 20_460 * DAY })
    recorded(early.town, { kind: 'session.cancelled', session: early.id }, [early.mei])
    expect(sessionIn(early.town, early.id).phase).toBe('cancelled')
    expect([...early.town.state.members.get(early.mei.acct)!.track.broken]).toEqual([])
    const late = aWorkshop(1, { begins: 20_460 * DAY })
    recorded(late.town, { kind: 'session.cancelled', session: late.id }, [late.mei], 20_459 * DAY)
    expect(late.town.state.members.get(late.mei.acct)!.track.broken).toHaveLength(1)
  })
})

test('who signed up and did not come is remembered; the first time costs nothing, the second is not kept', () => {
  const { town, mei, people, id } = aWorkshop(1)
  const [person] = people as [Person]
  const broken = () => town.state.members.get(person.acct)!.track.broken.length
  recorded(town, closing(id, []), [mei])
  expect([absencesOf(town.state, person.acct, town.now).length, broken()]).toEqual([1, 0])
  const again = aSession(town, shown)
  recorded(town, again, [mei])
  recorded(town, joining(again.id!, person), [person])
  recorded(town, closing(again.id!, []), [mei])
  expect([absencesOf(town.state, person.acct, town.now).length, broken()]).toEqual([2, 1])
})

describe('what is refused', () => {
  const refusals: [string, (now: number) => Partial<Asked<'session.opened'>>][] = [
    ['other-charter', () => ({ charter: 1 })],
    ['bad-interval', (now) => ({ begins: now, ends: now + 59 })],
    ['bad-interval', (now) => ({ begins: now - 31 * DAY, ends: now })],
    ['ends-too-late', (now) => ({ ends: now + 366 * DAY })],
    ['limit-reached', () => ({ places: 0 })],
    ['limit-reached', () => ({ places: 257 })],
  ]
  test.each(refusals)('of opening: %s', (code, changes) => {
    const { town, mei } = aTownOfNeighbours()
    expect(codeOf(town, aSession(town, shown, changes(town.now)), [mei])).toBe(code)
  })

  test('begins-too-early: one that began before yesterday (UTC), also where it goes on; the moment is said, since days differ from place to place', () => {
    const { town, mei } = aTownOfNeighbours()
    sleep(town, 9)
    const yesterday = Math.floor(town.now / DAY) - 1
    const opening = (begins: number) => aSession(town, shown, { begins, ends: town.now + HOUR })
    expect(refusalOf(town, opening(yesterday * DAY - 1), [mei])).toEqual({ code: 'begins-too-early', earliest: yesterday * DAY })
    recorded(town, opening(yesterday * DAY), [mei])
  })

  test('limit-reached: more than thirty-two of one organiser’s that are not over', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const opening = () => aSession(town, shown, { begins: town.now + DAY })
    const ids = Array.from({ length: 32 }, () => recorded(town, opening(), [mei]).action.id)
    expect(refusalOf(town, opening(), [mei])).toEqual({ code: 'limit-reached', most: 32 })
    recorded(town, opening(), [bo])
    recorded(town, { kind: 'session.cancelled', session: ids[0]! }, [mei])
    recorded(town, opening(), [mei])
    const again = stateFrom(Array.from(rowsOf(town.state), (row) => row.slice()), town.state.tree)!
    expect(again.sessionsOpen).toEqual(town.state.sessionsOpen)
  })

  test('of signing up: unknown-session, same-person, already-joined, limit-reached, already-over, wrong-phase', () => {
    const { town, mei, bo, people, id } = aWorkshop(1, { places: 1 })
    expect(codeOf(town, joining(idFor('nowhere'), bo), [bo])).toBe('unknown-session')
    expect(codeOf(town, joining(id, mei), [mei])).toBe('same-person')
    expect(codeOf(town, joining(id, people[0]!), [people[0]!])).toBe('already-joined')
    expect(refusalOf(town, joining(id, bo), [bo])).toEqual({ code: 'limit-reached', most: 1 })
    town.now += 2 * HOUR
    expect(codeOf(town, joining(id, bo), [bo])).toBe('already-over')
    recorded(town, closing(id, people), [mei])
    expect(codeOf(town, joining(id, bo), [bo])).toBe('wrong-phase')
  })

  test('of checking in: not-joined, not-begun, other-code, already-checked-in, already-over', () => {
    const { town, bo, people, id } = aWorkshop(2, { begins: 20_455 * DAY })
    const [first, second] = people as [Person, Person]
    expect(codeOf(town, checkin(id), [bo])).toBe('not-joined')
    expect(codeOf(town, checkin(id), [first])).toBe('not-begun')
    town.now = 20_455 * DAY
    expect(codeOf(town, checkin(id, ownCode(first)), [first])).toBe('other-code')
    recorded(town, checkin(id), [first])
    expect(codeOf(town, checkin(id), [first])).toBe('already-checked-in')
    town.now += 3 * HOUR
    expect(codeOf(town, checkin(id), [second])).toBe('already-over')
  })

  test('of closing: not-a-party, not-begun, minutes-out-of-range, not-joined, other-code, and nothing has changed', () => {
    const { town, mei, bo, people, id } = aWorkshop(1, { begins: 20_455 * DAY })
    expect(codeOf(town, closing(id, people), [bo])).toBe('not-a-party')
    expect(codeOf(town, closing(id, people), [mei])).toBe('not-begun')
    town.now = 20_455 * DAY
    expect(codeOf(town, closing(id, people, 121), [mei])).toBe('minutes-out-of-range')
    expect(codeOf(town, closing(id, people, 0), [mei])).toBe('minutes-out-of-range')
    expect(codeOf(town, closing(id, [bo]), [mei])).toBe('not-joined')
    const wrong: Asked = { kind: 'session.closed', session: id, minutes: 60, roster: [{ member: people[0]!.acct, code: shown }] }
    expect(codeOf(town, wrong, [mei])).toBe('other-code')
    expect(sessionIn(town, id)).toMatchObject({ phase: 'open', minutes: null })
  })

  test('of grading: only who came, once, and in its time; of calling off: already-over, not-a-party', () => {
    const { town, mei, bo, people, id } = aWorkshop(2)
    const rating = (person: Person): Asked => aGrade(id, person, grades.good)
    const [first, second] = people as [Person, Person]
    expect(codeOf(town, { kind: 'session.cancelled', session: id }, [bo])).toBe('not-a-party')
    expect(codeOf(town, { kind: 'session.cancelled', session: id }, [mei])).toBe('already-over')
    expect(codeOf(town, rating(first), [first])).toBe('wrong-phase')
    recorded(town, checkin(id), [first])
    recorded(town, checkin(id), [second])
    recorded(town, closing(id, []), [mei])
    expect(codeOf(town, rating(bo), [bo])).toBe('not-a-party')
    recorded(town, rating(first), [first])
    expect(codeOf(town, rating(first), [first])).toBe('already-rated')
    town.now = gradesCloseAt(town.state, sessionIn(town, id))
    tick(town)
    expect(codeOf(town, rating(second), [second])).toBe('rating-closed')
  })

  test('of opening a grade: no-commitment, too-early, other-commitment, already-rated, unknown-session, wrong-phase', () => {
    const { town, mei, people, id } = aWorkshop(2)
    const [first, second] = people as [Person, Person]
    const opening = (person: Person, grade: Grade = grades.good, session = id) => aGradeOpening(session, person, grade)
    expect(codeOf(town, opening(first), [])).toBe('wrong-phase')
    recorded(town, closing(id, people), [mei])
    expect(codeOf(town, opening(first, grades.good, idFor('nowhere')), [])).toBe('unknown-session')
    expect(codeOf(town, opening(first), [])).toBe('no-commitment')
    recorded(town, aGrade(id, first, grades.good), [first])
    expect(refusalOf(town, opening(first), [])).toEqual({ code: 'too-early', opens: gradesCloseAt(town.state, sessionIn(town, id)) })
    recorded(town, aGrade(id, second, grades.poor), [second])
    expect(codeOf(town, opening(first, grades.poor), [])).toBe('other-commitment')
    recorded(town, opening(first))
    expect(codeOf(town, opening(first), [])).toBe('already-rated')
    expect(sessionIn(town, id).phase).toBe('closed')
    recorded(town, opening(second, grades.poor))
    expect(sessionIn(town, id)).toMatchObject({ phase: 'settled', award: { factors: expect.arrayContaining([expect.objectContaining({ of: grades.poor })]) } })
  })
})

describe('how it was is said blind', () => {
  test('who has not said it by the day on which grades close has said nothing, and the others are opened then', () => {
    const { town, mei, people, id } = aWorkshop(3)
    recorded(town, closing(id, people), [mei])
    recorded(town, aGrade(id, people[0]!, grades.fair), [people[0]!])
    town.now = gradesCloseAt(town.state, sessionIn(town, id))
    tick(town)
    expect(sessionIn(town, id).phase).toBe('closed')
    recorded(town, aGradeOpening(id, people[0]!, grades.fair))
    expect(sessionIn(town, id)).toMatchObject({ phase: 'settled', award: { milli: 151_200n } })
  })

  test('what is never opened counts as nothing, and it settles a day later, as good', () => {
    const { town, mei, people, id } = aWorkshop(2)
    recorded(town, closing(id, people), [mei])
    recorded(town, aGrade(id, people[0]!, grades.poor), [people[0]!])
    town.now = gradesCloseAt(town.state, sessionIn(town, id))
    tick(town)
    expect(sessionIn(town, id).phase).toBe('closed')
    sleep(town, 1)
    expect(sessionIn(town, id)).toMatchObject({ phase: 'settled', award: { milli: 198n * CV } })
  })

  test('the record of a grade does not tell which it is', () => {
    const { town, mei, people, id } = aWorkshop(2)
    recorded(town, closing(id, people), [mei])
    recorded(town, aGrade(id, people[0]!, grades.poor), [people[0]!])
    expect(sessionIn(town, id).people.get(people[0]!.acct)).toMatchObject({ grade: null })
  })
})
