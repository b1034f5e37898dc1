/**
 * What time it is at the hub. Days begin and terms end by its clock, so what a form proposes and what a page calls today go by it
 * as well, and not by a telephone that was set wrong. Each answer brings the hub’s time with it, as `Hub-Time`.
 */

/** A device that is within a minute of the hub keeps its own time: the answer says whole seconds and was on its way for a while. */
const NEAR_MS = 60_000

let aheadMs = 0

/** Seconds since 1970, as an answer says them; null when it says nothing. */
export function hubSays(time: string | null): void {
  const ahead = Number(time ?? NaN) * 1000 - Date.now()
  if (Number.isFinite(ahead)) aheadMs = Math.abs(ahead) < NEAR_MS ? 0 : ahead
}

/** Seconds since 1970, as the hub last said. */
export const hubNow = (): number => (Date.now() + aheadMs) / 1000
