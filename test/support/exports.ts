/**
 * Exports of the towns of `towns.ts`: their records in sealed groups, and a checkpoint that others cosigned.
 */
import { concat } from '#ledger/bytes.ts'
import { encodeCheckpoint } from '#ledger/checkpoint.ts'
import { auditorOf, cosignerOf } from '#ledger/cosigner.ts'
import { sealGroup } from '#ledger/entry.ts'
import { encodeExport, type RecordPiece, type SealPiece } from '#ledger/audit/export.ts'
import { rootOf } from '#ledger/merkle.ts'
import { addSignature, cosign, signNote } from '#ledger/note.ts'
import type { Town } from '#test/support/towns.ts'

/** A town's records in groups of at most `groupSize`, each with its seal; a restore begins a group of its own. */
export function groupsOf(town: Town, groupSize = 3): (RecordPiece | SealPiece)[] {
  const { origin, id } = town.state.hub
  const pieces: (RecordPiece | SealPiece)[] = []
  let generation = 0
  for (let first = 0, end = 0; first < town.entries.length; first = end) {
    if (town.entries[first]!.action.kind === 'hub.restored') generation++
    const restore = town.entries.findIndex(({ seq, action }) => seq > first && action.kind === 'hub.restored')
    end = Math.min(first + groupSize, restore < 0 ? town.entries.length : restore)
    const group = town.entries.slice(first, end)
    for (const { bytes } of group) pieces.push({ type: 'record', bytes })
    const root = rootOf(group.map(({ leaf }) => leaf))
    const seal = { origin, first, last: first + group.length - 1, root, generation }
    pieces.push({ type: 'seal', bytes: sealGroup(seal, town.secrets.log, id) })
  }
  return pieces
}

/** The signed checkpoint of the first `size` records, with both cosignatures of each of `witnesses`. */
export function checkpointOf(town: Town, witnesses: Town[] = [], size = town.entries.length): string {
  const { hub, tree } = town.state
  const body = encodeCheckpoint({ origin: hub.origin, size: BigInt(size), root: tree.root(size) })
  let note = signNote(body, hub.origin, town.secrets.log)
  for (const { card, secrets, now } of witnesses) {
    note = addSignature(note, cosign(body, cosignerOf(card).name, secrets.cosigner, now))!
    note = addSignature(note, cosign(body, auditorOf(card).name, secrets.auditor, now + 1))!
  }
  return note
}

/** The items of a town's export, one by one: header, records and seals, checkpoint. */
export function itemsOf(
  town: Town, { witnesses = [] as Town[], groupSize = 3, checkpoint = checkpointOf(town, witnesses) } = {},
): Uint8Array[] {
  const { origin, id } = town.state.hub
  const groups = groupsOf(town, groupSize)
  return [...encodeExport({ origin, hubId: id, size: town.entries.length, groups, checkpoint })]
}

export const exportOfTown = (...asked: Parameters<typeof itemsOf>): Uint8Array => concat(...itemsOf(...asked))
