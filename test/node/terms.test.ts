/** New terms of a federation, as running cities come to them: when the stewards of a quorum have agreed on just the same. */
import { afterEach, expect, test } from 'vitest'
import { documentHash, encodeDocument } from '#ledger/federation/federation.ts'
import { sign } from '#ledger/keys.ts'
import { currentDocument, termsIn } from '#ledger/state/state.ts'
import { type Agreed, successorAgreeing } from '#protocol/successor.ts'
import { approveIssue, certified, type City, federate, openChains, start, stateOf, until, versionOf } from '#test/support/cities.ts'
import { cities, expectSoundBooks, stopAll } from '#test/support/federations.ts'
import { CV } from '#test/support/towns.ts'

afterEach(stopAll)

const DAY = 86_400
const wanted: Agreed = { globalDecayPerMille: 80, conversion: { numerator: 1, denominator: 4 }, issueYearlyMaxMilli: 20_000n * CV, termsFrom: 1 }
const agree = (city: City, terms: Agreed | null) => city.hub!.federation.agreeOn(terms)
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

test('hold when all cities that are needed have agreed on the same, and trade goes on across the change', async () => {
  const [chengdu, barcelona] = await cities('chengdu', 'barcelona')
  await federate(chengdu, barcelona)
  await openChains(chengdu, barcelona)
  const version = versionOf(chengdu)
  expect(await agree(chengdu, wanted)).toEqual({ ok: true })
  expect(await agree(barcelona, { ...wanted, globalDecayPerMille: 90 })).toEqual({ ok: true })
  await pause(500)
  expect([versionOf(chengdu), versionOf(barcelona)]).toEqual([version, version])
  // A word outlives the process.
  chengdu.hub!.die()
  await start(chengdu)
  expect(chengdu.hub!.federation.view().agreed).toEqual(wanted)

  expect(await agree(barcelona, wanted)).toEqual({ ok: true })
  await until('both have the new terms', () => [chengdu, barcelona].every((city) => versionOf(city) === version + 1))
  const federation = stateOf(barcelona).federation!
  expect([0, 1, 5].map((year) => termsIn(federation, year).globalDecayPerMille)).toEqual([50, 80, 80])
  expect(currentDocument(federation).conversion).toEqual({ numerator: 1, denominator: 4 })
  expect(barcelona.hub!.federation.view().agreed).toBeNull()
  await approveIssue(chengdu, 10n * CV)
  await until('an order is certified in the new epoch', () => certified(chengdu) === 2)
  expectSoundBooks(chengdu, barcelona)
})

test('are refused from a year that has begun or outside their bounds, and can be taken back', async () => {
  const [chengdu, barcelona] = await cities('chengdu', 'barcelona')
  expect(await agree(chengdu, wanted)).toEqual({ ok: false, door: { code: 'no-federation' } })
  await federate(chengdu, barcelona)
  for (const bad of [{ termsFrom: 0 }, { globalDecayPerMille: 151 }, { conversion: { numerator: 1, denominator: 2 } }, { termsFrom: 301 }]) {
    expect(await agree(chengdu, { ...wanted, ...bad })).toEqual({ ok: false, door: { code: 'bad-terms', fromYear: 1 } })
  }
  await agree(chengdu, wanted)
  await agree(chengdu, null)
  await agree(barcelona, wanted)
  await pause(400)
  expect([versionOf(chengdu), chengdu.hub!.federation.view().agreed]).toEqual([2, null])
  // 29 days before the year is too late for terms that nobody here has agreed on.
  chengdu.clock.advance((365 - 29) * DAY)
  expect(await agree(chengdu, { ...wanted, globalDecayPerMille: 70 })).toEqual({ ok: false, door: { code: 'bad-terms', fromYear: 2 } })
})

test('are signed by the rest when their year has begun, if one has signed before, also by a city that had taken its word back', async () => {
  const [chengdu, barcelona, kyoto] = await cities('chengdu', 'barcelona', 'kyoto')
  await federate(chengdu, barcelona, kyoto)
  await openChains(chengdu, barcelona, kyoto)
  await agree(barcelona, wanted)
  await agree(barcelona, null)
  await agree(kyoto, wanted)
  await agree(chengdu, wanted)
  // All were willing, and chengdu has signed, when the line broke.
  const { id, documents } = stateOf(chengdu).federation!
  const { document, hash } = documents.at(-1)!
  const bytes = encodeDocument(successorAgreeing({ document, hash }, wanted))
  const signature = sign(chengdu.keys.vote.secret, 'fed', id, documentHash(bytes))
  const [version, hub] = [document.version + 1, document.members.findIndex(({ card }) => card.origin === stateOf(chengdu).hub.origin)]
  await chengdu.hub!.votes.bindDocument(version, { document: bytes, signatures: [{ hub, signature }] })
  for (const city of [chengdu, barcelona, kyoto]) city.hub!.die()
  chengdu.clock.advance(366 * DAY)
  for (const city of [chengdu, barcelona, kyoto]) await start(city)
  await until('all are there', () => [chengdu, barcelona, kyoto].every((city) => city.hub!.fence.mayVote()))
  await pause(500)
  expect(versionOf(kyoto)).toBe(version - 1)

  expect(await agree(barcelona, { ...wanted, globalDecayPerMille: 90 })).toEqual({ ok: false, door: { code: 'bad-terms', fromYear: 2 } })
  expect(await agree(barcelona, wanted)).toEqual({ ok: true })
  await until('all have the new terms', () => [chengdu, barcelona, kyoto].every((city) => versionOf(city) === version))
  expect(termsIn(stateOf(kyoto).federation!, 1).globalDecayPerMille).toBe(80)
  await approveIssue(kyoto, 10n * CV)
  await until('an order is certified in the new epoch', () => certified(kyoto) === 2)
  expectSoundBooks(chengdu, barcelona, kyoto)
})
