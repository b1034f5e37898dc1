import { expect, test } from 'vitest'
import { checkpointTopic, evidenceTopic, listTopic, topicsOf } from '#protocol/topic.ts'
import { aTown, bytesFor, firstDocument } from '#test/support/towns.ts'

const fed = bytesFor('a federation')

test('a topic names the federation, what it carries and the region', () => {
  expect(listTopic(Uint8Array.of(0x0a, 0xbc, 0xde, 0xf0, ...new Uint8Array(28)), 'as')).toBe('cv/1/0abcdef0/list/as')
  expect(checkpointTopic(Uint8Array.of(0x0a, 0xbc, 0xde, 0xf0, ...new Uint8Array(28)))).toBe('cv/1/0abcdef0/ckpt')
})

test('a hub takes part in one topic for each region that has a hub, in the checkpoints, and in the evidence', () => {
  const [a, b, c] = [aTown('a'), aTown('b'), aTown('c')]
  b.card = { ...b.card, region: 'eu' }
  expect(topicsOf(fed, firstDocument([b, a, c]))).toEqual([listTopic(fed, 'as'), listTopic(fed, 'eu'), checkpointTopic(fed), evidenceTopic(fed)])
})
