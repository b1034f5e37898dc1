/**
 * The single writer: the only place where an action becomes an entry.
 *
 * A turn is synchronous from reading the state to changing it, so two actions can never be judged by the
 * same past. Then the whole group goes to the journal in one append, sealed by one signature, and only when
 * the disk has said yes does anybody hear an answer. What waits meanwhile is the next group (group commit).
 *
 *   queue → signatures (other cores) → turn: [check → apply]… → seal → journal.append (fdatasync) → answers
 *
 * The stages overlap: while one group is in its fdatasync the next is judged, and the signatures of the one
 * after that are being verified. So memory runs ahead of the disk, by at most `AHEAD_MAX` groups, and nothing
 * of it is told: no answer, no seal, no listener, no record read. Who shows something computed from the state
 * waits for `settled` before it leaves the house.
 *
 * If an append fails there is no way back from applied entries, and none is written: the door is shut,
 * everything behind the failure is dropped with the state, the journal is read again, verified, and only what
 * the disk really holds goes on (the same code as a start). The same when the disk gives back a record that
 * is not the one it took.
 */
import type { Action, Kind } from '#ledger/action.ts'
import { encodeAction, kinds, parseAction } from '#ledger/action.ts'
import { equalBytes, toHex, utf8 } from '#ledger/bytes.ts'
import { utcDayOf } from '#ledger/calendar.ts'
import { type SignatureClaim, verifierFrom } from '#ledger/claims.ts'
import { digestOf } from '#ledger/state/digest.ts'
import { type Auth, type Entry, parseRecord, type Receipt, recordOf } from '#ledger/entry.ts'
import { keyIdOf, sign, type Verifier, verifyIn } from '#ledger/keys.ts'
import { apply, check, claimsOf } from '#ledger/ledger.ts'
import { allInclusions } from '#ledger/merkle.ts'
import type { Refusal } from '#ledger/refusal.ts'
import type { State } from '#ledger/state/state.ts'
import { type DiskFault, openDiskDoor } from './disk-door.ts'
import { frameTypes } from './frames.ts'
import { type Frame, type From, type Journal, JournalError, type Place } from '../disk/journal.ts'
import type { HubKeys } from '../disk/keystore.ts'
import { openOwnLog, type OwnLog, type OwnLogPorts, RecordDamaged, sealOver, SnapshotUnfit } from './own-log.ts'
import type { Answer, Clock, Entropy, Log, Own, Unavailable, Writer } from '../ports.ts'
import { progressLog } from '../progress-log.ts'
import type { Recomputation } from './recomputation.ts'
import { SNAPSHOT_EVERY, type Snapshots } from './snapshots.ts'
import type { LogIndex } from './timeline.ts'

export { LedgerCorrupt } from './log-replay.ts'
export { RecordDamaged } from './own-log.ts'

/** Actions one turn takes; more wait for the next. */
const GROUP_MAX = 512
/** Groups that are judged and not known to be on the disk: one in its sync, one ready to follow. */
const AHEAD_MAX = 2
/** Beyond this the hub says "busy" rather than let people wait for nothing. */
const QUEUE_MAX = 4_096
const OWN_ACTION_LIFE_SECONDS = 86_400
/** Rows hashed before others have their turn: some milliseconds. */
const ROWS_PER_SLICE = 4_096

export type Shut = Unavailable['unavailable']

export type WriterPorts = {
  /**
   * Opens the journal afresh and hands over its frames in order, of those behind `from` when it is given; called
   * again after a storage error.
   */
  openJournal(onFrame: (frame: Frame, at: Place) => void, from: From | null): Promise<Journal>
  /** Where a start may begin, and who recomputes behind it what it began from. */
  snapshots?: Snapshots
  /** Verifies signatures elsewhere (`verifier-pool.ts`), in the order asked. Without it each is verified in its turn. */
  verify?(claims: SignatureClaim[]): Promise<boolean[]>
  /** Bytes free where the journal lies; without it the disk is full when it says so in the middle of a write. */
  freeBytes?(): number
  keys: HubKeys
  clock: Clock
  entropy: Entropy
  log: Log
}

/** The writer with the levers that only the composition of the hub may pull. */
export type OpenWriter = Writer & {
  /** Why nothing is taken now, or null. */
  readonly shut: Shut | null
  /** The newest checkpoint note in the journal, or null. */
  readonly checkpoint: string | null
  /** Which entries belong together; of those on the disk. */
  readonly index: LogIndex
  /** How far the journal has been replayed behind a start from a snapshot; null when the state is what it comes to. */
  readonly proving: { done: number; total: number } | null
  /** Told once when that is so, if it is not yet. */
  onProved(listener: () => void): void
  /** Writes a snapshot if enough has been recorded since the last, and nothing is under way. */
  snapshotIfDue(): Promise<void>
  /** Waits while the ledger is being read again after an error of the disk, and not at all otherwise. */
  reread(): Promise<void>
  /**
   * Resolves when all that the state holds now is on the disk; to false when the disk refused it, so that
   * whatever was computed from the state must not be shown.
   */
  settled(): Promise<boolean>
  /** Shuts the door for a reason of the hub's own (the fence), or opens it again with null. */
  setShut(reason: 'restoring' | null): void
  /**
   * Takes back entries of this log that others kept while the door is shut: in order, each judged like any other, sealed
   * in the generation they were in, durable when it resolves; then, with the last of them, the checkpoint that covers
   * all. Answers why one was refused; those before it have been taken. Throws when the disk refuses.
   */
  adopt(records: Uint8Array[], checkpoint?: string): Promise<{ seq: number; refusal: Refusal } | null>
  /** Records `hub.restored`, the one action that is taken while the door is shut for a restore, if the disk can be relied on. */
  restore(own: Own<'hub.restored'>): Promise<Answer>
  /** Seals today's tick if something is due; the composition calls it now and then. */
  tickIfDue(): Promise<void>
  /** Appends a checkpoint note to the journal; true when it is durable. */
  keepCheckpoint(note: string): Promise<boolean>
  /** Waits for what is under way and lets go of the journal. */
  close(): Promise<void>
}

type Asked = { action: Action; body: Uint8Array; auth: Auth[] }
/** `verifier` null until the signatures have been verified. */
type Waiting = Asked & { verifier: Verifier | null; answer(answer: Answer): void }
type Written = { ok: true; receipts: Receipt[] }

/** Opens the journal of a founded hub, replays it, and is ready to write. Throws LedgerCorrupt or a JournalError. */
export async function openWriter(ports: WriterPorts): Promise<OpenWriter> {
  const { keys, clock, entropy, log } = ports
  const { snapshots } = ports
  const logPorts = { openJournal: ports.openJournal, logKey: keys.log }
  let own = await openAtStart(logPorts, ports)
  let proving: { done: number; total: number } | null = null
  let recomputation: Recomputation | null = null
  const provedListeners: (() => void)[] = []
  let snapshotting: Promise<void> = Promise.resolve()
  let lookedAt = own.durable
  /** Whether the hub waits at its fence. */
  let restoring = false
  let closing = false
  /** What has the writer's turn to itself. */
  let working: Promise<void> | null = null
  let waking = false
  let queue: Waiting[] = []
  let unverified: Waiting[] = []
  let tickAsked = false
  /** Groups under way to the disk. */
  const ahead = new Set<Promise<unknown>>()
  /** Answers under way by action id: the same action sent twice at once is one action. */
  const underWay = new Map<string, Promise<Answer>>()
  const listeners: ((entry: Entry) => void)[] = []
  /** Entries of which the listeners have heard, or which were there before them. */
  let told = own.durable

  const disk = openDiskDoor({
    clock,
    log,
    freeBytes: ports.freeBytes ?? null,
    async readAgain() {
      await own.journal.close().catch(() => {})
      await recomputation?.stop()
      own = await openOwnLog(logPorts)
      // Not before: until then the state is still the one that was doubted.
      proving = null
      for (const listener of provedListeners.splice(0)) listener()
      // A disk may keep what it refused: nobody was answered, and all the same it stands in the record from now on.
      while (told < own.durable) announce(own.entryAt(told))
    },
    onShut(fault) {
      for (const { answer } of queue.splice(0)) answer({ ok: false, unavailable: fault })
    },
    onOpen: wake,
  })
  const shut = (): Shut | null => disk.fault ?? (restoring ? 'restoring' : null)

  // ---- what comes in

  function submit(body: Uint8Array, auth: Auth[]): Promise<Answer> {
    const action = parseAction(body)
    if (action === null) return Promise.resolve(refused(malformed))
    if (shut() !== null || closing) return Promise.resolve({ ok: false, unavailable: shut() ?? 'busy' })
    if (queue.length >= QUEUE_MAX) return Promise.resolve({ ok: false, unavailable: 'busy' })

    const pending = underWay.get(action.id)
    if (pending !== undefined) return pending.then((answer) => sameOrTaken(answer, body))
    const before = own.state.ids.seqOf(action.id)
    if (before !== undefined) return Promise.resolve(sameOrTaken(recorded(before), body))

    const answer = new Promise<Answer>((resolve) => {
      const one: Waiting = { action, body, auth, verifier: ports.verify === undefined ? verifyIn : null, answer: resolve }
      queue.push(one)
      if (one.verifier === null) verifySoon(one)
    })
    underWay.set(action.id, answer)
    void answer.then(() => underWay.delete(action.id))
    wake()
    return answer
  }

  function record<K extends Kind>(kind: K, fields: Own<K>): Promise<Answer> {
    const { body, auth } = signedByHub(kind, fields)
    return submit(body, auth)
  }

  function signedByHub<K extends Kind>(kind: K, fields: Own<K>): Asked {
    const { state } = own
    const size = state.tree.size
    const action = {
      kind,
      id: toHex(entropy.bytes(16)),
      acct: toHex(state.hub.id),
      exp: Math.max(clock.now(), state.lastTs) + OWN_ACTION_LIFE_SECONDS,
      seen: { size, leaf: toHex(state.tree.leafAt(size - 1)) },
      ...fields,
    } as unknown as Action
    const body = encodeAction(action)
    const signature = sign(keys.log.secret, kinds[kind].context, state.hub.id, body)
    return { action, body, auth: [{ keyId: keyIdOf(keys.log.publicKey), signature }] }
  }

  /** Whoever asks in the same moment is verified in the same batch. */
  function verifySoon(one: Waiting): void {
    unverified.push(one)
    if (unverified.length > 1) return
    queueMicrotask(() => {
      const batch = unverified
      unverified = []
      void verifyAll(batch).then(wake)
    })
  }

  async function verifyAll(batch: Waiting[]): Promise<void> {
    let claims: SignatureClaim[][] = []
    let verdicts: boolean[] = []
    try {
      claims = batch.map((asked) => claimsOf(own.state, asked))
      verdicts = await ports.verify!(claims.flat())
    } catch (error) {
      log.warn('signatures are verified in turn: they could not be elsewhere', { error: String(error) })
    }
    let from = 0
    for (const [i, asked] of batch.entries()) {
      const own = claims[i] ?? []
      asked.verifier = verifierFrom(own, verdicts.slice(from, from + own.length))
      from += own.length
    }
  }

  // ---- turns

  function wake(): void {
    if (waking) return
    waking = true
    // Whoever sends in the same moment shares the group.
    queueMicrotask(() => {
      waking = false
      while (isDue()) turn()
    })
  }

  function isDue(): boolean {
    if (shut() !== null || closing || working !== null || ahead.size >= AHEAD_MAX) return false
    return tickAsked || (queue[0] !== undefined && queue[0].verifier !== null)
  }

  /** One group: everything up to the append happens without giving way to anybody. */
  function turn(): void {
    if (!disk.hasRoom()) return
    const unready = queue.findIndex(({ verifier }) => verifier === null)
    const taken = queue.splice(0, Math.min(GROUP_MAX, unready < 0 ? queue.length : unready))
    tickAsked = false
    try {
      judge(taken)
    } catch (error) {
      // A rule threw: a bug of ours, and it may have left the state half changed.
      brokeDown(error)
      for (const { answer } of taken) answer({ ok: false, unavailable: 'storage' })
    }
  }

  function judge(taken: Waiting[]): void {
    const { state } = own
    const entries: Entry[] = []
    const answers: Waiting['answer'][] = []
    const ts = Math.max(clock.now(), state.lastTs)

    const judgeOne = (asked: Asked, verifier: Verifier, answer: Waiting['answer'] = () => {}): void => {
      const entry = entryOf(state, ts, asked)
      const refusal = entry === null ? malformed : check(state, entry, verifier)
      if (entry === null || refusal !== null) return answer(refused(refusal ?? malformed))
      apply(state, entry)
      own.ran(entry)
      entries.push(entry)
      answers.push(answer)
    }

    if (utcDayOf(ts) !== state.tickDay) {
      judgeOne(signedByHub('tick', {}), verifyIn)
      // Of a state that is not proved nothing is said; the day then has no digest.
      if (proving === null) judgeOne(signedByHub('state.digest', { root: digestOf(state) }), verifyIn)
    }
    for (const asked of taken) judgeOne(asked, asked.verifier!, asked.answer)
    if (entries.length === 0) return
    void append(entries, (outcome) => {
      for (const [i, { seq, bytes }] of entries.entries()) {
        answers[i]!(outcome.ok ? { ok: true, seq, record: bytes, receipt: outcome.receipts[i]! } : outcome)
      }
    })
  }

  /** Seals entries that have been applied, as one group, and has both written; tells before anybody else hears of it. */
  function append(entries: Entry[], tell: (outcome: Written | Unavailable) => void = () => {}): Promise<Written | Unavailable> {
    const target = own
    const first = entries[0]!.seq
    const { root, paths } = allInclusions(entries.map(({ leaf }) => leaf))
    const seal = sealOver(target.state, first, root, keys.log.secret)
    const frames: Frame[] = entries.map(({ bytes }) => ({ type: frameTypes.record, payload: bytes }))
    frames.push({ type: frameTypes.seal, payload: seal })
    const writing = target.journal.append(frames).then(
      (places): Written => {
        target.settled(places)
        disk.wrote()
        return { ok: true, receipts: paths.map((path, i) => ({ seal, seq: first + i, path })) }
      },
      (error: unknown): Unavailable => {
        // The groups behind the one that failed fail with it, and say the same.
        const unavailable = disk.fault ?? reasonOf(error)
        if (own === target) disk.fail(unavailable, error)
        return { ok: false, unavailable }
      },
    ).then((outcome) => {
      ahead.delete(writing)
      tell(outcome)
      wake()
      try {
        if (outcome.ok) for (const entry of entries) announce(entry)
      } catch (error) {
        brokeDown(error)
      }
      return outcome
    })
    ahead.add(writing)
    return writing
  }

  /** Tells of a durable entry, each once and in order. */
  function announce(entry: Entry): void {
    if (entry.seq < told) return
    told = entry.seq + 1
    for (const listener of listeners) listener(entry)
  }

  function entryOf(state: State, ts: number, { action, body, auth }: Asked): Entry | null {
    const { origin } = state.hub
    const seq = state.tree.size
    return recordOf({ origin, seq, prev: state.tree.leafAt(seq - 1), ts, body, auth }, action)
  }

  // ---- while the door is shut for a restore

  /** Takes the writer's turn for work of the hub's own, while nobody else is let in; not while the disk cannot be relied on. */
  async function alone<T>(work: () => Promise<T>): Promise<T | Unavailable> {
    while (working !== null || ahead.size > 0) await (working ?? Promise.all(ahead))
    if (!restoring) throw new Error('only while the door is shut for a restore')
    if (disk.fault !== null || closing) return { ok: false, unavailable: disk.fault ?? 'busy' }
    const begun = work()
    working = begun.then(() => {}, () => {}).finally(() => {
      working = null
      wake()
    })
    return begun
  }

  async function adopt(records: Uint8Array[], checkpoint?: string): Promise<{ seq: number; refusal: Refusal } | null> {
    let stopped: { seq: number; refusal: Refusal } | null = null
    for (let next = 0; next < records.length && stopped === null;) {
      const group: Entry[] = []
      const { state } = own
      while (next < records.length && group.length < GROUP_MAX) {
        const entry = parseRecord(records[next]!)
        // A restore begins a group, so that no group is of two generations.
        if (entry?.action.kind === 'hub.restored' && group.length > 0) break
        const refusal = entry === null ? malformed : check(state, entry)
        if (entry === null || refusal !== null) {
          stopped = { seq: state.tree.size, refusal: refusal ?? malformed }
          break
        }
        apply(state, entry)
        own.ran(entry)
        group.push(entry)
        next++
      }
      if (group.length === 0) break
      if (!(await append(group)).ok) throw new Error('the disk refused what had been fetched back')
    }
    if (stopped === null && checkpoint !== undefined) await keep(checkpoint)
    return stopped
  }

  async function restore(fields: Own<'hub.restored'>): Promise<Answer> {
    const { state } = own
    const entry = entryOf(state, Math.max(clock.now(), state.lastTs), signedByHub('hub.restored', fields))
    const refusal = entry === null ? malformed : check(state, entry)
    if (entry === null || refusal !== null) return refused(refusal ?? malformed)
    apply(state, entry)
    own.ran(entry)
    const outcome = await append([entry])
    return outcome.ok ? { ok: true, seq: entry.seq, record: entry.bytes, receipt: outcome.receipts[0]! } : outcome
  }

  async function keep(note: string): Promise<boolean> {
    const target = own
    try {
      await target.journal.append([{ type: frameTypes.checkpoint, payload: utf8(note) }])
      target.checkpoint = note
      return true
    } catch (error) {
      if (own === target) disk.fail(reasonOf(error), error)
      return false
    }
  }

  // ---- starting from a snapshot

  /** Has recomputed what the snapshot says; the door is shut, and all is read again, if it is anything else. */
  async function prove(target: OwnLog, { size, from }: NonNullable<OwnLog['unproven']>): Promise<void> {
    const tell = progressLog(log, clock, 'replaying behind the start what the snapshot stands for')
    proving = { done: 0, total: size }
    recomputation = snapshots!.recompute(size, from, (done) => {
      if (own !== target) return
      proving = { done, total: size }
      tell(done, size, done)
    })
    const wrong = await recomputation.ended
    if (closing || own !== target) return
    if (wrong !== null) {
      snapshots!.discard(wrong)
      return disk.fail('storage', new Error(wrong))
    }
    target.unproven = null
    proving = null
    for (const listener of provedListeners.splice(0)) listener()
  }

  async function keepSnapshot(every: number): Promise<void> {
    if (snapshots === undefined || own.unproven !== null || own.durable - snapshots.size < every) return
    while (!own.hashClosed(ROWS_PER_SLICE)) await new Promise<void>((resolve) => void clock.after(0, resolve))
    if (disk.fault !== null || ahead.size > 0) return
    const snapshot = own.known()
    if (snapshot !== null) await snapshots.write(snapshot)
  }

  // ---- when something fails

  function brokeDown(error: unknown): void {
    log.error('an entry could not be dealt with; please report this', { error: (error as Error).stack ?? String(error) })
    disk.fail('storage', error)
  }

  /** Reads from the log; a disk that gives back something else shuts the door and is read as a whole. */
  function reading<T>(read: () => T): T {
    try {
      return read()
    } catch (error) {
      if (error instanceof RecordDamaged) disk.fail('storage', error)
      throw error
    }
  }

  function recorded(seq: number): Answer {
    try {
      return reading(() => ({ ok: true, seq, record: own.recordAt(seq), receipt: own.receiptAt(seq) }))
    } catch (error) {
      if (error instanceof RecordDamaged) return { ok: false, unavailable: 'storage' }
      throw error
    }
  }

  if (own.unproven !== null) void prove(own, own.unproven)

  return {
    get state() {
      return own.state
    },
    get shut() {
      return shut()
    },
    get checkpoint() {
      return own.checkpoint
    },
    submit,
    record,
    read(from, count, bytesMax = Number.POSITIVE_INFINITY) {
      const found: Uint8Array[] = []
      let bytes = 0
      for (let seq = from; seq < Math.min(from + count, own.durable); seq++) {
        const record = reading(() => own.recordAt(seq))
        bytes += record.length
        if (found.length > 0 && bytes > bytesMax) break
        found.push(record)
      }
      return found
    },
    entryAt: (seq) => reading(() => own.entryAt(seq)),
    onRecorded: (listener) => void listeners.push(listener),
    get index() {
      return own.index
    },
    get proving() {
      return proving
    },
    onProved(listener) {
      if (proving === null) listener()
      else provedListeners.push(listener)
    },
    async snapshotIfDue() {
      const { durable } = own
      // Two looks at the same size: nobody is writing just now.
      if (durable === lookedAt) await (snapshotting = snapshotting.then(() => keepSnapshot(SNAPSHOT_EVERY)))
      lookedAt = durable
    },
    reread: async () => void (await disk.rereading),
    async settled() {
      const { state } = own
      const { size } = state.tree
      await Promise.all(ahead)
      return own.state === state && own.durable >= size
    },
    async adopt(records, checkpoint) {
      const outcome = await alone(() => adopt(records, checkpoint))
      if (outcome !== null && 'unavailable' in outcome) throw new Error(`the record takes nothing now: ${outcome.unavailable}`)
      return outcome
    },
    restore: (fields) => alone(() => restore(fields)),
    setShut(reason) {
      restoring = reason !== null
      wake()
    },
    async tickIfDue() {
      const due = own.state.deadlines.next()
      if (shut() !== null || due === undefined || due > clock.now()) return
      if (utcDayOf(clock.now()) === own.state.tickDay) return
      // A turn on a new day begins with the day's tick, whatever else it brings.
      tickAsked = true
      wake()
      await Promise.resolve()
      await Promise.all(ahead)
    },
    async keepCheckpoint(note) {
      return shut() !== null || closing ? false : await keep(note)
    },
    async close() {
      closing = true
      await disk.stop()
      for (const { answer } of queue.splice(0)) answer({ ok: false, unavailable: 'busy' })
      await working
      await Promise.all(ahead)
      await recomputation?.stop()
      await snapshotting
      await keepSnapshot(1)
      await own.journal.close()
    },
  }
}

/** From the snapshot if there is one that fits, else from the journal alone. */
async function openAtStart(logPorts: OwnLogPorts, { snapshots }: WriterPorts): Promise<OwnLog> {
  const snapshot = (await snapshots?.read()) ?? null
  if (snapshot === null) return openOwnLog(logPorts)
  try {
    return await openOwnLog(logPorts, snapshot)
  } catch (error) {
    if (!(error instanceof SnapshotUnfit)) throw error
    snapshots!.discard(error.message)
    return openOwnLog(logPorts)
  }
}

const reasonOf = (error: unknown): DiskFault =>
  error instanceof JournalError && error.code === 'disk-full' ? 'disk-full' : 'storage'

const malformed: Refusal = { code: 'malformed' }
const refused = (refusal: Refusal): Answer => ({ ok: false, refusal })

/** The same action again gets the same receipt; another action under its id is refused. */
function sameOrTaken(answer: Answer, body: Uint8Array): Answer {
  if (!answer.ok) return answer
  return equalBytes(parseRecord(answer.record)!.body, body) ? answer : refused({ code: 'id-taken' })
}
