/** *Level*, *Recommendation*, *Standing*, and who counts as active, of the README. */
import { demandPresent, isActive } from './city.ts'
import { demand, type Hex } from './bytes.ts'
import { regardOf } from './regards.ts'
import type { City, Member, Rules } from './state.ts'
import { domainDay } from './time.ts'
import { DAY } from './genesis.ts'
import { least, sum, YEAR } from './value.ts'

/** The level if no recommendation and no act were asked for. */
function levelByWork(city: City, member: Member): bigint {
  if (member.form !== 'person') return 1n
  const [own, brought] = [levelBy(city, member), city.brought.get(member.acct)]
  if (brought === undefined) return own
  const { contributions, lifetimeMilli } = member
  const all = levelBy(city, { contributions: contributions + brought.contributions, lifetimeMilli: lifetimeMilli + brought.lifetimeMilli })
  return own > 3n || all < own ? own : least(all, 3n)
}

function levelBy(city: City, { contributions, lifetimeMilli }: Pick<Member, 'contributions' | 'lifetimeMilli'>): bigint {
  const { l3Milli, l4Milli, l5Milli } = city.charters.at(-1)!.says.levels
  return contributions === 0n ? 1n : 2n + BigInt([l3Milli, l4Milli, l5Milli].filter((milli) => lifetimeMilli >= milli).length)
}

/** Whether a recommendation by this member counts. */
const mayRecommend = (city: City, member: Member | undefined): boolean =>
  member !== undefined && member.form === 'person' && isActive(member) && levelBy(city, member) >= 3n

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
  const { score, rating } = city.charters.at(-1)!.says
  const isLate = (t: bigint) => t > ts - YEAR * DAY
  const lately = (times: bigint[]) => BigInt(times.filter(isLate).length)
  const [poor, fair, good] = [lately(member.poor), lately(member.fair), lately(member.good)]
  const [kept, broken] = [lately(member.kept), lately(member.broken)]
  if (poor + fair + good + kept + broken === 0n) return null
  const regard = regardOf(city, member.acct)
  const voices = regard.voices.filter((voice) => isLate(voice.ts))
  const ages = member.activeDays.map((day) => domainDay(city, ts) - day).filter((age) => age < YEAR)
  const twelfths = BigInt(new Set(ages.map((age) => (12n * age) / YEAR)).size)
  const enough = BigInt(voices.length) >= score.feedbackMembers ? BigInt(voices.length) : 0n
  const parts = [
    { weight: score.ratingPerMille, of: poor * rating.poorPerMille + fair * rating.fairPerMille + good * rating.goodPerMille, among: poor + fair + good },
    { weight: score.usePerMille, of: kept * 1_000n, among: kept + broken + lately(regard.unused) },
    { weight: score.completionPerMille, of: kept * 1_000n, among: kept + broken },
    { weight: score.historyPerMille, of: twelfths * 1_000n, among: 12n },
    { weight: score.feedbackPerMille, of: BigInt(voices.filter(({ isGood }) => isGood).length) * 1_000n, among: enough },
  ].filter(({ among }) => among > 0n)
  const weights = sum(parts.map(({ weight }) => weight))
  return weights === 0n ? 0n : sum(parts.map(({ weight, of, among }) => weight * (of / among))) / weights
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
    const regard = regardOf(city, member.acct)
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
