/**
 * How the hub runs: for anybody, for a monitoring system, and for its operator; as pages without a script and as JSON.
 * What only the operator sees is opened by a steward's session, by the command line's secret, or by the address that the
 * command line prints.
 */
import { type Context, Hono } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { HubLanguage } from '#protocol/api.ts'
import { httpOriginOf, sameText, shutDoor } from '../page/door.ts'
import { wordsFor } from '../operator/languages.ts'
import type { Operator } from '../operator/open.ts'
import { closedPage, healthPage, operatorPage } from '../operator/page.ts'
import { operatorSheet } from '../operator/sheet.ts'
import { addressOf } from '../page/pace.ts'
import type { Visitors } from './sessions.ts'

export type OperatorPagePorts = Omit<Operator, 'boardChanged' | 'stop'> & {
  visitors: Visitors
  controlToken: string
  /** The address of the app's own sheet, whose colours these pages take. */
  sheet: string | null
  language(): HubLanguage
}

export function operatorPageRoutes(ports: OperatorPagePorts): Hono {
  const { desk, access, visitors, metrics, sheet, cookieName } = ports
  const app = new Hono()
  const wordsOf = (c: Context) => wordsFor(c.req.query('lang'), c.req.header('accept-language'), ports.language())
  const isCommandLine = (c: Context): boolean => sameText(c.req.header('authorization') ?? '', `Bearer ${ports.controlToken}`)
  const hasCookie = (c: Context): boolean => access.isOpen(getCookie(c, cookieName))
  const mayLook = (c: Context): boolean => isCommandLine(c) || hasCookie(c) || visitors.isSteward(c)
  /** A page that changes by the minute and is for one reader. */
  const fresh = (c: Context): void => c.header('Cache-Control', 'no-store')

  app.get('/operator.css', (c) => c.body(operatorSheet, 200, { 'Content-Type': 'text/css; charset=utf-8', 'Cache-Control': 'no-cache' }))

  app.get('/health', (c) => {
    fresh(c)
    return c.html(healthPage({ city: desk.city(), health: desk.health(), words: wordsOf(c), sheet }))
  })
  app.get('/api/health', (c) => c.json(desk.health()))
  app.get('/readyz', (c) => {
    const { state } = desk.health()
    return c.json({ ready: state !== 'error' && state !== 'starting', state }, state === 'error' || state === 'starting' ? 503 : 200)
  })
  app.get('/metrics', async (c) => {
    if (ports.metricsFor === 'this-machine' && addressOf(c) !== null) return shutDoor(c, { code: 'not-found' })
    return c.body(await metrics.text(), 200, { 'Content-Type': metrics.contentType, 'Cache-Control': 'no-store' })
  })

  app.get('/api/operator', (c) => (mayLook(c) ? c.json(desk.view()) : shutDoor(c, { code: 'no-session' })))
  app.post('/api/operator/invitation', (c) =>
    isCommandLine(c) ? c.json({ path: `/operator/enter/${access.invite()}` }) : shutDoor(c, { code: 'no-session' }))

  app.get('/operator/enter/:invitation', (c) => {
    fresh(c)
    const secret = access.enter(c.req.param('invitation'))
    if (secret === null) return c.html(closedPage(wordsOf(c), sheet), 403)
    setCookie(c, cookieName, secret, { httpOnly: true, sameSite: 'Strict', path: '/operator', secure: httpOriginOf(c).startsWith('https') })
    return c.redirect('/operator', 303)
  })
  app.get('/operator', (c) => {
    fresh(c)
    if (!mayLook(c)) return c.redirect('/health', 303)
    return c.html(operatorPage({ view: desk.view(), words: wordsOf(c), sheet, mayLeave: hasCookie(c) }))
  })
  app.post('/operator/rehearsal', (c) => {
    if (!mayLook(c)) return shutDoor(c, { code: 'no-session' })
    ports.rehearse()
    return c.redirect('/operator#copies', 303)
  })
  app.post('/operator/support', async (c) => {
    if (!mayLook(c)) return shutDoor(c, { code: 'no-session' })
    return c.body(ports.supportBundle(await metrics.text()), 200, {
      'Content-Type': 'application/zip', 'Content-Disposition': 'attachment; filename="support.zip"', 'Cache-Control': 'no-store',
    })
  })
  app.post('/operator/leave', (c) => {
    access.leave(getCookie(c, cookieName))
    deleteCookie(c, cookieName, { path: '/operator' })
    return c.redirect('/health', 303)
  })
  return app
}
