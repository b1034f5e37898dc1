/**
 * An auditor of all the cities, who keeps books of its own from the records it reads. It knows how a record, an order and
 * a document are written down, and nothing of the rules: what may be, it says itself, in its own few lines.
 *
 * Of each hub it reads what stands durably in the log. Of all together it asks that no slot has two certificates, that
 * nobody votes twice, that a certificate has its quorum, that no position falls below zero or is anything but what the
 * chain says, that no transfer is credited twice or other than it was sent, and that what all hold and what is on its way
 * is what was issued.
 */
import type { Action, Origin, Vote } from '#ledger/action.ts'
import { fromHex, toHex } from '#ledger/bytes.ts'
import { type Entry, parseRecord } from '#ledger/entry.ts'
import { type FederationDocument, isVoteFor, type Order, orderIdOf, type OrderPlace, parseDocument, parseIssueArgument, parseOrder } from '#ledger/federation/federation.ts'

/** What the auditor found that must not be. */
export type Finding = { code: string; detail: string }

type Chained = { order: Order; id: string; certified: boolean }

/** One hub's log, as far as it was read. */
type Book = {
  leaves: string[]
  /** Every action's id: the same twice is two. */
  ids: Set<string>
  documents: FederationDocument[]
  federation: Uint8Array
  chain: Chained[]
  /** By source, the slot of the latest arrival, and what came since our last order claimed it. */
  last: Map<Origin, number>
  unclaimed: bigint
  /** All that this hub may call its own, by its certified orders and what it took in, base units. */
  held: bigint
  issued: bigint
  sent: bigint
  taken: bigint
}

export type Sent = { from: Origin; to: Origin; slot: number; amount: bigint; returns: string | null }
/** `fate`: what became of it there at last. */
export type Taken = { hub: Origin; leaf: string; slot: number; from: Origin; amount: bigint; fate: 'credit' | 'suspended' | 'credited' | 'returning' | 'returned' }

const quorumOf = (n: number): number => (n <= 3 ? n : Math.floor((n + Math.floor((n - 1) / 3)) / 2) + 1)

export class Auditor {
  readonly findings: Finding[] = []
  readonly #books = new Map<Origin, Book>()
  /** By chain and slot the one order that was ever shown certified, with what shows it. */
  readonly #certified = new Map<string, { id: string; order: Order }>()
  /** By voter and place, for which order it was seen to vote. */
  readonly #votes = new Map<string, string>()
  readonly #verified = new Set<string>()
  /** Transfers by their name: of certified orders, and as they were taken in. */
  readonly sent = new Map<string, Sent>()
  readonly taken = new Map<string, Taken>()
  /** Hubs that are not held to their word. */
  readonly #liars: ReadonlySet<Origin>

  constructor(liars: ReadonlySet<Origin>) {
    this.#liars = liars
  }

  sizeOf(origin: Origin): number {
    return this.#books.get(origin)?.leaves.length ?? 0
  }

  /** Leaf hashes in hex of what was read, in order. */
  leavesOf(origin: Origin): readonly string[] {
    return this.#books.get(origin)?.leaves ?? []
  }

  chainOf(origin: Origin): readonly Chained[] {
    return this.#books.get(origin)?.chain ?? []
  }

  /** All that a hub may call its own, base units. */
  heldBy(origin: Origin): bigint {
    return this.#books.get(origin)?.held ?? 0n
  }

  /** Reads a log again from its beginning: it went back to a backup. */
  forget(origin: Origin): void {
    this.#books.delete(origin)
    for (const [xid, { hub }] of this.taken) if (hub === origin) this.taken.delete(xid)
  }

  /** Reads the next record of a log; its kind. */
  read(origin: Origin, record: Uint8Array): string {
    const book: Book = this.#books.get(origin) ?? {
      leaves: [], ids: new Set(), documents: [], federation: new Uint8Array(), chain: [], last: new Map(), unclaimed: 0n, held: 0n, issued: 0n, sent: 0n, taken: 0n,
    }
    this.#books.set(origin, book)
    const entry = parseRecord(record)
    if (entry === null || entry.origin !== origin || entry.seq !== book.leaves.length) {
      this.#find('record', `${origin} shows something else as its record ${book.leaves.length}`)
      return 'nothing'
    }
    book.leaves.push(toHex(entry.leaf))
    if (book.ids.has(entry.action.id)) this.#find('twice', `${origin} has recorded one action twice: ${entry.action.kind}`)
    book.ids.add(entry.action.id)
    this.#enter(origin, book, entry)
    return entry.action.kind
  }

  #enter(origin: Origin, book: Book, entry: Entry): void {
    const { action } = entry
    switch (action.kind) {
      case 'fed.adopted': {
        const document = parseDocument(action.document)!
        if (book.documents.length === 0) book.federation = orderIdOf(action.document)
        book.documents.push(document)
        return
      }
      case 'x.out': return this.#ordered(origin, book, action)
      case 'x.cert': return this.#certify(origin, book, action)
      case 'x.in': return this.#arrived(origin, book, action, entry)
      case 'x.rel': return this.#become(action.xid, 'credited')
      case 'x.back': return this.#become(action.xid, 'returning')
    }
  }

  #become(xid: string, fate: Taken['fate']): void {
    const taken = this.taken.get(xid)
    if (taken !== undefined) taken.fate = fate
  }

  #ordered(origin: Origin, book: Book, { order: bytes }: Extract<Action, { kind: 'x.out' }>): void {
    const order = parseOrder(bytes)!
    const before = book.chain.at(-1)
    if (order.slot !== book.chain.length) return this.#find('chain', `${origin} writes slot ${order.slot} after ${book.chain.length} slots`)
    const out = order.outs.reduce((sum, { amount }) => sum + amount, 0n)
    const issued = issuedIn(order)
    const position = (before?.order.position ?? 0n) + book.unclaimed + issued - out
    if (position < 0n) this.#find('negative', `${origin} has ${position} after slot ${order.slot}`)
    if (position !== order.position) this.#find('position', `${origin} says ${order.position} at slot ${order.slot}, its chain comes to ${position}`)
    for (const { hub, slot } of order.claims) {
      if (book.last.get(hub) !== slot) this.#find('claims', `${origin} claims slot ${slot} of ${hub}, and ${book.last.get(hub)} is in`)
    }
    book.unclaimed = 0n
    book.chain.push({ order, id: toHex(orderIdOf(bytes)), certified: false })
    for (const { returns } of order.outs) if (returns !== null) this.#become(returns, 'returned')
  }

  #certify(origin: Origin, book: Book, { slot, epoch, votes }: Extract<Action, { kind: 'x.cert' }>): void {
    const chained = book.chain[slot]
    if (chained === undefined || chained.certified) return this.#find('chain', `${origin} certifies slot ${slot} out of its turn`)
    chained.certified = true
    const { order, id } = chained
    this.#certificate(book, order, id, epoch, votes, origin)
    const out = order.outs.reduce((sum, { amount }) => sum + amount, 0n)
    const issued = issuedIn(order)
    book.issued += issued
    book.sent += out
    book.held += issued - out
  }

  #arrived(origin: Origin, book: Book, action: Extract<Action, { kind: 'x.in' }>, entry: Entry): void {
    const order = parseOrder(action.order)!
    const id = toHex(orderIdOf(action.order))
    this.#certificate(book, order, id, action.epoch, action.votes, origin)
    if ((book.last.get(order.hub) ?? -1) >= order.slot) this.#find('twice', `${origin} takes slot ${order.slot} of ${order.hub} in again`)
    book.last.set(order.hub, order.slot)
    const own = order.outs.filter(({ destination }) => destination === origin)
    if (own.length !== action.dispositions.length) this.#find('dispositions', `${origin} has ${action.dispositions.length} words for ${own.length} transfers`)
    for (const [i, { xid, amount, returns }] of own.entries()) {
      const before = this.taken.get(xid)
      if (before !== undefined) this.#find('twice', `${xid} is taken in by ${before.hub} and by ${origin}`)
      const fate = action.dispositions[i] === 'credit' ? 'credit' : 'suspended'
      this.taken.set(xid, { hub: origin, leaf: toHex(entry.leaf), slot: order.slot, from: order.hub, amount, fate })
      if (returns !== null) {
        const original = this.sent.get(returns)
        const honest = !this.#liars.has(order.hub) && !this.#liars.has(origin)
        if (honest && (original === undefined || original.from !== origin || original.amount < amount)) {
          this.#find('return', `${returns} comes back to ${origin} as ${amount}, which never left it so`)
        }
      }
      book.unclaimed += amount
      book.taken += amount
      book.held += amount
    }
  }

  /** Whatever is shown as certified is shown to everybody: one order a slot, and a quorum behind it. */
  #certificate(book: Book, order: Order, id: string, epoch: number, votes: Vote[], by: Origin): void {
    const place = `${order.hub} ${order.slot}`
    const known = this.#certified.get(place)
    if (known !== undefined && known.id !== id) this.#find('two-certificates', `slot ${order.slot} of ${order.hub} is certified as ${known.id.slice(0, 8)} and as ${id.slice(0, 8)}`)
    this.#certified.set(place, { id, order })
    if (known === undefined) {
      for (const { xid, destination, amount, returns } of order.outs) {
        if (this.sent.has(xid)) this.#find('twice', `${xid} is sent in two slots of ${order.hub}`)
        this.sent.set(xid, { from: order.hub, to: destination, slot: order.slot, amount, returns })
      }
    }
    const members = book.documents[epoch - 1]?.members
    if (members === undefined) return this.#find('certificate', `${by} takes a certificate of an epoch ${epoch} that it does not know`)
    let good = 0
    for (const voter of new Set(votes.map((vote) => vote.voter))) {
      const card = members[voter]?.card
      const vote = votes.find((one) => one.voter === voter)!
      if (card === undefined || !this.#isGood(card.voteKey, book.federation, epoch, { origin: order.hub, slot: order.slot, order: fromHex(id)! }, vote.signature)) continue
      good += 1
      this.voted(card.origin, order.hub, order.slot, id)
    }
    if (good < quorumOf(members.length)) this.#find('certificate', `slot ${order.slot} of ${order.hub} has ${good} of ${quorumOf(members.length)} votes at ${by}`)
  }

  #isGood(key: Uint8Array, federation: Uint8Array, epoch: number, place: OrderPlace, signature: Uint8Array): boolean {
    const name = `${toHex(key).slice(0, 16)} ${epoch} ${place.origin} ${place.slot} ${toHex(place.order)} ${toHex(signature)}`
    if (this.#verified.has(name)) return true
    const good = isVoteFor(key, federation, epoch, place, signature)
    if (good) this.#verified.add(name)
    return good
  }

  /** A vote was seen, in a record or on the wire. */
  voted(voter: Origin, chain: Origin, slot: number, id: string): void {
    const place = `${voter} ${chain} ${slot}`
    const before = this.#votes.get(place)
    if (before !== undefined && before !== id && !this.#liars.has(voter)) {
      this.#find('two-votes', `${voter} votes for ${before.slice(0, 8)} and for ${id.slice(0, 8)} at slot ${slot} of ${chain}`)
    }
    this.#votes.set(place, id)
  }

  /** What all hold and what is on its way is what was issued. Asked whenever something was recorded. */
  sum(): void {
    let issued = 0n
    let held = 0n
    for (const book of this.#books.values()) {
      held += book.held
      issued += book.issued
    }
    // What a hub has taken in counts as sent, though its own hub may not have recorded the certificate yet.
    let onTheWay = 0n
    for (const [xid, { from, slot, amount }] of this.sent) {
      const own = this.#books.get(from)?.chain[slot]
      const left = own?.certified === true
      const came = this.taken.has(xid)
      if (left && !came) onTheWay += amount
      if (!left && came) onTheWay -= amount
    }
    if (held + onTheWay !== issued) this.#find('sum', `${held} held and ${onTheWay} on the way, ${issued} issued`)
  }

  #find(code: string, detail: string): void {
    this.findings.push({ code, detail })
  }
}

/** What an order adds to what there is in the world. */
function issuedIn({ kind, argument }: Order): bigint {
  if (kind === 'issue') return parseIssueArgument(argument!)!
  return kind === 'burn' ? -parseIssueArgument(argument!)! : 0n
}
