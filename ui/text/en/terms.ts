/** What the cities have agreed on together: what a year takes, how value is converted, how much is issued. The words of this part. */
import type { TermsTexts } from '../zh/terms.ts'

export const enTerms: TermsTexts = {
  title: 'What the cities have agreed on',
  say: (percent, parts, issue) =>
    `Global CV fades by ${percent}% a year; ${parts === '' ? 'nothing local can be exchanged for Global' : `it takes at least ${parts} local for 1 Global`}; each city may issue ${issue} a year at most.`,
  from: (date) => `What a year takes and what may be issued go by this from ${date} on; before that, as until now.`,
  change: 'Agree on other numbers',
  note: 'Talk with the stewards of the other cities first, and all enter the same numbers. They count when enough cities have agreed. The exchange changes then; what a year takes and what may be issued change with the next year, or, if that begins within 30 days, with the one after. Nothing that is recorded changes.',
  decay: 'What a year takes, in per cent (15 at most)',
  parts: 'How many local give 1 Global (3 or more)',
  issue: 'What each city may issue in a year',
  agree: 'Agree on this',
  agreed: 'Agreed; the stewards of the other cities have to agree on the same numbers',
  waiting: (terms, date) => `We agreed on: ${terms} The exchange changes as soon as enough cities have agreed, the rest from ${date} on. The stewards of the other cities have to agree on the same numbers.`,
  withdraw: 'Take that back',
  withdrawn: 'Taken back',
}
