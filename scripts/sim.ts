/**
 * `npm run sim`: cities in a bottle (`test/sim/README.md`). Many seeds, with what was found and how often each fault
 * fired; or one, told line by line.
 *
 * Exit code 1 when anything was found, 2 for a call that cannot be read.
 */
import { parseArgs } from 'node:util'
import { type Lie, lies } from '#test/sim/liars.ts'
import { type Outcome, runSeed, type SeedOptions } from '#test/sim/seed.ts'
import { installSignatures } from '#test/sim/signatures.ts'
import { type FaultKind, faultKinds } from '#test/sim/storm.ts'
import { addTo, aTally, type Tally } from '#test/sim/tally.ts'
import { whileGoing } from './figures.ts'

const usage = `npm run sim -- --seeds A..B [--real] [--json] [--first] [--hubs N] [--lie LIE] [--accomplices N] [--fault KIND]…
npm run sim -- --seed N [--real]
--seeds A..B   these seeds, one after the other; what was found and what was done to them
--seed N       one seed, told line by line; the same every time
--real         with Ed25519, not with a keyed hash in its place
--json         one line a seed, for programs
--first        ends with the first seed in which anything is found
--hubs N       always so many; --lie: always this liar (${lies.join(', ')})
--accomplices N  so many have given the liar that has two faces their vote keys; more than the quorum bears are too many
--fault KIND   always this kind of fault, besides others (${faultKinds.join(', ')})`

export type Asked = { from: number; to: number; told?: boolean; real?: boolean; json?: boolean; first?: boolean } & Pick<SeedOptions, 'hubs' | 'lie' | 'accomplices' | 'faults'>

export async function main(args: string[]): Promise<number> {
  const asked = optionsOf(args)
  if (asked === null) {
    console.error(usage)
    return 2
  }
  return (await sim(asked)) ? 0 : 1
}

/** Runs the seeds and prints what came of them; whether nothing was found. */
export async function sim({ from, to, told = false, real = false, json = false, first = false, ...directed }: Asked): Promise<boolean> {
  installSignatures(real)
  // A promise that nobody looks after ends a real process; here it is a finding like any other.
  const unhandled: unknown[] = []
  process.on('unhandledRejection', (reason) => void unhandled.push(reason))
  const began = process.cpuUsage()
  const going = json ? () => {} : whileGoing()
  const sum = aTally()
  let events = 0
  const bad: number[] = []
  for (let seed = from; seed <= to; seed++) {
    const outcome = await runSeed(seed, { kept: told, ...directed }).catch((error: unknown) => brokenOff(seed, error))
    for (const reason of unhandled.splice(0)) outcome.findings.push({ code: 'unhandled', detail: String((reason as Error)?.stack ?? reason) })
    addTo(sum, outcome.tally)
    events += outcome.events
    if (outcome.findings.length > 0) bad.push(seed)
    if (json) console.log(JSON.stringify({ ...outcome, tally: Object.fromEntries(outcome.tally), lines: undefined }))
    else if (told) console.log(outcome.lines.join('\n'))
    else if (outcome.findings.length > 0) console.log(foundIn(outcome))
    going(`seed ${seed}, ${bad.length} with findings`)
    if (first && bad.length > 0) break
  }
  if (json) return bad.length === 0
  const { user, system } = process.cpuUsage(began)
  const seeds = to - from + 1
  const seconds = (user + system) / 1e6
  console.log(`${seeds} ${seeds === 1 ? 'seed' : 'seeds'} with ${real ? 'Ed25519' : 'stand-in signatures'}, ${events} events, ${seconds.toFixed(1)} s of processor time`)
  console.log(tableOf(sum))
  console.log(bad.length === 0 ? 'nothing was found' : `findings in ${bad.length}: seeds ${bad.slice(0, 50).join(', ')}`)
  return bad.length === 0
}

/** What a run came to that could not even begin. */
const brokenOff = (seed: number, error: unknown): Outcome =>
  ({ seed, hubs: 0, hash: '', findings: [{ code: 'broken-off', detail: String((error as Error).message) }], tally: aTally(), events: 0, lines: [] })

const foundIn = ({ seed, hubs, findings }: Outcome): string =>
  findings.slice(0, 5).map(({ code, detail }) => `seed ${seed} (${hubs} hubs): ${code}: ${detail}`).join('\n')

/** How often each thing happened, by what kind of thing it is. */
function tableOf(tally: Tally): string {
  const lines = [...tally].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, times]) => `  ${name.padEnd(34)} ${String(times).padStart(9)}`)
  return lines.join('\n')
}

function optionsOf(args: string[]): Asked | null {
  try {
    const { values } = parseArgs({
      args,
      options: {
        seeds: { type: 'string' }, seed: { type: 'string' }, real: { type: 'boolean', default: false }, json: { type: 'boolean', default: false },
        first: { type: 'boolean', default: false }, hubs: { type: 'string' }, lie: { type: 'string' }, accomplices: { type: 'string' }, fault: { type: 'string', multiple: true, default: [] },
      },
    })
    const { seeds, seed, real, json, first, lie, fault } = values
    const accomplices = values.accomplices === undefined ? null : Number(values.accomplices)
    const hubs = values.hubs === undefined ? null : Number(values.hubs)
    const isDirected = (hubs === null || (hubs >= 1 && hubs <= 10)) && (accomplices === null || accomplices >= 0)
      && (lie === undefined || (lies as readonly string[]).includes(lie))
      && fault.every((kind) => (faultKinds as readonly string[]).includes(kind))
    if (!isDirected) return null
    const [from, to] = (seeds ?? `${seed}..${seed}`).split('..').map(Number) as [number, number | undefined]
    const isSound = (seeds === undefined) !== (seed === undefined) && Number.isSafeInteger(from) && Number.isSafeInteger(to) && from >= 0 && to! >= from
    return isSound ? {
      from, to: to!, told: seed !== undefined && !json, real, json, first, hubs, lie: (lie ?? null) as Lie | null, accomplices, faults: fault as FaultKind[],
    } : null
  } catch {
    return null
  }
}
