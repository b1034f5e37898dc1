/**
 * Damage at rest: a bit that flipped, an end that is gone, a page of zeros, a file that is missing or stands in
 * another's place, in every class of file that a hub keeps. Then the hub's own parts open the directory, and all
 * that they would serve is laid beside the truth: records, balances, votes, keys, words, the other city's log.
 *
 * Damage may be refused with an error that says what, or found and made good, or make no difference. What must not
 * be is that something else is served than was kept. LevelDB is asked for less: words may be gone, or be those of
 * before, when its files are damaged, and no record is affected; that is why nothing but words is in its hands.
 */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { equalBytes, toHex } from '#ledger/bytes.ts'
import { digestOf } from '#ledger/state/digest.ts'
import { replay } from '#ledger/ledger.ts'
import { type Chance, chanceFrom } from './chance.ts'
import { hastyClock, openDirectory, silent } from './directory.ts'
import { type Play, wordsAfter } from './play.ts'
import { playOn } from './player.ts'
import { aStage, type Place } from './stage.ts'

type Outcome =
  /** The directory is not opened, and the error says why. */
  | 'refused'
  /** Found and made good, or taken for what it is (a backup, a copy to fetch again). */
  | 'repaired'
  /** All that is served is the truth. */
  | 'harmless'
  /** Words that LevelDB no longer finds. */
  | 'words gone'
  /** Words that were kept under this key before. */
  | 'words of before'
  /** Something else is served than was kept, or the error says nothing. */
  | 'WRONG'

export type DamageTally = {
  tried: number
  byClass: Record<string, Partial<Record<Outcome, number>>>
  wrong: string[]
}

type Damage = { file: string; what: string; apply(path: string): void }

const PAGE = 4_096
const SECTOR = 512

/** `flips` bits, spread evenly over the classes of files; `others` also truncates, zeroes, deletes and swaps. */
export async function damageMatrix(
  { flips, others = true, seed = 1, heard = () => {} }:
  { flips: number; others?: boolean; seed?: number; heard?: (tally: DamageTally) => void },
): Promise<DamageTally> {
  const stage = await aStage({ places: 1 })
  const tally: DamageTally = { tried: 0, byClass: {}, wrong: [] }
  try {
    const [place] = stage.places as [Place]
    await playOn(place.data, stage.play, () => {})
    const whole = `${place.root}.whole`
    execFileSync('cp', ['-a', place.root, whole])
    const truth = truthOf(stage.play)
    for (const damage of damages(whole, flips, others, chanceFrom(seed))) {
      rmSync(place.root, { recursive: true })
      execFileSync('cp', ['-a', whole, place.root])
      damage.apply(join(place.root, damage.file))
      const { outcome, because } = await served(place, stage.play, truth, join(whole, damage.file), damage.file)
      const row = (tally.byClass[classOf(damage.file)] ??= {})
      row[outcome] = (row[outcome] ?? 0) + 1
      tally.tried += 1
      if (outcome === 'WRONG') tally.wrong.push(`${because}, after ${damage.what} in ${damage.file}`)
      heard(tally)
    }
    return tally
  } finally {
    stage.clear()
  }
}

// What is done to a file

/** Every file belongs to a class by what it is for. */
export function classOf(file: string): string {
  const [, inside, ...rest] = file.split('/')
  const last = rest.at(-1) ?? ''
  if (file.startsWith('state/') || inside === 'run-word') return 'run word'
  if (inside === 'keys') return 'keys'
  if (inside === 'lock') return 'lock'
  if (inside === 'level') {
    return last.endsWith('.ldb') ? 'words: tables' : last.endsWith('.log') ? 'words: log' : last.startsWith('LOG') || last === 'LOCK' ? 'words: notes' : 'words: manifest'
  }
  const kind = last === 'mark' ? 'mark' : last.endsWith('.seg') ? 'segments' : last
  return rest.length === 0 ? inside ?? file : `${inside}: ${kind}`
}

function damages(root: string, flips: number, others: boolean, chance: Chance): Damage[] {
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort()
  const classes = Map.groupBy(files.filter((file) => statSync(join(root, file)).size > 0), classOf)
  const found: Damage[] = []
  for (let i = 0; i < flips; i++) {
    const ofClass = [...classes.values()][i % classes.size]!
    const file = chance.pick(ofClass)
    found.push(flip(file, chance.below(statSync(join(root, file)).size * 8)))
  }
  if (!others) return found
  const segments = files.filter((file) => /^data\/journal\/\d+\.seg$/.test(file))
  for (const file of files) {
    const { size } = statSync(join(root, file))
    for (let end = 0; end < size; end += SECTOR) found.push(cutAt(file, end))
    for (let from = 0; from < size; from += PAGE) found.push(zeroed(file, from))
    found.push({ file, what: 'its absence', apply: (path) => rmSync(path) })
  }
  for (const one of segments) {
    for (const other of segments.filter((name) => name > one)) found.push(exchanged(one, other))
  }
  return found
}

const flip = (file: string, bit: number): Damage => ({
  file, what: `a flip of bit ${bit}`,
  apply(path) {
    const bytes = readFileSync(path)
    bytes[bit >> 3]! ^= 1 << (bit & 7)
    writeFileSync(path, bytes)
  },
})

const cutAt = (file: string, end: number): Damage => ({ file, what: `a cut at ${end}`, apply: (path) => truncateSync(path, end) })

const zeroed = (file: string, from: number): Damage => ({
  file, what: `zeros from ${from}`,
  apply(path) {
    const bytes = readFileSync(path)
    bytes.fill(0, from, Math.min(bytes.length, from + PAGE))
    writeFileSync(path, bytes)
  },
})

const exchanged = (file: string, other: string): Damage => ({
  file, what: `an exchange with ${other}`,
  apply(path) {
    const beside = path.replace(file, other)
    renameSync(path, `${path}.held`)
    renameSync(beside, path)
    renameSync(`${path}.held`, beside)
  },
})

// What is then served

type Truth = { digest: string; words: Map<string, string>; everKept: Map<string, Set<string>> }

function truthOf(play: Play): Truth {
  const replayed = replay(play.records)
  if ('refusal' in replayed) throw new Error('the play itself is refused')
  const everKept = new Map<string, Set<string>>()
  for (const scene of play.scenes) {
    if (scene.does === 'keep words') everKept.set(scene.key, (everKept.get(scene.key) ?? new Set()).add(toHex(scene.value)))
  }
  return { digest: toHex(digestOf(replayed.state)), words: wordsAfter(play.scenes), everKept }
}

/** Errors that name what is wrong. Anything else that is thrown is a surprise of ours. */
const CLEAR = /^(LedgerCorrupt|RecordDamaged|JournalCorrupt|JournalError|KeystoreError|StoreError|DirectoryLockError|UnknownFormat)$/

async function served(
  place: Place, play: Play, truth: Truth, original: string, file: string,
): Promise<{ outcome: Outcome; because: string }> {
  const ports = { clock: hastyClock(() => 0), entropy: { bytes: (n: number) => new Uint8Array(n).fill(3) }, log: silent }
  let open
  try {
    open = await openDirectory(place.data, play, ports)
  } catch (error) {
    const { name, message } = error as Error
    return CLEAR.test(name) ? { outcome: 'refused', because: message } : { outcome: 'WRONG', because: `it stops with ${String(error)}` }
  }
  const wrong: string[] = []
  let gone = false
  let before = false
  try {
    const { writer, votes, store, mirror, keys } = open
    const records = writer.read(0, play.records.length)
    if (records.length !== play.records.length || !records.every((record, i) => equalBytes(record, play.records[i]!))) {
      wrong.push(`${records.length} records are served, of ${play.records.length}`)
    }
    if (toHex(digestOf(writer.state)) !== truth.digest) wrong.push('the books are others')
    for (const scene of play.scenes) {
      if (scene.does === 'vote' && votes.lockOf(scene.hub, scene.vote.slot) === undefined) wrong.push(`the vote on slot ${scene.vote.slot} is forgotten`)
      if (scene.does === 'sign document' && !equalBytes(votes.signedFor(scene.version)?.document ?? new Uint8Array(), scene.document)) {
        wrong.push(`document ${scene.version} is another`)
      }
    }
    const notes = play.scenes.flatMap((scene) => (scene.does === 'checkpoint' ? [scene.note] : []))
    if (writer.checkpoint !== notes.at(-1)) wrong.push('the checkpoint is another')
    const seeds = [keys.log, keys.order, keys.vote, keys.cosigner, keys.auditor, keys.peer].map(({ secret }) => toHex(secret))
    if (seeds.join() !== Object.values(play.keys).map(toHex).join()) wrong.push('a key is another')

    for await (const [key, value] of store.table('blobs').entries()) {
      if (truth.words.get(key) === toHex(value)) continue
      if (truth.everKept.get(key)?.has(toHex(value)) === true) before = true
      else wrong.push(`words ${key.slice(0, 8)} are others`)
    }
    for (const [key, value] of truth.words) {
      const kept = store.table('blobs').get(key)
      if (kept === undefined) gone = true
      else if (toHex(kept) !== value && truth.everKept.get(key)?.has(toHex(kept)) !== true) wrong.push(`words ${key.slice(0, 8)} are others`)
    }
    const noticed = mirror.records.length < play.abroad.records.length || !open.isLast
    if (wrong.length > 0) return { outcome: 'WRONG', because: wrong.join(' and ') }
    if (before) return { outcome: 'words of before', because: '' }
    if (gone) return { outcome: 'words gone', because: '' }
    if (noticed) return { outcome: 'repaired', because: '' }
  } catch (error) {
    const { name, message } = error as Error
    return CLEAR.test(name) ? { outcome: 'refused', because: message } : { outcome: 'WRONG', because: `it stops with ${String(error)}` }
  } finally {
    await open.close()
  }
  return { outcome: isSame(join(place.root, file), original) ? 'repaired' : 'harmless', because: '' }
}

function isSame(file: string, original: string): boolean {
  try {
    return equalBytes(readFileSync(file), readFileSync(original))
  } catch {
    return false
  }
}
