import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Person } from './person.ts'
import { aStage, strike } from './stage.ts'
import { agree, type City, foundCity, helpAndRate, joinCity, postNeed, type Stage } from './story.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })
let stage: Stage
let chengdu: City
let mei: Person
let bo: Person

beforeAll(async () => {
  stage = await aStage('otherwise')
  chengdu = await foundCity(stage, 'chengdu')
  mei = await joinCity(stage, chengdu, '梅')
  bo = await joinCity(stage, chengdu, '波')
})
afterAll(() => strike(stage, chengdu))

const whatComes = (person: Person): Promise<(string | null)[]> =>
  person.at('coming').evaluateAll((items) => items.map((item) => item.getAttribute('data-what')))

test('what was credited and was not so is corrected when both have signed the same time', async () => {
  const id = await agree(stage, mei, bo, await postNeed(mei, '修水龙头', '厨房的水龙头漏水。'), '我周六可以来。')
  expect(await whatComes(bo)).toContain('lapses')
  await helpAndRate(stage, mei, bo, id, 'corrected')
  await bo.tap('otherwise-open')
  await bo.tap('correct-minutes-less')
  await bo.tap('correct')
  expect(await bo.see('correct-mine')).toContain('1 小时 15 分钟')
  await stage.camera('correction-zh', bo)
  await mei.open(`/agreement/${id}`)
  await mei.tap('otherwise-open')
  expect(await mei.see('correct-theirs')).toContain('1 小时 15 分钟')
  await mei.tap('correct')
  await vi.waitFor(async () => expect(await mei.see('correct-form')).toContain('现在记的是 1 小时 15 分钟'), { timeout: 30_000 })
  await bo.open('/me')
  await vi.waitFor(async () => expect(await bo.at('domain').getAttribute('data-milli')).toBe('75000'), { timeout: 30_000 })
})

test('two who see it differently ask their stewards; until those have looked nothing changes, and the day is said', async () => {
  const id = await agree(stage, mei, bo, await postNeed(mei, '搬书架', '从一楼到三楼。'), '我来。')
  await mei.open(`/agreement/${id}`)
  await mei.tap('otherwise-open')
  await mei.fill('dispute-reason', '说好两个人来，只来了一个。')
  await mei.tap('dispute')
  await mei.seeValue('next-step', 'data-step', 'wait-stewards')
  expect(await mei.see('dispute-words')).toContain('只来了一个')
  expect(await whatComes(mei)).toEqual(['left-undecided'])
  await stage.camera('dispute-zh', mei)
})
