/**
 * The ids that stand again and again in entries and rows: those of accounts, and those of actions and of what they open.
 *
 * Whoever reads one is given the same text each time as long as it is asked for often. So what a state keeps of a
 * thousand helps between two neighbours are the same two texts, and not two thousand.
 */
import { sameHexOf } from './schema.ts'

export const accountId = sameHexOf(32)
export const actionId = sameHexOf(16)
