/**
 * @atproto/repo: records in a Merkle search tree, in memory.
 * Signed: the commit over the tree's root, once a write call. Durable: nothing; the library ships no disk store.
 */
import { Secp256k1Keypair } from '@atproto/crypto'
import { getFullRepo, MemoryBlockstore, Repo, verifyRepoCar } from '@atproto/repo'
import { batches, count, entries, insist, rate, say, timed } from './measure.mjs'

const did = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz'
const writes = entries(count).map((bytes, i) => ({
  action: 'create', collection: 'net.example.entry', rkey: `3j${String(i).padStart(11, '0')}`, record: { bytes: new Uint8Array(bytes) },
}))
const key = await Secp256k1Keypair.create()

const single = writes.slice(0, Math.min(count, 1_000))
let alone = await Repo.create(new MemoryBlockstore(), did, key)
const append1 = await rate(single.length, async () => {
  for (const write of single) alone = await alone.applyWrites(write, key)
})

const store = new MemoryBlockstore()
let repo = await Repo.create(store, did, key)
const append = await rate(count, async () => {
  for (const batch of batches(writes)) repo = await repo.applyWrites(batch, key)
})

const [coldMs] = await timed(async () => {
  const loaded = await Repo.load(store, repo.cid)
  const last = writes.at(-1)
  insist((await loaded.getRecord(last.collection, last.rkey)) !== null, 'the last record is there')
})

// Synchronising is exporting a CAR file and verifying it at the other end, which is also the full verification.
let parts = []
const exporting = await rate(count, async () => {
  for await (const part of getFullRepo(store, repo.cid)) parts.push(part)
})
const car = new Uint8Array(Buffer.concat(parts))
const verify = await rate(count, async () => {
  const { creates } = await verifyRepoCar(car, did, key.did())
  insist(creates.length === count, 'every record is verified')
})
say({ append1, append, coldMs, verify, sync: 1 / (1 / exporting + 1 / verify) })
