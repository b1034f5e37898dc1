/** What every answer has in common, and how the hub says no. */
import type { Origin } from '#ledger/action.ts'
import type { Refusal } from '#ledger/refusal.ts'

/** Decimal text of milli-CV: "90000" is 90 CV. */
export type Milli = string

/** A refusal as JSON: bigints have become decimal strings. */
export type RefusalAnswer = { refusal: { [K in keyof Refusal]: Refusal[K] } & Record<string, unknown> }

/** What the hub's door itself says no to, before the record is asked. */
export type DoorRefusal =
  | { code: 'malformed' } | { code: 'too-large'; mostBytes: number } | { code: 'no-session' } | { code: 'not-a-steward' }
  | { code: 'not-found' } | { code: 'wrong-token' } | { code: 'already-founded' } | { code: 'not-founded' }
  | { code: 'wrong-host' } | { code: 'wrong-origin' } | { code: 'too-many'; retrySeconds: number }
  | { code: 'read-only'; because: 'disk-full' | 'storage' | 'restoring' } | { code: 'busy'; retrySeconds: number }
  | { code: 'hub-unreachable'; hub: Origin } | { code: 'blob-mismatch' }
  /** One of the two has taken it away; what was signed is not taken a second time. */
  | { code: 'draft-dropped' }
  /** A guest's device that their own city knows as ended. */
  | { code: 'device-ended' } | { code: 'listing-refused'; because: string }
  | { code: 'bad-card' } | { code: 'already-federated' } | { code: 'no-federation' } | { code: 'own-card' } | { code: 'other-card' }
  /** Its card differs from the one in force in more than a new vote key. */
  | { code: 'member-already' }
  /** Outside what terms may be, or from a year before `fromYear`. */
  | { code: 'bad-terms'; fromYear: number }
  | { code: 'cannot-close'; hub: Origin; because: 'connected' | 'not-silent' | 'no-will' } | { code: 'already-signed'; hub: Origin }
  | { code: 'letter-refused'; because: string } | { code: 'circle-refused'; because: string }
  | { code: 'no-evidence'; because: string } | { code: 'challenge-expired' } | { code: 'wrong-signature' } | { code: 'internal'; request: string }
