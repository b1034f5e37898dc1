/**
 * What is answered while there is no hub behind the listener: it starts, or starts anew because it has founded or
 * joined a federation. A page that is opened in this moment is the page, which waits by itself for its hub to be there;
 * while the page is still being built, an empty one that asks again. Whoever asks for data is told when to ask again.
 */
import { type Context, Hono } from 'hono'
import { wordsFor } from './operator/languages.ts'
import { startingPage } from './operator/page.ts'
import { operatorSheet } from './operator/sheet.ts'
import { ownHost, securityHeaders, shutDoor } from './page/door.ts'

const AGAIN_SECONDS = 1

/** `page` answers for the built page and its files; null while it is being built. */
export function whileStarting(hostNames: string[], page: () => ((c: Context) => Response) | null): Hono {
  const app = new Hono()
  app.use(securityHeaders, ownHost(hostNames))
  app.get('/health', (c) => {
    c.header('Cache-Control', 'no-store')
    return c.html(startingPage(wordsFor(c.req.query('lang'), c.req.header('accept-language'), 'zh')), 503)
  })
  app.get('/operator.css', (c) => c.body(operatorSheet, 200, { 'Content-Type': 'text/css; charset=utf-8' }))
  app.get('/assets/*', (c) => page()?.(c) ?? busy(c))
  app.all('*', (c) => (c.req.method === 'GET' && isForPeople(c) ? page()?.(c) ?? askingAgain(c) : busy(c)))
  return app
}

const isForPeople = (c: Context): boolean =>
  !c.req.path.startsWith('/api/') && c.req.header('accept')?.includes('text/html') === true

const busy = (c: Context): Response => shutDoor(c, { code: 'busy', retrySeconds: AGAIN_SECONDS })

function askingAgain(c: Context): Response {
  c.header('Cache-Control', 'no-store')
  c.header('Retry-After', String(AGAIN_SECONDS))
  return c.html(`<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="${AGAIN_SECONDS}"><title>…</title>`, 503)
}
