import { describe, expect, test } from 'vitest'
import { attacks, play } from '#test/support/attacks.ts'

/** What a hub may be made to hold by one member, and everybody else of this process beside it. */
const GROWS_AT_MOST = 64 << 20

describe('a member that keeps no rule', () => {
  test.each(Object.entries(attacks).map(([name, { what }]) => [name, what]))('%s: %s; the others hear each other all the same', async (name) => {
    const { blows, sent, delivered, grewBytes, together } = await play(name)
    expect(blows).toBeGreaterThan(0)
    expect(delivered).toBe(sent)
    expect(together).toBe(true)
    expect(grewBytes).toBeLessThan(GROWS_AT_MOST)
  }, 180_000)
})
