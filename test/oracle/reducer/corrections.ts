/** *Corrections* of `ledger/rules/README.md`: how long it really was, and what follows from that. */
import { credit, debit, leftOf } from './accounts.ts'
import { minutesOf } from './agreements.ts'
import { milliOf } from './awards.ts'
import { givenFor } from './bookings.ts'
import { demand, type Hex } from './bytes.ts'
import { charterOf, demandPresent, isSteward } from './city.ts'
import { count, countOn, demandPassed, passed, room, roomOn } from './hours.ts'
import type { Agreement, Award, City, Correction, Member, Rules } from './state.ts'
import { addTime, domainIndexOn } from './time.ts'
import { baseOf, least } from './value.ts'

/** What is the same of an agreement and of a help. */
type Matter = {
  provider: Hex; receiver: Hex; agreed: bigint; confirmed: bigint; most: bigint; confirmedTs: bigint; award: Award; given: bigint; toppedUp: bigint
  use: Agreement['use']; charter: bigint; price: bigint; when: { day: bigint } | { begins: bigint; reported: bigint }
}

function matterOf(city: City, id: Hex): Matter {
  const [agreement, help] = [city.agreements.get(id), city.helps.get(id)]
  demand(agreement ?? help, 'unknown-agreement')
  demand(agreement === undefined ? help!.phase === 'confirmed' : agreement.phase === 'settled', 'wrong-phase')
  if (agreement === undefined) {
    const { helper, receiver, minutes, confirmedTs, award, given, toppedUp } = help!
    return {
      provider: helper, receiver, agreed: minutes, confirmed: minutes, most: 1_440n, confirmedTs: confirmedTs!, award: award!, given, toppedUp,
      use: null, charter: 0n, price: given, when: { day: help!.day },
    }
  }
  const { provider, receiver, report, confirmedTs, award, toppedUp, use, charter, price } = agreement
  const when = { begins: agreement.begins, reported: report!.ts }
  const matter = { provider, receiver, agreed: minutesOf(agreement), use, charter, price, when }
  const given = givenIn(city, matter, report!.minutes)
  return { ...matter, confirmed: report!.minutes, most: matter.agreed, confirmedTs: confirmedTs!, award: award!, given, toppedUp }
}

/** What of the price is given for so many minutes. */
const givenIn = (city: City, { use, agreed, price, charter }: Pick<Matter, 'use' | 'agreed' | 'price' | 'charter'>, minutes: bigint): bigint =>
  use === null ? (price * minutes) / agreed : givenFor(city.charters[Number(charter)]!.says, agreed, minutes, use.resource, price)

/** The same award for other minutes: of a use in begun units. */
function awardFor(city: City, { award: made, use, charter }: Matter, minutes: bigint): Award {
  const row = use && city.charters[Number(charter)]!.says.resource.bases.find(({ resource }) => resource === use.resource)
  const quantity = row ? (minutes + row.unitMinutes - 1n) / row.unitMinutes : minutes
  const { milli: _, day, seq, ...reckoning } = { ...made, quantity }
  return { ...reckoning, milli: milliOf(reckoning), day, seq }
}

export const correctionRules: Rules = {
  'correction.signed'(city, { corrects, minutes }: { corrects: Hex; minutes: bigint }, { acct, ts, seq }) {
    const matter = matterOf(city, corrects)
    const { provider, receiver, confirmed, most } = matter
    const [giver, taker] = [city.members.get(provider), city.members.get(receiver)]
    demand(giver && taker, 'not-for-guests')
    const isParty = (one: Hex) => one === provider || one === receiver
    demand(isParty(acct) || isSteward(city, acct), 'not-a-party')
    demandPresent(giver)
    demandPresent(taker)
    const isJudged = [...city.cases.values()].some(({ accused, matters, phase }) =>
      accused === provider && matters.includes(corrects) && ['found', 'appealed', 'judging', 'sanctioned'].includes(phase))
    demand(!isJudged, 'matter-in-case')
    demand(minutes <= most, 'minutes-out-of-range')
    const stands = city.corrections.get(corrects) ?? {
      id: corrects, minutes: confirmed, award: matter.award, base: baseOf(matter.award.milli, domainIndexOn(city, matter.award.day)), given: matter.given,
      toppedUp: matter.toppedUp, seq,
    }
    demand(minutes !== stands.minutes, 'nothing-to-correct')
    const voices = city.correcting.get(corrects)?.voices ?? []
    demand(voices.find(({ by }) => by === acct)?.minutes !== minutes, 'already-approved')
    const said = [...voices.filter(({ by }) => by !== acct), { by: acct, minutes }]
    const alike = said.filter((voice) => voice.minutes === minutes).map(({ by }) => by)
    const stewards = [...city.members.values()].filter((member) => member.steward && !isParty(member.acct)).map((member) => member.acct)
    const needed = atLeastOne(least(charterOf(city).stewardThreshold, BigInt(stewards.length)))
    const isEnough = (alike.includes(provider) && alike.includes(receiver)) || BigInt(alike.filter((one) => stewards.includes(one)).length) >= needed
    demandPassed(minutes, ...possible(city, matter, stands.minutes, ts))
    const given = givenIn(city, matter, minutes)
    demand(given - stands.given <= leftOf(city, taker, 'domain', ts), 'insufficient-cv')
    if (isEnough) correct(city, matter, stands, minutes, given, ts, seq)
    else city.correcting.set(corrects, { matter: corrects, voices: said })
  },
}

/** What it can have been, when it stands at so many minutes. */
function possible(city: City, { provider, use, when }: Matter, stands: bigint, ts: bigint): bigint[] {
  if ('day' in when) return [stands + roomOn(city, provider, when.day, ts)]
  const { begins, reported } = when
  return [passed(begins, reported), ...(use === null ? [stands + room(city, provider, begins, ts)] : [])]
}

const atLeastOne = (n: bigint): bigint => (n < 1n ? 1n : n)

function correct(city: City, matter: Matter, stands: Correction, minutes: bigint, given: bigint, ts: bigint, seq: bigint): void {
  const [giver, taker] = [city.members.get(matter.provider)!, city.members.get(matter.receiver)!]
  const award = { ...awardFor(city, matter, minutes), seq }
  const index = domainIndexOn(city, award.day)
  const [w, before] = [baseOf(award.milli, index), baseOf(stands.award.milli, index)]
  const toppedUp = (matter.toppedUp * minutes) / matter.confirmed
  if (given >= stands.given) debit(city, taker, 'domain', given - stands.given, ts)
  else credit(city, taker, 'domain', stands.given - given, ts)
  let kept = toppedUp
  if (matter.use === null) {
    const added = least(toppedUp - stands.toppedUp, city.books.commons)
    kept = stands.toppedUp + added
    redeem(city, given - stands.given + added)
    city.books.commons -= added
  } else spread(city, giver, matter, given, w, stands.given, before, ts)
  const issued = w - stands.base
  const moved = issued >= 0n ? issued : -least(-issued, leftOf(city, giver, 'domain', ts))
  city.books.issuance -= moved
  if (moved >= 0n) credit(city, giver, 'domain', moved, ts)
  else debit(city, giver, 'domain', -moved, ts)
  giver.lifetimeMilli += award.milli - stands.award.milli
  const { when, provider } = matter
  if ('day' in when) countOn(city, provider, when.day, minutes - stands.minutes, ts)
  else if (matter.use === null) count(city, provider, when.begins, minutes - stands.minutes, ts)
  if (stands.minutes === 0n || minutes === 0n) {
    giver.contributions += minutes === 0n ? -1n : 1n
    for (const { kept: times } of [giver, taker]) {
      const at = times.indexOf(matter.confirmedTs)
      if (minutes > 0n) addTime(times, matter.confirmedTs)
      else if (at >= 0) times.splice(at, 1)
    }
  }
  city.corrections.set(stands.id, { id: stands.id, minutes, award, base: stands.base + moved, given, toppedUp: kept, seq })
  city.correcting.delete(stands.id)
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
