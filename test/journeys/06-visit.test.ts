/**
 * 6. A visit: Ana of Barcelona finds a room in Chengdu on her own board, asks for it and takes that back, asks again and Mei says yes;
 * what it takes is called off before an order carries it, and so is the stay; what no steward agrees to is hers again by itself, and so is
 * what was sent for a stay that nobody came to. The next one is sent ahead, each step of it on her page, waits until she has been there, and
 * is Mei's when both have said how it was; each tells the other what they gained. Mei also comes along to the doctor, for which Ana
 * gives an hour for the hour; and both records show it.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listed } from '#test/e2e/listed.ts'
import type { Person } from '#test/e2e/person.ts'
import { passDays, passingClock, quickCheckpoints, strike } from '#test/e2e/stage.ts'
import { agree, type City, confirmKeys, foundCity, foundFederation, issue, joinCity, meet } from '#test/e2e/story.ts'
import { run } from '#test/support/hub-process.ts'
import { aJourney, type Journey } from './journey.ts'

const TITLE = '医院旁边的小房间'
const HELP = '陪你看医生，做翻译'
let stage: Journey
let chengdu: City
let barcelona: City
let mei: Person
let ana: Person
let room: string
/** So long everything here stands on the board: a month and more passes until somebody comes. */
const expiresAt = Math.floor(Date.now() / 1_000) + 60 * 86_400
/** Where each of them reads of the stay that came about. */
let [here, there] = ['', '']

beforeAll(async () => {
  stage = await aJourney(6, { ...passingClock, ...quickCheckpoints })
  chengdu = await foundCity(stage, 'chengdu')
  barcelona = await foundCity(stage, 'barcelona')
  mei = await joinCity(stage, chengdu, '梅')
  ana = await joinCity(stage, barcelona, 'Ana')
  await foundFederation(chengdu)
  await meet([chengdu], barcelona, 2)
  await confirmKeys(chengdu)
  await confirmKeys(barcelona)
  await issue(barcelona, '1000')
  room = await listed(mei, chengdu.hub.url, { kind: 'resource', resource: 'room', scope: 'federation', title: TITLE, expiresAt }, '一张床，走路五分钟到医院。')
})
afterAll(() => strike(stage, chengdu, barcelona))

/** As a clock in Asia/Shanghai shows it, by the play's own time. */
const soon = (hours: number): string => {
  const ahead = Number(stage.env['CLOCK_AHEAD_SECONDS']) * 1_000
  return new Date(Date.now() + ahead + (hours * 60 + 5) * 60_000 + 8 * 3_600_000).toISOString().slice(0, 16)
}

const globalOf = async (person: Person): Promise<number> => {
  await person.open('/me')
  await person.see('global')
  return Number(await person.at('global').getAttribute('data-milli'))
}

const ordersOf = ({ hub }: City): number => hub.records().filter(({ action }) => action.kind === 'x.out').length

/** What somebody reads says nothing of how cities keep their books. */
async function inPlainWords({ page }: Person): Promise<void> {
  expect(await page.innerText('body')).not.toMatch(/peer|trust ?line|quorum|certificate|付款|欠款|债/i)
}

/** One night and not a minute more, from so many hours on. */
async function fillNight(from: number): Promise<void> {
  const [begins, ends] = [soon(from), soon(from + 24)]
  await ana.fill('use-begins', begins)
  await ana.fill('use-ends', ends)
}

/** Ana asks for the night from so many hours on. */
async function asks(from: number): Promise<void> {
  await ana.open(`/use/${room}`)
  await fillNight(from)
  await expect.poll(() => ana.at('use-next').isDisabled()).toBe(false)
  await ana.tap('use-next')
  await ana.see('use-sheet')
  await ana.tap('use-sign')
  await ana.see('use-pending')
}

/** Mei says yes on her own page, and both are at the agreement. */
async function agreed(): Promise<void> {
  await mei.open('/')
  await mei.tap('waiting-sign-open')
  await expect.poll(() => mei.see('draft-price')).toMatch(/66/)
  await stage.camera('draft', mei)
  await mei.tap('draft-sign')
  await mei.see('stay-host')
  await ana.open('/')
  await ana.tap('waiting-stay-open')
  await ana.see('stay-send')
}

async function checkIn(): Promise<void> {
  for (const person of [ana, mei]) {
    await person.tap('check-in')
    await expect.poll(() => person.at('next-step').getAttribute('data-step')).not.toBe('check-in')
  }
}

test('her city gives Ana, whose aunt lies ill in Chengdu, a hundred from its pool', async () => {
  const { steward } = barcelona
  await steward.open('/people')
  await steward.at('people-row').filter({ hasText: 'Ana' }).click()
  await steward.at('fold-pool').locator('summary').click()
  await steward.fill('pool-amount', '100')
  await steward.fill('pool-reason', 'Her aunt is in hospital in Chengdu')
  await steward.tap('pool-next')
  await steward.tap('pool-sign')
  await expect.poll(() => globalOf(ana)).toBe(100_000)
})

test('she finds the room on her board, with its city and nothing of where it is, and reads what a night takes before she asks', async () => {
  await ana.open('/board')
  const card = ana.at('listing-card').filter({ hasText: TITLE })
  await card.waitFor()
  expect(await ana.see('city-chip', card)).toContain('成都')
  await card.click()
  await ana.tap('to-use')
  await fillNight(72)
  // 200 for a night, a third of it in Global.
  await expect.poll(() => ana.at('use-price').getAttribute('data-milli')).toBe('66666')
  await stage.camera('form', ana)
  await asks(72)
  await stage.camera('asked', ana)
})

test('what is not answered she takes back, and it waits for nobody any more; what is refused she is told of', async () => {
  await mei.open('/')
  await mei.see('waiting-sign')
  await ana.tap('use-withdraw')
  await expect.poll(() => ana.at('use-pending').count()).toBe(0)
  await expect.poll(() => mei.at('waiting-sign').count()).toBe(0)
  await asks(72)
  await mei.tap('waiting-sign-open')
  await mei.tap('draft-refuse')
  await mei.see('page-home')
  await ana.open(`/use/${room}`)
  await ana.see('use-unanswered')
  await stage.camera('refused', ana)
  expect(await globalOf(ana)).toBe(100_000)
})

test('what is asked and carried by no order yet is hers again with one tap, and so is the stay called off', async () => {
  const orders = ordersOf(barcelona)
  await asks(72)
  await agreed()
  await ana.seeValue('stay-quote', 'data-disposition', 'booking')
  await stage.camera('agreed', ana)
  await ana.tap('stay-send')
  await ana.seeValue('stay-transfer', 'data-stage', 'asked')
  expect(await ana.see('stay-steps')).toContain(stage.say('会长同意 0 / 1', 'Stewards agreed 0 of 1'))
  await inPlainWords(ana)
  await stage.camera('sent', ana)
  await ana.tap('stay-cancel')
  await ana.seeValue('stay-transfer', 'data-stage', 'cancelled')
  await ana.tap('cancel')
  await ana.tap('cancel-yes')
  await expect.poll(() => ana.at('phase').locator('[data-phase]').getAttribute('data-phase')).toBe('cancelled')
  expect(await globalOf(ana)).toBe(100_000)
  expect(ordersOf(barcelona)).toBe(orders)
})

test('what no steward agrees to within three days is hers again without anybody doing anything, and she may send it once more', async () => {
  const orders = ordersOf(barcelona)
  await asks(24 * 6)
  await agreed()
  await ana.tap('stay-send')
  await ana.seeValue('stay-transfer', 'data-stage', 'asked')
  const page = ana.page.url()
  expect(await globalOf(ana)).toBeLessThan(34_000)
  await passDays(stage, 4, chengdu, barcelona)
  await ana.page.goto(page)
  await ana.seeValue('stay-transfer', 'data-stage', 'expired')
  await ana.see('stay-send')
  await inPlainWords(ana)
  await stage.camera('expired', ana)
  await ana.tap('cancel')
  await ana.tap('cancel-yes')
  await expect.poll(() => ana.at('phase').locator('[data-phase]').getAttribute('data-phase')).toBe('cancelled')
  // Four days' worth of less is gone from it.
  expect(await globalOf(ana)).toBeGreaterThan(99_900)
  expect(ordersOf(barcelona)).toBe(orders)
})

test('when her flight is called off and nobody says anything, what she sent comes back by itself when the agreement has lapsed', async () => {
  const before = await globalOf(ana)
  await asks(0)
  await agreed()
  await ana.tap('stay-send')
  await ana.seeValue('stay-transfer', 'data-stage', 'asked')
  await barcelona.steward.open('/steward')
  await barcelona.steward.tap('approve')
  await ana.seeValue('stay-transfer', 'data-arrived', 'bound')
  const page = ana.page.url()
  await passDays(stage, 32, chengdu, barcelona)
  await ana.page.goto(page)
  await ana.seeValue('stay-transfer', 'data-arrived', 'returned')
  await stage.camera('returned', ana)
  await inPlainWords(ana)
  // A month's worth of less is gone from it.
  await expect.poll(() => globalOf(ana)).toBeGreaterThan(before * 0.99)
})

test('for the next one her steward agrees, the cities check it, it arrives and waits for the end of her stay', async () => {
  await asks(0)
  await agreed()
  await ana.tap('stay-send')
  await ana.seeValue('stay-transfer', 'data-stage', 'asked')
  const { steward } = barcelona
  await steward.open('/steward')
  expect(await steward.see('approve-item')).toContain('66')
  // While the other city does not answer, how far it has come stands on her page, with what it waits for.
  chengdu.hub.freeze()
  await steward.tap('approve')
  await ana.seeValue('stay-transfer', 'data-stage', 'ordered')
  // Her own city votes a moment after its order; the other's vote is what is waited for.
  for (const said of [stage.say('会长同意 1 / 1', 'Stewards agreed 1 of 1'), stage.say('核对 1 / 2', 'by 1 of 2 cities'), stage.say('通常几秒', 'usually some seconds')]) {
    await expect.poll(() => ana.see('stay-steps')).toContain(said)
  }
  await stage.camera('under-way', ana)
  chengdu.hub.thaw()
  await ana.seeValue('stay-transfer', 'data-arrived', 'bound')
  expect(await ana.at('stay-steps').locator('[data-done="true"]').count()).toBe(3)
  await inPlainWords(ana)
  expect(await ana.at('stay-cancel').count()).toBe(0)
  await stage.camera('arrived', ana)
  await mei.page.reload()
  expect(await mei.see('stay-host')).toContain('66')
  await inPlainWords(mei)
  await stage.camera('host', mei)
})

test('she comes and goes, both say how it was, and what she sent is Mei’s', async () => {
  ;[here, there] = [ana.page.url(), mei.page.url()]
  await checkIn()
  await passDays(stage, 1, chengdu, barcelona)
  await ana.page.goto(here)
  await ana.tap('report')
  await ana.seeValue('next-step', 'data-step', 'wait-confirm')
  await mei.page.goto(there)
  await mei.tap('confirm')
  await mei.tap('rate-good')
  await ana.seeValue('next-step', 'data-step', 'rate')
  await ana.tap('rate-good')
  await ana.seeValue('stay-transfer', 'data-arrived', 'credited')
  await stage.camera('over', ana)
  await expect.poll(() => globalOf(mei)).toBeGreaterThan(66_000)
  expect(await globalOf(ana)).toBeLessThan(34_000)
  await stage.camera('me', mei)
  await mei.open('/figures')
  expect(await mei.see('figures-byGuests')).toContain('100%')
  await mei.at('figures-shared').scrollIntoViewIfNeeded()
  await stage.camera('figures', mei)
  // Both cities, and before them both together.
  expect(await mei.at('figures-city').count()).toBe(3)
  await mei.at('figures-city').first().locator('summary').click()
  await mei.at('figures-cities').scrollIntoViewIfNeeded()
  await stage.camera('figures-cities', mei)
})

test('and each tells the other what they gained, which nobody else reads', async () => {
  await mei.page.goto(there)
  await mei.tap('gains-open')
  await mei.fill('gains-words', '她教我做了番茄面包。')
  await mei.tap('gains-send')
  await mei.see('gain')
  await stage.camera('gained-host', mei)
  await ana.page.goto(here)
  await ana.tap('gains-open')
  // Between cities a letter takes a moment; what it says comes to the open page by itself.
  await expect.poll(() => ana.at('gain').count()).toBe(1)
  expect(await ana.see('gain')).toContain('番茄面包')
  await ana.fill('gains-words', 'I was with my aunt every day.')
  await ana.tap('gains-send')
  for (const person of [ana, mei]) await expect.poll(() => person.at('gain').count()).toBe(2)
  expect(await mei.at('gains').innerText()).toContain('every day')
  await ana.at('gains').scrollIntoViewIfNeeded()
  await stage.camera('gained', ana)
})

test('she asks Mei to come along to the doctor, and sends for it from home: an hour for an hour, which is Mei’s when it is done', async () => {
  const before = await globalOf(mei)
  const skill = await listed(mei, chengdu.hub.url, { kind: 'skill', scope: 'federation', title: HELP, minutes: 60, expiresAt }, '我以前是护士，说西班牙语。')
  await ana.open('/board')
  const card = ana.at('listing-card').filter({ hasText: HELP })
  await card.waitFor()
  await card.click()
  // An hour is 60 at home, a third of it in Global.
  expect(await ana.see('how-counted')).toContain('20')
  await stage.camera('skill', ana)
  const agreement = await agree(stage, mei, ana, skill, 'I do not understand the doctor.')
  expect(await ana.see('stay-due')).toContain('20')
  await ana.tap('stay-send')
  await ana.seeValue('stay-transfer', 'data-stage', 'asked')
  await barcelona.steward.open('/steward')
  await barcelona.steward.tap('approve')
  await ana.seeValue('stay-transfer', 'data-arrived', 'bound')
  await stage.camera('helped', ana)
  await mei.open(`/agreement/${agreement}`)
  expect(await mei.see('stay-host')).toContain('20')
  await checkIn()
  await mei.tap('report')
  await mei.seeValue('next-step', 'data-step', 'wait-confirm')
  await ana.seeValue('next-step', 'data-step', 'confirm')
  await ana.tap('confirm')
  await ana.tap('rate-good')
  await mei.seeValue('next-step', 'data-step', 'rate')
  await mei.tap('rate-good')
  await ana.seeValue('stay-transfer', 'data-arrived', 'credited')
  await expect.poll(() => globalOf(mei)).toBeGreaterThan(before + 19_900)
  await inPlainWords(ana)
})

test('both records show it, and an auditor finds everything in order', async () => {
  await barcelona.hub.recorded('x.ack')
  const kinds = (city: City): string[] => city.hub.records().map(({ action }) => action.kind)
  for (const kind of ['x.req', 'x.cancel', 'x.out', 'x.cert', 'x.ack']) expect(kinds(barcelona), kind).toContain(kind)
  // For the stay that nobody came to, which was sent back, for the one that came about, and for the help.
  expect(kinds(chengdu).filter((kind) => kind === 'x.in')).toHaveLength(3)
  expect(kinds(chengdu).filter((kind) => kind === 'agreement.made')).toHaveLength(1)
  expect(kinds(chengdu).filter((kind) => kind === 'booking.made')).toHaveLength(4)
  expect(await run(['audit', chengdu.hub.data, barcelona.hub.data], stage.env)).toContain('ok')
  expect([mei, ana, chengdu.steward, barcelona.steward].flatMap(({ faults }) => faults)).toEqual([])
})
