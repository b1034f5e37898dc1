/**
 * Blobs: members' words, kept as `salt ‖ text` under the commitment that stands in the record for them.
 *
 * Words are durable before the action that commits to them, so a name can never be lost behind its
 * commitment; of an action that is refused nothing stays. Only what the action itself names is taken.
 *
 * Commitments are public and what is behind them is not. Whoever names one whose words are kept here already
 * brings those words again: else a stranger could take somebody's note for their own name and read it there,
 * or answer a blind grade with the same.
 */
import { type Action, type Hex, parseAction } from '#ledger/action.ts'
import { toHex } from '#ledger/bytes.ts'
import { openBlob } from '#protocol/commitment.ts'
import { BLOB_BYTES_MAX, BLOBS_MAX, type SignedAction } from '#protocol/guest.ts'
import type { Answer, Unavailable, Writer } from '../ports.ts'
import { type Store, StoreError, type Write } from '../store.ts'
import { isByEndedDevice, type StateOf } from './ended-devices.ts'

export type NotTaken = 'blob-mismatch' | 'device-ended'

export type Blobs = {
  /** The commitments that are new here; null when one of the blobs is none the action names. Rejects with a StoreError. */
  keep(action: Action, blobs: Uint8Array[]): Promise<Hex[] | null>
  erase(commitments: Hex[]): Promise<void>
  /** Called when words have come or gone; also when a write failed, since then they may have. */
  onChange(listener: () => void): void
  /** Whether a device has signed that its guest's own city knows as ended. */
  isByEndedDevice(action: Action, auth: SignedAction['auth']): boolean
  /** Submits an action together with the words it commits to; a text is why this hub does not take it. */
  submit(signed: SignedAction): Promise<Answer | NotTaken>
}

export function openBlobs(writer: Pick<Writer, 'state' | 'submit'>, store: Store, stateOf: StateOf): Blobs {
  const table = store.table('blobs')
  const listeners: (() => void)[] = []

  async function write(writes: Write[]): Promise<void> {
    try {
      await table.batch(writes)
    } finally {
      for (const listener of listeners) listener()
    }
  }

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
    await write([...fresh].map(([key, value]) => ({ type: 'put' as const, key, value })))
    return [...fresh.keys()]
  }

  /** Whether the action names words that are here without bringing them. Sent again, it need not. */
  function borrows(action: Action, blobs: Uint8Array[]): boolean {
    if (writer.state.ids.has(action.id)) return false
    const borrowed = ownWordsOf(action).filter((commitment) => table.get(commitment) !== undefined)
    return borrowed.some((commitment) => !blobs.some((blob) => commitsTo(blob, commitment)))
  }

  const erase = (commitments: Hex[]): Promise<void> =>
    write(commitments.map((key) => ({ type: 'del' as const, key })))

  const byEnded: Blobs['isByEndedDevice'] = (action, auth) => isByEndedDevice(writer.state, stateOf, action, auth)

  async function submit({ body, auth, blobs }: SignedAction): Promise<Answer | NotTaken> {
    const action = parseAction(body)
    if (action === null) return { ok: false, refusal: { code: 'malformed' } }
    if (byEnded(action, auth)) return 'device-ended'
    try {
      if (borrows(action, blobs)) return 'blob-mismatch'
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

  return { keep, erase, onChange: (listener) => void listeners.push(listener), isByEndedDevice: byEnded, submit }
}

function commitsTo(blob: Uint8Array, commitment: Hex): boolean {
  const opened = openBlob(blob)
  return opened !== null && toHex(opened.commitment) === commitment
}

/** The commitments of an action to words of the one who acts, which are shown or opened under it. */
function ownWordsOf(action: Action): Hex[] {
  switch (action.kind) {
    case 'member.joined':
    case 'member.arrived':
    case 'organisation.joined': return [action.profile]
    case 'help.recorded': return [action.note]
    case 'rating.committed':
    case 'grade.committed': return [action.commitment]
    default: return []
  }
}

/** Why the store takes nothing, in the words in which the writer says so of the journal. */
export const unavailableOf = (error: StoreError): Unavailable['unavailable'] =>
  error.code === 'disk-full' ? 'disk-full' : 'storage'
