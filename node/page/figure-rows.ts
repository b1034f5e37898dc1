/**
 * The rows behind a figure: the matters it was summed from, or, where it is of people or of value that came and went
 * otherwise, the entries of the record that it follows from.
 */
import { type Action, type Hex, type Kind, partiesTo } from '#ledger/action.ts'
import { monthOf } from '#ledger/calendar.ts'
import type { Entry } from '#ledger/entry.ts'
import { nominalOf } from '#ledger/value/decay.ts'
import { joinedIn, personsIn } from '#ledger/value/statistics.ts'
import type { Award } from '#ledger/state/matters.ts'
import { domainDay, domainIndex, type State } from '#ledger/state/state.ts'
import type { FigureName, FigureRow } from '#protocol/api.ts'
import type { Timeline } from '../record/timeline.ts'
import type { Reckoned } from './indicators.ts'

export type Rowed = {
  state: State
  timeline: Pick<Timeline, 'entriesAbout' | 'entriesBy' | 'timeOf'>
  /** @throws as the writer's own. */
  entryAt(seq: number): Pick<Entry, 'seq' | 'ts' | 'action'>
}

/** A page shows no more; whoever wants all of them takes the export. */
export const ROWS_MAX = 200
/** Among so many entries, the newest, is looked for those of a kind: anybody may ask, and each is read from the disk. */
export const LOOKED_AT_MAX = 4_000

/** What a figure of a month was counted from, the newest first and at most `ROWS_MAX`. */
export function rowsOf(record: Rowed, found: Reckoned, name: FigureName): FigureRow[] {
  const { state } = record
  const { statistics: { month, contributions, ties, kept, fallenThrough, byFormula }, uses } = found
  const newest = (ids: readonly Hex[]): FigureRow[] => ids.slice(-ROWS_MAX).reverse().map((id) => rowOf(record, id))
  const ofKinds = (kinds: ReadonlySet<Kind>, within: number | null): FigureRow[] =>
    entriesOf(record, within, ({ id, kind }) => (kinds.has(kind) ? [id] : []))
  switch (name) {
    case 'active':
      return entriesOf(record, month, (action) => signersOf(action).filter((one) => state.members.has(one)))
    case 'joined':
      return joinings(record, joinedIn(state, month))
    case 'members':
      return joinings(record, personsIn(state))
    case 'issued':
      return newest(contributions.of)
    case 'redeemed':
      return redeemedIn(record, month, [...byFormula.skill.of, ...byFormula.resource.of])
    case 'otherwise':
      return ofKinds(otherwiseKinds, month)
    case 'commons':
      return ofKinds(commonsKinds, null)
    case 'reserve':
      return ofKinds(reserveKinds, null)
    case 'held':
      return heldNow(record)
    case 'uses':
      return newest(uses.map(({ id }) => id))
    case 'byGuests':
      return newest(uses.filter(({ isByGuest }) => isByGuest).map(({ id }) => id))
    default:
      return newest({ contributions, ties, kept, fallenThrough, ...byFormula }[name].of)
  }
}

const joiningKinds: ReadonlySet<Kind> = new Set<Kind>(['member.joined', 'member.arrived'])
const reserveKinds: ReadonlySet<Kind> = new Set<Kind>(['reserve.locked', 'reserve.released'])
/** What fills the commons and what it gives, besides what is over from awards and prices and each year's own. */
const commonsKinds: ReadonlySet<Kind> = new Set<Kind>(['commons.granted', 'member.attested', 'member.left', 'case.reversed'])
/** Into members' hands or out of them, and neither an award nor used. */
const otherwiseKinds: ReadonlySet<Kind> = new Set<Kind>([
  ...reserveKinds, 'commons.granted', 'cv.converted', 'partner.redeemed', 'partner.returned', 'correction.signed', 'member.left', 'member.moved',
  'case.reversed',
])

/** Who signed: of what two agreed on, both. */
const signersOf = (action: Action): Hex[] => {
  const parties = partiesTo(action)
  return parties === null ? [action.acct] : [parties.provider, parties.receiver]
}

/** What was given for help and for use in those matters, and for a project, a service or a partner's offer by an entry of its own. */
function redeemedIn(record: Rowed, month: number, matters: Hex[]): FigureRow[] {
  const { state } = record
  const paid = matters.filter((id) => {
    const help = state.helps.get(id)
    return help === undefined ? (state.agreements.get(id)?.price ?? 0n) > 0n : help.given + help.toppedUp > 0n
  })
  const given = entriesOf(record, month, (action) => {
    const isBid = action.kind === 'project.applied' && action.bidMilli > 0n && (state.projects.get(action.project)?.chosen ?? []).includes(action.acct)
    return isBid || action.kind === 'service.bought' || action.kind === 'partner.received' ? [action.id] : []
  })
  const last = ({ entries }: FigureRow): number => entries.at(-1) ?? 0
  return [...paid.slice(-ROWS_MAX).map((id) => ({ ...rowOf(record, id), milli: null })), ...given]
    .sort((one, other) => last(other) - last(one)).slice(0, ROWS_MAX)
}

/** Each with the entry by which they joined or arrived; those who founded the hub, with the founding. */
function joinings({ timeline, entryAt }: Rowed, members: { acct: Hex; joinedTs: number }[]): FigureRow[] {
  const founded = timeline.timeOf(0)
  return members.toSorted((one, other) => other.joinedTs - one.joinedTs).slice(0, ROWS_MAX).map(({ acct, joinedTs }) => {
    const seq = joinedTs === founded ? 0 : timeline.entriesBy(acct).find((one) => joiningKinds.has(entryAt(one).action.kind)) ?? 0
    return { id: entryAt(seq).action.id, entries: [seq], milli: null }
  })
}

/** What is agreed on and not given yet, each with what it holds today. */
function heldNow(record: Rowed): FigureRow[] {
  const { state, timeline } = record
  const index = domainIndex(state, domainDay(state, state.lastTs))
  return [...state.agreements.openOnes()].filter(({ hold }) => hold > 0n).slice(-ROWS_MAX).reverse()
    .map(({ id, hold }) => ({ id, entries: timeline.entriesAbout(id), milli: String(nominalOf(hold, index)) }))
}

/**
 * Entries of a month, or of all there are, of each that `pick` names in them the newest: of somebody, or of itself; looked for among the newest
 * `LOOKED_AT_MAX` only.
 */
function entriesOf({ state, timeline, entryAt }: Rowed, month: number | null, pick: (action: Action) => Hex[]): FigureRow[] {
  const found = new Map<Hex, FigureRow>()
  const end = month === null ? state.tree.size : endOf(state.tree.size, timeline, month)
  for (let seq = end - 1; seq >= Math.max(0, end - LOOKED_AT_MAX) && found.size < ROWS_MAX; seq--) {
    const { action, ts } = entryAt(seq)
    if (month !== null && monthOf(ts) !== month) break
    for (const key of pick(action)) if (!found.has(key)) found.set(key, { id: action.id, entries: [seq], milli: null })
  }
  return [...found.values()].slice(0, ROWS_MAX)
}

/** How many entries there were when a month was over: times never go back in a record. */
function endOf(size: number, { timeOf }: Pick<Timeline, 'timeOf'>, month: number): number {
  let [low, high] = [0, size]
  while (low < high) {
    const middle = (low + high) >> 1
    if (monthOf(timeOf(middle)) <= month) low = middle + 1
    else high = middle
  }
  return low
}

/** The entries about one matter, and what was awarded for it. Pseudonyms stay in the record; no name leaves here. */
function rowOf({ state, timeline }: Rowed, id: Hex): FigureRow {
  const awards = awardsFor(state, id)
  const sum = awards.reduce((sum, { milli }) => sum + milli, 0n)
  const about = timeline.entriesAbout(id)
  // Of what several do, the timeline follows who did it and not the matter: the entry that awarded it is named.
  const entries = about.length > 0 ? about : [...new Set(awards.map(({ seq }) => seq))]
  return { id, entries, milli: awards.length === 0 ? null : sum.toString() }
}

function awardsFor(state: State, id: Hex): Award[] {
  const single = state.agreements.get(id) ?? state.helps.get(id) ?? state.sessions.get(id) ?? state.works.get(id)
  if (single !== undefined) return single.award === null ? [] : [single.award]
  return state.projects.get(id)?.awards.map(({ award }) => award) ?? []
}
