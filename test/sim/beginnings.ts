/**
 * Where a run begins: so many cities that have founded a federation, opened their chains, and helped each other once, so
 * that there is value to send. It is played in the bottle itself, in peace and by the hubs' own hands, once for each
 * number of cities; every seed begins with copies of the machines it left.
 */
import { DAY0 } from './epoch.ts'
import { founded, isRunning, writeFounding } from './machine.ts'
import { type Beginning, type Hub, World } from './world.ts'

/** Members of each city at the beginning. */
const MEMBERS = 3
const HELP_MINUTES = 360
const names = ['chengdu', 'barcelona', 'kyoto', 'lagos', 'lisbon', 'porto', 'quito', 'tunis', 'leipzig', 'hanoi']

/** What is left when it is over; `epoch`: the second at which it was. */
export type Beginnings = { cities: Beginning[]; epoch: number; newcomer: Beginning }

const known = new Map<number, Beginnings>()

export async function beginningsOf(count: number): Promise<Beginnings> {
  const found = known.get(count) ?? (await play(count))
  known.set(count, found)
  return found
}

async function play(count: number): Promise<Beginnings> {
  const founding = names.slice(0, count + 1).map((name) => founded(name, DAY0))
  const world = new World({ seed: 0, epoch: DAY0, kept: false }, founding.map(({ identity, holding }) => ({ identity, holding, members: [] })))
  for (const [i, one] of founding.entries()) await writeFounding({ ...one, holding: world.hubs[i]!.holding }, world.time)
  const newcomer = world.hubs.pop()!
  const { hubs, people } = world
  for (const hub of hubs) world.start(hub)
  await world.until(() => hubs.every(isRunning), 10_000)
  await federate(world)
  for (const hub of hubs) await world.done(people.approveKeys(hub))
  await expectSoon(world, 'all chains are open', () => hubs.every((hub) => certified(hub) === 1))
  for (const hub of hubs) await world.done(people.issue(hub, 20_000n))
  await expectSoon(world, 'all pools are filled', () => hubs.every((hub) => certified(hub) === 2))

  const guests = []
  for (const hub of hubs) {
    for (let i = 0; i < MEMBERS; i++) {
      const joining = people.join(hub)
      await world.done(joining)
      if (i === 0) guests.push((await joining)!)
    }
  }
  const wait = async (seconds: number): Promise<void> => void (world.epoch += seconds)
  for (const [i, host] of hubs.entries()) {
    const home = (i + 1) % hubs.length
    if (hubs.length > 1) await world.done(people.helpBy(host, hubs[home]!, guests[home]!, HELP_MINUTES, wait))
  }
  await expectSoon(world, 'everybody who helped has been credited', () =>
    hubs.every((hub) => [...hub.running!.writer.state.requests.values()].every(({ phase }) => phase === 'credited')))
  await world.time.run(world.time.now() + 90_000, world.check)
  if (world.check()) throw new Error(`a peaceful beginning went wrong: ${JSON.stringify([...world.findings, ...world.auditor.findings])}`)
  const epoch = world.epoch + Math.ceil(world.time.now() / 1000)
  await world.end()
  const left = (hub: Hub): Beginning => ({ identity: hub.identity, holding: hub.holding, members: hub.members })
  return { cities: hubs.map(left), newcomer: left(newcomer), epoch }
}

/** The first founds, each of the others joins and is admitted by all that are in. */
async function federate(world: World): Promise<void> {
  const { hubs } = world
  const federationOf = (hub: Hub) => hub.running!.federation
  await world.done(federationOf(hubs[0]!).found())
  for (const [i, newcomer] of hubs.entries()) {
    if (i === 0) continue
    await world.done(federationOf(newcomer).join(federationOf(hubs[0]!).card()))
    for (const member of hubs.slice(0, i)) await world.done(federationOf(member).admit(federationOf(newcomer).card()))
    await expectSoon(world, `document ${i + 1} is in force`, () =>
      hubs.slice(0, i + 1).every((hub) => hub.running!.writer.state.federation?.documents.length === i + 1))
  }
}

const certified = (hub: Hub): number => hub.running!.writer.state.chain.slots.filter((slot) => slot.certified).length

async function expectSoon(world: World, what: string, isSo: () => boolean): Promise<void> {
  if (!(await world.until(isSo, 600_000))) {
    throw new Error(`it never came to this in peace: ${what}; ${JSON.stringify([...world.findings, ...world.auditor.findings])}`)
  }
}
