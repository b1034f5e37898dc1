/**
 * What pages are told while they are open: that something was recorded, or that the board has changed.
 * Only that: a page asks again for what it shows, so an event needs no rights and reveals nothing.
 */
import type { Writer } from '../ports.ts'

export type Happening = { event: 'entry' | 'board' | 'cities' | 'inbox'; seq: number }

export type Events = {
  tell(event: Happening['event']): void
  /**
   * What a page may have missed that heard last of record `seq` (the id of the event): of each kind at most one, and
   * rather one too many, since a page that asks again loses nothing.
   */
  missed(seq: number): Happening[]
  /** What was recorded after record `seq`, as one happening at most: a page that is told of any asks again for all it shows. */
  recordedSince(seq: number): Happening[]
  /** How many listen. */
  count(): number
  /** The result ends the subscription. */
  subscribe(listener: (happening: Happening) => void, onClose: () => void): () => void
  /** Ends every subscription: this hub stops, and pages look for the one that comes after it. */
  close(): void
}

export function openEvents(writer: Writer): Events {
  const listeners = new Map<(happening: Happening) => void, () => void>()
  const last = new Map<Happening['event'], number>()
  /** Of what was before, this process knows only that it was. */
  const begun = writer.state.tree.size - 1
  const tell = (event: Happening['event']): void => {
    const happening = { event, seq: writer.state.tree.size - 1 }
    last.set(event, happening.seq)
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
  function recordedSince(seq: number): Happening[] {
    const now = writer.state.tree.size - 1
    return seq < now ? [{ event: 'entry', seq: now }] : []
  }
  return {
    tell,
    recordedSince,
    missed(seq) {
      const now = writer.state.tree.size - 1
      const others = (['board', 'cities', 'inbox'] as const).filter((event) => (last.get(event) ?? begun) >= seq)
      return [...recordedSince(seq), ...others.map((event) => ({ event, seq: now }))]
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
