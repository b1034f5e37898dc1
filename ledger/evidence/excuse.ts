/**
 * What a restore excuses: a hub that lost the end of its log and said so goes on from the size it kept, and may then say
 * otherwise than before. Two statements from before, or two from since, are as much a lie as without a restore.
 *
 * A receipt names its generation. A checkpoint names none, but whoever cosigns it dates it, by another clock than the
 * hub's; one that nobody has cosigned may be of any time. An order is of the time of the record that holds it; of one that
 * the log does not hold, no more is known than that the slot before it had been certified, and that record is kept.
 */
import { equalBytes } from '../bytes.ts'
import { openCheckpoint } from '../checkpoint.ts'
import { CLOCK_TOLERANCE } from '../cosigner.ts'
import type { NoteKey } from '../note.ts'
import type { State } from '../state/state.ts'
import type { Offence, Statement } from './offence.ts'

/** A `hub.restored` in the accused log: what it kept, the generation that begins there, and when it was recorded. */
export type Restore = { generation: number; size: number; ts: number }

/** The accused log as far as it has been read: its tree and its chain of orders. */
export type AccusedLog = { tree: Pick<State['tree'], 'size' | 'root'>; chain: Pick<State['chain'], 'slots'> }

/**
 * The restore that excuses this offence, or null.
 *
 * `restores`: those in the log of the accused hub that others cosigned. `witnesses`: the keys whose cosignatures count
 * here; the accused hub's own never does. A checkpoint of `log` that covers a restore is not from before that, whoever
 * has dated it or not.
 */
export function excuseFor(
  offence: Offence, restores: readonly Restore[], witnesses: readonly NoteKey[], log: AccusedLog,
): Restore | null {
  const [one, other] = offence.statements
  if (one === undefined || other === undefined) return null
  if ('order' in one || 'order' in other) return excuseForOrders(offence, restores, log)

  const { origin, logKey, at } = offence
  const { tree } = log
  // A generation that this log never began was not its to promise in.
  const reached = Math.max(0, ...restores.map(({ generation }) => generation))
  if ([one, other].some((statement) => 'generation' in statement && statement.generation > reached)) return null
  const others = witnesses.filter(({ name }) => !name.startsWith(`${origin}/`))
  const mayBe = (when: 'before' | 'since', statement: Exclude<Statement, { order: string }>, { generation, size, ts }: Restore): boolean => {
    if ('generation' in statement) return (statement.generation < generation) === (when === 'before')
    const checkpoint = openCheckpoint(statement.note, origin, logKey, others)
    const covers = checkpoint !== null && checkpoint.size > BigInt(size) && checkpoint.size <= BigInt(tree.size)
      && equalBytes(tree.root(Number(checkpoint.size)), checkpoint.root)
    if (covers && when === 'before') return false
    const dates = checkpoint?.cosigners ?? []
    return dates.every(({ time }) => (time! + BigInt(CLOCK_TOLERANCE) < BigInt(ts)) === (when === 'before'))
  }
  return restores.find((restore) =>
    BigInt(restore.size) <= at
      && ((mayBe('before', one, restore) && mayBe('since', other, restore))
        || (mayBe('before', other, restore) && mayBe('since', one, restore)))) ?? null
}

/**
 * Of two orders of one slot: as many restores between the record of the slot before and the one that holds this slot as
 * there are of the two that the log does not hold. Each restore can have lost one of them, and no restore loses an order
 * that was certified: a quorum had read it, and gives it back.
 */
function excuseForOrders({ at, statements }: Offence, restores: readonly Restore[], { chain, tree }: AccusedLog): Restore | null {
  const slot = Number(at)
  const from = slot === 0 ? -1 : chain.slots[slot - 1]?.seq
  // A slot that the log has not come near was not lost by any restore of it.
  if (from === undefined) return null
  const held = chain.slots[slot]
  const lost = statements.filter((statement) => !('order' in statement) || statement.order !== held?.orderId).length
  const between = restores.filter(({ size }) => size > from && size <= (held?.seq ?? tree.size))
  return between.length >= lost ? between[0]! : null
}
