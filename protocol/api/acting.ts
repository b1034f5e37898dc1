/** Acting under a signature, alone or by a draft that another has still to sign; sessions. */
import type { Hex, Origin } from '#ledger/action.ts'
import type { Milli } from './door.ts'
import type { PersonView } from './people.ts'

/** One signature under an action: the first 8 bytes of SHA-256 of the device key, and the signature. */
export type AuthJson = { keyId: Hex; signature: Hex }

/** POST /api/actions. `blobs`: salt (32 bytes) ‖ text for each commitment in the body, base64. */
export type ActRequest = { body: string; auth: AuthJson[]; blobs?: string[] }
export type ActAnswer = { seq: number; record: string; receipt: string }

/** POST /api/drafts: a body that the other party has still to sign; kept until it expires, never in the record. */
export type DraftRequest = { body: string; auth: AuthJson[]; blobs?: string[] }
/** `to`: whose signature it waits for. */
export type DraftView = {
  id: Hex
  body: string
  auth: AuthJson[]
  from: PersonView
  to: Hex
  listing: Hex
  hub: Origin
  words: string | null
  expires: number
  /** What a visitor would give for the help, if it were signed now, nominal Global; null where no visitor is helped. */
  visitorMilli: Milli | null
}

/** POST /api/session/challenge → this; the device signs `payload` under context `login`. */
export type ChallengeAnswer = { payload: string }
export type SessionRequest = { payload: string; acct: Hex; keyId: Hex; signature: Hex }
export type SessionAnswer = { acct: Hex; steward: boolean }
