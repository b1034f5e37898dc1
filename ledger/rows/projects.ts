/** Rows of projects, open (62) and closed (63). */
import { projectSizeCode } from '../charter/charter.ts'
import { accountId } from '../ids.ts'
import { fields, hexOf, type Infer, integer, big, listOf, literal, nullable, oneOf, uint } from '../schema.ts'
import { awardFields, awardFrom } from './award.ts'
import { matterRows } from './help.ts'
import { MANY, type Table } from './table.ts'
import type { Project } from '../state/matters.ts'

const id16 = hexOf(16)
const id32 = hexOf(32)

export const OPEN_PROJECTS = 62
export const CLOSED_PROJECTS = 63

const projectRow = (number: number) => fields({
  table: literal(number), id: id16, organiser: accountId, size: projectSizeCode, requester: accountId, core: listOf(id32, MANY), places: uint,
  gateMilli: big, gateLevel: uint, choice: oneOf(0, 1, 2), applyUntil: uint, endsDay: uint, terms: id32,
  charter: uint, openedTs: uint,
  phase: oneOf('open', 'running', 'reported', 'confirmed', 'contested', 'awarded', 'cancelled', 'lapsed'),
  applications: listOf(fields({ id: id16, by: accountId, bid: integer }), MANY),
  chosen: listOf(id32, MANY),
  lapses: uint,
  report: nullable(fields({
    id: id16, shares: listOf(fields({ member: accountId, perMille: uint }), MANY), reach: uint, completion: oneOf(0, 1), ts: uint,
  })),
  confirmed: nullable(fields({ by: accountId, ts: uint })),
  contested: nullable(fields({ by: accountId, reason: id32, ts: uint })),
  awardedTs: nullable(uint),
  awards: listOf(fields({ member: accountId, award: awardFields }), MANY),
})
type ProjectRow = Infer<ReturnType<typeof projectRow>>

function toRow(number: number, { id, terms, charter, openedTs, phase, ...rest }: Project): ProjectRow {
  const { acct, size, requester, core, places, gateMilli, gateLevel, choice, applyUntil, endsDay, terms: agreed } = terms
  const { applications, chosen, lapses, report, confirmed, contested, awardedTs, awards } = rest
  return {
    table: number, id, organiser: acct, size, requester, core, places, gateMilli, gateLevel, choice, applyUntil, endsDay,
    terms: agreed, charter, openedTs, phase, applications, chosen, lapses, report, confirmed, contested, awardedTs, awards,
  }
}

function projectFrom(row: ProjectRow): Project {
  const { id, organiser, size, requester, core, places, gateMilli, gateLevel, choice, applyUntil, endsDay, terms } = row
  const { charter, openedTs, phase, applications, chosen, lapses, report, confirmed, contested, awardedTs, awards } = row
  return {
    id,
    terms: {
      kind: 'project.opened', id, acct: organiser, size, requester, core, places, gateMilli, gateLevel, choice, applyUntil,
      endsDay, terms,
    },
    charter, openedTs, phase, applications, chosen, lapses, report, confirmed, contested, awardedTs,
    awards: awards.map(({ member, award }) => ({ member, award: awardFrom(award)! })),
  }
}

export const projectRows = matterRows(
  projectRow(OPEN_PROJECTS), projectRow(CLOSED_PROJECTS), [OPEN_PROJECTS, CLOSED_PROJECTS], toRow, projectFrom,
)

/** As opened. */
export const openProjects: Table = {
  number: OPEN_PROJECTS,
  sources: (state) => state.projects.openOnes(),
  encode: (source) => projectRows.encodeOpen(source as Project),
  take(state, row) {
    const project = projectRows.decodeOpen(row)
    if (project === null || state.projects.has(project.id)) return false
    state.projects.open(project)
    return true
  },
}
