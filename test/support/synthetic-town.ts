/**
 * Towns that nobody lives in: two years of a hundred neighbours, with people among them who do what they should not.
 *
 * Everything goes through `check` and `apply` like in a real hub, but for the signatures, which nobody makes or asks about.
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
import { measures } from '#ledger/rules/case.ts'
import { invitationOf } from '#ledger/rules/invitation.ts'
import { gradeCommitment } from '#ledger/rules/rating.ts'
import {
  acknowledge, aPerson, aRegion, type Asked, aTown, awardRequest, bytesFor, CV, DAY, deliver, hexFor, idFor, issue, joining,
  owesAward, type Person, recorded, settle, type Town,
} from '#test/support/towns.ts'

/** What somebody plays; who of them is honest, `honest` says. */
export const parts = [
  'neighbour', 'couple', 'family', 'care', 'wash', 'ring', 'cluster', 'phantom', 'tireless', 'club', 'slander', 'revenge', 'no-show', 'idle', 'batch',
] as const
export type Part = (typeof parts)[number]

const honest: ReadonlySet<Part> = new Set<Part>(['neighbour', 'couple', 'family', 'care'])
export const isHonest = (part: Part): boolean => honest.has(part)

/** By which rule somebody who plays this should be found. */
export const ruleFor: Partial<Record<Part, FlagRule>> = {
  wash: 'R1', ring: 'R2', cluster: 'R3', phantom: 'R4', tireless: 'R5', club: 'R7', slander: 'R7', revenge: 'R8', 'no-show': 'R9', idle: 'R9', batch: 'R10',
}

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

type Resident = { person: Person; part: Part; group: number; circle: Resident[]; from: number; busy?: { day: number; seconds: number } }

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

type Grade = 0 | 1 | 2

const unsigned = new Uint8Array(64)
const noNote = hexFor('nothing said')
const noListing = idFor('no listing')
const salt = bytesFor('a salt')

const YEARS = 2
const LOOK_DAYS = 7

/** How many play each part at the beginning; the batch comes later. */
const cast: readonly (readonly [part: Part, groups: number, size: number])[] = [
  ['neighbour', 1, 44], ['couple', 4, 2], ['family', 2, 4], ['care', 2, 2], ['wash', 2, 2], ['ring', 1, 4], ['phantom', 2, 1],
  ['tireless', 2, 1], ['club', 1, 4], ['slander', 1, 3], ['revenge', 2, 1], ['no-show', 3, 1], ['idle', 2, 1],
]

/** Two years of a hundred neighbours. */
export function aHistory(seed: number, { judges = true, days = YEARS * 365 } = {}): SyntheticTown {
  const history = new SyntheticTown(seed, { judges })
  let names = 0
  for (const [part, groups, size] of cast) {
    for (let group = 0; group < groups; group++) for (let i = 0; i < size; i++) history.join(`resident ${names++}`, part, group)
  }
  const neighbours = history.residents.filter(({ part }) => part === 'neighbour')
  for (const resident of history.residents) {
    // Everybody knows some ten others by name.
    resident.circle = Array.from({ length: 10 }, () => history.dice.pick(neighbours)).filter((other) => other !== resident)
  }
  while (history.day < days) {
    history.nextDay()
    liveOneDay(history, names)
    if (history.day % LOOK_DAYS === 0) history.look()
  }
  return history
}

/** Offenders begin when everybody is settled, and do it for a season. */
const SEASON = { from: 200, until: 330 }
const inSeason = (day: number): boolean => day >= SEASON.from && day < SEASON.until

function liveOneDay(history: SyntheticTown, names: number): void {
  const { dice, day, residents } = history
  const all = (part: Part, group: number) => residents.filter((one) => one.part === part && one.group === group)
  const able = ({ person }: Resident) => history.town.state.members.get(person.acct)!.status === 'active'
  if (day === 400) arriveAlone(history, names)
  if (day === 500) bring(history, names + 5)
  for (const resident of [...residents]) {
    const { part, circle } = resident
    if (circle.length === 0 || !able(resident)) continue
    const rate = part === 'cluster' || part === 'batch' || part === 'club' || part === 'wash' || part === 'ring' ? 3 : 55
    if (dice.chance(rate)) helpSomebody(history, resident, dice.pick(circle))
  }
  history.bringBack()
  if (day % 6 === 0) lendSomething(history, all('neighbour', 0))
  for (let group = 0; group < 4; group++) each(history, all('couple', group), 90, 60)
  for (let group = 0; group < 2; group++) each(history, all('family', group), 60, 60)
  for (let group = 0; group < 2; group++) {
    const [carer, cared] = all('care', group)
    if (day % 7 === 1 || day % 7 === 4) history.short(carer!, cared!, 60)
  }
  if (inSeason(day)) offend(history, all, able)
  const cluster = residents.filter((one) => one.part === 'cluster')
  if (cluster.length > 0 && day < 520) each(history, cluster, 120, 90)
  const batch = residents.filter((one) => one.part === 'batch').slice(1)
  if (batch.length > 0 && day < 620 && dice.chance(400)) {
    const giver = dice.pick(batch)
    history.short(giver, dice.pick(batch.filter((one) => one !== giver)), 60 + 15 * dice.below(8))
  }
}

/** A neighbour lends another a tool, who brings it back the next day; one in ten of them a day late. */
function lendSomething(history: SyntheticTown, neighbours: Resident[]): void {
  const turn = history.day / 6
  history.lend(neighbours[turn % 20]!, neighbours[20 + ((7 * turn) % 20)]!, turn % 10 === 0 ? 2 : 1)
}

/** What neighbours do: mostly in two taps, sometimes agreed on before and rated. */
function helpSomebody(history: SyntheticTown, giver: Resident, receiver: Resident): void {
  const { dice } = history
  const minutes = 30 + 15 * dice.below(9)
  if (dice.chance(600)) return history.short(giver, receiver, minutes)
  const grade = (): Grade => (dice.chance(900) ? 2 : dice.chance(800) ? 1 : 0)
  // Of a club's members, people outside it think little.
  const ofGiver = giver.part === 'club' ? 0 : grade()
  if (dice.chance(15)) return history.missed(receiver, giver)
  history.full(giver, receiver, minutes, [ofGiver, grade()])
}

/** Members of a group help each other: each of them with this chance a day. */
function each(history: SyntheticTown, group: Resident[], perMille: number, minutes: number): void {
  for (const giver of group) {
    if (!history.dice.chance(perMille)) continue
    const receiver = history.dice.pick(group.filter((one) => one !== giver))
    history.short(giver, receiver, minutes + 15 * history.dice.below(4))
  }
}

function offend(history: SyntheticTown, all: (part: Part, group: number) => Resident[], able: (one: Resident) => boolean): void {
  const { dice, day } = history
  const neighbours = all('neighbour', 0)
  for (let group = 0; group < 2; group++) {
    const [one, other] = all('wash', group)
    if (day % 5 === 0) history.short(...((day % 10 === 0 ? [one!, other!] : [other!, one!]) as [Resident, Resident]), 120)
    const [phantom] = all('phantom', group)
    if (day % 3 === 0) history.short(phantom!, dice.pick(neighbours), 180)
    const [tireless] = all('tireless', group)
    if (day % 20 === 0 && able(tireless!)) {
      for (let i = 0; i < 2; i++) history.full(tireless!, neighbours[(day + i) % neighbours.length]!, 180, null, -10_800)
    }
    const [avenger] = all('revenge', group)
    if (day === SEASON.from + 40 + group) avenge(history, avenger!, neighbours)
  }
  const ring = all('ring', 0)
  if (day % 6 === 0) ring.forEach((giver, i) => history.short(giver, ring[(i + 1) % ring.length]!, 120))
  const club = all('club', 0)
  if (day % 4 === 0) {
    const giver = dice.pick(club)
    if (able(giver)) history.full(giver, dice.pick(club.filter((one) => one !== giver)), 60, [2, 2])
  }
  if (day % 30 === 0) history.full(dice.pick(club), dice.pick(neighbours), 60, [0, 2])
  if (day % 10 === 0) {
    // All three say of one neighbour what nobody else says.
    const victim = neighbours[5]!
    const slanderer = all('slander', 0)[(day / 10) % 3]!
    if (able(slanderer)) history.full(victim, slanderer, 60, [0, 2])
    for (let i = 0; i < 2; i++) history.full(victim, neighbours[10 + (((day / 10) * 2 + i) % 20)]!, 45, [2, 2])
  }
  for (let group = 0; group < 3; group++) {
    if (day % 14 === group) history.missed(all('no-show', group)[0]!, dice.pick(neighbours))
  }
  for (let group = 0; group < 2; group++) {
    if (day % 40 === 10 + group) history.lend(neighbours[group]!, all('idle', group)[0]!, 5)
  }
}

/** A poor grade, and the next morning one in return for somebody whom all others found good. */
function avenge(history: SyntheticTown, avenger: Resident, neighbours: Resident[]): void {
  const target = neighbours[20 + avenger.group]!
  for (let i = 0; i < 4; i++) history.full(target, neighbours[30 + i]!, 30, [2, 2])
  history.full(avenger, target, 60, [0, 2])
  history.town.now += 3_600
  history.full(target, avenger, 60, [0, 2])
}

/** Five who join together and keep to themselves. */
function arriveAlone(history: SyntheticTown, names: number): void {
  for (let i = 0; i < 5; i++) history.join(`resident ${names + i}`, 'cluster')
}

/** Somebody brings five accounts within a week. */
function bring(history: SyntheticTown, names: number): void {
  const sponsor = history.join(`resident ${names}`, 'batch')
  history.short(sponsor, history.residents[0]!, 60)
  const until = Math.floor(history.town.now / DAY) + 7
  for (let i = 1; i <= 5; i++) {
    const code = bytesFor(`code ${i}`).slice(0, 16)
    history.put({ kind: 'member.invited', invitation: invitationOf(code), until }, [sponsor.person])
    history.join(`resident ${names + i}`, 'batch', 0, code)
  }
}

/** Twelve neighbours who try it out on one evening, everybody with everybody near, and the six months after it. */
export function aFoundingEvening(seed: number): SyntheticTown {
  const history = new SyntheticTown(seed, { judges: true })
  for (let i = 0; i < 12; i++) history.join(`resident ${i}`, 'neighbour')
  const { residents, dice } = history
  for (const resident of residents) resident.circle = residents.filter((other) => other !== resident)
  residents.forEach((giver, i) => {
    for (const step of [1, 2, 3]) history.short(giver, residents[(i + step) % 12]!, 30)
  })
  while (history.day < 182) {
    history.nextDay()
    for (const resident of residents) if (dice.chance(70)) helpSomebody(history, resident, dice.pick(resident.circle))
    history.look()
  }
  return history
}

/** Two cities of twenty whose people help in the other one, a hundred days long. */
export function twoCities(seed: number): [SyntheticTown, SyntheticTown] {
  const { towns } = aRegion(['chengdu', 'barcelona'])
  issue(towns[1]!, 10_000n * CV, towns)
  const cities = towns.map((town, i) => new SyntheticTown(1_000 * seed + i, { judges: true, town })) as [SyntheticTown, SyntheticTown]
  cities.forEach((city, i) => {
    for (let n = 0; n < 20; n++) city.join(`resident ${20 * i + n}`, 'neighbour')
    for (const resident of city.residents) resident.circle = city.residents.filter((other) => other !== resident && city.dice.chance(500))
  })
  while (cities[0].day < 100) {
    for (const city of cities) city.nextDay()
    for (const city of cities) {
      for (const resident of city.residents) if (city.dice.chance(60)) helpSomebody(city, resident, city.dice.pick(resident.circle))
      city.look()
    }
    if (cities[0].day % 10 === 0) helpAbroad(towns, cities[0].day)
  }
  return cities
}

/** Somebody of each city helps in the other, and is paid from its pool. */
function helpAbroad(towns: [Town, Town], day: number): void {
  for (const [host, home] of [towns, [...towns].reverse()] as [Town, Town][]) {
    const { id } = owesAward(host, home, `guest of day ${day}`)
    recorded(host, awardRequest(host, id), [host.steward])
    const slot = settle(host, towns)
    acknowledge(host, home, slot, deliver(host, home, slot, towns))
  }
}

/** Of one rule: how many play what it should find and how many of them it found; how many it flagged, and what those of them play who are honest. */
export type Score = { rule: FlagRule; planted: number; found: number; flagged: number; honest: Part[] }

export function scoresOf(history: SyntheticTown): Score[] {
  return Object.entries(ruleFor).reduce<Score[]>((scores, [part, rule]) => {
    const known = scores.find((score) => score.rule === rule)
    const planted = history.residents.filter((resident) => resident.part === part)
    const flagged = [...(history.flagged.get(rule) ?? [])]
    const found = planted.filter(({ person }) => flagged.includes(person.acct)).length
    if (known !== undefined) {
      known.planted += planted.length
      known.found += found
      return scores
    }
    const honest = flagged.map((acct) => history.partOf(acct)).filter(isHonest)
    return [...scores, { rule, planted: planted.length, found, flagged: flagged.length, honest }]
  }, [])
}
