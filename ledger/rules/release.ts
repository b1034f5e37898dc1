/**
 * The end of a freeze: a document that names the offences that are over, and what everybody goes on with.
 *
 * A freeze is nobody's opinion, so no opinion ends it. What convicts a hub is that two things were said of which one is
 * false; it ends when all say which one is not. Such a document is signed by every member, that hub too, and every voter
 * reports: whoever has taken in something that is to be void has the last word, and only nobody has it when all agree.
 *
 *   size, root   its log as it goes on: what was said against these records before is settled, whoever shows it later
 *   frontier     likewise of its chain of orders, and of what it has voted on in others
 *   stands       where it signed two orders for one slot and the votes are split, the one that its own log holds. This
 *                document is its certificate; every other order for that slot is void, whatever votes it has
 *
 * Nothing is made by it. An order can stand only in the slot after all that any voter has seen certified, and not in a log
 * that has taken that slot in already: whoever has hidden an arrival from its report cannot record this document, and is
 * followed no more. What it was trusted with does not come back by itself; stewards set that anew.
 */
import type { Origin } from '../action.ts'
import { equalBytes, toHex } from '../bytes.ts'
import { isFreezing, type Offence } from '../evidence/offence.ts'
import { type FederationDocument, type Release, standingIn } from '../federation/federation.ts'
import type { Refusal } from '../refusal.ts'
import type { Federation, Frontier } from '../state/between.ts'
import type { At, State } from '../state/state.ts'
import { certifySlot } from './order.ts'

/** Only for a document that continues the one in force and has its signatures and reports. */
export function checkReleases(
  state: State, { releases }: FederationDocument, frontiers: ReadonlyMap<Origin, Frontier>,
): Refusal | null {
  const isSound = ({ origin, size, root, stands }: Release): boolean => {
    const certified = frontiers.get(origin)?.certified ?? null
    if (stands !== null && stands.slot !== (certified === null ? 0 : certified.slot + 1)) return false
    if (origin !== state.hub.origin) return stands === null || (state.inbound.get(origin)?.last ?? -1) < stands.slot
    const { chain, tree } = state
    const open = stands === null ? undefined : chain.slots[stands.slot]
    const isOwn = stands === null || (open?.certified === false && open.orderId === toHex(stands.order))
    return isOwn && size <= tree.size && equalBytes(tree.root(size), root)
  }
  return releases.every(isSound) ? null : { code: 'bad-document' }
}

/** Only after a null from `checkReleases`, with the document in force. */
export function applyReleases(state: State, document: FederationDocument, at: At): void {
  for (const { origin, evidence } of document.releases) {
    const freeze = state.frozen.get(origin)
    if (freeze !== undefined && evidence.some((id) => toHex(id) === freeze.evidence)) state.frozen.delete(origin)
    if (origin === state.hub.origin && standingIn(document, origin) !== null) certifySlot(state, at)
  }
}

/** The frontiers that a document fixes: of a hub that it releases, the order that it lets stand. */
export function releasedFrontiers(frontiers: Map<Origin, Frontier>, document: FederationDocument): Map<Origin, Frontier> {
  for (const { origin, stands } of document.releases) {
    if (stands !== null) frontiers.set(origin, { certified: { slot: stands.slot, order: toHex(stands.order) }, locked: null })
  }
  return frontiers
}

/**
 * Whether a document has settled this: it names it, or it is about records or slots that the document has fixed for
 * everybody. Nobody is frozen for it again.
 */
export const isSettled = ({ documents }: Federation, offence: Offence): boolean =>
  documents.some(({ document, frontiers }) => document.releases.some((release) =>
    release.origin === offence.origin && isSettledBy(release, frontiers, offence)))

function isSettledBy({ evidence, size }: Release, frontiers: ReadonlyMap<Origin, Frontier>, offence: Offence): boolean {
  if (evidence.some((id) => toHex(id) === offence.id)) return true
  const { chain } = offence
  if (chain === null) return isFreezing(offence.kind) && offence.at < BigInt(size)
  const certified = frontiers.get(chain)?.certified ?? null
  return certified !== null && offence.at <= BigInt(certified.slot)
}
