/**
 * What of the hub stands on the disk: the journal with the writer above it, the words and what waits in `level`, and the
 * journal of what it signed for other cities, which must never be forgotten.
 */
import { openVotes } from './cities/settlement/votes.ts'
import { type Frame, openJournal, type Progress } from './disk/journal.ts'
import { openLevelStore } from './disk/level-store.ts'
import { patientJournal } from './disk/patient-journal.ts'
import { freeBytesIn } from './disk/space.ts'
import type { HubPorts } from './hub-ports.ts'
import { progressBar } from './progress-log.ts'
import { journalDirectory, storeDirectory, votesDirectory } from './record/founding.ts'
import { frameTypes } from './record/frames.ts'
import { openWriter } from './record/writer.ts'
import { openVerifierPool } from './signatures/verifier-pool.ts'
import type { Stop } from './stop-all.ts'
import type { NetworkLog } from './wire/network.ts'

export type HubDisk = Awaited<ReturnType<typeof openDisk>>

/**
 * Reads the whole ledger or what follows its newest snapshot, and opens the rest.
 *
 * Rejects with a named error when something of it is damaged, of a newer format, or does not belong to these keys.
 */
export async function openDisk({ config, keys, clock, entropy, snapshots }: HubPorts, log: NetworkLog, stops: Stop[]) {
  const pool = openVerifierPool()
  stops.push(() => pool.close())
  const writer = await openWriter({
    verify: pool.verify,
    async openJournal(onFrame, from) {
      const bar = progressBar(log, clock, 'reading the ledger')
      let entries = 0
      const counted: typeof onFrame = (frame, at) => {
        if (frame.type === frameTypes.record) entries++
        onFrame(frame, at)
      }
      const onProgress = ({ bytes, bytesTotal }: Progress): void => bar.tell(bytes, bytesTotal, entries)
      try {
        return await openJournal(journalDirectory(config.data), null, counted, { from, onProgress })
      } finally {
        bar.end()
      }
    },
    snapshots,
    freeBytes: () => freeBytesIn(config.data),
    keys, clock, entropy, log,
  })
  stops.push(() => writer.close())
  const store = await openLevelStore(storeDirectory(config.data), (table, key) => {
    log.error('the disk gives back other words than were kept; they count as gone', { table, key })
  })
  stops.push(() => store.close())
  const voteFrames: Frame[] = []
  const openVoteJournal = (onFrame: (frame: Frame) => void) => openJournal(votesDirectory(config.data), writer.state.hub.id, onFrame)
  const voteJournal = patientJournal(
    await openVoteJournal(({ type, payload }) => void voteFrames.push({ type, payload: payload.slice() })),
    { open: () => openVoteJournal(() => {}), clock, log },
  )
  stops.push(() => voteJournal.close())
  const votes = openVotes({ frames: voteFrames, append: voteJournal.append })
  return { verify: pool.verify, writer, store, votes, signedBefore: voteFrames.length }
}
