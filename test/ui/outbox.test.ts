/** What waits on a device is known by what was asked, and as whom. */
import { expect, test } from 'vitest'
import { toBase64, toHex } from '#ledger/bytes.ts'
import { commitmentOf } from '#protocol/commitment.ts'
import type { Asked } from '#ui/device/signing.ts'
import { spellingOf } from '#ui/hub/spelling.ts'

const HUB = 'cv.chengdu-5f3a91c0/log'
const [mei, school] = ['a'.repeat(64), 'b'.repeat(64)]
const words = new TextEncoder().encode('the tap')
const asking = (salt: number): [Asked, string[]] => {
  const note = new Uint8Array(32).fill(salt)
  const asked: Asked = {
    kind: 'help.recorded', helper: mei, receiver: school, category: 1, minutes: 60, day: 20_000, note: toHex(commitmentOf(note, words)),
  }
  return [asked, [toBase64(new Uint8Array([...note, ...words]))]]
}

test('the same words committed to anew are the same question', () => {
  expect(spellingOf(mei, HUB, ...asking(1))).toBe(spellingOf(mei, HUB, ...asking(2)))
})

test('what was signed as oneself is never sent for an organisation that asks the same', () => {
  expect(spellingOf(mei, HUB, ...asking(1))).not.toBe(spellingOf(school, HUB, ...asking(1)))
})
