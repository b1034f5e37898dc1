/**
 * Mei, Bo and Li: three neighbours of one town, and what they ask of its ledger.
 *
 * Every function here that is named by a noun (`anAgreement`) gives an action that its two parties would sign,
 * with any field to be made wrong; every function named by a verb (`agree`) records one. Times are seconds.
 */
import { balanceOf } from '#ledger/value/account.ts'
import type { Hex } from '#ledger/action.ts'
import { fromHex, toHex } from '#ledger/bytes.ts'
import { categories, resources } from '#ledger/charter/charter.ts'
import { encodeRecord, type Entry, parseRecord, type RecordFields } from '#ledger/entry.ts'
import type { Refusal } from '#ledger/refusal.ts'
import { minutesAgreed } from '#ledger/rules/course.ts'
import { DAYS_BACK_MAX, minutesLeftOn } from '#ledger/rules/hours.ts'
import { presenceHash } from '#ledger/rules/session.ts'
import { gradeCommitment } from '#ledger/rules/rating.ts'
import {
  aMember, type Asked, aTown, bytesFor, DAY, type Founding, hexFor, idFor, type Person, record, recorded, tick,
  type Town,
} from '#test/support/towns.ts'
import type { Agreement } from '#ledger/state/matters.ts'

export const MINUTE = 60
export const HOUR = 3_600

export type Neighbours = { town: Town; steward: Person; mei: Person; bo: Person; li: Person }

/** A town with Mei, Bo and Li as attested members, at noon of its first day. */
export function aTownOfNeighbours({ name = 'chengdu', ...founding }: Founding & { name?: string } = {}): Neighbours {
  const town = aTown(name, founding)
  return { town, steward: town.steward, mei: aMember(town, 'mei'), bo: aMember(town, 'bo'), li: aMember(town, 'li') }
}

/** Why the town says no. @throws when it says yes. */
export function refusalOf(town: Town, asked: Asked, signers: Person[] = [], ts = town.now): Refusal {
  const answer = record(town, asked, signers, ts)
  if (!('code' in answer)) throw new Error(`${town.name} took ${asked.kind}`)
  return answer
}

/** The code alone, or null when the town took the record. */
export function codeOf(town: Town, asked: Asked, signers: Person[] = [], ts = town.now): Refusal['code'] | null {
  const answer = record(town, asked, signers, ts)
  return 'code' in answer ? answer.code : null
}

/** The same record with other outer fields; its signature stays what it was. */
export function altered(
  { origin, seq, prev, ts, body, auth }: Entry, changes: Partial<Omit<RecordFields, 'format'>>,
): Entry {
  return parseRecord(encodeRecord({ origin, seq, prev, ts, body, auth, ...changes }))!
}

let agreements = 0

/** Ninety minutes of ordinary help, beginning in an hour, unless told otherwise. */
export function anAgreement(
  town: Town, helper: Person, receiver: Person, changes: Partial<Asked<'agreement.made'>> = {},
): Asked<'agreement.made'> {
  const minutes = changes.minutes ?? 90
  const begins = changes.begins ?? beginningOf(town, minutes)
  return {
    kind: 'agreement.made', id: idFor(`agreement ${agreements++}`), listing: idFor('a need'), helper: helper.acct,
    receiver: receiver.acct, category: categories.basic, minutes, begins, ends: begins + Math.max(1, minutes) * MINUTE,
    terms: hexFor('terms'), charter: 0, ...changes,
  }
}

/** In an hour; what takes so long that it would not have passed by then has just come to its end. */
const beginningOf = ({ now }: Town, minutes: number): number => (minutes > 20 * 60 ? now - minutes * MINUTE : now + HOUR)

/** Both sign; the agreement's id. */
export function agree(
  town: Town, helper: Person, receiver: Person, changes: Partial<Asked<'agreement.made'>> = {},
): Hex {
  const made = anAgreement(town, helper, receiver, changes)
  recorded(town, made, [helper, receiver])
  return made.id!
}

/** A vehicle for two days, from in an hour, unless told otherwise. */
export function aBooking(
  town: Town, provider: Person, receiver: Person, changes: Partial<Asked<'booking.made'>> = {},
): Asked<'booking.made'> {
  const begins = changes.begins ?? town.now + HOUR
  return {
    kind: 'booking.made', id: idFor(`booking ${agreements++}`), listing: idFor(`what ${provider.acct} shares`),
    provider: provider.acct, receiver: receiver.acct, resource: resources.vehicle, begins, ends: begins + 2 * DAY,
    demandPerMille: 1000, terms: hexFor('terms'), charter: 0, ...changes,
  }
}

/** Both sign that the receiver will use it; the agreement's id. */
export function booked(
  town: Town, provider: Person, receiver: Person, changes: Partial<Asked<'booking.made'>> = {},
): Hex {
  const made = aBooking(town, provider, receiver, changes)
  recorded(town, made, [provider, receiver])
  return made.id!
}

/** Two hours of programming for ten, from now on, unless told otherwise; `shown` is the code in the room. */
export function aSession(town: Town, shown: Hex, changes: Partial<Asked<'session.opened'>> = {}): Asked<'session.opened'> {
  const begins = changes.begins ?? town.now
  return {
    kind: 'session.opened', id: idFor(`session ${agreements++}`), listing: idFor('a workshop'), category: categories.programming,
    begins, ends: begins + 2 * HOUR, places: 10, code: presenceHash(fromHex(shown)!), charter: 0, ...changes,
  }
}

export const agreementIn = (town: Town, id: Hex): Agreement => town.state.agreements.get(id)!

/** Reports what was agreed, or fewer minutes. */
export function report(
  town: Town, agreement: Hex, by: Person, minutes = minutesAgreed(agreementIn(town, agreement)),
): Entry {
  return recorded(town, { kind: 'completion.reported', agreement, minutes }, [by])
}

/** Says yes to the report as it stands. */
export function confirm(town: Town, agreement: Hex, by: Person): Entry {
  const { minutes } = agreementIn(town, agreement).report!
  return recorded(town, { kind: 'completion.confirmed', agreement, minutes }, [by])
}

/** Says no to the report as it stands. */
export function decline(town: Town, agreement: Hex, by: Person): Entry {
  const { minutes } = agreementIn(town, agreement).report!
  return recorded(town, { kind: 'completion.declined', agreement, minutes }, [by])
}

/** Agreed, reported by the helper and confirmed by the receiver, all at once. */
export function completed(
  town: Town, helper: Person, receiver: Person, changes: Partial<Asked<'agreement.made'>> = {},
): Hex {
  const id = agree(town, helper, receiver, changes)
  report(town, id, helper)
  confirm(town, id, receiver)
  return id
}

export const grades = { poor: 0, fair: 1, good: 2 } as const
export type Grade = (typeof grades)[keyof typeof grades]

const saltOf = (rater: Person, agreement: Hex): Uint8Array => bytesFor(`${rater.acct} rates ${agreement}`)

/** A person commits to a grade. */
export function commit(town: Town, agreement: Hex, rater: Person, grade: Grade): Entry {
  const commitment = toHex(gradeCommitment(saltOf(rater, agreement), grade))
  return recorded(town, { kind: 'rating.committed', agreement, commitment }, [rater])
}

/** What the hub records to open a grade that was committed to by `commit`. */
export const anOpening = (agreement: Hex, rater: Person, grade: Grade): Asked<'rating.opened'> =>
  ({ kind: 'rating.opened', agreement, rater: rater.acct, grade, salt: saltOf(rater, agreement) })

/** Both commit and both are opened; the first grade is the receiver's of the helper. */
export function rateBoth(
  town: Town, agreement: Hex, [receiver, ofHelper]: [Person, Grade], [helper, ofReceiver]: [Person, Grade],
): void {
  commit(town, agreement, receiver, ofHelper)
  commit(town, agreement, helper, ofReceiver)
  recorded(town, anOpening(agreement, receiver, ofHelper))
  recorded(town, anOpening(agreement, helper, ofReceiver))
}

/** Who came to a session commits to a grade of it. */
export const aGrade = (session: Hex, rater: Person, grade: Grade): Asked<'grade.committed'> =>
  ({ kind: 'grade.committed', session, commitment: toHex(gradeCommitment(saltOf(rater, session), grade)) })

/** What the hub records to open it. */
export const aGradeOpening = (session: Hex, rater: Person, grade: Grade): Asked<'grade.opened'> =>
  ({ kind: 'grade.opened', session, rater: rater.acct, grade, salt: saltOf(rater, session) })

/** Everybody commits, and then all are opened. */
export function gradedBy(town: Town, session: Hex, given: [Person, Grade][]): void {
  for (const [person, grade] of given) recorded(town, aGrade(session, person, grade), [person])
  for (const [person, grade] of given) recorded(town, aGradeOpening(session, person, grade))
}

/** 记一次帮助: ninety minutes today unless told otherwise. */
export function aHelp(
  town: Town, helper: Person, receiver: Person, changes: Partial<Asked<'help.recorded'>> = {},
): Asked<'help.recorded'> {
  return {
    kind: 'help.recorded', id: idFor(`help ${agreements++}`), helper: helper.acct, receiver: receiver.acct,
    category: categories.basic, minutes: 90, day: Math.floor(town.now / 86_400), note: hexFor('note'), ...changes,
  }
}

/** The helper writes it down and the receiver says yes; the help's id. */
export function helpOnce(
  town: Town, helper: Person, receiver: Person, changes: Partial<Asked<'help.recorded'>> = {},
): Hex {
  const help = aHelp(town, helper, receiver, { day: dayFor(town, helper, changes.minutes ?? 90), ...changes })
  recorded(town, help, [helper])
  recorded(town, { kind: 'help.confirmed', help: help.id! }, [receiver])
  return help.id!
}

/** The latest day on which somebody can have helped for so long besides all else they did; today when there is none. */
function dayFor({ state, now }: Town, { acct }: Person, minutes: number): number {
  const today = Math.floor(now / DAY)
  const days = Array.from({ length: DAYS_BACK_MAX + 1 }, (_, back) => today - back)
  return days.find((day) => minutesLeftOn(state, acct, day, { seq: 0, ts: now, leaf: new Uint8Array(32) }) >= minutes) ?? today
}

/** Lets days pass with one tick at their end, as for a hub that was off. */
export function sleep(town: Town, days: number): void {
  town.now += days * DAY
  tick(town)
}

/** Nominal milli-CV that a person can spend here today. */
export const domainOf = (town: Town, person: Person): bigint => balanceOf(town.state, person.acct, town.now).domainMilli
/** Nominal milli-CV that is held from a person today. */
export const heldOf = (town: Town, person: Person): bigint => balanceOf(town.state, person.acct, town.now).heldMilli
