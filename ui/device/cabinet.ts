/**
 * What this browser keeps for its member: the device key and the receipts, in IndexedDB, which
 * plain http has too. The key is the seed itself, or the seed sealed under a PIN (`pin.ts`).
 * Receipts are kept with the record they bind the hub to; they are the member's proof and the hub
 * has no say in them.
 */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import type { Hex, Kind, Origin } from '#ledger/action.ts'
import type { ActRequest } from '#protocol/api.ts'

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

/** Something signed that has not reached its hub, or was refused there. */
export type Unsent = {
  /** The question it asks, spelled: asked again while it waits, it is the same. */
  id: string
  /** The hub whose page this is. */
  hubId: Hex
  /** The other city that it is for, or null. */
  abroad: Origin | null
  acct: Hex
  kind: Kind
  /** Into the record, or left for the other one to sign. */
  way: 'act' | 'draft'
  request: ActRequest
  /** When it was signed, seconds, by this device's clock. */
  ts: number
  /** Why it was refused; null while it waits. */
  refused: { from: 'record' | 'door'; code: string; data: Record<string, unknown> } | null
}

/** The last answer to a question, so that what was read stays readable. `ts`: seconds, by this device's clock. */
export type Read = { path: string; ts: number; value: unknown }

interface Cabinet extends DBSchema {
  device: { key: Hex; value: KeptDevice }
  receipts: { key: [string, number]; value: KeptReceipt }
  /** Receipts whose number was given again, after a restore. */
  lost: { key: [string, number, string]; value: KeptReceipt }
  unsent: { key: string; value: Unsent }
  read: { key: string; value: Read; indexes: { ts: number } }
}

let opened: Promise<IDBPDatabase<Cabinet>> | null = null

function cabinet(): Promise<IDBPDatabase<Cabinet>> {
  opened ??= openDB<Cabinet>('tongyi', 3, {
    upgrade(database, before) {
      if (before < 1) {
        database.createObjectStore('device')
        database.createObjectStore('receipts', { keyPath: ['hub', 'seq'] })
      }
      if (before < 2) database.createObjectStore('lost', { keyPath: ['hub', 'seq', 'receipt'] })
      database.createObjectStore('unsent', { keyPath: 'id' })
      database.createObjectStore('read', { keyPath: 'path' }).createIndex('ts', 'ts')
    },
  })
  return opened
}

/**
 * False where somebody is here by a card on a tablet that is not theirs: nothing of what they do is kept, and nothing that others
 * have kept here is shown to them. Until the page is loaded anew.
 */
let keeps = true
export const keepNothing = (): void => void (keeps = false)

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
  if (!keeps) return
  const step = (await cabinet()).transaction(['receipts', 'lost'], 'readwrite')
  const before = await step.objectStore('receipts').get([receipt.hub, receipt.seq])
  if (before !== undefined && before.record !== receipt.record) await step.objectStore('lost').put(before)
  await step.objectStore('receipts').put(receipt)
  await step.done
}

export const replacedReceipts = async (): Promise<KeptReceipt[]> => (keeps ? await (await cabinet()).getAll('lost') : [])

/** Newest first. */
export const keptReceipts = async (): Promise<KeptReceipt[]> =>
  (keeps ? await (await cabinet()).getAll('receipts') : []).sort((a, b) => b.ts - a.ts || b.seq - a.seq)

export const keptUnsent = async (): Promise<Unsent[]> => (keeps ? await (await cabinet()).getAll('unsent') : [])

export async function putUnsent(one: Unsent): Promise<void> {
  if (keeps) await (await cabinet()).put('unsent', one)
}

export async function dropUnsent(id: string): Promise<void> {
  await (await cabinet()).delete('unsent', id)
}

/** As many pages as somebody looks at in a week; the oldest go first. */
const READ_MOST = 200

/** Nothing, where a key lies behind a PIN: another page of this device may have put it there a moment ago. */
export async function keepRead(read: Read): Promise<void> {
  const step = (await cabinet()).transaction(['device', 'read'], 'readwrite')
  const [devices, reads] = [step.objectStore('device'), step.objectStore('read')]
  if ((await devices.getAll()).every(({ seed }) => seed instanceof Uint8Array)) {
    await reads.put(read)
    if ((await reads.count()) > READ_MOST) await (await reads.index('ts').openCursor())?.delete()
  }
  await step.done
}

export const lastRead = async (path: string): Promise<Read | null> => (await (await cabinet()).get('read', path)) ?? null

/** Whoever signs out leaves nothing to read to the next one at this device. */
export async function forgetRead(): Promise<void> {
  await (await cabinet()).clear('read')
}

/** `still-open`: somebody signed out here, and the hub does not know it yet. */
type Preference = 'language' | 'text' | 'signed-out' | 'still-open' | 'draft' | 'letters'

/** Small choices: not worth a database, and a browser that forbids storage still shows pages. */
export const preference = {
  get(name: Preference): string | null {
    if (name === 'draft' && !keeps) return null
    try {
      return localStorage.getItem(`tongyi.${name}`)
    } catch {
      return null
    }
  },
  set(name: Preference, value: string): void {
    if (name === 'draft' && !keeps) return
    try {
      localStorage.setItem(`tongyi.${name}`, value)
    } catch {
      // Storage is forbidden here: the choice lasts until the page is closed.
    }
  },
}
