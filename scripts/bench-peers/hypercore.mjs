/**
 * hypercore 11: one writer, a signed Merkle tree, blocks on RocksDB.
 * Signed: the tree head, once an append call (a batch is one call); blocks carry no signature of their own.
 */
import { join } from 'node:path'
import Hypercore from 'hypercore'
import { batches, count, dir, entries, insist, rate, say, timed } from './measure.mjs'

const path = join(dir, 'one')
const blocks = entries(count)
const core = new Hypercore(path)
await core.ready()
const single = blocks.slice(0, Math.min(count, 1_000))
const alone = new Hypercore(join(dir, 'alone'))
await alone.ready()
const append1 = await rate(single.length, async () => {
  for (const block of single) await alone.append(block)
})
await alone.close()

const append = await rate(count, async () => {
  for (const batch of batches(blocks)) await core.append(batch)
})
insist(core.length === count, 'every block is appended')
await core.close()

const [coldMs, again] = await timed(async () => {
  const opened = new Hypercore(path)
  await opened.ready()
  insist((await opened.get(opened.length - 1)).equals(blocks.at(-1)), 'the last block is there')
  return opened
})

// The library's own audit: every block and every node against the tree.
const verify = await rate(count, async () => {
  const found = await again.core.audit()
  const dropped = found.droppedBlocks + found.droppedTreeNodes + found.droppedBits
  insist(found.blocks === count && dropped === 0 && !found.corrupt, 'the audit finds every block sound')
})

const other = new Hypercore(join(dir, 'two'), again.key)
await other.ready()
const sync = await rate(count, async () => {
  const here = again.replicate(true)
  here.pipe(other.replicate(false)).pipe(here)
  await other.update({ wait: true })
  await other.download({ start: 0, end: count }).done()
})
insist(other.contiguousLength === count, 'the second peer has every block')
say({ append1, append, coldMs, verify, sync })
