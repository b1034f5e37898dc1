/** Why a step of a project, of something done for everybody or of something sought after does not go through. In English. */
import type { zhTogetherRefusals } from '../../zh/refusals/together.ts'
import { type Told, words } from '../../words.ts'
import { lookAgain, nothingToDo } from './once.ts'

export const enTogetherRefusals: Record<keyof typeof zhTogetherRefusals, Told> = {
  'demand-out-of-range': (s) => words('That is outside what the charter allows', `Ordinary times count 1; it allows ${s.factor('leastPerMille')} to ${s.factor('mostPerMille')}`, 'Choose a number within it'),
  'gate-closed': words('The charter does not allow this way of choosing', 'The charter says how places are given when there are too few', 'Choose another way'),
  'unknown-project': words('There is no such project', 'This community has not recorded it', lookAgain),
  'already-applied': words('You have applied already', 'Each person applies once', 'Wait for the places to be given'),
  'not-applied': words('You have not applied', 'There is nothing to take back', lookAgain),
  'no-auction': words('Nothing is offered for these places', 'They are not auctioned', 'Simply apply'),
  'lifetime-too-low': (s) => words('Not quite enough yet to apply', `This project asks for ${s.cv('neededMilli')} contributed in all; you have ${s.cv('lifetimeMilli')}`, 'Help elsewhere first, or ask whoever leads it'),
  'count-out-of-range': (s) => words('That number does not fit', `At most ${s.raw('most')} here`, 'Choose a number that is not above it'),
  'shares-out-of-range': (s) => words('The shares do not work', `At most ${s.percent('coreMaxPerMille')} for each who leads and ${s.percent('participantMaxPerMille')} for each who takes part, 100% for all together, and more than zero for each`, 'Change the shares'),
  'other-report': words('The report has changed', 'What you saw is not the latest', 'Refresh and read it again'),
  'unknown-work': words('There is no such work', 'This community has not recorded it', lookAgain),
  'already-valued': words('You have said so already', 'Each person says it once', nothingToDo),
  'already-judged': words('Another steward has looked at it', 'Each work is looked at once', nothingToDo),
}
