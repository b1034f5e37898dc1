/** What the scripts that try a hub's disk have in common: how they count aloud. */
import { spawnSync } from 'node:child_process'

export const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`

/** Since a moment of `performance.now()`. */
export const seconds = (began: number): string => `${((performance.now() - began) / 1_000).toFixed(0)} s`

const LINE_MS = 15_000

/** Says on stderr where a long run is, now and then. */
export function whileGoing(): (where: string) => void {
  let last = performance.now()
  return (where) => {
    if (performance.now() - last < LINE_MS) return
    last = performance.now()
    console.error(`… ${where}`)
  }
}

/** Says what to install when it is not. */
export function straceIsThere(): boolean {
  if (spawnSync('strace', ['-V']).error === undefined) return true
  console.error('This needs strace: apt-get install strace')
  return false
}
