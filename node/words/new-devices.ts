/**
 * The hall: new devices that wait to be let in, for half an hour and in memory.
 *
 * A device that has no account yet says whose it wants to speak for and shows that it holds its key; there it is seen
 * by that member's other devices, which let it in (`device.added`), and by stewards, who may recognise its owner
 * (`recovery.proposed`). People compare a short number on both screens. Nothing here is a right: what is recorded is
 * signed by whoever lets it in, and judged by the rules.
 */
import type { Hex } from '#ledger/action.ts'
import { toHex } from '#ledger/bytes.ts'
import type { Refusal } from '#ledger/refusal.ts'
import { checkNewKey } from '#ledger/rules/device.ts'
import type { Clock, Writer } from '../ports.ts'

const WAITS_SECONDS = 1_800
const FOR_ONE_MAX = 3
const IN_ALL_MAX = 64

export type NewDevice = { acct: Hex; device: Hex; proof: Hex; until: number }

export type NewDevices = {
  /** Until when it waits, or why it does not; `full` when too many do. Asked again it waits anew. */
  ask(acct: Hex, device: Uint8Array, proof: Uint8Array): { until: number } | { refusal: Refusal } | 'full'
  /** Those that wait now, the first first; of one account, or of all. */
  waiting(acct?: Hex): NewDevice[]
}

export function openNewDevices(writer: Pick<Writer, 'state'>, clock: Clock): NewDevices {
  const asked = new Map<Hex, NewDevice>()

  /** Whoever has been let in, or is being brought back with this key, waits no longer. */
  function waiting(acct?: Hex): NewDevice[] {
    const now = clock.now()
    for (const [device, { until }] of asked) if (until <= now || writer.state.deviceOwner.has(device)) asked.delete(device)
    return [...asked.values()].filter((one) => acct === undefined || one.acct === acct)
  }

  return {
    waiting,
    ask(acct, device, proof) {
      const member = writer.state.members.get(acct)
      if (member === undefined) return { refusal: { code: 'unknown-member', member: acct } }
      if (member.form !== 'person') return { refusal: { code: 'no-person', member: acct } }
      const refusal = checkNewKey(writer.state, member, device, proof)
      if (refusal !== null) return { refusal }
      const key = toHex(device)
      const others = waiting().filter((one) => one.device !== key)
      if (others.length >= IN_ALL_MAX || others.filter((one) => one.acct === acct).length >= FOR_ONE_MAX) return 'full'
      const until = clock.now() + WAITS_SECONDS
      asked.set(key, { acct, device: key, proof: toHex(proof), until })
      return { until }
    },
  }
}
