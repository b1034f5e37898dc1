/**
 * The feed: listings in and out. It drives `protocol/board.ts` and `verdict.ts` and answers `sync.ts`: members
 * post, topics bring, boards are compared (`board-sync.ts`); all three ways meet one judge and one board. What is on the board is kept in the Store, so a hub that was off knows it again.
 *
 *   startFeed({ writer, store, network, clock, log, logSecret, membersOf?, syncEveryMs?, retryMs? })
 *     → { post, listings, listing, onChange, stop }
 *
 * A hub without a network or a federation has a complete board of its own. When it federates later, its
 * neighbours find what it already has by comparing boards, and it tells them that there is something.
 * Listings of scope `hub` are never put on a topic nor into an answer; those of scope `peers` go in
 * answers only, and only to hubs we have a trust row for.
 */
import type { Hex, Origin } from '#ledger/action.ts'
import { equalBytes, fromUtf8, toHex } from '#ledger/bytes.ts'
import { keyIdOf } from '#ledger/keys.ts'
import { keyOf } from '#ledger/ledger.ts'
import { isActive } from '#ledger/rules/status.ts'
import {
  byId, countChange, emptyBoard, find, type Kept, live, merge, peersOf, sweep,
} from '#protocol/board.ts'
import { encodeListingMessage } from '#protocol/gossip.ts'
import {
  encodeEnvelope, isSignedListing, type Listing, listingHash, parseListing, scopes, sealListing,
} from '#protocol/listing.ts'
import { emptyTree } from '#protocol/range-tree.ts'
import {
  answerTo, changedAnswer, encodeSyncRefusal, encodeSyncRequest, parseSyncRequest, SYNC_ANSWER_BYTES_MAX,
  SYNC_PROTOCOL, SYNC_REQUEST_BYTES_MAX,
} from '#protocol/sync.ts'
import { listTopic, regionsOf } from '#protocol/topic.ts'
import { type Ignored, type Judgement, type Rejected, type Scene, verdictOn, type Way } from '#protocol/verdict.ts'
import { type BoardSync, startBoardSync } from './board-sync.ts'
import { bucketsOf } from '../bucket.ts'
import { membershipOf, neighbour, neighbourAt, neighboursOf, peerOf } from './cities.ts'
import { openShelf } from './listing-shelf.ts'
import type { Network, PeerKey, Verdict } from '../wire/network.ts'
import type { Clock, Log, Writer } from '../ports.ts'
import { type Store, StoreError } from '../store.ts'

export type FeedPorts = {
  writer: Pick<Writer, 'state' | 'onRecorded'>
  store: Store
  /** Null: a hub that is nobody's neighbour. */
  network: Network | null
  clock: Clock
  log: Log
  /** Seals members' listings. */
  logSecret: Uint8Array
  /** How many attested members another hub has, where somebody here has counted; null where nobody has. */
  membersOf?: (hub: Origin) => number | null
  /** Between two comparisons of boards. */
  syncEveryMs?: number
  /** Before the first retry of one that failed; each later one waits three times as long. */
  retryMs?: number
}

/** A listing as pages need it. `body` is null when there is none, or its bytes are no text. */
export type ShownListing = { envelope: Uint8Array; listing: Listing; body: string | null; heardTs: number }

export type Post = { listing: Uint8Array; device: Uint8Array; signature: Uint8Array; body: Uint8Array | null }
/** Why a member's own listing is not taken, besides what the judge says of anybody's. */
export type PostFault =
  | 'wrong-hub' | 'not-attested' | 'unknown-device' | 'not-text' | 'not-yours' | 'scope-narrowed' | 'expires-sooner'
  | Rejected | Ignored
export type Posted =
  | { ok: true; id: Hex }
  | { ok: false; because: PostFault }
  | { ok: false; unavailable: 'disk-full' | 'storage' }

export type Feed = {
  /** Seals, keeps, publishes. The same bytes again are the same post. */
  post(post: Post): Promise<Posted>
  /** The live ones, the newest heard first. Throws a StoreError while the store cannot be read. */
  listings(): ShownListing[]
  /** Also closed and expired ones, while their header is kept. Throws like `listings`. */
  listing(id: Hex): ShownListing | null
  /** Called with the id of a listing that came, changed or went. Must not throw. */
  onChange(listener: (id: Hex) => void): void
  stop(): Promise<void>
}

const SYNC_EVERY_MS = 600_000
const RETRY_MS = 5_000
const SWEEP_EVERY_MS = 60_000
const REQUEST_TIMEOUT_MS = 20_000
/** A full round in every ten minutes from each neighbour, and as much again for a newcomer's first. */
const REQUESTS_PER_PEER = { most: 1_024, perHour: 3_072 }

/** Reads the board from the store, subscribes where there is a federation, and begins to compare. */
export async function startFeed(ports: FeedPorts): Promise<Feed> {
  const { writer, store, network, clock, log, logSecret } = ports
  const board = emptyBoard()
  const shelf = openShelf(store, board)
  const listeners: ((id: Hex) => void)[] = []
  const timers = new Set<() => void>()
  const topics = new Set<string>()
  const asked = bucketsOf(REQUESTS_PER_PEER, clock)
  let boardSync: BoardSync | null = null
  let stopped = false

  await shelf.load(log)

  function scene(): Scene {
    const { state } = writer
    const { origin, id, logKey, region } = state.hub
    return {
      board,
      now: clock.now(),
      hubOf: (hub) => (hub === origin ? { hubId: id, logKey, region } : neighbour(state, hub)),
      membersOf: (hub) => (hub === origin ? attested() : (ports.membersOf?.(hub) ?? null)),
      isFrozen: (hub) => state.frozen.has(hub),
    }
  }

  function attested(): number {
    let count = 0
    for (const member of writer.state.members.values()) if (member.attested) count += 1
    return count
  }

  /** The one door: judged, merged, kept. `saved` resolves when it is on the disk. */
  function take(bytes: Uint8Array, way: Way): { judgement: Judgement; saved: Promise<void> } {
    const judgement = verdictOn(bytes, way, scene())
    if (judgement.verdict !== 'accept') return { judgement, saved: Promise.resolve() }
    const { kept, body } = judgement
    const before = find(board, kept.listing)
    merge(board, kept)
    // To whoever catches up, what they never heard of is no talk of this hour.
    const isOldNews = way.by === 'sync' && before === undefined
    if (before?.hash !== kept.hash && !isOldNews) countChange(board, kept.listing, kept.heardTs)
    const saved = shelf.save(kept.listing, body)
    tell(kept.listing.id)
    return { judgement, saved }
  }

  const tell = (id: Hex): void => {
    for (const listener of listeners) listener(id)
  }

  // Members' own

  async function post({ listing: bytes, device, signature, body }: Post): Promise<Posted> {
    const { state } = writer
    const listing = parseListing(bytes)
    if (listing === null) return { ok: false, because: 'malformed' }
    const fault = postFault(listing, device, body) ?? changeFault(listing)
    if (fault !== null) return { ok: false, because: fault }
    if (!isSignedListing(bytes, device, signature, state.hub.id)) return { ok: false, because: 'wrong-signature' }

    const before = find(board, listing)
    const again = before?.hash === listingHash(bytes)
    const seal = sealListing(bytes, device, logSecret, state.hub.id)
    const envelope = again ? before.envelope : encodeEnvelope({ listing: bytes, device, signature, seal })
    const message = encodeListingMessage({ envelope, body })
    const { judgement, saved } = take(message, { by: 'member' })
    const known = again && judgement.verdict === 'ignore' && judgement.because === 'stale'
    if (judgement.verdict !== 'accept' && !known) return { ok: false, because: judgement.because }
    try {
      // Sent again after a failed write: it is on the board, and may not be on the disk.
      await (known ? shelf.save(listing, body) : saved)
    } catch (error) {
      log.error('a listing could not be kept', { id: listing.id, error: String(error) })
      return { ok: false, unavailable: faultOf(error) }
    }
    publish(listing, message)
    return { ok: true, id: listing.id }
  }

  function postFault(listing: Listing, device: Uint8Array, body: Uint8Array | null): PostFault | null {
    const { hub, members } = writer.state
    if (listing.hub !== hub.origin) return 'wrong-hub'
    if (listing.region !== hub.region) return 'wrong-region'
    const author = members.get(listing.author)
    if (author === undefined || !isActive(author)) return 'not-attested'
    const key = keyOf(writer.state, listing.author, toHex(keyIdOf(device)))
    if (key === undefined || !equalBytes(key, device)) return 'unknown-device'
    return body !== null && fromUtf8(body) === null ? 'not-text' : null
  }

  /** What a later revision may not do, because others hold the earlier one and would be left with it. */
  function changeFault(listing: Listing): PostFault | null {
    const before = find(board, listing)?.listing
    if (before === undefined) return null
    if (before.author !== listing.author) return 'not-yours'
    if (scopes.indexOf(listing.scope) < scopes.indexOf(before.scope)) return 'scope-narrowed'
    return listing.expiresAt < before.expiresAt ? 'expires-sooner' : null
  }

  // Out

  function publish(listing: Listing, message: Uint8Array): void {
    const membership = membershipOf(writer.state)
    if (network === null || membership === null || stopped || listing.scope === 'hub') return
    if (listing.scope === 'peers') return nudge()
    network.publish(listTopic(membership.federation.id, listing.region), message).catch((error: unknown) => {
      // Nothing is lost: whoever compares boards with us finds it.
      log.warn('a listing was not published', { id: listing.id, error: String(error) })
      nudge()
    })
  }

  /** Tells the neighbours that are here that a look at our board is worth it. */
  function nudge(): void {
    for (const peer of network?.connected() ?? []) {
      if (neighbourAt(writer.state, peer) === undefined) continue
      ask(peer, encodeSyncRequest({ ask: 'changed' })).catch(() => {
        // It will look of itself within ten minutes.
      })
    }
  }

  const ask = (peer: PeerKey, request: Uint8Array): Promise<Uint8Array> =>
    network!.request(peer, SYNC_PROTOCOL, request, {
      answerBytesMax: SYNC_ANSWER_BYTES_MAX, timeoutMs: REQUEST_TIMEOUT_MS,
    })

  // In

  function hear(region: string, bytes: Uint8Array): Verdict {
    if (stopped) return 'ignore'
    const { judgement, saved } = take(bytes, { by: 'gossip', region })
    saved.catch(unsaved)
    return judgement.verdict
  }

  const unsaved = (error: unknown): void =>
    log.warn('a listing from another city was not kept; it will be fetched again', { error: String(error) })

  async function answer(peer: PeerKey, bytes: Uint8Array): Promise<Uint8Array> {
    const { state } = writer
    const asker = neighbourAt(state, peer)
    if (asker === undefined) return encodeSyncRefusal('not-a-member')
    if (!asked.take(peer)) return encodeSyncRefusal('slow-down')
    const request = parseSyncRequest(bytes)
    if (request === null) return encodeSyncRefusal('malformed')
    if (request.ask === 'changed') {
      boardSync?.with(peer)
      return changedAnswer
    }
    const isPeer = state.trust.has(asker.origin)
    const peers = isPeer ? peersOf(board.offered, state.hub.origin) : emptyTree<Kept>()
    return answerTo(request, { board, sets: { federation: board.offered.federation, peers }, bodyOf: shelf.bodyOf })
  }

  /** The document has changed, or we have just come: listen where there is something to hear. */
  function federate(): void {
    const membership = membershipOf(writer.state)
    if (network === null || membership === null) return
    for (const region of regionsOf(membership.document)) {
      const topic = listTopic(membership.federation.id, region)
      if (topics.has(topic)) continue
      topics.add(topic)
      network.subscribe(topic, (_from, bytes) => hear(region, bytes))
    }
    const here = new Set(network.connected())
    for (const card of neighboursOf(writer.state)) if (here.has(peerOf(card))) boardSync?.with(peerOf(card))
    nudge()
  }

  // Time

  function later(ms: number, call: () => void): void {
    const cancel = clock.after(ms, () => {
      timers.delete(cancel)
      if (!stopped) call()
    })
    timers.add(cancel)
  }

  function every(ms: number, call: () => void): void {
    later(ms, () => {
      call()
      every(ms, call)
    })
  }

  function sweepNow(): void {
    const { gone, wordless } = sweep(board, clock.now())
    for (const ref of [...gone, ...wordless]) {
      shelf.save(ref, null).catch(unsaved)
      tell(ref.id)
    }
  }

  function shownOf(kept: Kept): ShownListing {
    const { envelope, listing, heardTs } = kept
    const body = shelf.bodyOf(kept)
    return { envelope, listing, body: body === null ? null : fromUtf8(body), heardTs }
  }

  sweepNow()
  every(SWEEP_EVERY_MS, sweepNow)
  if (network !== null) {
    await network.serve(SYNC_PROTOCOL, {
      handler: answer,
      requestBytesMax: SYNC_REQUEST_BYTES_MAX,
      answerBytesMax: SYNC_ANSWER_BYTES_MAX,
      streamsPerPeerMax: 4,
      openToStrangers: false,
    })
    boardSync = startBoardSync({
      writer, board, network, clock, log, everyMs: ports.syncEveryMs ?? SYNC_EVERY_MS, retryMs: ports.retryMs ?? RETRY_MS,
      take(bytes, way) {
        const { judgement, saved } = take(bytes, way)
        saved.catch(unsaved)
        return judgement
      },
    })
    network.onConnected((peer) => boardSync?.with(peer))
    writer.onRecorded(({ action }) => {
      if (action.kind === 'fed.adopted' && !stopped) federate()
    })
    federate()
  }

  return {
    post,
    listings: () => live(board, clock.now()).map(shownOf),
    listing(id) {
      const kept = byId(board, id, writer.state.hub.origin)
      return kept === undefined ? null : shownOf(kept)
    },
    onChange: (listener) => void listeners.push(listener),
    async stop() {
      stopped = true
      boardSync?.stop()
      for (const cancel of timers) cancel()
      for (const topic of topics) network?.unsubscribe(topic)
      await shelf.settled()
    },
  }
}

const faultOf = (error: unknown): 'disk-full' | 'storage' =>
  error instanceof StoreError && error.code === 'disk-full' ? 'disk-full' : 'storage'
