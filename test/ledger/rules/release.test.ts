/** The end of a freeze: by a document of all members, that says what everybody goes on with. */
import { describe, expect, test } from 'vitest'
import { compareBytes, fromHex, toHex, utf8 } from '#ledger/bytes.ts'
import { faultsOf, federationFaultsOf } from '#ledger/audit/conservation.ts'
import { encodeEvidence, verifyEvidence } from '#ledger/evidence/evidence.ts'
import type { Evidence } from '#ledger/evidence/parts.ts'
import {
  documentHash, encodeDocument, encodeOrder, type FederationDocument, type Order, orderIdOf, parseOrder, placeOf, type Release, signOrder,
} from '#ledger/federation/federation.ts'
import { dispositionsOf } from '#ledger/rules/arrival.ts'
import { nextOrder } from '#ledger/rules/order.ts'
import { currentDocument } from '#ledger/state/state.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import {
  acknowledge, adoption, aMember, aRegion, type Asked, awardRequest, bytesFor, certify, CV, hexFor, ordering, owesAward, PLAIN_TRUST, record,
  recorded, reportOf, type Town, votesFor, xidIn,
} from '#test/support/towns.ts'
import { branchOf, evidenceOfEach, genesisOf, orderedAt } from '#test/support/two-histories.ts'

installNativeCrypto()

/**
 * Chengdu has sealed the order that carries Ana's award, shown another one for that slot to somebody, and is frozen for it
 * by the other two.
 */
function divided() {
  const { towns } = aRegion(['chengdu', 'barcelona', 'lisbon'])
  const [chengdu, barcelona, lisbon] = towns
  const { guest: ana, id } = owesAward(chengdu, barcelona)
  const request = recorded(chengdu, awardRequest(chengdu, id), [chengdu.steward])
  const order = nextOrder(chengdu.state, chengdu.now)!
  recorded(chengdu, ordering(chengdu, order))
  const open = chengdu.state.chain.slots.at(-1)!
  const at = { federation: chengdu.state.federation!.id, hub: chengdu.card.origin, slot: order.slot }
  const other = otherFor(chengdu, open.order)
  const evidence: Evidence = {
    kind: 'E5', genesis: genesisOf(chengdu), at, first: { order: fromHex(open.orderId)!, signature: open.signature },
    second: { order: orderIdOf(other.order), signature: other.signature },
  }
  for (const town of [barcelona, lisbon]) recorded(town, freezing(chengdu, evidence))
  return { towns, chengdu, barcelona, lisbon, ana, xid: xidIn(chengdu, request), open, evidence, other }
}

/** Another order for the same slot, as its hub signs it. */
function otherFor(town: Town, order: Order): { order: Uint8Array; signature: Uint8Array } {
  const bytes = encodeOrder({ ...order, position: 7n })
  return { order: bytes, signature: signOrder(town.secrets.order, town.state.federation!.id, placeOf(parseOrder(bytes)!, bytes)) }
}

const freezing = (liar: Town, evidence: Evidence): Asked<'hub.frozen'> =>
  ({ kind: 'hub.frozen', hub: liar.card.origin, evidence: utf8(encodeEvidence(evidence)) })

function idOf(evidence: Evidence): Uint8Array {
  const verdict = verifyEvidence(encodeEvidence(evidence))
  if (!verdict.ok) throw new Error(verdict.fault)
  return fromHex(verdict.offence.id)!
}

type World = ReturnType<typeof divided>

const releaseOf = ({ chengdu, evidence, open }: World, change: Partial<Release> = {}): Release => ({
  origin: chengdu.card.origin, evidence: [idOf(evidence)], size: chengdu.entries.length, root: chengdu.state.tree.root(),
  stands: { slot: open.order.slot, order: fromHex(open.orderId)! }, ...change,
})

/** The next document with this release, signed and reported by these. */
function releasing({ towns, chengdu }: World, release: Release, { signers = towns as Town[], reporters = towns as Town[] } = {}): Asked<'fed.adopted'> {
  const federation = chengdu.state.federation!
  const before = currentDocument(federation)
  const { hash } = federation.documents.at(-1)!
  const document: FederationDocument = { ...before, version: before.version + 1, previous: hash, closings: [], releases: [release], renewals: [] }
  const proposal = documentHash(encodeDocument(document))
  const reports = reporters.map((town) => ({ town, report: reportOf(town, before, proposal, towns) }))
  return adoption(document, signers, reports, federation.id, towns)
}

/** The `x.in` of the order that a document lets stand. */
function arriving(from: Town, to: Town): Asked<'x.in'> {
  const { bytes: order, signature } = from.state.chain.slots.at(-1)!
  const epoch = to.state.federation!.documents.length
  return { kind: 'x.in', epoch, order, signature, votes: [], dispositions: dispositionsOf(to.state, parseOrder(order)!, { epoch, votes: [] }, to.now) }
}

describe('a release', () => {
  test('ends the freeze by what it names, and gives back no trust', () => {
    const w = divided()
    const adopted = releasing(w, releaseOf(w))
    for (const town of w.towns) recorded(town, adopted)
    expect(w.barcelona.state.frozen.size).toBe(0)
    expect(w.barcelona.state.trust.get(w.chengdu.card.origin)).toMatchObject({ exposure: 0n, exposureMilli: 0n })
    const limits = { exposureMilli: 1_000n * CV, transferMaxMilli: 1_000n * CV }
    recorded(w.barcelona, { kind: 'trust.set', peer: w.chengdu.card.origin, ...limits, ...PLAIN_TRUST }, [w.barcelona.steward])
    expect(w.barcelona.state.trust.get(w.chengdu.card.origin)!.exposure).toBeGreaterThan(0n)
  })

  test('is signed and reported by everybody, the released hub too', () => {
    const w = divided()
    const release = releaseOf(w)
    for (const missing of w.towns) {
      const others = w.towns.filter((town) => town !== missing)
      expect(record(branchOf(w.lisbon), releasing(w, release, { signers: others }))).toEqual({ code: 'signatures-missing', needed: 3, got: 2 })
      expect(record(branchOf(w.lisbon), releasing(w, release, { reporters: others }))).toEqual({ code: 'reports-missing', needed: 3, got: 2 })
    }
  })

  test('lets the order stand that its log holds, and nothing else is ever taken in there', () => {
    const w = divided()
    const { chengdu, barcelona, lisbon } = w
    const adopted = releasing(w, releaseOf(w))
    // Every voter has voted for the other one, before it heard of this.
    const votes = votesFor(chengdu, w.other.order, w.towns)
    for (const town of w.towns) recorded(town, adopted)
    const slot = chengdu.state.chain.slots.at(-1)!
    expect(slot).toMatchObject({ certified: true, orderId: w.open.orderId })
    expect(chengdu.state.chain.position).toBe(slot.order.position)
    const epoch = chengdu.state.federation!.documents.length - 1
    const otherIn = { ...arriving(chengdu, barcelona), order: w.other.order, signature: w.other.signature, epoch, votes, dispositions: ['frozen' as const] }
    expect(record(branchOf(barcelona), otherIn)).toEqual({ code: 'bad-certificate' })
    expect(record(branchOf(barcelona), { ...otherIn, epoch: epoch + 1, votes: [] })).toEqual({ code: 'bad-certificate' })
    const arrived = recorded(barcelona, arriving(chengdu, barcelona))
    expect(barcelona.state.arrivals.get(w.xid)).toMatchObject({ disposition: 'limit', phase: 'suspended' })
    expect(record(barcelona, arriving(chengdu, barcelona))).toMatchObject({ code: 'certificate-skipped' })
    acknowledge(chengdu, barcelona, slot.order.slot, arrived)
    expect(federationFaultsOf([chengdu, barcelona, lisbon].map(({ state }) => state))).toEqual([])
    // And its chain goes on behind it.
    recorded(chengdu, { kind: 'order.approved', slot: slot.order.slot + 1, order: 'keys', argument: parseOrder(chengdu.state.chain.slots[0]!.bytes)!.argument! }, [chengdu.steward])
    recorded(chengdu, ordering(chengdu, nextOrder(chengdu.state, chengdu.now)!))
    certify(chengdu, w.towns)
    expect(faultsOf(chengdu.state)).toEqual([])
  })

  test('is not recorded where that slot has been taken in already: nothing is made twice', () => {
    const w = divided()
    const adopted = releasing(w, releaseOf(w))
    const { order, signature } = w.other
    const votes = votesFor(w.chengdu, order, w.towns)
    const out = parseOrder(order)!
    const epoch = w.barcelona.state.federation!.documents.length
    recorded(w.barcelona, { kind: 'x.in', epoch, order, signature, votes, dispositions: dispositionsOf(w.barcelona.state, out, { epoch, votes }, w.barcelona.now) })
    expect(record(w.barcelona, adopted)).toEqual({ code: 'bad-document' })
    recorded(w.lisbon, adopted)
  })

  test('of itself a hub records only as its own log is', () => {
    const w = divided()
    const wrong: Partial<Release>[] = [
      { root: bytesFor('another history') }, { size: w.chengdu.entries.length + 1 },
      { stands: { slot: w.open.order.slot, order: bytesFor('another order') } }, { stands: { slot: w.open.order.slot + 1, order: fromHex(w.open.orderId)! } },
    ]
    for (const change of wrong) expect(record(branchOf(w.chengdu), releasing(w, releaseOf(w, change)))).toEqual({ code: 'bad-document' })
    const [one, two] = [bytesFor('an offence'), bytesFor('another')].sort(compareBytes) as [Uint8Array, Uint8Array]
    for (const evidence of [[], [two, one], [one, one]]) {
      expect(record(branchOf(w.lisbon), releasing(w, releaseOf(w, { evidence })))).toEqual({ code: 'bad-document' })
    }
    recorded(branchOf(w.chengdu), releasing(w, releaseOf(w, { stands: null })))
  })

  test('settles what it names and what lies below what it fixed, and nothing later', () => {
    const w = divided()
    const { chengdu, barcelona } = w
    // Two histories of what the release fixes, which nobody has met yet.
    const liar = { one: branchOf(chengdu), other: branchOf(chengdu) }
    for (const name of ['x', 'y']) aMember(liar.one, name)
    for (const name of ['u', 'v', 'w']) aMember(liar.other, name)
    const before = evidenceOfEach(liar, [], chengdu.entries.length)
    const adopted = releasing(w, releaseOf(w))
    for (const town of w.towns) recorded(town, adopted)
    const settled = { code: 'offence-settled', hub: chengdu.card.origin }
    expect(record(barcelona, freezing(chengdu, w.evidence))).toEqual(settled)
    const at = { federation: chengdu.state.federation!.id, hub: chengdu.card.origin, slot: w.open.order.slot }
    const twice = (slot: number): Evidence => ({
      kind: 'E5', genesis: genesisOf(chengdu), at: { ...at, slot }, first: orderedAt(chengdu, { ...at, slot }, 'a'), second: orderedAt(chengdu, { ...at, slot }, 'b'),
    })
    expect(record(barcelona, freezing(chengdu, twice(at.slot)))).toEqual(settled)
    // What it said of records behind those that were fixed convicts it as before, and so do later slots.
    const later = branchOf(barcelona)
    recorded(later, freezing(chengdu, before.E2))
    expect(later.state.frozen.get(chengdu.card.origin)?.kind).toBe('E2')
    recorded(barcelona, freezing(chengdu, twice(at.slot + 1)))
    expect(barcelona.state.frozen.get(chengdu.card.origin)?.kind).toBe('E5')
    expect(toHex(idOf(w.evidence))).not.toBe(barcelona.state.frozen.get(chengdu.card.origin)?.evidence)
  })

  test('of an offence that it does not name, nor has fixed, leaves the freeze', () => {
    const w = divided()
    const adopted = releasing(w, releaseOf(w, { evidence: [fromHex(hexFor('another offence'))!] }))
    recorded(w.barcelona, adopted)
    expect(w.barcelona.state.frozen.has(w.chengdu.card.origin)).toBe(true)
  })
})
