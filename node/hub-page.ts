/** The page: who asks, how fast, what is told to open pages, and every route. */
import { Hono } from 'hono'
import { fromUtf8, toHex, utf8 } from '#ledger/bytes.ts'
import type { State } from '#ledger/state/state.ts'
import { type HubLanguage, hubLanguages, type HubView } from '#protocol/api.ts'
import { exportOf } from './audit/export.ts'
import { membershipOf, neighboursOf } from './cities/cities.ts'
import { askQuote } from './cities/settlement/quotes.ts'
import { writeBackup } from './copies/backup.ts'
import { freeBytesIn } from './disk/space.ts'
import { type HubCities, meetsOthersKey } from './hub-cities.ts'
import type { HubDisk } from './hub-disk.ts'
import type { HubPeople } from './hub-people.ts'
import type { HubPorts } from './hub-ports.ts'
import { matchesOf } from './market/matches.ts'
import { meetingOf } from './meeting.ts'
import { noteBackup } from './operator/copies.ts'
import { openOperator } from './operator/open.ts'
import type { LogLine } from './operator/recent-log.ts'
import { version } from './operator/version.ts'
import { casesFor } from './page/case-view.ts'
import { adorn, boundedBody, ownHost, ownOrigin, securityHeaders, shutDoor } from './page/door.ts'
import type { Events } from './page/events.ts'
import { figuresOf } from './page/figures.ts'
import { openListingTexts } from './page/listing-texts.ts'
import { openPace } from './page/pace.ts'
import { openSessions } from './page/sessions.ts'
import { federationOf, stewardView } from './page/steward-view.ts'
import type { Writer } from './ports.ts'
import { journalDirectory } from './record/founding.ts'
import { RecordDamaged } from './record/writer.ts'
import { restoringView } from './restoring.ts'
import { abroadRoutes } from './routes/abroad.ts'
import { actionRoutes } from './routes/actions.ts'
import { boardRoutes } from './routes/board.ts'
import { caseRoutes } from './routes/cases.ts'
import { circleRoutes } from './routes/circles.ts'
import { cityRoutes } from './routes/cities.ts'
import { deviceRoutes } from './routes/devices.ts'
import { evidenceRoutes } from './routes/evidence.ts'
import { figureRoutes } from './routes/figures.ts'
import { hubRoutes } from './routes/hub.ts'
import { letterRoutes } from './routes/letters.ts'
import { logRoutes } from './routes/log.ts'
import { calendarRoutes, marketRoutes } from './routes/market.ts'
import { matterRoutes } from './routes/matters.ts'
import { memberRoutes } from './routes/members.ts'
import { openApiRoutes } from './routes/openapi.ts'
import { operatorRoutes } from './routes/operator.ts'
import { operatorPageRoutes } from './routes/operator-page.ts'
import { paperRoutes } from './routes/papers.ts'
import { pictureRoutes } from './routes/pictures.ts'
import { restoreRoutes } from './routes/restore.ts'
import { sessionRoutes, visitorsOf } from './routes/sessions.ts'
import { type Meeting, stewardRoutes } from './routes/steward.ts'
import { unavailableDoor } from './status.ts'
import type { Stop } from './stop-all.ts'
import type { NetworkLog } from './wire/network.ts'
import { openNewDevices } from './words/new-devices.ts'

/** Everything it looks at. `recentLog`: the newest lines, for whoever looks after the hub. */
export type HubPageParts = HubPorts & HubDisk & HubCities & HubPeople & {
  events: Events
  log: NetworkLog
  recentLog(): readonly LogLine[]
}

/** Starts what stands between the hub and its pages. */
export function openPage(parts: HubPageParts, stops: Stop[]): { app: Hono; meeting: Meeting } {
  const { config, keys, clock, entropy, control, page, log, recentLog, events, writer, store } = parts
  const { isPublic, network, replicas, fence, recall, recovery, witness, checkpointer, evidence, federation, settler } = parts
  const { feed, listing, wishes, circles, expected, away, search, pictures, blobs, inbox, people, timeline, letters, views, accused, guests } = parts

  const sessions = openSessions(writer, clock, entropy)
  const visitors = visitorsOf(writer, sessions)
  const pace = openPace(clock, visitors.member)
  feed.onChange(() => events.tell('board'))
  inbox.onChange(() => events.tell('inbox'))
  letters.onChange(() => events.tell('inbox'))
  circles.onChange(() => events.tell('inbox'))
  expected.onChange(() => events.tell('inbox'))
  network.onConnected(() => events.tell('cities'))
  network.onDisconnected(() => events.tell('cities'))
  recovery.onChange(() => events.tell('cities'))
  const gathering = (): { needed: number; got: number } | null => settler.gathering()
  const restoring = () => restoringView({ writer, fence, recovery })
  const federationView = () => federationOf(writer.state, views, federation.view(), gathering(), views.seen().now)
  const language = (): HubLanguage => {
    const kept = fromUtf8(store.table('meta').get('language') ?? new Uint8Array())
    return hubLanguages.find((one) => one === kept) ?? 'zh'
  }
  const operator = openOperator({
    config, writer, clock, entropy, log, recentLog, network, replicas, witness, recall, checkpointer, restoring, language,
    freeBytes: () => freeBytesIn(config.data), accused: () => accused() !== null,
    streams: () => events.count(),
  })
  stops.push(() => operator.stop())
  feed.onChange(() => operator.boardChanged())

  const meeting = meetingOf({
    origin: writer.state.hub.origin, federation, log,
    view: federationView,
    isPublic,
    becomePublic: () => store.table('meta').put(meetsOthersKey, utf8('yes')),
    restart: async () => (await parts.restart()).meeting,
  })

  const app = new Hono()
  app.use(operator.metrics.counting, securityHeaders, ownHost(config.hostNames), ownOrigin, pace.writes, boundedBody)
  // What was computed from the state is shown when all of it is on the disk, and not at all when the disk refused.
  app.get('/api/*', async (c, next) => {
    await writer.reread()
    await next()
    if (!(await writer.settled())) c.res = shutDoor(c, unavailableDoor('storage'))
    // By which clock days begin here: a page goes by it, whatever its device says.
    adorn(c, 'Hub-Time', String(clock.now()))
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
  app.route('/', operatorPageRoutes({ ...operator, visitors, controlToken: control.token, sheet: page.sheet, language }))
  app.route('/', logRoutes({ writer, checkpointer, witness, pace }))
  app.route('/', evidenceRoutes({ writer, desk: evidence, visitors, controlToken: control.token, log }))
  app.route('/api', sessionRoutes(writer, sessions))
  app.route('/api', actionRoutes(blobs, inbox, visitors, pace))
  app.route('/api', boardRoutes(feed, search, openListingTexts({ writer, feed, blobs, views }), views, visitors))
  const elsewhere = (): { city: string; state: State }[] => neighboursOf(writer.state).flatMap(({ origin, city }) => {
    const state = replicas.of(origin)?.state ?? null
    return state === null ? [] : [{ city, state }]
  })
  const matches = matchesOf({
    writer, board: search, wishes, away, agreementsOf: (acct) => timeline.agreementsOf(acct), elsewhere: () => elsewhere().map(({ state }) => state), now: () => clock.now(),
  })
  const marketPorts = { writer, search, matches, wishes, views, people, visitors, listing }
  app.route('/api', marketRoutes(marketPorts))
  app.route('/api', pictureRoutes(pictures, visitors))
  app.route('/', calendarRoutes(marketPorts))
  app.route('/api', memberRoutes({ writer, views, people, timeline, inbox, letters, visitors, listing, guests }))
  app.route('/api', paperRoutes({ writer, views, people, timeline, visitors, logSecret: keys.log.secret }))
  app.route('/api', matterRoutes({ writer, views, people, timeline, visitors, listing, guests, expected }))
  app.route('/api', figureRoutes(figuresOf({ writer, timeline, clock, listings: () => feed.listings(), elsewhere: () => (membershipOf(writer.state) === null ? null : elsewhere()) })))
  app.route('/api', abroadRoutes({ writer, guests, away, visitors, quote: (city, asked) => askQuote({ writer, network, clock }, city, asked) }))
  app.route('/api', circleRoutes({ writer, circles, letters, people, visitors, listing, guests }))
  app.route('/api', letterRoutes({ writer, clock, letters, people, visitors, listing }))
  app.route('/api', cityRoutes({ writer, views, people, clock, votes: gathering, stateAt: (hub) => replicas.of(hub)?.state ?? null, doubtsOf: evidence.doubtsOf }, visitors))
  app.route('/api', caseRoutes(casesFor({ writer, people, clock }), visitors))
  app.route('/api', deviceRoutes({ writer, people, visitors, pace, newDevices: openNewDevices(writer, clock), onAsked: () => events.tell('inbox') }))
  app.route('/api', stewardRoutes({
    writer, clock, visitors,
    controlToken: control.token,
    steward: () => stewardView({ writer, views, people, federation: () => federation.view(), votes: gathering }),
    federation: federationView,
    meeting,
  }))
  app.route('/api', restoreRoutes({ writer, recovery, visitors, controlToken: control.token }))
  app.route('/api', operatorRoutes({
    controlToken: control.token,
    async backup(to, withKeys, onProgress) {
      const manifest = await writeBackup({ dataDir: config.data, to, store, withKeys, now: clock.now(), onProgress })
      noteBackup(config.data, to, manifest)
      return manifest
    },
  }))
  app.post('/api/setup', (c) => shutDoor(c, { code: 'already-founded' }))
  app.all('/api/*', (c) => shutDoor(c, { code: 'not-found' }))
  app.get('*', page)
  app.notFound((c) => shutDoor(c, { code: 'not-found' }))
  app.onError((error, c) => {
    if (error instanceof RecordDamaged) return shutDoor(c, unavailableDoor('storage'))
    const request = toHex(entropy.bytes(4))
    log.error('a request could not be answered', { request, path: c.req.path, error: error.stack ?? String(error) })
    return shutDoor(c, { code: 'internal', request })
  })
  return { app, meeting }
}

/** Entry 0 carries it. */
function genesisOf(writer: Writer): Uint8Array {
  const { action } = writer.entryAt(0)
  if (action.kind !== 'hub.founded') throw new Error('a log that begins with anything but its founding was let in')
  return action.genesis
}
