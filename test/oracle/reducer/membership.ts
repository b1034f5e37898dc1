/** *Membership*, *Invitations* of the README: who comes. */
import { demand, type Hex, sha, utf8 } from './bytes.ts'
import { aMember, charterOf, demandNewKey, demandPresent } from './city.ts'
import { issueToCommons } from './commons.ts'
import { DAY } from './genesis.ts'
import { demandSignersFor } from './organisations.ts'
import { levelOf } from './standing.ts'
import type { Rules, Settlings } from './state.ts'
import { domainDay, setDeadline } from './time.ts'

const MOST_INVITATIONS = 5

export const membershipRules: Rules = {
  'member.joined'(city, fields: { device: Hex; profile: Hex; charter: Hex; invitation: Hex | null }, { acct, ts }) {
    const { device, profile, charter } = fields
    demand(!city.members.has(acct) && acct !== city.hub.id && !city.guests.has(acct), 'account-taken')
    demandNewKey(city, device)
    demand(charter === sha(city.charters.at(-1)!.charter), 'other-charter')
    const code = fields.invitation === null ? null : sha(`${utf8('cv/invite\0')}${fields.invitation}`)
    const invitation = code === null ? null : city.invitations.get(code)
    demand(invitation !== undefined, 'unknown-invitation')
    if (invitation !== null) demandPresent(city.members.get(invitation.by)!)
    city.members.set(acct, { ...aMember(acct, device, profile, ts, domainDay(city, ts), false), invitedBy: invitation?.by ?? null })
    if (code !== null) city.invitations.delete(code)
  },

  'member.attested'(city, { member }: { member: Hex }, { acct, ts }) {
    const newcomer = city.members.get(member)
    demand(newcomer, 'unknown-member')
    demand(member !== acct, 'self-attested')
    demand(!newcomer.attested, 'already-attested')
    demandPresent(newcomer)
    demandSignersFor(city, newcomer, acct)
    newcomer.attested = true
    if (newcomer.form === 'person') issueToCommons(city, 1n, ts)
  },

  'member.declined'(city, { member }: { member: Hex }) {
    const newcomer = city.members.get(member)
    demand(newcomer, 'unknown-member')
    demand(!newcomer.attested, 'already-attested')
    city.members.delete(member)
    city.organisations.delete(member)
    city.brought.delete(member)
  },

  'member.invited'(city, { invitation, until }: { invitation: Hex; until: bigint }, { acct, ts }) {
    const member = city.members.get(acct)!
    demand(member.steward || levelOf(city, member) >= 2n, 'level-too-low')
    demand(!city.invitations.has(invitation), 'already-invited')
    demand(until >= ts / DAY && until <= ts / DAY + charterOf(city).windows.invitationDays, 'bad-expiry')
    demand([...city.invitations.values()].filter(({ by }) => by === acct).length < MOST_INVITATIONS, 'limit-reached')
    city.invitations.set(invitation, { invitation, by: acct, until })
    setDeadline(city, (until + 1n) * DAY, 'member.invitation', invitation)
  },
}

export const membershipSettlings: Settlings = {
  'member.invitation'(city, id, at) {
    if (city.invitations.get(id)?.until === at / DAY - 1n) city.invitations.delete(id)
  },
}
