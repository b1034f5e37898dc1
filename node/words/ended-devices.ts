/**
 * Devices of guests that have ended in their own city.
 *
 * The record here knows a guest's key for good: that it has ended stands in the log of their home, which this hub follows.
 * So a lost phone signs nothing more here from when that record has come, and a draft it has signed before is not taken
 * either. This is what the hub is willing to take, and no rule of the record: no auditor of this city alone could see it.
 */
import type { Action, Origin } from '#ledger/action.ts'
import { toHex } from '#ledger/bytes.ts'
import type { State } from '#ledger/state/state.ts'
import { actorsOf, type SignedAction } from '#protocol/guest.ts'

/** What has been read of that city's log; null while nothing has. */
export type StateOf = (hub: Origin) => State | null

/** Whether a device that signed for a guest has ended at their home. */
export function isByEndedDevice(state: State, stateOf: StateOf, action: Action, auth: SignedAction['auth']): boolean {
  return actorsOf(action).some((acct) => {
    const guest = state.guests.get(acct)
    const home = guest === undefined ? null : stateOf(guest.home)
    if (guest === undefined || home === null) return false
    return auth.some(({ keyId }) => {
      const device = guest.devices.get(toHex(keyId))
      return device !== undefined && home.endedDevices.has(toHex(device))
    })
  })
}
