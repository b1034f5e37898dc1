/**
 * The whole demo as it was lived: five cities founded, half a year in them, and what stands between them today. A test plays
 * the same with fewer cities and days.
 */
import { CV } from '#test/support/towns.ts'
import { asksToStay, contradicts, federate, teaches, trusts } from './abroad.ts'
import { cast, type Place } from './cast.ts'
import { aMovableClock, type MovableClock } from './clock.ts'
import { live } from './half-year.ts'
import type { Sight } from './lobby.ts'
import { foundTown, type Town } from './town.ts'

const DAY = 86_400

export type Script = {
  dir: string
  /** Without the first port each city takes a free one. */
  port?: number
  days: number
  places: readonly Place[]
  say(text: string): void
}

export type Played = { towns: Town[]; honest: Town[]; clock: MovableClock; sights: Sight[] }

/** Plays from the founding to this very moment. `towns` fills up as they are founded, so that whoever breaks off can stop them. */
export async function play({ dir, port, days, places, say }: Script, towns: Town[] = []): Promise<Played> {
  const clock = aMovableClock(-days * DAY)
  for (const script of cast.filter(({ name }) => places.includes(name))) {
    towns.push(await foundTown(script, dir, clock, port === undefined ? 0 : port + towns.length))
    say(`${script.city} is founded by ${script.people[0]}`)
  }
  // The last keeps to its word until it no longer does.
  const liar = towns.at(-1)!
  const honest = towns.slice(0, -1)
  const [host, home] = honest as [Town, Town]

  /** A third of the time they live for themselves; then they meet, and every so often somebody teaches abroad. */
  const meet = Math.floor(days / 3)
  const lessons = [1, 2, 3].map((nth) => meet + Math.floor((nth * (days - meet)) / 5))
  const between = new Map<number, () => Promise<void>>([
    [meet, async () => {
      await federate(towns)
      say('the cities have founded a federation; each has confirmed its keys and issued for its guests')
    }],
    ...lessons.map((day, nth): [number, () => Promise<void>] => [day, async () => {
      const need = host.script.needs.find(({ online }) => online === true)!
      await teaches(home, home.people[1]!, host, host.people[2 + nth]!, { ...need, minutes: 240 })
      say(`${home.people[1]!.name} of ${home.script.city} taught in ${host.script.city}, was paid in Global, and it counts at home`)
    }]),
  ])
  await live({
    days, towns, clock, between,
    onDay(day) {
      if (day % 30 === 0) say(`day ${day}: ${new Date(clock.now() * 1000).toISOString().slice(0, 10)}`)
    },
  })
  const sights = await today(host, home, honest, liar)
  say('two transfers are on their way, and one city is frozen')
  return { towns, honest, clock, sights }
}

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
      zh: `${traveller.name}要去 ${host.script.city}，等${home.script.city}的会长同意发出贡献值：以会长 ${home.steward.name} 的身份进入`,
      en: `${traveller.name} goes to ${host.script.city}; the value waits for a steward of ${home.script.city}: enter as ${home.steward.name}`,
      town: home, path: '/steward',
    },
    {
      zh: `${host.script.city} 付给 ${traveller.name} 的超过了 ${home.script.city} 现在的信任额度，在 ${home.script.city} 暂挂`,
      en: `What ${host.script.city} paid ${traveller.name} is more than ${home.script.city} trusts it with for now, and waits there`,
      town: home, path: '/steward',
    },
    {
      zh: `${liar.script.city} 签了两份不同的历史，${host.script.city} 已经冻结与它的往来`,
      en: `${liar.script.city} has signed two histories, and ${host.script.city} has frozen it`,
      town: host, path: '/audit',
    },
  ]
}
