/** Word of a checkpoint to all members of the federation: the signed note itself, so that nobody can make them run. */
import { utf8 } from '#ledger/bytes.ts'
import { checkpointTopic } from '#protocol/topic.ts'
import type { Writer } from '../../ports.ts'
import type { Network } from '../../wire/network.ts'
import { membershipOf } from '../cities.ts'

/** A note as its log alone has signed it. Only a hint: whoever misses it asks within seconds. */
export function announce(bare: string, { state }: Writer, network: Network): void {
  const membership = membershipOf(state)
  if (membership !== null) network.publish(checkpointTopic(membership.federation.id), utf8(bare)).catch(() => {})
}
