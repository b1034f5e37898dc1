/**
 * The vectors under `test/vectors` that are about records, logs, seals, receipts and exports hold for this program.
 * `test/vectors/README.md` says what they mean to any other. (`rows.test.ts` asks the logs for their rows.)
 */
import { readdirSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { audit } from '#ledger/audit/audit.ts'
import { fromHex, toHex } from '#ledger/bytes.ts'
import { openSeal, parseReceipt, parseRecord, verifyReceipt } from '#ledger/entry.ts'
import { readExport } from '#ledger/audit/export.ts'
import { replay } from '#ledger/ledger.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import { accountsOf, textOf } from '#test/support/made-vectors.ts'

beforeAll(() => installNativeCrypto())

const root = new URL('../vectors/', import.meta.url)

/** The vectors of a folder with their names. */
function vectors<V>(folder: string): [name: string, vector: V][] {
  const path = new URL(`${folder}/`, root)
  return readdirSync(path).map((name) => [name.replace('.json', ''), JSON.parse(readFileSync(new URL(name, path), 'utf8')) as V])
}
const bytes = (hex: string): Uint8Array => fromHex(hex)!

describe('records', () => {
  type Valid = { record: string; leaf: string; origin: string; seq: number; kind: string; id: string; body: string }
  test.each(vectors<Valid>('entries/valid'))('%s reads as it says', (_, { record, leaf, origin, seq, kind, id, body }) => {
    const entry = parseRecord(bytes(record))!
    expect({ leaf: toHex(entry.leaf), origin: entry.origin, seq: entry.seq, kind: entry.action.kind, id: entry.action.id, body: toHex(entry.body) })
      .toEqual({ leaf, origin, seq, kind, id, body })
  })
  test.each(vectors<{ record: string }>('entries/invalid'))('%s is none', (_, { record }) => {
    expect(parseRecord(bytes(record))).toBeNull()
  })
})

describe('logs', () => {
  type Valid = { records: string[]; root?: string; accounts?: object; books?: object }
  test.each(vectors<Valid>('replay/valid'))('%s comes to what it says', (_, { records, root, accounts, books }) => {
    const replayed = replay(records.map(bytes))
    if ('refusal' in replayed) throw new Error(`entry ${replayed.seq} is refused: ${replayed.refusal.code}`)
    const { state } = replayed
    if (root !== undefined) expect(toHex(state.tree.root())).toBe(root)
    if (accounts !== undefined) expect(accountsOf(state)).toEqual(accounts)
    if (books !== undefined) expect(textOf(state.books)).toEqual(books)
  })

  test.each(vectors<{ records: string[]; refusal: { seq: number; code: string } }>('replay/invalid'))('%s is refused where it says', (_, { records, refusal }) => {
    const replayed = replay(records.map(bytes))
    expect('refusal' in replayed ? { seq: replayed.seq, code: replayed.refusal.code } : 'a log').toEqual(refusal)
  })

  test('every refusal there is has a log that ends with it', () => {
    const source = readFileSync(new URL('../../ledger/refusal.ts', import.meta.url), 'utf8')
    const codes = [...source.matchAll(/\{ code: '([a-z-]+)'/g)].map(([, code]) => code!)
    const shown = new Set(vectors<{ refusal: { code: string } }>('replay/invalid').map(([, { refusal }]) => refusal.code))
    expect(codes.filter((code) => !shown.has(code))).toEqual([])
    const faults = source.slice(source.indexOf('export type OrderFault'), source.indexOf('export type RefusalCode'))
    const orders = vectors('replay/invalid').map(([name]) => name).filter((name) => name.startsWith('bad-order-'))
    const unseen = [...faults.matchAll(/'([a-z-]+)'/g)].map(([, fault]) => fault!)
      .filter((fault) => !orders.some((name) => name.startsWith(`bad-order-${fault}-`)))
    expect(unseen).toEqual([])
  })
})

describe('seals', () => {
  type Seal = { logKey: string; hubId: string; seal: string; first: number; last: number; generation: number; root: string; origin: string }
  const opened = ({ logKey, hubId, seal }: Seal) => openSeal(bytes(seal), bytes(logKey), bytes(hubId))
  test.each(vectors<Seal>('seal/valid'))('%s is one', (_, vector) => {
    const { first, last, generation, root, origin } = vector
    expect(opened(vector)).toEqual({ first, last, generation, root: bytes(root), origin })
  })
  test.each(vectors<Seal>('seal/invalid'))('%s is none', (_, vector) => expect(opened(vector)).toBeNull())
})

describe('receipts', () => {
  type Vector = { logKey: string; hubId: string; record: string; receipt: string }
  const holds = ({ logKey, hubId, record, receipt }: Vector): boolean => {
    const parsed = parseReceipt(bytes(receipt))
    return parsed !== null && verifyReceipt(parsed, bytes(record), bytes(logKey), bytes(hubId))
  }
  test.each(vectors<Vector>('receipt/valid'))('%s holds', (_, vector) => expect(holds(vector)).toBe(true))
  test.each(vectors<Vector>('receipt/invalid'))('%s does not', (_, vector) => expect(holds(vector)).toBe(false))
})

describe('exports', () => {
  type Vector = { file: string; entries: number; root: string | null; offence: { where: string; seq: number; code: string } | null }
  test.each([...vectors<Vector>('export/valid'), ...vectors<Vector>('export/invalid')])('%s: the audit says what it says', (_, vector) => {
    const { entries, root, offence } = audit(readExport([bytes(vector.file)]))
    const found = offence === null ? null : { where: offence.where, seq: offence.seq, code: offence.code }
    expect({ entries, root, offence: found }).toEqual({ entries: vector.entries, root: vector.root, offence: vector.offence })
  })
})

test.each(readdirSync(root).filter((name) => !/\.md$|^foreign$/.test(name)))('%s: more vectors are invalid than valid', (folder) => {
  const count = (kind: string): number => {
    try {
      return readdirSync(new URL(`${folder}/${kind}`, root), { recursive: true }).filter((name) => String(name).includes('.')).length
    } catch {
      return 0
    }
  }
  // A proof that one tree grew out of another is one folder further down.
  const nested = folder === 'merkle' ? 'consistency/' : ''
  expect(count(`${nested}invalid`)).toBeGreaterThan(count(`${nested}valid`))
})
