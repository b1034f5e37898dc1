/** *Dormancy* of `ledger/rules/README.md`: what is left of an account, and how anything is posted to it. */
import { charterOf } from './city.ts'
import type { City, Member } from './state.ts'
import { domainDay } from './time.ts'
import { least, most } from './value.ts'

type Unit = 'domain' | 'global'
const HELD = { domain: 'held', global: 'globalHeld' } as const
const WAITING = { domain: 'waiting', global: 'globalWaiting' } as const

/** The latest day on which a member was not away. */
const lastHere = ({ awakeDay, caredUntil }: Member, day: bigint): bigint => most(awakeDay, least(day, caredUntil))

const isDormant = (city: City, member: Member, day: bigint): boolean =>
  !member.exempt && day > lastHere(member, day) + charterOf(city).decay.dormantAfterDays

/** What dormancy leaves of `domain` or `global` at a time. */
export function leftOf(city: City, member: Member, unit: Unit, ts: bigint): bigint {
  const day = domainDay(city, ts)
  const { dormantAfterDays, dormantOverDays } = charterOf(city).decay
  const [here, { shrunkDay }] = [lastHere(member, day), member]
  const since = most(here + dormantAfterDays, shrunkDay)
  if (!isDormant(city, member, day) || day <= since) return member[unit]
  const end = dormantAfterDays + dormantOverDays
  const whole = end - (since - here)
  return whole <= 0n ? 0n : (member[unit] * most(0n, end - (day - here))) / whole
}

/** Takes what dormancy has not left, which comes before anything is posted. */
export function shrink(city: City, member: Member, ts: bigint): void {
  const day = domainDay(city, ts)
  if (!isDormant(city, member, day) || day <= member.shrunkDay) return
  const [domain, global] = [leftOf(city, member, 'domain', ts), leftOf(city, member, 'global', ts)]
  city.books.retire += member.domain - domain
  city.books.globalRetire += member.global - global
  Object.assign(member, { domain, global, shrunkDay: day })
}

/** A member does something: what waited for them is theirs. */
export function wake(city: City, member: Member, ts: bigint): void {
  shrink(city, member, ts)
  member.awakeDay = domainDay(city, ts)
  for (const unit of ['domain', 'global'] as const) {
    member[unit] += member[WAITING[unit]]
    member[HELD[unit]] -= member[WAITING[unit]]
    member[WAITING[unit]] = 0n
  }
}

export function credit(city: City, member: Member, unit: Unit, amount: bigint, ts: bigint): void {
  shrink(city, member, ts)
  if (!isDormant(city, member, domainDay(city, ts))) member[unit] += amount
  else {
    member[HELD[unit]] += amount
    member[WAITING[unit]] += amount
  }
}

export function debit(city: City, member: Member, unit: Unit, amount: bigint, ts: bigint): void {
  shrink(city, member, ts)
  member[unit] -= amount
}
