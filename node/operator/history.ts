/**
 * What the operator's plots are drawn from: a reading every five minutes for a week, in memory, since the hub started;
 * and the growth of the record, which the record itself tells for as long as there is one.
 */
import type { Clock, Writer } from '../ports.ts'

/** `board`: how often the board changed since the reading before; `behind`: entries of other cities still to read. */
export type Reading = { ts: number; entries: number; board: number; behind: number }
export type Point = { ts: number; value: number }

export const READ_EVERY_SECONDS = 300
const DAY_SECONDS = 86_400
const READINGS_MAX = (7 * DAY_SECONDS) / READ_EVERY_SECONDS

export type History = {
  /** Ascending, at most a week's. */
  readings(): readonly Reading[]
  boardChanged(): void
  stop(): void
}

export function startHistory(clock: Clock, writer: Pick<Writer, 'state'>, behind: () => number): History {
  const kept: Reading[] = []
  let board = 0
  let cancel = (): void => {}
  const read = (): void => {
    kept.push({ ts: clock.now(), entries: writer.state.tree.size, board, behind: behind() })
    if (kept.length > READINGS_MAX) kept.shift()
    board = 0
    cancel = clock.after(READ_EVERY_SECONDS * 1_000, read)
  }
  read()
  return {
    readings: () => kept,
    boardChanged: () => void board++,
    stop: () => cancel(),
  }
}

/**
 * How many entries there were at the end of each of the last `days` days, and now. Found by halving, so that a long
 * record costs some twenty readings of the disk a day and no more.
 */
export function growthOf(writer: Pick<Writer, 'state' | 'entryAt'>, now: number, days = 30): Point[] {
  const { size } = writer.state.tree
  const founded = writer.entryAt(0).ts
  const points: Point[] = []
  let from = 0
  for (let ts = Math.max(founded, now - days * DAY_SECONDS); ts < now; ts += DAY_SECONDS) {
    from = entriesUntil(writer, ts, from, size)
    points.push({ ts, value: from })
  }
  return [...points, { ts: now, value: size }]
}

/** Entries sealed no later than `ts`, of which there are at least `low` and at most `high`. */
function entriesUntil(writer: Pick<Writer, 'entryAt'>, ts: number, low: number, high: number): number {
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (writer.entryAt(middle).ts <= ts) low = middle + 1
    else high = middle
  }
  return low
}
