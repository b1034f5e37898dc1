import { describe, expect, test } from 'vitest'
import { concat, toBase64, utf8 } from '#ledger/bytes.ts'
import { encodeEvidence, EVIDENCE_BYTES_MAX, offenceOf } from '#ledger/evidence/evidence.ts'
import type { Offence } from '#ledger/evidence/offence.ts'
import type { Evidence } from '#ledger/evidence/parts.ts'
import { addSignature } from '#ledger/note.ts'
import {
  encodeEvidenceMessage, type EvidenceJudgement, type EvidenceScene, verdictOnBundle, verdictOnEvidence,
} from '#protocol/evidence.ts'
import { BUNDLE_BYTES_MAX, BUNDLE_INLINE_BYTES_MAX, BUNDLES_PER_HUB_MAX } from '#protocol/limits.ts'
import { TOPIC_MESSAGE_BYTES_MAX } from '#protocol/topic.ts'
import { aTown } from '#test/support/towns.ts'
import { evidenceOfEach, twoHistories } from '#test/support/two-histories.ts'

const histories = twoHistories()
const { origin, hubId } = histories.one.card
const each = evidenceOfEach(histories)
const text = encodeEvidence(each.E2)
const offence = offenceFor(each.E2)
const message = encodeEvidenceMessage(offence, text)

function offenceFor(evidence: Evidence): Offence {
  const found = offenceOf(evidence)
  if (typeof found === 'string') throw new Error(found)
  return found
}

/** One that knows the hub, holds nothing and has looked at nothing. */
const aScene = (own: Partial<EvidenceScene> = {}): EvidenceScene => ({
  hubIdOf: (of) => (of === origin ? hubId : undefined), holds: () => false, heldOf: () => 0, mayLook: () => true, isOwn: false, ...own,
})
const said = (judgement: EvidenceJudgement): string =>
  'because' in judgement ? `${judgement.verdict} ${judgement.because}` : judgement.verdict
const onTopic = (bytes: Uint8Array, own?: Partial<EvidenceScene>): string => said(verdictOnEvidence(bytes, aScene(own)))

/** The same bundle with so many lines of strangers on each note that it fits no topic. */
function aLargeOne(): string {
  const line = (i: number): string => `\u2014 witness-${i} ${toBase64(concat(utf8('abcd'), new Uint8Array(400)))}\n`
  let { first } = each.E2
  for (let i = 0; i < 40; i++) first = addSignature(first, line(i))!
  return encodeEvidence({ ...each.E2, first })
}

test('a bundle that proves something is accepted, and handed out with what it proves', () => {
  expect(verdictOnEvidence(message, aScene())).toEqual({ verdict: 'accept', text, offence })
  expect(verdictOnBundle(utf8(text), { hub: origin, id: offence.id }, aScene())).toEqual({ verdict: 'accept', text, offence })
  expect(verdictOnBundle(utf8(text), null, aScene())).toEqual({ verdict: 'accept', text, offence })
})

describe('rejected is what no honest hub forwards', () => {
  test('more than a topic carries, or another spelling', () => {
    expect(onTopic(new Uint8Array(TOPIC_MESSAGE_BYTES_MAX + 1))).toBe('reject oversize')
    expect(onTopic(new Uint8Array())).toBe('reject malformed')
    for (let end = 0; end < message.length; end += 7) expect(onTopic(message.slice(0, end))).toBe('reject malformed')
    expect(onTopic(concat(message, Uint8Array.of(0)))).toBe('reject malformed')
  })

  test('a bundle that proves nothing', () => {
    for (const bad of ['', 'cv-evidence@v1\n', text.slice(0, -1), text.replace('two histories', 'ten histories')]) {
      expect(onTopic(encodeEvidenceMessage(offence, bad))).toBe('reject not-proved')
      expect(said(verdictOnBundle(utf8(bad), { hub: origin, id: offence.id }, aScene()))).toBe('reject not-proved')
    }
    expect(said(verdictOnBundle(Uint8Array.of(0xff), null, aScene()))).toBe('reject not-proved')
  })

  test('a bundle that proves something else than it says', () => {
    const { E3 } = each
    expect(onTopic(encodeEvidenceMessage(offence, encodeEvidence(E3)))).toBe('reject other-offence')
    const elsewhere = aTown('tokyo').card
    const scene = aScene({ hubIdOf: () => elsewhere.hubId })
    expect(said(verdictOnEvidence(encodeEvidenceMessage({ ...offence, origin: elsewhere.origin }, text), scene))).toBe('reject other-offence')
  })
})

describe('ignored is what an honest hub may send', () => {
  test('of a hub that is in no document here, or has its name and is another', () => {
    expect(onTopic(message, { hubIdOf: () => undefined })).toBe('ignore unknown-hub')
    expect(onTopic(message, { hubIdOf: () => aTown('tokyo').card.hubId })).toBe('ignore unknown-hub')
  })

  test('an offence that is proved already', () => {
    expect(onTopic(message, { holds: (id) => id === offence.id })).toBe('ignore held')
  })

  test('more of one hub than is kept, or looked at in an hour, before any signature is asked about', () => {
    const bad = encodeEvidenceMessage(offence, 'rubbish')
    expect(onTopic(bad, { heldOf: () => BUNDLES_PER_HUB_MAX })).toBe('ignore enough-of-hub')
    expect(onTopic(bad, { mayLook: () => false })).toBe('ignore too-many-this-hour')
    expect(onTopic(message, { heldOf: () => BUNDLES_PER_HUB_MAX - 1 })).toBe('accept')
  })

  test('what is too large for a topic, which is announced and named', () => {
    const large = aLargeOne()
    expect(utf8(large).length).toBeGreaterThan(BUNDLE_INLINE_BYTES_MAX)
    const announced = encodeEvidenceMessage(offence, large)
    expect(announced.length).toBeLessThan(200)
    expect(verdictOnEvidence(announced, aScene())).toEqual({ verdict: 'ignore', because: 'to-be-fetched', hub: origin, id: offence.id })
    expect(said(verdictOnBundle(utf8(large), { hub: origin, id: offence.id }, aScene()))).toBe('accept')
  })

  test('whatever makes the judge fail', () => {
    const fails = (): never => {
      throw new Error('our own bug')
    }
    expect(onTopic(message, { holds: fails })).toBe('ignore fault')
    expect(said(verdictOnBundle(utf8(text), null, aScene({ mayLook: fails })))).toBe('ignore fault')
  })
})

test('whatever fits the topic fits with the longest names, and a bundle is as large as a record takes', () => {
  const longest = encodeEvidenceMessage({ ...offence, origin: 'x'.repeat(64) }, 'y'.repeat(BUNDLE_INLINE_BYTES_MAX))
  expect(longest.length).toBeLessThanOrEqual(TOPIC_MESSAGE_BYTES_MAX)
  expect(BUNDLE_BYTES_MAX).toBe(EVIDENCE_BYTES_MAX)
})
