import { afterAll, beforeAll, expect, test } from 'vitest'
import { claimHolds, type SignatureClaim } from '#ledger/claims.ts'
import { encodeRecord, parseRecord } from '#ledger/entry.ts'
import { keyIdOf, sign } from '#ledger/keys.ts'
import { restoreApproval } from '#ledger/rules/restore.ts'
import { generationOf } from '#ledger/state/state.ts'
import { toHex, utf8 } from '#ledger/bytes.ts'
import { installNativeCrypto, uninstallNativeCrypto } from '#node/signatures/native-crypto.ts'
import type { Network } from '#node/wire/network.ts'
import type { Clock, Log, MirrorStore, Writer } from '#node/ports.ts'
import { type ReplicaPorts, startReplicas } from '#node/cities/logs/replicas.ts'
import { systemClock } from '#node/system-clock.ts'
import type { Votes } from '#node/cities/settlement/votes.ts'
import { HEAD_EVERY_MS, LOGS_COMPARED_MAX } from '#protocol/limits.ts'
import { logAnswers, logRequests } from '#protocol/message.ts'
import { checkpointOf } from '#test/support/exports.ts'
import { helpOnce } from '#test/support/people.ts'
import { aMember, aRegion, recorded, type Town } from '#test/support/towns.ts'
import { branchOf } from '#test/support/two-histories.ts'

beforeAll(installNativeCrypto)
afterAll(uninstallNativeCrypto)

/** Copies that nobody reads again, and a log that nobody reads. */
const mirrors: MirrorStore = {
  open: async () => ({ append: async () => {}, read: () => new Uint8Array(), close: async () => {} }), async discard() {},
}
const log: Log = { info() {}, warn() {}, error() {} }

/** Barcelona, in whose log people join and help each other after it has met Chengdu. */
function twoTowns(): { chengdu: Town; barcelona: Town; joined: number } {
  const { towns: [chengdu, barcelona] } = aRegion(['chengdu', 'barcelona'])
  const joined = barcelona.entries.length
  const [ana, bo] = [aMember(barcelona, 'ana'), aMember(barcelona, 'bo')]
  for (let i = 0; i < 150; i++) helpOnce(barcelona, ana, bo, { minutes: 5 })
  return { chengdu, barcelona, joined }
}

/** Follows Barcelona from Chengdu, whose records are answered with in pages of `pageRecords`. */
async function followed(
  { chengdu, barcelona }: { chengdu: Town; barcelona: Town }, records: Uint8Array[],
  { pageRecords = 50, ...ports }: { pageRecords?: number } & Pick<ReplicaPorts, 'verify'> = {},
) {
  const kept: Uint8Array[] = []
  const said: string[] = []
  const pagesAt: number[] = []
  const head = { type: 'head' as const, size: records.length, generation: 0, note: utf8(checkpointOf(barcelona)) }
  const network: Pick<Network, 'request' | 'subscribe' | 'unsubscribe' | 'publish' | 'onConnected'> = {
    async request(_peer, _protocol, bytes) {
      const asked = logRequests.parse(bytes)!
      if (asked.type !== 'records') return logAnswers.encode(head)
      pagesAt.push(asked.from)
      const page = records.slice(asked.from, asked.from + pageRecords)
      return logAnswers.encode({ type: 'records', records: page, end: asked.from + page.length >= records.length })
    },
    subscribe() {},
    unsubscribe() {},
    async publish() {},
    onConnected() {},
  }
  const mirrors: MirrorStore = {
    async open() {
      return {
        append: async (more) => void kept.push(...more), read: (seq) => kept[seq]!, close: async () => {},
      }
    },
    async discard() {},
  }
  const log: Log = { info() {}, warn() {}, error: (_, about) => void said.push(String(about?.['because'])) }
  const replicas = startReplicas({
    writer: { state: chengdu.state } as Writer, network: network as Network, mirrors, votes: {} as Votes,
    clock: systemClock, log, ...ports,
  })
  await replicas.catchUp(barcelona.card.origin, records.length)
  const replica = replicas.of(barcelona.card.origin)!
  await replicas.stop()
  return { replica, kept, said, pagesAt }
}

/** A pool that is asked later than it answers, and remembers what it was asked. */
function aPool() {
  const asked: SignatureClaim[] = []
  return {
    asked,
    async verify(claims: SignatureClaim[]): Promise<boolean[]> {
      asked.push(...claims)
      await new Promise((resolve) => setTimeout(resolve, 2))
      return claims.map(claimHolds)
    },
  }
}

function withFalseSignature(record: Uint8Array): Uint8Array {
  const { origin, seq, prev, ts, body, auth: [auth] } = parseRecord(record)!
  const signature = auth!.signature.map((byte, i) => (i === 3 ? byte ^ 4 : byte))
  return encodeRecord({ origin, seq, prev, ts, body, auth: [{ keyId: auth!.keyId, signature }] })
}

const towns = twoTowns()
const records = towns.barcelona.entries.map(({ bytes }) => bytes)

test('a log is read to its end, and its signatures are verified in the pool as far as it is known whose they are', async () => {
  const pool = aPool()
  const { replica, kept, pagesAt } = await followed(towns, records, { verify: pool.verify })
  expect(replica.size).toBe(records.length)
  expect(replica.note).toBe(checkpointOf(towns.barcelona))
  expect(kept).toEqual(records)
  // One record by itself, since nothing is known before it; then pages, each fetched once.
  expect(pagesAt).toEqual([0, 1, ...Array.from({ length: pagesAt.length - 2 }, (_, i) => 51 + 50 * i)])
  expect(pool.asked.length).toBeGreaterThan(records.length / 2)
})

test('it is read the same without a pool', async () => {
  const { replica, kept } = await followed(towns, records)
  expect([replica.size, replica.halted]).toEqual([records.length, null])
  expect(kept).toEqual(records)
})

const places = [1, 50, 51, towns.joined, towns.joined + 1, 120, 121, 299]
for (const [name, ports] of [['with a pool', () => ({ verify: aPool().verify })], ['without', () => ({})]] as const) {
  test.each(places)(`the record %i with a false signature ends it there, ${name}`, async (place) => {
    const forged = records.map((record, seq) => (seq === place ? withFalseSignature(record) : record))
    const { replica, kept, said } = await followed(towns, forged, ports())
    expect(replica.size).toBe(place)
    expect(kept).toEqual(records.slice(0, place))
    expect(said).toEqual([`its record ${place} is refused: wrong-signature`])
    expect(replica.halted).toBe(said[0])
  })
}

test('a member who joined in the same page is verified in turn, and a false word of theirs is refused', async () => {
  const place = towns.barcelona.entries.findIndex(({ action }) => action.kind === 'help.recorded')
  const forged = records.map((record, seq) => (seq === place ? withFalseSignature(record) : record))
  const pool = aPool()
  const { replica } = await followed(towns, forged, { pageRecords: 1_000, verify: pool.verify })
  expect(replica.halted).toBe(`its record ${place} is refused: wrong-signature`)
})

test('a pool that cannot say takes nothing in', async () => {
  const { replica, kept } = await followed(towns, records, { verify: () => Promise.reject(new Error('a thread died')) })
  expect(replica.size).toBe(0)
  expect(replica.halted).toBeNull()
  expect(kept).toEqual([])
})

/** The town goes on from a backup at its present size, as its steward says. */
function restore(town: Town): void {
  const to = { generation: generationOf(town.state) + 1, size: town.state.tree.size, root: town.state.tree.root(), givenUp: null }
  const { acct, device, secret } = town.steward
  const signature = sign(secret, 'appr', town.id, restoreApproval(to))
  recorded(town, { kind: 'hub.restored', ...to, approvals: [{ steward: acct, keyId: keyIdOf(device), signature }] })
}

/** Follows one town after the other as the same hub's log; `generation` is what its head says. */
async function followedThrough(follower: Town, shown: { town: Town; generation: number }[]) {
  let now = shown[0]!
  const forks: string[] = []
  const network: Pick<Network, 'request' | 'subscribe' | 'unsubscribe' | 'publish' | 'onConnected'> = {
    async request(_peer, _protocol, bytes) {
      const asked = logRequests.parse(bytes)!
      const all = now.town.entries.map(({ bytes: record }) => record)
      return asked.type === 'records'
        ? logAnswers.encode({ type: 'records', records: all.slice(asked.from), end: true })
        : logAnswers.encode({ type: 'head', size: all.length, generation: now.generation, note: utf8(checkpointOf(now.town)) })
    },
    subscribe() {},
    unsubscribe() {},
    async publish() {},
    onConnected() {},
  }
  const votes = { keepFork: async ({ origin }: { origin: string }) => void forks.push(origin) } as unknown as Votes
  const replicas = startReplicas({
    writer: { state: follower.state } as Writer, network: network as Network, mirrors, votes, clock: systemClock, log,
  })
  for (const next of shown) {
    now = next
    await replicas.readToEnd(next.town.card.origin, 15_000)
  }
  const replica = replicas.of(now.town.card.origin)!
  await replicas.stop()
  return { replica, forks }
}

test('a log that goes back behind what was read is followed on, as often as it says so in its record', async () => {
  const { towns: [chengdu, barcelona] } = aRegion(['chengdu', 'barcelona'])
  const shown = [{ town: barcelona, generation: 0 }]
  for (const generation of [1, 2, 3]) {
    const kept = branchOf(shown.at(-1)!.town)
    aMember(shown.at(-1)!.town, `lost ${generation}`)
    restore(kept)
    shown.push({ town: kept, generation })
  }
  const { replica, forks } = await followedThrough(chengdu, shown)
  expect([replica.halted, forks, generationOf(replica.state!)]).toEqual([null, [], 3])
  expect(replica.note).toBe(checkpointOf(shown.at(-1)!.town))
})

test('a restore excuses no second history that comes after it, whatever generation its hub says it is in', async () => {
  const { towns: [chengdu, barcelona] } = aRegion(['chengdu', 'barcelona'])
  restore(barcelona)
  const other = branchOf(barcelona)
  aMember(barcelona, 'ana')
  aMember(other, 'bo')
  const { replica, forks } = await followedThrough(chengdu, [{ town: barcelona, generation: 1 }, { town: other, generation: 2 }])
  expect(replica.halted).toContain('its records are not those of its checkpoint')
  expect(forks).toEqual([barcelona.card.origin])
})

test('a log that shows nothing new is asked about more and more seldom, up to a minute, and often again when there is news', async () => {
  const { towns: [chengdu, barcelona] } = aRegion(['chengdu', 'barcelona'])
  let turn = 0
  let isReachable = true
  const askedAt: number[] = []
  const network: Pick<Network, 'request' | 'subscribe' | 'unsubscribe' | 'publish' | 'onConnected'> = {
    async request(_peer, _protocol, bytes) {
      const asked = logRequests.parse(bytes)!
      const all = barcelona.entries.map((entry) => entry.bytes)
      if (asked.type === 'records') return logAnswers.encode({ type: 'records', records: all.slice(asked.from), end: true })
      askedAt.push(turn)
      if (!isReachable) throw new Error('the line is cut')
      return logAnswers.encode({ type: 'head', size: all.length, generation: 0, note: utf8(checkpointOf(barcelona)) })
    },
    subscribe() {},
    unsubscribe() {},
    async publish() {},
    onConnected() {},
  }
  let nextTurn = (): void => {}
  const clock: Clock = {
    now: systemClock.now,
    after(ms, call) {
      if (ms === HEAD_EVERY_MS) nextTurn = call
      else setImmediate(call)
      return () => {}
    },
  }
  const replicas = startReplicas({ writer: { state: chengdu.state } as Writer, network: network as Network, mirrors, votes: {} as Votes, clock, log })
  const origin = barcelona.card.origin
  const turns = async (count: number): Promise<number[]> => {
    askedAt.length = 0
    for (let i = 0; i < count; i++) {
      turn += 1
      nextTurn()
      // A round of one small page takes a few turns of the loop.
      for (let j = 0; j < 20; j++) await new Promise(setImmediate)
    }
    return [...askedAt]
  }
  await replicas.readToEnd(origin, 15_000)
  expect(await turns(20)).toEqual([2, 6, 12, 18])

  aMember(barcelona, 'ana')
  expect(await turns(10)).toEqual([24, 25, 27])
  expect(replicas.of(origin)!.size).toBe(barcelona.entries.length)

  // Who does not answer is asked at every turn.
  isReachable = false
  expect(await turns(10)).toEqual([31, 32, 33, 34, 35, 36, 37, 38, 39, 40])
  await replicas.stop()
})

test('each neighbour is asked about all other logs, some at a time, however many neighbours are asked in between', async () => {
  const { towns } = aRegion(['chengdu', ...Array.from({ length: 2 * LOGS_COMPARED_MAX + 1 }, (_, i) => `city-${i}`)])
  const [chengdu, near, next] = towns as [Town, Town, Town]
  const asked = new Map<string, Set<string>>([near, next].map(({ card }) => [toHex(card.peerKey), new Set()]))
  const network: Pick<Network, 'request' | 'subscribe' | 'unsubscribe' | 'publish' | 'onConnected'> = {
    async request(peer, _protocol, bytes) {
      const question = logRequests.parse(bytes)!
      if (question.type === 'held') asked.get(peer)!.add(question.origin)
      return logAnswers.encode({ type: 'nothing' })
    },
    subscribe() {},
    unsubscribe() {},
    async publish() {},
    onConnected() {},
  }
  const replicas = startReplicas({ writer: { state: chengdu.state } as Writer, network: network as Network, mirrors, votes: {} as Votes, clock: systemClock, log })
  for (const peer of [...asked.keys(), ...asked.keys()]) await replicas.compareWith(peer)
  await replicas.stop()
  const others = (self: Town): Set<string> => new Set(towns.filter((one) => one !== chengdu && one !== self).map(({ card }) => card.origin))
  expect([...asked.values()]).toEqual([others(near), others(next)])
})
