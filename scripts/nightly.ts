/**
 * `npm run nightly -- kill|faults|properties`: the long versions of the three, with the numbers that are promised. They take
 * half an hour on two cores; whoever changes what writes to the disk runs them and quotes their figures.
 */
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

const runs = {
  kill: () => [() => kill({ points: POINTS, seed, recovery: true })],
  faults: () => [
    () => errors({ errors: ERRORS, seed }), () => power({ states: STATES, seed }),
    () => control({ states: CONTROL_STATES, seed }), () => damage({ flips: FLIPS, seed }),
  ],
  properties: () => [() => properties({ walks: WALKS, seed })],
}

const isRun = (what: string | undefined): what is keyof typeof runs => what !== undefined && Object.hasOwn(runs, what)

export async function main([what, ...more]: string[]): Promise<number> {
  if (!isRun(what) || more.length > 0 || (what !== 'properties' && !straceIsThere())) {
    console.error('npm run nightly -- kill|faults|properties')
    return 2
  }
  let sound = true
  for (const run of runs[what]()) sound = (await run()) && sound
  return sound ? 0 : 1
}
