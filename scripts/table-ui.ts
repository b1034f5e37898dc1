/**
 * `npm run table:ui`: what the seeds ask of a page, row by row, with the screen where it is, the test that goes through it, and what of
 * it there is not. The table stands in `ui/README.md`; here it is read, held against the screens and the tests that there are, and
 * printed. Exit code 1 when a row names what is not there, or one is missing.
 */
import { existsSync, readFileSync } from 'node:fs'

const root = new URL('..', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8')

/** Theory and actors, products, growth, and the shape of it: the parts of the list that a page has to answer for. */
export const numbers: readonly number[] = [...range(1, 38), ...range(81, 87)]

export type Row = { number: number; asked: string; screens: string[]; tests: string[]; lacks: string }

/** The rows as they stand in the README. `screens` and `tests` are what is quoted in their cells; `lacks` is '' where nothing is. */
export function rowsIn(readme: string): Row[] {
  const lines = readme.split('\n')
  const head = lines.findIndex((line) => line.startsWith('| no. | the seeds ask for |'))
  if (head < 0) return []
  const length = lines.slice(head).findIndex((line) => !line.startsWith('|'))
  return lines.slice(head + 2, head + length).map((line) => {
    const [number = '', asked = '', screens = '', tests = '', lacks = ''] = line.slice(1, -1).split('|').map((cell) => cell.trim())
    return { number: Number(number), asked, screens: quoted(screens), tests: quoted(tests), lacks }
  })
}

/** What is wrong with them: a row twice or missing, a screen or a test that is not there, a row that says nothing. */
export function faultsIn(rows: Row[], readme: string): string[] {
  const addresses = new Set([...readme.matchAll(/`(\/[^`\s]*)`/g)].map(([, address]) => address!))
  const listed = rows.map(({ number }) => number)
  return [
    ...numbers.filter((number) => listed.filter((one) => one === number).length !== 1).map((number) => `row ${number} is not there once`),
    ...rows.flatMap(({ number, screens, tests, lacks }) => [
      ...(numbers.includes(number) ? [] : [`row ${number} is none of the list`]),
      ...screens.filter((screen) => !isServed(screen) && !addresses.has(screen)).map((screen) => `row ${number}: ${screen} is no screen`),
      ...tests.filter((name) => !existsSync(new URL(`test/${name}.test.ts`, root))).map((name) => `row ${number}: there is no test/${name}.test.ts`),
      ...(screens.length + tests.length === 0 && lacks === '' ? [`row ${number} says neither where it is nor that it is not`] : []),
      ...(screens.length > 0 && tests.length === 0 ? [`row ${number} names no test`] : []),
    ]),
  ]
}

/** Pages that the hub makes without the program of the page. */
const isServed = (screen: string): boolean => ['/health', '/operator', '/verify.html', '/export'].includes(screen)

export function main(args: string[], print: (line: string) => void = console.log): number {
  if (args.length > 0) {
    print('usage: npm run table:ui')
    return 2
  }
  const readme = read('ui/README.md')
  const rows = rowsIn(readme)
  for (const { number, asked, screens, tests, lacks } of rows) {
    print(`${String(number).padStart(3)}  ${asked}`)
    if (screens.length > 0) print(`       on    ${screens.join('  ')}`)
    if (tests.length > 0) print(`       test  ${tests.join('  ')}`)
    if (lacks !== '') print(`       lacks ${lacks}`)
  }
  const faults = faultsIn(rows, readme)
  for (const fault of faults) print(`✗ ${fault}`)
  const whole = rows.filter(({ lacks }) => lacks === '').length
  print(`\n${rows.length} rows, ${whole} whole, ${rows.length - whole} that lack something (ui/README.md)`)
  return faults.length === 0 ? 0 : 1
}

const quoted = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name!)

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i)
}
