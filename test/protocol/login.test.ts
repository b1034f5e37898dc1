import { expect, test } from 'vitest'
import { concat } from '#ledger/bytes.ts'
import { publicKeyOf, sign } from '#ledger/keys.ts'
import {
  challengeFault,
  encodeChallenge,
  isSignedChallenge,
  parseChallenge,
  signChallenge,
} from '#protocol/login.ts'

const challenge = {
  hub: 'cv.chengdu-11111111/log',
  httpOrigin: 'https://chengdu.example',
  nonce: new Uint8Array(16).fill(5),
  expires: 1_795_000_000,
}
const payload = encodeChallenge(challenge)
const secret = new Uint8Array(32).fill(3)
const device = publicKeyOf(secret)
const hubId = new Uint8Array(32).fill(1)

test('a challenge has one spelling', () => {
  expect(parseChallenge(payload)).toEqual(challenge)
  expect(parseChallenge(concat(payload, Uint8Array.of(0)))).toBeNull()
  expect(parseChallenge(payload.subarray(1))).toBeNull()
  expect(parseChallenge(new Uint8Array(0))).toBeNull()
})

test('a challenge is for one hub at one address', () => {
  expect(challengeFault(payload, challenge.hub, challenge.httpOrigin)).toBeNull()
  expect(challengeFault(payload, 'cv.tokyo-22222222/log', challenge.httpOrigin)).toBe('other-hub')
  expect(challengeFault(payload, challenge.hub, 'http://chengdu.example')).toBe('other-address')
  expect(challengeFault(Uint8Array.of(1), challenge.hub, challenge.httpOrigin)).toBe('unreadable')
})

test('its signature counts for this hub only, and no other signature counts for it', () => {
  const signature = signChallenge(payload, secret, hubId)
  expect(isSignedChallenge(payload, device, signature, hubId)).toBe(true)
  expect(isSignedChallenge(payload, device, signature, new Uint8Array(32).fill(2))).toBe(false)
  expect(isSignedChallenge(payload, device, sign(secret, 'entry', hubId, payload), hubId)).toBe(
    false,
  )
})
