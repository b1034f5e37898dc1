/**
 * Partners 城优品 [T11]: what a firm has to spare, offered for contribution value.
 *
 * A partner offers places in something it would not sell (capacity, `surplus`) or vouchers it issues itself, as the
 * charter allows; in `city` nothing. What a member gives for one goes to `partner`, an account of its own, so that
 * everybody sees how much of it there is, and leaves circulation when it has been received, which silence says as well.
 * A partner who cannot keep its word gives the value back. Nothing of it ever becomes money, and none of it the partner's.
 */
import { credit, debit } from '../value/account.ts'
import type { ActionOf, Hex } from '../action.ts'
import { utcDayOf } from '../calendar.ts'
import { changed } from '../state/changed.ts'
import { redemptions } from '../charter/charter.ts'
import { baseOf } from '../value/decay.ts'
import type { Refusal } from '../refusal.ts'
import { type At, charterOf, domainDay, domainIndex, type State } from '../state/state.ts'
import { checkHas } from './gift.ts'
import { checkPresent } from './status.ts'

const DAY = 86_400
const PLACES_MAX = 1_000
const OFFER_DAYS_MAX = 365

export function checkOffered(state: State, offered: ActionOf<'partner.offered'>, at: At): Refusal | null {
  // An offer may outlive the days in which ids are remembered.
  if (state.offers.has(offered.id)) return { code: 'id-taken' }
  if (charterOf(state).redemption === redemptions.off) return { code: 'redemption-closed' }
  if (state.members.get(offered.acct)!.form !== 'organisation') return { code: 'not-a-partner' }
  if (offered.milli === 0n || offered.places === 0) return { code: 'nothing-asked' }
  if (offered.places > PLACES_MAX) return { code: 'limit-reached', most: PLACES_MAX }
  const today = utcDayOf(at.ts)
  return offered.until < today || offered.until > today + OFFER_DAYS_MAX ? { code: 'bad-expiry' } : null
}

export function applyOffered(state: State, offered: ActionOf<'partner.offered'>, _at: At): void {
  const { id, acct, listing, milli, places, until } = offered
  state.offers.set(id, { id, partner: acct, listing, milli, left: places, until })
  state.deadlines.set((until + 1) * DAY, 'partner.offer', id)
}

/** Deadline: its last day is over. */
export const lapseOffer = (state: State, id: Hex): void => void state.offers.delete(id)

export function checkRedeemed(state: State, redeemed: ActionOf<'partner.redeemed'>, at: At): Refusal | null {
  if (state.redemptions.has(redeemed.id)) return { code: 'id-taken' }
  const offer = state.offers.get(redeemed.offer)
  if (offer === undefined) return { code: 'unknown-offer', offer: redeemed.offer }
  const absent = checkPresent(state.members.get(offer.partner)!)
  if (absent !== null) return absent
  // Who signs for the firm is on its side of the counter.
  if (state.organisations.get(offer.partner)!.signers.includes(redeemed.acct)) return { code: 'same-person' }
  return checkHas(state, redeemed.acct, offer.milli, at)
}

export function applyRedeemed(state: State, redeemed: ActionOf<'partner.redeemed'>, at: At): void {
  const { id, acct, offer: name } = redeemed
  const offer = state.offers.get(name)!
  const base = baseOf(offer.milli, domainIndex(state, domainDay(state, at.ts)))
  debit(state, changed(state.members.get(acct)!), 'domain', base, at)
  state.books.partner += base
  state.redemptions.set(id, { id, partner: offer.partner, member: acct, listing: offer.listing, base, ts: at.ts })
  state.deadlines.set(at.ts + charterOf(state).windows.holdDays * DAY, 'partner.silent', id)
  if (offer.left > 1) state.offers.set(name, { ...offer, left: offer.left - 1 })
  else state.offers.delete(name)
}

export function checkReceived(state: State, received: ActionOf<'partner.received'>, _at: At): Refusal | null {
  const redemption = state.redemptions.get(received.redemption)
  if (redemption === undefined) return { code: 'unknown-redemption' }
  return received.acct === redemption.member ? null : { code: 'not-a-party' }
}

export function applyReceived(state: State, { redemption }: ActionOf<'partner.received'>, _at: At): void {
  clear(state, redemption)
}

/** Deadline: nobody has said that anything was wrong. */
export function clearSilently(state: State, id: Hex): void {
  if (state.redemptions.has(id)) clear(state, id)
}

function clear(state: State, id: Hex): void {
  const { base } = state.redemptions.get(id)!
  state.redemptions.delete(id)
  state.books.partner -= base
  state.books.redemption += base
}

export function checkGivenBack(state: State, back: ActionOf<'partner.returned'>, _at: At): Refusal | null {
  const redemption = state.redemptions.get(back.redemption)
  if (redemption === undefined) return { code: 'unknown-redemption' }
  return back.acct === redemption.partner ? null : { code: 'not-a-party' }
}

export function applyGivenBack(state: State, { redemption: id }: ActionOf<'partner.returned'>, at: At): void {
  const { base, member } = state.redemptions.get(id)!
  state.redemptions.delete(id)
  state.books.partner -= base
  const owner = changed(state.members.get(member)!)
  // Whoever has left meanwhile has left what is theirs to the community.
  if (owner.status === 'departed') state.books.commons += base
  else credit(state, owner, 'domain', base, at)
}
