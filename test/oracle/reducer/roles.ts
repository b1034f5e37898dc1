/** *Roles* of `ledger/rules/README.md`: offered, taken up for a term, ended. */
import { demand, type Hex, Refused } from './bytes.ts'
import { charterOf, demandPresent, isSteward, saidJointly } from './city.ts'
import { noteAct } from './regards.ts'
import type { City, Post, Rules, Settlings } from './state.ts'
import { after, domainDay, setDeadline } from './time.ts'
import { most } from './value.ts'

const STEWARD = 1n
/** For so many Domain days nobody needs a contribution. */
const FOUNDING_DAYS = 30n

const roleIn = (city: City, role: bigint) => charterOf(city).roles.find((one) => one.role === role)
const stewards = (city: City): Hex[] => [...city.members.values()].filter(({ steward }) => steward).map(({ acct }) => acct)
const matterOf = ({ role, member }: { role: bigint; member: Hex }): string => `role.ended ${role} ${member}`

export function takeOffice(city: City, role: bigint, member: Hex, ts: bigint): void {
  const post: Post = { role, member, since: ts, until: after(ts, roleIn(city, role)!.termDays), isRecalled: false }
  const at = city.posts.findIndex((one) => one.role === role && one.member === member)
  if (at < 0) city.posts.push(post)
  else city.posts[at] = post
  city.jointly = city.jointly.filter(({ matter }) => matter !== matterOf(post))
  setDeadline(city, post.until, 'role.term', member)
  if (role !== STEWARD) return
  city.members.get(member)!.steward = true
  // Who only stayed because nobody else was there goes now.
  for (const other of city.posts.filter((one) => one.role === STEWARD && one.member !== member && (one.isRecalled || one.until <= ts))) endPost(city, other, !other.isRecalled)
}

export function endPost(city: City, post: Post, isOver: boolean): void {
  city.posts = city.posts.filter((one) => one !== post)
  city.jointly = city.jointly.filter(({ matter }) => matter !== matterOf(post))
  if (post.role !== STEWARD) return
  city.members.get(post.member)!.steward = false
  if (isOver) noteAct(city, post.member)
}

/** Who is banned or gone holds nothing, and is offered nothing. */
export function endPostsOf(city: City, member: Hex): void {
  city.nominations = city.nominations.filter((one) => one.member !== member)
  for (const post of city.posts.filter((one) => one.member === member)) endPost(city, post, false)
}

/** That a role can be offered to somebody. */
export function demandMayHold(city: City, role: bigint, acct: Hex, ts: bigint): void {
  const [offered, member] = [roleIn(city, role), city.members.get(acct)]
  demand(offered, 'unknown-role')
  demand(member, 'unknown-member')
  demand(member.attested, 'not-attested')
  demandPresent(member)
  demand(member.form === 'person', 'no-person')
  demand(!offered.needsContribution || member.contributions > 0n || domainDay(city, ts) < FOUNDING_DAYS, 'no-contribution')
  demand(!city.nominations.some((one) => one.role === role && one.member === acct), 'wrong-phase')
}

export function mayHold(city: City, role: bigint, acct: Hex, ts: bigint): boolean {
  try {
    demandMayHold(city, role, acct, ts)
    return true
  } catch (error) {
    if (error instanceof Refused) return false
    throw error
  }
}

export function offerRole(city: City, role: bigint, member: Hex, ts: bigint): void {
  const until = after(ts, charterOf(city).windows.noticeDays)
  city.nominations.push({ role, member, until })
  setDeadline(city, until, 'role.offer', member)
}

type Named = { member: Hex; role: bigint }

export const roleRules: Rules = {
  'role.granted'(city, { member, role }: Named, { acct, ts }) {
    demand(member !== acct, 'own-matter')
    demandMayHold(city, role, member, ts)
    if (saidJointly(city, `role.granted ${role} ${member}`, acct, [member])) offerRole(city, role, member, ts)
  },

  'role.accepted'(city, { role }: { role: bigint }, { acct, ts }) {
    const nomination = city.nominations.find((one) => one.role === role && one.member === acct)
    demand(nomination, 'not-offered')
    demand(roleIn(city, role), 'unknown-role')
    city.nominations = city.nominations.filter((one) => one !== nomination)
    takeOffice(city, role, acct, ts)
  },

  'role.ended'(city, { member, role }: Named, { acct }) {
    const post = city.posts.find((one) => one.role === role && one.member === member)
    demand(post, 'not-held')
    if (acct === member) {
      demand(role !== STEWARD || stewards(city).length > 1, 'last-steward')
      return endPost(city, post, false)
    }
    demand(isSteward(city, acct), 'not-a-steward')
    const matter = matterOf(post)
    const { stewardThreshold } = charterOf(city)
    const needed = role === STEWARD ? most(2n, stewardThreshold) : stewardThreshold
    demand(role !== STEWARD || BigInt(stewards(city).filter((one) => one !== member).length) >= needed, 'not-enough-stewards')
    if (saidJointly(city, matter, acct, [member], needed)) endPost(city, post, false)
  },
}

export const roleSettlings: Settlings = {
  'role.offer'(city, member, at) {
    city.nominations = city.nominations.filter((one) => one.member !== member || one.until > at)
  },

  'role.term'(city, member, at) {
    for (const post of city.posts.filter((one) => one.member === member && one.until <= at)) {
      if (post.role !== STEWARD || stewards(city).length > 1) endPost(city, post, !post.isRecalled)
    }
  },
}
