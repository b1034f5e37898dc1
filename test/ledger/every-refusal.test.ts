/**
 * Every kind, and everything its rule refuses: for each line of the table in `ledger/README.md` there is a log that ends with that record, refused
 * for that reason, which every other program can read too (`test/vectors/replay/invalid`; `npm run vectors` gathers them from the tests of the
 * rules). And every kind was taken at least once, and replayed to the same state, in the log that has them all.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { kinds } from '#ledger/action.ts'
import { everyKind, kindsIn } from '#test/support/every-kind.ts'

const specification = readFileSync(new URL('../../ledger/README.md', import.meta.url), 'utf8')
const vectors = readdirSync(new URL('../vectors/replay/invalid/', import.meta.url))

/** Kinds with the refusals of their own rule, as the table has them. */
const rows = [...specification.slice(specification.indexOf('## Kinds')).matchAll(/^\| \d+ \| `([a-z.]+)` \|(?:[^|]*\|){4} (.*) \|$/gm)]
  .map(([, kind, refusals]): [kind: string, codes: string[]] => [kind!, [...new Set(refusals!.match(/(?<=`)[a-z-]+(?=`)/g) ?? [])]])

/** What no log of a test can come to, and why; a rule asks it all the same, or a row was changed by hand to see that it does. */
const withoutLog: Record<string, string[]> = {
  'member.joined': ['bad-key'], // a key that can verify nothing has signed nothing: wrong-signature is said before
  'member.arrived': ['bad-key'],
  'member.attested': ['banned', 'departed'], // who waits to be met can neither be accused nor leave
  'role.accepted': ['unknown-role'], // a charter in force since would have dropped the role between offer and acceptance
  'project.applied': ['limit-reached'], // five hundred and twelve people
  'cv.converted': ['year-full'], // more than a city earns in a test
  'contribution.abroad': ['unknown-hub'], // a city that left the federation after it had paid
  'x.req': ['not-in-document'], // this city itself has left it
  'x.out': ['not-in-document'],
}

test('the table has every kind', () => {
  expect(rows.map(([kind]) => kind)).toEqual(expect.arrayContaining(Object.keys(kinds).filter((kind) => kind !== 'hub.founded')))
})

describe('there is a log that ends with each refusal', () => {
  const own = rows.filter(([, codes]) => codes.length > 0)
  test.each(own)('of %s', (kind, codes) => {
    const end = `-${kind.replaceAll('.', '-')}.json`
    const missing = codes.filter((code) => !vectors.some((name) => name.startsWith(code) && name.endsWith(end)))
    expect(missing).toEqual(withoutLog[kind] ?? [])
  })
})

test('every kind is taken in the log that has them all', () => {
  expect(kindsIn(everyKind().chengdu).toSorted()).toEqual(Object.keys(kinds).toSorted())
})
