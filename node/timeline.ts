/**
 * Which entries belong to which agreement, and which agreements to whom: indexes over the record, kept in
 * memory and rebuilt from it, so that a page need not look at everything that ever happened here.
 */
import type { Action, Hex } from '#ledger/action.ts'
import type { Entry } from '#ledger/entry.ts'
import type { Writer } from './ports.ts'

const FROM_POOL = 1

export type Timeline = {
  /** Sequence numbers of the entries about this agreement or recorded help, oldest first. */
  entriesAbout(id: Hex): number[]
  agreementsOf(acct: Hex): Hex[]
  helpsOf(acct: Hex): Hex[]
  /** Transfers counted as this member's contributions abroad. */
  abroadOf(acct: Hex): { xid: Hex; seq: number }[]
  /** What this member's records were, newest last: their receipts can be asked for. */
  entriesBy(acct: Hex): number[]
  timeOf(seq: number): number
}

export function followTimeline(writer: Writer): Timeline {
  const about = new Map<Hex, number[]>()
  const agreements = new Map<Hex, Hex[]>()
  const helps = new Map<Hex, Hex[]>()
  const abroad = new Map<Hex, { xid: Hex; seq: number }[]>()
  const by = new Map<Hex, number[]>()
  const times: number[] = []

  const take = ({ seq, ts, action }: Entry): void => {
    times[seq] = ts
    push(by, action.acct, seq)
    const id = subjectOf(action)
    if (id !== null) push(about, id, seq)
    if (action.kind === 'agreement.made') for (const acct of [action.helper, action.receiver]) push(agreements, acct, action.id)
    if (action.kind === 'help.recorded') for (const acct of [action.helper, action.receiver]) push(helps, acct, action.id)
    if (action.kind === 'contribution.abroad') push(abroad, action.member, { xid: action.xid, seq })
  }
  for (let seq = 0; seq < writer.state.tree.size; seq++) take(writer.entryAt(seq))
  writer.onRecorded(take)

  return {
    entriesAbout: (id) => about.get(id) ?? [],
    agreementsOf: (acct) => agreements.get(acct) ?? [],
    helpsOf: (acct) => helps.get(acct) ?? [],
    abroadOf: (acct) => abroad.get(acct) ?? [],
    entriesBy: (acct) => by.get(acct) ?? [],
    timeOf: (seq) => times[seq]!,
  }
}

/** The agreement or help that an action is about, or null. */
function subjectOf(action: Action): Hex | null {
  switch (action.kind) {
    case 'agreement.made':
    case 'help.recorded':
      return action.id
    case 'help.confirmed':
    case 'help.declined':
      return action.help
    case 'agreement.cancelled':
    case 'checkin.made':
    case 'completion.reported':
    case 'completion.confirmed':
    case 'completion.declined':
    case 'rating.committed':
    case 'rating.opened':
      return action.agreement
    case 'x.req':
      // A member's own value goes to an agreement in another city's log, and they may name any number there.
      return action.source === FROM_POOL ? action.agreement : null
    default:
      return null
  }
}

function push<T>(map: Map<Hex, T[]>, key: Hex, value: T): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [value])
  else list.push(value)
}
