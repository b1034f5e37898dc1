/**
 * The hub's HTTP interface, as types shared by the hub and its page, a file of
 * `api/` for each matter. `node/README.md` lists the routes.
 *
 * Bytes travel as lower-case hex (ids, keys, hashes) or base64 (bodies, records, receipts); amounts are
 * decimal strings of milli-CV, because JSON numbers would lose the last digits of a large one; times are
 * seconds. The hub answers codes and numbers and never a sentence: words are the page's, in the reader's
 * language. A refusal is an ordinary answer with its own status (`node/status.ts`).
 */
export type * from './api/door.ts'
export * from './api/hub.ts'
export type * from './api/acting.ts'
export type * from './api/people.ts'
export type * from './api/me.ts'
export type * from './api/cases.ts'
export type * from './api/council.ts'
export type * from './api/value.ts'
export type * from './api/agreements.ts'
export type * from './api/board.ts'
export * from './api/circles.ts'
export type * from './api/letters.ts'
export type * from './api/transfers.ts'
export type * from './api/stewards.ts'
export type * from './api/federation.ts'
export * from './api/figures.ts'
