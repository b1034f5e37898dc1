/** Exploring, posting, one listing, answering it. */
import type { Scope } from '#protocol/listing.ts'
import { enMarket } from './market.ts'
import type { zhListings } from '../zh/listings.ts'

const scopes: Record<Scope, string> = {
  hub: 'Stays in this community, not sent to other cities',
  peers: 'Cities we know well',
  federation: 'All connected cities',
}

export const enListings: typeof zhListings = {
  market: enMarket,

  scopes,

  listing: {
    write: 'Ask by letter first',
    gatherings: 'See when, and sign up',
    lead: 'Set a time and open it',
    who: 'By',
    when: 'Posted',
    howTitle: 'How this one is counted',
    how: {
      noLength: 'You agree on the length; 60 minutes of everyday help are:',
      specialist: (parts) => `Agreed as a special skill: ${parts}.`,
      priceNone: 'Receiving help costs nothing.',
      priceHour: 'Whoever is helped uses up the same time; the community covers what they do not have.',
      abroad: (city, { local, global }) =>
        `When you help in ${city}, its charter sets the number and you receive it in Global CV, about ${local} to ${global}; at home it counts for your level and your story.`,
      visitor: (city, { local, global }) =>
        `For an hour of help in ${city} you give an hour in Global CV, about ${local} to ${global}; you send it from home to whoever helps you.`,
      abroadSum: (time, sum) => `${time}: about ${sum}`,
      sum: (time, factor, total) =>
        `${time} × ${factor} (everyday help) × 1.0 (good) = ${total}`,
    },
    help: 'I can help',
    want: 'Ask for this',
    message: 'A few words to them',
    messageHint: 'When it would suit you, and how you would do it.',
    messageHelp: 'I can help with this.',
    messageWant: 'I would like your help.',
    send: 'Send',
    sent: 'They know now. When they agree, your home page asks you to confirm.',
    abroadOffer: (city) =>
      `This is in ${city}; for now only members there can take it.`,
    joinFirst: 'Join the community to answer.',
    applicationsTitle: 'Who answered',
    noApplications: 'Nobody has answered yet. Your home page tells you when somebody does.',
    agree: 'Agree',
    agreed: 'Sent; waiting for them to confirm.',
    withdraw: 'Take back',
    agreedWith: (name) => `You and ${name} have agreed on this.`,
    seeAgreement: 'See the agreement',
    validUntil: 'Open until',
    close: 'Close this',
    closeWhen: 'Found somebody, or no longer needed? Close it, so that nobody else asks.',
    closeSure: 'Others will no longer see it, and it cannot be opened again. What you have agreed stays.',
    closeYes: 'Yes, close',
    closedDone: 'Closed.',
    agreeTitle: (name) => `Agree with ${name}`,
    length: 'How long',
    begins: 'Begins',
    ends: 'Ends',
    what: 'What kind',
    propose: 'Confirm and send',
    proposed: 'Sent. It is agreed when they confirm.',
    will: (sum) => `About ${sum} when done`,
    closedNote: 'This one is closed.',
    words: (title, message) => `${title}\n${message}`,
  },

  post: {
    kind: 'What is it',
    need: 'I need help',
    offer: 'I can help',
    subject: 'In one line',
    words: 'A few more words',
    wordsHint:
      'Roughly where, what to bring. No house numbers or telephone; those come after you agree.',
    length: 'About how long',
    unknown: 'Cannot say',
    category: 'Category',
    scope: 'Who sees it',
    preview: 'What others see',
    send: 'Post',
  },

  add: {
    title: 'What would you like to do?',
    record: 'You just helped, or were helped',
    need: 'Say what you need',
    offer: 'Say what you can do, or lend',
    event: 'Bring people together',
  },
}
