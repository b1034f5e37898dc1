/** Whom a hub asks what it has said, when documents have followed: in a federation of hubs that do not run. */
import { expect, test } from 'vitest'
import { answersNeeded } from '#node/cities/restoring/fence.ts'
import { membersSince } from '#node/cities/restoring/members-since.ts'
import type { Writer } from '#node/ports.ts'
import type { Network } from '#node/wire/network.ts'
import { helloAnswers, helloRequests } from '#protocol/message.ts'
import { aTown, federate, join, recorded, type Town } from '#test/support/towns.ts'

test('documents are asked for to the last, also when the record takes one in meanwhile', async () => {
  const [chengdu, barcelona, kyoto, lagos] = ['chengdu', 'barcelona', 'kyoto', 'lagos'].map((name) => aTown(name)) as [Town, Town, Town, Town]
  const history = [federate([chengdu, barcelona, kyoto, lagos])]
  const members = [barcelona, kyoto, lagos]
  for (const name of ['quito', 'tunis', 'porto']) {
    const newcomer = aTown(name)
    join(members, newcomer, history)
    members.push(newcomer)
  }
  const asked: number[] = []
  const network = {
    async request(_peer: string, _protocol: string, body: Uint8Array) {
      const request = helloRequests.parse(body)
      if (request?.type !== 'documents') throw new Error('it asks for documents')
      asked.push(request.from)
      // One at a time; before the second answer the first document is in the record.
      if (request.from === 3) recorded(chengdu, history[1]!)
      return helloAnswers.encode({ type: 'documents', activations: history.slice(request.from - 1, request.from) })
    },
  } as unknown as Network
  const since = membersSince({ writer: { get state() { return chengdu.state } } as Writer, network }, answersNeeded)
  expect(await since.learnFrom(barcelona.card)).toBe(true)
  expect(asked).toEqual([2, 3, 4, 5])
  expect(since.others().map(({ city }) => city)).toEqual(['barcelona', 'kyoto', 'lagos', 'quito', 'tunis', 'porto'])
})
