/**
 * Every way the record or the hub's door says no, in English: what happened, why, what to do.
 */
import type { DoorRefusal } from '#protocol/api.ts'
import type { Matter, RefusalCode } from '#ledger/refusal.ts'
import { type Told, type Words, words } from '../words.ts'

const nothingLost = 'Nothing was written and nothing is lost'
const tellSteward = 'Refresh and try once more; if it stays, tell a steward the code below'
const stewardsOnly =
  'This is a step between communities and does not touch your CV; the community tries again by itself'

/** What somebody has open who wants to go. */
const matters: Record<string, string> = {
  agreement: 'An agreement',
  help: 'A help that was written down',
  session: 'A session that you lead or signed up for',
  project: 'A project that you are part of',
  work: 'Something made for the community that is still being looked at',
  transfer: 'A transfer to another city',
  organisation: 'An organisation that only you sign for',
  case: 'A case about you',
  hold: 'Value that is set aside for somebody',
} satisfies Record<Matter, string>

export const enRefusals: Record<RefusalCode, Told> = {
  'malformed': words('This was not recorded', 'What was sent is incomplete', tellSteward),
  'foreign-log': words('This record is not ours', 'It comes from another community', tellSteward),
  'wrong-sequence': words(
    'The records are out of order',
    'One is missing or one too many',
    tellSteward,
  ),
  'broken-chain': words(
    'The records do not connect',
    'This one does not fit the one before',
    'Tell a steward and wait before going on',
  ),
  'time-went-back': words(
    'Time went backwards',
    'The community’s clock is earlier than its last record',
    'Ask a steward to set the clock',
  ),
  'tick-missing': words(
    'The day has not been opened',
    'Each day begins with its date in the record',
    'Try again in a moment',
  ),
  'tick-twice': words('The day is already open', 'A date is recorded once', 'Nothing to do'),
  'not-founded': words(
    'The community is not set up yet',
    'Its first step has not been finished',
    'Use the link shown at the end of the installation',
  ),
  'already-founded': words(
    'The community is already set up',
    'That is done only once',
    'Open the home page and join or sign in',
  ),
  'bad-genesis': words(
    'Something in the founding details is wrong',
    'The name, city or date is not acceptable',
    'Check them and try again',
  ),
  'bad-charter': words(
    'The charter cannot work',
    'Its numbers contradict one another',
    'Choose another charter',
  ),

  'wrong-signature': words(
    'We could not confirm it is you',
    'The key on this device does not fit your account',
    'Sign out and in again, or use the device you joined with',
  ),
  'unknown-member': words(
    'No such member',
    'This community does not know the account',
    'Ask them to join first',
  ),
  'unknown-device': words(
    'This device is not yet yours',
    'The community has not recorded it for your account',
    'Use the device you joined with',
  ),
  'not-attested': words(
    'A steward has still to meet you',
    'Every member is met in person before taking part',
    'Arrange to meet a steward; it works at once afterwards',
  ),
  'not-a-steward': words(
    'Only a steward can do this',
    'The charter gives this step to stewards',
    'Ask a steward',
  ),
  'not-for-guests': words(
    'Guests cannot do this',
    'This step is for members of this community',
    'Do it in your own community',
  ),
  'restricted': words(
    'Your account is restricted for now',
    'The community decided so, and this step is part of it',
    'You can still help others; ask a steward when it ends',
  ),
  'banned': words(
    'This account has been closed',
    'The community decided so under its charter',
    'It can be appealed while the time for that runs, or ask a steward',
  ),
  'departed': words(
    'This member has left the community',
    'Nothing new begins with an account after that',
    'Turn to somebody else; to come back, ask a steward',
  ),
  'id-taken': words(
    'This is recorded already',
    'The same step is in the record',
    'Refresh; no need to press again',
  ),
  'expired': words(
    'This took too long',
    'Too much time passed before it was sent',
    'Open the page again and repeat it',
  ),
  'expires-too-late': words(
    'The deadline is too far away',
    'A step may wait thirty days at most',
    'Check the date and time of this device',
  ),
  'unseen-branch': words(
    'You are not seeing the newest record',
    'The community’s record differs from what this device saw',
    'Refresh and try again; if it stays, tell a steward',
  ),

  'account-taken': words('This account exists already', 'An account joins once', 'Just sign in'),
  'bad-key': words(
    'The key of this device cannot be used',
    'It does not have the right form',
    'Try another browser',
  ),
  'key-taken': words(
    'This device belongs to a member already',
    'A device has one account',
    'Just sign in',
  ),
  'other-charter': words(
    'The charter has just changed',
    'You read an earlier one',
    'Refresh, read it again and join',
  ),
  'already-attested': words('This member is confirmed already', 'Once is enough', 'Nothing to do'),
  'already-invited': words(
    'This invitation is recorded already',
    'A code invites once',
    'Make another invitation',
  ),
  'limit-reached': (s) =>
    words(
      'That is as many as there can be',
      `At most ${s.raw('most')} at the same time`,
      'Use or end one of them first',
    ),
  'unknown-invitation': words(
    'This invitation is no longer good',
    'Somebody has used it, or its last day is over',
    'Ask for another one, or join without',
  ),
  'self-attested': words(
    'You cannot confirm yourself',
    'Another steward has to meet you',
    'Ask another steward',
  ),

  'key-unproved': words(
    'The new device could not be confirmed',
    'The number is not the one it shows',
    'Open it again on the new device and copy the number once more',
  ),
  'last-device': words(
    'This is your last device',
    'Without it you could not come in again',
    'Add a new device first, then end this one',
  ),
  'own-recovery': words(
    'Nobody gives themselves a new device',
    'Another steward has to recognise who has lost one',
    'Ask another steward',
  ),
  'recovery-open': words(
    'A new device is waiting already',
    'There can be one at a time for a member',
    'Wait for it, or stop it first',
  ),
  'no-recovery': words(
    'No new device is waiting',
    'It has taken effect, or somebody has stopped it',
    'Refresh and look again',
  ),
  'persons-only': words(
    'Only a person can do this',
    'Organisations and groups take part in helping and nothing else',
    'Do it with your own account',
  ),
  'too-few-signers': (s) =>
    words(
      'Too few people sign for it',
      `A group needs ${s.raw('needed')} members who have agreed to`,
      'Name somebody and wait for their yes',
    ),
  'already-signer': words(
    'They have been named already',
    'Once is enough',
    'Wait for their yes',
  ),
  'not-a-signer': words(
    'You do not sign for it',
    'This step is for those who do',
    'Ask one of them',
  ),
  'last-signer': words(
    'They are still needed',
    'Without them too few would be left to sign',
    'Name somebody else first',
  ),
  'still-open': (s) =>
    words(
      'Something is not finished yet',
      `${matters[s.raw('what')] ?? 'Something'} is waiting`,
      'Finish it, call it off or hand it on first',
    ),
  'last-steward': words(
    'You are the last steward',
    'Without one the community can decide nothing',
    'Ask another member to be one first',
  ),
  'other-record': words(
    'The record to take along has just changed',
    'A contribution was recorded in the meantime',
    'Refresh and repeat it',
  ),
  'already-asked': words('You have asked for this today', 'Once a day is enough', 'Come back tomorrow if there is more'),

  'digest-misplaced': words(
    'The fingerprint of the record is out of place',
    'It can only stand right after the beginning of a day',
    'Tell a steward: the program on the community’s computer made a mistake',
  ),
  'wrong-digest': words(
    'The fingerprint of the record is another one',
    'Adding everything up again gives a different result',
    'Tell a steward: the program on the community’s computer made a mistake',
  ),

  'wrong-generation': words(
    'That is not the next restore',
    'The count of restores does not fit',
    'Ask the stewards to refresh the page and sign again',
  ),
  'nothing-given-up': words(
    'Nothing is given up by this restore',
    'the records it says are given up are all here',
    'a steward should reload the page and confirm again',
  ),
  'other-tree': words(
    'The record has changed since',
    'Entries were added or lost after the stewards signed',
    'Ask the stewards to refresh the page and sign again',
  ),
  'not-enough-stewards': words(
    'More stewards must sign',
    'Going on from a backup takes several stewards together',
    'Ask the other stewards to open this page and sign',
  ),
  'unknown-restore': words(
    'There was no such restore',
    'The record does not name it',
    'Refresh and look again',
  ),
  'not-lost': words(
    'This one is not lost',
    'It stands before the place the record went back to',
    'Nothing to do',
  ),
  'already-claimed': words(
    'This is claimed already',
    'A receipt is claimed once',
    'Nothing to do',
  ),

  'same-person': words(
    'Both sides are the same person',
    'Help needs two people',
    'Choose another member',
  ),
  'not-a-party': words(
    'You are not part of this',
    'Only the two who agreed can act here',
    'Check whether this is somebody else’s agreement',
  ),
  'bad-interval': words(
    'The times do not fit',
    'The end has to be after the beginning, and the beginning at most thirty days ago',
    'Change the beginning or the end',
  ),
  'ends-too-late': (s) =>
    words(
      'That is too far away',
      `The latest possible end is ${s.moment('latest')}`,
      'Choose an earlier time',
    ),
  'minutes-out-of-range': (s) =>
    words(
      'That length does not fit',
      `Between 1 minute and ${s.duration('most')} here`,
      'Change it, or record it in parts',
    ),
  'time-not-passed': (s) =>
    words(
      'So much time has not passed yet',
      `With what the one who helps has counted already, ${s.duration('most')} at most can be counted here by now`,
      'Make it less, or record it some days later',
    ),
  'unknown-agreement': words(
    'No such agreement',
    'It is not in this community’s record',
    'Refresh and look again',
  ),
  'wrong-phase': words(
    'It is not the time for this step',
    'The matter has moved on, or is not there yet',
    'Refresh to see where it stands',
  ),
  'not-begun': (s) =>
    words('It has not begun', `You agreed on ${s.moment('begins')}`, 'Come back to check in then'),
  'already-checked-in': words('You have checked in', 'Once each is enough', 'Nothing to do'),
  'own-report': words(
    'The other side confirms this',
    'You reported the time, so you cannot confirm it',
    'Wait for the other side',
  ),
  'other-minutes': (s) =>
    words(
      'The times differ',
      `The other side reported ${s.duration('reported')}`,
      'Refresh and confirm that, or choose “Not quite right”',
    ),
  'unknown-help': words(
    'No such record of help',
    'It is not in this community’s record',
    'Refresh and look again',
  ),
  'day-in-future': words(
    'That day has not come',
    'Only help that has happened can be recorded',
    'Choose today or earlier',
  ),
  'day-too-old': (s) =>
    words(
      'That day is too long ago',
      `The earliest is ${s.day('oldest')}`,
      'Choose a later day, or ask a steward',
    ),
  'guest-cannot-receive': words(
    'Help cannot be received abroad yet',
    'Guests can help; to receive help, use your own community',
    'Post your need at home',
  ),
  'unknown-session': words(
    'No such session',
    'It is not in this community’s record',
    'Refresh and look again',
  ),
  'already-joined': words('You have signed up', 'Once is enough', 'Just come'),
  'not-joined': words(
    'Not signed up',
    'They are not on the list of who wants to come',
    'Sign up first, then check in',
  ),
  'already-over': (s) =>
    words('Its time is over', `It ended ${s.moment('ended')}`, 'Ask whoever leads it'),
  'other-code': words(
    'That is another code',
    'It does not belong to this session',
    'Scan it again, or have it read out again',
  ),
  'unknown-slip': words(
    'That slip does not count',
    'Its code is wrong, or it was used already',
    'Take another, or look at the code again',
  ),
  'unknown-care-plan': words(
    'No such care plan',
    'It is not in this community’s record',
    'Refresh and look again',
  ),
  'other-demand': (s) =>
    words(
      'It is sought after more or less than before',
      `It is ${s.factor('expectedPerMille')} now, and the price with it`,
      'Both of you sign it again at the new price',
    ),
  'slot-taken': (s) =>
    words(
      'Somebody has booked that time',
      `It is free from ${s.moment('free')}`,
      'Choose another time, or ask whoever shares it',
    ),
  'not-returned': words(
    'It has not come back yet',
    'Nobody knows when it will be free',
    'Book it when it is back, or ask whoever shares it',
  ),
  'not-a-booking': words(
    'Nothing was lent here',
    'Only what was lent is given back',
    'When it is done, report the time',
  ),
  'already-returned': words(
    'It has come back already',
    'That is recorded once',
    'Nothing to do',
  ),
  'nothing-to-correct': words(
    'There is nothing to correct',
    'That is the time it stands at',
    'See whether you meant another',
  ),
  'own-matter': words(
    'This concerns you yourself',
    'Nobody decides in a matter of their own',
    'Ask another steward to look at it',
  ),

  'demand-out-of-range': (s) =>
    words(
      'That is outside what the charter allows',
      `Ordinary times count 1; it allows ${s.factor('leastPerMille')} to ${s.factor('mostPerMille')}`,
      'Choose a number within it',
    ),
  'gate-closed': words(
    'The charter does not allow this way of choosing',
    'How places are given when there are too few is for the charter to say',
    'Choose another way',
  ),
  'unknown-project': words('There is no such project', 'This community has not recorded it', 'Refresh and look again'),
  'already-applied': words('You have applied already', 'Each person applies once', 'Wait for the places to be given'),
  'not-applied': words('You have not applied', 'There is nothing to take back', 'Refresh and look again'),
  'no-auction': words('Nothing is offered for these places', 'They are not auctioned', 'Simply apply'),
  'lifetime-too-low': (s) =>
    words(
      'Not quite enough yet to apply',
      `This project asks for ${s.cv('neededMilli')} contributed over time; you have ${s.cv('lifetimeMilli')}`,
      'Help elsewhere first, or ask the organiser',
    ),
  'count-out-of-range': (s) =>
    words('That number does not fit', `At most ${s.raw('most')} here`, 'Choose a number that is not above it'),
  'shares-out-of-range': (s) =>
    words(
      'The shares do not work',
      `At most ${s.percent('coreMaxPerMille')} for each organiser, ${s.percent('participantMaxPerMille')} for a participant, 100% for all together, and more than zero for each`,
      'Change the shares',
    ),
  'other-report': words('The report has changed', 'What you saw is not the latest', 'Refresh and read it again'),
  'unknown-work': words('There is no such work', 'This community has not recorded it', 'Refresh and look again'),
  'already-valued': words('You have said so already', 'Each person says it once', 'Nothing to do'),
  'already-judged': words('Another steward has looked at it', 'Each work is looked at once', 'Nothing to do'),
  'no-grounds': words(
    'It does not say why yet',
    'It begins with something the system points out, or with the complaint of a member',
    'Add one of them and try again',
  ),
  'unknown-case': words(
    'There is no such case',
    'It is not in this community’s record',
    'Go back to “Worth a look”',
  ),
  'matter-in-case': words(
    'This help is being looked at already',
    'One help is not looked at twice for the same person, nor corrected once something was found',
    'Open the other case',
  ),
  'flag-holds-nothing': words(
    'Nothing is set aside for what was pointed out here',
    'Couples, families and good neighbours look like this too',
    'Begin without setting anything aside, and listen first',
  ),
  'conflict-of-interest': words(
    'You have had to do with them',
    'Whoever helped or was helped by them in the last ninety days does not decide',
    'Ask a steward who has not',
  ),
  'not-on-panel': words(
    'This is not yours to decide',
    'Who decides was settled at the beginning',
    'Nothing to do',
  ),
  'already-answered': words(
    'You have answered already',
    'One answer is kept, beside the decision',
    'Once it is decided, you may appeal',
  ),
  'notice-not-over': (s) =>
    words(
      'They still have time to answer',
      `They may answer until ${s.moment('until')}`,
      'It can be decided once they have, or after that',
    ),

  'already-rated': words(
    'You have rated already',
    'Each side rates once',
    'It opens when both have written',
  ),
  'rating-closed': words(
    'Rating has closed',
    'The time for it is over; nothing written counts as good',
    'Nothing to do',
  ),
  'no-commitment': words('There is no rating', 'This side has not written one', 'Nothing to do'),
  'other-commitment': words(
    'The rating does not fit',
    'What was opened differs from what was written',
    'Tell a steward',
  ),
  'too-early': (s) =>
    words(
      'It is too early to open it',
      `It opens when both have written, or on ${s.moment('opens')}`,
      'Please wait',
    ),

  'as-before': words('It is so already', 'This would change nothing', 'Nothing to do'),
  'gifts-closed': words(
    'Gifts are not open here',
    'Value comes from helping; the charter has not opened gifts',
    'You can help them instead',
  ),
  'service-not-offered': words(
    'The community does not offer this',
    'It is not in the charter',
    'See in the charter what there is',
  ),
  'category-mismatch': words(
    'That skill does not fit',
    'A certification is for one skill, other services are for none',
    'Choose again',
  ),
  'not-asked-for': words(
    'They are not asking for this certification',
    'It is asked for by the person, and ends when it is given or over',
    'Ask them to ask for it first',
  ),
  'other-skill': words(
    'You have not given help of this kind yet',
    'A skill is certified by people who have used it here',
    'Ask somebody who has',
  ),
  'redemption-closed': words(
    'Partner offers are not open here',
    'The charter has not opened them',
    'A change of the charter can be proposed',
  ),
  'not-a-partner': words(
    'That is for partners to do',
    'Only an organisation can offer this',
    'Use the organisation’s account',
  ),
  'unknown-offer': words('This offer is gone', 'All places are taken, or its last day is over', 'Look at the others'),
  'unknown-redemption': words(
    'This is over',
    'It was received, given back, or its time has passed',
    'Nothing to do',
  ),
  'deposit-closed': words(
    'There are no deposits here',
    'The charter has not opened them',
    'Nothing to do; taking part never needs one',
  ),
  'unknown-plan': words('There is no such plan', 'It is not one of those in the charter', 'Check what you entered'),
  'commission-out-of-range': (s) =>
    words(
      'This fee is outside of the charter’s bounds',
      `It has to be ${s.percent('leastPerMille')} to ${s.percent('mostPerMille')}`,
      'Check the amounts',
    ),
  'reserve-closed': words(
    'There is no time reserve here',
    'The charter has not opened it',
    'A change of the charter can be proposed',
  ),
  'reserve-ceiling': (s) =>
    words(
      'The community’s time reserve is full',
      `All together, ${s.cv('leftMilli')} can be put aside at the moment`,
      'Take less, or come back later',
    ),
  'reserve-locked': words(
    'Your time reserve cannot be used yet',
    'It opens at the charter’s age, in hardship, or when a relative needs it',
    'Ask the stewards to confirm that together',
  ),
  'not-a-newcomer': words(
    'This member is no newcomer any more',
    'The grant for newcomers is for the first year after joining',
    'If they are in need, grant it for that',
  ),
  'already-granted': words(
    'The newcomer’s grant has been given',
    'Each newcomer has it once',
    'If they are in need, grant it for that',
  ),
  'above-limit': (s) =>
    words('That is above the charter’s limit', `${s.cv('leftMilli')} is possible at the moment`, 'Take less'),
  'commons-too-small': (s) =>
    words(
      'The commons has not enough',
      `It has ${s.cv('availableMilli')}; this needs ${s.cv('askedMilli')}`,
      'Take less, or wait until it has more',
    ),
  'no-person': words(
    'This is for persons only',
    'An organisation or group has no level, no vote and no role',
    'Choose a person who speaks for it',
  ),
  'already-recommended': words(
    'You recommend them already',
    'Everybody’s word counts once',
    'Nothing to do',
  ),
  'not-recommended': words(
    'There is no recommendation of yours to take back',
    'You have not given one, or have taken it back before',
    'Nothing to do',
  ),

  'unknown-role': words(
    'There is no such role here',
    'The charter does not have it',
    'Choose one of the roles in the charter',
  ),
  'no-contribution': words(
    'They have not helped anybody yet',
    'By this charter a role is for those who have helped at least once',
    'Write down a first help, then try again',
  ),
  'not-offered': words(
    'This role cannot be accepted now',
    'Nobody has offered it to you, or the time to accept is over',
    'Ask a steward',
  ),
  'not-held': words('Nobody holds this role', 'It has ended already', 'Refresh and look again'),
  'unknown-proposal': words('No such proposal', 'It is not in this community’s record, or is of another kind', 'Refresh and look again'),
  'not-in-electorate': words(
    'You have no vote in this matter',
    'Those vote who could when it was opened; nobody is added later',
    'You can vote on what is opened from now on',
  ),
  'charter-fault': (s) =>
    words(
      'A charter with these numbers cannot work',
      'They contradict one another, or are out of range',
      'Correct them and propose it again',
    ),
  'amendment-ahead': (s) =>
    words(
      'Another change of the charter has just been adopted',
      `It takes effect on ${s.moment('effect')}`,
      'Propose yours after that, on top of it',
    ),
  'nothing-asked': words('No amount given', 'The amount is zero', 'Enter more than zero'),
  'level-too-low': (s) =>
    words(
      'Your level is not there yet',
      `You are at L${s.raw('level')}; this needs L${s.raw('needed')}`,
      'It rises by itself as you take part',
    ),
  'standing-too-low': words(
    'Your standing is not there yet',
    'It comes from the past year’s agreements and ratings; this needs “high”',
    'Keep a few agreements and it will rise',
  ),
  'insufficient-cv': (s) =>
    words(
      'Not enough CV',
      `There is ${s.cv('availableMilli')}; this needs ${s.cv('askedMilli')}`,
      'Take less, or help a neighbour first',
    ),
  'quarter-full': (s) =>
    words(
      'This quarter is full',
      `Each member has a limit; ${s.cv('leftMilli')} is left`,
      'Take less, or come back next quarter',
    ),
  'year-full': (s) =>
    words('This year is full', `${s.cv('leftMilli')} is left this year`, 'Take less, or come back next year'),
  'pool-too-small': (s) =>
    words(
      'The community cannot exchange that much now',
      `Its Global CV is ${s.cv('availableMilli')}`,
      'Take less, or try again some days later',
    ),

  'no-federation': words(
    'We are not connected with other cities',
    'This needs a federation with another city',
    'A steward can exchange cards on the Steward page, under “Connected cities”',
  ),
  'unknown-hub': words(
    'We do not know that community',
    'It is not one of our connected cities',
    'Ask a steward to check the card',
  ),
  'no-community': words(
    'That is a witness box, not a city',
    'It keeps copies and votes, and has no members',
    'Choose a city',
  ),
  'no-will': words(
    'That city has not said who takes over',
    'A city is closed only as its own stewards agreed beforehand, or all are left as they are',
    'If it is gone for good, the others found a new federation',
  ),
  'not-silent': words(
    'That city cannot be closed yet',
    'It has not been silent for thirty days, and the day it announced has not come',
    'Wait, and try to reach its stewards',
  ),
  'guest-known': words(
    'This guest has been here before',
    'No need to register again',
    'Nothing to do',
  ),
  'bad-evidence': words(
    'The proof of the other community could not be checked',
    'What it shows does not fit',
    'Try later, or ask their steward',
  ),
  'unknown-transfer': words(
    'No such transfer',
    'It is not in the record',
    'Refresh and look again',
  ),
  'not-an-award': words(
    'This is not an award',
    'No agreement stands behind this transfer',
    stewardsOnly,
  ),
  'already-counted': words(
    'This is counted already',
    'A contribution counts once',
    'Nothing to do',
  ),
  'award-too-large': (s) =>
    words('More than was agreed', `At most ${s.cv('mostMilli')} by the agreement`, stewardsOnly),
  'bad-document': words(
    'The list of cities is faulty',
    'It does not have the right form',
    stewardsOnly,
  ),
  'wrong-version': words(
    'The list of cities is not the newest',
    'A newer one exists',
    stewardsOnly,
  ),
  'signatures-missing': (s) =>
    words(
      'Other cities have still to agree',
      `${s.raw('got')} of ${s.raw('needed')} so far`,
      stewardsOnly,
    ),
  'reports-missing': (s) =>
    words(
      'Other cities have still to report',
      `${s.raw('got')} of ${s.raw('needed')} so far`,
      stewardsOnly,
    ),
  'not-in-document': words(
    'We are not on the list',
    'The list of cities leaves us out',
    stewardsOnly,
  ),

  'own-hub': words(
    'This is our own community',
    'A transfer needs another city',
    'Choose another city',
  ),
  'hub-frozen': words(
    'Dealings with this city are frozen',
    'Its public record has said two things that cannot both be true, so no CV is sent there now',
    'The evidence is under “Connected cities”; what was recorded before stays as it is',
  ),
  'offence-settled': words(
    'This has been settled between all cities',
    'All cities have agreed to go on after this, and nobody is frozen for it again',
    'What they agreed stands in the list of cities',
  ),
  'no-keys-yet': words(
    'Exchange with cities is not switched on',
    'The stewards have not enabled it yet',
    'A steward can enable it in the queue',
  ),
  'bad-expiry': words(
    'The deadline does not fit',
    'It has to be in the future and not too far',
    'Refresh and repeat it',
  ),
  'no-award-due': words(
    'Nothing is due',
    'It has been sent, or is not finished yet',
    'Refresh and look again',
  ),
  'other-amount': words(
    'The amounts differ',
    'What is due is not what was asked',
    'Refresh and repeat it',
  ),
  'transfer-mismatch': words(
    'This differs from the request',
    'Recipient, city or amount do not match',
    'Refresh and look again',
  ),
  'already-approved': words(
    'You have agreed already',
    'Each steward agrees once',
    'Wait for the others',
  ),
  'wrong-slot': words(
    'The order has changed',
    'Another transfer came first',
    'Refresh and repeat it',
  ),
  'bad-order': words('This order is faulty', 'Its amount, date or order is not right', stewardsOnly),
  'slot-open': words(
    'The one before is not finished',
    'Other cities are still checking it',
    'Try again in a while',
  ),
  'nothing-to-certify': words('Nothing waits to be checked', 'All is done', 'Nothing to do'),
  'bad-certificate': words(
    'The check does not hold',
    'Too few cities agreed, or their answers differ',
    stewardsOnly,
  ),
  'certificate-skipped': words(
    'One transfer is missing',
    'An earlier one has to arrive first',
    stewardsOnly,
  ),
  'nothing-for-us': words(
    'This is not for us',
    'It contains nothing for this community',
    stewardsOnly,
  ),
  'wrong-dispositions': words(
    'Booked the wrong way',
    'The charter says otherwise about credit or hold',
    stewardsOnly,
  ),
  'nothing-to-acknowledge': words(
    'No answer is awaited',
    'The other side has answered',
    'Nothing to do',
  ),
  'not-suspended': words(
    'This is not on hold',
    'Perhaps it was just released or sent back',
    'Refresh and look again',
  ),
  'more-than-left': words(
    'More than is left',
    'Not that much is still on hold',
    'Refresh and repeat it',
  ),
  'above-transfer-max': (s) =>
    words(
      'More than one transfer may bring',
      `From that city at most ${s.cv('mostMilli')} of one transfer is let in`,
      'Raise the most in one transfer first, or send it back',
    ),
  'bad-trust': (s) =>
    words(
      'These limits do not fit together',
      s.raw('because') === 'level'
        ? 'A level from 1 to 5 can be recognised'
        : 'Choose cities that vouch, each once, not that city itself, and no more than are named',
      'Change it and save again',
    ),
  'grows-too-fast': (s) =>
    words(
      'Trust grows step by step',
      `For now at most ${s.cv('mostMilli')}: a limit at most doubles, and then stands for 90 days`,
      'Choose less, and raise it again later',
    ),
}

/** Why the board did not take it, where there is something that a member can do. */
const listingRefusals: Record<string, Words> = {
  'not-attested': words(
    'You cannot post yet',
    'A steward has still to meet you',
    'Meet a steward; you can post right afterwards',
  ),
  'closed': words('This one is closed', 'Its author has just closed it', 'Look at the other needs'),
  'metadata': words('Something else is inside this picture', 'Only the picture itself may be', 'Choose it again on the posting page, where this device draws it anew'),
  'dimensions': words('This picture is too large', '1600 points a side at most', 'Choose it again on the posting page'),
  'too-large': words('This picture is too large', '112 KB at most', 'Choose a smaller one'),
  'not-a-picture': words('This is no picture', 'It cannot be read', 'Choose another'),
  'too-many-pictures': words('That is enough pictures for now', 'Many came at once; from here on there is room for two an hour', 'Post without a picture, or add it later'),
  'too-many-searches': words('Ten searches are saved', 'More would not be told apart', 'Forget an old one, then save this'),
  'own-listing': words(
    'This is your own',
    'It is for others to answer',
    'Wait; your home page tells you when somebody does',
  ),
}
const listingRefusal = words(
  'Not posted',
  'Its content, its date or the number of your listings is not acceptable',
  'Make it shorter, or close older ones first',
)

const letterRefusals: Record<string, Words> = {
  'unknown-member': words('It cannot be delivered', 'This person is not there, or no steward has met them yet', 'See whether you meant somebody else'),
  'not-about': words('It cannot be delivered', 'The listing or agreement is no longer there', 'You can write from what they list now'),
}
const letterRefusal = words('It cannot be delivered', 'The community did not take this letter', 'Open the page again and write once more; if that fails, tell a steward')

/** Why nothing is written now. */
const readOnly: Record<string, Words> = {
  'disk-full': words('Reading only at the moment', 'The community’s computer has no room left; this step was not recorded', 'Tell a steward, and do it again when there is room'),
  'storage': words('Reading only at the moment', 'The community’s storage has a problem; this step was not recorded', 'Tell a steward, and do it again a little later'),
  'restoring': words('Reading only at the moment', 'The community is checking or restoring its record; this step was not recorded', 'Do it again when the notice at the top of the page is gone'),
}

export const enDoor: Record<DoorRefusal['code'], Told> = {
  'malformed': words(
    'The community did not understand',
    'What was sent is incomplete',
    tellSteward,
  ),
  'too-large': words('Too long', 'The text is longer than can be taken at once', 'Make it shorter'),
  'no-session': words(
    'Please sign in',
    'Your session has ended, or you have not joined',
    'Sign in again',
  ),
  'not-a-steward': words(
    'Only stewards see this page',
    'The charter gives it to stewards',
    'Ask a steward',
  ),
  'not-found': words(
    'Not found',
    'It may have ended, or the link is incomplete',
    'Go back to the home page',
  ),
  'wrong-token': words(
    'The link is wrong',
    'The word in the setup link does not fit',
    'Use the whole link shown by the installation',
  ),
  'already-founded': words(
    'The community is already set up',
    'That is done only once',
    'Open the home page',
  ),
  'not-founded': words(
    'The community is not set up yet',
    'Its first step has not been finished',
    'Use the link shown at the end of the installation',
  ),
  'wrong-host': words(
    'Wrong address',
    'The community does not know this web address',
    'Use the address your steward gave you',
  ),
  'wrong-origin': words(
    'Not from another site',
    'For safety only this community’s own page may act',
    'Open the community’s address itself',
  ),
  'too-many': (s) =>
    words(
      'That was too often',
      'The community takes only so much in a short time',
      `Try again in ${s.wait('retrySeconds')}`,
    ),
  'read-only': (s) => readOnly[s.raw('because')] ?? words('Reading only at the moment', 'This step was not recorded', 'Try later, or tell a steward'),
  'busy': (s) =>
    words('The community is busy', nothingLost, `Try again in ${s.wait('retrySeconds')}`),
  'hub-unreachable': words(
    'That city cannot be reached now',
    'It may be offline for a while',
    `${nothingLost}; try again later`,
  ),
  'blob-mismatch': words(
    'The words do not fit',
    'The attached text differs from the record',
    tellSteward,
  ),
  'draft-dropped': words(
    'What you proposed is no longer there',
    'It was taken back, or the other person did not agree',
    'If you still want it, talk with them and propose it again',
  ),
  'listing-refused': (s) => listingRefusals[s.raw('because')] ?? listingRefusal,
  'letter-refused': (s) => letterRefusals[s.raw('because')] ?? letterRefusal,
  'bad-card': words(
    'This card cannot be read',
    'It is incomplete or was changed',
    'Ask them to copy the whole card again',
  ),
  'already-federated': words(
    'We are connected with cities already',
    'A federation is started once',
    'To add a city, paste its card and press “Invite this city”',
  ),
  'no-federation': words(
    'We are not connected with other cities',
    'Start or join a federation first',
    'A steward can exchange cards on the Steward page, under “Connected cities”',
  ),
  'own-card': words(
    'This is our own card',
    'Paste the other community’s card',
    'Ask their steward for it',
  ),
  'other-card': words(
    'Another community answered there',
    'The hub at this address does not show the card that the code is for',
    'Ask their steward for a new code',
  ),
  'member-already': words(
    'That city is connected already',
    'Beside its new key, this card differs from the one we have',
    'Ask their steward for the card that their page shows now',
  ),
  'bad-terms': (s) => words(
    'These terms cannot be agreed on',
    `A year takes 15% at most, at least 3 local give 1 Global, and this can hold from year ${s.raw('fromYear')} of the federation on at the earliest`,
    'Change the numbers and try again',
  ),
  'cannot-close': (s) => words(
    'That city cannot be closed yet',
    s.raw('because') === 'no-will' ? 'It has not said who takes over, or whoever it named is no longer a member'
      : s.raw('because') === 'connected' ? 'It is connected right now'
      : 'It has been silent for less than thirty days',
    'Try to reach its stewards first',
  ),
  'already-signed': words(
    'This city has signed already',
    'What was signed together cannot be taken back by one',
    'Wait until the other cities have signed too',
  ),
  'no-evidence': words(
    'This file proves nothing',
    'What is in it does not fit together, or it is no evidence',
    'Check that the file is whole and try again',
  ),
  'challenge-expired': words(
    'Signing in took too long',
    'This attempt has expired',
    'Sign in again',
  ),
  'wrong-signature': words(
    'We could not confirm it is you',
    'The key on this device does not fit your account',
    'Use the device you joined with',
  ),
  'internal': (s) =>
    words(
      'The community’s program made a mistake',
      nothingLost,
      `Tell a steward this number: ${s.raw('request')}`,
    ),
}
