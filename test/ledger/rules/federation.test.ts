import { describe, expect, test } from 'vitest'
import type { OrderEvidence, Vote } from '#ledger/action.ts'
import { toHex } from '#ledger/bytes.ts'
import {
  documentHash, encodeDocument, encodeIssueArgument, type FederationDocument, type FrontierReport, signOrder, votePayload,
} from '#ledger/federation/federation.ts'
import { publicKeyOf, sign } from '#ledger/keys.ts'
import { gathered } from '#ledger/rules/federation.ts'
import { nextOrder, ownKeysArgument } from '#ledger/rules/order.ts'
import { currentDocument } from '#ledger/state/state.ts'
import {
  adoption, aRegion, aTown, bytesFor, certify, CV, DAY, DAY0, evidenceFor, firstDocument, federate, join, nextDocument,
  openChains, ordering, record, recorded, reportOf, type Town, votesFor,
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

  test('is refused with frontier reports or proofs of any: before it there was nobody to report', () => {
    const [chengdu, barcelona] = pair()
    const whole = adoption(firstDocument([chengdu, barcelona]), [chengdu, barcelona])
    const report = { report: Uint8Array.of(0x80), signature: new Uint8Array(64) }
    expect(record(chengdu, { ...whole, reports: [report] })).toEqual({ code: 'bad-document' })
    const proof = { origin: chengdu.card.origin, slot: 0, order: bytesFor('an order'), signature: new Uint8Array(64) }
    expect(record(chengdu, { ...whole, evidence: [{ ...proof, epoch: null, votes: [] }] })).toEqual({ code: 'bad-document' })
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
    const adopt = (signers: Town[], given = reports) => {
      const evidence = evidenceFor(given.map(({ report }) => report), towns as Town[])
      return { ...adoption(document, signers, given, federation.id), evidence }
    }
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

  test('takes a report that leaves out what its voter has seen, and is as far as the others saw: nobody is worse off, and nobody is named', () => {
    const { towns } = aRegion(['chengdu', 'barcelona', 'lisbon', 'osaka'])
    const [chengdu, , lisbon] = towns
    // Everybody has voted for this order, but lisbon will not say so, nor that it has seen anything certified.
    recorded(chengdu, { kind: 'order.approved', slot: 2, order: 'issue', argument: encodeIssueArgument(CV) }, [chengdu.steward])
    recorded(chengdu, ordering(chengdu, nextOrder(chengdu.state, chengdu.now)!))
    const open = chengdu.state.chain.slots[2]!
    expect(votesFor(chengdu, open.bytes, [lisbon])).toHaveLength(1)
    const tokyo = aTown('tokyo')
    const federation = chengdu.state.federation!
    const document = nextDocument(chengdu, tokyo)
    const hash = documentHash(encodeDocument(document))
    const all: Town[] = [...towns]
    const reports = all.map((town) => ({ town, report: reportOf(town, currentDocument(federation), hash, all) }))
    const silent = reports.map(({ town, report }) => ({ town, report: town === lisbon ? { ...report, hubs: [] } : report }))
    const adopted = adoption(document, [...all, tokyo].filter((town) => town !== towns[3]), silent.slice(0, 3), federation.id, all)
    const branch = record(chengdu, adopted)
    expect(branch).toHaveProperty('seq')
    const { frontiers } = federation.documents[1]!
    expect(frontiers.get(chengdu.card.origin)).toEqual({
      certified: { slot: 1, order: chengdu.state.chain.slots[1]!.orderId }, locked: { slot: 2, order: open.orderId },
    })
    expect([...chengdu.state.frozen]).toEqual([])
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

describe('what a frontier report claims', () => {
  const bad = { code: 'bad-document' }

  /**
   * Four towns, chengdu with an open order in slot 2 that all of them have voted for, the next document with tokyo
   * in it, and everybody's honest report.
   */
  function anEnding() {
    const { towns } = aRegion(['chengdu', 'barcelona', 'lisbon', 'osaka'])
    const [chengdu, barcelona, lisbon] = towns
    const argument = encodeIssueArgument(CV)
    recorded(chengdu, { kind: 'order.approved', slot: 2, order: 'issue', argument }, [chengdu.steward])
    recorded(chengdu, ordering(chengdu, nextOrder(chengdu.state, chengdu.now)!))
    const tokyo = aTown('tokyo')
    const { id } = chengdu.state.federation!
    const document = nextDocument(chengdu, tokyo)
    const proposal = documentHash(encodeDocument(document))
    const before = currentDocument(chengdu.state.federation!)
    const reports = towns.map((town) => ({ town, report: reportOf(town, before, proposal, towns) }))
    const honest = evidenceFor(reports.map(({ report }) => report), towns)
    const adopt = (given = reports, evidence = honest) =>
      ({ ...adoption(document, [...towns, tokyo], given, id), evidence })
    const answerTo = (evidence: OrderEvidence[], given = reports) => record(chengdu, adopt(given, evidence))

    /** What `town` says of the chain of `of` instead, by `change`. */
    const saying = (town: Town, of: Town, change: Partial<FrontierReport['hubs'][number]>) =>
      reports.map((one) => one.town !== town ? one : {
        town, report: {
          ...one.report,
          hubs: one.report.hubs.map((hub) => hub.origin === of.card.origin ? { ...hub, ...change } : hub),
        },
      })
    /** A row that `town` signs for an order by this name, and `voters` vote for if there are any. */
    function signed(town: Town, slot: number, name: string, voters: Town[] = []): OrderEvidence {
      const place = { origin: town.card.origin, slot, order: bytesFor(name) }
      const votes = voters.map((voter) => ({
        voter: towns.findIndex((one) => one === voter),
        signature: sign(voter.secrets.vote, 'vote', id, votePayload(1, place)),
      }))
      const signature = signOrder(town.secrets.order, id, place)
      return { ...place, signature, epoch: voters.length === 0 ? null : 1, votes }
    }
    const sorted = (rows: OrderEvidence[]) => gathered([rows])
    /** The row of chengdu's certified slot 1, and that of its open slot 2. */
    const mine = honest.filter(({ origin }) => origin === chengdu.card.origin)
    const [certificate, lock] = mine as [OrderEvidence, OrderEvidence]
    /** The honest rows with one of them changed. */
    const changed = (row: OrderEvidence, change: Partial<OrderEvidence>) =>
      honest.map((one) => one === row ? { ...row, ...change } : one)
    return {
      towns, chengdu, barcelona, lisbon, tokyo, reports, honest, certificate, lock,
      adopt, answerTo, saying, signed, sorted, changed,
    }
  }

  test('counts with its proof: a certificate, or the order its hub signed', () => {
    const { chengdu, honest, certificate, lock, answerTo } = anEnding()
    expect([certificate.slot, certificate.epoch, certificate.votes.length]).toEqual([1, 1, 3])
    expect([lock.slot, lock.epoch, lock.votes.length]).toEqual([2, null, 0])
    expect(answerTo(honest)).toHaveProperty('seq')
    const { slots } = chengdu.state.chain
    expect(chengdu.state.federation!.documents[1]!.frontiers.get(chengdu.card.origin)).toEqual({
      certified: { slot: 1, order: slots[1]!.orderId }, locked: { slot: 2, order: slots[2]!.orderId },
    })
  })

  test('refuses the document when a claim has no proof, or a bare order where a certificate is claimed', () => {
    const { honest, certificate, lock, answerTo, changed } = anEnding()
    for (const row of [certificate, lock]) expect(answerTo(honest.filter((one) => one !== row))).toEqual(bad)
    expect(answerTo(changed(certificate, { epoch: null, votes: [] }))).toEqual(bad)
    expect(answerTo([])).toEqual(bad)
    expect(answerTo(honest)).toHaveProperty('seq')
  })

  test('takes no proof of another slot, another hub or another order for it', () => {
    const { chengdu, barcelona, certificate, lock, answerTo, changed, sorted } = anEnding()
    const { origin } = barcelona.card
    for (const row of [certificate, lock]) {
      expect(answerTo(sorted(changed(row, { slot: row.slot + 7 })))).toEqual(bad)
      expect(answerTo(sorted(changed(row, { origin })))).toEqual(bad)
      expect(answerTo(sorted(changed(row, { order: bytesFor('another') })))).toEqual(bad)
    }
    // What was signed for another place does not become a proof by being put at the place that is claimed.
    const { id } = chengdu.state.federation!
    const place = { origin: lock.origin, slot: lock.slot, order: lock.order }
    const elsewhere = [
      [chengdu, { ...place, slot: 3 }], [chengdu, { ...place, order: bytesFor('another') }],
      [chengdu, { ...place, origin }], [barcelona, place],
    ] as const
    for (const [town, at] of elsewhere) {
      expect(answerTo(changed(lock, { signature: signOrder(town.secrets.order, id, at) }))).toEqual(bad)
    }
    expect(answerTo(changed(lock, { signature: signOrder(chengdu.secrets.order, id, place) }))).toHaveProperty('seq')
  })

  test('takes as a certificate exactly a quorum of one epoch, each voter once and in order', () => {
    const { towns, chengdu, certificate, lock, answerTo, changed } = anEnding()
    const [first, second, third] = certificate.votes
    const refused = (votes: Vote[]) => expect(answerTo(changed(certificate, { votes }))).toEqual(bad)
    refused([first!, second!])
    refused([first!, second!, second!])
    refused([second!, first!, third!])
    refused([first!, second!, { ...third!, signature: second!.signature }])
    refused([first!, second!, { ...third!, voter: 4 }])
    refused(votesFor(chengdu, chengdu.state.chain.slots[1]!.bytes, towns))
    for (const epoch of [0, 2]) expect(answerTo(changed(certificate, { epoch }))).toEqual(bad)
    expect(answerTo(changed(lock, { votes: [first!] }))).toEqual(bad)
    expect(answerTo(changed(certificate, { votes: [first!, second!, third!] }))).toHaveProperty('seq')
  })

  test('takes no certificate of an epoch in which its hub was not a member', () => {
    const { towns: [chengdu, barcelona], history } = aRegion(['chengdu', 'barcelona'])
    const lisbon = aTown('lisbon')
    join([chengdu, barcelona], lisbon, history)
    const towns = [chengdu, barcelona, lisbon]
    openChains(towns)
    const tokyo = aTown('tokyo')
    const { id } = chengdu.state.federation!
    const document = nextDocument(chengdu, tokyo)
    const proposal = documentHash(encodeDocument(document))
    const before = currentDocument(chengdu.state.federation!)
    const reports = towns.map((town) => ({ town, report: reportOf(town, before, proposal, towns) }))
    const adopted = adoption(document, [...towns, tokyo], reports, id)
    const slot = lisbon.state.chain.slots[0]!
    const evidence = adopted.evidence.map((row) => row.origin !== lisbon.card.origin ? row
      : { ...row, epoch: 1, votes: votesFor(lisbon, slot.bytes, [chengdu, barcelona], 1) })
    expect(record(chengdu, { ...adopted, evidence })).toEqual(bad)
    expect(record(chengdu, adopted)).toHaveProperty('seq')
  })

  test('asks for rows by origin, slot and order, each once, and none that nobody claims', () => {
    const { chengdu, honest, answerTo, signed, sorted } = anEnding()
    expect(answerTo([...honest].reverse())).toEqual(bad)
    expect(answerTo([...honest, honest.at(-1)!])).toEqual(bad)
    expect(answerTo(sorted([...honest, signed(chengdu, 2, 'an order of mine')]))).toEqual(bad)
    expect(answerTo(honest)).toHaveProperty('seq')
  })

  test('a voter that lies bars no honest hub: its report proves nothing, and the document goes through without it', () => {
    const { towns, chengdu, lisbon, tokyo, reports, honest, adopt, answerTo, saying, signed, sorted } = anEnding()
    const junk = bytesFor('an order that never was')
    const lies = [
      { locked: { slot: 2, order: junk } }, { certified: { slot: 2, order: junk }, locked: null },
      { certified: { slot: 9_000, order: junk }, locked: { slot: 9_001, order: junk } },
    ]
    for (const lie of lies) {
      const given = saying(lisbon, chengdu, lie)
      expect(answerTo(honest, given)).toEqual(bad)
      // It can sign with its own order key, and vote alone; chengdu's word it has not got.
      const made = [lie.certified, lie.locked].flatMap((claim) => claim == null ? [] : [
        { ...signed(lisbon, claim.slot, 'an order that never was', claim === lie.certified ? [lisbon] : []), origin: chengdu.card.origin },
      ])
      expect(answerTo(sorted([...honest, ...made]), given)).toEqual(bad)
    }
    const without = adopt(reports.filter(({ town }) => town !== lisbon))
    for (const town of towns) recorded(town, without)
    certify(chengdu, [...towns, tokyo])
    expect(chengdu.state.books.pool).toBe(10_001n * CV)
  })

  test('refuses two certificates for one slot, though both are proved', () => {
    const { towns, chengdu, lisbon, honest, answerTo, saying, signed, sorted } = anEnding()
    const other = signed(chengdu, 1, 'another order', towns.slice(0, 3))
    const given = saying(lisbon, chengdu, { certified: { slot: 1, order: other.order } })
    expect(answerTo(sorted([...honest, other]), given)).toEqual(bad)
    const higher = signed(chengdu, 2, 'another order', towns.slice(0, 3))
    const one = saying(lisbon, chengdu, { certified: { slot: 2, order: higher.order }, locked: null })
    expect(answerTo(sorted([...honest, higher]), one)).toHaveProperty('seq')
  })

  test('takes two orders that a hub signed for one slot as no lock: that is its own fault', () => {
    const { chengdu, lisbon, honest, answerTo, saying, signed, sorted } = anEnding()
    const other = signed(chengdu, 2, 'another order')
    const given = saying(lisbon, chengdu, { locked: { slot: 2, order: other.order } })
    expect(answerTo(sorted([...honest, other]), given)).toHaveProperty('seq')
    const { frontiers } = chengdu.state.federation!.documents[1]!
    expect(frontiers.get(chengdu.card.origin)).toMatchObject({ certified: { slot: 1 }, locked: null })
  })
})
