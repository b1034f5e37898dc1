/**
 * What the one who is helped, or who uses something, gives for it: the sum, from whom it comes, and why. The award that somebody
 * else has for the same is another number (`views.ts`).
 */
import type { Charter } from '#ledger/charter/charter.ts'
import { helpPrices } from '#ledger/charter/charter.ts'
import { explainPrice, explainTime } from '#ledger/value/explain.ts'
import { nominalOf } from '#ledger/value/decay.ts'
import { minutesAgreed } from '#ledger/rules/course.ts'
import { demandOn } from '#ledger/rules/demand.ts'
import { priceOf } from '#ledger/rules/price.ts'
import { givenFor } from '#ledger/rules/settling.ts'
import type { Agreement, Award, Help } from '#ledger/state/matters.ts'
import { charterOf, domainDay, domainIndex, type State } from '#ledger/state/state.ts'
import { utcDayOf } from '#ledger/calendar.ts'
import type { GivenView } from '#protocol/api.ts'
import type { People } from '../words/people.ts'
import { factorsOfPrice, factorsOfTime } from './why.ts'

const over: readonly Agreement['phase'][] = ['cancelled', 'lapsed', 'missed', 'undecided']

/** Null for help that costs nothing, for what comes from another city, and for what ended without being done. */
export function givenInAgreement(state: State, people: People, found: Agreement, now: number): GivenView | null {
  const { terms, receiver, report, award, toppedUp, phase, stay } = found
  if (stay !== null || !state.members.has(receiver) || over.includes(phase)) return null
  const charter = state.charters[terms.charter]!
  const minutes = report?.minutes ?? minutesAgreed(found)
  const index = indexOn(state, award, now)
  const own = nominalOf(givenFor(charter, found, minutes), index)
  if (terms.kind === 'agreement.made') return hourForHour(state, charter, { minutes, own, toppedUp, index, final: award !== null })
  // Of a use that was shorter than agreed the price is a part of the whole one, which the page says beside it.
  if (minutes !== minutesAgreed(found)) return null
  const { resource, demandPerMille } = terms
  const price = priceOf(charter, { resource, minutes, demandPerMille, demandSet: demandOn(state, resource, utcDayOf(terms.begins)).demandSet })
  const milli = String(price.milli)
  return { milli, factors: factorsOfPrice(explainPrice(resource, price), price.quantity, people), own: milli, commons: '0', final: award !== null }
}

/** As of an agreement; what is recorded and not confirmed says nothing of it. */
export function givenInHelp(state: State, { terms, given, toppedUp, award }: Help, now: number): GivenView | null {
  if (award === null) return null
  const index = indexOn(state, award, now)
  return hourForHour(state, charterOf(state), { minutes: terms.minutes, own: nominalOf(given, index), toppedUp, index, final: true })
}

/** What the commons adds: what it has added, and before that what is missing, as far as it has so much. */
function hourForHour(
  { books }: State, charter: Charter,
  { minutes, own, toppedUp, index, final }: { minutes: number; own: bigint; toppedUp: bigint; index: bigint; final: boolean },
): GivenView | null {
  if (charter.helpPrice === helpPrices.none) return null
  const why = explainTime(charter, minutes)
  const missing = why.result > own ? why.result - own : 0n
  const there = nominalOf(final ? toppedUp : books.commons, index)
  return { milli: String(why.result), factors: factorsOfTime(why, minutes), own: String(own), commons: String(final || there < missing ? there : missing), final }
}

/** Of the day on which it was given, or of today. */
const indexOn = (state: State, award: Award | null, now: number): bigint => domainIndex(state, award?.day ?? domainDay(state, now))
