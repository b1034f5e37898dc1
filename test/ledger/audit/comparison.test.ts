import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { audit, auditTogether } from '#ledger/audit/audit.ts'
import { compare, keeping, nothingKept, type Side } from '#ledger/audit/comparison.ts'
import { cosignerOf } from '#ledger/cosigner.ts'
import { verifyEvidence } from '#ledger/evidence/evidence.ts'
import { knownFrom, nobody } from '#ledger/audit/exhibit.ts'
import { sealGroup } from '#ledger/entry.ts'
import { type Piece, readExport } from '#ledger/audit/export.ts'
import { keyIdOf, sign } from '#ledger/keys.ts'
import { rootOf, verifyConsistency } from '#ledger/merkle.ts'
import { SIGNATURE, withLinesOf } from '#ledger/note.ts'
import { restoreApproval } from '#ledger/rules/restore.ts'
import { installNativeCrypto, uninstallNativeCrypto } from '#node/signatures/native-crypto.ts'
import { checkpointOf, exportOfTown, groupsOf } from '#test/support/exports.ts'
import { aMember, aRegion, aTown, pass, recorded, type Town } from '#test/support/towns.ts'
import { branchOf, twoHistories } from '#test/support/two-histories.ts'

beforeAll(() => installNativeCrypto())
afterAll(uninstallNativeCrypto)

const logOf = (town: Town, checkpoint = checkpointOf(town)): Side => {
  const file = exportOfTown(town, { checkpoint })
  const kept = nothingKept()
  const verdict = audit(keeping(readExport([file]), kept))
  return { side: 'log', verdict, kept, pieces: () => readExport([file]) }
}
const noteOf = (town: Town, size = town.entries.length): Side => ({ side: 'checkpoint', note: checkpointOf(town, [], size) })
const convicted = (text: string | null) => {
  const verdict = verifyEvidence(text ?? '')
  if (!verdict.ok) throw new Error(`no evidence: ${verdict.fault}`)
  return verdict.offence
}

describe('one history', () => {
  const town = aTown('chengdu')
  aMember(town, 'mei')
  const earlier = branchOf(town)
  pass([town], 3)
  const key = knownFrom(town.state)

  test('two logs of different lengths are consistent, with a proof that a stranger can check, either way round', () => {
    for (const [one, other] of [[earlier, town], [town, earlier]] as const) {
      const found = compare(logOf(one), logOf(other), nobody())
      if (found.answer !== 'consistent') throw new Error(found.answer)
      expect(found.sizes).toEqual([one.entries.length, other.entries.length])
      const [small, large] = [BigInt(earlier.entries.length), BigInt(town.entries.length)]
      expect(verifyConsistency(small, large, found.proof, earlier.state.tree.root(), town.state.tree.root())).toBe(true)
    }
  })

  test('a log and every earlier checkpoint of it are consistent', () => {
    for (let size = 1; size <= town.entries.length; size++) {
      expect(compare(noteOf(town, size), logOf(town), nobody())).toMatchObject({ answer: 'consistent', sizes: [size, town.entries.length] })
    }
  })

  test('two checkpoints of one size and root are one, without a proof; of two sizes only records can tell', () => {
    expect(compare(noteOf(town), noteOf(town), key)).toMatchObject({ answer: 'consistent', proof: [] })
    expect(compare(noteOf(town, 2), noteOf(town), key)).toMatchObject({ answer: 'cannot-say', because: 'records-needed' })
    expect(compare(noteOf(town), logOf(earlier), nobody())).toMatchObject({ answer: 'cannot-say', because: 'records-needed' })
  })
})

describe('two histories', () => {
  const { one, other } = twoHistories()
  const key = knownFrom(one.state)

  test('two logs are forked where they part, and the evidence convicts the hub', () => {
    const found = compare(logOf(one), logOf(other), nobody())
    if (found.answer !== 'forked') throw new Error(found.answer)
    expect(found.at).toBe(3)
    expect(convicted(found.evidence)).toMatchObject({ kind: 'E3', origin: one.state.hub.origin })
  })

  test('where checkpoints of the common past say nothing, the seals of both convict', () => {
    const found = compare(logOf(one, checkpointOf(one, [], 2)), logOf(other, checkpointOf(other, [], 2)), nobody())
    if (found.answer !== 'forked') throw new Error(found.answer)
    expect(convicted(found.evidence)).toMatchObject({ kind: 'E1', at: 3n })
  })

  test('a log and a checkpoint of the other history are forked, whichever is longer', () => {
    const longer = compare(noteOf(one), logOf(other), nobody())
    const same = compare(noteOf(other, one.entries.length), logOf(one), nobody())
    if (longer.answer !== 'forked' || same.answer !== 'forked') throw new Error('consistent?')
    expect(convicted(longer.evidence).kind).toBe('E3')
    expect(convicted(same.evidence).kind).toBe('E2')
  })

  test('two checkpoints of one size are forked under a known key, and make no bundle without the founding document', () => {
    const size = one.entries.length
    expect(compare(noteOf(one), noteOf(other, size), key)).toEqual({
      answer: 'forked', origin: one.state.hub.origin, sizes: [size, size], at: null, evidence: null,
    })
  })

  test('a log whose own checkpoint is older than the one it contradicts makes no bundle, and is forked all the same', () => {
    const found = compare(logOf(other, checkpointOf(other, [], 2)), noteOf(one), nobody())
    expect(found).toMatchObject({ answer: 'forked', at: null, evidence: null })
  })
})

describe('a log that was restored from a backup, and a copy of it from before', () => {
  const { towns: [chengdu, barcelona] } = aRegion(['chengdu', 'barcelona'])
  const lost = branchOf(chengdu)
  aMember(lost, 'mei')
  const restored = branchOf(chengdu)
  restored.now += 3_600
  const since = { ...barcelona, now: restored.now }
  const { tree } = restored.state
  const to = { generation: 1, size: tree.size, root: tree.root(), givenUp: null }
  const { acct, device, secret } = restored.steward
  const signature = sign(secret, 'appr', restored.id, restoreApproval(to))
  recorded(restored, { kind: 'hub.restored', ...to, approvals: [{ steward: acct, keyId: keyIdOf(device), signature }] })
  aMember(restored, 'bo')
  const sealed = (town: Town, witnesses: Town[], note = checkpointOf(town, witnesses)): Side => {
    const groups = groupsOf(town, 1).map((piece, i, all): typeof piece => {
      const seq = all.slice(0, i).filter(({ type }) => type === 'record').length - 1
      if (piece.type === 'record' || town.state.restores.length === 0 || seq < to.size) return piece
      const seal = { origin: town.state.hub.origin, first: seq, last: seq, root: rootOf([town.entries[seq]!.leaf]), generation: 1 }
      return { type: 'seal', bytes: sealGroup(seal, town.secrets.log, town.id) }
    })
    const pieces = (): Piece[] => [...groups, { type: 'checkpoint', note }]
    const kept = nothingKept()
    return { side: 'log', verdict: audit(keeping(pieces(), kept)), kept, pieces }
  }
  const offencesIn = (...sides: Side[]) =>
    auditTogether(sides.flatMap((side) => (side.side === 'log' ? [side.verdict] : []))).map(({ offence }) => offence?.code ?? null)

  test('part where the log says so, and that is no offence, once another city has cosigned it', () => {
    const [before, after] = [sealed(lost, []), sealed(restored, [since])]
    expect(compare(before, after, nobody())).toMatchObject({ answer: 'restored', at: to.size, generation: 1 })
    expect(offencesIn(before, after)).toEqual([null, null])
  })

  test('are a fork while only the hub itself says so', () => {
    const [before, after] = [sealed(lost, []), sealed(restored, [])]
    expect(compare(before, after, nobody())).toMatchObject({ answer: 'forked' })
    expect(offencesIn(before, after)).toEqual(['two-histories', 'two-histories'])
  })

  test('are a fork where both had been cosigned since the restore: what it gave up may not be said again', () => {
    const [before, after] = [sealed(lost, [since]), sealed(restored, [since])]
    expect(compare(before, after, nobody())).toMatchObject({ answer: 'forked' })
    expect(offencesIn(before, after)).toEqual(['two-histories', 'two-histories'])
  })

  test('part there also where what it gave up had been cosigned, if that was before it', () => {
    const [before, after] = [sealed(lost, [barcelona]), sealed(restored, [since])]
    expect(compare(before, after, nobody())).toMatchObject({ answer: 'restored', at: to.size, generation: 1 })
    expect(offencesIn(before, after)).toEqual([null, null])
  })

  test('are a fork where the restore was cosigned before its own time: both histories were shown at once', () => {
    // Plainly: an auditor has seen the time of the record.
    const { hub } = restored.state
    const plainly = withLinesOf(checkpointOf(restored, [barcelona]), [
      { name: hub.origin, type: SIGNATURE, publicKey: hub.logKey }, cosignerOf(barcelona.card),
    ])!
    const [before, after] = [sealed(lost, [barcelona]), sealed(restored, [], plainly)]
    expect(compare(before, after, nobody())).toMatchObject({ answer: 'forked' })
    expect(offencesIn(before, after)).toEqual(['two-histories', 'two-histories'])
  })

  test('excuse no two logs that both hold the restore and part behind it, also where nobody has cosigned one of them', () => {
    const one = branchOf(restored)
    const other = branchOf(restored)
    aMember(one, 'lin')
    aMember(other, 'ana')
    const [shown, hidden] = [sealed(one, [since]), sealed(other, [])]
    expect(compare(shown, hidden, nobody())).toMatchObject({ answer: 'forked', at: restored.entries.length })
    expect(offencesIn(shown, hidden)).toEqual(['two-histories', 'two-histories'])
  })
})

describe('nothing can be said', () => {
  const town = aTown('chengdu')
  aMember(town, 'mei')
  const stranger = aTown('lisbon')

  test.for<[string, Side, Side, string]>([
    ['of two hubs', logOf(town), logOf(stranger), 'other-log'],
    ['of checkpoints of two hubs', noteOf(town), noteOf(stranger), 'other-log'],
    ['of checkpoints whose key nobody knows', noteOf(town), noteOf(town), 'unknown-log'],
    ['of what is no checkpoint', { side: 'checkpoint', note: 'Dear auditor\n' }, logOf(town), 'unreadable'],
    ['of a checkpoint that its log did not sign', { side: 'checkpoint', note: checkpointOf({ ...town, secrets: stranger.secrets }) }, logOf(town), 'unsigned'],
  ])('%s', ([, one, other, because]) => {
    expect(compare(one, other, nobody())).toMatchObject({ answer: 'cannot-say', because })
    expect(compare(other, one, nobody())).toMatchObject({ answer: 'cannot-say', because })
  })

  test('of a log that is not in order by itself', () => {
    const file = exportOfTown(town)
    file[file.length - 200]! ^= 1
    const kept = nothingKept()
    const bad: Side = { side: 'log', verdict: audit(keeping(readExport([file]), kept)), kept, pieces: () => readExport([file]) }
    expect(compare(bad, logOf(town), nobody())).toMatchObject({ answer: 'cannot-say', because: 'not-in-order' })
  })
})
