/** How often each thing was done to a world or happened in it, by name: what did not fire proves nothing. */
export type Tally = Map<string, number>

export const aTally = (): Tally => new Map()

export const count = (tally: Tally, name: string, by = 1): void => void tally.set(name, (tally.get(name) ?? 0) + by)

/** Adds one run's counts to the sum of many. */
export function addTo(sum: Tally, one: Tally): void {
  for (const [name, times] of one) count(sum, name, times)
}
