/**
 * Double entry, kind by kind: over the town in which everything happens, every vector of a log and histories of chance, what an entry
 * posts adds up to nothing in either unit, is exactly what has changed in the accounts, and stands between those that the README names
 * for its kind.
 */
import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Kind } from '#ledger/action.ts'
import { type Posting, postedBy } from '#ledger/audit/postings.ts'
import { fromHex } from '#ledger/bytes.ts'
import { type Charter, projectSizes } from '#ledger/charter/charter.ts'
import { presets } from '#ledger/charter/presets.ts'
import { choices } from '#ledger/rules/project.ts'
import type { Books } from '#ledger/state/books.ts'
import type { Account } from '#ledger/state/people.ts'
import type { State } from '#ledger/state/state.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import { walk, walks } from '#test/oracle/walks/walk.ts'
import { everyKind } from '#test/support/every-kind.ts'
import { agree, aTownOfNeighbours, helpOnce } from '#test/support/people.ts'
import { aMember, aRegion, CV, DAY, hexFor, moving, recorded, type Town } from '#test/support/towns.ts'

/** So many histories of chance: the rest of what chance does to the books `properties.test.ts` adds up. */
const HISTORIES = 30

const vectors = new URL('../../vectors/replay/', import.meta.url)

/** Logs, of which the last record may be refused. */
function* logs(): Generator<Uint8Array[]> {
  for (const { entries } of [...Object.values(everyKind()), aBidAndADispute(), aMoveWithSomething()]) yield entries.map(({ bytes }) => bytes)
  for (const folder of ['valid/', 'invalid/']) {
    const path = new URL(folder, vectors)
    for (const name of readdirSync(path)) {
      const { records } = JSON.parse(readFileSync(new URL(name, path), 'utf8')) as { records: string[] }
      yield records.map((record) => fromHex(record)!)
    }
  }
  for (const one of fc.sample(walks, { numRuns: HISTORIES, seed: 1 })) for (const { records } of walk(one)) yield records.map((record) => fromHex(record)!)
}

/** Two bid for places, of whom one thinks better of it; a help is called off, and of another a steward says how long it was. */
function aBidAndADispute(): Town {
  const agreed: Charter = { ...presets['time-bank'], gates: { ...presets['time-bank'].gates, auction: true } }
  const { town, steward, mei, bo, li } = aTownOfNeighbours({ preset: 'time-bank', agreed })
  for (const one of [mei, bo]) helpOnce(town, one, li)
  const today = Math.floor(town.now / DAY)
  const project = recorded(town, {
    kind: 'project.opened', size: projectSizes.event, requester: li.acct, core: [], places: 2, gateMilli: 0n, gateLevel: 1, choice: choices.auction,
    applyUntil: today, endsDay: today + 3, terms: hexFor('words'),
  }, [steward]).action.id
  for (const one of [mei, bo]) recorded(town, { kind: 'project.applied', project, bidMilli: 5n * CV }, [one])
  recorded(town, { kind: 'project.withdrawn', project }, [mei])
  recorded(town, { kind: 'project.cancelled', project }, [steward])
  recorded(town, { kind: 'agreement.cancelled', agreement: agree(town, mei, bo) }, [bo])
  const agreement = agree(town, mei, bo)
  recorded(town, { kind: 'dispute.opened', agreement, reason: hexFor('words') }, [bo])
  recorded(town, { kind: 'dispute.decided', agreement, minutes: 30, absent: 0, reason: hexFor('words') }, [steward])
  return town
}

/** Somebody who has helped moves to another city, and leaves behind what they have. */
function aMoveWithSomething(): Town {
  const { towns } = aRegion(['chengdu', 'barcelona'])
  const mover = aMember(towns[0], 'mover')
  helpOnce(towns[0], mover, towns[0].steward)
  recorded(towns[0], moving(towns[0], towns[1], mover), [mover])
  return towns[0]
}

/** The accounts that each kind has moved value between, and what was wrong. */
const moved = new Map<Kind, Set<string>>()
const wrong: string[] = []
let entries = 0

beforeAll(() => {
  installNativeCrypto()
  for (const log of logs()) {
    let before = new Map<string, bigint>()
    const posted = postedBy(log)
    for (let next = posted.next(); next.done !== true; next = posted.next()) {
      const { entry, state, postings } = next.value
      const { kind } = entry.action
      entries += 1
      for (const unit of ['domain', 'global'] as const) {
        if (sumOf(postings.filter((one) => one.unit === unit)) !== 0n) wrong.push(`${kind} at ${entry.seq}: ${unit} is not even`)
      }
      const after = balancesIn(state)
      if (told(changes(before, after)) !== told(new Map(postings.map((one) => [nameOf(one), one.amount])))) wrong.push(`${kind} at ${entry.seq}: something else has changed`)
      before = after
      if (postings.length > 0) moved.set(kind, moved.get(kind) ?? new Set())
      for (const { member, book } of postings) moved.get(kind)!.add(member === null ? book : ofMembers[book as keyof Account])
    }
  }
}, 120_000)

const ofMembers: Record<keyof Account, string> = { domain: 'Domain', held: 'Domain', global: 'Global', globalHeld: 'Global' }

const sumOf = (postings: Posting[]): bigint => postings.reduce((sum, { amount }) => sum + amount, 0n)
const nameOf = ({ member, book }: Posting): string => `${member ?? 'hub'} ${book}`
const told = (amounts: Map<string, bigint>): string => [...amounts].sort(([one], [other]) => (one < other ? -1 : 1)).join(' ')

/** Every account there is, found by looking at all of them. */
function balancesIn(state: State): Map<string, bigint> {
  const { books, members, chain, inbound } = state
  const balances = new Map<string, bigint>()
  for (const book of Object.keys(books) as (keyof Books)[]) balances.set(`hub ${book}`, books[book])
  // What the last order claims is still to be had until it is certified.
  const last = chain.slots.at(-1)
  const claimed = last?.certified === false ? last.claimed : 0n
  balances.set('hub federation', -[...inbound.values()].reduce((sum, { unclaimed }) => sum + unclaimed, chain.position + claimed))
  for (const { acct, account } of members.values()) for (const book of Object.keys(ofMembers) as (keyof Account)[]) balances.set(`${acct} ${book}`, account[book])
  return balances
}

function changes(before: Map<string, bigint>, after: Map<string, bigint>): Map<string, bigint> {
  return new Map([...after].map(([name, amount]): [string, bigint] => [name, amount - (before.get(name) ?? 0n)]).filter(([, amount]) => amount !== 0n))
}

/** What the README says, kind by kind. */
function accountsOfKinds(): Map<Kind, string[]> {
  const readme = readFileSync(new URL('../../../ledger/README.md', import.meta.url), 'utf8')
  const rows = readme.slice(readme.indexOf('| kind moves | accounts |')).split('\n\n')[0]!.split('\n').slice(2)
  return new Map(rows.flatMap((row) => {
    const [, kinds, accounts] = row.split('|')
    return [...kinds!.matchAll(/`([^`]+)`/g)].map(([, kind]): [Kind, string[]] => [kind as Kind, accounts!.trim().split(', ')])
  }))
}

/** What dormancy takes, and what somebody who was away is given back, goes with whatever they sign. */
const dormancy = ['Domain', 'Global', 'retire', 'globalRetire']

test('what an entry posts is even in both units, and is all that has changed', () => {
  expect(wrong).toEqual([])
  expect(entries).toBeGreaterThan(5_000)
})

describe('each kind moves value between the accounts that the README names', () => {
  const named = accountsOfKinds()

  test('and between no others', () => {
    const others = [...moved].filter(([kind]) => kind !== 'tick').flatMap(([kind, accounts]) =>
      [...accounts].filter((account) => !dormancy.includes(account) && named.get(kind)?.includes(account) !== true).map((account) => `${kind} ${account}`))
    expect(others).toEqual([])
  })

  test('each that is named moves some', () => expect([...named.keys()].filter((kind) => !moved.has(kind))).toEqual([]))
})
