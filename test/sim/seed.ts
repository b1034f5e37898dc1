/** One seed: a world, a storm in it, people who go on living meanwhile, and what must be so when all is calm again. */
import type { Origin } from '#ledger/action.ts'
import { toHex } from '#ledger/bytes.ts'
import { faultsOf, federationFaultsOf } from '#ledger/audit/conservation.ts'
import { verifyEvidence } from '#ledger/evidence/evidence.ts'
import { quorum } from '#ledger/federation/federation.ts'
import type { Tree } from '#ledger/merkle.ts'
import { nextOrder } from '#ledger/rules/order.ts'
import { membershipOf } from '#node/cities/cities.ts'
import { beginningsOf } from './beginnings.ts'
import { countDocuments, decide, type Decisions } from './decisions.ts'
import { DAY } from './epoch.ts'
import type { Chance } from '#test/support/faults/chance.ts'
import { bendFor, type Lie, lies, type Tools, withAccomplices } from './liars.ts'
import { type Bend, isRunning } from './machine.ts'
import { type FaultKind, Storm } from './storm.ts'
import { count, type Tally } from './tally.ts'
import { type Beginning, chanceOf, type Hub, World, type WorldOptions } from './world.ts'

export type Outcome = {
  seed: number
  hubs: number
  hash: string
  findings: { code: string; detail: string }[]
  tally: Tally
  events: number
  lines: readonly string[]
}

/** What a run has at least and at most. */
const STORM_MS = 40_000
const CALM_MS = 45 * 60_000
const STEWARD_EVERY_MS = 15_000
/** After so long a calm a day passes for a hub that waits for what another has shown of its log and gives no more. */
const PATIENCE_MS = 20 * 60_000
const sizes = [1, 2, 2, 3, 3, 3, 4, 4, 4, 5] as const

/**
 * `hubs`, `lie` and `faults` say what a run must have that chance would seldom give it: for whoever looks for one thing.
 * `accomplices`: so many have given a liar with two faces their vote keys; else as many as the quorum bears, or none.
 */
export type SeedOptions = { kept?: boolean; hubs?: number | null; lie?: Lie | null; accomplices?: number | null; faults?: readonly FaultKind[] }

export async function runSeed(
  seed: number, { kept = false, hubs = null, lie: asked = null, accomplices = null, faults = [] }: SeedOptions = {},
): Promise<Outcome> {
  const chance = chanceOf(seed, 'world')
  const size = hubs ?? chance.pick(sizes)
  const { cities, epoch, newcomer } = await beginningsOf(size)
  // Where every vote is needed a liar can only stop everything; that is seen with three, and more is seen with more.
  const drawn = size >= 3 && chance.below(2) === 0 && faults.length === 0 ? chance.pick(lies) : null
  const lie = asked ?? drawn
  const place = chance.below(size)
  const plan: WorldOptions = { seed, kept, epoch: epoch + chance.below(DAY) }
  const world: World = new World(lie === null ? plan : { ...plan, liars: liarsOf(seed, lie, place, cities, accomplices, toolsOf(() => world)) }, cities)
  const liar = lie === null ? null : world.hubs[place]!
  const storm = new Storm(world, { liar, faults, without: liar === null && size > 1 ? [] : ['backup', 'copied machine'] })
  if (storm.has('midnight')) {
    // A new day begins in the middle of it.
    world.epoch += DAY - (world.epoch % DAY) - chance.below(120)
    count(world.tally, 'fault midnight')
  }
  world.say(null, `seed ${seed}: ${size} hubs, ${[...storm.kinds].join(', ')}${lie === null ? '' : `; ${liar!.label} ${lie}`}`)
  for (const hub of world.hubs) world.time.after(chance.below(2_000), () => world.start(hub))
  const ms = STORM_MS + chance.below(STORM_MS)
  if (lie !== null) count(world.tally, `liar ${lie}`)
  if (lie === 'two faces') showTwoFaces(world, storm, liar!, ms)
  const grows = lie === 'lies about frontiers' || chance.below(5) === 0
  const late = grows ? { beginning: newcomer, after: chance.below(ms / 2) } : null
  let events = 0
  const each = (): boolean => {
    events += 1
    return world.check()
  }
  storm.blow(ms)
  if (lie === 'votes from a backup') storm.sendBack(liar!, ms)
  live(world, ms)
  const decisions = decide(world, ms)
  const sponsor = world.hubs.find((hub) => world.isHonest(hub))!
  if (late !== null) world.time.after(late.after, () => void join(world, world.add(late.beginning), sponsor))
  await world.time.run(world.time.now() + ms, each)
  storm.clear()
  if (!world.check()) {
    tend(world, sponsor, decisions)
    const end = world.time.now() + CALM_MS
    while (world.time.now() < end && !world.check() && unsettled(world, decisions).length > 0) {
      await world.time.run(world.time.now() + 5_000, each)
    }
    if (!world.check()) atTheEnd(world, decisions)
  }
  const findings = [...world.findings, ...world.auditor.findings]
  for (const { code, detail } of findings) world.say(null, `FOUND ${code}: ${detail}`)
  await world.end()
  return { seed, hubs: size, hash: world.trace.hash(), findings, tally: world.tally, events, lines: world.trace.lines() }
}

/** How each liar of a world is bent, by its place among the cities. */
function liarsOf(seed: number, lie: Lie, place: number, cities: Beginning[], accomplices: number | null, tools: Tools): Map<number, Bend> {
  const bend = bendFor(lie, tools)
  const chance = chanceOf(seed, 'accomplices')
  const borne = 2 * quorum(cities.length) - cities.length - 1
  const wanted = lie !== 'two faces' ? 0 : (accomplices ?? (chance.below(2) === 0 ? Math.max(0, borne - 1) : 0))
  const others = chance.some(cities.map((_, i) => i).filter((i) => i !== place), wanted)
  if (others.length === 0) return new Map([[place, bend]])
  const identities = others.map((i) => cities[i]!.identity)
  return new Map([[place, withAccomplices(bend, identities, tools)], ...others.map((i): [number, Bend] => [i, {}])])
}

function toolsOf(world: () => World): Tools {
  let chance: Chance | null = null
  return {
    get chance() {
      return (chance ??= chanceOf(world().seed, 'liar'))
    },
    after: (ms, call) => void world().time.after(ms, call),
    lied: (lie) => count(world().tally, `lie ${lie}`),
    gotAway: (what) => world().find('lie', what),
  }
}

/** Half of the others see another process with the same keys, and for a while nobody of the other half. */
function showTwoFaces(world: World, storm: Storm, liar: Hub, ms: number): void {
  const others = world.hubs.filter((hub) => hub !== liar)
  const second = others.slice(Math.ceil(others.length / 2))
  const twin = world.twin(liar, second)
  world.time.after(1_000, () => {
    world.start(twin)
    storm.part(second, others.filter((hub) => !second.includes(hub)), ms / 2)
  })
  if (world.liars.size > 1) for (const face of [liar, twin]) spend(world, face, others.filter((hub) => world.isHonest(hub) && second.includes(hub) === face.isSecond))
}

/** A face with accomplices sends to those who see it what the other sends elsewhere. */
function spend(world: World, face: Hub, seenBy: Hub[]): void {
  const chance = chanceOf(world.seed, `spending of ${face.label}`)
  const later = (wait: number): Promise<void> => new Promise((resolve) => void world.time.after(wait, resolve))
  for (let i = 0; i < 4 && seenBy.length > 0; i++) {
    world.time.after(3_000 + i * 4_000 + chance.below(4_000), () => {
      if (face.running === null) return
      void world.people.transfer(face, chance.pick(seenBy), BigInt(1_000 + chance.below(20_000)), later)
        .catch((error: unknown) => world.find('people', String((error as Error).stack)))
    })
  }
}

/** A city asks to join, and whoever can admits it. */
async function join(world: World, newcomer: Hub, sponsor: Hub): Promise<void> {
  if (!(await until(world, () => newcomer.running !== null && sponsor.running !== null))) return
  const [asking, host] = [newcomer.running?.federation, sponsor.running?.federation]
  if (asking === undefined || host === undefined) return
  // A disk that takes nothing now is asked again when it is calm.
  await asking.join(host.card()).catch(() => {})
  for (const hub of world.hubs) if (hub !== newcomer) void hub.running?.federation.admit(asking.card()).catch(() => {})
}

/** Looks now and then, for a minute at most. */
async function until(world: World, isSo: () => boolean): Promise<boolean> {
  for (let i = 0; i < 60 && !isSo(); i++) await new Promise<void>((resolve) => void world.time.after(1_000, resolve))
  return isSo()
}

/** People live on through the storm. */
function live(world: World, ms: number): void {
  const chance = chanceOf(world.seed, 'life')
  const { people, time } = world
  const hubs = [...world.hubs]
  // The people of a liar with two faces live with both.
  const homes = [...hubs, ...world.twins, ...world.twins]
  const later = (wait: number): Promise<void> => new Promise((resolve) => void time.after(wait, resolve))
  const doings = 8 + chance.below(10)
  for (let i = 0; i < doings; i++) {
    const hub = chance.pick(homes)
    const other = chance.pick(hubs)
    const milli = BigInt(1_000 + chance.below(60_000))
    const what = chance.below(20)
    time.after(chance.below(ms), () => {
      if (hub.running === null) return
      const doing = what < 13 && hub !== other ? people.transfer(hub, other, milli, later)
        : what < 14 ? people.issue(hub, BigInt(1 + chance.below(50)))
        : what < 16 && hub !== other ? people.setTrust(hub, other, milli, milli / 4n)
        : what < 18 ? people.join(hub)
        : people.decideSuspense(hub, 2)
      void doing.catch((error: unknown) => world.find('people', String((error as Error).stack)))
    })
  }
}

/** When it is calm, stewards do what waits for them. */
function tend(world: World, sponsor: Hub, decisions: Decisions): void {
  const { people, time } = world
  let dayPassesAt = time.now() + PATIENCE_MS
  const round = (): void => {
    decisions.carryOn()
    if (time.now() >= dayPassesAt && world.hubs.some(({ running }) => (running?.recovery.status()?.withoutFrom ?? null) !== null)) {
      dayPassesAt = Number.POSITIVE_INFINITY
      world.epoch += DAY
      count(world.tally, 'days passed for what is withheld')
    }
    for (const hub of world.hubs) {
      if (hub.running === null) continue
      const { state } = hub.running.writer
      if (membershipOf(state) === null && hub !== sponsor) void join(world, hub, sponsor)
      else if (state.chain.slots.length === 0 && state.orderApprovals.size === 0) void people.approveKeys(hub)
      void people.joinAgain(hub).then(() => people.decideSuspense(hub, 100)).then(() => people.confirmRestore(hub)).then((confirmed) => {
        if (confirmed) count(world.tally, 'restores confirmed')
      })
    }
    time.after(STEWARD_EVERY_MS, round)
  }
  round()
}

/** What is not at its end yet, in words, among those who can be waited for. */
function unsettled(world: World, decisions: Decisions): string[] {
  const sound = world.hubs.filter((hub) => !world.isOut(hub))
  const down = sound.filter((hub) => !isRunning(hub)).map(({ identity }) => `${identity.name} is down`)
  if (down.length > 0) return down
  const writing = sound.filter(({ running, identity }) => running!.writer.state.tree.size !== world.auditor.sizeOf(identity.origin))
  if (writing.length > 0) return writing.map(({ identity }) => `${identity.name} is ahead of its disk`)
  // Fewer than a quorum can certify nothing, and need not.
  const founders = sound.filter(({ isLate }) => !isLate).length
  if (founders < quorum(world.hubs.filter(({ isLate }) => !isLate).length)) return []
  const isSound = (origin: Origin): boolean => sound.some(({ identity }) => identity.origin === origin)
  const forked = world.twins.filter((twin) => hasForked(twin, world.hubOf(twin.identity.origin)!))
  const newest = Math.max(...sound.map(({ running }) => running!.writer.state.federation?.documents.length ?? 0))
  const open = sound.length < world.hubs.length ? [] : decisions.open()
  return open.concat(sound.flatMap((hub) => {
    const { writer, fence, checkpointer } = hub.running!
    const { name, origin } = hub.identity
    const { state } = writer
    const said: string[] = []
    const say = (what: string): void => void said.push(`${name} ${what}`)
    if (writer.shut !== null) say(`takes nothing: ${writer.shut}`)
    if (membershipOf(state) === null) say('is no member yet')
    if (state.federation?.documents.length !== newest) say('does not have the newest document')
    if (fence.phase !== 'passed') say(`has not passed its fence: ${fence.phase} ${fence.because ?? ''}`)
    for (const twin of forked) if (hub.running!.evidence.against(twin.identity.origin) === undefined) say(`knows nothing against ${twin.identity.name}`)
    const last = state.chain.slots.at(-1)
    if (last?.certified === false) say(`has slot ${last.order.slot} uncertified`)
    if (nextOrder(state, Math.max(hub.now() + hub.skew, state.lastTs)) !== null) say('has something to order')
    for (const { order, certified, acknowledged } of state.chain.slots) {
      if (certified && order.outs.some(({ destination }) => isSound(destination) && !acknowledged.has(destination))) say(`has slot ${order.slot} unacknowledged`)
    }
    for (const { phase, left } of state.arrivals.values()) if (phase === 'suspended' && left > 0n) say('has something in suspense')
    const latest = checkpointer.latest()
    for (const other of sound) {
      if (other === hub) continue
      const replica = other.running!.replicas.of(origin)
      if (replica?.halted != null) say(`is not followed by ${other.identity.name}: ${replica.halted}`)
      else if (latest !== null && (replica?.size ?? 0) < latest.size) say(`has been read to ${replica?.size} of ${latest.size} by ${other.identity.name}`)
    }
    return said
  }))
}

/** Whether both faces of a liar have signed what cannot both be true. */
function hasForked(twin: Hub, hub: Hub): boolean {
  if (twin.running === null || hub.running === null) return false
  const [one, other] = [twin, hub].map(({ running }) => ({ tree: running!.writer.state.tree, size: running!.checkpointer.latest()?.size ?? 0 })) as [Signed, Signed]
  const size = Math.min(one.size, other.size)
  return toHex(one.tree.root(size)) !== toHex(other.tree.root(size))
}

type Signed = { tree: Tree; size: number }

/** What must be so when everything had time to heal. */
function atTheEnd(world: World, decisions: Decisions): void {
  for (const what of unsettled(world, decisions)) world.find('stuck', what)
  const sound = world.hubs.filter((hub) => !world.isOut(hub))
  for (const hub of sound) {
    if (hub.running === null) continue
    const { name, origin } = hub.identity
    const { state } = hub.running.writer
    for (const fault of faultsOf(state)) world.find('books', `${name}: ${fault.code}`)
    for (const [accused] of state.frozen) if (!world.isOut(world.hubOf(accused)!)) world.find('frozen', `${name} has frozen ${accused}, which is honest`)
    for (const { offence, text } of hub.running.evidence.list()) {
      const verdict = verifyEvidence(text)
      if (!verdict.ok || verdict.offence.origin !== offence.origin) world.find('evidence', `${name} keeps evidence that proves nothing`)
      else if (world.isOut(world.hubOf(offence.origin)!)) count(world.tally, `named by ${offence.kind}`)
    }
    const leaves = world.auditor.leavesOf(origin)
    for (const [seq, leaf] of hub.promised) if (leaves[seq] !== leaf) world.find('promise', `${name} promised another record ${seq} than it has`)
    if (leaves.length !== state.tree.size || leaves.at(-1) !== toHex(state.tree.leafAt(state.tree.size - 1))) {
      world.find('record', `${name} has ${state.tree.size} records, and ${leaves.length} were seen`)
    }
  }
  if (sound.length < world.hubs.length) return
  countDocuments(sound[0]!.running!.writer.state, world.tally)
  for (const fault of federationFaultsOf(sound.flatMap(({ running }) => (running === null ? [] : [running.writer.state])))) {
    world.find('books', `all together: ${fault.code}`)
  }
  for (const [xid, { to, from, amount }] of world.auditor.sent) {
    const taken = world.auditor.taken.get(xid)
    if (taken === undefined) world.find('undelivered', `${amount} from ${from} never came to ${to}`)
    else if (taken.fate === 'suspended' || taken.fate === 'returning') world.find('undelivered', `${amount} from ${from} is ${taken.fate} at ${to}`)
    else count(world.tally, `transfers ${taken.fate === 'returned' ? 'returned' : 'credited'}`)
  }
}
