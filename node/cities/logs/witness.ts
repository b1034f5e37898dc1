/**
 * What this hub says of other cities' logs (C2SP tlog-witness, tlog-cosignature).
 *
 * Asked with a consistency proof, it remembers the newest checkpoint of each log before it cosigns it, so it never vouches
 * for two histories, and adds its auditing cosignature when it has replayed every record up to there. What contradicts
 * what it remembers is refused, and both notes are kept.
 */
import type { Origin } from '#ledger/action.ts'
import { equalBytes, fromUtf8, utf8 } from '#ledger/bytes.ts'
import { openCheckpoint } from '#ledger/checkpoint.ts'
import { auditorName, cosignerName } from '#ledger/cosigner.ts'
import type { Card } from '#ledger/federation/federation.ts'
import type { Tree } from '#ledger/merkle.ts'
import { addSignature, cosign, COSIGNATURE, type NoteKey, openNote, SIGNATURE, withLinesOf } from '#ledger/note.ts'
import { restoresOf } from '#ledger/rules/restore.ts'
import { bytesOf, bytesUpTo, decodeAs, encodeAs, fields, nullable, uint } from '#ledger/schema.ts'
import type { State } from '#ledger/state/state.ts'
import { CATCH_UP_MS, CLOCK_SKEW_SECONDS, NOTE_BYTES_MAX, services } from '#protocol/limits.ts'
import { witnessAnswers } from '#protocol/message.ts'
import { decide, type Fork, parseAddCheckpoint, type Remembered, timeFault, type WitnessedLog } from '#protocol/witness.ts'
import { neighbour } from '../cities.ts'
import { announce } from './announcing.ts'
import type { Contradiction } from './reading.ts'
import type { HubKeys } from '../../disk/keystore.ts'
import type { Network } from '../../wire/network.ts'
import type { Clock, Log, Writer } from '../../ports.ts'
import type { Replicas } from './replicas.ts'
import type { Store } from '../../store.ts'
import type { Votes } from '../settlement/votes.ts'

export type WitnessPorts = {
  writer: Writer
  network: Network
  replicas: Replicas
  store: Store
  votes: Votes
  keys: Pick<HubKeys, 'cosigner' | 'auditor'>
  clock: Clock
  log: Log
  /** False while nothing may be signed (the fence). */
  maySeal(): boolean
  /** Logs outside the federation that this hub's operator lets it witness, as plain cosigner; none by default. */
  outsiders?: readonly NoteKey[]
}

/** The status and body of C2SP tlog-witness; the body of a 409 has its own content type. */
export type WitnessReply = { status: number; body: string }

export type Witness = {
  /** Answers add-checkpoint, over whatever it came. */
  addCheckpoint(text: string): Promise<WitnessReply>
  /** How much of another log this hub has audited: replayed, and vouched for. */
  auditedSize(origin: Origin): number
  /** The newest note of another log this hub has cosigned. */
  cosigned(origin: Origin): string | null
  /** Told of two checkpoints of another log, shown to this witness, that cannot both be true. */
  onContradiction(listener: (contradiction: Contradiction) => void): void
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

/** Serves `/cv/witness/1`. */
export async function startWitness(ports: WitnessPorts): Promise<Witness> {
  const { writer, network, replicas, keys, clock, log, votes } = ports
  const { origin } = writer.state.hub
  const outsiders = ports.outsiders ?? []
  const ownCosigner: NoteKey = { name: cosignerName(origin), type: COSIGNATURE, publicKey: keys.cosigner.publicKey }
  const table = ports.store.table('witness')
  const turns = new Map<Origin, Promise<unknown>>()
  const contradicted: ((contradiction: Contradiction) => void)[] = []

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
    // What one member hears of a log, all shall hear.
    if (log.isHub) announce(bare, writer, network)
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

  return {
    addCheckpoint,
    auditedSize: (of) => memoryOf(of)?.audited?.size ?? 0,
    cosigned: (of) => memoryOf(of)?.note ?? null,
    onContradiction: (listener) => void contradicted.push(listener),
  }
}
