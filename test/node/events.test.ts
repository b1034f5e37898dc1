/** What a page is told while it is open, and what it is told when it was cut off for a while. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aWholeHub, type WholeHub } from '#test/support/whole-hub.ts'

let hub: WholeHub
beforeAll(async () => void (hub = await aWholeHub('chengdu')))
afterAll(() => hub.stop())

type Heard = { event: string; id: number }

/** A page's stream; `until` reads it as far as the first event of a kind. */
async function aPage(lastEventId?: number, since?: number): Promise<{ until(event: string): Promise<Heard[]>; close(): Promise<void> }> {
  const response = await hub.fetch(`/api/events${since === undefined ? '' : `?since=${since}`}`, lastEventId === undefined ? {} : { headers: { 'last-event-id': String(lastEventId) } })
  const reader = response.body!.getReader()
  let text = ''
  const heard: Heard[] = []
  return {
    async until(event) {
      while (!heard.some((one) => one.event === event)) {
        const { value, done } = await reader.read()
        if (done) throw new Error(`the stream ended before ${event}`)
        text += new TextDecoder().decode(value)
        const blocks = text.split('\n\n')
        text = blocks.pop()!
        for (const block of blocks) heard.push({ event: /^event: (.*)$/m.exec(block)![1]!, id: Number(/^id: (.*)$/m.exec(block)?.[1] ?? -1) })
      }
      return heard
    },
    close: () => reader.cancel(),
  }
}
const size = async (): Promise<number> => (await hub.steward.hub()).size

test('a page that opens is told nothing but where it begins', async () => {
  const page = await aPage()
  expect(await page.until('hello')).toEqual([{ event: 'hello', id: (await size()) - 1 }])
  await page.close()
})

test('a page that was cut off is told that something was recorded, and what of the board it may have missed', async () => {
  const before = await aPage()
  const [{ id }] = (await before.until('hello')) as [Heard]
  await before.close()
  await hub.steward.list()
  await hub.member('Mei')
  const again = await aPage(id)
  const told = await again.until('board')
  expect(told[0]!.event).toBe('hello')
  expect(told).toContainEqual({ event: 'entry', id: (await size()) - 1 })
  await again.close()
})

test('a page is told what happened between its first question and the opening of its line', async () => {
  const asked = (await size()) - 1
  await hub.member('Ana')
  const page = await aPage(undefined, asked)
  expect(await page.until('entry')).toContainEqual({ event: 'entry', id: (await size()) - 1 })
  await page.close()
})

test('a page that begins and has missed no record is told nothing, also by a hub that has just begun itself', async () => {
  await hub.restart()
  await hub.steward.list()
  const page = await aPage(undefined, (await size()) - 1)
  await page.until('hello')
  await hub.member('Eva')
  expect((await page.until('entry')).map(({ event }) => event)).toEqual(['hello', 'entry'])
  await page.close()
})

test('when it is cut off later, the event it heard last counts and not its first question', async () => {
  const asked = (await size()) - 1
  await hub.member('Ida')
  const page = await aPage((await size()) - 1, asked)
  expect((await page.until('hello')).map(({ event }) => event)).toEqual(['hello'])
  // What comes first after it is what happens next.
  await hub.member('Uma')
  expect((await page.until('entry')).map(({ event }) => event)).toEqual(['hello', 'entry'])
  await page.close()
})

test('a page that has missed nothing is told nothing', async () => {
  const after = await size()
  const page = await aPage(after - 1)
  expect((await page.until('hello')).map(({ event }) => event)).toEqual(['hello'])
  // What comes first after it is what happens next.
  await hub.member('Bo')
  expect((await page.until('entry')).map(({ event }) => event)).not.toContain('board')
  await page.close()
})

test('a page that was cut off by a restart of the hub is told of everything that may have changed', async () => {
  const last = (await size()) - 1
  await hub.restart()
  const page = await aPage(last)
  expect((await page.until('inbox')).map(({ event }) => event)).toEqual(['hello', 'board', 'cities', 'inbox'])
  await page.close()
})

test('an id that is no number is as none', async () => {
  const response = await hub.fetch('/api/events', { headers: { 'last-event-id': '-1; DROP' } })
  const reader = response.body!.getReader()
  expect(new TextDecoder().decode((await reader.read()).value)).toContain('event: hello')
  await reader.cancel()
})
