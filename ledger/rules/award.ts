/**
 * Awards: what help is worth, by the skill formula of the charter [seed, Annex 4, 技能贡献].
 *
 *   award = difficulty × minutes × rating × group          1 CV = 1 minute at difficulty 1.0
 *
 * All factors are per-mille integers, multiplied first and rounded down once; the remainder stays where
 * value comes from. An award keeps its factors, so that every number on any screen can answer "why".
 * It is paid from `issuance` at the index of its own day, and raises `lifetimeMilli` by its formula value.
 */
import { availableOf, credit } from '../account.ts'
import { MILLI, mulDiv } from '../amount.ts'
import { type Category, type Charter, helpPrices } from '../charter.ts'
import { baseOf } from '../decay.ts'
import { type At, type Award, domainDay, domainIndex, type Member, type State } from '../state.ts'

export type Grade = 0 | 1 | 2
export type SkillInputs = { category: Category; minutes: number; grade: Grade; people: number }

/** The factors and their product, in milli-CV. `people`: how many were helped at once. */
export function skillAward(charter: Charter, { category, minutes, grade, people }: SkillInputs): Omit<Award, 'day' | 'seq'> {
  const { coefficients, groupStepPerMille, groupMaxPerMille } = charter.skill
  const coefficientPerMille = coefficients.find((row) => row.category === category)!.perMille
  const ratingPerMille = charter.rating.movesAward ? factorOf(charter, grade) : 1000
  const groupPerMille = Math.min(groupMaxPerMille, 1000 + groupStepPerMille * (people - 1))
  const factors = BigInt(coefficientPerMille) * BigInt(ratingPerMille) * BigInt(groupPerMille)
  const milli = mulDiv(BigInt(minutes) * MILLI, factors, PER_MILLE_CUBED * BigInt(charter.skill.minutesPerCv))
  return { category, minutes, coefficientPerMille, ratingPerMille, groupPerMille, milli }
}

const PER_MILLE_CUBED = 1_000_000_000n

const factorOf = ({ rating }: Charter, grade: Grade): number =>
  [rating.poorPerMille, rating.fairPerMille, rating.goodPerMille][grade]!

/** Pays an award to a `changed` member of this hub, at the index of the day of `at`. */
export function payAward(state: State, member: Member, award: Omit<Award, 'day' | 'seq'>, at: At): Award {
  const day = domainDay(state, at.ts)
  const base = baseOf(award.milli, domainIndex(state, day))
  state.books.issuance -= base
  credit(state, member, 'domain', base, at)
  member.lifetimeMilli += award.milli
  return { ...award, day, seq: at.seq }
}

/** What the one who is helped gives, in base units of the day: nothing, or hour for hour, as far as they have it. */
export function priceOfHelp(state: State, charter: Charter, receiver: Member, minutes: number, at: At): bigint {
  if (charter.helpPrice === helpPrices.none) return 0n
  const price = baseOf(mulDiv(BigInt(minutes), MILLI, BigInt(charter.skill.minutesPerCv)), domainIndex(state, domainDay(state, at.ts)))
  const domain = availableOf(state, receiver, 'domain', at.ts)
  return price < domain ? price : domain
}

/**
 * Takes what was paid for help out of circulation: `given` has left the receiver already. Under hour for
 * hour the commons pays what the receiver did not have, as far as it can, so that nobody need not ask.
 */
export function redeemHelp(state: State, charter: Charter, given: bigint, minutes: number, at: At): void {
  const { books } = state
  books.redemption += given
  if (charter.helpPrice === helpPrices.none) return
  const price = baseOf(mulDiv(BigInt(minutes), MILLI, BigInt(charter.skill.minutesPerCv)), domainIndex(state, domainDay(state, at.ts)))
  const missing = price > given ? price - given : 0n
  const fromCommons = missing < books.commons ? missing : books.commons
  books.commons -= fromCommons
  books.redemption += fromCommons
}
