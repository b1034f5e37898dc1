import { expect, test } from 'vitest'
import { aMemoryStore } from '#test/support/memory-store.ts'
import { bytes, storeSuite } from '#test/support/store-suite.ts'

storeSuite(async () => {
  const store = aMemoryStore()
  return {
    store,
    reopen: async () => {
      await store.close()
      return store.reopen()
    },
  }
})

test('a write told to fail rejects once, with or without having taken effect', async () => {
  const store = aMemoryStore()
  const meta = store.table('meta')
  store.failNextWrite()
  await expect(meta.put('a', bytes(1))).rejects.toMatchObject({ code: 'io' })
  expect(meta.get('a')).toBeUndefined()
  store.failNextWrite({ afterItTookEffect: true })
  await expect(meta.put('a', bytes(1))).rejects.toMatchObject({ code: 'io' })
  expect(store.reopen().table('meta').get('a')).toEqual(bytes(1))
  await meta.put('a', bytes(2))
  expect(meta.get('a')).toEqual(bytes(2))
})
