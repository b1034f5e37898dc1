/**
 * Rows of agreements (9, closed 11) and helps (10, closed 12), of when what is shared is taken (30) and of who did not
 * come (32). Open and closed ones have the same fields; the number says which they are.
 */
import type { Hex } from '../action.ts'
import { categoryCode, resourceCode } from '../charter/charter.ts'
import type { Agreement, Help, Rating } from '../state/matters.ts'
import type { RowsOf } from '../state/register.ts'
import { accountId } from '../ids.ts'
import {
  decodeAs, encodedInPassing, fields, flag, hexOf, type Infer, integer, listOf, literal, nullable, oneOf, type Schema, uint, uintsUpTo,
} from '../schema.ts'
import type { State } from '../state/state.ts'
import { awardFields, awardFrom, settingFields } from './award.ts'
import { MANY, table, type Table } from './table.ts'

const id16 = hexOf(16)
const id32 = hexOf(32)

const ratingFields = fields({ commitment: id32, ts: uint, grade: nullable(oneOf(0, 1, 2)) })

/** Who of the two did not come; see `ABSENT`. */
const absent = oneOf(0, 1, 2)
const reportFields = fields({ byProvider: flag, minutes: uint, ts: uint, absent })
const disputeFields = fields({
  byProvider: flag, ts: uint, reason: id32, voices: listOf(fields({ by: accountId, minutes: uint, absent }), MANY),
})

const intervalFields = fields({ agreement: id16, begins: uint, ends: uint, isOut: flag })

const agreementFields = {
  id: id16,
  /** Who proposed it; the other is the receiver. */
  byProvider: flag,
  listing: id16, provider: accountId, receiver: accountId,
  /** One of the two. */
  help: nullable(fields({ category: categoryCode, minutes: uint })),
  use: nullable(fields({ resource: resourceCode, demandPerMille: uint, set: nullable(settingFields) })),
  begins: uint, ends: uint, terms: id32, charter: uint,
  made: uint,
  phase: oneOf('agreed', 'reported', 'disputed', 'confirmed', 'settled', 'cancelled', 'lapsed', 'missed', 'undecided'),
  providerCame: flag, receiverCame: flag, returned: nullable(uint),
  report: nullable(reportFields),
  dispute: nullable(disputeFields),
  confirmedTs: nullable(uint),
  silently: flag,
  /** What the provider, what the receiver committed to. */
  providerRating: nullable(ratingFields), receiverRating: nullable(ratingFields),
  price: integer, hold: integer, toppedUp: integer,
  award: nullable(awardFields),
  guestDue: nullable(fields({ amount: integer, xid: nullable(id32) })),
  stay: nullable(fields({ due: integer, paid: integer, counted: flag, waiting: listOf(id32, MANY) })),
}
const helpFields = {
  id: id16,
  byHelper: flag,
  helper: accountId, receiver: accountId, category: categoryCode, minutes: uint, day: uint, note: id32,
  recordedTs: uint,
  phase: oneOf('recorded', 'confirmed', 'declined', 'lapsed'),
  confirmedTs: nullable(uint), given: integer, toppedUp: integer,
  award: nullable(awardFields),
}

const agreementRow = (number: number) => fields({ table: literal(number), ...agreementFields })
const helpRow = (number: number) => fields({ table: literal(number), ...helpFields })
type AgreementRow = Infer<ReturnType<typeof agreementRow>>
type HelpRow = Infer<ReturnType<typeof helpRow>>

export const OPEN_AGREEMENTS = 9
export const OPEN_HELPS = 10
export const CLOSED_AGREEMENTS = 11
export const CLOSED_HELPS = 12

function agreementToRow(table: number, agreement: Agreement): AgreementRow {
  const { id, terms, provider, receiver, demandSet, ratings, checkins, report, dispute } = agreement
  const { acct, listing, begins, ends, terms: agreed, charter } = terms
  const { made, phase, returned, confirmedTs, silently, price, hold, toppedUp, award, guestDue, stay } = agreement
  const absentOf = (absent: Hex | null) => (absent === null ? 0 : absent === provider ? 1 : 2)
  return {
    table, id, byProvider: acct === provider, listing, provider, receiver,
    help: terms.kind === 'agreement.made' ? { category: terms.category, minutes: terms.minutes } : null,
    use: terms.kind === 'booking.made' ? { resource: terms.resource, demandPerMille: terms.demandPerMille, set: demandSet } : null,
    begins, ends, terms: agreed, charter, made, phase, providerCame: checkins.has(provider), receiverCame: checkins.has(receiver),
    returned,
    report: report === null ? null : {
      byProvider: report.by === provider, minutes: report.minutes, ts: report.ts, absent: absentOf(report.absent),
    },
    dispute: dispute === null ? null : {
      byProvider: dispute.by === provider, ts: dispute.ts, reason: dispute.reason,
      voices: dispute.voices.map(({ by, minutes, absent }) => ({ by, minutes, absent: absentOf(absent) })),
    },
    confirmedTs, silently,
    providerRating: ratings.get(provider) ?? null, receiverRating: ratings.get(receiver) ?? null,
    price, hold, toppedUp, award, guestDue, stay,
  }
}

function agreementFrom(row: AgreementRow): Agreement | null {
  const { id, provider, receiver, made, phase, returned, report, dispute, confirmedTs, silently, price, hold, toppedUp } = row
  const partyOf = (byProvider: boolean): Hex => (byProvider ? provider : receiver)
  const absentee = (absent: 0 | 1 | 2): Hex | null => (absent === 0 ? null : partyOf(absent === 1))
  const ratings = new Map<Hex, Rating>()
  if (row.providerRating !== null) ratings.set(provider, row.providerRating)
  if (row.receiverRating !== null) ratings.set(receiver, row.receiverRating)
  const terms = termsFrom(row)
  return terms === null ? null : {
    id, terms, provider, receiver, demandSet: row.use?.set ?? null, made, phase, returned,
    checkins: new Set([...(row.providerCame ? [provider] : []), ...(row.receiverCame ? [receiver] : [])]),
    report: report === null ? null : {
      by: partyOf(report.byProvider), minutes: report.minutes, ts: report.ts, absent: absentee(report.absent),
    },
    dispute: dispute === null ? null : {
      by: partyOf(dispute.byProvider), ts: dispute.ts, reason: dispute.reason,
      voices: dispute.voices.map((voice) => ({ ...voice, absent: absentee(voice.absent) })),
    },
    confirmedTs, silently, ratings, price, hold, toppedUp,
    award: awardFrom(row.award), guestDue: row.guestDue, stay: row.stay,
  }
}

function termsFrom(row: AgreementRow): Agreement['terms'] | null {
  const { id, byProvider, listing, provider, receiver, help, use, begins, ends, terms, charter } = row
  const both = { id, acct: byProvider ? provider : receiver, listing, receiver, begins, ends, terms, charter }
  if (help !== null) return use === null ? { kind: 'agreement.made', ...both, helper: provider, ...help } : null
  if (use === null) return null
  const { resource, demandPerMille } = use
  return { kind: 'booking.made', ...both, provider, resource, demandPerMille }
}

function helpToRow(table: number, { id, terms, recordedTs, phase, confirmedTs, given, toppedUp, award }: Help): HelpRow {
  const { acct, helper, receiver, category, minutes, day, note } = terms
  return {
    table, id, byHelper: acct === helper, helper, receiver, category, minutes, day, note, recordedTs, phase, confirmedTs,
    given, toppedUp, award,
  }
}

function helpFrom(row: HelpRow): Help {
  const { id, byHelper, helper, receiver, category, minutes, day, note, recordedTs, phase, confirmedTs, given, toppedUp } = row
  const acct = byHelper ? helper : receiver
  return {
    id, terms: { kind: 'help.recorded', id, acct, helper, receiver, category, minutes, day, note }, recordedTs, phase,
    confirmedTs, given, toppedUp, award: awardFrom(row.award),
  }
}

/** How matters that open and close are written and read: with the same fields, under one number open, another closed. */
export function matterRows<T, R>(
  open: Schema<R>, closed: Schema<R>, numbers: [open: number, closed: number],
  toRow: (table: number, matter: T) => R, from: (row: R) => T | null,
): RowsOf<T> & { decodeOpen(row: Uint8Array): T | null } {
  const read = (schema: Schema<R>, bytes: Uint8Array): T | null => {
    const row = decodeAs(schema, bytes)
    return row === null ? null : from(row)
  }
  return {
    encodeOpen: (matter) => encodedInPassing(open, toRow(numbers[0], matter)),
    encodeClosed: (matter) => encodedInPassing(closed, toRow(numbers[1], matter)),
    decodeOpen: (bytes) => read(open, bytes),
    decodeClosed: (bytes) => read(closed, bytes),
  }
}

export const agreementRows = matterRows(
  agreementRow(OPEN_AGREEMENTS), agreementRow(CLOSED_AGREEMENTS), [OPEN_AGREEMENTS, CLOSED_AGREEMENTS],
  agreementToRow, agreementFrom,
)
export const helpRows = matterRows(
  helpRow(OPEN_HELPS), helpRow(CLOSED_HELPS), [OPEN_HELPS, CLOSED_HELPS], helpToRow, helpFrom,
)

/** Open ones stand in the order in which they were opened. */
const openTable = <T extends Agreement | Help>(
  number: number, rows: { encodeOpen(matter: T): Uint8Array; decodeOpen(row: Uint8Array): T | null },
  registerOf: (state: State) => { openOnes(): Iterable<T>; has(id: Hex): boolean; open(matter: T): void },
): Table => ({
  number,
  sources: (state) => registerOf(state).openOnes(),
  encode: (source) => rows.encodeOpen(source as T),
  take(state, row) {
    const matter = rows.decodeOpen(row)
    if (matter === null || registerOf(state).has(matter.id)) return false
    registerOf(state).open(matter)
    return true
  },
})

export const openAgreements = openTable<Agreement>(OPEN_AGREEMENTS, agreementRows, (state) => state.agreements)
export const openHelps = openTable<Help>(OPEN_HELPS, helpRows, (state) => state.helps)

/** In the order of first not coming. */
export const absences = table(32, { member: accountId, times: uintsUpTo(MANY) }, {
  sources: (state) => state.absences.values(),
  write: (source) => source,
  take(state, { member, times }) {
    if (state.absences.has(member)) return false
    state.absences.set(member, { member, times })
    return true
  },
})

/** In the order of their first booking of those that are remembered. */
export const calendars = table(30, { listing: id16, intervals: listOf(intervalFields, MANY) }, {
  sources: (state) => state.calendars.values(),
  write: (source) => source,
  take(state, { listing, intervals }) {
    if (intervals.length === 0 || state.calendars.has(listing)) return false
    state.calendars.set(listing, { listing, intervals })
    return true
  },
})
