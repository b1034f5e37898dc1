/** *The commons*, *Referral*, *The time reserve* of `ledger/rules/README.md`, and *Conversion* of the README. */
import { credit, debit, leftOf } from './accounts.ts'
import { demand, type Hex } from './bytes.ts'
import { isUndecided } from './cases.ts'
import type { Charter, Ratio } from './charter.ts'
import { charterOf, demandPresent, isActive, isOwn, saidJointly } from './city.ts'
import { closingIn, globalDay, globalIndex, inFederation } from './federation.ts'
import { DAY } from './genesis.ts'
import { levelOf, standingOf } from './standing.ts'
import type { City, Member, Rules, Settlings, Yearly } from './state.ts'
import { domainDay, domainIndex, setDeadline } from './time.ts'
import { baseOf, least, quarterOn, sum, YEAR } from './value.ts'

// Price

/** What so many minutes of help cost at a time. */
export const fullPrice = (city: City, charter: Charter, minutes: bigint, ts: bigint): bigint =>
  charter.helpPrice === 0n ? 0n : baseOf(timeMilli(charter, minutes), domainIndex(city, ts))

/** An hour for an hour, nominal. */
const timeMilli = (charter: Charter, minutes: bigint): bigint => (minutes * 1_000n) / charter.skill.minutesPerCv

/** What a guest gives for so many minutes of help, base Global. */
export function guestPrice(city: City, charter: Charter, minutes: bigint, ts: bigint): bigint {
  const { numerator, denominator } = rateOf(city)
  return baseOf((timeMilli(charter, minutes) * numerator) / denominator, globalIndex(city, ts))
}

/** What of it a receiver has. */
export const priceOf = (city: City, charter: Charter, minutes: bigint, receiver: Member, ts: bigint): bigint =>
  least(fullPrice(city, charter, minutes, ts), leftOf(city, receiver, 'domain', ts))

/** What `commons` adds to the price that was given, as far as there is. */
export function addFromCommons(city: City, missing: bigint): bigint {
  const added = least(missing > 0n ? missing : 0n, city.books.commons)
  city.books.commons -= added
  city.books.redemption += added
  return added
}

// The commons

/** The yearly issue, for so many people. */
export function issueToCommons(city: City, people: bigint, ts: bigint): void {
  const issued = baseOf(charterOf(city).commons.yearlyIssueMilli * people, domainIndex(city, ts))
  city.books.issuance -= issued
  city.books.commons += issued
}

export const setYearlyIssue = (city: City, ts: bigint): void =>
  setDeadline(city, city.hub.day0 + (domainDay(city, ts) / YEAR + 1n) * YEAR * DAY, 'commons.issue', '')

/** What is counted of a member in this protocol year. */
export function yearlyOf(city: City, member: Hex, ts: bigint): Yearly {
  const year = domainDay(city, ts) / YEAR
  const counted = city.yearly.get(member)
  return counted?.year === year ? counted : { member, year, givenMilli: 0n, grantedMilli: 0n, referrals: 0n }
}

/** A contribution more, and if it is the first, thanks to who brought somebody. */
export function addContribution(city: City, member: Member, ts: bigint, seq: bigint): void {
  member.contributions += 1n
  const { isOpen, milli, yearMax } = charterOf(city).referral
  const inviter = member.invitedBy === null ? undefined : city.members.get(member.invitedBy)
  if (member.contributions !== 1n || inviter === undefined || !isOpen || milli === 0n || !isActive(inviter)) return
  const [counted, each] = [yearlyOf(city, inviter.acct, ts), baseOf(milli, domainIndex(city, ts))]
  if (city.referrals.has(member.acct) || counted.referrals >= yearMax || 2n * each > city.books.commons) return
  city.books.commons -= 2n * each
  credit(city, inviter, 'domain', each, ts)
  credit(city, member, 'domain', each, ts)
  city.yearly.set(inviter.acct, { ...counted, referrals: counted.referrals + 1n })
  city.referrals.set(member.acct, { newcomer: member.acct, inviter: inviter.acct, seq })
}

export const commonsSettlings: Settlings = {
  'commons.issue'(city, _, at) {
    const people = [...city.members.values()].filter((member) => member.form === 'person' && isActive(member))
    issueToCommons(city, BigInt(people.length), at)
    setYearlyIssue(city, at)
  },
}

/** Global for Domain: the lesser of the charter’s and the document’s. */
export function rateOf(city: City): Ratio {
  const [ours, theirs] = [charterOf(city).conversion.globalPer, city.documents.at(-1)!.says.conversion]
  return ours.numerator * theirs.denominator < theirs.numerator * ours.denominator ? ours : theirs
}

type Granted = { member: Hex; amountMilli: bigint; because: 'newcomer' | 'vulnerable' }
type Opened = { member: Hex; because: 'age' | 'hardship' | 'relative'; evidence: Hex }

export const commonsRules: Rules = {
  'pool.granted'(city, { amountMilli, reason, ...fields }: { member: Hex; amountMilli: bigint; reason: Hex }, { acct, ts }) {
    inFederation(city)
    demand(closingIn(city, city.hub.origin) === undefined, 'not-in-document')
    const member = city.members.get(fields.member)
    demand(member, 'unknown-member')
    demand(!isOwn(city, member.acct, acct), 'own-matter')
    demand(member.attested, 'not-attested')
    demandPresent(member)
    demand(amountMilli > 0n, 'nothing-asked')
    const [counted, { numerator, denominator }] = [yearlyOf(city, member.acct, ts), rateOf(city)]
    const left = charterOf(city).commons.grantMaxMilli - counted.grantedMilli
    demand(amountMilli <= (left * numerator) / denominator, 'above-limit')
    const amount = baseOf(amountMilli, globalIndex(city, ts))
    demand(amount <= city.books.pool, 'pool-too-small')
    if (!saidJointly(city, `pool.granted ${member.acct} ${amountMilli} ${reason}`, acct, [member.acct])) return
    city.books.pool -= amount
    credit(city, member, 'global', amount, ts)
    city.yearly.set(member.acct, { ...counted, grantedMilli: counted.grantedMilli + (amountMilli * denominator) / numerator })
  },

  'commons.granted'(city, { amountMilli, because, ...fields }: Granted, { acct, ts }) {
    const { newcomerGrantMilli, grantMaxMilli } = charterOf(city).commons
    const member = city.members.get(fields.member)
    demand(member, 'unknown-member')
    demand(!isOwn(city, member.acct, acct), 'own-matter')
    demand(member.attested, 'not-attested')
    demandPresent(member)
    demand(amountMilli > 0n, 'nothing-asked')
    const grants = city.grants.get(member.acct) ?? { member: member.acct, newcomerMilli: 0n, vulnerableMilli: 0n }
    const counted = yearlyOf(city, member.acct, ts)
    if (because === 'newcomer') {
      demand(ts < member.joinedTs + YEAR * DAY, 'not-a-newcomer')
      demand(grants.newcomerMilli === 0n, 'already-granted')
      demand(amountMilli <= newcomerGrantMilli, 'above-limit')
    } else demand(amountMilli <= grantMaxMilli - counted.grantedMilli, 'above-limit')
    const amount = baseOf(amountMilli, domainIndex(city, ts))
    demand(amount <= city.books.commons, 'commons-too-small')
    if (!saidJointly(city, `commons.granted ${member.acct} ${amountMilli} ${because}`, acct, [member.acct])) return
    city.books.commons -= amount
    credit(city, member, 'domain', amount, ts)
    grants[because === 'newcomer' ? 'newcomerMilli' : 'vulnerableMilli'] += amountMilli
    city.grants.set(member.acct, grants)
    if (because === 'vulnerable') city.yearly.set(member.acct, { ...counted, grantedMilli: counted.grantedMilli + amountMilli })
  },

  'reserve.locked'(city, { amountMilli }: { amountMilli: bigint }, { acct, ts }) {
    const { isOpen, capMilli, hubMaxPerMille } = charterOf(city).reserve
    const [member, members] = [city.members.get(acct)!, [...city.members.values()]]
    const amount = baseOf(amountMilli, domainIndex(city, ts))
    demand(isOpen, 'reserve-closed')
    demand(![...city.cases.values()].some((one) => one.accused === acct && isUndecided(one)), 'still-open')
    demand(amountMilli > 0n, 'nothing-asked')
    demand(amount <= member.domain, 'insufficient-cv')
    demand(member.reserveMilli + amountMilli <= capMilli, 'above-limit')
    const ceiling = (sum(members.map(({ lifetimeMilli }) => lifetimeMilli)) * hubMaxPerMille) / 1_000n
    demand(sum(members.map(({ reserveMilli }) => reserveMilli)) + amountMilli <= ceiling, 'reserve-ceiling')
    debit(city, member, 'domain', amount, ts)
    city.books.issuance += amount
    member.reserveMilli += amountMilli
  },

  'reserve.opened'(city, { because, evidence, ...fields }: Opened, { acct }) {
    const member = city.members.get(fields.member)
    demand(member, 'unknown-member')
    demand(!isOwn(city, member.acct, acct), 'own-matter')
    demandPresent(member)
    demand(member.reserveOpen !== because, 'as-before')
    if (saidJointly(city, `reserve.opened ${member.acct} ${because} ${evidence}`, acct, [member.acct])) member.reserveOpen = because
  },

  'reserve.released'(city, { amountMilli }: { amountMilli: bigint }, { acct, ts }) {
    const member = city.members.get(acct)!
    demand(member.reserveOpen !== null, 'reserve-locked')
    demand(amountMilli > 0n, 'nothing-asked')
    demand(amountMilli <= member.reserveMilli, 'insufficient-cv')
    const amount = baseOf(amountMilli, domainIndex(city, ts))
    city.books.issuance -= amount
    credit(city, member, 'domain', amount, ts)
    member.reserveMilli -= amountMilli
    if (member.reserveOpen !== 'age') member.reserveOpen = null
  },

  'cv.converted'(city, { amountMilli }: { amountMilli: bigint }, { acct, ts }) {
    inFederation(city)
    demand(closingIn(city, city.hub.origin) === undefined, 'not-in-document')
    const member = city.members.get(acct)!
    const { levelMin, standingMinPerMille, quarterMaxMilli, yearMaxMilli } = charterOf(city).conversion
    const { numerator, denominator } = rateOf(city)
    const [quarter, year] = [quarterOn(globalDay(city, ts)), globalDay(city, ts) / YEAR]
    const before = member.converted?.quarter === quarter ? member.converted.milli : 0n
    const byAll = city.conversions?.year === year ? city.conversions.milli : 0n
    const gained = (amountMilli * numerator) / denominator
    const given = baseOf(amountMilli, domainIndex(city, ts))
    const credited = baseOf(gained, globalIndex(city, ts))
    demand(levelOf(city, member) >= levelMin, 'level-too-low')
    demand((standingOf(city, member, ts) ?? 0n) >= standingMinPerMille, 'standing-too-low')
    demand(gained > 0n, 'nothing-asked')
    demand(given <= member.domain, 'insufficient-cv')
    demand(gained <= quarterMaxMilli - before, 'quarter-full')
    demand(gained <= yearMaxMilli - byAll, 'year-full')
    demand(credited <= city.books.pool, 'pool-too-small')
    debit(city, member, 'domain', given, ts)
    city.books.retire += given
    city.books.pool -= credited
    credit(city, member, 'global', credited, ts)
    member.converted = { quarter, milli: before + gained }
    city.conversions = { year, milli: byAll + gained }
  },
}
