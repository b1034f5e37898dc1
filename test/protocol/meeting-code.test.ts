import { describe, expect, test } from 'vitest'
import { encodeCard } from '#ledger/federation/federation.ts'
import { codeOf, fingerprintOf, parseCode } from '#protocol/meeting-code.ts'
import { aTown } from '#test/support/towns.ts'

const card = encodeCard(aTown('chengdu').card)
const [one, two, three] = ['/ip4/203.0.113.7/tcp/4001', '/dns4/hub.example.org/tcp/4001', '/ip4/10.0.0.1/tcp/1'] as const

describe('a meeting code', () => {
  test('says where the hub can be asked for its card, and which card that is', () => {
    const code = codeOf(card, [one, two, three])!
    expect(code).toBe(`cv1:${fingerprintOf(card)}@${one},${two}`)
    expect(parseCode(` ${code}\n`)).toEqual({ fingerprint: fingerprintOf(card), addresses: [one, two] })
    expect(fingerprintOf(encodeCard(aTown('barcelona').card))).not.toBe(fingerprintOf(card))
  })

  test('is none without an address, and passes over one that it could not hold', () => {
    expect(codeOf(card, [])).toBeNull()
    expect(codeOf(card, ['nowhere', `/dns4/${'a'.repeat(300)}`])).toBeNull()
    expect(codeOf(card, ['/dns4/a,b/tcp/1', one])).toBe(`cv1:${fingerprintOf(card)}@${one}`)
  })

  test('is no other text: a whole card, a shorter fingerprint, a third address', () => {
    const code = codeOf(card, [one])!
    for (const text of ['', 'cv1:', code.slice(0, 20), code.replace('cv1', 'cv2'), `${code},${two},${three}`, `${code} ${two}`, code.replace('@', '')]) {
      expect(parseCode(text)).toBeNull()
    }
  })
})
