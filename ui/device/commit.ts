/**
 * Commitments made in the browser: fresh salt from `getRandomValues`, which every context has, also
 * http.
 */
import { committed, type Random } from './signing.ts'

export const random: Random = (length) => crypto.getRandomValues(new Uint8Array(length))

/** Text for people: trimmed of lone surrogates, which no byte string can spell. */
export const spoken = (text: string): string => text.toWellFormed().trim()

/** Commits to a text under a salt that exists only in the answer's blob. */
export const commit = (text: string): { commitment: string; blob: string } =>
  committed(spoken(text), random)
