/** What is remembered of who helped whom, and how long. */
import { beforeAll, expect, test } from 'vitest'
import { counterpartiesOf, WINDOW_DAYS } from '#ledger/state/exchanges.ts'
import { ABSENT } from '#ledger/rules/absence.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import { aTownOfNeighbours, agree, completed, grades, helpOnce, rateBoth, sleep } from '#test/support/people.ts'
import { recorded } from '#test/support/towns.ts'

beforeAll(installNativeCrypto)

test('a help, an agreement, its grades and those who did not come are noted on their day', () => {
  const { town, mei, bo, li } = aTownOfNeighbours()
  const help = helpOnce(town, mei, bo, { minutes: 30 })
  const kept = completed(town, bo, mei, { minutes: 60 })
  rateBoth(town, kept, [mei, grades.good], [bo, grades.poor])
  const missed = agree(town, li, bo)
  recorded(town, { kind: 'absence.reported', agreement: missed, absent: ABSENT.receiver }, [li], town.now + 7_200)

  const [day] = town.state.exchanges
  expect(day!.exchanges).toMatchObject([
    { matter: help, giver: mei.acct, receiver: bo.acct, milli: 30_000n, minutes: 30, form: 'short', came: false },
    { matter: kept, giver: bo.acct, receiver: mei.acct, milli: 60_000n, minutes: 60, form: 'full', came: false },
  ])
  expect(day!.ratings).toMatchObject([
    { matter: kept, rater: mei.acct, rated: bo.acct, grade: 2 }, { matter: kept, rater: bo.acct, rated: mei.acct, grade: 0 },
  ])
  sleep(town, 40)
  expect(town.state.exchanges.flatMap(({ absences }) => absences)).toMatchObject([{ matter: missed, member: bo.acct }])
})

test('after ninety days nobody asks any more', () => {
  const { town, mei, bo, li } = aTownOfNeighbours()
  helpOnce(town, mei, bo)
  sleep(town, WINDOW_DAYS)
  helpOnce(town, li, mei)
  expect([...counterpartiesOf(town.state, mei.acct)].sort()).toEqual([bo.acct, li.acct].sort())
  sleep(town, 1)
  expect([...counterpartiesOf(town.state, mei.acct)]).toEqual([li.acct])
  sleep(town, WINDOW_DAYS)
  expect(town.state.exchanges).toEqual([])
})
