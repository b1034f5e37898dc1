/**
 * `npm run bench [-- append] [--entries N] [--dir DIR]`: what appending costs, beside what this machine could do
 * at best. `npm run bench -- audit` does the same for auditing (`bench-audit.ts`), and `npm run bench -- record`
 * sets both beside others' libraries (`bench-record.ts`); `start` is about coming up with a large ledger (`bench-start.ts`),
 * `economy` about what the rules cost (`bench-economy.ts`), `search` about looking through the board (`bench-search.ts`),
 * `settle` about transfers between cities (`bench-settle.ts`), `exchange` about listings between hubs (`bench-exchange.ts`),
 * `federation` about what a day costs each hub as they become more (`bench-federation.ts`), `door` about the page's door while
 * everybody is there (`bench-door.ts`).
 *
 * The measurement and its ceilings are taken in one run, in rounds, and the median of each is used: on a shared
 * machine a figure means little and the ratio of two figures taken together still means something.
 *
 *   append   signed actions in, durable receipts out, through the hub's own writer, many in flight
 *   verify   ceiling: node:crypto checking signatures of the same size by itself, on one core
 *   commit   ceiling: the bytes that append wrote, in the same groups, written and fdatasynced by themselves
 */
import { createPublicKey, verify as nativeVerify } from 'node:crypto'
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { toHex } from '#ledger/bytes.ts'
import { keyIdOf, signInput } from '#ledger/keys.ts'
import { journalDirectory } from '#node/record/founding.ts'
import { frameTypes } from '#node/record/frames.ts'
import { readJournal } from '#node/disk/journal.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import { grouped } from '#node/progress.ts'
import {
  aBenchTown, appendAll, keepCheckpoint, median, type Person, quantile, seconds, type Signed, signedActions,
} from './bench-town.ts'
import { audit } from './bench-audit.ts'
import { door, doorUsage } from './bench-door.ts'
import { economy, economyUsage } from './bench-economy.ts'
import { exchange, exchangeUsage } from './bench-exchange.ts'
import { federation, federationUsage } from './bench-federation.ts'
import { record, usage } from './bench-record.ts'
import { search, searchUsage } from './bench-search.ts'
import { settle, settleUsage } from './bench-settle.ts'
import { start, startUsage } from './bench-start.ts'

const ROUNDS = 3
const IN_FLIGHT = 1024
const MEMBERS = 64
/** What statfs answers for a directory that is only in memory (linux/magic.h). */
const TMPFS = 0x01021994

/** All but the last two in entries a second. */
type Figures = Record<'append' | 'verify' | 'commit' | 'waitMs' | 'group', number[]>

/** Answers the exit code: 0, or 2 for arguments that make no sense. */
export async function main(argv: string[]): Promise<number> {
  if (argv[0] === 'record') return record(argv.slice(1))
  if (argv[0] === 'audit') return audit(argv.slice(1))
  if (argv[0] === 'search') return search(argv.slice(1))
  if (argv[0] === 'start') return start(argv.slice(1))
  if (argv[0] === 'economy') return economy(argv.slice(1))
  if (argv[0] === 'exchange') return exchange(argv.slice(1))
  if (argv[0] === 'settle') return settle(argv.slice(1))
  if (argv[0] === 'door') return door(argv.slice(1))
  if (argv[0] === 'federation') return federation(argv.slice(1))
  const asked = argumentsOf(argv)
  if (asked === null) {
    process.stderr.write(
      `bench append|audit [--entries N] [--dir DIR]\n${usage}\n${startUsage}\n${economyUsage}\n${searchUsage}\n${settleUsage}\n${exchangeUsage}\n${federationUsage}\n${doorUsage}\n`,
    )
    return 2
  }
  installNativeCrypto()
  const dir = mkdtempSync(join(asked.dir, 'bench-'))
  try {
    process.stdout.write(report(await measure(dir, asked.entries), asked, dir))
    return 0
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

type Asked = { entries: number; dir: string }

function argumentsOf(argv: string[]): Asked | null {
  try {
    const { values, positionals: [what = 'append', ...rest] } = parseArgs({
      args: argv, allowPositionals: true,
      options: { entries: { type: 'string', default: '10000' }, dir: { type: 'string', default: tmpdir() } },
    })
    const entries = Number(values.entries)
    const isAsked = what === 'append' && rest.length === 0 && Number.isSafeInteger(entries) && entries >= 2
    return isAsked ? { entries, dir: values.dir } : null
  } catch {
    return null
  }
}

async function measure(dir: string, entries: number): Promise<Figures> {
  const figures: Figures = { append: [], verify: [], commit: [], waitMs: [], group: [] }
  for (let round = 0; round < ROUNDS; round++) {
    const data = join(dir, String(round))
    const town = await aBenchTown(data, MEMBERS)
    const actions = signedActions(town, entries)
    figures.verify.push(verifyCeiling(actions, town.people, town.hubId))

    const appended = await appendAll(town.writer, actions, IN_FLIGHT)
    figures.append.push(appended.perSecond)
    figures.waitMs.push(...appended.waitMs)
    await keepCheckpoint(town)
    await town.writer.close()

    const groups = groupsIn(data, entries)
    figures.group.push(...groups.map(({ records }) => records))
    figures.commit.push(commitCeiling(join(dir, 'ceiling'), groups))
  }
  return figures
}

function verifyCeiling(actions: Signed[], people: Person[], hubId: Uint8Array): number {
  const head = Buffer.from('302a300506032b6570032100', 'hex')
  const keys = new Map(people.map(({ device }) => [
    toHex(keyIdOf(device)), createPublicKey({ key: Buffer.concat([head, device]), format: 'der', type: 'spki' }),
  ]))
  const work = actions.slice(0, 5_000).map(({ body, auth: [auth] }) => ({
    message: signInput('entry', hubId, body), key: keys.get(toHex(auth!.keyId))!, signature: auth!.signature,
  }))
  const began = performance.now()
  for (const { message, key, signature } of work) {
    if (!nativeVerify(null, message, key, signature)) throw new Error('a signature does not verify')
  }
  return work.length / seconds(began)
}

/** Bytes and records of the groups that the measured appends were written in. */
function groupsIn(data: string, entries: number): { bytes: number; records: number }[] {
  const groups = [{ bytes: 0, records: 0 }]
  for (const { frame } of readJournal(journalDirectory(data))) {
    const group = groups.at(-1)!
    group.bytes += frame.payload.length
    if (frame.type === frameTypes.record) group.records++
    if (frame.type === frameTypes.seal) groups.push({ bytes: 0, records: 0 })
  }
  // Founding, joining and attesting stand before; a group is never split by the measurement's beginning.
  let counted = 0
  return groups.filter(({ records }) => records > 0).reverse().filter(({ records }) => {
    counted += records
    return counted <= entries
  })
}

function commitCeiling(file: string, groups: { bytes: number; records: number }[]): number {
  const fd = openSync(file, 'w')
  const bytes = new Uint8Array(Math.max(...groups.map((group) => group.bytes))).fill(0x5a)
  const began = performance.now()
  for (const group of groups) {
    writeSync(fd, bytes, 0, group.bytes)
    fdatasyncSync(fd)
  }
  const took = seconds(began)
  closeSync(fd)
  return groups.reduce((sum, { records }) => sum + records, 0) / took
}

function report(figures: Figures, { entries }: Asked, dir: string): string {
  const [append, verified, commit] = [median(figures.append), median(figures.verify), median(figures.commit)]
  const { node, openssl } = process.versions
  const lines: string[] = []
  const row = (name: string, perSecond: number, against: string, ceiling: number): void => {
    const ratio = (perSecond / ceiling).toFixed(perSecond < ceiling / 10 ? 3 : 2)
    const absolute = `${perSec(perSecond)} of ${perSec(ceiling)}`
    lines.push(`${name.padEnd(7)} ${ratio.padStart(6)} of ${against.padEnd(34)} ${absolute}`)
  }
  row('append', append, 'node:crypto verify, one core', verified)
  row('append', append, 'write + fdatasync of the same groups', commit)
  const [p50, p99] = [quantile(figures.waitMs, 0.5), quantile(figures.waitMs, 0.99)]
  const wait = `${p50.toFixed(0)} ms (median), ${p99.toFixed(0)} ms (99 of 100)`
  lines.push(`        receipt after ${wait}; ${IN_FLIGHT} in flight, ${median(figures.group)} entries a group`)
  lines.push(
    '',
    `${ROUNDS} rounds of ${grouped(entries)} entries, medians. Node ${node}, OpenSSL ${openssl}.`,
    'Signed: every action by a member’s device key (Ed25519), every group by the hub’s log key.',
    `Durable: a receipt is given after the group’s fdatasync, in ${dir}.`,
  )
  if (statfsSync(dir).type === TMPFS) lines.push('THAT IS IN MEMORY: nothing was durable. Give --dir on a disk.')
  return `${lines.join('\n')}\n`
}

const perSec = (value: number): string => `${grouped(Math.round(value)).padStart(9)}/s`
