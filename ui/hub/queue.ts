/**
 * Pure: everything that waits for a steward, as one queue. First what has a last day, by that day: at it a rule decides alone.
 * What has none should have an answer within a day, so it stands as if it were due a day after it came. What this
 * steward has said already, or may not say because it is about them, waits for others and stands apart.
 */
import type { ArrivalView, CaseLine, CasesView, FederationView, RecoveryView, ReportView, StewardDevicesView, StewardView, TransferView } from '#protocol/api.ts'
import type { CareView, DecideView, ProjectView, TogetherView } from '#protocol/matters.ts'
import type { Hex } from '#ledger/action.ts'

/** What the hub tells a steward of what waits; null where it has not answered yet. */
export type Heard = {
  steward: StewardView | null
  devices: StewardDevicesView | null
  decide: DecideView | null
  cases: CasesView | null
  reports: ReportView[] | null
}

/** `until`: when it is decided without a steward, or lapses; `since`: when it began to wait. Seconds; null where there is none. */
export type Queued = { key: string; until: number | null; since: number | null; waitsFor: 'me' | 'others' } & (
  | { what: 'attest'; one: StewardView['toAttest'][number] }
  | { what: 'recognise'; one: StewardDevicesView['waiting'][number] }
  | { what: 'recovery'; one: RecoveryView }
  | { what: 'dispute'; one: DecideView['disputes'][number] }
  | { what: 'care'; one: CareView & { isOwn: boolean } }
  | { what: 'together'; one: TogetherView }
  | { what: 'project'; one: ProjectView }
  | { what: 'case'; one: CaseLine }
  | { what: 'report'; one: ReportView }
  | { what: 'due'; one: StewardView['awardsDue'][number] }
  | { what: 'transfer'; one: TransferView }
  | { what: 'arrival'; one: ArrivalView }
  | { what: 'asking'; one: FederationView['asking'][number] }
  | { what: 'keys'; one: null }
)

const DAY = 86_400
/** An answer within a day is what members are promised where no rule sets one. */
const ANSWER_WITHIN = DAY

/** The queue of the steward `own`, the most pressing first. */
export function queueOf({ steward, devices, decide, cases, reports }: Heard, own: Hex, now: number): Queued[] {
  const unless = (isTheirs: boolean): 'me' | 'others' => (isTheirs ? 'others' : 'me')
  const all: Queued[] = [
    ...(steward?.toAttest ?? []).map((one) =>
      ({ what: 'attest', key: one.acct, one, until: null, since: one.joinedTs, waitsFor: unless(one.acct === own) }) as const),
    // One's own new phone is let in on one's own page.
    ...(devices?.waiting ?? []).filter(({ acct }) => acct !== own).map((one) =>
      ({ what: 'recognise', key: one.device, one, until: one.until, since: null, waitsFor: 'me' }) as const),
    ...(devices?.recoveries ?? []).map((one) =>
      ({ what: 'recovery', key: one.device, one, until: one.due, since: one.ts, waitsFor: unless(one.member.acct === own || one.byMe) }) as const),
    ...(decide?.disputes ?? []).map((one) => ({
      what: 'dispute', key: one.agreement.id, one, since: null, waitsFor: unless(one.byMe || one.isOwn),
      until: one.agreement.coming.find(({ what }) => what === 'left-undecided')?.ts ?? null,
    }) as const),
    ...(decide?.care ?? []).map((one) =>
      ({ what: 'care', key: one.id, one, until: (one.until + 1) * DAY, since: null, waitsFor: unless(one.isOwn) }) as const),
    ...(decide?.together ?? []).map((one) =>
      ({ what: 'together', key: JSON.stringify(one), one, until: null, since: null, waitsFor: unless(one.byMe || one.isOwn) }) as const),
    ...(decide?.projects ?? []).map((one) => ({ what: 'project', key: one.id, one, until: one.next, since: null, waitsFor: 'me' }) as const),
    ...(cases?.cases ?? []).filter(({ mine }) => mine === 'find' || mine === 'judge').map((one) =>
      ({ what: 'case', key: one.id, one, until: one.until, since: one.opened, waitsFor: 'me' }) as const),
    ...(reports ?? []).map((one) => ({ what: 'report', key: one.id, one, until: null, since: one.ts, waitsFor: 'me' }) as const),
    ...(steward?.awardsDue ?? []).map((one) => ({ what: 'due', key: one.agreement, one, until: null, since: null, waitsFor: 'me' }) as const),
    ...(steward?.transfers ?? []).filter(({ stage }) => stage === 'asked').map((one) =>
      ({ what: 'transfer', key: one.xid, one, until: one.lapses, since: one.ts, waitsFor: unless(one.approvals.by.includes(own)) }) as const),
    ...(steward?.arrivals ?? []).filter(({ phase }) => phase === 'suspended').map((one) =>
      ({ what: 'arrival', key: one.xid, one, until: one.returns, since: one.ts, waitsFor: 'me' }) as const),
    ...(steward?.federation.asking ?? []).map((one) => ({ what: 'asking', key: one.origin, one, until: null, since: null, waitsFor: 'me' }) as const),
    ...(steward?.federation.chain.needs === 'keys' ? [{ what: 'keys', key: 'keys', one: null, until: null, since: null, waitsFor: 'me' } as const] : []),
  ]
  const dueOf = ({ until, since }: Queued): number => until ?? (since ?? now) + ANSWER_WITHIN
  return all.sort((one, other) => dueOf(one) - dueOf(other))
}
