/**
 * `npm run towns -- --seeds 101..120`: what the rules of suspicion find in towns where it is known who plays what.
 *
 * *Recall*: of those who play what a rule is for, how many it flagged. *Precision*: of those it flagged, how many play anything
 * they should not. What the honest ones of them play is told: couples who trip R1 are
 * counted against it, and it never sets anything aside.
 * Each town is judged, too: every flag that allows a hold is opened as a case and upheld, so that an honest neighbour among
 * the flagged would be sanctioned, and counted. Whoever chooses the seeds has chosen the towns.
 */
import { hubFlags, figuresOf } from '#ledger/anomaly/hub.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import { isHonest, type Score, scoresOf } from '#test/support/town-cast.ts'
import { aFoundingEvening, twoCities } from '#test/support/town-scenes.ts'
import { aHistory } from '#test/support/town-years.ts'

const usage = 'npm run towns -- --seeds A..B     whole numbers, A not above B'

export async function main(args: string[]): Promise<number> {
  const seeds = seedsIn(args)
  if (seeds === null) {
    console.error(usage)
    return 2
  }
  await installNativeCrypto()
  const began = performance.now()
  const totals = new Map<string, Score>()
  const total = { entries: 0, cases: 0, sanctioned: 0, innocent: 0, eveningHolds: 0, cityHolds: 0, hubFlags: 0 }
  for (const seed of seeds) {
    const history = aHistory(seed)
    for (const score of scoresOf(history)) totals.set(score.rule, summed(totals.get(score.rule), score))
    const sanctioned = [...history.sanctioned()]
    total.entries += history.town.state.tree.size
    total.cases += history.town.state.cases.size
    total.sanctioned += sanctioned.length
    total.innocent += sanctioned.filter((acct) => isHonest(history.partOf(acct))).length
    total.eveningHolds += aFoundingEvening(seed).couldHold.size
    const cities = twoCities(seed)
    total.cityHolds += cities.reduce((sum, city) => sum + city.couldHold.size, 0)
    const [one, other] = cities.map(({ town }) => town.state)
    total.hubFlags += hubFlags(one!, [figuresOf(other!)]).length + hubFlags(other!, [figuresOf(one!)]).length
    process.stderr.write(`seed ${seed} done\n`)
  }
  console.log('| rule | planted | found | recall | flagged | honest among them | precision |\n|---|---|---|---|---|---|---|')
  for (const { rule, planted, found, flagged, honest } of [...totals.values()].sort((a, b) => numberOf(a) - numberOf(b))) {
    const who = [...Map.groupBy(honest, (part) => part)].map(([part, { length }]) => `${length} ${part}`).sort().join(', ')
    console.log(`| ${rule} | ${planted} | ${found} | ${share(found, planted)} | ${flagged} | ${who === '' ? 0 : who} | ${share(flagged - honest.length, flagged)} |`)
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(0)
  console.log(`\n${seeds.length} towns, ${total.entries} records, ${total.cases} cases, ${total.sanctioned} sanctioned: ${total.innocent} of them honest`)
  console.log(`founding evenings: ${total.eveningHolds} who could have had anything set aside; two cities: ${total.cityHolds}, and ${total.hubFlags} flags on a city`)
  console.log(`in ${seconds} s`)
  return total.innocent + total.eveningHolds + total.cityHolds + total.hubFlags === 0 ? 0 : 1
}

function seedsIn(args: string[]): number[] | null {
  const [flag, range, ...more] = args
  const [, from, to] = /^(\d{1,6})\.\.(\d{1,6})$/.exec(range ?? '') ?? []
  if (flag !== '--seeds' || more.length > 0 || from === undefined || Number(to) < Number(from)) return null
  return Array.from({ length: Number(to) - Number(from) + 1 }, (_, i) => Number(from) + i)
}

const summed = (a: Score | undefined, b: Score): Score => a === undefined ? b : {
  rule: b.rule, planted: a.planted + b.planted, found: a.found + b.found, flagged: a.flagged + b.flagged, honest: [...a.honest, ...b.honest],
}

const numberOf = ({ rule }: Score): number => Number(rule.slice(1))

const share = (part: number, whole: number): string => (whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`)
