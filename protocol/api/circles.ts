/** The room of a circle or a project: who is in it, its notices and its tasks. All of it is words beside the record. */
import type { Hex, Origin } from '#ledger/action.ts'
import type { PersonView } from './people.ts'

/** Characters of a notice, and of what somebody is asked to do. */
export const NOTICE_LENGTH_MAX = 500
export const TASK_LENGTH_MAX = 120

/** A line for whoever is in it. `news`: what others have written since they last looked; `isNew`: they have not looked yet. */
export type CircleRow = { id: Hex; title: string; kind: 'circle' | 'project'; members: number; news: number; isNew: boolean }

/** `isMine`: the reader may take it back. */
export type CircleNotice = { id: Hex; by: PersonView; words: string; ts: number; isMine: boolean }

/** `until`: by when, seconds; null when no day was named. `done`: since when it is done; null while it is not. */
export type CircleTask = {
  id: Hex
  by: PersonView
  words: string
  ts: number
  until: number | null
  taker: PersonView | null
  done: number | null
  isMine: boolean
}

/** Who it is and what is said in it: for members alone; everybody else is told how many they are. */
export type CircleView = CircleRow & {
  /** In which city it is; one of another city is asked there. */
  hub: Origin
  keeper: PersonView
  isKeeper: boolean
  isMember: boolean
  /** The keeper first, then as they came. */
  people: PersonView[]
  /** The newest first. */
  notices: CircleNotice[]
  /** What is open first, by its day; then what is done, the newest first. */
  tasks: CircleTask[]
}

/**
 * GET /api/abroad/:origin/gatherings/:listing, and the answer to POST /api/abroad/:origin/gatherings: gatherings of another city's listing that one can still come to, the
 * next first. `signedUp`: members there, and guests who are expected; times in seconds.
 */
export type GatheringsAbroad = { gatherings: GatheringAbroad[] }
export type GatheringAbroad = { id: Hex; begins: number; ends: number; places: number; signedUp: number; isMine: boolean }
export type ComeRequest = { session: Hex; comes: boolean }

/** What somebody does in a room. Whoever keeps it lets in and sends away; `leave` is one's own. */
export type CircleRequest =
  | { do: 'let-in' | 'send-away'; who: Hex }
  | { do: 'leave' | 'look' }
  | { do: 'write'; words: string }
  | { do: 'take-back'; notice: Hex }
  | { do: 'ask'; words: string; until: number | null }
  | { do: 'take' | 'give-back' | 'finish' | 'drop'; task: Hex }
