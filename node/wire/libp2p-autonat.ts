/**
 * The asking side of AutoNAT (`/libp2p/autonat/1.0.0`), as bytes: "come to me at this address", and what became of it.
 * The answering side is `@libp2p/autonat`'s. Its asking side is not used: it asks only at a new connection and only of
 * addresses it has not heard of for ten minutes, so that a hub whose members stay connected never hears anything; and it
 * believes the first member that says it came through.
 */
import type { PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import { concat } from 'uint8arrays/concat'

export const AUTONAT = '/libp2p/autonat/1.0.0'
/** What `@libp2p/autonat` reads and writes at most. */
export const AUTONAT_ANSWER_BYTES_MAX = 8_192

/** `could-not`: it says that it tried and did not get there. Everything else it may say is about itself, and nothing to us. */
export type Dialled = 'ok' | 'could-not' | 'nothing'

/** The message DIAL of the specification: who is to be dialled, and where. */
export function dialRequest(self: PeerId, address: Multiaddr): Uint8Array {
  const peer = concat([field(1, self.toMultihash().bytes), field(2, address.bytes)])
  return concat([Uint8Array.of(1 << 3, 0), field(2, field(1, peer))])
}

/** What a member answers, whatever bytes it sends. */
export function readDialled(answer: Uint8Array): Dialled {
  const response = fieldsOf(answer)?.get(3)
  const status = response instanceof Uint8Array ? fieldsOf(response)?.get(1) : undefined
  if (status === 0) return 'ok'
  return status === 100 ? 'could-not' : 'nothing'
}

/** A field of bytes. All of ours are short: a key, and an address of a number and a port. */
function field(number: number, bytes: Uint8Array): Uint8Array {
  if (bytes.length > 127) throw new Error('a field of AutoNAT is longer than any of ours')
  return concat([Uint8Array.of((number << 3) | 2, bytes.length), bytes])
}

/** The last value of each field, a number or bytes; null when it is no message of Protocol Buffers. */
function fieldsOf(bytes: Uint8Array): Map<number, number | Uint8Array> | null {
  const found = new Map<number, number | Uint8Array>()
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++]
      if (byte === undefined || factor > 2 ** 42) return Number.NaN
      value += (byte & 127) * factor
      if (byte < 128) return value
    }
  }
  while (at < bytes.length) {
    const [key, value] = [varint(), varint()]
    const [number, kind] = [Math.floor(key / 8), key % 8]
    if (kind === 0 && !Number.isNaN(value)) found.set(number, value)
    else if (kind === 2 && at + value <= bytes.length) found.set(number, bytes.subarray(at, (at += value)))
    else return null
  }
  return found
}
