/** Which seasons stewards have spoken of and are not over, and what the charter calls a busy and a quiet one [S1545]. */
import { utcDayOf } from '#ledger/calendar.ts'
import { charterOf, type State } from '#ledger/state/state.ts'
import type { SeasonsView } from '#protocol/matters.ts'
import type { People } from '../words/people.ts'

export function seasonsView(state: State, people: People, now: number): SeasonsView {
  const { peakPerMille, offSeasonPerMille } = charterOf(state).resource
  const today = utcDayOf(now)
  return {
    today,
    busyPerMille: peakPerMille,
    quietPerMille: offSeasonPerMille,
    seasons: state.demand
      .filter(({ untilDay }) => untilDay >= today)
      .map((season) => ({ ...season, by: people.view(season.by) }))
      .sort((one, other) => one.fromDay - other.fromDay || other.ts - one.ts),
  }
}
