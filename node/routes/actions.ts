/** Actions: a signed body comes in, a receipt or a refusal goes out. */
import { type Context, Hono } from 'hono'
import { parseAction } from '#ledger/action.ts'
import { toBase64, toHex } from '#ledger/bytes.ts'
import { encodeReceipt } from '#ledger/entry.ts'
import type { ActAnswer } from '#protocol/api.ts'
import { openBlob } from '#protocol/commitment.ts'
import { bodyAs, refuse, shutDoor } from '../door.ts'
import type { Answer, Writer } from '../ports.ts'
import { type ActForm, actForm } from '../requests.ts'
import { unavailableDoor } from '../status.ts'
import type { Store } from '../store.ts'

export function actionRoutes(writer: Writer, store: Store): Hono {
  const app = new Hono()
  app.post('/actions', async (c) => {
    const form = await bodyAs(c, actForm)
    if (form === null) return shutDoor(c, { code: 'malformed' })
    const answer = await act(writer, store, form)
    return answer === 'blob-mismatch' ? shutDoor(c, { code: 'blob-mismatch' }) : answerWith(c, answer)
  })
  return app
}

/**
 * Submits an action together with the words it commits to. The words are durable before the action is, so
 * that a name can never be lost behind its commitment; of a refused action nothing is kept.
 */
export async function act(writer: Writer, store: Store, form: ActForm): Promise<Answer | 'blob-mismatch'> {
  const action = parseAction(form.body)
  if (action === null) return { ok: false, refusal: { code: 'malformed' } }
  const named = new Set(Object.values(action).filter((value) => typeof value === 'string'))
  const blobs = store.table('blobs')
  const fresh: string[] = []
  for (const blob of form.blobs ?? []) {
    const opened = openBlob(blob)
    if (opened === null || !named.has(toHex(opened.commitment))) return 'blob-mismatch'
    const key = toHex(opened.commitment)
    if (blobs.get(key) !== undefined) continue
    await blobs.put(key, blob)
    fresh.push(key)
  }
  const answer = await writer.submit(form.body, form.auth)
  if (!answer.ok) for (const key of fresh) await blobs.del(key)
  return answer
}

export function answerWith(c: Context, answer: Answer): Response {
  if (answer.ok) return c.json(receiptAnswer(answer))
  return 'refusal' in answer ? refuse(c, answer.refusal) : shutDoor(c, unavailableDoor(answer.unavailable))
}

export const receiptAnswer = ({ seq, record, receipt }: Answer & { ok: true }): ActAnswer => ({
  seq, record: toBase64(record), receipt: toBase64(encodeReceipt(receipt)),
})
