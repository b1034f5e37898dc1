/** New terms, agreed on by a document: from which year they hold, that the past stays as it was, and what may not stand beside them. */
import { describe, expect, test } from 'vitest'
import { documentHash, encodeDocument, encodeIssueArgument, type FederationDocument } from '#ledger/federation/federation.ts'
import { replay } from '#ledger/ledger.ts'
import { issueRoom } from '#ledger/rules/order.ts'
import { boundedConversion } from '#ledger/rules/settling.ts'
import { charterOf, currentDocument, globalIndex } from '#ledger/state/state.ts'
import { indexOf } from '#ledger/value/decay.ts'
import {
  adoption, aRegion, aTown, CV, issue, nextDocument, record, recorded, reportOf, type Town,
} from '#test/support/towns.ts'

const YEAR = 365
const bad = { code: 'bad-document' }
const trio = () => aRegion(['chengdu', 'barcelona', 'lisbon']).towns as Town[]

/** The next document with these terms, signed and reported by all or by these. */
function agreeing(towns: Town[], terms: Partial<FederationDocument>, by = towns) {
  const federation = towns[0]!.state.federation!
  const before = currentDocument(federation)
  const document: FederationDocument = {
    ...before, version: before.version + 1, previous: federation.documents.at(-1)!.hash, closings: [], releases: [], renewals: [], ...terms,
  }
  const hash = documentHash(encodeDocument(document))
  return adoption(document, by, by.map((town) => ({ town, report: reportOf(town, before, hash, towns) })), federation.id, towns)
}

describe('new terms', () => {
  test('hold from the year that the document names, and what was before it is reckoned as before', () => {
    const towns = trio()
    const { state } = towns[0]!
    const days = [0, 100, YEAR, 2 * YEAR - 1, 2 * YEAR, 3 * YEAR + 10]
    const before = days.map((day) => globalIndex(state.federation!, day))
    const adopted = agreeing(towns, { globalDecayPerMille: 120, issueYearlyMaxMilli: 1_000n * CV, termsFrom: 2 })
    for (const town of towns) recorded(town, adopted)
    const after = days.map((day) => globalIndex(state.federation!, day))
    expect(after.slice(0, 5)).toEqual(before.slice(0, 5))
    expect(after[5]).toBe(indexOf(days[5]!, (year) => (year < 2 ? 50 : 120)))
    // Days before: 30,000 a year; from then on a thousand.
    const nominal = (day: number) => (issueRoom(state, day) * globalIndex(state.federation!, day - (day % YEAR))) >> 64n
    expect(nominal(YEAR)).toBe(30_000n * CV)
    expect(nominal(2 * YEAR)).toBe(1_000n * CV)
    const again = replay(towns[0]!.entries.map(({ bytes }) => bytes))
    expect('state' in again && again.state.tree.root()).toEqual(state.tree.root())
  })

  test('are the newest of those that name a year, and none names an earlier one than the last', () => {
    const towns = trio()
    const [{ state }] = towns as [Town]
    const first = agreeing(towns, { globalDecayPerMille: 100, termsFrom: 3 })
    for (const town of towns) recorded(town, first)
    expect(globalIndex(state.federation!, 4 * YEAR)).toBe(indexOf(4 * YEAR, (year) => (year < 3 ? 50 : 100)))
    expect(record(towns[0]!, agreeing(towns, { globalDecayPerMille: 90, termsFrom: 2 }))).toEqual(bad)
    const adopted = agreeing(towns, { globalDecayPerMille: 80, termsFrom: 3 })
    for (const town of towns) recorded(town, adopted)
    expect(globalIndex(state.federation!, 4 * YEAR)).toBe(indexOf(4 * YEAR, (year) => (year < 3 ? 50 : 80)))
  })

  test('bound conversions from the record on', () => {
    const towns = trio()
    const [{ state }] = towns as [Town]
    expect(boundedConversion(state, charterOf(state))).toEqual({ numerator: 1, denominator: 3 })
    const adopted = agreeing(towns, { conversion: { numerator: 1, denominator: 5 }, termsFrom: 1 })
    for (const town of towns) recorded(town, adopted)
    expect(boundedConversion(state, charterOf(state))).toEqual({ numerator: 1, denominator: 5 })
  })

  test('come with nothing else, take a quorum, and never pass what a federation may be founded on', () => {
    const towns = trio()
    const [chengdu, barcelona] = towns as [Town, Town]
    const tokyo = aTown('tokyo')
    const both = nextDocument(chengdu, tokyo, { globalDecayPerMille: 60, termsFrom: 1 })
    expect(record(chengdu, adoption(both, [...towns, tokyo], [], chengdu.state.federation!.id))).toEqual(bad)
    expect(record(chengdu, agreeing(towns, { globalDecayPerMille: 60, termsFrom: 1, day0: 0 }))).toEqual(bad)
    for (const terms of [{ globalDecayPerMille: 151 }, { conversion: { numerator: 1, denominator: 2 } }, { issueYearlyMaxMilli: 10n ** 12n + 1n }, { termsFrom: 301 }]) {
      expect(record(chengdu, agreeing(towns, { termsFrom: 1, ...terms }))).toEqual(bad)
    }
    expect(record(chengdu, agreeing(towns, { globalDecayPerMille: 60, termsFrom: 1 }, [chengdu, barcelona]))).toEqual({ code: 'signatures-missing', needed: 3, got: 2 })
  })

  test('leave what was ordered under the old ones as it is', () => {
    const towns = trio()
    const [chengdu] = towns as [Town]
    const slot = issue(chengdu, 10_000n * CV, towns)
    const { position } = chengdu.state.chain
    const adopted = agreeing(towns, { issueYearlyMaxMilli: 0n, globalDecayPerMille: 0, termsFrom: 1 })
    for (const town of towns) recorded(town, adopted)
    expect([chengdu.state.chain.position, chengdu.state.chain.slots[slot]!.certified]).toEqual([position, true])
    // The year that runs goes on by what it began with.
    expect(record(chengdu, { kind: 'order.approved', slot: slot + 1, order: 'issue', argument: encodeIssueArgument(1n * CV) }, [chengdu.steward])).toHaveProperty('seq')
    expect(issueRoom(chengdu.state, YEAR)).toBe(0n)
  })
})
