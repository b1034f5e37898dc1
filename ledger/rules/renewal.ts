/**
 * New vote keys: a document may give members new ones (`renewals`), whether the old ones were lost, may have been seen by
 * others, or belong to voters that have forgotten what they signed with them (protocol README, "New vote keys").
 *
 * The new card is the old one but for its vote key, and the hub's log key signs it: who a hub is does not change with how
 * it votes. No key ever comes back, so what was signed with the old one says nothing any more and convicts nobody anew.
 * All members that keep theirs decide, and report; of those that do not none needs to know its past. So they must be no more
 * than may lie without harm, or some certificate could be known to none of the others. Or else all renew theirs at
 * once: then all sign and report with the old ones, as far as they know.
 */
import type { Origin } from '../action.ts'
import { equalBytes, toHex } from '../bytes.ts'
import { type Card, encodeCard, type FederationDocument, isRenewed, quorum } from '../federation/federation.ts'
import { verifyIn } from '../keys.ts'

/** So many of `members` may renew while the others keep their keys; where more have to, all do. */
export const renewalsMax = (members: number): number => 2 * quorum(members) - members - 1

/** Whether what the last of `documents` says of vote keys may become what `document` says. */
export function areRenewalsSound(document: FederationDocument, documents: readonly FederationDocument[]): boolean {
  const { renewals, members, closings, releases } = document
  const before = documents[documents.length - 1]!
  if (renewals.length === 0) return true
  // One thing at a time: each has its own deciders.
  if (closings.length + releases.length > 0 || members.length !== before.members.length) return false
  const n = members.length
  if (renewals.length < n && renewals.length > renewalsMax(n)) return false
  const spent = new Set(documents.flatMap((one) => one.members.flatMap(({ card }) => keysOf(card))))
  return renewals.every(({ origin, signature }) => {
    const [old, card] = [memberOf(before, origin), memberOf(document, origin)]
    if (old === undefined || card === undefined || spent.has(toHex(card.voteKey))) return false
    const isSame = equalBytes(encodeCard({ ...card, voteKey: old.voteKey }), encodeCard(old))
    return isSame && verifyIn(card.logKey, 'card', card.hubId, encodeCard(card), signature)
  })
}

/** Whether a member of before stands in the document as it was, or with a new vote key that is renewed there. */
export const keepsCard = (document: FederationDocument, old: Card): boolean => {
  const card = memberOf(document, old.origin)
  return card !== undefined && (isRenewed(document, old.origin) || equalBytes(encodeCard(card), encodeCard(old)))
}

const memberOf = ({ members }: FederationDocument, origin: Origin): Card | undefined =>
  members.find(({ card }) => card.origin === origin)?.card

const keysOf = ({ logKey, cosignerKey, auditorKey, orderKey, voteKey, peerKey }: Card): string[] =>
  [logKey, cosignerKey, auditorKey, orderKey, voteKey, peerKey].map(toHex)
