/**
 * Nobody gives more time than has passed.
 *
 * Two who act as one can agree on any number of minutes and say at once that they were. What no agreement between them
 * can change is the calendar: whoever helps lives one minute a minute. So a report counts what can have passed since the
 * agreed beginning; of what a member gives to all others together no more is counted than has passed since the first of
 * it began; and on one day named in a short form nobody helps for more than twenty-four hours. Everywhere there is a
 * day of slack, since people write down in the evening what ends at midnight.
 *
 * What is lent passes by itself and many things can be lent at once, so of a use only its own report is bounded. What a
 * member may begin to count lies at most `DAYS_BACK_MAX` days back, or as far as the agreement does that they signed; and
 * never before they joined. Else every new account would come with a month of help that nobody could have seen.
 */
import type { Hex } from '../action.ts'
import { utcDayOf } from '../calendar.ts'
import { changed } from '../state/changed.ts'
import type { Refusal } from '../refusal.ts'
import type { Member } from '../state/people.ts'
import type { At, State } from '../state/state.ts'

const DAY = 86_400
const MINUTES_A_DAY = 1_440
/** So far back something may be agreed on or written down; later, memories differ. */
export const DAYS_BACK_MAX = 30

/** The most minutes that can have passed by `ts` of something that began at `begins`. */
export const passedSince = (begins: number, ts: number): number => Math.floor((ts - begins) / 60) + MINUTES_A_DAY

/** How many minutes more a member can have given by now in something that began at `begins`. */
export function minutesLeft(state: State, acct: Hex, begins: number, at: At): number {
  const until = untilWhen(state, acct, begins, at)
  return Math.max(0, Math.floor((at.ts + DAY - until) / 60))
}

/** The same of help on one UTC day, of which there are no more than twenty-four hours either. */
export function minutesLeftOn(state: State, acct: Hex, day: number, at: At): number {
  const given = state.hours.get(acct)?.days.find((one) => one.day === day)?.minutes ?? 0
  return Math.min(MINUTES_A_DAY - given, minutesLeft(state, acct, at.ts, at))
}

/** Why so many minutes are too many, when at most `most` can have been; or null. */
export const checkPassed = (minutes: number, most: number): Refusal | null =>
  minutes > most ? { code: 'time-not-passed', most: Math.max(0, most) } : null

/** The first UTC day of which something with this member can be recorded: the one before that of their joining. */
const firstDayOf = ({ joinedTs }: Member): number => utcDayOf(joinedTs) - 1

/** Why something of this UTC day is none of theirs: one of them was not here; a guest's past is their city's matter. */
export function checkHere(state: State, people: Hex[], day: number): Refusal | null {
  const early = whoCameAfter(state, people, day)
  return early === null ? null : { code: 'before-joining', member: early.acct, oldest: early.firstDay }
}

/** The same of something that began at `begins`. The moment is said: as a UTC day it could be the very day that somebody chose. */
export function checkHereAt(state: State, people: Hex[], begins: number): Refusal | null {
  const early = whoCameAfter(state, people, utcDayOf(begins))
  return early === null ? null : { code: 'before-joining', member: early.acct, earliest: early.firstDay * DAY }
}

function whoCameAfter({ members }: State, people: Hex[], day: number): { acct: Hex; firstDay: number } | null {
  for (const acct of people) {
    const member = members.get(acct)
    if (member !== undefined && day < firstDayOf(member)) return { acct, firstDay: firstDayOf(member) }
  }
  return null
}

/** Takes in that a member has given so many minutes since `begins`; of what was counted too much, less than none. */
export function noteHours(state: State, acct: Hex, minutes: number, begins: number, at: At): void {
  if (!state.members.has(acct)) return
  const known = state.hours.get(acct)
  // What is taken back is room again, wherever it was given.
  const until = minutes < 0 ? known!.until : untilWhen(state, acct, begins, at)
  if (known === undefined) state.hours.set(acct, { member: acct, until: until + minutes * 60, days: [] })
  else changed(known).until = until + minutes * 60
}

/** The same of help on one UTC day. */
export function noteHoursOn(state: State, acct: Hex, minutes: number, day: number, at: At): void {
  noteHours(state, acct, minutes, at.ts, at)
  const hours = state.hours.get(acct)!
  const known = hours.days.find((one) => one.day === day)
  if (known !== undefined) known.minutes += minutes
  else if (minutes > 0) hours.days.push({ day, minutes })
  const oldest = utcDayOf(at.ts) - DAYS_BACK_MAX
  hours.days = hours.days.filter((one) => one.day >= oldest)
}

/** Takes in that a member has come from another city: the day of slack was that city's, and no time is counted in both. */
export function noteArrival({ hours }: State, acct: Hex, { ts }: At): void {
  hours.set(acct, { member: acct, until: ts + DAY, days: [] })
}

/** Until when their time is spoken for, as far as it bears on something that began at `begins`. */
const untilWhen = ({ hours, members }: State, acct: Hex, begins: number, { ts }: At): number =>
  Math.max(hours.get(acct)?.until ?? 0, members.get(acct)!.joinedTs, Math.min(begins, ts - DAYS_BACK_MAX * DAY))
