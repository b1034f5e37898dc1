/** Agreements and recorded help with all their steps, and what somebody has going on in another city. */
import type { Hex, Kind, Origin } from '#ledger/action.ts'
import type { Coming } from '#ledger/rules/course.ts'
import type { DraftView } from './acting.ts'
import type { Milli } from './door.ts'
import type { SeenView } from './hub.ts'
import type { PersonView } from './people.ts'
import type { TransferStage } from './transfers.ts'
import type { AwardFactor, GivenView } from './value.ts'

export type Step = { what: Kind | 'award' | 'ratings-open' | 'silent-confirm'; ts: number; seq: number | null; by: Hex | null }

export type AgreementView = {
  /** What the two wrote down when they agreed, for them alone; null when nothing was, or when it was erased. */
  words: string | null
  id: Hex
  hub: Origin
  hubId: Hex
  listing: Hex
  title: string | null
  phase: 'agreed' | 'reported' | 'disputed' | 'confirmed' | 'settled' | 'cancelled' | 'lapsed' | 'missed' | 'undecided'
  helper: PersonView
  receiver: PersonView
  /** Of help; null for the use of something shared. */
  category: number | null
  use: { resource: number; demandPerMille: number } | null
  minutes: number
  begins: number
  ends: number
  checkedIn: Hex[]
  /** When what was used came back, and by how many seconds late. */
  returned: { ts: number; late: number } | null
  /** `absent`: who is said not to have come. */
  report: { by: Hex; minutes: number; ts: number; absent: Hex | null } | null
  /** When silence will confirm the report, or null. */
  confirmsItself: number | null
  /** Who has rated; grades only once both have or the window has closed. */
  rated: Hex[]
  grades: { by: Hex; grade: 'good' | 'fair' | 'poor' }[]
  /** When the award is final at the latest, or null. */
  finalBy: number | null
  held: Milli
  /** The award, or what it would be if rated good. */
  award: { milli: Milli; factors: AwardFactor[]; final: boolean }
  /** What its receiver gives, and why; null where that is nothing, or is given in another value. */
  given: GivenView | null
  /** For a guest: what is paid in Global, and how far it has come. */
  abroad: { globalMilli: Milli; stage: TransferStage } | null
  /** For a visitor's use, in Global: what is due (`due` in base units), what its provider has had, what waits for its end. */
  stay: { due: string; dueMilli: Milli; paidMilli: Milli; waitingMilli: Milli } | null
  steps: Step[]
  /** Who disputed it, and in which words, as far as they are kept. */
  dispute: { by: Hex; words: string | null } | null
  /** What happens by itself from now on, the next first. */
  coming: Coming[]
  /** The minutes it stands at since it was corrected, and who has signed which other. */
  corrected: number | null
  correcting: { by: Hex; minutes: number }[]
}

export type HelpView = {
  id: Hex
  phase: 'recorded' | 'confirmed' | 'declined' | 'lapsed'
  helper: PersonView
  receiver: PersonView
  recordedBy: Hex
  category: number
  minutes: number
  day: number
  note: string | null
  lapses: number
  award: { milli: Milli; factors: AwardFactor[]; final: boolean }
  /** As of an agreement. */
  given: GivenView | null
}

/** GET /api/abroad/:hub — what a member of this hub has going on in another one; relayed. */
export type AbroadView = { hub: Origin; hubId: Hex; charterVersion: number; seen: SeenView; drafts: DraftView[]; agreements: AgreementView[] }
