/**
 * The commons 公共池: what everybody holds together.
 *
 * It receives what members earn beyond the yearly cap, what users give above what providers are awarded, what is taken
 * from somebody after an appeal, and once a protocol year so much for every attested person: for the year in which
 * they are attested at once, so that a young hub has something to welcome people with, for every later one at its
 * first midnight. It gives what the charter says: hours for those who have none, grants, and referrals. Grants are
 * said by stewards together and stand in the record for everybody; they count in no level.
 */
import { credit } from '../value/account.ts'
import type { ActionOf } from '../action.ts'
import { yearOfDay } from '../calendar.ts'
import { changed } from '../state/changed.ts'
import type { Member } from '../state/people.ts'
import { baseOf, nominalOf } from '../value/decay.ts'
import type { Refusal } from '../refusal.ts'
import { type At, charterOf, domainDay, domainIndex, type State } from '../state/state.ts'
import { countInYear, yearlyOf } from '../value/yearly.ts'
import { checkSaid, sayJointly } from './jointly.ts'
import { isOwn } from './organisation.ts'
import { checkMember, isActive } from './status.ts'

const YEAR_SECONDS = 365 * 86_400

/** Sets the deadline of the first midnight of the protocol year after the one of `ts`. */
export function expectYear(state: State, ts: number): void {
  const year = yearOfDay(domainDay(state, ts)) + 1
  state.deadlines.set(state.hub.day0 + year * YEAR_SECONDS, 'commons.issue', '')
}

/** Deadline: a protocol year begins. Who looks at everybody does so once a year. */
export function issueToCommons(state: State, at: At): void {
  let persons = 0n
  for (const member of state.members.values()) if (isCounted(member)) persons += 1n
  issueFor(state, persons, at)
  expectYear(state, at.ts)
}

/** Somebody has been attested: the commons receives for them what it will every year. */
export function issueForNewcomer(state: State, member: Member, at: At): void {
  if (isCounted(member)) issueFor(state, 1n, at)
}

const isCounted = (member: Member): boolean => member.form === 'person' && isActive(member)

function issueFor(state: State, persons: bigint, at: At): void {
  const base = baseOf(charterOf(state).commons.yearlyIssueMilli * persons, domainIndex(state, domainDay(state, at.ts)))
  state.books.issuance -= base
  state.books.commons += base
}

export function checkGranted(state: State, granted: ActionOf<'commons.granted'>, at: At): Refusal | null {
  const { member: acct, amountMilli, because } = granted
  if (isOwn(state, acct, granted.acct)) return { code: 'own-matter' }
  const absent = checkMember(state, acct)
  if (absent !== null) return absent
  if (amountMilli === 0n) return { code: 'nothing-asked' }
  const { newcomerGrantMilli, grantMaxMilli } = charterOf(state).commons
  if (because === 'newcomer') {
    const { joinedTs: joined } = state.members.get(acct)!
    if (at.ts - joined >= YEAR_SECONDS) return { code: 'not-a-newcomer', joined }
    if ((state.grants.get(acct)?.newcomerMilli ?? 0n) > 0n) return { code: 'already-granted' }
    if (amountMilli > newcomerGrantMilli) return { code: 'above-limit', leftMilli: newcomerGrantMilli }
  } else {
    const { grantedMilli } = yearlyOf(state, acct, at.ts)
    const leftMilli = grantMaxMilli > grantedMilli ? grantMaxMilli - grantedMilli : 0n
    if (amountMilli > leftMilli) return { code: 'above-limit', leftMilli }
  }
  return checkCommons(state, amountMilli, at) ?? checkSaid(state, matterOf(granted), granted.acct, [acct])
}

/** Why the commons cannot give so much today, or null. */
function checkCommons(state: State, askedMilli: bigint, at: At): Refusal | null {
  const index = domainIndex(state, domainDay(state, at.ts))
  const { commons } = state.books
  if (baseOf(askedMilli, index) <= commons) return null
  return { code: 'commons-too-small', availableMilli: nominalOf(commons, index), askedMilli }
}

export function applyGranted(state: State, granted: ActionOf<'commons.granted'>, at: At): void {
  if (!sayJointly(state, matterOf(granted), granted.acct, [granted.member])) return
  const { member: acct, amountMilli, because } = granted
  giveFromCommons(state, changed(state.members.get(acct)!), amountMilli, at)
  const before = state.grants.get(acct) ?? { member: acct, newcomerMilli: 0n, vulnerableMilli: 0n }
  if (because === 'newcomer') state.grants.set(acct, { ...before, newcomerMilli: amountMilli })
  else {
    state.grants.set(acct, { ...before, vulnerableMilli: before.vulnerableMilli + amountMilli })
    countInYear(state, acct, at.ts, { grantedMilli: amountMilli })
  }
}

const matterOf = ({ kind, member, amountMilli, because }: ActionOf<'commons.granted'>): string =>
  `${kind} ${member} ${amountMilli} ${because}`

/** Moves so much to a `changed` member. The commons has it. */
export function giveFromCommons(state: State, member: Member, milli: bigint, at: At): void {
  const base = baseOf(milli, domainIndex(state, domainDay(state, at.ts)))
  state.books.commons -= base
  credit(state, member, 'domain', base, at)
}

/** Whether the commons could give so much to each of so many today. */
export const hasForEach = (state: State, count: bigint, milli: bigint, at: At): boolean =>
  count * baseOf(milli, domainIndex(state, domainDay(state, at.ts))) <= state.books.commons
