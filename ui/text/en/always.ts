/** The words that every page may show, in English. */
import type { HubView } from '#protocol/api.ts'
import type { ListedResource, ListingCategory, ListingKind } from '#protocol/listing.ts'
import type { ChallengeFault } from '#protocol/login.ts'
import type { zhAlways } from '../zh/always.ts'
import { duration, plural } from './numbers.ts'

const kinds: Record<ListingKind, string> = {
  need: 'Need',
  resource: 'Resource',
  skill: 'Offer',
  event: 'Event',
  project: 'Project',
  circle: 'Circle',
  partnerOffer: 'What a shop can spare',
}
const categories: Record<ListingCategory, string> = {
  'everyday': 'Everyday help',
  'community-culture': 'Community culture',
  'cross-cultural': 'Across cultures',
  'training': 'Learning',
  'creative': 'Creative work',
  'social-service': 'Social service',
  'project-help': 'Help with a project',
  'creator': 'Making content',
  'community': 'Common interests',
  'skill-sharing': 'Sharing skills',
  'career-transition': 'Changing careers',
  'elder-care': 'Care for elders',
  'child-care': 'Care for children',
  'emergency': 'Urgent help',
  'emotional-support': 'Company and listening',
}
const resources: Record<ListedResource, string> = { room: 'Room', vehicle: 'Vehicle', tool: 'Tool', workspace: 'Space to work in', bicycle: 'Bicycle' }
const awardCategories: Record<1 | 2 | 3, string> = {
  1: 'Everyday help',
  2: 'Teaching a language',
  3: 'Programming',
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

export const enAlways: typeof zhAlways = {
  language: 'en',
  brand: 'Tongyi',
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
    papers: 'Certificates, statements, taking along',
    forTheWall: 'Notices, posters, income',
    guide: 'How it works',
    arrive: 'I come from another city',
    cities: 'We and other cities',
    level: 'What would raise it',
    figures: 'How we are doing',
    agreement: 'Agreement',
    more: 'What else I can do',
    label: 'Main pages',
    home: 'Home',
    board: 'Explore',
    add: 'Add',
    messages: 'Letters',
    newLetters: 'new letters',
    me: 'Me',
    steward: 'Steward',
    audit: 'Public record',
  },

  common: {
    longer: '15 minutes more',
    shorter: '15 minutes less',
    textSize: 'Text size',
    textNormal: 'Normal',
    textLarge: 'Large',
    inMinutes: 'minutes',
    counted: (label, unit) => `${label} (${unit})`,
    speaksFor: (name) => `You are acting for “${name}”.`,
    speakForMyself: 'Act for myself again',
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
    helps: (helper, receiver) =>
      helper === 'you' ? `you help ${receiver}` : `${helper} helps ${receiver}`,
    helpLine: (helper, receiver, d) => `${helper} helped ${receiver}, ${d}`,
    with: (name) => `With ${name}`,
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
    language: 'Language · 语言',
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
  kinds,
  categories,
  awardCategories,
  resources,
  loginFaults,
  readOnly,

  outbox: {
    kept: 'It is kept for you and goes out by itself when the community can be reached; no need to press again. Nothing is recorded twice.',
    waiting: (n) => `${n} to send`,
    sent: 'What was kept for you has been sent.',
    title: 'Waiting to be sent',
    note: 'You have confirmed these, and they are kept on this device. They go out by themselves when the community can be reached; clearing the browser’s data would lose them.',
    drop: 'Do not send it',
    dropNote: 'It may have arrived after all; then it is recorded, and not sending it here changes nothing.',
    refused: 'Not recorded',
    refusedTitle: 'What could not be recorded',
    read: 'All right',
    readAt: (when) => `The community cannot be reached; below is what was read ${when}. You can go on reading. Recording help, confirming and rating are kept for you; posting, answering and letters have to wait until it is back.`,
  },
  pin: {
    ask: 'Enter your PIN',
    why: 'to open your key',
    open: 'Open',
    wrong: 'That is not the PIN; try again.',
  },

  welcome: {
    in: 'Sign in',
    title: (city) => `Neighbours in ${city} help one another`,
    lead: 'Say what you need, and answer when you can help. Every bit of help is remembered.',
    join: 'Join the community',
    look: 'See what is needed nearby',
    already: 'Joined before? Open this page on the phone or computer you joined with.',
    newDevice: 'I have another phone or computer',
    unfoundedTitle: 'This community is not set up yet',
    unfounded:
      'If you installed Tongyi: the installation ended by showing a setup link. Open that whole link; it takes four steps. Neighbours: please come back when the community is ready.',
    wechatTitle: 'Please open in a browser',
    wechat:
      'Pages inside WeChat cannot remember who you are. Press “…” at the top right, choose “Open in browser” and go on there.',
  },

  home: {
    /** To somebody whom no steward has met yet. */
    notMet: {
      title: 'One more step: meet a steward',
      show: (number) => `Show them your number: ${number}`,
      then: 'Once they confirm you, you can ask for help, help, and record help.',
    },
    hello: (name) => `Hello, ${name}`,
    waitingTitle: 'Waiting for you',
    nothing: 'Nothing waits for you now.',
    ending: (day, heir) => `This community closes on ${day}, and ${heir} takes over. Until then you can take your record along to another city.`,
    ended: (day, heir) => `This community closed on ${day}, and ${heir} has taken over.`,
    endingDo: 'See how to move',
    moved: (city) => `You have moved to ${city} and are no member here any more.`,
    movedDo: 'The file to take along',
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
      contributions: (level) => `Help a neighbour once to reach L${level}.`,
      lifetime: (level, missing) => `Contribute ${missing} more to reach L${level}.`,
      recommendations: (level, count) =>
        `${count} more ${count === 1 ? 'neighbour' : 'neighbours'} of level 3 or above must recommend you for L${level}.`,
      governance: (level, count) =>
        `Take part ${count} more ${count === 1 ? 'time' : 'times'} in deciding for all (a vote, a case, a term as steward) for L${level}.`,
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
          ? `${name} recorded: you helped ${name} for ${d}`
          : `${name} recorded: ${name} helped you for ${d}`,
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
      stay: (title) => `“${title}” is agreed on: you can send the Global CV`,
      stayDo: 'Send it',
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
    online: 'Can be done online',
    frozen: 'frozen',
    title: 'Explore',
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
}
