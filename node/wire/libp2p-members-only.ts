/**
 * The registrar that lets only members pass. Gossipsub, kad-dht, relays, AutoNAT and DCUtR
 * take any peer that opens their stream; they are handed this registrar instead of libp2p's own. A stranger's streams
 * are reset before the protocol sees them, and no stranger is announced to it. (libp2p 3.3's
 * stream middleware looks like the place for this, but its chain keeps the handler of every
 * earlier stream.)
 */
import type { gossipsub } from '@libp2p/gossipsub'
import type { Connection, PeerId, Topology } from '@libp2p/interface'

export type Registrar = Parameters<ReturnType<typeof gossipsub>>[0]['registrar']

export type MembersOnly = {
  registrar: Registrar
  /**
   * A connected stranger has become a member: the protocols it speaks are told that it is
   * there.
   */
  welcome(peer: PeerId, connection: Connection, spoken: string[]): Promise<void>
}

/** Wraps libp2p's registrar; `isMember` is asked anew for every stream and every connection. */
export function membersOnly(inner: Registrar, isMember: (peer: PeerId) => boolean): MembersOnly {
  const topologies = new Map<string, { protocol: string; topology: Topology }>()
  const registrar: Registrar = {
    handle: (protocol, handler, options) =>
      inner.handle(
        protocol,
        async (stream, connection) => {
          if (isMember(connection.remotePeer)) await handler(stream, connection)
          else stream.abort(new Error('members only'))
        },
        options,
      ),
    register: async (protocol, topology, options) => {
      const guarded: Topology = {
        ...topology,
        onConnect: async (peer, connection) => {
          if (isMember(peer)) await topology.onConnect?.(peer, connection)
        },
        onDisconnect: async (peer) => {
          await topology.onDisconnect?.(peer)
        },
      }
      const id = await inner.register(protocol, guarded, options)
      topologies.set(id, { protocol, topology })
      return id
    },
    unregister: (id) => {
      topologies.delete(id)
      inner.unregister(id)
    },
    getProtocols: () => inner.getProtocols(),
    unhandle: (protocol, options) => inner.unhandle(protocol, options),
    getHandler: (protocol) => inner.getHandler(protocol),
    use: (protocol, middleware) => inner.use(protocol, middleware),
    unuse: (protocol) => inner.unuse(protocol),
    getMiddleware: (protocol) => inner.getMiddleware(protocol),
    getTopologies: (protocol) => inner.getTopologies(protocol),
  }
  const welcome: MembersOnly['welcome'] = async (peer, connection, spoken) => {
    for (const { protocol, topology } of topologies.values()) {
      if (spoken.includes(protocol)) await topology.onConnect?.(peer, connection)
    }
  }
  return { registrar, welcome }
}

/** The same components, except for these. */
export function withOwn<C extends object>(components: C, own: Partial<C>): C {
  return new Proxy(components, {
    get: (target, name) => Reflect.get(name in own ? own : target, name),
  })
}
