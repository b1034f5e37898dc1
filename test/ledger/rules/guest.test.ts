import { describe, expect, test } from 'vitest'
import type { ActionOf } from '#ledger/action.ts'
import { encodeRecord, parseRecord } from '#ledger/entry.ts'
import { baseOf } from '#ledger/value/decay.ts'
import { globalIndex } from '#ledger/state/state.ts'
import { keyIdOf } from '#ledger/keys.ts'
import { toHex } from '#ledger/bytes.ts'
import {
  admit, aMember, aPerson, aRegion, ask, type Asked, aTown, awardRequest, bytesFor, CV, DAY, dayIn, deliver,
  draft, forged, help, hexFor, owesAward, PLAIN_TRUST, record, recorded, settle, shown, tick, type Town, xidIn,
} from '#test/support/towns.ts'

const pairOf = () => aRegion(['chengdu', 'barcelona']).towns

describe('a guest', () => {
  test('is known by the home log’s records of their joining and attestation', () => {
    const [chengdu, barcelona] = pairOf()
    const ana = aMember(barcelona, 'ana')
    admit(chengdu, barcelona, ana)
    const guest = chengdu.state.guests.get(ana.acct)!
    expect(guest.home).toBe(barcelona.card.origin)
    expect(guest.devices).toEqual(new Map([[toHex(keyIdOf(ana.device)), ana.device]]))
    expect(chengdu.state.members.has(ana.acct)).toBe(false)
  })

  test('may be the founder of their home, by its genesis', () => {
    const [chengdu, barcelona] = pairOf()
    const { steward } = barcelona
    const admitted: Asked<'guest.admitted'> = {
      kind: 'guest.admitted', guest: steward.acct, home: barcelona.card.origin, device: steward.device,
      evidence: [shown(barcelona, barcelona.entries[0]!)],
    }
    const ana = aMember(barcelona, 'ana')
    expect(record(chengdu, { ...admitted, guest: ana.acct, device: ana.device })).toEqual({ code: 'bad-evidence' })
    expect(record(chengdu, { ...admitted, device: aPerson('another').device })).toEqual({ code: 'bad-evidence' })
    expect(record(chengdu, admitted)).toHaveProperty('seq')
  })

  test('is nobody’s founder by a second genesis that a hub slips into its log', () => {
    const [chengdu, barcelona] = pairOf()
    const tokyo = aTown('tokyo')
    const { genesis, charter } = tokyo.entries[0]!.action as ActionOf<'hub.founded'>
    const slipped = draft(barcelona, { kind: 'hub.founded', genesis, charter })
    barcelona.state.tree.append(slipped.leaf)
    expect(record(chengdu, {
      kind: 'guest.admitted', guest: tokyo.steward.acct, home: barcelona.card.origin, device: tokyo.steward.device,
      evidence: [shown(barcelona, slipped)],
    })).toEqual({ code: 'bad-evidence' })
  })

  test('is admitted on nothing less than both records of one account and one key', () => {
    const [chengdu, barcelona] = pairOf()
    const [ana, joan] = [aMember(barcelona, 'ana'), aMember(barcelona, 'joan')]
    const of = (kind: string, who: typeof ana) => shown(barcelona, barcelona.entries.find(({ action }) =>
      action.kind === kind && (action.kind === 'member.attested' ? action.member : action.acct) === who.acct)!)
    const good: Asked<'guest.admitted'> = {
      kind: 'guest.admitted', guest: ana.acct, home: barcelona.card.origin, device: ana.device,
      evidence: [of('member.joined', ana), of('member.attested', ana)],
    }
    const refusalOf = (change: Partial<typeof good>) => record(chengdu, { ...good, ...change })
    const bad = { code: 'bad-evidence' }
    const [joined, attested] = good.evidence
    expect(refusalOf({ evidence: [] })).toEqual(bad)
    expect(refusalOf({ evidence: [joined!] })).toEqual(bad)
    expect(refusalOf({ evidence: [attested!, joined!] })).toEqual(bad)
    expect(refusalOf({ evidence: [joined!, of('member.attested', joan)] })).toEqual(bad)
    expect(refusalOf({ evidence: [of('member.joined', joan), attested!] })).toEqual(bad)
    expect(refusalOf({ device: aPerson('a thief').device })).toEqual(bad)
    expect(refusalOf({ evidence: [joined!, { ...attested!, proof: joined!.proof }] })).toEqual(bad)
    const thief: Town = { ...barcelona, secrets: { ...barcelona.secrets, log: bytesFor('a thief') } }
    expect(refusalOf({ evidence: [joined!, shown(thief, barcelona.entries.at(-3)!)] })).toEqual(bad)
    expect(refusalOf({})).toHaveProperty('seq')
    expect(refusalOf({})).toEqual({ code: 'guest-known' })
  })

  test('is nobody whose account and key their home has only copied from another city', () => {
    const { towns: [chengdu, barcelona, tokyo] } = aRegion(['chengdu', 'barcelona', 'tokyo'])
    const ana = aMember(barcelona, 'ana')
    const joined = barcelona.entries.find(({ action }) => action.kind === 'member.joined' && action.acct === ana.acct)!
    const { profile, charter } = joined.action as ActionOf<'member.joined'>
    // Tokyo writes her into its log with the signature she made at home, which is not for there.
    const copied = draft(tokyo, { kind: 'member.joined', acct: ana.acct, device: ana.device, profile, charter, invitation: null })
    const slipped = parseRecord(encodeRecord({ ...copied, auth: joined.auth }))!
    tokyo.state.tree.append(slipped.leaf)
    tokyo.audited = false
    const attested = draft(tokyo, { kind: 'member.attested', member: ana.acct, identity: hexFor('papers') }, [tokyo.steward])
    tokyo.state.tree.append(attested.leaf)
    expect(record(chengdu, {
      kind: 'guest.admitted', guest: ana.acct, home: tokyo.card.origin, device: ana.device,
      evidence: [shown(tokyo, slipped), shown(tokyo, attested)],
    })).toEqual({ code: 'bad-evidence' })
    expect(admit(chengdu, barcelona, ana)).toHaveProperty('seq')
  })

  test('comes from another city of the federation, with an account and a key that are free', () => {
    const [chengdu, barcelona] = pairOf()
    const ana = aMember(barcelona, 'ana')
    const mei = aMember(chengdu, 'mei')
    const good: Asked<'guest.admitted'> =
      { kind: 'guest.admitted', guest: ana.acct, home: barcelona.card.origin, device: ana.device, evidence: [] }
    const refusalOf = (change: Partial<typeof good>) => record(chengdu, { ...good, ...change })
    expect(record(aTown('lone'), good)).toEqual({ code: 'no-federation' })
    expect(refusalOf({ home: chengdu.card.origin })).toEqual({ code: 'own-hub' })
    const stranger = aTown('tokyo').card.origin
    expect(refusalOf({ home: stranger })).toEqual({ code: 'unknown-hub', hub: stranger })
    expect(refusalOf({ guest: mei.acct })).toEqual({ code: 'account-taken' })
    expect(refusalOf({ guest: toHex(chengdu.id) })).toEqual({ code: 'account-taken' })
    expect(refusalOf({ device: mei.device })).toEqual({ code: 'key-taken' })
    expect(refusalOf({ device: new Uint8Array(32) })).toEqual({ code: 'bad-key' })
  })

  test('of one city cannot be claimed by another', () => {
    const { towns: [chengdu, barcelona, tokyo] } = aRegion(['chengdu', 'barcelona', 'tokyo'])
    const ana = aMember(barcelona, 'ana')
    admit(chengdu, barcelona, ana)
    expect(record(chengdu, {
      kind: 'guest.admitted', guest: ana.acct, home: tokyo.card.origin, device: ana.device, evidence: [],
    })).toEqual({ code: 'account-taken' })
  })
})

describe('a contribution abroad', () => {
  /** Ana of Barcelona helped in Chengdu; her award has arrived at home unless `limitMilli` suspended it. */
  function anaHelpedAbroad({ limitMilli, askedAfterDays = 0 }: { limitMilli?: bigint; askedAfterDays?: number } = {}) {
    const towns = pairOf()
    const [chengdu, barcelona] = towns
    const { guest: ana, id } = owesAward(chengdu, barcelona)
    if (limitMilli !== undefined) {
      const set = { kind: 'trust.set', ...PLAIN_TRUST, peer: chengdu.card.origin, exposureMilli: limitMilli, transferMaxMilli: 3000n * CV } as const
      recorded(barcelona, set, [barcelona.steward])
    }
    for (const town of towns) {
      town.now += askedAfterDays * DAY
      tick(town)
    }
    const request = recorded(chengdu, awardRequest(chengdu, id), [chengdu.steward])
    const xid = xidIn(chengdu, request)
    deliver(chengdu, barcelona, settle(chengdu, towns), towns)
    const count = (change: Partial<Asked<'contribution.abroad'>> = {}) =>
      record(barcelona, { kind: 'contribution.abroad', member: ana.acct, xid, request: shown(chengdu, request), ...change })
    return { towns, chengdu, barcelona, ana, xid, request, count }
  }

  test('counts in the member’s story like one at home, once', () => {
    const { barcelona, ana, xid, count } = anaHelpedAbroad()
    const entry = count()
    const member = barcelona.state.members.get(ana.acct)!
    expect(member).toMatchObject({ lifetimeMilli: 90n * CV, contributions: 1 })
    expect(barcelona.state.abroad.get(xid)).toEqual({ xid, member: ana.acct, milli: 90n * CV, seq: (entry as { seq: number }).seq })
    expect(count()).toEqual({ code: 'already-counted', xid })
    expect(member.lifetimeMilli).toBe(90n * CV)
  })

  test('is shown by the host’s own request for just that transfer and member', () => {
    const { towns, chengdu, barcelona, ana, count, request } = anaHelpedAbroad()
    const other = owesAward(chengdu, barcelona, 'joan')
    const otherRequest = recorded(chengdu, awardRequest(chengdu, other.id), [chengdu.steward])
    deliver(chengdu, barcelona, settle(chengdu, towns), towns)
    const bad = { code: 'bad-evidence' }
    expect(count({ request: shown(chengdu, otherRequest) })).toEqual(bad)
    expect(count({ request: shown(chengdu, chengdu.entries[0]!) })).toEqual(bad)
    expect(count({ request: { ...shown(chengdu, request), proof: Uint8Array.of(1) } })).toEqual(bad)
    expect(count({ xid: hexFor('none') })).toEqual({ code: 'unknown-transfer', xid: hexFor('none') })
    expect(count({ member: hexFor('nobody') })).toEqual({ code: 'unknown-member', member: hexFor('nobody') })
    expect(count({ member: other.guest.acct })).toEqual({ code: 'not-an-award' })
    const alone = aTown('lone')
    expect(record(alone, { kind: 'contribution.abroad', member: ana.acct, xid: hexFor('x'), request: shown(chengdu, request) }))
      .toEqual({ code: 'no-federation' })
    expect(count()).toHaveProperty('seq')
  })

  test('waits until the award has reached the member in full', () => {
    const { barcelona, ana, xid, count } = anaHelpedAbroad({ limitMilli: 10n * CV })
    const release = (amount: bigint) => recorded(barcelona, { kind: 'x.rel', xid, amount }, [barcelona.steward])
    expect(count()).toEqual({ code: 'wrong-phase', phase: 'suspended' })
    release(20n * CV)
    expect(count()).toEqual({ code: 'wrong-phase', phase: 'suspended' })
    release(10n * CV)
    expect(count()).toHaveProperty('seq')
    expect(barcelona.state.members.get(ana.acct)!.lifetimeMilli).toBe(90n * CV)
  })

  test('may be paid some weeks after it was due, but not at a fraction of its value', () => {
    expect(anaHelpedAbroad({ askedAfterDays: 60 }).count()).toHaveProperty('seq')
    const late = anaHelpedAbroad({ askedAfterDays: 120 })
    expect(late.count()).toMatchObject({ code: 'award-too-large' })
  })

  test('is shown by a request for that member, whoever the order named', () => {
    const { towns, chengdu, barcelona, ana } = anaHelpedAbroad()
    const { id } = owesAward(chengdu, barcelona, 'joan')
    const request = recorded(chengdu, awardRequest(chengdu, id), [chengdu.steward])
    const slot = settle(chengdu, towns)
    const { order } = chengdu.state.chain.slots[slot]!
    const toAna = { ...order, outs: [{ ...order.outs[0]!, to: ana.acct }] }
    recorded(barcelona, forged(chengdu, barcelona, toAna, towns, ['credit']))
    const shownTo = { kind: 'contribution.abroad', member: ana.acct, xid: xidIn(chengdu, request) } as const
    expect(record(barcelona, { ...shownTo, request: shown(chengdu, request) })).toEqual({ code: 'bad-evidence' })
  })

  test('is not made of a member’s own value that came from there', () => {
    const { towns, chengdu, barcelona, ana } = anaHelpedAbroad()
    const { receiver: mei } = owesAward(chengdu, barcelona, 'joan')
    const amount = baseOf(CV, globalIndex(chengdu.state.federation!, dayIn(chengdu)))
    // Ana sends Mei a little for her stay, and Mei sends it back: nobody has helped anybody.
    ask(barcelona, chengdu, ana, mei, amount)
    deliver(barcelona, chengdu, settle(barcelona, towns), towns)
    const xid = ask(chengdu, barcelona, mei, ana, amount)
    deliver(chengdu, barcelona, settle(chengdu, towns), towns)
    const asked = chengdu.entries[chengdu.state.requests.get(xid)!.seq]!
    expect(record(barcelona, { kind: 'contribution.abroad', member: ana.acct, xid, request: shown(chengdu, asked) }))
      .toEqual({ code: 'not-an-award' })
  })

  test('cannot be worth more than was paid for it', () => {
    const { towns, chengdu, barcelona, count } = anaHelpedAbroad()
    expect(count()).toHaveProperty('seq')
    // A host that writes a larger award than its pool pays: its own ledger would never take that request.
    const guest = aMember(barcelona, 'joan')
    admit(chengdu, barcelona, guest)
    const id = help(chengdu, guest, aMember(chengdu, 'bo'), 90)
    chengdu.state.agreements.get(id)!.award!.milli = 90n * CV + 3n
    const request = recorded(chengdu, awardRequest(chengdu, id), [chengdu.steward])
    deliver(chengdu, barcelona, settle(chengdu, towns), towns)
    const abroad = { kind: 'contribution.abroad', member: guest.acct, xid: xidIn(chengdu, request), request: shown(chengdu, request) } as const
    expect(record(barcelona, abroad)).toEqual({ code: 'award-too-large', mostMilli: 90n * CV + 2n })
  })
})
