/** People of one city find each other: posting with when, where and what in return; looking, being told, and having time. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { pictureFault } from '#protocol/picture.ts'
import type { Person } from './person.ts'
import { widestOn } from './judge.ts'
import { aStage, strike } from './stage.ts'
import { type City, foundCity, joinCity, type Stage } from './story.ts'

/** 24 × 16 points, and where they were taken. */
const PICTURE = 'iVBORw0KGgoAAAANSUhEUgAAABgAAAAQCAIAAACDRijCAAAAHnRFWHRDb21tZW50AHRha2VuIGF0IDMwLjYzLCAxMDQuMDWhYRBoAAACuklEQVR42g3MoQqFMABA0ZUhGFyZQZCVFREMWjQMZGVl2Gw2m83mTTabzWbzT987H3CEECSCTJALSoEV1IJWMAhGQRBMglmwCFbBJtgFh+AUXIJb8AhewScQQpJIMkkuKSVWUktaySAZJUEySWbJIlklm2SXHJJTckluySN5JZ/8RylJSpaSp5QpNqVOaVOGlDElpEwpc8qSsqZsKXvKkXKmXCl3ypPypnzpP1IkikyRK0qFVdSKVjEoRkVQTIpZsShWxabYFYfiVFyKW/EoXsWn/pEm0WSaXFNqrKbWtJpBM2qCZtLMmkWzajbNrjk0p+bS3JpH82o+/Y8KkoKsIC8oC2xBXdAWDAVjQSiYCuaCpWAt2Ar2gqPgLLgK7oKn4C34in9kSAyZITeUBmuoDa1hMIyGYJgMs2ExrIbNsBsOw2m4DLfhMbyGz/wjS2LJLLmltFhLbWktg2W0BMtkmS2LZbVslt1yWE7LZbktj+W1fPYfVSQVWUVeUVbYirqirRgqxopQMVXMFUvFWrFV7BVHxVlxVdwVT8Vb8VX/qCFpyBryhrLBNtQNbcPQMDaEhqlhblga1oatYW84Gs6Gq+FueBrehq/5Rx1JR9aRd5QdtqPuaDuGjrEjdEwdc8fSsXZsHXvH0XF2XB13x9PxdnzdP+pJerKevKfssT11T9sz9Iw9oWfqmXuWnrVn69l7jp6z5+q5e56et+fr/5EjcWSO3FE6rKN2tI7BMTqCY3LMjsWxOjbH7jgcp+Ny3I7H8To+9488iSfz5J7SYz21p/UMntETPJNn9iye1bN5ds/hOT2X5/Y8ntfz+X8USAJZIA+UARuoA21gCIyBEJgCc2AJrIEtsAeOwBm4AnfgCbyBL/yjSBLJInmkjNhIHWkjQ2SMhMgUmSNLZI1skT1yRM7IFbkjT+SNfJEfBkVlECtDZxUAAAAASUVORK5CYII='

vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 })
let stage: Stage
let chengdu: City
let mei: Person
let bo: Person

beforeAll(async () => {
  stage = await aStage('market')
  chengdu = await foundCity(stage, 'chengdu')
  mei = await joinCity(stage, chengdu, '梅')
  bo = await joinCity(stage, chengdu, '波')
})
afterAll(() => strike(stage, chengdu))

test('who has time says what they can do, and asks to be told of new needs', async () => {
  await bo.open('/free')
  await bo.see('page-free')
  await bo.fill('free-skills', '水龙头 英语')
  await bo.fill('free-begins', '2031-03-01T09:00')
  await bo.tap('free-add')
  await bo.see('free-slot')
  await bo.at('free-shown').check()
  await bo.tap('free-save')
  await stage.camera('free-zh-empty', bo)
  await bo.open('/board')
  await bo.tap('board-kind-needs')
  await bo.tap('save-search')
  await bo.see('notice')
})

test('a need says when, about where and what in return; whoever may come is suggested with the reasons', async () => {
  await mei.open('/add')
  await stage.camera('add-zh', mei)
  await mei.open('/post?kind=need')
  await mei.fill('post-title', '修水龙头，周六')
  await mei.fill('post-words', '厨房的，滴水')
  await mei.tap('post-return-meals')
  await mei.at('post-more').locator('summary').click()
  await mei.fill('post-begins', '2031-03-01T10:00')
  await mei.fill('post-tags', '厨房 修理')
  await mei.fill('post-place', '玉林')
  await mei.fill('post-coordinates', '30.63, 104.05')
  await mei.at('post-picture').setInputFiles({ name: 'tap.png', mimeType: 'image/png', buffer: Buffer.from(PICTURE, 'base64') })
  await mei.at('post-picture-kept').waitFor()
  await stage.camera('post-zh', mei)
  await mei.at('post-preview').scrollIntoViewIfNeeded()
  await stage.camera('post-zh-preview', mei)
  await mei.tap('post-send')
  await mei.see('page-listing')
  const shown = mei.at('listing-pictures').locator('img')
  const size = '(() => { const { naturalWidth, naturalHeight } = document.querySelector("[data-test=listing-pictures] img"); return [naturalWidth, naturalHeight] })()'
  await expect.poll(() => mei.page.evaluate(size)).toEqual([24, 16])
  const kept = await (await fetch(new URL((await shown.getAttribute('src'))!, chengdu.hub.url))).arrayBuffer()
  expect(Buffer.from(kept).includes('30.63')).toBe(false)
  expect(pictureFault(new Uint8Array(kept))).toBeNull()
  expect(await mei.see('match-person')).toContain('波')
  await stage.camera('listing-zh-own', mei)
})

test('a project, a circle and what a shop can spare are posted by forms of five fields at most, seen as they will be, and answered', async () => {
  for (const [door, kind, title] of [
    ['more-post-project', 'project', '把院墙画成壁画'], ['more-post-circle', 'circle', '每周三晚上读书'],
    ['more-post-partner', 'partnerOffer', '下午三点后的空座'],
  ] as const) {
    await mei.open('/more')
    await mei.tap(door)
    await mei.see('page-post')
    const asked = mei.at('post-form').locator('input[type=text], textarea, select, fieldset:not([data-test="post-kind"])')
    expect(await asked.filter({ visible: true }).count()).toBeLessThanOrEqual(5)
    await mei.fill('post-title', title)
    // Closed in the middle, it is there again.
    await mei.open(`/post?kind=${kind}`)
    await expect.poll(() => mei.at('post-title').inputValue()).toBe(title)
    if (kind !== 'circle') await mei.fill('post-places', '6')
    await expect.poll(() => mei.see('post-preview')).toContain(title)
    await stage.camera(`post-zh-${kind}`, mei)
    expect(await widestOn(mei)).toEqual([])
    await mei.tap('post-send')
    await mei.see('page-listing')
    const path = new URL(mei.page.url()).pathname
    await bo.open(path)
    await bo.tap('help')
    await stage.camera(`answer-zh-${kind}`, bo)
    await bo.tap('application-send')
    await bo.see('application-sent')
    await mei.open(path)
    expect(await mei.see('applications')).toContain('波')
  }
})

test('it is found by two characters, on the map and by its day, and told to who asked', async () => {
  await bo.open('/')
  await expect.poll(() => bo.see('search-news')).toContain('1')
  await stage.camera('home-zh-news', bo)
  await bo.tap('search-open')
  await bo.see('page-board')
  await bo.fill('board-search', '水龙')
  await expect.poll(() => bo.see('listing-card')).toContain('修水龙头')
  await stage.camera('explore-zh', bo)
  await bo.tap('board-view-map')
  await bo.at('board-spot').waitFor()
  await stage.camera('explore-zh-map', bo)
  await bo.tap('board-view-days')
  await bo.see('board-day-row')
  await bo.fill('board-search', '吉他')
  await bo.see('board-empty')
  expect(await widestOn(bo)).toEqual([])
  await bo.open('/free')
  expect(await bo.see('match-need')).toContain('修水龙头')
  expect(await bo.at('match-reason').count()).toBeGreaterThanOrEqual(2)
  await bo.at('match-needs').scrollIntoViewIfNeeded()
  await stage.camera('free-zh', bo)
})

test('what one has posted can be changed, and something lent says what using it takes', async () => {
  await mei.open('/post?kind=resource')
  await mei.fill('post-title', '朝南的客房')
  await mei.tap('post-return-culture')
  await mei.tap('post-send')
  await mei.see('page-listing')
  expect(await mei.see('use-sum')).toContain('1 晚')
  await mei.tap('change')
  await mei.fill('post-title', '朝南的客房，有早饭')
  await mei.tap('post-send')
  await expect.poll(() => mei.see('page-listing')).toContain('有早饭')
  await stage.camera('listing-zh-room', mei)
  await mei.choose('switch-language', 'en')
  await mei.see('page-listing')
  await stage.camera('listing-en-room', mei)
  await mei.open('/free')
  await stage.camera('free-en', mei)
  await mei.open('/board')
  await mei.at('board-more').locator('summary').click()
  await stage.camera('explore-en', mei)
  await mei.open('/post?kind=event')
  await mei.at('post-more').locator('summary').click()
  await stage.camera('post-en', mei)
})
