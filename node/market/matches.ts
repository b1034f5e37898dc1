/**
 * Suggestions, put together from the board, what members offer and what the record says of them: needs for somebody,
 * people for a need, swaps, and how much news a saved search has.
 */
import type { Hex } from '#ledger/action.ts'
import { toHex, utf8 } from '#ledger/bytes.ts'
import { services } from '#ledger/charter/charter.ts'
import { sha256 } from '#ledger/hash.ts'
import { levelOf } from '#ledger/rules/level.ts'
import { serviceOf } from '#ledger/rules/service.ts'
import { standingOf } from '#ledger/rules/standing.ts'
import { isActive } from '#ledger/rules/status.ts'
import type { Agreement } from '#ledger/state/matters.ts'
import type { State } from '#ledger/state/state.ts'
import type { Offering } from '#protocol/api.ts'
import { careCategories, type Listing } from '#protocol/listing.ts'
import type { Writer } from '../ports.ts'
import { type Appointment, appointmentsOf, attendedBy, conflictsOf, gatheringsOf, inTheirOrder, leftOf } from './agenda.ts'
import type { Away } from './away.ts'
import type { BoardSearch } from './followed.ts'
import { type Candidate, type Fit, fitOf, inFairOrder, type Swap, swapsIn } from './match.ts'
import { headOf, type Indexed, isIn, type Question } from './search.ts'
import { soughtIn, wordsOf } from './tokens.ts'
import type { Wishes } from './wishes.ts'

export const SUGGESTED_MAX = 20
/** For one word, or one free time, so many of the newest needs are looked at. */
const PER_WORD_MAX = 100
const DAY_SECONDS = 86_400
const LATELY_SECONDS = 30 * DAY_SECONDS

/** Every open listing, the newest first. */
const anything: Question = {
  text: '', kinds: null, category: null, hub: null, resource: null, returns: null, level: null, between: null, showsCare: true,
  sort: 'freshness', near: null, now: 0,
}

export type Suggested = { listing: Hex; fit: Fit; conflicts: Appointment[] }
export type SuggestedPerson = { acct: Hex; fit: Fit }

export type Matches = {
  /** Needs that fit somebody, the best first, with what in their calendar they would meet. */
  needsFor(acct: Hex): Suggested[]
  /** People who have said they may be shown, for a need of this hub. */
  peopleFor(need: Listing, body: string | null): SuggestedPerson[]
  swapsFor(acct: Hex): Swap[]
  /**
   * What they have agreed to, by its beginning: here all of it, elsewhere what still waits for something, a rating being the last; and
   * the gatherings here that are not over.
   */
  agenda(acct: Hex): Appointment[]
}

export type MatchPorts = {
  writer: Pick<Writer, 'state'>
  board: Pick<BoardSearch, 'find' | 'all' | 'at'>
  wishes: Pick<Wishes, 'offeringOf' | 'offerings'>
  /** Where members have signed up in other cities. */
  away: Pick<Away, 'in'>
  agreementsOf(acct: Hex): Hex[]
  /** The other cities, as far as their records have been read here. */
  elsewhere(): State[]
  now(): number
}

export function matchesOf({ writer, board, wishes, away, agreementsOf, elsewhere, now }: MatchPorts): Matches {
  const agreementsBy = (acct: Hex): Agreement[] => agreementsOf(acct).map((id) => writer.state.agreements.get(id)!)
  const agendaIn = (acct: Hex, cities: State[]): Appointment[] => {
    const { sessions, hub } = writer.state
    const asGuest = cities.filter(({ guests }) => guests.has(acct))
    return inTheirOrder([
      ...appointmentsOf(acct, agreementsBy(acct), hub.origin),
      ...gatheringsOf(acct, sessions.openOnes(), hub.origin),
      ...cities.flatMap((there) => attendedBy(away.in(acct, there), there.hub.origin)),
      ...asGuest.flatMap((there) => appointmentsOf(acct, there.agreements.openOnes(), there.hub.origin)),
    ])
  }

  const agenda = (acct: Hex): Appointment[] => agendaIn(acct, elsewhere())

  /** Of a member of this hub; nothing is known here of others. */
  function priorityOf(acct: Hex): number {
    const { state } = writer
    if (!state.members.has(acct)) return 0
    const ts = now()
    const isHigh = standingOf(state, acct, ts).band === 'high'
    const isServed = serviceOf(state, acct, services.matching, null, ts) !== undefined
    return Number(levelOf(state, acct) >= 3) + Number(isHigh) + Number(isServed)
  }

  const lately = (acct: Hex): number => agreementsBy(acct).filter(({ made }) => made > now() - LATELY_SECONDS).length
  const turnOf = (what: string): Hex => toHex(sha256(utf8(`${Math.floor(now() / DAY_SECONDS)} ${what}`)))

  /** What is free is what was said to be free and is not taken since. */
  const freeNow = (offering: Offering, taken: () => Appointment[]): Offering => {
    const coming = offering.free.filter(({ to }) => to > now())
    return { ...offering, free: coming.length === 0 ? [] : leftOf(coming, taken()) }
  }

  /** Open needs that say one of somebody's words, or are when they have time. */
  function needsAround(acct: Hex, { skills, interests, free }: Offering): Indexed[] {
    const needs = { ...anything, kinds: ['need' as const], level: levelOf(writer.state, acct), now: now() }
    const ids = new Set<Hex>()
    for (const text of [...skills, ...interests]) board.find({ ...needs, text }, PER_WORD_MAX).ids.forEach((id) => ids.add(id))
    for (const between of free) board.find({ ...needs, between }, PER_WORD_MAX).ids.forEach((id) => ids.add(id))
    return [...ids].flatMap((id) => board.at(id) ?? [])
  }

  return {
    agenda,
    needsFor(acct) {
      const taken = agenda(acct)
      const offering = freeNow(wishes.offeringOf(acct), () => taken)
      const candidates = needsAround(acct, offering).flatMap(({ listing, body }): Candidate<Listing>[] => {
        if (listing.author === acct) return []
        const fit = fitOf(listing, offering, saysIn(listing, body))
        return fit === null ? [] : [{ who: listing, fit, priority: priorityOf(listing.author), lately: 0, turn: turnOf(listing.id) }]
      })
      return inFairOrder(candidates).slice(0, SUGGESTED_MAX).map(({ who, fit }) => ({
        listing: who.id, fit, conflicts: who.slots.flatMap((slot) => conflictsOf(slot, taken)),
      }))
    },
    peopleFor(need, body) {
      const says = saysIn(need, body)
      const cities = elsewhere()
      const candidates = wishes.offerings().flatMap(([acct, said]): Candidate<Hex>[] => {
        const member = writer.state.members.get(acct)
        if (acct === need.author || member === undefined || !isActive(member) || levelOf(writer.state, acct) < need.level) return []
        const fit = fitOf(need, freeNow(said, () => agendaIn(acct, cities)), says)
        return fit === null ? [] : [{ who: acct, fit, priority: priorityOf(acct), lately: lately(acct), turn: turnOf(`${need.id} ${acct}`) }]
      })
      return inFairOrder(candidates).slice(0, SUGGESTED_MAX).map(({ who, fit }) => ({ acct: who, fit }))
    },
    swapsFor(acct) {
      const all = [...board.all()].map(({ listing }) => listing).filter(({ expiresAt }) => expiresAt > now())
      const mine = all.filter(({ author }) => author === acct)
      return swapsIn(mine, all.filter(({ author, category }) => author !== acct && !careCategories.has(category)))
    },
  }
}

/** Whether a listing's title, keywords or text hold a word, as a search would find it. */
function saysIn(listing: Listing, body: string | null): (word: string) => boolean {
  let words: string[] | null = null
  return (word) => {
    const sought = soughtIn(word)
    words ??= [...headOf(listing).flat(), ...wordsOf(body ?? '')]
    return sought.length > 0 && isIn(words, sought)
  }
}
