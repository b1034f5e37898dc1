/** Why a step between cities does not go through. In English. */
import type { zhCitiesRefusals } from '../../zh/refusals/cities.ts'
import { type Told, words } from '../../words.ts'
import { lookAgain, nothingToDo } from './once.ts'

const byItself = 'This is a step between communities and does not touch your CV; the community tries again by itself'
const onceMore = 'Refresh and repeat it'

export const enCitiesRefusals: Record<keyof typeof zhCitiesRefusals, Told> = {
  'no-federation': words('We are not connected with other cities', 'This needs a federation with another city', 'A steward can exchange cards on the Steward page, under “Connected cities”'),
  'unknown-hub': words('We do not know that community', 'It is not one of our connected cities', 'Ask a steward to check the card'),
  'no-community': words('That is a witness box, not a city', 'It keeps copies and votes, and has no members', 'Choose a city'),
  'no-will': words('That city has not said who takes over', 'It can be closed only as its own stewards agreed beforehand', 'If it is gone for good, the others found a new federation'),
  'not-silent': words('That city cannot be closed yet', 'It has not been silent for thirty days, and the day it announced has not come', 'Wait, and try to reach its stewards'),
  'guest-known': words('This guest has been here before', 'No need to register again', nothingToDo),
  'bad-evidence': words('The proof of the other community could not be checked', 'What it shows does not fit', 'Try later, or ask their steward'),
  'unknown-transfer': words('No such transfer', 'It is not in the record', lookAgain),
  'not-an-award': words('This is not for a help', 'No agreement stands behind this transfer', byItself),
  'already-counted': words('This is counted already', 'A contribution counts once', nothingToDo),
  'award-too-large': (s) => words('More than was agreed', `At most ${s.cv('mostMilli')} by the agreement`, byItself),
  'bad-document': words('The list of cities is faulty', 'It does not have the right form', byItself),
  'wrong-version': words('The list of cities is not the newest', 'A newer one exists', byItself),
  'signatures-missing': (s) => words('Other cities have still to agree', `${s.raw('got')} of ${s.raw('needed')} so far`, byItself),
  'reports-missing': (s) => words('Other cities have still to report', `${s.raw('got')} of ${s.raw('needed')} so far`, byItself),
  'not-in-document': words('We are not on the list', 'The list of cities leaves us out', byItself),

  'own-hub': words('This is our own community', 'A transfer needs another city', 'Choose another city'),
  'hub-frozen': words('Dealings with this city are frozen', 'Its public record has said two things that cannot both be true, so no CV is sent there now', 'The evidence is under “Connected cities”; what was recorded before stays as it is'),
  'offence-settled': words('This has been settled between all cities', 'All cities have agreed to go on after this, and nobody is frozen for it again', 'What they agreed stands in the list of cities'),
  'no-keys-yet': words('Exchange with cities is not switched on', 'The stewards have not enabled it yet', 'A steward can enable it in the queue'),
  'bad-expiry': words('The deadline does not fit', 'It has to be in the future and not too far', onceMore),
  'no-award-due': words('Nothing is due', 'It has been sent, or is not finished yet', lookAgain),
  'other-amount': words('The amounts differ', 'What is due is not what was asked', onceMore),
  'transfer-mismatch': words('This differs from the request', 'Recipient, city or amount do not match', lookAgain),
  'already-approved': words('You have agreed already', 'Each steward agrees once', 'Wait for the others'),
  'wrong-slot': words('The order has changed', 'Another transfer came first', onceMore),
  'bad-order': words('This order is faulty', 'Its amount, date or order is not right', byItself),
  'slot-open': words('The one before is not finished', 'Other cities are still checking it', 'Try again in a while'),
  'nothing-to-certify': words('Nothing waits to be checked', 'All is done', nothingToDo),
  'bad-certificate': words('The check does not hold', 'Too few cities agreed, or their answers differ', byItself),
  'certificate-skipped': words('One transfer is missing', 'An earlier one has to arrive first', byItself),
  'nothing-for-us': words('This is not for us', 'It contains nothing for this community', byItself),
  'wrong-dispositions': words('Taken in the wrong way', 'By the charter, what arrives and what waits is otherwise', byItself),
  'nothing-to-acknowledge': words('No answer is awaited', 'The other side has answered', nothingToDo),
  'not-suspended': words('This is not on hold', 'Perhaps it was just released or sent back', lookAgain),
  'more-than-left': words('More than is left', 'Not that much is still on hold', onceMore),
  'above-transfer-max': (s) => words('More than one transfer may bring', `From that city at most ${s.cv('mostMilli')} of one transfer is let in`, 'Raise the most in one transfer first, or send it back'),
  'bad-trust': (s) => words('These limits do not fit together', s.raw('because') === 'level' ? 'A level from 1 to 5 can be recognised' : 'Choose cities that vouch, each once, not that city itself, and no more than are named', 'Change it and save again'),
  'grows-too-fast': (s) => words('Trust grows step by step', `For now at most ${s.cv('mostMilli')}: a limit at most doubles, and then stands for 90 days`, 'Choose less, and raise it again later'),
}
