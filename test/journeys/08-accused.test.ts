/**
 * 8. Accused: two who help each other a great deal are pointed out, with every help behind it; one of them is asked, answers,
 * and is found against; appeals, and a neighbour drawn by lot says that it does not stand: all is as it was. The second time it is
 * upheld, and the ladder goes up: warned and emptied, restricted, shut out. Three who pass the same help round are pointed out among
 * thirty others; one of them answers, is found against, and a steward who learns better reverses it: what was taken is there again.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aCrowd, taken } from '#test/e2e/crowd.ts'
import type { Person } from '#test/e2e/person.ts'
import { helpOnce, passDays, passingClock, strike } from '#test/e2e/stage.ts'
import { type City, foundCity, joinCity } from '#test/e2e/story.ts'
import { aJourney, type Journey } from './journey.ts'

let stage: Journey
let chengdu: City
let [mei, bo, li]: Person[] = []

beforeAll(async () => {
  stage = await aJourney(8, passingClock)
  chengdu = await foundCity(stage, 'chengdu')
  mei = await joinCity(stage, chengdu, '梅')
  bo = await joinCity(stage, chengdu, '波')
})
afterAll(() => strike(stage, chengdu))

const days = (count: number): Promise<void> => passDays(stage, count, chengdu)

test('what two neighbours do for each other is pointed out the next day, in words, with every help behind it', async () => {
  for (let i = 0; i < 2; i++) {
    await helpOnce(mei!, bo!, '波')
    await helpOnce(bo!, mei!, '梅')
  }
  await days(1)
  // A day begins with the first thing that is recorded on it.
  li = await joinCity(stage, chengdu, '丽')
  const { steward } = chengdu
  await steward.open('/steward')
  await steward.tap('to-cases')
  await steward.see('page-cases')
  await steward.seeValue('flag', 'data-rule', 'R1')
  expect(await steward.see('flag-subjects')).toMatch(/梅.*波|波.*梅/)
  expect(await steward.see('flag-why')).toContain('4')
  expect(await steward.at('open-hold').count()).toBe(0)
  await stage.camera('flag', steward)
  await steward.at('matters').locator('summary').click()
  expect(await steward.at('matter').count()).toBe(4)
  await steward.at('open-case').scrollIntoViewIfNeeded()
  await stage.camera('flag-open', steward)
  await steward.at('open-whom').selectOption({ label: '梅' })
  await steward.tap('open-case')
  await expect.poll(() => steward.at('case-row').count()).toBe(1)
})

test('whoever it is about is told on their first page what is said, what it means and until when, and answers', async () => {
  await mei!.open('/')
  expect(await mei!.see('own-cases')).toContain(stage.say('关于你', 'Something about you'))
  await stage.camera('home', mei!)
  await mei!.tap('to-case')
  await mei!.see('page-case')
  expect(await mei!.see('case-means')).toContain(stage.say('什么都还没有定', 'Nothing is decided'))
  expect(await mei!.at('find-form').count()).toBe(0)
  await stage.camera('accused', mei!)
  await mei!.at('answer-form').scrollIntoViewIfNeeded()
  await stage.camera('accused-answer', mei!)
  await mei!.fill('answer-words', '我们是邻居，轮流接孩子。')
  await mei!.tap('answer-send')
  await expect.poll(() => mei!.see('their-answer')).toContain('轮流接孩子')
})

test('who decides reads the answer and what each decision comes to, and says so with a reason', async () => {
  const { steward } = chengdu
  await steward.open('/cases')
  await steward.tap('to-case')
  expect(await steward.see('their-answer')).toContain('轮流接孩子')
  expect(await steward.see('case-find')).toContain(stage.say('清零', 'goes to zero'))
  await steward.at('case-find').scrollIntoViewIfNeeded()
  await stage.camera('find', steward)
  await steward.tap('measure-1')
  await steward.fill('find-words', '次数和时长对不上。')
  await steward.tap('find-next')
  expect(await steward.see('find-sheet')).toContain(stage.say('决定：', 'decide'))
  await steward.tap('find-sign')
  await steward.seeValue('case-phase', 'data-phase', 'found')
})

test('the decision can be appealed, and until then nothing is taken but set aside', async () => {
  await mei!.open('/cases')
  await mei!.tap('to-case')
  expect(await mei!.see('found-what')).toContain(stage.say('如果不申诉', 'Without an appeal'))
  await mei!.at('case-found').scrollIntoViewIfNeeded()
  await stage.camera('appeal', mei!)
  await mei!.fill('appeal-words', 'Please ask the school.')
  await mei!.tap('appeal-send')
  await mei!.seeValue('case-phase', 'data-phase', 'appealed')
  await mei!.page.evaluate('scrollTo(0, 0)')
  await stage.camera('accused', mei!)
})

test('a neighbour drawn by lot does not think that it stands, and all is as it was', async () => {
  await days(1)
  await li!.open('/')
  await expect.poll(() => li!.see('own-cases')).toContain(stage.say('抽中了你', 'You were drawn'))
  await li!.tap('to-case')
  await li!.tap('verdict-no')
  await li!.at('case-jurors').scrollIntoViewIfNeeded()
  await stage.camera('juror', li!)
  await li!.fill('judge-words', '学校说他们确实轮流接。')
  await li!.tap('judge-send')
  await li!.seeValue('case-phase', 'data-phase', 'reversed')
  await mei!.open('/cases')
  await mei!.tap('to-case')
  await mei!.seeValue('case-phase', 'data-phase', 'reversed')
  await mei!.open('/me')
  await expect.poll(() => mei!.at('domain').getAttribute('data-milli')).not.toBe('0')
  for (const person of [mei!, bo!, li!, chengdu.steward]) expect(person.faults).toEqual([])
})

test('what is nobody’s business is shown to nobody', async () => {
  await bo!.open('/cases')
  await bo!.see('case-rows')
  expect(await bo!.at('case-row').count()).toBe(0)
  expect(await bo!.at('flag').count()).toBe(0)
})

/** Mei complains of Bo, a steward says this of it, nobody appeals. */
async function upheld(measure: 1 | 2): Promise<void> {
  const { steward } = chengdu
  await steward.open('/cases')
  await steward.at('complaint-whom').selectOption({ label: '波' })
  await steward.at('complaint-by').selectOption({ label: '梅' })
  await steward.fill('complaint-words', '又一次记了没有发生的帮忙。')
  await steward.tap('complaint-send')
  await expect.poll(() => steward.page.locator('[data-test="case-row"][data-phase="open"]').count()).toBe(1)
  await days(15)
  await aCrowd(chengdu, `邻居 ${stage.env['CLOCK_AHEAD_SECONDS']}`)
  await steward.open('/cases')
  await steward.page.locator('[data-test="case-row"][data-phase="open"] [data-test="to-case"], a[data-test="case-row"][data-phase="open"]').first().click()
  await steward.see('page-case')
  await steward.tap(`measure-${measure}`)
  await steward.fill('find-words', '问过所有的人，没有这回事。')
  await steward.tap('find-next')
  await steward.tap('find-sign')
  await steward.seeValue('case-phase', 'data-phase', 'found')
  await days(15)
  await aCrowd(chengdu, `邻居 ${stage.env['CLOCK_AHEAD_SECONDS']}`)
}

test('upheld, the first time what can be spent goes to zero, the second time there are limits, and in severe cases it is the end', async () => {
  await upheld(1)
  await bo!.open('/me')
  await bo!.seeValue('domain', 'data-milli', '0')
  await upheld(1)
  await upheld(2)
  const { steward } = chengdu
  await steward.open('/cases')
  await expect.poll(() => steward.page.locator('[data-test="case-row"][data-phase="sanctioned"]').count()).toBe(3)
  await stage.camera('ladder', steward)
  await bo!.open('/cases')
  await expect.poll(() => bo!.at('case-row').count()).toBe(3)
  await stage.camera('sanctioned', bo!)
  for (const person of [bo!, steward]) expect(person.faults).toEqual([])
})

/** Twenty-eight who help as neighbours do, one of four the other three: only beside so many is a ring odd. */
async function neighbourhood(): Promise<void> {
  const crowd = await aCrowd(chengdu, ...Array.from({ length: 28 }, (_, i) => `街坊 ${i + 1}`))
  const day = Math.floor((Date.now() / 1_000 + Number(stage.env['CLOCK_AHEAD_SECONDS'])) / 86_400)
  for (const [i, receiver] of crowd.entries()) {
    const helper = crowd[i - (i % 4)]!
    if (helper === receiver) continue
    const help = await helper.action('help.recorded', {
      helper: helper.acct, receiver: receiver.acct, category: 1, minutes: 60, day, note: '00'.repeat(32),
    })
    taken(await helper.submit(help))
    taken(await receiver.act('help.confirmed', { help: help.id }))
  }
}

/** What a case could change of what they have. */
async function holdings(person: Person): Promise<{ domain: number; standing: (string | null)[] }> {
  await person.open('/me')
  await person.see('domain')
  const of = (test: string, attribute: string): Promise<string | null> => person.at(test).getAttribute(attribute)
  return { domain: Number(await of('domain', 'data-milli')), standing: [await of('lifetime', 'data-milli'), await of('level', 'data-level'), await of('standing', 'data-band')] }
}

test('three who pass the same help round are pointed out, with every step of it, and nothing is set aside before somebody has decided', async () => {
  const [yu, fang] = [await joinCity(stage, chengdu, '玉'), await joinCity(stage, chengdu, '方')]
  await neighbourhood()
  for (let i = 0; i < 2; i++) {
    await helpOnce(li!, yu, '玉')
    await helpOnce(yu, fang, '方')
    await helpOnce(fang, li!, '丽')
  }
  await days(1)
  await aCrowd(chengdu, '新来的邻居')
  const { steward } = chengdu
  await steward.open('/cases')
  const ring = steward.page.locator('[data-test="flag"][data-rule="R2"]')
  await ring.waitFor()
  const subjects = await steward.see('flag-subjects', ring)
  for (const name of ['丽', '玉', '方']) expect(subjects).toContain(name)
  expect(await steward.at('open-hold', ring).count()).toBe(0)
  await ring.scrollIntoViewIfNeeded()
  await stage.camera('ring', steward)
  await steward.at('matters', ring).locator('summary').click()
  expect(await steward.at('matter', ring).count()).toBe(6)
  await steward.at('open-whom', ring).selectOption({ label: '玉' })
  await steward.tap('open-case', ring)
  await yu.open('/')
  await yu.tap('to-case')
  await yu.fill('answer-words', '我们三个轮流看店，每周都这样。')
  await yu.tap('answer-send')
  await yu.see('their-answer')

  const before = await holdings(yu)
  const open = '[data-test="case-row"][data-phase="open"]'
  await steward.open('/cases')
  await steward.page.locator(`${open} [data-test="to-case"], a${open}`).first().click()
  await steward.tap('measure-1')
  await steward.fill('find-words', '三个人只在彼此之间记。')
  await steward.tap('find-next')
  await steward.tap('find-sign')
  await steward.seeValue('case-phase', 'data-phase', 'found')
  const there = steward.page.url()
  await days(15)
  await aCrowd(chengdu, '又一位新邻居')
  await yu.open('/me')
  await yu.seeValue('domain', 'data-milli', '0')

  await steward.page.goto(there)
  await steward.seeValue('case-phase', 'data-phase', 'sanctioned')
  await steward.at('case-reverse').scrollIntoViewIfNeeded()
  await stage.camera('reversing', steward)
  await steward.fill('reverse-words', '店主来了，账本上写着他们三个轮流看店。')
  await steward.tap('reverse-send')
  await steward.seeValue('case-phase', 'data-phase', 'reversed')
  const after = await holdings(yu)
  expect(after.standing).toEqual(before.standing)
  // Half a month's worth of less is gone from it.
  expect(after.domain).toBeGreaterThan(before.domain * 0.99)
  await yu.open('/cases')
  await yu.tap('to-case')
  await yu.seeValue('case-phase', 'data-phase', 'reversed')
  await stage.camera('reversed', yu)
  for (const person of [li!, yu, fang, steward]) expect(person.faults).toEqual([])
})
