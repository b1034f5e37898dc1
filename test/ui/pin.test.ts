import { expect, test } from 'vitest'
import { openSeed, sealSeed } from '#ui/device/pin.ts'
import type { Random } from '#ui/device/signing.ts'

const random: Random = (length) => crypto.getRandomValues(new Uint8Array(length))
const seed = random(32)
const sealed = await sealSeed(seed, '135790', random)

test('a seed behind a PIN comes back with the PIN, and with no other', async () => {
  expect(await openSeed(sealed, '135790')).toEqual(seed)
  expect(await openSeed(sealed, '135791')).toBeNull()
})

test('the seed does not stand in what is kept, and the same PIN seals it differently each time', async () => {
  const again = await sealSeed(seed, '135790', random)
  expect(Buffer.from(sealed.bytes).includes(Buffer.from(seed))).toBe(false)
  expect(again.bytes).not.toEqual(sealed.bytes)
})

test('a changed byte is noticed', async () => {
  const bytes = sealed.bytes.with(0, sealed.bytes[0]! ^ 1)
  expect(await openSeed({ ...sealed, bytes }, '135790')).toBeNull()
})

test('a PIN typed on another keyboard is the same PIN', async () => {
  expect(await openSeed(sealed, '１３５７９０')).toEqual(seed)
})
