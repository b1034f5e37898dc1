/**
 * What bad input must leave as it was: the records in a hub's journal and everything in its store, read from
 * the disk beside the running hub.
 */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { frameTypes } from '#node/record/frames.ts'
import { readJournal } from '#node/disk/journal.ts'

/** A digest of what a data directory holds. Checkpoints are left out: the hub signs one now and then by itself. */
export function contentsOf(data: string): { records: number; ledger: string; votes: string; store: string } {
  const ledger = createHash('sha256')
  let records = 0
  for (const { frame } of readJournal(join(data, 'journal'))) {
    if (frame.type === frameTypes.record) records += 1
    if (frame.type !== frameTypes.checkpoint) ledger.update(frame.payload)
  }
  const votes = createHash('sha256')
  if (existsSync(join(data, 'votes'))) for (const { frame } of readJournal(join(data, 'votes'))) votes.update(frame.payload)
  // Every write to LevelDB goes through its log first, also one that is taken back.
  const store = createHash('sha256')
  const level = join(data, 'level')
  for (const name of readdirSync(level).filter((one) => one.endsWith('.log')).sort()) store.update(readFileSync(join(level, name)))
  return { records, ledger: ledger.digest('hex'), votes: votes.digest('hex'), store: store.digest('hex') }
}

/** Waits until what was taken in before has come to rest: some of it is tidied up after it was answered. */
export async function settled(data: string): Promise<void> {
  for (let before = ''; ;) {
    const now = JSON.stringify(contentsOf(data))
    if (now === before) return
    before = now
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** Knocks, and finds everything as it was before. */
export async function untouched<T>(data: string, knock: () => Promise<T>): Promise<T> {
  const before = contentsOf(data)
  const answer = await knock()
  expect(contentsOf(data)).toEqual(before)
  return answer
}
