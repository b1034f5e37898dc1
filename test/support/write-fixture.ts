/**
 * Writes what `test/fixtures/v<N>` holds for the format of today: a data directory as a hub leaves it after the play of
 * `faults/play.ts`, the truth about it, and what people took home. Run once for each released format:
 *
 *     node test/support/write-fixture.ts test/fixtures/v1
 */
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { toHex } from '#ledger/bytes.ts'
import { digestOf } from '#ledger/state/digest.ts'
import { encodeReceipt, receiptsOf, sealGroup } from '#ledger/entry.ts'
import { orderIdOf } from '#ledger/federation/federation.ts'
import { proveInclusion, rootOf } from '#ledger/merkle.ts'
import { encodeProof } from '#ledger/proof.ts'
import { everyKind } from './every-kind.ts'
import { checkpointOf, exportOfTown } from './exports.ts'
import { aPlay, wordsAfter } from './faults/play.ts'
import { playOn } from './faults/player.ts'
import { aStage } from './faults/stage.ts'
import { accountsOf } from './made-vectors.ts'

/** The record whose receipt and proof somebody kept. */
const KEPT = 6

export async function writeFixture(to: string): Promise<void> {
  if (existsSync(to)) throw new Error(`${to} is there already, and what a release wrote is never written again`)
  const towns = everyKind()
  const { chengdu, barcelona } = towns
  const play = aPlay(towns)
  const stage = await aStage({ places: 1, play })
  try {
    const [place] = stage.places
    await playOn(place!.data, play, () => {})
    // A lock is taken anew, and LevelDB's notes say nothing that is read.
    rmSync(join(place!.data, 'lock'), { recursive: true })
    for (const name of readdirSync(join(place!.data, 'level'))) if (/^LO(G|CK)/.test(name)) rmSync(join(place!.data, 'level', name))
    mkdirSync(to, { recursive: true })
    cpSync(place!.root, to, { recursive: true })
  } finally {
    stage.clear()
  }

  const { state, entries, id, card, secrets } = chengdu
  const votes = play.scenes.flatMap((scene) =>
    (scene.does === 'vote' ? [{ hub: scene.hub, slot: scene.vote.slot, order: toHex(orderIdOf(scene.vote.order)) }] : []))
  writeFileSync(join(to, 'truth.json'), `${JSON.stringify({
    origin: card.origin, hubId: toHex(id), logKey: toHex(card.logKey), size: entries.length, root: toHex(state.tree.root()),
    digest: toHex(digestOf(state)), accounts: accountsOf(state), checkpoint: checkpointOf(chengdu, [barcelona]),
    votes, signedDocument: 1, words: Object.fromEntries(wordsAfter(play.scenes)),
    mirror: { origin: play.abroad.origin, hubId: toHex(play.abroad.hubId), root: toHex(barcelona.state.tree.root()), size: barcelona.entries.length },
    kept: KEPT,
  }, null, 1)}\n`)
  writeFileSync(join(to, 'export.cv'), exportOfTown(chengdu, { witnesses: [barcelona] }))

  const group = entries.slice(KEPT - 1, KEPT + 2).map(({ leaf }) => leaf)
  const seal = sealGroup({ origin: card.origin, first: KEPT - 1, last: KEPT + 1, root: rootOf(group), generation: 0 }, secrets.log, id)
  writeFileSync(join(to, 'kept.record'), entries[KEPT]!.bytes)
  writeFileSync(join(to, 'kept.receipt'), encodeReceipt(receiptsOf(seal, KEPT - 1, group)[1]!))
  const hashes = proveInclusion(state.tree, KEPT, entries.length)
  writeFileSync(join(to, 'kept.tlog-proof'), encodeProof({ index: BigInt(KEPT), hashes, checkpoint: checkpointOf(chengdu, [barcelona]) }))
}

if (import.meta.main) {
  const [to] = process.argv.slice(2)
  if (to === undefined) throw new Error('write-fixture.ts DIRECTORY')
  await writeFixture(to)
}
