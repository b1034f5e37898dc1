import { describe, expect, test } from 'vitest'
import { encodeAction, kinds, parseAction } from '#ledger/action.ts'
import { equalBytes, toHex } from '#ledger/bytes.ts'
import {
  encodeReceipt, encodeRecord, type Entry, isSlug, openSeal, originOf, parseGenesis, parseReceipt, parseRecord,
  receiptsOf, sealGroup, verifyReceipt,
} from '#ledger/entry.ts'
import { leafHash, rootOf } from '#ledger/merkle.ts'
import { altered, aTownOfNeighbours, helpOnce } from '#test/support/people.ts'
import { aTown, bytesFor, hexFor, idFor, type Town } from '#test/support/towns.ts'

/** A town of a few records, and a seal over all from `first` on. */
function sealed(first = 2, generation = 0) {
  const { town, mei, bo } = aTownOfNeighbours()
  helpOnce(town, mei, bo)
  const group = town.entries.slice(first)
  const root = rootOf(group.map((entry) => entry.leaf))
  const says = { origin: town.state.hub.origin, first, last: town.entries.length - 1, root, generation }
  const seal = sealGroup(says, town.secrets.log, town.id)
  return { town, group, root, seal, receipts: receiptsOf(seal, first, group.map((entry) => entry.leaf)) }
}

const holds = (town: Town, receipt: Parameters<typeof verifyReceipt>[0], record: Uint8Array) =>
  verifyReceipt(receipt, record, town.state.hub.logKey, town.id)

describe('a record', () => {
  test('has one spelling, and its leaf is the RFC 6962 hash of its bytes', () => {
    const { town } = sealed()
    for (const entry of town.entries) {
      expect(encodeRecord(entry)).toEqual(entry.bytes)
      expect(parseRecord(entry.bytes)).toEqual(entry)
      expect(entry.leaf).toEqual(leafHash(entry.bytes))
    }
  })

  test('cut, continued or empty, it is none', () => {
    const { bytes } = aTown('chengdu').entries[0]!
    for (let length = 0; length < bytes.length; length++) expect(parseRecord(bytes.subarray(0, length))).toBe(null)
    expect(parseRecord(new Uint8Array([...bytes, 0]))).toBe(null)
    expect(parseRecord(new Uint8Array(65_536))).toBe(null)
  })

  test('carries one signature, two where two parties agree, and never none', () => {
    const { town } = sealed()
    const entry = town.entries.at(-1)!
    const [auth] = entry.auth
    const of = (signatures: Entry['auth']) => parseRecord(encodeRecord({ ...entry, auth: signatures }))
    expect(of([auth!])).not.toBe(null)
    expect(of([])).toBe(null)
    expect(of([auth!, auth!])).toBe(null)
  })

  test('with a body of an unknown kind it is none', () => {
    const entry = aTown('chengdu').entries[0]!
    const unknown = Uint8Array.of(0x81, 0x18, 0xff)
    expect(parseRecord(encodeRecord({ ...entry, body: unknown }))).toBe(null)
    expect(parseAction(unknown)).toBe(null)
    expect(parseAction(new Uint8Array())).toBe(null)
  })

  test('with a body larger than its kind allows it is none', () => {
    const body = (recordBytes: number) => encodeAction({
      kind: 'contribution.abroad', id: idFor('large'), acct: hexFor('hub'), exp: 0, seen: { size: 0, leaf: hexFor('hub') },
      member: hexFor('member'), xid: hexFor('xid'),
      request: { record: new Uint8Array(recordBytes), proof: new Uint8Array(8_192) },
    })
    expect(body(57_000).length).toBeLessThanOrEqual(kinds['contribution.abroad'].bytesMax)
    expect(parseAction(body(57_000))).not.toBe(null)
    expect(body(57_344).length).toBeGreaterThan(kinds['contribution.abroad'].bytesMax)
    expect(parseAction(body(57_344))).toBe(null)
  })
})

describe('a seal', () => {
  test('says who sealed which records', () => {
    const { town, seal, root } = sealed()
    expect(openSeal(seal, town.state.hub.logKey, town.id)).toEqual({
      origin: town.state.hub.origin, first: 2, last: town.entries.length - 1, root, generation: 0,
    })
  })

  test('is the log key’s, in this hub, and unchanged in every bit', () => {
    const { town, seal } = sealed()
    expect(openSeal(seal, town.state.hub.orderKey, town.id)).toBe(null)
    expect(openSeal(seal, town.state.hub.logKey, bytesFor('another hub'))).toBe(null)
    for (let i = 0; i < seal.length; i++) {
      const changed = seal.slice()
      changed[i]! ^= 1 << (i % 8)
      expect(openSeal(changed, town.state.hub.logKey, town.id), `byte ${i}`).toBe(null)
    }
  })

  test('over no record is none', () => {
    const { town, root } = sealed()
    const says = { origin: town.state.hub.origin, first: 3, last: 2, root, generation: 0 }
    const empty = sealGroup(says, town.secrets.log, town.id)
    expect(openSeal(empty, town.state.hub.logKey, town.id)).toBe(null)
  })
})

describe('a receipt', () => {
  test('binds the hub to each record of the group, at its place', () => {
    const { town, group, receipts } = sealed()
    for (const [i, receipt] of receipts.entries()) {
      expect(parseReceipt(encodeReceipt(receipt))).toEqual(receipt)
      expect(holds(town, receipt, group[i]!.bytes)).toBe(true)
    }
  })

  test('is good for no other record and no other place', () => {
    const { town, group, receipts } = sealed()
    const [first, second] = receipts
    expect(holds(town, first!, group[1]!.bytes)).toBe(false)
    expect(holds(town, { ...first!, seq: second!.seq }, group[0]!.bytes)).toBe(false)
    expect(holds(town, { ...first!, seq: 1 }, town.entries[1]!.bytes)).toBe(false)
    expect(holds(town, { ...first!, path: second!.path }, group[0]!.bytes)).toBe(false)
    expect(holds(town, first!, altered(group[0]!, { ts: group[0]!.ts + 1 }).bytes)).toBe(false)
    expect(holds(town, first!, new Uint8Array(9))).toBe(false)
  })

  test('is another hub’s for nobody', () => {
    const { town, group, receipts } = sealed()
    expect(verifyReceipt(receipts[0]!, group[0]!.bytes, town.state.hub.orderKey, town.id)).toBe(false)
  })

  test('other bytes are none', () => {
    const bytes = encodeReceipt(sealed().receipts[0]!)
    expect(parseReceipt(bytes.subarray(1))).toBe(null)
    expect(parseReceipt(new Uint8Array([...bytes, 0]))).toBe(null)
  })
})

test('whatever byte of a record is changed, its receipt no longer holds', () => {
  const { town, group, receipts } = sealed()
  const { bytes } = group[0]!
  for (let i = 0; i < bytes.length; i++) {
    const changed = bytes.slice()
    changed[i]! ^= 1 << (i % 8)
    expect(holds(town, receipts[0]!, changed), `byte ${i}`).toBe(false)
  }
})

test('a hub’s origin is its name and the beginning of its id', () => {
  expect(originOf('chengdu', hexFor('a hub'))).toBe(`cv.chengdu-${hexFor('a hub').slice(0, 8)}/log`)
  expect(['chengdu', 'new-york-2', 'a'].every(isSlug)).toBe(true)
  expect(['', 'Chengdu', '成都', 'a_b', 'a/b', 'x'.repeat(25)].some(isSlug)).toBe(false)
})

test('a genesis is read only as it was written', () => {
  const { action } = aTown('chengdu').entries[0]!
  if (action.kind !== 'hub.founded') throw new Error('not a founding')
  const genesis = parseGenesis(action.genesis)!
  expect(genesis.name).toBe('chengdu')
  expect(equalBytes(genesis.logKey, aTown('chengdu').state.hub.logKey)).toBe(true)
  expect(parseGenesis(action.genesis.subarray(1))).toBe(null)
  expect(toHex(genesis.random)).toHaveLength(32)
})
