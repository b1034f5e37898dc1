import { expect, test } from 'vitest'
import { resources } from '#ledger/charter/charter.ts'
import { cardOf, currentDocument } from '#ledger/state/state.ts'
import { openQuote, type Quote, quoteFor, signQuote } from '#protocol/quote.ts'
import { QUOTE_SECONDS } from '#protocol/limits.ts'
import { admit, aMember, aRegion, CV, hexFor, idFor, PLAIN_TRUST, recorded } from '#test/support/towns.ts'

/** Barcelona is asked what it would do with something for Ana that comes from Chengdu. */
function aRegionOfTwo() {
  const { towns } = aRegion(['chengdu', 'barcelona'])
  const [chengdu, barcelona] = towns
  const ana = aMember(barcelona, 'ana')
  const mei = aMember(chengdu, 'mei')
  const asked = { to: ana.acct, amount: 100n * CV, agreement: idFor('a stay') }
  const source = chengdu.card.origin
  const quoted = (change: Partial<typeof asked> = {}): Quote => quoteFor(barcelona.state, source, { ...asked, ...change }, barcelona.now)
  return { chengdu, barcelona, ana, mei, asked, source, quoted }
}

test('says what would become of a transfer: credited, kept for the stay, or why a steward would look first', () => {
  const { chengdu, barcelona, ana, mei, source, quoted } = aRegionOfTwo()
  expect(quoted().disposition).toBe('credit')
  expect(quoted({ to: hexFor('nobody') }).disposition).toBe('recipient')
  expect(quoted({ amount: 3_001n * CV }).disposition).toBe('too-large')
  admit(barcelona, chengdu, mei)
  const begins = barcelona.now + 3_600
  recorded(barcelona, {
    kind: 'booking.made', id: idFor('a booking'), listing: idFor('a room'), provider: ana.acct, receiver: mei.acct, resource: resources.room,
    begins, ends: begins + 86_400, demandPerMille: 1_000, terms: hexFor('terms'), charter: 0,
  }, [ana, mei])
  expect(quoted({ agreement: idFor('a booking') }).disposition).toBe('booking')
  recorded(barcelona, {
    kind: 'trust.set', ...PLAIN_TRUST, peer: source, exposureMilli: 90n * CV, transferMaxMilli: 3_000n * CV,
  }, [barcelona.steward])
  expect(quoted().disposition).toBe('limit')
})

test('counts only as the answer to what was asked, by that hub, for an hour', () => {
  const { chengdu, barcelona, asked, source, quoted } = aRegionOfTwo()
  const { id, documents } = barcelona.state.federation!
  expect(documents.length).toBeGreaterThan(0)
  const document = currentDocument(barcelona.state.federation!)
  const [by, other] = [barcelona, chengdu].map(({ card }) => cardOf(document, card.origin)!)
  const signed = signQuote(quoted(), barcelona.secrets.order, id)
  const { now } = barcelona
  expect(openQuote(signed, by!, source, asked, id, now)).toEqual(quoted())
  expect(openQuote(signed, by!, source, asked, id, now + QUOTE_SECONDS + 1)).toBeNull()
  expect(openQuote(signed, other!, source, asked, id, now)).toBeNull()
  expect(openQuote(signed, by!, barcelona.card.origin, asked, id, now)).toBeNull()
  for (const change of [{ to: hexFor('another') }, { amount: 1n }, { agreement: idFor('another') }]) {
    expect(openQuote(signed, by!, source, { ...asked, ...change }, id, now)).toBeNull()
  }
  expect(openQuote(signQuote(quoted(), chengdu.secrets.order, id), by!, source, asked, id, now)).toBeNull()
  expect(openQuote({ ...signed, quote: signed.quote.subarray(1) }, by!, source, asked, id, now)).toBeNull()
})
