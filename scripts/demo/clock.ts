/**
 * A clock that is moved: the machine's, so many seconds beside it. Half a year passes in a minute, and whoever walks
 * around in the demo afterwards can let a month go by to see what decays.
 *
 * What waits for a moment that was leapt over happens at once, in order, as on a machine that wakes from sleep.
 */
import type { Clock } from '#node/ports.ts'
import { systemClock } from '#node/system-clock.ts'

export type MovableClock = Clock & {
  /** Lets so many seconds pass. */
  pass(seconds: number): void
  /** Seconds by which it is ahead of the machine's; below zero behind. */
  readonly ahead: number
}

type Waiting = { dueMs: number; cancel: () => void; call: () => void }

/** Begins `ahead` seconds beside the machine's clock. */
export function aMovableClock(ahead: number): MovableClock {
  const waiting = new Set<Waiting>()
  const nowMs = (): number => Date.now() + ahead * 1000

  return {
    get ahead() {
      return ahead
    },
    now: () => systemClock.now() + ahead,
    after(ms, call) {
      const one: Waiting = {
        dueMs: nowMs() + ms,
        cancel: systemClock.after(ms, () => happen(one)),
        call,
      }
      waiting.add(one)
      return () => drop(one)
    },
    pass(seconds) {
      ahead += seconds
      const due = [...waiting].filter(({ dueMs }) => dueMs <= nowMs()).sort((a, b) => a.dueMs - b.dueMs)
      for (const one of due) happen(one)
    },
  }

  function drop(one: Waiting): void {
    one.cancel()
    waiting.delete(one)
  }

  function happen(one: Waiting): void {
    // One of those that were due may have called another off.
    if (!waiting.has(one)) return
    drop(one)
    one.call()
  }
}
