/** What the page of seasons says. */
import type { SeasonsTexts } from '../zh/seasons.ts'

export const enSeasons: SeasonsTexts = {
  title: 'Busy and quiet seasons',
  lead: 'On days when many would like to use something, using it takes more and whoever shares it is given more; on quiet days less of both. By how much stands in the charter; which days, a steward says.',
  none: 'Nobody has said anything yet. Every day counts once.',
  season: (what, factor) => `${what}: × ${factor}`,
  days: (from, until) => (from === until ? from : `${from} to ${until}`),
  by: (who, date) => `said by ${who} on ${date}`,
  now: 'Now',
  sayTitle: 'Say when',
  what: 'Using what',
  how: 'Those days are',
  kinds: { busy: 'Busy', plain: 'As always', quiet: 'Quiet' },
  times: (factor) => `× ${factor}`,
  from: 'From which day',
  until: 'Until which day (included)',
  missing: 'Choose the first day, and a last one that is neither before it nor before today',
  says: (what, days, factor) => `${what} counts × ${factor}: ${days}.`,
  saysRest: 'What has been agreed on already stays as it is.',
  send: 'Set these days',
  done: 'The days are set',
}
