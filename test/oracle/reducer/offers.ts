/** *Gifts*, *Services of the hub*, *Partners*, *Money* of `ledger/rules/README.md`. */
import { credit, debit } from './accounts.ts'
import { demand, type Hex } from './bytes.ts'
import { charterOf, demandPresent } from './city.ts'
import { yearlyOf } from './commons.ts'
import { DAY } from './genesis.ts'
import { levelOf } from './standing.ts'
import type { City, Income, Redemption, Rules, Settlings, Skills } from './state.ts'
import { after, domainDay, domainIndex, setDeadline } from './time.ts'
import { baseOf, YEAR } from './value.ts'

const CERTIFICATION = 4n
const MOST_PLACES = 1_000n

export const skillsOf = (city: City, member: Hex): Skills => city.skills.get(member) ?? { member, practised: [], certified: [] }

function redemptionOf(city: City, id: Hex): Redemption {
  const redemption = city.redemptions.get(id)
  demand(redemption, 'unknown-redemption')
  return redemption
}

function receive(city: City, { id, base }: Redemption): void {
  city.books.partner -= base
  city.books.redemption += base
  city.redemptions.delete(id)
}

type Noted = { source: Income['source']; plan: bigint | null; ofMinor: bigint; minor: bigint }

export const offerRules: Rules = {
  'cv.given'(city, { to, amountMilli }: { to: Hex; amountMilli: bigint }, { acct, ts }) {
    const { isOpen, maxMilli, yearMaxMilli } = charterOf(city).gift
    const [giver, member] = [city.members.get(acct)!, city.members.get(to)]
    const [counted, amount] = [yearlyOf(city, acct, ts), baseOf(amountMilli, domainIndex(city, ts))]
    demand(isOpen, 'gifts-closed')
    demand(to !== acct, 'same-person')
    demand(member, 'unknown-member')
    demand(member.attested, 'not-attested')
    demandPresent(member)
    demand(amountMilli > 0n, 'nothing-asked')
    demand(amountMilli <= maxMilli, 'above-limit')
    demand(counted.givenMilli + amountMilli <= yearMaxMilli, 'year-full')
    demand(amount <= giver.domain, 'insufficient-cv')
    debit(city, giver, 'domain', amount, ts)
    credit(city, member, 'domain', amount, ts)
    city.yearly.set(acct, { ...counted, givenMilli: counted.givenMilli + amountMilli })
  },

  'service.bought'(city, fields: { service: bigint; category: bigint | null }, { acct, ts }) {
    const { service, category } = fields
    const [member, offered] = [city.members.get(acct)!, charterOf(city).services.find((one) => one.service === service)]
    demand(offered, 'service-not-offered')
    demand((service === CERTIFICATION) === (category !== null), 'category-mismatch')
    const at = city.purchases.findIndex((one) => one.member === acct && one.service === service && one.category === category)
    const isGood = at >= 0 && city.purchases[at]!.until > ts
    demand(!isGood && (category === null || !skillsOf(city, acct).certified.includes(category)), 'as-before')
    const price = baseOf(offered.milli, domainIndex(city, ts))
    demand(price <= member.domain, 'insufficient-cv')
    debit(city, member, 'domain', price, ts)
    city.books.redemption += price
    const purchase = { member: acct, service, category, until: ts + offered.days * DAY, by: [] }
    if (at < 0) city.purchases.push(purchase)
    else city.purchases[at] = purchase
  },

  'skill.vouched'(city, { category, ...fields }: { member: Hex; category: bigint }, { acct, ts }) {
    const { peers, levelMin } = charterOf(city).certification
    const member = city.members.get(fields.member)
    demand(member, 'unknown-member')
    demand(member.acct !== acct, 'own-matter')
    demandPresent(member)
    const asked = city.purchases.find((one) => one.member === member.acct && one.service === CERTIFICATION && one.category === category)
    demand(asked !== undefined && asked.until > ts, 'not-asked-for')
    demand(levelOf(city, city.members.get(acct)!) >= levelMin, 'level-too-low')
    demand(skillsOf(city, acct).practised.includes(category), 'other-skill')
    demand(!asked.by.includes(acct), 'already-approved')
    asked.by.push(acct)
    if (BigInt(asked.by.length) < peers) return
    city.purchases = city.purchases.filter((one) => one !== asked)
    const skills = skillsOf(city, member.acct)
    city.skills.set(member.acct, { ...skills, certified: [...skills.certified, category] })
  },

  'partner.offered'(city, fields: { listing: Hex; milli: bigint; places: bigint; until: bigint }, { id, acct, ts }) {
    const { listing, milli, places, until } = fields
    demand(!city.offers.has(id), 'id-taken')
    demand(charterOf(city).redemption !== 0n, 'redemption-closed')
    demand(city.members.get(acct)!.form === 'organisation', 'not-a-partner')
    demand(milli > 0n && places > 0n, 'nothing-asked')
    demand(places <= MOST_PLACES, 'limit-reached')
    demand(until >= ts / DAY && until <= ts / DAY + YEAR, 'bad-expiry')
    city.offers.set(id, { id, partner: acct, listing, milli, left: places, until })
    setDeadline(city, (until + 1n) * DAY, 'partner.offer', id)
  },

  'partner.redeemed'(city, fields: { offer: Hex }, { id, acct, ts }) {
    demand(!city.redemptions.has(id), 'id-taken')
    const offer = city.offers.get(fields.offer)
    demand(offer, 'unknown-offer')
    const member = city.members.get(acct)!
    demandPresent(city.members.get(offer.partner)!)
    demand(!city.organisations.get(offer.partner)!.signers.includes(acct), 'same-person')
    const base = baseOf(offer.milli, domainIndex(city, ts))
    demand(base <= member.domain, 'insufficient-cv')
    debit(city, member, 'domain', base, ts)
    city.books.partner += base
    offer.left -= 1n
    if (offer.left === 0n) city.offers.delete(offer.id)
    city.redemptions.set(id, { id, partner: offer.partner, member: acct, listing: offer.listing, base, ts })
    setDeadline(city, after(ts, charterOf(city).windows.holdDays), 'partner.silent', id)
  },

  'partner.received'(city, fields: { redemption: Hex }, { acct }) {
    const redemption = redemptionOf(city, fields.redemption)
    demand(redemption.member === acct, 'not-a-party')
    receive(city, redemption)
  },

  'partner.returned'(city, fields: { redemption: Hex }, { acct, ts }) {
    const { id, partner, member: to, base } = redemptionOf(city, fields.redemption)
    demand(partner === acct, 'not-a-party')
    const member = city.members.get(to)!
    city.books.partner -= base
    if (member.status === 'departed') city.books.commons += base
    else credit(city, member, 'domain', base, ts)
    city.redemptions.delete(id)
  },

  'deposit.noted'(city, { member, isHeld }: { member: Hex; isHeld: boolean }, { seq }) {
    const { isOpen, minor, currency } = charterOf(city).deposit
    const whose = city.members.get(member)
    demand(whose, 'unknown-member')
    demand(!isHeld || isOpen, 'deposit-closed')
    if (isHeld) demandPresent(whose)
    demand(city.deposits.has(member) !== isHeld, 'as-before')
    if (isHeld) city.deposits.set(member, { member, minor, currency, seq })
    else city.deposits.delete(member)
  },

  'income.noted'(city, { source, plan, ofMinor, minor }: Noted, { ts }) {
    const { income } = charterOf(city)
    demand(minor > 0n, 'nothing-asked')
    if (source === 'plan') {
      const offered = income.plans.find((one) => one.plan === plan)
      demand(offered !== undefined && ofMinor === 0n, 'unknown-plan')
      demand(minor === offered.minor, 'other-amount')
    } else {
      demand(plan === null, 'unknown-plan')
      const { leastPerMille, mostPerMille } = income[source]
      demand(leastPerMille * ofMinor <= 1_000n * minor && 1_000n * minor <= mostPerMille * ofMinor, 'commission-out-of-range')
    }
    const [year, { currency }] = [domainDay(city, ts) / YEAR, income]
    const noted = city.income.find((one) => one.year === year && one.source === source && one.plan === plan && one.currency === currency)
    if (noted === undefined) city.income.push({ year, source, plan, currency, count: 1n, minor })
    else Object.assign(noted, { count: noted.count + 1n, minor: noted.minor + minor })
  },
}

export const offerSettlings: Settlings = {
  'partner.offer'(city, id) {
    city.offers.delete(id)
  },
  'partner.silent'(city, id) {
    const redemption = city.redemptions.get(id)
    if (redemption !== undefined) receive(city, redemption)
  },
}
