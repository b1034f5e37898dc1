/**
 * The export as an hledger journal, so that a program that knows nothing of this project does the sums again:
 * `hledger -f FILE check -s`.
 *
 * Every entry that moved something is a transaction, its number in brackets, in base units (CVd Domain, CVg Global),
 * which are whole and never decay. No amount is left for hledger to infer, and every posting asserts the balance
 * that it leaves. So an amount changed by itself does not balance, two changed together break the assertion beside
 * each and all that follow on those accounts, and the end says once more what every account holds.
 *
 * A member's account is named by the first 8 digits of its id, by more where an earlier member has these.
 */
import type { Hex } from '#ledger/action.ts'
import { utcText } from '#ledger/calendar.ts'
import { type AccountName, type Closing, type HubBook, type MemberBook, postedBy, type Unit } from '#ledger/audit/postings.ts'

const memberAccounts: Record<MemberBook, string> = {
  domain: 'domain', held: 'held', global: 'global', globalHeld: 'global-held',
}
const hubAccounts: Record<HubBook, string> = {
  issuance: 'hub:issuance', redemption: 'hub:redemption', partner: 'hub:partner', commons: 'hub:commons', retire: 'hub:retire', pool: 'hub:pool',
  poolHeld: 'hub:pool-held', inflight: 'hub:inflight', suspense: 'hub:suspense', globalRetire: 'hub:global-retire',
  federation: 'federation',
}
const commodities: Record<Unit, string> = { domain: 'CVd', global: 'CVg' }
const DIGITS = 8

/** The lines of the journal. Its answer says how the log ended, which is where the journal did. */
export function* hledgerOf(records: Iterable<Uint8Array>): Generator<string, Closing> {
  const names = new Names()
  const posted = postedBy(records)
  let last = 0
  for (;;) {
    const { done, value } = posted.next()
    if (done === true) {
      if (value.refusal === null) {
        yield* names.declared(value.balances)
        yield `\n${dateOf(last)} what every account holds after ${value.entries} entries\n`
        for (const one of value.balances) yield line(names, one, 0n, one.balance)
      }
      return value
    }
    const { entry: { seq, ts, action }, state, postings } = value
    if (seq === 0) yield beginning(state.hub.origin)
    last = ts
    if (postings.length === 0) continue
    yield* names.declared(postings)
    yield `\n${dateOf(ts)} (${seq}) ${action.kind}\n`
    for (const one of postings) yield line(names, one, one.amount, one.balance)
  }
}

const beginning = (origin: string): string => `; The ledger of ${origin}, checked by: hledger -f THIS-FILE check -s
; Base units: CVd of the city, CVg between cities. They never decay; what people see is base times the day's index.
commodity 1000. CVd
commodity 1000. CVg
${Object.values(hubAccounts).map((name) => `account ${name}\n`).join('')}`

const dateOf = (ts: number): string => utcText(ts).slice(0, 10)

function line(names: Names, { unit, ...account }: AccountName & { unit: Unit }, amount: bigint, balance: bigint): string {
  const commodity = commodities[unit]
  return `    ${names.of(account)}  ${amount} ${commodity} = ${balance} ${commodity}\n`
}

/** What members' accounts are called, each the same from its first use on, and no two alike. */
class Names {
  readonly #names = new Map<Hex, string>()
  readonly #taken = new Set<string>()
  readonly #declared = new Set<string>()

  of({ member, book }: AccountName): string {
    return member === null ? hubAccounts[book] : `members:${this.#nameOf(member)}:${memberAccounts[book]}`
  }

  /** An `account` directive for each that was not used before; strict checking asks for them. */
  *declared(accounts: readonly AccountName[]): Generator<string> {
    for (const account of accounts) {
      if (account.member === null) continue
      const name = this.of(account)
      if (this.#declared.has(name)) continue
      this.#declared.add(name)
      yield `account ${name}  ; ${account.member}\n`
    }
  }

  #nameOf(member: Hex): string {
    const known = this.#names.get(member)
    if (known !== undefined) return known
    let digits = DIGITS
    while (this.#taken.has(member.slice(0, digits))) digits += DIGITS
    const name = member.slice(0, digits)
    this.#taken.add(name)
    this.#names.set(member, name)
    return name
  }
}
