/** What a page is told while it is open, and what it is told when it was cut off for a while. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aWholeHub, type WholeHub } from '#test/support/whole-hub.ts'

let hub: WholeHub
beforeAll(async () => {
  hub = await aWholeHub('chengdu')
  // What is recorded is recorded when all that belongs to a start is over.
  await hub.member('Ada')
})
afterAll(() => hub.stop())

type Heard = { event: string; id: string | null }

/** A page's stream; `until` reads it as far as the first event of a kind. */
async function aPage(said: { lastEventId?: string; since?: string } = {}): Promise<{ until(event: string): Promise<Heard[]>; close(): Promise<void> }> {
  const { lastEventId, since } = said
  const response = await hub.fetch(`/api/events${since === undefined ? '' : `?since=${since}`}`, lastEventId === undefined ? {} : { headers: { 'last-event-id': lastEventId } })
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
        for (const block of blocks) heard.push({ event: /^event: (.*)$/m.exec(block)![1]!, id: /^id: (.*)$/m.exec(block)?.[1] ?? null })
      }
      return heard
    },
    close: () => reader.cancel(),
  }
}
/** What the hub's first answer to a page says. */
const position = async (): Promise<string> => (await hub.steward.hub()).position
const kindsOf = (heard: Heard[]): string[] => heard.map(({ event }) => event)

test('a page that opens is told nothing but where it begins', async () => {
  const page = await aPage()
  expect(await page.until('hello')).toEqual([{ event: 'hello', id: await position() }])
  await page.close()
})

test('a page that was cut off is told that something was recorded, and what of the board it may have missed', async () => {
  const before = await aPage()
  const [{ id }] = (await before.until('hello')) as [Heard]
  await before.close()
  await hub.steward.list()
  await hub.member('Mei')
  const again = await aPage({ lastEventId: id! })
  const told = await again.until('entry')
  expect(kindsOf(told)).toEqual(['hello', 'board', 'entry'])
  expect(told.map((one) => one.id)).toEqual([id, expect.any(String), await position()])
  await again.close()
  // Cut off once more in between, it is told the rest.
  const [, board] = told
  const rest = await aPage({ lastEventId: board!.id! })
  expect(kindsOf(await rest.until('entry'))).toEqual(['hello', 'entry'])
  await rest.close()
})

test('a page is told what happened between its first question and the opening of its line', async () => {
  const since = await position()
  await hub.member('Ana')
  const page = await aPage({ since })
  expect(await page.until('entry')).toEqual([{ event: 'hello', id: since }, { event: 'entry', id: await position() }])
  await page.close()
})

test('a change of the board in that time is told once, and to nobody who asked after it', async () => {
  const since = await position()
  await hub.steward.list()
  const first = await aPage({ since })
  expect(kindsOf(await first.until('board'))).toEqual(['hello', 'board'])
  const second = await aPage({ since: await position() })
  await second.until('hello')
  // What comes first after it is what happens next.
  await hub.member('Eva')
  expect(kindsOf(await first.until('entry'))).toEqual(['hello', 'board', 'entry'])
  expect(kindsOf(await second.until('entry'))).toEqual(['hello', 'entry'])
  await first.close()
  await second.close()
})

test('when it is cut off later, the event it heard last counts and not its first question', async () => {
  const since = await position()
  await hub.member('Ida')
  const page = await aPage({ lastEventId: await position(), since })
  await page.until('hello')
  await hub.member('Uma')
  expect(kindsOf(await page.until('entry'))).toEqual(['hello', 'entry'])
  await page.close()
})

test('a hub that has just started tells a page that opens only what happens then', async () => {
  await hub.restart()
  const page = await aPage({ since: await position() })
  await page.until('hello')
  await hub.member('Bo')
  // That it has found back to itself, it may tell its pages while they open.
  expect(kindsOf(await page.until('entry')).filter((event) => event !== 'cities')).toEqual(['hello', 'entry'])
  await page.close()
})

test('a page that was cut off by a restart of the hub is told of everything that may have changed', async () => {
  const last = await position()
  await hub.restart()
  const page = await aPage({ lastEventId: last })
  await page.until('cities')
  expect(new Set(kindsOf(await page.until('inbox')))).toEqual(new Set(['hello', 'entry', 'board', 'cities', 'inbox']))
  await page.close()
})

test('an id that is no position is as none', async () => {
  const response = await hub.fetch('/api/events', { headers: { 'last-event-id': '-1; DROP' } })
  const reader = response.body!.getReader()
  const told = new TextDecoder().decode((await reader.read()).value)
  expect(told).toContain('event: hello')
  expect(told).toContain(`id: ${await position()}`)
  await reader.cancel()
})
