/** Random histories of two towns, over all kinds there are: both reducers agree at every step, and the books are always right. */
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import { kinds } from './reducer/specification.ts'
import { walk, walks } from './walks/walk.ts'

beforeAll(() => installNativeCrypto())

/** Always the same: the first 500 of `npm run properties` and of the nightly run. */
test('whatever people try, two reducers say the same, nobody is below zero and everything adds up; and people try everything', () => {
  const taken = new Set<string>(['hub.founded'])
  const reasons = new Set<string>()
  fc.assert(fc.property(walks, (one) => {
    for (const answer of walk(one).flatMap(({ heard }) => [...heard.keys()])) {
      const [kind, reason] = answer.split(' ')
      if (reason === undefined) taken.add(kind!)
      else reasons.add(reason)
    }
  }), { numRuns: 500, seed: 1 })
  // Else they agree about little.
  expect(kinds.map(({ name }) => name).filter((name) => !taken.has(name))).toEqual([])
  expect(reasons.size).toBeGreaterThan(140)
}, 900_000)
