/**
 * Closing a hub: a document that takes it out of the federation and ends its chain of orders.
 *
 * A hub whose machine and disk are gone for good would hold up every federation of two or three for
 * ever, and what its people held abroad would hang in the air. So the others may end its chain: all
 * of them together, when it has been silent for thirty days, or when it announced its end ninety
 * days before. That is a power to take: who falls silent has its position moved. Therefore the hub
 * itself must have said beforehand who inherits (`heir` in its latest certified `keys` order, which
 * takes its stewards' threshold). Without a will nobody closes it; the living can only found anew.
 * Only a hub that never had a certified order and leaves nothing, as a witness box, needs none.
 *
 * The order that ends the chain stands in the document, and the document is its certificate. It
 * sends back, to each city, what that city had sent and nobody there had taken in or released, and
 * all the rest to the heir's common pool; the position after it is zero, so nothing is made or lost.
 * Its amounts follow from the logs (`../federation/closing.ts`), which this log has not got: every other member
 * has computed them before it signed. Here is asked what can be asked from one log.
 *
 * An order that the dead hub had sealed and nobody had taken in is void from here on, whoever voted
 * for it: the closing order stands in its slot.
 */
import { callOffRequestsTo } from './transfer.ts'
import type { ActionOf, Origin } from '../action.ts'
import { equalBytes, toHex } from '../bytes.ts'
import type { Federation, Frontier } from '../state/between.ts'
import { changed } from '../state/changed.ts'
import {
  type Certificate, type Closing, type FederationDocument, isCertified, isSignedOrder, noWill, orderIdOf,
  parseKeysArgument, parseOrder, placeOf, type Will,
} from '../federation/federation.ts'
import type { Refusal } from '../refusal.ts'
import { type At, cardOf, globalDay, type State } from '../state/state.ts'

/** A hub that has said nothing for so long may be closed by all others. */
export const SILENT_DAYS = 30
/** A hub that ends by its own will says so at least so many days before. */
export const ANNOUNCED_DAYS = 90

const DAY_SECONDS = 86_400
const ZEROS = new Uint8Array(32)

/** Only for a document that continues the one in force and has its signatures and reports. */
export function checkClosings(
  state: State, { wills }: ActionOf<'fed.adopted'>, { closings }: FederationDocument,
  frontiers: ReadonlyMap<Origin, Frontier>, at: At,
): Refusal | null {
  const federation = state.federation!
  let read = 0
  for (const closing of closings) {
    const { origin, heir, lastSeen, order } = closing
    const frontier = frontiers.get(origin)
    if (!followsOn(federation, closing, frontier, at)) return { code: 'bad-document' }
    const leavesNothing = (frontier?.certified ?? null) === null && parseOrder(order)!.outs.every(({ returns }) => returns !== null)
    const will = leavesNothing ? noWill : willIn(federation, wills[read++], origin)
    if (will === null || will.heir !== heir) return { code: 'no-will', hub: origin }
    const isSilent = at.ts >= lastSeen + SILENT_DAYS * DAY_SECONDS
    const isAnnounced = will.ends !== null && globalDay(federation, at.ts) >= will.ends
    if (!isSilent && !isAnnounced) return { code: 'not-silent', hub: origin }
  }
  return read === wills.length ? null : { code: 'bad-document' }
}

/** Only after a null from `checkClosings`. */
export function applyClosings(state: State, { closings }: FederationDocument, at: At): void {
  for (const { origin, order } of closings) {
    callOffRequestsTo(state, origin, at)
    if (origin === state.hub.origin) {
      callOffRequestsTo(state, null, at)
      continue
    }
    settleWith(state, origin, new Set(parseOrder(order)!.outs.map(({ returns }) => returns)))
  }
}

const closingOf = ({ documents }: Pick<Federation, 'documents'>, hub: Origin): Closing | undefined =>
  documents.flatMap(({ document }) => document.closings).find(({ origin }) => origin === hub)

/** Whether a document has closed this hub. */
export const isClosed = (federation: Federation, hub: Origin): boolean => closingOf(federation, hub) !== undefined

/** Who inherits from a hub that was closed, or from its heir if that was closed in turn; null for a member. */
export function heirOf(federation: Federation, hub: Origin): Origin | null {
  const heir = closingOf(federation, hub)?.heir ?? null
  return heir === null ? null : (heirOf(federation, heir) ?? heir)
}

/** The frontiers that a document fixes: the chain of a hub that it closes ends with the closing order. */
export function closedFrontiers(
  frontiers: Map<Origin, Frontier>, { closings }: FederationDocument,
): Map<Origin, Frontier> {
  for (const { origin, order: bytes } of closings) {
    const { slot } = parseOrder(bytes)!
    frontiers.set(origin, { certified: { slot, order: toHex(orderIdOf(bytes)) }, locked: null })
  }
  return frontiers
}

/** True when a document of this epoch says that this order ends the chain of its hub. */
export const isClosingOrder = ({ closings }: FederationDocument, order: Uint8Array): boolean =>
  closings.some((closing) => equalBytes(closing.order, order))

/** In the slot after the last that anybody saw certified, of today or before, and to members alone. */
function followsOn(federation: Federation, { order: bytes }: Closing, frontier: Frontier | undefined, at: At): boolean {
  const order = parseOrder(bytes)!
  const certified = frontier?.certified ?? null
  if (order.slot !== (certified === null ? 0 : certified.slot + 1)) return false
  if (certified === null ? !equalBytes(order.previous, ZEROS) : toHex(order.previous) !== certified.order) return false
  return equalBytes(order.federation, federation.id) && order.day <= globalDay(federation, at.ts)
}

/** What a certified `keys` order of this hub says about its end; null for anything else. */
function willIn(federation: Federation, certificate: Certificate | undefined, hub: Origin): Will | null {
  if (certificate === undefined) return null
  const order = parseOrder(certificate.order)
  const document = federation.documents[certificate.epoch - 1]?.document
  const card = document === undefined ? undefined : cardOf(document, hub)
  if (order?.kind !== 'keys' || order.hub !== hub || document === undefined || card === undefined) return null
  const place = placeOf(order, certificate.order)
  if (!isSignedOrder(card.orderKey, federation.id, place, certificate.signature)) return null
  if (!isCertified(certificate, document, federation.id)) return null
  return parseKeysArgument(order.argument!)
}

/** What was sent there and does not come back has arrived there: nobody will acknowledge it any more. */
function settleWith(state: State, closed: Origin, returned: ReadonlySet<string | null>): void {
  for (const slot of state.chain.slots) {
    if (slot.acknowledged.has(closed) || !slot.order.outs.some(({ destination }) => destination === closed)) continue
    changed(slot).acknowledged.add(closed)
  }
  for (const request of state.requests.values()) {
    if (request.terms.destination !== closed || returned.has(request.xid)) continue
    if (request.phase === 'certified' || request.phase === 'suspended') changed(request).phase = 'credited'
  }
}
