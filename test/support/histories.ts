/**
 * Histories in which value has moved in every way there is: awards, prices, holds that were kept and given back, a
 * conversion between cities, transfers that arrived, waited, came back, lapsed. For tests of whoever reads books.
 */
import {
  acknowledge, aMember, aRegion, ask, type Asked, aTown, awardRequest, certify, CV, DAY, deliver, help, hexFor,
  issue, join, openChains, ordering, owesAward, pass, type Person, PLAIN_TRUST, recorded, settle, type Town,
} from '#test/support/towns.ts'
import type { Hex } from '#ledger/action.ts'
import { nextOrder } from '#ledger/rules/order.ts'

/** Two months of three cities. Every city's log is whole, and its books are in order after every entry. */
export function threeCities(): [chengdu: Town, barcelona: Town, tokyo: Town] {
  const { towns: [chengdu, barcelona], history } = aRegion(['chengdu', 'barcelona'])
  const two = [chengdu, barcelona]
  const { guest: ana, receiver: mei, id } = owesAward(chengdu, barcelona)
  recorded(chengdu, awardRequest(chengdu, id), [chengdu.steward])
  recorded(chengdu, ordering(chengdu, nextOrder(chengdu.state, chengdu.now)!))
  const arrived = deliver(chengdu, barcelona, 2, two)
  certify(chengdu, two)
  acknowledge(chengdu, barcelona, 2, arrived)

  const tokyo = aTown('tokyo')
  const all = [chengdu, barcelona, tokyo]
  join(two, tokyo, history)
  openChains(all)
  const taro = aMember(tokyo, 'taro')
  const limits = { exposureMilli: 5n * CV, transferMaxMilli: 9n * CV }
  recorded(tokyo, { kind: 'trust.set', ...PLAIN_TRUST, peer: barcelona.card.origin, ...limits }, [tokyo.steward])
  const xids = [3n, 4n, 10n].map((cv) => ask(barcelona, tokyo, ana, taro, cv * CV))
  ask(barcelona, chengdu, ana, mei, 2n * CV)
  recorded(barcelona, ordering(barcelona, nextOrder(barcelona.state, barcelona.now)!))
  const slot = barcelona.state.chain.slots.length - 1
  deliver(barcelona, tokyo, slot, all)
  certify(barcelona, all)
  pass(all, 3)
  deliver(barcelona, chengdu, slot, all)
  recorded(tokyo, { kind: 'x.rel', xid: xids[1]!, amount: CV }, [tokyo.steward])
  recorded(tokyo, { kind: 'x.back', xid: xids[2]! }, [tokyo.steward])
  deliver(tokyo, barcelona, settle(tokyo, all), all)
  const li = aMember(chengdu, 'li')
  help(chengdu, mei, li, 60)
  help(chengdu, li, mei, 25)
  ask(tokyo, chengdu, taro, mei, 2n * CV)
  settle(tokyo, all)
  pass(all, 30)
  deliver(tokyo, barcelona, settle(tokyo, all), all)
  deliver(tokyo, chengdu, tokyo.state.chain.slots.length - 2, all)
  issue(chengdu, 7n * CV, all)
  ask(barcelona, tokyo, ana, taro, CV)
  pass(all, 6)
  return [chengdu, barcelona, tokyo]
}

/** An evening that is found useful and a film that nobody looks at; and a season. */
function works(town: Town, author: Person, other: Person): void {
  const today = Math.floor(town.now / DAY)
  recorded(town, { kind: 'demand.set', resource: 1, fromDay: today, untilDay: today + 7, perMille: 1500 }, [town.steward])
  const evening = recorded(town, { kind: 'work.published', work: 1, content: hexFor('an evening') }, [author]).action.id
  recorded(town, { kind: 'work.published', work: 3, content: hexFor('a film') }, [author])
  recorded(town, { kind: 'work.valued', work: evening }, [other])
  recorded(town, { kind: 'work.judged', work: evening, lasting: true, quality: 2 }, [town.steward])
}

/** The steward makes something for one of the two with the other; a second such project waits. */
function aGarden(town: Town, other: Person, requester: Person): Hex {
  const today = Math.floor(town.now / DAY)
  const opening: Asked<'project.opened'> = {
    kind: 'project.opened', size: 1, requester: requester.acct, core: [], places: 3, gateMilli: 0n, gateLevel: 1, choice: 1,
    applyUntil: today, endsDay: today + 9, terms: hexFor('a garden'),
  }
  const garden = recorded(town, opening, [town.steward]).action.id
  recorded(town, { kind: 'project.applied', project: garden, bidMilli: 0n }, [other])
  const waiting = recorded(town, { ...opening, applyUntil: today + 9 }, [town.steward]).action.id
  recorded(town, { kind: 'project.applied', project: waiting, bidMilli: 0n }, [other])
  return garden
}

function shareOut(town: Town, project: Hex, other: Person, requester: Person): void {
  const shares = [{ member: town.steward.acct, perMille: 300 }, { member: other.acct, perMille: 100 }]
  const report = recorded(town, { kind: 'project.reported', project, shares, reach: 120, completion: 0 }, [town.steward]).action.id
  recorded(town, { kind: 'project.confirmed', project, report }, [requester])
}

/** A time bank, where help has a price: holds, settlements below the agreed minutes, releases, a help short of means. */
export function aTimeBank(): Town {
  const town = aTown('lisbon', { preset: 'time-bank' })
  const [rui, eva] = [aMember(town, 'rui'), aMember(town, 'eva')]
  works(town, rui, eva)
  const garden = aGarden(town, rui, eva)
  help(town, rui, eva, 60)
  help(town, eva, rui, 45)
  pass([town], 2)
  shareOut(town, garden, rui, eva)
  help(town, rui, eva, 90)
  help(town, eva, rui, 120)
  pass([town], 40)
  help(town, eva, rui, 20)
  return town
}
