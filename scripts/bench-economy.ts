/**
 * `npm run bench -- economy [--entries N] [--members N] [--days N] [--rounds R]`: what the rules cost.
 *
 *   replay   every record read, hashed, judged by all rules and applied, all but its signatures, on one thread; the
 *            daily digests recomputed and compared
 *   hash     ceiling: the same records hashed, and their tree, and nothing else
 *   flags    what seems odd, asked of a log of 100,000 entries and 10,000 members all at once, and of the day after it
 *   month    the figures of its last month
 *
 * Counted in processor time of all threads of the process, so that a busy machine does not count as a slow program; a
 * core that has nothing else to do replays as many a second. What an entry costs must not depend on how many came
 * before it: the second tenth of the log, when all members are there, stands beside the last.
 */
import { parseArgs } from 'node:util'
import { Watch } from '#ledger/anomaly/rules.ts'
import { parseRecord } from '#ledger/entry.ts'
import { apply, check, found, isRefusal } from '#ledger/ledger.ts'
import { leafHash, Tree } from '#ledger/merkle.ts'
import type { RowList } from '#ledger/state/row-list.ts'
import { monthsOf, statisticsOf } from '#ledger/value/statistics.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import { grouped } from '#node/progress.ts'
import { aMadeLog } from './bench-log.ts'
import { median } from './bench-town.ts'
import { counted } from './figures.ts'

/** What the project asks of itself: entries a second on one core; seconds for all flags, and for a month. */
const REPLAY_TARGET = 150_000
const FLAGS_TARGET = 10
const MONTH_TARGET = 1
/** The log that flags and a month are asked of: its window is full. */
const LARGE = { entries: 100_000, members: 10_000, days: 95 }

export const economyUsage = 'bench economy [--entries N] [--members N] [--days N] [--rounds R]'

/** Answers the exit code: 0, or 2 for arguments that make no sense. */
export async function economy(argv: string[]): Promise<number> {
  const { values } = parseArgs({
    args: argv,
    options: {
      entries: { type: 'string', default: '1000000' }, members: { type: 'string', default: '1000' },
      days: { type: 'string', default: '365' }, rounds: { type: 'string', default: '3' },
    },
  })
  const [entries, members, days, rounds] = [values.entries, values.members, values.days, values.rounds].map(Number) as [number, number, number, number]
  if (![entries, members, days, rounds].every((value) => Number.isSafeInteger(value) && value > 0) || entries < 10 * (members + days)) {
    process.stderr.write(`${economyUsage}\n`)
    return 2
  }
  installNativeCrypto()
  const { records, counts } = aMadeLog(entries, members, days, (made) => tell(`${grouped(made)} of ${grouped(entries)} entries made`))
  tell('')
  const replays: Replayed[] = []
  const hashes: number[] = []
  while (replays.length < rounds) {
    replays.push(replayed(records))
    hashes.push(hashed(records))
  }
  process.stdout.write(report(replays, hashes, records.length))
  process.stdout.write(`\n${questions(rounds)}\n`)
  const kinds = [...counts].toSorted(([, a], [, b]) => b - a).map(([kind, count]) => `${kind} ${grouped(count)}`)
  process.stdout.write(`\n${counted(rounds, 'round')}, medians. ${grouped(members)} members, ${grouped(days)} days. Node ${process.versions.node}.\nKinds: ${kinds.join(', ')}.\n`)
  return 0
}

/** Microseconds of processor time an entry: of all, and of each tenth of the log. */
type Replayed = { all: number; tenths: number[] }

function replayed(records: RowList): Replayed {
  const tenth = Math.ceil(records.length / 10)
  const tenths: number[] = []
  const before = process.cpuUsage()
  const state = found(entryAt(records, 0), () => true)
  if (isRefusal(state)) throw new Error(`the log is not founded: ${state.code}`)
  for (let from = 0; from < records.length; from += tenth) {
    const to = Math.min(from + tenth, records.length)
    const began = process.cpuUsage()
    for (let seq = Math.max(1, from); seq < to; seq++) {
      const entry = entryAt(records, seq)
      const refusal = check(state, entry, () => true)
      if (refusal !== null) throw new Error(`entry ${seq}, ${entry.action.kind}, is refused: ${refusal.code}`)
      apply(state, entry)
    }
    tenths.push(microseconds(began) / (to - from))
  }
  return { all: microseconds(before) / records.length, tenths }
}

function entryAt(records: RowList, seq: number) {
  const entry = parseRecord(records.at(seq))
  if (entry === null) throw new Error(`entry ${seq} cannot be read`)
  return entry
}

/** Microseconds an entry. */
function hashed(records: RowList): number {
  const before = process.cpuUsage()
  const tree = new Tree()
  for (let seq = 0; seq < records.length; seq++) tree.append(leafHash(records.at(seq)))
  tree.root()
  return microseconds(before) / records.length
}

function microseconds(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since)
  return user + system
}

function report(replays: Replayed[], hashes: number[], entries: number): string {
  const [all, hash] = [median(replays.map((one) => one.all)), median(hashes)]
  const [early, late] = [1, 9].map((tenth) => median(replays.map(({ tenths }) => tenths[tenth]!))) as [number, number]
  const perSecond = (us: number): string => `${grouped(Math.round(1e6 / us))}/s`
  return [
    `replay  ${perSecond(all)} a core, ${all.toFixed(2)} µs an entry; the target is ${grouped(REPLAY_TARGET)}/s`,
    `        ${early.toFixed(2)} µs in the second tenth of ${grouped(entries)} entries, ${late.toFixed(2)} µs in the last: ${(late / early).toFixed(2)} ×`,
    `hash    ${perSecond(hash)} a core, ${hash.toFixed(2)} µs an entry: the least that a log of hashes costs; replay is ${(all / hash).toFixed(1)} × that`,
  ].join('\n')
}

/** What is asked of a state beside the rules. */
function questions(rounds: number): string {
  const { entries, members, days } = LARGE
  const { state, anotherDay } = aMadeLog(entries, members, days)
  const month = monthsOf(state).at(-1)!
  const [all, after, figures]: [number[], number[], number[]] = [[], [], []]
  let flags = 0
  for (let round = 0; round < rounds; round++) {
    const watch = new Watch()
    all.push(secondsOf(() => (flags = watch.flags(state).length)))
    anotherDay(Math.floor(entries / days))
    after.push(secondsOf(() => watch.flags(state)))
    figures.push(secondsOf(() => statisticsOf(state, month, state.lastTs)))
  }
  return [
    `flags   ${median(all).toFixed(2)} s for the ${counted(flags, 'flag')} of ${grouped(entries)} entries and ${grouped(members)} members; the target is ${FLAGS_TARGET} s`,
    `        ${median(after).toFixed(2)} s the day after`,
    `month   ${median(figures).toFixed(2)} s for the figures of a month; the target is ${MONTH_TARGET} s`,
  ].join('\n')
}

/** Of processor time. */
function secondsOf(work: () => unknown): number {
  const before = process.cpuUsage()
  work()
  return microseconds(before) / 1e6
}

function tell(what: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${what}`)
}
