/** Somebody's value: the balance with its forecast, what is set aside, and awards with their factors. */
import type { Hex } from '#ledger/action.ts'
import type { Milli } from './door.ts'
import type { PersonView } from './people.ts'

/** One's own value over time. Where `showsAmounts` is false a page shows none of it. */
export type BalanceView = {
  domain: Milli
  /** Why it is that today. */
  factors: AwardFactor[]
  /** Null without a federation. */
  global: Milli | null
  /** Every quarter of three years from today: for who goes on taking part, and for who does nothing from now on. */
  forecast: { ts: number; active: Milli; away: Milli }[]
  decayPerMille: number
  /** Times: when it begins to go to zero, and when it has; how many of the three notices have fallen due. */
  dormancy: { from: number; zero: number; notices: number; isDormant: boolean; isExempt: boolean }
  /** Of this protocol year, which `renews` then; `toCommons` is what was earned beyond it, ever. */
  cap: { earned: Milli; left: Milli; year: Milli; isNear: boolean; renews: number; toCommons: Milli }
  /** `room` is what all members together could still put aside; `because` why it is open to this one. */
  reserve: { isOpen: boolean; milli: Milli; cap: Milli; room: Milli; ageMin: number; because: 'age' | 'hardship' | 'relative' | null }
  holds: HoldView[]
}

/** What is set aside, and when that ends by itself; null: with the member's next act. */
export type HoldView = {
  what: 'agreement' | 'transfer' | 'waiting'
  id: Hex
  milli: Milli
  isGlobal: boolean
  until: number | null
  with: PersonView | null
}

/** What a level still asks for. */
export type MissingView =
  | { what: 'lifetime'; milli: Milli }
  | { what: 'contributions' | 'recommendations' | 'governance'; count: number }

/** An award of somebody's, with every factor in the order in which they are multiplied. */
export type AwardView = {
  seq: number
  /** The agreement, help, session, project or work that it is for. */
  agreement: Hex
  kind: 'agreement' | 'help' | 'session' | 'abroad' | 'project' | 'work'
  milli: Milli
  /** What is left of it today, by decay alone; null for what is kept in another value. */
  today: Milli | null
  day: number
  ts: number
  /** With whom, or for whom; null for what was done for all. */
  with: PersonView | null
  /** Empty for a contribution abroad, whose factors stand in the other city's record. */
  factors: AwardFactor[]
}
/** What a receiver gives for a help hour for hour, or a user for a use: from their own, and what the commons adds; `final` when it is given. */
export type GivenView = { milli: Milli; factors: AwardFactor[]; own: Milli; commons: Milli; final: boolean }

/** What may be converted: by somebody in what is left of this quarter, by all in what is left of this year, and what the pool has. Global. */
export type ConvertibleView = { quarterMilli: Milli; yearMilli: Milli; poolMilli: Milli }

/** First what was counted, then what it was multiplied by. */
export type AwardFactor =
  | { factor: 'minutes'; value: number }
  | { factor: 'hours'; minutes: number }
  | { factor: 'base'; of: 'resource' | 'project'; what: number; milli: Milli }
  | { factor: 'units'; value: number }
  /** Less than half a unit: so many minutes of the `of` that half of it has. */
  | { factor: 'part'; minutes: number; of: number }
  | { factor: 'people'; value: number; work: number }
  /** A balance in the value of the day on which the hub was founded; and what the index of today has left of each millionth, a year taking `yearPerMille`. */
  | { factor: 'then'; milli: Milli; ts: number }
  | { factor: 'index'; millionths: number; yearPerMille: number }
  /** What is put in, and Global for Domain: as this city's charter says, or the federation's document where that gives less. */
  | { factor: 'amount'; milli: Milli }
  | { factor: 'ratio'; numerator: number; denominator: number; by: 'charter' | 'federation' }
  | { factor: 'coefficient'; category: number; perMille: number }
  | { factor: 'rating'; perMille: number; graded: 'good' | 'fair' | 'poor' | 'not-rated' }
  | { factor: 'group'; perMille: number; people: number }
  | {
      factor: 'demand' | 'longStay' | 'share' | 'reach' | 'completion' | 'lasting' | 'quality' | 'repeated' | 'score'
      perMille: number
      /** People reached, units booked, helps like this one before. */
      of: number | null
      /** Who said so, and when. */
      set: { by: PersonView; ts: number } | null
    }
