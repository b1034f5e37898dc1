/**
 * The single writer: the only place where an action becomes an entry.
 *
 * A turn is synchronous from reading the state to changing it, so two actions can never be judged by the
 * same past. Then the whole group goes to the journal in one append, sealed by one signature, and only when
 * the disk has said yes does anybody hear an answer. What waits meanwhile is the next group (group commit).
 *
 *   queue → [check → apply]… → seal → journal.append (fdatasync) → answers → listeners → next turn
 *
 * Memory runs ahead of the disk during an append. If the append fails there is no way back from applied
 * entries, and none is written: the door is shut, the state is dropped, everything is read again from the
 * disk, and only what the disk really holds goes on (the same code as a start).
 */
import type { Kind } from '#ledger/action.ts'
import { encodeAction, kinds, parseAction } from '#ledger/action.ts'
import { equalBytes, fromUtf8, toHex, utf8 } from '#ledger/bytes.ts'
import { utcDayOf } from '#ledger/calendar.ts'
import {
  type Auth, encodeRecord, type Entry, openSeal, parseRecord, RECORD_BYTES_MAX, receiptsOf, sealGroup,
} from '#ledger/entry.ts'
import { keyIdOf, sign } from '#ledger/keys.ts'
import { apply, check, found, isRefusal } from '#ledger/ledger.ts'
import { leafHash, rootOf } from '#ledger/merkle.ts'
import type { Refusal } from '#ledger/refusal.ts'
import { generationOf, type State } from '#ledger/state.ts'
import { frameTypes } from './frames.ts'
import { type Frame, type Journal, JournalCorrupt, JournalError, type Place } from './journal.ts'
import type { HubKeys } from './keystore.ts'
import type { Answer, Clock, Entropy, Log, Own, Unavailable, Writer } from './ports.ts'

/** Actions one turn takes; more wait for the next. */
const GROUP_MAX = 512
/** Beyond this the hub says "busy" rather than let people wait for nothing. */
const QUEUE_MAX = 4_096
const OWN_ACTION_LIFE_SECONDS = 86_400
const REOPEN_MS = 1_000

export type Shut = Unavailable['unavailable']

export type WriterPorts = {
  /** Opens the journal afresh and hands over its frames in order; called again after a storage error. */
  openJournal(onFrame: (frame: Frame, at: Place) => void): Promise<Journal>
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
  /** Shuts the door for a reason of the hub's own (the fence), or opens it again with null. */
  setShut(reason: 'restoring' | null): void
  /**
   * Takes back entries of this log that others kept while the door is shut: in order, each judged like any other, sealed
   * in the generation they were in, durable when it resolves; then the checkpoint that covers them. Answers why one was
   * refused; those before it have been taken. Throws when the disk refuses.
   */
  adopt(records: Uint8Array[], checkpoint: string): Promise<{ seq: number; refusal: Refusal } | null>
  /** Records `hub.restored`, the one action that is taken while the door is shut for a restore. */
  restore(own: Own<'hub.restored'>): Promise<Answer>
  /** Seals today's tick if something is due; the composition calls it now and then. */
  tickIfDue(): Promise<void>
  /** Appends a checkpoint note to the journal; true when it is durable. */
  keepCheckpoint(note: string): Promise<boolean>
  /** Waits for what is under way and lets go of the journal. */
  close(): Promise<void>
}

type Waiting = { body: Uint8Array; auth: Auth[]; answer: (answer: Answer) => void }
/** The seal that covers a record, for receipts asked for again. */
type Group = { first: number; seal: Uint8Array }

/** Everything that was read from the disk; dropped as a whole when the disk fails. */
type Held = { state: State; records: Uint8Array[]; groups: Group[]; checkpoint: string | null; journal: Journal }

/** The hub's log cannot be continued from what is on this disk. Nothing of it has been changed. */
export class LedgerCorrupt extends Error {
  readonly code = 'ledger-corrupt'
  readonly seq: number
  constructor(seq: number, reason: string, options?: ErrorOptions) {
    super(
      `the ledger on this disk is damaged at entry ${seq}: ${reason}. Nothing was changed. Keep this directory as it `
        + 'is, and bring the latest backup back into its place; `npm run audit` says what of either is sound.',
      options,
    )
    this.name = 'LedgerCorrupt'
    this.seq = seq
  }
}

/** Opens the journal of a founded hub, replays it, and is ready to write. Throws LedgerCorrupt or a JournalError. */
export async function openWriter(ports: WriterPorts): Promise<OpenWriter> {
  const { keys, clock, entropy, log } = ports
  let held = await read(ports)
  let shut: Shut | null = null
  /** What the fence last said; it holds on through an error of the disk. */
  let fenced: 'restoring' | null = null
  let closing = false
  let turning: Promise<void> | null = null
  let reopening: (() => void) | null = null
  const queue: Waiting[] = []
  let tickAsked = false
  /** Answers under way by action id: the same action sent twice at once is one action. */
  const underWay = new Map<string, Promise<Answer>>()
  const listeners: ((entry: Entry) => void)[] = []

  function submit(body: Uint8Array, auth: Auth[]): Promise<Answer> {
    const action = parseAction(body)
    if (action === null) return Promise.resolve(refused({ code: 'malformed' }))
    if (shut !== null || closing) return Promise.resolve({ ok: false, unavailable: shut ?? 'busy' })
    if (queue.length >= QUEUE_MAX) return Promise.resolve({ ok: false, unavailable: 'busy' })

    const before = held.state.ids.get(action.id)
    const pending = underWay.get(action.id)
    if (pending !== undefined) return pending.then((answer) => sameOrTaken(answer, body))
    if (before !== undefined) return Promise.resolve(sameOrTaken(recorded(before.seq), body))

    const answer = new Promise<Answer>((resolve) => queue.push({ body, auth, answer: resolve }))
    underWay.set(action.id, answer)
    void answer.then(() => underWay.delete(action.id))
    wake()
    return answer
  }

  function record<K extends Kind>(kind: K, own: Own<K>): Promise<Answer> {
    return submit(...signedByHub(kind, own))
  }

  function signedByHub<K extends Kind>(kind: K, own: Own<K>): [body: Uint8Array, auth: Auth[]] {
    const { state } = held
    const size = state.tree.size
    const body = encodeAction({
      kind,
      id: toHex(entropy.bytes(16)),
      acct: toHex(state.hub.id),
      exp: Math.max(clock.now(), state.lastTs) + OWN_ACTION_LIFE_SECONDS,
      seen: { size, leaf: toHex(state.tree.leafAt(size - 1)) },
      ...own,
    } as never)
    const signature = sign(keys.log.secret, kinds[kind].context, state.hub.id, body)
    return [body, [{ keyId: keyIdOf(keys.log.publicKey), signature }]]
  }

  function wake(): void {
    if (turning !== null || shut !== null || (queue.length === 0 && !tickAsked)) return
    turning = turn().finally(() => {
      turning = null
      wake()
    })
  }

  async function turn(): Promise<void> {
    // Whoever sends in the same moment shares the group.
    await Promise.resolve()
    const taken = queue.splice(0, GROUP_MAX)
    tickAsked = false
    try {
      await commit([...taken])
    } catch (error) {
      // A rule or a listener threw: a bug of ours, and it may have left the state half changed.
      log.error('an entry could not be dealt with; please report this', { error: (error as Error).stack ?? String(error) })
      for (const { answer } of taken) answer({ ok: false, unavailable: 'storage' })
      if (shut !== 'disk-full' && shut !== 'storage') fail('storage', error)
    }
  }

  /** One group: everything up to the append happens without giving way to anybody. */
  async function commit(taken: Waiting[]): Promise<void> {
    const { state, records } = held
    const first = records.length
    const group: { entry: Entry; answer: (answer: Answer) => void }[] = []
    const ts = Math.max(clock.now(), state.lastTs)

    if (utcDayOf(ts) !== state.tickDay) {
      const [body, auth] = signedByHub('tick', {})
      taken.unshift({ body, auth, answer: () => {} })
    }
    for (const { body, auth, answer } of taken) {
      const entry = entryOf(state, ts, body, auth)
      const refusal = entry === null ? malformed : check(state, entry)
      if (entry === null || refusal !== null) {
        answer(refused(refusal ?? malformed))
        continue
      }
      apply(state, entry)
      records.push(entry.bytes)
      group.push({ entry, answer })
    }
    if (group.length === 0) return

    const leaves = group.map(({ entry }) => entry.leaf)
    const sealed = await append(group.map(({ entry }) => entry))
    if (!sealed.ok) {
      for (const { answer } of group) answer(sealed)
      return
    }
    const receipts = receiptsOf(sealed.seal, first, leaves)
    for (const [i, { entry, answer }] of group.entries()) {
      answer({ ok: true, seq: entry.seq, record: entry.bytes, receipt: receipts[i]! })
    }
    for (const { entry } of group) for (const listener of listeners) listener(entry)
  }

  /** Seals entries that have been applied, as one group, and puts both on the disk. */
  async function append(entries: Entry[]): Promise<{ ok: true; seal: Uint8Array } | Unavailable> {
    const { state, journal, groups } = held
    const first = entries[0]!.seq
    const seal = sealOf(state, first, entries.map(({ leaf }) => leaf))
    const frames: Frame[] = entries.map(({ bytes }) => ({ type: frameTypes.record, payload: bytes }))
    frames.push({ type: frameTypes.seal, payload: seal })
    try {
      await journal.append(frames)
    } catch (error) {
      const unavailable = reasonOf(error)
      fail(unavailable, error)
      return { ok: false, unavailable }
    }
    groups.push({ first, seal })
    return { ok: true, seal }
  }

  /** Takes the writer's turn for work of the hub's own, while nobody else is let in. */
  async function alone<T>(work: () => Promise<T>): Promise<T> {
    while (turning !== null) await turning
    if (shut !== 'restoring' || closing) throw new Error('only while the door is shut for a restore')
    const working = work()
    turning = working.then(() => {}, () => {}).finally(() => {
      turning = null
      wake()
    })
    return working
  }

  async function adopt(records: Uint8Array[], checkpoint: string): Promise<{ seq: number; refusal: Refusal } | null> {
    let stopped: { seq: number; refusal: Refusal } | null = null
    for (let next = 0; next < records.length && stopped === null;) {
      const group: Entry[] = []
      while (next < records.length && group.length < GROUP_MAX) {
        const entry = parseRecord(records[next]!)
        // A restore begins a group, so that no group is of two generations.
        if (entry?.action.kind === 'hub.restored' && group.length > 0) break
        const refusal = entry === null ? malformed : check(held.state, entry)
        if (entry === null || refusal !== null) {
          stopped = { seq: held.state.tree.size, refusal: refusal ?? malformed }
          break
        }
        apply(held.state, entry)
        held.records.push(entry.bytes)
        group.push(entry)
        next++
      }
      if (group.length === 0) break
      if (!(await append(group)).ok) throw new Error('the disk refused what had been fetched back')
      for (const entry of group) for (const listener of listeners) listener(entry)
    }
    if (stopped === null) await keep(checkpoint)
    return stopped
  }

  async function restore(own: Own<'hub.restored'>): Promise<Answer> {
    const { state } = held
    const entry = entryOf(state, Math.max(clock.now(), state.lastTs), ...signedByHub('hub.restored', own))
    const refusal = entry === null ? malformed : check(state, entry)
    if (entry === null || refusal !== null) return refused(refusal ?? malformed)
    apply(state, entry)
    held.records.push(entry.bytes)
    const sealed = await append([entry])
    if (!sealed.ok) return sealed
    for (const listener of listeners) listener(entry)
    return { ok: true, seq: entry.seq, record: entry.bytes, receipt: receiptsOf(sealed.seal, entry.seq, [entry.leaf])[0]! }
  }

  async function keep(note: string): Promise<boolean> {
    const { journal } = held
    try {
      await journal.append([{ type: frameTypes.checkpoint, payload: utf8(note) }])
      held.checkpoint = note
      return true
    } catch (error) {
      // A second failure of the same journal while it is being read again is the same failure.
      if ((shut === null || shut === 'restoring') && held.journal === journal) fail(reasonOf(error), error)
      return false
    }
  }

  function entryOf(state: State, ts: number, body: Uint8Array, auth: Auth[]): Entry | null {
    const { origin } = state.hub
    const seq = state.tree.size
    const bytes = encodeRecord({ origin, seq, prev: state.tree.leafAt(seq - 1), ts, body, auth })
    return bytes.length > RECORD_BYTES_MAX ? null : parseRecord(bytes)
  }

  function sealOf(state: State, first: number, leaves: Uint8Array[]): Uint8Array {
    const { origin, id } = state.hub
    const last = first + leaves.length - 1
    return sealGroup({ origin, first, last, root: rootOf(leaves), generation: generationOf(state) }, keys.log.secret, id)
  }

  /** Memory is ahead of the disk: take nothing more, read the disk again until it can be read, then go on. */
  function fail(reason: 'disk-full' | 'storage', error: unknown): void {
    shut = reason
    log.error('the disk refused an append; nothing is taken until it has been read again', { reason, error: String(error) })
    for (const { answer } of queue.splice(0)) answer({ ok: false, unavailable: reason })
    const old = held.journal
    const reopen = async (): Promise<void> => {
      reopening = null
      if (closing) return
      try {
        await old.close().catch(() => {})
        held = await read(ports)
        shut = fenced
        log.info('the disk answers again; the ledger was read from it and verified', { entries: held.records.length })
        wake()
      } catch (again) {
        log.error('the disk still cannot be read', { error: String(again) })
        reopening = clock.after(REOPEN_MS, () => void reopen())
      }
    }
    reopening = clock.after(REOPEN_MS, () => void reopen())
  }

  function recorded(seq: number): Answer {
    const { groups, records } = held
    const group = groups[groupOf(groups, seq)]!
    const next = groups[groupOf(groups, seq) + 1]?.first ?? records.length
    const leaves = records.slice(group.first, next).map(leafHash)
    return { ok: true, seq, record: records[seq]!, receipt: receiptsOf(group.seal, group.first, leaves)[seq - group.first]! }
  }

  return {
    get state() {
      return held.state
    },
    get shut() {
      return shut
    },
    get checkpoint() {
      return held.checkpoint
    },
    submit,
    record,
    read(from, count, bytesMax = Number.POSITIVE_INFINITY) {
      const found: Uint8Array[] = []
      let bytes = 0
      for (const record of held.records.slice(from, from + count)) {
        bytes += record.length
        if (found.length > 0 && bytes > bytesMax) break
        found.push(record)
      }
      return found
    },
    entryAt: (seq) => parseRecord(held.records[seq]!)!,
    onRecorded: (listener) => void listeners.push(listener),
    adopt: (records, checkpoint) => alone(() => adopt(records, checkpoint)),
    restore: (own) => alone(() => restore(own)),
    setShut(reason) {
      fenced = reason
      if (shut === 'disk-full' || shut === 'storage') return
      shut = reason
      if (shut === null) wake()
    },
    async tickIfDue() {
      const due = held.state.deadlines.next()
      if (shut !== null || due === undefined || due.at > clock.now()) return
      if (utcDayOf(clock.now()) === held.state.tickDay) return
      // A turn on a new day begins with the day's tick, whatever else it brings.
      tickAsked = true
      wake()
      await turning
    },
    async keepCheckpoint(note) {
      return shut !== null || closing ? false : await keep(note)
    },
    async close() {
      closing = true
      reopening?.()
      await turning
      await held.journal.close()
    },
  }
}

const reasonOf = (error: unknown): 'disk-full' | 'storage' =>
  error instanceof JournalError && error.code === 'disk-full' ? 'disk-full' : 'storage'

const malformed: Refusal = { code: 'malformed' }
const refused = (refusal: Refusal): Answer => ({ ok: false, refusal })

/** The same action again gets the same receipt; another action under its id is refused. */
function sameOrTaken(answer: Answer, body: Uint8Array): Answer {
  if (!answer.ok) return answer
  return equalBytes(parseRecord(answer.record)!.body, body) ? answer : refused({ code: 'id-taken' })
}

/** Index of the group that holds `seq`: groups are in order, so halve. */
function groupOf(groups: Group[], seq: number): number {
  let low = 0
  let high = groups.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (groups[middle]!.first <= seq) low = middle
    else high = middle - 1
  }
  return low
}

/** The disk to a state: every record checked as an auditor would, every seal verified. */
async function read(ports: WriterPorts): Promise<Held> {
  let state: State | null = null
  let checkpoint: string | null = null
  const records: Uint8Array[] = []
  const groups: Group[] = []
  let sealed = 0

  const onRecord = (payload: Uint8Array): void => {
    const seq = records.length
    const entry = parseRecord(payload.slice())
    if (entry === null) throw new LedgerCorrupt(seq, 'it cannot be read')
    if (state === null) {
      const founded = found(entry)
      if (isRefusal(founded)) throw new LedgerCorrupt(seq, founded.code)
      state = founded
    } else {
      const refusal = check(state, entry)
      if (refusal !== null) throw new LedgerCorrupt(seq, refusal.code)
      apply(state, entry)
    }
    records.push(entry.bytes)
  }
  const onSeal = (payload: Uint8Array): void => {
    if (state === null) throw new LedgerCorrupt(0, 'a seal stands before the first entry')
    const bytes = payload.slice()
    const seal = openSeal(bytes, state.hub.logKey, state.hub.id)
    const leaves = records.slice(sealed).map(leafHash)
    if (seal === null || seal.first !== sealed || seal.last !== records.length - 1 || !equalBytes(seal.root, rootOf(leaves))) {
      throw new LedgerCorrupt(sealed, 'its seal does not cover it')
    }
    groups.push({ first: sealed, seal: bytes })
    sealed = records.length
  }
  const journal = await ports.openJournal(({ type, payload }) => {
    if (type === frameTypes.record) onRecord(payload)
    else if (type === frameTypes.seal) onSeal(payload)
    else if (type === frameTypes.checkpoint) checkpoint = fromUtf8(payload)
    else throw new LedgerCorrupt(records.length, `a frame of unknown type ${type}`)
  }).catch((error: unknown) => {
    if (!(error instanceof JournalCorrupt)) throw error
    // Frames are the journal's; what people and the audit count is entries.
    throw new LedgerCorrupt(records.length, error.message, { cause: error })
  })
  const founded = state as State | null
  if (founded === null) {
    await journal.close()
    throw new LedgerCorrupt(0, 'there is no entry')
  }
  if (sealed < records.length) {
    // Records reached the disk and their seal did not: nobody was answered, and nothing need be lost.
    const leaves = records.slice(sealed).map(leafHash)
    const { origin, id } = founded.hub
    const seal = sealGroup(
      { origin, first: sealed, last: records.length - 1, root: rootOf(leaves), generation: generationOf(founded) }, ports.keys.log.secret, id,
    )
    await journal.append([{ type: frameTypes.seal, payload: seal }])
    groups.push({ first: sealed, seal })
  }
  return { state: founded, records, groups, checkpoint, journal }
}
