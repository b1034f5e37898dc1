/**
 * Cities in a bottle (`README.md`): a sample of the seeds that `npm run nightly -- sim` runs, always the same.
 */
import { beforeAll, describe, expect, test } from 'vitest'
import { seedsTold, type Told } from './bottle.ts'

const SEEDS = 500
const REAL = 2
const PATIENCE_MS = 1_800_000

let told: Told[] = []
beforeAll(async () => void (told = await seedsTold(1, SEEDS)), PATIENCE_MS)

describe('cities with bad luck', () => {
  test('keep every promise, whatever happens to their disks, their wires and their machines', () => {
    const found = told.flatMap(({ seed, findings }) => findings.map(({ code, detail }) => `seed ${seed}: ${code}: ${detail}`))
    expect(found).toEqual([])
  })

  test('had it: every kind of fault fired, and value went on moving', () => {
    const sum = (name: string): number => told.reduce((all, { tally }) => all + (tally[name] ?? 0), 0)
    const kinds = [
      'loss', 'delay', 'duplicate', 'one-way cut', 'isolation', 'halves', 'kill', 'power cut', 'death in a call', 'pause', 'read error',
      'write error', 'sync error', 'applied error', 'full disk', 'slow disk', 'backup', 'copied machine', 'midnight', 'all votes lost',
    ]
    expect(kinds.filter((kind) => sum(`fault ${kind}`) === 0)).toEqual([])
    expect(['x.out', 'x.cert', 'x.in', 'x.ack', 'hub.restored'].filter((kind) => sum(`recorded ${kind}`) === 0)).toEqual([])
    const decided = ['documents with new keys', 'documents with all new keys', 'documents with other terms']
    expect(decided.filter((kind) => sum(kind) === 0)).toEqual([])
    expect(sum('transfers credited')).toBeGreaterThan(SEEDS)
    expect(sum('lie vote for both')).toBeGreaterThan(0)
  })

  test('would be seen to certify one slot twice, if one liar more voted for both than the quorum of four bears', async () => {
    const flags = ['--hubs', '4', '--lie', 'two faces', '--accomplices', '1']
    const found = new Set<string>()
    for (let from = 1; from < 400 && !found.has('two-certificates'); from += 20) {
      for (const { findings } of await seedsTold(from, from + 19, ...flags)) for (const { code } of findings) found.add(code)
    }
    expect([...found]).toContain('two-certificates')
  }, PATIENCE_MS)

  test('do the same when the same seed is played again, to the last line of the trace', async () => {
    const again = await seedsTold(7, 9)
    expect(again.map(({ hash }) => hash)).toEqual(told.slice(6, 9).map(({ hash }) => hash))
  }, PATIENCE_MS)

  test('keep them with Ed25519 too', async () => {
    const real = await seedsTold(1, REAL, '--real')
    expect(real.flatMap(({ findings }) => findings)).toEqual([])
  }, PATIENCE_MS)
})
