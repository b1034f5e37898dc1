/**
 * Who and what fit each other, and why: needs for somebody who has time and skills, people for a need, and two who
 * could help each other [S560, S954-978]. Pure.
 *
 * This is the hub's own advice and no rule of the record: nothing is awarded or refused by it. Every suggestion carries
 * its reasons and nothing else decides; who is new is suggested like anybody. Among suggestions that fit about equally
 * those come first whom the charter gives priority in matching (level 3 and above, high standing, the hub's service),
 * then those who have been asked least lately, then a turn that changes every day, so that nobody is always first.
 */
import type { Hex } from '#ledger/action.ts'
import type { Offering, Reason } from '#protocol/api.ts'
import { careCategories, type Listing } from '#protocol/listing.ts'
import { kilometresBetween } from '#protocol/place.ts'
import { meets } from './agenda.ts'

export const nothingOffered: Offering = { skills: [], interests: [], languages: [], cell: null, free: [], shown: false }

/** What each reason weighs: being able to comes before having time, that before wanting to, that before being near. */
const WEIGHTS: Record<Reason['because'], number> = { skill: 40, time: 25, interest: 20, near: 15, language: 10, return: 5 }
/** Suggestions whose weights differ by less fit about equally. */
const ABOUT_EQUAL = 20
const NEAR_KM = 25

export type Fit = { weight: number; reasons: Reason[] }

/**
 * How somebody fits a listing; null when nothing speaks for it, or something against it: no common language, or times
 * on both sides that never meet. `says` tells whether the listing's words hold a word.
 */
export function fitOf(listing: Listing, offering: Offering, says: (word: string) => boolean): Fit | null {
  const { slots, place, languages, online } = listing
  const reasons: Reason[] = []
  for (const word of offering.skills) if (says(word)) reasons.push({ because: 'skill', word })
  for (const word of offering.interests) if (says(word)) reasons.push({ because: 'interest', word })
  if (slots.length > 0 && offering.free.length > 0) {
    const met = slots.find((slot) => offering.free.some((free) => meets(slot, free)))
    if (met === undefined) return null
    reasons.push({ because: 'time', ...met })
  }
  const common = languages.find((language) => offering.languages.includes(language))
  if (languages.length > 0 && offering.languages.length > 0 && common === undefined) return null
  if (!reasons.some(({ because }) => because !== 'language')) return null
  // These make a reason stronger, and are none by themselves.
  if (place !== null && offering.cell !== null && online === 0) {
    const km = kilometresBetween(offering.cell, place)
    if (km <= NEAR_KM) reasons.push({ because: 'near', km })
  }
  if (common !== undefined) reasons.push({ because: 'language', language: common })
  const liked = listing.returns.find((what) => what !== 'cv' && what !== 'thanks')
  if (liked !== undefined) reasons.push({ because: 'return', what: liked })
  return { weight: reasons.reduce((sum, { because }) => sum + WEIGHTS[because], 0), reasons }
}

/** `priority` as the charter gives it; `lately`: how often they were helped or asked in the last month. */
export type Candidate<T> = { who: T; fit: Fit; priority: number; lately: number; turn: Hex }

/** The best first, and among those that fit about equally whose turn it is. */
export function inFairOrder<T>(candidates: Candidate<T>[]): Candidate<T>[] {
  const tier = ({ fit }: Candidate<T>): number => Math.floor(fit.weight / ABOUT_EQUAL)
  return candidates.toSorted((a, b) =>
    tier(b) - tier(a) || b.priority - a.priority || a.lately - b.lately || (a.turn < b.turn ? -1 : a.turn > b.turn ? 1 : 0))
}

/** Two who could help each other: what I would get for my need, and what I would give for theirs. */
export type Swap = { need: Listing; get: Listing; give: Listing; theirs: Listing }

/** Swaps between what is mine and what is others', each other person once; all must be open. */
export function swapsIn(mine: Listing[], others: Listing[]): Swap[] {
  const isOffer = ({ kind }: Listing): boolean => kind === 'skill' || kind === 'resource'
  const found: Swap[] = []
  const met = new Set<string>()
  for (const need of mine.filter(({ kind }) => kind === 'need')) {
    for (const get of others.filter((one) => isOffer(one) && answers(one, need))) {
      const person = `${get.author} ${get.hub}`
      if (met.has(person)) continue
      const theirNeeds = others.filter((one) => one.kind === 'need' && `${one.author} ${one.hub}` === person)
      const both = mine.filter(isOffer).flatMap((give) => theirNeeds.filter((theirs) => answers(give, theirs)).map((theirs) => ({ give, theirs })))
      if (both[0] === undefined) continue
      met.add(person)
      found.push({ need, get, ...both[0] })
    }
  }
  return found
}

/** Whether an offer is an answer to a need by what both say in their headers. Care is never traded for something. */
function answers(offer: Listing, need: Listing): boolean {
  if (careCategories.has(need.category) || careCategories.has(offer.category)) return false
  if (need.resource !== null || offer.resource !== null) return need.resource === offer.resource
  return offer.tags.some((tag) => need.tags.includes(tag)) || (offer.category === need.category && need.category !== 'everyday')
}
