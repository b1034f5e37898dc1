/**
 * Steward and federation pages, for a steward's session or the command line. What changes the record is a signed action
 * like anybody's (`/api/actions`); only meeting other cities is the hub's own doing.
 */
import { type Context, Hono } from 'hono'
import type { Origin } from '#ledger/action.ts'
import { toBase64 } from '#ledger/bytes.ts'
import { baseOf } from '#ledger/value/decay.ts'
import { encodeBurnArgument, encodeIssueArgument } from '#ledger/federation/federation.ts'
import { burnable } from '#ledger/rules/burn.ts'
import { ownKeysArgument } from '#ledger/rules/order.ts'
import { globalDay, globalIndex } from '#ledger/state/state.ts'
import type { DoorRefusal, FederationView, StewardView } from '#protocol/api.ts'
import { bodyAs, sameText, shutDoor } from '../page/door.ts'
import type { Clock, Writer } from '../ports.ts'
import type { Agreed } from '#protocol/successor.ts'
import { boxForm, cardForm, closingForm, issueForm, termsForm, willForm } from '../page/requests.ts'
import type { Visitors } from './sessions.ts'

/** How far it has come now, or why not. */
export type Met = FederationView | { door: DoorRefusal }
/** Meeting other cities. `card`: the text of another hub's card. */
export type Meeting = {
  found(card?: string): Promise<Met>
  join(card: string): Promise<Met>
  admit(card: string): Promise<Met>
  box(isBox: boolean): Promise<Met>
  /** Agrees to close a hub that is gone; takes that back. */
  close(hub: Origin): Promise<Met>
  keep(hub: Origin): Promise<Met>
  /** Agrees that the freeze of a hub ends, or of this one. */
  release(hub: Origin): Promise<Met>
  /** This hub is to vote with a new key. */
  renew(): Promise<Met>
  /** Stewards here agree on these terms, or take that back. */
  terms(terms: Agreed | null): Promise<Met>
}

export type StewardRoutePorts = {
  writer: Writer
  clock: Clock
  visitors: Visitors
  /** The secret of the command line on this machine. */
  controlToken: string
  steward(): StewardView
  federation(): FederationView
  meeting: Meeting
}

export function stewardRoutes({ writer, clock, visitors, controlToken, steward, federation, meeting }: StewardRoutePorts): Hono {
  const app = new Hono()
  const isOperator = (c: Context): boolean => sameText(c.req.header('authorization') ?? '', `Bearer ${controlToken}`)
  const mayDecide = (c: Context): DoorRefusal | null => {
    if (isOperator(c) || visitors.isSteward(c)) return null
    return { code: visitors.who(c) === null ? 'no-session' : 'not-a-steward' }
  }
  const answer = (c: Context, met: Met): Response => ('door' in met ? shutDoor(c, met.door) : c.json(met))

  app.get('/steward', (c) => {
    const refusal = mayDecide(c)
    return refusal === null ? c.json(steward()) : shutDoor(c, refusal)
  })

  app.get('/federation', (c) => {
    const refusal = mayDecide(c)
    return refusal === null ? c.json(federation()) : shutDoor(c, refusal)
  })
  app.post('/federation/found', async (c) => {
    const refusal = mayDecide(c)
    return refusal === null ? answer(c, await meeting.found()) : shutDoor(c, refusal)
  })
  for (const way of ['join', 'admit'] as const) {
    app.post(`/federation/${way}`, async (c) => {
      const refusal = mayDecide(c)
      if (refusal !== null) return shutDoor(c, refusal)
      const form = await bodyAs(c, cardForm)
      return form === null ? shutDoor(c, { code: 'malformed' }) : answer(c, await meeting[way](form.card.trim()))
    })
  }
  app.post('/federation/box', async (c) => {
    const refusal = mayDecide(c)
    if (refusal !== null) return shutDoor(c, refusal)
    const form = await bodyAs(c, boxForm)
    return form === null ? shutDoor(c, { code: 'malformed' }) : answer(c, await meeting.box(form.isBox))
  })
  app.post('/federation/renew', async (c) => {
    const refusal = mayDecide(c)
    return refusal === null ? answer(c, await meeting.renew()) : shutDoor(c, refusal)
  })
  app.post('/federation/terms', async (c) => {
    const refusal = mayDecide(c)
    if (refusal !== null) return shutDoor(c, refusal)
    const form = await bodyAs(c, termsForm)
    if (form === null) return shutDoor(c, { code: 'malformed' })
    const { terms } = form
    if (terms === null) return answer(c, await meeting.terms(null))
    const { fromYear: termsFrom, ...agreed } = terms
    return answer(c, await meeting.terms({ ...agreed, termsFrom }))
  })
  for (const way of ['close', 'keep', 'release'] as const) {
    app.post(`/federation/${way}`, async (c) => {
      const refusal = mayDecide(c)
      if (refusal !== null) return shutDoor(c, refusal)
      const form = await bodyAs(c, closingForm)
      return form === null ? shutDoor(c, { code: 'malformed' }) : answer(c, await meeting[way](form.hub))
    })
  }
  /** The `keys` order by which stewards say who takes over, to be signed by as many as the charter asks. */
  app.post('/federation/will-argument', async (c) => {
    const refusal = mayDecide(c)
    if (refusal !== null) return shutDoor(c, refusal)
    const form = await bodyAs(c, willForm)
    const { federation: joined, chain } = writer.state
    if (form === null) return shutDoor(c, { code: 'malformed' })
    const ends = form.endsAt === null || joined === null ? null : globalDay(joined, form.endsAt)
    const argument = ownKeysArgument(writer.state, { heir: form.heir, ends })
    return argument === null ? shutDoor(c, { code: 'no-federation' }) : c.json({ argument: toBase64(argument), slot: chain.slots.length })
  })
  /** The page asks in CV; what is signed is base units of the day. */
  app.post('/federation/issue-argument', async (c) => {
    const refusal = mayDecide(c)
    if (refusal !== null) return shutDoor(c, refusal)
    const form = await bodyAs(c, issueForm)
    const { federation: joined } = writer.state
    if (form === null) return shutDoor(c, { code: 'malformed' })
    if (joined === null) return shutDoor(c, { code: 'no-federation' })
    const base = baseOf(form.milli, globalIndex(joined, globalDay(joined, Math.max(clock.now(), writer.state.lastTs))))
    return c.json({ argument: toBase64(encodeIssueArgument(base)), amount: base.toString() })
  })
  /** All that can be burnt today; what is signed is base units. */
  app.post('/federation/burn-argument', (c) => {
    const refusal = mayDecide(c)
    if (refusal !== null) return shutDoor(c, refusal)
    if (writer.state.federation === null) return shutDoor(c, { code: 'no-federation' })
    const amount = burnable(writer.state)
    return c.json({ argument: toBase64(encodeBurnArgument(amount)), amount: amount.toString() })
  })
  return app
}
