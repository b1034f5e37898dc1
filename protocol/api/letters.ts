/** Letters between members, blocking and reporting. */
import type { Hex, Origin } from '#ledger/action.ts'
import type { LetterRefusal } from '../letter.ts'
import type { PersonView } from './people.ts'

/**
 * GET /api/letters?since=: the letters of one's own box that came, or whose way has changed, since then; `now` is the hub's
 * clock. `signed`: base64 of a signed letter (`letter.ts`), which only the two people's devices can read.
 */
export type LettersView = { now: number; letters: LetterView[]; people: PersonView[]; blocked: CorrespondentJson[] }
export type LetterView = { signed: string; since: number; way: LetterWay }
/** In the recipient's box here; on its way; kept there; or why it was not (`letter.ts`). */
export type LetterWay = 'here' | 'waiting' | 'arrived' | LetterRefusal
export type CorrespondentJson = { hub: Origin; acct: Hex }

/** GET /api/letters/to/:hub/:acct: the devices that a letter to somebody is sealed for. */
export type RecipientView = { person: PersonView; devices: Hex[]; blocked: boolean }

/** POST /api/letters. */
export type LetterRequest = { signed: string }
/** POST /api/blocks. */
export type BlockRequest = CorrespondentJson & { blocked: boolean }
/** POST /api/reports: what is said of somebody, and letters with the keys that open just them. */
export type ReportRequest = CorrespondentJson & { words: string; letters: { signed: string; key: Hex }[] }
/** GET /api/steward/reports; DELETE /api/steward/reports/:id. `hubIds`: of the hubs whose members wrote what is shown. */
export type ReportView = {
  id: Hex
  by: PersonView
  about: PersonView
  words: string
  ts: number
  letters: { signed: string; key: Hex; hubId: Hex }[]
}
