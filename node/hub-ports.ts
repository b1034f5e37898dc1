/** What a hub is started with, and what it is then to whoever started it. */
import type { Hono } from 'hono'
import type { Origin } from '#ledger/action.ts'
import type { Config } from './config.ts'
import type { Control } from './control.ts'
import type { HubKeys } from './disk/keystore.ts'
import type { RunMarker } from './disk/run-marker.ts'
import type { Page } from './page/static.ts'
import type { Clock, Entropy } from './ports.ts'
import type { Snapshots } from './record/snapshots.ts'
import type { Meeting } from './routes/steward.ts'
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
