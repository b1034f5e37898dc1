/**
 * Before there is a hub: the wizard and nothing else, for whoever holds the one-time token that was printed
 * on the terminal. Finishing it makes the genesis document and entry 0; the token is worth nothing after.
 */
import { type Context, Hono } from 'hono'
import { toHex } from '#ledger/bytes.ts'
import type { HubView } from '#protocol/api.ts'
import { bodyAs, boundedBody, ownHost, ownOrigin, sameText, securityHeaders, shutDoor } from './door.ts'
import type { Entropy, Log } from '../ports.ts'
import { type SetupForm, setupForm } from './requests.ts'

export type Setup = { app: Hono; token: string }

/** `found` is called with a form that has been checked; it answers the new hub's origin, or null while that is not up yet. */
export function setupApp(
  { hostNames, entropy, log, page, found }: {
    hostNames: string[]
    entropy: Entropy
    log: Log
    page: (c: Context) => Response
    found(form: SetupForm): Promise<string | null>
  },
): Setup {
  const token = toHex(entropy.bytes(16))
  let founding = false
  const app = new Hono()
  app.use(securityHeaders, ownHost(hostNames), ownOrigin, boundedBody)

  app.get('/api/hub', (c) => c.json({ founded: false } satisfies Partial<HubView>))
  app.post('/api/setup', async (c) => {
    const form = await bodyAs(c, setupForm)
    if (form === null) return shutDoor(c, { code: 'malformed' })
    if (!sameText(form.token, token)) return shutDoor(c, { code: 'wrong-token' })
    if (founding) return shutDoor(c, { code: 'already-founded' })
    founding = true
    try {
      const origin = await found(form)
      return origin === null ? shutDoor(c, { code: 'busy', retrySeconds: 5 }) : c.json({ origin })
    } catch (error) {
      founding = false
      if (error instanceof RangeError) return shutDoor(c, { code: 'malformed' })
      throw error
    }
  })
  app.all('/api/*', (c) => shutDoor(c, { code: 'not-founded' }))
  app.get('*', page)
  app.notFound((c) => shutDoor(c, { code: 'not-found' }))
  app.onError((error, c) => {
    const request = toHex(entropy.bytes(4))
    log.error('the hub could not be founded', { request, error: error.stack ?? String(error) })
    return shutDoor(c, { code: 'internal', request })
  })
  return { app, token }
}
