/** Me and its pages, and leaving. */
import type { MeView } from '#protocol/api.ts'
import { enBalance } from './balance.ts'
import type { zhSelf } from '../zh/self.ts'

const bands: Record<MeView['standing']['band'], string> = {
  high: 'high',
  medium: 'medium',
  low: 'low',
}

export const enSelf: typeof zhSelf = {
  me: {
    title: 'Me',
    story: {
      tookPart: (n) => `You took part ${n === 1 ? 'once' : `${n} times`}.`,
      gave: (d) => `You gave your neighbours ${d}.`,
      helped: (names) => `You helped ${names}.`,
      wasHelped: (names) => `You were helped by ${names}.`,
      none: 'Your story begins with the first help.',
    },
    valueTitle: 'CV (贡献值)',
    local: 'Local',
    inAYear: (sum) => `About ${sum} in a year. CV fades slowly; it is best used.`,
    held: (sum) => `${sum} of it is set aside for agreements`,
    global: 'Global',
    globalNote: 'For connected cities.',
    levelTitle: 'Level',
    lifetime: (sum) => `${sum} contributed in all; this number never shrinks.`,
    standingTitle: 'Standing',
    standing: bands,
    isNew: 'You are new and start at medium.',
    standingNote: 'From the past year’s ratings, kept agreements and activity; only you see it.',
    points: (n) => `${n} / 1000`,
    awardsTitle: 'CV received, one by one',
    noAwards: 'None yet. Help once and it appears.',
    why: 'Why this number',
    awardWith: (name) => `with ${name}`,
    agreementsTitle: 'Agreements',
    noAgreements: 'None yet.',
    helpsTitle: 'Recorded help',
    noHelps: 'None yet.',
    convertTitle: 'Exchange for Global CV',
    convertNote: ({ local, global }, level) =>
      `${local} local for ${global} Global, to use in other cities. Needs L${level} and high standing; each quarter has a limit.`,
    convertAmount: 'How much local CV',
    convertGets: (sum) => `You get about ${sum}`,
    convertLeft: { quarter: 'You may still get this quarter', year: 'All together may still get this year', pool: 'The community has' },
    convertSend: 'Exchange',
    converted: 'Done.',
    badAmount: 'Enter a number, for example 60.',
    receiptsTitle: 'Receipts',
    receiptsNote:
      'For every step the community gives you a receipt, kept on this device. It cannot later say that the step never happened.',
    noReceipts: 'None on this device yet.',
    receipt: (seq) => `No. ${seq}`,
    receiptsOpen: (n) => (n === 1 ? 'See the receipt' : `See all ${n} receipts`),
    receiptsElsewhere: (n) =>
      `${n === 1 ? 'The one below is' : `The ${n} below are`} in other cities’ records: the proof is theirs to give and cannot be checked here.`,
    recorded: 'recorded',
    witnessed: (cities) => `recorded → seen by ${cities === 1 ? 'one city' : `${cities} cities`}`,
    saveProof: 'Save proof',
    receiptBroken:
      'The community gave you a receipt, and its public record has another entry under that number. If it has just been restored from a backup, yours may be lost; if not, save the evidence and give it to a steward of another city.',
    saveAll: (n) => (n === 1 ? 'Save the proof' : `Save all ${n} proofs`),
    savedAll: (saved, left) =>
      `${saved === 1 ? 'One proof' : `${saved} proofs`} saved.${left === 0 ? '' : ` ${left} more can be saved in a minute.`}`,
    savedNone: 'There is no proof to save yet. Try again in a minute.',
    proofNote: (hasCities) =>
      `A proof is one file: the record, and the word of this community${hasCities ? ' and of the cities that saw it' : ''}. Keep it yourself: it can be checked years later, even when this community’s computer is gone. To check: save all proofs, open “Checking page” below, and give it that file as it is.`,
    checkProofs: 'Checking page',
    proofLater: 'can be saved within a minute',
    receiptUnchecked: 'kept, not checked yet',
    receiptBad: 'does not fit; tell a steward',
    deviceTitle: 'This device',
    deviceId: 'Device number',
    devicePlain:
      'The key that proves who you are is kept on this device without a PIN. Whoever can open the device can act in your name.',
    devicePin: 'The key that proves who you are is kept on this device, locked with a PIN.',
    deviceLost:
      'Clearing the browser’s data loses the key on this device. Better add another one; with none left, bring a new phone or computer to a steward: once the stewards have recognised you, it takes the place of the old one, and your CV and your record stay as they are.',
    insecure:
      'This address is not encrypted (http). Fine on your own or the community’s network; elsewhere use the https address. While the community cannot be reached, an open page can still be read, and recording, confirming and rating are kept; a closed page opens again when the line is back.',
    pinSet: 'Set a PIN',
    pinNew: 'New PIN (6 characters or more)',
    pinNote: 'Write it down and keep it safe. If you forget it, not even a steward can open the key.',
    pinSave: 'Save',
    pinSaved: 'Locked. You will be asked once each time you open the page.',
    pinRemove: 'Remove the PIN',
    pinRemoved: 'The PIN is removed.',
    languageTitle: 'Language',
    out: 'Sign out',
    outNote: 'This device still knows you; you can sign in again at any time.',
    awardKinds: {
      agreement: 'Agreement',
      help: 'Recorded help',
      abroad: 'In another city',
      session: 'Led a gathering',
      project: 'Project',
      work: 'For the community',
    },
  },

  balance: enBalance,

  leaving: {
    inviteTitle: 'Invite a neighbour',
    inviteNote: (days: number) => `A link that works once, for somebody you know, for ${days} days. A steward still has to meet them.`,
    inviteMake: 'Make an invitation link',
    inviteLink: 'The link to send',
    invited: 'Made. Send it to them.',
    title: 'Erase words, or leave the community',
    eraseNote: 'Erasing: your name, what you wrote and left for others is deleted from the community’s computer and cannot be brought back. How often you helped stays recorded, without your name.',
    erase: 'Erase my words',
    eraseYes: 'Erase them for good',
    erased: 'Recorded; they are being erased.',
    leaveNote: 'Leaving: finish what you have agreed on first. What is left of your CV goes to the commons, and this account cannot be used again.',
    leave: 'Leave the community',
    leaveYes: 'Yes, leave',
    left: 'You have left the community. Thank you for all you did.',
  },
}
