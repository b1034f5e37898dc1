/** A card as a steward gives it: the whole of it as text, or a short code (`protocol/meeting-code.ts`) by which its hub is asked for it. */
import type { Origin } from '#ledger/action.ts'
import { fromBase64, toBase64 } from '#ledger/bytes.ts'
import { parseSignedCard, type SignedCard } from '#ledger/federation/federation.ts'
import type { DoorRefusal } from '#protocol/api.ts'
import { services } from '#protocol/limits.ts'
import { fingerprintOf, parseCode } from '#protocol/meeting-code.ts'
import { helloAnswers, type HelloAnswer, helloRequests, type HelloRequest } from '#protocol/message.ts'
import type { Network } from '../../wire/network.ts'

/** Reads what was pasted; `own`: this hub, which is nobody's card to paste. */
export function openCardReader(network: Pick<Network, 'reach' | 'request'>, own: Origin): (text: string) => Promise<SignedCard | DoorRefusal> {
  /** A card as pasted, or the one that the hub named by a code shows when it is asked. */
  async function cardIn(text: string): Promise<SignedCard | DoorRefusal> {
    const code = parseCode(text)
    if (code === null) return readCard(text)
    const answer = await askAt(code.addresses, { type: 'card' })
    if (answer === null) return { code: 'hub-unreachable', hub: code.addresses[0]! }
    const card = answer.type === 'card' ? readCard(toBase64(answer.card)) : null
    // Whoever answers there: only the card that was meant is taken.
    if (card === null || ('bytes' in card && fingerprintOf(card.bytes) !== code.fingerprint)) return { code: 'other-card' }
    return card
  }

  /** One question to whoever answers at these addresses; null when nobody does. */
  async function askAt(addresses: string[], request: HelloRequest): Promise<HelloAnswer | null> {
    const { protocol, answerBytesMax, timeoutMs } = services.hello
    try {
      const peer = await network.reach(addresses, timeoutMs)
      return helloAnswers.parse(await network.request(peer, protocol, helloRequests.encode(request), { answerBytesMax, timeoutMs }))
    } catch {
      return null
    }
  }

  function readCard(text: string): SignedCard | DoorRefusal {
    const bytes = fromBase64(text.trim())
    const card = bytes === null ? null : parseSignedCard(bytes)
    if (card === null) return { code: 'bad-card' }
    return card.card.origin === own ? { code: 'own-card' } : card
  }

  return cardIn
}
