/**
 * Postings: what an entry moved, account by account, for whoever keeps books by other means (a table, a journal of
 * double entry).
 *
 * They are found by looking at the books before and after, so there is no second telling of the rules to be wrong
 * in. Looking costs what the entry touched and not what the city has: a member's account is changed by nobody who
 * did not ask the state for that member, so the state is given a map that remembers who was asked for. What this
 * assumes is proved at the end: `closing` lays every account beside the sum of its postings and throws where they
 * part, which would be our own bug.
 *
 * The postings of one entry add up to zero, Domain and Global each. For Global there is one account more than the
 * books have: `federation`, below zero by what this city holds in the chains of orders (*Books* in `README.md`).
 * What other cities send, and what is issued, comes out of it; what is certified to them goes into it.
 */
import type { Hex } from '../action.ts'
import { type Entry, parseRecord } from '../entry.ts'
import { apply, check, found, isRefusal } from '../ledger.ts'
import type { Refusal } from '../refusal.ts'
import type { Books } from '../state/books.ts'
import type { Account, Member } from '../state/people.ts'
import type { State } from '../state/state.ts'

export type Unit = 'domain' | 'global'
export type MemberBook = keyof Account
export type HubBook = keyof Books | 'federation'

/** Whose account: a member's book, or the hub's own with `member` null. */
export type AccountName = { member: Hex; book: MemberBook } | { member: null; book: HubBook }
/** `amount` was added, which left `balance`; base units. */
export type Posting = AccountName & { unit: Unit; amount: bigint; balance: bigint }
export type Balance = AccountName & { unit: Unit; balance: bigint }

const memberUnits: Record<MemberBook, Unit> = { domain: 'domain', held: 'domain', global: 'global', globalHeld: 'global' }
const hubUnits: Record<HubBook, Unit> = {
  issuance: 'domain', redemption: 'domain', partner: 'domain', commons: 'domain', retire: 'domain', pool: 'global', poolHeld: 'global',
  inflight: 'global', suspense: 'global', globalRetire: 'global', federation: 'global',
}
const memberBooks = Object.keys(memberUnits) as MemberBook[]
const hubBooks = Object.keys(hubUnits) as HubBook[]

export type Bookkeeper = {
  /** What has moved since this was last asked: the hub's accounts first, then members in the order of asking. */
  moved(): Posting[]
  /** Every account there is, and its balance. @throws when the postings so far do not add up to it. */
  closing(): Balance[]
}

/** Follows the books of a state from now on. `state.members` is exchanged for a map that remembers. */
export function bookkeeperOf(state: State): Bookkeeper {
  const members = new AskedFor(state.members)
  state.members = members
  const ofMembers = new Map<Hex, Account>()
  const ofHub = hubBalances(state)
  for (const book of hubBooks) ofHub[book] = 0n

  const moved = (): Posting[] => {
    const postings: Posting[] = []
    const now = hubBalances(state)
    for (const book of hubBooks) {
      const amount = now[book] - ofHub[book]
      if (amount !== 0n) postings.push({ member: null, book, unit: hubUnits[book], amount, balance: now[book] })
      ofHub[book] = now[book]
    }
    for (const member of members.takeAsked()) {
      const account = state.members.get(member)?.account
      if (account === undefined) continue
      const before = ofMembers.get(member) ?? EMPTY
      for (const book of memberBooks) {
        const amount = account[book] - before[book]
        if (amount !== 0n) postings.push({ member, book, unit: memberUnits[book], amount, balance: account[book] })
      }
      ofMembers.set(member, { ...account })
    }
    // Looking was asking, too.
    members.takeAsked()
    return postings
  }

  const closing = (): Balance[] => {
    const balances: Balance[] = hubBooks.map((book) => ({ member: null, book, unit: hubUnits[book], balance: ofHub[book] }))
    for (const { acct, account } of state.members.values()) {
      const posted = ofMembers.get(acct) ?? EMPTY
      for (const book of memberBooks) {
        if (account[book] !== posted[book]) throw new Error(`the postings of ${acct} ${book} do not add up to its balance`)
        balances.push({ member: acct, book, unit: memberUnits[book], balance: account[book] })
      }
    }
    return balances
  }
  return { moved, closing }
}

export type Posted = { entry: Entry; state: State; postings: Posting[] }
/** How a log ended: its balances, or the first record that is not valid. */
export type Closing =
  | { refusal: null; entries: number; state: State; balances: Balance[] }
  | { refusal: Refusal; entries: number }

/**
 * Every record in order, with what it moved. The rules are asked and signatures are not: this is for showing a log
 * that an audit has passed, and refuses only what would have no meaning. `state` is the same object each time.
 */
export function* postedBy(records: Iterable<Uint8Array>): Generator<Posted, Closing> {
  let state: State | null = null
  let books: Bookkeeper | null = null
  let entries = 0
  for (const bytes of records) {
    const entry = parseRecord(bytes)
    if (entry === null) return { refusal: { code: 'malformed' }, entries }
    if (state === null || books === null) {
      const founded = found(entry)
      if (isRefusal(founded)) return { refusal: founded, entries }
      state = founded
      books = bookkeeperOf(state)
    } else {
      const refusal = check(state, entry, () => true)
      if (refusal !== null) return { refusal, entries }
      apply(state, entry)
    }
    entries++
    yield { entry, state, postings: books.moved() }
  }
  if (state === null || books === null) return { refusal: { code: 'not-founded' }, entries }
  return { refusal: null, entries, state, balances: books.closing() }
}

const EMPTY: Account = { domain: 0n, held: 0n, global: 0n, globalHeld: 0n }

function hubBalances({ books, chain, inbound }: State): Record<HubBook, bigint> {
  let held = chain.position
  for (const { unclaimed } of inbound.values()) held += unclaimed
  const last = chain.slots[chain.slots.length - 1]
  // What an order claims has left `unclaimed` and is in `position` once the order is certified.
  if (last?.certified === false) held += last.claimed
  return { ...books, federation: -held }
}

/** Members, and who was asked for since it was last told. */
class AskedFor extends Map<Hex, Member> {
  #asked = new Set<Hex>()

  constructor(members: Map<Hex, Member>) {
    super()
    for (const [acct, member] of members) this.set(acct, member)
  }

  override get(acct: Hex): Member | undefined {
    this.#asked.add(acct)
    return super.get(acct)
  }

  override set(acct: Hex, member: Member): this {
    this.#asked.add(acct)
    return super.set(acct, member)
  }

  takeAsked(): Hex[] {
    const asked = [...this.#asked]
    this.#asked.clear()
    return asked
  }
}
