/**
 * The hub, put together: what exists, in what order it starts and stops, and which part may know which.
 *
 *   disk      journal → writer (the ledger)      level → store (words, listings, what waits)
 *   people    blobs, inbox, ratings, feed        before and beside the record
 *   cities    network, replicas, checkpointer, federation, settler, guests
 *   page      views → routes → app
 *
 * It knows ports only; which clock, network or directory they are is said by whoever calls it.
 */
import { type Context, Hono } from 'hono'
import type { Hex, Origin } from '#ledger/action.ts'
import { fromUtf8 } from '#ledger/bytes.ts'
import { openBlobs } from './blobs.ts'
import type { Config } from './config.ts'
import type { Control } from './control.ts'
import { boundedBody, ownHost, ownOrigin, securityHeaders, shutDoor } from './door.ts'
import { openEvents } from './events.ts'
import { exportOf } from './export.ts'
import { startFeed } from './feed.ts'
import { journalDirectory, storeDirectory } from './founding.ts'
import { openInbox } from './inbox.ts'
import { openJournal } from './journal.ts'
import type { HubKeys } from './keystore.ts'
import { openLevelStore } from './level-store.ts'
import type { NetworkLog } from './network.ts'
import { openPeople } from './people.ts'
import type { Clock, Entropy } from './ports.ts'
import { openRatingsFrom } from './ratings.ts'
import { actionRoutes } from './routes/actions.ts'
import { boardRoutes } from './routes/board.ts'
import { hubRoutes } from './routes/hub.ts'
import { memberRoutes } from './routes/members.ts'
import { sessionRoutes, visitorsOf } from './routes/sessions.ts'
import { openSessions } from './sessions.ts'
import { followTimeline } from './timeline.ts'
import { viewsOf } from './views.ts'
import { openWriter } from './writer.ts'

export type HubPorts = {
  config: Config
  keys: HubKeys
  clock: Clock
  entropy: Entropy
  log: NetworkLog
  /** Serves the built page for every path that is nothing else. */
  page: (c: Context) => Response
  control: Control
  /** Starts the hub anew inside this process, at its public address. */
  restart(): void
}

export type Hub = { origin: Origin; app: Hono; stop(): Promise<void> }

const TICK_EVERY_MS = 30_000

export async function startHub(ports: HubPorts): Promise<Hub> {
  const { config, keys, clock, entropy, log } = ports
  const writer = await openWriter({
    openJournal: (onFrame) => openJournal(journalDirectory(config.data), null, onFrame),
    keys, clock, entropy, log,
  })
  const store = await openLevelStore(storeDirectory(config.data))
  const language = (): 'zh' | 'en' => (fromUtf8(store.table('meta').get('language') ?? new Uint8Array()) === 'en' ? 'en' : 'zh')

  const feed = await startFeed({ writer, store, network: null, clock, log, logSecret: keys.log.secret })
  const listing = (id: Hex) => feed.listing(id)
  const blobs = openBlobs(writer, store)
  const inbox = await openInbox({ writer, store, blobs, clock, log, listing })
  const people = openPeople(writer, store, inbox.guestName)
  const timeline = followTimeline(writer)
  openRatingsFrom(writer, store, log)

  const views = viewsOf({ writer, people, timeline, clock, listing, isConnected: () => false })
  const sessions = openSessions(writer, clock, entropy)
  const visitors = visitorsOf(writer, sessions)
  const events = openEvents(writer)
  feed.onChange(() => events.tell('board'))
  inbox.onChange(() => events.tell('inbox'))

  const app = new Hono()
  app.use(securityHeaders, ownHost(config.hostNames), ownOrigin, boundedBody)
  app.route('/', hubRoutes({
    views, events, language,
    readOnly: () => (writer.shut === 'busy' ? null : writer.shut),
    unconfirmed: () => false,
    checkpoint: () => writer.checkpoint,
    exported: () => exportOf(journalDirectory(config.data)),
  }))
  app.route('/api', sessionRoutes(writer, sessions))
  app.route('/api', actionRoutes(blobs, inbox, visitors))
  app.route('/api', boardRoutes(feed, views))
  app.route('/api', memberRoutes({
    writer, views, people, timeline, inbox, visitors, listing,
    applyAbroad: async () => new Response(),
  }))
  app.all('/api/*', (c) => shutDoor(c, { code: 'not-found' }))
  app.get('*', ports.page)
  app.onError((error, c) => {
    const request = entropyName(entropy)
    log.error('a request could not be answered', { request, path: c.req.path, error: error.stack ?? String(error) })
    return shutDoor(c, { code: 'internal', request })
  })

  let cancelTick = (): void => {}
  const ticking = (): void => {
    void writer.tickIfDue()
    cancelTick = clock.after(TICK_EVERY_MS, ticking)
  }
  ticking()

  return {
    origin: writer.state.hub.origin,
    app,
    async stop() {
      cancelTick()
      inbox.stop()
      await feed.stop()
      await writer.close()
      await store.close()
    },
  }
}

/** A short name by which a person can ask about one failed request. */
const entropyName = (entropy: Entropy): string => [...entropy.bytes(4)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
