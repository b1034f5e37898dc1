/**
 * Gossip topics: their exact names, and what each may carry.
 *
 *   cv/1/<fed8>/list/<region>   listings of scope `federation` from hubs of that region (`gossip.ts`)
 *   cv/1/<fed8>/ckpt            word that a hub has a new checkpoint
 *   cv/1/<fed8>/evid            evidence that a hub has said two things that cannot both be true
 *
 * `fed8` is the first 8 hex digits of the fedId, so that two federations on one network never hear each
 * other. Listings are divided by region and by nothing finer: a topic per category would leave most meshes
 * with two or three hubs, and the category is a field that everybody can filter by at home. A topic carries
 * nothing but its own kind; what stands on the wrong one is rejected, because no honest hub puts it there.
 */
import { toHex } from '#ledger/bytes.ts'
import type { FederationDocument } from '#ledger/federation/federation.ts'

/** No object on any topic is larger; what is larger is announced here and fetched by stream. */
export const TOPIC_MESSAGE_BYTES_MAX = 16_384

const prefixOf = (fedId: Uint8Array): string => `cv/1/${toHex(fedId).slice(0, 8)}`

/** Where hubs of a region say what their members need and offer. */
export const listTopic = (fedId: Uint8Array, region: string): string => `${prefixOf(fedId)}/list/${region}`

/** Where hubs say that they have a new checkpoint. */
export const checkpointTopic = (fedId: Uint8Array): string => `${prefixOf(fedId)}/ckpt`

/** Where hubs show what convicts one of them. */
export const evidenceTopic = (fedId: Uint8Array): string => `${prefixOf(fedId)}/evid`

/** The regions that have a hub, each once, in order. */
export const regionsOf = (document: FederationDocument): string[] =>
  [...new Set(document.members.map(({ card }) => card.region))].sort()

/** Every topic a member of this federation takes part in: all regions, since help may come from any. */
export const topicsOf = (fedId: Uint8Array, document: FederationDocument): string[] =>
  [...regionsOf(document).map((region) => listTopic(fedId, region)), checkpointTopic(fedId), evidenceTopic(fedId)]
