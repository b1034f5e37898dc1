/**
 * 14. Leave or move. Ana takes her proofs along, has her words erased and goes; what she had goes to everybody, and nobody reads her name
 * any more. Bo moves: he takes a file from Chengdu's page to Barcelona's, is met there, and what he did at home counts; Chengdu's record
 * says where he went. Both chains still verify.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Person } from '#test/e2e/person.ts'
import { helpOnce, quickCheckpoints, strike } from '#test/e2e/stage.ts'
import { aNeighbour, type City, foundCity, foundFederation, joinCity, meet } from '#test/e2e/story.ts'
import { run } from '#test/support/hub-process.ts'
import { aJourney, type Journey } from './journey.ts'

let stage: Journey
let chengdu: City
let mei: Person
let ana: Person
let bo: Person
let barcelona: City

beforeAll(async () => {
  stage = await aJourney(14, quickCheckpoints)
  chengdu = await foundCity(stage, 'chengdu')
  mei = await joinCity(stage, chengdu, '梅')
  ana = await joinCity(stage, chengdu, 'Ana')
  bo = await joinCity(stage, chengdu, '波')
  await helpOnce(ana, mei, '梅')
  await helpOnce(bo, mei, '梅')
  barcelona = await foundCity(stage, 'barcelona')
  await foundFederation(chengdu)
  await meet([chengdu], barcelona, 2)
})
afterAll(() => strike(stage, chengdu, barcelona))

test('who goes takes along what the hub has signed for them, and anybody can check it', async () => {
  await ana.open('/me')
  await ana.tap('receipts-open')
  // There is a proof as soon as the hub has signed the tree.
  await ana.at('save-proof').first().waitFor()
  const [zip] = await Promise.all([ana.page.waitForEvent('download'), ana.tap('save-all-proofs')])
  const path = join(stage.dir, zip.suggestedFilename())
  await zip.saveAs(path)
  const files = unzipSync(readFileSync(path))
  expect(Object.keys(files).filter((name) => name.endsWith('.tlog-proof')).length).toBeGreaterThan(0)
  expect(Object.keys(files).filter((name) => name.endsWith('.policy'))).toHaveLength(1)
})

test('their words are erased when they ask for it, in two steps, and then they leave', async () => {
  await ana.open('/me')
  await ana.tap('leaving')
  await ana.tap('erase')
  await stage.camera('leaving', ana)
  await ana.tap('erase-yes')
  await ana.see('notice')
  await expect.poll(async () => {
    await ana.open('/me')
    return (await ana.see('page-me')).includes('Ana')
  }).toBe(false)
  await ana.tap('leaving')
  await ana.tap('leave')
  await ana.tap('leave-yes')
  await ana.see('page-welcome')
  expect(chengdu.hub.records().slice(-2).map(({ action }) => action.kind)).toEqual(['erasure.asked', 'member.left'])
})

const PASSWORD = 'plum blossom 7'

test('Bo moves to Barcelona: he reads what he takes and what stays, confirms it, and saves a file behind a password', async () => {
  await bo.open('/me')
  await bo.seeValue('level', 'data-level', '2')
  await bo.open('/moving')
  expect(await bo.see('moving-takes')).toContain('60')
  await stage.camera('moving', bo)
  await bo.at('move-where').selectOption({ label: 'Barcelona' })
  await bo.tap('move-next')
  expect(await bo.see('move-sheet')).toContain('Barcelona')
  await stage.camera('moving-sheet', bo)
  await bo.tap('move-sign')
  expect(await bo.see('moving-file')).toContain('Barcelona')
  await stage.camera('moving-file', bo)
  await bo.fill('moving-pin', PASSWORD)
  await bo.tap('moving-make')
  const [file] = await Promise.all([bo.page.waitForEvent('download'), bo.tap('moving-save')])
  await file.saveAs(join(stage.dir, 'moving.json'))
  await stage.camera('moving-saved', bo)
})

test('Barcelona’s page takes the file with its password alone, and he is new there until a steward has met him', async () => {
  const arriving = await aNeighbour(stage, barcelona, '波')
  await arriving.open('/join')
  await arriving.tap('to-arrive')
  await arriving.at('arrive-file').setInputFiles(join(stage.dir, 'moving.json'))
  expect(await arriving.at('arrive-name').inputValue()).toBe('波')
  await arriving.fill('arrive-pin', 'cherry blossom')
  await arriving.tap('arrive-agree')
  await arriving.see('arrive-fault')
  await stage.camera('arrive', arriving)
  await arriving.fill('arrive-pin', PASSWORD)
  await arriving.tap('arrive-agree')
  await arriving.see('page-join-waiting')
  const { steward } = barcelona
  await steward.open('/steward')
  const item = steward.at('attest-item').filter({ hasText: '波' })
  await item.waitFor()
  await stage.camera('arrived-steward', steward)
  await steward.tap('attest', item)
  await arriving.see('page-join-attested')
  // His level came along, and none of the value.
  await arriving.open('/me')
  await arriving.seeValue('level', 'data-level', '2')
  await arriving.seeValue('domain', 'data-milli', '0')
  await stage.camera('arrived', arriving)
  // And the page says where from.
  await arriving.tap('to-level')
  expect(await arriving.see('level-brought')).toContain('L3')
  await stage.camera('level-brought', arriving)
  expect(arriving.faults).toEqual([])
})

test('at home he is no member any more, and the page and the record say where he went', async () => {
  await bo.open('/')
  expect(await bo.see('moved')).toContain('Barcelona')
  expect(await bo.at('home-record').count()).toBe(0)
  await stage.camera('moved', bo)
  await bo.tap('moved-file')
  expect(await bo.see('moving-file')).toContain('Barcelona')
  const moved = chengdu.hub.records().find(({ action }) => action.kind === 'member.moved')!
  expect(moved.action).toMatchObject({ destination: expect.stringMatching(/^cv\.barcelona-/) })
  await mei.open('/people')
  await mei.see('people-row')
  expect(await mei.see('page-people')).not.toContain('波')
})

test('nobody reads their name any more, what was done stays done, and the chain verifies', async () => {
  await mei.open('/people')
  await mei.see('people-row')
  // The steward alone: who has gone is not among those who are here, also without a name.
  expect(await mei.at('people-row').count()).toBe(1)
  await mei.open('/me')
  await mei.see('help-row')
  expect(await mei.at('help-row').count()).toBe(2)
  expect(await mei.see('page-me')).not.toContain('Ana')
  await stage.camera('after', mei)
  expect(await run(['audit', chengdu.hub.data, barcelona.hub.data], stage.env)).toContain('ok')
  expect([ana, bo, mei, chengdu.steward, barcelona.steward].flatMap(({ faults }) => faults)).toEqual([])
})
