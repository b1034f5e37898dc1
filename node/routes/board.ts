/** The board: what is needed and offered, here and in other cities, and posting to it. */
import { Hono } from 'hono'
import { utf8 } from '#ledger/bytes.ts'
import { bodyAs, shutDoor } from '../door.ts'
import type { Feed } from '../feed.ts'
import { listForm } from '../requests.ts'
import { unavailableDoor } from '../status.ts'
import type { Views } from '../views.ts'

export function boardRoutes(feed: Feed, views: Views): Hono {
  const app = new Hono()
  app.get('/listings', (c) => c.json(feed.listings().map(views.listed)))
  app.get('/listings/:id', (c) => {
    const found = feed.listing(c.req.param('id'))
    return found === null ? shutDoor(c, { code: 'not-found' }) : c.json(views.listed(found))
  })
  app.post('/listings', async (c) => {
    const form = await bodyAs(c, listForm)
    if (form === null) return shutDoor(c, { code: 'malformed' })
    const { listing, device, signature, body } = form
    const posted = await feed.post({ listing, device, signature, body: body === null ? null : utf8(body) })
    if (posted.ok) return c.json({ id: posted.id })
    return shutDoor(c, 'because' in posted ? { code: 'listing-refused', because: posted.because } : unavailableDoor(posted.unavailable))
  })
  return app
}
