/**
 * ◆ Copying what a hub keeps, while it runs or not. A journal is copied frame by frame, so that every byte
 * that comes along has been read and checked, and only up to the last place that is whole in itself (the
 * ledger: a seal or a checkpoint; the votes: any frame). The store is copied row by row as it stood at one
 * moment. Both arrive as journals, whose every frame is checked again by whoever reads them.
 */
import { closeSync, fsyncSync, openSync, readSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { concat } from '#ledger/bytes.ts'
import { frameTypes } from '../record/frames.ts'
import { type Frame, openJournal, readJournal } from '../disk/journal.ts'
import type { StoreRow } from '../store.ts'

/** Bytes copied and frames among them, now and then. */
export type OnCopied = (bytes: number, frames: number) => void

/** A row of the store in the journal of a backup: `P`, length of the key as u32, key, value. */
const ROW = 0x50
const BATCH_BYTES = 1024 * 1024

/**
 * Copies the journal in `from` to `to` (new), up to its last whole place. Throws a JournalCorrupt when it is
 * damaged. Answers how many records are in the copy.
 */
export async function copyJournal(from: string, to: string, identity: Uint8Array, onCopied: OnCopied): Promise<{ records: number }> {
  const journal = await openJournal(to, identity, () => {})
  try {
    let group: Frame[] = []
    let batch: Frame[] = []
    let bytes = 0
    let records = 0
    for (const { frame: { type, payload } } of readJournal(from)) {
      group.push({ type, payload: payload.slice() })
      if (type === frameTypes.record) continue
      records += group.length - 1
      batch.push(...group)
      bytes += group.reduce((sum, { payload }) => sum + payload.length, 0)
      group = []
      if (bytes < BATCH_BYTES) continue
      // Waiting for the disk is also what lets a hub that is running do its work.
      await journal.append(batch)
      onCopied(bytes, batch.length)
      batch = []
      bytes = 0
    }
    if (batch.length > 0) await journal.append(batch)
    onCopied(bytes, batch.length)
    return { records }
  } finally {
    await journal.close()
  }
}

/** Writes rows of a store as a journal in `to` (new). Answers how many. */
export async function copyStore(rows: AsyncIterable<StoreRow>, to: string, identity: Uint8Array, onCopied: OnCopied): Promise<number> {
  const journal = await openJournal(to, identity, () => {})
  let count = 0
  let batch: Frame[] = []
  let bytes = 0
  const flush = async (): Promise<void> => {
    await journal.append(batch)
    onCopied(bytes, batch.length)
    batch = []
    bytes = 0
  }
  try {
    for await (const [key, value] of rows) {
      const length = new Uint8Array(4)
      new DataView(length.buffer).setUint32(0, key.length)
      batch.push({ type: ROW, payload: concat(length, key, value) })
      bytes += key.length + value.length
      count++
      if (bytes >= BATCH_BYTES) await flush()
    }
    if (batch.length > 0) await flush()
    return count
  } finally {
    await journal.close()
  }
}

/** The rows in such a journal. Throws a JournalCorrupt when it is damaged. */
export function* storeRowsIn(dir: string): Generator<StoreRow> {
  for (const { frame: { payload } } of readJournal(dir)) {
    const border = 4 + new DataView(payload.buffer, payload.byteOffset).getUint32(0)
    yield [payload.slice(4, border), payload.slice(border)]
  }
}

/** Size and SHA-256 of a file, read from the disk; `sync` makes it durable first. */
export function fingerprintOf(file: string, { sync = false } = {}): { bytes: number; sha256: string } {
  const fd = openSync(file, 'r')
  try {
    if (sync) fsyncSync(fd)
    const hash = createHash('sha256')
    const chunk = new Uint8Array(BATCH_BYTES)
    let bytes = 0
    for (;;) {
      const length = readSync(fd, chunk)
      if (length === 0) return { bytes, sha256: hash.digest('hex') }
      hash.update(chunk.subarray(0, length))
      bytes += length
    }
  } finally {
    closeSync(fd)
  }
}
