/**
 * Receipts that a restore has voided. The community's computer went back to a backup and begins a new generation there
 * (`ledger/README.md`, Restores): what it had promised before, for a place at or behind that one, stands in its record
 * no more, unless another city had already seen it.
 */
import type { Hex, Kind } from '#ledger/action.ts'
import { fromBase64, fromHex, toHex } from '#ledger/bytes.ts'
import { openSeal, parseReceipt, parseRecord } from '#ledger/entry.ts'
import { sha256 } from '#ledger/hash.ts'
import type { HubView } from '#protocol/api.ts'

/** The receipt's hash, and the generation of the first restore that voided it. */
export type Lost<R> = { kept: R; receipt: Hex; generation: number }

/** Those of a community's own receipts that its restores have voided. Pure. */
export function lostAmong<R extends { seq: number; receipt: string }>(
  kept: readonly R[], restores: HubView['restores'], logKey: Uint8Array, hubId: Hex,
): Lost<R>[] {
  const ascending = [...restores].sort((a, b) => a.generation - b.generation)
  return kept.flatMap((one) => {
    const bytes = fromBase64(one.receipt)
    const receipt = bytes === null ? null : parseReceipt(bytes)
    const seal = receipt === null ? null : openSeal(receipt.seal, logKey, fromHex(hubId)!)
    if (bytes === null || seal === null) return []
    const by = ascending.find(({ generation, size }) => generation > seal.generation && size <= one.seq)
    return by === undefined ? [] : [{ kept: one, receipt: toHex(sha256(bytes)), generation: by.generation }]
  })
}

/** The receipts, by their hashes, whose loss these records say. Pure. */
export function claimedBy(kept: readonly { kind: Kind; record: string }[]): ReadonlySet<Hex> {
  return new Set(kept.filter(({ kind }) => kind === 'lost.claimed').flatMap(({ record }) => {
    const bytes = fromBase64(record)
    const action = bytes === null ? undefined : parseRecord(bytes)?.action
    return action?.kind === 'lost.claimed' ? [action.receipt] : []
  }))
}
