/**
 * The export as a table of postings (RFC 4180), for a spreadsheet: one line for every account an entry moved.
 *
 * Times are UTC; `account` is a member's 64 hex digits or `hub`; `base` is exact and adds up to zero over an entry
 * and a unit; `milli` is what it is worth in milli-CV on the entry's day, rounded towards zero. No field holds words
 * of people or begins with anything but a letter, a digit or the minus of a number, so no spreadsheet takes one for
 * a formula; `base` may have more digits than a spreadsheet keeps.
 */
import { utcText } from '#ledger/calendar.ts'
import { nominalOf } from '#ledger/value/decay.ts'
import { type Closing, type Posted, postedBy } from '#ledger/audit/postings.ts'
import { domainDay, domainIndex, globalDay, globalIndex, type State } from '#ledger/state/state.ts'

export const csvHead = 'seq,time,kind,account,book,unit,base,milli\r\n'

/** The lines of the table. Its answer says how the log ended, which is where the table did. */
export function* csvOf(records: Iterable<Uint8Array>): Generator<string, Closing> {
  yield csvHead
  const posted = postedBy(records)
  for (;;) {
    const { done, value } = posted.next()
    if (done === true) return value
    yield linesOf(value)
  }
}

function linesOf({ entry: { seq, ts, action }, state, postings }: Posted): string {
  return postings.map(({ member, book, unit, amount }) => {
    const milli = nominal(amount, unit === 'domain' ? domainIndex(state, domainDay(state, ts)) : globalIndexAt(state, ts))
    return `${seq},${utcText(ts)},${action.kind},${member ?? 'hub'},${book},${unit},${amount},${milli}\r\n`
  }).join('')
}

/** Nothing Global moves without a federation. */
const globalIndexAt = ({ federation }: State, ts: number): bigint => globalIndex(federation!, globalDay(federation!, ts))

const nominal = (amount: bigint, index: bigint): bigint =>
  amount < 0n ? -nominalOf(-amount, index) : nominalOf(amount, index)
