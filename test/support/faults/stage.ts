/**
 * The stage: a play, its directory as it is before the first scene, and places where runs of it can happen one
 * beside the other.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { journalDirectory } from '#node/record/founding.ts'
import { frameTypes } from '#node/record/frames.ts'
import { openJournal } from '#node/disk/journal.ts'
import { faultIn, type FsFault } from './faulty-fs.ts'
import { aPlay, type Play, writeKeys, writePlay } from './play.ts'
import type { Acknowledged } from './player.ts'
import type { Command } from './strace.ts'

export type Place = {
  /** Holds `data`, and `state` beside it. */
  root: string
  data: string
  /** Where strace writes. */
  log: string
  /** Makes it anew, as it was before the first scene. */
  reset(): void
  /** Leaves nothing but the directories themselves. */
  empty(): void
}

export type Stage = {
  play: Play
  places: Place[]
  /** Plays the play at a place; with a fault, through a `node:fs` that has it (`faulty-fs.ts`). */
  playing(place: Place, fault?: FsFault): Command
  /** Founds a hub at a place that is empty. */
  founding(place: Place): Command
  clear(): void
}

const here = (name: string): string => join(import.meta.dirname, name)

export async function aStage({ places = 2, play = aPlay() } = {}): Promise<Stage> {
  const dir = mkdtempSync(join(tmpdir(), 'faults-'))
  const playFile = join(dir, 'play')
  const before = join(dir, 'before')
  writePlay(playFile, play)
  await setScene(join(before, 'data'), play)
  // What was compiled once is not compiled a thousand times.
  const env = { NODE_COMPILE_CACHE: join(dir, 'compiled') }
  return {
    play,
    places: Array.from({ length: places }, (_, i): Place => {
      const root = join(dir, `place-${i}`)
      const reset = (): void => {
        rmSync(root, { recursive: true, force: true })
        // Node's own copy forgets the modes of directories, and keys that others may read are refused.
        execFileSync('cp', ['-a', before, root])
      }
      reset()
      const empty = (): void => {
        rmSync(root, { recursive: true, force: true })
        mkdirSync(join(root, 'data'), { recursive: true, mode: 0o700 })
      }
      return { root, data: join(root, 'data'), log: join(dir, `strace-${i}`), reset, empty }
    }),
    playing: ({ data }, fault) => fault === undefined
      ? { args: [here('player.ts'), data, playFile], env }
      : { args: ['--import', here('faulty-fs.ts'), here('player.ts'), data, playFile], env: { ...env, ...faultIn(fault) } },
    founding: ({ data }) => ({ args: [here('founder.ts'), data], env }),
    clear: () => rmSync(dir, { recursive: true, force: true }),
  }
}

/** A hub that has been founded and has done nothing else. */
async function setScene(data: string, play: Play): Promise<void> {
  mkdirSync(data, { recursive: true, mode: 0o700 })
  writeKeys(data, play)
  const journal = await openJournal(journalDirectory(data), play.hubId, () => {})
  await journal.append([
    { type: frameTypes.record, payload: play.founding.record }, { type: frameTypes.seal, payload: play.founding.seal },
  ])
  await journal.close()
}

/** What a program said it had acknowledged; a last line that was cut was not said. */
export function heardIn(stdout: string): Acknowledged[] {
  const lines = stdout.split('\n').slice(0, -1).filter((line) => line.startsWith('{'))
  return lines.map((line) => JSON.parse(line) as Acknowledged)
}

/** Does each piece of work at one of the places, as many at once as there are places. */
export async function atEach<T, R>(places: Place[], work: T[], doing: (one: T, place: Place) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  let next = 0
  await Promise.all(places.map(async (place) => {
    while (next < work.length) {
      const index = next++
      results[index] = await doing(work[index]!, place)
    }
  }))
  return results
}
