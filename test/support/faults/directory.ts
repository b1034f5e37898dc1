/**
 * A data directory, opened by the parts that keep it, in the order in which the hub opens them: format, lock, keys,
 * ledger with its snapshot, run word, words, votes, mirrors. There is no network and no page, so that a program that is killed a
 * thousand times starts in a moment; what touches the disk is the hub's own.
 */
import { join } from 'node:path'
import { equalBytes, toHex } from '#ledger/bytes.ts'
import { claimHolds } from '#ledger/claims.ts'
import { keepFormat, requireFormat } from '#node/disk/data-format.ts'
import { type DirectoryLock, lockDirectory } from '#node/disk/directory-lock.ts'
import { journalDirectory, mirrorsDirectory, storeDirectory, votesDirectory } from '#node/record/founding.ts'
import { type Frame, isDiskTrouble, openJournal } from '#node/disk/journal.ts'
import { type HubKeys, openKeystore } from '#node/disk/keystore.ts'
import { openLevelStore } from '#node/disk/level-store.ts'
import { mirrorJournals } from '#node/cities/logs/mirror-journals.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import { patientJournal } from '#node/disk/patient-journal.ts'
import type { Clock, Entropy, Log, Mirror } from '#node/ports.ts'
import { openRunMarker } from '#node/disk/run-marker.ts'
import { snapshotsIn } from '#node/record/snapshots.ts'
import { type Stop, stopAll } from '#node/stop-all.ts'
import { freeBytesIn } from '#node/disk/space.ts'
import type { Store } from '#node/store.ts'
import { openVotes, type Votes } from '#node/cities/settlement/votes.ts'
import { type OpenWriter, openWriter } from '#node/record/writer.ts'
import type { Play } from './play.ts'

/** Small, so that segments end and begin on the way. */
export const SEGMENT_BYTES = 9_000

export type OpenDirectory = {
  writer: OpenWriter
  keys: HubKeys
  store: Store
  votes: Votes
  /** The other city's records as far as they are here, and where more of them go. */
  mirror: Mirror & { records: Uint8Array[] }
  /** False when this is taken for a backup, so that a hub would ask its stewards before it goes on. */
  isLast: boolean
  close(): Promise<void>
}

export type DirectoryPorts = { clock: Clock; entropy: Entropy; log: Log }

/** The hub's own waits are so much shorter here. */
const FASTER = 100

/** A clock that says what it is told to say, and hurries. */
export const hastyClock = (now: () => number): Clock => ({
  now,
  after(ms, call) {
    const timer = setTimeout(call, ms / FASTER)
    return () => clearTimeout(timer)
  },
})

export const silent: Log = { info: () => {}, warn: () => {}, error: () => {} }

/** Opens everything, or rejects with the first part's own error and leaves nothing open. */
export async function openDirectory(data: string, play: Play, ports: DirectoryPorts): Promise<OpenDirectory> {
  installNativeCrypto()
  const stops: Stop[] = []
  const close = (): Promise<void> => stopAll(stops)
  try {
    requireFormat(data)
    const lock: DirectoryLock = await lockDirectory(data)
    stops.push(() => lock.release())
    keepFormat(data)
    const keys = await openKeystore(data)
    const writer = await openWriter({
      openJournal: (onFrame, from) => openJournal(journalDirectory(data), null, onFrame, { from, segmentBytesMax: SEGMENT_BYTES }),
      snapshots: snapshotsIn(data, keys.log, ports.log),
      freeBytes: () => freeBytesIn(data),
      // Apart, as by the pool of a hub, so that groups overtake each other on their way to the disk.
      verify: async (claims) => claims.map(claimHolds),
      keys,
      ...ports,
    })
    stops.push(() => writer.close())
    const { hub, tree } = writer.state
    const store = await openLevelStore(storeDirectory(data))
    stops.push(() => store.close())
    const voteFrames: Frame[] = []
    const openVoteJournal = (onFrame: (frame: Frame) => void) => openJournal(votesDirectory(data), writer.state.hub.id, onFrame)
    const voteJournal = patientJournal(
      await openVoteJournal(({ type, payload }) => void voteFrames.push({ type, payload: payload.slice() })),
      { open: () => openVoteJournal(() => {}), ...ports },
    )
    stops.push(() => voteJournal.close())
    const holds = (): string => `${toHex(writer.state.tree.root())}-${voteFrames.length}`
    const marker = openRunMarker(data, hub.id, tree.size === 1, holds, { XDG_STATE_HOME: join(data, '..', 'state') }, ports.entropy)
    if (marker.isSame) marker.takeUp()
    const votes = openVotes({ frames: voteFrames, append: voteJournal.append })
    const mirror = await openMirror(data, play)
    stops.push(() => mirror.close())
    return { writer, keys, store, votes, mirror, isLast: marker.isSame, close }
  } catch (error) {
    await close().catch(() => {})
    throw error
  }
}

/** The mirror as the hub opens it: what cannot be used, or is not that city's log, is put aside and begun again. */
async function openMirror(data: string, { abroad }: Play): Promise<OpenDirectory['mirror']> {
  const mirrors = mirrorJournals(mirrorsDirectory(data))
  const load = async (): Promise<OpenDirectory['mirror']> => {
    const records: Uint8Array[] = []
    const mirror = await mirrors.open(abroad.origin, abroad.hubId, (record) => {
      // Where the hub replays the record, here the truth is at hand.
      const expected = abroad.records[records.length]
      if (expected === undefined || !equalBytes(expected, record)) throw new Error('this record is not of that log')
      records.push(record.slice())
    })
    return { ...mirror, records }
  }
  try {
    return await load()
  } catch (error) {
    if (isDiskTrouble(error)) throw error
    await mirrors.discard(abroad.origin)
    return await load()
  }
}
