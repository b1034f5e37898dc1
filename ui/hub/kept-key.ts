/** The key that is kept at this device, whether its PIN is asked for, and what came of using it. */
import type { ChallengeFault } from '#protocol/login.ts'
import type { KeptDevice } from '../device/cabinet.ts'
import { newStore } from '../store.ts'
import type { Problem } from './hub-client.ts'
import { readBehindPin } from './reading.ts'

/**
 * Why something was not done. `unready`: the PIN was not given, or there is no key here; nothing to
 * explain.
 * `kept`: it is signed, and waits on this device until the hub answers.
 */
export type Trouble = Problem | { from: 'login'; fault: ChallengeFault } | { from: 'unready' } | { from: 'kept' }
export type Done<T> = { ok: true; value: T } | { ok: false; trouble: Trouble }

/** The key kept here for this hub; null in a browser that has not joined. */
export const kept = newStore<KeptDevice | null>(null)
/** Whether the key is that of a card shown on a device that is not its owner's: nothing of it stays here. */
export const isBorrowed = newStore(false)
kept.watch(() => readBehindPin(kept.get() !== null && !(kept.get()!.seed instanceof Uint8Array)))
/**
 * Set while the member is asked for the PIN; called with what they typed, or null when they gave
 * up.
 */
export const pinAsked = newStore<((pin: string | null) => Promise<boolean>) | null>(null)
