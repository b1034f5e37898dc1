/**
 * The board's listings, findable: an index that is filled when the hub starts and follows every change of the board.
 * What is closed, expired or erased leaves it in the same moment, its words with it.
 */
import type { Hex } from '#ledger/action.ts'
import { type Indexed, openSearch, type Search } from './search.ts'

/** As much of the feed as is looked at; `listings` are the open ones, the newest first. */
export type Followed = {
  listings(): Indexed[]
  listing(id: Hex): Indexed | null
  onChange(listener: (id: Hex) => void): void
}

export type BoardSearch = Pick<Search, 'find' | 'at' | 'all' | 'size'> & { stop(): void }

/** `now` in seconds. */
export function searchOver(board: Followed, now: () => number): BoardSearch {
  const index = openSearch()
  let stopped = false
  index.fill(board.listings().reverse())
  board.onChange((id) => {
    if (stopped) return
    const found = board.listing(id)
    if (found !== null && found.listing.state === 'open' && found.listing.expiresAt > now()) index.put(found)
    else index.drop(id)
  })
  return {
    find: (question, count) => index.find(question, count),
    at: (id) => index.at(id),
    all: () => index.all(),
    size: () => index.size(),
    stop() {
      stopped = true
      index.close()
    },
  }
}
