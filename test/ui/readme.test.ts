import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { faultsIn, rowsIn } from '../../scripts/table-ui.ts'

const folder = new URL('../../ui/', import.meta.url)
const read = (file: string): string => readFileSync(new URL(file, folder), 'utf8')
const named = new Set([...read('README.md').matchAll(/`([^`\s]+)`/g)].map((found) => found[1]))

test('the README names every hook that tests may hold on to', () => {
  const hooks = ['main.tsx', ...sourcesIn('pages'), ...sourcesIn('parts')].flatMap((file) =>
    [...read(file).matchAll(/\b(?:data-)?test="([a-z-]+)"/g)].map((found) => found[1]!),
  )
  expect(hooks.length).toBeGreaterThan(150)
  const pageNames = ['home', 'board', 'listing', 'post', 'record', 'me', 'steward', 'audit', 'agreement', 'add']
  expect(hooks.filter((hook) => !named.has(hook) && !pageNames.includes(hook))).toEqual([])
})

test('the README names every file of the page', () => {
  const files = ['', 'device', 'hub', 'parts', 'pages', 'verify'].flatMap((room) => sourcesIn(room)).map((file) => file.split('/').at(-1)!)
  expect(files.length).toBeGreaterThan(80)
  expect(files.filter((file) => file !== 'vite.config.ts' && !named.has(file))).toEqual([])
})

test('what the seeds ask of the page is there row by row, with screens and tests that there are', () => {
  const readme = read('README.md')
  const rows = rowsIn(readme)
  expect(faultsIn(rows, readme)).toEqual([])
  const [first] = rows
  expect(faultsIn([...rows, first!, { ...first!, number: 39, screens: ['/nowhere'], tests: ['e2e/nothing'] }], readme)).toHaveLength(4)
})

/** The sources of a room and the rooms in it; of `ui/` itself, named '', only what stands there. */
const sourcesIn = (room: string): string[] =>
  (readdirSync(new URL(`./${room}`, folder), { recursive: room !== '' }) as string[])
    .filter((file) => /\.tsx?$/.test(file)).map((file) => (room === '' ? file : `${room}/${file}`))
