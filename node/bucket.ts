/**
 * Token buckets: how much of something each neighbour may ask for. A bucket holds `most` tokens, gives one
 * for each thing asked, and fills again at a steady pace; so a burst is answered and a flood is not.
 */
import type { Clock } from './ports.ts'

export type Buckets = {
  /** Takes `count` tokens from `name`'s bucket, or none and answers false. */
  take(name: string, count?: number): boolean
}

type Bucket = { tokens: number; at: number }

/** As many names as a hub can have neighbours, several times over. */
const NAMES_MAX = 1_024

/**
 * One bucket a name. `perHour` tokens flow in, evenly; a full bucket holds `most`. Beyond `namesMax` names the
 * longest unused is forgotten.
 */
export function bucketsOf(
  { most, perHour }: { most: number; perHour: number }, clock: Pick<Clock, 'now'>, namesMax: number = NAMES_MAX,
): Buckets {
  const buckets = new Map<string, Bucket>()
  return {
    take(name, count = 1) {
      const now = clock.now()
      const old = buckets.get(name) ?? { tokens: most, at: now }
      const filled = Math.min(most, old.tokens + (Math.max(0, now - old.at) * perHour) / 3_600)
      const enough = filled >= count
      buckets.delete(name)
      buckets.set(name, { tokens: enough ? filled - count : filled, at: now })
      if (buckets.size > namesMax) buckets.delete(buckets.keys().next().value!)
      return enough
    },
  }
}
