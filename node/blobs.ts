/**
 * Blobs: members' words, kept as `salt ‖ text` under the commitment that stands in the record for them.
 *
 * Words are durable before the action that commits to them, so a name can never be lost behind its
 * commitment; of an action that is refused nothing stays. Only what the action itself names is taken.
 */
import { type Action, type Hex, parseAction } from '#ledger/action.ts'
import { toHex } from '#ledger/bytes.ts'
import { openBlob } from '#protocol/commitment.ts'
import { BLOB_BYTES_MAX, BLOBS_MAX, type SignedAction } from '#protocol/guest.ts'
import type { Answer, Unavailable, Writer } from './ports.ts'
import { type Store, StoreError } from './store.ts'

export type Blobs = {
  /** The commitments that are new here; null when one of the blobs is none the action names. Rejects with a StoreError. */
  keep(action: Action, blobs: Uint8Array[]): Promise<Hex[] | null>
  erase(commitments: Hex[]): Promise<void>
  /** Submits an action together with the words it commits to. */
  submit(signed: SignedAction): Promise<Answer | 'blob-mismatch'>
}

export function openBlobs(writer: Pick<Writer, 'submit'>, store: Store): Blobs {
  const table = store.table('blobs')

  async function keep(action: Action, blobs: Uint8Array[]): Promise<Hex[] | null> {
    const texts = Object.values(action).filter((value) => typeof value === 'string')
    const named = new Set<string>(texts)
    const fresh = new Map<Hex, Uint8Array>()
    if (blobs.length > BLOBS_MAX) return null
    for (const blob of blobs) {
      const opened = blob.length > BLOB_BYTES_MAX ? null : openBlob(blob)
      const commitment = opened === null ? null : toHex(opened.commitment)
      if (commitment === null || !named.has(commitment)) return null
      if (table.get(commitment) === undefined) fresh.set(commitment, blob)
    }
    await table.batch([...fresh].map(([key, value]) => ({ type: 'put' as const, key, value })))
    return [...fresh.keys()]
  }

  const erase = (commitments: Hex[]): Promise<void> =>
    table.batch(commitments.map((key) => ({ type: 'del' as const, key })))

  async function submit({ body, auth, blobs }: SignedAction): Promise<Answer | 'blob-mismatch'> {
    const action = parseAction(body)
    if (action === null) return { ok: false, refusal: { code: 'malformed' } }
    try {
      const fresh = await keep(action, blobs)
      if (fresh === null) return 'blob-mismatch'
      const answer = await writer.submit(body, auth)
      // After a storage error the action may stand on the disk all the same: its words stay.
      if (!answer.ok && 'refusal' in answer) await erase(fresh)
      return answer
    } catch (error) {
      if (error instanceof StoreError) return { ok: false, unavailable: unavailableOf(error) }
      throw error
    }
  }

  return { keep, erase, submit }
}

/** Why the store takes nothing, in the words in which the writer says so of the journal. */
export const unavailableOf = (error: StoreError): Unavailable['unavailable'] =>
  error.code === 'disk-full' ? 'disk-full' : 'storage'
