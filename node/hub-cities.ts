/**
 * The other cities: the wire, their books and our word about them, the way back from a backup, the conversations in which
 * a federation decides and Global value moves.
 */
import { toHex } from '#ledger/bytes.ts'
import { currentDocument, type State } from '#ledger/state/state.ts'
import { topicsOf } from '#protocol/topic.ts'
import { watchDoubles } from './cities/evidence/doubles.ts'
import { startEvidence } from './cities/evidence/evidence.ts'
import { evidenceDirectory, openEvidenceFiles } from './cities/evidence/evidence-files.ts'
import { watchWithheld } from './cities/evidence/withheld.ts'
import { openClosings } from './cities/federation/closing.ts'
import { startFederation } from './cities/federation/federation.ts'
import { openReleasing } from './cities/federation/releasing.ts'
import { startCheckpointer } from './cities/logs/checkpointer.ts'
import { serveLog } from './cities/logs/log-service.ts'
import { mirrorJournals } from './cities/logs/mirror-journals.ts'
import { startReplicas } from './cities/logs/replicas.ts'
import { startWitness } from './cities/logs/witness.ts'
import { startFence } from './cities/restoring/fence.ts'
import { fetchedTails } from './cities/restoring/fetched-tail.ts'
import { startRecall } from './cities/restoring/recall.ts'
import { startRecovery } from './cities/restoring/recovery.ts'
import { startSettler } from './cities/settlement/settler.ts'
import type { HostPort } from './config.ts'
import { nextVoteKey } from './disk/keystore.ts'
import { freeBytesIn } from './disk/space.ts'
import type { HubDisk } from './hub-disk.ts'
import type { HubPorts } from './hub-ports.ts'
import { fetchedDirectory, mirrorsDirectory } from './record/founding.ts'
import type { Stop } from './stop-all.ts'
import { openAddressBook } from './wire/address-book.ts'
import { startNetwork } from './wire/libp2p-network.ts'
import type { NetworkLog } from './wire/network.ts'

/** Of the table `meta`: a steward has asked for a federation, so the hub stands at its public address. */
export const meetsOthersKey = 'meets-others'

export type HubCities = Awaited<ReturnType<typeof startCities>>

/** Starts all of it; `onChange` is told when something stands differently between the cities. */
export async function startCities(ports: HubPorts, disk: HubDisk, log: NetworkLog, stops: Stop[], onChange: () => void) {
  const { config, keys, clock } = ports
  const { verify, writer, store, votes, signedBefore } = disk
  const { state } = writer

  // The wire
  const isPublic = state.federation !== null || store.table('meta').get(meetsOthersKey) !== undefined
  const network = await (ports.startNetwork ?? startNetwork)({
    secret: keys.peer.secret,
    listen: [
      multiaddrOf(isPublic ? config.p2p : { ...config.p2p, host: '127.0.0.1' }),
      ...(isPublic && config.webSocket !== null ? [`${multiaddrOf(config.webSocket)}/ws`] : []),
    ],
    ...(config.announce.length === 0 ? {} : { announce: config.announce }),
    allowedTopics: () => topicsIn(writer.state),
    dht: isPublic,
    relay: isPublic && config.relay === 'members',
    lan: isPublic && config.lan === 'members',
    addressBook: await openAddressBook(store.table('peers'), log),
    log,
  })
  stops.push(() => network.stop())

  // The other cities' books, and our word about them
  const replicas = startReplicas({
    writer, network, mirrors: mirrorJournals(mirrorsDirectory(config.data)), votes, verify, clock, log,
    mayWrite: () => writer.shut !== 'disk-full',
  })
  stops.push(() => replicas.stop())
  const marker = ports.marker(state.hub.id, state.tree.size === 1, () => `${toHex(writer.state.tree.root())}-${signedBefore}`)
  if (marker.isSame) marker.takeUp()
  const next = nextVoteKey(config.data, keys)
  const releasing = await openReleasing({ writer, replicas, table: store.table('federation') })
  const fence = startFence({
    writer, network, votes, get voteKey() { return keys.vote.publicKey }, clock, log, sameDirectory: marker.isSame,
    isForgiven: () => releasing.hasAgreed(state.hub.origin),
    onForgiven: () => marker.takeUp(),
    onForgotten(reason) {
      if (reason !== null) marker.doubt()
      votes.bindLoss(clock.now(), next.held()?.publicKey ?? null).catch((error: unknown) =>
        log.error('that votes are missing could not be written down; nothing is voted until it is', { error: String(error) }))
    },
  })
  stops.push(() => fence.stop())
  const recall = startRecall({ writer, network, votes, get voteKey() { return keys.vote.publicKey }, clock, log })
  stops.push(() => recall.stop())
  const heedFence = (): void => writer.setShut(fence.maySeal() ? null : 'restoring')
  fence.onChange(heedFence)
  heedFence()
  const recovery = startRecovery({
    writer, network, fence, votes, get voteKey() { return keys.vote.publicKey }, clock, log,
    tails: fetchedTails(fetchedDirectory(config.data), state.hub.id, () => freeBytesIn(config.data)),
    onRestored: () => marker.takeUp(),
  })
  stops.push(() => recovery.stop())
  const maySeal = (): boolean => fence.maySeal() && writer.shut === null && writer.proving === null
  const witness = await startWitness({
    writer, network, replicas, store, votes, keys, clock, log, maySeal, outsiders: config.witnessLogs,
  })
  const checkpointer = await startCheckpointer({
    writer, network, keys, clock, log, maySeal,
    last: writer.checkpoint,
    keep: (note) => writer.keepCheckpoint(note),
    checkpointEveryMs: config.checkpointSeconds * 1_000,
    onOtherHistory: (by, because) => {
      log.warn('another city has seen a different history of this hub', { by, because })
      fence.doubt(by)
    },
  })
  stops.push(() => checkpointer.stop())
  writer.onProved(() => void checkpointer.cover(writer.state.tree.size - 1))
  const evidence = await startEvidence({
    writer, network, replicas, witness, clock, log,
    files: openEvidenceFiles(evidenceDirectory(config.data)),
    onChange,
  })
  stops.push(() => evidence.stop())
  await serveLog({
    writer, network, replicas, head: () => checkpointer.latest(), cosigned: (origin) => witness.cosigned(origin),
  })
  const closings = await openClosings({ writer, network, replicas, table: store.table('federation'), clock })
  const federation = await startFederation({
    writer, network, replicas, votes, fence, recall, closings, releasing, store, keys, nextVoteKey: next, clock, log, onChange,
  })
  stops.push(() => federation.stop())
  watchDoubles({ writer, replicas, votes, log, signedCard: federation.signedCard, onFound: evidence.meet })
  const withheld = watchWithheld({
    writer, replicas, checkpointer, clock, log, table: store.table('withheld'), signedCard: federation.signedCard, onFound: evidence.meet,
  })
  stops.push(async () => withheld.stop())
  const settler = await startSettler({
    writer, network, replicas, checkpointer, witness, votes, fence, recall, keys, clock, log, askDocuments: () => federation.askDocuments(),
    isClosing: closings.isClosing,
    isProved: () => writer.proving === null,
  })
  stops.push(() => settler.stop())
  return { isPublic, network, replicas, fence, recall, recovery, witness, checkpointer, evidence, federation, settler }
}

/** Every topic of the federation this hub is in: exact names, so that nobody can invent one for us. */
function topicsIn(state: State): string[] {
  const { federation } = state
  return federation === null ? [] : topicsOf(federation.id, currentDocument(federation))
}

const multiaddrOf = ({ host, port }: HostPort): string => `/${host.includes(':') ? 'ip6' : 'ip4'}/${host}/tcp/${port}`
