/** *Reckonings*, *Awards*, *Repeated short helps*, *Earning*, *Exchanges* of `ledger/rules/README.md`: what was given, as a number. */
import { credit } from './accounts.ts'
import type { Hex } from './bytes.ts'
import type { Charter } from './charter.ts'
import { globalDay } from './federation.ts'
import { DAY } from './genesis.ts'
import { countAward } from './months.ts'
import { standingOf } from './standing.ts'
import type { Award, City, Exchange, ExchangeDay, Factor, Member, Repeated } from './state.ts'
import { domainDay, domainIndex } from './time.ts'
import { baseOf, least, most, YEAR } from './value.ts'

export const FACTOR = {
  difficulty: 1n, rating: 2n, group: 3n, demand: 4n, longStay: 5n, share: 6n, reach: 7n, completion: 8n, lasting: 9n, quality: 10n,
  repeated: 11n, score: 12n,
}

export const factor = (name: keyof typeof FACTOR, perMille: bigint, of: bigint | null, set: Factor['set'] = null): Factor =>
  ({ factor: FACTOR[name], perMille, of, set })

type Reckoning = Omit<Award, 'milli' | 'day' | 'seq'>

export const milliOf = ({ quantity, unitMilli, per, factors }: Reckoning): bigint =>
  factors.reduce((n, { perMille }) => n * perMille, quantity * unitMilli) / (per * 1_000n ** BigInt(factors.length))

/** By grade; where nobody rated it counts as good. */
export function ratingFactors({ rating }: Charter, grade: bigint | null): Factor[] {
  const perMille = [rating.poorPerMille, rating.fairPerMille, rating.goodPerMille][Number(grade ?? 2n)]!
  return rating.movesAward ? [factor('rating', perMille, grade)] : []
}

export function skillReckoning(charter: Charter, category: bigint, minutes: bigint, grade: bigint | null, people: bigint): Reckoning {
  const { coefficients, minutesPerCv, groupStepPerMille, groupMaxPerMille } = charter.skill
  const difficulty = coefficients.find((one) => one.category === category)!.perMille
  const group = least(groupMaxPerMille, 1_000n + groupStepPerMille * (people - 1n))
  return {
    formula: 1n, what: category, quantity: minutes, unitMilli: 1_000n, per: minutesPerCv,
    factors: [factor('difficulty', difficulty, null), ...ratingFactors(charter, grade), factor('group', group, people)],
  }
}

const KEPT = 90n * DAY
const MOST_TIMES = 1_008

/** Counts a short help between two, and by how much it has become less. */
export function repeatedFactors(city: City, charter: Charter, giver: Hex, receiver: Hex, category: bigint, minutes: bigint, ts: bigint): Factor[] {
  const { minutesMax, days, freeCount, perMille } = charter.farming
  if (minutes > minutesMax) return []
  const [one, other] = [giver, receiver].sort() as [Hex, Hex]
  const before = city.repeated.find((row) => row.one === one && row.other === other && row.category === category)
  const count = BigInt(before?.times.filter((time) => time > ts - days * DAY).length ?? 0)
  const times = [...(before?.times ?? []).filter((time) => time > ts - KEPT), ts].slice(-MOST_TIMES)
  const row: Repeated = { one, other, category, times }
  const remembered = city.repeated.filter(({ times }) => times.at(-1)! > ts - KEPT)
  city.repeated = before !== undefined && remembered.includes(before) ? remembered.map((one) => (one === before ? row : one)) : [...remembered, row]
  const step = perMille[Number(least(count - freeCount, BigInt(perMille.length) - 1n))]
  return count < freeCount ? [] : [factor('repeated', step!, count)]
}

/** Pays a reckoning to whom it is for, if that is a member of this hub; `charter` is the one that it goes by. */
export function award(city: City, charter: Charter, reckoning: Reckoning, to: Hex, ts: bigint, seq: bigint): Award {
  const member = city.members.get(to)
  const standing = member && charter.score.multipliesAward ? standingOf(city, member, ts) : null
  const whole = standing === null ? reckoning : { ...reckoning, factors: [...reckoning.factors, factor('score', standing, null)] }
  const milli = milliOf(whole)
  if (member !== undefined) earn(city, member, milli, ts)
  const made = { ...whole, milli, day: member === undefined ? globalDay(city, ts) : domainDay(city, ts), seq }
  if (member !== undefined) {
    countAward(city, made)
    if (made.formula === 1n) practise(city, to, made.what)
  }
  return made
}

/** What is beyond the yearly cap is the commons’ in the member’s name. */
export function earn(city: City, member: Member, milli: bigint, ts: bigint): void {
  const [year, index] = [domainDay(city, ts) / YEAR, domainIndex(city, ts)]
  const before = member.earned?.year === year ? member.earned.milli : 0n
  const own = least(milli, most(0n, city.charters.at(-1)!.says.cap.yearMilli - before))
  const [whole, kept] = [baseOf(milli, index), baseOf(own, index)]
  city.books.issuance -= whole
  city.books.commons += whole - kept
  credit(city, member, 'domain', kept, ts)
  member.earned = { year, milli: before + own }
  member.toCommonsMilli += milli - own
  member.lifetimeMilli += milli
}

function practise(city: City, member: Hex, category: bigint): void {
  const skills = city.skills.get(member) ?? { member, practised: [], certified: [] }
  if (skills.practised.includes(category)) return
  city.skills.set(member, { ...skills, practised: [...skills.practised, category] })
}

// Exchanges

export function exchangesOn(city: City, ts: bigint): ExchangeDay {
  const day = domainDay(city, ts)
  if (city.exchanges.at(-1)?.day !== day) city.exchanges.push({ day, exchanges: [], ratings: [], absences: [], corrections: [], overstays: [] })
  return city.exchanges.at(-1)!
}

/** Notes what a member was awarded for what somebody needed. */
export function noteExchange(city: City, exchange: Exchange, ts: bigint): void {
  if (city.members.has(exchange.giver)) exchangesOn(city, ts).exchanges.push(exchange)
}
