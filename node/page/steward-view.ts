/** What waits for a steward, and how this hub stands with the other cities. */
import type { Origin } from '#ledger/action.ts'
import { toBase64 } from '#ledger/bytes.ts'
import { midnightAtOrAfter, YEAR_DAYS } from '#ledger/calendar.ts'
import { mulDiv } from '#ledger/value/amount.ts'
import { nominalOf } from '#ledger/value/decay.ts'
import { boundedConversion } from '#ledger/rules/settling.ts'
import { burnable, hasBurntIn } from '#ledger/rules/burn.ts'
import { issueRoom, ownKeysArgument, willOf } from '#ledger/rules/order.ts'
import { levelOf } from '#ledger/rules/level.ts'
import { approvalsNeeded } from '#ledger/rules/transfer.ts'
import { isNearlyUsed } from '#ledger/rules/trust.ts'
import type { Arrival, Request } from '#ledger/state/between.ts'
import { cardOf, charterOf, currentDocument, globalDay, globalIndex, inOffice, type State } from '#ledger/state/state.ts'
import type { ArrivalView, FederationView, StewardView, TermsView, TransferView } from '#protocol/api.ts'
import { type Agreed, firstTermsYear } from '#protocol/successor.ts'
import type { People } from '../words/people.ts'
import type { Writer } from '../ports.ts'
import { globalOf, stageOf, type Views } from './views.ts'

/** What the federation driver adds to what the record says. */
export type FederationStatus = Pick<FederationView, 'card' | 'code' | 'state' | 'admitted' | 'asking' | 'isBox' | 'closing' | 'releasing' | 'renewing' | 'mustRenew'> & { agreed: Agreed | null }

export type StewardPorts = {
  writer: Writer
  views: Views
  people: People
  federation(): FederationStatus
  /** Votes gathered for the open slot, or null when none is open. */
  votes(): { needed: number; got: number } | null
}

const DAY_SECONDS = 86_400
/** More of them than a page shows to a person; all are in the record. */
const LOST_SHOWN = 200

export function stewardView({ writer, views, people, federation, votes }: StewardPorts): StewardView {
  const { state } = writer
  const { now } = views.seen()
  const members = [...state.members.values()]
  return {
    toAttest: members.filter((member) => !member.attested).map(({ acct, joinedTs }) => ({ acct, name: people.nameOf(acct), joinedTs })),
    members: members.map(({ acct, attested, steward }) => ({ acct, name: people.nameOf(acct), attested, steward, level: levelOf(state, acct) })),
    lost: lostIn(state, people),
    awardsDue: awardsDue(state, people),
    transfers: [...state.requests.values()].map((request) => transferOf(state, people, views, request, votes())).reverse(),
    arrivals: [...state.arrivals.values()].map((arrival) => arrivalOf(state, people, views, arrival)).reverse(),
    books: booksOf(state),
    federation: federationOf(state, views, federation(), votes(), now),
  }
}

function lostIn({ restores }: State, people: People): StewardView['lost'] {
  const claims = restores.flatMap(({ ts: restoredTs, claims }) =>
    [...claims.values()].map(({ by, seq, ts }) => ({ acct: by, name: people.nameOf(by), seq, ts, restoredTs })))
  return claims.sort((one, other) => other.ts - one.ts).slice(0, LOST_SHOWN)
}

function awardsDue(state: State, people: People): StewardView['awardsDue'] {
  return [...state.agreements.openOnes()].flatMap(({ id, provider, guestDue, award }) => {
    const guest = state.guests.get(provider)
    if (guestDue === null || guestDue.xid !== null || award === null || guest === undefined) return []
    const { numerator, denominator } = boundedConversion(state, charterOf(state))
    const globalMilli = mulDiv(award.milli, BigInt(numerator), BigInt(denominator))
    return [{
      agreement: id, guest: people.view(provider), destination: guest.home, amount: guestDue.amount.toString(),
      milli: globalMilli.toString(), awardMilli: award.milli.toString(),
    }]
  })
}

export function transferOf(state: State, people: People, views: Views, request: Request, votes: TransferView['votes']): TransferView {
  const { xid, seq, ts, from, terms, approvals, slot } = request
  const last = state.chain.slots[state.chain.slots.length - 1]
  return {
    xid,
    seq,
    ts,
    from: from === null ? 'pool' : people.view(from),
    destination: terms.destination,
    city: cityOf(views, terms.destination),
    milli: globalOf(state, terms.amount).toString(),
    amount: terms.amount.toString(),
    to: terms.to,
    agreement: terms.agreement,
    expDay: terms.expDay,
    lapses: state.federation!.day0 + (terms.expDay + 1) * DAY_SECONDS,
    stage: stageOf(state, xid),
    approvals: { needed: approvalsNeeded(state, request), got: inOffice(state, approvals).length, by: [...approvals] },
    votes: slot !== null && last !== undefined && !last.certified && last.order.slot === slot ? votes : null,
  }
}

function arrivalOf(state: State, people: People, views: Views, arrival: Arrival): ArrivalView {
  const { xid, from, ts, out, left, phase, disposition } = arrival
  return {
    xid,
    from,
    city: cityOf(views, from),
    ts,
    milli: globalOf(state, out.amount).toString(),
    left: left.toString(),
    leftMilli: globalOf(state, left).toString(),
    to: people.view(out.to),
    phase,
    because: disposition === 'credit' ? null : disposition,
    returns: phase === 'suspended' ? midnightAtOrAfter(ts + charterOf(state).windows.suspenseDays * DAY_SECONDS) : null,
  }
}

const cityOf = (views: Views, origin: Origin): string => views.cities().find((row) => row.origin === origin)?.city ?? ''

const text = (rows: Record<string, bigint>): Record<string, string> =>
  Object.fromEntries(Object.entries(rows).map(([name, amount]) => [name, amount.toString()]))

/** The hub's own accounts, base units, as an auditor adds them up. */
function booksOf(state: State): StewardView['books'] {
  const { issuance, redemption, partner, commons, retire, pool, poolHeld, inflight, suspense, globalRetire } = state.books
  const { position } = state.chain
  return {
    domain: text({ issuance, redemption, partner, commons, retire }),
    global: text({ pool, poolHeld, inflight, suspense, retire: globalRetire }),
    pool: globalOf(state, pool).toString(),
    position: globalOf(state, position).toString(),
  }
}

export function federationOf(
  state: State, views: Views, status: FederationStatus, votes: TransferView['votes'], now: number,
): FederationView {
  const { federation, chain } = state
  const { agreed, ...shown } = status
  if (federation === null) {
    return { ...shown, terms: null, agreedTerms: null, termsFromYear: 1, version: 0, cities: [], will: { heir: null, endsAt: null }, chain: { slots: 0, certified: 0, needs: null, keysArgument: null, votes: null }, issueLeftMilli: '0', burnMilli: '0' }
  }
  const day = globalDay(federation, now)
  const index = globalIndex(federation, day)
  const { heir, ends } = willOf(state)
  const keysArgument = chain.slots.length === 0 && !status.isBox ? ownKeysArgument(state) : null
  const { document } = federation.documents.at(-1)!
  const viewOf = ({ termsFrom, globalDecayPerMille, conversion, issueYearlyMaxMilli }: Agreed): TermsView => ({
    globalDecayPerMille, conversion, issueYearlyMaxMilli: issueYearlyMaxMilli.toString(), fromYear: termsFrom,
    fromTs: federation.day0 + termsFrom * YEAR_DAYS * DAY_SECONDS,
  })
  return {
    ...shown,
    terms: viewOf(document),
    agreedTerms: agreed === null ? null : viewOf(agreed),
    termsFromYear: firstTermsYear(document, day),
    version: federation.documents.length,
    cities: views.cities().map((city) => ({
      ...city,
      exposureMilli: (state.trust.get(city.origin)?.exposureMilli ?? 0n).toString(),
      isBox: cardOf(currentDocument(federation), city.origin)?.community === false,
      isNearlyUsed: state.trust.has(city.origin) && isNearlyUsed(state, city.origin, day),
    })),
    will: { heir, endsAt: ends === null ? null : federation.day0 + ends * DAY_SECONDS },
    chain: {
      slots: chain.slots.length,
      certified: chain.slots.filter((slot) => slot.certified).length,
      needs: keysArgument === null ? null : 'keys',
      keysArgument: keysArgument === null ? null : toBase64(keysArgument),
      votes,
    },
    issueLeftMilli: nominalOf(issueRoom(state, day), index).toString(),
    burnMilli: hasBurntIn(state, day) ? '0' : nominalOf(burnable(state), index).toString(),
  }
}
