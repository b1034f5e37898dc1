/**
 * The bottle: so many hubs, their machines, the wire between them, and somebody who watches. Everything that happens here
 * follows from one seed. What is done to the hubs is `storm.ts`'s, what people do `people.ts`'s, what liars do `liars.ts`'s;
 * here hubs start, die and are looked after, and every record that stands durably in a log is read by the auditor.
 */
import { createHash } from 'node:crypto'
import type { Origin } from '#ledger/action.ts'
import { toHex } from '#ledger/bytes.ts'
import { orderIdOf, parseOrder } from '#ledger/federation/federation.ts'
import { leafHash } from '#ledger/merkle.ts'
import { services } from '#protocol/limits.ts'
import { settleAnswers, settleRequests } from '#protocol/message.ts'
import { type Chance, chanceFrom } from '#test/support/faults/chance.ts'
import { Auditor } from './auditor.ts'
import type { DiskPlan } from './disk.ts'
import { unmountAll } from './fs.ts'
import { type Bend, copyOf, type Holding, type Identity, type Person, run, type Running } from './machine.ts'
import { type Heard, People, type Town } from './people.ts'
import { aTally, count, type Tally } from './tally.ts'
import { aTime, type Process, quiet, type Time } from './time.ts'
import { aTrace, type Trace } from './trace.ts'
import { type Passing, Wire, type WirePlan } from './wire.ts'

/** After a start that failed the operator's supervisor tries again. */
const RESTART_MS = 5_000

export type Hub = Town & {
  /** What it is called in the trace: of a liar with two faces the second has another name. */
  label: string
  isSecond: boolean
  /** It came when the others had long been a federation. */
  isLate: boolean
  holding: Holding
  process: Process | null
  lives: number
  /** Whether its operator wants it to run. */
  isWanted: boolean
  bend: Bend | undefined
  skew: number
  /** The disk was replaced by an older one: it may show fewer records than it did. */
  wentBack: boolean
  /** It was a copy of a machine that had said more since, marker and all: it may have contradicted itself in good faith. */
  isCopy: boolean
  /** What its log was before it went back, hex leaves. */
  before: readonly string[]
  /** What it was promised to hold, by sequence number: hex leaves. Only while its disk has never been replaced. */
  promised: Map<number, string>
  /** Errors that the hub itself reported to its operator. */
  errors: number
}

export type Beginning = { identity: Identity; holding: Holding; members: Person[] }

/** A seed forks into one stream of chance for each subject, so that one more draw here shifts nothing there. */
export const chanceOf = (seed: number, subject: string): Chance =>
  chanceFrom(createHash('sha256').update(`${seed} ${subject}`).digest().readUInt32LE(0))

const calmWire = (chance: Chance, overhear: WirePlan['overhear']): WirePlan => ({
  fateOf: () => ({ lost: false, delays: [2 + chance.below(30)] }),
  dialMs: () => 20 + chance.below(200),
  noticeMs: () => 5_000,
  overhear,
})

export type WorldOptions = { seed: number; epoch: number; kept: boolean; liars?: Map<number, Bend> }

export class World {
  readonly seed: number
  readonly time: Time = aTime()
  readonly trace: Trace
  readonly tally: Tally = aTally()
  readonly hubs: Hub[] = []
  readonly twins: Hub[] = []
  readonly people: People
  readonly auditor: Auditor
  readonly wire: Wire
  readonly liars = new Set<Origin>()
  /** Faults of the product or of this harness that the auditor cannot see. */
  readonly findings: { code: string; detail: string }[] = []
  /** Seconds since 1970 at the bottle's zero; moved on, it lets time pass for all. */
  epoch: number
  /** Replaced by a storm. */
  wirePlan: WirePlan
  diskPlan: ((hub: Hub) => DiskPlan) | null = null
  /** The auditor looks at a disk: that is no call of the hub's, and nothing comes in its way. */
  isLooking = false
  /** Hubs that recorded something in the event that is just over. */
  readonly #touched = new Set<Hub>()
  readonly #entropy: Chance

  constructor({ seed, epoch, kept, liars }: WorldOptions, beginnings: Beginning[]) {
    this.seed = seed
    this.epoch = epoch
    this.trace = aTrace(kept)
    this.#entropy = chanceOf(seed, 'entropy')
    this.wirePlan = calmWire(chanceOf(seed, 'calm wire'), (passing) => this.#overhear(passing))
    const plan = (): WirePlan => this.wirePlan
    this.wire = new Wire(this.time, {
      fateOf: (passing) => plan().fateOf(passing),
      dialMs: () => plan().dialMs(),
      noticeMs: () => plan().noticeMs(),
      overhear: (passing) => plan().overhear(passing),
    })
    for (const [i, beginning] of beginnings.entries()) {
      const bend = liars?.get(i)
      if (bend !== undefined) this.liars.add(beginning.identity.origin)
      this.hubs.push(this.#machine(beginning, bend))
    }
    this.auditor = new Auditor(this.liars)
    const heard: Heard = {
      asked: (kind) => count(this.tally, `asked ${kind}`),
      promised: (town, kind, seq, leaf) => {
        count(this.tally, `promised ${kind}`)
        if (!(town as Hub).isSecond) (town as Hub).promised.set(seq, leaf)
      },
    }
    const later = (ms: number, call: () => void): void => void this.time.after(ms, call)
    this.people = new People(chanceOf(seed, 'people'), heard, later)
  }

  #machine({ identity, holding, members }: Beginning, bend: Bend | undefined): Hub {
    return {
      label: identity.name, isSecond: false, isLate: false, identity: { ...identity, keys: { ...identity.keys } }, holding: copyOf(holding), members: [...members], running: null, process: null, lives: 0,
      isWanted: true, bend, skew: 0, wentBack: false, isCopy: false, before: [], promised: new Map(), errors: 0,
      now: () => this.epoch + Math.floor(this.time.now() / 1000),
    }
  }

  /** One more city comes up. */
  add(beginning: Beginning): Hub {
    const hub = { ...this.#machine(beginning, undefined), isLate: true }
    this.hubs.push(hub)
    this.start(hub)
    return hub
  }

  /** A liar's second face: its keys and a copy of its disk, seen by these hubs, who do not see the first. */
  twin(hub: Hub, seenBy: Hub[]): Hub {
    this.wire.divide(hub.identity.peer, new Set(seenBy.map(({ identity }) => identity.peer)))
    const twin = { ...this.#machine({ identity: hub.identity, holding: hub.holding, members: hub.members }, hub.bend), label: `${hub.label}~`, isSecond: true }
    this.twins.push(twin)
    return twin
  }

  isHonest(hub: Hub): boolean {
    return !this.liars.has(hub.identity.origin)
  }

  /** Liars, and who has been convicted in good faith: nobody waits for them. */
  isOut(hub: Hub): boolean {
    if (!this.isHonest(hub)) return true
    if (!hub.isCopy) return false
    const { origin } = hub.identity
    const leaves = this.auditor.leavesOf(origin)
    if (hub.before.some((leaf, seq) => seq < leaves.length && leaves[seq] !== leaf)) return true
    return hub.running?.fence.because === 'other-history' || hub.running?.fence.because === 'other-order' ||
      this.hubs.some(({ running }) => running?.writer.state.frozen.has(origin) || running?.evidence.against(origin) !== undefined)
  }

  hubOf(origin: Origin): Hub | undefined {
    return this.hubs.find(({ identity }) => identity.origin === origin)
  }

  say(hub: Hub | null, what: string): void {
    this.trace.say(this.time.now(), hub?.label ?? '', what)
  }

  find(code: string, detail: string): void {
    this.findings.push({ code, detail })
  }

  // Processes

  start(hub: Hub): void {
    if (!hub.isWanted || hub.process !== null) return
    const process: Process = { name: `${hub.label}/${++hub.lives}`, dead: false, heldUntil: 0 }
    hub.process = process
    if (this.diskPlan !== null) hub.holding.disk.plan = this.diskPlan(hub)
    this.say(hub, 'starts')
    const log = {
      info: () => {},
      warn: (message: string, fields?: object) => this.#note(hub, process, message, fields),
      error: (message: string, fields?: object) => this.#note(hub, process, message, fields),
    }
    run({
      identity: hub.identity, holding: hub.holding, process, time: this.time, wire: this.wire, epoch: () => this.epoch, skew: hub.skew,
      chance: this.#entropy, log, bend: hub.bend, isSecond: hub.isSecond,
    }).then((running) => {
      if (process.dead) return
      hub.running = running
      this.say(hub, `is up with ${running.writer.state.tree.size} records, fence ${running.fence.phase}`)
      if (!hub.isSecond) this.#follow(hub, running)
    }, (error: unknown) => {
      if (process.dead) return
      count(this.tally, 'start failed')
      this.say(hub, `does not start: ${String(error)}`)
      this.kill(hub, 'signal')
      this.time.after(RESTART_MS, () => this.start(hub))
    })
  }

  #note(hub: Hub, process: Process, message: string, fields?: object): void {
    if (process.dead) return
    hub.errors += 1
    this.say(hub, `! ${message} ${JSON.stringify(fields ?? {}, (_, v) => (typeof v === 'bigint' ? String(v) : v)).slice(0, 300)}`)
  }

  /** The process is gone from one instruction to the next. */
  kill(hub: Hub, how: 'signal' | 'power', noticeMs = how === 'signal' ? 100 : 8_000): void {
    const { process } = hub
    if (process === null) return
    process.dead = true
    hub.process = null
    hub.running = null
    this.say(hub, how === 'signal' ? 'is killed' : 'loses power')
    this.wire.vanished(process, noticeMs)
  }

  // What is watched

  /** Reads what a hub has come up with, and from then on whatever becomes durable. */
  #follow(hub: Hub, running: Running): void {
    const { origin } = hub.identity
    const leaves = this.auditor.leavesOf(origin)
    const { size } = running.writer.state.tree
    const records = this.#look(() => running.writer.read(0, size))
    const same = leaves.findIndex((leaf, seq) => seq >= records.length || leaf !== toHex(leafHash(records[seq]!)))
    if (same >= 0) {
      if (!hub.wentBack && this.isHonest(hub)) this.find('lost', `${hub.identity.name} has lost its record ${same} of ${leaves.length}, which was durable`)
      if (hub.wentBack && hub.before.length === 0) hub.before = [...leaves]
      this.auditor.forget(origin)
    }
    for (const record of records.slice(this.auditor.sizeOf(origin))) this.auditor.read(origin, record)
    this.#touched.add(hub)
    running.writer.onRecorded(({ seq }) => {
      if (running.process.dead) return
      const known = this.auditor.sizeOf(origin)
      for (const record of this.#look(() => running.writer.read(known, seq + 1 - known))) {
        const kind = this.auditor.read(origin, record)
        count(this.tally, `recorded ${kind}`)
        this.say(hub, `records ${this.auditor.sizeOf(origin) - 1} ${kind} ${this.auditor.leavesOf(origin).at(-1)!.slice(0, 8)}`)
      }
      this.#touched.add(hub)
    })
  }

  #look<T>(read: () => T): T {
    this.isLooking = true
    try {
      return read()
    } finally {
      this.isLooking = false
    }
  }

  /** A vote on the wire: it must be on the voter's disk by then, and no honest voter says two things. */
  #overhear({ kind, name, from, body, about }: Passing): void {
    if (kind !== 'answer' || name !== services.settle.protocol || about === null) return
    const answer = settleAnswers.parse(body)
    const question = answer?.type === 'vote' ? settleRequests.parse(about) : null
    const order = question?.type === 'propose' ? parseOrder(question.order) : null
    const voter = this.hubs.find(({ identity }) => identity.peer === from)
    if (question?.type !== 'propose' || order === null || voter === undefined || !this.isHonest(voter)) return
    count(this.tally, 'votes overheard')
    this.auditor.voted(voter.identity.origin, order.hub, order.slot, toHex(orderIdOf(question.order)))
    // What was found certified need not be bound; the newest vote of each chain is.
    if (!voter.wentBack && !voter.holding.disk.keeps('/votes', question.signature)) {
      this.find('vote-not-durable', `${voter.label} has said a vote that is not on its disk`)
    }
  }

  /** After every event: what was recorded adds up. True when something was found. */
  readonly check = (): boolean => {
    if (this.#touched.size > 0) {
      for (const hub of this.#touched) this.#checkBooks(hub)
      this.#touched.clear()
      // Of a liar's two histories the auditor reads one.
      if (this.twins.length === 0 && !this.hubs.some((hub) => hub.wentBack && !this.isHonest(hub))) this.auditor.sum()
    }
    return this.findings.length > 0 || this.auditor.findings.length > 0
  }

  /** What a hub says it has, account by account, against what its records come to in the auditor's book. */
  #checkBooks(hub: Hub): void {
    const state = hub.running?.writer.state
    const { origin } = hub.identity
    if (state === undefined || state.tree.size !== this.auditor.sizeOf(origin) || !this.isHonest(hub)) return
    const { pool, poolHeld, inflight, suspense, globalRetire } = state.books
    const accounts = [pool, poolHeld, inflight, suspense, globalRetire]
    for (const { account } of state.members.values()) accounts.push(account.global, account.globalHeld)
    if (accounts.some((amount) => amount < 0n)) this.find('negative', `${hub.identity.name} has an account below zero`)
    const found = accounts.reduce((sum, amount) => sum + amount, 0n)
    const expected = this.auditor.heldBy(origin)
    if (found !== expected) this.find('books', `${hub.identity.name} has ${found}, and its records come to ${expected}`)
  }

  // Time

  /** Lets time pass until something is so, or is found, or so many milliseconds are over; whether it came to be so. */
  async until(isSo: () => boolean, ms: number): Promise<boolean> {
    const end = this.time.now() + ms
    while (!isSo() && this.time.now() < end && !this.check()) {
      await this.time.run(Math.min(end, this.time.now() + 500), this.check)
    }
    return isSo()
  }

  /** Lets time pass until a person is done. */
  async done(doing: Promise<unknown>, ms = 600_000): Promise<void> {
    let over = false
    doing.then(() => (over = true), (error: unknown) => this.find('people', String((error as Error).stack)))
    await quiet()
    if (!(await this.until(() => over, ms))) this.find('people', 'somebody waits in vain')
  }

  /** Nobody is left, and nothing of this world is kept. */
  async end(): Promise<void> {
    for (const hub of [...this.hubs, ...this.twins]) {
      hub.isWanted = false
      this.kill(hub, 'signal')
    }
    await quiet()
    unmountAll()
  }
}
