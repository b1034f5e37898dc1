/**
 * Signatures that are verified elsewhere than where they are asked about.
 *
 * `check` asks about an entry's signatures one at a time, and verifying is most of what an entry costs. So the
 * one who checks may have them verified apart, on other cores or a page at a time: before (`claimsOf`, then
 * `verifierFrom` the verdicts), or after (`notingIn`, and what turns out false undoes everything from there on).
 * Either way the question is asked of the same bytes, and its answer is that of `verify` in `keys.ts`.
 */
import { equalBytes } from './bytes.ts'
import { signInput, type Verifier, verifyIn } from './keys.ts'

/** That `key` (32 bytes) made `signature` (64) over exactly `message`: `verify` says whether it is so. */
export type SignatureClaim = { key: Uint8Array; message: Uint8Array; signature: Uint8Array }

/**
 * Answers from `verdicts`, given about `claims` in the same order; what it was not given a verdict about it
 * verifies itself. So a claim that was made for another state than the entry is checked in costs time only.
 */
export function verifierFrom(claims: readonly SignatureClaim[], verdicts: readonly boolean[]): Verifier {
  return (key, context, scope, payload, signature) => {
    const i = claims.findIndex((claim) => equalBytes(claim.signature, signature) && equalBytes(claim.key, key))
    const isSame = i >= 0 && scope.length === 32 && equalBytes(claims[i]!.message, signInput(context, scope, payload))
    return isSame && verdicts[i] !== undefined ? verdicts[i] : verifyIn(key, context, scope, payload, signature)
  }
}

/** Answers true to everything and adds what it was asked to `claims`, to be verified before anything rests on it. */
export function notingIn(claims: SignatureClaim[]): Verifier {
  return (key, context, scope, payload, signature) => {
    // No claim can be made of it, and `verifyIn` would say no.
    if (scope.length !== 32) return false
    claims.push({ key, message: signInput(context, scope, payload), signature })
    return true
  }
}
