import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { audit, type Verdict } from '#ledger/audit/audit.ts'
import { claimHolds, type SignatureClaim } from '#ledger/claims.ts'
import { type Piece, readExport } from '#ledger/audit/export.ts'
import { installNativeCrypto, uninstallNativeCrypto } from '#node/signatures/native-crypto.ts'
import { auditInPool, LogChanged } from '#node/audit/parallel-audit.ts'
import { openVerifierPool, type VerifierPool } from '#node/signatures/verifier-pool.ts'
import { exportOfTown } from '#test/support/exports.ts'
import { aTownOfNeighbours, helpOnce } from '#test/support/people.ts'
import { pass } from '#test/support/towns.ts'

let pool: VerifierPool
beforeAll(() => {
  installNativeCrypto()
  pool = openVerifierPool({ threads: 2 })
})
afterAll(async () => {
  await pool.close()
  uninstallNativeCrypto()
})

/** Long enough for several turns of the loop, with seals, ticks and a checkpoint. */
function aLongLog(rounds: number): Piece[] {
  const { town, mei, bo, li } = aTownOfNeighbours()
  town.audited = false
  for (let round = 0; round < rounds; round++) {
    helpOnce(town, mei, bo, { minutes: 30 })
    helpOnce(town, bo, li, { minutes: 30 })
    if (round % 20 === 19) pass([town], 1)
  }
  return [...readExport([exportOfTown(town)])]
}

/** All that is said of a log; the state is what the replay has left, and no part of what is said. */
const said = ({ state: _, ...verdict }: Verdict): unknown => verdict

const both = async (pieces: Piece[]): Promise<[unknown, unknown]> =>
  [said(await auditInPool(() => pieces, pool)), said(audit(pieces))]

function withByteChanged(pieces: Piece[], at: number, place: number, bit: number): Piece[] {
  return pieces.map((piece, i) => {
    if (i !== at || !('bytes' in piece)) return piece
    const bytes = piece.bytes.slice()
    bytes[place % bytes.length]! ^= 1 << bit
    return { ...piece, bytes }
  })
}

describe('an audit on every core', () => {
  const pieces = aLongLog(400)
  const records = pieces.flatMap(({ type }, i) => (type === 'record' ? [i] : []))
  const seals = pieces.flatMap(({ type }, i) => (type === 'seal' ? [i] : []))

  /** The signature is the end of a record and of a seal. */
  const spoilt = (all: Piece[], at: number): Piece[] => {
    const piece = all[at]! as { bytes: Uint8Array }
    return withByteChanged(all, at, piece.bytes.length - 5, 0)
  }

  test('finds a sound log sound, and counts what the other counts', async () => {
    const [parallel, one] = await both(pieces)
    expect(parallel).toEqual(one)
    expect(one).toMatchObject({ offence: null, rows: { signatures: { outcome: 'ok', count: records.length } } })
    expect(records.length).toBeGreaterThan(1_600)
  })

  test('hears of its progress', async () => {
    const heard: number[] = []
    await auditInPool(() => pieces, pool, (entries) => heard.push(entries))
    expect(heard.length).toBeGreaterThan(3)
    expect(heard.at(-1)).toBe(records.length)
  })

  test.each([1, 2, 511, 512, 513, 1_000, 1_600])('names the false signature of entry %i', async (seq) => {
    const [parallel, one] = await both(spoilt(pieces, records[seq]!))
    expect(parallel).toEqual(one)
    expect(one).toMatchObject({ offence: { where: 'entry', seq, code: 'wrong-signature' }, entries: seq })
  })

  test.each([0, 7, 300])('names the false seal %i', async (nth) => {
    const [parallel, one] = await both(spoilt(pieces, seals[nth]!))
    expect(parallel).toEqual(one)
    expect(one).toMatchObject({ offence: { where: 'seal', code: 'bad-seal' }, rows: { seals: { count: nth } } })
  })

  test('a false signature wins over everything behind it, and over a rule that the same entry breaks', async () => {
    // Entry 900 is there twice: the second has the wrong number, and its signature is false as well.
    const at = records[900]!
    const twice = [...pieces.slice(0, at), pieces[at]!, ...pieces.slice(at)]
    for (const log of [twice, spoilt(twice, at + 1), spoilt(spoilt(twice, at + 1), records[40]!), spoilt(twice, records[899]!)]) {
      const [parallel, one] = await both(log)
      expect(parallel).toEqual(one)
      expect(one).not.toMatchObject({ offence: null })
    }
  })

  test('says what the other says of every log that anybody has changed', async () => {
    const change = fc.record({ at: fc.nat(pieces.length - 1), place: fc.nat(), bit: fc.nat(7) })
    const cut = fc.record({ drop: fc.nat(pieces.length - 1) })
    const swap = fc.record({ one: fc.nat(pieces.length - 1), other: fc.nat(pieces.length - 1) })
    let offences = 0
    await fc.assert(fc.asyncProperty(fc.array(fc.oneof(change, cut, swap), { minLength: 1, maxLength: 3 }), async (changes) => {
      let log = pieces
      for (const one of changes) {
        if ('at' in one) log = withByteChanged(log, one.at, one.place, one.bit)
        else if ('drop' in one) log = log.filter((_, i) => i !== one.drop)
        else log = log.map((piece, i) => (i === one.one ? log[one.other]! : i === one.other ? log[one.one]! : piece))
      }
      const [parallel, sequential] = await both(log)
      expect(parallel).toEqual(sequential)
      if ((sequential as Verdict).offence !== null) offences++
    }), { numRuns: 40 })
    expect(offences).toBeGreaterThan(20)
  }, 300_000)
})

describe('without an answer there is no verdict', () => {
  const pieces = aLongLog(2)

  test('when the pool cannot say', async () => {
    const silent = { verify: () => Promise.reject(new Error('a thread died')) }
    await expect(auditInPool(() => pieces, silent)).rejects.toThrow('a thread died')
  })

  test('when the log is another one the second time', async () => {
    const shorter = aLongLog(1)
    const last = pieces.filter(({ type }) => type === 'record' || type === 'seal').length - 2
    const lying = { verify: async (claims: readonly SignatureClaim[]) => claims.map((_, i) => i !== last) }
    let reads = 0
    await expect(auditInPool(() => (reads++ === 0 ? pieces : shorter), lying)).rejects.toThrow(LogChanged)
    expect(reads).toBe(2)
  })

  test('and a pool is asked about exactly what the sequential audit verifies', async () => {
    const asked: SignatureClaim[] = []
    const counting = {
      async verify(claims: readonly SignatureClaim[]) {
        asked.push(...claims)
        return claims.map(claimHolds)
      },
    }
    const { offence, rows } = await auditInPool(() => pieces, counting)
    expect(offence).toBeNull()
    // Entry 0 is verified where its keys are read.
    expect(asked).toHaveLength(rows.signatures.count - 1 + rows.seals.count)
    expect(asked.every(({ head, body }) => head.length > 32 && body.length > 0)).toBe(true)
  })
})
