/**
 * The other cities' ledgers, read and checked here: what this hub audits, votes by, and shows as
 * proof.
 *
 * Each other member's log is followed as far as its newest signed checkpoint, record by record
 * through the same `check` and `apply` as our own, and kept on disk, so that a restart does not
 * fetch it again. A record that is refused ends the following of that log: from there on its hub's
 * word is worth nothing here, and the reason is said and not forgotten while the process lives.
 *
 *   page → signatures (other cores) → [check → apply]… → mirror (fdatasync)
 *
 * While one page is judged the signatures of the next are verified, and the one after that is fetched.
 *
 * News comes by gossip, by a new connection, and by asking every ten seconds, because gossip may be
 * lost.
 */
import { type ActionOf, type Hex, kinds, type Origin } from '#ledger/action.ts'
import { equalBytes, fromUtf8, toHex, utf8 } from '#ledger/bytes.ts'
import { type SignatureClaim, verifierFrom } from '#ledger/claims.ts'
import { type Checkpoint, openCheckpoint } from '#ledger/checkpoint.ts'
import { type Entry, parseRecord } from '#ledger/entry.ts'
import type { Held } from '#ledger/evidence/histories.ts'
import { type Card, type Certificate, placeOf } from '#ledger/federation/federation.ts'
import { keyIdOf, signHead, type Verifier } from '#ledger/keys.ts'
import { apply, check, claimsOf, found, isRefusal } from '#ledger/ledger.ts'
import { leafHash, proveInclusion, Tree } from '#ledger/merkle.ts'
import { SIGNATURE, withLinesOf } from '#ledger/note.ts'
import { encodeProof } from '#ledger/proof.ts'
import { restoresOf } from '#ledger/rules/restore.ts'
import { generationOf, type State } from '#ledger/state/state.ts'
import { CATCH_UP_MS, HEAD_EVERY_MS, RECORDS_PER_TURN, services } from '#protocol/limits.ts'
import { logAnswers, type LogAnswer, logRequests, type LogRequest } from '#protocol/message.ts'
import { checkpointTopic } from '#protocol/topic.ts'
import type { Parted } from '#protocol/witness.ts'
import { membershipOf, neighbour, neighbourAt, neighboursOf, peerOf } from '../cities.ts'
import { certifiedBy } from '../settlement/certificates.ts'
import { isDiskTrouble } from '../../disk/journal.ts'
import type { Network, Verdict } from '../../wire/network.ts'
import type { Clock, Log, Writer } from '../../ports.ts'
import type { Votes } from '../settlement/votes.ts'

/** Where one log's records are kept. Appended in order; what is read again at the next start. */
export type Mirror = {
  /** Resolves when they are durable. */
  append(records: Uint8Array[]): Promise<void>
  /** A record that is durable here. Throws when the disk gives back other bytes. */
  read(seq: number): Uint8Array
  close(): Promise<void>
}

/** The place of all mirrors. */
export type MirrorStore = {
  /** Hands over the records kept so far, in order, and is then ready to append. */
  open(origin: Origin, hubId: Uint8Array, onRecord: (record: Uint8Array) => void): Promise<Mirror>
  /** Puts away what cannot be read, so that it is fetched again. */
  discard(origin: Origin): Promise<void>
}

/** The asker's latest vote on a chain, as a certificate in that log shows it. */
export type VoteSeen = { hub: Origin; slot: number; epoch: number; order: Uint8Array; signature: Uint8Array }

/** Two signed checkpoints of one log that cannot both be true, with the records behind them or a proof where there is one. */
export type Contradiction = { origin: Origin; one: Held; other: Held } | Parted

/** A record that is refused here, and the proof that it stands under a checkpoint of its log. */
export type RefusedRecord = { genesis: Uint8Array; record: Uint8Array; proof: string }

/** Another city's log as far as it has been read and found valid. */
export type Replica = {
  readonly card: Card
  readonly size: number
  /** Records that are durable in the mirror: what this hub can give back whatever happens to it. */
  readonly kept: number
  /** Null before the first record. */
  readonly state: State | null
  /** The document that hub was founded by; null before the first record. */
  readonly genesis: Uint8Array | null
  /**
   * The newest checkpoint of that log whose whole tree has been replayed here; signed by the log
   * alone.
   */
  readonly note: string | null
  /** Why it is no longer followed, or null. */
  readonly halted: string | null
  /** Sealed time of a record, seconds. */
  tsAt(seq: number): number
  /** The newest certificate in that log. */
  readonly certificate: Certificate | null
  /** What a certificate in that log shows of a voter's latest vote on its chain. */
  voteOf(voter: Origin): VoteSeen | undefined
  /**
   * A request by which that city's pool pays one of our members; kept, because it counts here as an
   * award.
   */
  poolRequestAt(seq: number): Uint8Array | undefined
  /** A record of the mirror below `kept`, read from the disk. */
  recordAt(seq: number): Uint8Array
  /** The tlog-proof that a record stands under `note`; null when it does not (yet). */
  prove(seq: number): Uint8Array | null
}

export type ReplicaPorts = {
  writer: Writer
  network: Network
  mirrors: MirrorStore
  votes: Votes
  clock: Clock
  log: Log
  headEveryMs?: number
  /** Verifies signatures elsewhere (`verifier-pool.ts`), in the order asked. Without it each is verified in its turn. */
  verify?(claims: SignatureClaim[]): Promise<boolean[]>
  /** False while the disk has no room for the copies. */
  mayWrite?(): boolean
}

export type Replicas = {
  of(origin: Origin): Replica | undefined
  /** Resolves when that log has been read up to `size`, or the time is up, or it cannot be read. */
  catchUp(origin: Origin, size: number, withinMs?: number): Promise<void>
  /**
   * Resolves when that log has been read to the end that it has now, or the time is up, or it cannot be read. True when it
   * has been read to there, or its own records are what keeps it from being followed.
   */
  readToEnd(origin: Origin, withinMs: number): Promise<boolean>
  /** The members may have changed: follows new ones, subscribes to their word. */
  refresh(): void
  /** Told whenever a replica has grown. */
  onGrown(listener: (replica: Replica) => void): void
  /** Told of every arrival in a log that is read, once the record is kept; not of those found at a start. */
  onTakenIn(listener: (arrival: ActionOf<'x.in'>) => void): void
  /** Told of a record that no rule allows, with the proof that its log holds it. */
  onRefused(listener: (refused: RefusedRecord) => void): void
  /** Told of every checkpoint that contradicts what was read, or another that was heard. */
  onContradiction(listener: (contradiction: Contradiction) => void): void
  stop(): Promise<void>
}

/** Opens the mirrors of all other members and follows them until stopped. */
export function startReplicas(ports: ReplicaPorts): Replicas {
  const { writer, network, mirrors, clock, log, verify } = ports
  const followers = new Map<Origin, Follower>()
  const listeners: ((replica: Replica) => void)[] = []
  const contradicted: ((contradiction: Contradiction) => void)[] = []
  const refusalListeners: ((refused: RefusedRecord) => void)[] = []
  const arrivalListeners: ((arrival: ActionOf<'x.in'>) => void)[] = []
  let topic: string | null = null
  let stopped = false
  let cancelTimer = (): void => {}

  /** Gives other work of the hub its turn. */
  const breathe = (): Promise<void> => new Promise((resolve) => void clock.after(0, resolve))

  async function ask(card: Card, request: LogRequest): Promise<LogAnswer | null> {
    const { protocol, answerBytesMax, timeoutMs } = services.log
    const answer = await network.request(peerOf(card), protocol, logRequests.encode(request), {
      answerBytesMax,
      timeoutMs,
    })
    return logAnswers.parse(answer)
  }

  function refresh(): void {
    if (stopped) return
    for (const [origin, follower] of followers) {
      if (neighbour(writer.state, origin) === undefined && membershipOf(writer.state) !== null) leave(follower)
    }
    for (const card of neighboursOf(writer.state)) {
      if (followers.has(card.origin)) continue
      const follower = new Follower(card, writer.state.hub.origin)
      followers.set(card.origin, follower)
      void follow(follower)
    }
    const membership = membershipOf(writer.state)
    const wanted = membership === null ? null : checkpointTopic(membership.federation.id)
    if (wanted === null || wanted === topic) return
    if (topic !== null) network.unsubscribe(topic)
    topic = wanted
    network.subscribe(wanted, hear)
  }

  /** A city that was closed is followed no more; its copy stays on the disk. */
  function leave(follower: Follower): void {
    followers.delete(follower.card.origin)
    void (follower.round ?? Promise.resolve()).then(() => follower.mirror?.close())
  }

  /** Word of a new checkpoint: the signed note itself, so that nobody can make us run. */
  function hear(_from: string, data: Uint8Array): Verdict {
    const text = fromUtf8(data)
    const origin = text?.slice(0, text.indexOf('\n'))
    if (text === null || origin === undefined) return 'reject'
    const card = neighbour(writer.state, origin)
    // A member we have not heard of yet, or our own word come back.
    if (card === undefined) return 'ignore'
    const checkpoint = openCheckpoint(text, origin, card.logKey)
    if (checkpoint === null) return 'reject'
    const follower = followers.get(origin)
    if (follower !== undefined) compare(follower, { note: text, checkpoint })
    if (follower === undefined || checkpoint.size <= BigInt(follower.size)) return 'accept'
    void follow(follower)
    return 'accept'
  }

  /** Lays a checkpoint beside what was read and heard of its log before. */
  function compare(follower: Follower, met: SignedCheckpoint): void {
    const other = follower.against(met)
    if (other === null) return
    contradict(follower.card.origin, { note: met.note, tree: null }, other)
  }

  function contradict(origin: Origin, one: Held, other: Held): void {
    for (const listener of contradicted) listener({ origin, one, other })
  }

  /**
   * What its log has shown to us it may not have shown to others, or not the same: repeated where all of them
   * hear it, two histories cannot be kept apart. What others have heard already goes no further.
   */
  function repeat(note: string): void {
    if (topic !== null) network.publish(topic, utf8(note)).catch(() => {})
  }

  /**
   * One round: ask for the head, read up to it. Rounds of one log never overlap; a wish meanwhile
   * adds one.
   */
  function follow(follower: Follower): Promise<void> {
    if (follower.round !== null) {
      follower.again = true
      return follower.round
    }
    follower.round = (async () => {
      do {
        follower.again = false
        try {
          await readOn(follower)
        } catch (error) {
          // Not reachable, or cut off in the middle: the next round goes on where this one ended.
          log.info('a city’s log could not be read to its end', {
            hub: follower.card.origin,
            error: String(error),
          })
        }
      } while (follower.again && !stopped)
    })().finally(() => {
      follower.round = null
    })
    return follower.round
  }

  async function readOn(follower: Follower): Promise<void> {
    follower.isAtEnd = false
    if (stopped || follower.halted !== null || ports.mayWrite?.() === false) return
    const { card } = follower
    follower.mirror ??= await open(follower)
    const head = await ask(card, { type: 'head' })
    if (head?.type !== 'head') return
    // Its log's own line is all that is read of it, and all that is kept and repeated.
    const own = { name: card.origin, type: SIGNATURE, publicKey: card.logKey } as const
    const note = withLinesOf(fromUtf8(head.note) ?? '', [own])
    const checkpoint = note === null ? null : openCheckpoint(note, card.origin, card.logKey)
    if (note === null || checkpoint === null)
      return halt(follower, 'its head is not a checkpoint that its log signed')
    if (note !== follower.repeated) repeat(note)
    follower.repeated = note
    const target = Number(checkpoint.size)
    if (follower.isOther(checkpoint) && wentBack(follower, head.generation)) await readAnew(follower, head.generation)
    compare(follower, { note, checkpoint })

    follower.introduced.clear()
    let pages = pagesOf(follower, target)
    while (!stopped && follower.size < target) {
      const { value: page } = await pages.next()
      if (page === undefined) return
      const taken: Uint8Array[] = []
      const arrivals: ActionOf<'x.in'>[] = []
      let refused: string | null = null
      for (const { bytes, entry, verifier } of page) {
        refused = follower.take(entry, verifier)
        if (refused !== null) break
        taken.push(bytes)
        if (entry?.action.kind === 'x.in') arrivals.push(entry.action)
        if (taken.length % RECORDS_PER_TURN === 0) await breathe()
      }
      await keep(follower, taken)
      for (const arrival of arrivals) for (const listener of arrivalListeners) listener(arrival)
      if (refused === null) continue
      if (!wentBack(follower, head.generation)) {
        halt(follower, `its record ${follower.size} is refused: ${refused}`)
        return await prove(follower, page[taken.length]!.bytes.slice(), { note, checkpoint })
      }
      await readAnew(follower, head.generation)
      pages = pagesOf(follower, target)
    }
    if (follower.size < target || follower.state === null) return
    const before = follower.proved
    const isGivenUp = before !== null
      && restoresOf(follower.state).some(({ generation, size }) => generation > before.generation && size < before.size)
    if (before !== null && isGivenUp) {
      log.warn('a city has gone on from a backup that is older than what was read of its log', { hub: card.origin, read: before.size })
      follower.proved = null
    } else if (before !== null && before.size <= follower.size && !equalBytes(follower.state.tree.root(before.size), before.root)) {
      await ports.votes.keepFork({ origin: card.origin, first: before.note, second: note })
      contradict(card.origin, { note: before.note, tree: null }, { note, tree: follower.state.tree })
      return halt(follower, `its records are not those of its checkpoint of size ${before.size}`)
    }
    if (!equalBytes(follower.state.tree.root(target), checkpoint.root)) {
      if (follower.note !== null)
        await ports.votes.keepFork({ origin: card.origin, first: follower.note, second: note })
      return halt(follower, `its checkpoint of size ${target} is not of the records it shows`)
    }
    follower.isAtEnd = true
    if (target > follower.noteSize) {
      follower.note = note
      follower.noteSize = target
      for (const heard of follower.caughtUp()) compare(follower, heard)
      for (const listener of listeners) listener(follower)
    }
  }

  /** That its log holds what is refused: the rest of it is fetched as far as the checkpoint, for the tree alone. */
  async function prove(follower: Follower, record: Uint8Array, { note, checkpoint }: SignedCheckpoint): Promise<void> {
    const { state, genesis, card } = follower
    if (state === null || genesis === null) return
    const size = Number(checkpoint.size)
    const seq = state.tree.size
    const tree = new Tree()
    for (let at = 0; at < seq; at++) tree.append(state.tree.leafAt(at))
    while (!stopped && tree.size < size) {
      const records = await recordsFrom(card, tree.size)
      if (records === null || records.length === 0) return
      for (const bytes of records.slice(0, size - tree.size)) tree.append(leafHash(bytes))
    }
    if (tree.size !== size || !equalBytes(tree.root(), checkpoint.root) || !equalBytes(tree.leafAt(seq), leafHash(record))) return
    const proof = encodeProof({ index: BigInt(seq), hashes: proveInclusion(tree, seq, size), checkpoint: note })
    for (const listener of refusalListeners) listener({ genesis, record, proof })
  }

  /**
   * The records from where the follower is up to `end`, page by page. While one page is taken, the signatures of the
   * next are being verified and the one after that is on its way. Ends early when the other hub has no more to give.
   */
  async function* pagesOf(follower: Follower, end: number): AsyncGenerator<Page, undefined> {
    let from = follower.size
    let coming = recordsFrom(follower.card, from)
    let judged: Promise<Page> | null = null
    for (;;) {
      const records = (await coming)?.slice(0, end - from)
      if (records === undefined || records.length === 0) break
      if (from === 0) {
        // Nothing is known before the first record, so none behind it could be verified elsewhere.
        records.length = 1
        yield await judge(follower, records)
      }
      from += records.length
      coming = from < end ? heard(recordsFrom(follower.card, from)) : Promise.resolve(null)
      if (from === 1) continue
      const judging = heard(judge(follower, records))
      if (judged !== null) yield await judged
      judged = judging
    }
    if (judged !== null) yield await judged
  }

  /** What is looked at in its turn, or never, when what came before it is the end. */
  function heard<T>(coming: Promise<T>): Promise<T> {
    coming.catch(() => {})
    return coming
  }

  /** Null when the other hub has none to give. */
  async function recordsFrom(card: Card, from: number): Promise<Uint8Array[] | null> {
    const answer = await ask(card, { type: 'records', from })
    return answer?.type === 'records' ? answer.records : null
  }

  /**
   * Records read as far as they can be and their signatures verified as far as it is known now by whom they have to
   * be; the rest is verified in its turn.
   */
  async function judge(follower: Follower, records: Uint8Array[]): Promise<Page> {
    const read: (Asked & { claims: SignatureClaim[] })[] = []
    for (const bytes of records) {
      const entry = parseRecord(bytes)
      const { state } = follower
      const isForeseen = entry !== null && state !== null && verify !== undefined
      read.push({ bytes, entry, claims: isForeseen ? claimsAhead(state, entry, follower.introduced) : [] })
      if (read.length % RECORDS_PER_TURN === 0) await breathe()
    }
    const verdicts = await verify?.(read.flatMap(({ claims }) => claims)) ?? []
    let at = 0
    return read.map(({ bytes, entry, claims }) =>
      ({ bytes, entry, verifier: verifierFrom(claims, verdicts.slice(at, at += claims.length)) }))
  }

  /**
   * Puts records on the disk. When that fails nobody knows which of them are there, so the next round begins by
   * reading the copy again.
   */
  async function keep(follower: Follower, records: Uint8Array[]): Promise<void> {
    try {
      await follower.mirror!.append(records)
      follower.kept += records.length
    } catch (error) {
      await follower.mirror!.close().catch(() => {})
      follower.mirror = null
      follower.kept = 0
      follower.forget()
      throw error
    }
  }

  /**
   * A log that went on from a backup has other records now than this hub has read. What was proved before must still
   * be there, unless its restore says that it is not; that is asked when all of it has been read again. Once for
   * every generation it says it is in: its word is not proved before.
   */
  function wentBack(follower: Follower, generation: number): boolean {
    return follower.state !== null && generation > Math.max(generationOf(follower.state), follower.generationRead)
  }

  async function readAnew(follower: Follower, generation: number): Promise<void> {
    const { origin } = follower.card
    log.warn('a city has gone on from a backup; its log is read again from the beginning', { hub: origin })
    follower.generationRead = generation
    if (follower.note !== null) {
      const { noteSize: size, note, state } = follower
      follower.proved = { size, note, root: state!.tree.root(size), generation: generationOf(state!) }
    }
    await follower.mirror?.close()
    follower.mirror = null
    await mirrors.discard(origin)
    follower.forget()
    follower.mirror = await open(follower)
  }

  /**
   * What was checked before it was written is not checked for signatures again: that is what takes
   * the time.
   */
  async function open(follower: Follower): Promise<Mirror> {
    const { origin, hubId } = follower.card
    const load = (): Promise<Mirror> =>
      mirrors.open(origin, hubId, (record) => {
        const refused = follower.take(parseRecord(record.slice()), verifiedBefore)
        if (refused !== null)
          throw new Error(`the mirror holds a record that is refused: ${refused}`)
      })
    try {
      const mirror = await load()
      follower.kept = follower.size
      return mirror
    } catch (error) {
      follower.forget()
      // The disk's trouble, and not the copy's.
      if (isDiskTrouble(error)) throw error
      log.warn('the copy of a city’s log cannot be used; it is fetched again', {
        hub: origin,
        error: String(error),
      })
      await mirrors.discard(origin)
      return await load()
    }
  }

  function halt(follower: Follower, because: string): void {
    follower.halted = because
    log.error('a city’s log is not followed any further', { hub: follower.card.origin, because })
  }

  function followAll(): void {
    for (const follower of followers.values()) void follow(follower)
  }

  function tick(): void {
    cancelTimer = clock.after(ports.headEveryMs ?? HEAD_EVERY_MS, () => {
      refresh()
      followAll()
      tick()
    })
  }

  /** Waits for one round of a log, unless the one that is under way is enough. */
  async function readOnce(follower: Follower, isEnough: () => boolean, withinMs: number): Promise<void> {
    let cancel = (): void => {}
    const late = new Promise<void>((resolve) => {
      cancel = clock.after(withinMs, resolve)
    })
    const reading = (async () => {
      // A round under way may have asked for the head before the record was there.
      await follower.round
      if (!isEnough()) await follow(follower)
    })()
    await Promise.race([reading, late])
    cancel()
  }

  network.onConnected((peer) => {
    const card = stopped ? undefined : neighbourAt(writer.state, peer)
    const follower = card === undefined ? undefined : followers.get(card.origin)
    if (follower !== undefined) void follow(follower)
  })
  refresh()
  tick()

  return {
    of: (origin) => followers.get(origin),
    async catchUp(origin, size, withinMs = CATCH_UP_MS) {
      refresh()
      const follower = followers.get(origin)
      if (follower !== undefined && follower.size < size) await readOnce(follower, () => follower.size >= size, withinMs)
    },
    async readToEnd(origin, withinMs) {
      refresh()
      const follower = followers.get(origin)
      if (follower === undefined) return false
      follower.isAtEnd = false
      await readOnce(follower, () => false, withinMs)
      return follower.isAtEnd || follower.halted !== null
    },
    refresh,
    onGrown: (listener) => void listeners.push(listener),
    onRefused: (listener) => void refusalListeners.push(listener),
    onTakenIn: (listener) => void arrivalListeners.push(listener),
    onContradiction: (listener) => void contradicted.push(listener),
    async stop() {
      stopped = true
      cancelTimer()
      if (topic !== null) network.unsubscribe(topic)
      for (const follower of followers.values()) {
        await follower.round
        await follower.mirror?.close()
      }
    },
  }
}

/** A record as it came; null for bytes that are none. */
type Asked = { bytes: Uint8Array; entry: Entry | null }
/** Records with what is known of their signatures. */
type Page = (Asked & { verifier: Verifier })[]

/**
 * As `claimsOf`, also about people whose joining is still on its way here: their keys stand in records that came
 * before. `introduced`: those keys by their ids, to which this entry's is added.
 */
function claimsAhead(state: State, entry: Entry, introduced: Map<Hex, Uint8Array>): SignatureClaim[] {
  const { action, auth, body } = entry
  const brings =
    action.kind === 'member.joined' || action.kind === 'member.arrived' || action.kind === 'device.added' ||
    action.kind === 'recovery.proposed'
  if (brings) introduced.set(toHex(keyIdOf(action.device)), action.device)
  const claims = claimsOf(state, entry)
  if (claims.length === auth.length) return claims
  const head = signHead(kinds[action.kind].context, state.hub.id)
  return auth.flatMap(({ keyId, signature }) => {
    const key = introduced.get(toHex(keyId))
    return key === undefined ? [] : [{ key, head, body, signature }]
  })
}

/** For what was verified before it was written to this disk. */
const verifiedBefore: Verifier = () => true

type SignedCheckpoint = { note: string; checkpoint: Checkpoint }

/** Checkpoints beyond what has been read that are remembered of one log; the oldest makes room. */
const HEARD_MAX = 64

/** One log being read. */
class Follower implements Replica {
  readonly card: Card
  readonly #self: Origin
  state: State | null = null
  note: string | null = null
  noteSize = 0
  halted: string | null = null
  /** Whether the last round read to the end that the log then had. */
  isAtEnd = false
  certificate: Certificate | null = null
  mirror: Mirror | null = null
  kept = 0
  /** The newest checkpoint whose records were read here before a restore made this log be read again. */
  proved: { size: number; root: Uint8Array; note: string; generation: number } | null = null
  /** The newest generation, by its own word, for which this log was read from the beginning again. */
  generationRead = 0
  round: Promise<void> | null = null
  again = false
  /** Device keys by their ids, of people who join in records that are being fetched. */
  readonly introduced = new Map<Hex, Uint8Array>()
  genesis: Uint8Array | null = null
  /** The last head that was repeated to the others. */
  repeated: string | null = null
  #heard = new Map<bigint, SignedCheckpoint>()
  #times: number[] = []
  #votes = new Map<Origin, VoteSeen>()
  #requests = new Map<number, Uint8Array>()

  constructor(card: Card, self: Origin) {
    this.card = card
    this.#self = self
  }

  get size(): number {
    return this.state?.tree.size ?? 0
  }

  tsAt(seq: number): number {
    return this.#times[seq]!
  }

  voteOf(voter: Origin): VoteSeen | undefined {
    return this.#votes.get(voter)
  }

  poolRequestAt(seq: number): Uint8Array | undefined {
    return this.#requests.get(seq)
  }

  recordAt(seq: number): Uint8Array {
    return this.mirror!.read(seq)
  }

  /**
   * What cannot be true beside this checkpoint: the note that was read up to, with the records behind it, or
   * another that was heard for the same size. Null when nothing contradicts it, or nothing is known yet.
   */
  against(met: SignedCheckpoint): Held | null {
    const { size, root } = met.checkpoint
    if (this.state !== null && this.note !== null && size <= BigInt(this.noteSize)) {
      const { tree } = this.state
      return equalBytes(tree.root(Number(size)), root) ? null : { note: this.note, tree }
    }
    const heard = this.#heard.get(size)
    if (heard !== undefined) return equalBytes(heard.checkpoint.root, root) ? null : { note: heard.note, tree: null }
    if (this.#heard.size >= HEARD_MAX) this.#heard.delete(this.#heard.keys().next().value!)
    this.#heard.set(size, met)
    return null
  }

  /** Whether this checkpoint is of other records than have been read here; false where it goes beyond them. */
  isOther({ size, root }: Checkpoint): boolean {
    return this.state !== null && size <= BigInt(this.size) && !equalBytes(this.state.tree.root(Number(size)), root)
  }

  /** The checkpoints heard before that what has been read by now can be laid beside; each is handed out once. */
  caughtUp(): SignedCheckpoint[] {
    const due = [...this.#heard.values()].filter(({ checkpoint }) => checkpoint.size <= BigInt(this.noteSize))
    for (const { checkpoint } of due) this.#heard.delete(checkpoint.size)
    return due
  }

  prove(seq: number): Uint8Array | null {
    if (this.state === null || this.note === null || seq >= this.noteSize) return null
    const hashes = proveInclusion(this.state.tree, seq, this.noteSize)
    return utf8(encodeProof({ index: BigInt(seq), hashes, checkpoint: this.note }))
  }

  /** Why the next record is refused, by the ledger's own word, or null and it is taken. */
  take(entry: Entry | null, verify: Verifier): string | null {
    if (entry === null) return 'malformed'
    if (this.state === null) {
      const founded = found(entry, verify)
      if (isRefusal(founded)) return founded.code
      // Another log would be a valid one, of another hub.
      if (
        !equalBytes(founded.hub.id, this.card.hubId) ||
        !equalBytes(founded.hub.logKey, this.card.logKey)
      )
        return 'foreign-log'
      this.state = founded
      if (entry.action.kind === 'hub.founded') this.genesis = entry.action.genesis
    } else {
      const refusal = check(this.state, entry, verify)
      if (refusal !== null) return refusal.code
      apply(this.state, entry)
    }
    this.#times.push(entry.ts)
    this.#note(entry)
    return null
  }

  /** What will be asked for later, and only these records can answer. */
  #note({ action, seq, bytes }: Entry): void {
    if (action.kind === 'x.req' && action.source === 1 && action.destination === this.#self)
      this.#requests.set(seq, bytes.slice())
    const slot = this.state!.chain.slots.at(-1)
    const certified = slot?.certifiedSeq === seq ? certifiedBy(action) : null
    if (slot === undefined || certified === null) return
    const { epoch, votes } = certified
    this.certificate = { epoch, order: slot.bytes, signature: slot.signature, votes }
    const { members } = this.state!.federation!.documents[epoch - 1]!.document
    for (const { voter, signature } of votes) {
      const { origin: hub, slot: at, order } = placeOf(slot.order, slot.bytes)
      this.#votes.set(members[voter]!.card.origin, { hub, slot: at, epoch, order, signature })
    }
  }

  forget(): void {
    this.state = null
    this.note = null
    this.noteSize = 0
    this.kept = 0
    this.genesis = null
    this.certificate = null
    this.#times = []
    this.#votes = new Map()
    this.#requests = new Map()
  }
}
