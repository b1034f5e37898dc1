/**
 * Listings that are on their way from one neighbour, and so are asked of no other meanwhile: a hub that comes back
 * compares boards with all its neighbours at once, and each of them has all that it missed.
 *
 * A promise binds nobody: what has not come after `ON_THE_WAY_SECONDS` may be had from whoever else has it, or a single
 * neighbour that answers slowly could keep a city from what all others would give.
 */
import type { Hex } from '#ledger/action.ts'

export const ON_THE_WAY_SECONDS = 20

export class OnTheWay<By> {
  readonly #from = new Map<Hex, { by: By; until: number }>()

  /** Whether this listing (by its hash) may be fetched from `by` now; if so it is on its way from there. `now` in seconds. */
  begin(hash: Hex, by: By, now: number): boolean {
    const before = this.#from.get(hash)
    if (before !== undefined && before.by !== by && before.until > now) return false
    this.#from.set(hash, { by, until: now + ON_THE_WAY_SECONDS })
    return true
  }

  /** What was fetched from `by` has come, or does not come any more. */
  end(hashes: Iterable<Hex>, by: By): void {
    for (const hash of hashes) if (this.#from.get(hash)?.by === by) this.#from.delete(hash)
  }
}
