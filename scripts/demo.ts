/**
 * `npm run demo [-- --days N] [--port N] [--shots DIR]`: the seeds' five cities on this machine, with half a year behind
 * them that was lived through their real doors and rules, in a minute or two. Then it stays, until Ctrl-C: a page to enter
 * from as anybody, and a clock to move (`demo/lobby.ts`). `--shots` makes the pictures of the README instead.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { run } from '#test/support/hub-process.ts'
import { cast } from './demo/cast.ts'
import { answerDoors, openLobby } from './demo/lobby.ts'
import { type Played, play } from './demo/play.ts'
import { takeShots } from './demo/shots.ts'
import type { Town } from './demo/town.ts'

const usage = 'npm run demo [-- --days N] [--port N] [--shots DIR]     days 30 to 360, without it 183; ports from N on, without it from 8480'
const DOORS_EVERY_MS = 500

/** Answers the exit code. */
export async function main(args: string[]): Promise<number> {
  const options = optionsOf(args)
  if (options === null) {
    console.error(usage)
    return 2
  }
  const dir = mkdtempSync(join(tmpdir(), 'demo-'))
  const towns: Town[] = []
  const ended = new Promise<'ended'>((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => done('ended'))
  })
  try {
    const { days, port, shots } = options
    const playing = play({ dir, port: port + 1, days, places: cast.map(({ name }) => name), say: (text) => console.log(`· ${text}`) }, towns)
    // Ended in the middle, the play breaks off wherever it is; that is no fault.
    playing.catch(() => {})
    const played = await Promise.race([playing, ended])
    if (played !== 'ended') await (shots === null ? stay(played, port, ended) : withPictures(played, shots))
    return 0
  } finally {
    await Promise.all(towns.map((town) => town.stop()))
    rmSync(dir, { recursive: true, force: true })
  }
}

function optionsOf(args: string[]): { days: number; port: number; shots: string | null } | null {
  try {
    const { values } = parseArgs({ args, options: { days: { type: 'string' }, port: { type: 'string' }, shots: { type: 'string' } } })
    const [days, port] = [Number(values.days ?? 183), Number(values.port ?? 8_480)]
    const areGood = Number.isInteger(days) && days >= 30 && days <= 360 && Number.isInteger(port) && port > 0 && port < 65_000
    return areGood ? { days, port, shots: values.shots === undefined ? null : resolve(values.shots) } : null
  } catch (error) {
    console.error((error as Error).message)
    return null
  }
}

async function stay({ towns, honest, clock, sights }: Played, port: number, ended: Promise<'ended'>): Promise<void> {
  console.log(`\n${await run(['audit', ...towns.map(({ data }) => data)])}`)
  const lobby = await openLobby(towns, honest, sights, clock, port)
  for (const { script, url } of towns) console.log(`${script.city.padEnd(12)} ${url}`)
  console.log(`\nOpen ${lobby.url}\nFrom there you enter as a member, steward, operator or auditor, and move the clock. Ctrl-C ends the demo.`)
  let open = true
  void ended.then(() => (open = false))
  while (open) {
    await answerDoors(towns)
    await Promise.race([ended, new Promise((next) => setTimeout(next, DOORS_EVERY_MS))])
  }
  await lobby.close()
}

/** People answer their doors while pictures are taken of them. */
async function withPictures({ towns }: Played, dir: string): Promise<void> {
  let open = true
  const answering = (async () => {
    while (open) {
      await answerDoors(towns)
      await new Promise((next) => setTimeout(next, DOORS_EVERY_MS))
    }
  })()
  try {
    await takeShots(towns, dir)
    console.log(`pictures are in ${dir}`)
  } finally {
    open = false
    await answering
  }
}
