/** Why something does not happen because of who one is, with which device, and who may join or go. In English. */
import type { Matter } from '#ledger/refusal.ts'
import type { zhPeopleRefusals } from '../../zh/refusals/people.ts'
import { type Told, words } from '../../words.ts'
import { lookAgain, nothingToDo } from './once.ts'

/** What somebody has open who wants to go, or to put value aside. */
const matters: Record<string, string> = {
  agreement: 'An agreement is still waiting',
  help: 'A help that was recorded is still waiting',
  session: 'A gathering that you lead or signed up for is still to come',
  project: 'A project that you are part of is still going on',
  work: 'Something you did for everybody is still being looked at',
  transfer: 'A transfer to another city is still on its way',
  organisation: 'There is an organisation or group that only you act for',
  case: 'Something about you is still being looked at',
  hold: 'CV is still set aside for somebody',
} satisfies Record<Matter, string>

export const enPeopleRefusals: Record<keyof typeof zhPeopleRefusals, Told> = {
  'wrong-signature': words('We could not confirm it is you', 'The key on this device does not fit your account', 'Sign out and in again, or use the device you joined with'),
  'unknown-member': words('No such member', 'This community does not know the account', 'Ask them to join first'),
  'unknown-device': words('This device is not yet yours', 'The community has not recorded it for your account', 'Use the device you joined with'),
  'not-attested': words('A steward has still to meet you', 'Every member is met in person before taking part', 'Arrange to meet one; afterwards everything works at once'),
  'not-a-steward': words('Only a steward can do this', 'The charter gives this step to stewards', 'Ask a steward'),
  'not-for-guests': words('Guests cannot do this', 'This step is for members of this community', 'Do it in your own community'),
  'restricted': words('Your account is restricted for now', 'The community decided so, and this step is part of it', 'You can still help others; ask a steward when it ends'),
  'banned': words('This account has been closed', 'The community decided so under its charter', 'You may appeal while there is time, or ask a steward'),
  'departed': words('This member has left the community', 'Nothing new begins with an account after that', 'Turn to somebody else; to come back, ask a steward'),
  'id-taken': words('This is recorded already', 'The same step is in the record', 'Refresh and look; no need to press again'),
  'expired': words('This took too long', 'Too much time passed before it was sent', 'Open the page again and repeat it'),
  'expires-too-late': words('The deadline is too far away', 'A step may wait thirty days at most', 'Check the date and time of this device'),
  'unseen-branch': words('You are not seeing the newest record', 'The community’s record differs from what this device saw', 'Refresh and try again; if it stays, tell a steward'),

  'account-taken': words('This account exists already', 'An account joins once', 'Just sign in'),
  'bad-key': words('The key of this device cannot be used', 'It does not have the right form', 'Try another browser'),
  'key-taken': words('This device belongs to a member already', 'A device has one account', 'Just sign in'),
  'other-charter': words('The charter has just changed', 'You read an earlier one', 'Refresh, read it again and join'),
  'already-attested': words('This member is confirmed already', 'Once is enough', nothingToDo),
  'self-attested': words('You cannot confirm yourself', 'Another steward has to meet you', 'Ask another steward'),
  'already-invited': words('This invitation is recorded already', 'A code invites once', 'Make another invitation'),
  'unknown-invitation': words('This invitation is no longer good', 'Somebody has used it, or its last day is over', 'Ask for another one, or join without'),
  'limit-reached': (s) => words('That is as many as there can be', `At most ${s.raw('most')} at the same time`, 'Use or end one of them first'),

  'key-unproved': words('The new device could not be confirmed', 'The number is not the one it shows', 'Open it again on the new device and copy the number once more'),
  'last-device': words('This is your last device', 'Without it you could not come in again', 'Add a new device first, then end this one'),
  'own-recovery': words('Nobody gives themselves a new device', 'Whoever has lost one is recognised by another steward', 'Ask another steward'),
  'recovery-open': words('A new device is waiting already', 'There can be one at a time for a member', 'Wait for it, or stop it first'),
  'no-recovery': words('No new device is waiting', 'It has taken effect, or somebody has stopped it', lookAgain),
  'persons-only': words('Only a person can do this', 'Organisations and groups take part in helping and nothing else', 'Do it with your own account'),
  'too-few-signers': (s) => words('Too few people act for it', `A group needs ${s.raw('needed')} members who have said yes`, 'Name somebody and wait for their yes'),
  'already-signer': words('They have been named already', 'Once is enough', 'Wait for their yes'),
  'not-a-signer': words('You do not act for it', 'This step is for those who do', 'Ask one of them'),
  'last-signer': words('They are still needed', 'Without them too few would be left to act for it', 'Name somebody else first'),
  'still-open': (s) => words('Something is not finished yet', matters[s.raw('what')] ?? 'Something is still waiting', s.raw('what') === 'case' ? 'Wait until it is decided' : 'Finish it, call it off or hand it on first'),
  'last-steward': words('You are the last steward', 'Without one the community can decide nothing', 'Ask another member to be one first'),
  'other-record': words('The record to take along has just changed', 'A contribution was recorded in the meantime', 'Refresh and repeat it'),
  'already-asked': words('You have asked for this today', 'Once a day is enough', 'Come back tomorrow if there is more'),
}
