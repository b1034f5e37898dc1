/**
 * Every visible word, in English. Same type as the Chinese source: a missing sentence does not compile.
 */
import type { AgreementView, ArrivalView, HelpView, HubView, MeView, Step, TransferStage } from '#protocol/api.ts'
import type { ListingCategory, ListingKind, Scope } from '#protocol/listing.ts'
import type { ChallengeFault } from '#protocol/login.ts'
import { enDoor, enRefusals } from './en-refusals.ts'
import type { Texts } from './zh.ts'

const steps: Record<Step['what'], string> = {
  'hub.founded': 'Community founded',
  'tick': 'A new day',
  'member.joined': 'Joined',
  'member.attested': 'Met and confirmed by a steward',
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
  agreed: 'Agreed', reported: 'To be confirmed', confirmed: 'Done', settled: 'Credited', cancelled: 'Cancelled', lapsed: 'Lapsed',
}
const helpPhases: Record<HelpView['phase'], string> = {
  recorded: 'To be confirmed', confirmed: 'Confirmed', declined: 'Not quite right', lapsed: 'Lapsed',
}
const stages: Record<TransferStage, string> = {
  due: 'to be paid', asked: 'waiting for stewards', ordered: 'sent, other cities are checking', certified: 'checked, on its way',
  credited: 'arrived', suspended: 'on hold there', returned: 'sent back', cancelled: 'cancelled', expired: 'expired',
}
const arrivalPhases: Record<ArrivalView['phase'], string> = {
  credited: 'credited', suspended: 'on hold', returning: 'going back', returned: 'sent back',
}
const arrivalReasons: Record<NonNullable<ArrivalView['because']>, string> = {
  limit: 'above what we trust this city with', 'too-large': 'above the limit for one payment', recipient: 'the recipient is not a confirmed member here',
}
const kinds: Record<ListingKind, string> = {
  need: 'Need', resource: 'Resource', skill: 'Offer', event: 'Event', project: 'Project', circle: 'Circle', partnerOffer: 'Partner offer',
}
const categories: Record<ListingCategory, string> = {
  'everyday': 'Everyday help', 'community-culture': 'Community culture', 'cross-cultural': 'Across cultures', 'training': 'Learning',
  'creative': 'Creative work', 'social-service': 'Social service', 'project-help': 'Help with a project', 'elder-care': 'Care for elders',
  'child-care': 'Care for children', 'emergency': 'Urgent help', 'emotional-support': 'Company and listening',
}
const scopes: Record<Scope, string> = { hub: 'Only this community', peers: 'Cities we know well', federation: 'All connected cities' }
const awardCategories: Record<1 | 2 | 3, string> = { 1: 'Everyday help', 2: 'Teaching a language', 3: 'Programming' }
const grades: Record<'good' | 'fair' | 'poor', string> = { good: 'Good', fair: 'Fair', poor: 'Poor' }
const bands: Record<MeView['standing']['band'], string> = { high: 'high', medium: 'medium', low: 'low' }
const nextNeeds: Record<NonNullable<MeView['next']>['needs'], (missing: string | null) => string> = {
  contribution: () => 'Help once',
  lifetime: (missing) => `Contribute ${missing ?? ''} more`,
  recommendations: () => 'Be recommended by three members of L3 or above',
  governance: () => 'Take part in three community decisions',
}
const readOnly: Record<NonNullable<HubView['readOnly']>, string> = {
  'disk-full': 'The community’s computer has no space left. You can read but not write; all records are safe.',
  'storage': 'The community’s storage has a problem. You can read but not write; please tell a steward.',
  'restoring': 'The community is being restored from a backup and checks its newest records first. You can read but not write.',
}
const loginFaults: Record<ChallengeFault, string> = {
  'unreadable': 'What the community asked this device to confirm cannot be read. You are not signed in.',
  'other-hub': 'The sign-in came from another community. You are not signed in; check the address.',
  'other-address': 'The sign-in was made for another web address; somebody may stand in between. You are not signed in; check the address and tell a steward.',
}
const regions: Record<'af' | 'as' | 'eu' | 'na' | 'oc' | 'sa', string> = {
  as: 'Asia', eu: 'Europe', af: 'Africa', na: 'North America', sa: 'South America', oc: 'Oceania',
}

const duration = (minutes: number): string => {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  if (hours === 0) return `${rest} min`
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`
}
const plural = (n: number, one: string, more: string): string => (n === 1 ? `1 ${one}` : `${n} ${more}`)

export const en: Texts = {
  language: 'en',
  brand: 'Tongyi',
  otherLanguage: '中文',
  duration,
  minutes: (n) => `${n} min`,
  list: (names, all) => {
    if (names.length < all) return `${names.join(', ')} and ${all - names.length} more`
    return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
  },

  nav: { label: 'Main pages', home: 'Home', board: 'Explore', add: 'Add', me: 'Me', steward: 'Steward', audit: 'Public record' },
  common: {
    back: 'Back', cancel: 'Cancel', next: 'Next', refresh: 'Try again', loading: 'Opening…',
    copy: 'Copy', copied: 'Copied', selectAll: 'Selected; copy it by hand', code: 'Code', more: 'More',
    recorded: (seq) => `Recorded as no. ${seq}`,
    unnamed: 'no name given', you: 'you', skip: 'Skip to content', notFoundTitle: 'No such page', toHome: 'To the home page',
    unconfirmed: 'being checked', unconfirmedWhy: 'The newest records are still waiting for other cities to check them; you can go on as usual.',
    offline: 'offline', online: 'connected',
    offlineWhat: 'The community cannot be reached', offlineWhy: 'The network is down, or its computer is off', offlineTodo: 'This page refreshes by itself; nothing is lost',
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
  regions,
  factors: {
    minutes: 'time', coefficient: 'difficulty', rating: 'rating', group: 'group',
    notRated: 'not rated, counts as good', ifGood: 'if rated good', people: (n) => plural(n, 'person', 'people'),
    times: '×', equals: '=', roundedDown: 'Rounded down once, at the end.',
    abroad: 'A contribution in another city; how it was worked out stands in that city’s record.',
  },

  welcome: {
    title: (city) => `Neighbours of ${city} help one another`,
    lead: 'Say what you need; answer when you can help. Every bit of help is remembered.',
    join: 'Join the community', look: 'See what is needed nearby', already: 'Joined before? Open this page on the device you joined with, or meet a steward.',
    unfoundedTitle: 'This community is not set up yet',
    unfounded: 'The installation ends by showing a setup link. Open that whole link here; it takes four steps.',
    wechatTitle: 'Please open in a browser',
    wechat: 'Pages inside WeChat cannot keep your key. Press “…” at the top right, choose “Open in browser” and go on there.',
  },

  setup: {
    title: 'Found a community', step: (n, of) => `Step ${n} of ${of}`,
    languageTitle: 'Which language?', languageNote: 'Everybody can change it for themselves later.',
    placeTitle: 'Where is it?',
    city: 'City or neighbourhood', cityNote: 'The name neighbours will see, for example “Lisbon · Graça”.',
    name: 'Short name', nameNote: 'Lower-case letters, digits and hyphens, 24 at most, for example lisbon. It cannot change later.',
    region: 'Continent',
    presetTitle: 'How should help be counted?',
    presets: {
      'city': {
        name: 'City community',
        words: 'A minute of help is 1 CV; skills such as teaching a language or programming count for more. Asking for help costs nothing, so anybody can ask.',
      },
      'time-bank': {
        name: 'Time bank',
        words: 'Everybody’s hour is worth the same and is shown as hours and minutes. Who receives an hour gives one back; the community helps those who have none.',
      },
    },
    presetNote: 'This is the community’s charter. You can change it together later.',
    stewardTitle: 'The first steward',
    stewardNote: 'Stewards meet new members in person. Invite two more soon, so that several eyes watch.',
    stewardName: 'What neighbours call you', keyNote: 'Your key is made on this device and never leaves it.',
    finish: 'Found the community',
    doneTitle: 'The community is founded', done: (city) => `${city} keeps its record from today. This device is signed in, and you are its first steward.`,
    toHome: 'To the home page', checkName: 'Only lower-case letters, digits and hyphens.', noToken: 'This link lacks the word at its end. Use the whole link shown by the installation.',
  },

  join: {
    title: (city) => `Join ${city}`,
    charterTitle: 'First, the charter',
    charter: {
      'none': 'A minute of help is 1 CV (贡献值). Asking for help costs nothing.',
      'hour-for-hour': 'Everybody’s hour is worth the same. Who receives an hour gives one back; the community helps those who have none.',
    },
    coefficient: (name, times) => `${name} counts ${times} times.`,
    confirm: (days) => `One side reports the time, the other confirms; after ${plural(days, 'day', 'days')} of silence it confirms itself, and you are told before.`,
    rating: (days) => `Ratings are hidden until both sides have written, or for ${plural(days, 'day', 'days')}.`,
    decay: 'CV fades by a tenth each year: it is made to flow, not to be hoarded.',
    noMoney: 'CV cannot be bought, sold or borrowed. Nobody is in anybody’s debt.',
    privacy: 'Your name is not in the public record, only a number that nobody can connect with you.',
    name: 'What neighbours call you', nameNote: 'Seen only by members of this community.',
    agree: 'I agree to the charter and join',
    waitTitle: 'One more step: meet a steward',
    wait: 'Show this number to a steward. After meeting you and comparing the number they confirm you, and you can take part. This page updates by itself.',
    yourCode: 'Your number', meanwhile: 'See what is needed nearby', attestedTitle: 'A steward has confirmed you', attested: 'You can begin now.',
  },

  home: {
    hello: (name) => `Hello, ${name}`, waitingTitle: 'Waiting for you', nothing: 'Nothing waits for you now.',
    record: 'Record help', need: 'I need help', offer: 'I can help',
    valueTitle: 'Your CV',
    worth: (d) => `As much as ${d} of help.`,
    askFree: 'Asking neighbours for help costs nothing; ask any time.',
    canAsk: (d) => `Enough to ask for ${d} of help.`,
    canAskEmpty: 'You can ask without any; the community helps out.',
    global: (amount) => `And ${amount}, for connected cities.`,
    level: (n) => `L${n}`,
    nextLevel: (level, needs) => `${needs} to reach L${level}.`,
    top: 'This is the highest level.',
    emptyTitle: 'It begins with the first help', empty: 'See what neighbours need, or say what you can do.', seeBoard: 'See what is needed nearby', postFirst: 'Post the first one',
    boardTitle: 'Needed lately', seeAll: 'All',
    card: {
      sign: (name) => `${name} wants to agree with you`, signDo: 'Look and confirm',
      confirmHelp: (name, d, helped) => (helped ? `${name} recorded: you helped for ${d}` : `${name} recorded: they helped you for ${d}`),
      confirm: (name, d) => `${name} reported ${d}`, confirmDo: 'Confirm',
      application: (name, title) => `${name} answered “${title}”`, applicationDo: 'Look',
      rate: (name) => `How was it with ${name}?`, rateDo: 'Rate',
      checkin: (title) => `Has “${title}” begun?`, checkinDo: 'Check in',
      report: (title) => `Is “${title}” done?`, reportDo: 'Report the time',
      steward: (n) => `For stewards: ${plural(n, 'thing', 'things')}`, stewardDo: 'See to it',
      noted: (text) => `Note: ${text}`,
    },
    yes: 'Confirm', notQuite: 'Not quite',
    confirmed: 'Confirmed, thank you.', declined: 'They know it is not quite right. Talk, then record it anew.',
    itself: (d) => `Confirms itself on ${d}`,
    lapses: (d) => `Open until ${d}`,
  },

  board: {
    title: 'Explore', all: 'All', needs: 'Needs', offers: 'Offers', category: 'Category', anyCategory: 'All categories', city: 'City', anyCity: 'All cities',
    search: 'Search', here: 'This community', from: (city) => city,
    heard: (when, city) => `from ${city}, ${when}`,
    empty: 'Nothing here yet.', emptyDo: 'Loosen the filters, or post something yourself.', post: 'Post', minutes: (d) => `about ${d}`, anyLength: 'length open',
    until: (d) => `until ${d}`, closed: 'closed', mine: 'mine',
  },

  listing: {
    who: 'By', when: 'Posted', howTitle: 'How this one is counted',
    how: {
      noLength: 'You agree on the length; 60 minutes of everyday help are:',
      specialist: (parts) => `Agreed as a special skill: ${parts}.`,
      priceNone: 'Receiving help costs nothing.', priceHour: 'Who receives gives back the same time; the community helps those who have none.',
      abroad: (city) => `When you help in ${city}, its charter sets the number and you are paid in Global CV, three to one; at home it counts for your level and your story.`,
      abroadSum: (sum) => `About: ${sum} Global CV`,
    },
    help: 'I can help', want: 'Ask for this', message: 'A word to them', messageHint: 'When you could come, how you would help', send: 'Send',
    sent: 'They know now. When they agree, your home page asks you to confirm.',
    abroadOffer: (city) => `A member in ${city} offers this; for now only members there can receive it.`,
    joinFirst: 'Join the community to answer.', waitFirst: 'You can answer after a steward has met you.',
    applicationsTitle: 'Who answered', noApplications: 'Nobody has answered yet.', agree: 'Agree', agreed: 'Agreed; waiting for them',
    close: 'Close this', closeSure: 'Once closed, others no longer see the words.', closeYes: 'Yes, close', closedDone: 'Closed.',
    agreeTitle: (name) => `Agree with ${name}`, length: 'How long', begins: 'Begins', ends: 'Ends', what: 'What kind', propose: 'Confirm and send',
    proposed: 'Sent. It is agreed when they confirm.',
    will: (sum) => `About ${sum} when done`, closedNote: 'This one is closed.',
    words: (title, message) => `${title}\n${message}`,
  },

  sign: {
    title: 'Read before you confirm', with: 'With', helper: 'Helps', receiver: 'Receives', length: 'How long', begins: 'Begins', ends: 'Ends', what: 'Kind',
    note: 'Once confirmed it is agreed, and both can see every step. It is okay to say no.',
    yes: 'Confirm', no: 'Decline', done: 'Agreed.', refused: 'Declined.', gone: 'This was answered already, or has expired.', unreadable: 'This does not concern you or cannot be read; nothing was confirmed.',
  },

  post: {
    kind: 'What is it', need: 'I need help', offer: 'I can help', subject: 'In one line', subjectHintNeed: 'For example: fix a tap, Saturday', subjectHintOffer: 'For example: photos with your phone',
    words: 'A few more words', wordsHint: 'Roughly where, what to bring. No house numbers or telephone; those come after you agree.',
    length: 'About how long', unknown: 'Cannot say', category: 'Category', scope: 'Who sees it', preview: 'What others see', send: 'Post', sent: 'Posted for 30 days.',
  },

  add: { title: 'What would you like to do?', record: 'You just helped, or were helped', need: 'Say what you need', offer: 'Say what you can do' },

  record: {
    title: 'Record help', who: 'With whom?', search: 'Find a name', nobody: 'No other members yet. Stewards confirm neighbours first.', iHelped: 'I helped', helpedMe: 'They helped me', direction: 'Who helped',
    what: 'What kind', length: 'How long', longer: 'A quarter more', shorter: 'A quarter less', day: 'Which day', today: 'Today', yesterday: 'Yesterday', note: 'Note (may stay empty)', send: 'Record',
    about: (sum) => `about ${sum}`, next: (name) => `It counts once ${name} confirms.`, doneTitle: 'Recorded', done: (name) => `Waiting for ${name}.`, again: 'Record another',
    change: 'Change',
  },

  agreement: {
    title: 'Agreement', with: (name) => `With ${name}`, helps: (helper, receiver) => (helper === 'you' ? `you help ${receiver}` : `${helper} helps ${receiver}`), plannedHelp: (helper, receiver, d) => (helper === 'you' ? `You help ${receiver}, ${d}` : `${helper} helps ${receiver}, ${d}`),
    timeline: 'What happened', nextTitle: 'Next step', by: (name) => `by ${name}`,
    checkin: 'I am here: check in', report: 'Report the time', reportInstead: 'Report the time without checking in', reportLength: 'How long it took', reportSend: 'Report',
    reported: (name, d) => `${name} reported ${d}.`, confirm: (d) => `Confirm ${d}`, decline: 'Not quite',
    declineNote: 'If it is not quite right, talk; then either of you reports again.',
    rateTitle: 'How was it?', rateNote: 'Hidden from the other side until both have written or the time is over; nothing written counts as good.',
    cancel: 'Cancel the agreement', cancelSure: 'To do it later you would agree anew.', cancelYes: 'Yes, cancel',
    wait: {
      begins: (d) => `Begins ${d}; check in here then.`,
      report: 'You have checked in. When it is done, either of you reports the time.',
      confirm: (name) => `Waiting for ${name} to confirm the time.`,
      itself: (d) => `Confirms itself on ${d}.`,
      rating: (name) => `You have rated; waiting for ${name}.`,
      final: (d) => `Final on ${d} at the latest.`,
      none: 'All done.', cancelled: 'This agreement was cancelled.', lapsed: 'This agreement lapsed; nobody reported the time.',
    },
    why: (sum) => `Why ${sum}`, would: (sum) => `If good, it will be ${sum}`, held: (sum) => `${sum} is set aside for this`,
    gradesTitle: 'Ratings', grade: (name, grade) => `${name}: ${grade}`,
    abroad: (sum, stage) => `${sum}: ${stage}`, abroadTitle: 'Paid between cities',
    plan: (from, to) => `${from} to ${to}`,
  },

  me: {
    title: 'Me',
    story: {
      tookPart: (n) => `You took part ${n === 1 ? 'once' : `${n} times`}.`, gave: (d) => `You gave your neighbours ${d}.`,
      helped: (names) => `You helped ${names}.`, wasHelped: (names) => `You were helped by ${names}.`,
      none: 'Your story begins with the first help.',
    },
    valueTitle: 'CV (贡献值)', local: 'Local', inAYear: (sum) => `About ${sum} in a year. CV fades slowly; it is best used.`, held: (sum) => `${sum} of it is set aside for agreements`, global: 'Global',
    globalNote: 'For connected cities.',
    levelTitle: 'Level', lifetime: (sum) => `${sum} contributed in all; this never shrinks.`,
    standingTitle: 'Standing', standing: bands, isNew: 'You are new and start at medium.', standingNote: 'From the past year’s ratings, kept agreements and activity; only you see it.', points: (n) => `${n} / 1000`,
    awardsTitle: 'Each award', noAwards: 'None yet. Help once and it appears.', why: 'Why this number', awardWith: (name) => `with ${name}`,
    agreementsTitle: 'Agreements', noAgreements: 'None yet.', helpsTitle: 'Recorded help', noHelps: 'None yet.', helpLine: (helper, receiver, d) => `${helper} helped ${receiver}, ${d}`,
    convertTitle: 'Exchange for Global CV', convertNote: 'Three local for one Global, to use in other cities. Needs L3 and high standing; each quarter has a limit.', convertAmount: 'How much local CV', convertGets: (sum) => `You get about ${sum}`, convertSend: 'Exchange', converted: 'Done.', badAmount: 'Enter a number, for example 60.',
    receiptsTitle: 'Receipts', receiptsNote: 'For every step the community gives you a receipt, kept on this device. It cannot later say the step never was.', noReceipts: 'None on this device yet.', receipt: (seq) => `No. ${seq}`, receiptOk: 'checked', receiptUnchecked: 'kept, not checked yet', receiptBad: 'does not fit; tell a steward',
    deviceTitle: 'This device', deviceId: 'Device number', devicePlain: 'Your key is kept on this device without a PIN. Whoever can open the device can act in your name.', devicePin: 'Your key is kept on this device, locked with a PIN.', deviceLost: 'Clearing the browser’s data loses the key. If that happens, meet a steward.', insecure: 'This address is not encrypted (http). Fine on your own or the community’s network; elsewhere use the https address.',
    pinSet: 'Set a PIN', pinNew: 'New PIN (6 characters or more)', pinSave: 'Save', pinSaved: 'Locked. You will be asked once each time you open the page.', pinRemove: 'Remove the PIN', pinRemoved: 'The PIN is removed.',
    pinAsk: 'Enter your PIN', pinWhy: 'to open your key', pinOpen: 'Open', pinWrong: 'That is not the PIN; try again.',
    languageTitle: 'Language', textSize: 'Text size', textNormal: 'Normal', textLarge: 'Large', out: 'Sign out', outNote: 'The key stays on this device.', in: 'Sign in',
    waiting: 'Waiting for a steward to meet you', awaiting: (number) => `Your number: ${number}`, awardKinds: { agreement: 'Agreement', help: 'Recorded help', abroad: 'In another city' },
    nextNeeds,
  },

  steward: {
    title: 'For stewards', empty: 'Nothing is waiting.',
    attestTitle: 'New members to meet', attest: 'I met them; the number fits', attestNote: 'Compare the number on their phone.', joined: (d) => `joined ${d}`, attested: 'Confirmed.', evidence: 'How you know them (may stay empty)',
    dueTitle: 'To be paid to guests', due: (name, sum) => `${name} helped here and is due ${sum}`, pay: 'Pay', paid: 'Payment asked.',
    transfersTitle: 'Between cities', transfer: (from, sum, city) => `${from}: ${sum} → ${city}`, approvals: (got, needed) => `Stewards ${got} / ${needed}`, votes: (got, needed) => `Other cities ${got} / ${needed}`, approve: 'Agree', approved: 'Agreed.', pool: 'the community',
    chainTitle: 'Exchange between cities', keys: 'Enable exchange with other cities', keysNote: 'Once agreed, the other cities check it once and exchange can begin.', keysDo: 'Enable', chainVotes: (got, needed) => `Other cities ${got} / ${needed}`,
    issueTitle: 'Add to the community’s Global CV', issueNote: (left) => `It pays guests who come to help. ${left} can still be added this year.`, issueAmount: 'How much', issueDo: 'Add', issued: 'Agreed.',
    arrivalsTitle: 'Arrivals on hold', arrival: (sum, city, name) => `${sum} from ${city} for ${name}`, release: 'Release', sendBack: 'Send back', released: 'Released.', sentBack: 'Will be sent back.',
    citiesTitle: 'Connected cities', cityState: { alone: 'This community is on its own and lacks nothing. To exchange with another city, swap cards here.', founded: 'This community is connected with other cities.', joining: 'Joining a federation; waiting for the other cities.' },
    ourCard: 'Our card', ourCardNote: 'Give it to the other community’s steward.', theirCard: 'Paste their card', found: 'Found a federation', foundNote: 'We begin it, then invite the others.', join: 'Join theirs', admit: 'Invite this city', foundDone: 'The federation is founded.', joinDone: 'Asked to join; their steward has to agree.', admitDone: 'Invited. The cities connect when both are ready.',
    asking: (city) => `${city} would like to join`, admitAsking: 'Agree', admitted: (city) => `${city} is invited; waiting to connect`,
    trust: (nights) => `Trusted with about ${plural(nights, 'night', 'nights')}`, used: (used, limit) => `${used} of ${limit} used`, trustEdit: 'Adjust', trustLimit: 'In all they may send', trustTransfer: 'At most in one payment', trustSave: 'Save', trustSaved: 'Adjusted.', connected: 'connected', notConnected: 'not reachable now',
    membersTitle: 'Members', member: (level) => `L${level}`, isSteward: 'steward', notAttested: 'not yet met', poolIs: (sum) => `The community’s Global CV: ${sum}`, positionIs: (sum) => `Held here in all: ${sum}`, version: (n) => `List of cities, version ${n}`, alone: 'Invite two more stewards, so that several eyes watch.', paste: 'Paste the whole card.',
    agreementOf: 'The agreement',
  },

  audit: {
    title: 'Public record', lead: 'For anybody who wants to check. No sign-in, and no need to trust this page.',
    origin: 'Name of the log', hubId: 'Hub id', size: 'Entries', root: 'Root hash', charter: 'Charter hash', checkpoint: 'Latest checkpoint, with cosignatures',
    howTitle: 'How to check it yourself', how: ['Install Tongyi on your own computer.', 'Run the command below; or download the whole record first and give the file’s name instead of the address.', 'It replays every entry: signatures, chain, tree, formulas, balances, and prints a verdict; if something is wrong it names the first entry.'],
    download: 'Download the whole record', command: (address) => `npm run audit -- ${address}`, limit: 'This page’s code comes from the community’s computer. A real check runs on yours.', noCheckpoint: 'No checkpoint yet.',
  },
}
