/** What members take along: a certificate, what they would bring to another city; and the money that is only noted. */
import { Hono } from 'hono'
import { refuse, shutDoor } from '../page/door.ts'
import { certificateView, participationOf } from '../page/certificate.ts'
import { moneyView } from '../page/money-view.ts'
import { movingView } from '../page/moving-view.ts'
import type { Views } from '../page/views.ts'
import type { Writer } from '../ports.ts'
import type { Timeline } from '../record/timeline.ts'
import type { People } from '../words/people.ts'
import type { Visitors } from './sessions.ts'

export type PaperRoutePorts = {
  writer: Writer
  views: Views
  people: People
  timeline: Timeline
  visitors: Visitors
  /** Certificates are signed with it. */
  logSecret: Uint8Array
}

export function paperRoutes({ writer, views, people, timeline, visitors, logSecret }: PaperRoutePorts): Hono {
  const app = new Hono()

  app.get('/me/certificate', (c) => {
    const who = visitors.who(c)
    const part = who === null ? null : participationOf(writer.state, timeline, people, who, views.seen().now)
    return part === null ? shutDoor(c, { code: 'no-session' }) : c.json(certificateView(writer.state, people, part, logSecret))
  })

  app.get('/me/moving', (c) => {
    const who = visitors.who(c)
    const found = who === null ? null : movingView(writer.state, who, timeline.entriesBy(who), writer.entryAt)
    return found === null ? shutDoor(c, { code: 'no-session' }) : c.json(found)
  })

  app.get('/money', (c) => {
    const who = visitors.who(c)
    if (who === null) return shutDoor(c, { code: 'no-session' })
    if (visitors.member(c) === null) return refuse(c, { code: 'not-attested', member: who })
    return c.json(moneyView(writer.state, views.seen().now))
  })
  return app
}
