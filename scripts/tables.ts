/**
 * `npm run tables`: the literal tables of the seed's Annex 4 and the worked values, line by line, each beside what the
 * ledger computes under every preset. Exit code 1 when `seed-literal` does not come to what the seed says, or the city
 * not to what was decided.
 */
import { presets } from '#ledger/charter/presets.ts'
import { expectedIn, topics, type WorkedValue } from './worked-values.ts'

const names = Object.keys(presets) as (keyof typeof presets)[]
const WIDTHS = { lines: 11, says: 44, number: 13 }

export function main(args: string[], print: (line: string) => void = console.log): number {
  if (args.length > 0) {
    print('usage: npm run tables')
    return 2
  }
  let wrong = 0
  print('The numbers of Annex 4 and what the ledger computes. Lines are those of the seed; · is the same as the seed.\n')
  for (const { title, values } of topics) {
    print(title)
    print(row('line', '', 'seed', names))
    for (const value of values) {
      const found = names.map((name) => shown(name, value))
      wrong += found.filter(({ isWrong }) => isWrong).length
      print(row(value.lines, value.says, value.seed, found.map(({ text }) => text)))
    }
    print('')
  }
  print(wrong === 0
    ? 'Every number of seed-literal is the seed’s, and every number of the city is the one decided on.'
    : `${wrong} numbers are wrong (marked ✗).`)
  print('Why the city reads some lines otherwise: ledger/rules/README.md, the last section.')
  return wrong === 0 ? 0 : 1
}

function shown(name: (typeof names)[number], value: WorkedValue): { text: string; isWrong: boolean } {
  const found = value.ledger(presets[name])
  const expected = expectedIn(name, value)
  if (expected !== null && found !== expected) return { text: `${found} ✗ ${expected}`, isWrong: true }
  return { text: found === value.seed ? '·' : found, isWrong: false }
}

const row = (lines: string, says: string, seed: string, numbers: readonly string[]): string =>
  `  ${lines.padEnd(WIDTHS.lines)}${says.padEnd(WIDTHS.says)}${[seed, ...numbers].map((one) => one.padStart(WIDTHS.number)).join('')}`
