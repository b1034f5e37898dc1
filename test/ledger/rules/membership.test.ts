import { expect, test } from 'vitest'
import { toHex } from '#ledger/bytes.ts'
import { encodeCharter } from '#ledger/charter/charter.ts'
import { sha256 } from '#ledger/hash.ts'
import { check } from '#ledger/ledger.ts'
import { presets } from '#ledger/charter/presets.ts'
import { balanceOf } from '#ledger/value/account.ts'
import { levelOf } from '#ledger/rules/level.ts'
import { codeOf, refusalOf } from '#test/support/people.ts'
import {
  admit, aMember, aPerson, type Asked, aTown, draft, federate, hexFor, openChains, type Person, recorded,
} from '#test/support/towns.ts'

const charter = toHex(sha256(encodeCharter(presets.city)))
const joining = (person: Person, changes: Partial<Asked<'member.joined'>> = {}): Asked<'member.joined'> =>
  ({ kind: 'member.joined', device: person.device, profile: hexFor('profile'), charter, invitation: null, ...changes })
const attesting = (member: string): Asked<'member.attested'> =>
  ({ kind: 'member.attested', member, identity: hexFor('paper') })

test('somebody joins with a key of their own and begins with nothing', () => {
  const town = aTown('chengdu')
  const ana = aPerson('ana')
  recorded(town, joining(ana), [ana])
  const member = town.state.members.get(ana.acct)!
  expect(member.attested).toBe(false)
  expect(member.steward).toBe(false)
  expect(balanceOf(town.state, ana.acct, town.now)).toEqual({ domainMilli: 0n, heldMilli: 0n, globalMilli: 0n })
  expect(levelOf(town.state, ana.acct)).toBe(1)
})

test('a steward who met them attests them, and from then on they can act', () => {
  const town = aTown('chengdu')
  const ana = aPerson('ana')
  recorded(town, joining(ana), [ana])
  const wish: Asked = { kind: 'help.confirmed', help: '00'.repeat(16) }
  expect(refusalOf(town, wish, [ana])).toEqual({ code: 'not-attested', member: ana.acct })
  recorded(town, attesting(ana.acct), [town.steward])
  expect(codeOf(town, wish, [ana])).toBe('unknown-help')
})

test('an account is taken once, and never the hub’s own name', () => {
  const town = aTown('chengdu')
  const ana = aMember(town, 'ana')
  const stranger = aPerson('stranger')
  expect(codeOf(town, joining(stranger, { acct: ana.acct }), [stranger])).toBe('account-taken')
  expect(codeOf(town, joining(stranger, { acct: toHex(town.id) }), [stranger])).toBe('account-taken')
})

test('one key is one person', () => {
  const town = aTown('chengdu')
  const ana = aMember(town, 'ana')
  expect(codeOf(town, joining(ana, { acct: hexFor('second account') }), [ana])).toBe('key-taken')
})

test('a key that signs nothing is refused even by a reader whose signatures were verified elsewhere', () => {
  const town = aTown('chengdu')
  const ana = aPerson('ana')
  const identity = Uint8Array.of(1, ...new Uint8Array(31))
  const entry = draft(town, joining(ana, { device: identity }), [ana])
  entry.auth = [{ keyId: sha256(identity).slice(0, 8), signature: new Uint8Array(64) }]
  expect(check(town.state, entry)).toEqual({ code: 'wrong-signature' })
  expect(check(town.state, entry, () => true)).toEqual({ code: 'bad-key' })
})

test('joining is agreeing to the charter as it stands, and to no other', () => {
  const town = aTown('chengdu')
  const ana = aPerson('ana')
  const other = toHex(sha256(encodeCharter(presets['time-bank'])))
  expect(codeOf(town, joining(ana, { charter: other }), [ana])).toBe('other-charter')
})

test('only a steward attests, only others, only once, and only who is there', () => {
  const town = aTown('chengdu')
  const ana = aMember(town, 'ana')
  const bo = aPerson('bo')
  recorded(town, joining(bo), [bo])
  expect(codeOf(town, attesting(bo.acct), [ana])).toBe('not-a-steward')
  expect(codeOf(town, attesting(town.steward.acct), [town.steward])).toBe('self-attested')
  expect(refusalOf(town, attesting(ana.acct), [town.steward]))
    .toEqual({ code: 'already-attested', member: ana.acct })
  const nobody = hexFor('nobody')
  expect(refusalOf(town, attesting(nobody), [town.steward])).toEqual({ code: 'unknown-member', member: nobody })
})

test('the account of a guest is theirs at home and nobody’s here', () => {
  const [chengdu, barcelona] = [aTown('chengdu'), aTown('barcelona')] as const
  federate([chengdu, barcelona])
  openChains([chengdu, barcelona])
  const ana = aMember(barcelona, 'ana')
  admit(chengdu, barcelona, ana)
  const stranger = aPerson('stranger')
  expect(codeOf(chengdu, joining(stranger, { acct: ana.acct }), [stranger])).toBe('account-taken')
  expect(codeOf(chengdu, joining(ana, { acct: hexFor('second account') }), [ana])).toBe('key-taken')
})
