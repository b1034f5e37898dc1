/**
 * What this hub has bound itself to: its votes on orders, its signature under one document a
 * version, its frontier reports. Each is a promise never to say the opposite, so each is on the
 * disk, in a journal of its own, before a signature leaves the house. A vote sent before it was
 * durable is what lets a crash certify two orders for one slot.
 *
 * The binding takes hold in memory at once, before the disk has it: whoever asks in the meantime
 * about another order meets it already. If the disk then refuses, this hub stays bound to what it
 * never said, which costs nothing, and says nothing more until it is started again.
 *
 * A hub restored from a backup has said more than it finds here. It notes the loss (`bindLoss`), and
 * then, voter by voter, how far each of the others has seen every chain (`bindHeard`): one slot
 * above the highest it may have voted itself, and there it abstains for ever (`recall.ts`).
 *
 * Evidence is kept here too: two orders of one slot, two checkpoints of one size, each signed by
 * the hub that should not have.
 */
import { orderEvidence, type Origin } from '#ledger/action.ts'
import { equalBytes, toHex, utf8 } from '#ledger/bytes.ts'
import { orderIdOf } from '#ledger/federation/federation.ts'
import {
  bytesOf, bytesUpTo, decodeAs, encodeAs, fields, type Infer, listOf, type Schema, textUpTo, uint,
} from '#ledger/schema.ts'
import {
  DOCUMENT_BYTES_MAX, EVIDENCE_MAX, NOTE_BYTES_MAX, ORDER_BYTES_MAX, REPORT_BYTES_MAX, VOTERS_MAX,
} from '#protocol/limits.ts'
import type { DocumentSignature, ProvedReport, SignedOrder, SlotVote } from '#protocol/message.ts'
import type { Fork } from '#protocol/witness.ts'
import type { Frame } from '../../disk/journal.ts'

/**
 * The journal as this file needs it: its frames so far, and an append that resolves when it is
 * durable.
 */
export type VotesPorts = { frames: Iterable<Frame>; append(frames: Frame[]): Promise<void> }

/**
 * The order this hub is bound to at a slot; `vote` with its bytes only for the highest slot of a
 * chain.
 */
export type Lock = { orderId: string; vote: SlotVote | null }

/** Since when this hub knows less than it has said, which voters have told it since, and which say that they have forgotten, too. */
export type Loss = { ts: number; heard: ReadonlySet<Origin>; forgetful: ReadonlySet<Origin>; /** The vote keys, hex, made since, with which it has signed that it will vote. */ renewed: ReadonlySet<string> }

/** What one voter tells a hub that has forgotten. */
export type Heard = {
  voter: Origin
  /** For each chain the first slot at which this hub cannot have voted, by this voter's knowledge. */
  slots: { hub: Origin; slot: number }[]
  /** Votes of this hub that it has seen: order ids, 32 bytes each. */
  seen: Uint8Array[]
}

/** Two orders that a hub has signed for one slot. */
export type SignedPair = { hub: Origin; first: SignedOrder; second: SignedOrder }

export type Proposed = { document: Uint8Array; signatures: DocumentSignature[] }
export type Reported = Proposed & ProvedReport

export type Votes = {
  lockOf(hub: Origin, slot: number): Lock | undefined
  /** True when this hub has voted for the order with this id (hex), on whatever chain. */
  hasVotedFor(orderId: string): boolean
  /** The highest slot of a hub's chain this hub is bound at. */
  lastOf(hub: Origin): SlotVote | undefined
  /**
   * Resolves when the vote is durable. Throws when this hub is bound to another order there: ask
   * `lockOf` first.
   */
  bindVote(hub: Origin, vote: SlotVote): Promise<void>
  /** True when another hub has told us of this vote after we had lost it (order id, hex). */
  hasRecalled(orderId: string): boolean
  /** The last time this hub found that it had said more than it knows, or null. */
  loss(): Loss | null
  /**
   * Notes a loss; whatever was heard before counts no longer. `next`: the key that waits for its document, if any. It may
   * have been promised and voted with in what is forgotten, so it counts as promised before.
   */
  bindLoss(ts: number, next: Uint8Array | null): Promise<void>
  bindHeard(heard: Heard): Promise<void>
  /** That voter has forgotten as well. Not kept: it may be told itself, and is asked again after a start. */
  noteForgetful(voter: Origin): void
  /** Below this slot of a hub's chain this hub may have given votes that it does not know. */
  unsureBelow(hub: Origin): number
  /** The document this hub has signed for a version. */
  signedFor(version: number): Proposed | undefined
  /** Notes that a document may come by which this hub votes with this key; binds to none. */
  noteRenewal(voteKey: Uint8Array): Promise<void>
  /** Whether such a document may come: then this key must not be let go. */
  hasPromised(voteKey: Uint8Array): boolean
  bindDocument(version: number, proposed: Proposed): Promise<void>
  /**
   * The report by which this hub ended the epoch before a version, if it has: it votes no more in
   * it.
   */
  reportedFor(version: number): Reported | undefined
  /** `make` is asked at once and in the same turn closes the epoch. */
  bindReport(version: number, make: () => Reported): Promise<Reported>
  keepOrders(hub: Origin, first: SignedOrder, second: SignedOrder): Promise<void>
  /** The pairs of orders that are kept, one a hub. */
  orders(): readonly SignedPair[]
  /** Told of a pair when it is durable. */
  onOrders(listener: (pair: SignedPair) => void): void
  keepFork(fork: Fork): Promise<void>
  /** What has been kept against each hub: how many pairs of statements that cannot both be true. */
  evidence(): { hub: Origin; what: 'orders' | 'checkpoints' }[]
}

const order = bytesUpTo(ORDER_BYTES_MAX)
const note = bytesUpTo(NOTE_BYTES_MAX)
const origin = textUpTo(64)
const signedOrder = fields({ order, signature: bytesOf(64) })
const signatures = listOf(fields({ hub: uint, signature: bytesOf(64) }), VOTERS_MAX)
const document = bytesUpTo(DOCUMENT_BYTES_MAX)

/** What the frames of this journal are; the letters are for whoever reads it with a hex dump. */
const rows = {
  /** `V` */
  vote: [0x56, fields({ hub: origin, slot: uint, epoch: uint, order, signature: bytesOf(64) })],
  /** `D` */
  document: [0x44, fields({ version: uint, document, signatures })],
  /** `F` */
  report: [
    0x46,
    fields({
      version: uint,
      document,
      signatures,
      report: bytesUpTo(REPORT_BYTES_MAX),
      signature: bytesOf(64),
      evidence: listOf(orderEvidence, EVIDENCE_MAX),
    }),
  ],
  /** `L` */
  loss: [0x4c, fields({ ts: uint })],
  /** `H` */
  heard: [
    0x48,
    fields({
      voter: origin,
      slots: listOf(fields({ hub: origin, slot: uint }), VOTERS_MAX),
      seen: listOf(bytesOf(32), VOTERS_MAX),
    }),
  ],
  /** `R` */
  renewal: [0x52, fields({ voteKey: bytesOf(32) })],
  /** `O` */
  orders: [0x4f, fields({ hub: origin, first: signedOrder, second: signedOrder })],
  /** `K` */
  fork: [0x4b, fields({ hub: origin, first: note, second: note })],
} as const
type Rows = { [K in keyof typeof rows]: Infer<(typeof rows)[K][1]> }

/**
 * Reads what was bound before. Throws when a frame cannot be read: a voter that has forgotten must
 * not vote.
 */
export function openVotes({ frames, append }: VotesPorts): Votes {
  const locks = new Map<string, Lock>()
  const votedFor = new Set<string>()
  const last = new Map<Origin, SlotVote>()
  const documents = new Map<number, Proposed>()
  const reports = new Map<number, Reported>()
  const kept: { hub: Origin; what: 'orders' | 'checkpoints' }[] = []
  const seen = new Set<string>()
  const pairs: SignedPair[] = []
  const pairListeners: ((pair: SignedPair) => void)[] = []
  const recalled = new Set<string>()
  const unsure = new Map<Origin, number>()
  /** Vote keys, hex, for which a document may come. */
  const promised = new Set<string>()
  let loss: { ts: number; heard: Set<Origin>; forgetful: Set<Origin>; renewed: Set<string> } | null = null
  /**
   * What is bound in memory and not known to be durable yet, by the same name as in `locks` and so
   * on.
   */
  const pending = new Map<string, Promise<void>>()

  const placeOf = (hub: Origin, slot: number): string => `${slot} ${hub}`
  const lossAt = (ts: number) => ({ ts, heard: new Set<Origin>(), forgetful: new Set<Origin>(), renewed: new Set<string>() })

  function lock(hub: Origin, vote: SlotVote): void {
    const before = last.get(hub)
    // Bytes are kept for the newest slot alone; the chain itself shows those of certified ones.
    if (before !== undefined && before.slot < vote.slot)
      locks.get(placeOf(hub, before.slot))!.vote = null
    const newest = before === undefined || before.slot <= vote.slot
    if (newest) last.set(hub, vote)
    const orderId = toHex(orderIdOf(vote.order))
    votedFor.add(orderId)
    locks.set(placeOf(hub, vote.slot), { orderId, vote: newest ? vote : null })
  }

  function hear({ voter, slots, seen: ours }: Heard): void {
    loss?.heard.add(voter)
    loss?.forgetful.delete(voter)
    for (const { hub, slot } of slots) unsure.set(hub, Math.max(slot, unsure.get(hub) ?? 0))
    for (const one of ours) recalled.add(toHex(one))
  }

  const read: { [K in keyof Rows]: (row: Rows[K]) => void } = {
    vote: ({ hub, ...vote }) => lock(hub, vote),
    document: ({ version, ...proposed }) => void documents.set(version, proposed),
    renewal({ voteKey }) {
      const key = toHex(voteKey)
      if (!promised.has(key)) loss?.renewed.add(key)
      promised.add(key)
    },
    report: ({ version, ...reported }) => void reports.set(version, reported),
    loss: ({ ts }) => void (loss = lossAt(ts)),
    heard: (row) => hear(row),
    orders: (pair) => {
      const { hub } = pair
      seen.add(`orders ${hub}`)
      pairs.push(pair)
      kept.push({ hub, what: 'orders' })
    },
    fork: ({ hub }) => {
      seen.add(`fork ${hub}`)
      kept.push({ hub, what: 'checkpoints' })
    },
  }
  for (const { type, payload } of frames) {
    const name = (Object.keys(rows) as (keyof Rows)[]).find((one) => rows[one][0] === type)
    const row =
      name === undefined ? null : decodeAs(rows[name][1] as Schema<unknown>, payload.slice())
    if (name === undefined || row === null)
      throw new Error('the votes journal holds a frame that cannot be read')
    ;(read[name] as (row: unknown) => void)(row)
  }

  function frameOf<K extends keyof Rows>(name: K, row: Rows[K]): Frame {
    return { type: rows[name][0], payload: encodeAs(rows[name][1] as unknown as Schema<Rows[K]>, row) }
  }

  const write = <K extends keyof Rows>(name: K, row: Rows[K]): Promise<void> => append([frameOf(name, row)])

  /** Everybody who asks for the same waits for the same write; one that failed stays failed. */
  function once(name: string, begin: () => Promise<void>): Promise<void> {
    const under = pending.get(name)
    if (under !== undefined) return under
    const writing = begin()
    pending.set(name, writing)
    void writing.then(
      () => pending.delete(name),
      () => {},
    )
    return writing
  }

  return {
    lockOf: (hub, slot) => locks.get(placeOf(hub, slot)),
    hasVotedFor: (orderId) => votedFor.has(orderId),
    lastOf: (hub) => last.get(hub),

    bindVote(hub, vote) {
      const place = placeOf(hub, vote.slot)
      const held = locks.get(place)
      if (held !== undefined) {
        if (held.orderId !== toHex(orderIdOf(vote.order)))
          throw new Error(`bound to another order at ${place}`)
        return pending.get(place) ?? Promise.resolve()
      }
      lock(hub, vote)
      return once(place, () => write('vote', { hub, ...vote }))
    },

    hasRecalled: (orderId) => recalled.has(orderId),
    loss: () => loss,
    // Unlike a promise, these bind only once they are durable: until then nothing is voted at all.
    async bindLoss(ts, next) {
      loss = lossAt(ts)
      if (next !== null) promised.add(toHex(next))
      await append([...(next === null ? [] : [frameOf('renewal', { voteKey: next })]), frameOf('loss', { ts })])
    },
    async bindHeard(heard) {
      const of = loss
      await write('heard', heard)
      if (loss === of) hear(heard)
    },
    noteForgetful(voter) {
      if (loss?.heard.has(voter) === false) loss.forgetful.add(voter)
    },
    unsureBelow: (hub) => unsure.get(hub) ?? 0,

    signedFor: (version) => documents.get(version),
    async noteRenewal(voteKey) {
      const key = toHex(voteKey)
      const name = `renewal ${key}`
      if (promised.has(key)) return await pending.get(name)
      const of = loss
      promised.add(key)
      await once(name, () => write('renewal', { voteKey }))
      of?.renewed.add(key)
    },
    hasPromised: (voteKey) => promised.has(toHex(voteKey)),
    bindDocument(version, proposed) {
      const held = documents.get(version)
      const name = `document ${version}`
      if (held !== undefined) {
        if (!equalBytes(held.document, proposed.document))
          throw new Error(`bound to another document ${version}`)
        return pending.get(name) ?? Promise.resolve()
      }
      documents.set(version, proposed)
      return once(name, () => write('document', { version, ...proposed }))
    },

    reportedFor: (version) => reports.get(version),
    async bindReport(version, make) {
      const name = `report ${version}`
      let reported = reports.get(version)
      if (reported === undefined) {
        const made = make()
        reported = made
        reports.set(version, made)
        await once(name, () => write('report', { version, ...made }))
      } else {
        await pending.get(name)
      }
      return reported
    },

    async keepOrders(hub, first, second) {
      const name = `orders ${hub}`
      // One pair convicts; a hub that goes on signing two of each must not fill our disk.
      if (seen.has(name)) return
      seen.add(name)
      kept.push({ hub, what: 'orders' })
      await write('orders', { hub, first, second })
      pairs.push({ hub, first, second })
      for (const listener of pairListeners) listener({ hub, first, second })
    },
    orders: () => pairs,
    onOrders: (listener) => void pairListeners.push(listener),
    async keepFork(fork) {
      const name = `fork ${fork.origin}`
      if (seen.has(name)) return
      seen.add(name)
      kept.push({ hub: fork.origin, what: 'checkpoints' })
      await write('fork', { hub: fork.origin, first: utf8(fork.first), second: utf8(fork.second) })
    },
    evidence: () => [...kept],
  }
}
