import { afterAll, beforeAll, expect, test } from 'vitest'
import { claimHolds, notingIn, type SignatureClaim, verifierFrom } from '#ledger/claims.ts'
import type { Entry } from '#ledger/entry.ts'
import { check, claimsOf } from '#ledger/ledger.ts'
import { signHead, type Verifier } from '#ledger/keys.ts'
import { installNativeCrypto, uninstallNativeCrypto } from '#node/signatures/native-crypto.ts'
import { anAgreement, aTownOfNeighbours } from '#test/support/people.ts'
import { draft, idFor, type Person, type Town } from '#test/support/towns.ts'

beforeAll(() => void installNativeCrypto())
afterAll(uninstallNativeCrypto)

const verdictsOn = (claims: SignatureClaim[]): boolean[] =>
  claims.map(claimHolds)

const agreement = (town: Town, by: Person[]): Entry => draft(town, anAgreement(town, by[0]!, by[1]!), by)

function spoilt(entry: Entry, place: number): Entry {
  const auth = entry.auth.map(({ keyId, signature }, i) => ({
    keyId, signature: i === place ? signature.map((byte, at) => (at === 40 ? byte ^ 1 : byte)) : signature,
  }))
  return { ...entry, auth }
}

test('what will be asked about an entry is known before its turn, in the order in which it is asked', () => {
  const { town, mei, bo } = aTownOfNeighbours()
  const entry = agreement(town, [mei, bo])
  const claims = claimsOf(town.state, entry)
  const of = { head: signHead('entry', town.id), body: entry.body }
  expect(claims).toEqual([
    { key: mei.device, ...of, signature: entry.auth[0]!.signature },
    { key: bo.device, ...of, signature: entry.auth[1]!.signature },
  ])
  const asked: SignatureClaim[] = []
  expect(check(town.state, entry, notingIn(asked))).toBeNull()
  expect(asked).toEqual(claims)
})

test('nothing is to be verified for somebody the hub does not know', () => {
  const { town, mei, bo } = aTownOfNeighbours()
  const other = aTownOfNeighbours({ name: 'lhasa' })
  expect(claimsOf(other.town.state, agreement(town, [mei, bo]))).toEqual([])
  expect(claimsOf(town.state, draft(town, { kind: 'hub.founded', genesis: mei.device, charter: mei.device }))).toEqual([])
})

test.each([0, 1])('a false signature in place %i is refused, whether verified before or in its turn', (place) => {
  const { town, mei, bo } = aTownOfNeighbours()
  const entry = spoilt(agreement(town, [mei, bo]), place)
  const claims = claimsOf(town.state, entry)
  const verdicts = verdictsOn(claims)
  expect(verdicts).toEqual([place !== 0, place !== 1])
  expect(check(town.state, entry, verifierFrom(claims, verdicts))).toEqual({ code: 'wrong-signature' })
  expect(check(town.state, entry)).toEqual({ code: 'wrong-signature' })
})

test('a verdict counts for exactly what it was given about; the rest is verified where it is asked', () => {
  const { town, mei } = aTownOfNeighbours()
  const entry = draft(town, { kind: 'help.confirmed', help: idFor('one') }, [mei])
  const { signature } = entry.auth[0]!
  const yes: Verifier = verifierFrom(claimsOf(town.state, entry), [true])
  const no: Verifier = verifierFrom(claimsOf(town.state, entry), [false])
  const other = spoilt(entry, 0).auth[0]!.signature
  expect(yes(mei.device, 'entry', town.id, entry.body, signature)).toBe(true)
  expect(no(mei.device, 'entry', town.id, entry.body, signature)).toBe(false)
  // Another signature, key, context, scope or message was not asked about.
  expect(yes(mei.device, 'entry', town.id, entry.body, other)).toBe(false)
  expect(yes(town.steward.device, 'entry', town.id, entry.body, signature)).toBe(false)
  expect(yes(mei.device, 'appr', town.id, entry.body, signature)).toBe(false)
  expect(yes(mei.device, 'entry', mei.device, entry.body, signature)).toBe(false)
  expect(yes(mei.device, 'entry', new Uint8Array(31), entry.body, signature)).toBe(false)
  expect(yes(mei.device, 'entry', town.id, entry.body.slice(1), signature)).toBe(false)
  // No verdict is not a yes.
  expect(verifierFrom(claimsOf(town.state, entry), [])(mei.device, 'entry', town.id, entry.body, other)).toBe(false)
})

test('what no message can be made of is false at once', () => {
  const noted: SignatureClaim[] = []
  expect(notingIn(noted)(new Uint8Array(32), 'entry', new Uint8Array(31), new Uint8Array(), new Uint8Array(64))).toBe(false)
  expect(noted).toEqual([])
})
