/** Why the community’s computer does not take something before it reaches the record. In English. */
import type { DoorRefusal } from '#protocol/api.ts'
import { type Told, type Words, words } from '../../words.ts'
import { tellSteward } from './once.ts'

const nothingLost = 'Nothing was written and nothing is lost'

/** Why the board did not take it, where there is something that a member can do. */
const listingRefusals: Record<string, Words> = {
  'not-attested': words('You cannot post yet', 'A steward has still to meet you', 'Meet a steward; you can post right afterwards'),
  'closed': words('This one is closed', 'Its author has just closed it', 'Look at the other needs'),
  'metadata': words('Something else is inside this picture', 'Only the picture itself may be', 'Choose it again on the posting page, where this device draws it anew'),
  'dimensions': words('This picture is too large', '1600 points a side at most', 'Choose it again on the posting page'),
  'too-large': words('This picture is too large', '112 KB at most', 'Choose a smaller one'),
  'not-a-picture': words('This is no picture', 'It cannot be read', 'Choose another'),
  'too-many-pictures': words('That is enough pictures for now', 'Many came at once; from here on there is room for two an hour', 'Post without a picture, or add it later'),
  'too-many-searches': words('Ten searches are saved', 'More would not be told apart', 'Forget an old one, then save this'),
  'own-listing': words('This is your own', 'It is for others to answer', 'Wait; your home page tells you when somebody does'),
}
const listingRefusal = words('Not posted', 'Its content, its date or the number of your listings is not acceptable', 'Make it shorter, or close older ones first')

const letterRefusals: Record<string, Words> = {
  'unknown-member': words('It cannot be delivered', 'This person is not there, or no steward has met them yet', 'See whether you meant somebody else'),
  'not-about': words('It cannot be delivered', 'The listing or agreement is no longer there', 'You can write from what they list now'),
}
const letterRefusal = words('It cannot be delivered', 'The community did not take this letter', 'Open the page again and write once more; if that fails, tell a steward')

const circleRefusals: Record<string, Words> = {
  'circle-full': words('There is no place left', 'The listing says how many there are', 'To have more people, change the listing first'),
  'blocked': words('You have blocked this person', 'Whoever is blocked does not come in', 'To let them in, unblock them where you write to them'),
  'task-taken': words('Somebody else does this', 'They were a moment faster', 'See what else there is to do'),
  'too-many-tasks': words('That is too much to do', 'Thirty things may be open', 'Do some first, or take some back'),
}
const circleRefusal = words('It was not done', 'You are not in it, it is for whoever began it, or it is no longer there', 'Open the page again')

/** Why nothing is written now. */
const readOnly: Record<string, Words> = {
  'disk-full': words('Reading only at the moment', 'The community’s computer has no room left; this step was not recorded', 'Tell a steward, and do it again when there is room'),
  'storage': words('Reading only at the moment', 'The community’s storage has a problem; this step was not recorded', 'Tell a steward, and do it again a little later'),
  'restoring': words('Reading only at the moment', 'The community is checking or restoring its record; this step was not recorded', 'Do it again when the notice at the top of the page is gone'),
}

export const enDoor: Record<DoorRefusal['code'], Told> = {
  'malformed': words('The community did not understand', 'What was sent is incomplete', tellSteward),
  'too-large': words('Too long', 'The text is longer than can be taken at once', 'Make it shorter'),
  'no-session': words('Please sign in', 'Your session has ended, or you have not joined', 'Sign in again'),
  'not-a-steward': words('Only stewards see this page', 'The charter gives it to stewards', 'Ask a steward'),
  'not-found': words('Not found', 'It may have ended, or the link is incomplete', 'Go back to the home page'),
  'wrong-token': words('The link is wrong', 'The word in the setup link does not fit', 'Use the whole link shown by the installation'),
  'already-founded': words('The community is already set up', 'That is done only once', 'Open the home page'),
  'not-founded': words('The community is not set up yet', 'Its first step has not been finished', 'Use the link shown at the end of the installation'),
  'wrong-host': words('Wrong address', 'The community does not know this web address', 'Use the address your steward gave you'),
  'wrong-origin': words('Not from another site', 'For safety only this community’s own page may act', 'Open the community’s address itself'),
  'too-many': (s) => words('That was too often', 'The community takes only so much in a short time', `Try again in ${s.wait('retrySeconds')}`),
  'read-only': (s) => readOnly[s.raw('because')] ?? words('Reading only at the moment', 'This step was not recorded', 'Try later, or tell a steward'),
  'busy': (s) => words('The community is busy', nothingLost, `Try again in ${s.wait('retrySeconds')}`),
  'hub-unreachable': words('That city cannot be reached now', 'It may be offline for a while', `${nothingLost}; try again later`),
  'blob-mismatch': words('The words do not fit', 'The attached text differs from the record', tellSteward),
  'device-ended': words('The device that confirmed this has been ended', 'Whoever it belonged to ended it in their own city', 'They can confirm once more on a device they still have; if there is none, a steward of their city helps'),
  'draft-dropped': words('What you proposed is no longer there', 'It was taken back, or the other person did not agree', 'If you still want it, talk with them and propose it again'),
  'listing-refused': (s) => listingRefusals[s.raw('because')] ?? listingRefusal,
  'letter-refused': (s) => letterRefusals[s.raw('because')] ?? letterRefusal,
  'circle-refused': (s) => circleRefusals[s.raw('because')] ?? circleRefusal,
  'bad-card': words('This card cannot be read', 'It is incomplete or was changed', 'Ask them to copy the whole card again'),
  'already-federated': words('We are connected with cities already', 'A federation is started once', 'To add a city, paste its card and press “Invite this city”'),
  'no-federation': words('We are not connected with other cities', 'Start or join a federation first', 'A steward can exchange cards on the Steward page, under “Connected cities”'),
  'own-card': words('This is our own card', 'Paste the other community’s card', 'Ask their steward for it'),
  'other-card': words('Another community answered there', 'The community at this address does not show the card that the code is for', 'Ask their steward for a new code'),
  'member-already': words('That city is connected already', 'Beside its new key, this card differs from the one we have', 'Ask their steward for the card that their page shows now'),
  'bad-terms': (s) => words('These terms cannot be agreed on', `A year takes 15% at most, at least 3 local give 1 Global, and this can hold from year ${s.raw('fromYear')} of the federation on at the earliest`, 'Change the numbers and try again'),
  'cannot-close': (s) =>
    words(
      'That city cannot be closed yet',
      s.raw('because') === 'no-will' ? 'It has not said who takes over, or the city it named is no longer connected'
        : s.raw('because') === 'connected' ? 'It is connected right now'
        : 'It has been silent for less than thirty days',
      'Try to reach its stewards first',
    ),
  'already-signed': words('This city has agreed already', 'What was agreed together cannot be taken back by one', 'Wait until the other cities have agreed too'),
  'no-evidence': words('This file proves nothing', 'What is in it does not fit together, or it is no evidence', 'Check that the file is whole and try again'),
  'challenge-expired': words('Signing in took too long', 'This attempt has expired', 'Sign in again'),
  'wrong-signature': words('We could not confirm it is you', 'The key on this device does not fit your account', 'Use the device you joined with'),
  'internal': (s) => words('The community’s program made a mistake', nothingLost, `Tell a steward this number: ${s.raw('request')}`),
}
