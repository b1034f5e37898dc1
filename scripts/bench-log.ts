/**
 * A city's log made in memory, for benchmarks of the rules: years of neighbours who do a bit of everything, day by
 * day with a tick and a digest, as many entries as are asked for. Every entry is judged before it is recorded, but for its
 * signatures: those are 64 bytes that nobody made, because what is measured with this log is all but the signatures.
 *
 * What people do is drawn by a generator with a fixed beginning: the same numbers give the same log.
 */
import { type Action, type ActionOf, encodeAction, type Hex, type Kind } from '#ledger/action.ts'
import { toHex, u64be } from '#ledger/bytes.ts'
import { utcDayOf } from '#ledger/calendar.ts'
import { encodeCharter, resources, works } from '#ledger/charter/charter.ts'
import { digestOf } from '#ledger/state/digest.ts'
import { type Entry, recordOf } from '#ledger/entry.ts'
import { sha256 } from '#ledger/hash.ts'
import { keyIdOf } from '#ledger/keys.ts'
import { apply, check } from '#ledger/ledger.ts'
import { RowList } from '#ledger/state/row-list.ts'
import { priceOfBooking } from '#ledger/rules/booking.ts'
import { demandOn } from '#ledger/rules/demand.ts'
import { gradeCommitment } from '#ledger/rules/rating.ts'
import { charterOf, charterVersion, type State } from '#ledger/state/state.ts'
import { aPerson, aTown, bytesFor, DAY, DAY0, hexFor, type Person, type Town } from '#test/support/towns.ts'

export type MadeLog = {
  records: RowList
  state: State
  /** How many of each kind. */
  counts: Map<Kind, number>
  /** One more day, with so many entries. */
  anotherDay(entries: number): void
}

/** How often each thing begins, of a hundred; what follows from it comes in the hours after. */
const begins = { help: 40, refusedHelp: 5, agreement: 36, booking: 8, cancelled: 7, work: 4 } as const
/** So many matters stand open at a time, for each of a hundred members; then one of them goes on before another begins. */
const OPEN_PER_HUNDRED = 8
const OLDEST = 64
/** Most of what people do, they do with the same few. */
const NEIGHBOURS = 12
const SIGNATURE = new Uint8Array(64).fill(1)

export function aMadeLog(entries: number, members: number, days: number, onProgress: (made: number) => void = () => {}): MadeLog {
  const city = new City(aTown('bench', { ts: DAY0 }))
  const newcomers = Array.from({ length: members - 1 }, (_, i) => aPerson(`neighbour ${i}`))
  const { records } = city
  for (let day = 1; day <= days; day++) {
    const from = records.length
    city.begin(day)
    // They come in the first twentieth of the time, and all live with each other from then on.
    const joined = Math.min(members - 1, Math.ceil((members * day * 20) / days))
    while (city.people.length <= joined) city.join(newcomers[city.people.length - 1]!)
    city.live(day, from, Math.floor((entries * day) / days))
    onProgress(records.length)
  }
  let day = days
  const anotherDay = (more: number): void => {
    const from = records.length
    city.begin(++day)
    city.live(day, from, from + more)
  }
  return { records, state: city.state, counts: city.counts, anotherDay }
}

type Step = () => void

class City {
  readonly records = new RowList()
  readonly counts = new Map<Kind, number>()
  readonly people: Person[]
  readonly state: State
  readonly #hub: Person
  readonly #keyIds = new Map<Hex, Uint8Array>()
  readonly #charter: Hex
  readonly #random = aRandom(1)
  readonly #open: Step[] = []
  #now: number
  #ids = 0

  constructor({ state, entries, id, steward, secrets }: Town) {
    this.state = state
    this.people = [steward]
    this.#hub = { acct: toHex(id), secret: secrets.log, device: state.hub.logKey }
    this.#charter = toHex(sha256(encodeCharter(charterOf(state))))
    this.#now = state.lastTs
    for (const { bytes } of entries) this.records.push(bytes)
  }

  /** A day's first two records. */
  begin(day: number): void {
    this.passTo(day, 0)
    this.#put('tick', {}, this.#hub)
    this.#put('state.digest', { root: digestOf(this.state) }, this.#hub)
  }

  /** The rest of a day that began with entry `from`, until there are `to`. */
  live(day: number, from: number, to: number): void {
    while (this.records.length < to) {
      this.passTo(day, (this.records.length - from) / (to - from))
      this.goOn()
    }
  }

  passTo(day: number, share: number): void {
    this.#now = DAY0 + day * DAY + Math.floor(share * (DAY - 1))
  }

  join(person: Person): void {
    const { device } = person
    this.#put('member.joined', { device, profile: person.acct, charter: this.#charter, invitation: null }, person)
    this.#put('member.attested', { member: person.acct, identity: hexFor('identity') }, this.people[0]!)
    this.people.push(person)
  }

  /** The next thing: of what is open, when that is much, or something new. */
  goOn(): void {
    const most = (this.people.length * OPEN_PER_HUNDRED) / 100
    if (this.#open.length > most) return this.#takeOpen()()
    let drawn = this.#random(100)
    const what = (Object.keys(begins) as (keyof typeof begins)[]).find((name) => (drawn -= begins[name]) < 0)!
    this[what]()
  }

  help(): void {
    const [helper, receiver] = this.#two()
    const id = this.#helpRecorded(helper, receiver)
    this.#later(() => this.#put('help.confirmed', { help: id }, receiver))
  }

  refusedHelp(): void {
    const [helper, receiver] = this.#two()
    const id = this.#helpRecorded(helper, receiver)
    this.#later(() => this.#put('help.declined', { help: id }, receiver))
  }

  agreement(): void {
    const [helper, receiver] = this.#two()
    const { id, minutes } = this.#agreed(helper, receiver)
    this.#happens(id, helper, receiver, minutes)
  }

  /** A tool for two hours, for whoever has contributed and can pay. */
  booking(): void {
    const [provider, receiver] = this.#two()
    const { contributions, account } = this.state.members.get(receiver.acct)!
    const { tool } = resources
    const begins = this.#now - 7_200
    const { milli } = priceOfBooking(this.state, charterOf(this.state), { resource: tool, begins, ends: this.#now })
    // Base units are worth less than their number: twice the price is enough.
    if (contributions === 0 || account.domain < 2n * milli) return this.help()
    const { demandPerMille } = demandOn(this.state, tool, utcDayOf(begins))
    const id = this.#put('booking.made', {
      listing: this.#freshId(), provider: provider.acct, receiver: receiver.acct, resource: tool, begins, ends: this.#now,
      demandPerMille, terms: hexFor('terms'), charter: charterVersion(this.state),
    }, provider, receiver)
    this.#happens(id, provider, receiver, 120, () => this.#put('return.recorded', { agreement: id }, receiver))
  }

  /** It takes place, is reported and confirmed, and both rate. */
  #happens(id: Hex, provider: Person, receiver: Person, minutes: number, meanwhile: Step = () => {}): void {
    const rate = (rater: Person): Step => () => {
      const salt = bytesFor(`salt ${rater.acct}`)
      const grade = this.#random(10) === 0 ? 1 : 2
      this.#put('rating.committed', { agreement: id, commitment: toHex(gradeCommitment(salt, grade)) }, rater)
      if (this.state.agreements.get(id)!.ratings.size < 2) return
      for (const one of [provider, receiver]) {
        const given = bytesFor(`salt ${one.acct}`)
        const { commitment } = this.state.agreements.get(id)!.ratings.get(one.acct)!
        const said = toHex(gradeCommitment(given, 1)) === commitment ? 1 : 2
        this.#put('rating.opened', { agreement: id, rater: one.acct, grade: said, salt: given }, this.#hub)
      }
    }
    this.#later(() => {
      this.#put('checkin.made', { agreement: id }, provider)
      meanwhile()
      this.#put('completion.reported', { agreement: id, minutes }, provider)
      this.#later(() => {
        this.#put('completion.confirmed', { agreement: id, minutes }, receiver)
        this.#later(rate(receiver))
        this.#later(rate(provider))
      })
    })
  }

  cancelled(): void {
    const [helper, receiver] = this.#two()
    const { id } = this.#agreed(helper, receiver)
    this.#later(() => this.#put('agreement.cancelled', { agreement: id }, receiver))
  }

  /** Somebody's evening, which half of their neighbours found useful. */
  work(): void {
    const { people } = this
    const place = this.#random(people.length)
    const author = people[place]!
    if ((this.state.worksOpen.get(author.acct) ?? 0) >= charterOf(this.state).community.worksAMonth) return this.help()
    const id = this.#put('work.published', { work: works.gathering, content: hexFor('an evening') }, author)
    for (let i = 1; i <= Math.min(NEIGHBOURS / 2, people.length - 1); i++) {
      const guest = people[(place + i) % people.length]!
      this.#later(() => this.#put('work.valued', { work: id }, guest))
    }
  }

  #helpRecorded(helper: Person, receiver: Person): Hex {
    return this.#put('help.recorded', {
      helper: helper.acct, receiver: receiver.acct, category: 1, minutes: 30 + this.#random(60),
      day: Math.floor(this.#now / DAY), note: hexFor('note'),
    }, helper)
  }

  #agreed(helper: Person, receiver: Person): { id: Hex; minutes: number } {
    const minutes = 30 + this.#random(90)
    const id = this.#put('agreement.made', {
      listing: this.#freshId(), helper: helper.acct, receiver: receiver.acct, category: 2, minutes, begins: this.#now - 7_200,
      ends: this.#now, terms: hexFor('terms'), charter: charterVersion(this.state),
    }, helper, receiver)
    return { id, minutes }
  }

  #two(): [Person, Person] {
    const { people } = this
    const first = this.#random(people.length)
    const other = (first + 1 + this.#random(Math.min(NEIGHBOURS, people.length - 1))) % people.length
    return [people[first]!, people[other]!]
  }

  #later(step: Step): void {
    this.#open.push(step)
  }

  /** One of those that have been open longest: what belongs together does not stand together, and nothing is forgotten. */
  #takeOpen(): Step {
    const [step] = this.#open.splice(this.#random(Math.min(OLDEST, this.#open.length)), 1)
    return step!
  }

  #freshId(): Hex {
    return toHex(sha256(u64be(BigInt(this.#ids++)))).slice(0, 32)
  }

  /** Records an action and gives its id. */
  #put<K extends Kind>(kind: K, own: Omit<ActionOf<K>, 'kind' | 'id' | 'acct' | 'exp' | 'seen'>, ...signers: [Person, ...Person[]]): Hex {
    const { state } = this
    const { size } = state.tree
    const leaf = state.tree.leafAt(size - 1)
    const id = this.#freshId()
    const action = {
      kind, id, acct: signers[0].acct, exp: this.#now + DAY, seen: { size, leaf: toHex(leaf) }, ...own,
    } as unknown as Action
    const auth = signers.map((signer) => ({ keyId: this.#keyIdOf(signer), signature: SIGNATURE }))
    const body = encodeAction(action)
    const entry: Entry = recordOf({ origin: state.hub.origin, seq: size, prev: leaf, ts: this.#now, body, auth }, action)!
    const refusal = check(state, entry, () => true)
    if (refusal !== null) throw new Error(`${kind} is refused: ${JSON.stringify(refusal)}`)
    apply(state, entry)
    this.records.push(entry.bytes)
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1)
    return id
  }

  #keyIdOf({ acct, device }: Person): Uint8Array {
    const known = this.#keyIds.get(acct) ?? keyIdOf(device)
    this.#keyIds.set(acct, known)
    return known
  }
}

/** Integers below a bound, always the same ones (mulberry32). */
function aRandom(seed: number): (below: number) => number {
  let at = seed
  return (below) => {
    at = (at + 0x6d2b79f5) | 0
    let mixed = Math.imul(at ^ (at >>> 15), 1 | at)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}
