import { expect, test } from 'vitest'
import { followTimeline } from '#node/timeline.ts'
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
