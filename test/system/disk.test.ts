/**
 * What a hub's disk can do to it, a sample of each: `npm run nightly` is the long version. The harness itself is
 * looked at too: each fault is counted only when it happened, and a hub that does not sync must be caught.
 */
import { expect, test } from 'vitest'
import { damageMatrix } from '#test/support/faults/damage.ts'
import { errorMatrix } from '#test/support/faults/io-errors.ts'
import { killMatrix } from '#test/support/faults/kills.ts'
import { powerLoss } from '#test/support/faults/power.ts'

const MINUTES = 60_000

test('killed at any call, opening again too, a hub loses nothing acknowledged and goes on', { timeout: 10 * MINUTES }, async () => {
  const { tried, fired, acknowledged, lost, invented, failed } = await killMatrix({ points: 100, recovery: true })
  expect({ tried, fired, lost, invented, failed }).toEqual({ tried: 100, fired: 100, lost: [], invented: [], failed: [] })
  expect(acknowledged).toBeGreaterThan(100)
})

test('errors and lies of the disk lose nothing acknowledged, or are found out', { timeout: 10 * MINUTES }, async () => {
  const { tried, fired, recovered, stopped, lost, invented, failed } = await errorMatrix({ count: 30 })
  expect({ lost, invented, failed }).toEqual({ lost: [], invented: [], failed: [] })
  expect(fired).toBe(tried)
  expect(Math.min(recovered, stopped)).toBeGreaterThan(0)
})

test('power lost at any moment loses nothing acknowledged', { timeout: 10 * MINUTES }, async () => {
  const { distinct, acknowledged, lost, invented, failed } = await powerLoss({ states: 150 })
  expect({ lost, invented, failed }).toEqual({ lost: [], invented: [], failed: [] })
  expect(distinct).toBeGreaterThan(100)
  expect(acknowledged).toBeGreaterThan(500)
})

test('a hub that syncs nothing is caught: the harness is not blind', { timeout: 10 * MINUTES }, async () => {
  const { lost } = await powerLoss({ states: 40, fault: { skips: 'syncs' } })
  expect(lost.length).toBeGreaterThan(0)
})

test('damage in any file is refused, made good or without effect, and nothing else is served', { timeout: 10 * MINUTES }, async () => {
  const { tried, byClass, wrong } = await damageMatrix({ flips: 150, others: false })
  expect(wrong).toEqual([])
  expect(tried).toBe(150)
  for (const needed of ['journal: segments', 'votes: segments', 'keys']) expect(byClass[needed]?.refused).toBeGreaterThan(0)
})
