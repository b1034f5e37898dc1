import { expect, test } from 'vitest'
import { ORDER_BYTES_MAX as LEDGER_ORDER_BYTES_MAX } from '#ledger/federation.ts'
import { RECORD_BYTES_MAX as LEDGER_RECORD_BYTES_MAX } from '#ledger/entry.ts'
import * as limits from '#protocol/limits.ts'

const { services, VOTERS_MAX } = limits
/** A vote or signature in a list: its place and 64 bytes. */
const SIGNATURE_BYTES = 72

test('what the ledger lets into a record fits the messages that carry it', () => {
  expect(limits.ORDER_BYTES_MAX).toBe(LEDGER_ORDER_BYTES_MAX)
  expect(limits.RECORD_BYTES_MAX).toBe(LEDGER_RECORD_BYTES_MAX)
  const certificate = limits.ORDER_BYTES_MAX + VOTERS_MAX * SIGNATURE_BYTES + 128
  expect(certificate).toBeLessThan(services.settle.requestBytesMax)
  expect(2 * certificate + limits.NOTE_BYTES_MAX + VOTERS_MAX * 128).toBeLessThan(
    services.settle.answerBytesMax,
  )
  expect(limits.RECORD_BYTES_MAX + limits.PROOF_BYTES_MAX + 64).toBeLessThan(
    services.settle.answerBytesMax,
  )
  expect(limits.DOCUMENT_BYTES_MAX + VOTERS_MAX * SIGNATURE_BYTES + 128).toBeLessThan(
    services.hello.requestBytesMax,
  )
  expect(limits.ACTIVATIONS_MAX * limits.RECORD_BYTES_MAX).toBeLessThan(
    services.hello.answerBytesMax,
  )
})

test('a page of records fits its answer, with the one record that goes over and the heads of all', () => {
  const heads = limits.RECORDS_PER_PAGE_MAX * 5
  expect(limits.PAGE_BYTES_MAX + limits.RECORD_BYTES_MAX + heads).toBeLessThan(
    services.log.answerBytesMax,
  )
})

test('nobody gives up before the other may still answer', () => {
  expect(limits.CATCH_UP_MS).toBeLessThan(services.settle.timeoutMs)
  expect(limits.CATCH_UP_MS).toBeLessThan(services.witness.timeoutMs)
  expect(limits.HEAD_EVERY_MS).toBeLessThan(limits.CHECKPOINT_EVERY_MS)
})

test('pauses double and end at five minutes', () => {
  expect([0, 1, 2, 3].map((tries) => limits.retryAfterMs(tries))).toEqual([
    1_000, 2_000, 4_000, 8_000,
  ])
  expect(limits.retryAfterMs(1_000)).toBe(limits.RETRY_MAX_MS)
})
