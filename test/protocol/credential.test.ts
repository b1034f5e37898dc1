import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { toHex, utf8 } from '#ledger/bytes.ts'
import { publicKeyOf } from '#ledger/keys.ts'
import { canonicalJson } from '#protocol/canonical-json.ts'
import { certificateNumber, certificateOf, type Participation, signedCertificate } from '#protocol/certificate.ts'
import { type JsonObject, signCredential, verifyCredential } from '#protocol/credential.ts'
import { didKeyOf, fromMultibase, keyInMultikey, multikeyOf, toMultibase } from '#protocol/multikey.ts'
import { bytesFor, hexFor } from '#test/support/towns.ts'

const foreign = (name: string): string => readFileSync(new URL(`../vectors/foreign/eddsa-jcs-2022/${name}`, import.meta.url), 'utf8')

describe('the W3C’s own example of eddsa-jcs-2022', () => {
  const { proof, ...document } = JSON.parse(foreign('signedJCS.json')) as { proof: JsonObject } & JsonObject
  const { proofValue, ...options } = proof
  const { publicKeyMultibase, privateKeyMultibase } = JSON.parse(foreign('keyPair.json')) as Record<string, string>
  const secret = fromMultibase(privateKeyMultibase!)!.slice(2)

  test('is spelled and signed here byte for byte as it is there', () => {
    expect(canonicalJson(document)).toBe(foreign('canonDocJCS.txt'))
    expect(toHex(fromMultibase(proofValue as string)!)).toBe(foreign('sigHexJCS.txt'))
    expect(multikeyOf(publicKeyOf(secret))).toBe(publicKeyMultibase)
    const signed = signCredential(document, secret, options['verificationMethod'] as string, options['created'] as string)
    expect(signed).toEqual({ ...document, proof })
  })

  test('verifies, and no longer with a word changed in the document or the proof', () => {
    expect(verifyCredential({ ...document, proof })).toMatchObject({ ok: true, document })
    const changed = { ...document, name: 'Another', proof }
    expect(verifyCredential(changed)).toEqual({ ok: false, fault: 'not-signed' })
    expect(verifyCredential({ ...document, proof: { ...proof, created: '2024-02-24T23:36:38Z' } })).toEqual({ ok: false, fault: 'not-signed' })
  })

  test('is not taken under another context than it was signed under', () => {
    const context = ['https://www.w3.org/ns/credentials/v2', 'https://example.org/other']
    expect(verifyCredential({ ...document, '@context': context, proof })).toEqual({ ok: false, fault: 'not-signed' })
  })

  test.each([
    ['nothing', null, 'not-a-credential'], ['a list', [], 'not-a-credential'], ['no proof', document, 'not-a-credential'],
    ['another suite', { ...document, proof: { ...proof, cryptosuite: 'eddsa-rdfc-2022' } }, 'other-proof'],
    ['another purpose', { ...document, proof: { ...proof, proofPurpose: 'authentication' } }, 'other-proof'],
    ['a key that is none', { ...document, proof: { ...proof, verificationMethod: 'https://example.org/#key-1' } }, 'unknown-key'],
    ['half a signature', { ...document, proof: { ...proof, proofValue: (proofValue as string).slice(0, 40) } }, 'not-signed'],
    ['a fraction, which has no spelling here', { ...document, weight: 0.5, proof }, 'not-signed'],
  ])('%s is refused by name', (_, value, fault) => {
    expect(verifyCredential(value)).toEqual({ ok: false, fault })
  })
})

test('JSON has one spelling: names in the order of their UTF-16 units, texts as ECMAScript writes them (RFC 8785, 3.2.3)', () => {
  const names = { '\u20ac': 'Euro Sign', '\r': 'Carriage Return', '\ufb33': 'Hebrew Letter Dalet With Dagesh', '1': 'One', '\u{1f600}': 'Emoji', '\u0080': 'Control', '\u00f6': 'o' }
  expect([...canonicalJson(names).matchAll(/:"([^"]+)"/g)].map(([, value]) => value))
    .toEqual(['Carriage Return', 'One', 'Control', 'o', 'Euro Sign', 'Emoji', 'Hebrew Letter Dalet With Dagesh'])
  expect(canonicalJson({ b: [1, true, null], a: '\u000f"\\€' })).toBe('{"a":"\\u000f\\"\\\\€","b":[1,true,null]}')
  expect(() => canonicalJson('\ud800')).toThrow(RangeError)
})

test('base58btc keeps zeros at the beginning, and nothing else is read', () => {
  for (const bytes of [new Uint8Array(), new Uint8Array(3), Uint8Array.of(0, 0, 1), bytesFor('any')]) expect(fromMultibase(toMultibase(bytes))).toEqual(bytes)
  for (const text of ['', 'uAQID', 'z0', 'zI', `z${'1'.repeat(200)}`]) expect(fromMultibase(text)).toBeNull()
  expect(keyInMultikey('z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2')).toHaveLength(32)
  expect(keyInMultikey(toMultibase(bytesFor('32 bytes that no type stands before')))).toBeNull()
})

describe('a certificate of taking part', () => {
  const secret = bytesFor('log')
  const hubId = bytesFor('hub')
  const part: Participation = {
    acct: hexFor('mei'), name: '梅', city: '成都', origin: 'cv.chengdu-11111111/log', since: 1_767_268_800, ts: 1_782_993_600,
    parts: [{ kind: 'help', times: 12, minutes: 1_080 }, { kind: 'work', times: 1, minutes: 0 }], helped: 7, size: 345, root: hexFor('root'),
  }

  test('is a Verifiable Credential 2.0 and an Open Badge 3.0 in one, signed by the key that it names as its issuer', () => {
    const certificate = signedCertificate(part, hubId, secret)
    const verdict = verifyCredential(JSON.parse(JSON.stringify(certificate)))
    expect(verdict).toMatchObject({ ok: true, key: publicKeyOf(secret) })
    expect(certificate).toMatchObject({
      '@context': ['https://www.w3.org/ns/credentials/v2', 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json'],
      type: ['VerifiableCredential', 'OpenBadgeCredential'], issuer: { id: didKeyOf(publicKeyOf(secret)), name: '成都' },
      validFrom: '2026-07-02T12:00:00Z',
      credentialSubject: { type: ['AchievementSubject'], achievement: { type: ['Achievement'], achievementType: 'CommunityService' } },
    })
    expect(String(certificate['id'])).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(certificateNumber(part)).toBe(`2026-345-${part.acct.slice(0, 8)}`)
  })

  test('says no name where the hub knows none, and names nobody who was helped', () => {
    const nameless = certificateOf({ ...part, name: null }, hubId, publicKeyOf(secret))
    expect(JSON.stringify(nameless)).not.toContain('梅')
    expect((nameless['credentialSubject'] as JsonObject)['identifier']).toHaveLength(1)
    expect(utf8(canonicalJson(nameless)).length).toBeLessThan(2_048)
  })
})
