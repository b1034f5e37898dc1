/**
 * Where the other hubs were last reached. A federation's document says where a hub was when it joined, and it may have
 * moved since: to another line, behind a relay, to a name. What this hub has seen of that is kept in the store, so that
 * a start years later dials where the others are now, with nobody's help.
 *
 * Of each hub stand here the two addresses at which it answered last and what it said of itself when it was last
 * connected. All of them are hints, like those of the document: whoever answers there proves by Noise who it is.
 */
import { utf8 } from '#ledger/bytes.ts'
import { decodeAs, encodeAs, fields, type Infer, listOf, textUpTo } from '#ledger/schema.ts'
import type { Log } from '../ports.ts'
import type { Table } from '../store.ts'
import type { PeerKey } from './network.ts'

const ANSWERED_MAX = 2
/** As many as a card has. */
const SAID_MAX = 8
const ADDRESS_BYTES_MAX = 256

const rowSchema = fields({
  answered: listOf(textUpTo(ADDRESS_BYTES_MAX), ANSWERED_MAX),
  said: listOf(textUpTo(ADDRESS_BYTES_MAX), SAID_MAX),
})
type Row = Infer<typeof rowSchema>

export type AddressBook = {
  /** Where to try a hub, the likeliest first. */
  of(peer: PeerKey): string[]
  /** It was reached at this address. */
  answered(peer: PeerKey, address: string): void
  /** These are its addresses as it says; what it said before is forgotten. */
  said(peer: PeerKey, addresses: string[]): void
  /** Forgets all but these: who left the federation is nobody we dial. */
  keepOnly(peers: ReadonlySet<PeerKey>): void
}

/** Reads what is known. What cannot be read is left out, and learned again. */
export async function openAddressBook(table: Table, log: Log): Promise<AddressBook> {
  const rows = new Map<PeerKey, Row>()
  for await (const [peer, bytes] of table.entries()) {
    const row = decodeAs(rowSchema, bytes)
    if (row !== null) rows.set(peer, row)
  }

  const rowOf = (peer: PeerKey): Row => rows.get(peer) ?? { answered: [], said: [] }

  function keep(peer: PeerKey, row: Row): void {
    const bytes = encodeAs(rowSchema, row)
    rows.set(peer, row)
    table.put(peer, bytes).catch(unkept)
  }

  const unkept = (error: unknown): void =>
    log.warn('where another hub is could not be kept; it is learned again', { error: String(error) })

  return {
    of(peer) {
      const { answered, said } = rowOf(peer)
      return [...new Set([...answered, ...said])]
    },
    answered(peer, address) {
      const { answered, said } = rowOf(peer)
      if (!fits(address) || answered[0] === address) return
      keep(peer, { answered: [address, ...answered.filter((other) => other !== address)].slice(0, ANSWERED_MAX), said })
    },
    said(peer, addresses) {
      const { answered, said } = rowOf(peer)
      // In one order, because a peer names them in any, and each write is a sync.
      const now = [...new Set(addresses)].filter(fits).sort().slice(0, SAID_MAX)
      if (now.length === said.length && now.every((address, i) => address === said[i])) return
      keep(peer, { answered, said: now })
    },
    keepOnly(peers) {
      for (const peer of [...rows.keys()]) {
        if (peers.has(peer)) continue
        rows.delete(peer)
        table.del(peer).catch(unkept)
      }
    },
  }
}

const fits = (address: string): boolean => utf8(address).length <= ADDRESS_BYTES_MAX
