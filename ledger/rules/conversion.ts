/**
 * Conversion: Domain value, which only its own city knows, becomes Global value, which all do.
 *
 * One entry, two balanced legs: the Domain base is retired, the Global base comes from the hub's pool. It
 * is kept scarce on purpose (level, standing, a ceiling for each a quarter and for all a year), because other cities
 * will honour it.
 */
import { availableTo, credit, debit } from '../value/account.ts'
import type { ActionOf } from '../action.ts'
import { mulDiv } from '../value/amount.ts'
import { quarterOfDay, yearOfDay } from '../calendar.ts'
import type { Federation } from '../state/between.ts'
import { changed } from '../state/changed.ts'
import type { Member } from '../state/people.ts'
import { baseOf, nominalOf } from '../value/decay.ts'
import type { Refusal } from '../refusal.ts'
import { type At, charterOf, domainDay, domainIndex, globalDay, globalIndex, type State } from '../state/state.ts'
import { isClosed } from './closing.ts'
import { boundedConversion } from './settling.ts'
import { levelOf } from './level.ts'
import { standingOf } from './standing.ts'

export function checkConversion(state: State, converted: ActionOf<'cv.converted'>, at: At): Refusal | null {
  const { federation } = state
  if (federation === null) return { code: 'no-federation' }
  if (isClosed(federation, state.hub.origin)) return { code: 'not-in-document' }
  const { levelMin, standingMinPerMille } = charterOf(state).conversion
  const member = state.members.get(converted.acct)!

  const level = levelOf(state, converted.acct)
  if (level < levelMin) return { code: 'level-too-low', level, needed: levelMin }
  const perMille = standingOf(state, converted.acct, at.ts).perMille ?? 0
  if (perMille < standingMinPerMille) return { code: 'standing-too-low', perMille, needed: standingMinPerMille }

  const { globalMilli, domain, global } = legsOf(state, federation, converted.amountMilli, at)
  if (globalMilli === 0n) return { code: 'nothing-asked' }
  const available = availableTo(state, member, 'domain', at.ts)
  if (domain > available) {
    const availableMilli = nominalOf(available, domainIndex(state, domainDay(state, at.ts)))
    return { code: 'insufficient-cv', availableMilli, askedMilli: converted.amountMilli }
  }
  const { quarterMilli, yearMilli, poolMilli } = convertibleBy(state, federation, member, at.ts)
  if (globalMilli > quarterMilli) return { code: 'quarter-full', leftMilli: quarterMilli }
  if (globalMilli > yearMilli) return { code: 'year-full', leftMilli: yearMilli }
  if (global > state.books.pool) return { code: 'pool-too-small', availableMilli: poolMilli, askedMilli: globalMilli }
  return null
}

/** What the ceilings leave: somebody in this quarter, all in this year, and what the pool has; nominal Global. */
export function convertibleBy(state: State, federation: Federation, member: Member, ts: number) {
  const { quarterMaxMilli, yearMaxMilli } = charterOf(state).conversion
  const left = (most: bigint, taken: bigint): bigint => (most > taken ? most - taken : 0n)
  return {
    quarterMilli: left(quarterMaxMilli, convertedIn(member, quarterOf(federation, ts))),
    yearMilli: left(yearMaxMilli, convertedByAll(state, yearOf(federation, ts))),
    poolMilli: nominalOf(state.books.pool, globalIndex(federation, globalDay(federation, ts))),
  }
}

export function applyConversion(state: State, converted: ActionOf<'cv.converted'>, at: At): void {
  const federation = state.federation!
  const member = changed(state.members.get(converted.acct)!)
  const { globalMilli, domain, global } = legsOf(state, federation, converted.amountMilli, at)
  debit(state, member, 'domain', domain, at)
  state.books.retire += domain
  state.books.pool -= global
  credit(state, member, 'global', global, at)
  const quarter = quarterOf(federation, at.ts)
  member.converted = { quarter, milli: convertedIn(member, quarter) + globalMilli }
  const year = yearOf(federation, at.ts)
  state.converted = { year, milli: convertedByAll(state, year) + globalMilli }
}

/** Both legs in base units of their own books, and what is credited in nominal Global. */
function legsOf(state: State, federation: Federation, amountMilli: bigint, at: At) {
  const { numerator, denominator } = boundedConversion(state, charterOf(state))
  const globalMilli = mulDiv(amountMilli, BigInt(numerator), BigInt(denominator))
  return {
    globalMilli,
    domain: baseOf(amountMilli, domainIndex(state, domainDay(state, at.ts))),
    global: baseOf(globalMilli, globalIndex(federation, globalDay(federation, at.ts))),
  }
}

const convertedIn = (member: Member, quarter: number): bigint =>
  member.converted?.quarter === quarter ? member.converted.milli : 0n

const convertedByAll = ({ converted }: State, year: number): bigint => (converted?.year === year ? converted.milli : 0n)

const yearOf = (federation: Federation, ts: number): number => yearOfDay(globalDay(federation, ts))
const quarterOf = (federation: Federation, ts: number): number => quarterOfDay(globalDay(federation, ts))
