/**
 * Pictures of listings, by their hash: members' own in the Store, other cities' fetched when somebody looks at them.
 *
 * A picture of another city is asked for at the hub whose listing names it, over `/cv/picture/1`, and counts only when
 * it hashes to what was asked and is a picture (`protocol/picture.ts`). It is kept in memory as long as there is room,
 * and asked for again after a start: a hub keeps its own members' pictures and nobody else's. Another hub is given what
 * a listing names that it may have itself. What no open listing names for a day or two is thrown away.
 */
import type { Hex, Origin } from '#ledger/action.ts'
import { fromHex, toHex } from '#ledger/bytes.ts'
import { sha256 } from '#ledger/hash.ts'
import type { Listing } from '#protocol/listing.ts'
import { PICTURE_BYTES_MAX, PICTURE_PROTOCOL, PICTURE_REQUEST_BYTES, type PictureFault, pictureFault } from '#protocol/picture.ts'
import { bucketsOf } from '../bucket.ts'
import type { Clock, Log, Writer } from '../ports.ts'
import type { Store, Write } from '../store.ts'
import type { Network, PeerKey } from '../wire/network.ts'
import { neighbour, neighbourAt, peerOf } from './cities.ts'

export type PicturePorts = {
  writer: Pick<Writer, 'state'>
  store: Store
  network: Network
  /** Every open listing here. */
  listings(): Iterable<{ listing: Listing }>
  clock: Clock
  log: Log
  /** Other cities' pictures held in memory at most. */
  fetchedBytesMax?: number
}

export type Pictures = {
  /** Keeps a member's picture. Rejects with a StoreError. */
  keep(by: Hex, bytes: Uint8Array): Promise<{ ok: true; hash: Hex } | { ok: false; because: PictureFault | 'too-many-pictures' }>
  /** From here, or from the hub whose listing names it; null when nobody has it, or no open listing names it. */
  find(hash: Hex): Promise<Uint8Array | null>
  stop(): void
}

const FETCHED_BYTES_MAX = 32 * 1_048_576
const PER_MEMBER = { most: 24, perHour: 2 }
const REQUESTS_PER_PEER = { most: 200, perHour: 1_200 }
const SWEEP_EVERY_MS = 86_400_000
const TIMEOUT_MS = 20_000

export async function startPictures(
  { writer, store, network, listings, clock, log, fetchedBytesMax = FETCHED_BYTES_MAX }: PicturePorts,
): Promise<Pictures> {
  const rows = store.table('pictures')
  const fetched = new Map<Hex, Uint8Array>()
  /** Asked for once at a time, however many look at a listing at once. */
  const asking = new Map<Hex, Promise<Uint8Array | null>>()
  const kept = bucketsOf(PER_MEMBER, clock)
  const asked = bucketsOf(REQUESTS_PER_PEER, clock)
  /** Not named when the last sweep came by: they go with the next. */
  let unnamed = new Set<string>()
  let cancel = (): void => {}

  const namedBy = function* (hash: Hex): Generator<Listing> {
    for (const { listing } of listings()) if (listing.images.some((one) => toHex(one) === hash)) yield listing
  }

  async function fetchFrom(hub: Origin, hash: Hex): Promise<Uint8Array | null> {
    const card = neighbour(writer.state, hub)
    if (card === undefined || !network.connected().includes(peerOf(card))) return null
    const bytes = await network.request(peerOf(card), PICTURE_PROTOCOL, fromHex(hash)!, { answerBytesMax: PICTURE_BYTES_MAX, timeoutMs: TIMEOUT_MS })
    if (bytes.length === 0) return null
    const isIt = toHex(sha256(bytes)) === hash && pictureFault(bytes) === null
    if (!isIt) log.warn('another city answered with something that is not the picture of its listing', { hub })
    return isIt ? bytes : null
  }

  function hold(hash: Hex, bytes: Uint8Array): void {
    fetched.set(hash, bytes.slice())
    let held = [...fetched.values()].reduce((sum, { length }) => sum + length, 0)
    for (const [oldest, { length }] of fetched) {
      if (held <= fetchedBytesMax) break
      fetched.delete(oldest)
      held -= length
    }
  }

  async function findAbroad(hash: Hex): Promise<Uint8Array | null> {
    for (const { hub } of namedBy(hash)) {
      const bytes = hub === writer.state.hub.origin ? null : await fetchFrom(hub, hash).catch(() => null)
      if (bytes === null) continue
      hold(hash, bytes)
      return bytes
    }
    return null
  }

  async function answer(peer: PeerKey, request: Uint8Array): Promise<Uint8Array> {
    const nothing = new Uint8Array()
    const asker = neighbourAt(writer.state, peer)
    if (asker === undefined || request.length !== PICTURE_REQUEST_BYTES || !asked.take(peer)) return nothing
    const { state } = writer
    for (const { hub, scope } of namedBy(toHex(request))) {
      const mayHave = hub === state.hub.origin && (scope === 'federation' || (scope === 'peers' && state.trust.has(asker.origin)))
      if (mayHave) return rows.get(toHex(request)) ?? nothing
    }
    return nothing
  }

  async function sweep(): Promise<void> {
    const named = new Set<string>()
    for (const { listing } of listings()) for (const image of listing.images) named.add(toHex(image))
    const gone: Write[] = []
    const next = new Set<string>()
    for await (const [hash] of rows.entries()) {
      if (named.has(hash)) continue
      if (unnamed.has(hash)) gone.push({ type: 'del', key: hash })
      else next.add(hash)
    }
    unnamed = next
    await rows.batch(gone)
  }

  function sweepInTurn(): void {
    cancel = clock.after(SWEEP_EVERY_MS, () => {
      sweep().catch((error: unknown) => log.warn('pictures that nobody names are still here', { error: String(error) }))
      sweepInTurn()
    })
  }
  sweepInTurn()
  await network.serve(PICTURE_PROTOCOL, {
    handler: answer, requestBytesMax: PICTURE_REQUEST_BYTES, answerBytesMax: PICTURE_BYTES_MAX, streamsPerPeerMax: 4, openToStrangers: false,
  })

  return {
    async keep(by, bytes) {
      const fault = pictureFault(bytes)
      if (fault !== null) return { ok: false, because: fault }
      const hash = toHex(sha256(bytes))
      if (rows.get(hash) !== undefined) return { ok: true, hash }
      if (!kept.take(by)) return { ok: false, because: 'too-many-pictures' }
      await rows.put(hash, bytes)
      return { ok: true, hash }
    },
    async find(hash) {
      const near = rows.get(hash) ?? fetched.get(hash)
      if (near !== undefined) return near
      const under = asking.get(hash) ?? findAbroad(hash).finally(() => asking.delete(hash))
      asking.set(hash, under)
      return under
    },
    stop: () => cancel(),
  }
}
