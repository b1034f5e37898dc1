/**
 * `npm run demo [-- --fresh] [--days N] [--port N]`: the seeds' five cities on this machine, with half a year behind them that
 * was lived through their real doors and rules. The first start lives it, in half a minute; it is kept, and the next goes on with
 * it. Then it stays, until Ctrl-C: a page to enter from as anybody, and a clock to move (`demo/lobby.ts`).
 * `--shots DIR` makes the pictures of the README instead, of a half year of its own.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type DirectoryLock, DirectoryLockError, lockDirectory } from '#node/disk/directory-lock.ts'
import { cast } from './demo/cast.ts'
import { demoDirectory, type Kept, livedDirectory, readKept, writeKept } from './demo/kept.ts'
import { answerDoors, type Lobby, openLobby } from './demo/lobby.ts'
import { goOn, keptOf, play, type Played, portsOf } from './demo/play.ts'
import { takeShots } from './demo/shots.ts'
import type { Town } from './demo/town.ts'

const usage = `npm run demo [-- --fresh] [--days N] [--port N]
  --fresh   lives it anew, without what is kept of an earlier one
  --days    30 to 360, without it 183
  --port    the lobby's; the cities take the ten that follow; without it 8480`
const DOORS_EVERY_MS = 500
const places = cast.map(({ name }) => name)

type Options = { fresh: boolean; days: number; port: number; shots: string | null }

/** Answers the exit code: 2 when it could not begin. */
export async function main(args: string[], env = process.env): Promise<number> {
  const options = optionsOf(args)
  if (options === null) {
    console.error(usage)
    return 2
  }
  const ended = new Promise<'ended'>((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => done('ended'))
  })
  if (options.shots !== null) return pictures(options.days, options.shots, ended)
  const dir = demoDirectory(env)
  let lock: DirectoryLock | null = null
  try {
    lock = await lockDirectory(dir)
    return await demo(options, dir, ended)
  } catch (error) {
    if (!(error instanceof DirectoryLockError)) throw error
    console.error(error.code === 'directory-locked' ? 'A demo is running already; its page is the one that it printed.' : error.message)
    return 2
  } finally {
    await lock?.release()
  }
}

function optionsOf(args: string[]): Options | null {
  try {
    const { values } = parseArgs({
      args, options: { fresh: { type: 'boolean' }, days: { type: 'string' }, port: { type: 'string' }, shots: { type: 'string' } },
    })
    const [days, port] = [Number(values.days ?? 183), Number(values.port ?? 8_480)]
    const areGood = Number.isInteger(days) && days >= 30 && days <= 360 && Number.isInteger(port) && port > 0 && port < 65_000
    return areGood ? { fresh: values.fresh === true, days, port, shots: values.shots === undefined ? null : resolve(values.shots) } : null
  } catch (error) {
    console.error((error as Error).message)
    return null
  }
}

async function demo({ fresh, days, port }: Options, dir: string, ended: Promise<'ended'>): Promise<number> {
  const kept = fresh ? null : readKept(dir, days, Date.now() / 1000)
  // Where the others find a city stands in what they signed; where browsers find it may change.
  const portsFor = (nth: number) => ({ ...portsOf(port + 1, places.length, nth), ...(kept === null ? {} : { p2p: kept.towns[nth]!.ports.p2p }) })
  const taken = await firstTaken([port, ...places.flatMap((_, nth) => Object.values(portsFor(nth)))])
  if (taken !== null) {
    console.error(`127.0.0.1:${taken} is in use. Choose others with npm run demo -- --port N, which takes N and the ten after it${kept === null ? '' : '; with --fresh as well, where a kept demo needs that very port'}.`)
    return 2
  }
  const told: string[] = []
  const say = (text: string): void => {
    told.push(text)
    console.log(`· ${text}`)
  }
  let save = (): void => {}
  const lobby = await openLobby(port, told, () => save())
  const towns: Town[] = []
  try {
    console.log(`Open ${lobby.url}`)
    const lived = kept === null ? liveAnew(dir, days, port + 1, say, towns) : goOn(kept, livedDirectory(dir), portsFor, towns)
    lived.catch(() => {})
    const played = await Promise.race([lived, ended])
    if (played === 'ended') {
      // In the middle of something no hub is asked to stop: it ends with this process, as by a power cut, and is lived anew.
      towns.length = 0
      return 0
    }
    const livedAt = kept?.livedAt ?? Math.floor(Date.now() / 1000)
    save = () => writeKept(dir, keptOf(played, days, livedAt))
    save()
    await stay(played, lobby, kept, ended)
    save()
    return 0
  } finally {
    await Promise.all([lobby.close(), ...towns.map((town) => town.stop())])
  }
}

async function liveAnew(dir: string, days: number, port: number, say: (text: string) => void, towns: Town[]): Promise<Played> {
  rmSync(livedDirectory(dir), { recursive: true, force: true })
  return play({ dir: livedDirectory(dir), port, days, places, say }, towns)
}

/** The first of these ports on loopback at which something listens already. */
async function firstTaken(ports: number[]): Promise<number | null> {
  for (const port of ports) {
    const isFree = await new Promise<boolean>((done) => {
      const server = createServer().once('error', () => done(false))
      server.listen(port, '127.0.0.1', () => server.close(() => done(true)))
    })
    if (!isFree) return port
  }
  return null
}

async function stay(played: Played, lobby: Lobby, kept: Kept | null, ended: Promise<'ended'>): Promise<void> {
  const { towns } = played
  lobby.open(played)
  for (const { script, url } of towns) console.log(`${script.city.padEnd(12)} ${url}`)
  if (kept !== null) console.log('They go on with what is kept of an earlier demo; --fresh begins anew.')
  console.log(`
${lobby.url} is the way in: as a member, steward, operator or auditor; there you move the clock, too.
npm run audit -- ${towns.map(({ data }) => data).join(' ')}
checks all of it. Ctrl-C ends the demo.`)
  await answering(towns, ended)
}

/** People answer their doors until it is over. */
async function answering(towns: Town[], over: Promise<unknown>): Promise<void> {
  let open = true
  void over.then(() => (open = false), () => (open = false))
  while (open) {
    await answerDoors(towns)
    await Promise.race([over, new Promise((next) => setTimeout(next, DOORS_EVERY_MS))])
  }
}

async function pictures(days: number, into: string, ended: Promise<'ended'>): Promise<number> {
  const dir = mkdtempSync(join(tmpdir(), 'demo-'))
  const towns: Town[] = []
  try {
    const lived = play({ dir, days, places, say: (text) => console.log(`· ${text}`) }, towns)
    lived.catch(() => {})
    const played = await Promise.race([lived, ended])
    if (played === 'ended') return 2
    const taking = takeShots(played, into)
    await Promise.all([taking, answering(towns, taking)])
    console.log(`pictures are in ${into}`)
    return 0
  } finally {
    await Promise.all(towns.map((town) => town.stop()))
    rmSync(dir, { recursive: true, force: true })
  }
}
