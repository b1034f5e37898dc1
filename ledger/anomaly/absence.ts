/** R9, no-show: three times expected and not known to have come [seed, Annex 4, 恶意使用]. A strike, and no amount in dispute. */
import type { Hex } from '../action.ts'
import type { Absence } from '../exchanges.ts'
import type { Suspicion } from './flag.ts'
import type { Window } from './window.ts'

const ABSENCES_MIN = 3

export function* noShows(window: Window): Generator<Suspicion> {
  const missed = new Map<Hex, Absence[]>()
  for (const absence of window.absences()) {
    const absences = missed.get(absence.member)
    if (absences === undefined) missed.set(absence.member, [absence])
    else absences.push(absence)
  }
  for (const [member, absences] of missed) {
    if (absences.length < ABSENCES_MIN) continue
    yield {
      rule: 'R9', version: 1, subjects: [member], seqs: absences.map(({ seq }) => seq),
      computed: { absences: absences.length, absencesMin: ABSENCES_MIN },
    }
  }
}
