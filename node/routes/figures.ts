/** How the community is doing, for anybody: everything here follows from the public record and the public board. */
import { Hono } from 'hono'
import { figureNames } from '#protocol/api.ts'
import { shutDoor } from '../page/door.ts'
import type { Figures } from '../page/figures.ts'

export function figureRoutes(figures: Figures): Hono {
  const app = new Hono()
  const monthIn = (text: string | undefined): number | null => (text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : null)

  app.get('/figures', (c) => {
    const asked = c.req.query('month')
    const month = monthIn(asked)
    const view = asked !== undefined && month === null ? null : figures.view(month)
    return view === null ? shutDoor(c, { code: 'not-found' }) : c.json(view)
  })

  app.get('/figures/:month/:figure', (c) => {
    const month = monthIn(c.req.param('month'))
    const figure = figureNames.find((name) => name === c.req.param('figure'))
    const rows = month === null || figure === undefined ? null : figures.rows(month, figure)
    return rows === null ? shutDoor(c, { code: 'not-found' }) : c.json(rows)
  })
  return app
}
