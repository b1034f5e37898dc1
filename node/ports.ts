/**
 * What the hub needs of the world outside, in the hub's own words. Adapters implement these; tests and the
 * demo hand in others (a clock that can be steered, a network without wires), `main.ts` never does.
 */
import type { ActionOf, Kind, Origin } from '#ledger/action.ts'
import type { Auth, Entry, Receipt } from '#ledger/entry.ts'
import type { Refusal } from '#ledger/refusal.ts'
import type { State } from '#ledger/state/state.ts'
import type { ProgressStream } from './progress.ts'

export type Clock = {
  /** Whole seconds since 1970. */
  now(): number
  /** Calls back once after so many milliseconds; the result cancels. */
  after(ms: number, call: () => void): () => void
}

export type Entropy = { bytes(length: number): Uint8Array }

/** One line a happening, with fields; the adapter decides how it looks. */
export type Log = {
  info(message: string, fields?: Record<string, unknown>): void
  warn(message: string, fields?: Record<string, unknown>): void
  error(message: string, fields?: Record<string, unknown>): void
  /** Where a person is watching: takes a line that is written over, and that the next message takes away. */
  terminal?: ProgressStream
}

/** The answer to an action: it is in the record and on the disk, or it is not and nothing has changed. */
export type Recorded = { ok: true; seq: number; record: Uint8Array; receipt: Receipt }
export type Refused = { ok: false; refusal: Refusal }
/** The door is shut for now: the queue is full, the disk is, or the history has still to be compared. */
export type Unavailable = { ok: false; unavailable: 'busy' | 'disk-full' | 'storage' | 'restoring' }
export type Answer = Recorded | Refused | Unavailable

/** The fields of one of the hub's own actions: the writer adds id, account, expiry and what was seen. */
export type Own<K extends Kind> = Omit<ActionOf<K>, 'kind' | 'id' | 'acct' | 'exp' | 'seen'>

/** The single writer of this hub's ledger, as the rest of the hub knows it. */
export type Writer = {
  /** Replayed from the record; changed only by the writer itself, between two turns of the event loop. */
  readonly state: State
  /** An action somebody signed. The same action again gets the same receipt. */
  submit(body: Uint8Array, auth: Auth[]): Promise<Answer>
  /** An action of the hub's own, signed with its log key at the moment it is sealed. */
  record<K extends Kind>(kind: K, own: Own<K>): Promise<Answer>
  /** Record bytes from `from`, at most `count` and about `bytesMax`. */
  read(from: number, count: number, bytesMax?: number): Uint8Array[]
  entryAt(seq: number): Entry
  /** Called after each durable entry, in order. Must not throw. */
  onRecorded(listener: (entry: Entry) => void): void
}

/** Where one log's records are kept. Appended in order; what is read again at the next start. */
export type Mirror = {
  /** Resolves when they are durable. */
  append(records: Uint8Array[]): Promise<void>
  /** A record that is durable here. Throws when the disk gives back other bytes. */
  read(seq: number): Uint8Array
  close(): Promise<void>
}

/** The place of all mirrors. */
export type MirrorStore = {
  /** Hands over the records kept so far, in order, and is then ready to append. */
  open(origin: Origin, hubId: Uint8Array, onRecord: (record: Uint8Array) => void): Promise<Mirror>
  /** Puts away what cannot be read, so that it is fetched again. */
  discard(origin: Origin): Promise<void>
}
