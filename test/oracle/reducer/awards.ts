/** *Price*, *Award*, *Level*, *Standing*, *Conversion* of the README. */
import { credit, leftOf } from './accounts.ts'
import { demand, type Hex } from './bytes.ts'
import { charterOf } from './city.ts'
import { globalDay, globalIndex, inFederation } from './federation.ts'
import type { Charter, Ratio } from './charter.ts'
import { DAY } from './genesis.ts'
import type { Award, City, Member, Rules } from './state.ts'
import { addTime, domainDay, domainIndex } from './time.ts'
import { baseOf, least, quarterOn, sum, YEAR } from './value.ts'

export const GOOD = 2n

/** What so many minutes of help cost a receiver at a time, as far as they have it. */
export const priceOf = (city: City, charter: Charter, minutes: bigint, receiver: Member, ts: bigint): bigint =>
  charter.helpPrice === 0n ? 0n : least(fullPrice(city, charter, minutes, ts), leftOf(city, receiver, 'domain', ts))

export const fullPrice = (city: City, charter: Charter, minutes: bigint, ts: bigint): bigint =>
  charter.helpPrice === 0n ? 0n : baseOf((minutes * 1_000n) / charter.skill.minutesPerCv, domainIndex(city, ts))

/** What `commons` adds to the price that was given, as far as there is. */
export function addFromCommons(city: City, missing: bigint): void {
  const added = least(missing > 0n ? missing : 0n, city.books.commons)
  city.books.commons -= added
  city.books.redemption += added
}

type Helped = { category: bigint; helper: Hex }

/** Pays the helper, if it is a member; the award with its factors. */
export function award(city: City, charter: Charter, { category, helper }: Helped, minutes: bigint, grade: bigint, ts: bigint, seq: bigint): Award {
  const { skill, rating } = charter
  const coefficientPerMille = skill.coefficients.find((one) => one.category === category)!.perMille
  const ratingPerMille = rating.movesAward ? [rating.poorPerMille, rating.fairPerMille, rating.goodPerMille][Number(grade)]! : 1_000n
  const groupPerMille = 1_000n
  const milli = (minutes * 1_000n * coefficientPerMille * ratingPerMille * groupPerMille) / (10n ** 9n * skill.minutesPerCv)
  const member = city.members.get(helper)
  if (member !== undefined) {
    const paid = baseOf(milli, domainIndex(city, ts))
    city.books.issuance -= paid
    credit(city, member, 'domain', paid, ts)
    member.lifetimeMilli += milli
  }
  const day = member !== undefined ? domainDay(city, ts) : globalDay(city, ts)
  return { minutes, coefficientPerMille, ratingPerMille, groupPerMille, milli, day, seq }
}

/** One contribution to the helper, a kept outcome to both. */
export function countContribution(city: City, { helper, receiver }: { helper: Hex; receiver: Hex }, ts: bigint): void {
  const giver = city.members.get(helper)
  if (giver !== undefined) giver.contributions += 1n
  for (const acct of [helper, receiver]) {
    const member = city.members.get(acct)
    if (member !== undefined) addTime(member.kept, ts)
  }
}

export const levelOf = (city: City, { contributions, lifetimeMilli }: Member): bigint =>
  contributions === 0n ? 1n : lifetimeMilli >= charterOf(city).levels.l3Milli ? 3n : 2n

/** Per mille, or null without any grade and outcome. */
export function standingOf(city: City, member: Member, ts: bigint): bigint | null {
  const lately = (times: bigint[]) => BigInt(times.filter((t) => t > ts - YEAR * DAY).length)
  const [poor, fair, good] = [lately(member.poor), lately(member.fair), lately(member.good)]
  const [kept, broken] = [lately(member.kept), lately(member.broken)]
  const [grades, outcomes] = [poor + fair + good, kept + broken]
  if (grades + outcomes === 0n) return null
  const ages = member.activeDays.map((day) => domainDay(city, ts) - day).filter((age) => age < YEAR)
  const twelfths = BigInt(new Set(ages.map((age) => (12n * age) / YEAR)).size)
  const parts = [{ weight: 15n, part: (twelfths * 1_000n) / 12n }]
  if (grades > 0n) parts.push({ weight: 30n, part: (300n * poor + 700n * fair + 1_000n * good) / grades })
  if (outcomes > 0n) parts.push({ weight: 25n, part: (kept * 1_000n) / outcomes })
  return sum(parts.map(({ weight, part }) => weight * part)) / sum(parts.map(({ weight }) => weight))
}

/** Global for Domain: the lesser of the charter’s and the document’s. */
export function rateOf(city: City): Ratio {
  const [ours, theirs] = [charterOf(city).conversion.globalPer, city.documents.at(-1)!.says.conversion]
  return ours.numerator * theirs.denominator < theirs.numerator * ours.denominator ? ours : theirs
}

export const conversionRules: Rules = {
  'cv.converted'(city, { amountMilli }: { amountMilli: bigint }, { acct, ts }) {
    inFederation(city)
    const member = city.members.get(acct)!
    const { levelMin, standingMinPerMille, quarterMaxMilli } = charterOf(city).conversion
    const { numerator, denominator } = rateOf(city)
    const quarter = quarterOn(globalDay(city, ts))
    const before = member.converted?.quarter === quarter ? member.converted.milli : 0n
    const gained = (amountMilli * numerator) / denominator
    const given = baseOf(amountMilli, domainIndex(city, ts))
    const credited = baseOf(gained, globalIndex(city, ts))
    demand(levelOf(city, member) >= levelMin, 'level-too-low')
    demand((standingOf(city, member, ts) ?? 0n) >= standingMinPerMille, 'standing-too-low')
    demand(gained > 0n, 'nothing-asked')
    demand(given <= member.domain, 'insufficient-cv')
    demand(gained <= quarterMaxMilli - before, 'quarter-full')
    demand(credited <= city.books.pool, 'pool-too-small')
    member.domain -= given
    city.books.retire += given
    city.books.pool -= credited
    member.global += credited
    member.converted = { quarter, milli: before + gained }
  },
}
