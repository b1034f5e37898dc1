/**
 * The words of the server's own pages, which work without JavaScript and so cannot have those of `ui/text`. A check
 * without words in all languages does not compile.
 */
import type { CheckName, CodeOf, Facts, HealthState } from './health.ts'

/** What is so, and what to do about it; null where nothing is to be done. */
export type Said = { says: string; fix: string | null }

export type OperatorWords = {
  language: 'zh' | 'en' | 'es'
  /** What this language calls itself. */
  own: string
  title: (city: string) => string
  operatorTitle: (city: string) => string
  states: Record<HealthState, string>
  verdicts: Record<HealthState, string>
  names: Record<CheckName, string>
  checks: { [N in CheckName]: { [C in CodeOf<N>]: (facts: Facts) => Said } }
  fix: string
  since: (when: string) => string
  checkedAt: (when: string) => string
  home: string
  forOperators: string
  sections: Record<'peers' | 'checkpoint' | 'plots' | 'copies' | 'update' | 'settings' | 'support' | 'danger', string>
  peers: { city: string; connected: string; here: string; away: string; entries: string; behind: string; lastSeen: string; none: string; halted: string }
  checkpoint: { entries: string; root: string; cosigners: string; vouches: string; silent: string; own: string }
  plots: { entries: string; board: string; behind: string; day: string; week: string; empty: string; table: string; time: string }
  copies: {
    last: string; never: string; where: string; entries: string; withKeys: string; withoutKeys: string; rehearse: string; rehearsing: string
    rehearsed: (when: string) => string; rehearsalFailed: (when: string) => string; how: string
  }
  update: { running: string; how: string }
  settings: { name: string; value: string; origin: string; how: string }
  support: { what: string; get: string }
  danger: { intro: string; rows: { what: string; means: string; how: string }[] }
  leave: string
  closed: string
  starting: string
}

/** A check's words in this language. */
export const said = (words: OperatorWords, { name, code, facts }: { name: CheckName; code: string; facts: Facts }): Said =>
  (words.checks[name] as Record<string, (facts: Facts) => Said>)[code]!(facts)
