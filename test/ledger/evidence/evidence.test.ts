import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { concat, fromHex, fromUtf8, toBase64, toHex, utf8 } from '#ledger/bytes.ts'
import { auditorOf, cosignerOf } from '#ledger/cosigner.ts'
import { EVIDENCE_BYTES_MAX, encodeEvidence, offenceOf, parseEvidence, verifyEvidence, withWitnesses } from '#ledger/evidence/evidence.ts'
import { type AccusedLog, excuseFor } from '#ledger/evidence/excuse.ts'
import { evidenceFrom } from '#ledger/evidence/histories.ts'
import type { EvidenceFault, FreezingKind, Offence } from '#ledger/evidence/offence.ts'
import type { Evidence } from '#ledger/evidence/parts.ts'
import { Tree } from '#ledger/merkle.ts'
import { addSignature } from '#ledger/note.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import { checkpointOf } from '#test/support/exports.ts'
import { aMember, aRegion, aTown } from '#test/support/towns.ts'
import {
  boundIn, branchOf, evidenceOfEach, genesisOf, orderedAt, proofIn, signedCardOf, slotOf, twoHistories, votedAt,
} from '#test/support/two-histories.ts'

// Fifteen thousand signatures are asked about below.
installNativeCrypto()

const histories = twoHistories()
const { one, other } = histories
const barcelona = aTown('barcelona')
const lisbon = aTown('lisbon')
const each = evidenceOfEach(histories)
const kinds = Object.keys(each) as FreezingKind[]

function proved(evidence: Evidence): Offence {
  const offence = offenceOf(evidence)
  if (typeof offence === 'string') throw new Error(`convicts nobody: ${offence}`)
  return offence
}

describe.each(kinds)('%s', (kind) => {
  const evidence = each[kind]
  const text = encodeEvidence(evidence)

  test('is proved by its text alone, and names the hub and the key', () => {
    const verdict = verifyEvidence(text)
    expect(verdict).toMatchObject({
      ok: true, evidence, offence: { kind, origin: one.card.origin, city: 'chengdu', hubId: one.id, logKey: one.card.logKey },
    })
  })

  test('says in its head what it is, whose it is and what it shows', () => {
    const { id, shows } = proved(evidence)
    expect(text.split('\n').slice(0, 7)).toEqual([
      'cv-evidence@v1', `kind ${kind}`, `hub ${one.card.origin}`, `hubId ${toHex(one.id)}`,
      expect.stringContaining('key '), `id ${id}`, shows,
    ])
  })

  test('with any one byte flipped is refused, or shows the same offence', () => {
    const bytes = utf8(text)
    const { id } = proved(evidence)
    for (let at = 0; at < bytes.length; at++) {
      const flipped = bytes.slice()
      flipped[at]! ^= 1 << (at % 8)
      const read = fromUtf8(flipped)
      const verdict = read === null ? null : verifyEvidence(read)
      if (verdict?.ok === true) expect([at, verdict.offence.id]).toEqual([at, id])
    }
  })

  test('cut short or made longer is refused', () => {
    for (let end = 0; end < text.length; end++) expect(verifyEvidence(text.slice(0, end)).ok).toBe(false)
    for (const more of ['\n', ' ', 'x', '== more\n', '== genesis\n']) expect(verifyEvidence(text + more).ok).toBe(false)
  })

  test('against another hub than the one the signatures are of is refused', () => {
    expect(typeof offenceOf({ ...evidence, genesis: genesisOf(barcelona) })).toBe('string')
  })

  test('may carry the lines of witnesses, and is the same offence with them', () => {
    const cosigned = evidenceOfEach(histories, [barcelona])[kind]
    const verdict = verifyEvidence(encodeEvidence(cosigned))
    expect(verdict).toMatchObject({ ok: true, offence: { id: proved(evidence).id } })
  })
})

test('no two of them are the same offence', () => {
  expect(new Set(kinds.map((kind) => proved(each[kind]).id)).size).toBe(kinds.length)
})

test('which of the two statements comes first makes no difference to the offence', () => {
  for (const evidence of [each.E1, each.E2, each.E5, each.E6]) {
    const swapped = { ...evidence, first: evidence.second, second: evidence.first } as Evidence
    expect(verifyEvidence(encodeEvidence(swapped))).toMatchObject({ ok: true, offence: { id: proved(evidence).id } })
  }
})

test('neither do the group a record was sealed in, nor how much longer the checkpoint is', () => {
  const { E1, E4 } = each
  expect(proved({ ...E1, first: boundIn(one, 3, { first: 0, last: 4 }) }).id).toBe(proved(E1).id)
  expect(proved({ ...E4, proof: proofIn(other, 3, 5) }).id).toBe(proved(E4).id)
})

describe('an honest hub is convicted of nothing', () => {
  const genesis = genesisOf(one)
  const honest: [string, Evidence, EvidenceFault][] = [
    ['two receipts for one record', { kind: 'E1', genesis, first: boundIn(one, 3), second: boundIn(one, 3, { last: 4 }) }, 'no-contradiction'],
    ['receipts for two numbers', { kind: 'E1', genesis, first: boundIn(one, 3), second: boundIn(one, 4) }, 'other-number'],
    ['a record sealed again after a restore', { kind: 'E1', genesis, first: boundIn(one, 3), second: boundIn(other, 3, { generation: 1 }) }, 'other-generation'],
    ['a receipt under the hash of another record', { kind: 'E1', genesis, first: boundIn(one, 3), second: { ...boundIn(one, 3), leaf: other.entries[3]!.leaf } }, 'bad-receipt'],
    ['a receipt of another hub', { kind: 'E1', genesis, first: boundIn(one, 3), second: boundIn({ ...barcelona, entries: other.entries }, 3) }, 'bad-receipt'],
    ['the same checkpoint twice', { kind: 'E2', genesis, first: checkpointOf(one), second: checkpointOf(one, [barcelona]) }, 'no-contradiction'],
    ['checkpoints of two sizes', { kind: 'E2', genesis, first: checkpointOf(one, [], 4), second: checkpointOf(one) }, 'other-size'],
    ['a checkpoint that another key signed', { kind: 'E2', genesis, first: checkpointOf(one), second: checkpointOf({ ...other, secrets: barcelona.secrets }, [], 5) }, 'bad-checkpoint'],
    ['a log that only grew', { ...each.E3, earlier: checkpointOf(other, [], 5) }, 'no-contradiction'],
    ['a proof that leads nowhere', { ...each.E3, root: one.state.tree.root() }, 'bad-proof'],
    ['a proof of fewer hashes', { ...each.E3, proof: each.E3.proof.slice(1) }, 'bad-proof'],
    ['checkpoints in the wrong order', { ...each.E3, earlier: each.E3.later, later: each.E3.earlier }, 'other-size'],
    ['a receipt that was kept', { ...each.E4, bound: boundIn(other, 3) }, 'no-contradiction'],
    ['another record at another number', { ...each.E4, leaf: other.entries[4]!.leaf, proof: proofIn(other, 4) }, 'other-number'],
    ['a proof of another record', { ...each.E4, leaf: other.entries[4]!.leaf }, 'bad-proof'],
    ['a proof with words beside it', { ...each.E4, proof: each.E4.proof.replace('@v1\n', '@v1\nextra AAAA\n') }, 'bad-proof'],
    ['the same order twice', { ...each.E5, second: each.E5.first }, 'no-contradiction'],
    ['orders of two slots', { ...each.E5, second: orderedAt(one, slotOf(one, 3), 'other') }, 'bad-order'],
    ['orders in two federations', { ...each.E5, second: orderedAt(one, slotOf(one, 2, 'another'), 'other') }, 'bad-order'],
    ['an order that another hub signed', { ...each.E5, second: orderedAt(barcelona, slotOf(one), 'other') }, 'bad-order'],
    ['orders in another hub’s chain', { ...each.E5, at: slotOf(barcelona), first: orderedAt(one, slotOf(barcelona), 'one'), second: orderedAt(one, slotOf(barcelona), 'other') }, 'bad-order'],
    ['one vote in two epochs', { ...each.E6, second: votedAt(one, slotOf(one), 'one', 2) }, 'no-contradiction'],
    ['votes in two slots', { ...each.E6, second: votedAt(one, slotOf(one, 3), 'other') }, 'bad-vote'],
    ['votes in two chains', { ...each.E6, second: votedAt(one, slotOf(barcelona), 'other') }, 'bad-vote'],
    ['a vote that another hub gave', { ...each.E6, second: votedAt(barcelona, slotOf(one), 'other') }, 'bad-vote'],
    ['a vote said to be of another epoch', { ...each.E6, second: { ...each.E6.second, epoch: 3 } }, 'bad-vote'],
    ['a card that is not signed', { ...each.E6, cardSignature: each.E6.first.signature }, 'bad-card'],
    ['the votes and the card of another hub', { ...each.E6, ...signedCardOf(barcelona), first: votedAt(barcelona, slotOf(one), 'one'), second: votedAt(barcelona, slotOf(one), 'other') }, 'bad-card'],
    ['the card of another hub', { ...each.E6, ...signedCardOf(barcelona) }, 'bad-card'],
    ['a genesis that is none', { ...each.E2, genesis: utf8('chengdu') }, 'bad-genesis'],
  ]

  test.each(honest)('by %s', (_, evidence, fault) => {
    expect(offenceOf(evidence)).toBe(fault)
    expect(() => encodeEvidence(evidence)).toThrow(fault)
  })
})

describe('a bundle is one spelling', () => {
  const text = encodeEvidence(each.E2)
  const refused: [string, string, EvidenceFault][] = [
    ['nothing', '', 'unreadable'],
    ['a bundle of another version', text.replace('@v1', '@v2'), 'unreadable'],
    ['a kind that is not read here', text.replace('kind E2', 'kind E0'), 'unreadable'],
    ['another kind over the same parts', text.replace('kind E2', 'kind E1'), 'unreadable'],
    ['other words about what it shows', text.replace('two histories', 'ten histories'), 'other-words'],
    ['another name in its head', text.replace(`hub ${one.card.origin}`, `hub ${barcelona.card.origin}`), 'other-words'],
    ['another key in its head', text.replace(/^key .*$/m, 'key x'), 'other-words'],
    ['a line more in its head', text.replace('\n\n== ', '\nit is all true\n\n== '), 'other-words'],
    ['the ends of lines as on other machines', text.replaceAll('\n', '\r\n'), 'unreadable'],
    ['a part more', `${text}== words\nthis hub is bad\n`, 'unreadable'],
    ['a part less', text.slice(0, text.indexOf('== second')), 'unreadable'],
    ['a lone surrogate', text.replace('histories', '\ud800'), 'unreadable'],
    ['more than a record can hold', text + 'x'.repeat(EVIDENCE_BYTES_MAX), 'too-large'],
  ]

  test.each(refused)('%s is refused', (_, changed, fault) => {
    expect(verifyEvidence(changed)).toEqual({ ok: false, fault })
  })

  test('that fits 49,152 bytes, or is none', () => {
    const line = (i: number): string => `\u2014 witness-${i} ${toBase64(concat(utf8('abcd'), new Uint8Array(400)))}\n`
    let { first, second } = each.E2
    for (let i = 0; i < 90; i++) {
      first = addSignature(first, line(i))!
      second = addSignature(second, line(i))!
    }
    expect(() => encodeEvidence({ ...each.E2, first, second })).toThrow('too-large')
  })
})

describe('evidence is found', () => {
  const genesis = genesisOf(one)

  test('between two checkpoints of one size', () => {
    const found = evidenceFrom(genesis, { note: checkpointOf(one), tree: null }, { note: checkpointOf(other, [], 5), tree: null })
    expect(proved(found!).id).toBe(proved(each.E2).id)
  })

  test('between two sizes when the records of the longer one are at hand, in whatever order they are given', () => {
    const short = { note: checkpointOf(one), tree: null }
    const long = { note: checkpointOf(other), tree: other.state.tree }
    for (const found of [evidenceFrom(genesis, short, long), evidenceFrom(genesis, long, short)]) {
      expect(proved(found!).id).toBe(proved(each.E3).id)
    }
    expect(evidenceFrom(genesis, short, { ...long, tree: null })).toBeNull()
  })

  test('and none between two states of one history, or with what is no checkpoint of this log', () => {
    const held = (size: number) => ({ note: checkpointOf(one, [], size), tree: one.state.tree })
    for (let a = 1; a <= 5; a++) for (let b = 1; b <= 5; b++) expect(evidenceFrom(genesis, held(a), held(b))).toBeNull()
    expect(evidenceFrom(genesis, held(5), { note: checkpointOf(barcelona), tree: null })).toBeNull()
    expect(evidenceFrom(genesisOf(barcelona), held(5), { note: checkpointOf(other), tree: other.state.tree })).toBeNull()
  })

  test('over every pair of sizes of two histories that part at any place', () => {
    const root = aTown('lisbon')
    for (const name of ['mei', 'bo', 'li']) {
      const left = branchOf(root)
      const right = branchOf(root)
      aMember(left, 'a')
      aMember(right, 'b')
      const shared = root.entries.length
      for (let i = shared + 1; i <= left.entries.length; i++) {
        for (let j = shared + 1; j <= right.entries.length; j++) {
          const found = evidenceFrom(
            genesisOf(root), { note: checkpointOf(left, [], i), tree: left.state.tree },
            { note: checkpointOf(right, [], j), tree: right.state.tree },
          )
          expect([shared, i, j, found?.kind]).toEqual([shared, i, j, i === j ? 'E2' : 'E3'])
        }
      }
      aMember(root, name)
    }
  })
})

test('of the lines on its notes those of known witnesses can be kept alone; it stays the same offence', () => {
  const cosigned = evidenceOfEach(histories, [barcelona])
  const keys = [cosignerOf(barcelona.card), auditorOf(barcelona.card)]
  for (const kind of kinds) {
    expect(withWitnesses(cosigned[kind], keys)).toEqual(cosigned[kind])
    expect(withWitnesses(cosigned[kind], [])).toEqual(each[kind])
    expect(withWitnesses(each[kind], keys)).toEqual(each[kind])
  }
})

describe('a restore excuses', () => {
  const keys = [cosignerOf(barcelona.card), auditorOf(barcelona.card)]
  const unread: AccusedLog = { tree: new Tree(), chain: { slots: [] } }
  const back = { generation: 1, size: 3, ts: barcelona.now }
  /** The same evidence with one statement that Barcelona cosigned so many seconds before the restore, and one it did since. */
  const dated = (seconds: number) => {
    const [then, since] = [[{ ...barcelona, now: back.ts - seconds }], [barcelona]]
    const { E2, E3, E4 } = each
    return {
      E2: { ...E2, first: checkpointOf(one, then), second: checkpointOf(other, since, one.entries.length) },
      E3: { ...E3, earlier: checkpointOf(one, then), later: checkpointOf(other, since) },
      E4: { ...E4, bound: boundIn(one, 3, { generation: 1 }), proof: proofIn(other, 3, undefined, then) },
    }
  }

  test('an unkept receipt and a checkpoint nobody cosigned, at or behind the size it kept', () => {
    for (const kind of ['E2', 'E3', 'E4'] as const) expect(excuseFor(proved(each[kind]), [back], keys, unread)).toEqual(back)
  })

  test('nothing before that size', () => {
    for (const kind of kinds) expect(excuseFor(proved(each[kind]), [{ ...back, size: 5 }], keys, unread)).toBeNull()
  })

  test('never two records in one generation', () => {
    expect(excuseFor(proved(each.E1), [back], keys, unread)).toBeNull()
  })

  test('what was cosigned before it and is not kept since, for cosignatures date it; but not what was cosigned shortly before', () => {
    for (const kind of ['E2', 'E3', 'E4'] as const) {
      expect(excuseFor(proved(dated(302)[kind]), [back], keys, unread)).toEqual(back)
      expect(excuseFor(proved(dated(302)[kind]), [{ ...back, size: 5 }], keys, unread)).toBeNull()
      expect(excuseFor(proved(dated(300)[kind]), [back], keys, unread)).toBeNull()
    }
  })

  test('no two checkpoints that were both cosigned before it, and no two since', () => {
    for (const seconds of [86_400, 0, -86_400]) {
      const { E2, E3 } = evidenceOfEach(histories, [{ ...barcelona, now: back.ts - seconds }])
      expect(excuseFor(proved(E2), [back], keys, unread)).toBeNull()
      expect(excuseFor(proved(E3), [back], keys, unread)).toBeNull()
    }
  })

  test('no receipt of a generation before it under a checkpoint that was cosigned before it', () => {
    const { E4 } = evidenceOfEach(histories, [{ ...barcelona, now: back.ts - 302 }])
    expect(excuseFor(proved(E4), [back], keys, unread)).toBeNull()
  })

  test('a checkpoint by its latest cosignature, and one that the hub cosigned itself like any that nobody has', () => {
    const late = { ...dated(302).E2, first: checkpointOf(one, [{ ...barcelona, now: back.ts - 302 }, lisbon]) }
    expect(excuseFor(proved(late), [back], keys, unread)).toEqual(back)
    expect(excuseFor(proved(late), [back], [...keys, cosignerOf(lisbon.card)], unread)).toBeNull()
    const own = evidenceOfEach(histories, [one])
    expect(excuseFor(proved(own.E2), [back], [cosignerOf(one.card), auditorOf(one.card)], unread)).toEqual(back)
  })

  test('nothing said since by a checkpoint of the log it stands in, which was not said before it though nobody has dated it', () => {
    const read = other.state
    const late = { ...barcelona, now: back.ts }
    const [E2, E3] = [{ ...each.E2, first: checkpointOf(one, [late]), second: checkpointOf(other, [], one.entries.length) },
      { ...each.E3, earlier: checkpointOf(one, [late]), later: checkpointOf(other) }]
    for (const evidence of [E2, E3]) {
      expect(excuseFor(proved(evidence), [back], keys, unread)).toEqual(back)
      expect(excuseFor(proved(evidence), [back], keys, read)).toBeNull()
    }
    for (const kind of ['E2', 'E3'] as const) {
      expect(excuseFor(proved(dated(302)[kind]), [back], keys, read)).toEqual(back)
      expect(excuseFor(proved(each[kind]), [back], keys, read)).toEqual(back)
    }
    // A receipt from since, under a checkpoint that is too.
    expect(excuseFor(proved(dated(302).E4), [back], keys, read)).toBeNull()
  })

  test('no receipt of a generation that the log never reached, whatever its checkpoint is dated', () => {
    const receipt = boundIn(one, 3, { generation: 2 })
    expect(excuseFor(proved({ ...each.E4, bound: receipt }), [back], keys, unread)).toBeNull()
    expect(excuseFor(proved({ ...dated(302).E4, bound: receipt }), [back], keys, unread)).toBeNull()
    expect(excuseFor(proved({ ...each.E4, bound: receipt }), [back, { generation: 2, size: 3, ts: back.ts + 1 }], keys, unread)).not.toBeNull()
  })

  test('no receipt of the generation that it began, under a checkpoint that is cosigned', () => {
    const { E4 } = evidenceOfEach(histories, [barcelona])
    expect(excuseFor(proved({ ...E4, bound: boundIn(one, 3) }), [back], keys, unread)).toEqual(back)
    expect(excuseFor(proved({ ...E4, bound: boundIn(one, 3, { generation: 1 }) }), [back], keys, unread)).toBeNull()
  })
})

describe('of two orders of one slot a restore excuses', () => {
  const { towns: [chengdu] } = aRegion(['chengdu', 'barcelona'])
  const { state } = chengdu
  const [, held] = state.chain.slots
  const at = { federation: state.federation!.id, hub: chengdu.card.origin, slot: 1 }
  const genesis = genesisOf(chengdu)
  const kept = { order: fromHex(held!.orderId)!, signature: held!.signature }
  const withIts = proved({ kind: 'E5', genesis, at, first: kept, second: orderedAt(chengdu, at, 'lost') })
  const withNone = proved({ kind: 'E5', genesis, at, first: orderedAt(chengdu, at, 'lost'), second: orderedAt(chengdu, at, 'gone') })
  const restored = (size: number, generation = 1) => ({ generation, size, ts: chengdu.now })
  const excused = (offence: Offence, ...restores: ReturnType<typeof restored>[]) => excuseFor(offence, restores, [], state) !== null

  test('the one that its log does not hold, when it lies between that slot and the one before', () => {
    expect(state.chain.slots[0]!.seq).toBeLessThan(held!.seq)
    expect(excused(withIts, restored(held!.seq))).toBe(true)
    expect(excused(withIts, restored(state.chain.slots[0]!.seq + 1))).toBe(true)
    expect(excused(withIts, restored(held!.seq + 1))).toBe(false)
    expect(excused(withIts, restored(state.chain.slots[0]!.seq))).toBe(false)
    expect(excused(withIts)).toBe(false)
  })

  test('both, when neither is held, only if it was restored twice there', () => {
    expect(excused(withNone, restored(held!.seq))).toBe(false)
    expect(excused(withNone, restored(held!.seq - 1), restored(held!.seq, 2))).toBe(true)
  })

  test('none far ahead of what its log has come to', () => {
    const far = { ...at, slot: 9 }
    const offence = proved({ kind: 'E5', genesis, at: far, first: orderedAt(chengdu, far, 'lost'), second: orderedAt(chengdu, far, 'gone') })
    expect(excused(offence, restored(held!.seq), restored(held!.seq, 2))).toBe(false)
  })

  test('and never a second vote', () => {
    expect(excuseFor(proved(each.E6), [restored(0)], [], state)).toBeNull()
  })
})

test('reading the parts judges nothing', () => {
  const text = encodeEvidence(each.E2).replace('two histories', 'ten histories')
  expect(parseEvidence(text)).toEqual(each.E2)
})

describe('the vectors', () => {
  const folder = new URL('../../vectors/evidence/', import.meta.url)
  const textsIn = (part: 'valid' | 'invalid') => readdirSync(new URL(`${part}/`, folder)).filter((name) => name.endsWith('.txt'))
  const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8')

  test('more of them are refused than convict', () => {
    expect(textsIn('valid').length).toBeGreaterThan(5)
    expect(textsIn('invalid').length).toBeGreaterThan(3 * textsIn('valid').length)
  })

  test.each(textsIn('valid'))('%s convicts the hub it names', (name) => {
    const verdict = verifyEvidence(read(`valid/${name}`))
    if (!verdict.ok) throw new Error(verdict.fault)
    const { kind, id, origin, hubId, guilty } = verdict.offence
    expect({ kind, id, hub: origin, hubId: toHex(hubId), key: toHex(guilty.publicKey) })
      .toEqual(JSON.parse(read(`valid/${name.replace('.txt', '.json')}`)))
  })

  test.each(textsIn('invalid'))('%s convicts nobody', (name) => {
    expect(verifyEvidence(read(`invalid/${name}`)).ok).toBe(false)
  })
})
