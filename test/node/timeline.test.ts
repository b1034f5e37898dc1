import { expect, test } from 'vitest'
import { followTimeline } from '#node/record/timeline.ts'
import { writerOf } from '#test/support/town-writer.ts'
import {
  aMember, aRegion, awardRequest, CV, dayIn, help, hexFor, owesAward, recorded,
} from '#test/support/towns.ts'

test('a transfer to another city is no step of the agreement here whose number it names', () => {
  const { towns: [chengdu, barcelona] } = aRegion(['chengdu', 'barcelona'])
  const [mei, bo, li] = [aMember(chengdu, 'mei'), aMember(chengdu, 'bo'), aMember(chengdu, 'li')]
  const agreement = help(chengdu, mei, bo, 60)
  const timeline = followTimeline(writerOf(chengdu))
  const before = timeline.entriesAbout(agreement)

  chengdu.audited = false
  chengdu.state.members.get(li.acct)!.account.global = CV
  recorded(chengdu, {
    kind: 'x.req', source: 0, to: hexFor('somebody'), destination: barcelona.card.origin, amount: 1n, agreement,
    awardMilli: 0n, memo: hexFor('memo'), expDay: dayIn(chengdu),
  }, [li])
  expect(followTimeline(writerOf(chengdu)).entriesAbout(agreement)).toEqual(before)
})

test('the request that pays a guest is a step of what they did', () => {
  const { towns: [chengdu, barcelona] } = aRegion(['chengdu', 'barcelona'])
  const { id } = owesAward(chengdu, barcelona)
  const { seq } = recorded(chengdu, awardRequest(chengdu, id), [chengdu.steward])
  expect(followTimeline(writerOf(chengdu)).entriesAbout(id)).toContain(seq)
})

test('works, and projects that somebody opened or applied to, are found by who did, each once', () => {
  const { towns: [chengdu] } = aRegion(['chengdu', 'barcelona'])
  const [mei, bo] = [aMember(chengdu, 'mei'), aMember(chengdu, 'bo')]
  const work = recorded(chengdu, { kind: 'work.published', work: 2, content: hexFor('an article') }, [mei]).action.id
  const today = Math.floor(chengdu.now / 86_400)
  const project = recorded(chengdu, {
    kind: 'project.opened', size: 1, requester: bo.acct, core: [], places: 1, gateMilli: 0n, gateLevel: 1, choice: 0,
    applyUntil: today, endsDay: today + 1, terms: hexFor('a garden'),
  }, [chengdu.steward]).action.id
  for (const kind of ['project.applied', 'project.withdrawn', 'project.applied'] as const) {
    recorded(chengdu, kind === 'project.applied' ? { kind, project, bidMilli: 0n } : { kind, project }, [mei])
  }
  const timeline = followTimeline(writerOf(chengdu))
  expect([timeline.worksOf(mei.acct), timeline.projectsOf(mei.acct)]).toEqual([[work], [project]])
  expect([timeline.worksOf(bo.acct), timeline.projectsOf(chengdu.steward.acct)]).toEqual([[], [project]])
})
