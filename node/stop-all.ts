/**
 * Stopping what has been started, the last first. A part that fails to stop (its disk refuses the last word) must not
 * leave those behind it running: they would hold the journal that the next start opens.
 */
export type Stop = () => void | Promise<void>

/** Stops every part, once; rejects with the first failure when all of them have been stopped. */
export async function stopAll(parts: Stop[]): Promise<void> {
  const failures: unknown[] = []
  for (const stop of parts.splice(0).reverse()) {
    try {
      await stop()
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
}
