/**
 * A hub's machine: its keys, its disk, and the process that runs on it. The process is put together of the same parts and
 * in the same order as `node/hub.ts` does it, from the journal on its disk to the settler on the wire; what is left out
 * has no part in cities' books: pages, listings, people's words, and the start from a snapshot.
 */
import type { Origin } from '#ledger/action.ts'
import { encodeAction } from '#ledger/action.ts'
import { fromHex, toHex, utf8 } from '#ledger/bytes.ts'
import { encodeCharter } from '#ledger/charter/charter.ts'
import { encodeGenesis, encodeRecord, originOf, sealGroup } from '#ledger/entry.ts'
import { sha256 } from '#ledger/hash.ts'
import { keyIdOf, publicKeyOf, sign } from '#ledger/keys.ts'
import { leafHash, rootOf } from '#ledger/merkle.ts'
import { presets } from '#ledger/charter/presets.ts'
import { type Checkpointer, startCheckpointer } from '#node/cities/logs/checkpointer.ts'
import { startWitness, type Witness } from '#node/cities/logs/witness.ts'
import { watchDoubles } from '#node/cities/evidence/doubles.ts'
import { type EvidenceDesk, startEvidence } from '#node/cities/evidence/evidence.ts'
import { openEvidenceFiles } from '#node/cities/evidence/evidence-files.ts'
import { openClosings } from '#node/cities/federation/closing.ts'
import { type FederationDriver, startFederation } from '#node/cities/federation/federation.ts'
import { type Fence, startFence } from '#node/cities/restoring/fence.ts'
import { fetchedTails } from '#node/cities/restoring/fetched-tail.ts'
import { frameTypes } from '#node/record/frames.ts'
import { type Frame, openJournal } from '#node/disk/journal.ts'
import type { HubKeys, KeyPair } from '#node/disk/keystore.ts'
import { serveLog } from '#node/cities/logs/log-service.ts'
import { mirrorJournals } from '#node/cities/logs/mirror-journals.ts'
import type { Network } from '#node/wire/network.ts'
import { patientJournal } from '#node/disk/patient-journal.ts'
import type { Clock, Entropy, Log } from '#node/ports.ts'
import { type Recall, startRecall } from '#node/cities/restoring/recall.ts'
import { openReleasing } from '#node/cities/federation/releasing.ts'
import { type Recovery, startRecovery } from '#node/cities/restoring/recovery.ts'
import { type Replicas, startReplicas } from '#node/cities/logs/replicas.ts'
import { type Settler, startSettler } from '#node/cities/settlement/settler.ts'
import { openVotes, type Votes } from '#node/cities/settlement/votes.ts'
import { type OpenWriter, openWriter } from '#node/record/writer.ts'
import type { Chance } from '#test/support/faults/chance.ts'
import { memoryNextVoteKey } from '#test/support/next-vote-key.ts'
import { Disk } from './disk.ts'
import { mount } from './fs.ts'
import { openShelf, type Shelf } from './shelf.ts'
import { type Process, quiet, type Time } from './time.ts'
import type { Wire } from './wire.ts'

const DAY = 86_400

/** A person with one device. */
export type Person = { acct: string; secret: Uint8Array; device: Uint8Array }

export const secretFor = (name: string): Uint8Array => sha256(utf8(`in a bottle: ${name}`))

export function aPerson(name: string): Person {
  const secret = secretFor(`${name}'s device`)
  return { acct: toHex(secretFor(`${name}'s account`)), secret, device: publicKeyOf(secret) }
}

/** What does not change about a hub. */
export type Identity = { name: string; origin: Origin; hubId: Uint8Array; keys: HubKeys; peer: string; address: string; steward: Person }

/** What a machine holds: all that outlives a process. */
export type Holding = {
  disk: Disk
  shelf: Shelf
  /** Whether the note outside the directory says that it is the one in use (`node/run-marker.ts`). */
  isSame: boolean
  /** The vote key that waits for its document. */
  voteKey: { next?: KeyPair | null }
}

export const copyOf = ({ disk, shelf, isSame, voteKey }: Holding): Holding =>
  ({ voteKey: { ...voteKey }, disk: disk.copy(), shelf: new Map([...shelf].map(([name, rows]) => [name, new Map(rows)])), isSame })

/** The parts of a running hub, for whoever looks on or meddles. */
export type Running = {
  process: Process
  writer: OpenWriter
  network: Network
  votes: Votes
  recall: Recall
  fence: Fence
  recovery: Recovery
  replicas: Replicas
  witness: Witness
  checkpointer: Checkpointer
  evidence: EvidenceDesk
  federation: FederationDriver
  settler: Settler
}

/** What a liar does to its own hub: before its parts exist, and when they do. Honest hubs do neither. */
export type Bend = { network?(network: Network, identity: Identity): Network; parts?(running: Running, identity: Identity): void; skewSeconds?: number }

export type Life = {
  identity: Identity
  holding: Holding
  process: Process
  time: Time
  wire: Wire
  /** Seconds since 1970 at the bottle's zero. */
  epoch(): number
  /** By how much this machine's clock is off, seconds. */
  skew: number
  chance: Chance
  log: Log
  bend?: Bend | undefined
  /** The second face of a liar that has two. */
  isSecond: boolean
}

const TICK_EVERY_MS = 30_000

/** Runs a hub on what its machine holds. Rejects as the hub's own start does. */
export async function run(life: Life): Promise<Running> {
  const { identity, holding, process, time, wire, log, bend } = life
  const { keys } = identity
  const clock: Clock = {
    now: () => life.epoch() + life.skew + (bend?.skewSeconds ?? 0) + Math.floor(time.now() / 1000),
    after: (ms, call) => time.after(ms, call, process),
  }
  const entropy: Entropy = { bytes: (length) => Uint8Array.from({ length }, () => life.chance.below(256)) }
  const data = mount(process.name, { process, disk: holding.disk, time })
  const freeBytes = (): number => Number.POSITIVE_INFINITY

  const writer = await openWriter({
    openJournal: (onFrame, from) => openJournal(`${data}/journal`, identity.hubId, onFrame, { from }),
    keys, clock, entropy, log,
  })
  const { state } = writer
  const store = openShelf(holding.shelf, process, time, () => holding.disk.plan)
  const voteFrames: Frame[] = []
  const openVoteJournal = (onFrame: (frame: Frame) => void) => openJournal(`${data}/votes`, state.hub.id, onFrame)
  const voteJournal = patientJournal(
    await openVoteJournal(({ type, payload }) => void voteFrames.push({ type, payload: payload.slice() })),
    { open: () => openVoteJournal(() => {}), clock, log },
  )
  const votes = openVotes({ frames: voteFrames, append: voteJournal.append })

  const attached = wire.attach(identity.peer, identity.address, process, life.isSecond)
  const network = bend?.network?.(attached, identity) ?? attached
  const replicas = startReplicas({ writer, network, mirrors: mirrorJournals(`${data}/mirrors`), votes, clock, log })
  const releasing = await openReleasing({ writer, replicas, table: store.table('federation') })
  const fence = startFence({
    isForgiven: () => releasing.hasAgreed(identity.origin),
    onForgiven: () => void (holding.isSame = true),
    writer, network, votes, get voteKey() { return keys.vote.publicKey }, clock, log, sameDirectory: holding.isSame,
    onForgotten(reason) {
      if (reason !== null) holding.isSame = false
      votes.bindLoss(clock.now(), holding.voteKey.next?.publicKey ?? null).catch(() => {})
    },
  })
  const recall = startRecall({ writer, network, votes, get voteKey() { return keys.vote.publicKey }, clock, log })
  const heedFence = (): void => writer.setShut(fence.maySeal() ? null : 'restoring')
  fence.onChange(heedFence)
  heedFence()
  const recovery = startRecovery({
    writer, network, fence, votes, get voteKey() { return keys.vote.publicKey }, clock, log,
    tails: fetchedTails(`${data}/fetched`, state.hub.id, freeBytes),
    onRestored: () => void (holding.isSame = true),
  })
  const maySeal = (): boolean => fence.maySeal() && writer.shut === null
  const witness = await startWitness({ writer, network, replicas, store, votes, keys, clock, log, maySeal })
  const checkpointer = await startCheckpointer({
    writer, network, keys, clock, log, maySeal,
    last: writer.checkpoint,
    keep: (note) => writer.keepCheckpoint(note),
    onOtherHistory: (by) => fence.doubt(by),
  })
  const evidence = await startEvidence({
    writer, network, replicas, witness, clock, log, files: openEvidenceFiles(`${data}/evidence`),
  })
  await serveLog({ writer, network, replicas, head: () => checkpointer.latest(), cosigned: (origin) => witness.cosigned(origin) })
  const nextVoteKey = memoryNextVoteKey(keys, holding.voteKey, () => {
    const secret = secretFor(`${identity.name} after ${toHex(keys.vote.publicKey)}`)
    return { secret, publicKey: publicKeyOf(secret) }
  })
  const closings = await openClosings({ writer, network, replicas, table: store.table('federation'), clock })
  const federation = await startFederation({ writer, network, replicas, votes, fence, recall, closings, releasing, store, keys, nextVoteKey, clock, log })
  watchDoubles({ writer, replicas, votes, log, signedCard: federation.signedCard, onFound: evidence.meet })
  const settler = await startSettler({
    writer, network, replicas, checkpointer, witness, votes, fence, recall, keys, clock, log,
    askDocuments: () => federation.askDocuments(),
    isClosing: closings.isClosing,
    isProved: () => writer.proving === null,
  })
  function ticking(): void {
    void writer.tickIfDue()
    time.after(TICK_EVERY_MS, ticking, process)
  }
  ticking()
  const running: Running = { process, writer, network, votes, recall, fence, recovery, replicas, witness, checkpointer, evidence, federation, settler }
  bend?.parts?.(running, identity)
  return running
}

/** For whoever waits for one. */
export const isRunning = (hub: { running: Running | null }): boolean => hub.running !== null

// Founding

const roles = ['log', 'order', 'vote', 'cosigner', 'auditor', 'peer'] as const

/** A hub that has been founded at this second, on a new machine that nobody has started yet. */
export function founded(name: string, ts: number): { identity: Identity; holding: Holding; genesis: Uint8Array[] } {
  const secrets = Object.fromEntries(roles.map((role) => [role, secretFor(`${name} ${role}`)])) as Record<(typeof roles)[number], Uint8Array>
  const keys = Object.fromEntries(roles.map((role) => [role, { secret: secrets[role], publicKey: publicKeyOf(secrets[role]) }])) as HubKeys
  const steward = aPerson(`${name} steward`)
  const charter = encodeCharter(presets.city)
  const genesis = encodeGenesis({
    format: 1, name, city: name, region: 'as', day0: ts - (ts % DAY), preset: 'city', charterHash: sha256(charter),
    logKey: keys.log.publicKey, orderKey: keys.order.publicKey,
    steward: { acct: fromHex(steward.acct)!, device: steward.device, profile: secretFor(`${name} steward's name`) },
    random: secretFor(`${name} random`).slice(0, 16),
  })
  const hubId = sha256(genesis)
  const origin = originOf(name, toHex(hubId))
  const body = encodeAction({
    kind: 'hub.founded', id: toHex(secretFor(`${name} founding`)).slice(0, 32), acct: toHex(hubId), exp: ts + DAY,
    seen: { size: 0, leaf: toHex(hubId) }, genesis, charter,
  })
  const auth = [{ keyId: keyIdOf(keys.log.publicKey), signature: sign(secrets.log, 'entry', hubId, body) }]
  const record = encodeRecord({ origin, seq: 0, prev: hubId, ts, body, auth })
  const seal = sealGroup({ origin, first: 0, last: 0, root: rootOf([leafHash(record)]), generation: 0 }, secrets.log, hubId)
  const peer = toHex(keys.peer.publicKey)
  const identity: Identity = { name, origin, hubId, keys, peer, address: `/memory/${name}`, steward }
  return { identity, holding: { disk: new Disk(), shelf: new Map(), isSame: true, voteKey: {} }, genesis: [record, seal] }
}

/** Writes the founding to the machine's disk, as `hub init` does. */
export async function writeFounding({ identity, holding, genesis: [record, seal] }: ReturnType<typeof founded>, time: Time): Promise<void> {
  const process: Process = { name: `${identity.name}/0`, dead: false, heldUntil: 0 }
  const data = mount(process.name, { process, disk: holding.disk, time })
  const journal = await openJournal(`${data}/journal`, identity.hubId, () => {})
  const writing = journal.append([{ type: frameTypes.record, payload: record! }, { type: frameTypes.seal, payload: seal! }])
  await quiet()
  await time.run(time.now() + 1_000, () => false)
  await writing
  await journal.close()
}
