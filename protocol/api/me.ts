/** What somebody sees of themselves, all on one page. */
import type { Hex } from '#ledger/action.ts'
import type { DraftView } from './acting.ts'
import type { AgreementView, HelpView } from './agreements.ts'
import type { ApplicationView } from './board.ts'
import type { Milli } from './door.ts'
import type { AwardView, ConvertibleView, MissingView } from './value.ts'

/** GET /api/me; GET /api/organisations/:acct of one that the member signs for. */
export type MeView = {
  acct: Hex
  name: string | null
  attested: boolean
  /** The city that they have moved to, and are no member here any more; null for everybody else. */
  movedTo: string | null
  steward: boolean
  domain: Milli
  held: Milli
  global: Milli
  /** What `domain` will have become one year from now if nothing is added. */
  domainInAYear: Milli
  lifetime: Milli
  level: 1 | 2 | 3 | 4 | 5
  /** What opens the next level, or null at the top. */
  next: { level: number; missing: MissingView[] } | null
  standing: { band: 'high' | 'medium' | 'low'; perMille: number | null; isNew: boolean }
  awards: AwardView[]
  /** Null without a federation. */
  convertible: ConvertibleView | null
  agreements: AgreementView[]
  helps: HelpView[]
  drafts: DraftView[]
  /** Applications others made to my listings. */
  applications: ApplicationView[]
  /** When the newest letter from somebody else came, seconds; null without one. */
  latestLetter: number | null
}
