/**
 * What a person sees while something long is under way: how far, how fast, how much longer. On a terminal
 * one line that is written over; elsewhere (a file, a service's journal) a new line now and then.
 */
export type ProgressStream = { write(text: string): unknown; isTTY?: boolean }

export type Progress = {
  /** `done` bytes of the total have been dealt with, and that many entries; `of`: the total, where it is known only by now. */
  advance(done: number, entries: number, of?: number): void
  /** Takes the line away again. */
  end(): void
}

const REDRAW_MS = 100
const LINE_MS = 5_000
const BAR_CELLS = 24

/**
 * Progress towards `total` bytes, null when nobody knows how many there are. Nothing is written in the first
 * tenth of a second (five seconds without a terminal): what is quick needs no bar. `now` in milliseconds.
 */
export function progressOn(
  stream: ProgressStream, label: string, total: number | null, now: () => number = () => performance.now(),
): Progress {
  const terminal = stream.isTTY === true
  const began = now()
  let drawn = began
  let isDrawn = false
  return {
    advance(done, entries, of) {
      const at = now()
      if (at - drawn < (terminal ? REDRAW_MS : LINE_MS)) return
      drawn = at
      isDrawn = true
      const line = lineOf(label, done, of ?? total, entries, (at - began) / 1000)
      stream.write(terminal ? `\r\u001b[K${line}` : `${line}\n`)
    },
    end() {
      if (terminal && isDrawn) stream.write('\r\u001b[K')
    },
  }
}

function lineOf(label: string, done: number, total: number | null, entries: number, seconds: number): string {
  const rate = `${grouped(Math.round(entries / seconds))} entries/s`
  if (total === null || total === 0) return `${label}  ${megabytes(done)}  ${grouped(entries)} entries  ${rate}`
  const share = Math.min(1, done / total)
  const cells = Math.round(share * BAR_CELLS)
  const left = share === 0 ? '' : `  ${Math.ceil(seconds / share - seconds)} s left`
  const bar = '█'.repeat(cells) + '░'.repeat(BAR_CELLS - cells)
  return `${label}  ${bar} ${Math.floor(share * 100)} %  ${grouped(entries)} entries  ${rate}${left}`
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`

/**
 * A stranger's words as they may stand in a line of ours: nothing in them moves the cursor, ends the line or turns it
 * round.
 */
export const onOneLine = (words: string): string =>
  words.replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu, '\ufffd')

/** 12345678 as 12,345,678, in every locale. */
export const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',')
