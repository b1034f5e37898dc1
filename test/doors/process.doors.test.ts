import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { fromBase64, fromHex, toHex } from '#ledger/bytes.ts'
import type { Config } from '#node/config.ts'
import { foundHub } from '#node/record/founding.ts'
import { frameTypes } from '#node/record/frames.ts'
import { readJournal } from '#node/disk/journal.ts'
import { openKeystore } from '#node/disk/keystore.ts'
import { buildPageIfStale } from '#node/page/page-build.ts'
import type { Clock } from '#node/ports.ts'
import { runHub } from '#node/run.ts'
import { systemClock, systemEntropy } from '#node/system-clock.ts'
import { aConfig } from '#test/support/config.ts'
import { aDirectory } from '#test/support/directories.ts'
import { MemberClient, zeros } from '#test/support/member-client.ts'
import { quiet } from '#test/support/whole-hub.ts'
import { aProcess } from './command-line.ts'

const root = dirname(dirname(import.meta.dirname))
const WAIT = { timeout: 30_000, interval: 50 }
// Built before any process starts under a limit.
beforeAll(async () => void (await buildPageIfStale(root, quiet)), 120_000)
beforeEach(() => {
  process.env['XDG_STATE_HOME'] = aDirectory()
})

const starting = (data: string, ...more: string[]): string[] =>
  ['start', '--data', data, '--http', '127.0.0.1:0', '--p2p', '127.0.0.1:0', ...more]

type Up = { url: string; err(): string; signal(name: NodeJS.Signals): void; ended: Promise<number | null> }

/** Starts a hub as a process and waits until it says where it is. It is gone when the test has ended. */
async function up(args: string[], options: Parameters<typeof aProcess>[1] = {}): Promise<Up> {
  const child = aProcess(args, options)
  onTestFinished(() => void child.kill('SIGKILL'))
  const err = heard(child.stderr)
  const out = heard(child.stdout)
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  await expect.poll(() => out() + (child.exitCode === null ? '' : `ended ${err()}`), WAIT).toMatch(/^Open |ended/)
  const url = /^Open (http:\/\/[^/]+)/.exec(out())?.[1]
  if (url === undefined) throw new Error(`the hub did not start: ${err()}`)
  return { url, err, signal: (name) => void child.kill(name), ended }
}

function heard(stream: Readable): () => string {
  let text = ''
  stream.setEncoding('utf8').on('data', (more: string) => (text += more))
  return () => text
}

async function aFoundedHub(): Promise<{ data: string; steward(url: string): MemberClient }> {
  const data = aDirectory()
  const member = new MemberClient('steward', (path, init) => fetch(`${url}${path}`, init))
  let url = ''
  const first = { acct: fromHex(member.acct)!, device: member.device, name: 'steward' }
  const founding = { name: 'chengdu', city: '成都', region: 'as', preset: 'city' } as const
  await foundHub(data, founding, first, 'zh', await openKeystore(data), systemClock, systemEntropy)
  return {
    data,
    steward(at) {
      url = at
      return member
    },
  }
}

const healthOf = async (url: string): Promise<unknown> => (await fetch(`${url}/healthz`)).json()

test('a start that cannot be is over with code 2, one sentence and no result', async () => {
  const { data } = await aFoundedHub()
  const running = await up(starting(data))
  const second = aProcess(starting(data))
  const [out, err] = [heard(second.stdout), heard(second.stderr)]
  const [code] = (await once(second, 'close')) as [number]
  expect({ code, out: out(), err: err() }).toEqual({ code: 2, out: '', err: expect.stringMatching(/^[^\n]*is in use by another running hub[^\n]*\n$/) as string })
  expect(await healthOf(running.url)).toMatchObject({ ok: true })
  running.signal('SIGTERM')
  expect(await running.ended).toBe(0)
})

test('a promise that fails with nobody waiting is told, and the hub goes on', async () => {
  const { data, steward } = await aFoundedHub()
  const fault = `process.on('SIGUSR2', () => void Promise.reject(new Error('nobody waits for this')))`
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(fault)}` }
  const running = await up(starting(data), { env })
  for (let times = 1; times <= 2; times++) {
    running.signal('SIGUSR2')
    await expect.poll(() => running.err().split('a promise failed and nobody was waiting for it').length - 1, WAIT).toBe(times)
  }
  expect(running.err()).toContain('nobody waits for this')
  const member = steward(running.url)
  await member.login()
  expect((await member.me()).steward).toBe(true)
  running.signal('SIGTERM')
  expect(await running.ended).toBe(0)
})

test('a disk that takes no more: the door says so, the process lives, and what was answered is there afterwards', async () => {
  const { data, steward } = await aFoundedHub()
  // No file may grow beyond 16 KiB: the shell's own limit, for which nobody need be root.
  const limited = await up(starting(data, '--log-level', 'error'), { limits: 'ulimit -f 32' })
  const { charterHash } = await steward(limited.url).hub()
  const ask = (path: string, init?: RequestInit): Promise<Response> => fetch(`${limited.url}${path}`, init)
  const answered: { seq: number; record: string }[] = []
  let no: unknown = null
  while (no === null && answered.length < 100) {
    const newcomer = new MemberClient(`newcomer ${answered.length}`, ask)
    const told = await newcomer.act('member.joined', { device: newcomer.device, profile: zeros, charter: charterHash, invitation: null })
    if (told.status === 200) answered.push(told.body)
    else no = told
  }
  expect(no).toEqual({ status: 503, body: { door: { code: 'read-only', because: 'storage' } } })
  expect(answered.length).toBeGreaterThan(5)
  expect((await fetch(`${limited.url}/api/listings`)).status).toBe(200)
  // It has read the disk again, found it sound, and would go on if there were room.
  await expect.poll(() => healthOf(limited.url), WAIT).toMatchObject({ ok: true, readOnly: null })
  limited.signal('SIGTERM')
  expect(await limited.ended).toBe(0)

  const roomy = await up(starting(data, '--log-level', 'error'))
  const kept = [...readJournal(join(data, 'journal'))].filter(({ frame }) => frame.type === frameTypes.record).map(({ frame }) => toHex(frame.payload))
  for (const { seq, record } of answered) expect(kept[seq]).toBe(toHex(fromBase64(record)!))
  const newcomer = new MemberClient('newcomer', (path, init) => fetch(`${roomy.url}${path}`, init))
  expect((await newcomer.join()).status).toBe(200)
  roomy.signal('SIGTERM')
  expect(await roomy.ended).toBe(0)
})

// Loopback has many addresses: the hub starts on the first, and moves to the second when it meets others.
const HOME = '127.0.0.1'
const PUBLIC = '127.0.0.2'

/** Takes a port of this machine; answers which, and how to give it back. */
async function taken(host: string): Promise<{ port: number; free(): Promise<void> }> {
  const server = createServer()
  server.listen(0, host)
  await once(server, 'listening')
  const free = async (): Promise<void> => {
    if (server.listening) await new Promise<void>((resolve) => server.close(() => resolve()))
  }
  onTestFinished(free)
  return { port: (server.address() as AddressInfo).port, free }
}

/** The machine's clock, except that what is tried again after seconds is tried again at once. */
const eager: Clock = { now: systemClock.now, after: (ms, call) => systemClock.after(ms === 5_000 ? 50 : ms, call) }

const configOf = (data: string, p2p: Config['p2p']): Config => aConfig(data, { p2p })

test('a hub that cannot move to its public address is busy, says why, and moves when it can', async () => {
  const { data, steward } = await aFoundedHub()
  const { port, free } = await taken(PUBLIC)
  const said: string[] = []
  const log = { ...quiet, error: (message: string, fields?: Record<string, unknown>) => void said.push(`${message}: ${String(fields?.['error'])}`) }
  const hub = await runHub(configOf(data, { host: PUBLIC, port }), { clock: eager, entropy: systemEntropy, log })
  onTestFinished(() => hub.stop())
  const member = steward(hub.url)
  await member.login()
  expect(await member.post('/api/federation/found', {})).toMatchObject({ status: 503, body: { door: { code: 'busy' } } })
  expect(said[0]).toMatch(/did not come up; it tries again until it does: cannot listen for hubs on \/ip4\/127\.0\.0\.2\/.* is in use/)
  await free()
  await expect.poll(() => healthOf(hub.url), WAIT).toMatchObject({ ok: true })
  await member.login()
  expect((await member.post('/api/federation/found', {})).status).toBe(200)
})

test('a hub that was founded while its port was taken is founded once, and there when the port is free', async () => {
  const data = aDirectory()
  const { port, free } = await taken(HOME)
  const hub = await runHub(configOf(data, { host: HOME, port }), { clock: eager, entropy: systemEntropy, log: quiet })
  onTestFinished(() => hub.stop())
  const member = new MemberClient('steward', (path, init) => fetch(`${hub.url}${path}`, init))
  const form = {
    token: hub.setupToken, language: 'zh', name: 'chengdu', city: '成都', region: 'as', preset: 'city',
    steward: { acct: member.acct, device: toHex(member.device), name: 'Mei' },
  }
  expect(await member.post('/api/setup', form)).toMatchObject({ status: 503, body: { door: { code: 'busy' } } })
  expect((await member.post('/api/setup', form)).status).toBe(503)
  await free()
  await expect.poll(() => healthOf(hub.url), WAIT).toMatchObject({ ok: true, size: 1 })
  expect(await member.post('/api/setup', form)).toMatchObject({ status: 409, body: { door: { code: 'already-founded' } } })
  await member.login()
})
