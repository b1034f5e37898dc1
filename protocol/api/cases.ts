/** What a rule found odd, and the cases that people make of it and judge. */
import type { Hex } from '#ledger/action.ts'
import type { Milli } from './door.ts'
import type { PersonView } from './people.ts'

/** One help or agreement in question. */
export type MatterView = {
  id: Hex
  /** The entry that completed it; null while nothing has. */
  seq: number | null
  isAgreement: boolean
  giver: PersonView
  receiver: PersonView
  milli: Milli
  minutes: number
  ts: number
}

/** What a rule found odd today. */
export type FlagView = {
  rule: string
  /** Base64, as a case is opened with. */
  bytes: string
  subjects: PersonView[]
  matters: MatterView[]
  /** What was measured and what it was compared with. */
  computed: Record<string, string>
  /** Whether the disputed amount may be set aside for it. */
  mayHold: boolean
  /** What they earned in ninety days, and at most how much of it can be traced to people long known here. */
  earnedMilli: Milli
  boundMilli: Milli
  /** Of the subjects, against whom something is pending. */
  open: Hex[]
}

export type CaseLine = {
  id: Hex
  accused: PersonView
  phase: 'open' | 'dismissed' | 'lapsed' | 'found' | 'appealed' | 'judging' | 'sanctioned' | 'reversed'
  opened: number
  /** When what stands now ends by itself, seconds; null when it is over or nobody has been drawn yet. */
  until: number | null
  /** What waits for whoever reads; `accused`: it is about them, and nothing does. */
  mine: 'answer' | 'appeal' | 'accused' | 'find' | 'judge' | null
}

/** `flags` and `people`: for stewards. */
export type CasesView = { flags: FlagView[]; cases: CaseLine[]; people: PersonView[] }

export type Measure = 0 | 1 | 2

export type CaseView = CaseLine & {
  complainant: PersonView | null
  complaint: string | null
  flag: FlagView | null
  matters: MatterView[]
  heldMilli: Milli
  noticeEnds: number
  lapses: number
  answer: { ts: number; text: string | null } | null
  panel: { person: PersonView; measure: Measure | null; reason: string | null }[]
  needed: number
  /** The accused has answered, or had the time to. */
  mayFind: boolean
  /** What the reader has said, where it is enough by now and happens when they say it again. */
  again: Measure | null
  /** Whether a finding takes all that can be used, or what is tainted. */
  takesAll: boolean
  next: { upheld: 'active' | 'restricted' | 'banned'; severe: 'active' | 'restricted' | 'banned' }
  found: { ts: number; measure: Measure; appealEnds: number } | null
  appeal: { ts: number; text: string | null } | null
  jurors: { person: PersonView; confirmed: boolean | null; reason: string | null }[]
  takenMilli: Milli | null
  /** Whoever reads has had to do with it and does not judge. */
  isInvolved: boolean
  mayReverse: boolean
  reversals: number
  isSteward: boolean
}
