/**
 * Documents that other programs verify: W3C Verifiable Credentials 2.0 with a Data Integrity proof of the cryptosuite
 * `eddsa-jcs-2022` (Recommendation of 15 May 2025, section 3.3), checked against the W3C's own test vector.
 *
 * What is signed is SHA-256 of the proof's own fields followed by SHA-256 of the document, 64 bytes under the key itself,
 * because that is what others verify. So this is the one use of a key besides signed notes that no context of ours stands
 * before; 64 bytes made of two hashes are no note, whose text is a name and numbers in lines, and begin like no context but
 * by a chance of one in 2^72.
 */
import { concat, utf8 } from '#ledger/bytes.ts'
import { sha256 } from '#ledger/hash.ts'
import { signMessage, verify } from '#ledger/keys.ts'
import { canonicalJson, type Json } from './canonical-json.ts'
import { fromMultibase, keyInMultikey, toMultibase } from './multikey.ts'

export type JsonObject = { readonly [name: string]: Json }
export type Credential = JsonObject & { proof: JsonObject }

/** Adds the proof. `created` is RFC 3339 in UTC; `method` names the key, whose multikey stands behind its `#`. */
export function signCredential(document: JsonObject, secret: Uint8Array, method: string, created: string): Credential {
  const proof = {
    type: 'DataIntegrityProof', cryptosuite: 'eddsa-jcs-2022', created, verificationMethod: method, proofPurpose: 'assertionMethod',
    '@context': document['@context'] ?? [],
  }
  return { ...document, proof: { ...proof, proofValue: toMultibase(signMessage(secret, hashDataOf(proof, document))) } }
}

/** Two hashes, 64 bytes: of the proof without its value, then of the document without its proof. */
const hashDataOf = (proof: JsonObject, document: JsonObject): Uint8Array =>
  concat(sha256(utf8(canonicalJson(proof))), sha256(utf8(canonicalJson(document))))

export type CredentialFault = 'not-a-credential' | 'other-proof' | 'unknown-key' | 'not-signed'
export type CredentialVerdict = { ok: true; document: JsonObject; method: string; key: Uint8Array } | { ok: false; fault: CredentialFault }

/**
 * Whether a credential was signed by the key that its proof names. Whose key that is, it cannot say: the reader compares it
 * with what the city publishes. Never throws.
 */
export function verifyCredential(value: unknown): CredentialVerdict {
  const no = (fault: CredentialFault): CredentialVerdict => ({ ok: false, fault })
  if (!isObject(value) || !isObject(value['proof'])) return no('not-a-credential')
  const { proof, ...document } = value as { proof: JsonObject } & JsonObject
  const { proofValue, ...options } = proof
  const { type, cryptosuite, proofPurpose, verificationMethod: method } = options
  if (type !== 'DataIntegrityProof' || cryptosuite !== 'eddsa-jcs-2022' || proofPurpose !== 'assertionMethod') return no('other-proof')
  if (typeof method !== 'string' || typeof proofValue !== 'string') return no('other-proof')
  const key = keyInMultikey(method.slice(method.indexOf('#') + 1))
  if (key === null) return no('unknown-key')
  // What a proof is made under is what the document is read under, from its beginning (section 3.3.2, step 4).
  if (options['@context'] !== undefined && !beginsWith(document['@context'], options['@context'])) return no('not-signed')
  const signature = fromMultibase(proofValue)
  const signed = signature === null ? null : hashDataIfAny(options, document)
  return signature !== null && signed !== null && verify(key, signed, signature) ? { ok: true, document, method, key } : no('not-signed')
}

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value)

const listed = (value: Json | undefined): readonly Json[] => (value === undefined ? [] : Array.isArray(value) ? value : [value])

const beginsWith = (whole: Json | undefined, beginning: Json | undefined): boolean =>
  listed(beginning).every((part, i) => listed(whole)[i] !== undefined && sameJson(listed(whole)[i]!, part))

const sameJson = (one: Json, other: Json): boolean => canonicalJson(one) === canonicalJson(other)

/** Null for a document that has no canonical spelling, which nobody can have signed in this way. */
function hashDataIfAny(proof: JsonObject, document: JsonObject): Uint8Array | null {
  try {
    return hashDataOf(proof, document)
  } catch {
    return null
  }
}
