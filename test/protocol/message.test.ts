import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  helloAnswers, helloRequests, logAnswers, logRequests, settleAnswers, settleRequests,
  witnessAnswers,
} from '#protocol/message.ts'

const bytes = (length: number, of = 7): Uint8Array => new Uint8Array(length).fill(of)
const signature = bytes(64)
const signatures = [
  { hub: 0, signature },
  { hub: 3, signature },
]
const vote = { voter: 2, signature }
const place = { origin: 'cv.chengdu-5f3a91c0/log', slot: 4, order: bytes(32), signature }
const evidence = [
  { ...place, epoch: 1, votes: [vote] },
  { ...place, slot: 5, epoch: null, votes: [] },
]
const reports = [{ report: bytes(50), signature }]
const certificate = { epoch: 3, order: bytes(200), signature, votes: [vote] }
const activation = { document: bytes(100), signatures, reports, evidence, wills: [certificate] }

/** One of each message there is: a new kind that is missing here does not compile. */
type Samples<M extends { type: string }> = { [K in M['type']]: Extract<M, { type: K }> }
const samples = {
  'hello requests': [
    helloRequests,
    {
      card: { type: 'card' },
      join: { type: 'join', card: bytes(300) },
      proposal: {
        type: 'proposal',
        step: 'ask',
        federation: bytes(32),
        document: bytes(100),
        signatures,
      },
      report: { type: 'report', document: bytes(100), signatures },
      adopted: { type: 'adopted', activations: [activation] },
      documents: { type: 'documents', from: 2 },
    } satisfies Samples<NonNullable<ReturnType<typeof helloRequests.parse>>>,
  ],
  'hello answers': [
    helloAnswers,
    {
      card: { type: 'card', card: bytes(300) },
      waiting: { type: 'waiting' },
      admitted: { type: 'admitted' },
      willing: { type: 'willing' },
      'not-willing': { type: 'not-willing', because: 'not-admitted' },
      conflict: { type: 'conflict', document: bytes(100), signatures },
      signature: { type: 'signature', signature },
      report: { type: 'report', report: bytes(50), signature, evidence },
      'not-a-voter': { type: 'not-a-voter' },
      ok: { type: 'ok' },
      documents: { type: 'documents', activations: [activation, activation] },
    } satisfies Samples<NonNullable<ReturnType<typeof helloAnswers.parse>>>,
  ],
  'log requests': [
    logRequests,
    {
      head: { type: 'head' },
      records: { type: 'records', from: 17 },
      held: { type: 'held', origin: 'cv.chengdu-5f3a91c0/log' },
      tail: { type: 'tail', origin: 'cv.chengdu-5f3a91c0/log', from: 17 },
    } satisfies Samples<NonNullable<ReturnType<typeof logRequests.parse>>>,
  ],
  'log answers': [
    logAnswers,
    {
      head: { type: 'head', size: 5, generation: 0, note: bytes(300) },
      records: { type: 'records', records: [bytes(100), bytes(200)], end: true },
      nothing: { type: 'nothing' },
    } satisfies Samples<NonNullable<ReturnType<typeof logAnswers.parse>>>,
  ],
  'witness answers': [
    witnessAnswers,
    {
      answered: { type: 'answered', status: 409, body: '17\n' },
    } satisfies Samples<NonNullable<ReturnType<typeof witnessAnswers.parse>>>,
  ],
  'settle requests': [
    settleRequests,
    {
      propose: { type: 'propose', epoch: 2, order: bytes(200), signature, seq: 40 },
      deliver: { type: 'deliver', certificate },
      head: { type: 'head', origin: 'cv.chengdu-5f3a91c0/log' },
      quote: { type: 'quote', to: 'ab'.repeat(32), amount: 2n ** 40n, agreement: 'cd'.repeat(16) },
    } satisfies Samples<NonNullable<ReturnType<typeof settleRequests.parse>>>,
  ],
  'settle answers': [
    settleAnswers,
    {
      vote: { type: 'vote', voter: 1, signature },
      conflict: { type: 'conflict', order: bytes(200), signature },
      behind: { type: 'behind', size: 12 },
      refused: { type: 'refused', code: 'epoch-closed' },
      arrived: { type: 'arrived', record: bytes(500), proof: bytes(400) },
      waiting: { type: 'waiting' },
      head: {
        type: 'head',
        cosigned: bytes(300),
        vote: { slot: 1, epoch: 2, order: bytes(200), signature },
        certificate,
        seen: [{ hub: 'cv.chengdu-371cfa6c/log', slot: 1, epoch: 2, order: bytes(32), signature }],
        recalls: true,
        unsureBelow: 3,
      },
      quote: { type: 'quote', quote: bytes(200), signature },
    } satisfies Samples<NonNullable<ReturnType<typeof settleAnswers.parse>>>,
  ],
} as const

type Codec = { encode(message: unknown): Uint8Array; parse(bytes: Uint8Array): unknown }

for (const [table, [codec, rows]] of Object.entries(samples)) {
  const { encode, parse } = codec as unknown as Codec
  describe(table, () => {
    for (const [type, message] of Object.entries(rows)) {
      test(`${type} is read as it was written`, () => {
        expect(parse(encode(message))).toEqual(message)
      })
    }

    test('every other spelling is null and nothing throws', () => {
      for (const message of Object.values(rows)) {
        const whole = encode(message)
        expect(parse(whole.slice(0, -1))).toBeNull()
        expect(parse(new Uint8Array([...whole, 0]))).toBeNull()
      }
      expect(parse(new Uint8Array())).toBeNull()
      expect(parse(Uint8Array.of(0x81, 0x18, 0x63))).toBeNull() // a number no message has
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 64 }), (noise) => {
          const read = parse(noise)
          expect(read === null || Buffer.from(encode(read)).equals(noise)).toBe(true)
        }),
      )
    })
  })
}

test('a message above its sizes is not read, whatever else is right about it', () => {
  expect(() => settleRequests.encode({ type: 'head', origin: 'x'.repeat(65) })).toThrow(RangeError)
  expect(() => helloRequests.encode({ type: 'join', card: bytes(4_097) })).toThrow(RangeError)
})
