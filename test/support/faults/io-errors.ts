/**
 * The disk says no, or lies: every call by which the hub changes its disk fails once or from then on, before it took
 * effect (strace answers instead of the kernel) or after (`faulty-fs.ts`); a write writes only a part of what it was
 * given, or nothing at all and says that it did.
 *
 * After an error nothing acknowledged may be missing. After a lie the disk may have lost what it said it kept, and
 * then the hub must say so when it opens it: to be refused is right, to be served less or other is not.
 */
import { chanceFrom } from './chance.ts'
import { type FaultyCall, faultHappened, type FsFault } from './faulty-fs.ts'
import { judge } from './judge.ts'
import { aStage, atEach, heardIn, type Place, type Stage } from './stage.ts'
import { type CallName, injected, nameOf, type Point, pointsOf, unharmed } from './strace.ts'

export type ErrorTally = {
  tried: number
  fired: number
  acknowledged: number
  /** Runs that went on to the end of the play by themselves. */
  recovered: number
  /** Runs that ended with the fault, and whose directory then went on from what was acknowledged. */
  stopped: number
  /** Lies that were found out when the directory was opened, or what it lost was read. */
  foundOut: number
  /** Words gone from LevelDB, which believed a lie; the ledger holds no words. */
  wordsGone: number
  lost: string[]
  invented: string[]
  failed: string[]
}

type Wrong =
  | { how: 'error before'; point: Point; code: 'EIO' | 'ENOSPC'; sticky: boolean }
  | { how: 'error after'; call: FaultyCall; nth: number; code: 'EIO' | 'ENOSPC'; sticky: boolean }
  /** `bytes` are said to be written, and none is. */
  | { how: 'short write' | 'phantom write'; point: Point; bytes: number }

const writes: CallName[] = ['write', 'pwrite64', 'writev', 'pwritev']
/** What the hub's own code calls in one run of the play, in-process; at most so many of each are tried. */
const AFTER_CALLS: Record<FaultyCall, number> = {
  write: 60, writeSync: 60, fdatasync: 60, fsyncSync: 30, renameSync: 8, ftruncateSync: 1,
}

/** Tries `count` different faults, chosen by `seed`. */
export async function errorMatrix(
  { count, seed = 1, places = 2, heard = () => {} }:
  { count: number; seed?: number; places?: number; heard?: (wrong: string, tally: ErrorTally) => void },
): Promise<ErrorTally> {
  const stage = await aStage({ places })
  const tally: ErrorTally = {
    tried: 0, fired: 0, acknowledged: 0, recovered: 0, stopped: 0, foundOut: 0, wordsGone: 0, lost: [], invented: [], failed: [],
  }
  try {
    const [first] = stage.places as [Place]
    const points = await pointsOf(stage.playing(first), first.root, first.log)
    const wrongs = chanceFrom(seed).some(wrongsAt(points), count)
    await atEach(stage.places, wrongs, async (wrong, place) => {
      await suffered(stage, place, wrong, tally)
      heard(named(wrong), tally)
    })
    return tally
  } finally {
    stage.clear()
  }
}

function wrongsAt(points: Point[]): Wrong[] {
  const codes = ['EIO', 'ENOSPC'] as const
  const before = points.flatMap((point) => codes.flatMap((code) => [false, true]
    .map((sticky): Wrong => ({ how: 'error before', point, code, sticky }))))
  const lies = points.filter(({ call }) => writes.includes(call)).flatMap((point): Wrong[] => {
    if (point.answered === null) return []
    const short: Wrong = { how: 'short write', point, bytes: Math.floor(point.answered / 2) }
    return [short, { how: 'phantom write', point, bytes: point.answered }]
  })
  const after = Object.entries(AFTER_CALLS).flatMap(([call, calls]) => Array.from({ length: calls }, (_, i) => i + 1)
    .flatMap((nth) => codes.flatMap((code) => [false, true]
      .map((sticky): Wrong => ({ how: 'error after', call: call as FaultyCall, nth, code, sticky })))))
  return [...before, ...after, ...lies]
}

async function suffered(stage: Stage, place: Place, wrong: Wrong, tally: ErrorTally): Promise<void> {
  place.reset()
  const { code, fired, stdout, stderr } = await runWith(stage, place, wrong)
  // A call that is made less often than supposed is a point that does not exist, not one that was passed.
  if (!fired && wrong.how === 'error after') return
  tally.tried += 1
  if (fired) tally.fired += 1
  else tally.failed.push(`${named(wrong)} did not happen`)
  const acknowledged = heardIn(stdout)
  tally.acknowledged += acknowledged.length
  if (code === 0) tally.recovered += 1
  else tally.stopped += 1
  if (code !== 0 && code !== 2 && code !== 3) tally.failed.push(`it ended with ${code} after ${named(wrong)}: ${stderr}`)

  const judged = await judge(place.data, stage.play, [acknowledged])
  const isLie = wrong.how === 'short write' || wrong.how === 'phantom write'
  const wordsGone = isLie ? judged.lost.filter((what) => what.startsWith('words')) : []
  tally.wordsGone += wordsGone.length
  // A copy of another city's log that is not whole is put aside and fetched again.
  const copies = isLie ? judged.lost.filter((what) => what.startsWith('what was mirrored')) : []
  if (copies.length > 0) tally.foundOut += 1
  const after = (what: string): string => `${what}, after ${named(wrong)}`
  tally.lost.push(...judged.lost.filter((what) => !wordsGone.includes(what) && !copies.includes(what)).map(after))
  tally.invented.push(...judged.invented.map(after))
  if (judged.failed === null) return
  if (isLie && isClearRefusal(judged.failed)) tally.foundOut += 1
  else tally.failed.push(after(judged.failed))
}

const isClearRefusal = (failed: string): boolean => /LedgerCorrupt|RecordDamaged|JournalCorrupt|KeystoreError|StoreError|DirectoryLockError|UnknownFormat/.test(failed)

async function runWith(stage: Stage, place: Place, wrong: Wrong) {
  if (wrong.how === 'error after') {
    const { how: _, call, ...rest } = wrong
    const fault: FsFault = { fails: call, ...rest }
    const ended = await unharmed(stage.playing(place, fault))
    return { ...ended, fired: faultHappened(ended.stderr) }
  }
  const { point } = wrong
  if (wrong.how === 'error before') {
    return injected(stage.playing(place), place.root, { point, what: `error=${wrong.code}`, sticky: wrong.sticky }, place.log)
  }
  return injected(stage.playing(place), place.root, { point, what: `retval=${wrong.bytes}` }, place.log)
}

function named(wrong: Wrong): string {
  if (wrong.how === 'error after') {
    return `${wrong.code} after ${wrong.call} ${wrong.nth} took effect${wrong.sticky ? ', and from then on' : ''}`
  }
  const at = nameOf(wrong.point)
  if (wrong.how === 'error before') return `${wrong.code} at ${at}${wrong.sticky ? ', and from then on' : ''}`
  return `a ${wrong.how} of ${wrong.bytes} bytes at ${at}`
}
