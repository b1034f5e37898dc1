/**
 * Listings that are on their way from one neighbour, and so are asked of no other meanwhile: a hub that comes back
 * compares boards with all its neighbours at once, and each of them has all that it missed.
 *
 * A promise binds nobody: what has not come after `ON_THE_WAY_SECONDS` may be had from whoever else has it, or a single
 * neighbour that answers slowly could keep a city from what all others would give. And who did not keep one is asked like
 * others, but nobody waits for it any more, for `BROKEN_SECONDS`: else it could promise the same again and again.
 */
import type { Hex } from '#ledger/action.ts'

export const ON_THE_WAY_SECONDS = 20
export const BROKEN_SECONDS = 3_600

export class OnTheWay<By> {
  readonly #from = new Map<Hex, { by: By; until: number }>()
  /** Until when nobody waits for them. */
  readonly #broken = new Map<By, number>()

  /** Whether this listing (by its hash) may be fetched from `by` now; if so it is on its way from there. `now` in seconds. */
  begin(hash: Hex, by: By, now: number): boolean {
    const before = this.#from.get(hash)
    if (before !== undefined && before.by !== by && before.until > now) return false
    if ((this.#broken.get(by) ?? 0) <= now) this.#from.set(hash, { by, until: now + ON_THE_WAY_SECONDS })
    return true
  }

  /** What was to come from `by` has come, or, of `missing`, comes no more. */
  end(hashes: Iterable<Hex>, by: By, missing: boolean, now: number): void {
    for (const hash of hashes) if (this.#from.get(hash)?.by === by) this.#from.delete(hash)
    if (missing) this.#broken.set(by, now + BROKEN_SECONDS)
  }
}
