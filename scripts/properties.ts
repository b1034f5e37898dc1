/**
 * `npm run properties`: random histories of two towns, in which people try everything there is, also what they may not. After each step
 * two reducers must have said the same and the books must be right; at the end both know the same, byte for byte. Exit code 1 when
 * something differs, with the shortest history that was found in which it does.
 */
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import { kinds } from '#test/oracle/reducer/specification.ts'
import { STEPS, walk, walks } from '#test/oracle/walks/walk.ts'
import { seconds, whileGoing } from './figures.ts'

const usage = `npm run properties -- [--walks N] [--seed S]
--walks N      so many histories of at most ${STEPS} steps (500)
--seed S       which ones; the same seed chooses the same (1)`

export async function main(args: string[]): Promise<number> {
  const asked = optionsOf(args)
  if (asked === null) {
    console.error(usage)
    return 2
  }
  return properties(asked) ? 0 : 1
}

/** Runs the histories, prints what was heard in them, and answers whether both reducers agreed about all of it. */
export function properties({ walks: numRuns, seed }: { walks: number; seed: number }): boolean {
  installNativeCrypto()
  const [began, going] = [performance.now(), whileGoing()]
  const heard = new Map<string, number>()
  let tried = 0
  const details = fc.check(fc.property(walks, (one) => {
    for (const town of walk(one)) for (const [answer, times] of town.heard) heard.set(answer, (heard.get(answer) ?? 0) + times)
    going(`${++tried} of ${numRuns} histories`)
  }), { numRuns, seed })
  console.log(figuresOf(heard, details.numRuns))
  console.log(`  ${seconds(began)}, seed ${seed}`)
  if (details.failed) console.log(fc.defaultReportMessage(details), details.errorInstance)
  return !details.failed
}

function figuresOf(heard: ReadonlyMap<string, number>, runs: number): string {
  const tried = kinds.filter(({ name }) => name !== 'hub.founded').map(({ name }) => triesOf(name, heard))
  const reasons = new Set(tried.flatMap(({ refused }) => refused.map(([code]) => code)))
  const sum = (numbers: number[]): number => numbers.reduce((one, other) => one + other, 0)
  const takenAll = sum(tried.map(({ taken }) => taken))
  const refusedAll = sum(tried.flatMap(({ refused }) => refused.map(([, times]) => times)))
  return [
    `properties: ${runs} histories, in which two reducers said the same`,
    `  of ${takenAll} records that were taken, of ${tried.filter(({ taken }) => taken > 0).length} kinds of ${tried.length}`,
    `  of ${refusedAll} that were refused, for ${reasons.size} reasons`,
    ...tried.map(({ kind, taken, refused }) =>
      `  ${kind.padEnd(26)} ${String(taken).padStart(7)} taken${refused.length === 0 ? '' : `; refused ${refused.map((one) => one.join(' ')).join(', ')}`}`),
  ].join('\n')
}

type Tries = { kind: string; taken: number; refused: [code: string, times: number][] }

/** How often a kind was taken, and for what it was refused, the most frequent first. */
function triesOf(kind: string, heard: ReadonlyMap<string, number>): Tries {
  const refused = [...heard].filter(([answer]) => answer.startsWith(`${kind} `))
    .map(([answer, times]): [string, number] => [answer.slice(kind.length + 1), times])
    .sort(([, one], [, other]) => other - one)
  return { kind, taken: heard.get(kind) ?? 0, refused }
}

function optionsOf(args: string[]): { walks: number; seed: number } | null {
  try {
    const { values } = parseArgs({ args, options: { walks: { type: 'string', default: '500' }, seed: { type: 'string', default: '1' } } })
    const [walks, seed] = [Number(values.walks), Number(values.seed)]
    return Number.isInteger(walks) && walks > 0 && Number.isInteger(seed) ? { walks, seed } : null
  } catch {
    return null
  }
}
