/**
 * 18. A young hub: seven neighbours on their thirtieth day can do all that the charter lets anybody do: propose and vote, start a project,
 * take office, look at what somebody is said to have done. And of an evening on which twelve found a hub and help each other round the
 * table nothing is held back.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aCrowd, secondWindowOf, taken } from '#test/e2e/crowd.ts'
import type { Person } from '#test/e2e/person.ts'
import { helpOnce, passDays, passingClock, strike } from '#test/e2e/stage.ts'
import { type City, foundCity, joinCity } from '#test/e2e/story.ts'
import type { CasesView, CouncilView } from '#protocol/api.ts'
import { type MemberClient, salted } from '#test/support/member-client.ts'
import { aJourney, type Journey } from './journey.ts'

let stage: Journey
let chengdu: City
let evening: City
let mei: Person
let crowd: MemberClient[]

beforeAll(async () => {
  stage = await aJourney(18, passingClock)
  chengdu = await foundCity(stage, 'chengdu')
  mei = await joinCity(stage, chengdu, '梅')
  crowd = await aCrowd(chengdu, '波', '兰', '丽', '强', '静')
})
afterAll(() => strike(stage, chengdu, evening))

const today = (): number => Math.floor((Date.now() + 1_000 * Number(stage.env['CLOCK_AHEAD_SECONDS'])) / 86_400_000)

/** One has helped another for an hour, and both say so. */
async function helped(helper: MemberClient, receiver: MemberClient): Promise<void> {
  const note = salted('一个小时')
  const help = { helper: helper.acct, receiver: receiver.acct, category: 1 as const, minutes: 60, day: today(), note: note.commitment }
  const { id } = taken(await helper.act('help.recorded', help, [note.blob])) as unknown as { id?: string }
  const open = id ?? (await receiver.me()).helps.find(({ phase }) => phase === 'recorded')!.id
  taken(await receiver.act('help.confirmed', { help: open }))
}

test('on the thirtieth day every power is the assembly’s, and the page says so', async () => {
  await helpOnce(mei, chengdu.steward, '陈姨')
  await passDays(stage, 30, chengdu)
  for (const member of crowd) await member.login()
  await helped(crowd[0]!, crowd[1]!)
  await mei.open('/charter')
  await mei.see('power')
  const powers = await mei.at('power').evaluateAll((all) => all.map((one) => [one.getAttribute('data-power'), one.getAttribute('data-basis')]))
  expect(powers).toHaveLength(4)
  expect(new Set(powers.map(([, basis]) => basis))).toEqual(new Set(['assembly']))
  await stage.camera('powers', mei)
})

test('somebody proposes, all seven vote, and it is as they decided', async () => {
  await mei.at('motion-fold').locator('summary').click()
  await mei.fill('motion-words', '每月第一个周六一起打扫院子')
  await mei.tap('motion-next')
  await mei.tap('motion-sign')
  await mei.see('proposal')
  await mei.tap('vote-yes')
  const steward = await secondWindowOf(chengdu, chengdu.steward)
  const { proposals } = (await steward.get<CouncilView>('/api/council')).body
  for (const member of [steward, ...crowd]) taken(await member.act('vote.cast', { proposal: proposals[0]!.id, vote: 'yes' }))
  await mei.open('/charter')
  expect(await mei.see('ballot')).toContain('7')
})

test('somebody starts a project, and somebody takes office', async () => {
  await mei.open('/projects')
  await mei.fill('project-words', '给楼道刷漆')
  await mei.tap('project-next')
  await mei.tap('project-sign')
  await mei.see('project-row')
  const { steward } = chengdu
  await steward.open('/charter')
  const whom = await steward.at('nominate-member').locator('option').filter({ hasText: '梅' }).getAttribute('value')
  await steward.at('nominate-member').selectOption(whom!)
  await steward.tap('nominate-send')
  await mei.open('/level')
  await mei.tap('role-accept')
  await mei.see('role-held')
  await stage.camera('office', mei)
})

test('what somebody is said to have done is decided by two neighbours, where the steward has had to do with them', async () => {
  const { steward } = chengdu
  await steward.open('/cases')
  await steward.at('complaint-whom').selectOption({ label: '梅' })
  await steward.at('complaint-by').selectOption({ label: '强' })
  await steward.fill('complaint-words', '没有来，却记了一个小时。')
  await steward.tap('complaint-send')
  await steward.see('case-row')
  await passDays(stage, 2, chengdu)
  await aCrowd(chengdu, '新来的')
  const duties = await Promise.all(crowd.map(async (member) => {
    await member.login()
    return (await member.get<CasesView>('/api/cases')).body.cases.map(({ mine }) => mine)
  }))
  expect(duties.flat().filter((duty) => duty === 'find')).toHaveLength(2)
  await steward.open('/cases')
  await steward.tap('to-case')
  await steward.see('case-panel')
  expect(await steward.at('voice').count()).toBe(2)
  expect(await steward.see('case-panel')).not.toContain('陈姨')
  expect(await steward.at('find-form').count()).toBe(0)
  await stage.camera('panel', steward)
})

test('twelve found a hub and help each other round the table the same evening: nothing of it is held back, then or the next day', async () => {
  evening = await foundCity(stage, 'barcelona')
  const steward = await secondWindowOf(evening, evening.steward)
  const table = [steward, ...await aCrowd(evening, ...Array.from({ length: 11 }, (_, i) => `Guest ${i + 1}`))]
  for (const [i, helper] of table.entries()) await helped(helper, table[(i + 1) % table.length]!)
  await passDays(stage, 1, evening)
  for (const member of table) await member.login()
  await helped(table[2]!, table[7]!)
  const { flags, cases } = (await steward.get<CasesView>('/api/cases')).body
  expect(cases).toEqual([])
  expect(flags.filter(({ mayHold }) => mayHold)).toEqual([])
  await evening.steward.open('/cases')
  await evening.steward.see('page-cases')
  expect(await evening.steward.at('open-hold').count()).toBe(0)
  await stage.camera('evening', evening.steward)
  for (const member of table) expect((await member.me()).held).toBe('0')
  expect([mei, chengdu.steward, evening.steward].flatMap(({ faults }) => faults)).toEqual([])
})
