/**
 * WebSocket, for hubs that have nothing but HTTPS: a proxy with a certificate (`node/packaging/Caddyfile`) passes
 * upgrades on to a port that this transport listens on, and others dial `/dns4/NAME/tcp/443/tls/ws`. What is inside
 * is the same Noise as over TCP, so the proxy sees who talks and reads nothing.
 *
 * Two things `@libp2p/websockets` 10.1.21 leaves open to whoever can open a socket, before any handshake, and has no
 * option for. Its server takes messages of the 100 MiB that `ws` begins with. And nobody listens to a socket's errors,
 * so that a frame which breaks the rules of WebSocket would end the process as an error nobody caught. Both are set
 * right where its server keeps them; a version in which that is no longer the place does not start.
 */
import type { Transport } from '@libp2p/interface'
import { webSockets } from '@libp2p/websockets'

type Components = Parameters<ReturnType<typeof webSockets>>[0]
type Socket = { on(event: 'error', listener: () => void): unknown }
type Upgrade = (request: unknown, socket: unknown, head: unknown, done: (socket: Socket, request: unknown) => void) => void
type Server = { options: { maxPayload: number }; handleUpgrade: Upgrade }

/** The transport, whose servers end a connection that sends a longer message or a frame that is none. */
export function boundedWebSockets(messageBytesMax: number): (components: Components) => Transport {
  return (components) => {
    const transport = webSockets()(components)
    const createListener = transport.createListener.bind(transport)
    transport.createListener = (options) => {
      const listener = createListener(options)
      const server = serverOf(listener)
      server.options.maxPayload = messageBytesMax
      const upgrade = server.handleUpgrade.bind(server)
      server.handleUpgrade = (request, socket, head, done) =>
        upgrade(request, socket, head, (opened, asked) => {
          // It closes by itself, and its connection is told so.
          opened.on('error', () => {})
          done(opened, asked)
        })
      return listener
    }
    return transport
  }
}

function serverOf(listener: object): Server {
  const { wsServer } = listener as { wsServer?: Partial<Server> }
  if (wsServer?.options?.maxPayload === undefined || wsServer.handleUpgrade === undefined) {
    throw new Error('the server of @libp2p/websockets is not where its bounds can be set')
  }
  return wsServer as Server
}
