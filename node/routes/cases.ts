/** What seems odd and who is accused, for those who decide and those it is about. What is decided is a signed action. */
import { Hono } from 'hono'
import type { Cases } from '../page/case-view.ts'
import { shutDoor } from '../page/door.ts'
import type { Visitors } from './sessions.ts'

export function caseRoutes(cases: Cases, visitors: Visitors): Hono {
  const app = new Hono()

  app.get('/cases', (c) => {
    const who = visitors.who(c)
    return who === null ? shutDoor(c, { code: 'no-session' }) : c.json(cases.all(who, visitors.isSteward(c)))
  })

  app.get('/cases/:id', (c) => {
    const who = visitors.who(c)
    if (who === null) return shutDoor(c, { code: 'no-session' })
    const found = cases.one(c.req.param('id'), who, visitors.isSteward(c))
    return found === null ? shutDoor(c, { code: 'not-found' }) : c.json(found)
  })
  return app
}
