/** Scenes in which nobody does wrong: a founding evening with the six months after it, and two cities whose people help in the other one. */
import { helpSomebody } from '#test/support/town-years.ts'
import { SyntheticTown } from '#test/support/synthetic-town.ts'
import {
  acknowledge, aRegion, awardRequest, CV, deliver, issue, owesAward, recorded, settle, type Town,
} from '#test/support/towns.ts'

/** Twelve neighbours who try it out on one evening, everybody with everybody near, and the six months after it. */
export function aFoundingEvening(seed: number): SyntheticTown {
  const history = new SyntheticTown(seed, { judges: true })
  for (let i = 0; i < 12; i++) history.join(`resident ${i}`, 'neighbour')
  const { residents, dice } = history
  for (const resident of residents) resident.circle = residents.filter((other) => other !== resident)
  residents.forEach((giver, i) => {
    for (const step of [1, 2, 3]) history.short(giver, residents[(i + step) % 12]!, 30)
  })
  while (history.day < 182) {
    history.nextDay()
    for (const resident of residents) if (dice.chance(70)) helpSomebody(history, resident, dice.pick(resident.circle))
    history.look()
  }
  return history
}

/** Two cities of twenty whose people help in the other one, a hundred days long. */
export function twoCities(seed: number): [SyntheticTown, SyntheticTown] {
  const { towns } = aRegion(['chengdu', 'barcelona'])
  issue(towns[1]!, 10_000n * CV, towns)
  const cities = towns.map((town, i) => new SyntheticTown(1_000 * seed + i, { judges: true, town })) as [SyntheticTown, SyntheticTown]
  cities.forEach((city, i) => {
    for (let n = 0; n < 20; n++) city.join(`resident ${20 * i + n}`, 'neighbour')
    for (const resident of city.residents) resident.circle = city.residents.filter((other) => other !== resident && city.dice.chance(500))
  })
  while (cities[0].day < 100) {
    for (const city of cities) city.nextDay()
    for (const city of cities) {
      for (const resident of city.residents) if (city.dice.chance(60)) helpSomebody(city, resident, city.dice.pick(resident.circle))
      city.look()
    }
    if (cities[0].day % 10 === 0) helpAbroad(towns, cities[0].day)
  }
  return cities
}

/** Somebody of each city helps in the other, and is paid from its pool. */
function helpAbroad(towns: [Town, Town], day: number): void {
  for (const [host, home] of [towns, [...towns].reverse()] as [Town, Town][]) {
    const { id } = owesAward(host, home, `guest of day ${day}`)
    recorded(host, awardRequest(host, id), [host.steward])
    const slot = settle(host, towns)
    acknowledge(host, home, slot, deliver(host, home, slot, towns))
  }
}
