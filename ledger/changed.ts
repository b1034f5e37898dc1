/**
 * What is known of a row until it changes: the leaf hash it has in the state's digest.
 *
 * A digest is asked for every day and a day changes few rows, so the hash of a row is kept beside the object
 * that the row is written from. The object does not know: whoever changes one that is kept so (a member, an
 * open agreement or help, a guest, a slot, a request, an arrival) gets it through `changed`, and only then
 * changes it. Forgetting that gives a wrong digest, which the tests of `digest.ts` look for after every entry.
 */
const leaves = new WeakMap<object, Uint8Array>()

/** The same object, whose row is about to change. */
export function changed<T extends object>(source: T): T {
  leaves.delete(source)
  return source
}

/** The leaf hash of the row written from this object: the known one, or the one `hash` makes. */
export function leafOf<T extends object>(source: T, hash: (source: T) => Uint8Array): Uint8Array {
  const known = leaves.get(source)
  if (known !== undefined) return known
  const leaf = hash(source)
  leaves.set(source, leaf)
  return leaf
}
