/**
 * The kill matrix: SIGKILL as a hub's program enters each call by which it changes its disk, then the judge.
 * Killed are the play, the founding, and, after a kill of the play, the opening that follows it.
 */
import { toHex } from '#ledger/bytes.ts'
import { leafHash } from '#ledger/merkle.ts'
import { chanceFrom } from './chance.ts'
import { foundAndGoOn, type FoundingHeard } from './founder.ts'
import { auditFault, judge, type Judged, nothingSaid } from './judge.ts'
import { type Acknowledged } from './player.ts'
import { aStage, atEach, heardIn, type Place, type Stage } from './stage.ts'
import { injected, nameOf, type Point, pointsOf } from './strace.ts'

export type KillTally = {
  tried: number
  fired: number
  /** Acknowledgements heard before the kills, all runs together. */
  acknowledged: number
  lost: string[]
  invented: string[]
  unacknowledged: number
  /** Kills after which the hub takes its directory for a backup: it asks before it goes on, and forgets nothing. */
  takenForBackup: number
  failed: string[]
}

type Killing =
  | { of: 'play' | 'founding'; point: Point }
  /** Killed at `point` of the opening that follows a kill at `before`. */
  | { of: 'recovery'; before: Point; point: Point }

const KILL = 'signal=KILL'
/** Of a hundred points, so many are of the founding, and so many of recoveries when those are asked for. */
const FOUNDING_PER_CENT = 10
const RECOVERY_PER_CENT = 40
/** At most so many points of one recovery. */
const PER_RECOVERY = 16

/** Tries `points` different kills, chosen by `seed`. */
export async function killMatrix(
  { points, seed = 1, recovery = false, places = 2, heard = () => {} }:
  { points: number; seed?: number; recovery?: boolean; places?: number; heard?: (killing: string, tally: KillTally) => void },
): Promise<KillTally> {
  const stage = await aStage({ places })
  const tally: KillTally = { tried: 0, fired: 0, acknowledged: 0, lost: [], invented: [], unacknowledged: 0, takenForBackup: 0, failed: [] }
  try {
    const killings = await chosen(stage, points, seed, recovery)
    await atEach(stage.places, killings, async (killing, place) => {
      const { fired, acknowledged, judged } = await killed(stage, place, killing)
      const name = named(killing)
      tally.tried += 1
      tally.fired += fired ? 1 : 0
      tally.acknowledged += acknowledged
      tally.unacknowledged += judged.unacknowledged
      tally.takenForBackup += judged.takenForBackup ? 1 : 0
      tally.lost.push(...judged.lost.map((what) => `${what}, killed at ${name}`))
      tally.invented.push(...judged.invented.map((what) => `${what}, killed at ${name}`))
      if (judged.failed !== null) tally.failed.push(`${judged.failed}, killed at ${name}`)
      if (!fired) tally.failed.push(`the kill at ${name} did not happen`)
      heard(name, tally)
    })
    return tally
  } finally {
    stage.clear()
  }
}

async function chosen(stage: Stage, count: number, seed: number, recovery: boolean): Promise<Killing[]> {
  const chance = chanceFrom(seed)
  const [place] = stage.places as [Place]
  place.reset()
  const ofPlay = await pointsOf(stage.playing(place), place.root, place.log)
  place.empty()
  const ofFounding = await pointsOf(stage.founding(place), place.root, place.log)

  const founded = chance.some(ofFounding, Math.round((count * FOUNDING_PER_CENT) / 100))
    .map((point): Killing => ({ of: 'founding', point }))
  const wanted = recovery ? Math.round((count * RECOVERY_PER_CENT) / 100) : 0
  const played = chance.some(ofPlay, count - founded.length - wanted).map((point): Killing => ({ of: 'play', point }))
  const recovered: Killing[] = []
  // What the points of the play do not fill is filled here, so that the number asked for is the number tried.
  const left = recovery ? count - founded.length - played.length : 0
  for (const before of chance.some(ofPlay, ofPlay.length)) {
    if (recovered.length >= left) break
    place.reset()
    await injected(stage.playing(place), place.root, { point: before, what: KILL }, place.log)
    const opening = await pointsOf(stage.playing(place), place.root, place.log, true)
    const some = chance.some(opening, Math.min(PER_RECOVERY, left - recovered.length))
    recovered.push(...some.map((point): Killing => ({ of: 'recovery', before, point })))
  }
  return chance.some([...founded, ...played, ...recovered], count)
}

type Killed = { fired: boolean; acknowledged: number; judged: Judged }

async function killed(stage: Stage, place: Place, killing: Killing): Promise<Killed> {
  const { point } = killing
  if (killing.of === 'founding') {
    place.empty()
    const { stdout, fired } = await injected(stage.founding(place), place.root, { point, what: KILL }, place.log)
    const heard = linesOf<FoundingHeard>(stdout)
    return { fired, acknowledged: heard.length, judged: await judgeFounding(place.data, heard) }
  }
  place.reset()
  const runs: Acknowledged[][] = []
  if (killing.of === 'recovery') {
    const { stdout } = await injected(stage.playing(place), place.root, { point: killing.before, what: KILL }, place.log)
    runs.push(heardIn(stdout))
  }
  const { stdout, fired } = await injected(stage.playing(place), place.root, { point, what: KILL }, place.log)
  runs.push(heardIn(stdout))
  const judged = await judge(place.data, stage.play, runs)
  return { fired, acknowledged: runs.flat().length, judged }
}

/** The hub that stands there now is the one that was reported, if any was, and holds what was acknowledged. */
async function judgeFounding(data: string, heard: FoundingHeard[]): Promise<Judged> {
  const lost: string[] = []
  try {
    const now: FoundingHeard[] = []
    const records = await foundAndGoOn(data, (one) => void now.push(one))
    for (const one of heard) {
      if ('keys' in one && !now.some((other) => 'keys' in other && other.keys === one.keys)) lost.push('the keys')
      if ('founded' in one && !now.some((other) => 'founded' in other && other.founded === one.founded)) lost.push('the hub')
      if ('entry' in one && toHex(leafHash(records[one.entry] ?? new Uint8Array())) !== one.leaf) lost.push(`entry ${one.entry}`)
    }
  } catch (error) {
    return { ...nothingSaid, lost, failed: `it cannot be founded: ${String(error)}` }
  }
  return { ...nothingSaid, lost, failed: auditFault(data) }
}

const linesOf = <T>(stdout: string): T[] =>
  stdout.split('\n').slice(0, -1).filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as T)

function named(killing: Killing): string {
  const at = nameOf(killing.point)
  if (killing.of === 'recovery') return `${at}, opening again after a kill at ${nameOf(killing.before)}`
  return killing.of === 'founding' ? `${at}, founding` : at
}
