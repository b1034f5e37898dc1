/** Rows of seasons of demand (61), and of works, open (64) and closed (65). */
import { resourceCode, workCode } from '../charter/charter.ts'
import { accountId } from '../ids.ts'
import {
  fields, flag, hexOf, type Infer, listOf, literal, nullable, oneOf, uint,
} from '../schema.ts'
import { awardFields, awardFrom } from './award.ts'
import { matterRows } from './help.ts'
import { MANY, type Table, table } from './table.ts'
import type { Work } from '../state/matters.ts'

const id16 = hexOf(16)
const id32 = hexOf(32)

/** As set. */
export const demand = table(61, { resource: resourceCode, fromDay: uint, untilDay: uint, perMille: uint, by: accountId, ts: uint }, {
  sources: (state) => state.demand,
  write: (season) => season,
  take(state, { resource, fromDay, untilDay, perMille, by, ts }) {
    state.demand.push({ resource, fromDay, untilDay, perMille, by, ts })
    return true
  },
})

export const OPEN_WORKS = 64
export const CLOSED_WORKS = 65

const workRow = (number: number) => fields({
  table: literal(number), id: id16, author: accountId, work: workCode, content: id32, charter: uint, publishedTs: uint,
  valued: listOf(id32, MANY),
  judged: nullable(fields({ lasting: flag, quality: oneOf(0, 1, 2), by: accountId, ts: uint })),
  phase: oneOf('open', 'awarded', 'ended'),
  award: nullable(awardFields),
})
type WorkRow = Infer<ReturnType<typeof workRow>>

const toRow = (number: number, { id, terms, charter, publishedTs, valued, judged, phase, award }: Work): WorkRow => ({
  table: number, id, author: terms.acct, work: terms.work, content: terms.content, charter, publishedTs, valued: [...valued],
  judged, phase, award,
})

const workFrom = ({ id, author, work, content, charter, publishedTs, valued, judged, phase, award }: WorkRow): Work => ({
  id, terms: { kind: 'work.published', id, acct: author, work, content }, charter, publishedTs, valued: new Set(valued),
  judged, phase, award: awardFrom(award),
})

export const workRows = matterRows(workRow(OPEN_WORKS), workRow(CLOSED_WORKS), [OPEN_WORKS, CLOSED_WORKS], toRow, workFrom)

/** As published. */
export const openWorks: Table = {
  number: OPEN_WORKS,
  sources: (state) => state.works.openOnes(),
  encode: (source) => workRows.encodeOpen(source as Work),
  take(state, row) {
    const work = workRows.decodeOpen(row)
    if (work === null || state.works.has(work.id)) return false
    state.works.open(work)
    state.worksOpen.set(work.terms.acct, (state.worksOpen.get(work.terms.acct) ?? 0) + 1)
    return true
  },
}
