/**
 * `strace` as the disk's bad day: kills a program as it enters its n-th call on a file, or answers that call with
 * an error or a lie instead of the kernel.
 *
 * A point is a file, a call and a number, so that what is hit can be named and hit again. strace counts for each
 * thread by itself: `UV_THREADPOOL_SIZE=1` leaves one that writes, and whoever injects asserts that it fired.
 * `--seccomp-bpf` is faster and loses signals, so it is used only to watch.
 */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Calls by which a program changes what is on a disk, or makes it durable. */
export const MUTATING = [
  'openat', 'write', 'pwrite64', 'writev', 'pwritev', 'fsync', 'fdatasync', 'rename', 'renameat', 'renameat2',
  'ftruncate', 'unlink', 'unlinkat', 'mkdir', 'mkdirat', 'rmdir',
] as const
export type CallName = (typeof MUTATING)[number]

/** `file` is relative to the root that was watched. */
export type Point = {
  file: string
  call: CallName
  nth: number
  /** What the call answered when nothing was wrong: the bytes written. */
  answered: number | null
}
export const nameOf = ({ file, call, nth }: Point): string => `${call} ${nth} on ${file || '.'}`

export type Ended = { signal: NodeJS.Signals | null; code: number | null; stdout: string; stderr: string; fired: boolean }
export type Command = { args: string[]; env?: Record<string, string> }

/** What is done at a point: `signal=KILL`, `error=EIO`, `retval=100` … in strace's own words. */
export type Injection = { point: Point; what: string; sticky?: boolean }

/** Runs a Node program with this at that point of `root`; `log` takes what strace saw of the file. */
export async function injected(command: Command, root: string, { point, what, sticky }: Injection, log: string): Promise<Ended> {
  const { file, call, nth } = point
  const path = file === '' ? root : `${root}/${file}`
  const result = await run([
    '-f', '-qq', '-y', '-o', log, '-P', path, '-e', `trace=${call}`, '-e', `inject=${call}:${what}:when=${nth}${sticky === true ? '+' : ''}`,
  ], command)
  const fired = what.startsWith('signal') ? result.signal === 'SIGKILL' : readFileSync(log, 'latin1').includes('(INJECTED)')
  return { ...result, fired }
}

/**
 * Every call by which a whole run changed what lies under `root`, counted for the busiest thread; with
 * `whileOpening` only those before it first said something.
 */
export async function pointsOf(command: Command, root: string, log: string, whileOpening = false): Promise<Point[]> {
  const { code, stderr } = await watched(command, log)
  if (code !== 0) throw new Error(`the play does not end well by itself: ${stderr}`)
  const points: Point[] = []
  const places = new Map<string, { point: Point; threads: Map<string, number> }>()
  for (const line of readFileSync(log, 'utf8').split('\n')) {
    if (whileOpening && /^\d+ +write\(1</.test(line)) break
    const [, thread, call] = /^(\d+) +(\w+)\(/.exec(line) ?? []
    const path = /[<"](\/[^>"]*)[>"]/.exec(line.replace(/AT_FDCWD<[^>]*>/, ''))?.[1]
    if (thread === undefined || path === undefined || (path !== root && !path.startsWith(`${root}/`))) continue
    const key = `${call} ${path}`
    const place = places.get(key) ?? { point: { file: path.slice(root.length + 1), call: call as CallName, nth: 0, answered: null }, threads: new Map<string, number>() }
    places.set(key, place)
    const nth = (place.threads.get(thread) ?? 0) + 1
    place.threads.set(thread, nth)
    // strace counts every call by this name; only some openings change anything.
    if (call === 'openat' && !line.includes('O_CREAT')) continue
    if (nth > place.point.nth) points.push({ ...place.point, nth, answered: answerIn(line) })
    place.point.nth = Math.max(nth, place.point.nth)
  }
  return points
}

/** Null where another thread was heard before the answer. */
function answerIn(line: string): number | null {
  const answer = /\) += (\d+)/.exec(line)?.[1]
  return answer === undefined ? null : Number(answer)
}

/** Runs to the end and writes every mutating call to `log`; `whole` with all bytes, as hexadecimal escapes. */
export function watched(command: Command, log: string, whole = false): Promise<Ended> {
  const bytes = whole ? ['-xx', '-s', '10000000'] : []
  return run(['-f', '-qq', '-y', '--seccomp-bpf', ...bytes, '-o', log, '-e', `trace=${MUTATING.join(',')}`], command)
}

/** Runs without strace. */
export const unharmed = (command: Command): Promise<Ended> => ended(process.execPath, command.args, command)

const run = (options: string[], command: Command): Promise<Ended> =>
  ended('strace', [...options, process.execPath, ...command.args], command)

function ended(program: string, args: string[], { env }: Command): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: { ...process.env, NODE_NO_WARNINGS: '1', UV_THREADPOOL_SIZE: '1', ...env }, stdio: ['ignore', 'pipe', 'pipe'],
    })
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => void (stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => void (stderr += chunk.toString()))
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr, fired: false }))
  })
}
