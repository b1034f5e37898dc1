/**
 * Acting in another city from one's own page: relayed to the host, whose answers pass through as they are.
 * The record and its refusals are the host's; this hub vouches only that this is its member, so it relays for
 * nobody whom no steward has met: what strangers asked would count against the city.
 */
import { type Context, Hono } from 'hono'
import type { Hex, Origin } from '#ledger/action.ts'
import { fromHex } from '#ledger/bytes.ts'
import { cardOf, currentDocument } from '#ledger/state/state.ts'
import type { GatheringsAbroad, QuoteView } from '#protocol/api.ts'
import type { No } from '#protocol/guest.ts'
import type { AskedQuote, Quote } from '#protocol/quote.ts'
import { bodyAs, refuse, shutDoor } from '../page/door.ts'
import type { Guests } from '../cities/guests.ts'
import type { Away } from '../market/away.ts'
import type { Writer } from '../ports.ts'
import { actForm, comeForm, visitForm } from '../page/requests.ts'
import { doorStatus, refusalStatus } from '../status.ts'
import type { Visitors } from './sessions.ts'

export type AbroadRoutePorts = {
  writer: Writer
  guests: Guests
  /** Takes over which gatherings of other cities our members go to. */
  away: Pick<Away, 'said'>
  visitors: Visitors
  /** The other city's word about something before it is sent there; null while it cannot be had. */
  quote(city: Origin, asked: AskedQuote): Promise<Quote | null>
}

export function abroadRoutes({ writer, guests, away, visitors, quote }: AbroadRoutePorts): Hono {
  const app = new Hono()

  /** The city in the path when it is another one of ours, else null. */
  function cityOf(c: Context): Origin | null {
    const origin = c.req.param('origin') ?? ''
    const { federation, hub } = writer.state
    if (federation === null || origin === hub.origin) return null
    return cardOf(currentDocument(federation), origin) === undefined ? null : origin
  }

  app.get('/abroad/:origin', async (c) => {
    const [who, city] = [visitors.who(c), cityOf(c)]
    if (who === null) return shutDoor(c, { code: 'no-session' })
    if (visitors.member(c) === null) return refuse(c, { code: 'not-attested', member: who })
    return city === null ? shutDoor(c, { code: 'not-found' }) : passOn(c, await guests.view(who, city))
  })
  app.get('/abroad/:origin/quote', async (c) => {
    const [who, city, asked] = [visitors.who(c), cityOf(c), askedIn(c)]
    if (who === null) return shutDoor(c, { code: 'no-session' })
    if (visitors.member(c) === null) return refuse(c, { code: 'not-attested', member: who })
    if (asked === null) return shutDoor(c, { code: 'malformed' })
    if (city === null) return shutDoor(c, { code: 'not-found' })
    const answer = await quote(city, asked)
    if (answer === null) return shutDoor(c, { code: 'hub-unreachable', hub: city })
    return c.json({ disposition: answer.disposition, until: answer.until } satisfies QuoteView)
  })
  app.post('/abroad/:origin/visits', async (c) => {
    const [who, city] = [visitors.who(c), cityOf(c)]
    if (who === null) return shutDoor(c, { code: 'no-session' })
    if (visitors.member(c) === null) return refuse(c, { code: 'not-attested', member: who })
    const form = await bodyAs(c, visitForm)
    if (form === null) return shutDoor(c, { code: 'malformed' })
    return city === null ? shutDoor(c, { code: 'not-found' }) : passOn(c, await guests.visit(who, city, form.listing, visitors.device(c)))
  })
  /** What that city says of its gatherings is what stands in the member's calendar here. */
  async function kept(who: Hex, city: Origin, answer: GatheringsAbroad | No): Promise<GatheringsAbroad | No> {
    if ('gatherings' in answer) await away.said(who, city, answer)
    return answer
  }
  app.get('/abroad/:origin/gatherings/:listing', async (c) => {
    const [who, city] = [visitors.who(c), cityOf(c)]
    if (who === null) return shutDoor(c, { code: 'no-session' })
    if (visitors.member(c) === null) return refuse(c, { code: 'not-attested', member: who })
    const id = c.req.param('listing')
    if (city === null || fromHex(id)?.length !== 16) return shutDoor(c, { code: 'not-found' })
    return passOn(c, await kept(who, city, await guests.gatherings(who, city, id)))
  })
  app.post('/abroad/:origin/gatherings', async (c) => {
    const [who, city] = [visitors.who(c), cityOf(c)]
    if (who === null) return shutDoor(c, { code: 'no-session' })
    if (visitors.member(c) === null) return refuse(c, { code: 'not-attested', member: who })
    const form = await bodyAs(c, comeForm)
    if (form === null) return shutDoor(c, { code: 'malformed' })
    if (city === null) return shutDoor(c, { code: 'not-found' })
    return passOn(c, await kept(who, city, await guests.come(who, city, form.session, form.comes)))
  })
  app.delete('/abroad/:origin/drafts/:id', async (c) => {
    const [who, city] = [visitors.who(c), cityOf(c)]
    if (who === null) return shutDoor(c, { code: 'no-session' })
    if (visitors.member(c) === null) return refuse(c, { code: 'not-attested', member: who })
    const id = c.req.param('id')
    return city === null || fromHex(id)?.length !== 16 ? shutDoor(c, { code: 'not-found' }) : passOn(c, await guests.drop(who, city, id))
  })
  for (const [path, relay] of [['actions', guests.act], ['drafts', guests.draft]] as const) {
    app.post(`/abroad/:origin/${path}`, async (c) => {
      const [who, city] = [visitors.who(c), cityOf(c)]
      if (who === null) return shutDoor(c, { code: 'no-session' })
      if (visitors.member(c) === null) return refuse(c, { code: 'not-attested', member: who })
      const form = await bodyAs(c, actForm)
      if (form === null) return shutDoor(c, { code: 'malformed' })
      if (city === null) return shutDoor(c, { code: 'not-found' })
      return passOn(c, await relay(who, city, { ...form, blobs: form.blobs ?? [] }))
    })
  }
  return app
}

/** What somebody is about to send; null where the address does not say it. */
function askedIn(c: Context): AskedQuote | null {
  const [to, amount, agreement] = ['to', 'amount', 'agreement'].map((name) => c.req.query(name) ?? '') as [string, string, string]
  const isAsked = /^[0-9a-f]{64}$/.test(to) && /^\d{1,19}$/.test(amount) && /^[0-9a-f]{32}$/.test(agreement)
  return isAsked ? { to, amount: BigInt(amount), agreement } : null
}

/** What another city answered. A code that this version does not know is an ordinary conflict. */
export function passOn(c: Context, answer: object | No): Response {
  if ('door' in answer) return c.json(answer, statusIn(doorStatus, (answer.door as { code: string }).code))
  if ('refusal' in answer) return c.json(answer, statusIn(refusalStatus, (answer.refusal as { code: string }).code))
  return c.json(answer)
}

const statusIn = <S extends number>(table: Record<string, S>, code: string): S | 409 => (Object.hasOwn(table, code) ? table[code]! : 409)
