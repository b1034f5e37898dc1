/**
 * What the hub asks of the place where it keeps whatever is *not* the ledger: what can be rebuilt
 * from the journal or fetched again from peers, and members' blobs. A port, in the hub's words;
 * `level-store.ts` is its adapter, and `test/support/store-suite.ts` says in sentences what every
 * adapter owes.
 */

/**
 * The tables there are. A new one is one more line here, so that a mistyped name does not compile.
 */
export type TableName =
  | 'blobs' // members' texts and pictures, by hash; the ledger holds only commitments
  | 'listings' // every listing this hub knows of, as received
  | 'bodies' // their texts, which can be erased without them
  | 'applications'
  | 'pictures' // of members' listings, by hash
  | 'wishes' // what members offer, and searches they asked to be told about
  | 'circles' // who is in the room of a circle or a project, its notices and tasks
  | 'expected' // of other cities' members, at gatherings here
  | 'away' // gatherings of other cities that members have signed up for
  | 'drafts'
  | 'letters' // sealed, in the box of each of the two who is a member here
  | 'blocks' // whose letters somebody does not want
  | 'reports' // what somebody tells the stewards of somebody
  | 'peers' // where other hubs were last reached
  | 'votes-index'
  | 'sessions'
  | 'federation' // cards this hub's stewards pasted, hubs that ask to join, documents in force
  | 'witness' // the newest checkpoint of every log this hub has cosigned
  | 'withheld' // since when other cities know of what they have not taken in
  | 'meta' // what the hub remembers about itself between runs

export type Write =
  | { type: 'put'; key: string; value: Uint8Array }
  | { type: 'del'; key: string }

/**
 * Writes resolve when they are durable; one that rejects may still have taken effect. Keys are
 * well-formed text; a lone surrogate throws, since it has no UTF-8 and would collide with others.
 */
export type Table = {
  /**
   * Throws a StoreError (`unavailable`) while the store cannot be read; undefined means that it is
   * not there.
   */
  get(key: string): Uint8Array | undefined
  put(key: string, value: Uint8Array): Promise<void>
  /** Deleting what is not there is no error. */
  del(key: string): Promise<void>
  /** All of it or nothing. A later write to the same key wins. */
  batch(writes: Write[]): Promise<void>
  /**
   * What begins with `prefix`, ordered by the keys' UTF-8 bytes, as it stood when the iteration
   * began.
   */
  entries(prefix?: string): AsyncIterable<[key: string, value: Uint8Array]>
}

/** One row as the store itself keeps it, whatever table it is of: for whoever copies a store as a whole. */
export type StoreRow = [key: Uint8Array, value: Uint8Array]

export type Store = {
  table(name: TableName): Table
  /** Every row of every table, as the whole store stood when the iteration began. */
  rows(): AsyncIterable<StoreRow>
  /** Waits for what was written before. May be repeated. */
  close(): Promise<void>
}

/**
 * `disk-full` and `io`: the write may or may not be there. `closed` and `unavailable`: it is not.
 */
export type StoreFault = 'disk-full' | 'io' | 'closed' | 'unavailable'

export class StoreError extends Error {
  readonly code: StoreFault
  constructor(code: StoreFault, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StoreError'
    this.code = code
  }
}
