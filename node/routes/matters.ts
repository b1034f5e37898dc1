/** Matters beyond help for help, as members read them: what they may use, whom they may turn to. */
import { type Context, Hono } from 'hono'
import type { Hex } from '#ledger/action.ts'
import { resources, type Resource } from '#ledger/charter.ts'
import { refuse, shutDoor } from '../page/door.ts'
import type { People } from '../words/people.ts'
import { personView } from '../page/person-view.ts'
import type { Writer } from '../ports.ts'
import { type UseAsked, useView } from '../page/use-view.ts'
import type { ShownListing, Views } from '../page/views.ts'
import type { Visitors } from './sessions.ts'

export type MatterRoutePorts = {
  writer: Writer
  views: Views
  people: People
  visitors: Visitors
  listing(id: Hex): ShownListing | null
}

export function matterRoutes({ writer, views, people, visitors, listing }: MatterRoutePorts): Hono {
  const app = new Hono()

  /** Answers an attested member; whoever else asks is told why not. */
  const forMember = (answer: (c: Context, who: Hex) => Response) => (c: Context): Response => {
    const who = visitors.who(c)
    if (who === null) return shutDoor(c, { code: 'no-session' })
    return visitors.member(c) === null ? refuse(c, { code: 'not-attested', member: who }) : answer(c, who)
  }

  app.get('/people/:acct', forMember((c, who) => {
    const found = personView(writer.state, people, c.req.param('acct') ?? '', who, views.seen().now)
    return found === null ? shutDoor(c, { code: 'not-found' }) : c.json(found)
  }))

  app.get('/listings/:id/use', forMember((c, who) => {
    const found = listing(c.req.param('id') ?? '')?.listing
    const asked = useAsked(c)
    if (asked === null) return shutDoor(c, { code: 'malformed' })
    if (found === undefined || found.hub !== writer.state.hub.origin) return shutDoor(c, { code: 'not-found' })
    return c.json(useView(writer.state, people, found, who, asked, views.seen().now))
  }))
  return app
}

/** Null unless it is a resource and a time that could be agreed on. */
function useAsked(c: Context): UseAsked | null {
  const [resource, begins, ends] = ['resource', 'begins', 'ends'].map((name) => wholeIn(c.req.query(name))) as [number, number, number]
  const isResource = (Object.values(resources) as number[]).includes(resource)
  return isResource && begins >= 0 && ends > begins ? { resource: resource as Resource, begins, ends } : null
}

/** A count in an address; −1 for anything else. */
const wholeIn = (text: string | undefined): number => (text !== undefined && /^\d{1,12}$/.test(text) ? Number(text) : -1)
