/** Random histories of two towns, over all kinds there are: both reducers agree at every step, and the books are always right. */
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import { walk, walks } from './walks/walk.ts'

beforeAll(() => installNativeCrypto())

/** Always the same: the first 500 of `npm run properties` and of the nightly run. */
test('whatever people try, two reducers say the same, nobody is below zero and everything adds up', () => {
  const heard = new Set<string>()
  fc.assert(fc.property(walks, (one) => {
    for (const town of walk(one)) for (const answer of town.heard.keys()) heard.add(answer.split(' ').at(-1)!)
  }), { numRuns: 500, seed: 1 })
  // Else they agree about little.
  expect(heard.size).toBeGreaterThan(100)
}, 600_000)
