/**
 * What must be so of every town at every moment, besides the equations of *Books*: that both reducers have the same books, and that
 * each award, level and lifetime value can be computed again from what stands in the log.
 */
import { levelOf as levelOfFirst } from '#ledger/rules/level.ts'
import { levelOf } from '../reducer/awards.ts'
import type { Award, City } from '../reducer/state.ts'
import { sum } from '../reducer/value.ts'
import type { Town } from './town.ts'

export function wrongIn({ state, city }: Town): string[] {
  const books = Object.entries(city.books).filter(([name, n]) => state.books[name as keyof typeof state.books] !== n)
  const awards = [...city.agreements.values(), ...city.helps.values()].filter(({ award }) => award !== null)
  const members = [...city.members.values()].map((member) => {
    const earned = sum(awards.filter(({ helper }) => helper === member.acct).map(({ award }) => award!.milli))
    const abroad = sum([...city.abroad.values()].filter((one) => one.member === member.acct).map(({ milli }) => milli))
    return { member, theirs: state.members.get(member.acct), isEarned: member.lifetimeMilli === earned + abroad }
  })
  return [
    ...books.map(([name]) => `books differ in ${name}`),
    ...awards.filter(({ award }) => award!.milli !== again(city, award!)).map(({ id }) => `the award of ${id} does not follow from its factors`),
    ...members.filter(({ isEarned }) => !isEarned).map(({ member }) => `${member.acct} has earned something else`),
    ...members.filter(({ member, theirs }) => theirs === undefined || BigInt(levelOfFirst(state, member.acct)) !== levelOf(city, member))
      .map(({ member }) => `the level of ${member.acct} differs`),
  ]
}

const again = (city: City, { minutes, coefficientPerMille, ratingPerMille, groupPerMille }: Award): bigint =>
  (minutes * 1_000n * coefficientPerMille * ratingPerMille * groupPerMille) / (10n ** 9n * city.charters[0]!.says.skill.minutesPerCv)
