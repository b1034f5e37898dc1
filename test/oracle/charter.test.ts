/**
 * Which charters can work: every number of one, taken to where it may and may not be, is judged alike by `ledger/charter/fault.ts` and by
 * the second reducer, which knows the README's table of faults alone. What nothing bounds is named here, with why it harms nobody.
 */
import { expect, test } from 'vitest'
import type { Charter } from '#ledger/charter/charter.ts'
import { charterFault, type CharterFault } from '#ledger/charter/fault.ts'
import { presets } from '#ledger/charter/presets.ts'
import { type Charter as SecondCharter, isSoundCharter } from './reducer/charter.ts'

type Tree = { [name: string]: Leaf | Tree } | (Leaf | Tree)[]
type Leaf = number | bigint | string | boolean

/** What only compares, so that no sum follows from it however large it is. */
const unbounded: Record<string, string> = {
  'project.reachPeople': 'nobody reaches so many: the factor is 1',
  'farming.minutesMax': 'every help is a short one',
  'shortForm.minutesMax': 'nothing is flagged', 'shortForm.monthMinutesMax': 'nothing is flagged', 'shortForm.proxyMinutesMax': 'no limit',
  'reserve.ageMin': 'stewards look at the age, no rule does',
}

const numbers = [0, 1, 2, 3, 5, 6, 29, 30, 60, 61, 90, 91, 99, 100, 150, 151, 999, 1_000, 1_001, 3_650, 3_651, 10_000, 10_001, 87_600, 87_601,
  527_040, 527_041, 1_000_000, 1_000_001, 100_000_000, 100_000_001, Number.MAX_SAFE_INTEGER]
const amounts = [0n, 1n, 10n ** 12n, 10n ** 12n + 1n, 2n ** 64n - 1n]

/** Every charter that differs from this one in one number, with its path; rows of a list share theirs. */
function* changed(node: Tree, charter: () => Tree, path: (string | number)[] = []): Generator<{ name: string; value: number | bigint; charter: Tree }> {
  for (const [key, one] of Object.entries(node)) {
    const here = [...path, Array.isArray(node) ? Number(key) : key]
    if (typeof one === 'object') yield* changed(one, charter, here)
    if (typeof one !== 'number' && typeof one !== 'bigint') continue
    for (const value of typeof one === 'number' ? numbers : amounts) {
      const other = charter()
      const parent = here.slice(0, -1).reduce<Tree>((at, step) => (at as Record<string | number, Tree>)[step]!, other)
      ;(parent as Record<string | number, Leaf>)[here.at(-1)!] = value
      yield { name: here.filter((step) => typeof step === 'string').join('.'), value, charter: other }
    }
  }
}

/** As the second reducer reads it: every number is a bigint. */
const second = (node: Tree | Leaf): Tree | Leaf =>
  typeof node === 'number' ? BigInt(node)
    : typeof node !== 'object' ? node
      : Array.isArray(node) ? node.map((one) => second(one)) : Object.fromEntries(Object.entries(node).map(([name, one]) => [name, second(one)]))

/** Codes stand for something, and are bounded by what they may spell. */
const codes = /(^|\.)(format|category|resource|size|service|role|plan|helpPrice|spread|first|redemption)$/

test.each(Object.entries(presets))('every number of %s: both say the same of it, wherever it is', (_, preset) => {
  const differ: string[] = []
  const met = new Set<CharterFault>()
  const most = new Map<string, CharterFault | null>()
  for (const { name, value, charter } of changed(preset as unknown as Tree, () => structuredClone(preset) as unknown as Tree)) {
    if (codes.test(name)) continue
    const fault = charterFault(charter as unknown as Charter)
    if (fault !== null) met.add(fault)
    if (isSoundCharter(second(charter) as unknown as SecondCharter) !== (fault === null)) differ.push(`${name} ${value}: ${fault}`)
    if (value === numbers.at(-1) || value === amounts.at(-1)) most.set(name, most.get(name) ?? fault)
  }
  expect(differ).toEqual([])
  expect(met.size).toBeGreaterThan(20)
  expect([...most].filter(([, fault]) => fault === null).map(([name]) => name).sort()).toEqual(Object.keys(unbounded).sort())
})
