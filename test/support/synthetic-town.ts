/**
 * Towns that nobody lives in: who lives there, what they can do with each other, and what the rules say of it.
 *
 * What happens there is told elsewhere (`town-years.ts`, `town-scenes.ts`). Everything goes through `check` and `apply` like in a real hub, but for the signatures, which nobody makes or asks about.
 * The same seed gives the same history. Who plays what is known here and to no rule, so that what the rules flag can be laid beside it.
 */
import type { Action, Hex } from '#ledger/action.ts'
import { encodeAction } from '#ledger/action.ts'
import { resources } from '#ledger/charter/charter.ts'
import type { Flag, FlagRule } from '#ledger/anomaly/flag.ts'
import { encodeFlag, holdingRules } from '#ledger/anomaly/flag.ts'
import { Watch } from '#ledger/anomaly/rules.ts'
import { toHex } from '#ledger/bytes.ts'
import { encodeRecord, parseRecord } from '#ledger/entry.ts'
import { keyIdOf } from '#ledger/keys.ts'
import { apply, check } from '#ledger/ledger.ts'
import type { Refusal } from '#ledger/refusal.ts'
import { ABSENT } from '#ledger/rules/absence.ts'
import { measures } from '#ledger/rules/docket.ts'
import { gradeCommitment } from '#ledger/rules/rating.ts'
import type { Part } from '#test/support/town-cast.ts'
import { aPerson, type Asked, aTown, bytesFor, DAY, hexFor, idFor, joining, type Person, type Town } from '#test/support/towns.ts'

/** Numbers from a seed, the same everywhere. */
export class Dice {
  #state: number

  constructor(seed: number) {
    this.#state = (seed * 2_654_435_761 + 1) >>> 0
  }

  /** 0 … below − 1. */
  below(below: number): number {
    this.#state = (Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1) + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }

  chance(perMille: number): boolean {
    return this.below(1000) < perMille
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!
  }
}

export type Resident = { person: Person; part: Part; group: number; circle: Resident[]; from: number; busy?: { day: number; seconds: number } }

const people = new Map<string, Person>()

/** One device each; the same people live in every town, because keys take longer than all else. */
function someone(name: string): Person {
  const known = people.get(name) ?? aPerson(name)
  people.set(name, known)
  return known
}

export class SyntheticTown {
  readonly town: Town
  readonly residents: Resident[] = []
  readonly dice: Dice
  readonly watch = new Watch()
  /** Every pair of a rule and somebody whom it flagged. */
  readonly flagged = new Map<FlagRule, Set<Hex>>()
  /** Flags on which something could have been set aside, by whom they name. */
  readonly couldHold = new Set<Hex>()
  #ids = 0
  #lent: { agreement: Hex; owner: Resident; borrower: Resident; until: number }[] = []
  readonly #seed: number
  readonly #judges: boolean

  /** `judges`: every flag on which something may be set aside is opened as a case, and whatever was flagged is upheld. */
  constructor(seed: number, { judges = false, town = aTown(`town${seed}`) } = {}) {
    this.#seed = seed
    this.#judges = judges
    this.dice = new Dice(seed)
    this.town = town
    town.audited = false
  }

  /** Records an action by these people; nobody signs. @throws when the ledger says no: the history is wrong, not the ledger. */
  put(asked: Asked, signers: Person[] = []): void {
    const refusal = this.try(asked, signers)
    if (refusal !== null) throw new Error(`${asked.kind} is refused: ${refusal.code}`)
  }

  try(asked: Asked, signers: Person[]): Refusal | null {
    const { town } = this
    const { state } = town
    const seq = state.tree.size
    const { kind, ...own } = asked
    const action = {
      kind, id: this.id(), acct: signers[0]?.acct ?? toHex(town.id), exp: town.now + DAY,
      seen: { size: seq, leaf: toHex(state.tree.leafAt(seq - 1)) }, ...own,
    } as Action
    const keys = signers.length === 0 ? [town.card.logKey] : signers.map(({ device }) => device)
    const auth = keys.map((key) => ({ keyId: keyIdOf(key), signature: unsigned }))
    const bytes = encodeRecord({
      origin: state.hub.origin, seq, prev: state.tree.leafAt(seq - 1), ts: town.now, body: encodeAction(action), auth,
    })
    const entry = parseRecord(bytes)!
    const refusal = check(state, entry, () => true)
    if (refusal === null) apply(state, entry)
    return refusal
  }

  id(): Hex {
    return idFor(`${this.#seed} ${this.#ids++}`)
  }

  join(name: string, part: Part, group = 0, code: Uint8Array | null = null): Resident {
    const person = someone(name)
    this.put(code === null ? joining(this.town, person) : joining(this.town, person, code), [person])
    this.put({ kind: 'member.attested', member: person.acct, identity: hexFor('paper') }, [this.town.steward])
    const resident: Resident = { person, part, group, circle: [], from: this.day }
    this.residents.push(resident)
    return resident
  }

  get day(): number {
    return Math.floor((this.town.now - this.town.state.hub.day0) / DAY)
  }

  nextDay(): void {
    this.town.now = this.town.state.hub.day0 + (this.day + 1) * DAY + 1
    this.put({ kind: 'tick' })
    this.town.now += DAY / 2
  }

  /** 记一次帮助. */
  short(giver: Resident, receiver: Resident, minutes: number): void {
    const help = this.id()
    const day = Math.floor(this.town.now / DAY)
    this.put({
      kind: 'help.recorded', id: help, helper: giver.person.acct, receiver: receiver.person.acct, category: 1, minutes, day, note: noNote,
    }, [giver.person])
    this.put({ kind: 'help.confirmed', help }, [receiver.person])
  }

  /** Agreed, done and confirmed; then each says how it was, if anything is to be said. `begins`: from now [s]. */
  full(giver: Resident, receiver: Resident, minutes: number, grades: [ofGiver: Grade, ofReceiver: Grade] | null, begins = this.#before(giver, minutes)): Hex {
    const agreement = this.agree(giver, receiver, minutes, begins)
    this.put({ kind: 'checkin.made', agreement }, [receiver.person])
    this.put({ kind: 'completion.reported', agreement, minutes }, [giver.person])
    this.put({ kind: 'completion.confirmed', agreement, minutes }, [receiver.person])
    if (grades !== null) this.rate(agreement, giver, receiver, grades)
    return agreement
  }

  /** When a help of today began that the giver gave before the others of today: nobody is in two places. */
  #before(giver: Resident, minutes: number): number {
    const since = giver.busy?.day === this.day ? giver.busy.seconds : 0
    giver.busy = { day: this.day, seconds: since + minutes * 60 }
    const noon = this.town.state.hub.day0 + this.day * DAY + DAY / 2
    return noon - giver.busy.seconds - this.town.now
  }

  agree(giver: Resident, receiver: Resident, minutes: number, begins: number): Hex {
    const agreement = this.id()
    const start = this.town.now + begins
    this.put({
      kind: 'agreement.made', id: agreement, listing: noListing, helper: giver.person.acct, receiver: receiver.person.acct, category: 1,
      minutes, begins: start, ends: start + minutes * 60, terms: noNote, charter: 0,
    }, [giver.person, receiver.person])
    return agreement
  }

  rate(agreement: Hex, giver: Resident, receiver: Resident, [ofGiver, ofReceiver]: [Grade, Grade]): void {
    for (const [rater, grade] of [[receiver, ofGiver], [giver, ofReceiver]] as const) {
      this.put({ kind: 'rating.committed', agreement, commitment: toHex(gradeCommitment(salt, grade)) }, [rater.person])
    }
    for (const [rater, grade] of [[receiver, ofGiver], [giver, ofReceiver]] as const) {
      this.put({ kind: 'rating.opened', agreement, rater: rater.person.acct, grade, salt })
    }
  }

  /** One did not come; the other says so, and nobody contradicts. */
  missed(absentee: Resident, other: Resident): void {
    const agreement = this.agree(other, absentee, 60, -3_600)
    this.put({ kind: 'absence.reported', agreement, absent: ABSENT.receiver }, [other.person])
  }

  /** One lends the other a tool for a day, if they can give what it costs. */
  lend(owner: Resident, borrower: Resident, daysKept: number): void {
    const [agreement, begins] = [this.id(), this.town.now]
    const refusal = this.try({
      kind: 'booking.made', id: agreement, listing: idFor(`the tool of ${owner.person.acct}`), provider: owner.person.acct, receiver: borrower.person.acct,
      resource: resources.tool, begins, ends: begins + DAY, demandPerMille: 1000, terms: noNote, charter: 0,
    }, [owner.person, borrower.person])
    if (refusal !== null) return
    this.put({ kind: 'checkin.made', agreement }, [borrower.person])
    this.#lent.push({ agreement, owner, borrower, until: this.day + daysKept })
  }

  /** What is brought back today: both say so. */
  bringBack(): void {
    const due = this.#lent.filter(({ until }) => until <= this.day)
    this.#lent = this.#lent.filter(({ until }) => until > this.day)
    for (const { agreement, owner, borrower } of due) {
      this.put({ kind: 'return.recorded', agreement }, [borrower.person])
      this.put({ kind: 'completion.reported', agreement, minutes: DAY / 60 }, [owner.person])
      this.put({ kind: 'completion.confirmed', agreement, minutes: DAY / 60 }, [borrower.person])
    }
  }

  /** What the rules say today; and if this town has judges, what follows. */
  look(): Flag[] {
    const flags = this.watch.flags(this.town.state)
    for (const flag of flags) {
      const known = this.flagged.get(flag.rule) ?? new Set()
      this.flagged.set(flag.rule, known)
      for (const acct of flag.subjects) {
        const isNew = !known.has(acct)
        known.add(acct)
        if (!holdingRules.has(flag.rule)) continue
        this.couldHold.add(acct)
        if (isNew && this.#judges) this.#judge(flag, acct)
      }
    }
    return flags
  }

  #judge(flag: Flag, accused: Hex): void {
    const { town } = this
    const seqs = new Set(flag.evidence.map(({ seq }) => seq))
    const matters = town.state.exchanges.flatMap(({ exchanges }) => exchanges)
      .filter(({ seq, giver }) => seqs.has(seq) && giver === accused).map(({ matter }) => matter)
    const id = this.id()
    const refusal = this.try({
      kind: 'case.opened', id, accused, flag: encodeFlag(flag), complaint: null, complainant: null, matters: matters.slice(0, 64), hold: true,
    }, [town.steward])
    // Somebody accused again while the first case runs, or shut out already.
    if (refusal !== null) return
    const resident = this.residents.find(({ person }) => person.acct === accused)!
    this.put({ kind: 'case.answered', case: id, statement: noNote }, [resident.person])
    this.put({ kind: 'case.found', case: id, measure: measures.upheld, reason: noNote }, [town.steward])
  }

  /** Whom a finding stands against. */
  sanctioned(): Set<Hex> {
    return new Set([...this.town.state.cases.values()].filter(({ phase }) => phase === 'sanctioned').map(({ accused }) => accused))
  }

  partOf(acct: Hex): Part {
    return this.residents.find(({ person }) => person.acct === acct)!.part
  }
}

export type Grade = 0 | 1 | 2

const unsigned = new Uint8Array(64)
const noNote = hexFor('nothing said')
const noListing = idFor('no listing')
const salt = bytesFor('a salt')
