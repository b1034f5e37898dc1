/** ◆ The only reader of the machine's clock and the only maker of timers and randomness in the hub. */
import { randomBytes } from 'node:crypto'
import type { Clock, Entropy } from './ports.ts'

export const systemClock: Clock = {
  now: () => Math.floor(Date.now() / 1000),
  after(ms, call) {
    const timer = setTimeout(call, ms)
    return () => clearTimeout(timer)
  },
}

export const systemEntropy: Entropy = { bytes: (length) => new Uint8Array(randomBytes(length)) }
