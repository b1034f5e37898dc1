/** *Level*, *Recommendation*, *Standing*, and who counts as active, of the README. */
import { demandPresent, isActive } from './city.ts'
import { demand, type Hex } from './bytes.ts'
import type { City, Member, Rules } from './state.ts'
import { domainDay } from './time.ts'
import { DAY } from './genesis.ts'
import { sum, YEAR } from './value.ts'

/** The level if no recommendation and no act were asked for. */
function levelByWork(city: City, { acct, form, contributions, lifetimeMilli }: Member): bigint {
  const { l3Milli, l4Milli, l5Milli } = city.charters.at(-1)!.says.levels
  const brought = city.brought.get(acct) ?? { contributions: 0n, lifetimeMilli: 0n }
  if (form !== 'person' || contributions + brought.contributions === 0n) return 1n
  if (lifetimeMilli + brought.lifetimeMilli < l3Milli) return 2n
  return 3n + BigInt([l4Milli, l5Milli].filter((milli) => lifetimeMilli >= milli).length)
}

/** Whether a recommendation by this member counts. */
const mayRecommend = (city: City, member: Member | undefined): boolean =>
  member !== undefined && isActive(member) && levelByWork(city, member) >= 3n

export function levelOf(city: City, member: Member): bigint {
  const { recommendations, governanceActs } = city.charters.at(-1)!.says.levels
  const regard = city.regards.get(member.acct)
  const byWork = levelByWork(city, member)
  const counted = regard?.recommended.filter(({ by }) => mayRecommend(city, city.members.get(by))).length ?? 0
  if (byWork >= 4n && BigInt(counted) < recommendations) return 3n
  return byWork === 5n && (regard?.acts ?? 0n) < governanceActs ? 4n : byWork
}

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

export const recommendationRules: Rules = {
  'recommendation.given'(city, fields: { member: Hex }, { acct, ts }) {
    const member = city.members.get(fields.member)
    demand(fields.member !== acct, 'same-person')
    demand(member, 'unknown-member')
    demand(member.attested, 'not-attested')
    demandPresent(member)
    demand(member.form === 'person', 'no-person')
    demand(mayRecommend(city, city.members.get(acct)), 'level-too-low')
    const regard = city.regards.get(member.acct) ?? { acct: member.acct, recommended: [], acts: 0n }
    demand(!regard.recommended.some(({ by }) => by === acct), 'already-recommended')
    regard.recommended.push({ by: acct, ts })
    city.regards.set(member.acct, regard)
  },

  'recommendation.withdrawn'(city, { member }: { member: Hex }, { acct }) {
    const regard = city.regards.get(member)
    demand(regard !== undefined && regard.recommended.some(({ by }) => by === acct), 'not-recommended')
    regard.recommended = regard.recommended.filter(({ by }) => by !== acct)
  },
}
