/** Matters beyond help for help, as members read them: what they may use, whom they may turn to. */
import { type Context, Hono } from 'hono'
import type { Hex } from '#ledger/action.ts'
import type { PersonView } from '#protocol/api.ts'
import { cityNameOf } from '../cities/cities.ts'
import { refuse, shutDoor } from '../page/door.ts'
import type { Expected } from '../market/expected.ts'
import type { People } from '../words/people.ts'
import { decideView, forPerson } from '../page/decide-view.ts'
import { personView } from '../page/person-view.ts'
import { projectsView, projectView } from '../page/project-view.ts'
import { seasonsView } from '../page/seasons-view.ts'
import { sessionsFor, sessionView } from '../page/session-view.ts'
import { servicesView } from '../page/services-view.ts'
import { worksView } from '../page/work-view.ts'
import type { Timeline } from '../record/timeline.ts'
import type { Writer } from '../ports.ts'
import type { Guests } from '../cities/guests.ts'
import { type UseAsked, useAskedOf, useView } from '../page/use-view.ts'
import type { ShownListing, Views } from '../page/views.ts'
import { passOn } from './abroad.ts'
import type { Visitors } from './sessions.ts'

export type MatterRoutePorts = {
  writer: Writer
  views: Views
  people: People
  timeline: Timeline
  visitors: Visitors
  listing(id: Hex): ShownListing | null
  /** Asks about what is shared in other cities. */
  guests: Pick<Guests, 'use'>
  expected: Pick<Expected, 'at'>
}

export function matterRoutes({ writer, views, people, timeline, visitors, listing, guests, expected }: MatterRoutePorts): Hono {
  const app = new Hono()

  /** Answers an attested member; whoever else asks is told why not. */
  const forMember = (answer: (c: Context, who: Hex) => Response | Promise<Response>) => (c: Context): Response | Promise<Response> => {
    const who = visitors.who(c)
    if (who === null) return shutDoor(c, { code: 'no-session' })
    return visitors.member(c) === null ? refuse(c, { code: 'not-attested', member: who }) : answer(c, who)
  }

  app.get('/people/:acct', forMember((c, who) => {
    const [{ state }, { now }, acct] = [writer, views.seen(), c.req.param('acct') ?? '']
    const helps = () => timeline.helpsOf(acct).map((id) => views.help(state.helps.get(id)!))
    const found = personView(state, people, acct, who, now, () => forPerson(state, helps(), acct, now))
    return found === null ? shutDoor(c, { code: 'not-found' }) : c.json(found)
  }))

  app.get('/listings/:id/use', forMember(async (c, who) => {
    const found = listing(c.req.param('id') ?? '')?.listing
    const asked = useAsked(c)
    if (asked === null) return shutDoor(c, { code: 'malformed' })
    if (found === undefined) return shutDoor(c, { code: 'not-found' })
    if (found.hub !== writer.state.hub.origin) return passOn(c, await guests.use(who, found.hub, found.id, asked))
    return c.json(useView(writer.state, people, found, who, asked, views.seen().now))
  }))

  const titleOf = (id: Hex): string | null => listing(id)?.listing.title ?? null

  /** Who is expected from other cities, as their own city calls them. */
  const guestsAt = (session: Hex): PersonView[] =>
    expected.at(session).map(({ acct, home, name }) => ({ acct, name, hub: home, city: cityNameOf(writer.state, home) }))

  app.get('/sessions', forMember((c, who) => {
    const found = sessionsFor(writer.state, timeline.sessionsOf(who))
    return c.json(found.map((one) => sessionView(writer.state, people, one, titleOf(one.terms.listing), who, guestsAt(one.id))))
  }))
  app.get('/sessions/:id', forMember((c, who) => {
    const found = writer.state.sessions.get(c.req.param('id') ?? '')
    return found === undefined ? shutDoor(c, { code: 'not-found' }) : c.json(sessionView(writer.state, people, found, titleOf(found.terms.listing), who, guestsAt(found.id)))
  }))

  app.get('/projects', forMember((c, who) =>
    c.json(projectsView(writer.state, people, timeline.projectsOf(who), who, views.seen().now))))
  app.get('/projects/:id', forMember((c, who) => {
    const found = writer.state.projects.get(c.req.param('id') ?? '')
    return found === undefined ? shutDoor(c, { code: 'not-found' }) : c.json(projectView(writer.state, people, found, who, views.seen().now))
  }))
  app.get('/works', forMember((c, who) => c.json(worksView(writer.state, people, timeline.worksOf(who), who))))
  app.get('/services', forMember((c, who) => c.json(servicesView(writer.state, people, titleOf, who, views.seen().now))))

  app.get('/seasons', forMember((c) => c.json(seasonsView(writer.state, people, views.seen().now))))

  app.get('/steward/decide', (c) => {
    const who = visitors.who(c)
    if (who === null) return shutDoor(c, { code: 'no-session' })
    return visitors.isSteward(c) ? c.json(decideView(writer.state, people, views, who, views.seen().now)) : shutDoor(c, { code: 'not-a-steward' })
  })
  return app
}

function useAsked(c: Context): UseAsked | null {
  const [resource, begins, ends] = ['resource', 'begins', 'ends'].map((name) => wholeIn(c.req.query(name))) as [number, number, number]
  return useAskedOf({ resource, begins, ends })
}

/** A count in an address; −1 for anything else. */
const wholeIn = (text: string | undefined): number => (text !== undefined && /^\d{1,12}$/.test(text) ? Number(text) : -1)
