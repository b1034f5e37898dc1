/**
 * In whose name this page speaks: one's own, or that of an organisation or a group one signs for. Then every page shows
 * what is theirs, and everything is signed for them, with one's own device, so that the record says who did. It ends
 * with the page: nobody goes on speaking for a school by accident tomorrow.
 */
import type { Hex } from '#ledger/action.ts'
import { newStore } from '../store.ts'

/** Null for oneself. */
export const voice = newStore<{ acct: Hex; name: string } | null>(null)
