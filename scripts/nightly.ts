/**
 * `npm run nightly -- kill|faults|properties|sim`: the long versions of the four, with the numbers that are promised. Whoever
 * changes what writes to the disk runs the first two, what the rules are the third, what is said between cities the last, and
 * quotes their figures.
 */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { control, damage, errors, power } from './faults.ts'
import { straceIsThere } from './figures.ts'
import { kill } from './kill.ts'
import { properties } from './properties.ts'

const seed = 1
/** The play has some five hundred points of its own; the others are recoveries and foundings. */
const POINTS = 1_000
const ERRORS = 1_000
const STATES = 5_000
const CONTROL_STATES = 200
const FLIPS = 2_000
const WALKS = 5_000
/** Of `sim`, with stand-in signatures and with Ed25519. */
const SEEDS = 10_000
const REAL_SEEDS = 200

const runs = {
  kill: () => [() => kill({ points: POINTS, seed, recovery: true })],
  faults: () => [
    () => errors({ errors: ERRORS, seed }), () => power({ states: STATES, seed }),
    () => control({ states: CONTROL_STATES, seed }), () => damage({ flips: FLIPS, seed }),
  ],
  properties: () => [() => properties({ walks: WALKS, seed })],
  sim: () => [() => program('sim.mjs', '--seeds', `1..${SEEDS}`), () => program('sim.mjs', '--seeds', `1..${REAL_SEEDS}`, '--real')],
}

/** In a process of its own: the simulation exchanges modules as they are loaded. */
function program(name: string, ...args: string[]): Promise<boolean> {
  const child = spawn(process.execPath, [fileURLToPath(new URL(name, import.meta.url)), ...args], { stdio: 'inherit' })
  return new Promise((resolve) => child.on('close', (code) => resolve(code === 0)))
}

/** These look at the hub from outside, call by call. */
const traced: readonly string[] = ['kill', 'faults']

const isRun = (what: string | undefined): what is keyof typeof runs => what !== undefined && Object.hasOwn(runs, what)

export async function main([what, ...more]: string[]): Promise<number> {
  if (!isRun(what) || more.length > 0 || (traced.includes(what) && !straceIsThere())) {
    console.error('npm run nightly -- kill|faults|properties|sim')
    return 2
  }
  let sound = true
  for (const run of runs[what]()) sound = (await run()) && sound
  return sound ? 0 : 1
}
