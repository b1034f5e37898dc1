/**
 * Moving to another city: a member goes from here and comes there, with a record of what they have contributed.
 *
 * `member.moved` ends the account at home and says, checked by everybody who replays that log, what was ever
 * contributed under it. `member.arrived` shows that record in the new city: the same account goes on there under the
 * key that signed it, met and attested by a steward of that city like every newcomer. What was contributed elsewhere
 * counts for the level there, provisionally: up to the third, which others' time may be trusted with; what gives power
 * over a city is earned in it. One person has one home: a record of moving names one city, and is of use once.
 *
 * Value does not move by this: Global is sent before, Domain is spent where it was earned. What was put aside for old
 * age does, up to the new city's cap: it is a promise to a person, and goes where they live.
 */
import type { ActionOf, Hex } from '../action.ts'
import { equalBytes, fromHex, toHex } from '../bytes.ts'
import { hashOfCharter } from '../charter/charter.ts'
import { entryOf } from '../federation/foreign.ts'
import { isAcceptableKey } from '../keys.ts'
import type { Refusal } from '../refusal.ts'
import { type Guest, newMember } from '../state/people.ts'
import { type At, cardOf, carriedBy, charterOf, currentDocument, domainDay, type State } from '../state/state.ts'
import { checkGoes, depart } from './departure.ts'
import { noteEnded } from './device.ts'
import { isSignedBy } from './guest.ts'
import { noteArrival } from './hours.ts'
import { takeReserve } from './reserve.ts'

export function checkMoved(state: State, moved: ActionOf<'member.moved'>, _at: At): Refusal | null {
  const { acct, destination } = moved
  if (state.federation === null) return { code: 'no-federation' }
  if (destination === state.hub.origin) return { code: 'own-hub' }
  const card = cardOf(currentDocument(state.federation), destination)
  if (card === undefined) return { code: 'unknown-hub', hub: destination }
  if (!card.community) return { code: 'no-community', hub: destination }
  if (state.frozen.has(destination)) return { code: 'hub-frozen', hub: destination }
  const carried = carriedBy(state, acct)
  const { lifetimeMilli, contributions, reserveMilli } = carried
  const isExact = moved.lifetimeMilli === lifetimeMilli && moved.contributions === contributions && moved.reserveMilli === reserveMilli
  if (!isExact) return { code: 'other-record', ...carried }
  return checkGoes(state, state.members.get(acct)!)
}

export function applyMoved(state: State, moved: ActionOf<'member.moved'>, at: At): void {
  depart(state, moved.acct, moved.destination, at)
}

export function checkArrived(state: State, arrived: ActionOf<'member.arrived'>, _at: At): Refusal | null {
  const { acct, home, device, charter } = arrived
  if (state.federation === null) return { code: 'no-federation' }
  if (home === state.hub.origin) return { code: 'own-hub' }
  const card = cardOf(currentDocument(state.federation), home)
  if (card === undefined) return { code: 'unknown-hub', hub: home }
  if (state.frozen.has(home)) return { code: 'hub-frozen', hub: home }
  const guest = state.guests.get(acct)
  const isTaken = state.members.has(acct) || acct === toHex(state.hub.id) || (guest !== undefined && guest.home !== home)
  if (isTaken) return { code: 'account-taken' }
  if (!isAcceptableKey(device)) return { code: 'bad-key' }
  const owner = state.deviceOwner.get(toHex(device))
  if (owner !== undefined && owner !== acct) return { code: 'key-taken' }
  if (!equalBytes(fromHex(charter)!, hashOfCharter(charterOf(state)))) return { code: 'other-charter' }
  const entry = entryOf(arrived.moved, card)
  const isTheirs =
    entry?.action.kind === 'member.moved' && entry.action.acct === acct && entry.action.destination === state.hub.origin &&
    isSignedBy(entry, device, card.hubId)
  if (!isTheirs) return { code: 'bad-evidence' }
  const open = guest === undefined ? null : openWithGuest(state, guest)
  return open === null ? null : { code: 'still-open', what: 'agreement', id: open }
}

export function applyArrived(state: State, arrived: ActionOf<'member.arrived'>, at: At): void {
  const { acct, home, device, profile } = arrived
  const moved = entryOf(arrived.moved, cardOf(currentDocument(state.federation!), home)!)!.action as ActionOf<'member.moved'>
  // Other keys that spoke for them as a guest spoke for who lived elsewhere.
  for (const old of state.guests.get(acct)?.devices.values() ?? []) {
    if (!equalBytes(old, device)) noteEnded(state, { device: old, acct, ts: at.ts })
  }
  state.guests.delete(acct)
  const member = newMember(acct, device, profile, at.ts, domainDay(state, at.ts))
  takeReserve(state, member, moved.reserveMilli)
  state.members.set(acct, member)
  noteArrival(state, acct, at)
  state.deviceOwner.set(toHex(device), acct)
  const { lifetimeMilli, contributions } = moved
  state.brought.set(acct, { acct, home, lifetimeMilli, contributions })
}

/** An agreement with a guest that is under way, or is settled and not paid for yet. */
function openWithGuest(state: State, { acct }: Guest): Hex | null {
  for (const { id, phase, provider, receiver, guestDue, stay } of state.agreements.openOnes()) {
    if (provider !== acct && receiver !== acct) continue
    if (phase !== 'settled') return id
    const isPaid = guestDue === null || guestDue.amount === 0n || requestOf(state, guestDue.xid) === 'credited'
    if (!isPaid || stay?.counted === false) return id
  }
  return null
}

const requestOf = (state: State, xid: Hex | null) => (xid === null ? undefined : state.requests.get(xid)?.phase)
