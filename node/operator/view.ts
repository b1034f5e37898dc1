/** All that the operator's page, `/health`, the command line and the support bundle know of a hub, put together once. */
import type { Origin } from '#ledger/action.ts'
import { toHex } from '#ledger/bytes.ts'
import { openCheckpoint } from '#ledger/checkpoint.ts'
import { auditorOf, cosignerOf, cosignersOf } from '#ledger/cosigner.ts'
import { type Card, quorum } from '#ledger/federation/federation.ts'
import { isBy } from '#ledger/note.ts'
import type { HubLanguage, HubView } from '#protocol/api.ts'
import type { Checkpointer } from '../cities/logs/checkpointer.ts'
import type { Witness } from '../cities/logs/witness.ts'
import type { Recall } from '../cities/restoring/recall.ts'
import { membershipOf, neighboursOf, peerOf } from '../cities/cities.ts'
import type { Setting } from '../config.ts'
import type { Network, PeerKey } from '../wire/network.ts'
import type { Clock, Writer } from '../ports.ts'
import type { Replicas } from '../cities/logs/replicas.ts'
import type { Copies } from './copies.ts'
import { type HealthCheck, type HealthFacts, type HealthState, openHealth, verdictOf } from './health.ts'
import { growthOf, type History, type Point, type Reading, startHistory } from './history.ts'
import type { Version } from './version.ts'

export type HealthView = { state: HealthState; now: number; checks: HealthCheck[] }

export type PeerView = { origin: Origin; city: string; connected: boolean; lastSeen: number | null; entries: number; behind: number; halted: string | null }

export type OperatorView = HealthView & {
  hub: { city: string; origin: Origin; language: HubLanguage; size: number; members: number }
  version: Version
  peers: PeerView[]
  /** `vouches`: cities whose signature stands under it, plain or auditing. */
  checkpoint: { size: number; root: string; vouches: string[]; silent: string[]; needed: number } | null
  copies: Copies
  /** Whether a restore test is under way. */
  rehearsing: boolean
  settings: Setting[]
  growth: Point[]
  readings: readonly Reading[]
}

export type OperatorPorts = {
  writer: Pick<Writer, 'state' | 'entryAt'> & { readonly shut: HealthFacts['shut']; readonly proving: HealthFacts['proving'] }
  clock: Clock
  network: Pick<Network, 'connected' | 'reachability' | 'onConnected' | 'onDisconnected'>
  replicas: Pick<Replicas, 'of'>
  checkpointer: Pick<Checkpointer, 'latest'>
  witness: Pick<Witness, 'cosigned'>
  recall: Pick<Recall, 'memory'>
  version: Version
  settings: Setting[]
  freeBytes(): number
  accused(): boolean
  restoring(): HubView['restoring']
  language(): HubLanguage
  /** How many things wait for a steward. */
  toDecide(): number
  copies(): Copies
  rehearsing(): boolean
}

export type OperatorDesk = {
  city(): string
  /** Reckoned once a second, since anybody may ask. */
  health(): HealthView
  view(): OperatorView
  /** Entries of other cities that are signed and not read here yet. */
  behind(): number
  history: History
}

export function openOperatorDesk(ports: OperatorPorts): OperatorDesk {
  const { writer, clock, network, replicas, checkpointer, witness, recall } = ports
  const judge = openHealth()
  const lastSeen = new Map<PeerKey, number>()
  for (const peer of network.connected()) lastSeen.set(peer, clock.now())
  network.onConnected((peer) => void lastSeen.set(peer, clock.now()))
  network.onDisconnected((peer) => void lastSeen.set(peer, clock.now()))

  function peers(): PeerView[] {
    const connected = new Set(network.connected())
    return neighboursOf(writer.state).map((card) => {
      const [peer, replica] = [peerOf(card), replicas.of(card.origin)]
      const isHere = connected.has(peer)
      const entries = replica?.size ?? 0
      return {
        origin: card.origin, city: card.city, connected: isHere, lastSeen: isHere ? clock.now() : lastSeen.get(peer) ?? null,
        entries, behind: Math.max(0, signedSize(card) - entries), halted: replica?.halted ?? null,
      }
    })
  }

  /** As far as the newest checkpoint of that log goes which this hub has cosigned. */
  function signedSize({ origin, logKey }: Card): number {
    const note = witness.cosigned(origin)
    const opened = note === null ? null : openCheckpoint(note, origin, logKey)
    return opened === null ? 0 : Number(opened.size)
  }

  function checkpoint(): OperatorView['checkpoint'] {
    const { state } = writer
    const latest = checkpointer.latest()
    const document = membershipOf(state)?.document
    const keys = document === undefined ? [] : cosignersOf(document)
    const opened = latest === null ? null : openCheckpoint(latest.note, state.hub.origin, state.hub.logKey, keys)
    if (latest === null || opened === null) return null
    const members = document?.members.map(({ card }) => card) ?? []
    // The city itself vouches by having signed.
    const vouch = (card: Card): boolean =>
      card.origin === state.hub.origin || opened.cosigners.some((one) => isBy(one, cosignerOf(card)) || isBy(one, auditorOf(card)))
    const named = (cards: Card[]): string[] => cards.map(({ city }) => city)
    const needed = members.length === 0 ? 0 : quorum(members.length)
    return { size: latest.size, root: toHex(opened.root), vouches: named(members.filter(vouch)), silent: named(members.filter((card) => !vouch(card))), needed }
  }

  function facts(): HealthFacts {
    const { state } = writer
    const [now, newest, others] = [clock.now(), checkpoint(), peers()]
    const signed = newest?.size ?? 0
    const { size } = state.tree
    const restoring = ports.restoring()
    return {
      now, lastTs: state.lastTs, foundedTs: writer.entryAt(0).ts, freeBytes: ports.freeBytes(), shut: writer.shut, proving: writer.proving,
      accused: ports.accused(), size,
      restoring: restoring === null ? null : { step: restoring.step, size: restoring.size, confirmed: restoring.confirmed },
      checkpoint: { size: signed, openSince: signed < size ? writer.entryAt(signed).ts : null },
      federation: membershipOf(state) === null ? null : {
        members: others.length + 1, needed: newest?.needed ?? 0, cosigned: newest?.vouches.length ?? 0, silent: newest?.silent ?? [], peers: others,
        reach: network.reachability(), memory: recall.memory(),
      },
      backup: ports.copies().backup, rehearsal: ports.copies().rehearsal, toDecide: ports.toDecide(),
    }
  }

  let known: HealthView | null = null
  function health(): HealthView {
    const now = clock.now()
    if (known?.now === now) return known
    const checks = judge(facts())
    known = { state: verdictOf(checks), now, checks }
    return known
  }

  const behind = (): number => peers().reduce((sum, peer) => sum + peer.behind, 0)
  const history = startHistory(clock, writer, behind)
  return {
    city: () => writer.state.hub.city,
    health,
    view() {
      const { state } = writer
      return {
        ...health(),
        hub: { city: state.hub.city, origin: state.hub.origin, language: ports.language(), size: state.tree.size, members: state.members.size },
        version: ports.version, peers: peers(), checkpoint: checkpoint(), copies: ports.copies(), rehearsing: ports.rehearsing(),
        settings: ports.settings, growth: growthOf(writer, clock.now()), readings: history.readings(),
      }
    },
    behind,
    history,
  }
}
