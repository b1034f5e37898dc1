/**
 * What is done to the hubs: for each seed some of these kinds and not others, so that rare combinations come up (swarm
 * testing). A storm lasts some minutes of the bottle; then everything heals, and what was begun must end.
 */
import type { PeerKey } from '#node/wire/network.ts'
import type { Chance } from '#test/support/faults/chance.ts'
import type { Call, DiskPlan, Trouble } from './disk.ts'
import { copyOf, type Holding } from './machine.ts'
import { count } from './tally.ts'
import type { Fate, Passing } from './wire.ts'
import { chanceOf, type Hub, type World } from './world.ts'

/** The kinds of faults, each of which a seed has or has not. */
export const faultKinds = [
  'loss', 'delay', 'duplicate', 'one-way cut', 'isolation', 'halves', 'kill', 'power cut', 'death in a call', 'pause', 'read error', 'write error',
  'sync error', 'applied error', 'full disk', 'slow disk', 'clock skew', 'backup', 'copied machine', 'midnight',
] as const
/** Not drawn, but counted: a second machine that goes back. */
const SECOND = 'another machine'
export type FaultKind = (typeof faultKinds)[number]

/** A hub is down for so long at most before its operator has it up again. */
const DOWN_MS = 25_000
const KEEPALIVE_MS = 20_000

export class Storm {
  readonly kinds: ReadonlySet<FaultKind>
  readonly #world: World
  readonly #chance: Chance
  readonly #wireChance: Chance
  readonly #diskChance: Chance
  readonly #rate: Record<'loss' | 'duplicate' | 'disk', number>
  readonly #spreadMs: number
  /** The calls on its disk after which a hub dies. */
  readonly #calls = new Map<Hub, number>()
  readonly #backups = new Map<Hub, Holding>()
  readonly #liar: Hub | null
  on = true

  constructor(world: World, { without = [], liar = null, faults = [] }: { without?: readonly FaultKind[]; liar?: Hub | null; faults?: readonly FaultKind[] } = {}) {
    this.#liar = liar
    this.#world = world
    this.#chance = chanceOf(world.seed, 'storm')
    this.#wireChance = chanceOf(world.seed, 'wire')
    this.#diskChance = chanceOf(world.seed, 'disk')
    // Going back to a backup takes a quarter of an hour and everybody's attention: it is rarer.
    const rare: readonly FaultKind[] = ['backup', 'copied machine']
    this.kinds = new Set(faultKinds.filter((kind) => this.#chance.below(rare.includes(kind) ? 5 : 2) === 0 && !without.includes(kind)).concat(faults))
    this.#rate = { loss: 1 + this.#chance.below(12), duplicate: 1 + this.#chance.below(20), disk: 2 + this.#chance.below(20) }
    this.#spreadMs = this.#chance.pick([50, 300, 2_000, 8_000])
    const { overhear } = world.wirePlan
    world.wirePlan = {
      fateOf: (passing) => this.#fateOf(passing),
      dialMs: () => 20 + this.#wireChance.below(this.on ? 3_000 : 200),
      noticeMs: () => 500 + this.#wireChance.below(KEEPALIVE_MS),
      overhear,
    }
    world.diskPlan = (hub) => this.#planOf(hub)
    if (this.has('clock skew')) for (const hub of world.hubs) hub.skew = this.#chance.below(240) - 120
  }

  has(kind: FaultKind): boolean {
    return this.kinds.has(kind)
  }

  #fired(kind: FaultKind, hub: Hub | null, what = ''): void {
    count(this.#world.tally, `fault ${kind}`)
    if (hub !== null || what !== '') this.#world.say(hub, `~ ${kind} ${what}`)
  }

  // The wire

  #fateOf({ kind }: Passing): Fate {
    const chance = this.#wireChance
    const delay = (): number => 2 + chance.below(30)
    if (!this.on) return { lost: false, delays: [delay()] }
    if (this.has('loss') && chance.below(100) < this.#rate.loss) {
      this.#fired('loss', null)
      return { lost: true, delays: [] }
    }
    const slow = (): number => {
      if (!this.has('delay') || chance.below(3) > 0) return delay()
      this.#fired('delay', null)
      return delay() + chance.below(this.#spreadMs)
    }
    if (kind === 'answer' || !this.has('duplicate') || chance.below(100) >= this.#rate.duplicate) return { lost: false, delays: [slow()] }
    this.#fired('duplicate', null)
    return { lost: false, delays: [slow(), slow() + chance.below(20_000)] }
  }

  #cut(from: Hub, to: Hub): void {
    this.#world.wire.cut(from.identity.peer as PeerKey, to.identity.peer as PeerKey)
  }

  // The disk

  #planOf(hub: Hub): DiskPlan {
    return {
      trouble: (call, path) => this.#trouble(hub, call, path),
      latency: (call) => {
        const usual = call === 'sync' ? 1 + this.#diskChance.below(8) : 1
        if (!this.on || !this.has('slow disk') || this.#diskChance.below(12) > 0) return usual
        this.#fired('slow disk', null)
        return usual + this.#diskChance.below(3_000)
      },
    }
  }

  #trouble(hub: Hub, call: Call, path: string): Trouble | null {
    if (!this.on || this.#world.isLooking) return null
    const left = this.#calls.get(hub)
    if (left !== undefined && call !== 'read') {
      if (left > 0) this.#calls.set(hub, left - 1)
      else {
        this.#calls.delete(hub)
        this.#fired('death in a call', hub, `${call} ${path}`)
        this.#die(hub, this.#diskChance.below(2) === 0 ? 'signal' : 'power')
        return null
      }
    }
    if (this.#diskChance.below(2_000) >= this.#rate.disk) return null
    const applied = this.has('applied error') && this.#diskChance.below(2) === 0
    const kind = ({ read: 'read error', open: 'read error', write: 'write error', sync: 'sync error', name: 'write error' } as const)[call]
    const full = call === 'write' && this.has('full disk') && this.#diskChance.below(3) === 0
    if (!full && !this.has(kind)) return null
    this.#fired(full ? 'full disk' : kind, hub, `${call} ${path}`)
    if (applied) this.#fired('applied error', null)
    return { code: full ? 'ENOSPC' : 'EIO', applied }
  }

  // Processes and machines

  #die(hub: Hub, how: 'signal' | 'power'): void {
    const world = this.#world
    if (hub.process === null) return
    world.kill(hub, how, how === 'signal' ? 50 + this.#chance.below(200) : 1_000 + this.#chance.below(KEEPALIVE_MS))
    if (how === 'power') count(world.tally, 'unsynced writes at stake', hub.holding.disk.loseUnsynced(this.#diskChance))
    world.time.after(500 + this.#chance.below(DOWN_MS), () => world.start(hub))
  }

  #hold(hub: Hub): void {
    const { process } = hub
    if (process === null) return
    const ms = 10_000 + this.#chance.below(50_000)
    this.#fired('pause', hub, `${ms} ms`)
    process.heldUntil = this.#world.time.now() + ms
  }

  /**
   * A backup of some minutes ago takes the disk's place. `backup`: by the hub's own way, so that it is known as one;
   * `copied machine`: a snapshot of the whole machine, marker and all, so that only others can know.
   */
  #goBack(hub: Hub, kind: 'backup' | 'copied machine'): void {
    const older = this.#backups.get(hub)
    const world = this.#world
    if (older === undefined || hub.process === null) return
    this.#fired(kind, hub)
    world.kill(hub, 'power', 2_000)
    hub.holding = copyOf(older)
    if (kind === 'backup') hub.holding.isSame = false
    else hub.isCopy = true
    hub.wentBack = true
    hub.promised.clear()
    world.time.after(3_000 + this.#chance.below(10_000), () => world.start(hub))
  }

  /** No disk has kept what its hub voted: then nobody can tell another. */
  #forgetAll(): void {
    const world = this.#world
    count(world.tally, 'fault all votes lost')
    world.say(null, '~ all lose their votes')
    for (const hub of world.hubs) {
      if (hub.process !== null) world.kill(hub, 'power', 2_000)
      hub.holding.disk.lose('/votes')
      world.time.after(3_000 + this.#chance.below(10_000), () => world.start(hub))
    }
  }

  /** Lets one thing after the other happen until the storm is over. */
  blow(ms: number): void {
    const world = this.#world
    const end = world.time.now() + ms
    const kinds = [...this.kinds]
    for (const hub of world.hubs) {
      if (this.has('backup') || this.has('copied machine')) {
        world.time.after(this.#chance.below(ms / 2), () => void this.#backups.set(hub, copyOf(hub.holding)))
      }
    }
    // One machine goes back; of three also two, by backups that are known as such: as long as one remembers, it ends by itself
    // (protocol README, "A voter that has forgotten"). Of two that are put back unknown neither could tell the other.
    const backs = kinds.filter((kind) => kind === 'backup' || kind === 'copied machine')
    const hub = this.#chance.pick(world.hubs)
    const chance = chanceOf(world.seed, 'another machine')
    const other = chance.pick(world.hubs)
    const isForTwo = other !== hub && world.hubs.length === 3 && this.#liar === null && !this.has('copied machine') && chance.below(2) === 0
    for (const kind of backs) {
      for (const one of isForTwo ? [hub, other] : [hub]) {
        world.time.after(ms / 2 + this.#chance.below(ms / 2), () => {
          if (!this.on) return
          if (one === other) count(world.tally, `fault ${SECOND}`)
          this.#goBack(one, kind)
        })
      }
    }
    // Of few, now and then all lose what they voted, and keep their logs: that ends by their stewards' decision alone (`decisions.ts`).
    const all = chanceOf(world.seed, 'all forget')
    const mayForget = backs.length === 0 && world.hubs.length > 1 && world.hubs.length <= 3 && this.#liar === null
    if (mayForget && all.below(2) === 0) world.time.after(ms / 2 + all.below(ms / 4), () => void (this.on && this.#forgetAll()))
    const next = (): void => {
      if (!this.on || world.time.now() >= end) return
      if (kinds.length > 0) this.#strike(this.#chance.pick(kinds))
      world.time.after(1_000 + this.#chance.below(12_000), next)
    }
    next()
  }

  /** A liar goes on from an older disk, as if it had never been another. */
  sendBack(liar: Hub, ms: number): void {
    const { time } = this.#world
    time.after(this.#chance.below(ms / 2), () => void this.#backups.set(liar, copyOf(liar.holding)))
    time.after(ms / 2 + this.#chance.below(ms / 2), () => {
      if (this.on) this.#goBack(liar, 'copied machine')
    })
  }

  /** These and those do not hear each other for so long. */
  part(one: Hub[], other: Hub[], ms: number): void {
    for (const near of one) for (const far of other) (this.#cut(near, far), this.#cut(far, near))
    this.#world.time.after(ms, () => this.#world.wire.heal())
  }

  #strike(kind: FaultKind): void {
    const { hubs, wire, time } = this.#world
    const hub = this.#chance.pick(hubs)
    const other = this.#chance.pick(hubs)
    const healLater = (): void => void time.after(3_000 + this.#chance.below(40_000), () => wire.heal())
    // What two faces need is that both live.
    if (hub === this.#liar && this.#world.twins.length > 0) return
    switch (kind) {
      case 'kill':
        this.#fired(kind, hub)
        return this.#die(hub, 'signal')
      case 'power cut':
        this.#fired(kind, hub)
        return this.#die(hub, 'power')
      case 'death in a call':
        return void this.#calls.set(hub, this.#chance.below(30))
      case 'pause':
        return this.#hold(hub)
      case 'one-way cut':
        if (hub === other) return
        this.#fired(kind, hub, `to ${other.identity.name}`)
        this.#cut(hub, other)
        return healLater()
      case 'isolation':
        this.#fired(kind, hub)
        for (const one of hubs) if (one !== hub) (this.#cut(hub, one), this.#cut(one, hub))
        return healLater()
      case 'halves': {
        const half = this.#chance.some(hubs, Math.max(1, Math.floor(hubs.length / 2)))
        this.#fired(kind, null, half.map(({ identity }) => identity.name).join(' '))
        for (const one of half) for (const far of hubs) if (!half.includes(far)) (this.#cut(one, far), this.#cut(far, one))
        return healLater()
      }
    }
  }

  /** It is over: ways are open, disks are sound, and whoever was down is started. */
  clear(): void {
    const world = this.#world
    this.on = false
    this.#calls.clear()
    world.wire.heal()
    world.say(null, '~ the storm is over')
    for (const hub of world.hubs) {
      if (hub.process !== null) hub.process.heldUntil = Math.min(hub.process.heldUntil, world.time.now())
      world.start(hub)
    }
  }
}
