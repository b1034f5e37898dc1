import type { Context } from 'hono'
import { expect, test } from 'vitest'
import { whileStarting } from '#node/starting.ts'

const page = (c: Context): Response => c.text(`the file ${c.req.path}`)
const asked = (path: string, accept: string, built = true) =>
  whileStarting(() => (built ? page : null)).request(path, { headers: { accept } })

test('whoever opens a page while the hub starts gets one that asks again by itself, in both languages', async () => {
  const answer = await asked('/steward', 'text/html,application/xhtml+xml')
  const text = await answer.text()
  expect([answer.status, answer.headers.get('retry-after'), answer.headers.get('cache-control')]).toEqual([503, '1', 'no-store'])
  expect(text).toContain('<meta http-equiv="refresh" content="1">')
  expect(text).toContain('请稍候')
  expect(text).toContain('One moment')
})

test('a page that is just loading gets its files, once they are built', async () => {
  expect(await (await asked('/assets/x.js', '*/*')).text()).toBe('the file /assets/x.js')
  expect((await asked('/assets/x.js', '*/*', false)).status).toBe(503)
})

test.each(['/api/hub', '/checkpoint', '/healthz'])('whoever asks for %s is told when to ask again', async (path) => {
  for (const accept of ['*/*', ...(path.startsWith('/api/') ? ['text/html'] : [])]) {
    const answer = await asked(path, accept)
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
    expect(await answer.json()).toEqual({ door: { code: 'busy', retrySeconds: 1 } })
  }
})
