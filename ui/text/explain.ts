/**
 * "Why 90": an award as the sum a neighbour could do on paper. The factors come from the hub in the
 * order in which they are multiplied; nothing is computed here that the record has not already
 * decided.
 */
import type { AwardFactor, PersonView } from '#protocol/api.ts'
import { amount, date, factor } from './format.ts'
import type { Texts } from './catalogue.ts'

/** One line of the sum: a number, what it stands for, and who said so, if somebody did. */
export type Term = { number: string; meaning: string; set?: { by: PersonView; ts: number } }

/**
 * The lines in order, time as this hub shows it; empty for an award whose factors stand in another
 * city's record.
 */
export function termsOf(
  factors: AwardFactor[],
  final: boolean,
  showsHours: boolean,
  t: Texts<'names' | 'why'>,
): Term[] {
  return factors.map((one) => termOf(one, final, showsHours, t))
}

function termOf(one: AwardFactor, final: boolean, showsHours: boolean, t: Texts<'names' | 'why'>): Term {
  const f = t.factors
  switch (one.factor) {
    case 'minutes':
      return { number: showsHours ? t.duration(one.value) : t.minutes(one.value), meaning: f.minutes }
    case 'hours':
      return { number: f.hours(one.minutes), meaning: f.minutes }
    case 'base': {
      const name = one.of === 'resource' ? f.resources[one.what] : f.projects[one.what]
      return { number: amount(one.milli, t.language, showsHours), meaning: name ?? f.base }
    }
    case 'units':
      return { number: String(one.value), meaning: f.units }
    case 'part':
      return { number: `${t.minutes(one.minutes)} / ${t.minutes(one.of)}`, meaning: f.part }
    case 'people':
      return { number: f.people(one.value), meaning: f.works[one.work] ?? f.useful }
    case 'then':
      return { number: amount(one.milli, t.language, showsHours), meaning: f.then(date(one.ts, t.language)) }
    case 'index':
      return { number: (one.millionths / 1e6).toFixed(6), meaning: f.index(String(one.yearPerMille / 10)) }
    case 'amount':
      return { number: amount(one.milli, t.language, showsHours), meaning: f.amount }
    case 'ratio':
      return { number: `${one.numerator}/${one.denominator}`, meaning: f.ratio[one.by] }
    case 'coefficient': {
      const name = t.awardCategories[one.category as 1 | 2 | 3] ?? f.coefficient
      return { number: factor(one.perMille), meaning: name }
    }
    case 'rating': {
      const graded =
        one.graded === 'not-rated' ? (final ? f.notRated : f.ifGood) : t.grades[one.graded]
      return { number: factor(one.perMille), meaning: `${f.rating} · ${graded}` }
    }
    case 'group':
      return { number: factor(one.perMille), meaning: `${f.group} · ${f.people(one.people)}` }
    default:
      return {
        number: factor(one.perMille),
        meaning: f.others[one.factor](one.of ?? 0),
        ...(one.set === null ? {} : { set: one.set }),
      }
  }
}

/** The sum in one line: "90 分钟 × 1.0 × 1.0 = 90 贡献值". */
export const sumOf = (terms: Term[], total: string, t: Texts<'why'>): string =>
  `${terms.map((term) => term.number).join(` ${t.factors.times} `)} ${t.factors.equals} ${total}`
