/**
 * The names under which hubs cosign each other's checkpoints (C2SP tlog-cosignature).
 *
 * A hub that saw no shorter and no other history of a log than it now vouches for signs with its *plain* key;
 * one that has replayed every record up to that size and found it valid signs with its *auditing* key. Two
 * statements, two keys, two names, so that nobody can take the one for the other:
 *
 *     cv.barcelona-8d20aa17/log/cosign
 *     cv.barcelona-8d20aa17/log/audit
 */
import type { Origin } from './action.ts'
import type { Card, FederationDocument } from './federation/federation.ts'
import { COSIGNATURE, type NoteKey } from './note.ts'

/** So far a cosigner's clock and that of the hub may be apart: no checkpoint is cosigned whose last record is further ahead. Seconds. */
export const CLOCK_TOLERANCE = 300

export const cosignerName = (origin: Origin): string => `${origin}/cosign`
export const auditorName = (origin: Origin): string => `${origin}/audit`

/** The key by which a hub says: this log has only grown since I saw it last. */
export const cosignerOf = ({ origin, cosignerKey }: Pick<Card, 'origin' | 'cosignerKey'>): NoteKey => ({
  name: cosignerName(origin), type: COSIGNATURE, publicKey: cosignerKey,
})

/** The key by which a hub says: I have replayed this log up to here, and it is valid. */
export const auditorOf = ({ origin, auditorKey }: Pick<Card, 'origin' | 'auditorKey'>): NoteKey => ({
  name: auditorName(origin), type: COSIGNATURE, publicKey: auditorKey,
})

/** Every key that may cosign under this document, the plain and the auditing one of each member. */
export const cosignersOf = ({ members }: FederationDocument): NoteKey[] =>
  members.flatMap(({ card }) => [cosignerOf(card), auditorOf(card)])
