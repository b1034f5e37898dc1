/** A town of `towns.ts` on disk, as the writer would have left it: groups of records with their seals, a checkpoint. */
import { join } from 'node:path'
import { utf8 } from '#ledger/bytes.ts'
import { frameTypes } from '#node/record/frames.ts'
import { type Frame, openJournal } from '#node/disk/journal.ts'
import { checkpointOf, groupsOf } from '#test/support/exports.ts'
import type { Town } from '#test/support/towns.ts'

/** The frames of a town's journal; `checkpoint` null for a hub that has signed none yet. */
export function framesOf(town: Town, checkpoint: string | null = checkpointOf(town)): Frame[] {
  const frames = groupsOf(town).map(({ type, bytes }): Frame => ({ type: frameTypes[type], payload: bytes }))
  return checkpoint === null ? frames : [...frames, { type: frameTypes.checkpoint, payload: utf8(checkpoint) }]
}

/** Writes the frames as the journal of the data directory `dir`. */
export async function writeTown(dir: string, town: Town, frames: Frame[] = framesOf(town)): Promise<void> {
  const journal = await openJournal(join(dir, 'journal'), town.id, () => {})
  await journal.append(frames)
  await journal.close()
}
