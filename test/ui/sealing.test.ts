import { ed25519, x25519 } from '@noble/curves/ed25519.js'
import { describe, expect, test } from 'vitest'
import { fromHex, toHex, utf8 } from '#ledger/bytes.ts'
import { publicKeyOf } from '#ledger/keys.ts'
import { encodeSignedLetter, isSignedLetter, type Letter, LETTER_WORDS_BYTES_MAX, parseSignedLetter, signLetter } from '#protocol/letter.ts'
import { bytesFor } from '#test/support/towns.ts'
import { openReported, safetyNumber, sealLetter, unsealLetter } from '#ui/device/sealing.ts'
import { deviceOf, newDevice } from '#ui/device/signing.ts'

const HUB = { hubId: toHex(bytesFor('hub')), origin: 'cv.here-00000000/log' }
const about = { what: 'listing', hub: HUB.origin, id: toHex(bytesFor('listing')).slice(0, 32) } as const

let drawn = 0
const random = (length: number): Uint8Array => bytesFor(`random ${drawn++}`).slice(0, length)
const keyOf = (device: { publicKey: string }): Uint8Array => fromHex(device.publicKey)!

const [ana, bo] = [newDevice(random), newDevice(random)]
const tablet = deviceOf(bo.acct, bytesFor('the tablet'))
const to = { hub: HUB.origin, acct: bo.acct }

function aLetter(words = '明天下午三点可以吗？', devices = [keyOf(bo), keyOf(tablet)]): { bytes: Uint8Array; letter: Letter } {
  const signed = sealLetter(ana, HUB, { to, about, ts: 1_790_000_000, words, devices }, random)!
  const bytes = encodeSignedLetter(signed)
  return { bytes, letter: parseSignedLetter(bytes)!.letter }
}

describe('a letter', () => {
  test('is read on every device of both, and on no other', () => {
    const { letter } = aLetter()
    for (const device of [ana, bo, tablet]) expect(unsealLetter(device, letter)?.words).toBe('明天下午三点可以吗？')
    expect(unsealLetter(newDevice(random), letter)).toBeNull()
    expect(unsealLetter(deviceOf(bo.acct, bytesFor('a phone that came later')), letter)).toBeNull()
  })

  test('is signed by its sender for the hub they are of', () => {
    const { bytes } = aLetter()
    const { signed } = parseSignedLetter(bytes)!
    expect(isSignedLetter(signed, fromHex(HUB.hubId)!)).toBe(true)
    expect(isSignedLetter(signed, bytesFor('another hub'))).toBe(false)
  })

  test('says nothing of its words but how many times 256 bytes they are', () => {
    const lengths = ['a', 'b'.repeat(255), 'c'.repeat(256), 'd'.repeat(LETTER_WORDS_BYTES_MAX)].map((words) => aLetter(words).letter.words.length)
    expect(lengths).toEqual([272, 272, 528, 2_064])
    const { bytes } = aLetter('nobody in between reads this sentence')
    expect(Buffer.from(bytes).includes('in between')).toBe(false)
  })

  test('is not made of nothing, of too many words, or for nobody', () => {
    const made = (words: string, devices = [keyOf(bo)]) => sealLetter(ana, HUB, { to, about, ts: 1, words, devices }, random)
    expect(made(' \n ')).toBeNull()
    expect(made('x'.repeat(LETTER_WORDS_BYTES_MAX + 1))).toBeNull()
    expect(made('hello', [])).toBeNull()
  })

  test.each([
    ['its time', (letter: Letter) => ({ ...letter, ts: letter.ts + 1 })],
    ['what it is about', (letter: Letter) => ({ ...letter, about: { ...letter.about, what: 'agreement' as const } })],
    ['who it is from', (letter: Letter) => ({ ...letter, from: { ...letter.from, acct: toHex(bytesFor('eve')) } })],
    ['whom it is for', (letter: Letter) => ({ ...letter, to: { ...letter.to, hub: 'cv.there-00000000/log' } })],
    ['a byte of its words', (letter: Letter) => ({ ...letter, words: letter.words.with(0, letter.words[0]! ^ 1) })],
    ['its commitment', (letter: Letter) => ({ ...letter, commitment: bytesFor('another key') })],
    ['the key of its making', (letter: Letter) => ({ ...letter, ephemeral: x25519.getPublicKey(bytesFor('another')) })],
    ['the key of its making, for one that agrees with everybody', (letter: Letter) => ({ ...letter, ephemeral: new Uint8Array(32) })],
  ])('does not open when %s is changed', (_what, change) => {
    expect(unsealLetter(bo, change(aLetter().letter))).toBeNull()
  })

  test('cannot be passed on as somebody else’s: its words are bound to who wrote them', () => {
    const eve = newDevice(random)
    const { letter } = aLetter()
    const stolen = signLetter({ ...letter, from: { hub: HUB.origin, acct: eve.acct } }, keyOf(eve), eve.secret, fromHex(HUB.hubId)!)
    expect(unsealLetter(bo, parseSignedLetter(encodeSignedLetter(stolen))!.letter)).toBeNull()
  })

  test('is agreed on by the same key that signs, as libsodium would turn it into one of Curve25519', () => {
    const secret = bytesFor('a device')
    expect(ed25519.utils.toMontgomery(publicKeyOf(secret))).toEqual(x25519.getPublicKey(ed25519.utils.toMontgomerySecret(secret)))
  })
})

describe('a report', () => {
  test('opens just the letter that it shows, and proves who wrote it', () => {
    const [first, second] = [aLetter('rude words'), aLetter('kind words')]
    const { contentKey } = unsealLetter(bo, first.letter)!
    expect(openReported(first.bytes, contentKey, HUB.hubId)?.words).toBe('rude words')
    expect(openReported(second.bytes, contentKey, HUB.hubId)).toBeNull()
  })

  test('cannot put words into anybody’s mouth', () => {
    const { bytes, letter } = aLetter('kind words')
    expect(openReported(bytes, bytesFor('an invented key'), HUB.hubId)).toBeNull()
    const { contentKey } = unsealLetter(bo, letter)!
    const forged = signLetter(letter, keyOf(bo), bytesFor('not hers'), fromHex(HUB.hubId)!)
    expect(openReported(encodeSignedLetter(forged), contentKey, HUB.hubId)).toBeNull()
    expect(openReported(utf8('no letter'), contentKey, HUB.hubId)).toBeNull()
  })
})

test('the safety number is the same on both sides and another one when a device is slipped in', () => {
  const [hers, his] = [[keyOf(ana)], [keyOf(bo), keyOf(tablet)]]
  expect(safetyNumber(hers, his)).toBe(safetyNumber([...his].reverse(), hers))
  expect(safetyNumber(hers, his)).toMatch(/^\d{5}( \d{5}){5}$/)
  expect(safetyNumber(hers, [...his, bytesFor('the hub’s own')])).not.toBe(safetyNumber(hers, his))
})

test('a letter to oneself is none', () => {
  const own = sealLetter(ana, HUB, { to: { hub: HUB.origin, acct: ana.acct }, about, ts: 1, words: 'me', devices: [keyOf(ana)] }, random)!
  expect(parseSignedLetter(encodeSignedLetter(own))).toBeNull()
})
