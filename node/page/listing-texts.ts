/**
 * Listings as the board's answer writes them, and whole answers, kept from one question to the next: everybody who looks at the
 * board asks for the same fifty, and their words lie in the store, each under a checksum and a hash.
 *
 * What is kept is dropped as a whole whenever something happens that could show in it: a record (names, cities), another
 * state (the disk gave another back), a change of the board, words that came or were erased. So nothing is shown that is older than
 * that; and an answer serves for the second in which it was made, since listings expire by the second.
 */
import type { Hex } from '#ledger/action.ts'
import { utf8 } from '#ledger/bytes.ts'
import type { State } from '#ledger/state/state.ts'
import type { ListingView } from '#protocol/api.ts'
import { careCategories } from '#protocol/listing.ts'
import type { Writer } from '../ports.ts'
import type { Blobs } from '../words/blobs.ts'
import type { ShownListing, Views } from './views.ts'

/** `stranger` is null where only members may read it. */
type Texts = { member: string; stranger: string | null }

export type ListingTexts = {
  /** A `ListingView` as JSON, or null when there is no such listing or this reader may not read it. */
  of(id: Hex, isMember: boolean): string | null
  /** The same of one at hand, which is not kept. */
  written(listing: ShownListing, isMember: boolean): string | null
  /** What `make` answers, or answered to the same question at the same second `now`; `question` says also who may read it. */
  answer(question: string, now: number, make: () => string): Uint8Array<ArrayBuffer>
}

export type ListingTextsPorts = {
  writer: Pick<Writer, 'state'>
  /** The board: one of it, and who wants to hear when it changes. */
  feed: { listing(id: Hex): ShownListing | null; onChange(listener: () => void): void }
  blobs: Pick<Blobs, 'onChange'>
  views: Pick<Views, 'listed'>
}

/** A few pages of the board, and answers of as many bytes as a question and fifty listings have; beyond them all begin anew. */
const KEPT_MAX = 512
const ANSWERS_MAX = 32

export function openListingTexts({ writer, feed, blobs, views }: ListingTextsPorts): ListingTexts {
  const kept = new Map<Hex, Texts | null>()
  const answers = new Map<string, { now: number; bytes: Uint8Array<ArrayBuffer> }>()
  let of: { state: State; size: number } | null = null
  const drop = (): void => {
    kept.clear()
    answers.clear()
  }
  feed.onChange(drop)
  blobs.onChange(drop)

  function dropOld(): void {
    const { state } = writer
    if (of?.state === state && of.size === state.tree.size) return
    of = { state, size: state.tree.size }
    drop()
  }

  function textsOf(found: ShownListing): Texts {
    const view = views.listed(found)
    return { member: JSON.stringify(view), stranger: forStranger(found, view) }
  }

  return {
    of(id, isMember) {
      dropOld()
      if (kept.size >= KEPT_MAX) kept.clear()
      let texts = kept.get(id)
      if (texts === undefined) {
        const found = feed.listing(id)
        texts = found === null ? null : textsOf(found)
        kept.set(id, texts)
      }
      return texts?.[isMember ? 'member' : 'stranger'] ?? null
    },
    written(listing, isMember) {
      const view = views.listed(listing)
      return isMember ? JSON.stringify(view) : forStranger(listing, view)
    },
    answer(question, now, make) {
      dropOld()
      const before = answers.get(question)
      if (before?.now === now) return before.bytes
      const bytes = new Uint8Array(utf8(make()))
      if (answers.size >= ANSWERS_MAX) answers.clear()
      answers.set(question, { now, bytes })
      return bytes
    },
  }
}

/** Without the author's name; null of who needs care in this community. */
function forStranger({ listing: { scope, category } }: ShownListing, view: ListingView): string | null {
  if (scope === 'hub' && careCategories.has(category)) return null
  return JSON.stringify({ ...view, author: { ...view.author, name: null } })
}
