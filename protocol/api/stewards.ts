/** What waits for a steward, and the books. */
import type { Hex, Origin } from '#ledger/action.ts'
import type { Milli } from './door.ts'
import type { FederationView } from './federation.ts'
import type { PersonView } from './people.ts'
import type { ArrivalView, TransferView } from './transfers.ts'

/** One list of what waits for a steward, the oldest first in each part. */
export type StewardView = {
  toAttest: { acct: Hex; name: string | null; joinedTs: number }[]
  members: { acct: Hex; name: string | null; attested: boolean; steward: boolean; level: number }[]
  /** Receipts that members put on record as lost in a restore, the newest first: who, which place, when; no more is in the record. */
  lost: { acct: Hex; name: string | null; seq: number; ts: number; restoredTs: number }[]
  /** Guests' help that the pool owes Global for: base units as decimal text. */
  awardsDue: { agreement: Hex; guest: PersonView; destination: Origin; amount: string; milli: Milli; awardMilli: Milli }[]
  transfers: TransferView[]
  arrivals: ArrivalView[]
  books: BooksView
  federation: FederationView
}

export type BooksView = { domain: Record<string, string>; global: Record<string, string>; pool: Milli; position: Milli }
