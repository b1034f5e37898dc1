import { describe, expect, test } from 'vitest'
import { type Resource, resources } from '#ledger/charter.ts'
import { baseOf, nominalOf } from '#ledger/decay.ts'
import { presets } from '#ledger/presets.ts'
import { visitorPrice } from '#ledger/rules/hosting.ts'
import { priceOf, unitsOf } from '#ledger/rules/price.ts'
import { globalIndex } from '#ledger/state.ts'
import { agreementIn, booked, aBooking, codeOf, confirm, grades, rateBoth, refusalOf, report, sleep } from '#test/support/people.ts'
import {
  acknowledge, aMember, aRegion, ask, awardRequest, CV, DAY, dayIn, deliver, issue, owesAward, pass, type Person,
  PLAIN_TRUST, recorded, settle, type Town,
} from '#test/support/towns.ts'

/** Ana of Barcelona has 30 Global, for having helped in Chengdu; there, Mei shares a tool at 40 CV a day. */
function aVisit() {
  const { towns } = aRegion(['chengdu', 'barcelona'])
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
function paid({ towns, chengdu, barcelona, mei, ana }: Visit, id: string, amount: bigint): void {
  ask(barcelona, chengdu, ana, mei, amount, id)
  const slot = settle(barcelona, towns)
  acknowledge(barcelona, chengdu, slot, deliver(barcelona, chengdu, slot, towns))
}

describe('a visitor who uses what is shared here', () => {
  test('gives its price in Global to who hosts; its worth counts in their lifetime, and no Domain is issued twice', () => {
    const visit = aVisit()
    const { chengdu, mei, ana } = visit
    const id = booked(chengdu, mei, ana, { ...tool, begins: chengdu.now, ends: chengdu.now + DAY })
    const { federation } = chengdu.state
    const due = baseOf(13_333n, globalIndex(federation!, dayIn(chengdu)))
    expect(stayOf(visit, id)).toEqual({ due, paid: 0n, counted: false })
    const { issuance, redemption } = chengdu.state.books
    used(visit, id)
    expect(agreementIn(chengdu, id)).toMatchObject({ phase: 'settled', award: { milli: 40n * CV } })
    expect(memberOf(chengdu, mei)).toMatchObject({ lifetimeMilli: 0n, account: { domain: 0n, global: 0n } })
    pass(visit.towns, 1)
    paid(visit, id, due)
    expect(stayOf(visit, id)).toEqual({ due, paid: due, counted: true })
    expect(memberOf(chengdu, mei)).toMatchObject({ lifetimeMilli: 40n * CV, account: { domain: 0n, global: due }, earned: null })
    expect(chengdu.state.books).toMatchObject({ issuance, redemption })
  })

  test('may give for it before it is over; it counts when it is', () => {
    const visit = aVisit()
    const { chengdu, mei, ana } = visit
    const id = booked(chengdu, mei, ana, { ...tool, begins: chengdu.now, ends: chengdu.now + DAY })
    const { due } = stayOf(visit, id)!
    paid(visit, id, due)
    expect([stayOf(visit, id)!.paid, memberOf(chengdu, mei).lifetimeMilli]).toEqual([due, 0n])
    used(visit, id)
    expect(memberOf(chengdu, mei).lifetimeMilli).toBe(40n * CV)
    expect(chengdu.state.agreements.openOne(id)).toBeUndefined()
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

test('[S1469-1473] example A: what a week of hosting in Barcelona brings is what Tokyo and Chiang Mai ask', () => {
  const { towns: [town] } = aRegion(['barcelona'])
  const at = { seq: 0, ts: town.now, leaf: new Uint8Array(32) }
  const globalCv = (table: typeof presets.city.price.table, longStay: typeof presets.city.price.longStay, resource: Resource, days: number) => {
    const charter = { ...presets.city, price: { ...presets.city.price, table, longStay } }
    const units = unitsOf(table, resource, days * 1_440)
    const { milli } = priceOf(charter, { resource, units, demandPerMille: 1000, demandSet: null })
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
