/** What goes wrong in libp2p, in the words of the `Network` port and of the operator. */
import { once } from 'node:events'
import { ListenError } from '../listen-error.ts'
import { nameOf } from './libp2p-exchange.ts'
import { NetworkError, type NetworkErrorCode } from './network.ts'

/** Why a node did not start; libp2p tells a taken port only in the words of its message. Anything else is given back as it is. */
export function listenErrorOf(error: unknown, listen: string[]): unknown {
  if (nameOf(error) !== 'UnsupportedListenAddressesError') return error
  const inUse = String(error).includes('EADDRINUSE')
  const [code, reason] = inUse
    ? (['port-in-use', 'the port is in use. Is this hub running already? Else'] as const)
    : (['address-unusable', 'this machine does not have that address, or may not use the port.'] as const)
  const choice = `${inUse ? 'choose' : 'Choose'} another, for example --p2p 0.0.0.0:0, which takes a free port.`
  return new ListenError(code, `cannot listen for hubs on ${listen.join(', ')}: ${reason} ${choice}`)
}

/** A NetworkError as it is; anything else is a `timeout` where the signal has ended it, and `otherwise` where not. */
export function networkErrorOf(error: unknown, signal: AbortSignal, otherwise: NetworkErrorCode, message: string): NetworkError {
  if (error instanceof NetworkError) return error
  return new NetworkError(signal.aborted ? 'timeout' : otherwise, message, error)
}

/** What it resolves to, unless the signal ends first: then it rejects with `timeout`. */
export async function within<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  const expired = once(signal, 'abort').then(() => {
    throw new NetworkError('timeout', 'the network was not ready in time')
  })
  expired.catch(() => {})
  return await Promise.race([promise, expired])
}
