/**
 * `npm run bench -- door [--members N] [--seconds N] [--listings N]`: the page's door while everybody is there.
 *
 *   pages    every member has a page open that is told what happens (server-sent events), while the rest is measured
 *   reads    a hundred clients ask what pages ask, in turn and over connections that stay open, each the next when the last was
 *            answered, as fast as the hub answers
 *   board    the same of the board, fifty listings with their words
 *   bare     ceiling of both: node:http answering the same with the same bytes and doing nothing else, asked by the same clients,
 *            in turn with the hub. Of each also what an answer costs its process, which other work on the machine changes least
 *   paced    all of these questions at a pace, the wait counted from when a question was due
 *   told     from the answer to somebody's record until the last of all open pages has heard that there is one
 *   paint    a browser whose processor is held to a quarter: from asking for the address until the page's first heading has been
 *            painted, at a visitor's first visit, and at the next, when the browser has kept what it was given
 *
 * The clients are this process: with the hub they share what the machine has. `paint` needs a Chromium and leaves its row out
 * with `--no-paint`. A hub takes sixty listings an hour: more cannot be asked for.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { Agent, type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Browser } from 'playwright-core'
import { grouped } from '#node/progress.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import type { Wish } from '#protocol/api.ts'
import { openBrowser } from '#test/support/chromium.ts'
import { aHubProcess, freePort, type HubProcess } from '#test/support/hub-process.ts'
import { MemberClient } from '#test/support/member-client.ts'
import { aBenchTown, besides, keepCheckpoint, type Person, quantile, seconds } from './bench-town.ts'
import { startedAs } from './started-as.ts'

export const doorUsage = 'bench door [--members N] [--seconds N] [--listings N] [--no-paint]'

const CLIENTS = 100
const TURNS = 5
const PACE_PER_SECOND = 2_000
const RECORDS = 20
const PAINTS = 5
const SLOWER = 4
const ANYTHING: Wish = {
  text: '', kinds: [], category: null, hub: null, resource: null, returns: [], level: null, from: null, to: null,
}
/** What every page asks when it opens and when it is told that something happened. */
const QUESTIONS = ['/api/hub', '/api/me', '/api/seen', '/api/me/balance']
/** Fifty listings with their words. */
const BOARD = [`/api/search?sort=freshness&wish=${encodeURIComponent(JSON.stringify(ANYTHING))}`]

/** `costUs`: what an answer cost whoever gave it [µs of processor time]. */
type Asked = { perSecond: number; waitMs: number[]; costUs: number }

/** Answers the exit code: 0, or 2 for arguments that make no sense. */
export async function door(argv: string[]): Promise<number> {
  const { values } = parseArgs({
    args: argv,
    options: {
      'members': { type: 'string', default: '500' }, 'seconds': { type: 'string', default: '10' },
      'listings': { type: 'string', default: '50' }, 'no-paint': { type: 'boolean', default: false },
    },
  })
  const [members, forSeconds, listings] = [values.members, values.seconds, values.listings].map(Number) as [number, number, number]
  if (![members, forSeconds, listings].every((n) => Number.isSafeInteger(n) && n > 0) || members < 2) {
    process.stderr.write(`${doorUsage}\n`)
    return 2
  }
  installNativeCrypto()
  const dir = mkdtempSync(join(tmpdir(), 'bench-door-'))
  const data = join(dir, 'hub')
  const town = await aBenchTown(data, members)
  await keepCheckpoint(town)
  await town.writer.close()
  const { environment, flags } = startedAs()
  const hub = await aHubProcess(data, { HUB_LOG: 'error', ...besides(data), ...environment }, undefined, flags)
  const pages: OpenPage[] = []
  try {
    await hub.start()
    const people = await aCrowd(hub, town.people, listings)
    pages.push(...await Promise.all(people.map((one) => openPage(hub, one))))
    row('pages', `${grouped(pages.length)} open, told of what happens`)
    const all = [...QUESTIONS, ...BOARD]
    const plain = await aBareServer(await Promise.all(all.map(async (path): Promise<[string, Buffer]> => [path, (await asking(hub.url, path, people[0]!)).body])))
    for (const [name, questions] of [['reads', QUESTIONS], ['board', BOARD]] as const) {
      const reads: Asked[] = []
      const bare: Asked[] = []
      for (let turn = 0; turn < TURNS; turn++) {
        reads.push(await manyReads(hub, questions, people, forSeconds / TURNS))
        bare.push(await manyReads(plain, questions, people, forSeconds / TURNS))
      }
      const [here, ceiling] = [together(reads), together(bare)]
      row(name, rateOf(here), `${(here.perSecond / ceiling.perSecond).toFixed(2)} of bare, ${rateOf(ceiling)}`)
    }
    plain.stop()
    row('paced', rateOf(await manyReads(hub, all, people, forSeconds, PACE_PER_SECOND)))
    row('told', waits(await telling(people, pages)), `${RECORDS} records`)
    if (!values['no-paint']) await painting(hub.url)
    return 0
  } finally {
    for (const { close } of pages) close()
    await hub.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}

function row(name: string, ...cells: string[]): void {
  process.stdout.write(`${name.padEnd(8)} ${cells.join('   ')}\n`)
}

const ms = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`
const waits = (waitMs: number[]): string => `p50 ${ms(quantile(waitMs, 0.5))}, p99 ${ms(quantile(waitMs, 0.99))}`
const rateOf = ({ perSecond, waitMs, costUs }: Asked): string =>
  `${grouped(Math.round(perSecond))} answers/s, ${waits(waitMs)}, ${Math.round(costUs)} µs each`

/** Turns of equal length as one. */
function together(turns: Asked[]): Asked {
  const mean = (of: (one: Asked) => number): number => turns.reduce((sum, one) => sum + of(one), 0) / turns.length
  const answers = mean(({ waitMs }) => waitMs.length)
  return {
    perSecond: mean((one) => one.perSecond), waitMs: turns.flatMap((one) => one.waitMs),
    costUs: mean((one) => one.costUs * one.waitMs.length) / answers,
  }
}

/** Processor time a process has had so far [µs], from the kernel's hundredths of a second. */
function processorUs(pid: number): number {
  const [, rest] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')
  const [user, system] = rest!.split(' ').slice(11, 13).map(Number) as [number, number]
  return (user + system) * 10_000
}

/** The members, logged in, and a board of what they need. */
async function aCrowd(hub: HubProcess, keys: Person[], listings: number): Promise<MemberClient[]> {
  const people = keys.map((key, n) => new MemberClient(`member ${n}`, (path, init) => fetch(`${hub.url}${path}`, init), key))
  for (const one of people) await one.login()
  for (let n = 0; n < listings; n++) {
    const told = await people[n % people.length]!.list({ title: `Repair of tap ${n}`, category: n % 2 === 0 ? 'everyday' : 'skill-sharing' })
    if (told.status !== 200) throw new Error(`a listing was answered ${told.status}: ${JSON.stringify(told.body)}`)
  }
  return people
}

type OpenPage = { heard(): number; close(): void }

/** A page that listens; `heard` counts what it was told, keep-alives aside. */
function openPage({ url }: HubProcess, { session }: MemberClient): Promise<OpenPage> {
  return new Promise((resolve, reject) => {
    let heard = 0
    const asked = request(`${url}/api/events`, { agent: false, headers: { cookie: session } }, (answer) => {
      if (answer.statusCode !== 200) return reject(new Error(`a page was answered ${answer.statusCode}`))
      answer.setEncoding('utf8').on('data', (text: string) => (heard += text.split('event: entry').length - 1))
      resolve({ heard: () => heard, close: () => asked.destroy() })
    })
    asked.on('error', reject)
    asked.end()
  })
}

const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS })

function asking(url: string, path: string, { session }: MemberClient): Promise<{ body: Buffer }> {
  return new Promise((resolve, reject) => {
    const asked = request(`${url}${path}`, { agent, headers: { cookie: session } }, (answer: IncomingMessage) => {
      const parts: Buffer[] = []
      answer.on('data', (part: Buffer) => parts.push(part)).on('end', () => {
        if (answer.statusCode === 200) resolve({ body: Buffer.concat(parts) })
        else reject(new Error(`${path} was answered ${answer.statusCode}: ${Buffer.concat(parts).toString()}`))
      })
    })
    asked.on('error', reject)
    asked.end()
  })
}

type Server = { url: string; pid: number | undefined }

/** For so many seconds; at a pace, no client asks before the question is due, and who is held up has waited since then. */
async function manyReads({ url, pid }: Server, questions: readonly string[], people: MemberClient[], forSeconds: number, pacePerSecond = Number.POSITIVE_INFINITY): Promise<Asked> {
  const waitMs: number[] = []
  const before = processorUs(pid!)
  const began = performance.now()
  const end = began + forSeconds * 1_000
  let next = 0
  const client = async (): Promise<void> => {
    while (performance.now() < end) {
      const n = next++
      const due = began + (n * 1_000) / pacePerSecond
      const early = due - performance.now()
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early))
      // A timer cuts its milliseconds off and wakes early: what was asked before it was due has waited since it was asked.
      const from = pacePerSecond === Number.POSITIVE_INFINITY ? performance.now() : Math.min(due, performance.now())
      await asking(url, questions[n % questions.length]!, people[n % people.length]!)
      waitMs.push(performance.now() - from)
    }
  }
  await Promise.all(Array.from({ length: CLIENTS }, client))
  return { perSecond: waitMs.length / seconds(began), waitMs, costUs: (processorUs(pid!) - before) / waitMs.length }
}

/** The least that answers: a process of its own, with the answers ready. */
async function aBareServer(answers: [path: string, body: Buffer][]): Promise<Server & { stop(): void }> {
  const port = await freePort()
  const program = `
    const answers = new Map(JSON.parse(process.env.ANSWERS).map(([path, body]) => [path, Buffer.from(body, 'base64')]))
    require('node:http').createServer((asked, answer) => {
      const body = answers.get(asked.url)
      answer.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body)
    }).listen(${port}, '127.0.0.1', () => console.log('listening'))`
  const table = JSON.stringify(answers.map(([path, body]) => [path, body.toString('base64')]))
  const child = spawn(process.execPath, ['--input-type=commonjs', '-e', program], { env: { ...process.env, ANSWERS: table }, stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  return { url: `http://127.0.0.1:${port}`, pid: child.pid, stop: () => void child.kill() }
}

/** One after the other, somebody writes down a help, and every open page is told. */
async function telling(people: MemberClient[], pages: OpenPage[]): Promise<number[]> {
  const tookMs: number[] = []
  for (let n = 0; n < RECORDS; n++) {
    const [helper, receiver] = [people[n % people.length]!, people[(n + 1) % people.length]!]
    const before = pages.map(({ heard }) => heard())
    const day = Math.floor(Date.now() / 86_400_000)
    const told = await helper.act('help.recorded', {
      helper: helper.acct, receiver: receiver.acct, category: 1, minutes: 30, day, note: '0'.repeat(64),
    })
    if (told.status !== 200) throw new Error(`a record was answered ${told.status}: ${JSON.stringify(told.body)}`)
    const began = performance.now()
    while (pages.some(({ heard }, i) => heard() === before[i])) await new Promise((resolve) => setImmediate(resolve))
    tookMs.push(performance.now() - began)
  }
  return tookMs
}

/** The page in a browser on a slow phone: nothing kept yet, and once more with what the browser has kept. */
async function painting(url: string): Promise<void> {
  const browser = await openBrowser()
  try {
    const fresh: number[] = []
    const kept: number[] = []
    for (let n = 0; n < PAINTS; n++) {
      const [first, second] = await paints(browser, url)
      fresh.push(first)
      kept.push(second)
    }
    row('paint', `processor held to 1/${SLOWER}: first visit ${ms(quantile(fresh, 0.5))}, with what is kept ${ms(quantile(kept, 0.5))}`, `median of ${PAINTS}`)
  } finally {
    await browser.close()
  }
}

const SHOWN = 'shown'
/** In the page, which says so by itself: when its first heading has been painted [ms since it was asked for]. Asking it would be more to do for a processor that is held. */
const WHEN_SHOWN = `
  new MutationObserver((_, observer) => {
    if (document.querySelector('h1') === null) return
    observer.disconnect()
    requestAnimationFrame(() => setTimeout(() => console.debug('${SHOWN}', performance.now())))
  }).observe(document, { childList: true, subtree: true })`

/** Until the page says what it is [ms], at a first visit and at the next. */
async function paints(browser: Browser, url: string): Promise<[number, number]> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'zh-CN' })
  try {
    await context.addInitScript(WHEN_SHOWN)
    const page = await context.newPage()
    await (await context.newCDPSession(page)).send('Emulation.setCPUThrottlingRate', { rate: SLOWER })
    const shown = async (): Promise<number> => {
      const [said] = await Promise.all([
        page.waitForEvent('console', (one) => one.text().startsWith(SHOWN)), page.goto(url, { waitUntil: 'commit' }),
      ])
      return Number(said.text().slice(SHOWN.length))
    }
    return [await shown(), await shown()]
  } finally {
    await context.close()
  }
}
