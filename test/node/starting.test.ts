import type { Context } from 'hono'
import { expect, test } from 'vitest'
import { whileStarting } from '#node/starting.ts'

const page = (c: Context): Response => c.text(`the file ${c.req.path}`)
const asked = (path: string, accept: string, built = true) =>
  whileStarting([], () => (built ? page : null)).request(`http://127.0.0.1:8460${path}`, { headers: { accept, host: '127.0.0.1:8460' } })

test.each([['/steward', 'text/html,application/xhtml+xml'], ['/assets/x.js', '*/*']])('%s is the page’s, which waits for its hub', async (path, accept) => {
  const answer = await asked(path, accept)
  expect([answer.status, await answer.text()]).toEqual([200, `the file ${path}`])
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'")
})

test('before the page is built, whoever opens it gets an empty one that asks again by itself', async () => {
  const answer = await asked('/steward', 'text/html', false)
  expect([answer.status, answer.headers.get('retry-after'), answer.headers.get('cache-control')]).toEqual([503, '1', 'no-store'])
  expect(await answer.text()).toContain('<meta http-equiv="refresh" content="1">')
  expect((await asked('/assets/x.js', '*/*', false)).status).toBe(503)
})

test.each(['/api/hub', '/checkpoint', '/healthz'])('whoever asks for %s is told when to ask again', async (path) => {
  for (const accept of ['*/*', ...(path.startsWith('/api/') ? ['text/html'] : [])]) {
    const answer = await asked(path, accept)
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
    expect(await answer.json()).toEqual({ door: { code: 'busy', retrySeconds: 1 } })
  }
})
