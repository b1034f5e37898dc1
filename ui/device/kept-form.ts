/**
 * What somebody has begun to fill in and not sent: kept in this browser under the name of the form, so that a call, a
 * closed page or a dead battery loses nothing. It goes when it has been sent, and with signing out.
 */
import { useRef, useState } from 'preact/hooks'

const PREFIX = 'tongyi.form.'

/** The fields of a form, as text; `put` changes some of them, `clear` lets go of all. */
export function useKept<F extends Record<string, string>>(
  name: string, initial: F,
): { fields: F; put(some: Partial<F>): void; clear(): void } {
  const [fields, setFields] = useState<F>(() => ({ ...initial, ...keptFor(name, initial) }))
  // Two changes may come before the page is drawn again: the second adds to the first.
  const latest = useRef(fields)
  const show = (next: F): void => {
    latest.current = next
    setFields(next)
  }
  return {
    fields,
    put(some) {
      const next = { ...latest.current, ...some }
      show(next)
      write(name, JSON.stringify(next))
    },
    clear() {
      show(initial)
      write(name, null)
    },
  }
}

/** Only what this form knows, and only text: what an older page has left here may be anything. */
function keptFor<F extends Record<string, string>>(name: string, initial: F): Partial<F> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(PREFIX + name) ?? '{}')
    if (typeof kept !== 'object' || kept === null) return {}
    return Object.fromEntries(Object.entries(kept).filter(([field, text]) => field in initial && typeof text === 'string')) as Partial<F>
  } catch {
    return {}
  }
}

function write(name: string, text: string | null): void {
  try {
    if (text === null) localStorage.removeItem(PREFIX + name)
    else localStorage.setItem(PREFIX + name, text)
  } catch {
    // Storage is forbidden here: what is filled in lasts until the page is closed.
  }
}

/** Whoever signs out leaves nothing half-written to the next one at this device. */
export function forgetForms(): void {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key)
  } catch {
    // Nothing was kept.
  }
}
