/**
 * The specification says what the code does: its tables of kinds, contexts, refusals and deadlines are read
 * from the markdown and laid beside the sources, in both directions, so that neither can change alone.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { parseSync } from 'vite'
import { describe, expect, test } from 'vitest'
import { type Kind, kinds } from '#ledger/action.ts'
import { deadlineKinds } from '#ledger/state/deadline.ts'
import { CONTEXTS } from '#ledger/keys.ts'
import { organisationKinds } from '#ledger/rules/organisation.ts'
import { appealKinds, restrictedKinds } from '#ledger/rules/status.ts'
import { presets } from '#ledger/charter/presets.ts'

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
const readme = read('ledger/README.md')

/** The rows of the table whose first column has this title, as cells. */
function tableOf(title: string): string[][] {
  const lines = readme.split('\n')
  const head = lines.findIndex((line) => line.startsWith(`| ${title} |`))
  if (head < 0) throw new Error(`no table of ${title}`)
  const length = lines.slice(head).findIndex((line) => !line.startsWith('|'))
  return lines.slice(head + 2, head + length).map((line) => line.slice(1, -1).split('|').map((cell) => cell.trim()))
}

const ticked = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name!)

type SyntaxNode = { type: string; [field: string]: unknown }

/** The fields that each kind adds to the head, in order, in the notation of the specification. */
function fieldsInSource(): Record<string, string> {
  const { body } = parseSync('action.ts', read('ledger/action.ts')).program as unknown as { body: SyntaxNode[] }
  const declared = body
    .map((statement) => (statement.declaration as { declarations?: SyntaxNode[] } | undefined)?.declarations?.[0])
    .find((one) => (one?.id as { name?: string } | undefined)?.name === 'kinds')
  const object = (declared!.init as { expression: SyntaxNode }).expression
  return Object.fromEntries((object.properties as SyntaxNode[]).map(({ key, value }) => {
    const own = (value as { arguments: SyntaxNode[] }).arguments[2]!
    return [(key as { value: string }).value, rowsIn(own).map(([name, type]) => `\`${name}\` ${type}`).join(', ')]
  }))
}

const rowsIn = (object: SyntaxNode): [string, string][] =>
  (object.properties as SyntaxNode[]).map(({ key, value }) => [(key as { name: string }).name, notationOf(value as SyntaxNode)])

const named: Record<string, string> = {
  roleCode: '1/2/3/4/5/6',
  id16: 'id16', id32: 'id32', account: 'id32', uint: 'uint', big: 'big', origin: 'origin', categoryCode: 'category', resourceCode: 'resource', workCode: 'work', projectSizeCode: 'project-size', shareSchema: 'share',
  planCode: '1/2/3/4/5', serviceCode: '1/2/3/4', voteSchema: 'vote',
  hubSignature: 'hub-signature', orderEvidence: 'order-evidence', certificateSchema: 'certificate', foreignRecord: 'foreign', stewardApproval: 'steward-approval',
  givenUpSchema: 'given-up or null', flag: 'flag',
}

function notationOf(node: SyntaxNode): string {
  if (node.type === 'Identifier') return named[node.name as string] ?? `unknown ${String(node.name)}`
  const { callee, arguments: given } = node as unknown as { callee: { name: string }; arguments: SyntaxNode[] }
  const values = given.map(({ value }) => value)
  switch (callee.name) {
    case 'bytesOf': return `bytes ${values[0]}`
    case 'bytesUpTo': return `bytes ≤ ${values[0]}`
    case 'nullable': return `${notationOf(given[0]!)} or null`
    case 'oneOf': return values.join('/')
    case 'listOf': return `≤ ${values[1]} × ${notationOf(given[0]!)}`
    case 'fields': return `[${rowsIn(given[0]!).map(([name, type]) => `${name} ${type}`).join(', ')}]`
    default: return `unknown ${callee.name}`
  }
}

/** Name and value of every parameter, as the specification writes them. */
function* parametersOf(topic: object, path = ''): Generator<[name: string, value: string]> {
  for (const [field, value] of Object.entries(topic)) {
    const name = `${path}${field}`
    const isTopic = typeof value === 'object' && !Array.isArray(value) && !('numerator' in value)
    if (isTopic) yield* parametersOf(value as object, `${name}.`)
    else yield [name, parameterText(value)]
  }
}

function parameterText(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map((row) => textOfRow(row)).join('; ')
  if (typeof value === 'object') return Object.values(value as object).join('/')
  return String(value)
}

const textOfRow = (row: unknown): string =>
  typeof row === 'object' ? Object.values(row as object).map((part) => (part === 2n ** 63n ? '2^63' : String(part))).join(' ') : String(row)

describe('ledger/README.md', () => {
  test('has one row for every kind, by number, with its name, signer, context and size', () => {
    const rows = tableOf('no.').map(([number, name, signer, context, size]) => ({ number, name, signer, context, size }))
    const expected = (Object.keys(kinds) as Kind[]).map((name) => {
      const { number, signer, context, bytesMax } = kinds[name]
      return { number: String(number), name: `\`${name}\``, signer, context, size: bytesMax === 65_535 ? 'large' : 'small' }
    })
    expect(rows).toEqual(expected)
    expect(rows.map(({ number }) => Number(number)))
      .toEqual(rows.map(({ number }) => Number(number)).sort((a, b) => a - b))
  })

  test('gives every parameter of the charter, in order, with its value in each preset', () => {
    const { city, ...others } = presets
    const expected = [...parametersOf(city)].map(([name, value], i) => {
      const shown = Object.values(others).map((other) => [...parametersOf(other)][i]![1])
      return [name, value, ...shown.map((other) => (other === value ? '' : other))]
    })
    expect(tableOf('parameter')).toEqual(expected)
  })

  test('names every fault of a charter, in the order in which they are asked', () => {
    const named = tableOf('fault').flatMap(([names]) => ticked(names!))
    const [, list] = /const faults = \[([\s\S]*?)\n\] as const/.exec(read('ledger/charter/fault.ts'))!
    expect(named).toEqual([...list!.matchAll(/^ {2}\['([a-z-]+)'/gm)].map(([, name]) => name))
  })

  test('names, for each line of the seeds and each topic, rules and tests that are there', () => {
    const rows = [...tableOf('seed line').map(([, , rules, tests]) => [rules, tests]), ...tableOf('what was decided').map(([, rules, tests]) => [rules, tests])]
    const isThere = (path: string): boolean => existsSync(new URL(path, new URL('../', import.meta.url)))
    const missing = rows.flatMap(([rules, tests]) => [
      ...ticked(rules!).map((file) => `ledger/rules/${file}`), ...ticked(tests!).map((name) => `test/ledger/rules/${name}.test.ts`),
    ]).filter((path) => !isThere(path))
    expect(rows.every((cells) => cells.every((cell) => ticked(cell!).length > 0))).toBe(true)
    expect(missing).toEqual([])
  })

  test('gives every field of every kind, in order, with its type', () => {
    const rows = Object.fromEntries(tableOf('no.').map(([, name, , , , own]) => [name!.slice(1, -1), own === '–' ? '' : own]))
    expect(rows).toEqual(fieldsInSource())
  })

  test('names every refusal there is, and none that there is not', () => {
    const source = read('ledger/refusal.ts')
    const codes = [...source.matchAll(/\{ code: '([a-z-]+)'/g)].map(([, code]) => code!)
    const ofOrders = source.slice(source.indexOf('export type OrderFault'), source.indexOf('export type RefusalCode'))
    const faults = [...ofOrders.matchAll(/'([a-z-]+)'/g)].map(([, fault]) => fault!)
    expect(new Set(tableOf('refusal').flatMap(([code]) => ticked(code!)))).toEqual(new Set(codes))
    expect(new Set(tableOf('order fault').flatMap(([fault]) => ticked(fault!)))).toEqual(new Set(faults))
    const byKinds = tableOf('no.').flatMap((cells) => ticked(cells[6]!))
    expect(byKinds.filter((code) => !codes.includes(code))).toEqual([])
  })

  test('says by number which kinds an organisation, somebody restricted and somebody shut out may sign', () => {
    const numbersOf = (among: Iterable<Kind>) => Array.from(among, (kind) => kinds[kind].number).sort((a, b) => a - b)
    /** The numbers between two phrases, ranges spelled out as far as there are such kinds. */
    const told = (from: string, to: string): number[] => {
      const begin = readme.indexOf(from) + from.length
      const named = readme.slice(begin, readme.indexOf(to, begin)).matchAll(/(\d+)(?:–(\d+))?/g)
      return [...named].flatMap(([, first, last = first]) =>
        Object.values(kinds).map(({ number }) => number as number).filter((number) => number >= Number(first) && number <= Number(last)))
    }
    expect(told('a device of their own, kinds', 'and no other')).toEqual(numbersOf(organisationKinds))
    expect(told('A restricted one signs everything but', '(`restricted`)')).toEqual(numbersOf(restrictedKinds))
    expect(told('one signs nothing but', '(`banned`')).toEqual(numbersOf([...appealKinds, 'erasure.asked']))
  })

  test('lists the contexts of signatures with their scopes', () => {
    const rows = Object.fromEntries(tableOf('context').map(([name, scope]) => [name!.slice(1, -1), scope]))
    expect(rows).toEqual(Object.fromEntries(Object.entries(CONTEXTS).map(([name, { scope }]) => [name, scope])))
  })

  test('leads through every file of the room, once', () => {
    let room = ''
    const listed = tableOf('file').flatMap(([cell]) => {
      const names = ticked(cell!)
      if (names[0]!.endsWith('/')) room = names.shift()!
      return names.map((name) => room + name)
    })
    const inRoom = readdirSync(new URL('../ledger/', import.meta.url), { recursive: true }).map(String).filter((name) => name.endsWith('.ts'))
    expect(listed.sort()).toEqual(inRoom.sort())
  })

  test('lists the deadlines in the order in which those of one midnight are settled', () => {
    expect(tableOf('deadline').map(([kind]) => ticked(kind!)[0])).toEqual([...deadlineKinds])
  })
})

describe('README.md and README.zh-CN.md', () => {
  const both = ['README.md', 'README.zh-CN.md'].map(read)
  /** What of a text does not depend on its language. */
  const shapeOf = (text: string) => ({
    headings: [...text.matchAll(/^#+/gm)].map(([level]) => level.length),
    rows: text.split('\n').filter((line) => line.startsWith('|')).map((line) => line.split(/(?<!\\)\|/).length),
    commands: [...text.matchAll(/npm (?:ci|start|test|run [\w:-]+)/g)].map(([command]) => command).sort(),
    pictures: [...text.matchAll(/!\[[^\]]+\]\(([^)]+)-(?:en|zh)\.webp\)/g)].map(([, path]) => path),
    links: [...text.matchAll(/(?<!!\[[^\]]*)\]\(([^)]+)\)/g)].map(([, target]) => target!).filter((target) => !/^README|\.webp$/.test(target)).sort(),
  })

  test('have the same headings, tables, commands, pictures and links', () => {
    expect(shapeOf(both[1]!)).toEqual(shapeOf(both[0]!))
  })

  test('show pictures in their own language that are there', () => {
    const shown = both.map((text) => [...text.matchAll(/\((ui\/shots\/[^)]+)\)/g)].map(([, path]) => path!))
    for (const path of shown.flat()) expect(existsSync(new URL(`../${path}`, import.meta.url)), path).toBe(true)
    expect(shown.map((paths) => paths.every((path) => path.endsWith('-en.webp')))).toEqual([true, false])
    expect(shown[1]!.every((path) => path.endsWith('-zh.webp'))).toBe(true)
  })

  test('name no command that package.json does not know', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const named = [...both[0]!.matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name!)
    expect(named.filter((name) => !(name in scripts))).toEqual([])
  })
})
