/**
 * Time in the bottle: a queue of things that will happen, in milliseconds that nobody waits for. One thing happens after
 * the other; between two of them every promise that can go on has gone on, so what follows from one event is over before
 * the next begins, in the same order every time.
 *
 * A thing may belong to a process (`Process`): one that has died meanwhile takes it along, one that is held up (a laptop
 * lid, a stopped virtual machine) meets it when it goes on, in the order in which it came.
 */

/** A running program of a hub; another one each time it is started. */
export type Process = {
  readonly name: string
  dead: boolean
  /** Until then nothing happens to it; milliseconds of the bottle. */
  heldUntil: number
}

/** So many things in one millisecond are no run, but something that begins again for ever. */
const AT_ONCE_MAX = 100_000

type Due = { at: number; order: number; of: Process | null; run: (() => void) | null }

export type Time = {
  /** Milliseconds since the bottle was closed. */
  now(): number
  /** Lets something happen so much later; the result calls it off. */
  after(ms: number, run: () => void, of?: Process | null): () => void
  /** Lets everything due before `end` happen; `each` is told after every one and may say that it is enough. Rejects when time stands still. */
  run(end: number, each: () => boolean): Promise<void>
}

export function aTime(): Time {
  const queue: Due[] = []
  let at = 0
  let orders = 0
  let atOnce = 0

  function push(due: Due): void {
    let place = queue.push(due) - 1
    while (place > 0) {
      const parent = (place - 1) >> 1
      if (isBefore(queue[parent]!, due)) break
      queue[place] = queue[parent]!
      place = parent
    }
    queue[place] = due
  }

  function pop(): Due {
    const first = queue[0]!
    const last = queue.pop()!
    if (queue.length === 0) return first
    let place = 0
    for (;;) {
      let child = 2 * place + 1
      if (child >= queue.length) break
      if (child + 1 < queue.length && isBefore(queue[child + 1]!, queue[child]!)) child += 1
      if (isBefore(last, queue[child]!)) break
      queue[place] = queue[child]!
      place = child
    }
    queue[place] = last
    return first
  }

  function after(ms: number, run: () => void, of: Process | null = null): () => void {
    if (of?.dead === true) return () => {}
    const due: Due = { at: at + Math.max(0, ms), order: orders++, of, run }
    push(due)
    return () => void (due.run = null)
  }

  return {
    now: () => at,
    after,
    async run(end, each) {
      while (queue.length > 0 && queue[0]!.at <= end) {
        const due = pop()
        if (due.run === null || due.of?.dead === true) continue
        if (due.of !== null && due.of.heldUntil > due.at) {
          due.at = due.of.heldUntil
          due.order = orders++
          push(due)
          continue
        }
        atOnce = due.at === at ? atOnce + 1 : 0
        if (atOnce > AT_ONCE_MAX) throw new Error(`time stands still at ${at} ms of the bottle`)
        at = due.at
        due.run()
        await quiet()
        if (each()) return
      }
      at = Math.max(at, end)
    },
  }
}

const isBefore = (one: Due, other: Due): boolean =>
  one.at < other.at || (one.at === other.at && one.order < other.order)

/** Resolves when no promise has anything left to do: the loop's own turn comes after all of them. */
export const quiet = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
