/** The way back from a backup, as pages tell it. */
import type { Origin } from '#ledger/action.ts'
import type { RestoringView } from '#protocol/api.ts'
import type { Fence } from './cities/restoring/fence.ts'
import type { Recovery } from './cities/restoring/recovery.ts'
import type { Writer } from './ports.ts'

export type RestoringPorts = { writer: Writer; fence: Fence; recovery: Recovery }

/** How far it is, or null where nothing is restored; a fence that is shut for good has no way. */
export function restoringView({ writer, fence, recovery }: RestoringPorts): RestoringView | null {
  const status = recovery.status()
  const named = (origins: Origin[]): string[] => origins.map(recovery.cityNameOf)
  if (status === null) {
    if (fence.phase !== 'restoring') return null
    const none = { confirmed: 0, fetched: 0, from: [], silent: [], withheld: [], withoutFrom: null, approvals: { needed: 0, got: 0 } }
    return { step: 'stopped', size: writer.state.tree.size, ...none }
  }
  const { step, size, cosigned, fetched, from, silent, withoutFrom, approvals: { needed, by } } = status
  const withheld = status.withheld.map((one) => ({ city: recovery.cityNameOf(one.by), entries: one.entries }))
  return {
    step, size, confirmed: cosigned, fetched, from: named(from), silent: named(silent), withheld, withoutFrom,
    approvals: { needed, got: by.length },
  }
}
