/** What members read about themselves and each other, and what they say to one another before they agree. */
import { Hono } from 'hono'
import type { Hex } from '#ledger/action.ts'
import { toBase64, toHex } from '#ledger/bytes.ts'
import { isParty } from '#ledger/rules/course.ts'
import { isSignerOf } from '#ledger/rules/organisation.ts'
import type { Agreement } from '#ledger/state/matters.ts'
import type { ApplicationView, DraftView, MeView, OrganisationView } from '#protocol/api.ts'
import { bodyAs, refuse, shutDoor } from '../page/door.ts'
import type { Guests } from '../cities/guests.ts'
import { type Application, type Draft, type Inbox, otherPartyOf } from '../words/inbox.ts'
import type { People } from '../words/people.ts'
import type { Writer } from '../ports.ts'
import { applyForm } from '../page/requests.ts'
import { visitorsHelpMilli } from '../page/use-view.ts'
import type { Letters } from '../words/letters.ts'
import type { Timeline } from '../record/timeline.ts'
import type { ShownListing, Views } from '../page/views.ts'
import { passOn } from './abroad.ts'
import { leftWith } from './actions.ts'
import type { Visitors } from './sessions.ts'

export type MemberRoutePorts = {
  writer: Writer
  views: Views
  people: People
  timeline: Timeline
  inbox: Inbox
  letters: Pick<Letters, 'latest'>
  visitors: Visitors
  listing(id: Hex): ShownListing | null
  guests: Guests
}

export function memberRoutes(ports: MemberRoutePorts): Hono {
  const { writer, views, people, inbox, letters, visitors, listing, guests } = ports
  const app = new Hono()

  app.get('/me', (c) => {
    const who = visitors.who(c)
    const found = who === null ? null : accountView(who)
    return found === null ? shutDoor(c, { code: 'no-session' }) : c.json(found)
  })

  /** Who signs for whom is told to members; what an organisation has going on, to those who sign for it. */
  app.get('/organisations', (c) => {
    const who = visitors.who(c)
    if (who === null) return shutDoor(c, { code: 'no-session' })
    if (visitors.member(c) === null) return refuse(c, { code: 'not-attested', member: who })
    const { organisations, members } = writer.state
    const views = [...organisations.values()].map(({ acct, signers, named }) => {
      const { form, attested, status } = members.get(acct)!
      return {
        ...people.view(acct), form, attested, status, signers: signers.map(people.view), isSigner: signers.includes(who),
        isNamed: named.includes(who),
      }
    })
    return c.json(views satisfies OrganisationView[])
  })
  app.get('/organisations/:acct', (c) => {
    const [who, acct] = [visitors.who(c), c.req.param('acct')]
    if (who === null) return shutDoor(c, { code: 'no-session' })
    const found = isSignerOf(writer.state, acct, who) ? accountView(acct) : null
    return found === null ? shutDoor(c, { code: 'not-found' }) : c.json(found)
  })

  const speaksForParty = ({ provider, receiver }: Agreement, who: Hex): boolean =>
    [provider, receiver].some((party) => isSignerOf(writer.state, party, who))

  function accountView(acct: Hex): MeView | null {
    const member = views.member(acct)
    if (member === null) return null
    const drafts = inbox.draftsFor(acct).map((draft) => draftView(writer, people, draft))
    const applications = inbox.applicationsFor(acct).map((one) => applicationView(one))
    return { ...member, drafts, applications, latestLetter: letters.latest(acct) }
  }

  app.get('/me/balance', (c) => {
    const who = visitors.who(c)
    const found = who === null ? null : views.balance(who)
    return found === null ? shutDoor(c, { code: 'no-session' }) : c.json(found)
  })

  app.get('/council', (c) => {
    const who = visitors.who(c)
    const found = who === null ? null : views.council(who)
    return found === null ? shutDoor(c, { code: 'no-session' }) : c.json(found)
  })

  app.get('/people', (c) => {
    const who = visitors.who(c)
    if (who === null) return shutDoor(c, { code: 'no-session' })
    if (visitors.member(c) === null) return refuse(c, { code: 'not-attested', member: who })
    const { members, departures } = writer.state
    const here = [...members.values()].filter(({ acct, attested }) => attested && !departures.has(acct))
    return c.json(here.map(({ acct }) => people.view(acct)))
  })

  app.get('/agreements/:id', (c) => {
    const who = visitors.who(c)
    if (who === null) return shutDoor(c, { code: 'no-session' })
    const found = writer.state.agreements.get(c.req.param('id'))
    const isTheirs = found !== undefined && (isParty(found, who) || speaksForParty(found, who) || visitors.isSteward(c))
    return isTheirs ? c.json(views.agreement(found, who)) : shutDoor(c, { code: 'not-found' })
  })

  app.post('/listings/:id/applications', async (c) => {
    const who = visitors.who(c)
    if (who === null) return shutDoor(c, { code: 'no-session' })
    const form = await bodyAs(c, applyForm)
    const found = listing(c.req.param('id'))
    if (form === null) return shutDoor(c, { code: 'malformed' })
    if (found === null) return shutDoor(c, { code: 'not-found' })
    const { hub, id } = found.listing
    if (hub !== writer.state.hub.origin) return passOn(c, await guests.apply(who, hub, id, form.message, visitors.device(c)))
    return leftWith(c, await inbox.apply({ listing: id, by: who, message: form.message }))
  })

  function applicationView({ id, listing: about, by, message, ts }: Application): ApplicationView {
    const agreed = ports.timeline.agreementsOf(by).some((made) => writer.state.agreements.get(made)!.terms.listing === about)
    return { id, listing: about, title: listing(about)?.listing.title ?? '', by: people.view(by), message, ts, agreed }
  }
  return app
}

export function draftView(writer: Writer, people: People, { id, body, auth, terms }: Draft): DraftView {
  return {
    id,
    body: toBase64(body),
    auth: auth.map(({ keyId, signature }) => ({ keyId: toHex(keyId), signature: toHex(signature) })),
    from: people.view(terms.acct),
    to: otherPartyOf(terms),
    listing: terms.listing,
    hub: writer.state.hub.origin,
    words: people.textOf(terms.terms),
    expires: terms.exp,
    visitorMilli: visitorsHelpMilli(writer.state, terms),
  }
}
