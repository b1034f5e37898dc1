/**
 * The hub, put together: what exists, in what order it starts and stops, and which part may know which.
 *
 *   hub-disk.ts      journal → writer (the ledger)      level → store (words, listings, what waits)
 *   hub-cities.ts    network, replicas, fence, checkpointer, federation, settler
 *   hub-people.ts    feed, search, inbox, letters, ratings → views, guests
 *   hub-page.ts      sessions → routes → app
 *
 * Each part is given those above it and none below. What a part starts it puts on the list of what to stop.
 *
 * It knows ports only; which clock, network or directory they are is said by whoever calls it.
 */
import type { Hono } from 'hono'
import type { Origin } from '#ledger/action.ts'
import type { Config } from './config.ts'
import type { Control } from './control.ts'
import type { HubKeys } from './disk/keystore.ts'
import type { RunMarker } from './disk/run-marker.ts'
import { startCities } from './hub-cities.ts'
import { openDisk } from './hub-disk.ts'
import { openPage } from './hub-page.ts'
import { openPeopleSide } from './hub-people.ts'
import { keepingRecent } from './operator/recent-log.ts'
import { openEvents } from './page/events.ts'
import type { Page } from './page/static.ts'
import type { Clock, Entropy } from './ports.ts'
import type { Snapshots } from './record/snapshots.ts'
import type { Meeting } from './routes/steward.ts'
import { type Stop, stopAll } from './stop-all.ts'
import type { startNetwork } from './wire/libp2p-network.ts'
import type { NetworkLog } from './wire/network.ts'

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
  const { log, recent: recentLog } = keepingRecent(ports.log, ports.clock)
  const disk = await openDisk(ports, log, stops)
  const { writer } = disk
  const events = openEvents(writer)
  stops.push(() => events.close())
  const cities = await startCities(ports, disk, log, stops, () => events.tell('cities'))
  const words = await openPeopleSide(ports, disk, cities, log, stops)
  const { app, meeting } = openPage({ ...ports, ...disk, ...cities, ...words, events, log, recentLog }, stops)

  let cancelTick = (): void => {}
  const ticking = (): void => {
    void writer.tickIfDue()
    void writer.snapshotIfDue()
    cancelTick = ports.clock.after(TICK_EVERY_MS, ticking)
  }
  ticking()
  stops.push(() => cancelTick())

  return { origin: writer.state.hub.origin, app, meeting }
}
