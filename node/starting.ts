/**
 * What is answered while there is no hub behind the listener: it starts, or starts anew because it has founded or
 * joined a federation. Whoever opens a page in this moment gets one that asks again by itself; a page that is just
 * loading gets the rest of its files; whoever asks for data is told when to ask again.
 */
import { type Context, Hono } from 'hono'

const AGAIN_SECONDS = 1

/** `page` answers for the files of the built page; null while it is being built. */
export function whileStarting(page: () => ((c: Context) => Response) | null): Hono {
  const app = new Hono()
  app.get('/assets/*', (c) => page()?.(c) ?? busy())
  app.all('*', (c) => (c.req.method === 'GET' && isForPeople(c) ? inAMoment() : busy()))
  return app
}

const isForPeople = (c: Context): boolean =>
  !c.req.path.startsWith('/api/') && c.req.header('accept')?.includes('text/html') === true

const busy = (): Response =>
  Response.json({ door: { code: 'busy', retrySeconds: AGAIN_SECONDS } }, { status: 503, headers: { 'Retry-After': String(AGAIN_SECONDS) } })

const inAMoment = (): Response => new Response(
  `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="${AGAIN_SECONDS}"><title>…</title>
<p style="font: 1.25rem sans-serif; margin: 3rem 1.5rem">请稍候，马上就好。<br><br>One moment, please.
`,
  {
    status: 503,
    headers: {
      'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store', 'Retry-After': String(AGAIN_SECONDS),
      'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    },
  },
)
