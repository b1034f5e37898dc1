/** How this community stands with other cities, for its members. What is decided about them is a signed action. */
import { Hono } from 'hono'
import { type BetweenPorts, betweenView } from '../page/between-view.ts'
import { shutDoor } from '../page/door.ts'
import type { Visitors } from './sessions.ts'

export function cityRoutes(ports: BetweenPorts, visitors: Visitors): Hono {
  const app = new Hono()
  app.get('/cities', (c) => (visitors.who(c) === null ? shutDoor(c, { code: 'no-session' }) : c.json(betweenView(ports))))
  return app
}
