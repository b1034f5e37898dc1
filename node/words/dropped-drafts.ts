/**
 * The ids of drafts that one of the two has taken away. A page whose answer was lost sends the same bytes again, and what
 * somebody has said no to must not come back by that: an id is kept until its action would have run out, for then the
 * clock refuses it. Nothing else of such a draft stays.
 *
 * For each who proposed no more than `DROPPED_BY_ONE_MAX`, the last one and those that run out latest: whoever takes back
 * more fills nothing by it and gains nothing, since they may propose anew.
 */
import type { Hex } from '#ledger/action.ts'
import { decodeAs, encodeAs, fields, hexOf, type Infer, uint } from '#ledger/schema.ts'
import type { Table, Write } from '../store.ts'

const droppedSchema = fields({ id: hexOf(16), by: hexOf(32), exp: uint })
/** `by` had proposed it; `exp`, in seconds, is the end of what they signed. */
type DroppedDraft = Infer<typeof droppedSchema>

/** Each change is made here at once and answers what is to be written for it, so that it goes to disk in one batch with the draft. */
export type DroppedDrafts = {
  has(id: Hex): boolean
  note(dropped: DroppedDraft): Write[]
  /** Lets go of those that ran out. */
  expire(now: number): Write[]
  /** Lets go of all that somebody proposed. */
  forget(by: Hex): Write[]
}

export const DROPPED_BY_ONE_MAX = 30
const KEY = 'dropped '

/** Reads them from the table of the drafts, where they stand under a prefix of their own. */
export async function readDroppedDrafts(rows: Table): Promise<DroppedDrafts> {
  const all = new Map<Hex, DroppedDraft>()
  for await (const [, value] of rows.entries(KEY)) {
    const dropped = decodeAs(droppedSchema, value)
    if (dropped !== null) all.set(dropped.id, dropped)
  }

  function without(gone: (dropped: DroppedDraft) => boolean): Write[] {
    const ids = [...all.values()].filter(gone).map(({ id }) => id)
    for (const id of ids) all.delete(id)
    return ids.map((id) => ({ type: 'del', key: KEY + id }))
  }

  return {
    has: (id) => all.has(id),
    note(dropped) {
      const theirs = [...all.values()].filter(({ by }) => by === dropped.by).sort((a, b) => b.exp - a.exp)
      const tooMany = new Set(theirs.slice(DROPPED_BY_ONE_MAX - 1))
      all.set(dropped.id, dropped)
      const value = encodeAs(droppedSchema, dropped)
      return [...without((one) => tooMany.has(one)), { type: 'put', key: KEY + dropped.id, value }]
    },
    expire: (now) => without(({ exp }) => exp <= now),
    forget: (by) => without((dropped) => dropped.by === by),
  }
}
