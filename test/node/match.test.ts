/** Who and what fit each other: the reasons, the order, and what somebody has already agreed to. */
import { expect, test, vi } from 'vitest'
import { resources } from '#ledger/charter/charter.ts'
import { appointmentsOf, conflictsOf, gatheringsOf, inTheirOrder, leftOf } from '#node/market/agenda.ts'
import { calendarRoutes } from '#node/routes/market.ts'
import { calendarOf } from '#node/market/calendar.ts'
import { type Candidate, fitOf, inFairOrder, nothingOffered, swapsIn } from '#node/market/match.ts'
import { matchesOf } from '#node/market/matches.ts'
import { openWishes, SEARCHES_MAX } from '#node/market/wishes.ts'
import type { Action } from '#ledger/action.ts'
import type { Offering, Wish } from '#protocol/api.ts'
import type { Listing } from '#protocol/listing.ts'
import { aListing } from '#test/support/listings.ts'
import { aMemoryStore } from '#test/support/memory-store.ts'
import { booked } from '#test/support/people.ts'
import {
  acknowledge, aMember, aPerson, aRegion, aTown, awardRequest, CV, deliver, issue, NOON, owesAward, recorded, settle,
} from '#test/support/towns.ts'
import type { Agreement, Session } from '#ledger/state/matters.ts'
import type { State } from '#ledger/state/state.ts'

const town = aTown('chengdu')
const [mei, bo, ana] = ['mei', 'bo', 'ana'].map(aPerson) as [ReturnType<typeof aPerson>, ReturnType<typeof aPerson>, ReturnType<typeof aPerson>]
const HOUR = 3_600
let made = 0
const listing = (own: Partial<Listing>, by = mei): Listing => aListing(town, by, { id: String((made += 1)).padStart(32, '0'), languages: [], ...own })
const offering = (own: Partial<Offering>): Offering => ({ ...nothingOffered, ...own })
const saysTap = (word: string): boolean => word === '水龙头'

test('a need fits who can do it, and says why; being near or speaking the language alone is no reason', () => {
  const need = listing({ title: '修水龙头', languages: ['zh'], place: { row: 2_400, column: 5_600, name: '' } })
  const near = { languages: ['zh'], cell: { row: 2_401, column: 5_600 } }
  expect(fitOf(need, offering({ ...near, skills: ['水龙头', '做饭'] }), saysTap)!.reasons).toEqual([
    { because: 'skill', word: '水龙头' }, { because: 'near', km: 5 }, { because: 'language', language: 'zh' },
  ])
  expect(fitOf(need, offering(near), saysTap)).toBeNull()
  expect(fitOf(need, offering({ ...near, skills: ['做饭'] }), saysTap)).toBeNull()
})

test('who has time then fits better, and who has time at other hours alone does not fit', () => {
  const need = listing({ slots: [{ from: NOON, to: NOON + HOUR }] })
  const able = offering({ skills: ['水龙头'] })
  const free = (from: number): Offering => ({ ...able, free: [{ from, to: from + HOUR }] })
  expect(fitOf(need, free(NOON + 60), saysTap)!.weight).toBeGreaterThan(fitOf(need, able, saysTap)!.weight)
  expect(fitOf(need, free(NOON + HOUR), saysTap)).toBeNull()
})

test('without a common language nobody is suggested, unless one side names none', () => {
  const need = listing({ languages: ['de'] })
  expect(fitOf(need, offering({ skills: ['水龙头'], languages: ['zh'] }), saysTap)).toBeNull()
  expect(fitOf(need, offering({ skills: ['水龙头'] }), saysTap)).not.toBeNull()
})

test('of those who fit about equally the charter’s priority comes first, then who was asked least, then a turn', () => {
  const candidate = (who: string, weight: number, priority: number, lately: number, turn: string): Candidate<string> =>
    ({ who, fit: { weight, reasons: [] }, priority, lately, turn })
  const all = [
    candidate('weaker', 25, 3, 0, 'a'), candidate('busy', 45, 0, 4, 'a'), candidate('turn b', 50, 0, 1, 'b'), candidate('turn a', 41, 0, 1, 'a'),
    candidate('prior', 40, 1, 9, 'z'), candidate('best', 90, 0, 9, 'z'),
  ]
  expect(inFairOrder(all).map(({ who }) => who)).toEqual(['best', 'prior', 'turn a', 'turn b', 'busy', 'weaker'])
  expect(inFairOrder(all.toReversed())).toEqual(inFairOrder(all))
})

test('two who could help each other are found, each once, and care is never traded', () => {
  const need = listing({ tags: ['guitar'] })
  const give = listing({ kind: 'skill', tags: ['english'] })
  const get = listing({ kind: 'skill', tags: ['guitar'] }, bo)
  const theirs = listing({ tags: ['english'] }, bo)
  const oneSided = listing({ kind: 'skill', tags: ['guitar'] }, ana)
  expect(swapsIn([need, give], [get, get, theirs, oneSided])).toEqual([{ need, get, give, theirs }])
  expect(swapsIn([need], [get, theirs])).toEqual([])
  expect(swapsIn([{ ...need, category: 'elder-care' }, give], [get, theirs])).toEqual([])
  const [room, wanted] = [listing({ kind: 'resource', resource: 'room' }), listing({ resource: 'room' }, bo)]
  expect(swapsIn([need, room], [get, wanted])).toHaveLength(1)
})

const agreed = (own: Partial<Agreement> & { begins: number; ends: number; kind?: string }): Agreement =>
  ({ id: 'a1', provider: mei.acct, receiver: bo.acct, phase: 'agreed', made: NOON, ...own,
    terms: { kind: own.kind ?? 'agreement.made', listing: 'l1', begins: own.begins, ends: own.ends } }) as unknown as Agreement

test('a gathering stands in the calendar of who leads it and of who has signed up, and in nobody else’s', () => {
  const session = { id: 's1', made: NOON, terms: { acct: mei.acct, listing: 'l1', begins: NOON, ends: NOON + HOUR }, people: new Map([[bo.acct, {}]]) } as unknown as Session
  const line = { what: 'session', id: 's1', hub: 'chengdu', from: NOON, to: NOON + HOUR, listing: 'l1', isLent: false, made: NOON }
  expect(gatheringsOf(mei.acct, [session], 'chengdu')).toEqual([{ ...line, with: null }])
  expect(gatheringsOf(bo.acct, [session], 'chengdu')).toEqual([{ ...line, with: mei.acct }])
  expect(gatheringsOf(ana.acct, [session], 'chengdu')).toEqual([])
})

test('what is agreed takes time, what was called off does not, and a room lent leaves its owner free', () => {
  const visit = agreed({ begins: NOON, ends: NOON + HOUR })
  const off = agreed({ begins: NOON, ends: NOON + HOUR, phase: 'cancelled' })
  const lent = agreed({ begins: NOON, ends: NOON + 48 * HOUR, kind: 'booking.made' })
  const mine = inTheirOrder(appointmentsOf(mei.acct, [off, lent, visit], 'chengdu'))
  expect(mine.map(({ isLent }) => isLent)).toEqual([false, true])
  expect(conflictsOf({ from: NOON + 60, to: NOON + 120 }, mine)).toHaveLength(1)
  expect(conflictsOf({ from: NOON + HOUR, to: NOON + 2 * HOUR }, mine)).toEqual([])
  expect(appointmentsOf(bo.acct, [lent], 'chengdu')[0]!.isLent).toBe(false)
  expect(appointmentsOf(ana.acct, [lent], 'chengdu')).toEqual([])
  expect(leftOf([{ from: NOON - HOUR, to: NOON + 2 * HOUR }], mine)).toEqual([
    { from: NOON - HOUR, to: NOON }, { from: NOON + HOUR, to: NOON + 2 * HOUR },
  ])
  expect(leftOf([{ from: NOON - 60, to: NOON + HOUR }], mine)).toEqual([])
})

test('what somebody has agreed to in another city is in their calendar, is none of their free time, and is told where a need would meet it', () => {
  const { towns } = aRegion(['chengdu', 'barcelona'])
  const [chengdu, barcelona] = towns
  issue(barcelona, 1_000n * CV, towns)
  const { guest } = owesAward(chengdu, barcelona)
  recorded(chengdu, awardRequest(chengdu, [...chengdu.state.agreements.openOnes()][0]!.id), [chengdu.steward])
  const slot = settle(chengdu, towns)
  acknowledge(chengdu, barcelona, slot, deliver(chengdu, barcelona, slot, towns))
  const host = aMember(chengdu, 'who lends a drill')
  const [begins, ends] = [chengdu.now + 48 * HOUR, chengdu.now + 72 * HOUR]
  const id = booked(chengdu, host, guest, { resource: resources.tool, begins, ends })
  const need = aListing(barcelona, aMember(barcelona, 'who needs'), { title: 'paint a wall', languages: [], slots: [{ from: begins + HOUR, to: begins + 2 * HOUR }] })
  const matchesWith = (elsewhere: State[], free: Offering['free']) => matchesOf({
    writer: { state: barcelona.state },
    board: { find: () => ({ ids: [need.id], more: false }), at: () => ({ listing: need, body: null, heardTs: NOON }), all: () => [] },
    wishes: { offeringOf: () => offering({ skills: ['paint'], free }), offerings: () => [] },
    away: { in: () => [] }, agreementsOf: () => [], elsewhere: () => elsewhere, now: () => barcelona.now,
  })
  const known = matchesWith([chengdu.state], [])
  expect(known.agenda(guest.acct).at(-1)).toMatchObject({ what: 'agreement', id, hub: chengdu.state.hub.origin, from: begins, to: ends, with: host.acct, isLent: false })
  expect(known.needsFor(guest.acct)[0]!.conflicts.map((one) => one.id)).toEqual([id])
  const free = [{ from: begins, to: ends }]
  expect(matchesWith([], free).needsFor(guest.acct)).toHaveLength(1)
  expect(matchesWith([chengdu.state], free).needsFor(guest.acct)[0]!.fit.reasons.map(({ because }) => because)).not.toContain('time')
})

test('a calendar says when and what in lines that every program reads, whatever a title holds', () => {
  const text = calendarOf('成都', [
    { id: 'a1@chengdu', from: 1_772_366_400, to: 1_772_370_000, changed: 951_782_400, title: 'Soup, salad; "tea"\nEND:VCALENDAR\\', url: 'http://h/agreement/a1' },
    { id: 'a2@chengdu', from: 0, to: 1, changed: 0, title: '一起包饺子'.repeat(12), url: 'http://h/agreement/a2' },
  ])
  const lines = text.split('\r\n')
  expect(lines).toContain('DTSTART:20260301T120000Z')
  expect(lines).toContain('DTEND:20260301T130000Z')
  expect(lines).toContain('DTSTAMP:20000229T000000Z')
  expect(lines).toContain('DTSTART:19700101T000000Z')
  expect(lines).toContain('SUMMARY:Soup\\, salad\\; "tea"\\nEND:VCALENDAR\\\\')
  expect(lines.filter((line) => line === 'END:VCALENDAR')).toHaveLength(1)
  for (const line of lines) expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(75)
  expect(text.replaceAll('\r\n ', '')).toContain(`SUMMARY:${'一起包饺子'.repeat(12)}\r\n`)
})

test('what a member offers and looks for is kept, is theirs alone, and goes with them', async () => {
  const store = aMemoryStore()
  let recorded = (_: { action: Action }): void => {}
  let drawn = 0
  const ports = {
    writer: { onRecorded: (listener: (entry: never) => void) => void (recorded = listener as never) },
    store, entropy: { bytes: (length: number) => new Uint8Array(length).fill((drawn += 1)) },
    log: { debug() {}, info() {}, warn() {}, error() {} },
  }
  const wish = (text: string): Wish => ({ text, kinds: [], category: null, hub: null, resource: null, returns: [], level: null, from: null, to: null })
  const wishes = await openWishes(ports)
  await wishes.offer(mei.acct, offering({ skills: ['guitar'], shown: true }))
  await wishes.offer(bo.acct, offering({ skills: ['drums'] }))
  const saved = await wishes.save(mei.acct, wish('tea'), NOON)
  expect(await wishes.save(mei.acct, wish('tea'), NOON + 1)).toEqual(saved)
  for (let i = 1; i < SEARCHES_MAX; i++) expect(await wishes.save(mei.acct, wish(`tea ${i}`), NOON)).not.toBeNull()
  expect(await wishes.save(mei.acct, wish('one more'), NOON)).toBeNull()
  expect(await wishes.see(bo.acct, saved!.id, NOON)).toBe(false)
  expect(await wishes.see(mei.acct, saved!.id, NOON + 9)).toBe(true)
  const secret = await wishes.calendarSecret(mei.acct, false)
  expect(await wishes.calendarSecret(mei.acct, false)).toBe(secret)

  const again = await openWishes(ports)
  expect(again.offerings().map(([acct]) => acct)).toEqual([mei.acct])
  expect(again.offeringOf(bo.acct).skills).toEqual(['drums'])
  expect(again.searchesOf(mei.acct)[0]).toEqual({ ...saved, seen: NOON + 9 })
  expect(again.accountOf(secret)).toBe(mei.acct)
  await again.calendarSecret(mei.acct, true)
  expect(again.accountOf(secret)).toBeNull()
  recorded({ action: { kind: 'member.left', acct: mei.acct } as Action })
  await vi.waitFor(() => expect(again.offerings()).toEqual([]))
  expect(again.searchesOf(mei.acct)).toEqual([])
  await vi.waitFor(async () => expect((await openWishes(ports)).offeringOf(mei.acct)).toEqual(nothingOffered))
  await again.forget(bo.acct)
  for (const wishes of [again, await openWishes(ports)]) expect(wishes.offeringOf(bo.acct)).toEqual(nothingOffered)
})

test('a calendar names what is agreed by a listing of the hub it is agreed in, and by no other of the same id', async () => {
  const [chengdu] = aRegion(['chengdu', 'barcelona']).towns
  const { hub } = chengdu.state
  const at = (origin: string, id: string) => ({ what: 'agreement' as const, id, hub: origin, from: NOON, to: NOON + HOUR, listing: 'l1', with: null, isLent: false, made: NOON })
  const own = { ...listing({ title: 'paint a wall' }), hub: hub.origin }
  const app = calendarRoutes({
    writer: { state: chengdu.state }, wishes: { accountOf: () => mei.acct }, matches: { agenda: () => [at(hub.origin, 'a1'), at('elsewhere.example', 'a2')] },
    listing: () => ({ listing: own, body: null, heardTs: NOON }),
  } as unknown as Parameters<typeof calendarRoutes>[0])
  const text = await (await app.request(`/calendar/${'0'.repeat(48)}.ics`)).text()
  expect(text.match(/SUMMARY:.*/g)!.map((line) => line.trim())).toEqual(['SUMMARY:paint a wall', 'SUMMARY:elsewhere.example'])
})
