/** A steward's yes to going on from a backup (`recovery.ts`); the command line may bring it as well. */
import { type Context, Hono } from 'hono'
import { toBase64, toHex } from '#ledger/bytes.ts'
import type { DoorRefusal, RestoreAnswer, RestoreView } from '#protocol/api.ts'
import { bodyAs, refuse, sameText, shutDoor } from '../page/door.ts'
import type { Writer } from '../ports.ts'
import type { Recovery } from '../cities/restoring/recovery.ts'
import { restoreForm } from '../page/requests.ts'
import { unavailableDoor } from '../status.ts'
import type { Visitors } from './sessions.ts'

export type RestoreRoutePorts = { writer: Writer; recovery: Recovery; visitors: Visitors; controlToken: string }

export function restoreRoutes({ writer, recovery, visitors, controlToken }: RestoreRoutePorts): Hono {
  const app = new Hono()
  const refused = (c: Context): DoorRefusal | null => {
    if (sameText(c.req.header('authorization') ?? '', `Bearer ${controlToken}`) || visitors.isSteward(c)) return null
    return { code: visitors.who(c) === null ? 'no-session' : 'not-a-steward' }
  }

  app.get('/restore', (c) => {
    const door = refused(c)
    return door === null ? c.json(viewOf(writer, recovery)) : shutDoor(c, door)
  })
  app.post('/restore', async (c) => {
    const door = refused(c)
    if (door !== null) return shutDoor(c, door)
    const form = await bodyAs(c, restoreForm)
    if (form === null) return shutDoor(c, { code: 'malformed' })
    const answer = await recovery.approve(form)
    // Nothing is asked for now: it went on already, or has not come so far.
    if (answer === null) return shutDoor(c, { code: 'busy', retrySeconds: 5 })
    const { needed, by } = recovery.status()?.approvals ?? { needed: 0, by: [] }
    if ('approvals' in answer) return c.json({ restored: false, approvals: { needed, by } } satisfies RestoreAnswer)
    if ('code' in answer) return refuse(c, answer)
    if (answer.ok) return c.json({ restored: true, approvals: { needed, by } } satisfies RestoreAnswer)
    if ('unavailable' in answer) return shutDoor(c, unavailableDoor(answer.unavailable))
    return refuse(c, answer.refusal)
  })
  return app
}

function viewOf(writer: Writer, recovery: Recovery): RestoreView | null {
  const status = recovery.status()
  if (status === null) return null
  const { step, generation, payload, approvals } = status
  const withheld = status.withheld.map(({ by, entries }) => ({ city: recovery.cityNameOf(by), entries }))
  return { hubId: toHex(writer.state.hub.id), generation, payload: step === 'ready' ? toBase64(payload) : null, withheld, approvals }
}
