/** Rooms of circles at the hub's door: who is told what, what becomes of an answer, and when nothing is left. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { CircleRequest, CircleRow, CircleView } from '#protocol/api.ts'
import type { MemberClient, Told } from '#test/support/member-client.ts'
import { aWholeHub, type WholeHub } from '#test/support/whole-hub.ts'

const DAY = 86_400
/** What is forgotten is so a moment after it is recorded, and on a busy machine later. */
const WAIT = { timeout: 30_000, interval: 20 }
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })
let town: WholeHub
let [ana, bo, chen]: MemberClient[] = []
let circle: string

beforeAll(async () => {
  town = await aWholeHub('chengdu')
  ana = await town.member('Ana')
  bo = await town.member('Bo')
  chen = await town.member('Chen')
  circle = await posted(ana)
})
afterAll(() => town.stop())

async function posted(by: MemberClient, over: Parameters<MemberClient['list']>[0] = {}): Promise<string> {
  const told = await by.list({ kind: 'circle', title: 'Reading on Wednesdays', minutes: 0, ...over })
  expect(told.status).toBe(200)
  return told.body.id
}
type Answer = Told<CircleView & { door?: { code: string; because?: string } }>
const read = (who: MemberClient, id = circle): Promise<Answer> => who.get(`/api/circles/${id}`)
const act = (who: MemberClient, request: CircleRequest, id = circle): Promise<Answer> => who.post(`/api/circles/${id}`, request)
const rows = async (who: MemberClient): Promise<CircleRow[]> => (await who.get<CircleRow[]>('/api/circles')).body
const apply = (who: MemberClient, id = circle) => who.post(`/api/listings/${id}/applications`, { message: 'May I?' })
async function letIn(keeper: MemberClient, who: MemberClient, id = circle): Promise<void> {
  expect((await apply(who, id)).status).toBe(200)
  expect((await act(keeper, { do: 'let-in', who: who.acct }, id)).status).toBe(200)
}
/** Days pass; sessions do not outlive them. */
async function pass(days: number, ...people: MemberClient[]): Promise<void> {
  town.later(days * DAY)
  for (const one of people) await one.login()
}
const names = ({ body }: Answer): (string | null)[] => body.people.map(({ name }) => name)

test('a room stands among its keeper’s from the start, before anybody has done anything in it', async () => {
  expect(await rows(ana!)).toEqual([{ id: circle, title: 'Reading on Wednesdays', kind: 'circle', members: 1, news: 0, isNew: false }])
  expect(await rows(bo!)).toEqual([])
})

test('who has answered is let in by who posted it; the answer is answered, and they are told', async () => {
  expect(await act(ana!, { do: 'let-in', who: bo!.acct })).toMatchObject({ status: 409, body: { door: { code: 'circle-refused', because: 'not-asked' } } })
  await apply(bo!)
  expect((await ana!.me()).applications).toHaveLength(1)
  expect(await act(bo!, { do: 'let-in', who: bo!.acct })).toMatchObject({ status: 409, body: { door: { because: 'not-a-member' } } })
  expect(names(await act(ana!, { do: 'let-in', who: bo!.acct }))).toEqual(['Ana', 'Bo'])
  expect((await ana!.me()).applications).toEqual([])
  expect(await rows(bo!)).toEqual([{ id: circle, title: 'Reading on Wednesdays', kind: 'circle', members: 2, news: 0, isNew: true }])
  expect((await act(bo!, { do: 'look' })).body.isNew).toBe(false)
})

test('members see who is in it and what is said; everybody else how many they are', async () => {
  await act(ana!, { do: 'look' })
  await act(bo!, { do: 'write', words: 'At eight, as always.' })
  await act(bo!, { do: 'ask', words: 'Bring tea', until: null })
  const seen = await read(ana!)
  expect(seen.body).toMatchObject({ isKeeper: true, isMember: true, members: 2, news: 2, notices: [{ words: 'At eight, as always.', isMine: true }], tasks: [{ words: 'Bring tea', taker: null }] })
  expect((await read(bo!)).body).toMatchObject({ isKeeper: false, isMember: true, news: 0 })
  for (const other of [chen!, town.steward]) {
    expect((await read(other)).body).toMatchObject({ isMember: false, members: 2, people: [], notices: [], tasks: [], news: 0 })
    expect(await rows(other)).toEqual([])
    expect(await act(other, { do: 'write', words: 'Me too' })).toMatchObject({ status: 409, body: { door: { because: 'not-a-member' } } })
  }
})

test('what somebody writes is not shown to whoever has blocked them, and nobody is let in whom the keeper has blocked', async () => {
  const block = (by: MemberClient, whom: MemberClient, blocked: boolean) => town.steward.hub().then(({ origin }) => by.post('/api/blocks', { hub: origin, acct: whom.acct, blocked }))
  await block(ana!, bo!, true)
  expect((await read(ana!)).body).toMatchObject({ notices: [], tasks: [], news: 0 })
  await block(ana!, bo!, false)
  await block(ana!, chen!, true)
  await apply(chen!)
  expect(await act(ana!, { do: 'let-in', who: chen!.acct })).toMatchObject({ status: 409, body: { door: { because: 'blocked' } } })
  await block(ana!, chen!, false)
  await act(ana!, { do: 'let-in', who: chen!.acct })
  expect((await read(chen!)).body.notices).toHaveLength(1)
})

test('words that are none, too long or broken are malformed; a flood is told to wait', async () => {
  for (const words of ['', '  ', 'x'.repeat(501), '\ud800']) {
    expect(await bo!.post(`/api/circles/${circle}`, { do: 'write', words })).toMatchObject({ status: 400 })
  }
  expect(await bo!.post(`/api/circles/${circle}`, { do: 'write', words: 'x', more: 1 })).toMatchObject({ status: 400 })
  let status = 200
  let count = 0
  for (; status === 200; count++) ({ status } = await act(chen!, { do: 'write', words: `again ${count}` }))
  expect(status).toBe(429)
  expect(count).toBe(21)
  for (const { id, isMine, by } of (await read(ana!)).body.notices) if (by.name === 'Chen') expect([isMine, (await act(ana!, { do: 'take-back', notice: id })).status]).toEqual([true, 200])
})

test('two who take one task at once: one has it', async () => {
  const task = (await read(bo!)).body.tasks[0]!.id
  const told = await Promise.all([act(bo!, { do: 'take', task }), act(chen!, { do: 'take', task })])
  expect(told.map(({ status }) => status).sort()).toEqual([200, 409])
  const taker = told[0].status === 200 ? bo! : chen!
  expect((await act(taker, { do: 'finish', task })).body.tasks[0]).toMatchObject({ taker: { name: taker.name }, done: expect.any(Number) })
})

test('all of it is there after a start', async () => {
  const before = (await read(ana!)).body
  await town.restart()
  await Promise.all([ana, bo, chen].map((one) => one!.login()))
  expect((await read(ana!)).body).toEqual(before)
})

test('a project has a room as a circle has, with as many places as were announced; a need has none', async () => {
  const project = await posted(bo!, { kind: 'project', title: 'A mural', places: 1 })
  await letIn(bo!, ana!, project)
  await apply(chen!, project)
  expect(await act(bo!, { do: 'let-in', who: chen!.acct }, project)).toMatchObject({ status: 409, body: { door: { because: 'circle-full' } } })
  expect((await rows(bo!)).map(({ kind }) => kind).sort()).toEqual(['circle', 'project'])
  const need = await posted(bo!, { kind: 'need', minutes: 60 })
  for (const told of [await read(bo!, need), await act(bo!, { do: 'look' }, need), await read(bo!, '0'.repeat(32))]) expect(told.status).toBe(404)
})

test('who asks for erasure stays and has said nothing; who leaves the hub is in no room', async () => {
  await pass(1, ana!, bo!, chen!)
  await act(bo!, { do: 'write', words: 'still here' })
  expect((await bo!.act('erasure.asked', {} as never)).status).toBe(200)
  await vi.waitFor(async () => expect((await read(ana!)).body.notices.filter(({ by }) => by.acct === bo!.acct)).toEqual([]), WAIT)
  expect((await read(bo!)).body.isMember).toBe(true)
  expect((await chen!.act('member.left', {})).status).toBe(200)
  await vi.waitFor(async () => expect((await read(ana!)).body.people.map(({ acct }) => acct)).toEqual([ana!.acct, bo!.acct]), WAIT)
})

test('a room ends when its listing is closed or over, and when its keeper leaves', async () => {
  const dana = await town.member('Dana')
  const [closed, over, left] = [await posted(dana), await posted(dana, { expiresAt: (await dana.get<{ now: number }>('/api/seen')).body.now + 2 * DAY }), await posted(dana)]
  for (const id of [closed, over, left]) await letIn(dana, bo!, id)
  const { origin } = await dana.hub()
  const view = (await dana.listings()).find(({ id }) => id === closed)!
  expect((await dana.list({ id: closed, hub: origin, rev: view.rev + 1, kind: 'circle', title: view.title, minutes: 0, from: view.from, expiresAt: view.expiresAt, state: 'closed' }, null)).status).toBe(200)
  expect((await read(bo!, closed)).status).toBe(404)
  await pass(3, bo!, dana)
  expect((await read(bo!, over)).status).toBe(404)
  expect((await act(dana, { do: 'write', words: 'too late' }, over)).status).toBe(404)
  expect((await rows(bo!)).map(({ id }) => id)).toContain(left)
  expect((await dana.act('member.left', {})).status).toBe(200)
  await vi.waitFor(async () => expect((await rows(bo!)).map(({ id }) => id)).not.toContain(left), WAIT)
  for (const id of [closed, over, left]) expect((await act(bo!, { do: 'leave' }, id)).status).toBe(404)
})
