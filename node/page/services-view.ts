/** What a member may have for contribution value: the hub's own services, and what partners have to spare. */
import type { Hex } from '#ledger/action.ts'
import { nominalOf } from '#ledger/value/decay.ts'
import { services as codes } from '#ledger/charter/charter.ts'
import { isSignerOf } from '#ledger/rules/organisation.ts'
import { serviceOf, skillsOf } from '#ledger/rules/service.ts'
import { charterOf, domainDay, domainIndex, type State } from '#ledger/state/state.ts'
import type { ServicesView } from '#protocol/matters.ts'
import type { People } from '../words/people.ts'

const DAY = 86_400
const allowed = ['nothing', 'spare', 'vouchers'] as const

export function servicesView(state: State, people: People, titleOf: (listing: Hex) => string | null, reader: Hex, now: number): ServicesView {
  const charter = charterOf(state)
  const index = domainIndex(state, domainDay(state, now))
  return {
    services: charter.services.map(({ service, milli, days }) => ({
      service, days, milli: String(milli), until: serviceOf(state, reader, service, null, now)?.until ?? null,
    })),
    certifying: [...state.purchases.values()].flatMap(({ member, service, category, until, by }) =>
      member === reader && service === codes.certification && category !== null && until > now
        ? [{ category, until, got: by.length, needed: charter.certification.peers }] : []),
    certified: skillsOf(state, reader).certified,
    partners: allowed[charter.redemption],
    offers: [...state.offers.values()].map(({ id, listing, partner, milli, left, until }) => ({
      id, listing, left, until, title: titleOf(listing) ?? '', partner: people.view(partner), milli: String(milli),
      isOurs: isSignerOf(state, partner, reader) || partner === reader,
    })),
    redeemed: [...state.redemptions.values()]
      .filter(({ member, partner }) => member === reader || partner === reader || isSignerOf(state, partner, reader))
      .map(({ id, listing, partner, member, base, ts }) => ({
        id, listing, title: titleOf(listing) ?? '', partner: people.view(partner), member: people.view(member),
        milli: String(nominalOf(base, index)), settles: ts + charter.windows.holdDays * DAY, isMine: member === reader,
      })),
  }
}
