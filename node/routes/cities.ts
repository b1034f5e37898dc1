/** How this community stands with other cities, and what a member has sent there. What is decided is a signed action. */
import { Hono } from 'hono'
import { type BetweenPorts, betweenView } from '../page/between-view.ts'
import { shutDoor } from '../page/door.ts'
import { ownTransfers, type OwnTransfersPorts } from '../page/transfer-view.ts'
import type { Visitors } from './sessions.ts'

export function cityRoutes(ports: BetweenPorts & OwnTransfersPorts, visitors: Visitors): Hono {
  const app = new Hono()

  app.get('/cities', (c) => (visitors.who(c) === null ? shutDoor(c, { code: 'no-session' }) : c.json(betweenView(ports))))

  app.get('/transfers', (c) => {
    const who = visitors.who(c)
    return who === null ? shutDoor(c, { code: 'no-session' }) : c.json(ownTransfers(ports, who))
  })
  return app
}
