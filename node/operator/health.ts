/**
 * How the hub is, check by check, in five words: waiting, starting, loading, success, error (the vocabulary of Start9).
 * A check is a name, a word, a code that says why, and numbers; what a person reads of it, with what to do about it, is
 * `words-zh.ts`, `words-en.ts` and `words-es.ts`.
 */
import type { Memory } from '../cities/restoring/recall.ts'
import type { Reachability } from '../wire/network.ts'

export const healthStates = ['error', 'waiting', 'loading', 'starting', 'success'] as const
export type HealthState = (typeof healthStates)[number]

/** Every check there is, with the codes it may come to. A code without words does not compile. */
export const healthCodes = {
  disk: { fine: 'success', low: 'waiting', full: 'error', unreliable: 'error' },
  ledger: { proved: 'success', proving: 'loading', accused: 'error' },
  restore: { asking: 'loading', fetching: 'loading', ready: 'waiting', stopped: 'error' },
  checkpoint: { signed: 'success', signing: 'success', late: 'error' },
  cosigners: { alone: 'success', enough: 'success', few: 'waiting' },
  peers: { alone: 'success', all: 'success', some: 'waiting', none: 'error' },
  reach: { announced: 'success', direct: 'success', unproven: 'success', relayed: 'success', local: 'success', hidden: 'waiting' },
  votes: { known: 'success', asking: 'waiting', forgotten: 'error' },
  mirrors: { alone: 'success', level: 'success', behind: 'loading', halted: 'error' },
  backup: { young: 'waiting', fresh: 'success', old: 'error', never: 'error' },
  rehearsal: { never: 'waiting', well: 'success', old: 'waiting', failed: 'error' },
  clock: { fine: 'success', behind: 'error' },
  stewards: { nothing: 'success', some: 'waiting' },
} as const satisfies Record<string, Record<string, HealthState>>

export type CheckName = keyof typeof healthCodes
export type CodeOf<N extends CheckName> = keyof (typeof healthCodes)[N]
export type Facts = Record<string, number | string>

export type HealthCheck = { name: CheckName; state: HealthState; code: string; facts: Facts; /** When it came to this word, seconds. */ since: number }

/** What the checks are made of: only numbers and cities' names, which are public. */
export type HealthFacts = {
  now: number
  /** Time of the newest entry, and since when this hub is founded. */
  lastTs: number
  foundedTs: number
  freeBytes: number
  shut: 'disk-full' | 'storage' | 'restoring' | 'busy' | null
  proving: { done: number; total: number } | null
  accused: boolean
  restoring: { step: 'asking' | 'fetching' | 'ready' | 'stopped'; size: number; confirmed: number } | null
  size: number
  /** Entries under the newest signed checkpoint, and when the first one beyond it was sealed. */
  checkpoint: { size: number; openSince: number | null }
  /** Null for a hub without a federation. `cosigned`: members, this one among them, that vouch for the newest checkpoint. */
  federation: { members: number; needed: number; cosigned: number; silent: string[]; peers: Peer[]; reach: Reachability; memory: Memory } | null
  backup: { made: number } | null
  rehearsal: { ts: number; ok: boolean } | null
  toDecide: number
}
/** Another city, and how far this hub has its log. */
export type Peer = { city: string; connected: boolean; behind: number; halted: string | null }

const MIB = 1024 * 1024
const LOW_BELOW_BYTES = 1024 * MIB
const DAY_SECONDS = 86_400
/** A checkpoint follows within a minute; ten are a fault. */
const CHECKPOINT_LATE_SECONDS = 600
const BACKUP_OLD_SECONDS = 3 * DAY_SECONDS
const REHEARSAL_OLD_SECONDS = 90 * DAY_SECONDS
/** The record goes by this hub's own clock, so one that lags behind it has been set back. */
const CLOCK_BEHIND_SECONDS = 120

type Found = { name: CheckName; code: string; facts?: Facts }

const found = <N extends CheckName>(name: N, code: CodeOf<N> & string, facts: Facts = {}): Found => ({ name, code, facts })

/** Every check that has something to say now, in the order in which a person should read them. */
export function checksOf(facts: HealthFacts): Omit<HealthCheck, 'since'>[] {
  const all = [
    disk(facts), ledger(facts), restore(facts), checkpoint(facts), cosigners(facts), peers(facts), reach(facts), votes(facts), mirrors(facts), backup(facts),
    rehearsal(facts), clock(facts), stewards(facts),
  ]
  return all.filter((one) => one !== null).map(({ name, code, facts = {} }) => ({ name, code, facts, state: stateOf(name, code) }))
}

const stateOf = (name: CheckName, code: string): HealthState => (healthCodes[name] as Record<string, HealthState>)[code]!

/** The word for all of it: the worst there is. */
export const verdictOf = (checks: Pick<HealthCheck, 'state'>[]): HealthState =>
  healthStates.find((state) => checks.some((one) => one.state === state)) ?? 'success'

function disk({ shut, freeBytes }: HealthFacts): Found {
  if (shut === 'storage') return found('disk', 'unreliable')
  const free = Number.isFinite(freeBytes) ? Math.floor(freeBytes / MIB) : 0
  if (shut === 'disk-full') return found('disk', 'full', { free })
  if (!Number.isFinite(freeBytes)) return found('disk', 'fine')
  return found('disk', freeBytes < LOW_BELOW_BYTES ? 'low' : 'fine', { free })
}

function ledger({ accused, proving, size }: HealthFacts): Found {
  if (accused) return found('ledger', 'accused')
  return proving === null ? found('ledger', 'proved', { size }) : found('ledger', 'proving', { ...proving })
}

function restore({ restoring }: HealthFacts): Found | null {
  return restoring === null ? null : found('restore', restoring.step, { size: restoring.size, confirmed: restoring.confirmed })
}

function checkpoint({ checkpoint: { size, openSince }, now, ...facts }: HealthFacts): Found {
  const open = facts.size - size
  if (openSince === null || open === 0) return found('checkpoint', 'signed', { size })
  const waits = Math.max(0, now - openSince)
  return found('checkpoint', waits > CHECKPOINT_LATE_SECONDS ? 'late' : 'signing', { open, minutes: Math.floor(waits / 60) })
}

function cosigners({ federation }: HealthFacts): Found {
  if (federation === null || federation.members === 1) return found('cosigners', 'alone')
  const { cosigned, needed, members } = federation
  return found('cosigners', cosigned >= needed ? 'enough' : 'few', { cosigned, needed, members, silent: federation.silent.join(', ') })
}

function peers({ federation }: HealthFacts): Found {
  if (federation === null || federation.peers.length === 0) return found('peers', 'alone')
  const away = federation.peers.filter((peer) => !peer.connected).map(({ city }) => city)
  const facts = { all: federation.peers.length, here: federation.peers.length - away.length, away: away.join(', ') }
  return found('peers', away.length === 0 ? 'all' : facts.here === 0 ? 'none' : 'some', facts)
}

function reach({ federation }: HealthFacts): Found | null {
  return federation === null || federation.peers.length === 0 ? null : found('reach', federation.reach)
}

function votes({ federation }: HealthFacts): Found | null {
  return federation === null ? null : found('votes', ({ whole: 'known', asking: 'asking', stuck: 'forgotten' } as const)[federation.memory])
}

function mirrors({ federation }: HealthFacts): Found {
  if (federation === null || federation.peers.length === 0) return found('mirrors', 'alone')
  const halted = federation.peers.filter((peer) => peer.halted !== null)
  if (halted.length > 0) return found('mirrors', 'halted', { city: halted.map(({ city }) => city).join(', '), why: halted[0]!.halted! })
  const behind = federation.peers.filter((peer) => peer.behind > 0)
  const entries = behind.reduce((sum, peer) => sum + peer.behind, 0)
  return entries === 0 ? found('mirrors', 'level') : found('mirrors', 'behind', { city: behind.map(({ city }) => city).join(', '), entries })
}

function backup({ backup: last, foundedTs, now }: HealthFacts): Found {
  if (last === null) return found('backup', now - foundedTs < DAY_SECONDS ? 'young' : 'never')
  const hours = Math.max(0, Math.floor((now - last.made) / 3_600))
  return found('backup', now - last.made > BACKUP_OLD_SECONDS ? 'old' : 'fresh', { hours, days: Math.floor(hours / 24) })
}

function rehearsal({ rehearsal: last, backup: copy, now }: HealthFacts): Found | null {
  // Where there is no copy yet, the line above says so.
  if (copy === null) return null
  if (last === null) return found('rehearsal', 'never')
  const days = Math.max(0, Math.floor((now - last.ts) / DAY_SECONDS))
  return found('rehearsal', !last.ok ? 'failed' : now - last.ts > REHEARSAL_OLD_SECONDS ? 'old' : 'well', { days })
}

function clock({ now, lastTs }: HealthFacts): Found {
  return lastTs - now > CLOCK_BEHIND_SECONDS ? found('clock', 'behind', { seconds: lastTs - now }) : found('clock', 'fine')
}

function stewards({ toDecide }: HealthFacts): Found {
  return toDecide === 0 ? found('stewards', 'nothing') : found('stewards', 'some', { count: toDecide })
}

/** Remembers since when each check has been at its word. */
export function openHealth(): (facts: HealthFacts) => HealthCheck[] {
  const since = new Map<CheckName, { state: HealthState; ts: number }>()
  return (facts) =>
    checksOf(facts).map((one) => {
      const before = since.get(one.name)
      const ts = before?.state === one.state ? before.ts : facts.now
      since.set(one.name, { state: one.state, ts })
      return { ...one, since: ts }
    })
}
