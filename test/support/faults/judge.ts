/**
 * The judge of an accident: what a directory holds afterwards, laid beside what was acknowledged before it.
 *
 * Nothing acknowledged may be missing, nothing may be there that nobody asked for, and the hub must go on from
 * there to the end of its play, with a ledger that an audit finds in order. That something is there which was on
 * its way and not acknowledged yet is allowed, and counted.
 */
import { audit } from '#ledger/audit/audit.ts'
import { toHex } from '#ledger/bytes.ts'
import { leafHash } from '#ledger/merkle.ts'
import { journalDirectory } from '#node/record/founding.ts'
import { journalPieces } from '#node/audit/pieces.ts'
import { hastyClock, openDirectory, type OpenDirectory, silent } from './directory.ts'
import type { Play } from './play.ts'
import { type Acknowledged, playOn } from './player.ts'

export type Judged = {
  /** Acknowledged and not there, or not as it was acknowledged. */
  lost: string[]
  /** There, and in no play. */
  invented: string[]
  /** Entries that are there and were not acknowledged. */
  unacknowledged: number
  /** Whether the hub takes this for a backup and asks its stewards before it goes on. */
  takenForBackup: boolean
  /** Why the directory could not be opened, or the play not be finished, or null. */
  failed: string | null
}

/** The clock stands where the play begins; the play moves it. */
const still = (play: Play) => ({
  clock: hastyClock(() => play.scenes.find((scene) => scene.does === 'act')!.ts),
  entropy: { bytes: (length: number) => new Uint8Array(length).fill(2) },
  log: silent,
})

export const nothingSaid: Judged = { lost: [], invented: [], unacknowledged: 0, takenForBackup: false, failed: null }

/**
 * Opens the directory after an accident, compares, plays on to the end and audits.
 * `runs`: what was acknowledged in each run on this directory, in the order in which it was heard.
 */
export async function judge(data: string, play: Play, runs: Acknowledged[][]): Promise<Judged> {
  let open: OpenDirectory
  try {
    open = await openDirectory(data, play, still(play))
  } catch (error) {
    return { ...nothingSaid, failed: `it cannot be opened: ${String(error)}` }
  }
  try {
    const judged = await compare(open, play, runs)
    await open.close()
    return { ...judged, failed: await playedToTheEnd(data, play) }
  } catch (error) {
    await open.close()
    return { ...nothingSaid, failed: `it cannot be read: ${String(error)}` }
  }
}

/** Lays an open directory beside the play and what was acknowledged of it. */
export async function compare(
  { writer, votes, store, mirror, isLast }: OpenDirectory, play: Play, runs: Acknowledged[][],
): Promise<Omit<Judged, 'failed'>> {
  const lost: string[] = []
  const invented: string[] = []
  const records = writer.read(0, writer.state.tree.size)
  const leaves = records.map((record) => toHex(leafHash(record)))
  const truth = play.records.map((record) => toHex(leafHash(record)))
  for (const [seq, leaf] of leaves.entries()) if (leaf !== truth[seq]) invented.push(`entry ${seq}`)

  const words = new Map<string, string | null>()
  let entries = 1
  for (const one of runs.flat()) {
    if ('entry' in one) {
      entries = Math.max(entries, one.entry + 1)
      if (leaves[one.entry] !== one.leaf) lost.push(`entry ${one.entry}`)
    }
    if ('checkpoint' in one && !isKept(writer.checkpoint, one.checkpoint)) lost.push(`the checkpoint of ${one.checkpoint}`)
    if ('vote' in one && votes.lockOf(one.hub, one.vote)?.orderId !== one.order) lost.push(`the vote on slot ${one.vote}`)
    if ('document' in one && votes.signedFor(one.document) === undefined) lost.push(`the signature under document ${one.document}`)
    if ('mirrored' in one && mirror.records.length < one.mirrored) lost.push(`what was mirrored up to ${one.mirrored}`)
    if ('words' in one) words.set(one.words, one.value)
  }
  const inFlight = runs.flatMap((run) => wordsInFlight(play, run))
  for (const [key, value] of words) {
    const kept = store.table('blobs').get(key)
    const found = kept === undefined ? null : toHex(kept)
    const allowed = [value, ...inFlight.filter((one) => one.key === key).map((one) => one.value)]
    if (!allowed.includes(found)) lost.push(`words ${key.slice(0, 8)}`)
  }
  return { lost, invented, unacknowledged: Math.max(0, records.length - entries), takenForBackup: !isLast }
}

/** The newest checkpoint is at least as new as the one that was acknowledged. */
function isKept(note: string | null, size: number): boolean {
  return note !== null && Number(note.split('\n')[1]) >= size
}

/** What a run may have been doing with the words when it ended: the scene after the last it reported. */
function wordsInFlight({ scenes }: Play, run: Acknowledged[]): { key: string; value: string | null }[] {
  const done = run.filter((one) => 'words' in one).length
  return scenes
    .flatMap((scene): { key: string; value: string | null }[] => {
      if (scene.does === 'keep words') return [{ key: scene.key, value: toHex(scene.value) }]
      return scene.does === 'erase words' ? [{ key: scene.key, value: null }] : []
    })
    .slice(done, done + 1)
}

async function playedToTheEnd(data: string, play: Play): Promise<string | null> {
  try {
    const acknowledged: Acknowledged[] = []
    await playOn(data, play, (one) => void acknowledged.push(one))
    const open = await openDirectory(data, play, still(play))
    const { lost, invented } = await compare(open, play, [acknowledged]).finally(() => open.close())
    if (lost.length + invented.length > 0) return `going on, it lost ${lost.join(', ')} and invented ${invented.join(', ')}`
    if (open.writer.state.tree.size !== play.records.length) return 'it did not come to the end of the play'
  } catch (error) {
    return `it does not go on: ${String(error)}`
  }
  return auditFault(data)
}

/** What an audit of the ledger in this directory has to say against it, or null. Without a pool: the log is short. */
export function auditFault(data: string): string | null {
  const { offence } = audit(journalPieces(journalDirectory(data), { bytes: 0, notes: [] }))
  return offence === null ? null : `its audit finds ${JSON.stringify(offence)}`
}
