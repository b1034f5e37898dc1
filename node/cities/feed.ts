/**
 * The feed: listings in and out. It drives `protocol/board.ts`, `verdict.ts` and `sync.ts`: members post,
 * topics bring, boards are compared when a hub connects and every ten minutes; all three ways meet one
 * judge and one board. What is on the board is kept in the Store, so a hub that was off knows it again.
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
import { sha256 } from '#ledger/hash.ts'
import { keyIdOf } from '#ledger/keys.ts'
import { keyOf } from '#ledger/ledger.ts'
import { isActive } from '#ledger/rules/status.ts'
import { bytesOf, bytesUpTo, decodeAs, encodeAs, fields, uint } from '#ledger/schema.ts'
import {
  type Board, byId, countChange, emptyBoard, find, hasRoom, type Kept, live, merge, type Ref, sweep,
} from '#protocol/board.ts'
import { encodeListingMessage, ENVELOPE_BYTES_MAX } from '#protocol/gossip.ts'
import {
  bodyHashOf, encodeEnvelope, isSignedListing, type Listing, listingHash, parseEnvelope, parseListing, scopes,
  sealListing,
} from '#protocol/listing.ts'
import {
  answerTo, beginRound, changedAnswer, encodeSyncRefusal, encodeSyncRequest, isNewTo, mayTravel, parseSyncRequest,
  type RoundEnd, type Row, step, SYNC_ANSWER_BYTES_MAX, SYNC_PROTOCOL, SYNC_REQUEST_BYTES_MAX,
} from '#protocol/sync.ts'
import { listTopic, regionsOf } from '#protocol/topic.ts'
import { type Ignored, type Judgement, type Rejected, type Scene, verdictOn, type Way } from '#protocol/verdict.ts'
import { bucketsOf } from '../bucket.ts'
import { membershipOf, neighbour, neighbourAt, neighboursOf, peerOf } from './cities.ts'
import type { Network, PeerKey, Verdict } from '../wire/network.ts'
import type { Clock, Log, Writer } from '../ports.ts'
import { type Store, StoreError, type Table, type Write } from '../store.ts'

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
const SYNC_NEIGHBOURS = 2
const RETRY_MS = 5_000
const RETRIES_MAX = 3
const SWEEP_EVERY_MS = 60_000
const REQUEST_TIMEOUT_MS = 20_000
/** A full round in every ten minutes from each neighbour, and as much again for a newcomer's first. */
const REQUESTS_PER_PEER = { most: 1_024, perHour: 3_072 }

/** Reads the board from the store, subscribes where there is a federation, and begins to compare. */
export async function startFeed(ports: FeedPorts): Promise<Feed> {
  const { writer, store, network, clock, log, logSecret } = ports
  const syncEveryMs = ports.syncEveryMs ?? SYNC_EVERY_MS
  const retryMs = ports.retryMs ?? RETRY_MS
  const board = emptyBoard()
  const shelf = openShelf(store, board)
  const listeners: ((id: Hex) => void)[] = []
  const timers = new Set<() => void>()
  const topics = new Set<string>()
  const asked = bucketsOf(REQUESTS_PER_PEER, clock)
  /** Rounds under way by peer; true when it said meanwhile that there is more. */
  const rounds = new Map<PeerKey, boolean>()
  let turn = 0
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
    if (before?.hash !== kept.hash) countChange(board, kept.listing, kept.heardTs)
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
      compareSoon(peer, 0)
      return changedAnswer
    }
    const at = { own: state.hub.origin, now: clock.now(), asksAPeer: state.trust.has(asker.origin) }
    return answerTo(request, { board, mayHave: (kept) => mayTravel(kept, at), bodyOf: shelf.bodyOf })
  }

  // Comparing boards

  /** Begins a round with a neighbour unless one is under way, and tries again a few times if it fails. */
  function compareSoon(peer: PeerKey, retry: number): void {
    if (stopped || neighbourAt(writer.state, peer) === undefined) return
    if (rounds.has(peer)) {
      rounds.set(peer, true)
      return
    }
    rounds.set(peer, false)
    void compare(peer).then((end) => {
      const more = rounds.get(peer) === true
      rounds.delete(peer)
      if (more) compareSoon(peer, 0)
      else if (end === 'complete' || end === 'bounded' || retry >= RETRIES_MAX) return
      else later(retryMs * 3 ** retry, () => compareIfHere(peer, retry + 1))
    })
  }

  const compareIfHere = (peer: PeerKey, retry: number): void => {
    if (network?.connected().includes(peer)) compareSoon(peer, retry)
  }

  async function compare(peer: PeerKey): Promise<RoundEnd | 'failed'> {
    const from = neighbourAt(writer.state, peer)!.origin
    let [round, effects] = beginRound()
    try {
      for (;;) {
        let reply: Uint8Array | null = null
        for (const effect of effects) {
          if (effect.type === 'end') return ended(from, effect.because)
          if (effect.type === 'take') takeAll(effect.listings, from)
          if (effect.type === 'ask') reply = await ask(peer, effect.request)
        }
        if (stopped || reply === null) return 'failed'
        ;[round, effects] = step(round, reply, wants)
      }
    } catch (error) {
      log.info('comparing boards did not come to an end', { hub: from, error: String(error) })
      return 'failed'
    }
  }

  function ended(hub: Origin, because: RoundEnd): RoundEnd {
    if (because !== 'complete') log.warn('comparing boards ended early', { hub, because })
    return because
  }

  /** Not what we would refuse anyway: it would be fetched in vain in every round. */
  function wants(row: Row): boolean {
    const { hubOf, isFrozen } = scene()
    if (hubOf(row.hub) === undefined || isFrozen(row.hub) || !isNewTo(board, row)) return false
    return find(board, row) !== undefined || hasRoom(board, row.hub)
  }

  function takeAll(listings: Uint8Array[], from: Origin): void {
    for (const bytes of listings) {
      const { judgement, saved } = take(bytes, { by: 'sync', from })
      saved.catch(unsaved)
      if (judgement.verdict === 'reject') {
        log.warn('a neighbour offered a listing nobody may pass on', { hub: from, because: judgement.because })
      }
    }
  }

  /** The next two of the neighbours that are here, so that everybody has a turn. */
  function compareInTurn(): void {
    const here = (network?.connected() ?? []).filter((peer) => neighbourAt(writer.state, peer) !== undefined)
    for (let i = 0; i < Math.min(SYNC_NEIGHBOURS, here.length); i++) compareSoon(here[turn++ % here.length]!, 0)
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
    for (const card of neighboursOf(writer.state)) if (here.has(peerOf(card))) compareSoon(peerOf(card), 0)
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
    network.onConnected((peer) => compareSoon(peer, 0))
    writer.onRecorded(({ action }) => {
      if (action.kind === 'fed.adopted' && !stopped) federate()
    })
    federate()
    every(syncEveryMs, compareInTurn)
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
      for (const cancel of timers) cancel()
      for (const topic of topics) network?.unsubscribe(topic)
      await shelf.settled()
    },
  }
}

const rowSchema = fields({
  envelope: bytesUpTo(ENVELOPE_BYTES_MAX),
  heardTs: uint,
  /** SHA-256 of the envelope: LevelDB reads a flipped bit back as another byte, without an error. */
  check: bytesOf(32),
})

/** The board on the disk. Writes are batched, one at a time, and write what the board says at that moment. */
type Shelf = {
  load(log: Log): Promise<void>
  /** Keeps a listing as it now stands on the board, or forgets it if it has gone. `body`: its words, if they came. */
  save(ref: Ref, body: Uint8Array | null): Promise<void>
  bodyOf(kept: Kept): Uint8Array | null
  settled(): Promise<void>
}

function openShelf(store: Store, board: Board): Shelf {
  const rows: Table = store.table('listings')
  const bodies: Table = store.table('bodies')
  const dirty = new Map<string, Ref>()
  /** Words on their way to the disk, which pages may ask for already. */
  const words = new Map<string, Uint8Array>()
  let last: Promise<void> = Promise.resolve()
  let next: Promise<void> | null = null

  function save(ref: Ref, body: Uint8Array | null): Promise<void> {
    const key = nameOf(ref)
    dirty.set(key, { id: ref.id, hub: ref.hub })
    if (body !== null) words.set(key, body)
    // One batch at a time, or an older revision could land on the disk after a newer one.
    next ??= last = last.catch(() => {}).then(write)
    return next
  }

  async function write(): Promise<void> {
    next = null
    const taken = [...dirty]
    const fresh = new Map(words)
    dirty.clear()
    const puts: Write[] = []
    const bodyPuts: Write[] = []
    const bodyDels: Write[] = []
    for (const [key, ref] of taken) {
      const kept = find(board, ref)
      puts.push(kept === undefined ? { type: 'del', key } : { type: 'put', key, value: encodeRow(kept) })
      const body = fresh.get(key)
      if (kept?.hasBody !== true) bodyDels.push({ type: 'del', key })
      else if (body !== undefined) bodyPuts.push({ type: 'put', key, value: body })
    }
    try {
      // Words before the listing that names them, and away only after it: a crash between leaves no listing
      // without its words, at most words without a listing, which the next load removes.
      if (bodyPuts.length > 0) await bodies.batch(bodyPuts)
      await rows.batch(puts)
      if (bodyDels.length > 0) await bodies.batch(bodyDels)
    } catch (error) {
      for (const [key, ref] of taken) if (!dirty.has(key)) dirty.set(key, ref)
      throw error
    }
    for (const [key, body] of fresh) if (words.get(key) === body) words.delete(key)
  }

  async function load(log: Log): Promise<void> {
    const damaged: Write[] = []
    for await (const [key, value] of rows.entries()) {
      const kept = decodeRow(value)
      if (kept === null || nameOf(kept.listing) !== key) damaged.push({ type: 'del', key })
      else merge(board, kept)
    }
    const orphans: Write[] = []
    for await (const [key, body] of bodies.entries()) {
      const kept = find(board, refOf(key))
      if (kept !== undefined && isBodyOf(kept.listing, body)) merge(board, { ...kept, hasBody: true })
      else orphans.push({ type: 'del', key })
    }
    if (damaged.length > 0) {
      log.warn('listings on the disk were damaged; others will bring them again', { count: damaged.length })
    }
    await rows.batch(damaged)
    await bodies.batch(orphans)
  }

  function bodyOf(kept: Kept): Uint8Array | null {
    if (!kept.hasBody) return null
    const key = nameOf(kept.listing)
    const body = words.get(key) ?? bodies.get(key)
    return body !== undefined && isBodyOf(kept.listing, body) ? body : null
  }

  return { load, save, bodyOf, settled: () => last.catch(() => {}) }
}

const nameOf = ({ id, hub }: Ref): string => `${id} ${hub}`
const refOf = (key: string): Ref => ({ id: key.slice(0, 32), hub: key.slice(33) })

const isBodyOf = ({ bodyHash }: Listing, body: Uint8Array): boolean =>
  bodyHash !== null && equalBytes(bodyHashOf(body), bodyHash)

const encodeRow = ({ envelope, heardTs }: Kept): Uint8Array =>
  encodeAs(rowSchema, { envelope, heardTs, check: sha256(envelope) })

/** What a row says, without its body: that is merged in when it is found. */
function decodeRow(value: Uint8Array): Kept | null {
  const row = decodeAs(rowSchema, value)
  if (row === null || !equalBytes(sha256(row.envelope), row.check)) return null
  const listing = parseListing(parseEnvelope(row.envelope)?.listing ?? new Uint8Array())
  if (listing === null) return null
  const hash = listingHash(parseEnvelope(row.envelope)!.listing)
  return { listing, hash, envelope: row.envelope, heardTs: row.heardTs, hasBody: false }
}

const faultOf = (error: unknown): 'disk-full' | 'storage' =>
  error instanceof StoreError && error.code === 'disk-full' ? 'disk-full' : 'storage'
