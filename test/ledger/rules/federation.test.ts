import { describe, expect, test } from 'vitest'
import { fromHex, toHex } from '#ledger/bytes.ts'
import { documentHash, encodeDocument, encodeIssueArgument, type FederationDocument, type FrontierReport } from '#ledger/federation.ts'
import { publicKeyOf, sign } from '#ledger/keys.ts'
import { nextOrder, ownKeysArgument } from '#ledger/rules/order.ts'
import { currentDocument } from '#ledger/state.ts'
import {
  adoption, aRegion, aTown, bytesFor, certify, CV, DAY, DAY0, firstDocument, federate, join, nextDocument, openChains,
  ordering, record, recorded, reportOf, type Town, votesFor,
} from '#test/support/towns.ts'

const pair = () => [aTown('chengdu'), aTown('barcelona')] as [Town, Town]

describe('the first document', () => {
  test('makes a federation of those who all signed it, with the charter’s trust for each peer', () => {
    const [chengdu, barcelona] = pair()
    const adopted = federate([chengdu, barcelona])
    const { federation, trust, inbound } = chengdu.state
    expect(toHex(federation!.id)).toBe(toHex(documentHash(adopted.document)))
    expect(federation!.documents.length).toBe(1)
    expect([...trust.keys()]).toEqual([barcelona.card.origin])
    expect(trust.get(barcelona.card.origin)).toMatchObject({ exposureMilli: 3000n * CV, transferMaxMilli: 3000n * CV })
    expect(inbound.get(barcelona.card.origin)).toEqual({ last: null, claimed: null, unclaimed: 0n })
  })

  test('is refused unreadable, of another version, with a past, or with a day 0 that is still to come', () => {
    const [chengdu, barcelona] = pair()
    const refusalOf = (terms: Partial<FederationDocument>) =>
      record(chengdu, adoption(firstDocument([chengdu, barcelona], terms), [chengdu, barcelona]))
    const unreadable = { ...adoption(firstDocument([chengdu, barcelona]), [chengdu, barcelona]), document: Uint8Array.of(0x80) }
    expect(record(chengdu, unreadable)).toEqual({ code: 'bad-document' })
    expect(refusalOf({ version: 2 })).toEqual({ code: 'wrong-version', expected: 1 })
    expect(refusalOf({ previous: bytesFor('another') })).toEqual({ code: 'bad-document' })
    expect(refusalOf({ day0: DAY0 + DAY })).toEqual({ code: 'bad-document' })
    expect(refusalOf({})).toHaveProperty('seq')
  })

  test('is refused with frontier reports: before it there was nobody to report', () => {
    const [chengdu, barcelona] = pair()
    const whole = adoption(firstDocument([chengdu, barcelona]), [chengdu, barcelona])
    const report = { report: Uint8Array.of(0x80), signature: new Uint8Array(64) }
    expect(record(chengdu, { ...whole, reports: [report] })).toEqual({ code: 'bad-document' })
    expect(record(chengdu, whole)).toHaveProperty('seq')
  })

  test('needs every member’s own signature, once', () => {
    const [chengdu, barcelona] = pair()
    const whole = adoption(firstDocument([chengdu, barcelona]), [chengdu, barcelona])
    const [ours, theirs] = whole.signatures
    const without = (signatures: typeof whole.signatures) => record(chengdu, { ...whole, signatures })
    expect(without([ours!])).toEqual({ code: 'signatures-missing', needed: 2, got: 1 })
    expect(without([ours!, ours!])).toEqual({ code: 'signatures-missing', needed: 2, got: 1 })
    expect(without([theirs!, ours!])).toEqual({ code: 'signatures-missing', needed: 2, got: 1 })
    const byTheirLogKey = sign(barcelona.secrets.log, 'fed', documentHash(whole.document), documentHash(whole.document))
    expect(without([ours!, { hub: 1, signature: byTheirLogKey }])).toEqual({ code: 'signatures-missing', needed: 2, got: 1 })
    expect(without([ours!, theirs!, { hub: 2, signature: ours!.signature }]))
      .toEqual({ code: 'signatures-missing', needed: 2, got: 2 })
  })

  test('cannot name this hub with keys that are not its own', () => {
    const [chengdu, barcelona] = pair()
    const disguised = { ...chengdu, card: { ...chengdu.card, orderKey: publicKeyOf(bytesFor('a thief')) } }
    expect(record(chengdu, adoption(firstDocument([disguised, barcelona]), [disguised, barcelona])))
      .toEqual({ code: 'not-in-document' })
  })

  test('may be recorded by a hub outside it, which then cannot order or ask anything yet', () => {
    const [chengdu, barcelona] = pair()
    const tokyo = aTown('tokyo')
    recorded(tokyo, federate([chengdu, barcelona]))
    expect(ownKeysArgument(tokyo.state)).toBeNull()
    const argument = ownKeysArgument(chengdu.state)!
    expect(record(tokyo, { kind: 'order.approved', slot: 0, order: 'keys', argument }, [tokyo.steward]))
      .toEqual({ code: 'not-in-document' })
  })
})

describe('a later document', () => {
  test('lets a third and a fourth hub in; each newcomer records the whole chain of documents', () => {
    const { towns, history } = aRegion(['chengdu', 'barcelona'])
    const all: Town[] = [...towns]
    for (const name of ['tokyo', 'lisbon']) {
      const newcomer = aTown(name)
      join(all, newcomer, history)
      all.push(newcomer)
    }
    openChains(all)
    for (const town of all) {
      expect(town.state.federation!.documents.length).toBe(3)
      expect(town.state.federation!.id).toEqual(documentHash(history[0]!.document))
      expect([...town.state.trust.keys()].sort()).toEqual(
        all.filter((other) => other !== town).map((other) => other.card.origin).sort(),
      )
      expect(town.state.chain.keys).toBe(0)
    }
  })

  test('fixes how far every chain is certified, and which order its voters are bound to above that', () => {
    const { towns: [chengdu, barcelona], history } = aRegion(['chengdu', 'barcelona'])
    const tokyo = aTown('tokyo')
    join([chengdu, barcelona], tokyo, history)
    const { slots } = chengdu.state.chain
    const { frontiers } = tokyo.state.federation!.documents[1]!
    expect(frontiers.get(chengdu.card.origin)).toEqual({ certified: { slot: 1, order: slots[1]!.orderId }, locked: null })
    expect(frontiers.get(barcelona.card.origin)!.certified!.slot).toBe(0)
    expect(frontiers.has(tokyo.card.origin)).toBe(false)
  })

  /** A region of `n` hubs, the next document with tokyo in it, and everybody's reports. */
  function aProposal(n = 2, terms: Partial<FederationDocument> = {}) {
    const names = ['chengdu', 'barcelona', 'lisbon', 'osaka'].slice(0, n)
    const { towns } = aRegion(names as string[])
    const tokyo = aTown('tokyo')
    const [chengdu] = towns as Town[]
    const federation = chengdu!.state.federation!
    const document = nextDocument(chengdu!, tokyo, terms)
    const proposal = documentHash(encodeDocument(document))
    const before = currentDocument(federation)
    const reports = (towns as Town[]).map((town) => ({ town, report: reportOf(town, before, proposal, towns as Town[]) }))
    const adopt = (signers: Town[], given = reports) => adoption(document, signers, given, federation.id)
    return { chengdu: chengdu!, towns: towns as Town[], tokyo, reports, adopt, federation }
  }

  test('needs the newcomer and a quorum of the old hubs; of four, one may be down', () => {
    const { chengdu, towns, tokyo, reports, adopt } = aProposal(4)
    expect(record(chengdu, adopt(towns))).toEqual({ code: 'signatures-missing', needed: 4, got: 4 })
    expect(record(chengdu, adopt([...towns.slice(0, 2), tokyo]))).toEqual({ code: 'signatures-missing', needed: 4, got: 3 })
    expect(record(chengdu, adopt([...towns.slice(1), tokyo], reports.slice(0, 2))))
      .toEqual({ code: 'reports-missing', needed: 3, got: 2 })
    expect(record(chengdu, adopt([...towns.slice(1), tokyo], reports.slice(1)))).toHaveProperty('seq')
  })

  test('counts only reports by old voters, one each, that answer exactly this proposal', () => {
    const { chengdu, towns, tokyo, reports: [ours, theirs], adopt } = aProposal()
    const refusalOf = (given: { town: Town; report: FrontierReport }[]) => record(chengdu, adopt([...towns, tokyo], given))
    const missing = { code: 'reports-missing', needed: 2, got: 1 }
    expect(refusalOf([ours!, ours!])).toEqual(missing)
    expect(refusalOf([ours!, { ...theirs!, report: { ...theirs!.report, proposal: bytesFor('another') } }])).toEqual(missing)
    expect(refusalOf([ours!, { town: tokyo, report: { ...theirs!.report, voter: 2 } }])).toEqual(missing)
    expect(refusalOf([ours!, { town: tokyo, report: theirs!.report }])).toEqual(missing)
    const twice = [...theirs!.report.hubs, theirs!.report.hubs[0]!]
    expect(refusalOf([ours!, { ...theirs!, report: { ...theirs!.report, hubs: twice } }])).toEqual(missing)
    const stranger = [{ origin: tokyo.card.origin, certified: null, locked: null }]
    expect(refusalOf([ours!, { ...theirs!, report: { ...theirs!.report, hubs: stranger } }])).toEqual(missing)
  })

  test('refuses a report that skips a slot between what is certified and what was voted for', () => {
    const { chengdu, towns, tokyo, reports: [ours, theirs], adopt } = aProposal()
    const hubs = theirs!.report.hubs.map((hub) => ({ ...hub, locked: { slot: 7, order: bytesFor('an order') } }))
    expect(record(chengdu, adopt([...towns, tokyo], [ours!, { ...theirs!, report: { ...theirs!.report, hubs } }])))
      .toEqual({ code: 'reports-missing', needed: 2, got: 1 })
  })

  test('refuses two certificates for one slot, and takes two votes for one slot as no lock', () => {
    const { chengdu, towns, tokyo, reports: [ours, theirs], adopt } = aProposal()
    const changed = (change: (hub: FrontierReport['hubs'][number]) => Partial<FrontierReport['hubs'][number]>) =>
      [ours!, theirs!].map(({ town, report }) => ({
        town, report: { ...report, hubs: report.hubs.map((hub) => ({ ...hub, ...(town === towns[0] ? {} : change(hub)) })) },
      }))
    const otherOrder = changed(({ certified }) => ({ certified: { slot: certified!.slot, order: bytesFor('another order') } }))
    expect(record(chengdu, adopt([...towns, tokyo], otherOrder))).toEqual({ code: 'bad-document' })

    const lockedBy = (name: string, hub: FrontierReport['hubs'][number]) =>
      ({ ...hub, locked: { slot: hub.certified!.slot + 1, order: bytesFor(name) } })
    const split = [ours!, theirs!].map(({ town, report }) => ({
      town, report: { ...report, hubs: report.hubs.map((hub) => lockedBy(hub === report.hubs[0] ? town.name : 'one', hub)) },
    }))
    recorded(chengdu, adopt([...towns, tokyo], split))
    const { frontiers } = chengdu.state.federation!.documents[1]!
    expect(frontiers.get(towns[0]!.card.origin)!.locked).toBeNull()
    expect(fromHex(frontiers.get(towns[1]!.card.origin)!.locked!.order)).toEqual(bytesFor('one'))
  })

  test('continues the one before: same terms, same cards, nobody dropped', () => {
    const refusalOf = (terms: Partial<FederationDocument>) => {
      const { chengdu, towns, tokyo, adopt } = aProposal(2, terms)
      return record(chengdu, adopt([...towns, tokyo]))
    }
    expect(refusalOf({})).toHaveProperty('seq')
    expect(refusalOf({ previous: bytesFor('another') })).toEqual({ code: 'bad-document' })
    expect(refusalOf({ version: 3 })).toEqual({ code: 'wrong-version', expected: 2 })
    expect(refusalOf({ day0: DAY0 - DAY })).toEqual({ code: 'bad-document' })
    expect(refusalOf({ globalDecayPerMille: 0 })).toEqual({ code: 'bad-document' })
    expect(refusalOf({ conversion: { numerator: 1, denominator: 4 } })).toEqual({ code: 'bad-document' })
    expect(refusalOf({ issueYearlyMaxMilli: 1n })).toEqual({ code: 'bad-document' })
    const member = (town: Town) => ({ card: town.card, addresses: [] })
    const [chengdu, barcelona, tokyo] = [aTown('chengdu'), aTown('barcelona'), aTown('tokyo')]
    expect(refusalOf({ members: [chengdu, tokyo].map(member) })).toEqual({ code: 'bad-document' })
    const rekeyed = { ...barcelona, card: { ...barcelona.card, voteKey: publicKeyOf(bytesFor('a thief')) } }
    expect(refusalOf({ members: [chengdu, rekeyed, tokyo].map(member) })).toEqual({ code: 'bad-document' })
  })

  test('ends the old epoch: an order left open is listed as a lock, and certified by votes of the new one', () => {
    const { towns: [chengdu, barcelona], history } = aRegion(['chengdu', 'barcelona'])
    const argument = encodeIssueArgument(CV)
    recorded(chengdu, { kind: 'order.approved', slot: 2, order: 'issue', argument }, [chengdu.steward])
    recorded(chengdu, ordering(chengdu, nextOrder(chengdu.state, chengdu.now)!))
    const { orderId, bytes } = chengdu.state.chain.slots[2]!
    const oldVotes = votesFor(chengdu, bytes, [chengdu, barcelona], 1)

    const tokyo = aTown('tokyo')
    join([chengdu, barcelona], tokyo, history)
    const { frontiers } = chengdu.state.federation!.documents[1]!
    expect(frontiers.get(chengdu.card.origin)!.locked).toEqual({ slot: 2, order: orderId })
    expect(record(chengdu, { kind: 'x.cert', slot: 2, epoch: 1, votes: oldVotes })).toEqual({ code: 'bad-certificate' })
    certify(chengdu, [chengdu, barcelona, tokyo])
    expect(chengdu.state.books.pool).toBe(10_001n * CV)
  })
})
