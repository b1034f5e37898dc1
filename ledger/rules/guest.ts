/**
 * Between two communities of people: a member of another city who acts here, and help given there
 * that counts here.
 *
 * A guest holds nothing in this hub. They are known by the log of their home, which shows that a
 * steward there attested the person behind the key; with that they can agree, be present, confirm
 * and rate. What they earn is paid in Global from this hub's pool to their home, and there it
 * counts in their story like help given at home: `contribution.abroad` records the award that the
 * host's own request named.
 */
import type { ActionOf } from '../action.ts'
import { equalBytes, toHex } from '../bytes.ts'
import type { Federation } from '../state/between.ts'
import { changed } from '../state/changed.ts'
import { nominalOf } from '../value/decay.ts'
import { noteLifetime } from '../value/earning.ts'
import { type Entry, parseGenesis } from '../entry.ts'
import { type Card, type FederationDocument, xidOf } from '../federation/federation.ts'
import { entryOf } from '../federation/foreign.ts'
import { sha256 } from '../hash.ts'
import { isAcceptableKey, keyIdOf, verifyIn } from '../keys.ts'
import type { Refusal } from '../refusal.ts'
import { type At, cardOf, changedMember, currentDocument, globalDay, globalIndex, type State } from '../state/state.ts'
import { deviceProof } from './device.ts'
import { noteContribution } from './referral.ts'

const FROM_POOL = 1
/** Days between an award and the request that pays it: its ratings, a lapse, a return, a second try. */
const ASKED_WITHIN_DAYS = 90

export function checkGuest(state: State, admitted: ActionOf<'guest.admitted'>, _at: At): Refusal | null {
  const { guest, home, device } = admitted
  if (state.federation === null) return { code: 'no-federation' }
  if (home === state.hub.origin) return { code: 'own-hub' }
  const card = cardOf(currentDocument(state.federation), home)
  if (card === undefined) return { code: 'unknown-hub', hub: home }
  const known = state.guests.get(guest)
  if (known?.home === home && known.devices.has(toHex(keyIdOf(device)))) return { code: 'guest-known' }
  const elsewhere = known !== undefined && known.home !== home
  if (state.members.has(guest) || guest === toHex(state.hub.id) || elsewhere) return { code: 'account-taken' }
  if (!isAcceptableKey(device)) return { code: 'bad-key' }
  if (state.deviceOwner.has(toHex(device))) return { code: 'key-taken' }
  return isAttested(admitted, card) ? null : { code: 'bad-evidence' }
}

export function applyGuest(state: State, { guest, home, device }: ActionOf<'guest.admitted'>, _at: At): void {
  const known = changed(state.guests.get(guest) ?? { acct: guest, home, devices: new Map() })
  known.devices.set(toHex(keyIdOf(device)), device)
  state.guests.set(guest, known)
  state.deviceOwner.set(toHex(device), guest)
}

/**
 * True when the home's log shows this account with this key and a person behind it: joined with it, moved there with it
 * or let it in later, and attested; or named in the genesis as the first steward.
 */
function isAttested({ guest, device, evidence }: ActionOf<'guest.admitted'>, home: Card): boolean {
  const entries = evidence.map((record) => entryOf(record, home))
  const [first, second] = entries.map((entry) => entry?.action)
  if (entries.length === 2) {
    const brings = first?.kind === 'member.joined' || first?.kind === 'member.arrived' || first?.kind === 'device.added'
    return (
      brings && first.acct === guest && equalBytes(first.device, device) &&
      second?.kind === 'member.attested' && second.member === guest &&
      // A hub that writes somebody else's account and key into its log could keep them from being a guest of their own.
      (first.kind === 'device.added'
        ? verifyIn(device, 'device', home.hubId, deviceProof(guest, device), first.proof)
        : isSignedBy(entries[0]!, device, home.hubId))
    )
  }
  if (entries.length !== 1 || first?.kind !== 'hub.founded') return false
  const steward = parseGenesis(first.genesis)?.steward
  return (
    steward !== undefined && equalBytes(sha256(first.genesis), home.hubId) &&
    toHex(steward.acct) === guest && equalBytes(steward.device, device)
  )
}

/** Whether the first signature of a record of this hub is by this key. */
export const isSignedBy = ({ body, auth }: Entry, device: Uint8Array, hubId: Uint8Array): boolean =>
  verifyIn(device, 'entry', hubId, body, auth[0]!.signature)

export function checkAbroad(state: State, abroad: ActionOf<'contribution.abroad'>, _at: At): Refusal | null {
  const { member, xid } = abroad
  const federation = state.federation
  if (federation === null) return { code: 'no-federation' }
  if (!state.members.has(member)) return { code: 'unknown-member', member }
  if (state.abroad.has(xid)) return { code: 'already-counted', xid }
  const arrival = state.arrivals.get(xid)
  if (arrival === undefined) return { code: 'unknown-transfer', xid }
  if (arrival.out.to !== member) return { code: 'not-an-award' }
  if (arrival.phase !== 'credited') return { code: 'wrong-phase', phase: arrival.phase }

  const card = cardOf(currentDocument(federation), arrival.from)
  if (card === undefined) return { code: 'unknown-hub', hub: arrival.from }
  const entry = entryOf(abroad.request, card)
  if (entry?.action.kind !== 'x.req') return { code: 'bad-evidence' }
  const asked = entry.action
  // The transfer's name is made of the request's own hash: no other request can be shown for it.
  if (xidOf(federation.id, entry.leaf) !== xid || asked.to !== member) return { code: 'bad-evidence' }
  if (asked.source !== FROM_POOL) return { code: 'not-an-award' }
  const mostMilli = awardAtMost(federation, asked.amount, entry.ts)
  return asked.awardMilli <= mostMilli ? null : { code: 'award-too-large', mostMilli }
}

/** Only after a null from `checkAbroad`. */
export function applyAbroad(state: State, abroad: ActionOf<'contribution.abroad'>, at: At): void {
  const { member: acct, xid, request } = abroad
  const { from } = state.arrivals.get(xid)!
  const asked = entryOf(request, cardOf(currentDocument(state.federation!), from)!)!.action as ActionOf<'x.req'>
  const member = changedMember(state, acct)!
  noteLifetime(state, member, asked.awardMilli)
  noteContribution(state, member, at)
  state.abroad.set(xid, { xid, member: acct, milli: asked.awardMilli, seq: at.seq })
}

type Ratio = FederationDocument['conversion']

const lesser = (a: Ratio, b: Ratio): Ratio =>
  BigInt(a.numerator) * BigInt(b.denominator) <= BigInt(b.numerator) * BigInt(a.denominator) ? a : b

/**
 * The largest award, in milli, that `amount` (base) pays at the federation's ratio, asked for at `ts`.
 * A host pays floor(award · numerator / denominator) Global of the day the award was made, so the
 * award is below (paid + 1) · denominator / numerator: no host hands out standing that it does not
 * pay for. Its stewards may ask some weeks later, and the index has fallen since; and of all ratios that were ever agreed on
 * the least, for it may have been made under any.
 */
function awardAtMost(federation: Federation, amount: bigint, ts: number): bigint {
  const { numerator, denominator } = federation.documents.map(({ document }) => document.conversion).reduce(lesser)
  if (numerator === 0) return 0n
  const day = Math.max(0, globalDay(federation, ts) - ASKED_WITHIN_DAYS)
  const paidMilli = nominalOf(amount, globalIndex(federation, day))
  return ((paidMilli + 1n) * BigInt(denominator) - 1n) / BigInt(numerator)
}
