/** How a question that was signed is known again: pure, and beside `outbox.ts`, because it hashes and the start does not. */
import type { Hex, Origin } from '#ledger/action.ts'
import { fromBase64, toHex } from '#ledger/bytes.ts'
import { commitmentOf, SALT_BYTES } from '#protocol/commitment.ts'
import type { Asked } from '../device/signing.ts'

/**
 * What is asked, and as whom, as a key: the same question has the same spelling, also when its words were committed to anew.
 * While the first waits, it goes out again with the very same bytes: who presses twice because the line broke records once.
 */
export function spellingOf(acct: Hex, origin: Origin, asked: Asked, blobs: string[]): string {
  const plain = JSON.stringify(asked, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
  return blobs.reduce((text, blob) => {
    const bytes = fromBase64(blob)!
    const [salt, words] = [bytes.subarray(0, SALT_BYTES), bytes.subarray(SALT_BYTES)]
    return text.replaceAll(toHex(commitmentOf(salt, words)), toHex(words))
  }, `${acct} ${origin} ${plain}`)
}
