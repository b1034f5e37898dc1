/**
 * Power loss. What a play did to its disk is recorded call by call; then the disks are built that a machine could
 * have come back with, had the power gone at some moment, and each is opened by the hub's own reader.
 *
 * The model is the strictest that POSIX allows (Pillai et al., "All File Systems Are Not Created Equal", OSDI '14):
 * what was written to a file before the start of its last completed sync is there; of every later write there may
 * be nothing, all, a beginning, a beginning torn at a sector, or zeros, each independent of the others; a name in a
 * directory (made, given, taken away) may be there or not until that directory itself has been synced. A hub may
 * forget under this model what it never acknowledged, and nothing else.
 *
 * One mercy is shown, to LevelDB in its own directories: there names come and go in the order in which they were
 * asked for, as on every journaling file system of Linux. It renames and removes without a sync in between and does
 * not come through without it. No part of the ledger is in its hands.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type Chance, chanceFrom } from './chance.ts'
import { hastyClock, openDirectory, silent } from './directory.ts'
import type { FsFault } from './faulty-fs.ts'
import { compare, judge, type Judged, nothingSaid } from './judge.ts'
import type { Play } from './play.ts'
import type { Acknowledged } from './player.ts'
import { aStage, heardIn, type Place, type Stage } from './stage.ts'
import { watched } from './strace.ts'

export type PowerTally = {
  states: number
  /** States that differ from each other in what had been done, what was kept of it, or both. */
  distinct: number
  acknowledged: number
  unacknowledged: number
  /** Disks that the hub takes for a backup: it asks before it goes on, and forgets nothing. */
  takenForBackup: number
  lost: string[]
  invented: string[]
  /** Disks that the hub would not open, or not go on from. */
  failed: string[]
}

type Inode = number
type Happened =
  /** Names in the directory that is `within`. */
  | { op: 'create' | 'mkdir' | 'unlink'; within: Inode; path: string; inode: Inode }
  | { op: 'rename'; within: Inode; path: string; to: string }
  | { op: 'write'; inode: Inode; at: number; bytes: Uint8Array }
  | { op: 'truncate'; inode: Inode; size: number }
  /** Everything that happened to the inode before `covers` is durable; of a directory, its names. */
  | { op: 'sync'; inode: Inode; covers: number }
  | { op: 'said'; line: string }

/** A recorded play: the disk before it and what happened to it, in order. */
export type Recording = { before: Map<string, { inode: Inode; bytes: Uint8Array | null }>; happened: Happened[] }

/** Every so many states are not only compared but played on to the end and audited. */
const PLAYED_ON = 25
const SECTOR = 512
/** The directories that belong to LevelDB. */
const LEVELDB = new Set(['level', 'lock'])

/** Builds and opens `states` disks of one recorded play; `fault` is what was wrong while it was recorded. */
export async function powerLoss(
  { states, seed = 1, fault, heard = () => {} }:
  { states: number; seed?: number; fault?: FsFault; heard?: (tally: PowerTally) => void },
): Promise<PowerTally> {
  const stage = await aStage({ places: 1 })
  const tally: PowerTally = { states: 0, distinct: 0, acknowledged: 0, unacknowledged: 0, takenForBackup: 0, lost: [], invented: [], failed: [] }
  try {
    const [place] = stage.places as [Place]
    const recording = await recorded(stage, place, fault)
    const chance = chanceFrom(seed)
    const seen = new Set<string>()
    const said = recording.happened.flatMap(({ op }, i) => (op === 'said' ? [i + 1] : []))
    while (tally.states < states) {
      // Half of the cuts come right after something was acknowledged: there is most to lose.
      const cut = chance.below(2) === 0 ? chance.pick(said) : chance.below(recording.happened.length + 1)
      const choices = build(recording, cut, chance, place.root)
      seen.add(`${cut} ${choices}`)
      await opened(stage.play, place, recording, cut, `at ${cut} of ${recording.happened.length}, keeping ${choices}`, tally)
      heard(tally)
    }
    return { ...tally, distinct: seen.size }
  } finally {
    stage.clear()
  }
}

async function opened(
  play: Play, place: Place, { happened }: Recording, cut: number, name: string, tally: PowerTally,
): Promise<void> {
  const lines = happened.slice(0, cut).flatMap((one) => (one.op === 'said' ? [`${one.line}\n`] : []))
  const acknowledged: Acknowledged[] = heardIn(lines.join(''))
  const judged = tally.states % PLAYED_ON === 0
    ? await judge(place.data, play, [acknowledged])
    : await onlyCompared(place.data, play, acknowledged)
  tally.states += 1
  tally.acknowledged += acknowledged.length
  tally.unacknowledged += judged.unacknowledged
  tally.takenForBackup += judged.takenForBackup ? 1 : 0
  tally.lost.push(...judged.lost.map((what) => `${what}, cut ${name}`))
  tally.invented.push(...judged.invented.map((what) => `${what}, cut ${name}`))
  if (judged.failed !== null) tally.failed.push(`${judged.failed}, cut ${name}`)
}

async function onlyCompared(data: string, play: Play, acknowledged: Acknowledged[]): Promise<Judged> {
  try {
    const ports = { clock: hastyClock(() => 0), entropy: { bytes: (n: number) => new Uint8Array(n) }, log: silent }
    const open = await openDirectory(data, play, ports)
    const compared = await compare(open, play, [acknowledged]).finally(() => open.close())
    return { ...compared, failed: null }
  } catch (error) {
    return { ...nothingSaid, failed: `it cannot be opened: ${String(error)}` }
  }
}

// Recording

async function recorded(stage: Stage, place: Place, fault?: FsFault): Promise<Recording> {
  place.reset()
  const before = filesUnder(place.root)
  const { code, stderr } = await watched(stage.playing(place, fault), place.log, true)
  if (code !== 0) throw new Error(`the play does not end well by itself: ${stderr}`)
  return { before, happened: happenedIn(readFileSync(place.log, 'latin1'), place.root, before) }
}

function filesUnder(root: string): Recording['before'] {
  const files: Recording['before'] = new Map([[root, { inode: 0, bytes: null }]])
  for (const entry of readdirSync(root, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name)
    files.set(path, { inode: files.size, bytes: entry.isDirectory() ? null : new Uint8Array(readFileSync(path)) })
  }
  return files
}

/** What strace wrote down, as things that happened to inodes and names under `root`. */
function happenedIn(log: string, root: string, before: Recording['before']): Happened[] {
  const happened: Happened[] = []
  const inodes = new Map([...before].map(([path, { inode }]) => [path, inode]))
  const sizes = new Map([...before.values()].map(({ inode, bytes }) => [inode, bytes?.length ?? 0]))
  let made = before.size
  /** Where each descriptor that was opened for writing stands. */
  const open = new Map<string, { inode: Inode; at: number; appends: boolean }>()
  /** Calls that another thread was heard in the middle of, by thread: their first half, and when it began. */
  const begun = new Map<string, { text: string; at: number }>()
  const isInside = (path: string | undefined): path is string => path !== undefined && (path === root || path.startsWith(`${root}/`))

  const write = (inode: Inode, at: number, bytes: Uint8Array): void => {
    happened.push({ op: 'write', inode, at, bytes })
    sizes.set(inode, Math.max(sizes.get(inode) ?? 0, at + bytes.length))
  }
  const name = (op: 'create' | 'mkdir', path: string): Inode => {
    const inode = made++
    inodes.set(path, inode)
    sizes.set(inode, 0)
    happened.push({ op, within: inodes.get(dirname(path))!, path, inode })
    return inode
  }

  function call(text: string, at: number): void {
    const [, what, given, answer] = /^(\w+)\((.*)\) += (-?\d+)/s.exec(text) ?? []
    if (what === undefined || given === undefined || Number(answer) < 0) return
    const texts = [...given.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, hex]) => Buffer.from(hex!.replaceAll('\\x', ''), 'hex'))
    const descriptor = /^(\d+)</.exec(given)?.[1]
    const place = /^\d+<((?:\\x[0-9a-f]{2})*)>/.exec(given)?.[1]
    const ofDescriptor = place === undefined ? undefined : Buffer.from(place.replaceAll('\\x', ''), 'hex').toString()
    const path = texts[0]?.toString()
    if (what === 'write' && descriptor === '1') happened.push({ op: 'said', line: texts[0]!.toString().trimEnd() })
    if (!isInside(ofDescriptor ?? path)) return
    const inode = ofDescriptor === undefined ? undefined : inodes.get(ofDescriptor)
    switch (what) {
      case 'openat': {
        if (!isInside(path)) return
        if (!inodes.has(path) && given.includes('O_CREAT')) name('create', path)
        const opened = inodes.get(path)
        if (opened === undefined) return
        if (given.includes('O_TRUNC') && sizes.get(opened) !== 0) {
          happened.push({ op: 'truncate', inode: opened, size: 0 })
          sizes.set(opened, 0)
        }
        open.set(answer!, { inode: opened, at: 0, appends: given.includes('O_APPEND') })
        return
      }
      case 'write': {
        const to = open.get(descriptor!)
        if (to === undefined) return
        const bytes = texts[0]!.subarray(0, Number(answer))
        const from = to.appends ? sizes.get(to.inode)! : to.at
        to.at = from + bytes.length
        return write(to.inode, from, bytes)
      }
      case 'pwrite64':
        if (inode !== undefined) write(inode, lastNumber(given), texts[0]!.subarray(0, Number(answer)))
        return
      case 'pwritev':
        if (inode !== undefined) write(inode, lastNumber(given), Buffer.concat(texts).subarray(0, Number(answer)))
        return
      case 'ftruncate':
        if (inode === undefined) return
        sizes.set(inode, lastNumber(given))
        happened.push({ op: 'truncate', inode, size: lastNumber(given) })
        return
      case 'fsync': case 'fdatasync':
        if (inode !== undefined) happened.push({ op: 'sync', inode, covers: at })
        return
      case 'mkdir': case 'mkdirat':
        name('mkdir', path!)
        return
      case 'rename': case 'renameat': case 'renameat2': {
        const to = texts[1]?.toString()
        if (path === undefined || !isInside(to)) return
        for (const [old, inode] of [...inodes]) {
          if (old !== path && !old.startsWith(`${path}/`)) continue
          inodes.delete(old)
          inodes.set(to + old.slice(path.length), inode)
        }
        if (dirname(path) !== dirname(to)) throw new Error('nobody has said when a move between directories is durable')
        happened.push({ op: 'rename', within: inodes.get(dirname(path))!, path, to })
        return
      }
      case 'unlink': case 'unlinkat': case 'rmdir': {
        happened.push({ op: 'unlink', within: inodes.get(dirname(path!))!, path: path!, inode: inodes.get(path!)! })
        inodes.delete(path!)
        return
      }
      default: throw new Error(`nobody has said what ${what} does to a disk`)
    }
  }

  for (const line of log.split('\n')) {
    const [, thread, text] = /^(\d+) +(.*)$/s.exec(line) ?? []
    if (thread === undefined || text === undefined) continue
    const resumed = /^<\.\.\. \w+ resumed>/.exec(text)
    if (text.endsWith('<unfinished ...>')) begun.set(thread, { text: text.slice(0, -'<unfinished ...>'.length), at: happened.length })
    else if (resumed !== null) call(begun.get(thread)!.text + text.slice(resumed[0].length), begun.get(thread)!.at)
    else call(text, happened.length)
  }
  return happened
}

const lastNumber = (given: string): number => Number(/, (\d+) *$/.exec(given)![1])

// Building

/**
 * Makes `root` the disk after a power loss once `cut` things had happened, as chance would have it; what it kept of
 * what was not durable, as text.
 */
function build({ before, happened }: Recording, cut: number, chance: Chance, root: string): string {
  const mood = chance.pick(['nothing', 'everything', 'a beginning', 'a beginning', 'anything', 'anything', 'anything', 'anything'])
  const upTo = mood === 'a beginning' ? chance.below(cut + 1) : cut
  const choices: string[] = []
  /** What becomes of something that is not durable: a part of it (of a write), or whether it happened at all. */
  const keeps = (i: number): boolean => {
    const kept = mood === 'everything' || (mood === 'a beginning' ? i < upTo : mood === 'anything' && chance.below(2) === 0)
    choices.push(kept ? '1' : '0')
    return kept
  }
  /** The same for a name in the directory of `path`: where names are in order, none follows one that is missing. */
  const broken = new Set<string>()
  const keepsName = (path: string, i: number): boolean => {
    const directory = dirname(path)
    if (broken.has(directory)) return false
    const kept = keeps(i)
    if (!kept && LEVELDB.has(basename(directory).replace('.new', ''))) broken.add(directory)
    return kept
  }
  const durable = durableAt(happened, cut)

  const files = new Map([...before].map(([path, { inode, bytes }]) => [path, { inode, isDirectory: bytes === null }]))
  const contents = new Map<Inode, Uint8Array>()
  for (const { inode, bytes } of before.values()) if (bytes !== null) contents.set(inode, bytes)

  for (const [i, one] of happened.slice(0, cut).entries()) {
    switch (one.op) {
      case 'write': {
        if (durable(one.inode, i)) contents.set(one.inode, overwritten(contents.get(one.inode), one.at, one.bytes))
        else if (keeps(i)) {
          const [bytes, part] = mood === 'everything' ? [one.bytes, 'all'] : partOf(one.bytes, one.at, chance)
          choices.push(part)
          contents.set(one.inode, overwritten(contents.get(one.inode), one.at, bytes))
        }
        break
      }
      case 'truncate':
        if (durable(one.inode, i) || keeps(i)) contents.set(one.inode, resized(contents.get(one.inode), one.size))
        break
      case 'create': case 'mkdir':
        if (durable(one.within, i) || keepsName(one.path, i)) files.set(one.path, { inode: one.inode, isDirectory: one.op === 'mkdir' })
        break
      case 'unlink':
        if (durable(one.within, i) || keepsName(one.path, i)) files.delete(one.path)
        break
      case 'rename': {
        if (!durable(one.within, i) && !keepsName(one.path, i)) break
        for (const [old, file] of [...files]) {
          if (old !== one.path && !old.startsWith(`${one.path}/`)) continue
          files.delete(old)
          files.set(one.to + old.slice(one.path.length), file)
        }
        break
      }
      case 'sync': case 'said': break
    }
  }
  materialise(root, files, contents)
  return `${mood} ${choices.join('')}`
}

/** Whether what happened at `i` to an inode (or in a directory) was made durable before `cut`. */
function durableAt(happened: Happened[], cut: number): (inode: Inode, i: number) => boolean {
  const synced = new Map<Inode, number>()
  for (const one of happened.slice(0, cut)) {
    if (one.op === 'sync') synced.set(one.inode, Math.max(synced.get(one.inode) ?? 0, one.covers))
  }
  return (inode, i) => i < (synced.get(inode) ?? 0)
}

/** A part of a write, and its name. */
function partOf(bytes: Uint8Array, at: number, chance: Chance): [Uint8Array, string] {
  switch (chance.below(5)) {
    case 0: return [bytes.slice(0, chance.below(bytes.length + 1)), 'p']
    case 1: {
      // Sectors are of the disk, not of the write.
      const sectors = Math.max(1, Math.ceil((at + bytes.length) / SECTOR) - Math.floor(at / SECTOR))
      const end = (Math.floor(at / SECTOR) + chance.below(sectors)) * SECTOR - at
      return [bytes.slice(0, Math.max(0, end)), 't']
    }
    case 2: return [new Uint8Array(bytes.length), 'z']
    default: return [bytes, 'a']
  }
}

function overwritten(old: Uint8Array | undefined, at: number, bytes: Uint8Array): Uint8Array {
  const result = resized(old, Math.max(old?.length ?? 0, at + bytes.length))
  result.set(bytes, at)
  return result
}

function resized(old: Uint8Array | undefined, size: number): Uint8Array {
  const result = new Uint8Array(size)
  result.set((old ?? new Uint8Array()).subarray(0, size))
  return result
}

function materialise(root: string, files: Map<string, { inode: Inode; isDirectory: boolean }>, contents: Map<Inode, Uint8Array>): void {
  rmSync(root, { recursive: true, force: true })
  mkdirSync(root, { mode: 0o700 })
  const inOrder = [...files].sort(([a], [b]) => a.split('/').length - b.split('/').length)
  for (const [path, { inode, isDirectory }] of inOrder) {
    // A file whose directory was lost is lost with it.
    if (path === root || !existsSync(dirname(path))) continue
    if (isDirectory) mkdirSync(path, { mode: 0o700 })
    else writeFileSync(path, contents.get(inode) ?? new Uint8Array(), { mode: 0o600 })
  }
}
