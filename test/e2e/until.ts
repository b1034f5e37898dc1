/** Asks again and again until the answer is the one waited for; works inside a test runner and outside. */

/** A step takes a second or two; with many browsers on two cores, twenty. */
export const WITHIN_MS = 120_000
const EVERY_MS = 50

/** Throws, with the last answer, when it never becomes `wanted`. */
export async function until<T>(what: string, ask: () => T | Promise<T>, wanted: T): Promise<void> {
  const end = performance.now() + WITHIN_MS
  let last = await ask()
  while (last !== wanted) {
    if (performance.now() > end) throw new Error(`waited for ${what} to be ${String(wanted)}, and it was ${String(last)}`)
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS))
    last = await ask()
  }
}
