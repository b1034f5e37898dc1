/** The rooms of circles and projects: those one is in, one of them, and what one does in it; of another city, asked there. */
import { type Context, Hono } from 'hono'
import type { Hex } from '#ledger/action.ts'
import type { CircleRow, CircleView } from '#protocol/api.ts'
import { deedOf, type No } from '#protocol/guest.ts'
import type { Listing } from '#protocol/listing.ts'
import type { Guests } from '../cities/guests.ts'
import type { Circles } from '../market/circles.ts'
import { circleViews } from '../page/circle-view.ts'
import { bodyAs, shutDoor } from '../page/door.ts'
import { circleForm } from '../page/requests.ts'
import type { Writer } from '../ports.ts'
import type { Letters } from '../words/letters.ts'
import type { People } from '../words/people.ts'
import { passOn } from './abroad.ts'
import { forMembers, type Visitors } from './sessions.ts'

export type CircleRoutePorts = {
  writer: Pick<Writer, 'state'>
  circles: Circles
  letters: Pick<Letters, 'blockedBy'>
  people: People
  visitors: Visitors
  listing(id: Hex): { listing: Listing } | null
  guests: Pick<Guests, 'room' | 'deed'>
}

const A_DAY = 86_400

export function circleRoutes({ writer, circles, letters, people, visitors, listing, guests }: CircleRoutePorts): Hono {
  const app = new Hono()
  const forMember = forMembers(visitors)
  const views = circleViews(writer, letters, people)

  /** The listing of a room in another city; null for one of this, and for none. */
  function abroad(id: Hex): Listing | null {
    const found = listing(id)?.listing
    return found === undefined || found.hub === writer.state.hub.origin ? null : found
  }
  /** Without the words of those whom the reader takes nothing from, as in rooms here. */
  function told(c: Context, who: Hex, answer: CircleView | No): Response {
    if (!('notices' in answer)) return passOn(c, answer)
    const blocked = new Set(letters.blockedBy(who).map(({ hub, acct }) => `${hub} ${acct}`))
    const isWelcome = ({ by }: CircleView['notices'][number] | CircleView['tasks'][number]): boolean => !blocked.has(`${by.hub} ${by.acct}`)
    return c.json({ ...answer, notices: answer.notices.filter(isWelcome), tasks: answer.tasks.filter(isWelcome) } satisfies CircleView)
  }

  app.get('/circles', forMember((c, who) =>
    c.json(circles.of(who).map(({ room, listing }) => views.row(room, listing, who)) satisfies CircleRow[])))
  app.get('/circles/:id', forMember(async (c, who) => {
    const id = c.req.param('id') ?? ''
    const there = abroad(id)
    if (there !== null) return told(c, who, await guests.room(who, there.hub, id))
    const found = circles.room(id)
    return found === null ? shutDoor(c, { code: 'not-found' }) : c.json(views.view(found.room, found.listing, who))
  }))
  app.post('/circles/:id', forMember(async (c, who) => {
    const id = c.req.param('id') ?? ''
    const form = await bodyAs(c, circleForm)
    if (form === null) return shutDoor(c, { code: 'malformed' })
    const there = abroad(id)
    if (there !== null) {
      const deed = deedOf(form)
      return deed === null ? shutDoor(c, { code: 'circle-refused', because: 'not-for-guests' }) : told(c, who, await guests.deed(who, there.hub, id, deed))
    }
    const done = await circles.act(id, who, form)
    const found = circles.room(id)
    if (done.ok && found !== null) return c.json(views.view(found.room, found.listing, who))
    const because = done.ok ? 'not-found' : done.because
    if (because === 'not-found') return shutDoor(c, { code: because })
    if (because === 'too-many') return shutDoor(c, { code: because, retrySeconds: A_DAY })
    return shutDoor(c, { code: 'circle-refused', because })
  }))
  return app
}
