/** *Genesis* of the README: what a hub begins with. */
import { type Hex, sha } from './bytes.ts'

export type Genesis = {
  name: string; city: string; region: string; day0: bigint; preset: string; charterHash: Hex; logKey: Hex; orderKey: Hex
  steward: { acct: Hex; device: Hex; profile: Hex }
}

export const DAY = 86_400n

export const originOf = ({ name }: Genesis, bytes: Hex): string => `cv.${name}-${sha(bytes).slice(0, 8)}/log`

export const isSoundGenesis = ({ name, city, region, day0 }: Genesis): boolean =>
  /^[a-z0-9-]{1,24}$/.test(name) && city !== '' && ['af', 'as', 'eu', 'na', 'oc', 'sa'].includes(region) && day0 % DAY === 0n
