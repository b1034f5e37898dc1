/**
 * A hub as its operator runs it: a process of its own, started by the command line, seen only from outside
 * (its terminal, its page, its files). It can be killed at a moment that its own journal shows.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Kind } from '#ledger/action.ts'
import { type Entry, parseRecord } from '#ledger/entry.ts'
import { frameTypes } from '#node/record/frames.ts'
import { readJournal } from '#node/disk/journal.ts'
import { openVotes } from '#node/cities/settlement/votes.ts'

const main = join(import.meta.dirname, '..', '..', 'node', 'main.mjs')
const START_MS = 120_000
const STOP_MS = 30_000

export type HubProcess = {
  readonly data: string
  /** `http://HOST:PORT`, the same after each start. */
  readonly url: string
  /** What the terminal said to open at the last start. */
  open: string
  readonly alive: boolean
  /** Of the process, or undefined while there is none. */
  readonly pid: number | undefined
  start(): Promise<void>
  /** Ctrl-C, and the process has ended by itself. */
  stop(): Promise<void>
  /** SIGKILL: nothing is said, nothing is finished. */
  kill(): Promise<void>
  /** Holds the process still, or lets it go on: to the others it is a city that does not answer. */
  freeze(): void
  thaw(): void
  /** The highest slot of a hub's chain for which this hub has a vote of its own on the disk, or -1. */
  votedSlot(origin: string): number
  /** A command of the command line on this hub's directory; its stdout. Rejects when it fails. */
  command(...args: string[]): Promise<string>
  /** What it said on stderr so far. */
  log(): string
  /** The records its journal holds at this moment, read beside the running hub. */
  records(): Entry[]
  /** Resolves once the journal holds a record of this kind at or after `from`. */
  recorded(kind: Kind, from?: number): Promise<Entry>
}

/** Where a hub is to live: its address, and what starts a program there (a network namespace). */
export type At = { host: string; http: number; p2p: number; through: readonly string[] }

export async function aHubProcess(data: string, env: Record<string, string> = {}, at?: At, flags: string[] = []): Promise<HubProcess> {
  const { host, http, p2p, through } = at ?? { host: '127.0.0.1', http: await freePort(), p2p: await freePort(), through: [] }
  let child: ChildProcess | null = null
  let said = ''

  const hub: HubProcess = {
    data,
    url: `http://${host}:${http}`,
    open: '',
    get alive() {
      return child !== null
    },
    get pid() {
      return child?.pid
    },
    async start() {
      const [program, ...args] = [...through, process.execPath, ...flags, main, 'start', '--data', data, '--http', `${host}:${http}`, '--p2p', `${host}:${p2p}`]
      const started = spawn(program!, args, {
        env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'],
      })
      child = started
      started.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
      hub.open = await new Promise<string>((resolve, reject) => {
        let out = ''
        const timer = setTimeout(() => reject(new Error(`the hub on ${data} did not start:\n${said}`)), START_MS)
        started.stdout.on('data', (chunk: Buffer) => {
          out += chunk.toString()
          const line = /^Open (\S+)$/m.exec(out)
          if (line === null) return
          clearTimeout(timer)
          resolve(line[1]!)
        })
        started.once('exit', (code) => {
          child = null
          clearTimeout(timer)
          reject(new Error(`the hub on ${data} ended with ${code}:\n${said}`))
        })
      })
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    votedSlot(origin) {
      const frames = [...readJournal(join(data, 'votes'))].map(({ frame: { type, payload } }) => ({ type, payload: payload.slice() }))
      return openVotes({ frames, append: async () => {} }).lastOf(origin)?.slot ?? -1
    },
    command: (...args) => run([...args, '--data', data], env),
    log: () => said,
    records: () => [...recordsIn(data)],
    async recorded(kind, from = 0) {
      for (;;) {
        for (const entry of recordsIn(data)) if (entry.seq >= from && entry.action.kind === kind) return entry
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    },
  }

  async function end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const running = child
    if (running === null) return
    const ended = new Promise<void>((resolve) => void running.once('exit', () => resolve()))
    running.kill(signal)
    const timer = setTimeout(() => running.kill('SIGKILL'), STOP_MS)
    await ended
    clearTimeout(timer)
    child = null
  }
  return hub
}

function* recordsIn(data: string): Generator<Entry> {
  for (const { frame } of readJournal(join(data, 'journal'))) {
    const entry = frame.type === frameTypes.record ? parseRecord(frame.payload.slice()) : null
    if (entry !== null) yield entry
  }
}

/** Runs one command of the command line to its end. */
export function run(args: string[], env: Record<string, string> = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, ...args], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    let out = ''
    let err = ''
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
    child.once('exit', (code) => (code === 0 ? resolve(out) : reject(new Error(`hub ${args.join(' ')} ended with ${code}:\n${err}${out}`))))
  })
}

/** A port that was free a moment ago; kept across restarts so that other hubs find this one again. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
