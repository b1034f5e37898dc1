/** *Agreement*, *Ratings*, *Settling* of the README. */
import { demand, type Hex, sha, utf8 } from './bytes.ts'
import { credit, debit } from './accounts.ts'
import { addFromCommons, award, countContribution, fullPrice, GOOD, priceOf, rateOf } from './awards.ts'
import { globalIndex } from './federation.ts'
import { DAY } from './genesis.ts'
import type { Act, Agreement, City, Rating, Rules, Settlings } from './state.ts'
import { addTime, after, setDeadline } from './time.ts'
import { baseOf, YEAR } from './value.ts'

const HOUR = 3_600n

const charterFor = (city: City, { charter }: Agreement) => city.charters[Number(charter)]!.says

/** The agreement an action is about, if the one who acts has a part in it and its phase allows it. */
function partIn(city: City, id: Hex, { acct }: Act, ...phases: string[]): { agreement: Agreement; isHelper: boolean } {
  const agreement = city.agreements.get(id)
  demand(agreement, 'unknown-agreement')
  demand(acct === agreement.helper || acct === agreement.receiver, 'not-a-party')
  demand(phases.includes(agreement.phase), 'wrong-phase')
  return { agreement, isHelper: acct === agreement.helper }
}

function reportAnswered(city: City, id: Hex, minutes: bigint, act: Act): Agreement {
  const { agreement, isHelper } = partIn(city, id, act, 'reported')
  demand(agreement.report!.byHelper !== isHelper, 'own-report')
  demand(agreement.report!.minutes === minutes, 'other-minutes')
  return agreement
}

function confirm(city: City, agreement: Agreement, ts: bigint, seq: bigint, silently: boolean): void {
  const { windows, rating } = charterFor(city, agreement)
  agreement.phase = 'confirmed'
  agreement.confirmedTs = ts
  agreement.silently = silently
  countContribution(city, agreement, ts)
  setDeadline(city, after(ts, windows.ratingDays), 'ratings.open', agreement.id)
  if (!rating.movesAward) settle(city, agreement, ts, seq)
}

function settle(city: City, agreement: Agreement, ts: bigint, seq: bigint): void {
  const charter = charterFor(city, agreement)
  const { minutes } = agreement.report!
  const receiver = city.members.get(agreement.receiver)!
  const given = (agreement.hold * minutes) / agreement.minutes
  receiver.held -= agreement.hold
  credit(city, receiver, 'domain', agreement.hold - given, ts)
  city.books.redemption += given
  addFromCommons(city, fullPrice(city, charter, minutes, ts) - given)
  agreement.hold = 0n
  agreement.phase = 'settled'
  agreement.award = award(city, charter, agreement, minutes, agreement.receiverRating?.grade ?? GOOD, ts, seq)
  if (city.guests.has(agreement.helper)) {
    const { numerator, denominator } = rateOf(city)
    const amount = baseOf((agreement.award.milli * numerator) / denominator, globalIndex(city, ts))
    agreement.guestDue = { amount, xid: null }
  }
}

function end(city: City, agreement: Agreement, phase: 'cancelled' | 'lapsed', ts: bigint): void {
  const receiver = city.members.get(agreement.receiver)!
  receiver.held -= agreement.hold
  credit(city, receiver, 'domain', agreement.hold, ts)
  agreement.hold = 0n
  agreement.phase = phase
}

const isUnopened = (rating: Rating | null): boolean => rating !== null && rating.grade === null
const hasUnopened = ({ helperRating, receiverRating }: Agreement): boolean => isUnopened(helperRating) || isUnopened(receiverRating)
const ratingsClose = (city: City, agreement: Agreement): bigint => after(agreement.confirmedTs!, charterFor(city, agreement).windows.ratingDays)

/** An agreement closes when nothing can change it any more. */
function closeIfOver(city: City, agreement: Agreement, ts: bigint): void {
  const { phase, helper, helperRating, receiverRating } = agreement
  const isSettledForGood = phase === 'settled' && city.members.has(helper) && !hasUnopened(agreement) &&
    ((helperRating !== null && receiverRating !== null) || ts >= ratingsClose(city, agreement))
  const isOver = phase === 'cancelled' || phase === 'lapsed' || isSettledForGood
  if (isOver && !city.closed.includes(agreement)) city.closed.push(agreement)
}

type Made = Pick<Agreement, 'listing' | 'helper' | 'receiver' | 'category' | 'minutes' | 'begins' | 'ends' | 'terms' | 'charter'>
type Answer = { agreement: Hex; minutes: bigint }

export const agreementRules: Rules = {
  'agreement.made'(city, made: Made, { id, acct, ts }) {
    const { helper, receiver, minutes, begins, ends } = made
    const payer = city.members.get(receiver)
    demand(helper !== receiver, 'same-person')
    demand(payer, 'guest-cannot-receive')
    demand(made.charter === BigInt(city.charters.length) - 1n, 'other-charter')
    demand(ends > begins && begins >= ts - 30n * DAY, 'bad-interval')
    demand(ends <= ts + YEAR * DAY, 'ends-too-late')
    demand(minutes >= 1n && minutes <= (ends - begins) / 60n, 'minutes-out-of-range')
    const charter = city.charters.at(-1)!.says
    const hold = priceOf(city, charter, minutes, payer, ts)
    debit(city, payer, 'domain', hold, ts)
    payer.held += hold
    city.agreements.set(id, {
      ...made, id, byHelper: acct === helper, made: ts, phase: 'agreed', helperCame: false, receiverCame: false, report: null,
      confirmedTs: null, silently: false, helperRating: null, receiverRating: null, hold, award: null, guestDue: null,
    })
    setDeadline(city, after(ends, charter.windows.holdDays), 'agreement.lapse', id)
  },

  'agreement.cancelled'(city, fields: { agreement: Hex }, act) {
    const { agreement } = partIn(city, fields.agreement, act, 'agreed')
    const free = agreement.begins - charterFor(city, agreement).windows.freeCancelHours * HOUR
    if (act.ts > free && agreement.made < free) addTime(city.members.get(act.acct)?.broken ?? [], act.ts)
    end(city, agreement, 'cancelled', act.ts)
    closeIfOver(city, agreement, act.ts)
  },

  'checkin.made'(city, fields: { agreement: Hex }, act) {
    const { agreement, isHelper } = partIn(city, fields.agreement, act, 'agreed', 'reported')
    const came = isHelper ? 'helperCame' : 'receiverCame'
    demand(act.ts >= agreement.begins - HOUR, 'not-begun')
    demand(!agreement[came], 'already-checked-in')
    agreement[came] = true
  },

  'completion.reported'(city, fields: Answer, act) {
    const { agreement, isHelper } = partIn(city, fields.agreement, act, 'agreed')
    demand(act.ts >= agreement.begins - HOUR, 'not-begun')
    demand(fields.minutes >= 1n && fields.minutes <= agreement.minutes, 'minutes-out-of-range')
    agreement.report = { byHelper: isHelper, minutes: fields.minutes, ts: act.ts }
    agreement.phase = 'reported'
    setDeadline(city, after(act.ts, charterFor(city, agreement).windows.confirmDays), 'report.silent', agreement.id)
  },

  'completion.confirmed'(city, fields: Answer, act) {
    confirm(city, reportAnswered(city, fields.agreement, fields.minutes, act), act.ts, act.seq, false)
  },

  'completion.declined'(city, fields: Answer, act) {
    const agreement = reportAnswered(city, fields.agreement, fields.minutes, act)
    const { holdDays } = charterFor(city, agreement).windows
    agreement.report = null
    agreement.phase = 'agreed'
    if (act.ts >= after(agreement.ends, holdDays)) setDeadline(city, after(act.ts, holdDays), 'agreement.lapse', agreement.id)
  },

  'rating.committed'(city, fields: { agreement: Hex; commitment: Hex }, act) {
    const { agreement, isHelper } = partIn(city, fields.agreement, act, 'confirmed', 'settled')
    const mine = isHelper ? 'helperRating' : 'receiverRating'
    demand(agreement[mine] === null, 'already-rated')
    demand(act.ts < ratingsClose(city, agreement), 'rating-closed')
    agreement[mine] = { commitment: fields.commitment, grade: null }
  },

  'rating.opened'(city, fields: { agreement: Hex; rater: Hex; grade: bigint; salt: Hex }, { ts, seq }) {
    const agreement = city.agreements.get(fields.agreement)
    demand(agreement, 'unknown-agreement')
    const { helper, receiver, helperRating, receiverRating } = agreement
    const rating = fields.rater === helper ? helperRating : fields.rater === receiver ? receiverRating : null
    demand(rating, 'no-commitment')
    demand(rating.grade === null, 'already-rated')
    demand(sha(`${utf8('cv/commit\0')}${fields.salt}${utf8(String(fields.grade))}`) === rating.commitment, 'other-commitment')
    demand((helperRating !== null && receiverRating !== null) || ts >= ratingsClose(city, agreement), 'too-early')
    rating.grade = fields.grade
    const rated = city.members.get(fields.rater === helper ? receiver : helper)
    if (rated !== undefined) addTime([rated.poor, rated.fair, rated.good][Number(fields.grade)]!, ts)
    if (agreement.phase === 'confirmed' && !hasUnopened(agreement)) settle(city, agreement, ts, seq)
    closeIfOver(city, agreement, ts)
  },
}

export const agreementSettlings: Settlings = {
  'report.silent'(city, id, at, seq) {
    const agreement = city.agreements.get(id)!
    const { report, phase } = agreement
    const isItsOwn = report !== null && after(report.ts, charterFor(city, agreement).windows.confirmDays) === at
    if (phase === 'reported' && isItsOwn) confirm(city, agreement, at, seq, true)
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
}
