/**
 * The whole demo as it was lived: five cities founded, half a year in them, and what stands between them today. A test plays
 * the same with fewer cities and days.
 */
import { join } from 'node:path'
import { toHex } from '#ledger/bytes.ts'
import { CV } from '#test/support/towns.ts'
import { asksToStay, contradicts, federate, teaches, trusts } from './abroad.ts'
import { cast, type Place } from './cast.ts'
import { aMovableClock, type MovableClock } from './clock.ts'
import { live } from './half-year.ts'
import type { Kept, Sight } from './kept.ts'
import { calm, foundTown, type Ports, reopenTown, type Town } from './town.ts'

const DAY = 86_400

export type Script = {
  /** Each city gets a directory in it. */
  dir: string
  /** Without the first port each city takes a free one. */
  port?: number
  days: number
  places: readonly Place[]
  say(text: string): void
}

/** `honest`: the cities that still vouch for each other. */
export type Played = { towns: Town[]; honest: Town[]; clock: MovableClock; sights: Sight[] }

/**
 * Plays from the founding to this very moment. `towns` fills up as they are founded, so that whoever breaks off can stop them.
 * @throws when something is refused: then the play is wrong, not the rules.
 */
export async function play({ dir, port, days, places, say }: Script, towns: Town[] = []): Promise<Played> {
  const clock = aMovableClock(-days * DAY - PAUSES_SECONDS)
  for (const script of cast.filter(({ name }) => places.includes(name))) {
    towns.push(await foundTown(script, join(dir, script.name), clock, portsOf(port, places.length, towns.length)))
    say(`${script.city} is founded by ${script.people[0]}`)
  }
  // The last keeps to its word until it no longer does.
  const liar = towns.at(-1)!
  const honest = towns.slice(0, -1)
  const [host, home] = honest as [Town, Town]

  /** Two thirds of the time they live for themselves; then they meet, and every so often somebody teaches abroad. */
  const meet = Math.floor((2 * days) / 3)
  const lessons = [1, 2, 3].map((nth) => meet + Math.floor((nth * (days - meet)) / 5))
  const between = new Map<number, () => Promise<void>>([
    [meet, async () => {
      await federate(towns)
      say('the cities have founded a federation; each has confirmed its keys and issued for its guests')
    }],
    ...lessons.map((day, nth): [number, () => Promise<void>] => [day, async () => {
      const need = host.script.needs.find(({ online }) => online === true)!
      const [guest, neighbour] = [home.people[1]!, host.people[2 + nth]!]
      await teaches(home, guest, host, neighbour, { ...need, minutes: 240 })
      say(`${guest.name} of ${home.script.city} taught ${neighbour.name} in ${host.script.city}: awarded there in Global, and it counts at home`)
    }]),
  ])
  await live({
    days, towns, clock, between,
    onDay(day) {
      if (day % 30 === 0) say(`day ${day}: ${new Date(clock.now() * 1000).toISOString().slice(0, 10)}`)
    },
  })
  await calm(towns)
  clock.pass(Math.max(0, -clock.ahead))
  const sights = await today(host, home, honest, liar)
  say('two transfers are on their way, and one city is frozen')
  return { towns, honest, clock, sights }
}

/** A little less than what passes between the days while cities wait for each other. */
const PAUSES_SECONDS = 6 * 3_600

/** The nth of so many cities: browsers at the first ports, other cities at those that follow. */
export const portsOf = (first: number | undefined, cities: number, nth: number): Ports =>
  first === undefined ? { http: 0, p2p: 0 } : { http: first + nth, p2p: first + cities + nth }

/** Goes on where it stopped; time has passed meanwhile as everywhere. */
export async function goOn(kept: Kept, dir: string, ports: (nth: number) => Ports, towns: Town[] = []): Promise<Played> {
  const clock = aMovableClock(Math.max(0, kept.now - Math.floor(Date.now() / 1000)))
  for (const { place, people } of kept.towns) {
    const script = cast.find(({ name }) => name === place)!
    towns.push(await reopenTown(script, join(dir, place), clock, ports(towns.length), people))
  }
  return { towns, honest: towns.filter(({ script }) => kept.honest.includes(script.name)), clock, sights: kept.sights }
}

/** What is kept of it now. */
export const keptOf = ({ towns, honest, clock, sights }: Played, days: number, livedAt: number): Kept => ({
  format: 1, days, livedAt, now: clock.now(), sights,
  honest: honest.map(({ script }) => script.name),
  towns: towns.map(({ script, url, p2p, people }) => ({
    place: script.name, ports: { http: Number(new URL(url).port), p2p },
    people: people.map(({ name, acct, secret }) => ({ name, acct, secret: toHex(secret) })),
  })),
})

/** What a visitor finds under way. */
async function today(host: Town, home: Town, honest: Town[], liar: Town): Promise<Sight[]> {
  const traveller = home.people[1]!
  const provider = host.people[1]!
  const share = host.script.shares.find(({ resource }) => resource === 'workspace')!
  await asksToStay(home, traveller, host, provider, { ...share, days: 1 }, false)
  await trusts(home, host, 20n * CV)
  await teaches(home, traveller, host, host.people[0]!, { ...host.script.needs.find(({ online }) => online === true)!, minutes: 90 })
  await contradicts(liar, honest[0]!.people[1]!, honest)
  return [
    {
      zh: `${traveller.name} 要去${host.script.inChinese}，等${home.script.inChinese}的会长同意发出贡献值：以会长 ${home.steward.name} 的身份进入`,
      en: `${traveller.name} goes to ${host.script.city}; the value waits for a steward of ${home.script.city}: enter as ${home.steward.name}`,
      place: home.script.name, page: 'steward',
    },
    {
      zh: `${host.script.inChinese}付给 ${traveller.name} 的，比${home.script.inChinese}现在一次肯收的多，在那里等会长决定：以会长 ${home.steward.name} 的身份进入`,
      en: `What ${host.script.city} paid ${traveller.name} is more than ${home.script.city} takes in at once for now, and waits there for a steward: enter as ${home.steward.name}`,
      place: home.script.name, page: 'steward',
    },
    {
      zh: `${liar.script.inChinese}签了两份不同的历史，${host.script.inChinese}已经冻结与它的往来`,
      en: `${liar.script.city} has signed two histories, and ${host.script.city} has frozen it`,
      place: host.script.name, page: '/audit',
    },
  ]
}
