import { expect, test } from 'vitest'
import {
  encodeDocument, encodeReport, ORDER_BYTES_MAX as LEDGER_ORDER_BYTES_MAX, quorum,
} from '#ledger/federation/federation.ts'
import { OUTS_MAX } from '#ledger/federation/order-room.ts'
import { RECORD_BYTES_MAX as LEDGER_RECORD_BYTES_MAX } from '#ledger/entry.ts'
import * as limits from '#protocol/limits.ts'
import { helloAnswers } from '#protocol/message.ts'

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
  // An order with a quorum of the largest federation's votes, in the record that takes it in, in the one that shows that.
  const arrival = limits.ORDER_BYTES_MAX + quorum(VOTERS_MAX) * SIGNATURE_BYTES + OUTS_MAX + 512
  expect(arrival + limits.PROOF_BYTES_MAX + 512).toBeLessThanOrEqual(limits.RECORD_BYTES_MAX)
  expect(limits.DOCUMENT_BYTES_MAX + VOTERS_MAX * SIGNATURE_BYTES + 128).toBeLessThan(
    services.hello.requestBytesMax,
  )
  expect(limits.ACTIVATIONS_MAX * limits.RECORD_BYTES_MAX).toBeLessThan(
    services.hello.answerBytesMax,
  )
})

/**
 * Bytes of the record of a document with `members` hubs under the longest names, reported on by a
 * quorum of those before. `open`: every chain has an order that all report as locked; `apart`: they
 * have read every chain to two different slots.
 */
function adoptionBytes(
  members: number,
  addresses: string[],
  { open = false, apart = false } = {},
): number {
  const key = new Uint8Array(32)
  const signature = new Uint8Array(64)
  const originOf = (i: number): string => `cv.${String(i).padStart(24, 'x')}-${'a'.repeat(8)}/log`
  const document = encodeDocument({
    format: 1, version: 300, previous: key, day0: 2 ** 31, globalDecayPerMille: 50,
    conversion: { numerator: 1, denominator: 3 }, issueYearlyMaxMilli: 30_000_000n, termsFrom: 0,
    members: Array.from({ length: members }, (_, i) => ({
      card: {
        format: 1, hubId: key, origin: originOf(i), city: 'c'.repeat(96), region: 'as', logKey: key,
        cosignerKey: key, auditorKey: key, orderKey: key, voteKey: key, peerKey: key, community: true,
      },
      addresses,
    })),
    closings: [],
    releases: [], renewals: [],
  })
  const old = members - 1
  const slot = 100_000
  const hubs = Array.from({ length: old }, (_, i) => ({
    origin: originOf(i),
    certified: { slot, order: key },
    locked: open ? { slot: slot + 1, order: key } : null,
  }))
  const by = Array.from({ length: quorum(old) }, (_, place) => place)
  const votes = by.map((voter) => ({ voter, signature }))
  const evidence = hubs.flatMap(({ origin }) => {
    const certificate = { origin, slot, order: key, signature, epoch: 300, votes }
    return [
      certificate,
      ...(apart ? [{ ...certificate, slot: slot - 1 }] : []),
      ...(open ? [{ ...certificate, slot: slot + 1, epoch: null, votes: [] }] : []),
    ]
  })
  const reports = by.map((voter) =>
    ({ report: encodeReport({ format: 1, proposal: key, voter, hubs }), signature }))
  const signatures = [...by, old].map((hub) => ({ hub, signature }))
  const activation = { document, signatures, reports, evidence, wills: [] }
  // The record's own fields and the body's head.
  return helloAnswers.encode({ type: 'documents', activations: [activation] }).length + 320
}

test('a federation grows as far as the ledger’s specification says, and its record no further', () => {
  const two = [75, 75].map((bytes) => 'a'.repeat(bytes))
  const eight = Array.from({ length: 8 }, () => 'a'.repeat(256))
  const largest = (addresses: string[], state: { open?: boolean; apart?: boolean }): number => {
    let members = 2
    while (adoptionBytes(members + 1, addresses, state) <= limits.RECORD_BYTES_MAX) members++
    return members
  }
  expect(largest(two, {})).toBe(22)
  expect(largest(two, { open: true })).toBe(19)
  expect(largest(eight, { open: true, apart: true })).toBe(13)
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
  expect(limits.HEAD_QUIET_MS % limits.HEAD_EVERY_MS).toBe(0)
})

test('pauses double and end at five minutes', () => {
  expect([0, 1, 2, 3].map((tries) => limits.retryAfterMs(tries))).toEqual([
    1_000, 2_000, 4_000, 8_000,
  ])
  expect(limits.retryAfterMs(1_000)).toBe(limits.RETRY_MAX_MS)
})
