/**
 * What this browser keeps for its member: the device key and the receipts, in IndexedDB, which
 * plain http has too. The key is the seed itself, or the seed sealed under a PIN (`pin.ts`).
 * Receipts are kept with the record they bind the hub to; they are the member's proof and the hub
 * has no say in them.
 */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import type { Hex, Kind, Origin } from '#ledger/action.ts'

/** A seed behind a PIN: salt of the scrypt key, and the nonce and bytes of XChaCha20-Poly1305. */
export type SealedSeed = { salt: Uint8Array; nonce: Uint8Array; bytes: Uint8Array }

/**
 * One device key. Kept under its hub's id, so that a browser that has been at two hubs loses
 * neither key.
 */
export type KeptDevice = {
  acct: Hex
  hubId: Hex
  publicKey: Hex
  name: string
  seed: Uint8Array | SealedSeed
}

export type KeptReceipt = {
  hub: Origin
  seq: number
  kind: Kind
  /** Seconds, by the hub's clock when it was asked. */
  ts: number
  body: string
  record: string
  receipt: string
  /** Null while the hub's founding document could not be had. */
  binding: boolean | null
}

interface Cabinet extends DBSchema {
  device: { key: Hex; value: KeptDevice }
  receipts: { key: [string, number]; value: KeptReceipt }
  /** Receipts whose number was given again, after a restore. */
  lost: { key: [string, number, string]; value: KeptReceipt }
}

let opened: Promise<IDBPDatabase<Cabinet>> | null = null

function cabinet(): Promise<IDBPDatabase<Cabinet>> {
  opened ??= openDB<Cabinet>('tongyi', 2, {
    upgrade(database, before) {
      if (before < 1) {
        database.createObjectStore('device')
        database.createObjectStore('receipts', { keyPath: ['hub', 'seq'] })
      }
      database.createObjectStore('lost', { keyPath: ['hub', 'seq', 'receipt'] })
    },
  })
  return opened
}

/** Before a hub exists its first steward's key is kept under no id at all. */
export const UNFOUNDED = ''

export const keptDevice = async (hubId: Hex): Promise<KeptDevice | null> =>
  (await (await cabinet()).get('device', hubId)) ?? null

export async function keepDevice(device: KeptDevice): Promise<void> {
  await (await cabinet()).put('device', device, device.hubId)
}

/** The hub now exists: its first steward's key gets its id, in one step or not at all. */
export async function nameHubOfDevice(hubId: Hex): Promise<void> {
  const step = (await cabinet()).transaction('device', 'readwrite')
  const device = await step.store.get(UNFOUNDED)
  if (device !== undefined) {
    await step.store.put({ ...device, hubId }, hubId)
    await step.store.delete(UNFOUNDED)
  }
  await step.done
}

/** A number is given again only after a restore: the receipt it had before is kept all the same. */
export async function keepReceipt(receipt: KeptReceipt): Promise<void> {
  const step = (await cabinet()).transaction(['receipts', 'lost'], 'readwrite')
  const before = await step.objectStore('receipts').get([receipt.hub, receipt.seq])
  if (before !== undefined && before.record !== receipt.record) await step.objectStore('lost').put(before)
  await step.objectStore('receipts').put(receipt)
  await step.done
}

export const replacedReceipts = async (): Promise<KeptReceipt[]> => await (await cabinet()).getAll('lost')

/** Newest first. */
export const keptReceipts = async (): Promise<KeptReceipt[]> =>
  (await (await cabinet()).getAll('receipts')).sort((a, b) => b.ts - a.ts || b.seq - a.seq)

type Preference = 'language' | 'text' | 'signed-out' | 'draft' | 'letters'

/** Small choices: not worth a database, and a browser that forbids storage still shows pages. */
export const preference = {
  get(name: Preference): string | null {
    try {
      return localStorage.getItem(`tongyi.${name}`)
    } catch {
      return null
    }
  },
  set(name: Preference, value: string): void {
    try {
      localStorage.setItem(`tongyi.${name}`, value)
    } catch {
      // Storage is forbidden here: the choice lasts until the page is closed.
    }
  },
}
