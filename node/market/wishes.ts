/**
 * What members tell the hub to be found by, and searches they asked to be told about: words beside the record, of each
 * member alone, kept in the Store and gone when they leave, are declined, or ask for their words to be erased.
 */
import type { Hex, Kind } from '#ledger/action.ts'
import { fromUtf8, toHex, utf8 } from '#ledger/bytes.ts'
import type { Offering, Wish } from '#protocol/api.ts'
import type { Entropy, Log, Writer } from '../ports.ts'
import type { Store } from '../store.ts'
import { nothingOffered } from './match.ts'

export const SEARCHES_MAX = 10

/** `seen`: what was heard after that is news; seconds. */
export type SavedSearch = { id: Hex; wish: Wish; made: number; seen: number }

export type Wishes = {
  offeringOf(acct: Hex): Offering
  /** Everybody who offers something and may be shown, in no order. */
  offerings(): [acct: Hex, offering: Offering][]
  offer(acct: Hex, offering: Offering): Promise<void>
  /** The oldest first. */
  searchesOf(acct: Hex): SavedSearch[]
  /** Null when there are as many as one may have. The same wish again is the same search. */
  save(acct: Hex, wish: Wish, now: number): Promise<SavedSearch | null>
  /** False when there is no such search of theirs. */
  see(acct: Hex, id: Hex, now: number): Promise<boolean>
  drop(acct: Hex, id: Hex): Promise<boolean>
  /** The secret by which this member's calendar may be read; made when first asked for, and anew when asked so. */
  calendarSecret(acct: Hex, anew: boolean): Promise<string>
  accountOf(calendarSecret: string): Hex | null
  /** Takes away all that somebody said here. */
  forget(acct: Hex): Promise<void>
}

type Said = { offering: Offering; searches: SavedSearch[]; calendar: string | null }

export type WishPorts = { writer: Pick<Writer, 'onRecorded'>; store: Store; entropy: Entropy; log: Log }

/** Whoever signs one of these takes along what they said here. */
const leaving: ReadonlySet<Kind> = new Set<Kind>(['member.left', 'member.moved'])

/** Reads what is kept. A row that cannot be read counts as nothing said. */
export async function openWishes({ writer, store, entropy, log }: WishPorts): Promise<Wishes> {
  const rows = store.table('wishes')
  const all = new Map<Hex, Said>()
  for await (const [acct, value] of rows.entries()) {
    const said = readSaid(value)
    if (said === null) log.warn('what a member offers could not be read and counts as not said', { account: acct })
    else all.set(acct, said)
  }
  const saidBy = (acct: Hex): Said => all.get(acct) ?? { offering: nothingOffered, searches: [], calendar: null }
  async function keep(acct: Hex, said: Said): Promise<void> {
    await rows.put(acct, utf8(JSON.stringify(said)))
    all.set(acct, said)
  }
  async function forget(acct: Hex): Promise<void> {
    await rows.del(acct)
    all.delete(acct)
  }
  writer.onRecorded(({ action }) => {
    if (!leaving.has(action.kind)) return
    forget(action.acct).catch((error: unknown) => log.error('what a member offered is still here; ask again', { error: String(error) }))
  })
  const secret = (): string => toHex(entropy.bytes(24))

  return {
    offeringOf: (acct) => saidBy(acct).offering,
    offerings: () => [...all].flatMap(([acct, { offering }]) => (offering.shown ? [[acct, offering] as [Hex, Offering]] : [])),
    offer: (acct, offering) => keep(acct, { ...saidBy(acct), offering }),
    searchesOf: (acct) => saidBy(acct).searches,
    async save(acct, wish, now) {
      const said = saidBy(acct)
      const same = said.searches.find((one) => JSON.stringify(one.wish) === JSON.stringify(wish))
      if (same !== undefined) return same
      if (said.searches.length >= SEARCHES_MAX) return null
      const made: SavedSearch = { id: secret().slice(0, 32), wish, made: now, seen: now }
      await keep(acct, { ...said, searches: [...said.searches, made] })
      return made
    },
    async see(acct, id, now) {
      const said = saidBy(acct)
      if (!said.searches.some((one) => one.id === id)) return false
      await keep(acct, { ...said, searches: said.searches.map((one) => (one.id === id ? { ...one, seen: now } : one)) })
      return true
    },
    forget,
    async drop(acct, id) {
      const said = saidBy(acct)
      if (!said.searches.some((one) => one.id === id)) return false
      await keep(acct, { ...said, searches: said.searches.filter((one) => one.id !== id) })
      return true
    },
    async calendarSecret(acct, anew) {
      const said = saidBy(acct)
      if (said.calendar !== null && !anew) return said.calendar
      const calendar = secret()
      await keep(acct, { ...said, calendar })
      return calendar
    },
    accountOf(calendarSecret) {
      for (const [acct, { calendar }] of all) if (calendar !== null && calendar === calendarSecret) return acct
      return null
    },
  }
}

/** What was written here before; a shape of an older version is none. */
function readSaid(value: Uint8Array): Said | null {
  try {
    const said = JSON.parse(fromUtf8(value) ?? '') as Said
    return Array.isArray(said.searches) && Array.isArray(said.offering.skills) && 'calendar' in said ? said : null
  } catch {
    return null
  }
}
