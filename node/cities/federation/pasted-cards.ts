/**
 * The cards of others: those that stewards here have pasted, which is all that human consent there is; those of hubs that
 * ask to be admitted; and the one by which this hub wants to join. They are in the store, so that a start goes on with them.
 */
import type { Origin } from '#ledger/action.ts'
import { equalBytes } from '#ledger/bytes.ts'
import { type Card, encodeCard, encodeSignedCard, parseSignedCard, type SignedCard } from '#ledger/federation/federation.ts'
import { cardOf } from '#ledger/state/state.ts'
import { changeOf, type InForce, successorRenewing } from '#protocol/successor.ts'
import { ASKING_MAX } from '#protocol/limits.ts'
import type { Table } from '../../store.ts'

export type PastedCards = {
  all(): SignedCard[]
  of(origin: Origin): SignedCard | undefined
  /** True when our steward has pasted exactly this card. */
  admits(card: Card): boolean
  keep(card: SignedCard): Promise<void>
  /** New vote keys of members that stewards here agree to. `own`: this hub's own card with a new one. */
  renewals(now: InForce, own: SignedCard | null): SignedCard[]
  /** Hubs that ask to be admitted. */
  asking(): SignedCard[]
  isAsking(origin: Origin): SignedCard | undefined
  /** One more asks; the oldest makes room. */
  noteAsking(card: SignedCard): Promise<void>
  dropAsking(origin: Origin): Promise<void>
  /** By whom this hub wants to join, until it is in a federation. */
  sponsor(): SignedCard | null
  setSponsor(card: SignedCard | null): Promise<void>
  /** A card that was pasted or sent later may know better where its hub is. */
  addressesOf(card: Card, addresses: string[]): string[]
}

/** Reads what was pasted and asked before. Rows `pasted/<origin>`, `asking/<origin>`, `sponsor`. */
export async function openPastedCards(table: Table): Promise<PastedCards> {
  const pasted = new Map<Origin, SignedCard>()
  const asking = new Map<Origin, SignedCard>()
  let sponsor: SignedCard | null = null
  for await (const [key, bytes] of table.entries()) {
    const card = /^(pasted\/|asking\/|sponsor$)/.test(key) ? parseSignedCard(bytes) : null
    if (card === null) continue
    if (key.startsWith('pasted/')) pasted.set(card.card.origin, card)
    if (key.startsWith('asking/')) asking.set(card.card.origin, card)
    if (key === 'sponsor') sponsor = card
  }

  return {
    all: () => [...pasted.values()],
    of: (origin) => pasted.get(origin),
    admits(card) {
      const known = pasted.get(card.origin)
      return known !== undefined && equalBytes(known.bytes, encodeCard(card))
    },
    async keep(card) {
      await table.put(`pasted/${card.card.origin}`, signedBytes(card))
      pasted.set(card.card.origin, card)
    },
    renewals: (now, own) => [...pasted.values(), ...(own === null ? [] : [own])].filter((one) => isRenewal(one, now)),
    asking: () => [...asking.values()],
    isAsking: (origin) => asking.get(origin),
    async noteAsking(card) {
      const { origin } = card.card
      if (!asking.has(origin) && asking.size >= ASKING_MAX) {
        const [oldest] = asking.keys()
        asking.delete(oldest!)
        await table.del(`asking/${oldest!}`)
      }
      asking.set(origin, card)
      await table.put(`asking/${origin}`, signedBytes(card))
    },
    async dropAsking(origin) {
      asking.delete(origin)
      await table.del(`asking/${origin}`)
    },
    sponsor: () => sponsor,
    async setSponsor(card) {
      if (card === null) {
        sponsor = null
        return await table.del('sponsor')
      }
      await table.put('sponsor', signedBytes(card))
      sponsor = card
    },
    addressesOf({ origin }, addresses) {
      const others = [...(pasted.get(origin)?.addresses ?? []), ...(asking.get(origin)?.addresses ?? [])]
      return [...new Set([...addresses, ...others])]
    },
  }
}

export const signedBytes = ({ bytes, signature, addresses }: SignedCard): Uint8Array =>
  encodeSignedCard(bytes, signature, addresses)

/** Whether a card is that of a member with a new vote key, and nothing else of it new. */
export const isRenewal = ({ card, signature }: SignedCard, now: InForce): boolean =>
  cardOf(now.document, card.origin) !== undefined &&
  changeOf(successorRenewing(now, [{ card, signature }]), now)?.renewed.length === 1
