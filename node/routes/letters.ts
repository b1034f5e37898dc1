/** Letters: one's own box, what it takes to write to somebody, whom one does not want to hear from, and what stewards are told. */
import { type Context, Hono } from 'hono'
import type { Hex, Origin } from '#ledger/action.ts'
import { toBase64, toHex } from '#ledger/bytes.ts'
import { currentDocument } from '#ledger/state/state.ts'
import type { LettersView, PersonView, RecipientView, ReportView } from '#protocol/api.ts'
import { type Correspondent, isSame, parseSignedLetter } from '#protocol/letter.ts'
import type { Listing } from '#protocol/listing.ts'
import { cityNameOf } from '../cities/cities.ts'
import { bodyAs, refuse, shutDoor } from '../page/door.ts'
import { blockForm, letterForm, reportForm } from '../page/requests.ts'
import type { Clock, Writer } from '../ports.ts'
import { unavailableDoor } from '../status.ts'
import type { Letters } from '../words/letters.ts'
import type { People } from '../words/people.ts'
import type { Visitors } from './sessions.ts'

export type LetterRoutePorts = { writer: Writer; clock: Clock; letters: Letters; people: People; visitors: Visitors; listing(id: Hex): { listing: Listing } | null }

const A_DAY = 86_400

export function letterRoutes({ writer, clock, letters, people, visitors, listing }: LetterRoutePorts): Hono {
  const app = new Hono()

  function personOf({ hub, acct }: Correspondent): PersonView {
    const own = writer.state.hub
    if (hub === own.origin) return people.view(acct)
    return { acct, name: people.nameOf(acct), hub, city: cityNameOf(writer.state, hub) }
  }

  /** Whoever is active here, else the answer to whoever is not. */
  function asMember(c: Context): Hex | Response {
    const who = visitors.who(c)
    if (who === null) return shutDoor(c, { code: 'no-session' })
    return visitors.member(c) ?? refuse(c, { code: 'not-attested', member: who })
  }

  app.get('/letters', (c) => {
    const who = asMember(c)
    if (typeof who !== 'string') return who
    const since = Number(c.req.query('since') ?? 0)
    if (!Number.isSafeInteger(since) || since < 0) return shutDoor(c, { code: 'malformed' })
    const own = { hub: writer.state.hub.origin, acct: who }
    const kept = letters.of(who, since)
    const others = kept.map(({ signed }) => parseSignedLetter(signed)!.letter).map(({ from, to }) => (isSame(from, own) ? to : from))
    const named = new Map(others.map((one) => [`${one.hub} ${one.acct}`, one]))
    return c.json({
      now: clock.now(),
      letters: kept.map(({ signed, since: came, way }) => ({ signed: toBase64(signed), since: came, way })),
      people: [...named.values()].map(personOf),
      blocked: letters.blockedBy(who),
    } satisfies LettersView)
  })

  app.get('/letters/to/:hub/:acct', (c) => {
    const who = asMember(c)
    if (typeof who !== 'string') return who
    return recipient(c, who, { hub: c.req.param('hub'), acct: c.req.param('acct') })
  })

  function recipient(c: Context, who: Hex, to: Correspondent): Response {
    const devices = letters.devicesOf(to)
    if (devices === null) return shutDoor(c, { code: 'letter-refused', because: 'unknown-member' })
    const blocked = letters.blockedBy(who).some((one) => isSame(one, to))
    return c.json({ person: personOf(to), devices: devices.map(toHex), blocked } satisfies RecipientView)
  }

  /** Whoever wrote a listing may be somebody of whom nothing else is shown: it is their account that a letter names. */
  app.get('/letters/about/:listing', (c) => {
    const who = asMember(c)
    if (typeof who !== 'string') return who
    const found = listing(c.req.param('listing'))?.listing
    return found === undefined ? shutDoor(c, { code: 'not-found' }) : recipient(c, who, { hub: found.hub, acct: found.author })
  })

  app.post('/letters', async (c) => {
    const who = asMember(c)
    if (typeof who !== 'string') return who
    const form = await bodyAs(c, letterForm)
    if (form === null) return shutDoor(c, { code: 'malformed' })
    const sent = await letters.send(form.signed, who)
    if (sent.ok) return c.json({ id: sent.id })
    if ('unavailable' in sent) return shutDoor(c, unavailableDoor(sent.unavailable))
    return shutDoor(c, sent.because === 'too-many' ? { code: 'too-many', retrySeconds: A_DAY } : { code: 'letter-refused', because: sent.because })
  })

  app.post('/blocks', async (c) => {
    const who = asMember(c)
    if (typeof who !== 'string') return who
    const form = await bodyAs(c, blockForm)
    if (form === null) return shutDoor(c, { code: 'malformed' })
    const done = await letters.block(who, { hub: form.hub, acct: form.acct }, form.blocked)
    return done ? c.body(null, 204) : shutDoor(c, { code: 'too-many', retrySeconds: A_DAY })
  })

  app.post('/reports', async (c) => {
    const who = asMember(c)
    if (typeof who !== 'string') return who
    const form = await bodyAs(c, reportForm)
    const isTheirs = form?.letters.every(({ signed }) => {
      const letter = parseSignedLetter(signed)?.letter
      return letter !== undefined && isSame(letter.from, form) && letter.to.acct === who
    })
    if (form === null || isTheirs !== true) return shutDoor(c, { code: 'malformed' })
    const done = await letters.report({ by: who, ...form })
    return done ? c.body(null, 204) : shutDoor(c, { code: 'too-many', retrySeconds: A_DAY })
  })

  function asSteward(c: Context): Hex | Response {
    const who = visitors.who(c)
    if (who === null) return shutDoor(c, { code: 'no-session' })
    return visitors.isSteward(c) ? who : shutDoor(c, { code: 'not-a-steward' })
  }

  app.get('/steward/reports', (c) => {
    const who = asSteward(c)
    if (typeof who !== 'string') return who
    return c.json(letters.reports(who).map(({ id, by, hub, acct, words, ts, letters: shown }) => ({
      id, by: people.view(by), about: personOf({ hub, acct }), words, ts,
      letters: shown.map(({ signed, key }) => ({ signed: toBase64(signed), key: toHex(key), hubId: hubIdOf(hub) })),
    })) satisfies ReportView[])
  })

  app.delete('/steward/reports/:id', async (c) => {
    const who = asSteward(c)
    if (typeof who !== 'string') return who
    return (await letters.closeReport(c.req.param('id'), who)) ? c.body(null, 204) : shutDoor(c, { code: 'not-found' })
  })

  /** The scope of what a city's members sign; empty for one that is none of ours. */
  function hubIdOf(origin: Origin): Hex {
    const { hub, federation } = writer.state
    if (origin === hub.origin) return toHex(hub.id)
    const card = federation === null ? undefined : currentDocument(federation).members.find((row) => row.card.origin === origin)?.card
    return card === undefined ? '' : toHex(card.hubId)
  }
  return app
}
