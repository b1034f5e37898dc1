/**
 * Opens ratings when they may be opened. A device leaves salt and grade with its hub as a blob beside the
 * commitment; as soon as both parties have rated, or the window has closed, the hub writes them open.
 */
import type { Hex } from '#ledger/action.ts'
import { fromUtf8 } from '#ledger/bytes.ts'
import { hasUnopened } from '#ledger/rules/settling.ts'
import { mayOpen } from '#ledger/rules/rating.ts'
import type { Agreement } from '#ledger/state.ts'
import { openBlob, SALT_BYTES } from '#protocol/commitment.ts'
import type { Log, Writer } from '../ports.ts'
import type { Store } from '../store.ts'

const GRADES = ['0', '1', '2'] as const

/** Looks at once (a start may have missed some), after each rating and after each tick. */
export function openRatingsFrom(writer: Writer, store: Store, log: Log): void {
  const blobs = store.table('blobs')

  async function openAll(agreement: Agreement): Promise<void> {
    for (const [rater, rating] of agreement.ratings) {
      if (rating.grade !== null) continue
      const blob = blobs.get(rating.commitment)
      const opened = blob === undefined ? null : openBlob(blob)
      const grade = opened === null ? -1 : GRADES.indexOf(fromUtf8(opened.text) as (typeof GRADES)[number])
      if (blob === undefined || grade < 0) {
        log.warn('a rating cannot be opened: what was committed to is not here', { agreement: agreement.id })
        continue
      }
      const salt = blob.slice(0, SALT_BYTES)
      const answer = await writer.record('rating.opened', { agreement: agreement.id, rater, grade: grade as 0 | 1 | 2, salt })
      if (!answer.ok && 'refusal' in answer) log.warn('a rating was not opened', { agreement: agreement.id, because: answer.refusal.code })
    }
  }

  const openOne = (id: Hex): void => {
    const { state } = writer
    const agreement = state.agreements.get(id)
    if (agreement !== undefined && mayOpen(state, agreement, state.lastTs)) void openAll(agreement)
  }
  const openDue = (): void => {
    for (const agreement of writer.state.agreements.openOnes()) if (hasUnopened(agreement)) openOne(agreement.id)
  }

  writer.onRecorded(({ action }) => {
    if (action.kind === 'rating.committed') openOne(action.agreement)
    if (action.kind === 'tick') openDue()
  })
  openDue()
}
