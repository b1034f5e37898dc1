/**
 * Checkpoints: what this hub says of its own log (C2SP tlog-checkpoint). What it says of others' stands in `witness.ts`.
 *
 * Whenever records have been added it signs how many there are and what their root is, at once after anything that other
 * cities wait for and within a minute otherwise; makes that durable; then tells the other members and asks each for its
 * cosignatures. Only what is on the disk is ever signed.
 */
import type { Kind, Origin } from '#ledger/action.ts'
import { equalBytes, utf8 } from '#ledger/bytes.ts'
import { encodeCheckpoint, openCheckpoint, parseDecimal } from '#ledger/checkpoint.ts'
import { auditorOf, cosignerOf } from '#ledger/cosigner.ts'
import { type Card, quorum } from '#ledger/federation/federation.ts'
import { proveConsistency, proveInclusion } from '#ledger/merkle.ts'
import { addSignature, isBy, type NoteKey, openNote, signNote } from '#ledger/note.ts'
import { encodeProof } from '#ledger/proof.ts'
import { CHECKPOINT_EVERY_MS, CLOCK_SKEW_SECONDS, COSIGN_RETRY_MS, services } from '#protocol/limits.ts'
import { witnessAnswers } from '#protocol/message.ts'
import { encodeAddCheckpoint } from '#protocol/witness.ts'
import { membershipOf, neighbour, neighbourAt, neighboursOf, peerOf } from '../cities.ts'
import { announce } from './announcing.ts'
import type { WitnessReply } from './witness.ts'
import type { HubKeys } from '../../disk/keystore.ts'
import type { Network } from '../../wire/network.ts'
import type { Clock, Log, Writer } from '../../ports.ts'

/** What other cities wait for: a minute would be a minute in which a traveller, or who moves, stands at a door. */
const urgent: ReadonlySet<Kind> = new Set<Kind>(['x.out', 'x.cert', 'x.in', 'fed.adopted', 'member.moved'])

export type CheckpointerPorts = {
  writer: Writer
  network: Network
  keys: Pick<HubKeys, 'log'>
  clock: Clock
  log: Log
  /** The newest checkpoint note in this hub's journal, or null. */
  last: string | null
  /** Appends a note to the journal; true when it is durable. */
  keep(note: string): Promise<boolean>
  /** False while nothing may be signed (the fence). */
  maySeal(): boolean
  /** A member claims to have seen a longer or a different history of this hub: let it show that. */
  onOtherHistory(by: Origin, because: string): void
  checkpointEveryMs?: number
  cosignRetryMs?: number
}

/**
 * A checkpoint of ours: the note as the log signed it, and with the cosignatures gathered so far.
 */
export type OwnCheckpoint = { size: number; bare: string; note: string }

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
  onWitnessed(listener: (size: number) => void): void
  stop(): Promise<void>
}

/**
 * A checkpoint of ours that is being cosigned. `auditors`: members whose audit signature is in the
 * note.
 */
type Current = OwnCheckpoint & { auditors: Set<Origin>; complete: Set<Origin> }

/**
 * Begins signing, and gathering cosignatures.
 * @throws when the journal's last checkpoint is not of this log: then nothing may be signed.
 */
export async function startCheckpointer(ports: CheckpointerPorts): Promise<Checkpointer> {
  const { writer, network, keys, clock, log } = ports
  const { origin } = writer.state.hub
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
  const listeners: ((size: number) => void)[] = []

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
        announce(bare, writer, network)
        for (const card of neighboursOf(writer.state)) show(card.origin)
      })
      .catch((error: unknown) =>
        log.error('a checkpoint could not be signed', { error: String(error) }),
      )
    return signing
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
    onWitnessed: (listener) => void listeners.push(listener),
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
