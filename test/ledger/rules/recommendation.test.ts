import { expect, test } from 'vitest'
import { changed } from '#ledger/state/changed.ts'
import { rowsOf, stateFrom } from '#ledger/rows/rows.ts'
import { noteAct, noteUnused, noteVoice } from '#ledger/rules/regard.ts'
import { Times } from '#ledger/state/times.ts'
import { Voices } from '#ledger/state/voices.ts'
import { raised } from '#test/support/council.ts'
import { digestOf } from '#test/support/digest.ts'
import { aTownOfNeighbours, codeOf, helpOnce, refusalOf } from '#test/support/people.ts'
import { aPerson, type Asked, hexFor, joining, type Person, recorded, type Town } from '#test/support/towns.ts'

const giving = ({ acct }: Person): Asked<'recommendation.given'> => ({ kind: 'recommendation.given', member: acct })
const withdrawing = ({ acct }: Person): Asked<'recommendation.withdrawn'> => ({ kind: 'recommendation.withdrawn', member: acct })

/** Bo has come to level 3; Mei has not. */
function aTownThatRecommends() {
  const neighbours = aTownOfNeighbours()
  raised(neighbours.town, neighbours.bo, 3)
  return neighbours
}

const regardOf = (town: Town, { acct }: Person) => town.state.regards.get(acct)

test('a word is given once, taken back, and given anew', () => {
  const { town, mei, bo } = aTownThatRecommends()
  recorded(town, giving(mei), [bo])
  expect(regardOf(town, mei)).toEqual({ acct: mei.acct, recommended: new Map([[bo.acct, town.now]]), acts: 0, unused: new Times(), voices: new Voices() })
  recorded(town, withdrawing(mei), [bo])
  expect(regardOf(town, mei)!.recommended.size).toBe(0)
  recorded(town, giving(mei), [bo])
  expect(regardOf(town, mei)!.recommended.size).toBe(1)
})

test('already-recommended, not-recommended: twice, and what was never given', () => {
  const { town, mei, bo, li } = aTownThatRecommends()
  expect(codeOf(town, withdrawing(mei), [bo])).toBe('not-recommended')
  recorded(town, giving(mei), [bo])
  const before = digestOf(town.state)
  expect(codeOf(town, giving(mei), [bo])).toBe('already-recommended')
  expect(codeOf(town, withdrawing(mei), [li])).toBe('not-recommended')
  expect(codeOf(town, withdrawing(li), [bo])).toBe('not-recommended')
  expect(digestOf(town.state)).toBe(before)
})

test('already-recommended, no-person: by who has come to level 3 by helping', () => {
  const { town, steward, mei, bo, li } = aTownOfNeighbours()
  helpOnce(town, bo, li, { minutes: 1_000 })
  recorded(town, giving(mei), [bo])
  expect(codeOf(town, giving(mei), [bo])).toBe('already-recommended')
  const school = { ...mei, acct: hexFor('a school') }
  recorded(town, {
    kind: 'organisation.joined', organisation: school.acct, form: 'organisation', profile: hexFor('its name'),
    charter: joining(town, steward).charter,
  }, [mei])
  recorded(town, { kind: 'member.attested', member: school.acct, identity: hexFor('papers') }, [steward])
  expect(codeOf(town, giving(school), [bo])).toBe('no-person')
})

test('same-person: nobody recommends themselves', () => {
  const { town, bo } = aTownThatRecommends()
  expect(codeOf(town, giving(bo), [bo])).toBe('same-person')
})

test('level-too-low: whose own contributions have not come to level 3', () => {
  const { town, mei, li } = aTownThatRecommends()
  expect(refusalOf(town, giving(li), [mei])).toEqual({ code: 'level-too-low', level: 1, needed: 3 })
  raised(town, mei, 2)
  expect(refusalOf(town, giving(li), [mei])).toEqual({ code: 'level-too-low', level: 2, needed: 3 })
})

test('unknown-member, not-attested, no-person, banned, departed: of whom the word would be', () => {
  const { town, mei, bo } = aTownThatRecommends()
  const ana = aPerson('ana')
  expect(refusalOf(town, giving(ana), [bo])).toEqual({ code: 'unknown-member', member: ana.acct })
  recorded(town, joining(town, ana), [ana])
  expect(refusalOf(town, giving(ana), [bo])).toEqual({ code: 'not-attested', member: ana.acct })
  const row = changed(town.state.members.get(mei.acct)!)
  row.form = 'group'
  expect(refusalOf(town, giving(mei), [bo])).toEqual({ code: 'no-person', member: mei.acct })
  row.form = 'person'
  for (const status of ['banned', 'departed'] as const) {
    row.status = status
    expect(refusalOf(town, giving(mei), [bo])).toEqual({ code: status, member: mei.acct })
  }
})

test('stands in the rows', () => {
  const { town, mei, bo } = aTownThatRecommends()
  recorded(town, giving(mei), [bo])
  noteAct(town.state, mei.acct)
  noteVoice(town.state, mei.acct, bo.acct, true, town.now)
  noteUnused(town.state, mei.acct, town.now)
  const twin = stateFrom(Array.from(rowsOf(town.state), (row) => row.slice()), town.state.tree)!
  expect(digestOf(twin)).toBe(digestOf(town.state))
})
