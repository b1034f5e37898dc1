/**
 * The gatherings of other cities that members of this one have signed up for, so that they stand in their calendars: when
 * they are is read in that city's record. Kept beside ours; what that city answers corrects it.
 *
 *   openAway({ writer, store, log, stateOf }) → Away
 */
import type { Hex, Origin } from '#ledger/action.ts'
import { decodeAs, encodeAs, fields, hexOf, type Infer, listOf, textUpTo } from '#ledger/schema.ts'
import type { Session } from '#ledger/state/matters.ts'
import type { State } from '#ledger/state/state.ts'
import type { GatheringsAbroad } from '#protocol/api.ts'
import type { Log, Writer } from '../ports.ts'
import type { Store } from '../store.ts'
import { openTurns } from '../turns.ts'
import { EXPECTED_OF_ONE_GUEST_MAX } from './expected.ts'

/** As many as one guest may be expected at in one city, and in a handful of them. */
export const AWAY_MAX = 128

const rowSchema = listOf(fields({ hub: textUpTo(64), session: hexOf(16) }), AWAY_MAX)
type Row = Infer<typeof rowSchema>[number]

export type Away = {
  /** The gatherings of one city that a member has signed up for, as far as its record has been read here and they are open. */
  in(acct: Hex, there: State): Session[]
  /** Takes over what a city has said of its gatherings. Throws a StoreError when it cannot be kept. */
  said(acct: Hex, hub: Origin, answer: GatheringsAbroad): Promise<void>
  forget(acct: Hex): Promise<void>
  stop(): Promise<void>
}

export type AwayPorts = {
  writer: Pick<Writer, 'onRecorded'>
  store: Store
  log: Log
  /** A city's record, as far as it has been read here. */
  stateOf(hub: Origin): State | null
}

/** Reads what there is. A row that cannot be read is none: the next answer of that city brings it back. */
export async function openAway({ writer, store, log, stateOf }: AwayPorts): Promise<Away> {
  const rows = store.table('away')
  const away = new Map<Hex, Row[]>()
  const turns = openTurns()
  for await (const [acct, value] of rows.entries()) {
    const found = decodeAs(rowSchema, value)
    if (found === null) log.warn('the gatherings that a member goes to in other cities could not be read', { member: acct })
    else away.set(acct, found)
  }

  async function keep(acct: Hex, kept: Row[]): Promise<void> {
    if (kept.length === 0) await rows.del(acct)
    else await rows.put(acct, encodeAs(rowSchema, kept))
    if (kept.length === 0) away.delete(acct)
    else away.set(acct, kept)
  }

  /** What is over in that city's record is forgotten when something new comes; what has not been read of it yet stays. */
  const isOver = ({ hub, session }: Row): boolean => {
    const there = stateOf(hub)
    return there !== null && there.sessions.get(session) !== undefined && there.sessions.openOne(session)?.phase !== 'open'
  }

  async function said(acct: Hex, hub: Origin, { gatherings }: GatheringsAbroad): Promise<void> {
    const before = away.get(acct) ?? []
    const told = new Map(gatherings.map(({ id, isMine }) => [id, isMine]))
    const fresh = gatherings.filter(({ id, isMine }) => isMine && !before.some((one) => one.session === id && one.hub === hub))
    const left = before.filter((one) => one.hub !== hub || told.get(one.session) !== false)
    if (fresh.length === 0 && left.length === before.length) return
    const goingOn = left.filter((one) => !isOver(one))
    // No city has more of somebody's than it may keep, whatever it says: the others' stay.
    const there = [...goingOn.filter((one) => one.hub === hub), ...fresh.map(({ id }) => ({ hub, session: id }))].slice(-EXPECTED_OF_ONE_GUEST_MAX)
    const kept = [...goingOn.filter((one) => one.hub !== hub), ...there]
    await keep(acct, kept.slice(-AWAY_MAX))
  }

  writer.onRecorded(({ action }) => {
    if (action.kind !== 'member.left' && action.kind !== 'member.moved') return
    turns.take(() => keep(action.acct, [])).catch((error: unknown) =>
      log.error('where a member who has left goes in other cities is still here', { error: String(error) }))
  })

  return {
    in(acct, there) {
      const { origin } = there.hub
      return (away.get(acct) ?? []).flatMap(({ hub, session }) => {
        const found = hub === origin ? there.sessions.openOne(session) : undefined
        return found?.phase === 'open' ? [found] : []
      })
    },
    said: (acct, hub, answer) => turns.take(() => said(acct, hub, answer)),
    forget: (acct) => turns.take(() => keep(acct, [])),
    stop: () => turns.over(),
  }
}
