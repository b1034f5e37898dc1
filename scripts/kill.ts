/**
 * `npm run kill`: kills a hub at chosen calls of its program on its disk, and looks at what is there afterwards.
 * Exit code 1 when anything acknowledged was lost, anything was invented, or a directory did not go on.
 */
import { parseArgs } from 'node:util'
import { type KillTally, killMatrix } from '#test/support/faults/kills.ts'
import { counted, seconds, straceIsThere, whileGoing } from './figures.ts'

const usage = `npm run kill -- --points N [--seed S] [--recovery]
--points N     so many different kills, each at one call on one file
--seed S       which ones; the same seed chooses the same (1)
--recovery     a part of them while the hub opens its directory again after a kill`

export async function main(args: string[]): Promise<number> {
  const asked = optionsOf(args)
  if (asked === null || !straceIsThere()) {
    console.error(usage)
    return 2
  }
  return (await kill(asked)) ? 0 : 1
}

/** Runs the kills, prints their figures, and answers whether all is as it should be. */
export async function kill(asked: { points: number; seed: number; recovery: boolean }): Promise<boolean> {
  const began = performance.now()
  const going = whileGoing()
  const tally = await killMatrix({ ...asked, heard: (_, { tried }) => going(`${tried} of ${asked.points} kills`) })
  console.log(figuresOf(tally))
  console.log(`  ${seconds(began)}, seed ${asked.seed}`)
  for (const what of [...tally.lost, ...tally.invented, ...tally.failed]) console.log(`  ${what}`)
  const { lost, invented, failed } = tally
  return tally.tried > 0 && lost.length + invented.length + failed.length === 0
}

const figuresOf = ({ tried, fired, acknowledged, lost, invented, unacknowledged, takenForBackup, failed }: KillTally): string => [
  `kills: ${tried} points tried, ${fired} fired`,
  `  ${counted(acknowledged, 'acknowledgement')} heard, ${lost.length} lost, ${invented.length} invented`,
  `  ${unacknowledged} entries there that were not acknowledged yet (allowed)`,
  `  ${failed.length} directories that did not open or go on; ${takenForBackup} taken for a backup`,
].join('\n')

function optionsOf(args: string[]): { points: number; seed: number; recovery: boolean } | null {
  try {
    const { values } = parseArgs({
      args,
      options: { points: { type: 'string' }, seed: { type: 'string', default: '1' }, recovery: { type: 'boolean', default: false } },
    })
    const [points, seed] = [Number(values.points), Number(values.seed)]
    return Number.isInteger(points) && points > 0 && Number.isInteger(seed) ? { points, seed, recovery: values.recovery } : null
  } catch {
    return null
  }
}
