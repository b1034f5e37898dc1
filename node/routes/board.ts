/**
 * The board: what is needed and offered, here and in other cities, and posting to it. Anybody may read what is
 * on it; whose it is, and who in this community needs care, only members whom a steward has met.
 */
import { type Context, Hono } from 'hono'
import { utf8 } from '#ledger/bytes.ts'
import type { ListingView, SearchAnswer } from '#protocol/api.ts'
import { careCategories } from '#protocol/listing.ts'
import { bodyAs, shutDoor } from '../page/door.ts'
import type { Feed } from '../cities/feed.ts'
import type { BoardSearch } from '../market/followed.ts'
import { questionOf } from '../market/search.ts'
import { listForm, searchForm } from '../page/requests.ts'
import { unavailableDoor } from '../status.ts'
import type { ShownListing, Views } from '../page/views.ts'
import type { Visitors } from './sessions.ts'

const FOUND_MAX = 50

export function boardRoutes(feed: Feed, search: BoardSearch, views: Views, visitors: Visitors): Hono {
  const app = new Hono()
  function shownTo(c: Context, listing: ShownListing): ListingView {
    const view = views.listed(listing)
    return visitors.member(c) === null ? { ...view, author: { ...view.author, name: null } } : view
  }
  const mayRead = (c: Context, { listing: { category, scope } }: ShownListing): boolean =>
    visitors.member(c) !== null || scope !== 'hub' || !careCategories.has(category)

  app.get('/listings', (c) => c.json(feed.listings().filter((one) => mayRead(c, one)).map((one) => shownTo(c, one))))
  app.get('/search', (c) => {
    const form = searchForm.safeParse(c.req.query())
    if (!form.success) return shutDoor(c, { code: 'malformed' })
    const { wish, sort, near } = form.data
    const showsCare = visitors.member(c) !== null
    const { ids, more } = search.find({ ...questionOf(wish), sort, near: near ?? null, showsCare, now: views.seen().now }, FOUND_MAX)
    const listings = ids.flatMap((id) => feed.listing(id) ?? []).filter((one) => mayRead(c, one)).map((one) => shownTo(c, one))
    return c.json({ listings, more } satisfies SearchAnswer)
  })
  app.get('/listings/:id', (c) => {
    const found = feed.listing(c.req.param('id'))
    return found === null || !mayRead(c, found) ? shutDoor(c, { code: 'not-found' }) : c.json(shownTo(c, found))
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
