/** Why a step of an agreement, a help, a gathering, a loan or a rating does not go through. In English. */
import type { zhHelpingRefusals } from '../../zh/refusals/helping.ts'
import { type Told, words } from '../../words.ts'
import { lookAgain, notHere, nothingToDo } from './once.ts'

export const enHelpingRefusals: Record<keyof typeof zhHelpingRefusals, Told> = {
  'same-person': words('Both sides are the same person', 'Help needs two people', 'Choose another member'),
  'not-a-party': words('You are not part of this', 'Only the two who agreed can act here', 'Check whether this is somebody else’s agreement'),
  'bad-interval': words('The times do not fit', 'The end has to be after the beginning, and the beginning at most thirty days ago', 'Change the beginning or the end'),
  'begins-too-early': (s) => words('That is too long ago', `The earliest possible beginning is ${s.moment('earliest')}`, 'Choose a later time'),
  'ends-too-late': (s) => words('That is too far away', `The latest possible end is ${s.moment('latest')}`, 'Choose an earlier time'),
  'minutes-out-of-range': (s) => words('That length does not fit', `Between 1 minute and ${s.duration('most')} here`, 'Change it, or record it in parts'),
  'time-not-passed': (s) => words('So much time has not passed yet', `Together with what the helper has already recorded, at most ${s.duration('most')} fits in here so far`, 'Make it less, or record it some days later'),
  'unknown-agreement': words('No such agreement', notHere, lookAgain),
  'wrong-phase': words('It is not the time for this step', 'The matter has moved on, or is not there yet', 'Refresh to see where it stands'),
  'not-begun': (s) => words('It has not begun', `You agreed on ${s.moment('begins')}`, 'Come back to check in then'),
  'already-checked-in': words('You have checked in', 'Once each is enough', nothingToDo),
  'own-report': words('The other side confirms this', 'You reported the time, so you cannot confirm it', 'Wait for the other side'),
  'other-minutes': (s) => words('The times differ', `The other side reported ${s.duration('reported')}`, 'Refresh and confirm that, or choose “Not quite right”'),
  'unknown-help': words('No such record of help', notHere, lookAgain),
  'day-in-future': words('That day has not come', 'Only help that has happened can be recorded', 'Choose today or earlier'),
  'day-too-old': (s) => words('That day is too long ago', `The earliest is ${s.day('oldest')}`, 'Choose a later day'),
  'before-joining': (s) => words('That was before one of you came', `The earliest is ${s.first()}`, `Choose a later ${s.has('earliest') ? 'time' : 'day'}`),
  'unknown-session': words('No such gathering', notHere, lookAgain),
  'already-joined': words('You have signed up', 'Once is enough', 'Just come'),
  'not-joined': words('Not signed up', 'They are not on the list of who wants to come', 'Sign up first, then check in'),
  'already-over': (s) => words('Its time is over', `It ended ${s.moment('ended')}`, 'Ask whoever leads it'),
  'other-code': words('That is another code', 'It does not belong to this gathering', 'Scan it again, or have it read out again'),
  'unknown-slip': words('That slip does not count', 'The code is wrong, or it was used already', 'Take another, or look at the code again'),
  'unknown-care-plan': words('No such care plan', notHere, lookAgain),
  'other-demand': (s) => words('It is sought after more or less than before', `It is ${s.factor('expectedPerMille')} now, and the price with it`, 'Agree on it again, both of you, at the new price'),
  'slot-taken': (s) => words('Somebody has booked that time', `It is free from ${s.moment('free')}`, 'Choose another time, or ask whoever shares it'),
  'not-returned': words('It has not come back yet', 'Nobody knows when it will be free', 'Book it when it is back, or ask whoever shares it'),
  'not-a-booking': words('Nothing was lent here', 'Only what was lent is given back', 'When it is done, report the time'),
  'already-returned': words('It has come back already', 'That is recorded once', nothingToDo),
  'nothing-to-correct': words('There is nothing to correct', 'The record has this time already', 'See whether you meant another'),
  'own-matter': words('This concerns you yourself', 'Nobody decides in a matter of their own', 'Ask another steward to look at it'),

  'already-rated': words('You have rated already', 'Each side rates once', 'It opens when both have written'),
  'rating-closed': words('Rating has closed', 'The time for it is over; nothing written counts as good', nothingToDo),
  'no-commitment': words('There is no rating', 'This side has not written one', nothingToDo),
  'other-commitment': words('The rating does not fit', 'What was opened is not what was written', 'Tell a steward'),
  'too-early': (s) => words('It is too early to open it', `It opens when both have written, or on ${s.moment('opens')}`, 'Please wait'),
}
