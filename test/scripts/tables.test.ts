import { expect, test } from 'vitest'
import { presets } from '#ledger/charter/presets.ts'
import { main as printPresets } from '../../scripts/presets.ts'
import { main as printTables } from '../../scripts/tables.ts'
import { expectedIn, topics } from '../../scripts/worked-values.ts'

const heard = (main: (args: string[], print: (line: string) => void) => number, ...args: string[]) => {
  const lines: string[] = []
  return { status: main(args, (line) => lines.push(line)), lines }
}

test('every line of Annex 4 comes to the seed’s number under seed-literal, and to the decided one in the city', () => {
  for (const { values } of topics) {
    for (const value of values) {
      expect([value.lines, value.ledger(presets['seed-literal'])]).toEqual([value.lines, expectedIn('seed-literal', value)])
      expect([value.lines, value.ledger(presets.city)]).toEqual([value.lines, expectedIn('city', value)])
    }
  }
})

test('the tables stand beside the seed’s lines, and say that they are right', () => {
  const { status, lines } = heard(printTables)
  expect(status).toBe(0)
  expect(lines.find((line) => line.includes('a programming workshop'))).toMatch(/^ {2}1568-1574 .* 30 +342 +· +120 +342$/)
  expect(lines.join('\n')).not.toContain('✗')
  expect(heard(printTables, '--wrong').status).toBe(2)
})

test('every preset passes its suite: its worked values, and a month that is lived, balanced and replayed', () => {
  const { status, lines } = heard(printPresets)
  expect([status, lines.at(-1)]).toEqual([0, 'passed: city, seed-literal, time-bank, gift'])
})

test('a month follows from its seed', () => {
  const [first, again, other] = ['7', '7', '8'].map((seed) => heard(printPresets, 'time-bank', '--seed', seed))
  expect([first!.status, first!.lines.at(-1)]).toEqual([0, 'passed: time-bank'])
  expect(again!.lines).toEqual(first!.lines)
  expect(other!.lines).not.toEqual(first!.lines)
})

test('a preset that there is not is refused', () => {
  expect(heard(printPresets, 'utopia').status).toBe(2)
})
