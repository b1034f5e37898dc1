/** The operator's part of a hub: what is measured and kept for whoever looks after it, and who may look. */
import { isActive } from '#ledger/rules/status.ts'
import type { State } from '#ledger/state/state.ts'
import type { HubLanguage, HubView } from '#protocol/api.ts'
import type { Checkpointer } from '../cities/logs/checkpointer.ts'
import type { Witness } from '../cities/logs/witness.ts'
import type { Recall } from '../cities/restoring/recall.ts'
import { neighboursOf } from '../cities/cities.ts'
import type { Config } from '../config.ts'
import { type Metrics, openMetrics } from './metrics.ts'
import type { Network } from '../wire/network.ts'
import type { Clock, Entropy, Log, Writer } from '../ports.ts'
import type { Replicas } from '../cities/logs/replicas.ts'
import { openOperatorAccess, type OperatorAccess } from './access.ts'
import { readCopies } from './copies.ts'
import type { HealthFacts } from './health.ts'
import type { LogLine } from './recent-log.ts'
import { openRehearsal } from './rehearsal.ts'
import { supportBundle } from './support.ts'
import { version } from './version.ts'
import { openOperatorDesk, type OperatorDesk } from './view.ts'

export type OperatorParts = {
  config: Pick<Config, 'data' | 'metrics' | 'settings'>
  writer: Pick<Writer, 'state' | 'entryAt'> & { readonly shut: HealthFacts['shut']; readonly proving: HealthFacts['proving'] }
  clock: Clock
  entropy: Entropy
  log: Log
  recentLog(): readonly LogLine[]
  network: Network
  replicas: Replicas
  checkpointer: Checkpointer
  witness: Witness
  recall: Pick<Recall, 'memory'>
  freeBytes(): number
  accused(): boolean
  restoring(): HubView['restoring']
  language(): HubLanguage
  /** Open event streams. */
  streams(): number
}

export type Operator = {
  desk: OperatorDesk
  access: OperatorAccess
  metrics: Metrics
  metricsFor: Config['metrics']
  /** Tells apart the hubs of one machine, which share cookies. */
  cookieName: string
  /** Begins a restore test of the last backup, if none is under way and there is one. */
  rehearse(): void
  /** A zip; `metrics` as text. */
  supportBundle(metrics: string): Uint8Array<ArrayBuffer>
  boardChanged(): void
  stop(): void
}

export function openOperator(parts: OperatorParts): Operator {
  const { config, writer, clock, network, checkpointer } = parts
  const rehearsal = openRehearsal(config.data, parts.log)
  const desk = openOperatorDesk({
    ...parts, version, settings: config.settings, toDecide: () => toDecide(writer.state), copies: () => readCopies(config.data),
    rehearsing: () => rehearsal.underWay,
  })
  const metrics = openMetrics({
    entries: { help: 'Entries in the record', read: () => writer.state.tree.size },
    checkpoint_entries: { help: 'Entries under the newest signed checkpoint', read: () => checkpointer.latest()?.size ?? 0 },
    witnessed_entries: { help: 'Entries under the newest checkpoint that a quorum has audited', read: () => checkpointer.witnessed()?.size ?? 0 },
    members: { help: 'Accounts that are active', read: () => [...writer.state.members.values()].filter(isActive).length },
    to_decide: { help: 'Things that wait for a steward', read: () => toDecide(writer.state) },
    cities: { help: 'Other cities of the federation', read: () => neighboursOf(writer.state).length },
    cities_connected: { help: 'Other cities that are connected', read: () => network.connected().length },
    reached_directly: { help: '1 while members come to an address of this hub by themselves', read: () => (network.reachability() === 'direct' ? 1 : 0) },
    entries_behind: { help: 'Entries of other cities that are signed and not read here yet', read: () => desk.behind() },
    streams: { help: 'Pages that listen for news', read: parts.streams },
    disk_free_bytes: { help: 'Bytes free where the data directory lies', read: parts.freeBytes },
    shut: { help: '1 while nothing is taken (disk, restore)', read: () => (writer.shut === null ? 0 : 1) },
    proving: { help: '1 while the ledger is replayed behind a quick start', read: () => (writer.proving === null ? 0 : 1) },
    checks_in_error: { help: 'Checks of /health that say error', read: () => desk.health().checks.filter(({ state }) => state === 'error').length },
    backup_timestamp_seconds: { help: 'When the last backup was made; 0 for never', read: () => readCopies(config.data).backup?.made ?? 0 },
  })
  return {
    desk, metrics,
    access: openOperatorAccess(clock, parts.entropy),
    cookieName: `tongyi-operator-${writer.state.hub.origin.slice(-12, -4)}`,
    metricsFor: config.metrics,
    rehearse() {
      const last = readCopies(config.data).backup
      if (last !== null) rehearsal.begin(last.to)
    },
    supportBundle: (text) => supportBundle({ view: desk.view(), metrics: text, log: parts.recentLog() }),
    boardChanged: () => desk.history.boardChanged(),
    stop() {
      desk.history.stop()
      rehearsal.stop()
    },
  }
}

/** People to meet, devices to give back, transfers that wait: what is first in the stewards' queue. */
function toDecide({ members, recoveries, arrivals }: State): number {
  const toMeet = [...members.values()].filter((member) => !member.attested && member.status !== 'departed').length
  const held = [...arrivals.values()].filter(({ phase }) => phase === 'suspended').length
  return toMeet + recoveries.size + held
}
