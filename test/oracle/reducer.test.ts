/**
 * The second reducer (`reducer/`), which knows `ledger/README.md` and none of `ledger/`, against the first: of every log there is,
 * both say the same of every record, add up to the same balances and write the same rows.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { kinds } from '#ledger/action.ts'
import { toHex } from '#ledger/bytes.ts'
import { encodeCharter } from '#ledger/charter/charter.ts'
import { sha256 } from '#ledger/hash.ts'
import { digestOf } from '#ledger/state/digest.ts'
import { rowsOf as rowsOfFirst } from '#ledger/rows/rows.ts'
import { charterOf } from '#ledger/state/state.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import { everyKind } from '#test/support/every-kind.ts'
import { aTimeBank, threeCities } from '#test/support/histories.ts'
import { agree, agreementIn, aTownOfNeighbours, confirm, grades, helpOnce, rateBoth, report, sleep } from '#test/support/people.ts'
import { DAY, hexFor, recorded, type Town } from '#test/support/towns.ts'
import { judgeRows } from './reducer/judge-rows.ts'
import { faultIn, judged, digestOf as secondDigest, reduce, rowsOf } from './reducer/reducer.ts'

beforeAll(() => installNativeCrypto())

const root = new URL('../vectors/', import.meta.url)
const vectors = <V>(folder: string): [name: string, vector: V][] =>
  readdirSync(new URL(`${folder}/`, root)).map((name) => [name.replace('.json', ''), JSON.parse(readFileSync(new URL(`${folder}/${name}`, root), 'utf8')) as V])

test('it imports itself, one curve and two rooms of Node, and nothing of what it is laid beside', () => {
  const folder = new URL('reducer/', import.meta.url)
  const imported = readdirSync(folder).flatMap((name) =>
    [...readFileSync(new URL(name, folder), 'utf8').matchAll(/(?:\bfrom|\bimport)[ (]*'([^']+)'/g)].map(([, what]) => what!))
  expect(imported.length).toBeGreaterThan(100)
  expect(new Set(imported.filter((what) => !/^\.\/[\w-]+\.ts$/.test(what)))).toEqual(new Set(['node:crypto', 'node:fs', '@noble/ed25519']))
})

test('every kind has a rule in both', () => {
  expect([...judged, 'hub.founded'].sort()).toEqual(Object.keys(kinds).sort())
})

describe('the logs of the vectors', () => {
  type Valid = { records: string[]; rows: string[]; digest: string }
  test.each(vectors<Valid>('replay/valid'))('%s comes to the same rows', (_, { records, rows, digest }) => {
    const { city, refusal } = reduce(records)
    expect(refusal).toBeNull()
    expect(faultIn(city!)).toBeNull()
    expect([...rowsOf(city!).values()].flat()).toEqual(rows)
    judgeRows(rows, city!.leaves)
    expect(secondDigest(city!)).toBe(digest)
  })

  type Invalid = { records: string[]; refusal: { seq: number; code: string } }
  test.each(vectors<Invalid>('replay/invalid'))('%s is refused there and so', (_, { records, refusal }) => {
    expect(reduce(records).refusal).toEqual(refusal)
  })
})

describe('rows that somebody brings', () => {
  test.each(vectors<{ leaves: string[]; rows: string[] }>('rows/invalid'))('%s: they are those of no state', (_, { leaves, rows }) => {
    expect(() => judgeRows(rows, leaves)).toThrow('no-state')
  })
})

/** What the second reducer makes of the whole log of a town, in which it is of one mind with the first. */
function readAgain({ entries, state }: Town) {
  const { city, refusal } = reduce(entries.map(({ bytes }) => toHex(bytes)))
  expect(refusal).toBeNull()
  expect(secondDigest(city!)).toBe(toHex(digestOf(state)))
  return city!
}

test('whether the score multiplies an award is a matter of the charter that was agreed under, also once there is another', () => {
  const { town, steward, mei, bo, li } = aTownOfNeighbours({ preset: 'seed-literal' })
  helpOnce(town, mei, bo)
  const agreement = agree(town, mei, bo, { begins: town.now + 40 * DAY })
  const charter = encodeCharter({ ...charterOf(town.state), score: { ...charterOf(town.state).score, multipliesAward: false } })
  const proposal = recorded(town, { kind: 'charter.proposed', charter, reason: hexFor('why') }, [mei]).action.id
  for (const one of [steward, mei, bo, li]) recorded(town, { kind: 'vote.cast', proposal, vote: 'yes' }, [one])
  recorded(town, { kind: 'charter.confirmed', proposal, charter: toHex(sha256(charter)) }, [steward])
  sleep(town, 8)
  sleep(town, 15)
  expect(charterOf(town.state).score.multipliesAward).toBe(false)
  sleep(town, 18)
  report(town, agreement, mei)
  confirm(town, agreement, bo)
  rateBoth(town, agreement, [bo, grades.good], [mei, grades.good])
  expect(agreementIn(town, agreement).award!.factors.map(({ factor }) => factor)).toContain('score')
  readAgain(town)
})

describe('towns', () => {
  const towns = (): Town[] => [...Object.values(everyKind()), ...threeCities(), aTimeBank()]
  test.each(towns().map((town) => [town.name, town] as const))('%s: both agree about every record, every row and the digest', (_, town) => {
    const city = readAgain(town)
    const rows = [...rowsOf(city).values()].flat()
    expect(rows).toEqual(Array.from(rowsOfFirst(town.state), toHex))
    judgeRows(rows, city.leaves)
  })
})
