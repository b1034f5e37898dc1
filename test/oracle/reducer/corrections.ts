/** *Corrections* of `ledger/rules/README.md`: how much of it there really was, and what follows from that. */
import { credit, debit, leftOf } from './accounts.ts'
import { minutesOf } from './agreements.ts'
import { exchangesOn, milliOf } from './awards.ts'
import { givenFor, unitsIn } from './bookings.ts'
import { demand, type Hex } from './bytes.ts'
import { demandPresent, isDecided, isSteward } from './city.ts'
import { count, countOn, demandPassed, passed, room, roomOn } from './hours.ts'
import type { Agreement, Award, City, Correction, Member, Project, Rules } from './state.ts'
import { addTime, after, domainIndexOn } from './time.ts'
import { baseOf, least, sum } from './value.ts'

/** Of the factors of an award. */
const SHARE = 6n

/** What somebody was awarded, whatever for. */
type Matter = {
  id: Hex; member: Hex; others: Hex[]; parties: Hex[]; counted: bigint; most: bigint; award: Award; given: bigint; toppedUp: bigint
  receiver: Hex | null; use: Agreement['use']; charter: bigint; price: bigint; agreed: bigint; keptBy: Hex[]; keptTs: bigint
  when: { day: bigint } | { begins: bigint; reported: bigint } | null; isPaid: boolean
}

const ofNobody = { given: 0n, toppedUp: 0n, receiver: null, use: null, charter: 0n, price: 0n, agreed: 1n, isPaid: true }

function matterOf(city: City, id: Hex, member: Hex): Matter {
  const { helps, agreements, sessions, projects, works } = city
  const of = helps.get(id) ?? agreements.get(id) ?? sessions.get(id) ?? projects.get(id) ?? works.get(id)
  demand(of, 'unknown-agreement')
  demand(['confirmed', 'settled', 'awarded'].includes(of.phase) && (!('award' in of) || of.award !== null), 'wrong-phase')
  if (projects.has(id)) return shareOf(city, projects.get(id)!, member)
  if (works.has(id)) {
    const { author, award, valued, publishedTs } = works.get(id)!
    demand(member === author, 'not-an-award')
    return {
      ...ofNobody, id, member, others: [], parties: [author], counted: award!.quantity, most: BigInt(valued.length), award: award!, keptBy: [author],
      keptTs: after(publishedTs, 30n), when: null,
    }
  }
  if (sessions.has(id)) {
    const { organiser, people, minutes, begins, ends, closedTs, award } = sessions.get(id)!
    demand(member === organiser, 'not-an-award')
    const came = people.filter((one) => one.came).map((one) => one.member)
    return {
      ...ofNobody, id, member, others: came, parties: [organiser, ...people.map((one) => one.member)], counted: minutes!, most: (ends - begins) / 60n,
      award: award!, keptBy: [organiser, ...came], keptTs: closedTs!, when: { begins, reported: closedTs! },
    }
  }
  if (helps.has(id)) {
    const { helper, receiver, minutes, day, confirmedTs, award, given, toppedUp } = helps.get(id)!
    demand(member === helper, 'not-an-award')
    return {
      ...ofNobody, id, member, others: [receiver], parties: [helper, receiver], counted: minutes, most: 1_440n, award: award!, given, toppedUp, receiver,
      price: given, agreed: minutes, keptBy: [helper, receiver], keptTs: confirmedTs!, when: { day },
    }
  }
  return agreedOn(city, agreements.get(id)!, member)
}

function agreedOn(city: City, agreement: Agreement, member: Hex): Matter {
  const { id, provider, receiver, report, confirmedTs, award, toppedUp, use, charter, price, begins, stay } = agreement
  demand(stay?.counted !== false, 'wrong-phase')
  demand(member === provider, 'not-an-award')
  demand(city.members.has(provider), 'not-for-guests')
  const matter = {
    ...ofNobody, id, member, others: [receiver], parties: [provider, receiver], counted: report!.minutes, most: minutesOf(agreement), award: award!, use, charter,
    agreed: minutesOf(agreement), keptBy: [provider, receiver], keptTs: confirmedTs!, when: { begins, reported: report!.ts },
  }
  if (stay !== null) return { ...matter, isPaid: false }
  return { ...matter, price, given: givenIn(city, { ...matter, price }, report!.minutes), toppedUp, receiver }
}

const shareIn = ({ factors }: Award): bigint => factors.find(({ factor: what }) => what === SHARE)!.perMille

function shareOf(city: City, project: Project, member: Hex): Matter {
  const { id, organiser, requester, core, chosen, awards, awardedTs, charter } = project
  const award = awards.find((one) => one.member === member)?.award
  demand(award, 'not-an-award')
  const { coreMaxPerMille, participantMaxPerMille } = city.charters[Number(charter)]!.says.project
  const others = awards.filter((one) => one.member !== member).map((one) => shareIn(city.corrections.get(`${id} ${one.member}`)?.award ?? one.award))
  const most = [organiser, ...core].includes(member) ? coreMaxPerMille : participantMaxPerMille
  return {
    ...ofNobody, id, member, others: [organiser, requester].filter((one) => one !== member), parties: [organiser, requester, ...chosen],
    counted: shareIn(award), most: least(most, 1_000n - sum(others)), award, keptBy: [member], keptTs: awardedTs!, when: null,
  }
}

/** What of the price is given for so many minutes. */
const givenIn = (city: City, { use, agreed, price, charter }: Pick<Matter, 'use' | 'agreed' | 'price' | 'charter'>, minutes: bigint): bigint =>
  use === null ? (price * minutes) / agreed : givenFor(city.charters[Number(charter)]!.says, agreed, minutes, use.resource, price)

/** The same award for another number: of a use in units, of a project another share. */
function awardFor(city: City, { award: made, use, charter }: Matter, counted: bigint): Award {
  const row = use && city.charters[Number(charter)]!.says.resource.bases.find(({ resource }) => resource === use.resource)
  const isShare = made.formula === 3n
  const units = isShare ? made : row ? unitsIn(counted, row) : { quantity: counted, per: made.per }
  const factors = isShare ? made.factors.map((one) => (one.factor === SHARE ? { ...one, perMille: counted } : one)) : made.factors
  const { milli: _, day, seq, ...reckoning } = { ...made, quantity: units.quantity, per: units.per, factors }
  return { ...reckoning, milli: milliOf(reckoning), day, seq }
}

/** What stands of somebody's award: as it was corrected last, or as it was made; refuses where there is none. */
export function standingIn(city: City, id: Hex, member: Hex): Correction {
  const matter = matterOf(city, id, member)
  const { counted, award, given, toppedUp, isPaid } = matter
  return city.corrections.get(`${id} ${member}`) ?? {
    id, member, counted, award, base: isPaid ? baseOf(award.milli, domainIndexOn(city, award.day)) : 0n, given, toppedUp, seq: award.seq,
  }
}

export const correctionRules: Rules = {
  'correction.signed'(city, fields: { corrects: Hex; member: Hex; counted: bigint }, { acct, ts, seq }) {
    const { corrects, member, counted } = fields
    const matter = matterOf(city, corrects, member)
    const { others, parties, most, when, receiver } = matter
    const [giver, taker] = [city.members.get(member)!, receiver === null ? undefined : city.members.get(receiver)!]
    demand(acct === member || others.includes(acct) || isSteward(city, acct), 'not-a-party')
    for (const one of taker ? [giver, taker] : [giver]) demandPresent(one)
    const isJudged = [...city.cases.values()].some(({ accused, matters, phase }) =>
      accused === member && matters.includes(corrects) && ['found', 'appealed', 'judging', 'sanctioned'].includes(phase))
    demand(!isJudged, 'matter-in-case')
    demand(counted <= most, when === null ? 'count-out-of-range' : 'minutes-out-of-range')
    const stands = standingIn(city, corrects, member)
    demand(counted !== stands.counted, 'nothing-to-correct')
    const key = `${corrects} ${member}`
    const voices = city.correcting.get(key)?.voices ?? []
    const enough = (by: Hex[]): boolean =>
      (by.includes(member) && 2 * by.filter((one) => others.includes(one)).length > others.length) || isDecided(city, parties, by)
    const alikeIn = (all: typeof voices): Hex[] => all.filter((voice) => voice.counted === counted).map(({ by }) => by)
    demand(!alikeIn(voices).includes(acct) || enough(alikeIn(voices)), 'already-approved')
    const said = [...voices.filter(({ by }) => by !== acct), { by: acct, counted }]
    const isEnough = enough(alikeIn(said))
    if (when !== null) demandPassed(counted, ...possible(city, matter, when, stands.counted, ts))
    const given = givenIn(city, matter, counted)
    demand(taker === undefined || given - stands.given <= leftOf(city, taker, 'domain', ts), 'insufficient-cv')
    if (isEnough) correct(city, matter, stands, counted, given, ts, seq)
    else city.correcting.set(key, { matter: corrects, member, voices: said })
  },
}

/** What it can have been, when it stands at so many minutes. */
function possible(city: City, { member, use }: Matter, when: NonNullable<Matter['when']>, stands: bigint, ts: bigint): bigint[] {
  if ('day' in when) return [stands + roomOn(city, member, when.day, ts)]
  const { begins, reported } = when
  return [passed(begins, reported), ...(use === null ? [stands + room(city, member, begins, ts)] : [])]
}

function correct(city: City, matter: Matter, stands: Correction, counted: bigint, given: bigint, ts: bigint, seq: bigint): void {
  const giver = city.members.get(matter.member)!
  const award = { ...awardFor(city, matter, counted), seq }
  const index = domainIndexOn(city, award.day)
  const [w, before] = [baseOf(award.milli, index), baseOf(stands.award.milli, index)]
  const toppedUp = matter.receiver === null ? 0n : takeBack(city, matter, stands, counted, given, w, before, ts)
  const issued = matter.isPaid ? w - stands.base : 0n
  const moved = issued >= 0n ? issued : -least(-issued, leftOf(city, giver, 'domain', ts))
  city.books.issuance -= moved
  if (moved >= 0n) credit(city, giver, 'domain', moved, ts)
  else debit(city, giver, 'domain', -moved, ts)
  giver.lifetimeMilli += award.milli - stands.award.milli
  const { id, member, when, keptBy, keptTs } = matter
  if (when !== null && 'day' in when) countOn(city, member, when.day, counted - stands.counted, ts)
  else if (when !== null && matter.use === null) count(city, member, when.begins, counted - stands.counted, ts)
  if (stands.counted === 0n || counted === 0n) {
    giver.contributions += counted === 0n ? -1n : 1n
    for (const { kept: times } of keptBy.flatMap((one) => city.members.get(one) ?? [])) {
      const at = times.indexOf(keptTs)
      if (counted > 0n) addTime(times, keptTs)
      else if (at >= 0) times.splice(at, 1)
    }
  }
  exchangesOn(city, ts).corrections.push({ matter: id, seq, giver: member, day: award.day, milli: award.milli, minutes: when === null ? null : counted })
  city.corrections.set(`${id} ${member}`, { id, member, counted, award, base: stands.base + moved, given, toppedUp, seq })
  city.correcting.delete(`${id} ${member}`)
}

/** Brings what the receiver gave to what it should have been; what the commons has added to it by then. */
function takeBack(
  city: City, matter: Matter, stands: Correction, counted: bigint, given: bigint, w: bigint, before: bigint, ts: bigint,
): bigint {
  const [giver, taker] = [city.members.get(matter.member)!, city.members.get(matter.receiver!)!]
  const toppedUp = (matter.toppedUp * counted) / matter.counted
  if (given >= stands.given) debit(city, taker, 'domain', given - stands.given, ts)
  else credit(city, taker, 'domain', stands.given - given, ts)
  if (matter.use !== null) {
    spread(city, giver, matter, given, w, stands.given, before, ts)
    return toppedUp
  }
  const added = least(toppedUp - stands.toppedUp, city.books.commons)
  redeem(city, given - stands.given + added)
  city.books.commons -= added
  return stands.toppedUp + added
}

/** Into redemption, or out of it as far as it goes and then from issuance. */
function redeem(city: City, amount: bigint): void {
  const there = amount >= 0n ? amount : -least(-amount, city.books.redemption)
  city.books.redemption += there
  city.books.issuance += amount - there
}

/** Of a use: what is beyond the award goes where the charter says, or comes from there, then from redemption, then is issued. */
function spread(city: City, giver: Member, { charter }: Matter, given: bigint, w: bigint, given0: bigint, w0: bigint, ts: bigint): void {
  const redeemed = least(given, w) - least(given0, w0)
  const rest = given - given0 - redeemed
  const { spread: to } = city.charters[Number(charter)]!.says.price
  redeem(city, redeemed)
  const free = to === 2n ? leftOf(city, giver, 'domain', ts) : city.books[to === 0n ? 'commons' : 'retire']
  const there = rest >= 0n ? rest : -least(-rest, free)
  if (to !== 2n) city.books[to === 0n ? 'commons' : 'retire'] += there
  else if (there >= 0n) credit(city, giver, 'domain', there, ts)
  else debit(city, giver, 'domain', -there, ts)
  const missing = there - rest
  const fromRedemption = least(missing, city.books.redemption)
  city.books.redemption -= fromRedemption
  city.books.issuance -= missing - fromRedemption
}
