/**
 * Rows of agreements (9, closed 11) and helps (10, closed 12). Open and closed ones have the same fields; the
 * number says which they are.
 */
import type { Hex } from '../action.ts'
import { categoryCode } from '../charter.ts'
import type { RowsOf } from '../register.ts'
import {
  decodeAs, encodedInPassing, fields, flag, hexOf, type Infer, integer, literal, nullable, oneOf, type Schema, uint,
} from '../schema.ts'
import type { Agreement, Help, Rating, State } from '../state.ts'
import { awardFields, awardFrom } from './award.ts'
import type { Table } from './table.ts'

const id16 = hexOf(16)
const id32 = hexOf(32)

const ratingFields = fields({ commitment: id32, grade: nullable(oneOf(0, 1, 2)) })

const agreementFields = {
  id: id16,
  /** Who proposed it; the other is the receiver. */
  byHelper: flag,
  listing: id16, helper: id32, receiver: id32, category: categoryCode, minutes: uint, begins: uint, ends: uint, terms: id32,
  charter: uint,
  made: uint,
  phase: oneOf('agreed', 'reported', 'confirmed', 'settled', 'cancelled', 'lapsed'),
  helperCame: flag, receiverCame: flag,
  report: nullable(fields({ byHelper: flag, minutes: uint, ts: uint })),
  confirmedTs: nullable(uint),
  silently: flag,
  /** What the helper, what the receiver committed to. */
  helperRating: nullable(ratingFields), receiverRating: nullable(ratingFields),
  hold: integer,
  award: nullable(awardFields),
  guestDue: nullable(fields({ amount: integer, xid: nullable(id32) })),
}
const helpFields = {
  id: id16,
  byHelper: flag,
  helper: id32, receiver: id32, category: categoryCode, minutes: uint, day: uint, note: id32,
  recordedTs: uint,
  phase: oneOf('recorded', 'confirmed', 'declined', 'lapsed'),
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
  const { id, terms, ratings, checkins, report } = agreement
  const { acct, listing, helper, receiver, category, minutes, begins, ends, terms: agreed, charter } = terms
  const { made, phase, confirmedTs, silently, hold, award, guestDue } = agreement
  return {
    table, id, byHelper: acct === helper, listing, helper, receiver, category, minutes, begins, ends, terms: agreed, charter,
    made, phase, helperCame: checkins.has(helper), receiverCame: checkins.has(receiver),
    report: report === null ? null : { byHelper: report.by === helper, minutes: report.minutes, ts: report.ts },
    confirmedTs, silently,
    helperRating: ratings.get(helper) ?? null, receiverRating: ratings.get(receiver) ?? null,
    hold, award, guestDue,
  }
}

function agreementFrom(row: AgreementRow): Agreement {
  const { id, byHelper, listing, helper, receiver, category, minutes, begins, ends, terms, charter } = row
  const { made, phase, helperCame, receiverCame, report, confirmedTs, silently, helperRating, receiverRating } = row
  const ratings = new Map<Hex, Rating>()
  if (helperRating !== null) ratings.set(helper, helperRating)
  if (receiverRating !== null) ratings.set(receiver, receiverRating)
  return {
    id,
    terms: {
      kind: 'agreement.made', id, acct: byHelper ? helper : receiver, listing, helper, receiver, category, minutes, begins,
      ends, terms, charter,
    },
    made, phase,
    checkins: new Set([...(helperCame ? [helper] : []), ...(receiverCame ? [receiver] : [])]),
    report: report === null ? null : { by: report.byHelper ? helper : receiver, minutes: report.minutes, ts: report.ts },
    confirmedTs, silently, ratings,
    hold: row.hold, award: awardFrom(row.award), guestDue: row.guestDue,
  }
}

function helpToRow(table: number, { id, terms, recordedTs, phase, award }: Help): HelpRow {
  const { acct, helper, receiver, category, minutes, day, note } = terms
  return { table, id, byHelper: acct === helper, helper, receiver, category, minutes, day, note, recordedTs, phase, award }
}

function helpFrom({ id, byHelper, helper, receiver, category, minutes, day, note, recordedTs, phase, award }: HelpRow): Help {
  const acct = byHelper ? helper : receiver
  return {
    id, terms: { kind: 'help.recorded', id, acct, helper, receiver, category, minutes, day, note }, recordedTs, phase,
    award: awardFrom(award),
  }
}

function rowsOf<T, R>(
  open: Schema<R>, closed: Schema<R>, numbers: [open: number, closed: number],
  toRow: (table: number, matter: T) => R, from: (row: R) => T,
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

export const agreementRows = rowsOf(
  agreementRow(OPEN_AGREEMENTS), agreementRow(CLOSED_AGREEMENTS), [OPEN_AGREEMENTS, CLOSED_AGREEMENTS],
  agreementToRow, agreementFrom,
)
export const helpRows = rowsOf(
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
