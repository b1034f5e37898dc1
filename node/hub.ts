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
import { startCities } from './hub-cities.ts'
import { openDisk } from './hub-disk.ts'
import { openPage } from './hub-page.ts'
import { openPeopleSide } from './hub-people.ts'
import type { Hub, HubPorts } from './hub-ports.ts'
import { keepingRecent } from './operator/recent-log.ts'
import { openEvents } from './page/events.ts'
import { type Stop, stopAll } from './stop-all.ts'

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
  const events = openEvents(writer, ports.entropy)
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
