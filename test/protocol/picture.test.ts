/** Which bytes are a picture of a listing, and what is taken out of those that are more than one. */
import { describe, expect, test } from 'vitest'
import { concat, utf8 } from '#ledger/bytes.ts'
import { PICTURE_BYTES_MAX, pictureFault, withoutMetadata } from '#protocol/picture.ts'
import { aPicture, segment } from '#test/support/pictures.ts'

const exif = segment(0xe1, concat(utf8('Exif\0\0'), new Uint8Array(40).fill(7)))
const without = (bytes: Uint8Array): Uint8Array => withoutMetadata(bytes)!

test('a baseline JPEG in one scan is a picture, grey or in colour, with or without its plain head', () => {
  expect(pictureFault(aPicture())).toBeNull()
  expect(pictureFault(aPicture({ components: 1 }))).toBeNull()
  expect(pictureFault(aPicture({ head: [] }))).toBeNull()
  expect(pictureFault(aPicture({ width: 1_600, height: 1_600 }))).toBeNull()
})

describe('what a camera wrote beside it is refused, and taken out before it is sent', () => {
  test.each([
    ['EXIF, with the place', exif], ['XMP', segment(0xe1, utf8('http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>'))],
    ['a colour profile', segment(0xe2, utf8('ICC_PROFILE\0\u0001\u0001…'))], ['Photoshop’s', segment(0xed, utf8('Photoshop 3.0\0'))],
    ['a comment', segment(0xfe, utf8('taken at home'))], ['a head with a thumbnail', segment(0xe0, concat(utf8('JFIF\0'), new Uint8Array([1, 1, 0, 0, 1, 0, 1, 1, 1, 9, 9, 9])))],
    ['a head that is none', segment(0xe0, utf8('JFXX\0…'))],
  ])('%s', (_, hidden) => {
    const bytes = aPicture({ more: [hidden] })
    expect(pictureFault(bytes)).toBe('metadata')
    expect(pictureFault(without(bytes))).toBeNull()
    expect(without(bytes)).toEqual(aPicture())
  })
})

test('a picture that would unfold into a wall is refused by its sides, however few bytes it has', () => {
  for (const sides of [{ width: 65_535, height: 65_535 }, { width: 1_601, height: 1 }, { width: 1, height: 1_601 }, { width: 0, height: 9 }, { width: 9, height: 0 }]) {
    expect(pictureFault(aPicture(sides))).toBe('dimensions')
  }
})

describe('what is no such picture is told apart', () => {
  const good = aPicture()
  const scan = aPicture({ scan: [1, 2, 0xff, 0xda, 3] })
  test.each([
    ['nothing', new Uint8Array()], ['a PNG', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])], ['an SVG', utf8('<svg onload="x"/>')],
    ['one cut short', good.subarray(0, good.length - 2)], ['bytes behind the end', concat(good, utf8('<script>'))], ['two pictures', concat(good, good)],
    ['a second scan', scan], ['a progressive one', aPicture({ frame: 0xc2 })], ['a lossless one', aPicture({ frame: 0xc3 })],
    ['two frames', aPicture({ more: [segment(0xc0, new Uint8Array([8, 0, 9, 0, 9, 1, 1, 0x11, 0]))] })], ['no frame', aPicture({ frame: null })],
    ['twelve bits', aPicture({ precision: 12 })], ['a segment longer than all', concat(good.subarray(0, 4), new Uint8Array([0xff, 0xff]), good.subarray(6))],
    ['a segment of length one', new Uint8Array([0xff, 0xd8, 0xff, 0xdb, 0, 1, 0xff, 0xd9])],
  ] as [string, Uint8Array][])('%s', (_, bytes) => {
    expect(pictureFault(bytes)).toBe('not-a-picture')
  })
  test('one too large', () => {
    expect(pictureFault(aPicture({ scan: Array.from({ length: PICTURE_BYTES_MAX }, () => 1) }))).toBe('too-large')
  })
})

test('no byte of a picture, changed, makes the check throw, and what is taken out leaves a picture or nothing', () => {
  const bytes = aPicture({ more: [exif] })
  for (let i = 0; i < bytes.length; i++) {
    for (const value of [0, 1, 0xd9, 0xda, 0xff]) {
      const bent = bytes.slice()
      bent[i] = value
      expect(() => pictureFault(bent)).not.toThrow()
      expect(() => withoutMetadata(bent)).not.toThrow()
    }
  }
})
