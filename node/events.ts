/**
 * What pages are told while they are open: that something was recorded, or that the board has changed.
 * Only that: a page asks again for what it shows, so an event needs no rights and reveals nothing.
 */
import type { Writer } from './ports.ts'

export type Happening = { event: 'entry' | 'board' | 'cities' | 'inbox'; seq: number }

export type Events = {
  tell(event: Happening['event']): void
  /** The result ends the subscription. */
  subscribe(listener: (happening: Happening) => void): () => void
}

export function openEvents(writer: Writer): Events {
  const listeners = new Set<(happening: Happening) => void>()
  const tell = (event: Happening['event']): void => {
    const happening = { event, seq: writer.state.tree.size - 1 }
    for (const listener of listeners) listener(happening)
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
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
