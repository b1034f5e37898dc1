/** *Organisations* of the README: who signs for whom. */
import { demand, type Hex, sha } from './bytes.ts'
import { aMember, demandPresent, isActive, isSteward } from './city.ts'
import type { City, Member, Organisation, Rules } from './state.ts'
import { domainDay } from './time.ts'

const MOST_SIGNERS = 16

/** How many have to sign for it. */
const signersNeeded = ({ form, status, attested }: Member): number =>
  status === 'departed' ? 0 : form === 'group' && attested ? 2 : 1

function organisationOf(city: City, acct: Hex): { organisation: Organisation; member: Member } {
  const organisation = city.organisations.get(acct)
  demand(organisation, 'unknown-member')
  return { organisation, member: city.members.get(acct)! }
}

/** That enough sign for a group that is to be attested, and that the steward is none of them. */
export function demandSignersFor(city: City, { acct, form }: Member, steward: Hex): void {
  const organisation = city.organisations.get(acct)
  if (organisation === undefined) return
  demand(!organisation.signers.includes(steward), 'self-attested')
  demand(form !== 'group' || organisation.signers.length >= 2, 'too-few-signers')
}

type Joined = { organisation: Hex; form: 'organisation' | 'group'; profile: Hex; charter: Hex }

export const organisationRules: Rules = {
  'organisation.joined'(city, { organisation, form, profile, charter }: Joined, { acct, ts }) {
    demand(!city.members.has(organisation) && organisation !== city.hub.id && !city.guests.has(organisation), 'account-taken')
    demand(charter === sha(city.charters.at(-1)!.charter), 'other-charter')
    city.members.set(organisation, { ...aMember(organisation, '', profile, ts, domainDay(city, ts), false), form, devices: [] })
    city.organisations.set(organisation, { acct: organisation, signers: [acct], named: [] })
  },

  'signer.named'(city, fields: { organisation: Hex; signer: Hex }, { acct }) {
    const { organisation, member } = organisationOf(city, fields.organisation)
    demandPresent(member)
    const isLeaderless = !organisation.signers.some((signer) => isActive(city.members.get(signer)))
    demand(organisation.signers.includes(acct) || (isLeaderless && isSteward(city, acct)), 'not-a-signer')
    const signer = city.members.get(fields.signer)
    demand(signer?.form === 'person', 'unknown-member')
    demand(signer.attested, 'not-attested')
    demandPresent(signer)
    const all = [...organisation.signers, ...organisation.named]
    demand(!all.includes(signer.acct), 'already-signer')
    demand(all.length < MOST_SIGNERS, 'limit-reached')
    organisation.named.push(signer.acct)
  },

  'signer.accepted'(city, fields: { organisation: Hex }, { acct }) {
    const { organisation } = organisationOf(city, fields.organisation)
    demand(organisation.named.includes(acct), 'not-a-signer')
    organisation.named = organisation.named.filter((one) => one !== acct)
    organisation.signers.push(acct)
  },

  'signer.ended'(city, { signer, ...fields }: { organisation: Hex; signer: Hex }, { acct }) {
    const { organisation, member } = organisationOf(city, fields.organisation)
    demand(acct === signer || organisation.signers.includes(acct), 'not-a-signer')
    const [signs, isNamed] = [organisation.signers.includes(signer), organisation.named.includes(signer)]
    demand(signs || isNamed, 'not-a-signer')
    demand(!signs || organisation.signers.length > signersNeeded(member), 'last-signer')
    organisation.signers = organisation.signers.filter((one) => one !== signer)
    organisation.named = organisation.named.filter((one) => one !== signer)
  },
}
