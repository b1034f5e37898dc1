/**
 * Signatures that are verified elsewhere than where they are asked about.
 *
 * `check` asks about an entry's signatures one at a time, and verifying is most of what an entry costs. So the
 * one who checks may have them verified apart, on other cores or a page at a time: before (`claimsOf`, then
 * `verifierFrom` the verdicts), or after (`notingIn`, and what turns out false undoes everything from there on).
 * Either way the question is asked of the same bytes, and its answer is that of `verify` in `keys.ts`.
 */
import { concat, equalBytes } from './bytes.ts'
import { signHead, type Verifier, verify, verifyIn } from './keys.ts'

/**
 * That `key` (32 bytes) made `signature` (64) over exactly `head` ‖ `body`: `claimHolds` says whether it is so. In
 * two parts, as views of what was read: to put every message together would cost a tenth of verifying it.
 */
export type SignatureClaim = { key: Uint8Array; head: Uint8Array; body: Uint8Array; signature: Uint8Array }

/** The bytes that were signed, if the claim is true. */
export const messageOf = ({ head, body }: SignatureClaim): Uint8Array => concat(head, body)

export const claimHolds = (claim: SignatureClaim): boolean => verify(claim.key, messageOf(claim), claim.signature)

/**
 * Answers from `verdicts`, given about `claims` in the same order; what it was not given a verdict about it
 * verifies itself. So a claim that was made for another state than the entry is checked in costs time only.
 */
export function verifierFrom(claims: readonly SignatureClaim[], verdicts: readonly boolean[]): Verifier {
  return (key, context, scope, payload, signature) => {
    const i = claims.findIndex((claim) => isSame(claim.signature, signature) && isSame(claim.key, key))
    const verdict = verdicts[i]
    if (verdict === undefined || scope.length !== 32) return verifyIn(key, context, scope, payload, signature)
    const { head, body } = claims[i]!
    const isAbout = isSame(head, signHead(context, scope)) && isSame(body, payload)
    return isAbout ? verdict : verifyIn(key, context, scope, payload, signature)
  }
}

/** Answers true to everything and adds what it was asked to `claims`, to be verified before anything rests on it. */
export function notingIn(claims: SignatureClaim[]): Verifier {
  return (key, context, scope, payload, signature) => {
    // No claim can be made of it, and `verifyIn` would say no.
    if (scope.length !== 32) return false
    claims.push({ key, head: signHead(context, scope), body: payload, signature })
    return true
  }
}

/** Mostly it is the very array that was asked about before. */
const isSame = (a: Uint8Array, b: Uint8Array): boolean => a === b || equalBytes(a, b)
