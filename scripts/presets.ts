/**
 * `npm run presets`: the suite of each preset. Its difference from the city, parameter by parameter; the worked values
 * under it that are not the city's; and a month of twelve neighbours that the seed chooses, lived through the ledger.
 * Exit code 1 when a charter cannot work, a worked value is wrong, an equation of the books does not hold, or a replay
 * of the month's records does not come to the same state.
 */
import { parseArgs } from 'node:util'
import { equalBytes } from '#ledger/bytes.ts'
import { charterFault } from '#ledger/charter/fault.ts'
import type { Charter, Preset } from '#ledger/charter/charter.ts'
import { faultsOf } from '#ledger/audit/conservation.ts'
import { digestOf } from '#ledger/state/digest.ts'
import { replay } from '#ledger/ledger.ts'
import { presets } from '#ledger/charter/presets.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import { live, type Month, told } from './month.ts'
import { cv, expectedIn, topics } from './worked-values.ts'

const names = Object.keys(presets) as Preset[]
const usage = `npm run presets -- [PRESET…] [--seed S]
PRESET         ${names.join(', ')} (all of them)
--seed S       which month; the same seed chooses the same (1)`

type Print = (line: string) => void

export function main(args: string[], print: Print = console.log): number {
  const asked = optionsOf(args)
  if (asked === null) {
    print(usage)
    return 2
  }
  installNativeCrypto()
  const failed = asked.presets.filter((name) => !suiteOf(name, asked.seed, print))
  print(failed.length === 0 ? `passed: ${asked.presets.join(', ')}` : `FAILED: ${failed.join(', ')}`)
  return failed.length === 0 ? 0 : 1
}

function suiteOf(name: Preset, seed: number, print: Print): boolean {
  const charter = presets[name]
  print(`== ${name} ==`)
  for (const line of differences(charter)) print(`  ${line}`)
  const wrong = valuesOf(name, charter, print)
  const month = live(name, seed)
  print(`  A month of twelve neighbours, seed ${seed}`)
  for (const line of told(month, cv)) print(`    ${line}`)
  const faults = [charterFault(charter), ...wrong, ...faultsOf(month.town.state).map(({ code }) => code), replayFault(month)]
    .filter((fault) => fault !== null)
  for (const fault of faults) print(`  ✗ ${fault}`)
  print('')
  return faults.length === 0
}

/** Each parameter that is not the city's, with both values. */
function differences(charter: Charter): string[] {
  if (charter === presets.city) return ['The city: what every other preset is told beside.']
  const other = new Map(parametersOf(charter))
  const lines = [...parametersOf(presets.city)].filter(([name, value]) => other.get(name) !== value && name !== 'preset')
  return [
    `${lines.length} parameters are not the city’s:`,
    ...lines.map(([name, value]) => `  ${name.padEnd(28)}${other.get(name)!}   (city: ${value})`),
  ]
}

function* parametersOf(topic: object, path = ''): Generator<[name: string, value: string]> {
  for (const [field, value] of Object.entries(topic)) {
    const name = `${path}${field}`
    if (typeof value === 'object' && !Array.isArray(value) && !('numerator' in value)) yield* parametersOf(value as object, `${name}.`)
    else yield [name, textOf(value)]
  }
}

const textOf = (value: unknown): string => {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map((row) => (typeof row === 'object' ? Object.values(row as object).join(' ') : String(row))).join('; ')
  return typeof value === 'object' ? Object.values(value as object).join('/') : String(value)
}

/** Prints the worked values that are not the city's, and answers which are not what they have to be. */
function valuesOf(name: Preset, charter: Charter, print: Print): string[] {
  const all = topics.flatMap(({ values }) => values)
  const wrong = all.flatMap((value) => {
    const [found, expected] = [value.ledger(charter), expectedIn(name, value)]
    return expected === null || found === expected ? [] : [`[S${value.lines}] ${value.says}: ${found}, not ${expected}`]
  })
  const own = all.filter((value) => value.ledger(charter) !== value.ledger(presets.city))
  print(`  ${all.length - own.length} of ${all.length} worked values are the city’s${own.length === 0 ? '' : '; its own:'}`)
  for (const value of own) print(`    [S${value.lines}] ${value.says}: ${value.ledger(charter)}   (city: ${value.ledger(presets.city)})`)
  return wrong
}

/** Whether the month's records, read anew, come to the state that they were made in. */
function replayFault({ town }: Month): string | null {
  const replayed = replay(town.entries.map(({ bytes }) => bytes))
  if ('refusal' in replayed) return `the replay refuses record ${replayed.seq}: ${replayed.refusal.code}`
  return equalBytes(digestOf(replayed.state), digestOf(town.state)) ? null : 'the replay came to another state'
}

function optionsOf(args: string[]): { presets: Preset[]; seed: number } | null {
  try {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { seed: { type: 'string', default: '1' } } })
    const asked = positionals.map((one) => names.find((name) => name === one))
    const seed = Number(values.seed)
    if (!Number.isInteger(seed) || seed < 0 || asked.includes(undefined)) return null
    return { presets: asked.length === 0 ? names : asked.filter((one) => one !== undefined), seed }
  } catch {
    return null
  }
}
