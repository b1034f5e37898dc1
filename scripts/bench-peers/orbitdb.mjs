/**
 * @orbitdb/core on helia: a log of entries, each signed by its author, blocks in level.
 * Signed: every entry (secp256k1) and its identity. Durable: level's defaults, no sync before the answer.
 */
import { join } from 'node:path'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { createOrbitDB, Entry, Identities } from '@orbitdb/core'
import { LevelBlockstore } from 'blockstore-level'
import { createHelia } from 'helia'
import { createLibp2p } from 'libp2p'
import { count, dir, entries, insist, rate, say, timed } from './measure.mjs'

async function node(name) {
  const libp2p = await createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()], connectionEncrypters: [noise()], streamMuxers: [yamux()],
    services: { identify: identify(), pubsub: gossipsub({ allowPublishToZeroTopicPeers: true, scoreParams: { IPColocationFactorWeight: 0 } }) },
  })
  const ipfs = await createHelia({ libp2p, blockstore: new LevelBlockstore(join(dir, name, 'blocks')) })
  return { ipfs, orbit: await createOrbitDB({ ipfs, id: name, directory: join(dir, name, 'orbit') }) }
}

const items = entries(count).map((bytes) => bytes.toString('base64').slice(0, 300))
const one = await node('one')
let db = await one.orbit.open('entries')
const append1 = await rate(count, async () => {
  for (const item of items) await db.add(item)
})
const { address } = db
await db.close()

const [coldMs] = await timed(async () => {
  db = await one.orbit.open(address)
  for await (const { value } of db.iterator({ amount: 1 })) insist(value === items.at(-1), 'the last entry is there')
})

const verify = await rate(count, async () => {
  const identities = await Identities({ ipfs: one.ipfs, keystore: one.orbit.keystore })
  let sound = 0
  for await (const entry of db.log.traverse()) {
    if (await Entry.verify(identities, entry)) sound++
  }
  insist(sound === count, 'every entry verifies')
})

const two = await node('two')
const sync = await rate(count, async () => {
  await two.ipfs.libp2p.dial(one.ipfs.libp2p.getMultiaddrs()[0])
  const copy = await two.orbit.open(address)
  // It tells of an update once everything behind the new head has been fetched and verified.
  await new Promise((resolve) => copy.events.once('update', resolve))
  let seen = 0
  for await (const _ of copy.iterator()) seen++
  insist(seen === count, 'the second peer has every entry')
})
say({ append1, append: append1, coldMs, verify, sync })
