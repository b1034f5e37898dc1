/** Questions on `/cv/hello/1`: to another hub over the wire, to this one without. */
import type { Origin } from '#ledger/action.ts'
import type { Card } from '#ledger/federation/federation.ts'
import { services } from '#protocol/limits.ts'
import { helloAnswers, type HelloAnswer, helloRequests, type HelloRequest } from '#protocol/message.ts'
import { peerOf } from '../cities.ts'
import type { Network } from '../../wire/network.ts'
import type { Log } from '../../ports.ts'
import type { PastedCards } from './pasted-cards.ts'

/** One question to a hub, at the addresses known for it; null when there was no answer. */
export type Hello = (card: Card, addresses: string[], request: HelloRequest) => Promise<HelloAnswer | null>

export type HelloPorts = {
  network: Network
  own: Origin
  pasted: Pick<PastedCards, 'addressesOf'>
  log: Log
  /** What this hub answers itself. Rejects when its own disk does not take a promise down. */
  answer(request: HelloRequest): Promise<HelloAnswer>
}

/** How this hub asks: whoever is not connected is sought at every address that is known. */
export function openHello({ network, own, pasted, log, answer }: HelloPorts): Hello {
  return async (card, addresses, request) => {
    if (card.origin === own) {
      return await answer(request).catch((error: unknown) => {
        // Our own disk would not take the promise down: then nothing was promised, and it is asked again.
        log.error('this hub could not answer itself', { asked: request.type, error: String(error) })
        return null
      })
    }
    const { protocol, answerBytesMax, timeoutMs } = services.hello
    const peer = peerOf(card)
    try {
      if (
        !network.connected().includes(peer) &&
        (await network.reach(pasted.addressesOf(card, addresses), timeoutMs)) !== peer
      )
        return null
      const bytes = await network.request(peer, protocol, helloRequests.encode(request), {
        answerBytesMax,
        timeoutMs,
      })
      return helloAnswers.parse(bytes)
    } catch {
      return null
    }
  }
}
