/**
 * Plays a play on a directory: goes on from wherever the log stands, and reports on standard output, line by
 * line, what the hub has answered for. This is the program that is killed, lied to and cut off from power; it ends
 * with `done`, or with exit code 3 when the disk would not take something for a long time.
 *
 *     node player.ts DATA PLAY
 */
import { writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { toHex } from '#ledger/bytes.ts'
import { leafHash } from '#ledger/merkle.ts'
import { orderIdOf } from '#ledger/federation.ts'
import type { Answer, Clock, Entropy, Log } from '#node/ports.ts'
import { type OpenDirectory, openDirectory } from './directory.ts'
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
/** The hub's own waits are this much shorter here. */
const FASTER = 100

class GaveUp extends Error {}

/** Plays every scene that has not been played; `report` hears of each that the hub answers for. */
export async function playOn(
  data: string, play: Play, report: (acknowledged: Acknowledged) => void, log?: Log,
): Promise<void> {
  let now = 0
  const clock: Clock = {
    now: () => now,
    after(ms, call) {
      const timer = setTimeout(call, ms / FASTER)
      return () => clearTimeout(timer)
    },
  }
  const entropy: Entropy = {
    // Sixteen bytes name the hub's own actions, of which it makes the day's tick here.
    bytes: (length) => (length === 16 ? play.tickIds.get(now) : undefined) ?? new Uint8Array(length).fill(1),
  }
  const ports = { clock, entropy, log: log ?? { info() {}, warn() {}, error() {} } }
  now = play.scenes.find((scene) => scene.does === 'act')!.ts
  let open = await openDirectory(data, play, ports)
  try {
    for (const scene of play.scenes) {
      if (scene.does === 'act') now = Math.max(now, scene.ts)
      if (scene.does === 'restart') {
        await open.close()
        open = await openDirectory(data, play, ports)
      } else await perform(open, play, scene, report)
    }
  } finally {
    await open.close()
  }
}

async function perform(
  { writer, votes, store, mirror }: OpenDirectory, play: Play, scene: Exclude<Scene, { does: 'restart' }>, report: (one: Acknowledged) => void,
): Promise<void> {
  switch (scene.does) {
    case 'act': {
      const size = writer.state.tree.size
      // Of what was never acknowledged the log may hold a part.
      const left = scene.actions.slice(Math.max(0, size - scene.first))
      await Promise.all(left.map(async ({ body, auth }) => {
        const answer = await persuaded(() => writer.submit(body, auth))
        report({ entry: answer.seq, leaf: toHex(leafHash(answer.record)) })
      }))
      return
    }
    case 'checkpoint':
      if (writer.state.tree.size < scene.size) throw new Error('the log is shorter than what it answered for')
      await insisted(async () => {
        if (!(await writer.keepCheckpoint(scene.note))) throw new Error('the checkpoint was not kept')
      })
      return report({ checkpoint: scene.size })
    case 'vote':
      await votes.bindVote(scene.hub, scene.vote)
      return report({ vote: scene.vote.slot, hub: scene.hub, order: toHex(orderIdOf(scene.vote.order)) })
    case 'sign document':
      await votes.bindDocument(scene.version, {
        document: scene.document, signatures: [{ hub: 0, signature: scene.signature }],
      })
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

/** The answer that it is recorded. Throws GaveUp when there is none for long, and at any other "no". */
async function persuaded(ask: () => Promise<Answer>): Promise<Extract<Answer, { ok: true }>> {
  for (let i = 0; i < TRIES; i++) {
    const answer = await ask()
    if (answer.ok) return answer
    if ('refusal' in answer) throw new Error(`the hub refuses what the play asks for: ${JSON.stringify(answer)}`)
    await sleep(BETWEEN_TRIES_MS)
  }
  throw new GaveUp('nothing is recorded here any more')
}

async function insisted(doing: () => Promise<void>): Promise<void> {
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
