/** New vote keys, given by a document: who must sign them, what they may not be, and that nothing is certified twice across the change. */
import { describe, expect, test } from 'vitest'
import { toHex } from '#ledger/bytes.ts'
import {
  documentHash, encodeCard, encodeDocument, encodeIssueArgument, encodeReport, type FederationDocument, signersOf,
} from '#ledger/federation/federation.ts'
import { publicKeyOf, sign } from '#ledger/keys.ts'
import { nextOrder } from '#ledger/rules/order.ts'
import { currentDocument } from '#ledger/state/state.ts'
import {
  aRegion, type Asked, bytesFor, CV, evidenceFor, ordering, record, recorded, reportOf, type Town, votesFor,
} from '#test/support/towns.ts'

const newSecret = (town: Town): Uint8Array => bytesFor(`${town.card.city} votes anew`)

/** A town as it is once its vote key is another one. */
const renewed = (town: Town, secret = newSecret(town)): Town =>
  ({ ...town, card: { ...town.card, voteKey: publicKeyOf(secret) }, secrets: { ...town.secrets, vote: secret } })

type Change = { signers?: Town[]; reporters?: Town[]; byLog?: Town; terms?: Partial<FederationDocument>; secret?: Uint8Array }

/** The document that renews the keys of `whom`; `towns` are all members as they were. */
function renewing(towns: Town[], whom: Town[], { signers, reporters, byLog, terms = {}, secret }: Change = {}): Asked<'fed.adopted'> {
  const federation = towns[0]!.state.federation!
  const before = currentDocument(federation)
  const fresh = whom.map((town) => renewed(town, secret))
  const cardOf = (town: Town) => fresh.find(({ card }) => card.origin === town.card.origin)?.card ?? town.card
  const document: FederationDocument = {
    ...before, version: before.version + 1, previous: federation.documents.at(-1)!.hash,
    members: before.members.map((member) => ({ ...member, card: cardOf(towns.find(({ card }) => card.origin === member.card.origin)!) })),
    renewals: fresh.map(({ card, secrets }) => ({ origin: card.origin, signature: sign((byLog?.secrets ?? secrets).log, 'card', card.hubId, encodeCard(card)) })),
    ...terms,
  }
  const bytes = encodeDocument(document)
  const hash = documentHash(bytes)
  const keep = whom.length === towns.length ? towns : towns.filter((town) => !whom.includes(town))
  const all = signersOf(document, before)
  const placeOf = (town: Town) => all.findIndex(({ card }) => toHex(card.voteKey) === toHex(town.card.voteKey))
  const signed = [...(signers ?? keep), ...fresh].map((town) => ({ hub: placeOf(town), signature: sign(town.secrets.vote, 'fed', federation.id, hash) }))
  const reports = (reporters ?? keep).map((town) => ({ town, report: reportOf(town, before, hash, towns) }))
    .sort((a, b) => a.report.voter - b.report.voter)
  return {
    kind: 'fed.adopted', document: bytes, signatures: signed.sort((a, b) => a.hub - b.hub),
    reports: reports.map(({ town, report }) => ({ report: encodeReport(report), signature: sign(town.secrets.vote, 'front', federation.id, encodeReport(report)) })),
    evidence: evidenceFor(reports.map(({ report }) => report), towns), wills: [],
  }
}

const trio = () => aRegion(['chengdu', 'barcelona', 'lisbon']).towns as Town[]
const bad = { code: 'bad-document' }

describe('a new vote key', () => {
  test('takes the word of all who keep theirs, of the new key and of the hub’s log key, and not of the old one', () => {
    const towns = trio()
    const [chengdu, barcelona, lisbon] = towns as [Town, Town, Town]
    expect(record(lisbon, renewing(towns, [chengdu], { signers: [barcelona] }))).toEqual({ code: 'signatures-missing', needed: 3, got: 2 })
    expect(record(lisbon, renewing(towns, [chengdu], { signers: towns }))).toMatchObject({ code: 'signatures-missing' })
    expect(record(lisbon, renewing(towns, [chengdu], { reporters: [barcelona] }))).toEqual({ code: 'reports-missing', needed: 2, got: 1 })
    expect(record(lisbon, renewing(towns, [chengdu], { byLog: barcelona }))).toEqual(bad)
    const adopted = renewing(towns, [chengdu])
    for (const town of towns) recorded(town, adopted)
    expect(currentDocument(lisbon.state.federation!).members[0]!.card.voteKey).toEqual(publicKeyOf(newSecret(chengdu)))
  })

  test('is no key that ever stood in a document, of any hub, and the old one never comes back', () => {
    const towns = trio()
    const [chengdu, barcelona, lisbon] = towns as [Town, Town, Town]
    for (const secret of [chengdu.secrets.vote, barcelona.secrets.vote, barcelona.secrets.auditor]) {
      expect(record(lisbon, renewing(towns, [chengdu], { secret }))).toMatchObject({ code: expect.stringMatching(/bad-document|signatures-missing/) as string })
    }
    const [first, old] = [renewing(towns, [chengdu]), chengdu.secrets.vote]
    for (const town of towns) recorded(town, first)
    const now = [renewed(chengdu), barcelona, lisbon]
    expect(record(lisbon, renewing(now, [now[0]!], { secret: old }))).toEqual(bad)
  })

  test('comes with nothing else, and for no more hubs than may lie, or for all', () => {
    const four = aRegion(['chengdu', 'barcelona', 'lisbon', 'osaka']).towns as Town[]
    const [chengdu, barcelona, lisbon] = four as [Town, Town, Town, Town]
    expect(record(lisbon, renewing(four, [chengdu, barcelona]))).toEqual(bad)
    expect(record(lisbon, renewing(four, [chengdu], { terms: { globalDecayPerMille: 10 } }))).toEqual(bad)
    const adopted = renewing(four, four)
    for (const town of four) recorded(town, adopted)
  })

  test('leaves every certificate as it was, and an open order is certified by the new keys and by no old one', () => {
    const towns = trio()
    const [chengdu, barcelona, lisbon] = towns as [Town, Town, Town]
    const argument = encodeIssueArgument(1_000n * CV)
    recorded(chengdu, { kind: 'order.approved', slot: chengdu.state.chain.slots.length, order: 'issue', argument }, [chengdu.steward])
    recorded(chengdu, ordering(chengdu, nextOrder(chengdu.state, chengdu.now)!))
    const open = chengdu.state.chain.slots.at(-1)!
    const adopted = renewing(towns, [barcelona])
    for (const town of towns) recorded(town, adopted)
    expect(lisbon.state.federation!.documents[1]!.frontiers.get(chengdu.card.origin)!.locked).toEqual({ slot: open.order.slot, order: open.orderId })
    const now = [chengdu, { ...renewed(barcelona), state: barcelona.state }, lisbon]
    const certificate = (by: Town[]): Asked<'x.cert'> => ({ kind: 'x.cert', slot: open.order.slot, epoch: 2, votes: votesFor(chengdu, open.bytes, by) })
    expect(record(chengdu, certificate(towns))).toEqual({ code: 'bad-certificate' })
    expect(record(chengdu, certificate(now))).toHaveProperty('seq')
  })
})
