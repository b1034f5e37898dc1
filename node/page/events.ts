/**
 * What pages are told while they are open: that something was recorded, or that the board has changed.
 * Only that: a page asks again for what it shows, so an event needs no rights and reveals nothing.
 */
import type { Writer } from '../ports.ts'

export type Happening = { event: 'entry' | 'board' | 'cities' | 'inbox'; seq: number }

export type Events = {
  tell(event: Happening['event']): void
  /** How many listen. */
  count(): number
  /** The result ends the subscription. */
  subscribe(listener: (happening: Happening) => void, onClose: () => void): () => void
  /** Ends every subscription: this hub stops, and pages look for the one that comes after it. */
  close(): void
}

export function openEvents(writer: Writer): Events {
  const listeners = new Map<(happening: Happening) => void, () => void>()
  const tell = (event: Happening['event']): void => {
    const happening = { event, seq: writer.state.tree.size - 1 }
    for (const listener of listeners.keys()) listener(happening)
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
