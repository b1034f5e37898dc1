/** A panel and the stewards of a town come and go while a case is found and taken back: both reducers come to the same rows. */
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { toHex } from '#ledger/bytes.ts'
import { roles } from '#ledger/charter/charter.ts'
import { measures } from '#ledger/rules/docket.ts'
import { digestOf } from '#ledger/state/digest.ts'
import { stewardsOf } from '#ledger/state/state.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import { aTownOfNeighbours, codeOf, sleep } from '#test/support/people.ts'
import { aMember, type Asked, hexFor, idFor, type Person } from '#test/support/towns.ts'
import { digestOf as secondDigest, reduce } from './reducer/reducer.ts'

beforeAll(() => installNativeCrypto())

const id = idFor('a case')
const words = hexFor('words')
const steps = ['appoint', 'resign', 'leave', 'wait', 'find', 'find', 'dismiss', 'reverse', 'reverse', 'reverse'] as const
type Step = { what: (typeof steps)[number]; who: number }
const step: fc.Arbitrary<Step> = fc.record({ what: fc.constantFrom(...steps), who: fc.nat({ max: 6 }) })

/** Plays it; what was asked and how it was answered, and whether both say the same of the whole log. */
function play(appointed: number, taken: Step[]): { heard: Set<string>; isSame: boolean } {
  const { town, steward, mei, bo, li } = aTownOfNeighbours()
  const people = [steward, mei, bo, li, ...['a', 'b', 'c'].map((name) => aMember(town, name))]
  const kim = aMember(town, 'kim')
  const heard = new Set<string>()
  const ask = (asked: Asked, by: Person): void => void heard.add(`${asked.kind} ${codeOf(town, asked, [by]) ?? 'is taken'}`)
  const appoint = (person: Person): void => {
    for (const { acct } of stewardsOf(town.state)) {
      ask({ kind: 'role.granted', member: person.acct, role: roles.steward }, people.find((one) => one.acct === acct)!)
    }
    ask({ kind: 'role.accepted', role: roles.steward }, person)
  }
  for (const person of people.slice(1, 1 + appointed)) appoint(person)
  ask({ kind: 'case.opened', id, accused: kim.acct, flag: null, complaint: words, complainant: li.acct, matters: [], hold: false }, steward)
  ask({ kind: 'case.answered', case: id, statement: words }, kim)
  for (const { what, who } of taken) {
    const person = people[who]!
    switch (what) {
      case 'appoint': appoint(person); break
      case 'resign': ask({ kind: 'role.ended', member: person.acct, role: roles.steward }, person); break
      case 'leave': ask({ kind: 'member.left' }, person); break
      case 'wait': sleep(town, 16); break
      case 'find': ask({ kind: 'case.found', case: id, measure: measures.severe, reason: words }, person); break
      case 'dismiss': ask({ kind: 'case.found', case: id, measure: measures.dismissed, reason: words }, person); break
      case 'reverse': ask({ kind: 'case.reversed', case: id, reason: words }, person); break
    }
  }
  const { city } = reduce(town.entries.map(({ bytes }) => toHex(bytes)))
  return { heard, isSame: city !== null && secondDigest(city) === toHex(digestOf(town.state)) }
}

test('whoever comes and goes, both find and take back by the same voices', () => {
  const heard = new Set<string>()
  fc.assert(fc.property(fc.nat({ max: 3 }), fc.array(step, { minLength: 30, maxLength: 60 }), (appointed, taken) => {
    const played = play(appointed, taken)
    for (const answer of played.heard) heard.add(answer)
    return played.isSame
  }), { numRuns: 100, seed: 1 })
  for (const answer of ['is taken', 'already-approved', 'not-on-panel']) {
    expect(heard).toContain(`case.found ${answer}`)
    expect(heard).toContain(`case.reversed ${answer}`)
  }
})
