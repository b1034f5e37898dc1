/**
 * Signatures checked by the browser's own Ed25519, under the ledger's rule.
 *
 * It is many times faster than the portable arithmetic, and answers later, so it cannot be
 * installed into the synchronous ledger. Browsers disagree with one another and with hubs about
 * crafted signatures exactly where the ledger's prechecks say no; so those come first.
 */

import { passesPrechecks } from '#ledger/keys.ts'

/**
 * True when the signature is valid under CV-Ed25519 (`ledger/keys.ts`). Null when this browser
 * cannot tell: no secure context, or no Ed25519; then the ledger's `verify` can.
 */
export async function verifyByWebCrypto(
  publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array,
): Promise<boolean | null> {
  if (!passesPrechecks(publicKey, signature)) return false
  // Absent on plain http from another machine, whatever the types say.
  const subtle = globalThis.crypto?.subtle
  if (subtle === undefined) return null
  try {
    const raw = new Uint8Array(publicKey)
    const key = await subtle.importKey('raw', raw, 'Ed25519', false, ['verify'])
    return await subtle.verify('Ed25519', key, new Uint8Array(signature), new Uint8Array(message))
  } catch (problem) {
    // Every key that reaches the browser is a good one: only the algorithm can be missing.
    if (problem instanceof DOMException && problem.name === 'NotSupportedError') return null
    throw problem
  }
}
