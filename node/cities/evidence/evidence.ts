/**
 * Evidence: from two statements that contradict each other to a hub that is frozen here.
 *
 * Wherever this hub meets two statements of one log that cannot both be true (reading it, witnessing it,
 * hearing of it, a file that somebody brings), they are made one bundle that proves itself, kept as a
 * file, told to the other members, and recorded as `hub.frozen`. What others tell is checked and treated
 * the same. Nothing asks who brought it, and nothing acts before it stands in the record.
 *
 * Before that it is asked whether a restore in the accused log excuses the offence, for which that log is
 * first read to the end it has now: one that went back may be read here as it was before. Evidence against this hub itself is kept and shown, never
 * recorded: its members must hear of it from their own page.
 */
import type { Hex, Origin } from '#ledger/action.ts'
import { fromUtf8, utf8 } from '#ledger/bytes.ts'
import { cosignersOf } from '#ledger/cosigner.ts'
import { encodeEvidence, offenceOf, parseEvidence, verifyEvidence, withWitnesses } from '#ledger/evidence/evidence.ts'
import { excuseFor, type Restore } from '#ledger/evidence/excuse.ts'
import { evidenceFrom } from '#ledger/evidence/histories.ts'
import { type EvidenceFault, isFreezing, type Offence } from '#ledger/evidence/offence.ts'
import type { Evidence } from '#ledger/evidence/parts.ts'
import type { NoteKey } from '#ledger/note.ts'
import { restoresOf } from '#ledger/rules/restore.ts'
import type { State } from '#ledger/state/state.ts'
import {
  type EvidenceIgnored, type EvidenceJudgement, type EvidenceScene, encodeEvidenceMessage, verdictOnBundle,
  verdictOnEvidence,
} from '#protocol/evidence.ts'
import {
  ACCUSED_READ_MS, ACCUSED_WAIT_SECONDS, BUNDLES_LISTED_MAX, BUNDLES_PER_HOUR_MAX, BUNDLES_PER_HUB_MAX, EVIDENCE_EVERY_MS,
  RETRY_MIN_MS, services,
} from '#protocol/limits.ts'
import { type EvidenceAnswer, evidenceAnswers, type EvidenceRequest, evidenceRequests } from '#protocol/message.ts'
import { evidenceTopic } from '#protocol/topic.ts'
import { bucketsOf } from '../../bucket.ts'
import type { Contradiction } from '../logs/reading.ts'
import type { Witness } from '../logs/witness.ts'
import { membershipOf, neighbour, neighbourAt } from '../cities.ts'
import type { EvidenceFiles } from './evidence-files.ts'
import type { Network, PeerKey, Verdict } from '../../wire/network.ts'
import type { Clock, Log, Writer } from '../../ports.ts'
import type { Replica } from '../logs/replica.ts'
import type { Replicas } from '../logs/replicas.ts'

export type EvidencePorts = {
  writer: Writer
  network: Network
  replicas: Replicas
  witness: Pick<Witness, 'onContradiction' | 'cosigned'>
  files: EvidenceFiles
  clock: Clock
  log: Log
  /** There is more evidence, or a hub was frozen. Must not throw. */
  onChange?: () => void
  /** How often a neighbour is asked what it holds. */
  everyMs?: number
  /** How soon what could not be recorded is tried again. */
  retryMs?: number
}

/** A bundle that is kept here. */
export type Kept = { offence: Offence; text: string }

export type Imported =
  | { ok: true; offence: Offence; isNew: boolean }
  | { ok: false; because: EvidenceFault | EvidenceIgnored }

export type EvidenceDesk = {
  /** All that is kept, in the order in which it came. */
  list(): Kept[]
  find(id: Hex): Kept | undefined
  /** What is kept against one hub and freezes it: of several, the first. */
  against(hub: Origin): Kept | undefined
  /** What is kept against one hub and is for stewards to judge. */
  doubtsOf(hub: Origin): Hex[]
  /** Keeps what this hub has made of two words that it met, tells the others, and acts on it. */
  meet(evidence: Evidence): void
  /** A bundle that a person brings; resolves when it is durable, and rejects with the disk's error. */
  import(text: string): Promise<Imported>
  stop(): Promise<void>
}

/** Reads what is kept, serves `/cv/evidence/1`, and acts on evidence until stopped. */
export async function startEvidence(ports: EvidencePorts): Promise<EvidenceDesk> {
  const { writer, network, replicas, files, clock, log } = ports
  const { origin: self, id: hubId } = writer.state.hub
  const kept = new Map<Hex, Kept>()
  const looked = bucketsOf({ most: BUNDLES_PER_HOUR_MAX, perHour: BUNDLES_PER_HOUR_MAX }, clock)
  /** Announcements that were followed: each costs a question on the wire, whatever is answered. */
  const followed = bucketsOf({ most: BUNDLES_PER_HOUR_MAX, perHour: BUNDLES_PER_HOUR_MAX }, clock)
  const freezing = new Set<Origin>()
  /** Excused offences that were compared with a neighbour's. */
  const compared = new Set<string>()
  /** Since when the log is asked for that may excuse an offence. */
  const unread = new Map<Hex, number>()
  const writing = new Set<Promise<unknown>>()
  let topic: string | null = null
  let turn = 0
  let stopped = false
  let cancelTick = (): void => {}
  let cancelRetry = (): void => {}

  for (const { name, text } of files.read()) {
    const verdict = verifyEvidence(text)
    if (verdict.ok) kept.set(verdict.offence.id, { offence: verdict.offence, text })
    else log.warn('a file among the evidence proves nothing', { name, because: verdict.fault })
  }
  // A directory that was put together from a backup may lack files that the record still holds.
  for (const { evidence, seq } of writer.state.frozen.values()) {
    if (kept.has(evidence)) continue
    const { action } = writer.entryAt(seq)
    const text = action.kind === 'hub.frozen' ? fromUtf8(action.evidence) : null
    const verdict = text === null ? null : verifyEvidence(text)
    if (verdict?.ok === true) kept.set(evidence, { offence: verdict.offence, text: text! })
  }

  const keptOf = (origin: Origin): Kept[] => [...kept.values()].filter(({ offence }) => offence.origin === origin)

  const scene: EvidenceScene = {
    hubIdOf: (origin) => (origin === self ? hubId : neighbour(writer.state, origin)?.hubId),
    // What a restore excuses convicts nobody, and keeps no place from what does: the same offence may come again
    // with the cosignatures that no restore excuses, or another.
    holds: (id) => kept.has(id) && excuseOf(kept.get(id)!.offence) === null,
    heldOf: (origin) => keptOf(origin).filter(({ offence }) => isFreezing(offence.kind) && excuseOf(offence) === null).length,
    mayLook: (origin) => looked.take(origin),
    isOwn: false,
  }
  /** What is met here, or brought by a person, has no quota: nobody else can use that up. */
  const own: EvidenceScene = { ...scene, mayLook: () => true, isOwn: true }

  /** Whose lines on a note are worth keeping, besides the log's own. */
  const witnesses = (): NoteKey[] => {
    const document = membershipOf(writer.state)?.document
    return document === undefined ? [] : cosignersOf(document)
  }

  // Taking in

  /** Keeps what is proved, tells the others, and freezes; resolves when it is durable, to false where that is not worth it. */
  async function keep(proved: Kept): Promise<boolean> {
    const { text, offence } = tidied(proved, witnesses())
    const before = kept.get(offence.id)
    // What freezes and what is for stewards to judge take no place from each other.
    const others = keptOf(offence.origin).filter((one) => one !== before && isFreezing(one.offence.kind) === isFreezing(offence.kind))
    if (!isFreezing(offence.kind) && others.length >= BUNDLES_PER_HUB_MAX) return false
    if (excuseOf(offence) !== null && (before !== undefined || others.length >= BUNDLES_PER_HUB_MAX)) return false
    const idle = others.length < BUNDLES_PER_HUB_MAX ? undefined : others.find((one) => excuseOf(one.offence) !== null)
    if (idle !== undefined) {
      files.drop(idle.offence)
      kept.delete(idle.offence.id)
    }
    kept.set(offence.id, { offence, text })
    log.error(isFreezing(offence.kind) ? 'a city has said two things that cannot both be true' : 'a city may have broken its word; stewards are asked', {
      hub: offence.origin, kind: offence.kind, evidence: offence.id,
    })
    try {
      await files.keep(offence, text)
    } catch (error) {
      // Not kept, so not known: whoever shows it again finds it new.
      if (before === undefined) kept.delete(offence.id)
      else kept.set(offence.id, before)
      throw error
    }
    ports.onChange?.()
    if (!isFreezing(offence.kind)) return true
    tell({ text, offence })
    void freeze(offence.origin)
    return true
  }

  /** The same for what nobody waits for. */
  function keepAside(judgement: EvidenceJudgement): void {
    if (judgement.verdict !== 'accept') return
    const under = keep(judgement).catch((error: unknown) =>
      log.error('evidence could not be kept', { evidence: judgement.offence.id, error: String(error) }))
    writing.add(under)
    void under.finally(() => writing.delete(under))
  }

  function meet(met: Contradiction): void {
    const genesis = replicas.of(met.origin)?.genesis ?? null
    const evidence = genesis === null ? null : evidenceOf(met, genesis, witnesses())
    if (evidence !== null) take(evidence)
  }

  function take(evidence: Evidence): void {
    if (!stopped && typeof offenceOf(evidence) !== 'string') keepAside(verdictOnBundle(utf8(encodeEvidence(evidence)), null, own))
  }

  /**
   * A log that went back is read anew, and what it was before is forgotten, but for what this hub has cosigned of it and
   * when: by that a restore is known that is dated earlier than it was made.
   */
  function compareWithCosigned({ card, genesis, note, state }: Replica): void {
    const cosigned = ports.witness.cosigned(card.origin)
    if (cosigned === null || genesis === null || note === null || state === null || restoresOf(state).length === 0) return
    const met = { origin: card.origin, one: { note: cosigned, tree: null }, other: { note, tree: state.tree } }
    const evidence = evidenceOf(met, genesis, witnesses())
    if (evidence !== null && excuseOf(offenceOf(evidence) as Offence) === null) meet(met)
  }

  function hear(from: PeerKey, bytes: Uint8Array): Verdict {
    if (stopped) return 'ignore'
    const judgement = verdictOnEvidence(bytes, scene)
    if (judgement.verdict === 'ignore' && judgement.because === 'to-be-fetched') {
      if (followed.take(judgement.hub!)) void fetch(from, judgement.hub!, judgement.id!)
    }
    keepAside(judgement)
    return judgement.verdict
  }

  function tell({ text, offence }: Kept): void {
    const membership = membershipOf(writer.state)
    if (membership === null || stopped) return
    // Whoever misses it is told at the next connection.
    network.publish(evidenceTopic(membership.federation.id), encodeEvidenceMessage(offence, text)).catch(() => {})
  }

  // Between neighbours

  async function ask(peer: PeerKey, request: EvidenceRequest): Promise<EvidenceAnswer | null> {
    const { protocol, answerBytesMax, timeoutMs } = services.evidence
    const bytes = await network.request(peer, protocol, evidenceRequests.encode(request), { answerBytesMax, timeoutMs })
    return evidenceAnswers.parse(bytes)
  }

  /** False when the neighbour does not give what it said it has, or gives what proves nothing. */
  async function fetch(peer: PeerKey, hub: Origin, id: Hex): Promise<boolean> {
    const answer = await ask(peer, { type: 'fetch', id }).catch(() => null)
    if (stopped || answer?.type !== 'bundle') return false
    const judgement = verdictOnBundle(answer.text, { hub, id }, scene)
    if (judgement.verdict === 'reject') {
      log.warn('a neighbour offered evidence that is none', { hub: neighbourAt(writer.state, peer)?.origin, because: judgement.because })
    }
    keepAside(judgement)
    return judgement.verdict !== 'reject'
  }

  /** Fetches whatever a neighbour holds and this hub does not, and looks whether they were shown the same. */
  async function compare(peer: PeerKey): Promise<void> {
    await compareKept(peer)
    if (!stopped) await replicas.compareWith(peer).catch(() => {})
  }

  async function compareKept(peer: PeerKey): Promise<void> {
    const answer = await ask(peer, { type: 'list' }).catch(() => null)
    if (answer?.type !== 'list') return
    for (const { hub, id } of answer.held) {
      if (stopped || scene.holds(id) || !isWanted(hub)) continue
      // An excused one may be another there; whether it is, each is asked once.
      if (kept.has(id) && compared.has(`${peer} ${id}`)) continue
      if (kept.has(id)) compared.add(`${peer} ${id}`)
      if (!(await fetch(peer, hub, id))) return
    }
  }

  const isWanted = (hub: Origin): boolean =>
    scene.hubIdOf(hub) !== undefined && scene.heldOf(hub) < BUNDLES_PER_HUB_MAX

  function answer(body: Uint8Array): EvidenceAnswer {
    const request = evidenceRequests.parse(body)
    if (request?.type === 'list') {
      const held = [...kept.values()].filter(({ offence }) => isFreezing(offence.kind)).map(({ offence }) => ({ hub: offence.origin, id: offence.id }))
      return { type: 'list', held: held.slice(0, BUNDLES_LISTED_MAX) }
    }
    const found = request === null ? undefined : kept.get(request.id)
    return found === undefined ? { type: 'nothing' } : { type: 'bundle', text: utf8(found.text) }
  }

  // Acting

  /** Records that a hub is frozen, unless it is already, is this one, or every offence of it is excused. */
  async function freeze(hub: Origin): Promise<void> {
    if (stopped || hub === self || freezing.has(hub) || writer.state.frozen.has(hub)) return
    freezing.add(hub)
    try {
      for (const { offence, text } of kept.values()) {
        if (offence.origin !== hub || !isFreezing(offence.kind) || neighbour(writer.state, hub) === undefined) continue
        const isRead = await replicas.readToEnd(hub, ACCUSED_READ_MS)
        if (stopped) return
        if (isExcused(offence)) continue
        if (!isRead && mayBeExcused(offence)) {
          retryLater()
          continue
        }
        const recorded = await writer.record('hub.frozen', { hub, evidence: utf8(text) })
        if (recorded.ok) return ports.onChange?.()
        if ('unavailable' in recorded) return retryLater()
        log.warn('evidence was not taken into the record', { hub, because: recorded.refusal.code })
      }
    } finally {
      freezing.delete(hub)
    }
  }

  /** The restore in the accused log that excuses this, as far as that log has been read here. */
  function excuseOf(offence: Offence): Restore | null {
    const state: State | null = replicas.of(offence.origin)?.state ?? null
    const document = membershipOf(writer.state)?.document
    if (state === null || document === undefined) return null
    return excuseFor(offence, restoresOf(state), cosignersOf(document), state)
  }

  function isExcused(offence: Offence): boolean {
    const excuse = excuseOf(offence)
    if (excuse !== null) {
      log.warn('an offence is excused by a restore in that city’s log', { hub: offence.origin, evidence: offence.id, ...excuse })
    }
    return excuse !== null
  }

  /** Of a log that cannot be read nobody knows what it says about a restore. It is waited for, and not for ever. */
  function mayBeExcused({ id, origin, statements }: Offence): boolean {
    if (statements.length === 0) return false
    if (!unread.has(id)) {
      unread.set(id, clock.now())
      log.warn('a city is not frozen before its log has been read', { hub: origin, evidence: id })
    }
    return clock.now() < unread.get(id)! + ACCUSED_WAIT_SECONDS
  }

  function freezeAll(): void {
    for (const hub of new Set([...kept.values()].map(({ offence }) => offence.origin))) void freeze(hub)
  }

  function retryLater(): void {
    cancelRetry()
    cancelRetry = clock.after(ports.retryMs ?? RETRY_MIN_MS * 10, freezeAll)
  }

  // Time and membership

  /** The document may have changed: listen where there is something to hear, and look at what was of strangers. */
  function federate(): void {
    const membership = membershipOf(writer.state)
    if (membership === null || stopped) return
    const wanted = evidenceTopic(membership.federation.id)
    if (wanted !== topic) {
      if (topic !== null) network.unsubscribe(topic)
      topic = wanted
      network.subscribe(wanted, hear)
    }
    freezeAll()
  }

  function tick(): void {
    cancelTick = clock.after(ports.everyMs ?? EVIDENCE_EVERY_MS, () => {
      const here = network.connected().filter((peer) => neighbourAt(writer.state, peer) !== undefined)
      if (here.length > 0) void compare(here[turn++ % here.length]!)
      freezeAll()
      tick()
    })
  }

  const { protocol, requestBytesMax, answerBytesMax, streamsPerPeerMax } = services.evidence
  await network.serve(protocol, {
    handler: async (_peer, body) => evidenceAnswers.encode(answer(body)),
    requestBytesMax,
    answerBytesMax,
    streamsPerPeerMax,
    openToStrangers: false,
  })
  replicas.onContradiction(meet)
  replicas.onGrown(compareWithCosigned)
  replicas.onRefused((refused) => take({ kind: 'E7', ...refused }))
  ports.witness.onContradiction(meet)
  writer.onRecorded(({ action }) => {
    if (!stopped && action.kind === 'fed.adopted') federate()
  })
  network.onConnected((peer) => {
    if (!stopped && neighbourAt(writer.state, peer) !== undefined) void compare(peer)
  })
  federate()
  tick()

  return {
    list: () => [...kept.values()],
    find: (id) => kept.get(id),
    doubtsOf: (hub) => keptOf(hub).flatMap(({ offence: { id, kind } }) => (isFreezing(kind) ? [] : [id])),
    meet: take,
    against: (hub) => [...kept.values()].find(({ offence }) => offence.origin === hub && isFreezing(offence.kind)),
    async import(text) {
      const verdict = verifyEvidence(text)
      if (!verdict.ok) return { ok: false, because: verdict.fault }
      const { offence } = verdict
      const judgement = verdictOnBundle(utf8(text), { hub: offence.origin, id: offence.id }, own)
      if (judgement.verdict === 'accept') {
        if (await keep(judgement)) return { ok: true, offence, isNew: true }
        return kept.has(offence.id) ? { ok: true, offence, isNew: false } : { ok: false, because: 'enough-of-hub' }
      }
      if (judgement.because === 'held') return { ok: true, offence, isNew: false }
      return { ok: false, because: judgement.verdict === 'ignore' ? judgement.because : 'unreadable' }
    },
    async stop() {
      stopped = true
      cancelTick()
      cancelRetry()
      if (topic !== null) network.unsubscribe(topic)
      await Promise.all(writing)
    },
  }
}

/**
 * What two statements that were met make, with the lines of `keys` alone on their notes: a liar could write so much
 * under them that no bundle holds it. Null when they do not convict.
 */
function evidenceOf(met: Contradiction, genesis: Uint8Array, keys: readonly NoteKey[]): Evidence | null {
  const evidence: Evidence | null = 'one' in met ? evidenceFrom(genesis, met.one, met.other) : { kind: 'E3', genesis, ...met }
  return evidence === null || typeof offenceOf(evidence) === 'string' ? null : withWitnesses(evidence, keys)
}

/** A bundle as this hub keeps, tells and records it; the same offence. */
function tidied({ text, offence }: Kept, keys: readonly NoteKey[]): Kept {
  const evidence = parseEvidence(text)
  const kept = evidence === null ? text : encodeEvidence(withWitnesses(evidence, keys))
  const verdict = verifyEvidence(kept)
  return verdict.ok ? { text: kept, offence: verdict.offence } : { text, offence }
}
