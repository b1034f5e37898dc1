/**
 * Checkpoints: what this hub says of its own log, and what it says of others' (C2SP
 * tlog-checkpoint, tlog-witness, tlog-cosignature).
 *
 * Of its own: whenever records have been added it signs how many there are and what their root is,
 * at once after anything that other cities wait for and within a minute otherwise; makes that
 * durable; then tells the other members and asks each for its cosignatures. Only what is on the
 * disk is ever signed.
 *
 * Of others': asked with a consistency proof, it remembers the newest checkpoint of each log before
 * it cosigns it, so it never vouches for two histories, and adds its auditing cosignature when it
 * has replayed every record up to there. What contradicts what it remembers is refused, and both
 * notes are kept.
 */
import type { Kind, Origin } from '#ledger/action.ts'
import { equalBytes, fromUtf8, utf8 } from '#ledger/bytes.ts'
import { encodeCheckpoint, openCheckpoint, parseDecimal } from '#ledger/checkpoint.ts'
import { auditorName, auditorOf, cosignerName, cosignerOf } from '#ledger/cosigner.ts'
import { type Card, quorum } from '#ledger/federation/federation.ts'
import { proveConsistency, proveInclusion, type Tree } from '#ledger/merkle.ts'
import {
  addSignature, cosign, COSIGNATURE, isBy, type NoteKey, openNote, SIGNATURE, signNote, withLinesOf,
} from '#ledger/note.ts'
import { encodeProof } from '#ledger/proof.ts'
import { restoresOf } from '#ledger/rules/restore.ts'
import { bytesOf, bytesUpTo, decodeAs, encodeAs, fields, nullable, uint } from '#ledger/schema.ts'
import type { State } from '#ledger/state/state.ts'
import {
  CATCH_UP_MS, CHECKPOINT_EVERY_MS, CLOCK_SKEW_SECONDS, COSIGN_RETRY_MS, NOTE_BYTES_MAX, services,
} from '#protocol/limits.ts'
import { witnessAnswers } from '#protocol/message.ts'
import { checkpointTopic } from '#protocol/topic.ts'
import {
  decide, encodeAddCheckpoint, type Fork,
  parseAddCheckpoint, type Remembered, timeFault, type WitnessedLog,
} from '#protocol/witness.ts'
import { membershipOf, neighbour, neighbourAt, neighboursOf, peerOf } from '../cities.ts'
import type { HubKeys } from '../../disk/keystore.ts'
import type { Network } from '../../wire/network.ts'
import type { Clock, Log, Writer } from '../../ports.ts'
import type { Contradiction, Replicas } from './replicas.ts'
import type { Store } from '../../store.ts'
import type { Votes } from '../settlement/votes.ts'

/** What other cities wait for: a minute would be a minute in which a traveller, or who moves, stands at a door. */
const urgent: ReadonlySet<Kind> = new Set<Kind>(['x.out', 'x.cert', 'x.in', 'fed.adopted', 'member.moved'])

export type CheckpointerPorts = {
  writer: Writer
  network: Network
  replicas: Replicas
  store: Store
  votes: Votes
  keys: Pick<HubKeys, 'log' | 'cosigner' | 'auditor'>
  clock: Clock
  log: Log
  /** The newest checkpoint note in this hub's journal, or null. */
  last: string | null
  /** Appends a note to the journal; true when it is durable. */
  keep(note: string): Promise<boolean>
  /** False while nothing may be signed (the fence). */
  maySeal(): boolean
  /** Logs outside the federation that this hub's operator lets it witness, as plain cosigner; none by default. */
  outsiders?: readonly NoteKey[]
  /** A member claims to have seen a longer or a different history of this hub: let it show that. */
  onOtherHistory(by: Origin, because: string): void
  checkpointEveryMs?: number
  cosignRetryMs?: number
}

/**
 * A checkpoint of ours: the note as the log signed it, and with the cosignatures gathered so far.
 */
export type OwnCheckpoint = { size: number; bare: string; note: string }

/** The status and body of C2SP tlog-witness; the body of a 409 has its own content type. */
export type WitnessReply = { status: number; body: string }

export type Checkpointer = {
  /** The newest, for `GET /checkpoint` and for the log service; null before the first. */
  latest(): OwnCheckpoint | null
  /**
   * The newest that a quorum of the federation (we among it) has audited; null before there is one.
   */
  witnessed(): OwnCheckpoint | null
  /**
   * A checkpoint that covers record `seq`, signed now if need be; null when nothing may be signed.
   */
  cover(seq: number): Promise<OwnCheckpoint | null>
  /**
   * The checkpoint to show for record `seq`: the newest that a quorum has vouched for, else the newest there
   * is. Null while none covers it; nothing is signed for it.
   */
  covering(seq: number): OwnCheckpoint | null
  /** The tlog-proof of record `seq`, small enough to be shown inside a record of another city. */
  prove(seq: number): Promise<Uint8Array | null>
  /**
   * Asks one member for its cosignatures on the newest checkpoint, without waiting for the next
   * round, and again if it has given them: a member may have lost what it remembers of us.
   */
  show(to: Origin): void
  /** Answers add-checkpoint as a witness, over whatever it came. */
  addCheckpoint(text: string): Promise<WitnessReply>
  /** How much of another log this hub has audited: replayed, and vouched for. */
  auditedSize(origin: Origin): number
  /** The newest note of another log this hub has cosigned. */
  cosigned(origin: Origin): string | null
  onWitnessed(listener: (size: number) => void): void
  /** Told of two checkpoints of another log, shown to this witness, that cannot both be true. */
  onContradiction(listener: (contradiction: Contradiction) => void): void
  stop(): Promise<void>
}

/** What is remembered of another log, in the table `witness`. */
const memorySchema = fields({
  size: uint,
  root: bytesOf(32),
  note: bytesUpTo(NOTE_BYTES_MAX),
  audited: nullable(fields({ size: uint, ts: uint })),
})
type Memory = Remembered & { audited: { size: number; ts: number } | null }

type Witnessed = { checkpoint: { size: number; root: Uint8Array }; bodyText: string; line: string }

/**
 * A checkpoint of ours that is being cosigned. `auditors`: members whose audit signature is in the
 * note.
 */
type Current = OwnCheckpoint & { auditors: Set<Origin>; complete: Set<Origin> }

/**
 * Begins signing, witnessing and serving `/cv/witness/1`.
 * @throws when the journal's last checkpoint is not of this log: then nothing may be signed.
 */
export async function startCheckpointer(ports: CheckpointerPorts): Promise<Checkpointer> {
  const { writer, network, replicas, keys, clock, log, votes } = ports
  const { origin } = writer.state.hub
  const outsiders = ports.outsiders ?? []
  const ownCosigner: NoteKey = { name: cosignerName(origin), type: COSIGNATURE, publicKey: keys.cosigner.publicKey }
  const table = ports.store.table('witness')
  const everyMs = ports.checkpointEveryMs ?? CHECKPOINT_EVERY_MS
  const retryMs = ports.cosignRetryMs ?? COSIGN_RETRY_MS
  /** Records known to be on the disk; the state may be ahead of it. */
  let durable = writer.state.tree.size
  let current: Current | null = ports.last === null ? null : reopened(ports)
  /** When the oldest record that no checkpoint of ours covers was recorded, 0 when that was before this start; null: all are covered. */
  let uncoveredSince: number | null = (current?.size ?? 0) < durable ? 0 : null
  let audited: OwnCheckpoint | null = null
  let signing: Promise<void> = Promise.resolve()
  let due = (): void => {}
  let isDue = false
  let stopped = false
  /** What each member is known to have cosigned of us. */
  const sizeAt = new Map<Origin, number>()
  const asking = new Map<Origin, { again: boolean }>()
  const retries = new Map<Origin, () => void>()
  const turns = new Map<Origin, Promise<unknown>>()
  const listeners: ((size: number) => void)[] = []
  const contradicted: ((contradiction: Contradiction) => void)[] = []

  // ---- our own log

  /** Signs what is durable, unless that has been signed. One at a time, so sizes only grow. */
  function sign(): Promise<void> {
    signing = signing
      .then(async () => {
        const size = durable
        if (stopped || (current !== null && current.size >= size)) return
        // The fence opens at its own time, and then perhaps nothing is recorded for long.
        if (!ports.maySeal()) return signLater()
        const body = encodeCheckpoint({
          origin,
          size: BigInt(size),
          root: writer.state.tree.root(size),
        })
        const bare = signNote(body, origin, keys.log.secret)
        // Durable first: after a crash this hub must know what it has already said.
        if (!(await ports.keep(bare))) return
        current = { size, bare, note: bare, auditors: new Set(), complete: new Set() }
        uncoveredSince = durable > size ? clock.now() : null
        considerWitnessed(current)
        announce(bare)
        for (const card of neighboursOf(writer.state)) show(card.origin)
      })
      .catch((error: unknown) =>
        log.error('a checkpoint could not be signed', { error: String(error) }),
      )
    return signing
  }

  /** A note of ours, or one shown to this witness: what one member hears of a log, all shall hear. */
  function announce(bare: string): void {
    const membership = membershipOf(writer.state)
    if (membership === null) return
    // Only a hint: whoever misses it asks within seconds.
    network.publish(checkpointTopic(membership.federation.id), utf8(bare)).catch(() => {})
  }

  function schedule(kind: Kind): void {
    if (urgent.has(kind)) void sign()
    else signLater()
  }

  function signLater(): void {
    if (isDue) return
    isDue = true
    due = clock.after(everyMs, () => {
      isDue = false
      void sign()
    })
  }

  writer.onRecorded((entry) => {
    durable = Math.max(durable, entry.seq + 1)
    uncoveredSince ??= clock.now()
    schedule(entry.action.kind)
  })

  /**
   * Asks a member for cosignatures now; a wish while one is under way is heard when that has ended.
   */
  function show(to: Origin): void {
    const card = stopped ? undefined : neighbour(writer.state, to)
    if (card === undefined || current === null) return
    // Whoever vouched today for less would take older records for dated back. What is signed next is shown to all.
    if (uncoveredSince !== null && clock.now() - uncoveredSince > CLOCK_SKEW_SECONDS / 2) return void sign()
    const under = asking.get(to)
    if (under !== undefined) {
      under.again = true
      return
    }
    retries.get(to)?.()
    retries.delete(to)
    const state = { again: false }
    asking.set(to, state)
    void gather(card)
      .catch(() => false)
      .then((complete) => {
        asking.delete(to)
        if (stopped) return
        if (state.again) show(to)
        else if (!complete)
          retries.set(
            to,
            clock.after(retryMs, () => show(to)),
          )
      })
  }

  /** True when this member has given all it can for our newest checkpoint. */
  async function gather(card: Card): Promise<boolean> {
    for (let tries = 0; tries < 3; tries++) {
      const target = current!
      if (target.complete.has(card.origin)) return true
      const old = Math.min(sizeAt.get(card.origin) ?? 0, target.size)
      const proof = proveConsistency(writer.state.tree, old, target.size)
      const text = encodeAddCheckpoint({ oldSize: BigInt(old), proof, note: target.bare })
      const { status, body } = await askWitness(card, text)
      if (status === 200) {
        sizeAt.set(card.origin, target.size)
        if (!takeLines(target, card, body)) return false
        return target === current
      }
      if (status !== 409) {
        if (status === 422) ports.onOtherHistory(card.origin, 'it has seen another history')
        return false
      }
      const known = parseDecimal(body.trimEnd())
      if (known === null) return false
      if (known > BigInt(durable)) {
        ports.onOtherHistory(
          card.origin,
          `it has cosigned ${known} records and there are ${durable}`,
        )
        return false
      }
      if (Number(known) === old) {
        ports.onOtherHistory(card.origin, `it has seen another root of ${known} records`)
        return false
      }
      // It has cosigned more than what we asked about: the newest checkpoint is asked about next.
      sizeAt.set(card.origin, Number(known))
      if (Number(known) > target.size) return false
    }
    return false
  }

  async function askWitness(card: Card, text: string): Promise<WitnessReply> {
    const { protocol, answerBytesMax, timeoutMs } = services.witness
    const bytes = await network.request(peerOf(card), protocol, utf8(text), {
      answerBytesMax,
      timeoutMs,
    })
    const answer = witnessAnswers.parse(bytes)
    return answer ?? { status: 400, body: '' }
  }

  /** Adds the lines that verify; true when both statements of this member are there. */
  function takeLines(target: Current, card: Card, lines: string): boolean {
    const theirs = [cosignerOf(card), auditorOf(card)]
    for (const line of lines.split('\n')) {
      const longer = line === '' ? null : addSignature(target.bare, line)
      const opened = longer === null ? null : openNote(longer, theirs)
      const by = opened?.signatures[0]
      if (by === undefined || target.note.includes(`${line}\n`)) continue
      // One line of a key is enough: a member that is asked again signs a later time.
      const before = openNote(target.note, theirs)?.signatures ?? []
      const key = theirs.find((one) => isBy(by, one))!
      if (!before.some((one) => isBy(one, key)))
        target.note = addSignature(target.note, line) ?? target.note
      if (isBy(by, auditorOf(card))) target.auditors.add(card.origin)
    }
    if (target.auditors.has(card.origin)) target.complete.add(card.origin)
    considerWitnessed(target)
    return target.complete.has(card.origin)
  }

  function isWitnessed({ auditors }: Current): boolean {
    const members = membershipOf(writer.state)?.document.members.length ?? 1
    return auditors.size + 1 >= quorum(members)
  }

  function considerWitnessed(target: Current): void {
    if (!isWitnessed(target)) return
    if (audited !== null && audited.size >= target.size) return
    const { size, bare, note } = target
    audited = { size, bare, note }
    // With its cosignatures: a directory alone then shows who vouched for it. The bare one is
    // durable already.
    if (note !== bare && note !== ports.last) void ports.keep(note)
    for (const listener of listeners) listener(size)
  }

  // ---- others' logs

  /** @throws on a row that cannot be read: a witness that has forgotten must not cosign. */
  function memoryOf(of: Origin): Memory | null {
    const row = table.get(of)
    if (row === undefined) return null
    const memory = decodeAs(memorySchema, row)
    const note = memory === null ? null : fromUtf8(memory.note)
    if (memory === null || note === null) throw new Error(`what was cosigned of ${of} is damaged`)
    return { size: BigInt(memory.size), root: memory.root, note, audited: memory.audited }
  }

  function remember(of: Origin, { size, root, note, audited }: Memory): Promise<void> {
    return table.put(
      of,
      encodeAs(memorySchema, { size: Number(size), root, note: utf8(note), audited }),
    )
  }

  /** One answer about a log at a time: nothing may come between deciding and remembering. */
  function inTurn<T>(of: Origin, work: () => Promise<T>): Promise<T> {
    const mine = (turns.get(of) ?? Promise.resolve()).then(work, work)
    turns.set(of, mine)
    return mine
  }

  async function addCheckpoint(text: string): Promise<WitnessReply> {
    const border = text.indexOf('\n\n')
    const of = border < 0 ? '' : text.slice(border + 2, text.indexOf('\n', border + 2))
    const card = neighbour(writer.state, of)
    const outsider = outsiders.find(({ name }) => name === of && name !== origin)
    if (card === undefined && outsider === undefined) {
      const known = parseAddCheckpoint(text) === null ? 400 : 404
      return { status: known, body: 'this log is not witnessed here\n' }
    }
    // What its hub is convicted of, no further word of ours shall cover.
    if (card !== undefined && writer.state.frozen.has(of)) return { status: 404, body: 'this log is frozen here\n' }
    // Of a log outside the federation there is no second memory than the one this directory has.
    if (card === undefined && !ports.maySeal()) return { status: 503, body: 'not now\n' }
    const log = card === undefined
      ? { key: outsider!.publicKey, isHub: false }
      : { key: card.logKey, isHub: true }
    // Records first: what is vouched for here in any way is kept here, so that a hub that loses its disk can
    // always have back whatever anybody has cosigned.
    if (card !== undefined) await replicas.catchUp(of, signedSize(card, text), CATCH_UP_MS)
    const witnessed = await inTurn(of, () => witness(of, log, text))
    if ('body' in witnessed) return witnessed
    const { checkpoint, bodyText, line } = witnessed
    if (card === undefined) return { status: 200, body: line }
    const second = await inTurn(of, () => audit(card, checkpoint.size, checkpoint.root, bodyText))
    return { status: 200, body: line + second }
  }

  /** The size that this log's key has signed in such a request; 0 if it has signed none. */
  function signedSize(card: Card, text: string): number {
    const note = parseAddCheckpoint(text)?.note
    return Number((note === undefined ? null : openCheckpoint(note, card.origin, card.logKey))?.size ?? 0n)
  }

  async function witness(of: Origin, log: WitnessedLog, text: string): Promise<WitnessReply | Witnessed> {
    const memory = memoryOf(of)
    const decision = decide(
      text,
      (name) => (name === of ? log : null),
      () => memory,
    )
    if (decision.status !== 200) {
      if ('fork' in decision && decision.fork !== null) await convict(decision.fork)
      if ('parted' in decision && decision.parted !== null) contradict(decision.parted)
      return { status: decision.status, body: decision.body }
    }
    const { checkpoint, remember: newest } = decision
    const size = Number(checkpoint.size)
    const replica = replicas.of(of)
    // The records themselves are a second memory, kept in another place than the first.
    const isOtherThanRead = (): boolean => replica?.note != null && replica.state !== null && size <= replica.size
      && !equalBytes(replica.state.tree.root(size), checkpoint.root)
    // What was read may be from before a restore.
    if (isOtherThanRead()) await replicas.readToEnd(of, CATCH_UP_MS)
    if (isOtherThanRead()) {
      await convict({ origin: of, first: replica!.note!, second: newest.note }, replica!.state!.tree)
      return { status: 409, body: `${memory?.size ?? 0n}\n` }
    }
    if (log.isHub && (replica === undefined || (replica.halted === null && replica.kept < size)))
      return { status: 503, body: 'these records are not kept here yet\n' }
    if (log.isHub && isRestoredAhead(replica?.state ?? null)) {
      return { status: 503, body: 'a restore in this log is dated ahead of our clock\n' }
    }
    const bodyText = newest.note.slice(0, newest.note.lastIndexOf('\n\n') + 1)
    // In the same turn: what is signed is the largest tree that was seen at this time. Our line is kept with
    // the note: should it become evidence one day, it dates it, so that no later lie passes for one before a restore.
    // Whoever asks about the same checkpoint again gets the same line: a later one would say that the log said it later.
    const first = log.isHub && memory?.size === checkpoint.size ? openNote(memory.note, [ownCosigner]) : null
    const line = cosign(bodyText, ownCosigner.name, keys.cosigner.secret, Number(first?.signatures[0]!.time ?? clock.now()))
    const own = { name: of, type: SIGNATURE, publicKey: log.key } as const
    const bare = log.isHub ? withLinesOf(newest.note, [own]) ?? newest.note : newest.note
    await remember(of, { ...newest, note: addSignature(bare, line) ?? bare, audited: memory?.audited ?? null })
    if (log.isHub) announce(bare)
    return { checkpoint: { size, root: checkpoint.root }, bodyText, line }
  }

  /** Whether a log went back at a time that has not come yet: what is cosigned now would pass for said before that. */
  const isRestoredAhead = (state: State | null): boolean =>
    state !== null && restoresOf(state).some(({ ts }) => ts > clock.now() + CLOCK_SKEW_SECONDS)

  /** `tree`: the records behind the first of the two, where they have been read. */
  async function convict(fork: Fork, tree: Tree | null = null): Promise<void> {
    const { origin: of, first, second } = fork
    log.error('a city has signed two checkpoints that cannot both be true', { hub: of })
    const isConvicted = votes.evidence().some(({ hub, what }) => hub === of && what === 'checkpoints')
    // One pair convicts. A log that makes more of them must not fill this disk.
    if (!isConvicted) await votes.keepFork(fork)
    contradict({ origin: of, one: { note: first, tree }, other: { note: second, tree: null } })
  }

  function contradict(contradiction: Contradiction): void {
    // A log outside the federation is no hub whose evidence anybody waits for.
    if (neighbour(writer.state, contradiction.origin) === undefined) return
    for (const listener of contradicted) listener(contradiction)
  }

  /**
   * The line by which this hub vouches for every record up to `size`, remembered before it says so; empty
   * when it cannot, or has seen a larger tree meanwhile.
   */
  async function audit(card: Card, size: number, root: Uint8Array, bodyText: string): Promise<string> {
    const of = card.origin
    const replica = replicas.of(of)
    const memory = memoryOf(of)
    if (memory === null || memory.size !== BigInt(size)) return ''
    if (!replica?.state || replica.halted !== null || replica.kept < size) return ''
    if (!equalBytes(replica.state.tree.root(size), root)) return ''
    const before = memory.audited
    const firstNew = before === null || before.size >= size ? null : replica.tsAt(before.size)
    const now = clock.now()
    const fault = timeFault({
      now,
      last: replica.tsAt(size - 1),
      firstNew,
      audited: before?.ts ?? null,
    })
    if (fault !== null) {
      log.warn('a city’s log is not vouched for', { hub: of, size, because: fault })
      return ''
    }
    // The same word again, of the same time.
    const ts = before?.size === size ? before.ts : now
    await remember(of, { ...memory, audited: { size, ts } })
    return cosign(bodyText, auditorName(origin), keys.auditor.secret, ts)
  }

  const { protocol, requestBytesMax, answerBytesMax, streamsPerPeerMax } = services.witness
  await network.serve(protocol, {
    async handler(_peer, body) {
      const text = fromUtf8(body)
      const reply = text === null ? { status: 400, body: 'not text\n' } : await addCheckpoint(text)
      return witnessAnswers.encode({ type: 'answered', ...reply })
    },
    requestBytesMax,
    answerBytesMax,
    streamsPerPeerMax,
    openToStrangers: false,
  })
  network.onConnected((peer) => {
    const card = stopped ? undefined : neighbourAt(writer.state, peer)
    if (card !== undefined) show(card.origin)
  })
  if (current !== null) considerWitnessed(current)
  await sign()

  async function cover(seq: number): Promise<OwnCheckpoint | null> {
    if (current === null || current.size <= seq) await sign()
    return current !== null && current.size > seq ? current : null
  }

  return {
    latest: () => current,
    witnessed: () => audited,
    cover,
    covering(seq) {
      const covers = (one: OwnCheckpoint | null) => one !== null && one.size > seq
      if (covers(current) && isWitnessed(current!)) return current
      return covers(audited) ? audited : covers(current) ? current : null
    },
    async prove(seq) {
      const checkpoint = await cover(seq)
      if (checkpoint === null) return null
      const hashes = proveInclusion(writer.state.tree, seq, checkpoint.size)
      return utf8(encodeProof({ index: BigInt(seq), hashes, checkpoint: checkpoint.bare }))
    },
    show(to) {
      // It says itself that it is behind: what it once gave it may have lost.
      current?.complete.delete(to)
      show(to)
    },
    addCheckpoint,
    auditedSize: (of) => memoryOf(of)?.audited?.size ?? 0,
    cosigned: (of) => memoryOf(of)?.note ?? null,
    onWitnessed: (listener) => void listeners.push(listener),
    onContradiction: (listener) => void contradicted.push(listener),
    async stop() {
      stopped = true
      due()
      for (const cancel of retries.values()) cancel()
      await signing
    },
  }
}

/**
 * The journal's last checkpoint, which must be of the log that was replayed from the same journal.
 */
function reopened({ writer, last }: CheckpointerPorts): Current {
  const { hub, tree } = writer.state
  const checkpoint = openCheckpoint(last!, hub.origin, hub.logKey)
  const size = Number(checkpoint?.size ?? -1n)
  if (checkpoint === null || size > tree.size || !equalBytes(tree.root(size), checkpoint.root)) {
    throw new Error('this hub has signed a checkpoint that is not of the ledger on this disk')
  }
  const note = last!
  // Its first line is the log's own; the others were kept with it when a quorum had vouched for it.
  const bare = note.slice(0, note.indexOf('\n', note.indexOf('\n\n') + 2) + 1)
  const cards = neighboursOf(writer.state)
  const signers = openNote(note, cards.flatMap((card) => [cosignerOf(card), auditorOf(card)]))?.signatures
  const current: Current = { size, bare, note: bare, auditors: new Set(), complete: new Set() }
  if (signers === undefined) return current
  const signed = (key: NoteKey) => signers.some((one) => isBy(one, key))
  for (const card of cards.filter((one) => signed(auditorOf(one)))) {
    current.auditors.add(card.origin)
    if (signed(cosignerOf(card))) current.complete.add(card.origin)
  }
  return { ...current, note }
}
