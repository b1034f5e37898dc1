/** *Books* of the README: the equations that hold after every record. */
import type { City } from './state.ts'
import { openSlot } from './orders.ts'
import { sum } from './value.ts'

/** The unit whose equation fails, or null. */
export function faultIn(city: City): 'domain' | 'global' | null {
  const { issuance, redemption, partner, commons, retire, pool, poolHeld, inflight, suspense, globalRetire } = city.books
  const members = [...city.members.values()]
  const domain = [...members.flatMap(({ domain, held }) => [domain, held]), redemption, partner, commons, retire]
  if (sum(domain) + issuance !== 0n || domain.some((n) => n < 0n)) return 'domain'

  const global = [...members.flatMap(({ global, globalHeld }) => [global, globalHeld]), pool, poolHeld, inflight, suspense, globalRetire]
  const open = openSlot(city)
  const position = city.slots.findLast(({ certifiedSeq }) => certifiedSeq !== null)?.says.position ?? 0n
  const taken = sum([...city.inbound.values()].map(({ unclaimed }) => unclaimed)) + (open?.claimed ?? 0n)
  const asked = [...city.requests.values()].filter(({ phase }) => phase === 'asked')
  const heldBy = (acct: string) => sum(asked.filter(({ source, by }) => source === 0n && by === acct).map(({ amount }) => amount))
  const setAside = (acct: string) => sum([...city.cases.values()].filter(({ accused }) => accused === acct).map((one) => one.globalHeld))
  const isRight = sum(global) === position + taken && global.every((n) => n >= 0n) &&
    inflight === sum(open?.says.outs.map(({ amount }) => amount) ?? []) + (open?.says.kind === 'burn' ? -open.issued : 0n) &&
    suspense === sum([...city.arrivals.values()].map(({ left }) => left)) &&
    poolHeld === sum(asked.filter(({ source }) => source === 1n).map(({ amount }) => amount)) &&
    members.every(({ acct, globalHeld, globalWaiting }) => globalHeld === heldBy(acct) + globalWaiting + setAside(acct))
  return isRight ? null : 'global'
}
