/**
 * `npm run faults`: a hub's disk says no, lies, loses its power and goes bad. With `--no-fdatasync` the control:
 * the same power losses of a hub that does not sync must lose something, or the harness sees nothing.
 *
 * Exit code 1 when anything acknowledged was lost, anything was served otherwise than it was kept, or, as the
 * control, when nothing was lost.
 */
import { parseArgs } from 'node:util'
import { type DamageTally, damageMatrix } from '#test/support/faults/damage.ts'
import { errorMatrix } from '#test/support/faults/io-errors.ts'
import { powerLoss } from '#test/support/faults/power.ts'
import { counted, seconds, straceIsThere, whileGoing } from './figures.ts'

const usage = `npm run faults -- [--errors N] [--states N] [--flips N] [--seed S] [--no-fdatasync]
--errors N         so many errors and lies of the disk (200)
--states N         so many disks that a power loss could have left (500)
--flips N          so many flipped bits; cuts, zeros, missing and exchanged files besides (200)
--seed S           which ones; the same seed chooses the same (1)
--no-fdatasync     power losses only, of a hub that syncs nothing; something must be lost`

type Asked = { errors: number; states: number; flips: number; seed: number; control: boolean }

export async function main(args: string[]): Promise<number> {
  const asked = optionsOf(args)
  if (asked === null || !straceIsThere()) {
    console.error(usage)
    return 2
  }
  if (asked.control) return (await control(asked)) ? 0 : 1
  const outcomes = [await errors(asked), await power(asked), await damage(asked)]
  return outcomes.every(Boolean) ? 0 : 1
}

export async function errors({ errors: count, seed }: Pick<Asked, 'errors' | 'seed'>): Promise<boolean> {
  const began = performance.now()
  const going = whileGoing()
  const tally = await errorMatrix({ count, seed, heard: (_, { tried }) => going(`${tried} of ${count} errors and lies`) })
  const { tried, fired, acknowledged, recovered, stopped, foundOut, wordsGone, lost, invented, failed } = tally
  console.log([
    `errors and lies of the disk: ${tried} tried, ${fired} fired`,
    `  ${counted(acknowledged, 'acknowledgement')} heard, ${lost.length} lost, ${invented.length} invented`,
    `  ${recovered} hubs went on by themselves, ${stopped} stopped and went on when started again`,
    `  ${foundOut} lies found out when started again; words gone from LevelDB after a lie: ${wordsGone}`,
    `  ${failed.length} directories that did not open or go on`,
    `  ${seconds(began)}, seed ${seed}`,
  ].join('\n'))
  return noneOf(lost, invented, failed) && tried > 0
}

export async function power({ states, seed }: Pick<Asked, 'states' | 'seed'>): Promise<boolean> {
  const began = performance.now()
  const tally = await lossesOf(states, seed)
  console.log(`${powerFigures('power losses', tally)}\n  ${seconds(began)}, seed ${seed}`)
  return noneOf(tally.lost, tally.invented, tally.failed) && tally.states > 0
}

/** The control: what the harness would see if the hub did not sync. */
export async function control({ states, seed }: Pick<Asked, 'states' | 'seed'>): Promise<boolean> {
  const tally = await lossesOf(states, seed, true)
  console.log(powerFigures('control, nothing is ever synced: power losses', tally))
  const blind = tally.lost.length === 0
  console.log(blind ? '  nothing was lost: this harness sees nothing' : '  as it must be: the harness sees what a sync is for')
  return !blind
}

function lossesOf(states: number, seed: number, unsynced = false): ReturnType<typeof powerLoss> {
  const going = whileGoing()
  return powerLoss({
    states, seed, heard: (tally) => going(`${tally.states} of ${states} power losses`), ...(unsynced ? { fault: { skips: 'syncs' } } : {}),
  })
}

const powerFigures = (title: string, tally: Awaited<ReturnType<typeof powerLoss>>): string => [
  `${title}: ${tally.states} disks, ${tally.distinct} of them different`,
  `  ${counted(tally.acknowledged, 'acknowledgement')} heard before, ${tally.lost.length} lost, ${tally.invented.length} invented`,
  `  ${tally.unacknowledged} entries there that were not acknowledged yet (allowed)`,
  `  ${tally.failed.length} disks that did not open or go on; ${tally.takenForBackup} taken for a backup`,
].join('\n')

export async function damage({ flips, seed }: Pick<Asked, 'flips' | 'seed'>): Promise<boolean> {
  const began = performance.now()
  const going = whileGoing()
  const tally = await damageMatrix({ flips, seed, heard: ({ tried }) => going(`${tried} damages`) })
  console.log(`damage at rest: ${tally.tried} tried, ${flips} of them flipped bits; ${tally.wrong.length} served otherwise than kept`)
  console.log(tableOf(tally))
  console.log(`  ${seconds(began)}, seed ${seed}`)
  return noneOf(tally.wrong) && tally.tried > 0
}

const outcomes = ['refused', 'repaired', 'harmless', 'words gone', 'words of before', 'WRONG'] as const

function tableOf({ byClass }: DamageTally): string {
  const rows = Object.entries(byClass).sort(([a], [b]) => (a < b ? -1 : 1))
  const lines = rows.map(([name, row]) => [name, ...outcomes.map((outcome) => String(row[outcome] ?? 0))])
  return [['', ...outcomes], ...lines]
    .map((cells) => `  ${cells.map((cell, i) => (i === 0 ? cell.padEnd(22) : cell.padStart(16))).join('')}`).join('\n')
}

function noneOf(...lists: string[][]): boolean {
  const all = lists.flat()
  for (const what of all.slice(0, 20)) console.log(`  ${what}`)
  if (all.length > 20) console.log(`  and ${all.length - 20} more`)
  return all.length === 0
}

function optionsOf(args: string[]): Asked | null {
  const number = (fallback: string) => ({ type: 'string', default: fallback }) as const
  try {
    const { values } = parseArgs({
      args,
      options: {
        errors: number('200'), states: number('500'), flips: number('200'), seed: number('1'),
        'no-fdatasync': { type: 'boolean', default: false },
      },
    })
    const [errors, states, flips, seed] = [values.errors, values.states, values.flips, values.seed].map(Number) as [number, number, number, number]
    const sound = [errors, states, flips, seed].every((n) => Number.isInteger(n) && n >= 0)
    return sound ? { errors, states, flips, seed, control: values['no-fdatasync'] } : null
  } catch {
    return null
  }
}
