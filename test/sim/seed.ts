/** One seed: a world, a storm in it, people who go on living meanwhile, and what must be so when all is calm again. */
import type { Origin } from '#ledger/action.ts'
import { toHex } from '#ledger/bytes.ts'
import { faultsOf, federationFaultsOf } from '#ledger/conservation.ts'
import { quorum } from '#ledger/federation.ts'
import { nextOrder } from '#ledger/rules/order.ts'
import { beginningsOf } from './beginnings.ts'
import { DAY } from './epoch.ts'
import { isRunning } from './machine.ts'
import { Storm } from './storm.ts'
import { count, type Tally } from './tally.ts'
import { chanceOf, World } from './world.ts'

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
const sizes = [1, 2, 2, 3, 3, 3, 4, 4, 4, 5] as const

export type SeedOptions = { kept?: boolean; hubs?: number | null }

export async function runSeed(seed: number, { kept = false, hubs = null }: SeedOptions = {}): Promise<Outcome> {
  const chance = chanceOf(seed, 'world')
  const size = hubs ?? chance.pick(sizes)
  const { cities, epoch } = await beginningsOf(size)
  const world = new World({ seed, kept, epoch: epoch + chance.below(DAY) }, cities)
  const storm = new Storm(world)
  if (storm.has('midnight')) {
    // A new day begins in the middle of it.
    world.epoch += DAY - (world.epoch % DAY) - chance.below(120)
    count(world.tally, 'fault midnight')
  }
  world.say(null, `seed ${seed}: ${size} hubs, ${[...storm.kinds].join(', ')}`)
  for (const hub of world.hubs) world.time.after(chance.below(2_000), () => world.start(hub))
  let events = 0
  const each = (): boolean => {
    events += 1
    return world.check()
  }
  const ms = STORM_MS + chance.below(STORM_MS)
  storm.blow(ms)
  live(world, ms)
  await world.time.run(world.time.now() + ms, each)
  storm.clear()
  if (!world.check()) {
    tend(world)
    const end = world.time.now() + CALM_MS
    while (world.time.now() < end && !world.check() && unsettled(world).length > 0) {
      await world.time.run(world.time.now() + 5_000, each)
    }
    if (!world.check()) atTheEnd(world)
  }
  const findings = [...world.findings, ...world.auditor.findings]
  for (const { code, detail } of findings) world.say(null, `FOUND ${code}: ${detail}`)
  await world.end()
  return { seed, hubs: size, hash: world.trace.hash(), findings, tally: world.tally, events, lines: world.trace.lines() }
}

/** People live on through the storm. */
function live(world: World, ms: number): void {
  const chance = chanceOf(world.seed, 'life')
  const { people, hubs, time } = world
  const later = (wait: number): Promise<void> => new Promise((resolve) => void time.after(wait, resolve))
  const doings = 8 + chance.below(10)
  for (let i = 0; i < doings; i++) {
    const hub = chance.pick(hubs)
    const other = chance.pick(hubs)
    const milli = BigInt(1_000 + chance.below(60_000))
    const what = chance.below(20)
    time.after(chance.below(ms), () => {
      if (hub.running === null) return
      const doing = what < 13 && hub !== other ? people.transfer(hub, other, milli, later)
        : what < 14 ? people.issue(hub, BigInt(1 + chance.below(50)))
        : what < 16 && hub !== other ? people.setTrust(hub, other, milli * 2n, milli)
        : what < 18 ? people.join(hub)
        : people.decideSuspense(hub, 2)
      void doing.catch((error: unknown) => world.find('people', String((error as Error).stack)))
    })
  }
}

/** When it is calm, stewards do what waits for them. */
function tend(world: World): void {
  const { people, time } = world
  const round = (): void => {
    for (const hub of world.hubs) {
      if (hub.running === null) continue
      void people.decideSuspense(hub, 100).then(() => people.confirmRestore(hub)).then((confirmed) => {
        if (confirmed) count(world.tally, 'restores confirmed')
      })
    }
    time.after(STEWARD_EVERY_MS, round)
  }
  round()
}

/** What is not at its end yet, in words, among those who can be waited for. */
function unsettled(world: World): string[] {
  const sound = world.hubs.filter((hub) => !world.isOut(hub))
  const down = sound.filter((hub) => !isRunning(hub)).map(({ identity }) => `${identity.name} is down`)
  // Fewer than a quorum can certify nothing, and need not.
  if (down.length > 0 || sound.length < quorum(world.hubs.length)) return down
  const isSound = (origin: Origin): boolean => sound.some(({ identity }) => identity.origin === origin)
  return sound.flatMap((hub) => {
    const { writer, fence, checkpointer } = hub.running!
    const { name, origin } = hub.identity
    const { state } = writer
    const said: string[] = []
    const say = (what: string): void => void said.push(`${name} ${what}`)
    if (writer.shut !== null) say(`takes nothing: ${writer.shut}`)
    if (state.tree.size !== world.auditor.sizeOf(origin)) say('is ahead of its disk')
    if (fence.phase !== 'passed') say(`has not passed its fence: ${fence.phase} ${fence.because ?? ''}`)
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
  })
}

/** What must be so when everything had time to heal. */
function atTheEnd(world: World): void {
  for (const what of unsettled(world)) world.find('stuck', what)
  const sound = world.hubs.filter((hub) => !world.isOut(hub))
  for (const hub of sound) {
    if (hub.running === null) continue
    const { name, origin } = hub.identity
    const { state } = hub.running.writer
    for (const fault of faultsOf(state)) world.find('books', `${name}: ${fault.code}`)
    for (const [accused] of state.frozen) if (!world.isOut(world.hubOf(accused)!)) world.find('frozen', `${name} has frozen ${accused}, which is honest`)
    const leaves = world.auditor.leavesOf(origin)
    for (const [seq, leaf] of hub.promised) if (leaves[seq] !== leaf) world.find('promise', `${name} promised another record ${seq} than it has`)
    if (leaves.length !== state.tree.size || leaves.at(-1) !== toHex(state.tree.leafAt(state.tree.size - 1))) {
      world.find('record', `${name} has ${state.tree.size} records, and ${leaves.length} were seen`)
    }
  }
  if (sound.length < world.hubs.length) return
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
