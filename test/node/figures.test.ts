import { afterEach, expect, test } from 'vitest'
import type { FigureRow, FiguresView } from '#protocol/api.ts'
import { type MemberClient, zeros } from '#test/support/member-client.ts'
import { aWholeHub, type WholeHub } from '#test/support/whole-hub.ts'

const DAY = 86_400
let hub: WholeHub

afterEach(() => hub.stop())

async function helpOnce(helper: MemberClient, receiver: MemberClient, minutes: number): Promise<void> {
  const now = (await helper.get<{ now: number }>('/api/seen')).body.now
  await helper.act('help.recorded', {
    helper: helper.acct, receiver: receiver.acct, category: 1, minutes, day: Math.floor(now / DAY), note: zeros,
  })
  const { id } = (await receiver.me()).helps[0]!
  expect((await receiver.act('help.confirmed', { help: id })).status).toBe(200)
}

test('a month’s figures are there for anybody, and each is what its rows add up to', async () => {
  hub = await aWholeHub('chengdu')
  const mei = await hub.member('Mei')
  const bo = await hub.member('Bo')
  await helpOnce(bo, mei, 60)
  await helpOnce(mei, bo, 30)
  await mei.list()

  const { body: view } = await mei.get<FiguresView>('/api/figures')
  expect(view).toMatchObject({
    isPresent: true, contributions: 2, ties: 1, repeatedPerMille: 1000, issued: '90000', closing: '90000',
    board: { needs: 1, met: 0, meanHours: null },
  })
  const { body: rows } = await mei.get<FigureRow[]>(`/api/figures/${view.month}/contributions`)
  expect(rows.map(({ milli }) => milli)).toEqual(['30000', '60000'])
  for (const { entries } of rows) expect(entries).toHaveLength(2)
})

test.each(['/api/figures?month=1', '/api/figures?month=x', '/api/figures/1/ties', '/api/figures/680/people'])(
  'there are no figures at %s', async (path) => {
    hub = await aWholeHub('chengdu')
    expect((await (await hub.member('Mei')).get(path)).status).toBe(404)
  },
)
