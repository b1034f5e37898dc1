/** *Voices* of the README, and what is kept of what people say of each other and do for all. */
import type { Hex } from './bytes.ts'
import { DAY } from './genesis.ts'
import type { City, Regard } from './state.ts'
import { addTime } from './time.ts'
import { YEAR } from './value.ts'

export const regardOf = (city: City, acct: Hex): Regard => city.regards.get(acct) ?? { acct, recommended: [], acts: 0n, unused: [], voices: [] }

/** Something done for all. */
export function noteAct(city: City, acct: Hex): void {
  const regard = regardOf(city, acct)
  city.regards.set(acct, { ...regard, acts: regard.acts + 1n })
}

/** The latest answer of somebody about a member. */
export function noteVoice(city: City, acct: Hex, by: Hex, isGood: boolean, ts: bigint): void {
  if (!city.members.has(acct)) return
  const regard = regardOf(city, acct)
  const others = regard.voices.filter((voice) => voice.by !== by && voice.ts > ts - YEAR * DAY)
  city.regards.set(acct, { ...regard, voices: [...others, { by, ts, isGood }] })
}

/** What came to nothing. */
export function noteUnused(city: City, acct: Hex, ts: bigint): void {
  if (!city.members.has(acct)) return
  const regard = regardOf(city, acct)
  addTime(regard.unused, ts)
  city.regards.set(acct, regard)
}
