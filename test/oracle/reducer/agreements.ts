/** *Agreements* of `ledger/rules/README.md`, *Ratings* and *Settling* of the README: from the making to one of five ends. */
import { credit, debit } from './accounts.ts'
import { award, exchangesOn, noteExchange, repeatedFactors, skillReckoning } from './awards.ts'
import { demand, type Hex, sha, utf8 } from './bytes.ts'
import { book, type Booked, countStay, demandHost, givenFor, noteInCalendar, releaseStay, settleStay, settleUse } from './bookings.ts'
import { isCare } from './care.ts'
import type { Charter } from './charter.ts'
import { charterOf, isDecided, isOwn } from './city.ts'
import { addContribution, addFromCommons, fullPrice, guestPrice, priceOf, rateOf } from './commons.ts'
import { count, demandHere, demandPassed, passed, room } from './hours.ts'
import { noteUnused, noteVoice } from './regards.ts'
import { globalIndex } from './federation.ts'
import { DAY } from './genesis.ts'
import type { Act, Agreement, Award, City, Rating, Rules, Settlings } from './state.ts'
import { addTime, after, setDeadline } from './time.ts'
import { baseOf, YEAR } from './value.ts'

const HOUR = 3_600n
/** `absent`: nobody, the provider, the receiver. */
const [NOBODY, PROVIDER] = [0n, 1n]

/** What was agreed on: of a use all of its time. */
export const minutesOf = ({ help, begins, ends }: Agreement): bigint => help?.minutes ?? (ends - begins) / 60n

const charterFor = (city: City, { charter }: Agreement) => city.charters[Number(charter)]!.says

/** The agreement an action is about, if the one who acts has a part in it and its phase allows it. */
function partIn(city: City, id: Hex, { acct }: Act, ...phases: string[]): { agreement: Agreement; isProvider: boolean } {
  const agreement = city.agreements.get(id)
  demand(agreement, 'unknown-agreement')
  demand(acct === agreement.provider || acct === agreement.receiver, 'not-a-party')
  demand(phases.includes(agreement.phase), 'wrong-phase')
  return { agreement, isProvider: acct === agreement.provider }
}

function reportAnswered(city: City, { agreement: id, minutes }: Answer, act: Act, ...phases: string[]): Agreement {
  const { agreement, isProvider } = partIn(city, id, act, ...phases)
  demand(agreement.report, 'wrong-phase')
  demand(agreement.report.byProvider !== isProvider, 'own-report')
  demand(agreement.report.minutes === minutes, 'other-minutes')
  return agreement
}

const reporterOf = ({ report, provider, receiver }: Agreement): Hex => (report!.byProvider ? provider : receiver)

/** One contribution to who gave, a kept outcome to both. */
export function countKept(city: City, giver: Hex | null, both: [Hex, Hex], ts: bigint, seq: bigint): void {
  const member = giver === null ? undefined : city.members.get(giver)
  if (member !== undefined) addContribution(city, member, ts, seq)
  for (const acct of both) addTime(city.members.get(acct)?.kept ?? [], ts)
}

/** Whether somebody's own time is counted in it. */
const isOwnTime = (city: City, { help, provider }: Agreement): boolean => help !== null && city.members.has(provider)

/** What of an agreement can have been by now. */
const possible = (city: City, agreement: Agreement, ts: bigint): bigint[] => {
  const { provider, begins } = agreement
  return [passed(begins, ts), ...(isOwnTime(city, agreement) ? [room(city, provider, begins, ts)] : [])]
}

function demandAwardable(city: City, agreement: Agreement, minutes: bigint, ts: bigint): void {
  if (minutes === 0n) return
  demandPassed(minutes, ...possible(city, agreement, ts))
  demandGiver(city, agreement.provider)
}

/** Nothing is awarded to who was shut out. */
export const demandGiver = (city: City, acct: Hex): void => demand(city.members.get(acct)?.status !== 'banned', 'banned')

function confirm(city: City, agreement: Agreement, ts: bigint, seq: bigint, silently: boolean): void {
  const { windows, rating } = charterFor(city, agreement)
  agreement.silently = silently
  if (agreement.report!.minutes === 0n) return miss(city, agreement, ts, seq)
  agreement.confirmedTs = ts
  if (isOwnTime(city, agreement)) count(city, agreement.provider, agreement.begins, agreement.report!.minutes, ts)
  agreement.phase = 'confirmed'
  noteInCalendar(city, agreement, ts)
  countKept(city, agreement.stay === null ? agreement.provider : null, [agreement.provider, agreement.receiver], ts, seq)
  setDeadline(city, after(ts, windows.ratingDays), 'ratings.open', agreement.id)
  if (!rating.movesAward) settle(city, agreement, ts, seq)
}

function miss(city: City, agreement: Agreement, ts: bigint, seq: bigint): void {
  end(city, agreement, 'missed', ts)
  const { absent } = agreement.report!
  if (absent === NOBODY) return
  const acct = absent === PROVIDER ? agreement.provider : agreement.receiver
  const member = city.members.get(acct)
  exchangesOn(city, ts).absences.push({ matter: agreement.id, seq, member: acct })
  if (member === undefined) return
  addTime(member.broken, ts)
  const absences = city.absences.get(acct) ?? { member: acct, times: [] }
  addTime(absences.times, ts)
  city.absences.set(acct, absences)
}

function settle(city: City, agreement: Agreement, ts: bigint, seq: bigint): void {
  const charter = charterFor(city, agreement)
  const { minutes } = agreement.report!
  const { provider, receiver, use, id, begins, ends, providerCame, receiverCame } = agreement
  const agreed = minutesOf(agreement)
  const given = use === null ? (agreement.price * minutes) / agreed : givenFor(charter, agreed, minutes, use.resource, agreement.price)
  const payer = city.members.get(receiver)
  if (payer !== undefined) {
    payer.held -= agreement.hold
    credit(city, payer, 'domain', agreement.hold - given, ts)
  }
  agreement.hold = 0n
  agreement.phase = 'settled'
  agreement.award = use === null ? settleHelp(city, charter, agreement, minutes, given, ts, seq) : settleUse(city, charter, agreement, minutes, given, ts, seq)
  // What comes from another city for it is neither earned nor exchanged here.
  if (agreement.stay !== null) return countStay(city, agreement, ts, seq)
  const { milli } = agreement.award
  const came = providerCame || receiverCame
  const form = use !== null ? 'thing' : isCare(city, provider, receiver, begins) ? 'care' : 'full'
  noteExchange(city, { matter: id, seq, giver: provider, receiver, milli, minutes, form, came, begins, ends }, ts)
  if (city.guests.has(provider)) {
    const { numerator, denominator } = rateOf(city)
    agreement.guestDue = { amount: baseOf((milli * numerator) / denominator, globalIndex(city, ts)), xid: null }
  }
}

function settleHelp(city: City, charter: Charter, agreement: Agreement, minutes: bigint, given: bigint, ts: bigint, seq: bigint): Award {
  const { provider, receiver } = agreement
  const { category } = agreement.help!
  const plain = skillReckoning(charter, category, minutes, agreement.receiverRating?.grade ?? null, 1n)
  const isVisit = isCare(city, provider, receiver, agreement.begins)
  const repeated = isVisit ? [] : repeatedFactors(city, charter, provider, receiver, category, minutes, ts)
  const reckoning = { ...plain, factors: [...plain.factors, ...repeated] }
  if (agreement.stay !== null) return settleStay(city, agreement, reckoning, given, ts, seq)
  city.books.redemption += given
  agreement.toppedUp = addFromCommons(city, fullPrice(city, charter, minutes, ts) - given)
  return award(city, charter, reckoning, provider, ts, seq)
}

/** An end without anything given. */
function end(city: City, agreement: Agreement, phase: 'cancelled' | 'lapsed' | 'missed' | 'undecided', ts: bigint): void {
  const receiver = city.members.get(agreement.receiver)
  if (receiver !== undefined) {
    receiver.held -= agreement.hold
    credit(city, receiver, 'domain', agreement.hold, ts)
  }
  agreement.hold = 0n
  agreement.phase = phase
  if (agreement.stay !== null) releaseStay(city, agreement, 0n, ts)
  if (phase === 'lapsed' || phase === 'undecided') for (const acct of [agreement.provider, agreement.receiver]) noteUnused(city, acct, ts)
  noteInCalendar(city, agreement, ts)
}

const isUnopened = (rating: Rating | null): boolean => rating !== null && rating.grade === null
const hasUnopened = ({ providerRating, receiverRating }: Agreement): boolean => isUnopened(providerRating) || isUnopened(receiverRating)
const ratingsClose = (city: City, agreement: Agreement): bigint => after(agreement.confirmedTs!, charterFor(city, agreement).windows.ratingDays)

/** An agreement closes when nothing can change it any more. */
export function closeIfOver(city: City, agreement: Agreement, ts: bigint): void {
  const { phase, guestDue, providerRating, receiverRating } = agreement
  const isSettledForGood = phase === 'settled' && guestDue === null && !hasUnopened(agreement) && (agreement.stay === null || agreement.stay.counted || agreement.stay.due === 0n) &&
    ((providerRating !== null && receiverRating !== null) || ts >= ratingsClose(city, agreement))
  const isOver = ['cancelled', 'lapsed', 'missed', 'undecided'].includes(phase) || isSettledForGood
  if (isOver && !city.closed.includes(agreement)) city.closed.push(agreement)
}

type Made = Pick<Agreement, 'listing' | 'receiver' | 'begins' | 'ends' | 'terms' | 'charter'> & { helper: Hex; category: bigint; minutes: bigint }
type Opened = Omit<Agreement, keyof typeof FRESH>
const FRESH = {
  phase: 'agreed', providerCame: false, receiverCame: false, returned: null, report: null, dispute: null, confirmedTs: null, silently: false,
  providerRating: null, receiverRating: null, toppedUp: 0n, award: null, guestDue: null,
}

function open(city: City, opened: Opened): void {
  city.agreements.set(opened.id, { ...opened, ...FRESH })
  setDeadline(city, after(opened.ends, charterOf(city).windows.holdDays), 'agreement.lapse', opened.id)
}

type Answer = { agreement: Hex; minutes: bigint }

export const agreementRules: Rules = {
  'agreement.made'(city, made: Made, { id, acct, ts }) {
    const { helper: provider, category, minutes, ...terms } = made
    const { receiver, begins, ends } = terms
    const payer = city.members.get(receiver)
    demand(provider !== receiver, 'same-person')
    demand(made.charter === BigInt(city.charters.length) - 1n, 'other-charter')
    demand(ends > begins && begins >= ts - 30n * DAY, 'bad-interval')
    demand(ends <= ts + YEAR * DAY, 'ends-too-late')
    demandHere(city, [provider, receiver], begins / DAY)
    demand(minutes >= 1n && minutes <= (ends - begins) / 60n, 'minutes-out-of-range')
    const charter = charterOf(city)
    const help = { category, minutes }
    const opened = { ...terms, provider, id, byProvider: acct === provider, made: ts, help, use: null }
    if (payer === undefined) {
      demandHost(city, provider, receiver)
      const due = guestPrice(city, charter, minutes, ts)
      return open(city, { ...opened, price: due, hold: 0n, stay: { due, paid: 0n, counted: false, waiting: [] } })
    }
    const price = priceOf(city, charter, minutes, payer, ts)
    debit(city, payer, 'domain', price, ts)
    payer.held += price
    open(city, { ...opened, price, hold: price, stay: null })
  },

  'booking.made'(city, { resource, demandPerMille, ...booked }: Booked, { id, acct, ts }) {
    const kept = book(city, { ...booked, resource, demandPerMille }, ts)
    open(city, { ...booked, ...kept, id, byProvider: acct === booked.provider, made: ts })
    noteInCalendar(city, city.agreements.get(id)!, ts)
  },

  'return.recorded'(city, fields: { agreement: Hex }, act) {
    const { agreement } = partIn(city, fields.agreement, act, 'agreed', 'reported', 'disputed')
    demand(agreement.use, 'not-a-booking')
    demand(act.ts >= agreement.begins - HOUR, 'not-begun')
    demand(agreement.returned === null, 'already-returned')
    agreement.returned = act.ts
    noteInCalendar(city, agreement, act.ts)
    const [booked, kept] = [minutesOf(agreement), (act.ts - agreement.begins) / 60n]
    if (kept > 2n * booked && kept - booked > 1_440n) {
      exchangesOn(city, act.ts).overstays.push({ matter: agreement.id, seq: act.seq, member: agreement.receiver, booked, kept })
    }
  },

  'agreement.cancelled'(city, fields: { agreement: Hex }, act) {
    const { agreement } = partIn(city, fields.agreement, act, 'agreed')
    const free = agreement.begins - charterFor(city, agreement).windows.freeCancelHours * HOUR
    if (act.ts > free && agreement.made < free) addTime(city.members.get(act.acct)?.broken ?? [], act.ts)
    else noteUnused(city, act.acct, act.ts)
    end(city, agreement, 'cancelled', act.ts)
    closeIfOver(city, agreement, act.ts)
  },

  'checkin.made'(city, fields: { agreement: Hex }, act) {
    const { agreement, isProvider } = partIn(city, fields.agreement, act, 'agreed', 'reported')
    const came = isProvider ? 'providerCame' : 'receiverCame'
    demand(act.ts >= agreement.begins - HOUR, 'not-begun')
    demand(!agreement[came], 'already-checked-in')
    agreement[came] = true
    noteInCalendar(city, agreement, act.ts)
  },

  'completion.reported'(city, fields: Answer, act) {
    const { agreement, isProvider } = partIn(city, fields.agreement, act, 'agreed')
    demand(act.ts >= agreement.begins - HOUR, 'not-begun')
    demand(fields.minutes >= 1n && fields.minutes <= minutesOf(agreement), 'minutes-out-of-range')
    demandPassed(fields.minutes, ...possible(city, agreement, act.ts))
    report(city, agreement, { byProvider: isProvider, minutes: fields.minutes, ts: act.ts, absent: NOBODY })
  },

  'absence.reported'(city, { absent, ...fields }: { agreement: Hex; absent: bigint }, act) {
    const { agreement, isProvider } = partIn(city, fields.agreement, act, 'agreed')
    demand(act.ts >= agreement.begins, 'not-begun')
    const came = absent !== NOBODY && (absent === PROVIDER ? agreement.providerCame : agreement.receiverCame)
    demand(!came, 'already-checked-in')
    report(city, agreement, { byProvider: isProvider, minutes: 0n, ts: act.ts, absent })
  },

  'completion.confirmed'(city, fields: Answer, act) {
    const agreement = reportAnswered(city, fields, act, 'reported', 'disputed')
    demandAwardable(city, agreement, fields.minutes, act.ts)
    noteVoice(city, reporterOf(agreement), act.acct, true, act.ts)
    confirm(city, agreement, act.ts, act.seq, false)
    closeIfOver(city, agreement, act.ts)
  },

  'completion.declined'(city, fields: Answer, act) {
    const agreement = reportAnswered(city, fields, act, 'reported')
    noteVoice(city, reporterOf(agreement), act.acct, false, act.ts)
    const { holdDays } = charterFor(city, agreement).windows
    agreement.report = null
    agreement.phase = 'agreed'
    noteInCalendar(city, agreement, act.ts)
    if (act.ts >= after(agreement.ends, holdDays)) setDeadline(city, after(act.ts, holdDays), 'agreement.lapse', agreement.id)
  },

  'dispute.opened'(city, { reason, ...fields }: { agreement: Hex; reason: Hex }, act) {
    const { agreement, isProvider } = partIn(city, fields.agreement, act, 'agreed', 'reported')
    demand(act.ts >= agreement.begins - HOUR, 'not-begun')
    agreement.dispute = { byProvider: isProvider, ts: act.ts, reason, voices: [] }
    agreement.phase = 'disputed'
    noteInCalendar(city, agreement, act.ts)
    setDeadline(city, after(act.ts, charterFor(city, agreement).windows.disputeDays), 'agreement.undecided', agreement.id)
  },

  'dispute.decided'(city, fields: { agreement: Hex; minutes: bigint; absent: bigint }, { acct, ts, seq }) {
    const { minutes, absent } = fields
    const agreement = city.agreements.get(fields.agreement)
    demand(agreement, 'unknown-agreement')
    demand(agreement.phase === 'disputed', 'wrong-phase')
    const parties = [agreement.provider, agreement.receiver]
    demand(!parties.some((party) => isOwn(city, party, acct)), 'own-matter')
    demand(minutes <= (absent === NOBODY ? minutesOf(agreement) : 0n), 'minutes-out-of-range')
    const { voices, byProvider } = agreement.dispute!
    const alike = () => voices.filter((voice) => voice.minutes === minutes && voice.absent === absent).map(({ by }) => by)
    const hasSpoken = voices.some(({ by }) => by === acct)
    demand(!hasSpoken || (alike().includes(acct) && isDecided(city, parties, alike())), 'already-approved')
    demandAwardable(city, agreement, minutes, ts)
    if (!hasSpoken) voices.push({ by: acct, minutes, absent })
    if (!isDecided(city, parties, alike())) return
    agreement.report = { byProvider: agreement.report?.byProvider ?? byProvider, minutes, ts, absent }
    confirm(city, agreement, ts, seq, false)
    closeIfOver(city, agreement, ts)
  },

  'rating.committed'(city, fields: { agreement: Hex; commitment: Hex }, act) {
    const { agreement, isProvider } = partIn(city, fields.agreement, act, 'confirmed', 'settled')
    const mine = isProvider ? 'providerRating' : 'receiverRating'
    demand(agreement[mine] === null, 'already-rated')
    demand(act.ts < ratingsClose(city, agreement), 'rating-closed')
    agreement[mine] = { commitment: fields.commitment, ts: act.ts, grade: null }
  },

  'rating.opened'(city, fields: { agreement: Hex; rater: Hex; grade: bigint; salt: Hex }, { ts, seq }) {
    const agreement = city.agreements.get(fields.agreement)
    demand(agreement, 'unknown-agreement')
    const { provider, receiver, providerRating, receiverRating } = agreement
    const { rater, grade, salt } = fields
    const rating = rater === provider ? providerRating : rater === receiver ? receiverRating : null
    demand(rating, 'no-commitment')
    demand(rating.grade === null, 'already-rated')
    demand(sha(`${utf8('cv/commit\0')}${salt}${utf8(String(grade))}`) === rating.commitment, 'other-commitment')
    demand((providerRating !== null && receiverRating !== null) || ts >= ratingsClose(city, agreement), 'too-early')
    rating.grade = grade
    const rated = rater === provider ? receiver : provider
    const member = city.members.get(rated)
    if (member !== undefined) addTime([member.poor, member.fair, member.good][Number(grade)]!, ts)
    exchangesOn(city, ts).ratings.push({ matter: agreement.id, seq, rater, rated, grade, given: rating.ts, opened: ts })
    if (agreement.phase === 'confirmed' && !hasUnopened(agreement)) settle(city, agreement, ts, seq)
    closeIfOver(city, agreement, ts)
  },
}

function report(city: City, agreement: Agreement, made: NonNullable<Agreement['report']>): void {
  agreement.report = made
  agreement.phase = 'reported'
  noteInCalendar(city, agreement, made.ts)
  setDeadline(city, after(made.ts, charterFor(city, agreement).windows.confirmDays), 'report.silent', agreement.id)
}

export const agreementSettlings: Settlings = {
  'report.silent'(city, id, at, seq) {
    const agreement = city.agreements.get(id)!
    const { report, phase } = agreement
    const isItsOwn = report !== null && after(report.ts, charterFor(city, agreement).windows.confirmDays) === at
    if (phase === 'reported' && isItsOwn) {
      const isShutOut = city.members.get(agreement.provider)?.status === 'banned'
      const canHaveBeen = report.minutes === 0n || (!isShutOut && possible(city, agreement, at).every((bound) => report.minutes <= bound))
      if (canHaveBeen) confirm(city, agreement, at, seq, true)
      else end(city, agreement, 'undecided', at)
    }
    closeIfOver(city, agreement, at)
  },

  'ratings.open'(city, id, at, seq) {
    const agreement = city.agreements.get(id)!
    if (agreement.phase === 'confirmed' && hasUnopened(agreement)) setDeadline(city, at + DAY, 'award.final', id)
    else if (agreement.phase === 'confirmed') settle(city, agreement, at, seq)
    closeIfOver(city, agreement, at)
  },

  'award.final'(city, id, at, seq) {
    const agreement = city.agreements.get(id)!
    if (agreement.phase === 'confirmed') settle(city, agreement, at, seq)
    closeIfOver(city, agreement, at)
  },

  'agreement.lapse'(city, id, at) {
    const agreement = city.agreements.get(id)!
    if (agreement.phase === 'agreed') end(city, agreement, 'lapsed', at)
    closeIfOver(city, agreement, at)
  },

  'agreement.undecided'(city, id, at) {
    const agreement = city.agreements.get(id)!
    if (agreement.phase === 'disputed') end(city, agreement, 'undecided', at)
    closeIfOver(city, agreement, at)
  },
}
