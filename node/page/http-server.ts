/** ◆ The HTTP listener: bounded in time and number, so that a slow or hostile client costs little. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener, type HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import type { HostPort } from '../config.ts'
import { ListenError } from '../listen-error.ts'

export type HttpServer = { address: HostPort; url: string; close(): Promise<void> }

/** How long a client may take, in milliseconds, and how many may be here at once. */
export type Patience = {
  headersTimeout: number
  requestTimeout: number
  /** How often connections are looked at: a slow one lives at most this much longer. */
  connectionsCheckingInterval: number
  keepAliveTimeout: number
  connectionsMax: number
}

export const PATIENCE: Patience = {
  headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 5_000, keepAliveTimeout: 15_000,
  connectionsMax: 2_000,
}

/** Listens until closed. Rejects with a ListenError. */
export async function listenHttp(
  wanted: HostPort, fetch: (request: Request, env: unknown) => Response | Promise<Response>, patience = PATIENCE,
): Promise<HttpServer> {
  const { connectionsMax, ...times } = patience
  const server = createServer(times, getRequestListener(fetch as Parameters<typeof getRequestListener>[0]))
  server.maxConnections = connectionsMax
  const address = await listening(server, wanted)
  const host = address.host.includes(':') ? `[${address.host}]` : address.host
  return {
    address,
    url: `http://${host}:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        // Event streams never end by themselves.
        server.closeAllConnections()
      }),
  }
}

function listening(server: Server, { host, port }: HostPort): Promise<HostPort> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') {
        reject(new ListenError('port-in-use', `${host}:${port} is in use. Is this hub running already? Else choose another port: --http ${host}:0 takes a free one.`))
      } else {
        reject(new ListenError('address-unusable', `cannot listen on ${host}:${port}: ${error.message}`))
      }
    })
    server.listen(port, host, () => {
      const { port: bound } = server.address() as AddressInfo
      resolve({ host, port: bound })
    })
  })
}

/** Both ends of the connection by which somebody asks; neither where somebody asks without one. */
export const bindingsOf = (c: Context): Partial<HttpBindings> => (c.env ?? {}) as Partial<HttpBindings>
