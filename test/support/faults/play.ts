/**
 * A play: what a hub is asked to do, written down beforehand, and what must then stand on its disk, byte for byte.
 *
 * It is made of the two towns of `every-kind.ts`. Chengdu is the hub whose disk suffers: its records are acted
 * again through the real writer, which must come to the same leaves, since clock and chance are the play's. So
 * after any accident there is one question to ask of a log: is it the beginning of this one, and does it reach as
 * far as was acknowledged? Barcelona is another city: its log is mirrored here, and its orders are voted on.
 *
 * Keys are made of names and protect nothing.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import type { Hex, Kind, Origin } from '#ledger/action.ts'
import { toHex, utf8 } from '#ledger/bytes.ts'
import type { Auth } from '#ledger/entry.ts'
import { encodeDocument, signOrder } from '#ledger/federation/federation.ts'
import { sign } from '#ledger/keys.ts'
import { keyLine } from '#node/disk/keystore.ts'
import type { Own } from '#node/ports.ts'
import type { SlotVote } from '#protocol/message.ts'
import { everyKind, type TwoTowns } from '../every-kind.ts'
import { checkpointOf, groupsOf } from '../exports.ts'
import { bytesFor, type Town } from '../towns.ts'

/** One thing the hub is asked for; each is reported once the hub has answered for it. */
export type Scene =
  /** Actions that arrive in the same moment; `first` is where they will stand in the log. */
  | { does: 'act'; ts: number; first: number; actions: { body: Uint8Array; auth: Auth[] }[] }
  /** A restore is recorded behind a shut door. */
  | { does: 'restore'; ts: number; first: number; own: Own<'hub.restored'> }
  | { does: 'checkpoint'; note: string; size: number }
  | { does: 'vote'; hub: Origin; vote: SlotVote }
  | { does: 'sign document'; version: number; document: Uint8Array; signature: Uint8Array }
  | { does: 'keep words'; key: string; value: Uint8Array }
  | { does: 'erase words'; key: string }
  /** Records of the other city, as they are fetched. */
  | { does: 'mirror'; count: number }
  /** A clean stop and a new start. */
  | { does: 'restart' }

export type Play = {
  origin: Origin
  hubId: Uint8Array
  /** File name under `keys/` to seed. */
  keys: Record<string, Uint8Array>
  /** Entry 0 and its seal, as `foundHub` would have left them. */
  founding: { record: Uint8Array; seal: Uint8Array }
  scenes: Scene[]
  /** Every record the log holds at the end. */
  records: Uint8Array[]
  /** The ids of the hub's own actions by their place in the log: what chance gives this hub. */
  ownIds: Map<number, Uint8Array>
  abroad: { origin: Origin; hubId: Uint8Array; records: Uint8Array[] }
}

/** How many actions arrive together, over and over. */
const GROUP_SIZES = [1, 3, 1, 2, 6, 1]

export function aPlay(towns: TwoTowns = everyKind()): Play {
  const { chengdu, barcelona } = towns
  const { log, order, vote, cosigner, auditor, peer } = chengdu.secrets
  const [record, seal] = groupsOf(chengdu, 1)
  const own = chengdu.entries.filter(({ action: { kind } }) => daily.has(kind) || kind === 'hub.restored')
  return {
    origin: chengdu.card.origin,
    hubId: chengdu.id,
    keys: { log, order, vote, cosigner, auditor, libp2p: peer },
    founding: { record: record!.bytes, seal: seal!.bytes },
    scenes: scenesOf(chengdu, barcelona),
    records: chengdu.entries.map(({ bytes }) => bytes),
    ownIds: new Map(own.map(({ seq, action }) => [seq, Buffer.from(action.id, 'hex')])),
    abroad: { origin: barcelona.card.origin, hubId: barcelona.id, records: barcelona.entries.map(({ bytes }) => bytes) },
  }
}

function scenesOf(town: Town, abroad: Town): Scene[] {
  const groups = actionsOf(town)
  const votes = votesOn(town, abroad)
  const between: Scene[][] = [...wordsAndMore(town), ...votes.map((vote) => [vote])]
  const scenes: Scene[] = []
  let size = 1
  for (const [turn, group] of groups.entries()) {
    scenes.push(...(between[turn] ?? []), group)
    size = group.first + (group.does === 'act' ? group.actions.length : 1)
    if (turn % 4 === 3) scenes.push({ does: 'checkpoint', note: checkpointOf(town, [abroad], size), size })
    if (turn % 3 === 1) scenes.push({ does: 'mirror', count: 4 })
    if (turn === Math.floor(groups.length / 2)) scenes.push({ does: 'restart' })
  }
  scenes.push(...between.slice(groups.length).flat(), { does: 'checkpoint', note: checkpointOf(town, [abroad]), size })
  return scenes
}

/** What the writer makes by itself when a day begins. */
const daily: ReadonlySet<Kind> = new Set<Kind>(['tick', 'state.digest'])

/** The town's records but the founding and those. */
function actionsOf(town: Town): Recording[] {
  const groups: Recording[] = []
  let group: Extract<Scene, { does: 'act' }> | null = null
  let room = 0
  for (const { action, body, auth, seq, ts } of town.entries.slice(1)) {
    if (daily.has(action.kind)) {
      group = null
    } else if (action.kind === 'hub.restored') {
      const { generation, size, root, givenUp, approvals } = action
      groups.push({ does: 'restore', ts, first: seq, own: { generation, size, root, givenUp, approvals } })
      group = null
    } else {
      if (group === null || room === 0) {
        room = GROUP_SIZES[groups.length % GROUP_SIZES.length]!
        group = { does: 'act', ts, first: seq, actions: [] }
        groups.push(group)
      }
      group.actions.push({ body, auth })
      room -= 1
    }
  }
  return groups
}

type Recording = Extract<Scene, { does: 'act' | 'restore' }>

/** This hub's vote on every order of the other city, and its signature under the first document. */
function votesOn(town: Town, abroad: Town): Scene[] {
  const federation = town.state.federation!
  const { document, hash } = federation.documents[0]!
  const signed: Scene = {
    does: 'sign document', version: 1, document: encodeDocument(document),
    signature: sign(town.secrets.vote, 'fed', federation.id, hash),
  }
  const votes = abroad.state.chain.slots.map(({ bytes, order }, slot): Scene => {
    const place = { origin: abroad.card.origin, slot, order: Buffer.from(abroad.state.chain.slots[slot]!.orderId, 'hex') }
    const signature = signOrder(abroad.secrets.order, federation.id, place)
    return { does: 'vote', hub: abroad.card.origin, vote: { slot: order.slot, epoch: 1, order: bytes, signature } }
  })
  return [signed, ...votes]
}

/** Words beside the record: some are kept, some are written again, some are erased. */
function wordsAndMore(town: Town): Scene[][] {
  const text = (i: number, length: number): Uint8Array => utf8(`${town.name} says ${i} ${'在'.repeat(length)}`)
  return Array.from({ length: 12 }, (_, i): Scene[] => {
    const key = toHex(bytesFor(`words ${i}`))
    if (i % 4 !== 3) return [{ does: 'keep words', key, value: text(i, i * 40) }]
    const before = toHex(bytesFor(`words ${i - 1}`))
    return [{ does: 'erase words', key: before }, { does: 'keep words', key: toHex(bytesFor('words 0')), value: text(i, 3) }]
  })
}

// On the way to the program that acts it

export function writePlay(file: string, play: Play): void {
  writeFileSync(file, serialize(play))
}

export const readPlay = (file: string): Play => deserialize(readFileSync(file)) as Play

/** The play's keys in `data`, as a keystore would have left them. */
export function writeKeys(data: string, { keys }: Play): void {
  mkdirSync(join(data, 'keys'), { recursive: true, mode: 0o700 })
  for (const [name, seed] of Object.entries(keys)) {
    writeFileSync(join(data, 'keys', name), keyLine(seed), { mode: 0o600 })
  }
}

/** What stands under each key of the words once every scene has been played. */
export function wordsAfter(scenes: Scene[]): Map<string, Hex> {
  const words = new Map<string, Hex>()
  for (const scene of scenes) {
    if (scene.does === 'keep words') words.set(scene.key, toHex(scene.value))
    if (scene.does === 'erase words') words.delete(scene.key)
  }
  return words
}
