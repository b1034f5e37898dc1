/** Actions and drafts: signed bodies come in, receipts or refusals go out. */
import { type Context, Hono } from 'hono'
import { kinds } from '#ledger/action.ts'
import { toBase64 } from '#ledger/bytes.ts'
import { encodeReceipt } from '#ledger/entry.ts'
import { peekKind } from '#ledger/schema.ts'
import type { ActAnswer } from '#protocol/api.ts'
import type { Blobs } from '../words/blobs.ts'
import { bodyAs, refuse, shutDoor } from '../page/door.ts'
import type { Inbox, Left } from '../words/inbox.ts'
import { type Pace, RETRY_SECONDS } from '../page/pace.ts'
import type { Answer } from '../ports.ts'
import { actForm } from '../page/requests.ts'
import { unavailableDoor } from '../status.ts'
import type { Visitors } from './sessions.ts'

export function actionRoutes(blobs: Blobs, inbox: Inbox, visitors: Visitors, pace: Pace): Hono {
  const app = new Hono()
  app.post('/actions', async (c) => {
    const form = await bodyAs(c, actForm)
    if (form === null) return shutDoor(c, { code: 'malformed' })
    const number = peekKind(form.body)
    const isComing = number === kinds['member.joined'].number || number === kinds['member.arrived'].number
    if (isComing && !pace.mayJoin(c)) {
      return shutDoor(c, { code: 'too-many', retrySeconds: RETRY_SECONDS })
    }
    const answer = await blobs.submit({ ...form, blobs: form.blobs ?? [] })
    return typeof answer === 'string' ? shutDoor(c, { code: answer }) : answerWith(c, answer)
  })
  app.post('/drafts', async (c) => {
    const form = await bodyAs(c, actForm)
    if (form === null) return shutDoor(c, { code: 'malformed' })
    return leftWith(c, await inbox.addDraft({ ...form, blobs: form.blobs ?? [] }))
  })
  app.delete('/drafts/:id', async (c) => {
    const who = visitors.who(c)
    return who === null ? shutDoor(c, { code: 'no-session' }) : leftWith(c, await inbox.removeDraft(c.req.param('id'), who))
  })
  return app
}

function answerWith(c: Context, answer: Answer): Response {
  if (answer.ok) return c.json(receiptAnswer(answer))
  return 'refusal' in answer ? refuse(c, answer.refusal) : shutDoor(c, unavailableDoor(answer.unavailable))
}

export function leftWith(c: Context, left: Left): Response {
  if (left.ok) return c.json({ id: left.id })
  return 'refusal' in left ? refuse(c, left.refusal) : shutDoor(c, left.door)
}

export const receiptAnswer = ({ seq, record, receipt }: Answer & { ok: true }): ActAnswer => ({
  seq, record: toBase64(record), receipt: toBase64(encodeReceipt(receipt)),
})
