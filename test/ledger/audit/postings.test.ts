import { describe, expect, test } from 'vitest'
import { apply, check, found } from '#ledger/ledger.ts'
import { bookkeeperOf, type Posted, postedBy, type Posting } from '#ledger/audit/postings.ts'
import type { State } from '#ledger/state/state.ts'
import { aTimeBank, threeCities } from '#test/support/histories.ts'
import { helpOnce } from '#test/support/people.ts'
import { aMember, aTown, help, pass, type Town } from '#test/support/towns.ts'

function postedIn(town: Town) {
  const all: { seq: number; kind: string; postings: Posting[] }[] = []
  const run = postedBy(town.entries.map(({ bytes }) => bytes))
  for (;;) {
    const { done, value } = run.next()
    if (done === true) return { all, closing: value }
    const { entry, postings } = value as Posted
    all.push({ seq: entry.seq, kind: entry.action.kind, postings })
  }
}

const nameOf = ({ member, book }: { member: string | null; book: string }): string => `${member ?? 'hub'} ${book}`

describe('over two months of three cities, and in a time bank', () => {
  const towns = [...threeCities(), aTimeBank()]

  test.for(towns.map((town) => [town.name, town] as const))('in %s the postings of every entry add up to zero', ([, town]) => {
    const { all } = postedIn(town)
    expect(all.length).toBe(town.entries.length)
    for (const { seq, postings } of all) {
      for (const unit of ['domain', 'global'] as const) {
        const sum = postings.filter((one) => one.unit === unit).reduce((total, { amount }) => total + amount, 0n)
        expect([seq, unit, sum]).toEqual([seq, unit, 0n])
      }
    }
  })

  test.for(towns.map((town) => [town.name, town] as const))('in %s the postings add up to the balances', ([, town]) => {
    const { all, closing } = postedIn(town)
    if (closing.refusal !== null) throw new Error(closing.refusal.code)
    const sums = new Map<string, bigint>()
    for (const posting of all.flatMap(({ postings }) => postings)) {
      const sum = (sums.get(nameOf(posting)) ?? 0n) + posting.amount
      expect(posting.balance).toBe(sum)
      sums.set(nameOf(posting), sum)
    }
    for (const one of closing.balances) expect([nameOf(one), sums.get(nameOf(one)) ?? 0n]).toEqual([nameOf(one), one.balance])
    const { members, books } = town.state
    expect(closing.balances.length).toBe(4 * members.size + Object.keys(books).length + 1)
    expect(closing.balances.filter(({ member }) => member === null).map(({ book, balance }) => [book, balance]))
      .toEqual(expect.arrayContaining(Object.entries(books)))
    for (const { acct, account } of members.values()) {
      const theirs = closing.balances.filter(({ member }) => member === acct).map(({ book, balance }) => [book, balance])
      expect(Object.fromEntries(theirs)).toEqual(account)
    }
  })

  test('value moved in every account there is but those that nothing flows into yet', () => {
    const moved = new Set(towns.flatMap((town) =>
      postedIn(town).all.flatMap(({ postings }) => postings.map(({ member, book }) => `${member === null ? 'hub' : 'member'} ${book}`))))
    expect([...moved].toSorted()).toEqual([
      'hub commons', 'hub federation', 'hub inflight', 'hub issuance', 'hub pool', 'hub poolHeld', 'hub redemption', 'hub suspense',
      'member domain', 'member global', 'member globalHeld', 'member held',
    ])
  })
})

test('an entry that moves nothing has no postings, whoever it asks for', () => {
  const town = aTown('chengdu')
  const mei = aMember(town, 'mei')
  pass([town], 2)
  helpOnce(town, mei, town.steward)
  const moving = ['hub.founded', 'member.attested', 'help.confirmed']
  const kindOf = (seq: number) => town.entries[seq]!.action.kind
  const still = postedIn(town).all.filter(({ seq }) => !moving.includes(kindOf(seq)))
  expect(still.map(({ seq }) => kindOf(seq))).toEqual(['member.joined', 'tick', 'tick', 'help.recorded'])
  expect(still.flatMap(({ postings }) => postings)).toEqual([])
})

test('a log that the rules refuse ends there, and says why', () => {
  const town = aTown('chengdu')
  aMember(town, 'mei')
  const records = town.entries.map(({ bytes }) => bytes)
  const run = postedBy([...records.slice(0, 2), records[1]!])
  run.next()
  run.next()
  expect(run.next().value).toEqual({ refusal: { code: 'wrong-sequence', expected: 2 }, entries: 2 })
  expect(postedBy([]).next().value).toEqual({ refusal: { code: 'not-founded' }, entries: 0 })
  expect(postedBy([Uint8Array.of(1)]).next().value).toEqual({ refusal: { code: 'malformed' }, entries: 0 })
})

test('a balance that changed without anybody asking for its member is found at the end', () => {
  const town = aTown('chengdu')
  const [mei, li] = [aMember(town, 'mei'), aMember(town, 'li')]
  help(town, mei, li, 60)
  const state = found(town.entries[0]!) as State
  const books = bookkeeperOf(state)
  for (const entry of town.entries.slice(1)) {
    expect(check(state, entry)).toBeNull()
    apply(state, entry)
    books.moved()
  }
  expect(() => books.closing()).not.toThrow()
  const [, second] = [...state.members.values()]
  second!.account.domain += 1n
  expect(() => books.closing()).toThrow('do not add up')
})
