/**
 * Plays a play on a directory: goes on from wherever the log stands, and reports on standard output, line by
 * line, what the hub has answered for. This is the program that is killed, lied to and cut off from power; it ends
 * with `done`, or with exit code 3 when the disk would not take something for a long time.
 *
 *     node player.ts DATA PLAY
 */
import { writeSync } from 'node:fs'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { toHex } from '#ledger/bytes.ts'
import { leafHash } from '#ledger/merkle.ts'
import { orderIdOf } from '#ledger/federation/federation.ts'
import type { Answer, Entropy, Log } from '#node/ports.ts'
import { hastyClock, type OpenDirectory, openDirectory, silent } from './directory.ts'
import { type Play, readPlay, type Scene } from './play.ts'

/** What the hub has answered for: from here on it must be true. */
export type Acknowledged =
  | { entry: number; leaf: string }
  | { checkpoint: number }
  | { vote: number; hub: string; order: string }
  | { document: number }
  | { words: string; value: string | null }
  | { mirrored: number }

/** Asked again so often while the disk says no, the hub having a moment in between to read it again. */
const TRIES = 40
const BETWEEN_TRIES_MS = 10

class GaveUp extends Error {}

/** Plays every scene that has not been played; `report` hears of each that the hub answers for. */
export async function playOn(
  data: string, play: Play, report: (acknowledged: Acknowledged) => void, log: Log = silent,
): Promise<void> {
  let now = play.scenes.find((scene) => scene.does === 'act')!.ts
  let open: OpenDirectory
  const clock = hastyClock(() => now)
  const entropy: Entropy = {
    // Sixteen bytes name an action of the hub's own: the one that is about to stand at the end of the log.
    bytes: (length) => (length === 16 ? play.ownIds.get(open?.writer.state.tree.size) : undefined) ?? new Uint8Array(length).fill(1),
  }
  const ports = { clock, entropy, log }
  open = await openDirectory(data, play, ports)
  try {
    for (let i = 0; i < play.scenes.length; i++) {
      const scene = play.scenes[i]!
      if ('ts' in scene) now = Math.max(now, scene.ts)
      if (scene.does === 'restart') {
        await open.close()
        open = await openDirectory(data, play, ports)
      } else if (scene.does === 'act') {
        // What follows at the same time comes before the first of it is answered.
        const acts = actsFrom(play.scenes, i)
        i += acts.length - 1
        await act(open, acts, report)
      } else await perform(open, play, scene, report)
    }
  } finally {
    await open.close()
  }
}

type Act = Extract<Scene, { does: 'act' }>

function actsFrom(scenes: Scene[], from: number): Act[] {
  const acts: Act[] = []
  for (const scene of scenes.slice(from)) {
    if (scene.does !== 'act' || (acts.length > 0 && scene.ts !== acts[0]!.ts)) break
    acts.push(scene)
  }
  return acts
}

/** One group after the other is sent off, each a turn of the event loop later, until all of them are recorded. */
async function act({ writer }: OpenDirectory, acts: Act[], report: (one: Acknowledged) => void): Promise<void> {
  const ended = acts.at(-1)!.first + acts.at(-1)!.actions.length
  for (let tries = 0; ; tries++) {
    // Of what was never acknowledged the log may hold a part.
    const isOnDisk = await writer.settled()
    const size = writer.state.tree.size
    if (isOnDisk && size >= ended) return
    if (tries === TRIES) throw new GaveUp('nothing is recorded here any more')
    if (tries > 0) await sleep(BETWEEN_TRIES_MS)
    // A state that the disk has not taken says nothing about what is left to do.
    if (!isOnDisk) continue
    const answers: Promise<Answer>[] = []
    // What comes later must not be recorded before what failed is asked again: the play knows one order.
    let failed = false
    for (const { first, actions } of acts) {
      if (failed) break
      for (const { body, auth } of actions.slice(Math.max(0, size - first))) {
        answers.push(writer.submit(body, auth).then((answer) => {
          if (answer.ok) report({ entry: answer.seq, leaf: toHex(leafHash(answer.record)) })
          else failed ||= 'unavailable' in answer
          return answer
        }))
      }
      await nextTurn()
    }
    const said = await Promise.all(answers)
    // What has seen an entry that the disk then refused is rightly refused itself, and asked again like the other.
    const refused = said.find((answer) => !answer.ok && 'refusal' in answer)
    if (refused !== undefined && !failed) throw new Error(`the hub refuses what the play asks for: ${JSON.stringify(refused)}`)
  }
}

async function perform(
  { writer, votes, store, mirror }: OpenDirectory, play: Play, scene: Exclude<Scene, { does: 'restart' | 'act' }>, report: (one: Acknowledged) => void,
): Promise<void> {
  switch (scene.does) {
    case 'restore': {
      if (writer.state.tree.size > scene.first) return
      writer.setShut('restoring')
      const answer = await insisted(async () => {
        const said = await writer.restore(scene.own)
        if (!said.ok && writer.state.tree.size <= scene.first) throw new Error('the restore was not recorded')
        return said
      })
      writer.setShut(null)
      if (answer.ok) report({ entry: answer.seq, leaf: toHex(leafHash(answer.record)) })
      return
    }
    case 'checkpoint':
      if (writer.state.tree.size < scene.size) throw new Error('the log is shorter than what it answered for')
      await insisted(async () => {
        if (!(await writer.keepCheckpoint(scene.note))) throw new Error('the checkpoint was not kept')
      })
      return report({ checkpoint: scene.size })
    case 'vote':
      await soon(votes.bindVote(scene.hub, scene.vote))
      return report({ vote: scene.vote.slot, hub: scene.hub, order: toHex(orderIdOf(scene.vote.order)) })
    case 'sign document':
      await soon(votes.bindDocument(scene.version, {
        document: scene.document, signatures: [{ hub: 0, signature: scene.signature }],
      }))
      return report({ document: scene.version })
    case 'keep words':
      await insisted(() => store.table('blobs').put(scene.key, scene.value))
      return report({ words: scene.key, value: toHex(scene.value) })
    case 'erase words':
      await insisted(() => store.table('blobs').del(scene.key))
      return report({ words: scene.key, value: null })
    case 'mirror': {
      const { abroad: { records } } = play
      const from = mirror.records.length
      const fetched = records.slice(from, from + scene.count)
      await mirror.append(fetched)
      mirror.records.push(...fetched)
      return report({ mirrored: mirror.records.length })
    }
  }
}

/** What the hub waits for as long as it takes, this play does not; a slow machine is no refusal. */
const SOON_MS = 10_000
const soon = <T>(doing: Promise<T>): Promise<T> => Promise.race([
  doing,
  sleep(SOON_MS, undefined, { ref: false }).then((): never => { throw new GaveUp('nothing can be promised here any more') }),
])

async function insisted<T>(doing: () => Promise<T>): Promise<T> {
  for (let i = 0; i < TRIES; i++) {
    try {
      return await doing()
    } catch {
      await sleep(BETWEEN_TRIES_MS)
    }
  }
  throw new GaveUp('nothing is kept here any more')
}

/** Not console.log: an acknowledgement still in a buffer when the kill comes was heard by nobody. */
const say = (line: string): void => void writeSync(1, `${line}\n`)

if (import.meta.main) {
  const [data, play] = process.argv.slice(2)
  if (data === undefined || play === undefined) throw new Error('player.ts DATA PLAY')
  try {
    await playOn(data, readPlay(play), (one) => say(JSON.stringify(one)))
    say('done')
  } catch (error) {
    process.stderr.write(`${(error as Error).stack}\n`)
    process.exitCode = error instanceof GaveUp ? 3 : 2
  }
}
