/**
 * Who plays what in a made-up town, and by which rule somebody who plays it should be found.
 *
 * Every rule has its innocent lookalike: people who do, for good reasons, nearly what it looks for. Without them precision
 * would only say that those who do nothing of the kind are left alone.
 */
import type { FlagRule } from '#ledger/anomaly/flag.ts'
import type { SyntheticTown } from '#test/support/synthetic-town.ts'

/** What somebody plays; who of them is honest, `honest` says. */
export const parts = [
  'neighbour', 'busy', 'clumsy', 'forgetful', 'trio', 'couple', 'family', 'care', 'friends', 'class',
  'wash', 'ring', 'cluster', 'phantom', 'tireless', 'club', 'slander', 'revenge', 'no-show', 'idle', 'batch',
] as const
export type Part = (typeof parts)[number]

/**
 * Those whom everybody knows and anybody may help. Busy: nine hours and more on some days, one after the other. Clumsy: what they do is
 * seldom good, and they say so of others, too. Forgetful: do not come now and then. Trio: three who help each other round, and others.
 */
export const townsfolk: readonly Part[] = ['neighbour', 'busy', 'clumsy', 'forgetful', 'trio']

/** Friends: four who come together and mostly keep to each other. Class: somebody brings five within a week, who help others as well. */
const honest: ReadonlySet<Part> = new Set<Part>([...townsfolk, 'couple', 'family', 'care', 'friends', 'class'])
export const isHonest = (part: Part): boolean => honest.has(part)

const ruleFor: Partial<Record<Part, FlagRule>> = {
  wash: 'R1', ring: 'R2', cluster: 'R3', phantom: 'R4', tireless: 'R5', club: 'R7', slander: 'R7', revenge: 'R8', 'no-show': 'R9', idle: 'R9', batch: 'R10',
}

/** Of one rule: how many play what it should find and how many of them it found; how many it flagged, and what those of them play who are honest. */
export type Score = { rule: FlagRule; planted: number; found: number; flagged: number; honest: Part[] }

export function scoresOf(history: SyntheticTown): Score[] {
  return Object.entries(ruleFor).reduce<Score[]>((scores, [part, rule]) => {
    const known = scores.find((score) => score.rule === rule)
    const planted = history.residents.filter((resident) => resident.part === part)
    const flagged = [...(history.flagged.get(rule) ?? [])]
    const found = planted.filter(({ person }) => flagged.includes(person.acct)).length
    if (known !== undefined) {
      known.planted += planted.length
      known.found += found
      return scores
    }
    const honest = flagged.map((acct) => history.partOf(acct)).filter(isHonest)
    return [...scores, { rule, planted: planted.length, found, flagged: flagged.length, honest }]
  }, [])
}
