/** Standing, roles, the charter and what is voted on. */
import type { Hex } from '#ledger/action.ts'
import type { PersonView } from './people.ts'

/** A value of the charter; amounts are milli as text. */
export type ValueView = number | string | boolean | ValueView[] | { [part: string]: ValueView }
export type DifferenceView = { field: string; row: number | null; before: ValueView | null; after: ValueView | null }
export type HeldRole = { role: number; until: number }
export type Ballot = 'yes' | 'no' | 'abstain'

/** What is or was voted on. `differences` and `charterHash` only of a charter that is not over. */
export type ProposalView = {
  id: Hex
  by: PersonView
  ts: number
  /** Why, or what is moved, in the words of who proposed it; null where they are not kept. */
  reason: string | null
  what: 'charter' | 'role' | 'motion'
  phase: 'open' | 'carried' | 'adopted' | 'done' | 'rejected' | 'no-quorum' | 'lapsed' | 'superseded'
  basis: 'level' | 'assembly'
  role: { role: number; member: PersonView; change: 'appoint' | 'recall' } | null
  charterHash: Hex | null
  /** Of a change to it, how many stewards the charter would ask for at most; 0 for anything else. */
  stewardsAsked: number
  differences: DifferenceView[]
  closes: number
  effect: number | null
  electorate: number
  voted: number
  count: { electorate: number; yes: number; no: number; abstain: number } | null
  ownVote: Ballot | null
  mayVote: boolean
  signed: { got: number; needed: number; byMe: boolean }
}

/** What one has come to in the community, and how it decides. */
export type CouncilView = {
  standing: {
    perMille: number | null
    band: 'high' | 'medium' | 'low'
    isNew: boolean
    parts: { component: 'rating' | 'use' | 'completion' | 'history' | 'feedback'; weightPerMille: number; perMille: number | null }[]
  }
  recommendedBy: PersonView[]
  acts: number
  /** Where they moved here from and had contributed: that counts for levels up to `upTo`. */
  brought: { city: string; upTo: number } | null
  roles: HeldRole[]
  offers: HeldRole[]
  holders: (HeldRole & { person: PersonView })[]
  isSteward: boolean
  /** How many stewards there are. A charter that asks for more is told apart on the page: all there are sign then. */
  stewards: number
  powers: { power: 'propose' | 'vote' | 'open-project' | 'judge'; basis: 'level' | 'assembly'; level: number; isMine: boolean }[]
  charter: { version: number; stewardsAsked: number; bytes: string; fields: { field: string; value: ValueView }[] }
  proposals: ProposalView[]
}
