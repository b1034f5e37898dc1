import { describe, expect, test } from 'vitest'
import { toHex } from '#ledger/bytes.ts'
import {
  encodeDocument, encodeIssueArgument, encodeOrder, type FederationDocument, isCertified, isSignedOrder, orderPayload,
  type OrderPlace, parseDocument, parseOrder, quorum, returnXidOf, signOrder, xidOf,
} from '#ledger/federation/federation.ts'
import { publicKeyOf } from '#ledger/keys.ts'
import { nextOrder } from '#ledger/rules/order.ts'
import { aRegion, aTown, bytesFor, CV, firstDocument, recorded, votesFor } from '#test/support/towns.ts'

/** Whether `liars`, who vote for both of two orders, can have both certified, however the honest split. */
function canCertifyTwice(n: number, q: number, liars: number): boolean {
  const honest = n - liars
  for (let forOne = 0; forOne <= honest; forOne++) {
    if (liars + forOne >= q && liars + honest - forOne >= q) return true
  }
  return false
}

describe('the quorum', () => {
  test.each([
    [1, 1], [2, 2], [3, 3], [4, 3], [5, 4], [6, 4], [7, 5], [8, 6], [9, 6], [10, 7], [11, 8], [12, 8], [13, 9],
  ])('of %i voters is %i', (n, q) => {
    expect(quorum(n)).toBe(q)
  })

  test('lets up to 2q−n−1 liars certify nothing twice, and one more is too many, for 1 to 13 voters', () => {
    for (let n = 1; n <= 13; n++) {
      const q = quorum(n)
      const bearable = 2 * q - n - 1
      expect(bearable).toBeGreaterThanOrEqual(Math.floor((n - 1) / 3))
      for (let liars = 0; liars <= n; liars++) expect(canCertifyTwice(n, q, liars)).toBe(liars > bearable)
    }
  })

  test('is not 2f+1: that many voters certify two orders with f liars in federations of these sizes', () => {
    const broken = Array.from({ length: 13 }, (_, i) => i + 1).filter((n) => {
      const liars = Math.floor((n - 1) / 3)
      return canCertifyTwice(n, 2 * liars + 1, liars)
    })
    expect(broken).toEqual([2, 3, 5, 6, 8, 9, 11, 12])
  })
})

describe('the signature under an order', () => {
  const [secret, id, order] = [bytesFor('order key'), bytesFor('federation'), bytesFor('an order')]
  const place = { origin: 'cv.chengdu-5f3a91c0/log', slot: 7, order }

  test('is over the hub’s name, a zero, eight bytes of the slot and the orderId', () => {
    expect(toHex(orderPayload({ origin: 'cv.a/log', slot: 258, order })))
      .toBe(`63762e612f6c6f67000000000000000102${toHex(order)}`)
  })

  test('proves that this hub ordered this at this slot, and nothing of any other', () => {
    const signature = signOrder(secret, id, place)
    const holds = (change: Partial<OrderPlace>, fedId = id, key = publicKeyOf(secret)) =>
      isSignedOrder(key, fedId, { ...place, ...change }, signature)
    expect(holds({})).toBe(true)
    expect(holds({ origin: 'cv.chengdu-5f3a91c1/log' })).toBe(false)
    expect(holds({ slot: 8 })).toBe(false)
    expect(holds({ order: bytesFor('another') })).toBe(false)
    expect(holds({}, bytesFor('another federation'))).toBe(false)
    expect(holds({}, id, publicKeyOf(bytesFor('another key')))).toBe(false)
  })
})

describe('a certificate', () => {
  const { towns: [chengdu, barcelona, tokyo] } = aRegion(['chengdu', 'barcelona', 'tokyo'])
  const federation = chengdu.state.federation!
  const { document } = federation.documents[0]!
  const argument = encodeIssueArgument(CV)
  recorded(chengdu, { kind: 'order.approved', slot: 2, order: 'issue', argument }, [chengdu.steward])
  const order = encodeOrder(nextOrder(chengdu.state, chengdu.now)!)
  const signature = bytesFor('not looked at')
  const votes = votesFor(chengdu, order, [chengdu, barcelona, tokyo])
  const holds = (given: typeof votes, epoch = 1, of = order) =>
    isCertified({ epoch, order: of, signature, votes: given }, document, federation.id)

  test('is a quorum of the document’s members over one order', () => {
    expect(holds(votes)).toBe(true)
    expect(holds(votes.slice(1))).toBe(false)
    expect(holds([])).toBe(false)
  })

  test('counts each voter once, in one spelling', () => {
    expect(holds([votes[0]!, votes[0]!, votes[1]!])).toBe(false)
    expect(holds(votes.toReversed())).toBe(false)
    expect(holds([votes[0]!, votes[1]!, { ...votes[2]!, voter: 3 }])).toBe(false)
  })

  test('holds for no other order, epoch or voter', () => {
    const other = encodeOrder({ ...parseOrder(order)!, position: 1n })
    expect(holds(votes, 1, other)).toBe(false)
    expect(holds(votes, 2)).toBe(false)
    expect(holds([votes[0]!, votes[1]!, { voter: 2, signature: votes[1]!.signature }])).toBe(false)
  })
})

test('a document names only terms that every reader computes alike, for as long as records can be written', () => {
  const read = (terms: Partial<FederationDocument>) => parseDocument(encodeDocument(firstDocument([aTown('chengdu')], terms)))
  const terms = { globalDecayPerMille: 150, conversion: { numerator: 1, denominator: 1_000_000 }, issueYearlyMaxMilli: 10n ** 12n }
  expect(read(terms)).toMatchObject(terms)
  expect(read({ globalDecayPerMille: 151 })).toBe(null)
  for (const [numerator, denominator] of [[1, 0], [1, 2], [1, 1_000_001], [2 ** 51, 2 ** 53 - 1]] as const) {
    expect(read({ conversion: { numerator, denominator } })).toBe(null)
  }
  expect(read({ issueYearlyMaxMilli: 10n ** 12n + 1n })).toBe(null)
})

test('a transfer and its return have different names, and so have transfers of different federations', () => {
  const [fed, other, leaf] = [bytesFor('fed'), bytesFor('other'), bytesFor('leaf')]
  expect(new Set([xidOf(fed, leaf), xidOf(other, leaf), returnXidOf(fed, leaf), returnXidOf(other, leaf)]).size).toBe(4)
})
