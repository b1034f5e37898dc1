/**
 * Evidence, for anybody to read and carry away: what is kept against whom, each bundle as the text that proves
 * itself, and the door by which a member or the command line brings one in.
 */
import { Hono } from 'hono'
import { toHex } from '#ledger/bytes.ts'
import { evidenceFileName } from '#ledger/evidence/evidence.ts'
import type { EvidenceAnswer, EvidenceView } from '#protocol/api.ts'
import { bodyAs, openToAll, sameText, shutDoor } from '../page/door.ts'
import type { EvidenceDesk, Kept } from '../cities/evidence/evidence.ts'
import type { Log, Writer } from '../ports.ts'
import { evidenceForm } from '../page/requests.ts'
import { unavailableDoor } from '../status.ts'
import type { Visitors } from './sessions.ts'

export type EvidenceRoutePorts = {
  writer: Pick<Writer, 'state'>
  desk: EvidenceDesk
  visitors: Visitors
  /** The secret of the command line on this machine. */
  controlToken: string
  log: Log
}

export function evidenceRoutes({ writer, desk, visitors, controlToken, log }: EvidenceRoutePorts): Hono {
  const app = new Hono()
  for (const path of ['/evidence', '/evidence/:id']) app.use(path, openToAll)

  /** One line a bundle: id, kind, hub, and the name of the file. */
  app.get('/evidence', (c) => c.text(desk.list()
    .map(({ offence }) => `${offence.id} ${offence.kind} ${offence.origin} ${evidenceFileName(offence)}\n`).join('')))

  app.get('/evidence/:id', (c) => {
    const found = desk.find(c.req.param('id'))
    if (found === undefined) return shutDoor(c, { code: 'not-found' })
    return c.text(found.text, 200, {
      'Content-Disposition': `inline; filename="${evidenceFileName(found.offence)}"`,
    })
  })

  const viewOf = ({ offence }: Kept): EvidenceView => ({
    id: offence.id,
    kind: offence.kind,
    hub: offence.origin,
    hubId: toHex(offence.hubId),
    city: offence.city,
    own: offence.origin === writer.state.hub.origin,
    file: evidenceFileName(offence),
  })
  app.get('/api/evidence', (c) => c.json(desk.list().map(viewOf)))

  app.post('/api/evidence', async (c) => {
    const isOperator = sameText(c.req.header('authorization') ?? '', `Bearer ${controlToken}`)
    if (!isOperator && visitors.member(c) === null) return shutDoor(c, { code: 'no-session' })
    const form = await bodyAs(c, evidenceForm)
    if (form === null) return shutDoor(c, { code: 'malformed' })
    const taken = await desk.import(form.text).catch((error: unknown) => {
      log.error('evidence could not be kept', { error: String(error) })
      return null
    })
    if (taken === null) return shutDoor(c, unavailableDoor('storage'))
    if (!taken.ok) return shutDoor(c, { code: 'no-evidence', because: taken.because })
    return c.json({ id: taken.offence.id, isNew: taken.isNew } satisfies EvidenceAnswer)
  })
  return app
}
