/**
 * The devices by which a member speaks: several at once, each with a key of its own.
 *
 * A device is added by another one of the same member, and shows that it holds its key by a signature over account
 * and key; so it can be scanned from its screen, and nobody can put a key of somebody else's under their name. Keys
 * are changed by adding one and ending the other. The last device cannot end itself: who loses it is brought back by
 * the stewards (`recovery.ts`). A key belongs to one account for ever, also when it has ended, so that every signature
 * in the record stays somebody's.
 */
import type { ActionOf, Hex } from '../action.ts'
import { concat, equalBytes, fromHex, toHex } from '../bytes.ts'
import { changed } from '../state/changed.ts'
import type { EndedDevice, Member } from '../state/people.ts'
import { isAcceptableKey, keyIdOf, verifyIn } from '../keys.ts'
import type { Refusal } from '../refusal.ts'
import type { At, State } from '../state/state.ts'

/** A kitchen tablet, a phone, the children's phones: more is somebody else's. */
export const DEVICES_MAX = 8

/** So many of one's own may end within a year; another is added when the first of them has been gone for one. */
export const ENDED_A_YEAR_MAX = 16
const YEAR_SECONDS = 365 * 86_400

/** What a new device signs in context `device`: the account it is to speak for, and its own key. */
export const deviceProof = (acct: Hex, device: Uint8Array): Uint8Array => concat(fromHex(acct)!, device)

/** Why this key cannot become one of this member's, or null. */
export function checkNewKey(state: State, member: Member, device: Uint8Array, proof: Uint8Array): Refusal | null {
  if (!isAcceptableKey(device)) return { code: 'bad-key' }
  // Under one account a key is named by its id alone, so two keys of one id cannot stand there.
  if (state.deviceOwner.has(toHex(device)) || member.devices.has(toHex(keyIdOf(device)))) return { code: 'key-taken' }
  return verifyIn(device, 'device', state.hub.id, deviceProof(member.acct, device), proof) ? null : { code: 'key-unproved' }
}

export function checkDeviceAdded(state: State, added: ActionOf<'device.added'>, at: At): Refusal | null {
  const member = state.members.get(added.acct)!
  const refusal = checkNewKey(state, member, added.device, added.proof)
  if (refusal !== null) return refusal
  if (member.devices.size >= DEVICES_MAX) return { code: 'limit-reached', most: DEVICES_MAX }
  const ended = (state.devicesEnded.get(added.acct) ?? []).filter((ts) => ts > at.ts - YEAR_SECONDS)
  return ended.length < ENDED_A_YEAR_MAX ? null : { code: 'limit-reached', most: ENDED_A_YEAR_MAX }
}

export function applyDeviceAdded(state: State, { acct, device }: ActionOf<'device.added'>, _at: At): void {
  changed(state.members.get(acct)!).devices.set(toHex(keyIdOf(device)), device)
  state.deviceOwner.set(toHex(device), acct)
}

export function checkDeviceRevoked(state: State, revoked: ActionOf<'device.revoked'>, _at: At): Refusal | null {
  const { devices } = state.members.get(revoked.acct)!
  const key = devices.get(toHex(keyIdOf(revoked.device)))
  if (key === undefined || !equalBytes(key, revoked.device)) return { code: 'unknown-device' }
  return devices.size > 1 ? null : { code: 'last-device' }
}

export function applyDeviceRevoked(state: State, { acct, device }: ActionOf<'device.revoked'>, at: At): void {
  endDevice(state, changed(state.members.get(acct)!), device, at.ts)
}

/** This key signs nothing any more, and stays whose it was. The member's row is about to change. */
export function endDevice(state: State, member: Member, device: Uint8Array, ts: number): void {
  member.devices.delete(toHex(keyIdOf(device)))
  noteEnded(state, { device, acct: member.acct, ts })
}

/** Remembers whose it was and since when it has ended; also for a state made of rows. */
export function noteEnded(state: State, ended: EndedDevice): void {
  const { device, acct, ts } = ended
  state.endedDevices.set(toHex(device), ended)
  const known = state.devicesEnded.get(acct) ?? []
  state.devicesEnded.set(acct, [...known.filter((time) => time > ts - YEAR_SECONDS), ts])
}
