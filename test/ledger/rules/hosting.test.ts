import { describe, expect, test } from 'vitest'
import { helpPrices, type Resource, resources } from '#ledger/charter/charter.ts'
import { baseOf, nominalOf } from '#ledger/value/decay.ts'
import { presets } from '#ledger/charter/presets.ts'
import { visitorPrice } from '#ledger/rules/hosting.ts'
import { priceOf } from '#ledger/rules/price.ts'
import { exposureOf } from '#ledger/rules/trust.ts'
import { globalIndex } from '#ledger/state/state.ts'
import { agree, agreementIn, anAgreement, booked, aBooking, codeOf, confirm, grades, rateBoth, refusalOf, report, sleep } from '#test/support/people.ts'
import {
  acknowledge, aMember, aRegion, ask, awardRequest, CV, DAY, dayIn, deliver, issue, owesAward, pass, type Person,
  PLAIN_TRUST, recorded, settle, type Town,
} from '#test/support/towns.ts'

/** Ana of Barcelona has 30 Global, for having helped in Chengdu; there, Mei shares a tool at 40 CV a day. */
function aVisit(helpPrice: 0 | 1 = helpPrices.none) {
  const { towns } = aRegion(['chengdu', 'barcelona'], { agreed: { ...presets.city, helpPrice } })
  const [chengdu, barcelona] = towns
  issue(barcelona, 1_000n * CV, towns)
  const { guest: ana, id } = owesAward(chengdu, barcelona)
  recorded(chengdu, awardRequest(chengdu, id), [chengdu.steward])
  deliver(chengdu, barcelona, settle(chengdu, towns), towns)
  return { towns, chengdu, barcelona, ana, mei: aMember(chengdu, 'mei') }
}
type Visit = ReturnType<typeof aVisit>

const tool = { resource: resources.tool }
const memberOf = (town: Town, { acct }: Person) => town.state.members.get(acct)!
const stayOf = ({ chengdu }: Visit, id: string) => agreementIn(chengdu, id).stay

/** Ana uses it as agreed, and both rate it good. */
function used({ chengdu, mei, ana }: Visit, id: string, minutes?: number): void {
  report(chengdu, id, ana, minutes)
  confirm(chengdu, id, mei)
  rateBoth(chengdu, id, [ana, grades.good], [mei, grades.good])
}

/** What Ana sends from home for an agreement arrives. */
function paid({ towns, chengdu, barcelona, mei, ana }: Visit, id: string, amount: bigint): string {
  const xid = ask(barcelona, chengdu, ana, mei, amount, id)
  const slot = settle(barcelona, towns)
  acknowledge(barcelona, chengdu, slot, deliver(barcelona, chengdu, slot, towns))
  return xid
}

describe('a visitor who uses what is shared here', () => {
  test('gives its price in Global to who hosts; its worth counts in their lifetime, and no Domain is issued twice', () => {
    const visit = aVisit()
    const { chengdu, mei, ana } = visit
    const id = booked(chengdu, mei, ana, { ...tool, begins: chengdu.now, ends: chengdu.now + DAY })
    const { federation } = chengdu.state
    const due = baseOf(13_333n, globalIndex(federation!, dayIn(chengdu)))
    expect(stayOf(visit, id)).toEqual({ due, paid: 0n, counted: false, waiting: [] })
    const { issuance, redemption } = chengdu.state.books
    used(visit, id)
    expect(agreementIn(chengdu, id)).toMatchObject({ phase: 'settled', award: { milli: 40n * CV } })
    expect(memberOf(chengdu, mei)).toMatchObject({ lifetimeMilli: 0n, account: { domain: 0n, global: 0n } })
    pass(visit.towns, 1)
    paid(visit, id, due)
    expect(stayOf(visit, id)).toEqual({ due, paid: due, counted: true, waiting: [] })
    expect(memberOf(chengdu, mei)).toMatchObject({ lifetimeMilli: 40n * CV, account: { domain: 0n, global: due }, earned: null })
    expect(chengdu.state.books).toMatchObject({ issuance, redemption })
  })

  test('may give for it before it is over: it waits for the stay, is handed over when that is settled, and counts then', () => {
    const visit = aVisit()
    const { chengdu, barcelona, mei, ana } = visit
    const id = booked(chengdu, mei, ana, { ...tool, begins: chengdu.now, ends: chengdu.now + DAY })
    const { due } = stayOf(visit, id)!
    const xid = paid(visit, id, due + 5n)
    const arrival = () => chengdu.state.arrivals.get(xid)!
    expect([stayOf(visit, id), arrival()]).toMatchObject([{ paid: 0n, waiting: [xid] }, { disposition: 'booking', phase: 'bound', left: due + 5n }])
    expect(exposureOf(chengdu.state, barcelona.card.origin, dayIn(chengdu))).toBe(due + 5n)
    for (const asked of [{ kind: 'x.rel', xid, amount: 1n }, { kind: 'x.back', xid }] as const) {
      expect(codeOf(chengdu, asked, [chengdu.steward])).toBe('not-suspended')
    }
    used(visit, id)
    expect(memberOf(chengdu, mei)).toMatchObject({ lifetimeMilli: 40n * CV, account: { global: due } })
    expect(arrival()).toMatchObject({ phase: 'returning', left: 5n })
    expect(exposureOf(chengdu.state, barcelona.card.origin, dayIn(chengdu))).toBe(due)
    expect(chengdu.state.agreements.openOne(id)).toBeUndefined()
  })

  test.each(['called off', 'nobody came', 'never spoken of again'] as const)('has it all back when the stay comes to nothing: %s', (end) => {
    const visit = aVisit()
    const { towns, chengdu, barcelona, mei, ana } = visit
    const id = booked(chengdu, mei, ana, { ...tool, begins: chengdu.now + 60, ends: chengdu.now + DAY })
    const { due } = stayOf(visit, id)!
    const before = memberOf(barcelona, ana).account.global
    const xid = paid(visit, id, due)
    expect(memberOf(barcelona, ana).account.global).toBe(before - due)
    if (end === 'called off') recorded(chengdu, { kind: 'agreement.cancelled', agreement: id }, [ana])
    if (end === 'nobody came') {
      for (const town of towns) town.now += 3_600
      recorded(chengdu, { kind: 'absence.reported', agreement: id, absent: 2 }, [mei])
      confirm(chengdu, id, ana)
    }
    if (end === 'never spoken of again') pass(towns, 40)
    expect(chengdu.state.arrivals.get(xid)!.phase).toBe('returning')
    deliver(chengdu, barcelona, settle(chengdu, towns), towns)
    expect(barcelona.state.requests.get(xid)!.phase).toBe('returned')
    expect(memberOf(barcelona, ana).account.global).toBe(before)
    expect(exposureOf(chengdu.state, barcelona.card.origin, dayIn(chengdu))).toBe(0n)
  })

  test('is bound by a steward, whole, when more came than that city is trusted with', () => {
    const visit = aVisit()
    const { chengdu, barcelona, mei, ana } = visit
    const limits = { exposureMilli: 0n, transferMaxMilli: 100n * CV }
    const id = booked(chengdu, mei, ana, { ...tool, begins: chengdu.now, ends: chengdu.now + DAY })
    const { due } = stayOf(visit, id)!
    recorded(chengdu, { kind: 'trust.set', ...PLAIN_TRUST, ...limits, peer: barcelona.card.origin }, [chengdu.steward])
    const xid = paid(visit, id, due)
    expect(chengdu.state.arrivals.get(xid)!.disposition).toBe('limit')
    expect(refusalOf(chengdu, { kind: 'x.rel', xid, amount: 1n }, [chengdu.steward])).toEqual({ code: 'other-amount', expected: due })
    recorded(chengdu, { kind: 'x.rel', xid, amount: due }, [chengdu.steward])
    expect(chengdu.state.arrivals.get(xid)).toMatchObject({ phase: 'bound', left: due })
    used(visit, id)
    expect(memberOf(chengdu, mei)).toMatchObject({ lifetimeMilli: 40n * CV, account: { global: due } })
  })

  test('owes nothing that was not used; less than is due, or for something else, counts nothing', () => {
    const visit = aVisit()
    const { chengdu, mei, ana } = visit
    const id = booked(chengdu, mei, ana, { ...tool, begins: chengdu.now, ends: chengdu.now + 2 * DAY })
    const { due } = stayOf(visit, id)!
    used(visit, id, 1_440)
    expect(stayOf(visit, id)!.due).toBe(due / 2n)
    paid(visit, id, due / 2n - 1n)
    expect(stayOf(visit, id)!.counted).toBe(false)
    paid(visit, '00'.repeat(15) + '01', 5n)
    expect([stayOf(visit, id)!.paid, memberOf(chengdu, mei).lifetimeMilli]).toEqual([due / 2n - 1n, 0n])
    paid(visit, id, 1n)
    expect(memberOf(chengdu, mei).lifetimeMilli).toBe(40n * CV)
  })

  test('leaves nothing open by calling it off or by staying away', () => {
    const visit = aVisit()
    const { chengdu, mei, ana } = visit
    const off = booked(chengdu, mei, ana, tool)
    recorded(chengdu, { kind: 'agreement.cancelled', agreement: off }, [ana])
    const lapsed = booked(chengdu, mei, ana, tool)
    sleep(chengdu, 40)
    for (const id of [off, lapsed]) expect(chengdu.state.agreements.openOne(id)).toBeUndefined()
    expect(memberOf(chengdu, mei).account).toMatchObject({ domain: 0n, held: 0n })
  })

  test('is refused by name: by who is known nowhere, of what a guest would share, from a frozen city, and from one whose members are known here as newcomers', () => {
    const { chengdu, barcelona, mei, ana } = aVisit()
    expect(codeOf(chengdu, aBooking(chengdu, ana, mei, tool), [ana, mei])).toBe('unknown-member')
    const { origin } = barcelona.card
    chengdu.state.frozen.set(origin, { kind: 'E1', evidence: '00'.repeat(32), seq: 1, ts: 1 })
    expect(refusalOf(chengdu, aBooking(chengdu, mei, ana, tool), [mei, ana])).toEqual({ code: 'hub-frozen', hub: origin })
    chengdu.state.frozen.delete(origin)
    const limits = { exposureMilli: CV, transferMaxMilli: CV }
    recorded(chengdu, { kind: 'trust.set', ...PLAIN_TRUST, ...limits, peer: origin, levelMax: 1 }, [chengdu.steward])
    expect(refusalOf(chengdu, aBooking(chengdu, mei, ana, tool), [mei, ana])).toEqual({ code: 'level-too-low', level: 1, needed: 2 })
  })
})

describe('a visitor who is helped here', () => {
  /** Agreed for an hour; and helped so long, both rating it good. */
  const helped = (visit: Visit, minutes = 60): string => {
    const id = agree(visit.chengdu, visit.mei, visit.ana, { minutes: 60 })
    report(visit.chengdu, id, visit.mei, minutes)
    confirm(visit.chengdu, id, visit.ana)
    rateBoth(visit.chengdu, id, [visit.ana, grades.good], [visit.mei, grades.good])
    return id
  }

  test.each([helpPrices.none, helpPrices['hour-for-hour']])('gives an hour for an hour in Global, whatever neighbours give (%d), and its worth counts once that has come', (price) => {
    const visit = aVisit(price)
    const { chengdu, mei } = visit
    const { issuance, redemption, commons } = chengdu.state.books
    const id = helped(visit)
    const { federation } = chengdu.state
    const { due } = stayOf(visit, id)!
    expect(due).toBe(baseOf(20_000n, globalIndex(federation!, dayIn(chengdu))))
    expect(agreementIn(chengdu, id)).toMatchObject({ phase: 'settled', hold: 0n, toppedUp: 0n, guestDue: null, award: { milli: 60n * CV } })
    expect(memberOf(chengdu, mei)).toMatchObject({ lifetimeMilli: 0n, contributions: 0, account: { domain: 0n, global: 0n } })
    paid(visit, id, due)
    expect(memberOf(chengdu, mei)).toMatchObject({ lifetimeMilli: 60n * CV, contributions: 1, account: { domain: 0n, global: due } })
    expect(chengdu.state.books).toMatchObject({ issuance, redemption, commons })
    expect(chengdu.state.agreements.openOne(id)).toBeUndefined()
  })

  test('owes by the minute: half of it was done, half is due, and of what was sent ahead the rest goes back', () => {
    const visit = aVisit()
    const { chengdu, mei, ana } = visit
    const id = agree(chengdu, mei, ana, { minutes: 60 })
    const { due } = stayOf(visit, id)!
    const xid = paid(visit, id, due)
    expect(chengdu.state.arrivals.get(xid)).toMatchObject({ disposition: 'booking', phase: 'bound' })
    report(chengdu, id, mei, 30)
    confirm(chengdu, id, ana)
    rateBoth(chengdu, id, [ana, grades.good], [mei, grades.good])
    expect(memberOf(chengdu, mei)).toMatchObject({ lifetimeMilli: 30n * CV, account: { global: due / 2n } })
    expect(chengdu.state.arrivals.get(xid)).toMatchObject({ phase: 'returning', left: due - due / 2n })
  })

  test('who gives nothing, because the city’s ratio comes to nothing, brings nobody a contribution or a lifetime', () => {
    const { towns } = aRegion(['chengdu', 'barcelona'], { agreed: { ...presets.city, conversion: { ...presets.city.conversion, globalPer: { numerator: 1, denominator: 1_000_000 } } } })
    const [chengdu, barcelona] = towns
    issue(barcelona, 1_000n * CV, towns)
    const { guest: ana } = owesAward(chengdu, barcelona)
    const mei = aMember(chengdu, 'mei')
    const id = agree(chengdu, mei, ana, { minutes: 60 })
    report(chengdu, id, mei)
    confirm(chengdu, id, ana)
    rateBoth(chengdu, id, [ana, grades.good], [mei, grades.good])
    expect(agreementIn(chengdu, id)).toMatchObject({ phase: 'settled', stay: { due: 0n, counted: false } })
    expect(memberOf(chengdu, mei)).toMatchObject({ lifetimeMilli: 0n, contributions: 0 })
    expect(chengdu.state.agreements.openOne(id)).toBeUndefined()
  })

  test('has it all back when nobody came, and the helper’s hour is theirs again', () => {
    const visit = aVisit()
    const { towns, chengdu, mei, ana } = visit
    const id = agree(chengdu, mei, ana, { minutes: 60, begins: chengdu.now + 60 })
    const xid = paid(visit, id, stayOf(visit, id)!.due)
    for (const town of towns) town.now += 3_600
    recorded(chengdu, { kind: 'absence.reported', agreement: id, absent: 2 }, [mei])
    confirm(chengdu, id, ana)
    expect(chengdu.state.arrivals.get(xid)!.phase).toBe('returning')
    expect([agreementIn(chengdu, id).phase, memberOf(chengdu, mei).contributions, chengdu.state.hours.get(mei.acct)]).toEqual(['missed', 0, undefined])
  })

  test('needs no level, as no neighbour does; and from a frozen city nobody is', () => {
    const { chengdu, barcelona, mei, ana } = aVisit()
    const { origin } = barcelona.card
    const limits = { exposureMilli: CV, transferMaxMilli: CV }
    recorded(chengdu, { kind: 'trust.set', ...PLAIN_TRUST, ...limits, peer: origin, levelMax: 1 }, [chengdu.steward])
    expect(codeOf(chengdu, anAgreement(chengdu, mei, ana), [mei, ana])).toBeNull()
    chengdu.state.frozen.set(origin, { kind: 'E1', evidence: '00'.repeat(32), seq: 1, ts: 1 })
    expect(refusalOf(chengdu, anAgreement(chengdu, mei, ana), [mei, ana])).toEqual({ code: 'hub-frozen', hub: origin })
  })
})

test('[S1469-1473] example A: what a week of hosting in Barcelona brings is what Tokyo and Chiang Mai ask', () => {
  const { towns: [town] } = aRegion(['barcelona'])
  const at = { seq: 0, ts: town.now, leaf: new Uint8Array(32) }
  const globalCv = (table: typeof presets.city.price.table, longStay: typeof presets.city.price.longStay, resource: Resource, days: number) => {
    const charter = { ...presets.city, price: { ...presets.city.price, table, longStay } }
    const { milli } = priceOf(charter, { resource, minutes: days * 1_440, demandPerMille: 1000, demandSet: null })
    return Number(nominalOf(visitorPrice(town.state, charter, milli, at), globalIndex(town.state.federation!, 0))) / 1000
  }
  const room = (milli: bigint) => [{ resource: resources.room, unitMinutes: 1_440, milli }]
  const workspace = [{ resource: resources.workspace, unitMinutes: 1_440, milli: 150n * CV }]
  const barcelona = globalCv(room(200n * CV), [], resources.room, 7)
  const tokyo = globalCv(room(300n * CV), [], resources.room, 3)
  const chiangMai = globalCv(workspace, presets.city.price.longStay, resources.workspace, 7)
  expect([barcelona, tokyo, chiangMai]).toEqual([466.666, 300, 175])
  expect(Math.abs(barcelona - tokyo - chiangMai)).toBeLessThan(10)
})
