/** About where something is, and how far that is from here. */
import { expect, test } from 'vitest'
import { CELL_COLUMNS, CELL_ROWS, cellAt, isCell, kilometresBetween, middleOf } from '#protocol/place.ts'

const cities = {
  barcelona: [41_387_000, 2_170_000], chiangMai: [18_788_000, 98_985_000], girona: [41_983_000, 2_824_000], lisbon: [38_722_000, -9_139_000],
  suva: [-18_141_000, 178_442_000], apia: [-13_833_000, -171_766_000], tromso: [69_649_000, 18_956_000], narvik: [68_438_000, 17_427_000],
} as const
const cell = (name: keyof typeof cities) => cellAt(...(cities[name] as [number, number]))

test('a cell says roughly where: its middle is within four kilometres, and nobody can read more out of it', () => {
  const [north, east] = cities.barcelona
  const middle = middleOf(cell('barcelona'))
  expect(Math.abs(middle.north - north)).toBeLessThanOrEqual(25_000)
  expect(Math.abs(middle.east - east)).toBeLessThanOrEqual(25_000)
  expect(cellAt(north + 5_000, east + 5_000)).toEqual(cell('barcelona'))
})

test.each([
  ['barcelona', 'girona', 86], ['barcelona', 'lisbon', 1_006], ['suva', 'apia', 1_140], ['tromso', 'narvik', 149],
] as const)('from %s to %s it is about %i km, across the date line and far north as well', (from, to, true_) => {
  const told = kilometresBetween(cell(from), cell(to))
  expect(Math.abs(told - true_)).toBeLessThan(true_ / 20 + 6)
  expect(kilometresBetween(cell(to), cell(from))).toBe(told)
})

test('what is in another continent sorts behind what is in the next town, and here is at no distance', () => {
  expect(kilometresBetween(cell('barcelona'), cell('chiangMai'))).toBeGreaterThan(kilometresBetween(cell('barcelona'), cell('lisbon')))
  expect(kilometresBetween(cell('barcelona'), cell('barcelona'))).toBe(0)
})

test('the poles and the date line have cells, and what is beyond the grid is none', () => {
  expect(cellAt(90_000_000, 180_000_000)).toEqual({ row: CELL_ROWS - 1, column: 0 })
  expect(cellAt(-90_000_000, -180_000_000)).toEqual({ row: 0, column: 0 })
  expect(isCell({ row: CELL_ROWS, column: 0 })).toBe(false)
  expect(isCell({ row: 0, column: CELL_COLUMNS })).toBe(false)
})
