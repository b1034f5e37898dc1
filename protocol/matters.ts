/**
 * What pages are told of matters beyond help for help: using what somebody shares, one person and what two may do for
 * each other, gatherings, projects, works, services, partners. Types of the HTTP interface, as in `api.ts`; the hub
 * computes each of them from the record when it is asked, and a page shows it and signs by it.
 */
import type { Hex } from '#ledger/action.ts'
import type { AwardFactor, Milli, PersonView } from './api.ts'

/** GET /api/listings/:id/use?resource&begins&ends: what using it would be at that time. */
export type UseView = {
  title: string
  provider: PersonView
  /** By the minutes of this unit it is counted, and so many of them would be begun. */
  unitMinutes: number
  units: number
  price: Milli
  factors: AwardFactor[]
  /** What both would sign as the index of demand. */
  demandPerMille: number
  /** When it is taken from now on, the earliest first. */
  taken: { begins: number; ends: number }[]
  /** From when it is free for that time; null while it has not come back and nobody knows. */
  free: number | null
  /** Where using begins, and where the reader is. */
  levelNeeded: number
  level: number
}

/** GET /api/people/:acct: somebody, and what the reader may do with them. */
export type PersonPage = {
  person: PersonView
  form: 'person' | 'organisation' | 'group'
  joinedTs: number
  level: number
  roles: number[]
  /** How many recommend them, and whether the reader does or may. */
  recommended: { count: number; byMe: boolean; may: boolean }
  /** Null where the charter has no gifts. */
  gift: { mostMilli: Milli; leftMilli: Milli } | null
  skills: { practised: number[]; certified: number[]; asked: { category: number; got: number; needed: number; mayVouch: boolean }[] }
  /** Between the reader and them; for stewards, all of theirs. */
  care: CareView[]
}

export type CareView = {
  id: Hex
  carer: PersonView
  receiver: PersonView
  askedBy: PersonView
  category: number
  visitsAWeek: number
  minutes: number
  /** A UTC day. */
  until: number
  state: 'asked' | 'agreed' | 'over'
  agreedBy: PersonView | null
  mayEnd: boolean
}
