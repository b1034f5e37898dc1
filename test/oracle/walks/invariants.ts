/**
 * What must be so of every town at every moment, besides the equations of *Books*: that both reducers have the same books, that nothing
 * has come to who has left, and that each award, level and lifetime value can be computed again from what stands in the log.
 */
import { levelOf as levelOfFirst } from '#ledger/rules/level.ts'
import { milliOf } from '../reducer/awards.ts'
import type { Hex } from '../reducer/bytes.ts'
import { levelOf } from '../reducer/standing.ts'
import type { Member } from '../reducer/state.ts'
import { sum } from '../reducer/value.ts'
import type { Town } from './town.ts'

const hasAnything = ({ domain, held, global, globalHeld, reserveMilli }: Member): boolean =>
  [domain, held, global, globalHeld, reserveMilli].some((amount) => amount !== 0n)

export function wrongIn({ state, city }: Town): string[] {
  const books = Object.entries(city.books).filter(([name, n]) => state.books[name as keyof typeof state.books] !== n)
  // What a guest is awarded counts at home, also when they have moved here since; what a guest was given, once it has been paid for.
  const given = [
    ...[...city.agreements.values()].filter(({ guestDue, stay }) => guestDue === null && stay?.counted !== false)
      .map(({ id, provider, award }) => ({ id, giver: provider, award })),
    ...[...city.helps.values()].map(({ id, helper, award }) => ({ id, giver: helper, award })),
    ...[...city.projects.values()].flatMap(({ id, awards }) => awards.map(({ member, award }) => ({ id, giver: member, award }))),
    ...[...city.sessions.values()].map(({ id, organiser, award }) => ({ id, giver: organiser, award })),
    ...[...city.works.values()].map(({ id, author, award }) => ({ id, giver: author, award })),
  ].flatMap(({ id, giver, award }) => (award === null ? [] : [{ id, giver, award }]))
  const earned = (acct: Hex) => sum(given.filter(({ giver }) => giver === acct).map(({ id, award }) => (city.corrections.get(`${id} ${acct}`)?.award ?? award).milli)) +
    sum([...city.abroad.values()].filter(({ member }) => member === acct).map(({ milli }) => milli)) -
    sum([...city.cases.values()].filter(({ accused, phase }) => accused === acct && phase === 'sanctioned').map(({ taken }) => taken!.lifetimeMilli))
  return [
    ...books.map(([name, n]) => `${name} is ${state.books[name as keyof typeof state.books]}, the README says ${n}`),
    ...given.filter(({ award }) => award.milli !== milliOf(award)).map(({ id }) => `the award of ${id} does not follow from its factors`),
    ...[...city.members.values()].flatMap((member) => [
      ...(member.status === 'departed' && hasAnything(member) ? [`${member.acct} has left, and has something`] : []),
      ...(member.lifetimeMilli === earned(member.acct) ? [] : [`${member.acct} has earned something else`]),
      ...(BigInt(levelOfFirst(state, member.acct)) === levelOf(city, member) ? [] : [`the level of ${member.acct} differs`]),
    ]),
  ]
}
