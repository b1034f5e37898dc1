/** The next vote key of a hub whose keys are in memory: what `keys/vote.next` is on a disk. */
import type { HubKeys, KeyPair, NextVoteKey } from '#node/disk/keystore.ts'

/** `make` gives a new pair each time; `kept` outlives the process. */
export function memoryNextVoteKey(keys: HubKeys, kept: { next?: KeyPair | null }, make: () => KeyPair): NextVoteKey {
  return {
    held: () => kept.next ?? null,
    make: () => (kept.next ??= make()),
    takeUp() {
      if (kept.next != null) keys.vote = kept.next
      kept.next = null
    },
    discard: () => void (kept.next = null),
  }
}
