import { describe, expect, test } from 'vitest'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import { aDay } from '../../scripts/federation-day.ts'

installNativeCrypto()
const plan = { members: 1_000, changes: 6, open: 8, watched: 3, off: 60, seed: 3 }

describe('a simulated day of a federation', () => {
  test('ends with one board, also at hubs that were off for an hour and compared when they were back', () => {
    const told = aDay({ ...plan, hubs: 8 })
    expect(told.agree).toBe(3)
    expect(told.listings).toBeGreaterThan(8 * 8)
    expect(told.back.questions).toBeGreaterThan(0)
  })

  test('costs a hub more listings as there are more hubs, and no more comparisons of boards', () => {
    const [few, many] = [aDay({ ...plan, hubs: 6, off: 0 }), aDay({ ...plan, hubs: 18, off: 0 })]
    const heard = ({ gossip }: typeof few): number => gossip.copies - gossip.again
    // Each of the others' listings once, of a hub's own none.
    expect(heard(few)).toBe(5 * plan.changes)
    expect(heard(many)).toBe(17 * plan.changes)
    expect(many.gossip.bytes).toBeGreaterThan(few.gossip.bytes)
    expect(many.compared.messages).toBeLessThan(2 * few.compared.messages)
  })

  test('is the same day again with the same seed', () => {
    const bare = ({ gossip, compared, ...rest }: ReturnType<typeof aDay>) =>
      ({ ...rest, gossip: { ...gossip, cpuMs: 0 }, compared: { ...compared, cpuMs: 0 } })
    expect(bare(aDay({ ...plan, hubs: 5 }))).toEqual(bare(aDay({ ...plan, hubs: 5 })))
  })
})
