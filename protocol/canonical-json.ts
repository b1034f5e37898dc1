/**
 * JSON with one spelling (RFC 8785, JCS), for documents that other programs verify. The ledger's own encoding is CBOR; this
 * is for certificates alone.
 *
 * The scheme is defined by what ECMAScript writes, so texts are written by `JSON.stringify`; the names of an object stand in
 * the order of their UTF-16 code units, which is the order `sort` gives. Numbers are whole here: a certificate has no others.
 */

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }

/** @throws RangeError for what I-JSON (RFC 7493) or this file has no spelling for: a fraction, half a character. */
export function canonicalJson(value: Json): string {
  if (typeof value === 'string') return textOf(value)
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is no whole number that every reader keeps`)
    // JCS writes minus zero as zero.
    return String(value === 0 ? 0 : value)
  }
  if (value === null || typeof value === 'boolean') return String(value)
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`
  return `{${Object.keys(value).sort().map((name) => `${textOf(name)}:${canonicalJson(value[name]!)}`).join(',')}}`
}

const isList = (value: object): value is readonly Json[] => Array.isArray(value)

function textOf(text: string): string {
  if (!text.isWellFormed()) throw new RangeError('half a character is no text')
  return JSON.stringify(text)
}
