/** A small sample of `npm run partition`: hubs as processes whose roads are cut, and one that is killed meanwhile. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Played } from '#test/support/cuts/play.ts'

const script = join(import.meta.dirname, '..', '..', 'scripts', 'partition.mjs')

test('four cities that are cut in two while people go on sending, one of them killed meanwhile, lose nothing and double nothing', { timeout: 1_200_000 }, () => {
  const { stdout, stderr, status } = spawnSync(process.execPath, [script, '--hubs', '4', '--rounds', '1', '--cut', '6', '--json'], { encoding: 'utf8' })
  expect(status, stderr).toBe(0)
  const { roads, rounds, transfers, credited, cameBack, dropped, faults } = JSON.parse(stdout) as Played
  const where = roads === 'namespaces' ? `${dropped} packets lost by nftables` : 'on the loopback: no network namespaces are allowed here'
  console.log(`four hubs cut ${rounds[0]!.sides}, ${rounds[0]!.killed} killed: all arrived ${rounds[0]!.convergedSeconds.toFixed(1)} s after mending, ${where}`)
  expect(faults).toEqual([])
  expect(rounds[0]!.sentMeanwhile).toBeGreaterThan(0)
  expect(credited + cameBack).toBe(transfers)
  if (roads === 'namespaces') expect(dropped).toBeGreaterThan(0)
})
