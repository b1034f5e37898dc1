/**
 * Finding one another: what a member offers, needs that fit it and people for a need, with the reasons; searches that
 * tell of news; and one's own calendar, for oneself and for the calendar program one gives its secret address to.
 */
import { Hono } from 'hono'
import type { Hex, Origin } from '#ledger/action.ts'
import type {
  AgendaView, AppointmentView, MatchesView, Offering, PersonMatch, PersonView, SavedSearchView,
} from '#protocol/api.ts'
import { cityNameOf } from '../cities/cities.ts'
import type { Appointment } from '../market/agenda.ts'
import { calendarOf } from '../market/calendar.ts'
import type { BoardSearch } from '../market/followed.ts'
import type { Matches } from '../market/matches.ts'
import { questionOf } from '../market/search.ts'
import type { Wishes } from '../market/wishes.ts'
import { bodyAs, shutDoor } from '../page/door.ts'
import { offeringForm, wishForm } from '../page/requests.ts'
import type { ShownListing, Views } from '../page/views.ts'
import type { Writer } from '../ports.ts'
import type { People } from '../words/people.ts'
import { forMembers, type Visitors } from './sessions.ts'

export type MarketRoutePorts = {
  writer: Pick<Writer, 'state'>
  search: BoardSearch
  matches: Matches
  wishes: Wishes
  views: Views
  people: People
  visitors: Visitors
  listing(id: Hex): ShownListing | null
}

const NEWS_MAX = 50

/** What a listing of that hub is called, as long as it is on the board: ids are each hub's own. */
function titleOf(listing: MarketRoutePorts['listing'], id: Hex, hub: Origin): string | null {
  const found = listing(id)?.listing
  return found?.hub === hub ? found.title : null
}

export function marketRoutes({ writer, search, matches, wishes, views, people, visitors, listing }: MarketRoutePorts): Hono {
  const app = new Hono()
  const now = (): number => views.seen().now

  const forMember = forMembers(visitors)

  /** Of members of another city no names are known here. */
  const whoIs = (acct: Hex, hub: Origin): PersonView =>
    hub === writer.state.hub.origin || writer.state.members.has(acct)
      ? people.view(acct)
      : { acct, name: null, hub, city: cityNameOf(writer.state, hub) }
  const appointment = ({ what, id, hub, from, to, listing: about, with: other, isLent }: Appointment): AppointmentView =>
    ({ what, id, hub, listing: about, from, to, title: titleOf(listing, about, hub), with: other === null ? null : whoIs(other, hub), isLent })

  app.get('/offering', forMember((c, who) => c.json(wishes.offeringOf(who) satisfies Offering)))
  app.post('/offering', forMember(async (c, who) => {
    const form = await bodyAs(c, offeringForm)
    if (form === null) return shutDoor(c, { code: 'malformed' })
    await wishes.offer(who, form)
    return c.json(form satisfies Offering)
  }))

  app.get('/matches', forMember((c, who) => {
    const shown = (id: Hex) => views.listed(listing(id)!)
    const needs = matches.needsFor(who).flatMap(({ listing: id, fit, conflicts }) =>
      listing(id) === null ? [] : [{ listing: shown(id), reasons: fit.reasons, conflicts: conflicts.map(appointment) }])
    const swaps = matches.swapsFor(who).map(({ need, get, give, theirs }) =>
      ({ need: shown(need.id), get: shown(get.id), give: shown(give.id), theirs: shown(theirs.id) }))
    return c.json({ needs, swaps } satisfies MatchesView)
  }))

  /** Only whoever needs something is told who might come. */
  app.get('/listings/:id/people', forMember((c, who) => {
    const found = listing(c.req.param('id') ?? '')
    if (found === null || found.listing.author !== who || found.listing.hub !== writer.state.hub.origin) return shutDoor(c, { code: 'not-found' })
    const suggested = found.listing.kind === 'need' ? matches.peopleFor(found.listing, found.body) : []
    return c.json(suggested.map(({ acct, fit }) => ({ person: people.view(acct), reasons: fit.reasons })) satisfies PersonMatch[])
  }))

  app.get('/searches', forMember((c, who) => {
    const saved = wishes.searchesOf(who).map(({ id, wish, seen }): SavedSearchView => {
      const question = { ...questionOf(wish), sort: 'freshness' as const, near: null, showsCare: true, now: now() }
      const fresh = search.find(question, NEWS_MAX).ids.flatMap((one) => search.at(one) ?? [])
        .filter(({ heardTs, listing: { author } }) => heardTs > seen && author !== who)
      return { id, wish, news: fresh.length, newest: fresh[0]?.listing.title ?? null }
    })
    return c.json(saved)
  }))
  app.post('/searches', forMember(async (c, who) => {
    const wish = await bodyAs(c, wishForm)
    if (wish === null) return shutDoor(c, { code: 'malformed' })
    const saved = await wishes.save(who, wish, now())
    return saved === null ? shutDoor(c, { code: 'listing-refused', because: 'too-many-searches' }) : c.json({ id: saved.id })
  }))
  app.post('/searches/:id/seen', forMember(async (c, who) =>
    (await wishes.see(who, c.req.param('id') ?? '', now())) ? c.json({}) : shutDoor(c, { code: 'not-found' })))
  app.delete('/searches/:id', forMember(async (c, who) =>
    (await wishes.drop(who, c.req.param('id') ?? '')) ? c.json({}) : shutDoor(c, { code: 'not-found' })))

  app.get('/agenda', forMember(async (c, who) => c.json({
    appointments: matches.agenda(who).filter(({ to }) => to > now()).map(appointment),
    calendar: await wishes.calendarSecret(who, false),
  } satisfies AgendaView)))
  /** A new secret address; the old one leads nowhere from now on. */
  app.post('/agenda/address', forMember(async (c, who) => c.json({ calendar: await wishes.calendarSecret(who, true) })))
  return app
}

/** Where one reads more: of another city’s gathering, on the page of its listing. */
const pathOf = (what: Appointment['what'], id: Hex, about: Hex, abroad: Origin | null): string =>
  abroad === null ? `/${what}/${id}` : what === 'session' ? `/listing/${about}` : `/${what}/${id}?hub=${encodeURIComponent(abroad)}`

/** `GET /calendar/SECRET.ics`: for calendar programs, which have no session; the secret is the key. */
export function calendarRoutes({ writer, wishes, matches, listing }: Pick<MarketRoutePorts, 'writer' | 'wishes' | 'matches' | 'listing'>): Hono {
  const app = new Hono()
  app.get('/calendar/:file', (c) => {
    const secret = /^([0-9a-f]{48})\.ics$/.exec(c.req.param('file'))?.[1]
    const acct = secret === undefined ? null : wishes.accountOf(secret)
    if (acct === null) return shutDoor(c, { code: 'not-found' })
    const { hub } = writer.state
    const entries = matches.agenda(acct).map(({ what, id, hub: origin, from, to, listing: about, made }) => ({
      id: `${id}@${origin}`, from, to, title: titleOf(listing, about, origin) ?? cityNameOf(writer.state, origin),
      url: new URL(pathOf(what, id, about, origin === hub.origin ? null : origin), c.req.url).href, changed: made,
    }))
    return c.body(calendarOf(hub.city, entries), 200, { 'content-type': 'text/calendar; charset=utf-8', 'cache-control': 'private, no-store' })
  })
  return app
}
