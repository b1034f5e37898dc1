/**
 * The board: what is needed and offered, here and in other cities, and posting to it. Anybody may read what is
 * on it; whose it is, and who in this community needs care, only members whom a steward has met.
 */
import { type Context, Hono } from 'hono'
import { utf8 } from '#ledger/bytes.ts'
import type { SearchAnswer } from '#protocol/api.ts'
import { bodyAs, shutDoor } from '../page/door.ts'
import type { Feed } from '../cities/feed.ts'
import type { BoardSearch } from '../market/followed.ts'
import { questionOf } from '../market/search.ts'
import { listForm, searchForm } from '../page/requests.ts'
import { unavailableDoor } from '../status.ts'
import type { ListingTexts } from '../page/listing-texts.ts'
import type { Views } from '../page/views.ts'
import type { Visitors } from './sessions.ts'

const FOUND_MAX = 50

export function boardRoutes(feed: Feed, search: BoardSearch, texts: ListingTexts, views: Pick<Views, 'seen'>, visitors: Visitors): Hono {
  const app = new Hono()
  const isMember = (c: Context): boolean => visitors.member(c) !== null
  const listOf = (written: (string | null)[]): string => `[${written.filter((one) => one !== null).join(',')}]`

  app.get('/listings', (c) => {
    const toMember = isMember(c)
    return json(c, listOf(feed.listings().map((one) => texts.written(one, toMember))))
  })
  app.get('/search', (c) => {
    const showsCare = isMember(c)
    const { now } = views.seen()
    const form = searchForm.safeParse(c.req.query())
    if (!form.success) return shutDoor(c, { code: 'malformed' })
    const question = `${showsCare ? 'member' : 'stranger'} ${c.req.url.slice(c.req.url.indexOf('?'))}`
    const { wish, sort, near } = form.data
    return json(c, texts.answer(question, now, () => {
      const { ids, more } = search.find({ ...questionOf(wish), sort, near: near ?? null, showsCare, now }, FOUND_MAX)
      const around: SearchAnswer = { listings: [], more }
      return JSON.stringify(around).replace('[]', () => listOf(ids.map((id) => texts.of(id, showsCare))))
    }))
  })
  app.get('/listings/:id', (c) => {
    const text = texts.of(c.req.param('id'), isMember(c))
    return text === null ? shutDoor(c, { code: 'not-found' }) : json(c, text)
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

const json = (c: Context, text: string | Uint8Array<ArrayBuffer>): Response => c.body(text, 200, { 'Content-Type': 'application/json' })
