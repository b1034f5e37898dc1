import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../ui/', import.meta.url))
const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const quoted = (text: string): string[] => [...text.matchAll(/'(\w+)'/g)].map(([, name]) => name!)

/** The books whose words a file and all that it imports may show, but for those that it brings itself when it shows them. */
function booksOn(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file) || !existsSync(join(root, file))) return new Set()
  seen.add(file)
  const source = read(file)
  const books = new Set([...source.matchAll(/\buseTexts\(([^)]*)\)/g)].flatMap(([, names]) => quoted(names!)))
  for (const [, path] of source.matchAll(/^(?:import (?!type)[^'\n]*|\} |export [^'\n]*)from '(\.[^']+)'/gm)) {
    for (const book of booksOn(join(dirname(file), path!), seen)) books.add(book)
  }
  for (const [, names] of source.matchAll(/books=\{\[([^\]]*)\]\}/g)) for (const book of quoted(names!)) books.delete(book)
  return books
}

const screens = read('screens.tsx')
const pages = [...screens.matchAll(/page\(\s*\(\) => import\('\.\/([^']+)'\)\.then\(\(m\) => m\.(\w+)\),([^)]*)\)/g)]

test('every page brings the words of all that stands on it', () => {
  expect(pages.length).toBe([...screens.matchAll(/import\('/g)].length)
  const missing = pages.flatMap(([, file, name, brought]) =>
    [...booksOn(file!)].filter((book) => !quoted(brought!).includes(book)).map((book) => `${name} lacks ${book}`))
  expect(missing).toEqual([])
})

test('what is seen first needs no words but those that every page may show', () => {
  expect([...booksOn('main.tsx')]).toEqual([])
})
