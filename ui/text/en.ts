/**
 * Every visible word, in English. Same type as the Chinese source: a missing sentence does not
 * compile.
 */
import type {
  AgreementView,
  ArrivalView,
  HelpView,
  HubView,
  MeView,
  Step,
  TransferStage,
} from '#protocol/api.ts'
import type { ListingCategory, ListingKind, Scope } from '#protocol/listing.ts'
import type { ChallengeFault } from '#protocol/login.ts'
import { enDoor, enRefusals } from './en-refusals.ts'
import type { Texts } from './zh.ts'

export const steps: Record<Step['what'], string> = {
  'hub.founded': 'Community founded',
  'tick': 'A new day',
  'state.digest': 'The day’s fingerprint of everything',
  'hub.restored': 'Restored from a backup',
  'member.joined': 'Joined',
  'member.attested': 'Met and confirmed by a steward',
  'member.invited': 'Somebody invited',
  'member.declined': 'Not admitted',
  'lost.claimed': 'A receipt lost in a restore, claimed',
  'agreement.made': 'Agreed',
  'agreement.cancelled': 'Cancelled',
  'checkin.made': 'Checked in',
  'completion.reported': 'Time reported',
  'completion.confirmed': 'Time confirmed',
  'completion.declined': 'Time not quite right',
  'help.recorded': 'Help recorded',
  'help.confirmed': 'Help confirmed',
  'help.declined': 'Help not quite right',
  'rating.committed': 'Rated',
  'rating.opened': 'Rating opened',
  'cv.converted': 'Exchanged for Global CV',
  'guest.admitted': 'Guest registered',
  'contribution.abroad': 'Contribution abroad counted',
  'fed.adopted': 'List of cities updated',
  'trust.set': 'Trust in a city adjusted',
  'hub.frozen': 'Dealings with a city frozen',
  'x.req': 'Payment to another city asked',
  'x.appr': 'Payment to another city agreed',
  'x.cancel': 'Payment to another city cancelled',
  'order.approved': 'Exchange between cities agreed',
  'x.out': 'CV sent to other cities',
  'x.cert': 'Checked by other cities',
  'x.in': 'CV arrived from other cities',
  'x.ack': 'Received by the other city',
  'x.rel': 'Released',
  'x.back': 'Sent back',
  'award': 'CV credited',
  'ratings-open': 'Ratings opened',
  'silent-confirm': 'Confirmed by itself on the date',
}

const agreementPhases: Record<AgreementView['phase'], string> = {
  agreed: 'Agreed',
  reported: 'To be confirmed',
  confirmed: 'Done',
  settled: 'Credited',
  cancelled: 'Cancelled',
  lapsed: 'Expired',
}
const helpPhases: Record<HelpView['phase'], string> = {
  recorded: 'To be confirmed',
  confirmed: 'Confirmed',
  declined: 'Not quite right',
  lapsed: 'Expired',
}
const stages: Record<TransferStage, string> = {
  due: 'to be paid',
  asked: 'waiting for stewards',
  ordered: 'sent, other cities are checking',
  certified: 'checked, on its way',
  credited: 'arrived',
  suspended: 'on hold there',
  returned: 'sent back',
  cancelled: 'cancelled',
  expired: 'expired',
}
const arrivalPhases: Record<ArrivalView['phase'], string> = {
  credited: 'credited',
  suspended: 'on hold',
  returning: 'going back',
  returned: 'sent back',
}
const arrivalReasons: Record<NonNullable<ArrivalView['because']>, string> = {
  'limit': 'above what we trust this city with',
  'too-large': 'above the limit for one payment',
  'recipient': 'the recipient is not a confirmed member here',
  'frozen': 'dealings with this city are frozen',
}
const kinds: Record<ListingKind, string> = {
  need: 'Need',
  resource: 'Resource',
  skill: 'Offer',
  event: 'Event',
  project: 'Project',
  circle: 'Circle',
  partnerOffer: 'Partner offer',
}
const categories: Record<ListingCategory, string> = {
  'everyday': 'Everyday help',
  'community-culture': 'Community culture',
  'cross-cultural': 'Across cultures',
  'training': 'Learning',
  'creative': 'Creative work',
  'social-service': 'Social service',
  'project-help': 'Help with a project',
  'elder-care': 'Care for elders',
  'child-care': 'Care for children',
  'emergency': 'Urgent help',
  'emotional-support': 'Company and listening',
}
const scopes: Record<Scope, string> = {
  hub: 'Stays in this community, not sent to other cities',
  peers: 'Cities we know well',
  federation: 'All connected cities',
}
const awardCategories: Record<1 | 2 | 3, string> = {
  1: 'Everyday help',
  2: 'Teaching a language',
  3: 'Programming',
}
const grades: Record<'good' | 'fair' | 'poor', string> = {
  good: 'Good',
  fair: 'Fair',
  poor: 'Poor',
}
const bands: Record<MeView['standing']['band'], string> = {
  high: 'high',
  medium: 'medium',
  low: 'low',
}
const readOnly: Record<NonNullable<HubView['readOnly']>, string> = {
  'disk-full':
    'The community’s computer has no space left. You can read but not write; all records are safe. Please tell a steward; it goes on by itself when there is room.',
  'storage':
    'The community’s storage has a problem. You can read but not write; please tell a steward.',
  'restoring':
    'The community has just started and is comparing its newest records with other cities. You can look, and not write for now.',
}
const loginFaults: Record<ChallengeFault, string> = {
  'unreadable':
    'What the community asked this device to confirm cannot be read. You are not signed in.',
  'other-hub': 'The sign-in came from another community. You are not signed in; check the address.',
  'other-address':
    'The sign-in was made for another web address; somebody may stand in between. You are not signed in; check the address and tell a steward.',
}
const regions: Record<'af' | 'as' | 'eu' | 'na' | 'oc' | 'sa', string> = {
  as: 'Asia',
  eu: 'Europe',
  af: 'Africa',
  na: 'North America',
  sa: 'South America',
  oc: 'Oceania',
}

const plural = (n: number, one: string, more: string): string =>
  n === 1 ? `1 ${one}` : `${n} ${more}`

const duration = (minutes: number): string => {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  if (hours === 0) return `${rest} min`
  const whole = plural(hours, 'hour', 'hours')
  return rest === 0 ? whole : `${whole} ${rest} min`
}

export const en: Texts = {
  language: 'en',
  brand: 'Tongyi',
  otherLanguage: '中文',
  duration,
  minutes: (n) => `${n} min`,
  seconds: (n) => plural(n, 'second', 'seconds'),
  list: (names, all) => {
    if (names.length < all) return `${names.join(', ')} and ${all - names.length} more`
    return names.length < 2
      ? names.join('')
      : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
  },

  nav: {
    label: 'Main pages',
    home: 'Home',
    board: 'Explore',
    add: 'Add',
    me: 'Me',
    steward: 'Steward',
    audit: 'Public record',
  },
  common: {
    back: 'Back',
    cancel: 'Cancel',
    next: 'Next',
    refresh: 'Try again',
    loading: 'Opening…',
    copy: 'Copy',
    copied: 'Copied',
    selectAll: 'Selected: press and hold, then choose “Copy”',
    code: 'Code',
    more: 'More',
    recorded: (seq) => `Recorded as no. ${seq}`,
    unnamed: 'a neighbour',
    you: 'you',
    skip: 'Skip to content',
    notFoundTitle: 'No such page',
    notFound: 'The address may be incomplete, or a very old one.',
    missingTitle: 'This did not open',
    sentence: (text) => `${text}.`,
    toHome: 'To the home page',
    unconfirmed: 'being checked',
    unconfirmedWhy:
      'No other city can be reached yet, so the newest records wait for them to check; you can go on as usual.',
    offline: 'offline',
    online: 'connected',
    offlineWhat: 'The community cannot be reached',
    offlineWhy: 'The network is down, or its computer is off',
    offlineTodo: 'Nothing to do: this page opens by itself when the line is back',
    offlineAgain:
      'Wait until you see “connected” above and press again; the same thing is never recorded twice',
  },
  amounts: {
    local: (amount, unit) => `${amount} ${unit}`,
    global: (amount) => `${amount} Global CV`,
    unit: (hours) => (hours ? 'hours' : 'CV'),
  },
  refusals: enRefusals,
  door: enDoor,
  steps,
  agreementPhases,
  helpPhases,
  stages,
  arrivalPhases,
  arrivalReasons,
  kinds,
  categories,
  scopes,
  awardCategories,
  grades,
  loginFaults,
  readOnly,
  restore: {
    asking: (silent) =>
      `The community is being restored from a backup, and asks the other cities which records they keep. ${silent === '' ? '' : `No answer yet: ${silent}. `}You can read everything; nothing can be written yet.`,
    fetching: (n) =>
      `The community is being restored from a backup, and fetches records from other cities: ${n} so far. You can read everything; nothing can be written yet.`,
    ready: (n) =>
      `The community is being restored from a backup. All ${n} records are checked; it goes on when a steward has confirmed. You can read everything; nothing can be written yet.`,
    withheld: (city, n, until) =>
      until === null
        ? ` ${city} has confirmed ${n} more records of this community and has not given them back. If the stewards confirm, these ${n} are given up.`
        : ` ${city} has confirmed ${n} more records of this community and has not given them back yet. From ${until} on, the stewards can decide to go on without them.`,
    stopped:
      'The record here is not what this community has said before, so it has stopped. You can read everything, but nothing can be written; a steward should read what the computer says.',
    done: (date, lost) =>
      `The record here was restored from a backup on ${date}. If something you did has not come back, the page “Me” tells you.${lost === 0 ? '' : ` Losses put on record: ${lost}.`}`,
    title: 'Restoring from a backup',
    what: (n, from) =>
      from === ''
        ? `There are ${n} records here. Nothing was fetched from other cities.`
        : `There are ${n} records here; what was missing came back from ${from}.`,
    silent: (cities) =>
      `No answer yet: ${cities}. Wait if you can: what only they keep would be lost, and they could not vouch for this community again.`,
    without: (city, n) =>
      `${city} has confirmed ${n} more records of this community, and has not given them back for a day. If you go on now, these ${n} are given up: they will not count if they turn up again, and ${city} could not vouch for this community again. Ask a steward there first.`,
    alone: 'No other city keeps the record of this community. What was written after the backup is lost.',
    approvals: (got, needed) => `${got} of ${needed} stewards have confirmed.`,
    note: 'Then everybody can write again, and nothing more is fetched back from elsewhere. If you do not know why this is a backup, do not press yet: ask whoever looks after the computer.',
    confirm: 'This is a backup; go on',
    afterYes: {
      restored: 'Confirmed; the community goes on.',
      more: 'Confirmed; waiting for the other stewards.',
      changed: 'Something has just changed, and nothing is confirmed yet. Please read the above once more, then press.',
    },
    lostTitle: 'Records lost in a restore',
    lostNote:
      'When the community was restored from a backup, these steps of yours did not come back, and they no longer count. If one still matters, do it again: record the help once more, for example. The receipts are on this device; you can put on record that they are lost, so that everybody sees how many were. That alone brings no CV back.',
    lostOne: (seq, what) => `No. ${seq} · ${what}`,
    claim: 'Put this loss on record',
    claimsTitle: 'Losses that members put on record',
    claimsNote:
      'Records that did not come back when the community was restored from a backup, as members themselves have said. The public record holds who said it, which number, and when. What it was stands in the receipt on the member’s device: look at it together. If it still matters, the member does it again.',
    claimsOne: (seq, restored) => `No. ${seq}, lost in the restore of ${restored}`,
    claimed: 'On record.',
    onRecord: 'on record',
  },
  regions,
  factors: {
    minutes: 'time',
    coefficient: 'difficulty',
    rating: 'rating',
    group: 'group',
    notRated: 'not rated, counts as good',
    ifGood: 'if rated good',
    people: (n) => plural(n, 'person', 'people'),
    times: '×',
    equals: '=',
    roundedDown: 'Rounded down once, at the end.',
    abroad: 'A contribution in another city; how it was worked out stands in that city’s record.',
  },

  welcome: {
    title: (city) => `Neighbours in ${city} help one another`,
    lead: 'Say what you need, and answer when you can help. Every bit of help is remembered.',
    join: 'Join the community',
    look: 'See what is needed nearby',
    already: 'Joined before? Open this page on the phone or computer you joined with.',
    unfoundedTitle: 'This community is not set up yet',
    unfounded:
      'If you installed Tongyi: the installation ended by showing a setup link. Open that whole link; it takes four steps. Neighbours: please come back when the community is ready.',
    wechatTitle: 'Please open in a browser',
    wechat:
      'Pages inside WeChat cannot remember who you are. Press “…” at the top right, choose “Open in browser” and go on there.',
  },

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
          'Everybody’s hour is worth the same and is shown as hours and minutes. Whoever receives an hour gives one back; the community covers it for those who have none.',
      },
    },
    presetNote:
      'This is the community’s charter. This version cannot change it later, so choose with care.',
    stewardTitle: 'The first steward',
    stewardNote:
      'The steward meets new members in person. Choose somebody whom neighbours trust and often see, and use that person’s own device: this version cannot replace the steward or add another.',
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

  join: {
    title: (city) => `Join ${city}`,
    charterTitle: 'First, the charter',
    charter: {
      'none': 'A minute of help is 1 CV (贡献值). Asking for help costs nothing.',
      'hour-for-hour':
        'Everybody’s hour is worth the same. Whoever receives an hour gives one back; the community covers it for those who have none.',
    },
    coefficient: (name, times) => `${name} counts ${times} times.`,
    confirm: (days) =>
      `One side reports the time and the other confirms it; if nobody answers for ${plural(days, 'day', 'days')} it counts as confirmed. Your home page shows it until then.`,
    rating: (days) =>
      `Ratings stay hidden until both sides have rated, or for ${plural(days, 'day', 'days')}.`,
    decay: (percent) => `CV fades by ${percent} % each year: it is made to flow, not to be hoarded.`,
    noMoney: 'CV cannot be bought, sold or borrowed. Nobody is in anybody’s debt.',
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

  home: {
    hello: (name) => `Hello, ${name}`,
    waitingTitle: 'Waiting for you',
    nothing: 'Nothing waits for you now.',
    record: 'Record help',
    need: 'I need help',
    offer: 'I can help',
    valueTitle: 'Your CV',
    worth: (d) => `As much as ${d} of help.`,
    askFree: 'Asking neighbours for help costs nothing; ask any time.',
    canAsk: (d) => `Enough to ask for ${d} of help.`,
    canAskEmpty: 'You can ask even with none; the community covers it.',
    global: (amount) => `And ${amount}, for connected cities.`,
    level: (n) => `L${n}`,
    nextLevel: {
      contribution: (level) => `Help a neighbour once to reach L${level}.`,
      lifetime: (level, missing) => `Contribute ${missing} more to reach L${level}.`,
    },
    top: 'This is the highest level for now.',
    emptyTitle: 'It begins with the first help',
    empty: 'See what neighbours need, or say what you can do.',
    seeBoard: 'See what is needed nearby',
    postFirst: 'Post the first one',
    boardTitle: 'Recent needs',
    seeAll: 'All',
    card: {
      sign: (name) => `${name} proposes when and how long`,
      signDo: 'Look and confirm',
      confirmHelp: (name, d, helped) =>
        helped
          ? `${name} wrote down: you helped ${name} for ${d}`
          : `${name} wrote down: ${name} helped you for ${d}`,
      confirm: (name, d) => `${name} says it took ${d}`,
      confirmDo: 'Confirm',
      application: (name, title) => `${name} answered “${title}”`,
      applicationDo: 'Look',
      rate: (name) => `How was it with ${name}?`,
      rateDo: 'Rate',
      checkin: (title) => `Has “${title}” begun?`,
      checkinDo: 'Check in',
      report: (title) => `Is “${title}” done?`,
      reportDo: 'Report the time',
      steward: (n) => `${plural(n, 'thing waits', 'things wait')} for you as steward`,
      stewardDo: 'Open',
      noted: (text) => `Note: ${text}`,
    },
    yes: 'Confirm',
    notQuite: 'Not quite right',
    confirmed: 'Confirmed, thank you.',
    declined: 'They are told it is not quite right, and it does not count. Talk, then record it again.',
    itself: (d) => `If nobody answers, it is confirmed on ${d}`,
    lapses: (d) => `Please answer before ${d}; after that it no longer counts.`,
  },

  board: {
    title: 'Explore',
    all: 'All',
    needs: 'Needs',
    offers: 'Offers',
    category: 'Category',
    anyCategory: 'All categories',
    city: 'City',
    anyCity: 'All cities',
    search: 'Search',
    here: 'This community',
    from: (city) => city,
    heard: (when, city) => `from ${city}, ${when}`,
    empty: 'Nobody has posted yet.',
    emptyDo: 'Be the first: say what you need, or what you can do.',
    emptyWait: 'Members whom a steward has met can post.',
    noneFits: 'Nothing fits.',
    noneFitsDo: 'Try another word or category, or choose “All”.',
    post: 'Post',
    minutes: (d) => `about ${d}`,
    anyLength: 'length to be agreed',
    until: (d) => `until ${d}`,
    closed: 'closed',
    mine: 'mine',
  },

  listing: {
    who: 'By',
    when: 'Posted',
    howTitle: 'How this one is counted',
    how: {
      noLength: 'You agree on the length; 60 minutes of everyday help are:',
      specialist: (parts) => `Agreed as a special skill: ${parts}.`,
      priceNone: 'Receiving help costs nothing.',
      priceHour: 'Whoever is helped gives the same time back; the community covers it for those who have none.',
      abroad: (city, { local, global }) =>
        `When you help in ${city}, its charter sets the number and you are paid in Global CV, about ${local} to ${global}; at home it counts for your level and your story.`,
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
      `A member in ${city} offers this; for now only members there can receive it.`,
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

  sign: {
    title: 'Read before you confirm',
    about: 'About',
    with: 'With',
    helper: 'Who helps',
    receiver: 'Who is helped',
    length: 'How long',
    begins: 'Begins',
    ends: 'Ends',
    what: 'What kind',
    note: 'When you confirm, it is agreed and both of you can see every step. It is fine to say no.',
    noteAbroad:
      'When you confirm, it is agreed and both of you can see every step. If it does not suit you, leave it: it is gone after a day.',
    yes: 'Confirm the agreement',
    no: 'Decline',
    done: 'Agreed.',
    refused: 'Declined.',
    gone: 'This was already answered, or has expired.',
    unreadable: 'This does not concern you or cannot be read; nothing was confirmed.',
  },

  post: {
    kind: 'What is it',
    need: 'I need help',
    offer: 'I can help',
    subject: 'In one line',
    subjectHintNeed: 'For example: fix a tap, Saturday',
    subjectHintOffer: 'For example: photos with your phone',
    words: 'A few more words',
    wordsHint:
      'Roughly where, what to bring. No house numbers or telephone; those come after you agree.',
    length: 'About how long',
    unknown: 'Cannot say',
    category: 'Category',
    scope: 'Who sees it',
    preview: 'What others see',
    send: 'Post',
    sent: 'Posted for 30 days. Your home page tells you when somebody answers.',
  },

  add: {
    title: 'What would you like to do?',
    record: 'You just helped, or were helped',
    need: 'Say what you need',
    offer: 'Say what you can do',
  },

  record: {
    title: 'Record help',
    who: 'With whom?',
    search: 'Find a name',
    nobody: 'No other members yet. Names appear here once a steward has confirmed neighbours.',
    iHelped: (name) => `I helped ${name}`,
    helpedMe: (name) => `${name} helped me`,
    direction: 'Who helped',
    what: 'What kind',
    length: 'How long',
    longer: '15 minutes more',
    shorter: '15 minutes less',
    day: 'Which day',
    today: 'Today',
    yesterday: 'Yesterday',
    note: 'Note (optional)',
    send: 'Record',
    about: (who, sum) =>
      who === 'you' ? `You will get about ${sum}.` : `${who} will get about ${sum}.`,
    more: 'Not today, or with a note',
    next: (name) => `It counts once ${name} confirms.`,
    doneTitle: 'Recorded',
    done: (name) => `${name} sees it on their home page; once they confirm, it counts.`,
    again: 'Record another',
    change: 'Change',
  },

  agreement: {
    title: 'Agreement',
    with: (name) => `With ${name}`,
    helps: (helper, receiver) =>
      helper === 'you' ? `you help ${receiver}` : `${helper} helps ${receiver}`,
    plannedHelp: (helper, receiver, d) =>
      helper === 'you' ? `You help ${receiver}, ${d}` : `${helper} helps ${receiver}, ${d}`,
    timeline: 'What happened',
    nextTitle: 'Next step',
    checkin: 'I am here: check in',
    report: 'Report the time',
    reportInstead: 'Report the time without checking in',
    reportLength: 'How long it took',
    reportSend: 'Report',
    reported: (name, d) => `${name} says it took ${d}.`,
    confirm: (d) => `Confirm ${d}`,
    decline: 'Not quite right',
    declineNote: 'Is the time wrong? Press “Not quite right”, talk, and one of you reports it again.',
    rateTitle: 'How was it?',
    rateNote:
      'The other side cannot see it until both have rated or the time is over; no rating counts as good.',
    cancel: 'Cancel the agreement',
    cancelSure: 'To do it later, you would have to agree again.',
    cancelYes: 'Yes, cancel',
    wait: {
      begins: (d) => `Begins ${d}. You can check in here from an hour before.`,
      report: 'You have checked in. When it is done, one of you reports the time here.',
      confirm: (name) => `Waiting for ${name} to confirm the time.`,
      itself: (d) => `If nobody answers, it is confirmed on ${d}.`,
      rating: (name) => `You have rated; waiting for ${name} to rate.`,
      final: (d) => `The CV is credited on ${d} at the latest.`,
      none: 'All done.',
      cancelled: 'This agreement was cancelled.',
      lapsed: 'This agreement has expired; nobody reported the time.',
    },
    why: (sum) => `Why ${sum}`,
    would: (helper, sum) =>
      helper === 'you' ? `If rated good, you get ${sum}` : `If rated good, ${helper} gets ${sum}`,
    wouldCount: (sum) => `If rated good, it counts as ${sum}`,
    held: (sum) => `${sum} is set aside for this`,
    gradesTitle: 'Ratings',
    grade: (name, grade) => `${name}: ${grade}`,
    abroad: (sum, stage) => `${sum}: ${stage}`,
    abroadTitle: 'Paid between cities',
    plan: (from, to) => `${from} to ${to}`,
  },

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
    awardsTitle: 'Each award',
    noAwards: 'None yet. Help once and it appears.',
    why: 'Why this number',
    awardWith: (name) => `with ${name}`,
    agreementsTitle: 'Agreements',
    noAgreements: 'None yet.',
    helpsTitle: 'Recorded help',
    noHelps: 'None yet.',
    helpLine: (helper, receiver, d) => `${helper} helped ${receiver}, ${d}`,
    convertTitle: 'Exchange for Global CV',
    convertNote: ({ local, global }, level) =>
      `${local} local for ${global} Global, to use in other cities. Needs L${level} and high standing; each quarter has a limit.`,
    convertAmount: 'How much local CV',
    convertGets: (sum) => `You get about ${sum}`,
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
      'Clearing the browser’s data or changing the device loses the key, and this version cannot bring it back: you would join again, a steward would confirm you again, and your CV would stay behind.',
    insecure:
      'This address is not encrypted (http). Fine on your own or the community’s network; elsewhere use the https address.',
    pinSet: 'Set a PIN',
    pinNew: 'New PIN (6 characters or more)',
    pinNote: 'Write it down and keep it safe. If you forget it, not even a steward can open the key.',
    pinSave: 'Save',
    pinSaved: 'Locked. You will be asked once each time you open the page.',
    pinRemove: 'Remove the PIN',
    pinRemoved: 'The PIN is removed.',
    pinAsk: 'Enter your PIN',
    pinWhy: 'to open your key',
    pinOpen: 'Open',
    pinWrong: 'That is not the PIN; try again.',
    languageTitle: 'Language',
    textSize: 'Text size',
    textNormal: 'Normal',
    textLarge: 'Large',
    out: 'Sign out',
    outNote: 'This device still knows you; you can sign in again at any time.',
    in: 'Sign in',
    waiting: 'One more step: meet a steward',
    awaiting: (number) => `Show them your number: ${number}`,
    awaitingThen: 'Once they confirm you, you can ask for help, help, and record help.',
    awardKinds: { agreement: 'Agreement', help: 'Recorded help', abroad: 'In another city' },
  },

  steward: {
    title: 'For the steward',
    empty: 'Nothing is waiting.',
    attestTitle: 'New members to meet',
    attest: 'I met them and the number matches',
    attestNote: 'Look at the number on their phone; press only if it is the same.',
    joined: (d) => `joined ${d}`,
    attested: 'Confirmed.',
    evidence: 'How you know them (optional, not public)',
    dueTitle: 'To be paid to guests',
    due: (name, sum) => `${name} helped here and is due ${sum}`,
    pay: 'Pay from the community',
    paid: 'Payment requested; a steward has to agree next.',
    transfersTitle: 'Between cities',
    transfer: (from, sum, city) => `${from}: ${sum} → ${city}`,
    approvals: (got, needed) => `Stewards agreed ${got} / ${needed}`,
    votes: (got, needed) => `Cities checked ${got} / ${needed}`,
    approve: 'Agree',
    approved: 'Agreed.',
    pool: 'the community',
    chainTitle: 'Exchange between cities',
    keys: 'Enable exchange with other cities',
    keysNote: 'Needed once. The other cities check it, and then exchange can begin.',
    keysDo: 'Enable',
    chainVotes: (got, needed) => `Cities checked ${got} / ${needed}`,
    issueTitle: 'Add to the community’s Global CV',
    issueNote: (left) => `It pays guests who come to help. ${left} can still be added this year.`,
    issueAmount: 'How much',
    issueDo: 'Add',
    issued: 'Agreed; the other cities are checking it.',
    arrivalsTitle: 'Arrivals on hold',
    arrival: (sum, city, name) => `${sum} from ${city} for ${name}`,
    release: 'Release',
    sendBack: 'Send back',
    released: 'Released; the member can use it now.',
    sentBack: 'On its way back to the city that paid.',
    citiesTitle: 'Connected cities',
    cityState: {
      alone:
        'This community is complete on its own. To exchange with another city, swap cards here.',
      founded: 'This community is connected with other cities.',
      joining: 'Asked to join; waiting for the steward of that city. Nothing else to do.',
    },
    ourCard: 'Our card',
    firstCity:
      'The federation is started and has no other city yet. Send our card to the other steward; they paste it and press “Join their federation”.',
    meeting: [
      'The steward of one of the two cities presses “Start a federation” and sends “Our card” to the other steward.',
      'The other steward pastes the card on their own page and presses “Join their federation”.',
      'The first steward then sees that the city would like to join, presses “Agree”, and the cities are connected.',
    ],
    ourCardNote: 'Send it to the other community’s steward, by message or mail.',
    theirCard: 'Paste their card',
    found: 'Start a federation',
    join: 'Join their federation',
    admit: 'Invite this city',
    foundDone: 'The federation is started.',
    joinDone: 'Asked to join; their steward has to agree.',
    admitDone: 'Agreed. The cities connect by themselves when both are ready.',
    asking: (city) => `${city} would like to join`,
    admitAsking: 'Agree',
    admitted: (city) => `${city} may join; waiting for it to connect`,
    trust: (nights) => `We accept the worth of about ${plural(nights, 'night', 'nights')}`,
    used: (used, limit) => `${used} of ${limit} used`,
    trustEdit: 'Adjust',
    trustLimit: 'The most that city may send in all',
    trustTransfer: 'The most in one payment',
    trustSave: 'Save',
    trustSaved: 'Adjusted.',
    connected: 'connected',
    notConnected: 'not reachable now',
    membersTitle: 'Members',
    member: (level) => `L${level}`,
    isSteward: 'steward',
    notAttested: 'not yet met',
    poolIs: (sum) => `The community’s Global CV: ${sum}`,
    positionIs: (sum) => `Held here in all: ${sum}`,
    version: (n) => `List of cities, version ${n}`,
    inviteTitle: 'Invite neighbours',
    invite:
      'Tell neighbours this address. They open it, read the charter and enter a name, then come to you and show their number.',
    inviteAddress: 'Address for joining',
    inviteOnlyHere:
      'Only this computer can open this address. For neighbours’ phones, ask whoever installed Tongyi for an address that everybody can reach.',
    paste: 'Press and hold, then choose “Paste”. A card is long; paste all of it.',
    agreementOf: 'The agreement',
  },

  frozen: {
    city: (city) =>
      `Dealings with ${city} are frozen: its public record has said two things that cannot both be true.`,
    chip: 'frozen',
    own: 'There is evidence that this community’s public record has said two things that cannot both be true. Other cities will freeze their dealings with us.',
    why: 'See the evidence',
    title: (city) => `Why dealings with ${city} are frozen`,
    ownTitle: 'Evidence that our own record contradicts itself',
    lead: (city) =>
      `Every community keeps a public record that only grows; what stands in it is never changed. The community of ${city} has put its seal under its record twice, and the two cannot both be true.`,
    ownLead:
      'Every community keeps a public record that only grows; what stands in it is never changed. This community has put its seal under its record twice, and the two cannot both be true.',
    what: {
      E1: 'It gave receipts for two different entries under one number. A number has one entry.',
      E2: 'When its record had so many entries, it showed it in two different forms.',
      E3: 'It sealed its entries as they were; in what it sealed later, those same entries are others.',
      E4: 'It gave a receipt for one entry under a number; in its public record another entry has that number.',
    },
    meansTitle: 'What this means for me',
    means: [
      'CV that comes from there is put on hold and not credited.',
      'No CV can be sent there now. What was asked for and had not left has gone back to whoever asked.',
      'What had arrived before stays, and help within this community goes on as always.',
      'It does not mean that the neighbours there did wrong: their computer may have failed, or somebody changed the record.',
      'This version cannot lift the freeze yet; the stewards should talk with the other cities.',
    ],
    ownMeans: [
      'Other cities that check the evidence put what we send on hold, and send nothing here.',
      'Help within this community goes on as always, and all entries are there.',
      'The community’s computer may have gone on from an old backup, or somebody changed the record. The stewards should find out and tell everybody.',
      'This notice stays here; the stewards cannot take it away.',
    ],
    checkTitle: 'How to check it yourself',
    check: [
      'Press “Save the evidence”. Keep the file, or mail it to anybody.',
      'Open the checking page under “Public record” and give it the file; it says whether the evidence holds.',
      'If you would rather not trust this address, run the command below on a computer with Tongyi; it needs no network.',
      'Compare the community number below with the one on that community’s card. The name holds only its first digits.',
    ],
    command: (file) => `npm run audit -- ${file}`,
    hubId: 'Community number',
    id: 'Evidence number',
    save: 'Save the evidence',
  },

  audit: {
    title: 'Public record',
    lead: 'For anybody who wants to check. No sign-in, and no need to trust this page.',
    origin: 'Name of the log',
    hubId: 'Hub id',
    size: 'Entries',
    root: 'Root hash',
    charter: 'Charter hash',
    checkpoint: 'Latest checkpoint, with cosignatures',
    howTitle: 'How to check it yourself',
    how: [
      'Install Tongyi on your own computer.',
      'Run the command below; or download the whole record first and give the file’s name instead of the address.',
      'It replays every entry: signatures, chain, tree, formulas, balances, and prints a verdict; if something is wrong it names the first entry.',
    ],
    download: 'Download the whole record',
    verify: 'Check in this browser',
    verifyNote:
      'The checking page is one file: save it, and it checks records, checkpoints, receipts and evidence, offline too.',
    saveVerify: 'Save the checking page',
    saveCheckpoint: 'Save the latest checkpoint',
    savePolicy: 'Save the policy: whose signatures count',
    saveEvidence: 'Save the list of evidence: who has contradicted itself',
    tiles: 'Other programs can read it as C2SP tlog-tiles: /checkpoint and /tile/…',
    command: (address) => `npm run audit -- ${address}`,
    ownWord:
      'This community stands alone, and no other city checks its record yet: that nothing in it was changed rests on the community’s own word. To change that, ask a steward to connect with another city. And keep your own receipts and proofs: if the record is ever changed, they show it.',
    limit: 'This page’s code comes from the community’s computer. A real check runs on yours.',
    noCheckpoint: 'No checkpoint yet.',
  },
}
