import { expect, test } from 'vitest'
import type { BalanceView, MeView } from '#protocol/api.ts'
import { resources } from '#ledger/charter/charter.ts'
import { presets } from '#ledger/charter/presets.ts'
import { nominalOf } from '#ledger/value/decay.ts'
import { givenInAgreement } from '#node/page/given.ts'
import { factorsOfBalance } from '#node/page/why.ts'
import type { People } from '#node/words/people.ts'
import { domainDay, domainIndex } from '#ledger/state/state.ts'
import { agree, aTownOfNeighbours, booked, confirm, helpOnce, report, sleep } from '#test/support/people.ts'
import { CV, DAY } from '#test/support/towns.ts'
import { type MemberClient, zeros } from '#test/support/member-client.ts'
import { aWholeHub, type WholeHub } from '#test/support/whole-hub.ts'

const people = { view: (acct: string) => ({ acct }) } as unknown as People

async function helped(hub: WholeHub, helper: MemberClient, receiver: MemberClient, minutes: number): Promise<MeView> {
  const { now } = (await helper.get<{ now: number }>('/api/seen')).body
  await helper.act('help.recorded', { helper: helper.acct, receiver: receiver.acct, category: 1, minutes, day: Math.floor(now / DAY), note: zeros })
  const { id, given } = (await receiver.me()).helps[0]!
  expect(given).toBeNull()
  expect((await receiver.act('help.confirmed', { help: id })).status).toBe(200)
  return (await receiver.get<MeView>('/api/me')).body
}

test('hour for hour a receiver sees what they gave, why, and what the commons added', async () => {
  const hub = await aWholeHub('chengdu', 'time-bank')
  try {
    const [mei, bo] = [await hub.member('Mei'), await hub.member('Bo')]
    const [help] = (await helped(hub, bo, mei, 60)).helps
    expect(help!.given).toEqual({ milli: '60000', factors: [{ factor: 'minutes', value: 60 }], own: '0', commons: '60000', final: true })
    const [other] = (await helped(hub, mei, bo, 40)).helps
    expect(other!.given).toMatchObject({ milli: '40000', own: '40000', commons: '0' })
    const balance = (await bo.get<BalanceView>('/api/me/balance')).body
    expect(balance.factors.map(({ factor }) => factor)).toEqual(['then', 'index'])
  } finally {
    await hub.stop()
  }
})

test('where help costs nothing, nothing is said of it', async () => {
  const hub = await aWholeHub('chengdu')
  try {
    const [mei, bo] = [await hub.member('Mei'), await hub.member('Bo')]
    expect((await helped(hub, bo, mei, 60)).helps[0]!.given).toBeNull()
  } finally {
    await hub.stop()
  }
})

test('an agreement says what would be given until it is, for help and for a use', () => {
  const { town, mei, bo } = aTownOfNeighbours({ preset: 'time-bank' })
  const givenIn = (id: string) => givenInAgreement(town.state, people, town.state.agreements.get(id)!, town.now)
  const id = agree(town, mei, bo, { minutes: 30, begins: town.now })
  expect(givenIn(id)).toMatchObject({ milli: '30000', own: '0', commons: '30000', final: false })
  report(town, id, mei)
  confirm(town, id, bo)
  expect(givenIn(id)).toMatchObject({ milli: '30000', own: '0', commons: '30000', final: true })
  // Nobody is told that more would be added than there is.
  town.audited = false
  const { commons } = town.state.books
  town.state.books.commons = 0n
  const next = agree(town, mei, bo, { minutes: 20, begins: town.now + DAY })
  expect(givenIn(next)).toMatchObject({ milli: '20000', own: '0', commons: '0' })
  town.state.books.commons = 5n * CV
  expect(givenIn(next)).toMatchObject({ milli: '20000', own: '0', commons: '5000' })
  town.state.books.commons = commons

  helpOnce(town, mei, bo, { minutes: 400 })
  const use = booked(town, bo, mei, { resource: resources.tool, begins: town.now, ends: town.now + DAY })
  const given = givenIn(use)!
  expect(given).toMatchObject({ own: given.milli, commons: '0', final: false })
  expect(given.factors[0]).toMatchObject({ factor: 'base', of: 'resource' })
  expect(nominalOf(town.state.agreements.get(use)!.price, domainIndex(town.state, domainDay(town.state, town.now)))).toBe(BigInt(given.milli))
})

test('a balance a year on: what it was on the first day, and what the index has left of it', () => {
  const { town, mei, bo } = aTownOfNeighbours()
  helpOnce(town, mei, bo)
  const { domain } = town.state.members.get(mei.acct)!.account
  sleep(town, 365)
  const day = domainDay(town.state, town.now)
  const [then, index] = factorsOfBalance(town.state, domain, day)
  expect(then).toEqual({ factor: 'then', milli: domain.toString(), ts: town.state.hub.day0 })
  if (index?.factor !== 'index' || then?.factor !== 'then') throw new Error('other factors')
  expect(index.yearPerMille).toBe(presets.city.decay.domainPerMille)
  const left = Number(then.milli) * index.millionths / 1e6
  expect(Math.abs(left - Number(nominalOf(domain, domainIndex(town.state, day))))).toBeLessThan(1)
  expect(BigInt(then.milli)).toBe(90n * CV)
})
