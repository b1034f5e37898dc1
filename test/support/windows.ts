/**
 * A town's window by hand: members and exchanges without records, for tests of rules that look for patterns.
 *
 * Day 100 has just been ticked; every record number below the size of the log is somebody's.
 */
import type { Hex } from '#ledger/action.ts'
import { presets } from '#ledger/charter/presets.ts'
import type { Exchange, RatingNote } from '#ledger/state/exchange.ts'
import { newMember } from '#ledger/state/people.ts'
import type { State } from '#ledger/state/state.ts'
import { bytesFor, DAY, DAY0, hexFor, idFor } from '#test/support/towns.ts'
import { emptyState } from '#ledger/rows/empty.ts'

export const TODAY = 100
const SIZE = 5_000

export class WindowTown {
  readonly state: State = emptyState()
  #seq = 0

  constructor({ neighbours = 0 } = {}) {
    const { state } = this
    state.hub = { ...state.hub, id: bytesFor('a hub'), origin: 'cv.town-00000000/log', day0: DAY0 }
    state.charters.push(presets.city)
    state.tickDay = DAY0 / DAY + TODAY
    state.tickSeq = SIZE - 1
    for (let i = 0; i < SIZE; i++) state.tree.append(bytesFor(`leaf ${i}`))
    this.honest(neighbours)
  }

  /** Somebody who joined on this Domain day, perhaps by an invitation. */
  person(name: string, { day = -400, by = null as Hex | null } = {}): Hex {
    const acct = hexFor(name)
    if (!this.state.members.has(acct)) {
      const member = newMember(acct, bytesFor(`${name}'s key`), hexFor('profile'), DAY0 + day * DAY, Math.max(0, day))
      this.state.members.set(acct, { ...member, attested: true, invitedBy: by })
    }
    return acct
  }

  /** `count` neighbours each of whom helps six others once: what is usual here. */
  honest(count: number): void {
    for (let i = 0; i < count; i++) {
      for (const step of [1, 2, 5, 7, 11, 13]) {
        this.gives(`neighbour ${i}`, `neighbour ${(i + step) % count}`, { minutes: 60, day: 10 + ((i * 7 + step) % 80) })
      }
    }
  }

  gives(giver: string, receiver: string, { day = 50, times = 1, minutes = 60, ...changes }: Partial<Exchange> & { day?: number; times?: number } = {}): void {
    for (let i = 0; i < times; i++) {
      const seq = this.#seq++
      const begins = DAY0 + day * DAY + 36_000
      this.#day(day).exchanges.push({
        matter: idFor(`matter ${seq}`), seq, giver: this.person(giver), receiver: this.person(receiver), milli: BigInt(minutes) * 1000n,
        minutes, form: 'full', came: true, begins: begins + i * DAY, ends: begins + i * DAY + minutes * 60, ...changes,
      })
    }
  }

  rates(rater: string, rated: string, grade: 0 | 1 | 2, { day = 50, ...changes }: Partial<RatingNote> & { day?: number } = {}): void {
    const seq = this.#seq++
    const opened = DAY0 + day * DAY + 40_000
    this.#day(day).ratings.push({
      matter: idFor(`matter ${seq}`), seq, rater: this.person(rater), rated: this.person(rated), grade, given: opened - 60, opened, ...changes,
    })
  }

  misses(member: string, day = 50): void {
    const seq = this.#seq++
    this.#day(day).absences.push({ matter: idFor(`matter ${seq}`), seq, member: this.person(member) })
  }

  #day(day: number) {
    const { exchanges } = this.state
    let at = exchanges.findIndex((one) => one.day >= day)
    if (at < 0) at = exchanges.length
    if (exchanges[at]?.day !== day) exchanges.splice(at, 0, { day, exchanges: [], ratings: [], absences: [], corrections: [], overstays: [] })
    return exchanges[at]!
  }
}
