/** Pictures of listings: kept for attested members, shown to whoever knows the hash that a listing names. */
import { Hono } from 'hono'
import type { Pictures } from '../cities/pictures.ts'
import { bodyAs, refuse, shutDoor } from '../page/door.ts'
import { pictureForm } from '../page/requests.ts'
import { unavailableDoor } from '../status.ts'
import { StoreError } from '../store.ts'
import { unavailableOf } from '../words/blobs.ts'
import type { Visitors } from './sessions.ts'

const YEAR_SECONDS = 31_536_000

export function pictureRoutes(pictures: Pictures, visitors: Visitors): Hono {
  const app = new Hono()
  app.post('/pictures', async (c) => {
    const who = visitors.who(c)
    if (who === null) return shutDoor(c, { code: 'no-session' })
    if (visitors.member(c) === null) return refuse(c, { code: 'not-attested', member: who })
    const form = await bodyAs(c, pictureForm)
    if (form === null) return shutDoor(c, { code: 'malformed' })
    try {
      const kept = await pictures.keep(who, form.picture)
      return kept.ok ? c.json({ hash: kept.hash }) : shutDoor(c, { code: 'listing-refused', because: kept.because })
    } catch (error) {
      if (error instanceof StoreError) return shutDoor(c, unavailableDoor(unavailableOf(error)))
      throw error
    }
  })
  /** What a hash names never changes, so a browser asks once. */
  app.get('/pictures/:hash', async (c) => {
    const hash = c.req.param('hash')
    const bytes = /^[0-9a-f]{64}$/.test(hash) ? await pictures.find(hash) : null
    if (bytes === null) return shutDoor(c, { code: 'not-found' })
    return c.body(bytes.slice(), 200, { 'content-type': 'image/jpeg', 'cache-control': `private, max-age=${YEAR_SECONDS}, immutable` })
  })
  return app
}
