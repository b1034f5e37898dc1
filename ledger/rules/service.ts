/**
 * What the hub itself offers for contribution value [S1660-1668]: priority in matching, one's own analytics, a course,
 * and certification of a skill.
 *
 * Each has a price and a time in the charter. Certification buys the asking and nothing else: it comes from peers who
 * have given help of that kind themselves, and it stays. What is given for a service leaves circulation, and buys
 * neither level nor standing.
 */
import { debit } from '../value/account.ts'
import type { ActionOf, Hex } from '../action.ts'
import { type Category, type ServiceCode, services } from '../charter/charter.ts'
import type { Purchase, Skills } from '../state/books.ts'
import { changed } from '../state/changed.ts'
import { baseOf } from '../value/decay.ts'
import type { Refusal } from '../refusal.ts'
import { type At, charterOf, domainDay, domainIndex, type State } from '../state/state.ts'
import { checkHas } from './gift.ts'
import { levelOf } from './level.ts'
import { checkPresent } from './status.ts'

const DAY = 86_400

/** What of a service a member has at `ts`, or undefined. A certification is asked for one category. */
export function serviceOf(
  state: State, member: Hex, service: ServiceCode, category: Category | null, ts: number,
): Purchase | undefined {
  const purchase = state.purchases.get(nameOf(member, service, category))
  return purchase !== undefined && ts < purchase.until ? purchase : undefined
}

const nameOf = (member: Hex, service: ServiceCode, category: Category | null): string => `${member} ${service} ${category ?? ''}`

export function checkBought(state: State, bought: ActionOf<'service.bought'>, at: At): Refusal | null {
  const { acct, service, category } = bought
  const row = charterOf(state).services.find((offered) => offered.service === service)
  if (row === undefined) return { code: 'service-not-offered' }
  if ((service === services.certification) !== (category !== null)) return { code: 'category-mismatch' }
  if (category !== null && skillsOf(state, acct).certified.includes(category)) return { code: 'as-before' }
  if (serviceOf(state, acct, service, category, at.ts) !== undefined) return { code: 'as-before' }
  return checkHas(state, acct, row.milli, at)
}

export function applyBought(state: State, bought: ActionOf<'service.bought'>, at: At): void {
  const { acct, service, category } = bought
  const { milli, days } = charterOf(state).services.find((offered) => offered.service === service)!
  const base = baseOf(milli, domainIndex(state, domainDay(state, at.ts)))
  debit(state, changed(state.members.get(acct)!), 'domain', base, at)
  state.books.redemption += base
  const name = nameOf(acct, service, category)
  state.purchases.set(name, { member: acct, service, category, until: at.ts + days * DAY, by: [] })
}

export function checkVouched(state: State, vouched: ActionOf<'skill.vouched'>, at: At): Refusal | null {
  const { acct, member: asking, category } = vouched
  const member = state.members.get(asking)
  if (member === undefined) return { code: 'unknown-member', member: asking }
  if (asking === acct) return { code: 'own-matter' }
  const absent = checkPresent(member)
  if (absent !== null) return absent
  const asked = serviceOf(state, asking, services.certification, category, at.ts)
  if (asked === undefined) return { code: 'not-asked-for' }
  const { levelMin } = charterOf(state).certification
  const level = levelOf(state, acct)
  if (level < levelMin) return { code: 'level-too-low', level, needed: levelMin }
  if (!skillsOf(state, acct).practised.includes(category)) return { code: 'other-skill' }
  return asked.by.includes(acct) ? { code: 'already-approved' } : null
}

export function applyVouched(state: State, vouched: ActionOf<'skill.vouched'>, _at: At): void {
  const { acct, member, category } = vouched
  const name = nameOf(member, services.certification, category)
  const asked = state.purchases.get(name)!
  const by = [...asked.by, acct]
  if (by.length < charterOf(state).certification.peers) state.purchases.set(name, { ...asked, by })
  else {
    state.purchases.delete(name)
    const skills = skillsOf(state, member)
    state.skills.set(member, { ...skills, certified: [...skills.certified, category] })
  }
}

/** What somebody has been awarded for, and what peers have certified: categories, in the order in which each came. */
export const skillsOf = (state: State, member: Hex): Skills =>
  state.skills.get(member) ?? { member, practised: [], certified: [] }

/** Somebody was awarded for help of this category. */
export function notePractised(state: State, member: Hex, category: Category): void {
  const skills = skillsOf(state, member)
  if (!skills.practised.includes(category)) state.skills.set(member, { ...skills, practised: [...skills.practised, category] })
}
