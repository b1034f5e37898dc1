/**
 * How much one order holds: as many outs as its bytes allow, and 256 at most (ledger README, "Orders").
 *
 * With names of the usual length 256 fit; with the longest in a federation of 128 hubs some 150 do. The record that takes
 * an order in fits, with a quorum of votes, into the acknowledgement that shows it (`protocol/limits`).
 */
import { encodeOrder, encodeOut, ORDER_BYTES_MAX, type Order, type Out } from './federation.ts'

/** Outs in one order, however short they are. */
export const OUTS_MAX = 256

/** Counted as if it had nine bytes, since it follows from the outs. */
const LONGEST_POSITION = 2n ** 64n - 1n
/** The head of a list of 256 has three bytes; that of an empty one is counted with the order. */
const LIST_HEAD_BYTES = 2

/** Those of `outs`, from the first on, that fit into an order that is otherwise this one. */
export function outsThatFit(order: Order, outs: readonly Out[]): Out[] {
  const bare = encodeOrder({ ...order, outs: [], position: LONGEST_POSITION })
  let left = ORDER_BYTES_MAX - bare.length - LIST_HEAD_BYTES
  const most = Math.min(outs.length, OUTS_MAX)
  for (let n = 0; n < most; n++) {
    left -= encodeOut(outs[n]!).length
    if (left < 0) return outs.slice(0, n)
  }
  return outs.slice(0, most)
}
