/**
 * Receipts: what the hub promised for each thing that was done, kept here with the record it binds the hub to, and checked
 * against the hub's log key; a hub that gives bad ones is found out here.
 */
import type { Hex, Kind, Origin } from '#ledger/action.ts'
import { fromBase64 } from '#ledger/bytes.ts'
import { parseRecord } from '#ledger/entry.ts'
import type { ActAnswer } from '#protocol/api.ts'
import { keepReceipt, type KeptReceipt, keptReceipts, replacedReceipts } from '../device/cabinet.ts'
import { claimedBy, type Lost, lostAmong } from '../device/lost.ts'
import { isBinding, logKeyFrom } from '../device/verify.ts'
import { hubView } from './app.ts'
import { hub } from './hub-client.ts'

/**
 * The receipts kept here that bind, newest first; those that could not be checked when they came are
 * checked now. One that a restore has voided binds nobody and is listed apart.
 */
export async function ownReceipts(): Promise<KeptReceipt[]> {
  const view = hubView.get()
  const voided = new Set((await lostReceipts()).map(({ kept }) => kept.receipt))
  const receipts = (await keptReceipts()).filter(({ receipt }) => !voided.has(receipt))
  const open = receipts.filter((one) => one.binding === null && one.hub === view?.origin)
  const logKey = open.length === 0 || view === null ? null : await ownLogKey(view.hubId)
  if (logKey === null || view === null) return receipts
  for (const one of open) {
    one.binding = isBinding(one, one.body, logKey, view.hubId)
    await keepReceipt(one)
  }
  return receipts
}

/** Receipts of this community that a restore has voided, as far as this device keeps them. */
export async function lostReceipts(): Promise<Lost<KeptReceipt>[]> {
  const view = hubView.get()
  if (view === null || view.restores.length === 0) return []
  const logKey = await ownLogKey(view.hubId)
  if (logKey === null) return []
  const all = [...(await replacedReceipts()), ...(await keptReceipts())].filter(({ hub }) => hub === view.origin)
  return lostAmong(all, view.restores, logKey, view.hubId)
}

/** Of those, the ones whose loss this device has put on record, by the hashes of the receipts. */
export const claimedReceipts = async (): Promise<ReadonlySet<Hex>> => claimedBy(await ownReceipts())

const logKeys = new Map<Hex, Uint8Array>()

/**
 * The log key of this hub, from the founding document that its id is the hash of; null while it
 * cannot be had.
 */
export async function ownLogKey(hubId: Hex): Promise<Uint8Array | null> {
  const known = logKeys.get(hubId)
  if (known !== undefined) return known
  const answer = await hub.genesis()
  const logKey = answer.ok ? logKeyFrom(answer.value.genesis, hubId) : null
  if (logKey !== null) logKeys.set(hubId, logKey)
  return logKey
}

/**
 * Keeps the receipt with its record, and whether it binds: a hub that gives bad receipts is found
 * out here.
 */
export async function keep(
  answer: ActAnswer,
  body: string,
  kind: Kind,
  place: { origin: Origin; hubId: Hex; now: number },
  isHome: boolean,
): Promise<void> {
  const logKey = isHome ? await ownLogKey(place.hubId) : null
  const record = fromBase64(answer.record)
  await keepReceipt({
    hub: place.origin,
    seq: answer.seq,
    kind,
    ts: (record === null ? null : parseRecord(record)?.ts) ?? place.now,
    body,
    record: answer.record,
    receipt: answer.receipt,
    binding: logKey === null ? null : isBinding(answer, body, logKey, place.hubId),
  })
}
