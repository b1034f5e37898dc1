/**
 * A disk in memory, with what POSIX promises of one and no more (as `support/faults/power.ts` has it): what was written
 * is read again at once, and after a power cut only what was synced is sure. Of every write behind the last sync there
 * may be nothing, all of it, or a beginning torn at a sector, each independent of the others; a name that was given,
 * changed or taken away is sure when its directory has been synced, and names come and go in the order asked for.
 * A sync that failed marks its writes as clean without having kept them: a later one that succeeds does not bring them
 * back ("fsyncgate").
 *
 * Files are reached through `fs.ts`, by a process that may die in the middle of any call.
 */
import type { Chance } from '#test/support/faults/chance.ts'
import type { Process } from './time.ts'

const SECTOR = 512

type Write = { at: number; bytes: Uint8Array } | { size: number }
type File = {
  bytes: Uint8Array
  size: number
  /** What the platter has. */
  kept: Uint8Array
  keptSize: number
  dirty: Write[]
  /** Of a failed sync: in the cache, and not to be written by any later one. */
  clean: Write[]
}
type Naming = { dir: string; apply(names: Map<string, File>): void }

/** What a call on the disk wants to do. */
export type Call = 'open' | 'read' | 'write' | 'sync' | 'name'
/** The answer of a disk that does not want to; `applied`: it did it all the same. */
export type Trouble = { code: 'EIO' | 'ENOSPC'; applied: boolean }

/** Who watches a disk, and may put something in its way. */
export type DiskPlan = {
  /** Asked before each call; may let the process die here. */
  trouble(call: Call, path: string): Trouble | null
  /** Milliseconds until a write or a sync has been answered. */
  latency(call: 'write' | 'sync'): number
}

const calm: DiskPlan = { trouble: () => null, latency: () => 1 }

/** A file that is open, or a directory. */
export type Handle = { process: Process; path: string; file: File | null }

export class Disk {
  plan: DiskPlan = calm
  #names = new Map<string, File>()
  #keptNames = new Map<string, File>()
  #namings: Naming[] = []
  #dirs = new Set<string>(['/'])

  /** A copy of what a machine snapshot or a backup made now would hold. */
  copy(): Disk {
    const copy = new Disk()
    for (const [path, { bytes, size }] of this.#names) {
      const file = aFile()
      file.bytes = bytes.slice(0, size)
      file.size = size
      file.kept = file.bytes.slice()
      file.keptSize = size
      copy.#names.set(path, file)
      copy.#keptNames.set(path, file)
    }
    copy.#dirs = new Set(this.#dirs)
    return copy
  }

  /** Whether these bytes stand on the platter in some file below this directory. */
  keeps(dir: string, bytes: Uint8Array): boolean {
    return [...this.#keptNames].some(([path, { kept, keptSize }]) => path.startsWith(`${dir}/`) && Buffer.from(kept.buffer, kept.byteOffset, keptSize).includes(Buffer.from(bytes)))
  }

  /** All files below this directory are gone, as if they had never been. */
  lose(dir: string): void {
    for (const names of [this.#names, this.#keptNames]) {
      for (const path of [...names.keys()]) if (path.startsWith(`${dir}/`)) names.delete(path)
    }
  }

  /** The power is gone: what the cache had and the platter had not is kept as chance will have it. How many writes were at stake. */
  loseUnsynced(chance: Chance): number {
    const namings = this.#namings.slice(0, chance.below(this.#namings.length + 1))
    for (const { apply } of namings) apply(this.#keptNames)
    let atStake = 0
    for (const file of new Set(this.#keptNames.values())) {
      const open = [...file.clean, ...file.dirty]
      atStake += open.length
      for (const write of open) {
        const fate = chance.below(3)
        if (fate === 1) keep(file, write)
        if (fate === 2) keep(file, torn(write, chance))
      }
      file.bytes = file.kept.slice()
      file.size = file.keptSize
      file.dirty = []
      file.clean = []
    }
    this.#namings = []
    this.#names = new Map(this.#keptNames)
    return atStake
  }

  // The calls

  open(process: Process, path: string, flags: string): Handle {
    if (this.#dirs.has(path)) return { process, path, file: null }
    const there = this.#names.get(path)
    if (flags.includes('x') && there !== undefined) throw systemError('EEXIST', path)
    if (flags.startsWith('r') && there === undefined) throw systemError('ENOENT', path)
    if (flags.startsWith('r')) return { process, path, file: there! }
    if (!this.#dirs.has(parentOf(path))) throw systemError('ENOENT', path)
    const file = there ?? aFile()
    if (there === undefined) this.#name(parentOf(path), (names) => void names.set(path, file))
    else this.truncate({ process, path, file }, 0)
    return { process, path, file }
  }

  read({ file }: Handle, into: Uint8Array, from: number, length: number, at: number): number {
    const end = Math.min(file!.size, at + length)
    if (end <= at) return 0
    into.set(file!.bytes.subarray(at, end), from)
    return end - at
  }

  write({ file }: Handle, bytes: Uint8Array, at: number): void {
    const write = { at, bytes: bytes.slice() }
    file!.bytes = put(file!.bytes, file!.size, write)
    file!.size = Math.max(file!.size, at + bytes.length)
    file!.dirty.push(write)
  }

  truncate({ file }: Handle, size: number): void {
    file!.size = size
    file!.dirty.push({ size })
  }

  sync({ path, file }: Handle): void {
    if (file === null) {
      const due = this.#namings.filter(({ dir }) => dir === path)
      for (const { apply } of due) apply(this.#keptNames)
      this.#namings = this.#namings.filter(({ dir }) => dir !== path)
      return
    }
    for (const write of file.dirty) keep(file, write)
    file.dirty = []
  }

  /** A sync that failed. */
  forgoSync({ file }: Handle): void {
    if (file === null) return
    file.clean.push(...file.dirty)
    file.dirty = []
  }

  sizeOf(path: string): number | null {
    return this.#names.get(path)?.size ?? null
  }

  isThere(path: string): boolean {
    return this.#names.has(path) || this.#dirs.has(path)
  }

  /** Directories are there at once and for good; what is modelled is the loss of files. The first one made, or undefined. */
  makeDirectory(path: string): string | undefined {
    let first: string | undefined
    for (let dir = path; !this.#dirs.has(dir); dir = parentOf(dir)) {
      this.#dirs.add(dir)
      first = dir
    }
    return first
  }

  list(dir: string): { name: string; isDirectory: boolean }[] {
    if (!this.#dirs.has(dir)) throw systemError('ENOENT', dir)
    const inside = (path: string): boolean => path !== dir && parentOf(path) === dir
    const entry = (path: string, isDirectory: boolean) => ({ name: path.slice(path.lastIndexOf('/') + 1), isDirectory })
    return [...[...this.#dirs].filter(inside).map((path) => entry(path, true)), ...[...this.#names.keys()].filter(inside).map((path) => entry(path, false))]
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  remove(path: string): void {
    const gone = this.#below(path)
    this.#name(parentOf(path), (names) => gone.forEach((one) => names.delete(one)))
    for (const dir of [...this.#dirs]) if (dir === path || dir.startsWith(`${path}/`)) this.#dirs.delete(dir)
  }

  rename(from: string, to: string): void {
    const moved = this.#below(from).map((path) => [path, `${to}${path.slice(from.length)}`, this.#names.get(path)!] as const)
    if (moved.length === 0 && !this.#dirs.has(from)) throw systemError('ENOENT', from)
    for (const dir of [...this.#dirs]) {
      if (dir !== from && !dir.startsWith(`${from}/`)) continue
      this.#dirs.delete(dir)
      this.#dirs.add(`${to}${dir.slice(from.length)}`)
    }
    this.#name(parentOf(from), (names) => {
      for (const [path] of moved) names.delete(path)
      for (const [, path, file] of moved) names.set(path, file)
    })
  }

  #below(path: string): string[] {
    return [...this.#names.keys()].filter((one) => one === path || one.startsWith(`${path}/`))
  }

  #name(dir: string, apply: Naming['apply']): void {
    apply(this.#names)
    this.#namings.push({ dir, apply })
  }
}

const aFile = (): File => ({ bytes: new Uint8Array(0), size: 0, kept: new Uint8Array(0), keptSize: 0, dirty: [], clean: [] })

export const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/'

/** The bytes with a write in them, in a larger room if it needs one. */
function put(bytes: Uint8Array, size: number, write: { at: number; bytes: Uint8Array }): Uint8Array {
  const end = write.at + write.bytes.length
  let room = bytes
  if (end > bytes.length) {
    room = new Uint8Array(Math.max(1024, end, bytes.length * 2))
    room.set(bytes.subarray(0, size))
  }
  // What a shorter file once held behind its end is not there any more.
  if (write.at > size) room.fill(0, size, write.at)
  room.set(write.bytes, write.at)
  return room
}

function keep(file: File, write: Write): void {
  if ('size' in write) {
    file.keptSize = Math.min(write.size, file.keptSize)
    return
  }
  file.kept = put(file.kept, file.keptSize, write)
  file.keptSize = Math.max(file.keptSize, write.at + write.bytes.length)
}

function torn(write: Write, chance: Chance): Write {
  if ('size' in write) return write
  const sectors = Math.ceil(write.bytes.length / SECTOR)
  const end = chance.below(2) === 0 ? chance.below(sectors) * SECTOR : chance.below(write.bytes.length)
  return { at: write.at, bytes: write.bytes.subarray(0, end) }
}

export function systemError(code: string, path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${path}`), { code })
}
