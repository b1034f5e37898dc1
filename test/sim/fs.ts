/**
 * `node:fs` as the adapters of `node/` find it inside the bottle (`stand-ins.ts` puts it there): the same calls, on the
 * disks of `disk.ts`. A path begins with the hub and the process that calls, `/<hub>/<process>/…`, so that the calls of
 * one that has died since can be told from those of the next: they find no disk, and are never answered.
 */
import { type Call, type Disk, type Handle, systemError } from './disk.ts'
import type { Process, Time } from './time.ts'

/** A process that may use a disk, under the first two steps of its paths. */
export type Mount = { process: Process; disk: Disk; time: Time }

const mounts = new Map<string, Mount>()
const handles = new Map<number, Handle & { mount: Mount }>()
let nextFd = 3

/** Thrown to a dead process that still moves: nobody hears it. */
export class Gone extends Error {}

/** Lets a process at its disk; the directory under which it finds it. */
export function mount(name: string, what: Mount): string {
  mounts.set(name, what)
  return `/${name}`
}

/** Nobody is there any more. */
export function unmountAll(): void {
  mounts.clear()
  handles.clear()
  nextFd = 3
}

type At = { mount: Mount; path: string }

function at(path: string): At {
  const [, hub, life, ...rest] = path.split('/')
  const found = mounts.get(`${hub}/${life}`)
  if (found === undefined) throw new Error(`no disk at ${path}`)
  return { mount: found, path: `/${rest.join('/')}` }
}

/** Does one call, unless the disk or death comes between. */
function call<T>({ mount, path }: At, what: Call, work: (disk: Disk) => T): T {
  const { process, disk } = mount
  if (process.dead) throw new Gone('the process is gone')
  const trouble = disk.plan.trouble(what, path)
  if (process.dead) throw new Gone('the process died here')
  if (trouble === null) return work(disk)
  if (trouble.applied) work(disk)
  throw systemError(trouble.code, path)
}

const handleOf = (fd: number): Handle & { mount: Mount } => {
  const handle = handles.get(fd)
  if (handle === undefined) throw systemError('EBADF', String(fd))
  return handle
}

export function openSync(path: string, flags: string, _mode?: number): number {
  const where = at(path)
  const writes = flags !== 'r'
  const handle = call(where, writes ? 'open' : 'read', (disk) => disk.open(where.mount.process, where.path, flags))
  const fd = nextFd++
  handles.set(fd, { ...handle, mount: where.mount })
  return fd
}

export function closeSync(fd: number): void {
  handles.delete(fd)
}

export function readSync(fd: number, into: Uint8Array, from: number, length: number, position: number): number {
  const handle = handleOf(fd)
  return call(handle, 'read', (disk) => disk.read(handle, into, from, length, position))
}

export function writeSync(fd: number, bytes: Uint8Array, from: number, length: number, position: number): number {
  const handle = handleOf(fd)
  return call(handle, 'write', (disk) => {
    disk.write(handle, bytes.subarray(from, from + length), position)
    return length
  })
}

export const fstatSync = (fd: number): { size: number } => {
  const { mount, path } = handleOf(fd)
  return { size: mount.disk.sizeOf(path) ?? 0 }
}

export function statSync(path: string): { size: number } {
  const where = at(path)
  const size = where.mount.disk.sizeOf(where.path)
  if (size === null) throw systemError('ENOENT', path)
  return { size }
}

export function fsyncSync(fd: number): void {
  const handle = handleOf(fd)
  call(handle, 'sync', (disk) => disk.sync(handle))
}

export function ftruncateSync(fd: number, size: number): void {
  const handle = handleOf(fd)
  call(handle, 'write', (disk) => disk.truncate(handle, size))
}

export function existsSync(path: string): boolean {
  const where = at(path)
  return where.mount.disk.isThere(where.path)
}

export function mkdirSync(path: string, _options: object): string | undefined {
  const where = at(path)
  const first = call(where, 'name', (disk) => disk.makeDirectory(where.path))
  return first === undefined ? undefined : `${path.slice(0, path.length - where.path.length)}${first}`
}

export function readdirSync(path: string): string[] {
  const where = at(path)
  return call(where, 'read', (disk) => disk.list(where.path)).map(({ name }) => name)
}

export function renameSync(from: string, to: string): void {
  const where = at(from)
  call(where, 'name', (disk) => disk.rename(where.path, at(to).path))
}

export function rmSync(path: string, _options: object): void {
  const where = at(path)
  call(where, 'name', (disk) => disk.remove(where.path))
}

export function readFileSync(path: string): Uint8Array {
  const fd = openSync(path, 'r')
  const bytes = new Uint8Array(fstatSync(fd).size)
  readSync(fd, bytes, 0, bytes.length, 0)
  closeSync(fd)
  return bytes
}

export function writeFileSync(path: string, text: string, _options: object): void {
  const fd = openSync(path, 'w+')
  const bytes = new TextEncoder().encode(text)
  writeSync(fd, bytes, 0, bytes.length, 0)
  closeSync(fd)
}

type Answered<T extends unknown[]> = (error: Error | null, ...rest: T) => void

/** The kernel takes a write when it is called; the answer comes later, or never to one who has died. */
export function write(fd: number, bytes: Uint8Array, from: number, length: number, position: number, answer: Answered<[number]>): void {
  const { mount: { disk, time, process } } = handleOf(fd)
  if (process.dead) return
  let error: Error | null = null
  try {
    writeSync(fd, bytes, from, length, position)
  } catch (thrown) {
    if (thrown instanceof Gone) return
    error = thrown as Error
  }
  time.after(disk.plan.latency('write'), () => answer(error, error === null ? length : 0), process)
}

/** A sync takes effect when it is answered. */
export function fdatasync(fd: number, answer: Answered<[]>): void {
  const handle = handleOf(fd)
  const { disk, time, process } = handle.mount
  time.after(disk.plan.latency('sync'), () => {
    try {
      call(handle, 'sync', () => disk.sync(handle))
      answer(null)
    } catch (error) {
      if (error instanceof Gone) return
      disk.forgoSync(handle)
      answer(error as Error)
    }
  }, process)
}

/** `node:fs/promises`, as far as it is used. */
export async function open(path: string, flags: string): Promise<{ sync(): Promise<void>; close(): Promise<void> }> {
  const fd = openSync(path, flags)
  return {
    sync: () => new Promise((resolve, reject) => fdatasync(fd, (error) => (error === null ? resolve() : reject(error)))),
    close: async () => closeSync(fd),
  }
}
