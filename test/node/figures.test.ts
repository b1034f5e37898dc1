import { afterEach, expect, test, vi } from 'vitest'
import type { Action } from '#ledger/action.ts'
import { monthOf } from '#ledger/calendar.ts'
import { resources } from '#ledger/charter/charter.ts'
import { figuresOf, type FiguresPorts } from '#node/page/figures.ts'
import { OTHERS_SECONDS, OWN_SECONDS } from '#node/page/reckoner.ts'
import { LISTING_DAYS_MAX } from '#protocol/listing.ts'
import type { FigureName, FigureRow, FiguresView } from '#protocol/api.ts'
import { type MemberClient, zeros } from '#test/support/member-client.ts'
import { aListing } from '#test/support/listings.ts'
import { booked, confirm, grades, rateBoth, report } from '#test/support/people.ts'
import {
  acknowledge, aMember, aRegion, arriving, ask, awardRequest, CV, deliver, help, idFor, issue, moving, owesAward, pass, recorded, settle, type Town,
} from '#test/support/towns.ts'
import { aWholeHub, type WholeHub } from '#test/support/whole-hub.ts'

const DAY = 86_400
let hub: WholeHub | null = null

afterEach(async () => {
  await hub?.stop()
  hub = null
})

async function helpOnce(helper: MemberClient, receiver: MemberClient, minutes: number): Promise<void> {
  const now = (await helper.get<{ now: number }>('/api/seen')).body.now
  await helper.act('help.recorded', {
    helper: helper.acct, receiver: receiver.acct, category: 1, minutes, day: Math.floor(now / DAY), note: zeros,
  })
  const { id } = (await receiver.me()).helps[0]!
  expect((await receiver.act('help.confirmed', { help: id })).status).toBe(200)
}

test('a month’s figures are there for anybody, and each is what its rows add up to', async () => {
  hub = await aWholeHub('chengdu')
  const mei = await hub.member('Mei')
  const bo = await hub.member('Bo')
  await helpOnce(bo, mei, 60)
  await helpOnce(mei, bo, 30)
  await mei.list()

  const { body: view } = await mei.get<FiguresView>('/api/figures')
  expect(view).toMatchObject({
    isPresent: true, contributions: 2, ties: 1, repeatedPerMille: 1000, issued: '90000', closing: '90000',
    board: { needs: 1, met: 0, meanHours: null },
  })
  const { body: rows } = await mei.get<FigureRow[]>(`/api/figures/${view.month}/contributions`)
  expect(rows.map(({ milli }) => milli)).toEqual(['30000', '60000'])
  for (const { entries } of rows) expect(entries).toHaveLength(2)
  const rowsOf = async (figure: string) => (await mei.get<FigureRow[]>(`/api/figures/${view.month}/${figure}`)).body
  expect(await rowsOf('skill')).toEqual(rows)
  for (const figure of ['resource', 'project', 'community', 'uses', 'byGuests']) expect([figure, await rowsOf(figure)]).toEqual([figure, []])
})

/** The figures of a town over its own record, as a hub reads them from its disk. */
function figuresFrom({ state, entries }: Town, now: () => number) {
  const of = (picked: (action: Action) => boolean) => entries.filter(({ action }) => picked(action)).map(({ seq }) => seq)
  return figuresOf({
    writer: { state, entryAt: (seq: number) => entries[seq]! },
    timeline: {
      entriesAbout: (id: string) => of((action) => action.id === id || ('agreement' in action && action.agreement === id)),
      entriesBy: (acct: string) => of((action) => action.acct === acct),
      timeOf: (seq: number) => entries[seq]!.ts,
    },
    clock: { now }, listings: () => [], elsewhere: () => null,
  } as unknown as FiguresPorts)
}

test('people open the entries they are counted by: by which they joined, and the newest that they signed in the month', () => {
  const { towns } = aRegion(['chengdu', 'barcelona'])
  const [chengdu] = towns
  pass(towns, 40)
  const [mei, bo] = [aMember(chengdu, 'mei'), aMember(chengdu, 'bo')]
  help(chengdu, bo, mei, 60)
  const figures = figuresFrom(chengdu, () => chengdu.now)
  const { month, members, joined, active } = figures.view(null)!
  const kindsOf = (name: FigureName, of = month) =>
    figures.rows(of, name)!.map(({ entries }) => entries.map((seq) => chengdu.entries[seq]!.action.kind))
  expect([kindsOf('members').length, kindsOf('joined').length, kindsOf('active').length]).toEqual([members, joined, active])
  expect(new Set([...kindsOf('members'), ...kindsOf('joined')].flat())).toEqual(new Set(['member.joined', 'hub.founded']))
  const newest = figures.rows(month, 'active')!.map(({ entries }) => chengdu.entries[entries[0]!]!)
  // What two sign together counts for both, and stands once for each.
  for (const person of [mei, bo]) {
    const last = chengdu.entries.findLast(({ action }) => action.acct === person.acct || ('receiver' in action && action.receiver === person.acct))!
    expect(newest.map(({ seq }) => seq)).toContain(last.seq)
  }
  expect(newest.every(({ ts }) => monthOf(ts) === month)).toBe(true)
  const before = chengdu.state.months[0]!.month
  expect(kindsOf('active', before)).toHaveLength(figures.view(before)!.active)
  // A pseudonym stays in the record.
  expect(JSON.stringify([figures.rows(month, 'members'), figures.rows(month, 'active')])).not.toContain(mei.acct)
})

test('what was given for a use and what waits to be given stand behind their sums, and the month adds up', () => {
  const { towns } = aRegion(['chengdu', 'barcelona'])
  const [chengdu] = towns
  const [mei, bo] = [aMember(chengdu, 'mei'), aMember(chengdu, 'bo')]
  for (let i = 0; i < 4; i++) help(chengdu, bo, mei, 120)
  for (let i = 0; i < 2; i++) help(chengdu, mei, bo, 120)
  pass(towns, 20)
  const book = (begins: number) => booked(chengdu, mei, bo, { resource: resources.tool, begins, ends: begins + DAY })
  const used = book(chengdu.now)
  report(chengdu, used, bo)
  confirm(chengdu, used, mei)
  rateBoth(chengdu, used, [bo, grades.good], [mei, grades.good])
  const waits = book(chengdu.now + 7 * DAY)
  const figures = figuresFrom(chengdu, () => chengdu.now)
  const view = figures.view(null)!
  const idsOf = (name: FigureName) => figures.rows(view.month, name)!.map(({ id }) => id)
  expect(BigInt(view.redeemed)).toBeGreaterThan(0n)
  expect(idsOf('redeemed')).toEqual([used])
  expect(idsOf('issued')).toEqual(idsOf('contributions'))
  expect(figures.rows(view.month, 'held')).toEqual([expect.objectContaining({ id: waits, milli: view.held })])
  expect([view.otherwise, idsOf('otherwise'), view.reserve, idsOf('reserve')]).toEqual(['0', [], '0', []])
  expect(figures.rows(view.month, 'commons')!.map(({ entries }) => chengdu.entries[entries[0]!]!.action.kind)).toContain('member.attested')
  const sum = BigInt(view.opening) + BigInt(view.issued) - BigInt(view.redeemed) + BigInt(view.otherwise) - BigInt(view.decayed)
  expect(Math.abs(Number(sum - BigInt(view.closing)))).toBeLessThan(100)
})

test.each(['/api/figures?month=1', '/api/figures?month=x', '/api/figures/1/ties', '/api/figures/680/people'])(
  'there are no figures at %s', async (path) => {
    hub = await aWholeHub('chengdu')
    expect((await (await hub.member('Mei')).get(path)).status).toBe(404)
  },
)

test('what a visitor used counts from when it is paid, and stays a visitor’s when they move in afterwards', () => {
  const { towns } = aRegion(['chengdu', 'barcelona'])
  const [chengdu, barcelona] = towns
  issue(barcelona, 1_000n * CV, towns)
  // Ana has Global value of her own, for having helped here.
  const { guest: ana, id: helped } = owesAward(chengdu, barcelona)
  recorded(chengdu, awardRequest(chengdu, helped), [chengdu.steward])
  const first = settle(chengdu, towns)
  acknowledge(chengdu, barcelona, first, deliver(chengdu, barcelona, first, towns))
  const mei = aMember(chengdu, 'mei')
  const id = booked(chengdu, mei, ana, { resource: resources.tool, begins: chengdu.now, ends: chengdu.now + DAY })
  report(chengdu, id, ana)
  confirm(chengdu, id, mei)
  rateBoth(chengdu, id, [ana, grades.good], [mei, grades.good])
  const { month } = chengdu.state.months[0]!
  const figures = figuresOf({
    writer: { state: chengdu.state }, timeline: { entriesAbout: () => [] }, clock: { now: () => chengdu.now }, listings: () => [], elsewhere: () => null,
  } as unknown as FiguresPorts)
  const shared = () => figures.view(month)!.shared
  // The use ends when it is paid, and counts then.
  pass(towns, 1)
  expect(shared()).toMatchObject({ uses: 0, byGuests: 0 })
  ask(barcelona, chengdu, ana, mei, chengdu.state.agreements.get(id)!.stay!.due, id)
  const slot = settle(barcelona, towns)
  acknowledge(barcelona, chengdu, slot, deliver(barcelona, chengdu, slot, towns))
  pass(towns, 20)
  expect(shared()).toMatchObject({ uses: 1, byGuests: 1 })
  for (const figure of ['uses', 'byGuests'] as const) expect(figures.rows(month, figure)!.map((row) => row.id)).toEqual([id])
  pass(towns, 31)
  const moved = recorded(barcelona, moving(barcelona, chengdu, ana), [ana])
  recorded(chengdu, arriving(chengdu, barcelona, ana, moved), [ana])
  expect(chengdu.state.guests.has(ana.acct)).toBe(false)
  expect(shared()).toMatchObject({ uses: 1, byGuests: 1 })
})

test('the nine figures of each city as far as it has been read, and of all together', () => {
  const { towns } = aRegion(['chengdu', 'barcelona', 'chiangmai'])
  const [chengdu, barcelona, chiangmai] = towns
  const [mei, bo] = [aMember(chengdu, 'mei'), aMember(chengdu, 'bo')]
  const [ana, pau] = [aMember(barcelona, 'ana'), aMember(barcelona, 'pau')]
  const needOf = (town: typeof chengdu, by: typeof mei, hoursAgo: number, id: string) => {
    const from = town.now - hoursAgo * 3_600
    return { listing: aListing(town, by, { id: idFor(id), from }), body: null, heardTs: from }
  }
  // Help is agreed about the listing `a need`; ids are each hub's own.
  const [met, unmet, theirs] = [needOf(chengdu, bo, 4, 'a need'), needOf(chengdu, bo, 1, 'another'), needOf(barcelona, pau, 10, 'a need')]
  const told = { ...theirs, heardTs: barcelona.now }
  help(chengdu, mei, bo, 60)
  help(barcelona, ana, pau, 60)
  const room = { listing: aListing(barcelona, ana, { id: idFor('a room'), kind: 'resource', resource: 'room' }), body: null, heardTs: barcelona.now }
  const view = (elsewhere: FiguresPorts['elsewhere']) => figuresOf({
    writer: { state: chengdu.state }, timeline: { entriesAbout: () => [] }, clock: { now: () => chengdu.now },
    listings: () => [met, unmet, told, room], elsewhere,
  } as unknown as FiguresPorts).view(null)!
  const { federation, ...here } = view(() => [barcelona, chiangmai].map(({ state }) => ({ city: state.hub.city, state })))
  expect(federation!.cities.map(({ origin }) => origin)).toEqual(towns.map(({ state }) => state.hub.origin))
  expect(federation!.cities.map(({ board }) => board)).toEqual([
    { needs: 2, met: 1, meanHours: 4 }, { needs: 1, met: 1, meanHours: 10 }, { needs: 0, met: 0, meanHours: null },
  ])
  expect(here.board).toEqual({ needs: 2, met: 1, meanHours: 4, offers: 0, elsewhere: 2 })
  expect(federation!.together).toMatchObject({ board: { needs: 3, met: 2, meanHours: 7 }, shared: { count: 1, used: 0, uses: 0, byGuests: 0 } })
  expect(federation!.together.active).toBe(federation!.cities.reduce((sum, { active }) => sum + active, 0))
  // What a hub has not read it does not speak of.
  expect(view(() => []).federation!.cities).toHaveLength(1)
  expect(view(() => null).federation).toBeNull()
})

test('whoever asks again and again makes a hub reckon no more: its own month after seconds, another’s after a minute, one that is over not again that day', () => {
  const { towns } = aRegion(['chengdu', 'barcelona'])
  const [chengdu, barcelona] = towns
  pass(towns, 40)
  const [mei, bo] = [aMember(chengdu, 'mei'), aMember(chengdu, 'bo')]
  const [ana, pau] = [aMember(barcelona, 'ana'), aMember(barcelona, 'pau')]
  const grow = () => {
    help(chengdu, mei, bo, 60)
    help(barcelona, ana, pau, 60)
  }
  grow()
  const listings = vi.fn(() => [])
  const figures = figuresOf({
    writer: { state: chengdu.state }, timeline: { entriesAbout: () => [] }, clock: { now: () => chengdu.now },
    listings, elsewhere: () => [{ city: 'Barcelona', state: barcelona.state }],
  } as unknown as FiguresPorts)
  const reckonings = towns.map(({ state }) => vi.spyOn(state.helps, 'closedOnes'))
  const [past, present] = [chengdu.state.months.at(-2)!.month, chengdu.state.months.at(-1)!.month]
  const asked = () => {
    const views = [figures.view(past)!, figures.view(present)!]
    figures.rows(past, 'contributions')
    figures.rows(present, 'uses')
    return { views, reckoned: reckonings.map(({ mock }) => mock.calls.length) }
  }
  const first = asked()
  expect(first).toMatchObject({ views: [{ contributions: 0 }, { contributions: 1, federation: { together: { ties: 2 } } }], reckoned: [2, 2] })
  grow()
  expect(asked()).toEqual(first)
  expect(listings).toHaveBeenCalledTimes(2)
  chengdu.now += OWN_SECONDS
  expect(asked()).toMatchObject({ views: [{ contributions: 0 }, { contributions: 2 }], reckoned: [3, 2] })
  expect(figures.view(present)!.federation!.cities.map(({ repeatedPerMille }) => repeatedPerMille)).toEqual([1000, 0])
  chengdu.now += OTHERS_SECONDS
  expect(asked().reckoned).toEqual([3, 3])
  expect(figures.view(present)!.federation!.cities.map(({ repeatedPerMille }) => repeatedPerMille)).toEqual([1000, 1000])
})

test('what is as of now is the same whichever month is asked for, and a city that has not been read so far is left out', () => {
  const { towns } = aRegion(['chengdu', 'barcelona'])
  const [chengdu, barcelona] = towns
  const early = chengdu.state.months[0]!.month
  pass([chengdu], 40)
  help(chengdu, aMember(chengdu, 'mei'), aMember(chengdu, 'bo'), 60)
  const figures = figuresOf({
    writer: { state: chengdu.state }, timeline: { entriesAbout: () => [] }, clock: { now: () => chengdu.now },
    listings: () => [], elsewhere: () => [{ city: 'Barcelona', state: barcelona.state }],
  } as unknown as FiguresPorts)
  const [then, now] = [figures.view(early)!, figures.view(null)!]
  const asOfNow = ({ members, held, commons, reserve, giniPerMille }: FiguresView) => ({ members, held, commons, reserve, giniPerMille })
  expect(asOfNow(then)).toEqual(asOfNow(now))
  expect(then.joined + now.joined).toBe(now.members)
  expect(then.federation!.cities).toHaveLength(2)
  expect(now.federation!.cities.map(({ origin }) => origin)).toEqual([chengdu.state.hub.origin])
})

test('a need elsewhere that says it was written in 1970 has waited no longer than a listing lives', () => {
  const { towns } = aRegion(['chengdu', 'barcelona'])
  const [chengdu, barcelona] = towns
  const [ana, pau] = [aMember(barcelona, 'ana'), aMember(barcelona, 'pau')]
  help(barcelona, ana, pau, 60)
  const need = { listing: aListing(barcelona, pau, { id: idFor('a need'), from: 1 }), body: null, heardTs: barcelona.now }
  const { federation } = figuresOf({
    writer: { state: chengdu.state }, timeline: { entriesAbout: () => [] }, clock: { now: () => chengdu.now },
    listings: () => [need], elsewhere: () => [{ city: 'Barcelona', state: barcelona.state }],
  } as unknown as FiguresPorts).view(null)!
  expect(federation!.together.board).toEqual({ needs: 1, met: 1, meanHours: LISTING_DAYS_MAX * 24 })
})
