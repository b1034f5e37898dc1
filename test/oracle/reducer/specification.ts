/**
 * What `ledger/README.md` and `ledger/rules/README.md` say to programs: its shapes, kinds, deadlines and rows, read as they stand there. So nothing is between
 * the specification and this reducer, and a kind that is added there is known here by its form; its rule has to be written.
 */
import { readFileSync } from 'node:fs'
import { fieldsOf, type Shape, shapeOf } from './shapes.ts'

const readme = ['README.md', 'rules/README.md'].map((path) => readFileSync(new URL(`../../../ledger/${path}`, import.meta.url), 'utf8')).join('\n')

/** The rows of the table whose first column has this title, as cells. */
function tableOf(title: string): string[][] {
  const lines = readme.slice(readme.indexOf(`\n| ${title} |`) + 1).split('\n')
  const length = lines.findIndex((line) => !line.startsWith('|'))
  return lines.slice(2, length).map((line) => line.slice(1, -1).replaceAll('\\|', '/').split('|').map((cell) => cell.trim()))
}

const ticked = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, words]) => words!)

/** The words for each shape that has a name: of the table of notations, and of the blocks `Name = […]`. */
const words = new Map<string, string>()
for (const [names, says] of tableOf('notation')) {
  const each = says!.split(': ')[0]!.replaceAll('`', '').split('; ')
  ticked(names!).forEach((name, i) => each[i] && words.set(name, each[i]))
}
for (const [, name] of readme.matchAll(/^ {4}([\w-]+) += \[/gm)) {
  const from = readme.indexOf('[', readme.search(new RegExp(`^ {4}${name} += \\[`, 'm')))
  words.set(name!, readme.slice(from, closing(from)).replace(/\s+/g, ' '))
}

function closing(from: number): number {
  let depth = 0
  for (let at = from; ; at++) {
    depth += readme[at] === '[' ? 1 : readme[at] === ']' ? -1 : 0
    if (depth === 0) return at + 1
  }
}

const named = (name: string): string => {
  const found = words.get(name)
  if (found === undefined) throw new Error(`the README has no shape ${name}`)
  return found
}

/** A shape by its name in the README, or by its words; the README is read once for each. */
export function shape(name: string): Shape {
  const before = shapesRead.get(name)
  if (before !== undefined) return before
  const read = shapeOf(name, named)
  shapesRead.set(name, read)
  return read
}
const shapesRead = new Map<string, Shape>()

export type Signer = 'hub' | 'newcomer' | 'member' | 'steward' | 'parties'
export type Kind = { name: string; number: bigint; signer: Signer; context: string; largest: number; fields: Shape }

export const kinds: Kind[] = tableOf('no.').map(([number, name, signer, context, size, fields]) => ({
  name: ticked(name!)[0]!, number: BigInt(number!), signer: signer as Signer, context: context!,
  largest: size === 'large' ? 65_535 : 16_384,
  fields: { is: 'fields', fields: fields === '–' ? [] : fieldsOf(fields!.replaceAll('`', ''), named) },
}))

/** `20–25 and 40`: the kinds that a sentence names. */
const kindsIn = (sentence: RegExp): bigint[] =>
  [...sentence.exec(readme)![1]!.matchAll(/(\d+)(?:–(\d+))?/g)].flatMap(([, from, to]) => {
    const [first, last] = [Number(from), Number(to ?? from)]
    return Array.from({ length: last - first + 1 }, (_, i) => BigInt(first + i))
  })

/** The kinds that a guest may sign, those that may be signed for an organisation, those that are left to who is
 * banned or has departed, those whose id is that of a matter,
 * and those that a restricted member may not sign. */
export const guestKinds = kindsIn(/A guest may sign\s+kinds ((?:\d+[–,\sand]*)+)/)
export const organisationKinds = kindsIn(/a device of their own, kinds ((?:\d+[–,\sand]*)+)/)
export const leftKinds = kindsIn(/one signs nothing but ((?:\d+[–,\sand]*)+)/)
export const openingKinds = kindsIn(/not remembered and, in kinds ((?:\d+[–,\sand]*)+)/)
export const restrictedKinds = kindsIn(/A restricted one\s+signs\s+everything\s+but ((?:\d+[–,\sand]*)+)/)

/** Deadlines by name, in the order of their table. */
export const deadlines: string[] = tableOf('deadline').map(([name]) => ticked(name!)[0]!)

/** The rows of each table of a state, by its number: `[table, fields…]`, but for the number. */
export const tables = new Map<bigint, Shape>(tableOf('table').map(([name, , fields]) => {
  const plain = fields!.replace(/\([^()]*\)/g, '').trim()
  return [BigInt(name!.split(' ')[0]!), /^\w+$/.test(plain) ? shape(plain) : { is: 'fields', fields: fieldsOf(plain, named) }]
}))
