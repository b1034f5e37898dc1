/**
 * R9, no-show and idle hold [S1763 恶意使用：占用资源但不使用]: three times expected and not known to have come; or something
 * kept for more than twice as long as it was booked. A strike, and no amount in dispute.
 */
import type { Hex } from '../action.ts'
import type { Suspicion } from './flag.ts'
import type { Window } from './window.ts'

const ABSENCES_MIN = 3
const OVERSTAYS_MIN = 1

export function* noShows(window: Window): Generator<Suspicion> {
  const [missed, kept] = [byMember(window.absences()), byMember(window.overstays())]
  for (const member of new Set([...missed.keys(), ...kept.keys()])) {
    const [absences, overstays] = [missed.get(member) ?? [], kept.get(member) ?? []]
    if (absences.length < ABSENCES_MIN && overstays.length < OVERSTAYS_MIN) continue
    yield {
      rule: 'R9', version: 1, subjects: [member], seqs: [...absences, ...overstays],
      computed: { absences: absences.length, absencesMin: ABSENCES_MIN, overstays: overstays.length, overstaysMin: OVERSTAYS_MIN },
    }
  }
}

/** The records of what is noted of each. */
function byMember(notes: Iterable<{ member: Hex; seq: number }>): Map<Hex, number[]> {
  const seqs = new Map<Hex, number[]>()
  for (const { member, seq } of notes) seqs.set(member, [...(seqs.get(member) ?? []), seq])
  return seqs
}
