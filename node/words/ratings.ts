/**
 * Opens ratings when they may be opened. A device leaves salt and grade with its hub as a blob beside the
 * commitment; as soon as all who may rate have, or the window has closed, the hub writes them open: of an agreement
 * what both say of each other, of a session what those who came say of it.
 */
import type { Hex } from '#ledger/action.ts'
import { fromUtf8 } from '#ledger/bytes.ts'
import { hasUnopenedGrades, mayOpenGrades } from '#ledger/rules/grading.ts'
import { hasUnopened } from '#ledger/rules/settling.ts'
import { mayOpen } from '#ledger/rules/rating.ts'
import { gradeTexts, openBlob, SALT_BYTES } from '#protocol/commitment.ts'
import type { Answer, Log, Writer } from '../ports.ts'
import { type Store, StoreError } from '../store.ts'

const TEXTS: string[] = [gradeTexts.poor, gradeTexts.fair, gradeTexts.good]

type Grade = { grade: 0 | 1 | 2; salt: Uint8Array }

/** Looks at once (a start may have missed some), after each rating and after each tick. */
export function openRatingsFrom(writer: Writer, store: Store, log: Log): void {
  const blobs = store.table('blobs')

  /** What is behind a commitment, or null where it is not here. */
  function behind(commitment: Hex): Grade | null {
    const blob = blobs.get(commitment)
    const opened = blob === undefined ? null : openBlob(blob)
    const grade = opened === null ? -1 : TEXTS.indexOf(fromUtf8(opened.text) ?? '')
    return blob === undefined || grade < 0 ? null : { grade: grade as 0 | 1 | 2, salt: blob.slice(0, SALT_BYTES) }
  }

  async function open(matter: Hex, commitment: Hex, record: (grade: Grade) => Promise<Answer>): Promise<void> {
    const grade = behind(commitment)
    if (grade === null) return log.warn('a rating cannot be opened: what was committed to is not here', { matter })
    const answer = await record(grade)
    if (!answer.ok && 'refusal' in answer) log.warn('a rating was not opened', { matter, because: answer.refusal.code })
  }

  async function openAgreement(id: Hex): Promise<void> {
    const agreement = writer.state.agreements.get(id)
    if (agreement === undefined || !mayOpen(writer.state, agreement, writer.state.lastTs)) return
    for (const [rater, { commitment, grade }] of agreement.ratings) {
      if (grade === null) await open(id, commitment, (found) => writer.record('rating.opened', { agreement: id, rater, ...found }))
    }
  }

  async function openSession(id: Hex): Promise<void> {
    const session = writer.state.sessions.get(id)
    if (session?.phase !== 'closed' || !mayOpenGrades(writer.state, session, writer.state.lastTs)) return
    for (const { member: rater, commitment, grade } of [...session.people.values()]) {
      if (commitment !== null && grade === null) await open(id, commitment, (found) => writer.record('grade.opened', { session: id, rater, ...found }))
    }
  }

  /** A hub that stops has closed its store; the next tick or start finds what was left. */
  function later(error: unknown): void {
    if (!(error instanceof StoreError)) throw error
    log.warn('ratings could not be read, and are opened later', { error: String(error) })
  }

  const openDue = (): void => {
    for (const agreement of writer.state.agreements.openOnes()) if (hasUnopened(agreement)) openAgreement(agreement.id).catch(later)
    for (const session of writer.state.sessions.openOnes()) if (hasUnopenedGrades(session)) openSession(session.id).catch(later)
  }

  writer.onRecorded(({ action }) => {
    if (action.kind === 'rating.committed') openAgreement(action.agreement).catch(later)
    if (action.kind === 'grade.committed') openSession(action.session).catch(later)
    if (action.kind === 'tick') openDue()
  })
  openDue()
}
