/** Work that has to be done one piece after the other, because each is decided on what the one before has left. */

export type Turns = {
  /** Begins when what was asked for before has ended, however that ended; answers or throws what `work` does. */
  take<T>(work: () => Promise<T>): Promise<T>
  /** Resolves when all that was asked for by now has ended. */
  over(): Promise<void>
}

export function openTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve()
  return {
    take(work) {
      const done = last.then(work)
      last = done.catch(() => {})
      return done
    },
    over: () => last.then(() => {}),
  }
}
