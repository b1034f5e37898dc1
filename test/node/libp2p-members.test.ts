/** Members without a network: `libp2p-network.test.ts` has one. */
import type { PeerId } from '@libp2p/interface'
import { expect, test } from 'vitest'
import type { Node } from '#node/wire/libp2p-node.ts'
import { Members, type MembersPorts } from '#node/wire/libp2p-members.ts'

test('a member whose gossip is dead is named at once, and not when the next has been looked up', async () => {
  const ports = { settings: { zombieMs: 0 }, dht: false, addressBook: undefined, log: { warn() {} } } as unknown as MembersPorts
  const members = new Members(ports)
  for (const name of ['mei', 'bo']) members.know(name, { toString: () => name } as PeerId, [])
  const node = {
    getConnections: () => [],
    peerStore: { get: (id: PeerId) => (String(id) === 'mei' ? Promise.resolve({ protocols: [] }) : new Promise(() => {})) },
  } as unknown as Node
  const zombies = members.zombies(node, ['mei', 'bo'], performance.now())
  expect(await zombies.next()).toEqual({ done: false, value: 'mei' })
})
