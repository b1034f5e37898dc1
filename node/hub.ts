/**
 * The hub, put together: what exists, in what order it starts and stops, and which part may know which.
 *
 *   disk      journal → writer (the ledger)      level → store (words, listings, what waits)
 *   people    blobs, inbox, letters, ratings, feed        before and beside the record
 *   market    search, wishes, matches            the board looked through, and who and what fit
 *   cities    network, replicas, checkpointer, federation, settler, guests
 *   page      views → routes → app
 *
 * It knows ports only; which clock, network or directory they are is said by whoever calls it.
 */
import { Hono } from 'hono'
import type { Hex, Origin } from '#ledger/action.ts'
import { fromBase64, fromUtf8, toHex, utf8 } from '#ledger/bytes.ts'
import { parseSignedCard } from '#ledger/federation/federation.ts'
import { currentDocument, type State } from '#ledger/state/state.ts'
import type { AbroadView, DoorRefusal, HubView, RestoringView } from '#protocol/api.ts'
import { parseCode } from '#protocol/meeting-code.ts'
import { topicsOf } from '#protocol/topic.ts'
import { writeBackup } from './copies/backup.ts'
import { openBlobs } from './words/blobs.ts'
import { startCheckpointer } from './cities/logs/checkpointer.ts'
import { cityNameOf, membershipOf, neighbour, peerOf } from './cities/cities.ts'
import type { Config, HostPort } from './config.ts'
import type { Control } from './control.ts'
import { boundedBody, ownHost, ownOrigin, securityHeaders, shutDoor } from './page/door.ts'
import { openErasure } from './words/erasure.ts'
import { openEvents } from './page/events.ts'
import { watchDoubles } from './cities/evidence/doubles.ts'
import { startEvidence } from './cities/evidence/evidence.ts'
import { evidenceDirectory, openEvidenceFiles } from './cities/evidence/evidence-files.ts'
import { exportOf } from './audit/export.ts'
import { openClosings } from './cities/federation/closing.ts'
import { type FederationAnswer, startFederation } from './cities/federation/federation.ts'
import { startFeed } from './cities/feed.ts'
import { startPictures } from './cities/pictures.ts'
import { startFence } from './cities/restoring/fence.ts'
import { casesFor } from './page/case-view.ts'
import { figuresOf } from './page/figures.ts'
import { fetchedTails } from './cities/restoring/fetched-tail.ts'
import { fetchedDirectory, journalDirectory, mirrorsDirectory, storeDirectory, votesDirectory } from './record/founding.ts'
import { frameTypes } from './record/frames.ts'
import { searchOver } from './market/followed.ts'
import { matchesOf } from './market/matches.ts'
import { openWishes } from './market/wishes.ts'
import { type GuestPorts, startGuests } from './cities/guests.ts'
import { startLetterCarrier } from './cities/letter-carrier.ts'
import { openInbox } from './words/inbox.ts'
import { type Frame, openJournal, type Progress } from './disk/journal.ts'
import { type HubKeys, nextVoteKey } from './disk/keystore.ts'
import { openLevelStore } from './disk/level-store.ts'
import { openLetters } from './words/letters.ts'
import { openNewDevices } from './words/new-devices.ts'
import { openAddressBook } from './wire/address-book.ts'
import { startNetwork } from './wire/libp2p-network.ts'
import { serveLog } from './cities/logs/log-service.ts'
import { askQuote } from './cities/settlement/quotes.ts'
import { mirrorJournals } from './cities/logs/mirror-journals.ts'
import type { NetworkLog } from './wire/network.ts'
import { noteBackup } from './operator/copies.ts'
import { openOperator } from './operator/open.ts'
import { keepingRecent } from './operator/recent-log.ts'
import { version } from './operator/version.ts'
import { openPace } from './page/pace.ts'
import { patientJournal } from './disk/patient-journal.ts'
import { openPeople } from './words/people.ts'
import type { Clock, Entropy, Writer } from './ports.ts'
import { progressBar } from './progress-log.ts'
import { openRatingsFrom } from './words/ratings.ts'
import { startRecall } from './cities/restoring/recall.ts'
import { startRecovery } from './cities/restoring/recovery.ts'
import { startReplicas } from './cities/logs/replicas.ts'
import type { RunMarker } from './disk/run-marker.ts'
import { abroadRoutes } from './routes/abroad.ts'
import { actionRoutes } from './routes/actions.ts'
import { boardRoutes } from './routes/board.ts'
import { calendarRoutes, marketRoutes } from './routes/market.ts'
import { pictureRoutes } from './routes/pictures.ts'
import { evidenceRoutes } from './routes/evidence.ts'
import { figureRoutes } from './routes/figures.ts'
import { hubRoutes } from './routes/hub.ts'
import { caseRoutes } from './routes/cases.ts'
import { letterRoutes } from './routes/letters.ts'
import { cityRoutes } from './routes/cities.ts'
import { logRoutes } from './routes/log.ts'
import { deviceRoutes } from './routes/devices.ts'
import { matterRoutes } from './routes/matters.ts'
import { draftView, memberRoutes } from './routes/members.ts'
import { operatorRoutes } from './routes/operator.ts'
import { paperRoutes } from './routes/papers.ts'
import { openApiRoutes } from './routes/openapi.ts'
import { operatorPageRoutes } from './routes/operator-page.ts'
import { restoreRoutes } from './routes/restore.ts'
import { sessionRoutes, visitorsOf } from './routes/sessions.ts'
import { type Meeting, type Met, stewardRoutes } from './routes/steward.ts'
import { openSessions } from './page/sessions.ts'
import { openReleasing } from './cities/federation/releasing.ts'
import { startSettler } from './cities/settlement/settler.ts'
import type { Snapshots } from './record/snapshots.ts'
import { freeBytesIn } from './disk/space.ts'
import { unavailableDoor } from './status.ts'
import { federationOf, stewardView } from './page/steward-view.ts'
import type { Page } from './page/static.ts'
import { type Stop, stopAll } from './stop-all.ts'
import { timelineOf } from './record/timeline.ts'
import { openVerifierPool } from './signatures/verifier-pool.ts'
import { useViewAbroad } from './page/use-view.ts'
import { viewsOf } from './page/views.ts'
import { openVotes } from './cities/settlement/votes.ts'
import { watchWithheld } from './cities/evidence/withheld.ts'
import { openWriter, RecordDamaged } from './record/writer.ts'

export type HubPorts = {
  config: Config
  keys: HubKeys
  /** Of this directory, the newest of which is being read already. */
  snapshots: Snapshots
  clock: Clock
  entropy: Entropy
  log: NetworkLog
  /** Opens the wire; a benchmark's loses a part of what it carries. */
  startNetwork?: typeof startNetwork
  /** Serves the built page for every path that is nothing else. */
  page: Page
  control: Control
  /** Whether this directory is the one that was in use last (`run-marker.ts`). */
  marker(hubId: Uint8Array, isNew: boolean, holds: () => string): RunMarker
  /** Starts the hub anew inside this process; resolves to the new one. */
  restart(): Promise<Hub>
}

export type Hub = {
  origin: Origin
  app: Hono
  meeting: Meeting
  /** Parts in the order in which they started; they stop the other way round. */
  stop(): Promise<void>
}

const TICK_EVERY_MS = 30_000

/** Starts everything, or rejects with a named error and leaves nothing open. */
export async function startHub(ports: HubPorts): Promise<Hub> {
  const stops: Stop[] = []
  const stop = (): Promise<void> => stopAll(stops)
  try {
    return { ...(await compose(ports, stops)), stop }
  } catch (error) {
    // Why it did not start is what is told.
    await stop().catch(() => {})
    throw error
  }
}

async function compose(ports: HubPorts, stops: Stop[]): Promise<Omit<Hub, 'stop'>> {
  const { config, keys, clock, entropy } = ports
  const { log, recent } = keepingRecent(ports.log, clock)

  // The disk, and the other cores
  const pool = openVerifierPool()
  stops.push(() => pool.close())
  const writer = await openWriter({
    verify: pool.verify,
    async openJournal(onFrame, from) {
      const bar = progressBar(log, clock, 'reading the ledger')
      let entries = 0
      const counted: typeof onFrame = (frame, at) => {
        if (frame.type === frameTypes.record) entries++
        onFrame(frame, at)
      }
      const onProgress = ({ bytes, bytesTotal }: Progress): void => bar.tell(bytes, bytesTotal, entries)
      try {
        return await openJournal(journalDirectory(config.data), null, counted, { from, onProgress })
      } finally {
        bar.end()
      }
    },
    snapshots: ports.snapshots,
    freeBytes: () => freeBytesIn(config.data),
    keys, clock, entropy, log,
  })
  stops.push(() => writer.close())
  const events = openEvents(writer)
  stops.push(() => events.close())
  const { state } = writer
  const store = await openLevelStore(storeDirectory(config.data), (table, key) => {
    log.error('the disk gives back other words than were kept; they count as gone', { table, key })
  })
  stops.push(() => store.close())
  const voteFrames: Frame[] = []
  const openVoteJournal = (onFrame: (frame: Frame) => void) => openJournal(votesDirectory(config.data), state.hub.id, onFrame)
  const voteJournal = patientJournal(
    await openVoteJournal(({ type, payload }) => void voteFrames.push({ type, payload: payload.slice() })),
    { open: () => openVoteJournal(() => {}), clock, log },
  )
  stops.push(() => voteJournal.close())
  const votes = openVotes({ frames: voteFrames, append: voteJournal.append })

  // The wire
  const meta = store.table('meta')
  const isPublic = state.federation !== null || meta.get('meets-others') !== undefined
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
    writer, network, mirrors: mirrorJournals(mirrorsDirectory(config.data)), votes, verify: pool.verify, clock, log,
    mayWrite: () => writer.shut !== 'disk-full',
  })
  stops.push(() => replicas.stop())
  const marker = ports.marker(state.hub.id, state.tree.size === 1, () => `${toHex(writer.state.tree.root())}-${voteFrames.length}`)
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
  const checkpointer = await startCheckpointer({
    writer, network, replicas, store, votes, keys, clock, log,
    last: writer.checkpoint,
    keep: (note) => writer.keepCheckpoint(note),
    maySeal: () => fence.maySeal() && writer.shut === null && writer.proving === null,
    outsiders: config.witnessLogs,
    onOtherHistory: (by, because) => {
      log.warn('another city has seen a different history of this hub', { by, because })
      fence.doubt(by)
    },
  })
  stops.push(() => checkpointer.stop())
  writer.onProved(() => void checkpointer.cover(writer.state.tree.size - 1))
  const evidence = await startEvidence({
    writer, network, replicas, checkpointer, clock, log,
    files: openEvidenceFiles(evidenceDirectory(config.data)),
    onChange: () => events.tell('cities'),
  })
  stops.push(() => evidence.stop())
  await serveLog({
    writer, network, replicas, head: () => checkpointer.latest(), cosigned: (origin) => checkpointer.cosigned(origin),
  })
  const closings = await openClosings({ writer, network, replicas, table: store.table('federation'), clock })
  const federation = await startFederation({
    writer, network, replicas, votes, fence, closings, releasing, store, keys, nextVoteKey: next, clock, log,
    onChange: () => events.tell('cities'),
  })
  stops.push(() => federation.stop())
  watchDoubles({ writer, replicas, votes, log, signedCard: federation.signedCard, onFound: evidence.meet })
  const withheld = watchWithheld({
    writer, replicas, checkpointer, clock, log, table: store.table('withheld'), signedCard: federation.signedCard, onFound: evidence.meet,
  })
  stops.push(async () => withheld.stop())
  const settler = await startSettler({
    writer, network, replicas, checkpointer, votes, fence, recall, keys, clock, log, askDocuments: () => federation.askDocuments(),
    isClosing: closings.isClosing,
    isProved: () => writer.proving === null,
  })
  stops.push(() => settler.stop())

  // Words, and people before they act
  const membersOf = (hub: Origin): number | null => {
    const known = replicas.of(hub)?.state
    return known == null ? null : [...known.members.values()].filter((member) => member.attested).length
  }
  const feed = await startFeed({ writer, store, network, clock, log, logSecret: keys.log.secret, membersOf })
  stops.push(() => feed.stop())
  const listing = (id: Hex) => feed.listing(id)
  const wishes = await openWishes({ writer, store, entropy, log })
  const search = searchOver(feed, () => clock.now())
  stops.push(async () => search.stop())
  const pictures = await startPictures({ writer, store, network, listings: () => search.all(), clock, log })
  stops.push(async () => pictures.stop())
  const blobs = openBlobs(writer, store)
  const inbox = await openInbox({ writer, store, blobs, clock, log, listing })
  stops.push(() => inbox.stop())
  const people = openPeople(writer, store, inbox.guestName)
  const timeline = timelineOf(writer)
  openRatingsFrom(writer, store, log)
  const stateOf = (hub: Origin): State | null => (hub === writer.state.hub.origin ? writer.state : (replicas.of(hub)?.state ?? null))
  const letters = await openLetters({ writer, store, clock, entropy, log, stateOf, listing })
  stops.push(() => letters.stop())
  const carrier = await startLetterCarrier({ writer, network, letters, clock, log })
  stops.push(() => carrier.stop())
  const erasure = openErasure({ writer, store, blobs, leftBy: [inbox, letters, wishes], clock, log })
  stops.push(() => erasure.stop())

  // The page's side
  const isConnected = (origin: Origin): boolean => {
    const card = neighbour(writer.state, origin)
    return card !== undefined && network.connected().includes(peerOf(card))
  }
  const accused = (): HubView['accused'] => {
    const offence = evidence.against(state.hub.origin)?.offence
    return offence === undefined ? null : { evidence: offence.id, kind: offence.kind }
  }
  const views = viewsOf({ writer, people, timeline, clock, listing, isConnected, accused })
  const abroadView = (acct: Hex): AbroadView => ({
    hub: writer.state.hub.origin,
    hubId: toHex(writer.state.hub.id),
    charterVersion: writer.state.charters.length - 1,
    seen: views.seen(),
    drafts: inbox.draftsFor(acct).map((draft) => draftView(writer, people, draft)),
    agreements: timeline.agreementsOf(acct).map((id) => views.agreement(writer.state.agreements.get(id)!, acct)).reverse(),
  })
  /** As for the pages here: shown when all that it was computed from is on the disk. */
  async function settled<T>(view: () => T): Promise<T | { door: DoorRefusal }> {
    await writer.reread()
    const shown = view()
    return (await writer.settled()) ? shown : { door: unavailableDoor('storage') }
  }
  const viewFor = (acct: Hex): Promise<AbroadView | { door: DoorRefusal }> => settled(() => abroadView(acct))
  const useFor: GuestPorts['useFor'] = (shared, home, asked) =>
    settled(() => useViewAbroad(writer.state, people, shared, home, asked, views.seen().now))
  const prove = async (seq: number): Promise<Uint8Array> => {
    const proof = await checkpointer.prove(seq)
    if (proof === null) throw new Error(`entry ${seq} stands under no checkpoint yet`)
    return proof
  }
  const guests = await startGuests({ writer, network, clock, log, inbox, blobs, listing, viewFor, useFor, prove, nameOf: people.nameOf })
  stops.push(() => guests.stop())

  const sessions = openSessions(writer, clock, entropy)
  const visitors = visitorsOf(writer, sessions)
  const pace = openPace(clock, visitors.member)
  feed.onChange(() => events.tell('board'))
  inbox.onChange(() => events.tell('inbox'))
  letters.onChange(() => events.tell('inbox'))
  network.onConnected(() => events.tell('cities'))
  network.onDisconnected(() => events.tell('cities'))
  const gathering = (): { needed: number; got: number } | null => settler.gathering()
  const federationView = () => federationOf(writer.state, views, federation.view(), gathering(), views.seen().now)
  const language = (): 'zh' | 'en' => (fromUtf8(meta.get('language') ?? new Uint8Array()) === 'en' ? 'en' : 'zh')

  /**
   * Meeting others begins with moving to the public address, because the document and the card say where this
   * hub is; so the first time the hub starts anew and the new one does what was asked.
   */
  async function meet(way: 'found' | 'join', card: string): Promise<Met> {
    if (!isPublic) {
      await meta.put('meets-others', utf8('yes'))
      // What keeps it from coming up (a port that is taken) stands in its log, and is tried again.
      const anew = await ports.restart().catch(() => null)
      return anew === null ? { door: { code: 'busy', retrySeconds: 5 } } : anew.meeting[way](card)
    }
    return met(await (way === 'found' ? federation.found() : federation.join(card)))
  }
  function met(answer: FederationAnswer): Met {
    if (answer.ok) return federationView()
    if ('door' in answer) return { door: answer.door }
    if (!answer.answer.ok && 'unavailable' in answer.answer) return { door: unavailableDoor(answer.answer.unavailable) }
    log.error('the record refused a federation document', { answer: JSON.stringify(answer.answer) })
    return { door: { code: 'internal', request: 'federation' } }
  }
  const meeting: Meeting = {
    found: () => meet('found', ''),
    async join(card) {
      const door = cardFault(card, state.hub.origin)
      return door === null ? meet('join', card) : { door }
    },
    admit: async (card) => met(await federation.admit(card)),
    box: async (isBox) => met(await federation.beBox(isBox)),
    close: async (hub) => met(await federation.close(hub)),
    keep: async (hub) => met(await federation.keep(hub)),
    release: async (hub) => met(await federation.release(hub)),
    renew: async () => met(await federation.renew()),
    terms: async (terms) => met(await federation.agreeOn(terms)),
  }

  /** How far the way back from a backup is; a fence that is shut for good has no way. */
  const restoring = (): RestoringView | null => {
    const status = recovery.status()
    const named = (origins: Origin[]): string[] => origins.map((origin) => cityNameOf(writer.state, origin))
    if (status === null) {
      if (fence.phase !== 'restoring') return null
      const none = { confirmed: 0, fetched: 0, from: [], silent: [], withheld: [], withoutFrom: null, approvals: { needed: 0, got: 0 } }
      return { step: 'stopped', size: writer.state.tree.size, ...none }
    }
    const { step, size, cosigned, fetched, from, silent, withoutFrom, approvals: { needed, by } } = status
    const withheld = status.withheld.map((one) => ({ city: cityNameOf(writer.state, one.by), entries: one.entries }))
    return {
      step, size, confirmed: cosigned, fetched, from: named(from), silent: named(silent), withheld, withoutFrom,
      approvals: { needed, got: by.length },
    }
  }
  recovery.onChange(() => events.tell('cities'))

  const operator = openOperator({
    config, writer, clock, entropy, log, recentLog: recent, network, replicas, checkpointer, restoring, language,
    freeBytes: () => freeBytesIn(config.data), accused: () => accused() !== null,
    streams: () => events.count(),
  })
  stops.push(() => operator.stop())
  feed.onChange(() => operator.boardChanged())

  const app = new Hono()
  app.use(operator.metrics.counting, securityHeaders, ownHost(config.hostNames), ownOrigin, pace.writes, boundedBody)
  // What was computed from the state is shown when all of it is on the disk, and not at all when the disk refused.
  app.get('/api/*', async (c, next) => {
    await writer.reread()
    await next()
    if (!(await writer.settled())) c.res = shutDoor(c, unavailableDoor('storage'))
  })
  app.route('/', hubRoutes({
    pace, views, events, language,
    readOnly: (): HubView['readOnly'] => (writer.shut === 'busy' ? null : writer.shut),
    proving: () => writer.proving,
    restoring,
    unconfirmed: () => membershipOf(writer.state) !== null && fence.phase === 'alone',
    genesis: () => genesisOf(writer),
    hasCheckpoint: () => checkpointer.latest() !== null,
    exported: () => exportOf(journalDirectory(config.data)),
  }))
  app.route('/', openApiRoutes(version.program))
  app.route('/', operatorPageRoutes({ ...operator, visitors, controlToken: ports.control.token, sheet: ports.page.sheet, language }))
  app.route('/', logRoutes({ writer, checkpointer, pace }))
  app.route('/', evidenceRoutes({ writer, desk: evidence, visitors, controlToken: ports.control.token, log }))
  app.route('/api', sessionRoutes(writer, sessions))
  app.route('/api', actionRoutes(blobs, inbox, visitors, pace))
  app.route('/api', boardRoutes(feed, search, views, visitors))
  const matches = matchesOf({ writer, board: search, wishes, agreementsOf: (acct) => timeline.agreementsOf(acct), now: () => clock.now() })
  const marketPorts = { writer, search, matches, wishes, views, people, visitors, listing }
  app.route('/api', marketRoutes(marketPorts))
  app.route('/api', pictureRoutes(pictures, visitors))
  app.route('/', calendarRoutes(marketPorts))
  app.route('/api', memberRoutes({ writer, views, people, timeline, inbox, letters, visitors, listing, guests }))
  app.route('/api', paperRoutes({ writer, views, people, timeline, visitors, logSecret: keys.log.secret }))
  app.route('/api', matterRoutes({ writer, views, people, timeline, visitors, listing, guests }))
  app.route('/api', figureRoutes(figuresOf({ writer, timeline, clock, listings: () => feed.listings() })))
  app.route('/api', abroadRoutes({ writer, guests, visitors, quote: (city, asked) => askQuote({ writer, network, clock }, city, asked) }))
  app.route('/api', letterRoutes({ writer, clock, letters, people, visitors, listing }))
  app.route('/api', cityRoutes({ writer, views, people, clock, votes: gathering, stateAt: (hub) => replicas.of(hub)?.state ?? null, doubtsOf: evidence.doubtsOf }, visitors))
  app.route('/api', caseRoutes(casesFor({ writer, people, clock }), visitors))
  app.route('/api', deviceRoutes({ writer, people, visitors, pace, newDevices: openNewDevices(writer, clock), onAsked: () => events.tell('inbox') }))
  app.route('/api', stewardRoutes({
    writer, clock, visitors,
    controlToken: ports.control.token,
    steward: () => stewardView({ writer, views, people, federation: () => federation.view(), votes: gathering }),
    federation: federationView,
    meeting,
  }))
  app.route('/api', restoreRoutes({ writer, recovery, visitors, controlToken: ports.control.token }))
  app.route('/api', operatorRoutes({
    controlToken: ports.control.token,
    async backup(to, withKeys, onProgress) {
      const manifest = await writeBackup({ dataDir: config.data, to, store, withKeys, now: clock.now(), onProgress })
      noteBackup(config.data, to, manifest)
      return manifest
    },
  }))
  app.post('/api/setup', (c) => shutDoor(c, { code: 'already-founded' }))
  app.all('/api/*', (c) => shutDoor(c, { code: 'not-found' }))
  app.get('*', ports.page)
  app.notFound((c) => shutDoor(c, { code: 'not-found' }))
  app.onError((error, c) => {
    if (error instanceof RecordDamaged) return shutDoor(c, unavailableDoor('storage'))
    const request = toHex(entropy.bytes(4))
    log.error('a request could not be answered', { request, path: c.req.path, error: error.stack ?? String(error) })
    return shutDoor(c, { code: 'internal', request })
  })

  let cancelTick = (): void => {}
  const ticking = (): void => {
    void writer.tickIfDue()
    void writer.snapshotIfDue()
    cancelTick = clock.after(TICK_EVERY_MS, ticking)
  }
  ticking()
  stops.push(() => cancelTick())

  return { origin: state.hub.origin, app, meeting }
}

/** Entry 0 carries it. */
function genesisOf(writer: Writer): Uint8Array {
  const { action } = writer.entryAt(0)
  if (action.kind !== 'hub.founded') throw new Error('a log that begins with anything but its founding was let in')
  return action.genesis
}

/** Every topic of the federation this hub is in: exact names, so that nobody can invent one for us. */
function topicsIn(state: State): string[] {
  const { federation } = state
  return federation === null ? [] : topicsOf(federation.id, currentDocument(federation))
}

const multiaddrOf = ({ host, port }: HostPort): string => `/${host.includes(':') ? 'ip6' : 'ip4'}/${host}/tcp/${port}`

/** Why a pasted text is no other hub's card, or null. */
function cardFault(text: string, own: Origin): DoorRefusal | null {
  // What a code stands for is seen when its hub is asked.
  if (parseCode(text) !== null) return null
  const bytes = fromBase64(text)
  const signed = bytes === null ? null : parseSignedCard(bytes)
  if (signed === null) return { code: 'bad-card' }
  return signed.card.origin === own ? { code: 'own-card' } : null
}
