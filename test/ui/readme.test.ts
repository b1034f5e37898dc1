import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const folder = new URL('../../ui/', import.meta.url)
const read = (file: string): string => readFileSync(new URL(file, folder), 'utf8')
const named = new Set([...read('README.md').matchAll(/`([^`\s]+)`/g)].map((found) => found[1]))

test('the README names every hook that tests may hold on to', () => {
  const pages = readdirSync(new URL('pages/', folder)).map((file) => `pages/${file}`)
  const hooks = [...pages, 'main.tsx', 'view.tsx', 'recorded.tsx'].flatMap((file) =>
    [...read(file).matchAll(/\b(?:data-)?test="([a-z-]+)"/g)].map((found) => found[1]!),
  )
  expect(hooks.length).toBeGreaterThan(150)
  const pageNames = ['home', 'board', 'listing', 'post', 'record', 'me', 'steward', 'audit', 'agreement', 'add']
  expect(hooks.filter((hook) => !named.has(hook) && !pageNames.includes(hook))).toEqual([])
})

test('the README names every file of the page', () => {
  const files = readdirSync(folder).filter((file) => /\.tsx?$/.test(file) && file !== 'vite.config.ts')
  expect(files.filter((file) => !named.has(file))).toEqual([])
})
