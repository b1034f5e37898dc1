/**
 * The bridge of a young hub, as a property: seven people who may or may not have helped each other in the first month, in whatever order
 * and under whatever preset; on day 30 each power of the charter is exercised by some of them, to its end.
 */
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { toHex } from '#ledger/bytes.ts'
import { type Charter, encodeCharter, type Preset, projectSizes } from '#ledger/charter/charter.ts'
import { presets } from '#ledger/charter/presets.ts'
import { sha256 } from '#ledger/hash.ts'
import { measures } from '#ledger/rules/docket.ts'
import { choices } from '#ledger/rules/project.ts'
import { charterOf } from '#ledger/state/state.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import { aTownOfNeighbours, codeOf, helpOnce, sleep } from '#test/support/people.ts'
import { aMember, type Asked, DAY, hexFor, idFor, type Person, recorded, tick } from '#test/support/towns.ts'

beforeAll(() => installNativeCrypto())

const reason = hexFor('why')

type Month = { preset: Preset; helps: { by: number; step: number; minutes: number; days: number }[] }
/** Among the first six; the seventh has dealt with nobody, so that there are always neighbours who may judge. */
const month: fc.Arbitrary<Month> = fc.record({
  preset: fc.constantFrom(...(Object.keys(presets) as Preset[])),
  helps: fc.array(fc.record({ by: fc.nat(5), step: fc.integer({ min: 1, max: 5 }), minutes: fc.integer({ min: 1, max: 240 }), days: fc.nat(2) }), { maxLength: 12 }),
})

/** The town on day 30. */
function after({ preset, helps }: Month) {
  const { town, steward, mei, bo, li } = aTownOfNeighbours({ preset })
  const all = [steward, mei, bo, li, ...['ana', 'eva', 'rui'].map((name) => aMember(town, name))]
  const end = town.now + 30 * DAY
  for (const { by, step, minutes, days } of helps) {
    if (days > 0) sleep(town, days)
    helpOnce(town, all[by]!, all[(by + step) % 6]!, { minutes })
  }
  town.now = end
  tick(town)
  return { town, steward, all, last: all[6]! }
}
type Seven = ReturnType<typeof after>

/** Does it by the first of them who may; somebody may. */
function byAnybody({ town, all }: Seven, asked: Asked): string {
  const id = idFor(asked.kind)
  if (!all.some((person) => codeOf(town, { ...asked, id }, [person]) === null)) throw new Error(`nobody may: ${asked.kind}`)
  return id
}

/** Proposing, voting and the stewards' threshold: another charter comes into force. */
function amends(seven: Seven): void {
  const { town, steward, all } = seven
  const { cap } = charterOf(town.state)
  const other: Charter = { ...charterOf(town.state), cap: { ...cap, yearMilli: cap.yearMilli + 1n } }
  const charter = encodeCharter(other)
  const proposal = byAnybody(seven, { kind: 'charter.proposed', charter, reason })
  for (const person of all) codeOf(town, { kind: 'vote.cast', proposal, vote: 'yes' }, [person])
  recorded(town, { kind: 'charter.confirmed', proposal, charter: toHex(sha256(charter)) }, [steward])
  sleep(town, 8)
  sleep(town, 14)
  expect(charterOf(town.state)).toEqual(other)
}

function opensAProject(seven: Seven): void {
  const { town, last } = seven
  const today = Math.floor(town.now / DAY)
  byAnybody({ ...seven, all: seven.all.filter((one) => one !== last) }, {
    kind: 'project.opened', size: projectSizes.event, requester: last.acct, core: [], places: 1, gateMilli: 0n, gateLevel: 1, choice: choices.order,
    applyUntil: today, endsDay: today + 3, terms: reason,
  })
}

/** Who is found to have done wrong appeals, and neighbours judge. */
function judges({ town, steward, all, last }: Seven): void {
  const id = idFor('a case')
  recorded(town, { kind: 'case.opened', id, accused: last.acct, flag: null, complaint: reason, complainant: all[1]!.acct, matters: [], hold: false }, [steward])
  recorded(town, { kind: 'case.answered', case: id, statement: reason }, [last])
  recorded(town, { kind: 'case.found', case: id, measure: measures.upheld, reason }, [steward])
  recorded(town, { kind: 'case.appealed', case: id, statement: reason }, [last])
  sleep(town, 1)
  const jurors = town.state.cases.get(id)!.jurors.map((acct) => all.find((one: Person) => one.acct === acct)!)
  expect(jurors.length % 2).toBe(1)
  for (const juror of jurors) codeOf(town, { kind: 'case.judged', case: id, confirmed: false, reason }, [juror])
  expect(town.state.cases.get(id)!.phase).toBe('reversed')
}

test('whoever of seven has helped whom, on day 30 they propose, vote, open a project and judge', () => {
  fc.assert(fc.property(month, fc.shuffledSubarray([amends, opensAProject, judges], { minLength: 3 }), (one, powers) => {
    const seven = after(one)
    for (const power of powers) power(seven)
  }), { numRuns: 40, seed: 1 })
})
