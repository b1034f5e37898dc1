/** Rows of group sessions, open (31) and closed (35). */
import { categoryCode } from '../charter/charter.ts'
import { accountId } from '../ids.ts'
import { fields, flag, hexOf, type Infer, listOf, literal, nullable, oneOf, uint } from '../schema.ts'
import { awardFields, awardFrom } from './award.ts'
import { matterRows } from './help.ts'
import { MANY, type Table } from './table.ts'
import type { Session } from '../state/matters.ts'

const id16 = hexOf(16)
const id32 = hexOf(32)

export const OPEN_SESSIONS = 31
export const CLOSED_SESSIONS = 35

const personFields = fields({ member: accountId, code: id32, came: flag, commitment: nullable(id32), grade: nullable(oneOf(0, 1, 2)) })
const sessionRow = (number: number) => fields({
  table: literal(number), id: id16, organiser: accountId, listing: id16, category: categoryCode, begins: uint, ends: uint, places: uint,
  code: id32, charter: uint, made: uint,
  phase: oneOf('open', 'closed', 'settled', 'cancelled', 'lapsed', 'missed'),
  people: listOf(personFields, MANY), minutes: nullable(uint), closedTs: nullable(uint), award: nullable(awardFields),
})
type SessionRow = Infer<ReturnType<typeof sessionRow>>

function toRow(table: number, { id, terms, made, phase, people, minutes, closedTs, award }: Session): SessionRow {
  const { acct: organiser, listing, category, begins, ends, places, code, charter } = terms
  return {
    table, id, organiser, listing, category, begins, ends, places, code, charter, made, phase, people: [...people.values()], minutes,
    closedTs, award,
  }
}

function sessionFrom(row: SessionRow): Session {
  const { id, organiser, listing, category, begins, ends, places, code, charter, made, phase, people, minutes, closedTs } = row
  return {
    id, terms: { kind: 'session.opened', id, acct: organiser, listing, category, begins, ends, places, code, charter },
    made, phase, people: new Map(people.map((person) => [person.member, person])), minutes, closedTs, award: awardFrom(row.award),
  }
}

export const sessionRows = matterRows(
  sessionRow(OPEN_SESSIONS), sessionRow(CLOSED_SESSIONS), [OPEN_SESSIONS, CLOSED_SESSIONS], toRow, sessionFrom,
)

/** As opened. */
export const openSessions: Table = {
  number: OPEN_SESSIONS,
  sources: (state) => state.sessions.openOnes(),
  encode: (source) => sessionRows.encodeOpen(source as Session),
  take(state, row) {
    const session = sessionRows.decodeOpen(row)
    if (session === null || state.sessions.has(session.id)) return false
    state.sessions.open(session)
    state.sessionsOpen.set(session.terms.acct, (state.sessionsOpen.get(session.terms.acct) ?? 0) + 1)
    return true
  },
}
