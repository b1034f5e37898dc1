import { expect, test } from 'vitest'
import { encodeAction, kinds, parseAction } from '#ledger/action.ts'
import { fromBase64, fromHex, toBase64, toHex, utf8 } from '#ledger/bytes.ts'
import { verifyIn } from '#ledger/keys.ts'
import { openBlob } from '#protocol/commitment.ts'
import { isSignedListing, parseListing, unsaid } from '#protocol/listing.ts'
import { encodeChallenge, isSignedChallenge } from '#protocol/login.ts'
import {
  answerChallenge,
  committed,
  deviceOf,
  newDevice,
  type Random,
  readDraft,
  signAction,
  signDraft,
  signedListing,
} from '#ui/device/signing.ts'

let next = 0
/** Distinct bytes on every call: a device must never depend on their value. */
const random: Random = (length) => new Uint8Array(length).fill(++next)

const hubId = '11'.repeat(32)
const otherHub = '22'.repeat(32)
const place = {
  hubId,
  seen: { size: 3, leaf: '33'.repeat(32), now: 1_795_000_000, globalDay: null },
}
const mei = newDevice(random)
const bo = newDevice(random)
const key = fromHex(mei.publicKey)!

const agreement = {
  kind: 'agreement.made',
  listing: '44'.repeat(16),
  helper: bo.acct,
  receiver: mei.acct,
  category: 1,
  minutes: 60,
  begins: 1_795_000_000,
  ends: 1_795_003_600,
  terms: '55'.repeat(32),
  charter: 0,
} as const

test('an action is signed for its hub and for no other', () => {
  const { body, auth } = signAction(
    mei,
    place,
    { kind: 'help.confirmed', help: '66'.repeat(16) },
    random,
  )
  const [bytes, signature] = [fromBase64(body)!, fromHex(auth[0]!.signature)!]
  expect(auth[0]!.keyId).toBe(mei.keyId)
  expect(verifyIn(key, 'entry', fromHex(hubId)!, bytes, signature)).toBe(true)
  expect(verifyIn(key, 'entry', fromHex(otherHub)!, bytes, signature)).toBe(false)
})

test('an action names its member, what was seen, and a day in which it may be taken', () => {
  const { body } = signAction(
    mei,
    place,
    { kind: 'checkin.made', agreement: '66'.repeat(16) },
    random,
  )
  expect(parseAction(fromBase64(body)!)).toMatchObject({
    kind: 'checkin.made',
    acct: mei.acct,
    exp: place.seen.now + 86_400,
    seen: { size: 3, leaf: place.seen.leaf },
  })
})

test('the same wish asked twice is two actions', () => {
  const asked = { kind: 'cv.converted', amountMilli: 30_000n } as const
  expect(signAction(mei, place, asked, random).body).not.toBe(
    signAction(mei, place, asked, random).body,
  )
})

test('an approval is signed under its own context', () => {
  const asked = { kind: 'order.approved', slot: 0, order: 'issue', argument: utf8('x') } as const
  const { body, auth } = signAction(mei, place, asked, random)
  expect(kinds['order.approved'].context).toBe('appr')
  const [bytes, signature] = [fromBase64(body)!, fromHex(auth[0]!.signature)!]
  expect(verifyIn(key, 'appr', fromHex(hubId)!, bytes, signature)).toBe(true)
  expect(verifyIn(key, 'entry', fromHex(hubId)!, bytes, signature)).toBe(false)
})

test('a draft gets the second signature behind the first, over the same bytes', () => {
  const draft = signAction(mei, place, agreement, random)
  const signed = signDraft(bo, hubId, draft)!
  expect(signed.body).toBe(draft.body)
  expect(signed.auth.map((one) => one.keyId)).toEqual([mei.keyId, bo.keyId])
  const second = fromHex(signed.auth[1]!.signature)!
  expect(
    verifyIn(fromHex(bo.publicKey)!, 'entry', fromHex(hubId)!, fromBase64(draft.body)!, second),
  ).toBe(true)
})

test('a device signs no draft that its page cannot show', () => {
  const draft = signAction(mei, place, agreement, random)
  const stranger = newDevice(random)
  const other = signAction(mei, place, { kind: 'cv.converted', amountMilli: 1_000n }, random)
  expect(readDraft(draft.body, bo.acct)).toMatchObject({ minutes: 60, helper: bo.acct })
  expect(readDraft('not base64', bo.acct)).toBeNull()
  expect(signDraft(stranger, hubId, draft)).toBeNull() // somebody else's agreement
  expect(signDraft(mei, hubId, draft)).toBeNull() // one's own proposal
  expect(signDraft(bo, hubId, other)).toBeNull() // no agreement at all
  expect(signDraft(bo, hubId, { ...draft, body: 'AAAA' })).toBeNull()
  expect(signDraft(bo, hubId, { ...draft, body: 'not base64' })).toBeNull()
})

test('a draft whose proposer is neither party is not shown', () => {
  const strange = encodeAction({
    ...agreement,
    id: '77'.repeat(16),
    acct: newDevice(random).acct,
    exp: 1,
    seen: { size: 0, leaf: hubId },
  })
  expect(readDraft(toBase64(strange), bo.acct)).toBeNull()
})

const hub = { hubId, origin: 'cv.chengdu-11111111/log' }
const challenge = {
  hub: hub.origin,
  httpOrigin: 'http://192.168.1.20:8460',
  nonce: new Uint8Array(16),
  expires: 1_795_000_120,
}

test('a login challenge for this page and this hub is signed', () => {
  const payload = encodeChallenge(challenge)
  const answer = answerChallenge(mei, hub, challenge.httpOrigin, toBase64(payload))
  if (typeof answer === 'string') throw new Error(answer)
  expect(answer).toMatchObject({ acct: mei.acct, keyId: mei.keyId, payload: toBase64(payload) })
  expect(isSignedChallenge(payload, key, fromHex(answer.signature)!, fromHex(hubId)!)).toBe(true)
  expect(isSignedChallenge(payload, key, fromHex(answer.signature)!, fromHex(otherHub)!)).toBe(
    false,
  )
})

test('a challenge that another page relays is refused, also when only the port differs', () => {
  const payload = toBase64(encodeChallenge(challenge))
  for (const here of [
    'http://evil.example',
    'https://192.168.1.20:8460',
    'http://192.168.1.20:8461',
  ]) {
    expect(answerChallenge(mei, hub, here, payload), here).toBe('other-address')
  }
})

test('a challenge of another hub, or no challenge, is refused', () => {
  const other = toBase64(encodeChallenge({ ...challenge, hub: 'cv.tokyo-22222222/log' }))
  expect(answerChallenge(mei, hub, challenge.httpOrigin, other)).toBe('other-hub')
  for (const bad of [
    '',
    'AAAA',
    '?',
    toBase64(
      encodeAction({
        ...agreement,
        id: '77'.repeat(16),
        acct: mei.acct,
        exp: 1,
        seen: { size: 0, leaf: hubId },
      }),
    ),
  ]) {
    expect(answerChallenge(mei, hub, challenge.httpOrigin, bad), bad).toBe('unreadable')
  }
})

const header = {
  id: '88'.repeat(16),
  hub: hub.origin,
  rev: 1,
  kind: 'need',
  region: 'as',
  category: 'everyday',
  title: '修水龙头',
  scope: 'hub',
  languages: ['zh'],
  minutes: 90,
  ...unsaid(),
  from: 1_795_000_000,
  expiresAt: 1_797_000_000,
  state: 'open',
} as const

test('a listing is signed by its author’s device and names the hash of its words', () => {
  const request = signedListing(mei, hubId, { ...header, languages: ['zh'] }, '周六，厨房')
  const bytes = fromBase64(request.listing)!
  expect(parseListing(bytes)).toMatchObject({ author: mei.acct, title: '修水龙头', bodyBytes: 15 })
  expect(
    isSignedListing(bytes, fromHex(request.device)!, fromHex(request.signature)!, fromHex(hubId)!),
  ).toBe(true)
})

test('a closed listing carries no words', () => {
  const request = signedListing(
    mei,
    hubId,
    { ...header, languages: ['zh'], rev: 2, state: 'closed' },
    null,
  )
  expect(parseListing(fromBase64(request.listing)!)).toMatchObject({
    state: 'closed',
    bodyHash: null,
    bodyBytes: 0,
  })
})

test('a commitment and its blob belong together, and two of one text differ', () => {
  const [one, two] = [committed('2', random), committed('2', random)]
  const opened = openBlob(fromBase64(one.blob)!)!
  expect(toHex(opened.commitment)).toBe(one.commitment)
  expect(opened.text).toEqual(utf8('2'))
  expect(two.commitment).not.toBe(one.commitment)
})

test('a device is the same from its seed', () => {
  expect(deviceOf(mei.acct, mei.secret)).toEqual(mei)
})
