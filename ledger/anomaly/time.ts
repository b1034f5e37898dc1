/**
 * R4, phantom help, and R5, impossible time: what is said to have been given, against the hours there are.
 *
 * R4 looks at 记一次帮助 that nothing but two signatures stands for: more than the charter's hours in a month, or in one
 * record. It flags and never invalidates. R5 looks at personal time only: a hosted room does not occupy its owner, and the
 * visits of a care plan are laid down beforehand.
 */
import type { Hex } from '../action.ts'
import { utcDayOf } from '../calendar.ts'
import type { Exchange } from '../state/exchange.ts'
import { charterOf, type State } from '../state/state.ts'
import type { Suspicion } from './flag.ts'
import type { Window } from './window.ts'

const DAY = 86_400
const MINUTE = 60
const MONTH_DAYS = 30
const DAY_MINUTES_MAX = 14 * 60

export function* phantomHelp(window: Window, state: State): Generator<Suspicion> {
  const { minutesMax, monthMinutesMax } = charterOf(state).shortForm
  const since = state.hub.day0 + (window.to + 1 - MONTH_DAYS) * DAY
  for (const [giver, given] of byGiver(window, ({ form, came }) => form === 'short' && !came)) {
    const month = given.filter(({ begins }) => begins >= since)
    const minutes = month.reduce((sum, exchange) => sum + exchange.minutes, 0)
    const long = given.filter((exchange) => exchange.minutes > minutesMax)
    const isMuch = minutes > monthMinutesMax
    if (!isMuch && long.length === 0) continue
    yield {
      rule: 'R4', version: 1, subjects: [giver], seqs: [...(isMuch ? month : []), ...long].map(({ seq }) => seq),
      computed: {
        monthMinutes: minutes, monthMinutesMax, longRecords: long.length, recordMinutesMax: minutesMax,
      },
    }
  }
}

export function* impossibleTime(window: Window): Generator<Suspicion> {
  for (const [giver, given] of byGiver(window, ({ form }) => form === 'short' || form === 'full')) {
    const days = fullDays(given)
    const overlaps = overlapping(given)
    if (days.length === 0 && overlaps.length === 0) continue
    const minutes = Math.max(0, ...days.map((day) => minutesOf(day)))
    yield {
      rule: 'R5', version: 1, subjects: [giver], seqs: [...days.flat(), ...overlaps.flat()].map(({ seq }) => seq),
      computed: {
        fullDays: days.length, dayMinutes: minutes, dayMinutesMax: DAY_MINUTES_MAX, overlaps: overlaps.length,
      },
    }
  }
}

function byGiver(window: Window, counts: (exchange: Exchange) => boolean): Map<Hex, Exchange[]> {
  const givers = new Map<Hex, Exchange[]>()
  for (const exchange of window.exchanges()) {
    if (!counts(exchange)) continue
    const given = givers.get(exchange.giver)
    if (given === undefined) givers.set(exchange.giver, [exchange])
    else given.push(exchange)
  }
  return givers
}

const minutesOf = (exchanges: Exchange[]): number => exchanges.reduce((sum, { minutes }) => sum + minutes, 0)

/** UTC days with more than anybody works; what was agreed over several days may lie on any of them. */
function fullDays(given: Exchange[]): Exchange[][] {
  const days = new Map<number, Exchange[]>()
  const full: Exchange[][] = []
  for (const exchange of given) {
    const first = utcDayOf(exchange.begins)
    const last = utcDayOf(exchange.ends - 1)
    if (last > first) {
      if (exchange.minutes > DAY_MINUTES_MAX * (last - first + 1)) full.push([exchange])
      continue
    }
    const day = days.get(first)
    if (day === undefined) days.set(first, [exchange])
    else day.push(exchange)
  }
  for (const day of days.values()) if (minutesOf(day) > DAY_MINUTES_MAX) full.push(day)
  return full
}

/** Two agreed times that overlap and have no room for both. */
function overlapping(given: Exchange[]): [Exchange, Exchange][] {
  const ordered = given.filter(({ form }) => form === 'full').sort((a, b) => a.begins - b.begins || a.seq - b.seq)
  const found: [Exchange, Exchange][] = []
  ordered.forEach((one, i) => {
    for (let j = i + 1; j < ordered.length && ordered[j]!.begins < one.ends; j++) {
      const other = ordered[j]!
      const room = Math.floor((Math.max(one.ends, other.ends) - one.begins) / MINUTE)
      if (one.minutes + other.minutes > room) found.push([one, other])
    }
  })
  return found
}
