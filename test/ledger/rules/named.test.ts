/**
 * Whom an action names: it is refused, with real records and no row changed by hand, of somebody who is not here, waits to be let in, is
 * banned or has left; whatever the kind.
 */
import { describe, expect, test } from 'vitest'
import { categories, type Charter, projectSizes, redemptions, roles, services } from '#ledger/charter/charter.ts'
import { presets } from '#ledger/charter/presets.ts'
import { rowsOf } from '#ledger/rows/rows.ts'
import { toHex } from '#ledger/bytes.ts'
import { invitationOf } from '#ledger/rules/invitation.ts'
import { ban } from '#test/support/banned.ts'
import { aHelp, codeOf, helpOnce, sleep } from '#test/support/people.ts'
import {
  addingDevice, aMember, aPerson, aRegion, type Asked, bytesFor, CV, DAY, hexFor, idFor, joining, type Person, recorded, secondDevice, type Town,
} from '#test/support/towns.ts'

const openToAll: Charter = {
  ...presets.city, gift: { ...presets.city.gift, isOpen: true }, deposit: { ...presets.city.deposit, isOpen: true }, redemption: redemptions.surplus,
}

/** A town in a federation with Mei and Bo, who have helped, and with somebody of each sort. */
function aTownOfAllSorts() {
  const { towns } = aRegion(['chengdu', 'barcelona'], { agreed: openToAll })
  const [town] = towns
  const [mei, bo, gone, banned] = ['mei', 'bo', 'gone', 'banned'].map((name) => aMember(town, name)) as [Person, Person, Person, Person]
  for (const [one, other] of [[mei, bo], [bo, mei]] as const) helpOnce(town, one, other, { minutes: 1_200 })
  const invitations = [banned, gone].map((by) => {
    const code = bytesFor(`from ${by.acct}`).slice(0, 16)
    helpOnce(town, by, mei)
    recorded(town, { kind: 'member.invited', invitation: invitationOf(code), until: Math.floor(town.now / DAY) + 20 }, [by])
    return code
  })
  ban(town, banned, mei)
  recorded(town, { kind: 'member.left' }, [gone])
  const waiting = aPerson('somebody who waits')
  recorded(town, joining(town, waiting), [waiting])
  const sorts = { unknown: aPerson('nobody'), waiting, banned, gone }
  return { town, mei, bo, sorts, invitations: { banned: invitations[0]!, gone: invitations[1]! } }
}

/** An organisation of this signer, with an offer; it speaks with the signer's device. */
function offersOf(town: Town, signer: Person): { teahouse: Person; offer: string } {
  const organisation = hexFor('a teahouse')
  recorded(town, { kind: 'organisation.joined', organisation, form: 'organisation', profile: hexFor('a name'), charter: joining(town, signer).charter }, [signer])
  recorded(town, { kind: 'member.attested', member: organisation, identity: hexFor('papers') }, [town.steward])
  const offer = recorded(town, {
    kind: 'partner.offered', acct: organisation, listing: idFor('tea'), milli: CV, places: 3, until: Math.floor(town.now / DAY) + 60, terms: hexFor('words'),
  }, [signer]).action.id
  return { teahouse: { ...signer, acct: organisation }, offer }
}

const refusals = { unknown: 'unknown-member', waiting: 'not-attested', banned: 'banned', gone: 'departed' } as const
type Sort = keyof typeof refusals
const all: Sort[] = ['unknown', 'waiting', 'banned', 'gone']
const but = (...sorts: Sort[]): Sort[] => all.filter((sort) => !sorts.includes(sort))

type Of = ReturnType<typeof aTownOfAllSorts>
type Naming = [kind: string, sorts: Sort[], (of: Of, who: Person) => [Asked, Person]]

const day = ({ now }: Town): number => Math.floor(now / DAY)
const words = hexFor('words')

const namings: Naming[] = [
  ['help.recorded', all, ({ town, mei }, who) => [aHelp(town, mei, who), mei]],
  ['help.proxied', all, ({ town, mei }, who) => [{ ...aHelp(town, mei, who), kind: 'help.proxied', member: mei.acct }, town.steward]],
  ['slips.issued', all, ({ town }, { acct: member }) => [{ kind: 'slips.issued', member, slips: [words] }, town.steward]],
  ['care.asked', all, ({ town, mei }, { acct: carer }) =>
    [{ kind: 'care.asked', carer, receiver: mei.acct, category: 1, visitsAWeek: 1, minutes: 60, until: day(town) + 9 }, mei]],
  ['dormancy.exempted', but('waiting'), ({ town }, { acct: member }) => [{ kind: 'dormancy.exempted', member, exempt: true }, town.steward]],
  ['commons.granted', all, ({ town }, { acct: member }) => [{ kind: 'commons.granted', member, amountMilli: CV, because: 'newcomer' }, town.steward]],
  ['pool.granted', all, ({ town }, { acct: member }) => [{ kind: 'pool.granted', member, amountMilli: CV, reason: words }, town.steward]],
  ['reserve.opened', but('waiting'), ({ town }, { acct: member }) => [{ kind: 'reserve.opened', member, because: 'age', evidence: words }, town.steward]],
  ['cv.given', all, ({ mei }, { acct: to }) => [{ kind: 'cv.given', to, amountMilli: CV, note: words }, mei]],
  ['skill.vouched', but('waiting'), ({ mei }, { acct: member }) => [{ kind: 'skill.vouched', member, category: categories.basic }, mei]],
  ['recommendation.given', all, ({ mei }, { acct: member }) => [{ kind: 'recommendation.given', member }, mei]],
  ['role.granted', all, ({ town }, { acct: member }) => [{ kind: 'role.granted', member, role: roles.coordinator }, town.steward]],
  ['role.proposed', all, ({ mei }, { acct: member }) => [{ kind: 'role.proposed', member, role: roles.coordinator, change: 'appoint', reason: words }, mei]],
  ['project.opened', all, ({ town }, { acct: requester }) => [{
    kind: 'project.opened', size: projectSizes.event, requester, core: [], places: 1, gateMilli: 0n, gateLevel: 1, choice: 0, applyUntil: day(town),
    endsDay: day(town) + 3, terms: words,
  }, town.steward]],
  ['case.opened', all, ({ town, mei }, { acct: accused }) => [{
    kind: 'case.opened', accused, flag: null, complaint: words, complainant: mei.acct, matters: [], hold: false,
  }, town.steward]],
  ['recovery.proposed', but('banned'), ({ town, mei }, who) => {
    const { device, proof } = addingDevice(town, secondDevice(who, 'new'))
    return [{ kind: 'recovery.proposed', member: who.acct, device, proof, evidence: words }, mei]
  }],
  ['deposit.noted', but('waiting'), ({ town }, { acct: member }) => [{ kind: 'deposit.noted', member, isHeld: true }, town.steward]],
  ['member.attested', ['unknown'], ({ town }, { acct: member }) => [{ kind: 'member.attested', member, identity: words }, town.steward]],
]

describe.each(namings)('%s', (_kind, sorts, asking) => {
  test.each(sorts)('of somebody who is %s is refused, and nothing has changed', (sort) => {
    const of = aTownOfAllSorts()
    const [asked, signer] = asking(of, of.sorts[sort])
    sleep(of.town, 0)
    const before = Array.from(rowsOf(of.town.state), toHex)
    expect(codeOf(of.town, asked, [signer])).toBe(refusals[sort])
    expect(Array.from(rowsOf(of.town.state), toHex)).toEqual(before)
  })
})

test.each(['banned', 'gone'] as const)('member.joined: an invitation of who is %s lets nobody in', (sort) => {
  const { town, invitations } = aTownOfAllSorts()
  const newcomer = aPerson('a newcomer')
  expect(codeOf(town, joining(town, newcomer, invitations[sort]), [newcomer])).toBe(refusals[sort])
})

test('partner.redeemed: what is offered for an organisation that is gone is not to be had', () => {
  const one = aTownOfAllSorts()
  const there = offersOf(one.town, one.bo)
  ban(one.town, there.teahouse, one.mei)
  expect(codeOf(one.town, { kind: 'partner.redeemed', offer: there.offer }, [one.mei])).toBe('banned')
  const other = aTownOfAllSorts()
  const left = offersOf(other.town, other.bo)
  recorded(other.town, { kind: 'member.left' }, [left.teahouse])
  expect(codeOf(other.town, { kind: 'partner.redeemed', offer: left.offer }, [other.mei])).toBe('departed')
})

test('signer.named: whom an organisation names is here, attested, and neither banned nor gone', () => {
  for (const sort of all) {
    const { town, mei, sorts } = aTownOfAllSorts()
    const organisation = hexFor('a school')
    recorded(town, { kind: 'organisation.joined', organisation, form: 'organisation', profile: words, charter: joining(town, mei).charter }, [mei])
    expect(codeOf(town, { kind: 'signer.named', organisation, signer: sorts[sort].acct }, [mei])).toBe(refusals[sort])
  }
})

test('service.bought, session and gift: who is banned asks for nothing any more', () => {
  const { town, sorts } = aTownOfAllSorts()
  expect(codeOf(town, { kind: 'service.bought', service: services.matching, category: null }, [sorts.banned])).toBe('banned')
  expect(codeOf(town, { kind: 'cv.given', to: town.steward.acct, amountMilli: CV, note: words }, [sorts.gone])).toBe('departed')
})
