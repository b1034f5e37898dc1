/**
 * Vectors about a day's digest: small logs that end with the right one, and logs that end with what somebody would
 * write who misread the definition (*State digest* in `ledger/README.md`) or published it at the wrong place.
 */
import { concat, toHex } from '#ledger/bytes.ts'
import { digestOf } from '#ledger/state/digest.ts'
import { sha256 } from '#ledger/hash.ts'
import { publicKeyOf } from '#ledger/keys.ts'
import { replay } from '#ledger/ledger.ts'
import { leafHash, rootOf } from '#ledger/merkle.ts'
import { PAGE_ROWS, rowHash } from '#ledger/state/pages.ts'
import { rowsOf, tables } from '#ledger/rows/rows.ts'
import { bytesOf, encodeAs, fields, peekKind, uint } from '#ledger/schema.ts'
import type { State } from '#ledger/state/state.ts'
import { agree, aHelp, aTownOfNeighbours, completed, helpOnce, report } from './people.ts'
import { type Asked, bytesFor, DAY, draft, type Person, recorded, tick, type Town } from './towns.ts'

export type Log = { name: string; about: string; records: Uint8Array[] }

/** One help confirmed and closed, one waiting for its answer; the second day has begun. */
function aTownWithHelps(): Town {
  const { town, mei, bo, li } = aTownOfNeighbours()
  helpOnce(town, mei, bo)
  recorded(town, aHelp(town, mei, li), [mei])
  town.now += DAY
  tick(town)
  return town
}

/** Logs that are valid, each with a digest in it but the first. */
export function* digestedTowns(): Generator<[name: string, about: string, town: Town]> {
  yield ['neighbours', 'three people who have done nothing yet; no day has begun by a tick', aTownOfNeighbours().town]

  const helped = aTownWithHelps()
  recorded(helped, { kind: 'state.digest', root: digestOf(helped.state) })
  yield ['helps', 'one help confirmed and closed, one waiting for its answer; a digest on the second day', helped]

  const { town, mei, bo, li } = aTownOfNeighbours({ preset: 'time-bank' })
  completed(town, mei, bo)
  recorded(town, { kind: 'agreement.cancelled', agreement: agree(town, bo, li) }, [li])
  report(town, agree(town, li, bo), li)
  agree(town, mei, li)
  town.now += DAY
  tick(town)
  recorded(town, { kind: 'state.digest', root: digestOf(town.state) })
  yield ['agreements', 'a time bank: settled, called off, reported and just agreed, with value held; a digest on the second day', town]
}

/** Logs whose last record is a digest that is refused, named by why. */
export function* wrongDigests(): Generator<Log> {
  const town = aTownWithHelps()
  const { state } = town
  const ending = (name: string, about: string, root: Uint8Array, signers: Person[] = []): Log =>
    ({ name, about, records: [...bytesOfTown(town), draft(town, asking(root), signers).bytes] })

  yield ending('wrong-digest-other-bytes', 'thirty-two other bytes', sha256(bytesFor('other')))
  yield ending('wrong-digest-of-yesterday', 'the digest of the state before the tick', digestOf(stateBefore(town)))
  for (const [name, about, root] of misreadings(state)) yield ending(`wrong-digest-${name}`, about, root)

  const right = digestOf(state)
  yield ending('unknown-member-steward', 'a steward publishes it, and not the hub', right, [town.steward])
  const orderKey = { acct: toHex(town.id), secret: town.secrets.order, device: publicKeyOf(town.secrets.order) }
  yield ending('wrong-signature-order-key', 'signed with the order key', right, [orderKey])
  yield { name: 'tick-missing', about: 'the day has no tick', records: [...bytesOfTown(town), draft(town, asking(right), [], town.now + DAY).bytes] }

  const { town: fresh } = aTownOfNeighbours()
  yield {
    name: 'digest-misplaced-before-any-tick', about: 'no tick has been yet',
    records: [...bytesOfTown(fresh), draft(fresh, asking(digestOf(fresh.state))).bytes],
  }
  const twice = aTownWithHelps()
  recorded(twice, asking(digestOf(twice.state)))
  yield {
    name: 'digest-misplaced-second', about: 'a second one right behind the first',
    records: [...bytesOfTown(twice), draft(twice, asking(digestOf(twice.state))).bytes],
  }
}

/** What the digest would be to somebody who misread how it is made. */
function* misreadings(state: State): Generator<[name: string, about: string, root: Uint8Array]> {
  const rows = [...rowsOf(state)].map((row) => row.slice())
  const groups = tables.map(({ number }) => ({ number, rows: rows.filter((row) => peekKind(row) === number) }))
  const members = groups.find(({ number }) => number === MEMBERS)!
  const withMembers = (changed: Uint8Array[]): Group[] =>
    groups.map((group) => (group === members ? { ...group, rows: changed } : group))

  yield ['row-left-out', 'the last member is left out', digestFrom(withMembers(members.rows.slice(0, -1)))]
  yield ['members-backwards', 'members with the latest first, not as they joined', digestFrom(withMembers(members.rows.toReversed()))]
  yield ['empty-tables-left-out', 'tables without rows are left out', digestFrom(groups.filter(({ rows }) => rows.length > 0))]
  yield ['tables-from-0', 'tables are numbered from 0', digestFrom(groups.map(({ number, rows }) => ({ number: number - 1, rows })))]
  yield ['rows-with-leaf-prefix', 'rows are hashed with the prefix of a leaf', digestFrom(groups, { row: leafHash })]
  yield ['no-leaf-prefix', 'pages are hashed without the prefix of a leaf', digestFrom(groups, { page: sha256 })]
  yield ['one-leaf-a-row', 'a page is one row', digestFrom(groups, { pageRows: 1 })]
  yield ['one-tree', 'all rows are one tree', rootOf(rows.map(leafHash))]
}

const MEMBERS = 7
type Group = { number: number; rows: Uint8Array[] }
const leafSchema = fields({ table: uint, rows: uint, root: bytesOf(32) })

function digestFrom(groups: Group[], { row = rowHash, page = leafHash, pageRows = PAGE_ROWS } = {}): Uint8Array {
  return rootOf(groups.map(({ number, rows }) => {
    const pages: Uint8Array[] = []
    for (let at = 0; at < rows.length; at += pageRows) pages.push(page(concat(...rows.slice(at, at + pageRows).map(row))))
    return leafHash(encodeAs(leafSchema, { table: number, rows: rows.length, root: rootOf(pages) }))
  }))
}

function stateBefore({ entries }: Town): State {
  const replayed = replay(entries.slice(0, -1).map(({ bytes }) => bytes))
  if ('refusal' in replayed) throw new Error(`a town's own log is refused: ${replayed.refusal.code}`)
  return replayed.state
}

const asking = (root: Uint8Array): Asked<'state.digest'> => ({ kind: 'state.digest', root })
const bytesOfTown = ({ entries }: Town): Uint8Array[] => entries.map(({ bytes }) => bytes)
