/**
 * Evidence that convicts only beside the log it names: a record that no rule allows, value that was not taken in, a flag
 * that does not come out of the records it is about.
 */
import { describe, expect, test } from 'vitest'
import { encodeFlag, type Flag, signFlag } from '#ledger/anomaly/flag.ts'
import { flagsOf } from '#ledger/anomaly/rules.ts'
import { toHex, utf8 } from '#ledger/bytes.ts'
import { encodeCheckpoint } from '#ledger/checkpoint.ts'
import type { Entry } from '#ledger/entry.ts'
import { encodeEvidence, type EvidenceVerdict, verifyEvidence } from '#ledger/evidence/evidence.ts'
import { besideLog } from '#ledger/evidence/beside.ts'
import type { Evidence } from '#ledger/evidence/parts.ts'
import { judgeEvidence } from '#ledger/audit/exhibit.ts'
import { leafHash, proveInclusion, Tree } from '#ledger/merkle.ts'
import { signNote } from '#ledger/note.ts'
import { encodeProof } from '#ledger/proof.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import { checkpointOf } from '#test/support/exports.ts'
import {
  aMember, aRegion, aTown, awardRequest, bytesFor, deliver, draft, help, hexFor, owesAward, pass, record, recorded, settle, tick, type Town,
} from '#test/support/towns.ts'
import { branchOf, genesisOf, proofIn, signedCardOf } from '#test/support/two-histories.ts'

installNativeCrypto()

const bytesOf = (entries: readonly Entry[]): Uint8Array[] => entries.map(({ bytes }) => bytes)
const logsOf = (...towns: { state: Town['state']; entries: Entry[] }[]) =>
  new Map(towns.map(({ state, entries }) => [toHex(state.hub.id), () => bytesOf(entries)]))

/** What stands in a text, which must be what is sent. */
function read(evidence: Evidence): Extract<EvidenceVerdict, { ok: true }> {
  const verdict = verifyEvidence(encodeEvidence(evidence))
  if (!verdict.ok) throw new Error(verdict.fault)
  expect(verdict.evidence).toEqual(evidence)
  return verdict
}

describe('E7, a record that no rule allows', () => {
  const chengdu = aTown('chengdu')
  const mei = aMember(chengdu, 'mei')
  const honest = branchOf(chengdu)
  // Nobody may attest themselves; the hub writes it all the same, and goes on.
  const attesting = { kind: 'member.attested' as const, member: mei.acct, identity: hexFor('seen') }
  const bad = draft(chengdu, attesting, [mei])

  /** The evidence that this town's log holds a record at its end, under a checkpoint it has signed. */
  function holding(town: Town, entry: Entry): Extract<Evidence, { kind: 'E7' }> {
    const tree = new Tree()
    for (const { leaf } of town.entries) tree.append(leaf)
    tree.append(leafHash(entry.bytes))
    const body = encodeCheckpoint({ origin: town.card.origin, size: BigInt(tree.size), root: tree.root() })
    const checkpoint = signNote(body, town.card.origin, town.secrets.log)
    const proof = encodeProof({ index: BigInt(entry.seq), hashes: proveInclusion(tree, entry.seq, tree.size), checkpoint })
    return { kind: 'E7', genesis: genesisOf(town), record: entry.bytes, proof }
  }
  const evidence = holding(honest, bad)

  test('is one that its own rules refuse after what stands before it', () => {
    expect(record(branchOf(honest), attesting, [mei])).toMatchObject({ code: expect.any(String) })
    const { offence } = read(evidence)
    expect(offence).toMatchObject({ kind: 'E7', beside: chengdu.card.origin, at: BigInt(bad.seq) })
    expect(besideLog(evidence, bytesOf(honest.entries))).toBe('convicts')
    // Whoever was handed the whole log has the record in it, and goes no further than before it.
    expect(besideLog(evidence, [...bytesOf(honest.entries), bad.bytes])).toBe('convicts')
  })

  test('says nothing of one that is in order, and nothing beside another log', () => {
    const wrong = draft(honest, { kind: 'state.digest', root: bytesFor('another state') })
    expect(besideLog(holding(honest, wrong), bytesOf(honest.entries))).toBe('convicts')
    const grown = branchOf(honest)
    const bo = aMember(grown, 'bo')
    expect(bo.acct).toBeDefined()
    const last = grown.entries.at(-1)!
    const before = { ...grown, entries: grown.entries.slice(0, -1) }
    expect(besideLog(holding(before, last), bytesOf(before.entries))).toBe('not-so')
    expect(besideLog(evidence, bytesOf(aTown('lisbon').entries))).toBe('other-log')
    expect(besideLog(evidence, bytesOf(honest.entries).slice(0, -1))).toBe('other-log')
    expect(besideLog(evidence, [])).toBe('other-log')
  })

  test('is judged by whoever has the log, and not without it', () => {
    const text = encodeEvidence(evidence)
    expect(judgeEvidence(text, new Map())).toMatchObject({ outcome: 'not-checked', code: 'log-needed' })
    expect(judgeEvidence(text, logsOf(honest))).toMatchObject({ outcome: 'ok', code: null, offence: { kind: 'E7' } })
  })
})

describe('E8, value that was not taken in', () => {
  /** Barcelona has vouched for the certificate of an award to it; then so many days go by. */
  function owed(days: number) {
    const { towns: [chengdu, barcelona] } = aRegion(['chengdu', 'barcelona'])
    const { id } = owesAward(chengdu, barcelona)
    recorded(chengdu, awardRequest(chengdu, id), [chengdu.steward])
    const slot = settle(chengdu, [chengdu, barcelona])
    const { bytes, signature, certifiedSeq } = chengdu.state.chain.slots[slot]!
    const evidence = (later = checkpointOf(barcelona)): Extract<Evidence, { kind: 'E8' }> => ({
      kind: 'E8', genesis: genesisOf(barcelona), ...signedCardOf(barcelona), source: genesisOf(chengdu), order: bytes, signature,
      certificate: chengdu.entries[certifiedSeq!]!.bytes, proof: proofAt, later,
    })
    const proofAt = proofIn(chengdu, certifiedSeq!, undefined, [barcelona])
    pass([chengdu, barcelona], days)
    return { chengdu, barcelona, slot, evidence }
  }

  test('a week after its city had vouched that it is certified, by the time of its own log', () => {
    const { chengdu, barcelona, evidence } = owed(8)
    const { offence } = read(evidence())
    expect(offence).toMatchObject({ kind: 'E8', origin: barcelona.card.origin, beside: barcelona.card.origin })
    expect(offence.shows).toContain(chengdu.card.origin)
    expect(besideLog(evidence(), bytesOf(barcelona.entries))).toBe('convicts')
    expect(judgeEvidence(encodeEvidence(evidence()), logsOf(barcelona))).toMatchObject({ outcome: 'ok' })
  })

  test('is nothing before the week is over, nor when it was taken in, however late its log is read', () => {
    const early = owed(6)
    expect(besideLog(early.evidence(), bytesOf(early.barcelona.entries))).toBe('not-so')
    const { chengdu, barcelona, slot, evidence } = owed(8)
    const then = evidence()
    deliver(chengdu, barcelona, slot, [chengdu, barcelona])
    // What it has taken in since does not undo that it had not then.
    expect(besideLog(then, bytesOf(barcelona.entries))).toBe('convicts')
    expect(besideLog(evidence(), bytesOf(barcelona.entries))).toBe('not-so')
    expect(besideLog(evidence(), bytesOf(chengdu.entries))).toBe('other-log')
  })

  test('is nothing for a city that has vouched for nothing, or that no out is for', () => {
    const { chengdu, barcelona, slot, evidence } = owed(8)
    const { certifiedSeq, bytes, signature } = chengdu.state.chain.slots[slot - 1]!
    const unvouched = { ...evidence(), proof: proofIn(chengdu, chengdu.state.chain.slots[slot]!.certifiedSeq!) }
    expect(() => encodeEvidence(unvouched)).toThrow('bad-checkpoint')
    const other = { ...evidence(), order: bytes, signature, certificate: chengdu.entries[certifiedSeq!]!.bytes, proof: proofIn(chengdu, certifiedSeq!, undefined, [barcelona]) }
    expect(() => encodeEvidence(other)).toThrow('bad-order')
    expect(() => encodeEvidence({ ...evidence(), certificate: chengdu.entries[certifiedSeq!]!.bytes })).toThrow('bad-proof')
    expect(() => encodeEvidence({ ...evidence(), ...signedCardOf(chengdu) })).toThrow('bad-card')
    expect(() => encodeEvidence({ ...evidence(), later: checkpointOf(chengdu) })).toThrow('bad-checkpoint')
  })
})

describe('E9, a flag that does not come out of its log', () => {
  const chengdu = aTown('chengdu')
  const [mei, bo, ana] = ['mei', 'bo', 'ana'].map((name) => aMember(chengdu, name)) as [ReturnType<typeof aMember>, ReturnType<typeof aMember>, ReturnType<typeof aMember>]
  // Two helps of one person in the same hours.
  help(chengdu, mei, bo, 60)
  help(chengdu, mei, ana, 60)
  chengdu.now += 86_400
  tick(chengdu)
  const federation = bytesFor('a federation')
  const flags = flagsOf(chengdu.state)
  const signedFlag = (flag: Flag, town = chengdu): Extract<Evidence, { kind: 'E9' }> => ({
    kind: 'E9', genesis: genesisOf(town), ...signedCardOf(town), federation, flag: encodeFlag(flag),
    signature: signFlag(town.secrets.vote, federation, flag),
  })

  test('is not one that everybody finds', () => {
    expect(flags.map(({ rule }) => rule)).toContain('R5')
    for (const flag of flags) expect(besideLog(signedFlag(flag), bytesOf(chengdu.entries))).toBe('not-so')
    expect(judgeEvidence(encodeEvidence(signedFlag(flags[0]!)), logsOf(chengdu))).toMatchObject({ outcome: 'failed', code: 'not-so' })
  })

  test('is one with another number, about other people, or about records that are not there', () => {
    const [flag] = flags as [Flag]
    const false1 = { ...flag, computed: flag.computed.map((one) => ({ ...one, value: one.value + 1n })) }
    const false2 = { ...flag, subjects: [bo.acct] }
    const false3 = { ...flag, root: bytesFor('another history') }
    for (const one of [false1, false2, false3]) {
      expect(read(signedFlag(one)).offence).toMatchObject({ kind: 'E9', guilty: { name: `${chengdu.card.origin}/vote` } })
      expect(besideLog(signedFlag(one), bytesOf(chengdu.entries))).toBe('convicts')
    }
    recorded(chengdu, { kind: 'tick' }, [], chengdu.now + 86_400)
    expect(besideLog(signedFlag(false1), bytesOf(chengdu.entries))).toBe('convicts')
  })

  test('is nobody’s whose key has not signed it, and not asked of one log when it is about many', () => {
    const [flag] = flags as [Flag]
    expect(() => encodeEvidence({ ...signedFlag(flag), federation: bytesFor('another') })).toThrow('bad-flag')
    expect(() => encodeEvidence({ ...signedFlag(flag), flag: utf8('odd') })).toThrow('bad-flag')
    expect(() => encodeEvidence(signedFlag({ ...flag, rule: 'R11' }))).toThrow('bad-flag')
  })
})
