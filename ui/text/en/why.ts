/** Why a number is what it is. */
import type { zhWhy } from '../zh/why.ts'
import { plural } from './numbers.ts'

export const enWhy: typeof zhWhy = {
  factors: {
    minutes: 'time',
    coefficient: 'difficulty',
    rating: 'rating',
    group: 'group',
    notRated: 'not rated, counts as good',
    ifGood: 'if rated good',
    people: (n) => plural(n, 'person', 'people'),
    hours: (minutes) => `${Math.round(minutes / 0.6) / 100} h`,
    base: 'base',
    units: 'nights, days or times',
    part: 'less than half counts by the minute',
    useful: 'people found it useful',
    resources: { 1: 'a night’s stay', 2: 'a vehicle for a day', 3: 'a tool for a day', 4: 'a workspace for a day', 5: 'a bicycle for a day' },
    projects: { 1: 'Community event', 2: 'Medium project' },
    works: {
      1: 'Gathering · people who found it useful',
      2: 'Article · people who found it useful',
      3: 'Video · people who found it useful',
      4: 'Podcast · people who found it useful',
      5: 'Looking after the community · people who found it useful',
      6: 'Guiding newcomers · people who found it useful',
    },
    others: {
      demand: () => 'how sought after it was',
      longStay: (n) => `long stay · ${n} nights`,
      share: () => 'your share',
      reach: (n) => `reach · ${n} people`,
      completion: () => 'how complete it is',
      lasting: () => 'a lasting community came of it',
      quality: () => 'quality',
      repeated: (n) => `the two of you had ${n} short helps like this lately`,
      score: () => 'standing',
    },
    times: '×',
    equals: '=',
    roundedDown: 'Rounded down once, at the end.',
    abroad: 'A contribution in another city; how it was worked out stands in that city’s record.',
  },

  why: {
    ask: 'why',
    title: (sum) => `Why ${sum}`,
    would: (sum) => `Why it would be ${sum}`,
    said: (name, day) => `said by ${name} on ${day}`,
    today: 'Today',
    left: (sum) => `with time, ${sum} of it is left`,
    recorded: 'Recorded',
    at: (seq, day) => `as number ${seq}, on ${day}`,
    close: 'Got it',
  },
}
