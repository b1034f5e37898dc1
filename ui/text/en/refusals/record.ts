/** Why the record itself does not take an entry: its form, its days, a restore. In English. */
import type { zhRecordRefusals } from '../../zh/refusals/record.ts'
import { type Told, words } from '../../words.ts'
import { lookAgain, nothingToDo, tellSteward } from './once.ts'

export const enRecordRefusals: Record<keyof typeof zhRecordRefusals, Told> = {
  'malformed': words('This was not recorded', 'What was sent is incomplete', tellSteward),
  'foreign-log': words('This entry is not ours', 'It comes from another community', tellSteward),
  'wrong-sequence': words('The entries are out of order', 'One is missing, or there is one too many', tellSteward),
  'broken-chain': words('The entries do not connect', 'This one does not fit the one before', 'Tell a steward and wait before going on'),
  'time-went-back': words('Time went backwards', 'The community’s clock is earlier than its last entry', 'Ask a steward to set the clock'),
  'tick-missing': words('The day has not been opened', 'Each day begins with its date in the record', 'Try again in a moment'),
  'tick-twice': words('The day is already open', 'A date is recorded once', nothingToDo),
  'not-founded': words('The community is not set up yet', 'Its first step has not been finished', 'Use the link shown at the end of the installation'),
  'already-founded': words('The community is already set up', 'That is done only once', 'Open the home page and join or sign in'),
  'bad-genesis': words('Something in the founding details is wrong', 'The name, city or date is not acceptable', 'Check them and try again'),
  'bad-charter': words('The charter cannot work', 'Its numbers contradict one another', 'Choose another charter'),

  'digest-misplaced': words('The fingerprint of the record is out of place', 'It can only stand right after the beginning of a day', 'Tell a steward: the program on the community’s computer made a mistake'),
  'wrong-digest': words('The fingerprint of the record is another one', 'Adding everything up again gives a different result', 'Tell a steward: the program on the community’s computer made a mistake'),

  'wrong-generation': words('That is not the next restore', 'The count of restores does not fit', 'Ask the stewards to refresh the page and confirm again'),
  'nothing-given-up': words('Nothing is given up by this restore', 'The entries it says are given up are all here', 'Ask the stewards to refresh the page and confirm again'),
  'other-tree': words('The record has changed since', 'Entries were added or lost after the stewards had confirmed', 'Ask the stewards to refresh the page and confirm again'),
  'not-enough-stewards': words('More stewards have to confirm', 'Going on from a backup takes several stewards together', 'Ask the other stewards to open this page and confirm'),
  'unknown-restore': words('There was no such restore', 'The record does not name it', lookAgain),
  'not-lost': words('This one is not lost', 'It stands before the place the record went back to', nothingToDo),
  'already-claimed': words('This is claimed already', 'A receipt is claimed once', nothingToDo),
}
