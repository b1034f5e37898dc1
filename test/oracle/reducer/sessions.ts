/** *Group sessions* of `ledger/rules/README.md`: one for many, one award. */
import { award, exchangesOn, noteExchange, repeatedFactors, skillReckoning } from './awards.ts'
import { demand, type Hex, sha, utf8 } from './bytes.ts'
import { isCare } from './care.ts'
import { addContribution } from './commons.ts'
import { DAY } from './genesis.ts'
import { count, demandHere, demandPassed, passed, room } from './hours.ts'
import type { City, Rules, Session, Settlings } from './state.ts'
import { addTime, after, setDeadline } from './time.ts'
import { YEAR } from './value.ts'

const [HOUR, MOST_PLACES, MOST_OPEN] = [3_600n, 256n, 32]

const charterFor = (city: City, { charter }: Session) => city.charters[Number(charter)]!.says
const presence = (code: Hex): Hex => sha(`${utf8('cv/presence\0')}${code}`)

function sessionIn(city: City, id: Hex, phase: Session['phase']): Session {
  const session = city.sessions.get(id)
  demand(session, 'unknown-session')
  demand(session.phase === phase, 'wrong-phase')
  return session
}

function close(city: City, session: Session, phase: Session['phase']): void {
  session.phase = phase
  city.closedSessions.push(session)
}

/** The middle one, of two the lower; null when nobody said anything. */
function middleOf(grades: bigint[]): bigint | null {
  const sorted = [...grades].sort((a, b) => Number(a - b))
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null
}

function settle(city: City, session: Session, ts: bigint, seq: bigint): void {
  const came = session.people.filter((one) => one.came)
  const grade = middleOf(came.flatMap((one) => (one.grade === null ? [] : [one.grade])))
  const [charter, { category, minutes }] = [charterFor(city, session), session]
  const reckoning = skillReckoning(charter, category, minutes!, grade, BigInt(came.length))
  const isBetweenTwo = came.length === 1 && !isCare(city, session.organiser, came[0]!.member, session.begins)
  const repeated = isBetweenTwo ? repeatedFactors(city, charter, session.organiser, came[0]!.member, category, minutes!, ts) : []
  session.award = award(city, charter, { ...reckoning, factors: [...reckoning.factors, ...repeated] }, session.organiser, ts, seq)
  const { id, organiser, begins, ends, award: { milli } } = session
  for (const [i, { member: receiver }] of came.entries()) {
    // Its time was taken once, whoever came.
    const taken = i === 0 ? { minutes: session.minutes!, form: 'full' as const } : { minutes: 0n, form: 'thing' as const }
    noteExchange(city, { matter: id, seq, giver: organiser, receiver, milli: milli / BigInt(came.length), ...taken, came: true, begins, ends }, ts)
  }
  close(city, session, 'settled')
}

const gradesClose = (city: City, session: Session): bigint => after(session.closedTs!, charterFor(city, session).windows.ratingDays)

/** Somebody has committed to a grade that is not opened. */
const isWaiting = ({ people }: Session): boolean => people.some(({ commitment, grade }) => commitment !== null && grade === null)

type Opened = Pick<Session, 'listing' | 'category' | 'begins' | 'ends' | 'places' | 'code' | 'charter'>
type Closed = { session: Hex; minutes: bigint; roster: { member: Hex; code: Hex }[] }

export const sessionRules: Rules = {
  'session.opened'(city, opened: Opened, { id, acct, ts }) {
    const { begins, ends, places, charter } = opened
    demand(charter === BigInt(city.charters.length) - 1n, 'other-charter')
    demand(ends > begins && begins >= ts - 30n * DAY, 'bad-interval')
    demand(ends <= ts + YEAR * DAY, 'ends-too-late')
    demandHere(city, [acct], begins / DAY)
    demand(ends - begins >= 60n, 'bad-interval')
    demand(begins / DAY >= ts / DAY - 1n, 'begins-too-early')
    demand(places >= 1n && places <= MOST_PLACES, 'limit-reached')
    const open = [...city.sessions.values()].filter((session) => session.organiser === acct && !city.closedSessions.includes(session))
    demand(open.length < MOST_OPEN, 'limit-reached')
    const session: Session = { ...opened, id, organiser: acct, made: ts, phase: 'open', people: [], minutes: null, closedTs: null, award: null }
    city.sessions.set(id, session)
    setDeadline(city, after(ends, charterFor(city, session).windows.holdDays), 'session.lapse', id)
  },

  'session.joined'(city, { code, ...fields }: { session: Hex; code: Hex }, { acct, ts }) {
    const session = sessionIn(city, fields.session, 'open')
    demand(session.organiser !== acct, 'same-person')
    demand(ts < session.ends, 'already-over')
    demand(!session.people.some(({ member }) => member === acct), 'already-joined')
    demand(BigInt(session.people.length) < session.places, 'limit-reached')
    session.people.push({ member: acct, code, came: false, commitment: null, grade: null })
  },

  'session.checkedin'(city, { code, ...fields }: { session: Hex; code: Hex }, { acct, ts }) {
    const session = sessionIn(city, fields.session, 'open')
    const person = session.people.find(({ member }) => member === acct)
    demand(person, 'not-joined')
    demand(ts >= session.begins - HOUR, 'not-begun')
    demand(ts < session.ends + HOUR, 'already-over')
    demand(presence(code) === session.code, 'other-code')
    demand(!person.came, 'already-checked-in')
    person.came = true
  },

  'session.closed'(city, { minutes, roster, ...fields }: Closed, { acct, ts, seq }) {
    const session = sessionIn(city, fields.session, 'open')
    demand(session.organiser === acct, 'not-a-party')
    demand(ts >= session.begins, 'not-begun')
    demand(minutes >= 1n && minutes <= (session.ends - session.begins) / 60n, 'minutes-out-of-range')
    const there = roster.map(({ member, code }) => {
      const person = session.people.find((one) => one.member === member)
      demand(person, 'not-joined')
      demand(presence(code) === person.code, 'other-code')
      return person
    })
    demandPassed(minutes, passed(session.begins, ts), room(city, acct, session.begins, ts))
    for (const person of there) person.came = true
    session.minutes = minutes
    session.closedTs = ts
    for (const { member: one, came } of session.people) noteOutcome(city, session, one, came, ts, seq)
    if (!session.people.some(({ came }) => came)) return close(city, session, 'missed')
    count(city, acct, session.begins, minutes, ts)
    const organiser = city.members.get(acct)!
    addContribution(city, organiser, ts, seq)
    addTime(organiser.kept, ts)
    session.phase = 'closed'
    const { rating, windows } = charterFor(city, session)
    if (rating.movesAward) setDeadline(city, after(ts, windows.ratingDays), 'session.grades', session.id)
    else settle(city, session, ts, seq)
  },

  'session.cancelled'(city, fields: { session: Hex }, { acct, ts }) {
    const session = sessionIn(city, fields.session, 'open')
    demand(session.organiser === acct, 'not-a-party')
    demand(ts < session.begins, 'already-over')
    const free = session.begins - charterFor(city, session).windows.freeCancelHours * HOUR
    if (session.people.length > 0 && ts > free && session.made < free) addTime(city.members.get(acct)!.broken, ts)
    close(city, session, 'cancelled')
  },

  'grade.committed'(city, { commitment, ...fields }: { session: Hex; commitment: Hex }, { acct, ts }) {
    const session = sessionIn(city, fields.session, 'closed')
    const person = session.people.find((one) => one.member === acct && one.came)
    demand(person, 'not-a-party')
    demand(person.commitment === null, 'already-rated')
    demand(ts < gradesClose(city, session), 'rating-closed')
    person.commitment = commitment
  },

  'grade.opened'(city, { rater, grade, salt, ...fields }: { session: Hex; rater: Hex; grade: bigint; salt: Hex }, { ts, seq }) {
    const session = sessionIn(city, fields.session, 'closed')
    const person = session.people.find(({ member, commitment }) => member === rater && commitment !== null)
    demand(person, 'no-commitment')
    demand(person.grade === null, 'already-rated')
    demand(sha(`${utf8('cv/commit\0')}${salt}${utf8(String(grade))}`) === person.commitment, 'other-commitment')
    demand(ts >= gradesClose(city, session) || session.people.every((one) => !one.came || one.commitment !== null), 'too-early')
    person.grade = grade
    if (!isWaiting(session)) settle(city, session, ts, seq)
  },
}

function noteOutcome(city: City, { id: matter }: Session, acct: Hex, came: boolean, ts: bigint, seq: bigint): void {
  const member = city.members.get(acct)
  if (came) return addTime(member?.kept ?? [], ts)
  exchangesOn(city, ts).absences.push({ matter, seq, member: acct })
  if (member === undefined) return
  const absences = city.absences.get(acct) ?? { member: acct, times: [] }
  if (absences.times.some((time) => time > ts - YEAR * DAY)) addTime(member.broken, ts)
  addTime(absences.times, ts)
  city.absences.set(acct, absences)
}

export const sessionSettlings: Settlings = {
  'session.lapse'(city, id) {
    const session = city.sessions.get(id)!
    if (session.phase === 'open') close(city, session, 'lapsed')
  },
  'session.grades'(city, id, at, seq) {
    const session = city.sessions.get(id)!
    if (session.phase !== 'closed') return
    if (isWaiting(session)) setDeadline(city, at + DAY, 'session.final', id)
    else settle(city, session, at, seq)
  },
  'session.final'(city, id, at, seq) {
    const session = city.sessions.get(id)!
    if (session.phase === 'closed') settle(city, session, at, seq)
  },
}
