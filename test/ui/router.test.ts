import { expect, test } from 'vitest'
import { problemIn } from '#ui/hub/hub-client.ts'
import { routeOf, to } from '#ui/router.ts'

const id = 'ab'.repeat(16)
const at = (address: string): ReturnType<typeof routeOf> => {
  const { pathname, search } = new URL(address, 'http://hub')
  return routeOf(pathname, search)
}

test('every address that a page makes leads back to its page', () => {
  for (const page of [
    'home',
    'setup',
    'board',
    'add',
    'record',
    'me',
    'steward',
    'audit',
  ] as const) {
    expect(at(to[page])).toEqual({ page })
  }
  expect(at(to.join)).toEqual({ page: 'join', code: null })
  expect(at(to.invitation(id))).toEqual({ page: 'join', code: id })
  expect(at(to.invitation('short'))).toEqual({ page: 'join', code: null })
  expect(at(to.device(null))).toEqual({ page: 'device', account: null })
  expect(at(to.device(id + id))).toEqual({ page: 'device', account: id + id })
  expect(at('/device?for=me')).toEqual({ page: 'device', account: null })
  expect(at(to.post('offer'))).toEqual({ page: 'post' })
  expect(at(to.listing(id))).toEqual({ page: 'listing', id })
  expect(at(to.circle(id))).toEqual({ page: 'circle', id })
  expect(at(to.recordFor(id, 'tea & cake'))).toEqual({ page: 'record' })
  expect(at(to.publish('tea & cake'))).toEqual({ page: 'works' })
  expect(at(to.frozen(id + id))).toEqual({ page: 'frozen', id: id + id })
  expect(at(to.agreement(id, null))).toEqual({ page: 'agreement', id, hub: null })
  const hub = 'cv.chiang-mai-22222222/log'
  expect(at(to.agreement(id, hub))).toEqual({ page: 'agreement', id, hub })
  expect(at(to.draft(id, hub))).toEqual({ page: 'draft', id, hub })
})

test('other addresses are no page', () => {
  for (const address of [
    '/nowhere',
    '/listing',
    '/listing/xyz',
    '/frozen',
    `/frozen/${id}`,
    `/listing/${id}/more`,
    '/agreement/1',
    '/me/you',
    '/home',
  ]) {
    expect(at(address), address).toEqual({ page: 'unknown' })
  }
})

test('an answer without a named reason came from no hub', () => {
  for (const odd of [
    null,
    'Bad Gateway',
    {},
    { refusal: null },
    { refusal: {} },
    { door: { code: 7 } },
    [],
  ]) {
    expect(problemIn(odd)).toEqual({ from: 'network' })
  }
  expect(problemIn({ refusal: { code: 'level-too-low', level: 1 } })).toEqual({
    from: 'record',
    code: 'level-too-low',
    data: { code: 'level-too-low', level: 1 },
  })
  expect(problemIn({ door: { code: 'no-session' } })).toMatchObject({
    from: 'door',
    code: 'no-session',
  })
})
