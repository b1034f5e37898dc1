/** Asking another city what it would do with something before it is sent there (`protocol/quote.ts`). */
import type { Hex, Origin } from '#ledger/action.ts'
import { services } from '#protocol/limits.ts'
import { settleAnswers, settleRequests } from '#protocol/message.ts'
import { type AskedQuote, openQuote, type Quote, quoteFor, type SignedQuote, signQuote } from '#protocol/quote.ts'
import type { HubKeys } from '../../disk/keystore.ts'
import type { Clock, Writer } from '../../ports.ts'
import type { Network } from '../../wire/network.ts'
import { neighbour, neighbourAt, peerOf } from '../cities.ts'

export type QuotePorts = { writer: Writer; network: Network; clock: Clock }

/** The other city's word, or null while it cannot be had; base units. */
export async function askQuote({ writer, network, clock }: QuotePorts, destination: Origin, asked: AskedQuote): Promise<Quote | null> {
  const card = neighbour(writer.state, destination)
  if (card === undefined) return null
  const { federation, hub } = writer.state
  const { protocol, answerBytesMax, timeoutMs } = services.settle
  try {
    const bytes = await network.request(peerOf(card), protocol, settleRequests.encode({ type: 'quote', ...asked }), { answerBytesMax, timeoutMs })
    const answer = settleAnswers.parse(bytes)
    return answer?.type === 'quote' ? openQuote(answer, card, hub.origin, asked, federation!.id, clock.now()) : null
  } catch {
    return null
  }
}

/** Our own word to whoever asks; null to a hub that is no member. */
export function answerQuote(
  { writer, clock }: Pick<QuotePorts, 'writer' | 'clock'>, keys: Pick<HubKeys, 'order'>, peer: Hex, asked: AskedQuote,
): SignedQuote | null {
  const { state } = writer
  const source = neighbourAt(state, peer)?.origin
  if (source === undefined) return null
  const quote = quoteFor(state, source, asked, Math.max(clock.now(), state.lastTs))
  return signQuote(quote, keys.order.secret, state.federation!.id)
}
