/** ◆ The only reader of the machine's clock and the only maker of timers and randomness in the hub. */
import { randomBytes } from 'node:crypto'
import type { Clock, Entropy } from './ports.ts'

export const systemClock: Clock = {
  now: () => Math.floor(Date.now() / 1000),
  after(ms, call) {
    // Whoever only lets others through waits for the next turn of the loop, and not for the millisecond of a timer.
    if (ms === 0) {
      const immediate = setImmediate(call)
      return () => clearImmediate(immediate)
    }
    const timer = setTimeout(call, ms)
    return () => clearTimeout(timer)
  },
}

export const systemEntropy: Entropy = { bytes: (length) => new Uint8Array(randomBytes(length)) }
