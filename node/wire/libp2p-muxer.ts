/**
 * Yamux, over a connection to which one may still write when it has just closed. Yamux announces a stream that it opens
 * a microtask later, where nobody catches what is thrown, and `@libp2p/utils` throws when the connection has closed in
 * between: the process would end, by whoever hangs up at the right moment (js-libp2p 3512 is the same in another place).
 * What is written then goes nowhere, as it would a moment earlier, and the streams end when the connection says that it
 * is closed.
 */
import { yamux } from '@libp2p/yamux'
import { nameOf } from './libp2p-exchange.ts'

type Muxers = ReturnType<typeof yamux>

/** As `yamux`, with the same settings. */
export function lenientYamux(...settings: Parameters<typeof yamux>): Muxers {
  return (...components) => {
    const muxers = yamux(...settings)(...components)
    return {
      protocol: muxers.protocol,
      createStreamMuxer(cable) {
        const send = cable.send.bind(cable)
        cable.send = (data) => {
          try {
            return send(data)
          } catch (error) {
            if (nameOf(error) === 'StreamStateError') return true
            throw error
          }
        }
        return muxers.createStreamMuxer(cable)
      },
    }
  }
}
