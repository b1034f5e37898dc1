/**
 * A value that pages watch. No reducers and no actions: whoever owns a store sets it, whoever shows
 * it uses it, and a value that is the same object again wakes nobody.
 */
import { useEffect, useState } from 'preact/hooks'

export type Store<T> = {
  get(): T
  set(value: T): void
  watch(listener: () => void): () => void
}

export function newStore<T>(first: T): Store<T> {
  let value = first
  const listeners = new Set<() => void>()
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return
      value = next
      for (const listener of [...listeners]) listener()
    },
    watch(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** The store's value; the component is drawn again when it changes. */
export function useStore<T>(store: Store<T>): T {
  const [value, setValue] = useState(store.get())
  useEffect(() => {
    const take = (): void => setValue(() => store.get())
    take() // It may have changed between drawing and watching.
    return store.watch(take)
  }, [store])
  return value
}
