/** What moves between cities. */
import type { Disposition, Hex, Origin } from '#ledger/action.ts'
import type { Milli } from './door.ts'
import type { PersonView } from './people.ts'

export type TransferStage = 'due' | 'asked' | 'ordered' | 'certified' | 'credited' | 'suspended' | 'returned' | 'cancelled' | 'expired'

export type TransferView = {
  xid: Hex
  seq: number
  ts: number
  from: PersonView | 'pool'
  destination: Origin
  city: string
  milli: Milli
  amount: string
  to: Hex
  agreement: Hex
  expDay: number
  /** When it is theirs again if no order has carried it. */
  lapses: number
  stage: TransferStage
  /** `by`: the stewards who have agreed, each once. */
  approvals: { needed: number; got: number; by: Hex[] }
  votes: { needed: number; got: number } | null
}

/** GET /api/transfers: what a member has asked to send to other cities, the newest first; `today` is the Global day. */
export type OwnTransfersView = { today: number; transfers: OwnTransferView[] }

/** GET /api/abroad/:origin/quote?to&amount&agreement: what that city would do with it, if it came now (`protocol/quote.ts`). */
export type QuoteView = { disposition: Disposition; until: number }

/** `arrived`: where it stands in the other city's record, once read. */
export type OwnTransferView = Omit<TransferView, 'from'> & { arrived: ArrivalView['phase'] | null }

export type ArrivalView = {
  xid: Hex
  from: Origin
  city: string
  ts: number
  milli: Milli
  left: string
  leftMilli: Milli
  to: PersonView
  phase: 'credited' | 'suspended' | 'bound' | 'returning' | 'returned'
  because: Exclude<Disposition, 'credit'> | null
  /** When what no steward has decided goes back by itself, seconds; null unless it is suspended. */
  returns: number | null
}
