/**
 * `npm run bench -- record [--entries N] [--rounds R] [--peers LIST] [--dir DIR]`: the record beside three libraries
 * that keep signed logs in JavaScript, all on the same job and in the same run.
 *
 * The job: append N entries of about 300 bytes, open the log again, verify all of it, bring it to a second peer
 * that has nothing. Each does it in a process of its own and in turn, round after round, and the medians are
 * compared: on a shared machine a figure alone means little, and a ratio taken together still means something.
 *
 * The peers are no part of the product: they have a folder, a manifest and a lock file of their own
 * (`bench-peers/`), and are installed there when they are first asked for.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { grouped } from '#node/progress.ts'
import { type OwnFigures, PACE_PER_SECOND } from './bench-own.ts'
import { installIn } from './bench-peers/install.ts'
import { median } from './bench-town.ts'

/** What every one of them is asked; entries a second, `coldMs` in milliseconds. */
const stages = ['append1', 'append', 'verify', 'sync', 'coldMs'] as const
type Stage = (typeof stages)[number]
type Figures = Record<Stage, number>

type Peer = {
  name: string
  file: string
  /** What a signature covers. */
  signed: string
  /** What is on the disk when an append is answered. */
  durable: string
  /** More entries take this one longer than anybody waits; it is measured on so many and the table says so. */
  entriesMax?: number
}

const peers: Record<string, Peer> = {
  hypercore: {
    name: 'hypercore', file: 'hypercore.mjs', signed: 'the tree’s head, once a call', durable: 'written, not synced',
  },
  orbitdb: {
    name: '@orbitdb/core', file: 'orbitdb.mjs', signed: 'every entry, by its author', durable: 'written, not synced',
    entriesMax: 10_000,
  },
  atproto: {
    name: '@atproto/repo', file: 'atproto.mjs', signed: 'the tree’s root, once a call', durable: 'nothing: in memory',
  },
}
const ours: Pick<Peer, 'name' | 'signed' | 'durable'> = {
  name: 'this project', signed: 'every entry, by its author; every group, by the hub', durable: 'all of it, fdatasynced',
}

/** What statfs answers for a directory that is only in memory (linux/magic.h). */
const TMPFS = 0x01021994
const PEER_MS_MAX = 1_800_000
const folder = join(import.meta.dirname, 'bench-peers')

export const usage = 'bench record [--entries N] [--rounds R] [--peers hypercore,orbitdb,atproto|none] [--dir DIR]'

/** Answers the exit code: 0, or 2 for arguments that make no sense. */
export async function record(argv: string[]): Promise<number> {
  const asked = argumentsOf(argv)
  if (asked === null) {
    process.stderr.write(`${usage}\n`)
    return 2
  }
  const { entries, rounds, dir } = asked
  if (asked.peers.length > 0) installIn(folder)
  const own: OwnFigures[] = []
  const theirs = new Map(asked.peers.map((peer) => [peer, [] as Figures[]]))
  for (let round = 0; round < rounds; round++) {
    own.push(played<OwnFigures>(dir, [join(import.meta.dirname, 'bench-own.mjs')], entries))
    for (const [peer, figures] of theirs) {
      figures.push(played<Figures>(dir, [join(folder, peer.file)], entriesFor(peer, entries)))
    }
  }
  process.stdout.write(tableOf(own, theirs, asked))
  return 0
}

type Asked = { entries: number; rounds: number; dir: string; peers: Peer[] }

function argumentsOf(argv: string[]): Asked | null {
  try {
    const { values } = parseArgs({
      args: argv,
      options: {
        entries: { type: 'string', default: '10000' }, rounds: { type: 'string', default: '3' },
        peers: { type: 'string', default: Object.keys(peers).join(',') }, dir: { type: 'string', default: tmpdir() },
      },
    })
    const [entries, rounds] = [Number(values.entries), Number(values.rounds)]
    const names = values.peers === 'none' ? [] : values.peers.split(',')
    if (!Number.isSafeInteger(entries) || entries < 100 || !Number.isSafeInteger(rounds) || rounds < 1) return null
    if (names.some((name) => !Object.hasOwn(peers, name))) return null
    return { entries, rounds, dir: values.dir, peers: names.map((name) => peers[name]!) }
  } catch {
    return null
  }
}

const entriesFor = ({ entriesMax = Number.POSITIVE_INFINITY }: Peer, entries: number): number => Math.min(entries, entriesMax)

/** Plays the job once in a process and a directory of its own. */
function played<T>(dir: string, program: string[], entries: number): T {
  const place = mkdtempSync(join(dir, 'bench-'))
  try {
    const { status, signal, stdout } = spawnSync(process.execPath, [...program, place, String(entries)], {
      stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8', timeout: PEER_MS_MAX, maxBuffer: 2 ** 24,
    })
    if (status !== 0) throw new Error(`${program.join(' ')} ended with ${signal ?? status}`)
    return JSON.parse(stdout.trim().split('\n').at(-1)!) as T
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

function tableOf(own: OwnFigures[], theirs: Map<Peer, Figures[]>, { entries, rounds, dir }: Asked): string {
  const middle = (all: Partial<OwnFigures>[], stage: keyof OwnFigures): number => median(all.map((one) => one[stage]!))
  const best = (stage: Stage): number => {
    const all = [...theirs.values()].map((figures) => middle(figures, stage))
    return stage === 'coldMs' ? Math.min(...all) : Math.max(...all)
  }
  const cell = (stage: Stage, value: number): string => {
    if (stage === 'coldMs') return `${value.toFixed(value < 10 ? 1 : 0)} ms`
    return `${grouped(Math.round(value))}/s`
  }
  const row = (who: string, figures: Partial<OwnFigures>[], { signed, durable }: Pick<Peer, 'signed' | 'durable'>): string =>
    `| ${[who, ...stages.map((stage) => cell(stage, middle(figures, stage))), signed, durable].join(' | ')} |`
  const ratio = (stage: Stage): string => {
    const times = stage === 'coldMs' ? best(stage) / middle(own, stage) : middle(own, stage) / best(stage)
    return `${times.toFixed(times < 10 ? 2 : 0)} ×`
  }

  const lines = [
    `| | append, one at a time | append, many | full verification | sync to an empty peer | cold start | signed | durable |`,
    `|---|---|---|---|---|---|---|---|`,
    row(`**${ours.name}**`, own, ours),
    ...[...theirs].map(([peer, figures]) => {
      const many = entriesFor(peer, entries)
      return row(many === entries ? peer.name : `${peer.name} (${grouped(many)} entries)`, figures, peer)
    }),
  ]
  if (theirs.size > 0) lines.push(`| against the best of them | ${stages.map(ratio).join(' | ')} | | |`)
  const ms = (stage: keyof OwnFigures): string => middle(own, stage).toFixed(0)
  lines.push(
    '',
    `Through HTTP, 100 clients: ${grouped(Math.round(middle(own, 'http')))} signed actions a second as fast as they are ` +
      `answered, after ${ms('httpP50Ms')} ms (median), ${ms('httpP99Ms')} ms (99 of 100); asked ${grouped(PACE_PER_SECOND)} ` +
      `times a second, after ${ms('pacedP50Ms')} ms and ${ms('pacedP99Ms')} ms.`,
    `One at a time, in process: 99 of 100 answered after ${middle(own, 'append1P99Ms').toFixed(1)} ms. ` +
      `On the disk: ${Math.round(middle(own, 'bytesPerEntry'))} bytes an entry, seals included.`,
    `${grouped(entries)} entries, medians of ${rounds} rounds. Node ${process.versions.node}, ${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}.`,
  )
  if (statfsSync(dir).type === TMPFS) lines.push('THAT IS IN MEMORY: nothing was durable. Give --dir on a disk.')
  return `${lines.join('\n')}\n`
}
