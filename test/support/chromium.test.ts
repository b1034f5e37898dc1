import { expect, onTestFinished, test } from 'vitest'
import { fromNpm, openBrowser, type Candidate } from './chromium.ts'

const page = `data:text/html,<button onclick="this.textContent='heard'">press</button>`

async function clicked(candidates?: Candidate[]): Promise<string | null> {
  const browser = await openBrowser(candidates)
  onTestFinished(() => browser.close())
  const tab = await browser.newPage()
  await tab.goto(page)
  await tab.click('button')
  return await tab.textContent('button')
}

test('a browser opens a page, and the page hears a click', async () => {
  expect(await clicked()).toBe('heard')
})

// The package is built for x64 only; elsewhere Debian's is the only one.
if (process.arch === 'x64') {
  test('the browser that npm ci brings does the same, without any system package', async () => {
    expect(await clicked([fromNpm])).toBe('heard')
  })
}

test('where no browser starts, the error says how to get one and why none did', async () => {
  const absent = { name: 'no such browser', prepare: () => ({ executablePath: '/nonexistent' }) }
  const opening = openBrowser([absent])
  await expect(opening).rejects.toThrow('apt-get install chromium')
  await expect(opening).rejects.toThrow('no such browser did not start')
})
