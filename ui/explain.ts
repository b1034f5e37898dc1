/**
 * "Why 90": an award as the sum a neighbour could do on paper. The factors come from the hub in the
 * order in which they are multiplied; nothing is computed here that the record has not already
 * decided.
 */
import type { AwardFactor } from '#protocol/api.ts'
import { factor } from './format.ts'
import type { Texts } from './text/zh.ts'

/** One line of the sum: a number, and what it stands for. */
export type Term = { number: string; meaning: string }

/**
 * The lines in order, time as this hub shows it; empty for an award whose factors stand in another
 * city's record.
 */
export function termsOf(
  factors: AwardFactor[],
  final: boolean,
  showsHours: boolean,
  t: Texts,
): Term[] {
  return factors.map((one) => {
    switch (one.factor) {
      case 'minutes':
        return {
          number: showsHours ? t.duration(one.value) : t.minutes(one.value),
          meaning: t.factors.minutes,
        }
      case 'coefficient': {
        const name = t.awardCategories[one.category as 1 | 2 | 3] ?? t.factors.coefficient
        return { number: factor(one.perMille), meaning: name }
      }
      case 'rating': {
        const graded =
          one.graded === 'not-rated'
            ? final
              ? t.factors.notRated
              : t.factors.ifGood
            : t.grades[one.graded]
        return { number: factor(one.perMille), meaning: `${t.factors.rating} · ${graded}` }
      }
      case 'group':
        return {
          number: factor(one.perMille),
          meaning: `${t.factors.group} · ${t.factors.people(one.people)}`,
        }
    }
  })
}

/** The sum in one line: "90 分钟 × 1.0 × 1.0 = 90 贡献值". */
export const sumOf = (terms: Term[], total: string, t: Texts): string =>
  `${terms.map((term) => term.number).join(` ${t.factors.times} `)} ${t.factors.equals} ${total}`
