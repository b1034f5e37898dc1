/**
 * Quotes: what a destination would do with a transfer if it arrived now, in its own signed words.
 *
 * A quote binds nobody and is in no order: what becomes of an arrival is decided when it arrives, by the rules that stand in
 * the destination's log (`ledger/rules/trust.ts`). It is for the person who is about to send something, and would rather
 * know before that it would wait there for a steward, or that there is nobody of that account. A hub that says one thing
 * and records another can be shown its signature.
 */
import type { Disposition, Hex, Origin } from '#ledger/action.ts'
import type { Card, Out } from '#ledger/federation/federation.ts'
import { sign, verifyIn } from '#ledger/keys.ts'
import { stayFor } from '#ledger/rules/suspense.ts'
import { judgeOf } from '#ledger/rules/trust.ts'
import {
  big, decodeAs, encodeAs, fields, hexOf, type Infer, literal, oneOf, textUpTo, uint,
} from '#ledger/schema.ts'
import { currentDocument, type State } from '#ledger/state/state.ts'
import { QUOTE_SECONDS } from './limits.ts'

const origin = textUpTo(64)
/** As an `x.in` has them (`ledger/action.ts`). */
const dispositions = [
  'credit', 'frozen', 'recipient', 'too-large', 'witnesses', 'approval', 'daily', 'limit', 'booking',
] as const satisfies readonly Disposition[]
const quoteSchema = fields({
  format: literal(1), source: origin, destination: origin, to: hexOf(32), amount: big, agreement: hexOf(16),
  disposition: oneOf(...dispositions), until: uint,
})
/** What would become of so much (base units) for `to`, naming this agreement, from `source`; said until then [Unix seconds]. */
export type Quote = Infer<typeof quoteSchema>

/** What somebody is about to send. */
export type AskedQuote = { to: Hex; amount: bigint; agreement: Hex }
export type SignedQuote = { quote: Uint8Array; signature: Uint8Array }

/** What this hub would do at `ts` with a transfer of `source` that every city has vouched for. */
export function quoteFor(state: State, source: Origin, asked: AskedQuote, ts: number): Quote {
  const all = new Set(currentDocument(state.federation!).members.map(({ card }) => card.origin))
  const out: Out = {
    xid: '0'.repeat(64), destination: state.hub.origin, ...asked, request: 0, memo: '0'.repeat(64), returns: null, last: null,
  }
  const judged: Disposition = judgeOf(state, source, all, ts)(out)
  const disposition = judged === 'credit' && stayFor(state, out, source) !== undefined ? 'booking' : judged
  return { format: 1, source, destination: state.hub.origin, ...asked, disposition, until: ts + QUOTE_SECONDS }
}

/** A quote as the destination's order key signs it. */
export function signQuote(quote: Quote, secret: Uint8Array, federation: Uint8Array): SignedQuote {
  const bytes = encodeAs(quoteSchema, quote)
  return { quote: bytes, signature: sign(secret, 'quote', federation, bytes) }
}

/** What was answered, if it answers just this question to just this hub, is signed by that destination, and not over. */
export function openQuote(
  { quote: bytes, signature }: SignedQuote, by: Card, source: Origin, asked: AskedQuote, federation: Uint8Array, now: number,
): Quote | null {
  const quote = decodeAs(quoteSchema, bytes)
  if (quote === null || quote.source !== source || quote.destination !== by.origin || quote.until < now) return null
  const isAnswer = quote.to === asked.to && quote.amount === asked.amount && quote.agreement === asked.agreement
  return isAnswer && verifyIn(by.orderKey, 'quote', federation, bytes, signature) ? quote : null
}
