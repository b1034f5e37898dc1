/** Founding a community and joining one. */
import type { zhArriving } from '../zh/arriving.ts'
import { plural } from './numbers.ts'

const regions: Record<'af' | 'as' | 'eu' | 'na' | 'oc' | 'sa', string> = {
  as: 'Asia',
  eu: 'Europe',
  af: 'Africa',
  na: 'North America',
  sa: 'South America',
  oc: 'Oceania',
}

export const enArriving: typeof zhArriving = {
  setup: {
    title: 'Start a community',
    step: (n, of) => `Step ${n} of ${of}`,
    languageTitle: 'Which language?',
    languageNote: 'Everybody can change it for themselves later.',
    placeTitle: 'Where is it?',
    city: 'City or neighbourhood',
    cityNote: 'The name neighbours will see, for example “Lisbon · Graça”.',
    name: 'Short name',
    nameNote:
      'Lower-case letters, digits and hyphens, 24 at most, for example lisbon. It cannot change later.',
    region: 'Continent',
    presetTitle: 'How should help be counted?',
    presets: {
      'city': {
        name: 'City community',
        words:
          'A minute of help is 1 CV; skills such as teaching a language or programming count for more. Asking for help costs nothing, so anybody can ask.',
      },
      'time-bank': {
        name: 'Time bank',
        words:
          'Everybody’s hour is worth the same and is shown as hours and minutes. An hour of help uses up one hour; what somebody does not have the community covers, and nothing has to be made up later.',
      },
      'gift': {
        name: 'Gifts',
        words:
          'Who helped whom is kept, and thanks are given in person. Everything is counted as ever behind it; what anybody has is not shown.',
      },
      'seed-literal': {
        name: 'The seed to the letter',
        words:
          'As the text of the meaning economy has it: by the hour, by the head, and awards multiplied by standing. For those who want to compare.',
      },
    },
    presetNote:
      'This is the community’s charter. Members can change it later by a vote, number by number.',
    stewardTitle: 'The first steward',
    stewardNote:
      'The steward meets new members in person. Choose somebody whom neighbours trust and often see, and use that person’s own device. Invite two more to be stewards soon; members can recall a steward by a vote.',
    stewardName: 'What neighbours call you',
    keyNote:
      'From then on this device speaks for the steward. Keep using it, and do not clear the browser’s data.',
    finish: 'Start the community',
    doneTitle: 'Your community is ready',
    done: (city) =>
      `${city} keeps its record from today. This device is signed in, and you are its first steward.`,
    toHome: 'To the home page',
    checkName: 'Please use only lower-case letters, digits and hyphens.',
    already: 'This is done once, and it has been done. Open the home page to join or sign in.',
    noToken:
      'The end of this link is missing. Open the whole link that the installation has shown.',
  },

  regions,

  join: {
    title: (city) => `Join ${city}`,
    charterTitle: 'First, the charter',
    charter: {
      'none': 'A minute of help is 1 CV (贡献值). Asking for help costs nothing.',
      'hour-for-hour':
        'Everybody’s hour is worth the same. An hour of help uses up one hour; what somebody does not have the community covers, and nothing has to be made up later.',
    },
    coefficient: (name, times) => `${name} counts ${times} times.`,
    confirm: (days) =>
      `One side reports the time and the other confirms it; if nobody answers for ${plural(days, 'day', 'days')} it counts as confirmed. Your home page shows it until then.`,
    rating: (days) =>
      `Ratings stay hidden until both sides have rated, or for ${plural(days, 'day', 'days')}.`,
    decay: (percent) => `CV fades by ${percent}% each year: it is made to flow, not to be hoarded.`,
    noMoney: 'CV cannot be bought, sold or borrowed. Help is help: nobody has to make it up to anybody.',
    privacy:
      'The public record holds a number instead of your name. Only members of this community see the name.',
    name: 'What neighbours call you',
    nameNote: 'Seen only by members of this community; what people usually call you will do.',
    keyNote:
      'No password to remember: from then on this phone or computer knows you. Keep using it, and do not clear the browser’s data.',
    invited: 'A member has invited you; the code is recorded with your joining.',
    agree: 'I agree to the charter and join',
    waitTitle: 'One more step: meet a steward',
    wait: 'Go and see a steward and show them this number. They confirm you on their own phone, and you can take part; this page changes by itself.',
    yourCode: 'Your number',
    meanwhile: 'See what is needed nearby',
    attestedTitle: 'A steward has confirmed you',
    attested: 'You can ask neighbours for help now, and help them.',
  },

  invite: {
    title: 'Invite neighbours',
    lead: 'Tell neighbours this address. They open it, read the charter and enter a name, then come to you and show their number.',
    address: 'Address for joining',
    onlyHere: 'Only this computer can open this address. For neighbours’ phones, ask whoever installed Tongyi for an address that everybody can reach.',
  },
}
