/**
 * Going on from a backup. A hub whose fence is shut because it has said more than its disk holds takes
 * the way back that the protocol knows:
 *
 *   asking     every other member, also those that came since, is asked what it has cosigned of us, and what it keeps of our log
 *   fetching   whoever keeps more than we hold gives it back, record by record, onto our disk; all of it
 *              must lead to a checkpoint that our own log key signed, and then each is judged like any
 *              other entry and sealed again
 *   ready      all have answered, or enough that no quorum was formed without one of them, and nobody
 *              has shown more than we hold again, or has shown it for a day and kept it to itself:
 *              now the stewards are asked; while one is silent, not before what it may have cosigned of us
 *              is old enough to be dated before the restore
 *   restored   enough of them have signed; `hub.restored` begins the next generation, and all goes on
 *
 * Before the last step nothing new is sealed, whoever asks. Between `ready` with all and `ready` with
 * enough stewards decide: a member that is silent may have cosigned entries that nobody else keeps, and
 * would then never vouch for this hub again. The same of one that withholds what it has cosigned: no
 * single city may hold another for ever. A hub without neighbours is ready at once, and what it had
 * said since the backup is gone but for its members' receipts.
 */
import type { ActionOf, Hex, Origin } from '#ledger/action.ts'
import { equalBytes, fromUtf8 } from '#ledger/bytes.ts'
import type { Checkpoint } from '#ledger/checkpoint.ts'
import type { Card } from '#ledger/federation/federation.ts'
import { EMPTY_ROOT, Frontier, leafHash } from '#ledger/merkle.ts'
import type { Refusal } from '#ledger/refusal.ts'
import { checkApproval, restoreApproval, type RestoreTo } from '#ledger/rules/restore.ts'
import { charterOf, generationOf, stewardsNeeded } from '#ledger/state/state.ts'
import { FENCE_RETRY_MS, RECORDS_PER_PAGE_MAX, services, SILENT_WAIT_SECONDS, TAIL_TURN_SECONDS, WITHHELD_WAIT_SECONDS } from '#protocol/limits.ts'
import {
  logAnswers, type LogAnswer, logRequests, type LogRequest, type SettleAnswer, settleAnswers, settleRequests,
} from '#protocol/message.ts'
import { cityNameOf, neighbourAt } from '../cities.ts'
import { answersNeeded, boundBy, contradiction, type Fence } from './fence.ts'
import { membersSince } from './members-since.ts'
import type { FetchedTail, FetchedTails } from './fetched-tail.ts'
import type { Network } from '../../wire/network.ts'
import type { Answer, Clock, Log } from '../../ports.ts'
import type { Votes } from '../settlement/votes.ts'
import type { OpenWriter } from '../../record/writer.ts'

export type RecoveryPorts = {
  writer: OpenWriter
  network: Network
  fence: Fence
  votes: Votes
  readonly voteKey: Uint8Array
  tails: FetchedTails
  clock: Clock
  log: Log
  /** The restore is in the record: this directory is the one in use from now on. */
  onRestored(): void
  retryMs?: number
}

export type StewardApproval = ActionOf<'hub.restored'>['approvals'][number]

/** What people see of it while it lasts. */
export type RecoveryStatus = {
  step: 'asking' | 'fetching' | 'ready'
  /** Entries on this disk, and as many as anybody has shown that we had. */
  size: number
  cosigned: number
  /** Entries fetched back since the start, and from which cities. */
  fetched: number
  from: Origin[]
  /** Who has not answered, or not said who has joined since. */
  silent: Origin[]
  /** Who has shown more than we hold and has not given it back: how many entries more, and when that was first seen. */
  withheld: { by: Origin; entries: number; since: number }[]
  /** From then on the stewards may go on without what is withheld; null while nothing is. */
  withoutFrom: number | null
  /** What stewards sign (context `appr`), and how many have. */
  payload: Uint8Array
  generation: number
  approvals: { needed: number; by: Hex[] }
}

export type Recovery = {
  /** Null while there is nothing to recover from. */
  status(): RecoveryStatus | null
  /** A steward's signature under `status().payload`; with the last that is needed, the restore is recorded. */
  approve(approval: StewardApproval): Promise<Answer | Refusal | { approvals: number } | null>
  /** What a city calls itself, also one that the record does not know yet; its origin where nobody has said. */
  cityNameOf(origin: Origin): string
  onChange(listener: () => void): void
  stop(): void
}

/** Watches the fence, and works while it is shut for a reason that leads somewhere. */
export function startRecovery(ports: RecoveryPorts): Recovery {
  const { writer, network, fence, votes, clock, log } = ports
  const self = writer.state.hub.origin
  const members = membersSince({ writer, network }, answersNeeded)
  /** The largest checkpoint of ours that each member has shown, and since when it shows more than we hold. */
  const answered = new Map<Origin, { size: number; root: Uint8Array; since: number }>()
  const from = new Set<Origin>()
  const approvals = new Map<Hex, StewardApproval>()
  const listeners: (() => void)[] = []
  /** Cities that are being fetched from, or wait for their turn. */
  const queued = new Set<Origin>()
  let turnSeconds = TAIL_TURN_SECONDS
  /** When the fence was shut: nothing that we signed is younger. */
  let begun = clock.now()
  let fetched = 0
  /** What they are asked one after the other; `isFetching` while one of them gives something back. */
  let asking: Promise<void> = Promise.resolve()
  let isFetching = false
  /** Who has been asked once what it keeps of our log, whatever came of it. */
  const looked = new Set<Origin>()
  /** Who has said which documents have followed. */
  const told = new Set<Origin>()
  let takingOver = false
  let recording = false
  let stopped = false
  let cancel = (): void => {}

  function changed(): void {
    for (const listener of listeners) listener()
  }

  function askAll(): void {
    cancel()
    if (stopped || !fence.isRecoverable()) return
    for (const card of members.others()) void ask(card)
    cancel = clock.after(ports.retryMs ?? FENCE_RETRY_MS, askAll)
  }

  async function ask(card: Card): Promise<void> {
    const request = settleRequests.encode({ type: 'head', origin: self })
    let head: SettleAnswer | null
    try {
      head = settleAnswers.parse(await members.request(card, services.settle, request))
    } catch {
      return
    }
    if (stopped || head?.type !== 'head' || !fence.isRecoverable()) return
    const reason = contradiction(head, writer.state, votes, ports.voteKey)
    if ((reason === 'other-history' || reason === 'other-order') && fence.shut(reason)) return
    show(card.origin, boundBy(head, writer.state))
    // While one has not told, the others may hear meanwhile what it knows.
    if (!haveAllTold() && (await members.learnFrom(card))) {
      told.add(card.origin)
      changed()
    }
    // Whoever cosigned it keeps it; but somebody may keep what another, or nobody, has cosigned.
    await fetchFrom(card)
  }

  const hasSpoken = (origin: Origin): boolean => answered.has(origin) && told.has(origin)

  const haveAllTold = (): boolean => members.others().every(({ origin }) => told.has(origin))

  /** What a member has once shown under our own signature it cannot take back, nor begin its time anew with something else. */
  function show(by: Origin, checkpoint: Checkpoint | null): void {
    const size = Number(checkpoint?.size ?? 0n)
    const before = answered.get(by)
    if (before !== undefined && before.size >= size) return
    const isWithheld = before !== undefined && before.size > writer.state.tree.size
    const asked = restoreApproval(proposed())
    answered.set(by, { size, root: checkpoint?.root ?? EMPTY_ROOT, since: isWithheld ? before.since : clock.now() })
    // What would be given up is signed as well.
    if (!equalBytes(restoreApproval(proposed()), asked)) approvals.clear()
    changed()
  }

  const newestShown = (): number => Math.max(0, ...[...answered.values()].map(({ size }) => size))

  const withheld = (): RecoveryStatus['withheld'] => {
    const { size: held } = writer.state.tree
    return [...answered].filter(([, { size }]) => size > held).map(([by, { size, since }]) => ({ by, entries: size - held, since }))
  }

  function withoutFrom(): number | null {
    const since = withheld().map((one) => one.since)
    return since.length === 0 ? null : Math.max(...since) + WITHHELD_WAIT_SECONDS
  }

  /** One at a time: what one has given back need not be asked of the next. */
  async function fetchFrom(card: Card): Promise<void> {
    if (queued.has(card.origin)) return
    queued.add(card.origin)
    asking = asking.then(() => fetchTail(card)).catch((error: unknown) => {
      log.warn('the end of our log could not be fetched back from there', { from: card.origin, error: String(error) })
    })
    await asking
    queued.delete(card.origin)
    looked.add(card.origin)
    changed()
  }

  async function fetchTail(card: Card): Promise<void> {
    const { tree } = writer.state
    if (stopped || !fence.isRecoverable()) return
    const held = await askLog(card, { type: 'held', origin: self })
    const note = held?.type === 'head' ? fromUtf8(held.note) : null
    const checkpoint = held?.type === 'head' ? boundBy({ cosigned: held.note }, writer.state) : null
    if (note === null || checkpoint === null || checkpoint.size <= BigInt(tree.size)) return
    show(card.origin, checkpoint)
    log.info('the end of our log is fetched back', { from: card.origin, entries: Number(checkpoint.size) - tree.size })

    isFetching = true
    try {
      await fetchBack(card, checkpoint, note)
    } finally {
      isFetching = false
    }
  }

  async function fetchBack(card: Card, checkpoint: Checkpoint, note: string): Promise<void> {
    const tail = await ports.tails.begin()
    try {
      if (!(await fetchInto(tail, card, checkpoint))) return
      takingOver = true
      await takeOver(tail, card, note)
    } finally {
      takingOver = false
      // What is left behind by one that was stopped, the next start takes away.
      if (!stopped) await tail.discard()
    }
  }

  /** As many records as the checkpoint covers and no more. Whether they are those that our own key once signed. */
  async function fetchInto(tail: FetchedTail, card: Card, { size, root }: Checkpoint): Promise<boolean> {
    const edge = Frontier.of(writer.state.tree)
    const missing = (): number => Number(size) - edge.size
    const turnEnds = clock.now() + turnSeconds
    fetched = 0
    while (missing() > 0) {
      const page = await askLog(card, { type: 'tail', origin: self, from: edge.size })
      if (stopped || !fence.isRecoverable() || page?.type !== 'records' || page.records.length === 0) return false
      const records = page.records.slice(0, missing())
      await tail.append(records)
      for (const record of records) edge.append(leafHash(record))
      fetched += records.length
      changed()
      if (missing() > 0 && queued.size > 1 && clock.now() >= turnEnds) {
        log.warn('a city gives the end of our log back slowly; another is asked first', { from: card.origin })
        turnSeconds *= 2
        return false
      }
    }
    if (equalBytes(edge.root(), root)) return true
    log.error('what a city gives back is not the log that this hub signed', { from: card.origin })
    return false
  }

  async function takeOver(tail: FetchedTail, card: Card, note: string): Promise<void> {
    const take = async (records: Uint8Array[], checkpoint?: string): Promise<void> => {
      const refused = await writer.adopt(records, checkpoint)
      // It stood under our own signature: then our rules were others, or our key was used by somebody else.
      if (refused !== null) throw new Error(`entry ${refused.seq} of our own log is refused: ${refused.refusal.code}`)
    }
    let some: Uint8Array[] = []
    for (const record of tail.read()) {
      if (stopped) return
      if (some.push(record) < RECORDS_PER_PAGE_MAX) continue
      await take(some)
      some = []
    }
    await take(some, note)
    from.add(card.origin)
    approvals.clear()
    log.info('the end of our log is back', { from: card.origin, entries: fetched })
  }

  async function askLog(card: Card, request: LogRequest): Promise<LogAnswer | null> {
    return logAnswers.parse(await members.request(card, services.log, logRequests.encode(request)))
  }

  function isReady(): boolean {
    const others = members.others().map(({ origin }) => origin)
    if (takingOver || !members.areEnough((origin) => answered.has(origin))) return false
    if (!others.every(hasSpoken) && clock.now() <= begun + SILENT_WAIT_SECONDS) return false
    const from = withoutFrom()
    // Whoever gives it back so slowly that a day is over keeps nobody waiting.
    return from === null ? !isFetching && others.every((origin) => !answered.has(origin) || looked.has(origin)) : clock.now() >= from
  }

  const proposed = (): RestoreTo => {
    const { tree } = writer.state
    const newest = [...answered.values()].reduce((one, other) => (other.size > one.size ? other : one), { size: 0, root: EMPTY_ROOT })
    const givenUp = newest.size > tree.size ? { size: newest.size, root: newest.root } : null
    return { generation: generationOf(writer.state) + 1, size: tree.size, root: tree.root(), givenUp }
  }

  async function approve(approval: StewardApproval): ReturnType<Recovery['approve']> {
    if (!fence.isRecoverable() || !isReady() || recording) return null
    const to = proposed()
    const refusal = checkApproval(writer.state, to, approval)
    if (refusal !== null) return refusal
    approvals.set(approval.steward, approval)
    changed()
    const needed = stewardsNeeded(writer.state, charterOf(writer.state).stewardThreshold)
    if (approvals.size < needed) return { approvals: approvals.size }
    recording = true
    const without = withheld()
    try {
      const answer = await writer.restore({ ...to, approvals: [...approvals.values()] })
      if (!answer.ok) return answer
      log.info('this hub goes on from a backup', { generation: to.generation, size: to.size, without })
      approvals.clear()
      ports.onRestored()
      fence.restored()
      return answer
    } finally {
      recording = false
      changed()
    }
  }

  function status(): RecoveryStatus | null {
    if (!fence.isRecoverable()) return null
    const { state } = writer
    const to = proposed()
    return {
      step: isReady() ? 'ready' : isFetching ? 'fetching' : 'asking',
      size: state.tree.size,
      cosigned: newestShown(),
      fetched,
      from: [...from],
      silent: members.others().map(({ origin }) => origin).filter((origin) => !hasSpoken(origin)),
      withheld: withheld(),
      withoutFrom: withoutFrom(),
      payload: restoreApproval(to),
      generation: to.generation,
      approvals: { needed: stewardsNeeded(state, charterOf(state).stewardThreshold), by: [...approvals.keys()] },
    }
  }

  fence.onChange((phase) => {
    if (phase === 'restoring') {
      begun = clock.now()
      answered.clear()
      looked.clear()
      told.clear()
      approvals.clear()
      askAll()
    }
    changed()
  })
  network.onConnected((peer) => {
    const card = stopped || !fence.isRecoverable() ? undefined : neighbourAt(writer.state, peer)
    if (card !== undefined) void ask(card)
  })
  askAll()

  return {
    status,
    approve,
    cityNameOf: (origin) => members.others().find((card) => card.origin === origin)?.city ?? cityNameOf(writer.state, origin),
    onChange: (listener) => void listeners.push(listener),
    stop() {
      stopped = true
      cancel()
    },
  }
}
