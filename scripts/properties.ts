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
  const taken = kinds.filter(({ name }) => heard.has(name)).map(({ name }) => name)
  const refusals = [...heard.keys()].filter((answer) => !taken.includes(answer))
  const times = (answers: string[]) => answers.reduce((sum, answer) => sum + heard.get(answer)!, 0)
  const never = kinds.map(({ name }) => name).filter((name) => !taken.includes(name) && name !== 'hub.founded')
  return [
    `properties: ${runs} histories, in which two reducers said the same`,
    `  of ${times(taken)} records that were taken, of ${taken.length} kinds${never.length === 0 ? '' : `; none of ${never.join(', ')}`}`,
    `  of ${times(refusals)} that were refused, for ${refusals.length} reasons`,
  ].join('\n')
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
