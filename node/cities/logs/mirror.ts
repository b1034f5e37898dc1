/**
 * The copy of another city's log: where it is kept, and what a start does with what is there. What was checked before it
 * was written is not checked for signatures again; what cannot be read is put away and fetched anew.
 */
import { parseRecord } from '#ledger/entry.ts'
import type { Verifier } from '#ledger/keys.ts'
import { isDiskTrouble } from '../../disk/journal.ts'
import type { Log, Mirror, MirrorStore } from '../../ports.ts'
import type { Follower } from './replica.ts'

/** Reads the copy of a log again and makes it ready to go on. */
export async function openMirror(follower: Follower, mirrors: MirrorStore, log: Log): Promise<Mirror> {
  const { origin, hubId } = follower.card
  const load = (): Promise<Mirror> =>
    mirrors.open(origin, hubId, (record) => {
      const refused = follower.take(parseRecord(record.slice()), verifiedBefore)
      if (refused !== null)
        throw new Error(`the mirror holds a record that is refused: ${refused}`)
    })
  try {
    const mirror = await load()
    follower.kept = follower.size
    return mirror
  } catch (error) {
    follower.forget()
    // The disk's trouble, and not the copy's.
    if (isDiskTrouble(error)) throw error
    log.warn('the copy of a city’s log cannot be used; it is fetched again', {
      hub: origin,
      error: String(error),
    })
    await mirrors.discard(origin)
    return await load()
  }
}

/**
 * Puts records on the disk. When that fails nobody knows which of them are there, so the next round begins by
 * reading the copy again.
 */
export async function keep(follower: Follower, records: Uint8Array[]): Promise<void> {
  try {
    await follower.mirror!.append(records)
    follower.kept += records.length
  } catch (error) {
    await follower.mirror!.close().catch(() => {})
    follower.mirror = null
    follower.kept = 0
    follower.forget()
    throw error
  }
}

/** For what was verified before it was written to this disk. */
const verifiedBefore: Verifier = () => true
