/**
 * What pages are told while they are open: that something was recorded, or that the board has changed.
 * Only that: a page asks again for what it shows, so an event needs no rights and reveals nothing.
 */
import { toHex } from '#ledger/bytes.ts'
import type { Entropy, Writer } from '../ports.ts'

const kinds = ['entry', 'board', 'cities', 'inbox'] as const

/** `position`: how far the events have come with this one. */
export type Happening = { event: (typeof kinds)[number]; position: string }

export type Events = {
  tell(event: Happening['event']): void
  /** How far they have come: the run of this process, `-`, and how much has happened in it. */
  position(): string
  /**
   * What came after this position, of each kind the last, in order; all that may have come after one of another run.
   * Null for a text that is no position.
   */
  missed(position: string): Happening[] | null
  /** How many listen. */
  count(): number
  /** The result ends the subscription. */
  subscribe(listener: (happening: Happening) => void, onClose: () => void): () => void
  /** Ends every subscription: this hub stops, and pages look for the one that comes after it. */
  close(): void
}

const RUN_BYTES = 8
const positionText = /^([0-9a-f]{16})-(\d{1,15})$/

/** What happens at this hub, for pages that listen; of what has happened the last of each kind is remembered, and nothing of it. */
export function openEvents(writer: Pick<Writer, 'onRecorded'>, entropy: Entropy): Events {
  let drawn: string | null = null
  /** Unlike that of any other run of this hub; drawn when the first page asks. */
  const run = (): string => (drawn ??= toHex(entropy.bytes(RUN_BYTES)))
  const listeners = new Map<(happening: Happening) => void, () => void>()
  // A start counts as one of each kind: of what was before, this process knows only that it was.
  const last = new Map(kinds.map((event, i) => [event, i + 1]))
  let count = kinds.length
  const at = (number: number): string => `${run()}-${number}`
  const tell = (event: Happening['event']): void => {
    count += 1
    last.set(event, count)
    for (const listener of listeners.keys()) listener({ event, position: at(count) })
  }
  // A group of entries is one happening for a page.
  let pending = false
  writer.onRecorded(() => {
    if (pending) return
    pending = true
    queueMicrotask(() => {
      pending = false
      tell('entry')
    })
  })
  return {
    tell,
    position: () => at(count),
    missed(position) {
      const read = positionText.exec(position)
      if (read === null) return null
      const heard = read[1] === run() ? Number(read[2]) : 0
      return [...last].filter(([, number]) => number > heard).toSorted(([, a], [, b]) => a - b)
        .map(([event, number]) => ({ event, position: at(number) }))
    },
    count: () => listeners.size,
    subscribe(listener, onClose) {
      listeners.set(listener, onClose)
      return () => listeners.delete(listener)
    },
    close() {
      for (const onClose of [...listeners.values()]) onClose()
      listeners.clear()
    },
  }
}
