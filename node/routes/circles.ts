/** The rooms of circles and projects: those one is in, one of them, and what one does in it. */
import { Hono } from 'hono'
import type { Hex } from '#ledger/action.ts'
import type { CircleRow, CircleView, PersonView } from '#protocol/api.ts'
import type { Listing } from '#protocol/listing.ts'
import { inOrder, isIn, mayTakeBack, newsFor, type Room } from '../market/circle.ts'
import type { Circles } from '../market/circles.ts'
import { bodyAs, shutDoor } from '../page/door.ts'
import { circleForm } from '../page/requests.ts'
import type { Writer } from '../ports.ts'
import type { Letters } from '../words/letters.ts'
import type { People } from '../words/people.ts'
import { forMembers, type Visitors } from './sessions.ts'

export type CircleRoutePorts = {
  writer: Pick<Writer, 'state'>
  circles: Circles
  letters: Pick<Letters, 'blockedBy'>
  people: People
  visitors: Visitors
}

const A_DAY = 86_400

export function circleRoutes({ writer, circles, letters, people, visitors }: CircleRoutePorts): Hono {
  const app = new Hono()
  const forMember = forMembers(visitors)

  /** Whose words somebody does not want to read. */
  function unwelcomeTo(reader: Hex): (acct: Hex) => boolean {
    const { origin } = writer.state.hub
    const blocked = new Set(letters.blockedBy(reader).filter(({ hub }) => hub === origin).map(({ acct }) => acct))
    return (acct) => blocked.has(acct)
  }
  function rowOf(room: Room, { id, title, kind }: Listing, reader: Hex): CircleRow {
    return {
      id, title, kind: kind === 'project' ? 'project' : 'circle', members: room.members.length,
      news: newsFor(room, reader, unwelcomeTo(reader)),
      isNew: room.members.some(({ acct, seen }) => acct === reader && seen === null),
    }
  }
  function viewOf(room: Room, listing: Listing, reader: Hex): CircleView {
    const keeper = listing.author
    const isMember = isIn(room, reader)
    const isUnwelcome = unwelcomeTo(reader)
    const person = (acct: Hex): PersonView => people.view(acct)
    const shown = <T extends { by: Hex }>(all: readonly T[]): T[] => (isMember ? all.filter(({ by }) => !isUnwelcome(by)) : [])
    return {
      ...rowOf(room, listing, reader),
      keeper: person(keeper), isKeeper: reader === keeper, isMember,
      people: isMember ? room.members.map(({ acct }) => person(acct)) : [],
      notices: shown(room.notices).reverse().map(({ id, by, words, ts }) =>
        ({ id, by: person(by), words, ts, isMine: mayTakeBack({ by }, { by: reader, keeper }) })),
      tasks: inOrder(shown(room.tasks)).map(({ id, by, words, ts, until, taker, done }) =>
        ({ id, by: person(by), words, ts, until, taker: taker === null ? null : person(taker), done, isMine: mayTakeBack({ by }, { by: reader, keeper }) })),
    }
  }

  app.get('/circles', forMember((c, who) =>
    c.json(circles.of(who).map(({ room, listing }) => rowOf(room, listing, who)) satisfies CircleRow[])))
  app.get('/circles/:id', forMember((c, who) => {
    const found = circles.room(c.req.param('id') ?? '')
    return found === null ? shutDoor(c, { code: 'not-found' }) : c.json(viewOf(found.room, found.listing, who))
  }))
  app.post('/circles/:id', forMember(async (c, who) => {
    const id = c.req.param('id') ?? ''
    const form = await bodyAs(c, circleForm)
    if (form === null) return shutDoor(c, { code: 'malformed' })
    const done = await circles.act(id, who, form)
    const found = circles.room(id)
    if (done.ok && found !== null) return c.json(viewOf(found.room, found.listing, who))
    const because = done.ok ? 'not-found' : done.because
    if (because === 'not-found') return shutDoor(c, { code: because })
    if (because === 'too-many') return shutDoor(c, { code: because, retrySeconds: A_DAY })
    return shutDoor(c, { code: 'circle-refused', because })
  }))
  return app
}
