import { expect, test } from 'vitest'
import { BROKEN_SECONDS, ON_THE_WAY_SECONDS, OnTheWay } from '#protocol/on-the-way.ts'

const [TEA, CHESS] = ['aa'.repeat(32), 'bb'.repeat(32)]

test('what is on its way from one neighbour is fetched from no other, until it should have come', () => {
  const way = new OnTheWay<string>()
  expect(way.begin(TEA, 'mei', 0)).toBe(true)
  expect(way.begin(TEA, 'bo', ON_THE_WAY_SECONDS - 1)).toBe(false)
  expect(way.begin(CHESS, 'bo', 0)).toBe(true)
  expect(way.begin(TEA, 'bo', ON_THE_WAY_SECONDS)).toBe(true)
})

test('what has come, or comes no more, may be had from anybody at once', () => {
  const way = new OnTheWay<string>()
  way.begin(TEA, 'mei', 0)
  way.end([TEA], 'bo', false, 1)
  expect(way.begin(TEA, 'bo', 1)).toBe(false)
  way.end([TEA], 'mei', false, 1)
  expect(way.begin(TEA, 'bo', 1)).toBe(true)
})

test('nobody waits for who promised and did not give, though they promise again at once; after an hour they are believed', () => {
  const way = new OnTheWay<string>()
  way.begin(TEA, 'mallory', 0)
  way.end([TEA], 'mallory', true, 5)
  expect(way.begin(TEA, 'mallory', 5)).toBe(true)
  expect(way.begin(TEA, 'bo', 5)).toBe(true)
  way.end([TEA], 'mallory', true, 5)
  expect(way.begin(TEA, 'ana', 6)).toBe(false)
  expect(way.begin(CHESS, 'mallory', 5 + BROKEN_SECONDS)).toBe(true)
  expect(way.begin(CHESS, 'bo', 5 + BROKEN_SECONDS)).toBe(false)
})
