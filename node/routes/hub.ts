/** The hub itself: what it is, what it has recorded, and the files an auditor takes away. */
import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import { toBase64 } from '#ledger/bytes.ts'
import type { GenesisAnswer, HubView } from '#protocol/api.ts'
import { shutDoor } from '../door.ts'
import type { Events, Happening } from '../events.ts'
import type { Views } from '../views.ts'

export type HubRoutePorts = {
  views: Views
  events: Events
  language(): 'zh' | 'en'
  readOnly(): HubView['readOnly']
  unconfirmed(): boolean
  /** The document this hub was founded by: its hash is the hub's id, and it holds the log key. */
  genesis(): Uint8Array
  /** The newest checkpoint note with its cosignatures, or null before the first. */
  checkpoint(): string | null
  /** The export file, in pieces. */
  exported(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>
}

const KEEP_ALIVE_MS = 25_000
const STREAMS_MAX = 1_000

export function hubRoutes(ports: HubRoutePorts): Hono {
  const { views, events } = ports
  const app = new Hono()
  let streams = 0

  app.get('/api/hub', (c) => c.json(views.hub(ports.language(), ports.readOnly(), ports.unconfirmed())))
  app.get('/api/seen', (c) => c.json(views.seen()))
  app.get('/api/genesis', (c) => c.json({ genesis: toBase64(ports.genesis()) } satisfies GenesisAnswer))
  app.get('/healthz', (c) => c.json({ ok: ports.readOnly() === null, readOnly: ports.readOnly(), size: views.seen().size }))

  app.get('/checkpoint', (c) => {
    const note = ports.checkpoint()
    return note === null ? shutDoor(c, { code: 'not-found' }) : c.text(note)
  })

  app.get('/export', (c) => {
    // An export ends with the checkpoint it can be held to; before the first there is nothing to hold.
    if (ports.checkpoint() === null) return shutDoor(c, { code: 'not-found' })
    const pieces = ports.exported()
    const stream = ReadableStream.from(pieces as AsyncIterable<Uint8Array>)
    return c.body(stream as unknown as ReadableStream, 200, {
      'Content-Type': 'application/octet-stream',
      'Content-Disposition': 'attachment; filename="ledger.cv"',
    })
  })

  app.get('/api/events', (c) => {
    // Nobody reads the stream of a HEAD, so nothing would ever end it and give its place back.
    if (c.req.method === 'HEAD') return c.body(null, 200, { 'Content-Type': 'text/event-stream' })
    if (streams >= STREAMS_MAX) return shutDoor(c, { code: 'too-many', retrySeconds: 30 })
    streams += 1
    return streamSSE(c, async (stream) => {
      let wake: () => void = () => {}
      const waiting: { event: string; seq: number }[] = []
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
        await stream.writeSSE({ event: 'hello', id: String(views.seen().size - 1), data: '' })
        while (!stream.aborted && !stream.closed && !ended) {
          const next = waiting.shift()
          if (next !== undefined) {
            await stream.writeSSE({ event: next.event, id: String(next.seq), data: '' })
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
        streams -= 1
      }
    })
  })
  return app
}
