/**
 * Cities: hubs that run. The real writer and the real drivers of `node/`, each over a disk in
 * memory and on one bus, so that a test can let a hub die between any two steps and start again on
 * what its disk holds.
 *
 * A dead hub is deaf and dumb: its disk takes nothing more and its place on the bus is empty. What
 * was under way simply never ends, as in a process that is gone.
 */
import type { Hex } from '#ledger/action.ts'
import { fromHex, toHex } from '#ledger/bytes.ts'
import { encodeCharter } from '#ledger/charter/charter.ts'
import type { Entry } from '#ledger/entry.ts'
import { encodeIssueArgument } from '#ledger/federation/federation.ts'
import { sha256 } from '#ledger/hash.ts'
import { isAcceptableKey, publicKeyOf } from '#ledger/keys.ts'
import { ownKeysArgument } from '#ledger/rules/order.ts'
import { gradeCommitment } from '#ledger/rules/rating.ts'
import { charterOf, type State } from '#ledger/state/state.ts'
import { type Checkpointer, startCheckpointer } from '#node/cities/logs/checkpointer.ts'
import { startWitness, type Witness } from '#node/cities/logs/witness.ts'
import { openClosings } from '#node/cities/federation/closing.ts'
import { type FederationDriver, startFederation } from '#node/cities/federation/federation.ts'
import { watchDoubles } from '#node/cities/evidence/doubles.ts'
import { type EvidenceDesk, startEvidence } from '#node/cities/evidence/evidence.ts'
import { type Fence, startFence } from '#node/cities/restoring/fence.ts'
import { type FetchedTails, NoRoomForTail } from '#node/cities/restoring/fetched-tail.ts'
import { frameTypes } from '#node/record/frames.ts'
import type { Frame, Journal, Place } from '#node/disk/journal.ts'
import type { HubKeys, KeyPair } from '#node/disk/keystore.ts'
import { serveLog } from '#node/cities/logs/log-service.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import type { Network } from '#node/wire/network.ts'
import type { Answer, Clock, Log, MirrorStore } from '#node/ports.ts'
import { startRecall } from '#node/cities/restoring/recall.ts'
import { openReleasing } from '#node/cities/federation/releasing.ts'
import { type Recovery, startRecovery } from '#node/cities/restoring/recovery.ts'
import { type Replicas, startReplicas } from '#node/cities/logs/replicas.ts'
import { type Settler, startSettler } from '#node/cities/settlement/settler.ts'
import { openVotes, type Votes } from '#node/cities/settlement/votes.ts'
import { watchWithheld } from '#node/cities/evidence/withheld.ts'
import { type OpenWriter, openWriter } from '#node/record/writer.ts'
import { type MemoryBus, memoryKeyOf } from './memory-network.ts'
import { memoryNextVoteKey } from './next-vote-key.ts'
import { aMemoryStore, type MemoryStore } from './memory-store.ts'
import {
  type Asked, aTown, awardRequest, bytesFor, draft, federate as federateTowns, hexFor, idFor, NOON, type Person, shown,
  type Town,
} from './towns.ts'

installNativeCrypto()

/** What outlives a hub's process. */
export type Disk = {
  ledger: Frame[]
  votes: Frame[]
  mirrors: Map<string, Uint8Array[]>
  store: MemoryStore
  /** The vote key that waits for its document. */
  voteKey: { next?: KeyPair | null }
  /** While set, the mirrors take nothing and do not say so. */
  mirrorsHang?: Promise<void>
  /** What is being fetched back of the city's own log; absent when nothing is. */
  fetched?: Uint8Array[]
  /** The most bytes that ever stood there, and how many may. */
  fetchedMost?: number
  fetchedRoom?: number
  /** While false, the state has still to be recomputed behind the start. */
  isProved?: boolean
  /** This is not the disk that was in use last. */
  restored?: boolean
  /** Bundles of evidence, in the order in which they were written. */
  evidence: string[]
  /** While set, the directory of evidence takes nothing and says so. */
  evidenceFails?: boolean
  /** While set, the votes journal takes nothing and does not say so: a disk that hangs. */
  votesHang: Promise<void> | null
}

/** Time as all cities of a test share it: it runs, and can be moved on. */
export type TestClock = Clock & { advance(seconds: number): void }

export function aClock(): TestClock {
  const begun = performance.now()
  let skipped = 0
  return {
    now: () => NOON + skipped + Math.floor((performance.now() - begun) / 1000),
    after(ms, call) {
      const timer = setTimeout(call, ms)
      return () => clearTimeout(timer)
    },
    advance(seconds) {
      skipped += seconds
    },
  }
}

export type City = {
  name: string
  place: string
  town: Town
  keys: HubKeys
  disk: Disk
  clock: TestClock
  bus: MemoryBus
  /** The running hub, or null while it is dead. */
  hub: RunningHub | null
  errors: string[]
}

export type RunningHub = {
  writer: OpenWriter
  network: Network
  votes: Votes
  replicas: Replicas
  fence: Fence
  recovery: Recovery
  witness: Witness
  checkpointer: Checkpointer
  federation: FederationDriver
  settler: Settler
  evidence: EvidenceDesk
  die(): void
}

/** A founded city that does not run yet. Its place on the bus is one whose key a card can hold. */
export function aCity(name: string, bus: MemoryBus, clock: TestClock): City {
  let place = name
  for (let i = 0; !isAcceptableKey(fromHex(memoryKeyOf(place))!); i++) place = `${name}-${i}`
  const town = aTown(name)
  const pair = (secret: Uint8Array) => ({ secret, publicKey: publicKeyOf(secret) })
  const { log, order, vote, cosigner, auditor } = town.secrets
  const keys: HubKeys = {
    log: pair(log),
    order: pair(order),
    vote: pair(vote),
    cosigner: pair(cosigner),
    auditor: pair(auditor),
    peer: { secret: town.secrets.peer, publicKey: fromHex(memoryKeyOf(place))! },
  }
  const ledger = [{ type: frameTypes.record, payload: town.entries[0]!.bytes }]
  const disk: Disk = {
    ledger,
    votes: [],
    mirrors: new Map(),
    store: aMemoryStore(),
    voteKey: {},
    evidence: [],
    votesHang: null,
  }
  return { name, place, town, keys, disk, clock, bus, hub: null, errors: [] }
}

/** Cities that do not run yet found a federation: by one document, which all of them have signed. */
export function foundTogether(cities: City[]): void {
  for (const { town, keys } of cities) town.card = { ...town.card, peerKey: keys.peer.publicKey }
  const members = cities.map(({ town: { card }, place }) => ({ card, addresses: [`/memory/${place}`] }))
  federateTowns(cities.map(({ town }) => town), { members })
  for (const { town, disk } of cities) disk.ledger = town.entries.map(({ bytes }) => ({ type: frameTypes.record, payload: bytes }))
}

/** A copy of everything on a disk, as a backup or a machine snapshot holds it. */
export async function copyOf(disk: Disk): Promise<Disk> {
  const store = aMemoryStore()
  for (const name of ['federation', 'witness'] as const) {
    for await (const [key, value] of disk.store.table(name).entries())
      await store.table(name).put(key, value)
  }
  const mirrors = new Map([...disk.mirrors].map(([origin, records]) => [origin, [...records]]))
  return { voteKey: { ...disk.voteKey }, ledger: [...disk.ledger], votes: [...disk.votes], mirrors, store, evidence: [...disk.evidence], votesHang: null }
}

/** Where the nth frame of a journal in memory stands. */
const placeOf = (offset: number): Place => ({ segment: 1, offset })

/** How often hubs of a test look up by themselves, milliseconds: a test should not wait as long as cities do. */
const HASTE = {
  fence: { retryMs: 50 }, recall: { retryMs: 50 }, recovery: { retryMs: 50 }, replicas: { headEveryMs: 200 },
  checkpointer: { checkpointEveryMs: 100, cosignRetryMs: 100 }, evidence: { everyMs: 500, retryMs: 50 },
  settler: { turnEveryMs: 200, retryMs: 50 }, federation: { everyMs: 200, retryMs: 50 },
}

/** Starts a city's hub on its disk. `asRun`: at the pace at which hubs run, to measure what that costs. */
export async function start(
  city: City,
  options: { aloneAfterMs?: number; withoutFence?: boolean; asRun?: boolean } = {},
): Promise<RunningHub> {
  const haste: Partial<typeof HASTE> = options.asRun === true ? {} : HASTE
  const life = { dead: false }
  const { clock: time, keys, disk, bus } = city
  const clock: Clock = {
    now: time.now,
    after: (ms, call) =>
      time.after(ms, () => {
        if (!life.dead) call()
      }),
  }
  const log: Log = {
    info: () => {},
    warn: () => {},
    error: (message, fields) => void city.errors.push(`${message} ${JSON.stringify(fields ?? {})}`),
  }
  const gone = new Promise<never>(() => {})
  const append =
    (frames: Frame[]) =>
    async (added: Frame[]): Promise<Place[]> => {
      await (frames === disk.votes ? disk.votesHang : null)
      if (life.dead) await gone
      const first = frames.length
      frames.push(...added.map(({ type, payload }) => ({ type, payload: payload.slice() })))
      return added.map((_, i) => placeOf(first + i))
    }
  const writer = await openWriter({
    async openJournal(onFrame): Promise<Journal> {
      for (const [i, frame] of disk.ledger.entries()) onFrame(frame, placeOf(i))
      return {
        get frames() {
          return disk.ledger.length
        },
        get end() {
          return placeOf(disk.ledger.length)
        },
        cut: null,
        append: append(disk.ledger),
        frameAt: ({ offset }) => disk.ledger[offset]!,
        close: async () => {},
      }
    },
    keys,
    clock,
    log,
    entropy: { bytes: (length) => crypto.getRandomValues(new Uint8Array(length)) },
  })
  const mirrors: MirrorStore = {
    async open(origin, _hubId, onRecord) {
      const records = disk.mirrors.get(origin) ?? []
      disk.mirrors.set(origin, records)
      for (const record of records) onRecord(record)
      return {
        async append(added) {
          await disk.mirrorsHang
          if (life.dead) await gone
          records.push(...added)
        },
        read: (seq) => records[seq]!,
        close: async () => {},
      }
    },
    async discard(origin) {
      disk.mirrors.delete(origin)
    },
  }
  const network = bus.attach({ name: city.place })
  const store = disk.store
  const votes = openVotes({
    frames: disk.votes,
    append: async (frames) => void (await append(disk.votes)(frames)),
  })
  const releasing = await openReleasing({ writer, replicas: { of: (origin) => replicas.of(origin) }, table: store.table('federation') })
  const fenced = startFence({
    isForgiven: () => releasing.hasAgreed(writer.state.hub.origin),
    onForgiven: () => void (disk.restored = false),
    writer,
    network,
    votes,
    get voteKey() { return keys.vote.publicKey },
    clock,
    log,
    sameDirectory: disk.restored !== true,
    onForgotten(reason) {
      if (reason !== null) disk.restored = true
      void votes.bindLoss(clock.now(), disk.voteKey.next?.publicKey ?? null)
    },
    aloneAfterMs: options.aloneAfterMs ?? 60_000,
    ...haste.fence,
  })
  // The control: a hub that asks nobody, whose fork the others must be able to see.
  const fence: Fence = options.withoutFence === true
    ? { ...fenced, phase: 'passed', because: null, maySeal: () => true, mayVote: () => true, mayOrder: () => true }
    : fenced
  const recall = startRecall({ writer, network, votes, get voteKey() { return keys.vote.publicKey }, clock, log, ...haste.recall })
  const seal = () => writer.setShut(fence.maySeal() ? null : 'restoring')
  fence.onChange(seal)
  seal()
  delete disk.fetched
  const tails: FetchedTails = {
    async begin() {
      const records: Uint8Array[] = (disk.fetched = [])
      let bytes = 0
      return {
        async append(added) {
          bytes += added.reduce((sum, { length }) => sum + length, 0)
          if (bytes > (disk.fetchedRoom ?? Number.POSITIVE_INFINITY)) throw new NoRoomForTail(bytes, 0)
          records.push(...added)
          disk.fetchedMost = Math.max(disk.fetchedMost ?? 0, bytes)
        },
        read: () => records,
        discard: async () => void delete disk.fetched,
      }
    },
  }
  const recovery = startRecovery({
    writer, network, fence, votes, get voteKey() { return keys.vote.publicKey }, tails, clock, log, ...haste.recovery,
    onRestored: () => void (disk.restored = false),
  })
  const replicas = startReplicas({ writer, network, mirrors, votes, clock, log, ...haste.replicas })
  const witness = await startWitness({ writer, network, replicas, store, votes, keys, clock, log, maySeal: () => fence.maySeal() })
  const checkpointer = await startCheckpointer({
    writer,
    network,
    keys,
    clock,
    log,
    last: writer.checkpoint,
    async keep(note) {
      await writer.keepCheckpoint(note)
      return writer.checkpoint === note
    },
    maySeal: () => fence.maySeal(),
    onOtherHistory: (by) => fence.doubt(by),
    ...haste.checkpointer,
  })
  const evidence = await startEvidence({
    writer,
    network,
    replicas,
    witness,
    clock,
    log,
    files: {
      read: () => disk.evidence.map((text, i) => ({ name: `${i}.txt`, text })),
      async keep(_offence, text) {
        if (disk.evidenceFails === true) throw new Error('no room')
        if (!life.dead) disk.evidence.push(text)
      },
      drop({ id }) {
        disk.evidence = disk.evidence.filter((text) => !text.includes(`\nid ${id}\n`))
      },
    },
    ...haste.evidence,
  })
  await serveLog({ writer, network, replicas, head: checkpointer.latest, cosigned: witness.cosigned })
  let federation: FederationDriver | null = null
  const closings = await openClosings({ writer, network, replicas, table: store.table('federation'), clock })
  const settler = await startSettler({
    writer,
    network,
    replicas,
    checkpointer,
    witness,
    votes,
    fence,
    recall,
    isClosing: (origin) => closings.isClosing(origin),
    keys,
    clock,
    log,
    ...haste.settler,
    askDocuments: () => federation?.askDocuments(),
    isProved: () => disk.isProved !== false,
  })
  federation = await startFederation({
    writer,
    network,
    replicas,
    votes,
    fence,
    recall,
    closings,
    releasing,
    store,
    keys,
    nextVoteKey: memoryNextVoteKey(keys, disk.voteKey, () => {
      const secret = bytesFor(`${city.name} votes anew ${toHex(keys.vote.publicKey)}`)
      return { secret, publicKey: publicKeyOf(secret) }
    }),
    clock,
    log,
    ...haste.federation,
  })
  watchDoubles({ writer, replicas, votes, log, signedCard: federation.signedCard, onFound: evidence.meet })
  const withheld = watchWithheld({
    writer, replicas, checkpointer, clock, log, table: store.table('withheld'), signedCard: federation.signedCard,
    onFound: evidence.meet, everyMs: 200,
  })
  const hub: RunningHub = {
    writer,
    network,
    votes,
    replicas,
    fence,
    recovery,
    witness,
    checkpointer,
    federation,
    settler,
    evidence,
    die() {
      life.dead = true
      fence.stop()
      recall.stop()
      recovery.stop()
      void network.stop()
      void settler.stop()
      void evidence.stop()
      withheld.stop()
      void federation?.stop()
      void checkpointer.stop()
      void replicas.stop()
      city.hub = null
    },
  }
  city.hub = hub
  return hub
}

export const stateOf = (city: City): State => city.hub!.writer.state

/**
 * Resolves once `what` is true of the running hubs; fails by name after ten times the usual wait.
 */
export async function until(what: string, isTrue: () => boolean, waitMs = 30_000): Promise<void> {
  const end = performance.now() + waitMs
  while (!isTrue()) {
    if (performance.now() > end) throw new Error(`it never came to this: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

// People acting in a running city

const asTown = (city: City): Town => ({
  ...city.town,
  state: stateOf(city),
  now: Math.max(city.clock.now(), stateOf(city).lastTs),
})

/** Sends an action as its signers' clients would; the entry. Throws when it is refused. */
export async function act(city: City, asked: Asked, signers: Person[]): Promise<Entry> {
  return await send(city, drafted(city, asked, signers))
}

/** What its signers' clients send, signed and not sent yet. */
export const drafted = (city: City, asked: Asked, signers: Person[]): Entry => draft(asTown(city), asked, signers)

export async function send(city: City, { body, auth, action }: Entry): Promise<Entry> {
  return taken(city, action.kind, await city.hub!.writer.submit(body, auth))
}

/** The same by the hub itself. */
export async function record(city: City, { kind, ...own }: Asked): Promise<Entry> {
  return taken(city, kind, await city.hub!.writer.record(kind, own as never))
}

function taken(city: City, kind: string, answer: Answer): Entry {
  if (!answer.ok)
    throw new Error(
      `${city.name} does not take ${kind}: ${JSON.stringify(answer, (_, v) => (typeof v === 'bigint' ? String(v) : v))}`,
    )
  return city.hub!.writer.entryAt(answer.seq)
}

// Cities that meet

export const cardOf = (city: City): string => city.hub!.federation.card()
export const versionOf = (city: City): number => stateOf(city).federation?.documents.length ?? 0
export const certified = (city: City): number =>
  stateOf(city).chain.slots.filter((slot) => slot.certified).length

/** `host` founds, each of the others joins and is admitted by all that are in. */
export async function federate(host: City, ...others: City[]): Promise<void> {
  agreed(await host.hub!.federation.found())
  const members: [City, ...City[]] = [host]
  for (const newcomer of others) {
    await join(members, newcomer)
    members.push(newcomer)
  }
}

/** A city asks the first of these to be let in, and all of them admit it. */
export async function join(members: [City, ...City[]], newcomer: City): Promise<void> {
  agreed(await newcomer.hub!.federation.join(cardOf(members[0])))
  for (const member of members) agreed(await member.hub!.federation.admit(cardOf(newcomer)))
  const version = members.length + 1
  await until(`document ${version} is in force in every city`, () =>
    [...members, newcomer].every((city) => versionOf(city) === version),
  )
}

function agreed(answer: { ok: boolean }): void {
  if (!answer.ok) throw new Error(`a city does not do what its steward asks: ${JSON.stringify(answer)}`)
}

/** Slot 0 of every city: its keys, certified. */
export async function openChains(...all: City[]): Promise<void> {
  for (const city of all) await approveKeys(city)
  await until('every city has certified its keys', () => all.every((city) => certified(city) === 1))
}

/** A person who joins and is attested. */
export async function aMemberOf(
  city: City,
  name: string,
): Promise<{ person: Person; evidence: Entry[] }> {
  const secret = bytesFor(`${city.name} ${name} device`)
  const person: Person = {
    acct: hexFor(`${city.name} ${name} account`),
    secret,
    device: publicKeyOf(secret),
  }
  const charter = toHex(sha256(encodeCharter(charterOf(stateOf(city)))))
  const joined = await act(
    city,
    { kind: 'member.joined', device: person.device, profile: hexFor(name), charter, invitation: null },
    [person],
  )
  const attested = await act(
    city,
    { kind: 'member.attested', member: person.acct, identity: hexFor(name) },
    [city.town.steward],
  )
  return { person, evidence: [joined, attested] }
}

/** A steward approves the city's keys as slot 0. */
export async function approveKeys(city: City): Promise<void> {
  await act(
    city,
    { kind: 'order.approved', slot: 0, order: 'keys', argument: ownKeysArgument(stateOf(city))! },
    [city.town.steward],
  )
}

/** A steward approves an issue as the next slot; base units. */
export async function approveIssue(city: City, amount: bigint): Promise<void> {
  const slot = stateOf(city).chain.slots.length
  await act(
    city,
    { kind: 'order.approved', slot, order: 'issue', argument: encodeIssueArgument(amount) },
    [city.town.steward],
  )
}

/** `guest` of `home` is known at `host`. */
export async function admitGuest(
  host: City,
  home: City,
  guest: { person: Person; evidence: Entry[] },
): Promise<void> {
  const evidence = guest.evidence.map((entry) => shown(asTown(home), entry))
  const { acct, device } = guest.person
  await record(host, {
    kind: 'guest.admitted',
    guest: acct,
    home: stateOf(home).hub.origin,
    device,
    evidence,
  })
}

/** `helper` helps `receiver` here, from agreement to settled award; the agreement's id. */
export async function help(
  city: City,
  helper: Person,
  receiver: Person,
  minutes: number,
): Promise<Hex> {
  const id = toHex(crypto.getRandomValues(new Uint8Array(16)))
  const begins = asTown(city).now + 60
  await act(
    city,
    {
      kind: 'agreement.made',
      id,
      listing: idFor('a need'),
      helper: helper.acct,
      receiver: receiver.acct,
      category: 1,
      minutes,
      begins,
      ends: begins + minutes * 60,
      terms: hexFor('terms'),
      charter: 0,
    },
    [helper, receiver],
  )
  await act(city, { kind: 'completion.reported', agreement: id, minutes }, [helper])
  await act(city, { kind: 'completion.confirmed', agreement: id, minutes }, [receiver])
  await rateBoth(city, id, helper, receiver)
  return id
}

/** Both of an agreement find it good, and say so blindly first. */
export async function rateBoth(city: City, agreement: Hex, ...raters: [Person, Person]): Promise<void> {
  const salt = bytesFor('salt')
  const commitment = toHex(gradeCommitment(salt, 2))
  for (const rater of raters) await act(city, { kind: 'rating.committed', agreement, commitment }, [rater])
  for (const rater of raters) {
    await record(city, { kind: 'rating.opened', agreement, rater: rater.acct, grade: 2, salt })
  }
}

/** A steward asks the pool to pay an award; the entry of the request. */
export async function payAward(city: City, agreement: Hex): Promise<Entry> {
  return await act(city, awardRequest(asTown(city), agreement), [city.town.steward])
}
