/** *Leaving* and *Moving* of the README. */
import { demand, type Hex, sha } from './bytes.ts'
import { aMember, charterOf, demandNewKey, isActive } from './city.ts'
import { keeps, lapse } from './cases.ts'
import { cityHub, type Foreign, inFederation, otherHub, proved } from './federation.ts'
import { DAY } from './genesis.ts'
import { endPostsOf } from './roles.ts'
import { keyIdOf, messageIn } from './signatures.ts'
import type { City, Member, Rules } from './state.ts'
import { domainDay } from './time.ts'
import { sum } from './value.ts'

const ENDED = ['cancelled', 'lapsed', 'missed', 'undecided']

function demandNothingOpen(city: City, { acct, held, globalHeld }: Member): void {
  const no = 'still-open'
  const agreements = [...city.agreements.values()].filter(({ provider, receiver }) => provider === acct || receiver === acct)
  demand(agreements.every(({ phase }) => phase === 'settled' || ENDED.includes(phase)), no)
  demand(![...city.helps.values()].some(({ phase, helper, receiver }) => phase === 'recorded' && (helper === acct || receiver === acct)), no)
  const open = <T>(all: Iterable<T>, closed: T[]) => [...all].filter((one) => !closed.includes(one))
  demand(!open(city.sessions.values(), city.closedSessions).some(({ organiser, people }) => organiser === acct || people.some(({ member }) => member === acct)), no)
  demand(!open(city.projects.values(), city.closedProjects).some(({ organiser, requester, core, applications, chosen }) =>
    [organiser, requester, ...core, ...chosen, ...applications.map(({ by }) => by)].includes(acct)), no)
  demand(!open(city.works.values(), city.closedWorks).some(({ author }) => author === acct), no)
  demand(![...city.requests.values()].some(({ by, phase }) => by === acct && phase === 'asked'), no)
  const alone = [...city.organisations.values()].filter(({ acct: organisation, signers }) => isActive(city.members.get(organisation)) &&
    signers.includes(acct) && !signers.some((signer) => signer !== acct && isActive(city.members.get(signer))))
  demand(alone.length === 0, no)
  const accused = [...city.cases.values()].filter((one) => one.accused === acct)
  demand(!accused.some((one) => keeps(city, one)), no)
  demand(held === sum(accused.map((one) => one.held)) && globalHeld === 0n, no)
}

function depart(city: City, acct: Hex, ts: bigint, to: string | null): void {
  const member = city.members.get(acct)!
  demandNothingOpen(city, member)
  demand(!member.steward || [...city.members.values()].some((other) => other.steward && other !== member), 'last-steward')
  for (const one of city.cases.values()) if (one.accused === acct && one.phase === 'open') lapse(city, one, ts)
  city.books.commons += member.domain
  city.books.pool += member.global
  Object.assign(member, { domain: 0n, global: 0n, reserveMilli: 0n, status: 'departed' })
  endPostsOf(city, acct)
  city.departures.push({ acct, ts, to })
}

type Moved = { destination: string; lifetimeMilli: bigint; contributions: bigint; reserveMilli: bigint }
type Arrived = { device: Hex; profile: Hex; charter: Hex; home: string; moved: Foreign }

export const departureRules: Rules = {
  'erasure.asked'(city, _: object, { acct, ts, seq }) {
    const asked = city.erasures.get(acct)
    demand(asked === undefined || asked.ts / DAY !== ts / DAY, 'already-asked')
    city.erasures.set(acct, { acct, seq, ts })
  },

  'member.left'(city, _: object, { acct, ts }) {
    depart(city, acct, ts, null)
  },

  'member.moved'(city, { destination, lifetimeMilli, contributions, reserveMilli }: Moved, { acct, ts }) {
    inFederation(city)
    otherHub(city, destination)
    cityHub(city, destination)
    demand(!city.frozen.has(destination), 'hub-frozen')
    const [member, brought] = [city.members.get(acct)!, city.brought.get(acct)]
    const isExact = lifetimeMilli === member.lifetimeMilli + (brought?.lifetimeMilli ?? 0n) &&
      contributions === member.contributions + (brought?.contributions ?? 0n) && reserveMilli === member.reserveMilli
    demand(isExact, 'other-record')
    depart(city, acct, ts, destination)
  },

  'member.arrived'(city, { device, profile, charter, home, moved }: Arrived, { acct, ts }) {
    inFederation(city)
    const card = otherHub(city, home)
    demand(!city.frozen.has(home), 'hub-frozen')
    const guest = city.guests.get(acct)
    demand(!city.members.has(acct) && acct !== city.hub.id && (guest === undefined || guest.home === home), 'account-taken')
    if (!guest?.devices.includes(device)) demandNewKey(city, device, guest)
    demand(charter === sha(city.charters.at(-1)!.charter), 'other-charter')
    const { kind, head, fields, auth, body } = proved(city, home, moved)
    const { destination, lifetimeMilli, contributions, reserveMilli } = fields as Moved
    demand(kind.name === 'member.moved' && head.acct === acct && destination === city.hub.origin, 'bad-evidence')
    const isBrought = auth[0]!.keyId === keyIdOf(device) && city.verify(device, messageIn('entry', card.hubId, body), auth[0]!.signature)
    demand(isBrought, 'bad-evidence')
    const helped = [...city.agreements.values()].filter(({ provider, phase }) => provider === acct && !ENDED.includes(phase))
    demand(helped.every(({ phase, guestDue }) => phase === 'settled' && isPaid(city, guestDue)), 'still-open')
    for (const key of guest?.devices ?? []) if (key !== device) city.ended.push({ device: key, acct, ts })
    city.guests.delete(acct)
    const { isOpen, capMilli } = charterOf(city).reserve
    const kept = reserveMilli < capMilli ? reserveMilli : capMilli
    city.members.set(acct, { ...aMember(acct, device, profile, ts, domainDay(city, ts), false), reserveMilli: isOpen ? kept : 0n })
    city.hours.set(acct, { member: acct, until: ts + DAY, days: [] })
    city.brought.set(acct, { acct, home, lifetimeMilli, contributions })
  },
}

/** Whether what the pool owed to a guest has come to where it was sent. */
const isPaid = (city: City, due: { amount: bigint; xid: Hex | null } | null): boolean =>
  due === null || due.amount === 0n || (due.xid !== null && city.requests.get(due.xid)!.phase === 'credited')
