/** Opening and closing a session, and what everybody may ask about themselves. */
import { type Context, Hono } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { Hex } from '#ledger/action.ts'
import { toBase64 } from '#ledger/bytes.ts'
import { isActive } from '#ledger/rules/status.ts'
import type { ChallengeAnswer, SessionAnswer } from '#protocol/api.ts'
import { parseChallenge } from '#protocol/login.ts'
import { bodyAs, httpOriginOf, refuse, shutDoor } from '../page/door.ts'
import type { Writer } from '../ports.ts'
import { unavailableDoor } from '../status.ts'
import { StoreError } from '../store.ts'
import { unavailableOf } from '../words/blobs.ts'
import { sessionForm } from '../page/requests.ts'
import type { Sessions } from '../page/sessions.ts'

export type Visitors = {
  /** Whose session this request carries, or null. */
  who(c: Context): Hex | null
  /** The key id of the device that opened it. */
  device(c: Context): Hex | undefined
  isSteward(c: Context): boolean
  /** The same if they are active: anybody can join and open a session, and is a stranger until a steward has met them. */
  member(c: Context): Hex | null
}

/** Two hubs on one machine share cookies by host: the hub's own name keeps them apart. */
const cookieOf = (writer: Writer): string => `tongyi-${writer.state.hub.origin.slice(-12, -4)}`

export function visitorsOf(writer: Writer, sessions: Sessions): Visitors {
  const who = (c: Context): Hex | null => sessions.who(getCookie(c, cookieOf(writer)))
  const ofVisitor = (c: Context) => writer.state.members.get(who(c) ?? '')
  return {
    who,
    device: (c) => sessions.device(getCookie(c, cookieOf(writer))),
    isSteward(c) {
      const member = ofVisitor(c)
      return member !== undefined && isActive(member) && member.steward
    },
    member(c) {
      const member = ofVisitor(c)
      return member !== undefined && isActive(member) ? member.acct : null
    },
  }
}

/** Answers an attested member, and tells whoever else asks why not; a disk that refuses is told as everywhere. */
export const forMembers = (visitors: Visitors) => (answer: (c: Context, who: Hex) => Response | Promise<Response>) => async (c: Context): Promise<Response> => {
  const who = visitors.who(c)
  if (who === null) return shutDoor(c, { code: 'no-session' })
  if (visitors.member(c) === null) return refuse(c, { code: 'not-attested', member: who })
  try {
    return await answer(c, who)
  } catch (error) {
    if (error instanceof StoreError) return shutDoor(c, unavailableDoor(unavailableOf(error)))
    throw error
  }
}

export function sessionRoutes(writer: Writer, sessions: Sessions): Hono {
  const app = new Hono()
  app.post('/session/challenge', (c) => c.json({ payload: toBase64(sessions.challenge(httpOriginOf(c))) } satisfies ChallengeAnswer))
  app.post('/session', async (c) => {
    const form = await bodyAs(c, sessionForm)
    if (form === null) return shutDoor(c, { code: 'malformed' })
    // A challenge names the address it was asked for at; elsewhere it is somebody's who passed it on.
    const challenge = parseChallenge(form.payload)
    if (challenge !== null && challenge.httpOrigin !== httpOriginOf(c)) return shutDoor(c, { code: 'wrong-origin' })
    const opened = sessions.open(form.payload, form.acct, form.keyId, form.signature)
    if (typeof opened === 'string') return shutDoor(c, { code: opened })
    setCookie(c, cookieOf(writer), opened.secret, {
      httpOnly: true, sameSite: 'Strict', path: '/', secure: httpOriginOf(c).startsWith('https'),
    })
    const steward = writer.state.members.get(form.acct)?.steward === true
    return c.json({ acct: form.acct, steward } satisfies SessionAnswer)
  })
  app.delete('/session', (c) => {
    sessions.close(getCookie(c, cookieOf(writer)))
    deleteCookie(c, cookieOf(writer))
    return c.body(null, 204)
  })
  return app
}
