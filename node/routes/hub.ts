/** The hub itself: what it is, what it has recorded, and the files an auditor takes away. */
import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import { toBase64 } from '#ledger/bytes.ts'
import type { GenesisAnswer, HubLanguage, HubView } from '#protocol/api.ts'
import { openToAll, shutDoor } from '../page/door.ts'
import type { Events, Happening } from '../page/events.ts'
import type { Pace } from '../page/pace.ts'
import type { Views } from '../page/views.ts'

export type HubRoutePorts = {
  pace: Pace
  views: Views
  events: Events
  language(): HubLanguage
  readOnly(): HubView['readOnly']
  /** How far the ledger has been read again behind a quick start; null when all of it is proved. */
  proving(): { done: number; total: number } | null
  restoring(): HubView['restoring']
  unconfirmed(): boolean
  /** The document this hub was founded by: its hash is the hub's id, and it holds the log key. */
  genesis(): Uint8Array
  /** Whether a checkpoint has been signed. */
  hasCheckpoint(): boolean
  /** The export file, in pieces. */
  exported(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>
}

const KEEP_ALIVE_MS = 25_000
/** Places are given back soon: pages close, and an export takes seconds. */
const RETRY_SECONDS = 30

export function hubRoutes(ports: HubRoutePorts): Hono {
  const { views, events } = ports
  const app = new Hono()

  for (const path of ['/export', '/api/genesis']) app.use(path, openToAll)
  app.get('/api/hub', (c) => c.json(views.hub(ports.language(), {
    readOnly: ports.readOnly(), restoring: ports.restoring(), unconfirmed: ports.unconfirmed(), position: events.position(),
  })))
  app.get('/api/seen', (c) => c.json(views.seen()))
  app.get('/api/genesis', (c) => c.json({ genesis: toBase64(ports.genesis()) } satisfies GenesisAnswer))
  app.get('/healthz', (c) => {
    const [readOnly, proving] = [ports.readOnly(), ports.proving()]
    return c.json({ ok: readOnly === null, readOnly, size: views.seen().size, ...(proving === null ? {} : { proving }) })
  })

  app.get('/export', (c) => {
    // An export ends with the checkpoint it can be held to; before the first there is nothing to hold.
    if (!ports.hasCheckpoint()) return shutDoor(c, { code: 'not-found' })
    const headers = {
      'Content-Type': 'application/octet-stream', 'Content-Disposition': 'attachment; filename="ledger.cv"',
    }
    if (c.req.method === 'HEAD') return c.body(null, 200, headers)
    const release = ports.pace.hold(c, 'export')
    if (release === null) return shutDoor(c, { code: 'too-many', retrySeconds: RETRY_SECONDS })
    const stream = ReadableStream.from(releasing(ports.exported(), release))
    return c.body(stream as unknown as ReadableStream, 200, headers)
  })

  app.get('/api/events', (c) => {
    // Nobody reads the stream of a HEAD, so nothing would ever end it and give its place back.
    if (c.req.method === 'HEAD') return c.body(null, 200, { 'Content-Type': 'text/event-stream' })
    const release = ports.pace.hold(c, 'stream')
    if (release === null) return shutDoor(c, { code: 'too-many', retrySeconds: RETRY_SECONDS })
    // A browser that was cut off says which event it heard last; a page that begins, how far they were when it asked first.
    const said = c.req.header('last-event-id') ?? c.req.query('since') ?? ''
    return streamSSE(c, async (stream) => {
      let wake: () => void = () => {}
      const waiting: Happening[] = []
      let ended = false
      const take = (happening: Happening): void => {
        // A page that does not read gets the newest of each kind, never a growing queue.
        const same = waiting.findIndex((row) => row.event === happening.event)
        if (same >= 0) waiting.splice(same, 1)
        waiting.push(happening)
        wake()
      }
      const unsubscribe = events.subscribe(take, () => {
        ended = true
        wake()
      })
      stream.onAbort(() => wake())
      try {
        const missed = events.missed(said)
        for (const happening of missed ?? []) take(happening)
        // Whoever is cut off before what they missed is told again from where they were.
        await stream.writeSSE({ event: 'hello', id: missed === null ? events.position() : said, data: '' })
        while (!stream.aborted && !stream.closed && !ended) {
          const next = waiting.shift()
          if (next !== undefined) {
            await stream.writeSSE({ event: next.event, id: next.position, data: '' })
            continue
          }
          await new Promise<void>((resolve) => {
            wake = resolve
            setTimeout(resolve, KEEP_ALIVE_MS).unref()
          })
          if (waiting.length === 0 && !stream.aborted && !ended) await stream.writeSSE({ event: 'still-here', data: '' })
        }
      } finally {
        unsubscribe()
        release()
      }
    })
  })
  return app
}

/** The same pieces; `release` is called once they have ended, failed, or are not wanted any more, begun or not. */
function releasing(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, release: () => void,
): AsyncIterable<Uint8Array> {
  const inner = Symbol.asyncIterator in pieces ? pieces[Symbol.asyncIterator]() : pieces[Symbol.iterator]()
  return {
    [Symbol.asyncIterator]: () => ({
      async next() {
        try {
          const item = await inner.next()
          if (item.done === true) release()
          return item
        } catch (error) {
          release()
          throw error
        }
      },
      async return() {
        release()
        await inner.return?.()
        return { done: true, value: undefined }
      },
    }),
  }
}
