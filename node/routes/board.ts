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
  const isMember = (c: Context): boolean => visitors.member(c) !== null
  function shown(listing: ShownListing, toMember: boolean): ListingView {
    const view = views.listed(listing)
    return toMember ? view : { ...view, author: { ...view.author, name: null } }
  }
  const mayRead = ({ listing: { category, scope } }: ShownListing, isMember: boolean): boolean =>
    isMember || scope !== 'hub' || !careCategories.has(category)
  const readable = (listings: readonly ShownListing[], isMember: boolean): ListingView[] =>
    listings.filter((one) => mayRead(one, isMember)).map((one) => shown(one, isMember))

  app.get('/listings', (c) => c.json(readable(feed.listings(), isMember(c))))
  app.get('/search', (c) => {
    const form = searchForm.safeParse(c.req.query())
    if (!form.success) return shutDoor(c, { code: 'malformed' })
    const { wish, sort, near } = form.data
    const showsCare = isMember(c)
    const { ids, more } = search.find({ ...questionOf(wish), sort, near: near ?? null, showsCare, now: views.seen().now }, FOUND_MAX)
    return c.json({ listings: readable(ids.flatMap((id) => feed.listing(id) ?? []), showsCare), more } satisfies SearchAnswer)
  })
  app.get('/listings/:id', (c) => {
    const found = feed.listing(c.req.param('id'))
    return found === null || !mayRead(found, isMember(c)) ? shutDoor(c, { code: 'not-found' }) : c.json(shown(found, isMember(c)))
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
