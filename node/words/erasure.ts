/**
 * Forgetting: what a member has asked to be erased (`erasure.asked`) is taken out of this hub.
 *
 * Gone are the words and salts behind every commitment they signed, of agreements they were a party of that are over,
 * and of what stewards wrote about who they are; and what they left in the inbox and in their box of letters. The commitments stay in the record,
 * and without the salt nobody can connect them with a word again. A blind grade that is not opened yet stays until it
 * is, because its opening puts it into the record anyway. What LevelDB still holds of deleted rows goes with `compact`.
 *
 * Of somebody whose petition was declined everything goes at once: they are nobody here.
 */
import type { Action, Hex, Kind } from '#ledger/action.ts'
import { fromUtf8, utf8 } from '#ledger/bytes.ts'
import { parseRecord } from '#ledger/entry.ts'
import type { State } from '#ledger/state/state.ts'
import type { Blobs } from './blobs.ts'
import type { Clock, Log, Writer } from '../ports.ts'
import type { Store } from '../store.ts'

const RECORDS_PER_LOOK = 256
const HASH_DIGITS = 64
const DONE = 'erased '

/** What stewards and neighbours committed to about somebody, under `member`: how they were recognised, why not. */
const aboutKinds: ReadonlySet<Kind> = new Set<Kind>(['member.attested', 'member.declined', 'recovery.proposed'])

export type ErasurePorts = {
  writer: Writer
  store: Store
  blobs: Pick<Blobs, 'erase'>
  /** Where somebody may have left something beside the record: the inbox, the letters. */
  leftBy: { forget(acct: Hex): Promise<void> }[]
  clock: Clock
  log: Log
}

/** Does what was asked and not done before, and whatever is asked from now on. `stop` waits for what is under way. */
export function openErasure({ writer, store, blobs, leftBy, clock, log }: ErasurePorts): { stop(): Promise<void> } {
  const meta = store.table('meta')
  let last = Promise.resolve()

  /** One after the other: each reads the whole log. */
  function queue(acct: Hex, seq: number): void {
    last = last.then(() => forget(acct, seq)).catch((error: unknown) =>
      log.error('words that somebody asked to have erased are still here; the next start tries again', { error: String(error) }))
  }

  async function forget(acct: Hex, seq: number): Promise<void> {
    await blobs.erase(await commitmentsOf(acct, seq))
    for (const place of leftBy) await place.forget(acct)
    await meta.put(DONE + acct, utf8(String(seq)))
    log.info('words were erased', { account: acct, upTo: seq })
  }

  async function commitmentsOf(acct: Hex, upTo: number): Promise<Hex[]> {
    const named = new Set<Hex>()
    for (let at = 0; at <= upTo;) {
      const records = writer.read(at, Math.min(RECORDS_PER_LOOK, upTo + 1 - at))
      for (const record of records) {
        const { action } = parseRecord(record)!
        if (isOf(acct, action) && !isAwaited(writer.state, action)) for (const hash of hashesIn(action)) named.add(hash)
      }
      at += records.length
      // A long log is read in parts, so that nobody waits for it.
      await new Promise<void>((resolve) => clock.after(0, resolve))
    }
    return [...named]
  }

  writer.onRecorded(({ action, seq }) => {
    if (action.kind === 'erasure.asked') queue(action.acct, seq)
    if (action.kind === 'member.declined') queue(action.member, seq)
  })
  for (const { acct, seq } of writer.state.erasures.values()) {
    const done = meta.get(DONE + acct)
    if (done === undefined || fromUtf8(done) !== String(seq)) queue(acct, seq)
  }
  return { stop: () => last }
}

/** Signed by this account, agreed with it, or said about it. */
function isOf(acct: Hex, action: Action): boolean {
  if (action.acct === acct) return true
  if (action.kind === 'agreement.made') return action.helper === acct || action.receiver === acct
  return 'member' in action && action.member === acct && aboutKinds.has(action.kind)
}

/** Whether these words are still to be opened or read by somebody who relies on them. */
function isAwaited(state: State, action: Action): boolean {
  if (action.kind === 'agreement.made') return state.agreements.openOne(action.id) !== undefined
  if (action.kind === 'grade.committed') return state.sessions.get(action.session)?.phase === 'closed'
  if (action.kind !== 'rating.committed') return false
  return state.agreements.get(action.agreement)?.ratings.get(action.acct)?.grade === null
}

/** Every 32 bytes an action names. Most are no commitment to words, and under those nothing is kept. */
const hashesIn = (action: Action): Hex[] =>
  Object.values(action).filter((value): value is Hex => typeof value === 'string' && value.length === HASH_DIGITS)
