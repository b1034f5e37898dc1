/**
 * Which entries belong to which agreement, and which agreements to whom, so that a page need not look at
 * everything that ever happened here.
 *
 * Each entry names the one before it in the chains it belongs to: of who signed it, of the agreement or help
 * it is about, of the helper and of the receiver. So the whole index is four numbers an entry, and following
 * a chain from its newest entry backwards is reading the answer. It follows from the record alone; a snapshot
 * keeps it, and whoever deletes that gets the same again.
 */
import { type Action, type Hex, partiesTo } from '#ledger/action.ts'
import type { Entry } from '#ledger/entry.ts'
import { IdSequence } from '#ledger/state/id-sequence.ts'
import { decodeAs, encodeAs, fields, hexOf, listOf, uint } from '#ledger/schema.ts'
import type { Writer } from '../ports.ts'
import { Uint32List } from '../disk/uint32-list.ts'

const FROM_POOL = 1

export type Timeline = {
  /** Sequence numbers of the entries about this agreement or recorded help, oldest first. */
  entriesAbout(id: Hex): number[]
  agreementsOf(acct: Hex): Hex[]
  helpsOf(acct: Hex): Hex[]
  /** Group sessions that this member led. */
  sessionsOf(acct: Hex): Hex[]
  /** Works that this member has published. */
  worksOf(acct: Hex): Hex[]
  /** Projects that they opened or applied to, each once. */
  projectsOf(acct: Hex): Hex[]
  /** Transfers counted as this member's contributions abroad. */
  abroadOf(acct: Hex): { xid: Hex; seq: number }[]
  /** What this member's records were, newest last: their receipts can be asked for. */
  entriesBy(acct: Hex): number[]
  timeOf(seq: number): number
}

/** What a writer keeps up to date as it replays and records. */
type Indexed = Pick<Writer, 'entryAt'> & { readonly index: LogIndex }

/** The timeline of a log whose writer keeps its index. */
export function timelineOf(writer: Indexed): Timeline {
  const made = (acct: Hex, kind: Made): Hex[] => writer.index.madeFor(acct, kind, (seq) => writer.entryAt(seq).action)
  return {
    entriesAbout: (id) => writer.index.entriesAbout(id),
    agreementsOf: (acct) => made(acct, 'agreement.made'),
    helpsOf: (acct) => made(acct, 'help.recorded'),
    sessionsOf: (acct) => made(acct, 'session.opened'),
    worksOf: (acct) => made(acct, 'work.published'),
    projectsOf: (acct) => [...new Set(made(acct, 'project.applied'))],
    abroadOf: (acct) => writer.index.abroadOf(acct),
    entriesBy: (acct) => writer.index.entriesBy(acct),
    timeOf: (seq) => writer.entryAt(seq).ts,
  }
}

/** The timeline of any log, by reading all of it and then what comes. */
export function followTimeline(writer: Writer): Timeline {
  const index = new LogIndex()
  for (let seq = 0; seq < writer.state.tree.size; seq++) index.take(writer.entryAt(seq))
  writer.onRecorded((entry) => index.take(entry))
  return timelineOf({ entryAt: (seq) => writer.entryAt(seq), index })
}

/** A booking is an agreement, too. */
const mades = ['agreement.made', 'help.recorded', 'session.opened', 'work.published', 'project.applied'] as const
type Made = (typeof mades)[number]

/** What an action puts into the chains of two people, or of one: who opens a project takes part in it too. */
function madeIn(action: Action): { made: Made; id: Hex; provider: Hex; receiver: Hex } | null {
  const own = { id: action.id, provider: action.acct, receiver: action.acct }
  if (action.kind === 'session.opened' || action.kind === 'work.published') return { made: action.kind, ...own }
  if (action.kind === 'project.opened') return { made: 'project.applied', ...own }
  if (action.kind === 'project.applied') return { made: action.kind, ...own, id: action.project }
  if (action.kind === 'help.recorded' || action.kind === 'help.proxied') {
    return { made: 'help.recorded', id: action.id, provider: action.helper, receiver: action.receiver }
  }
  const parties = partiesTo(action)
  return parties === null ? null : { made: 'agreement.made', id: action.id, ...parties }
}

/** The newest entry of each of somebody's chains, plus one; 0 for none. */
type Heads = { by: number } & Record<Made, number>

const headsSchema = listOf(fields({ acct: hexOf(32), by: uint, made: listOf(uint, mades.length) }), 2 ** 32)
const abroadSchema = listOf(fields({ acct: hexOf(32), xid: hexOf(32), seq: uint }), 2 ** 32)
/** The bytes of an index, by name. */
export type IndexParts = Record<(typeof indexParts)[number], Uint8Array>
export const indexParts = ['by', 'about', 'helper', 'receiver', 'subjects', 'lasts', 'heads', 'abroad'] as const

export class LogIndex {
  // Each a number an entry: the entry before it in the same chain plus one, or 0.
  #by = new Uint32List()
  #about = new Uint32List()
  #helper = new Uint32List()
  #receiver = new Uint32List()
  readonly #heads = new Map<Hex, Heads>()
  /** Agreements and helps in the order in which they were first heard of, and the newest entry about each, plus one. */
  #subjects = new IdSequence()
  #lasts = new Uint32List()
  readonly #abroad = new Map<Hex, { xid: Hex; seq: number }[]>()

  /** How many entries it knows. */
  get size(): number {
    return this.#by.length
  }

  /** The next entry of the log. */
  take({ seq, action, leaf }: Entry): void {
    const heads = this.#headsOf(action.acct)
    this.#by.push(heads.by)
    heads.by = seq + 1

    const id = subjectOf(action)
    const known = id === null ? -1 : this.#subjects.numberOf(id)
    this.#about.push(known < 0 ? 0 : this.#lasts.at(known))
    if (known >= 0) this.#lasts.set(known, seq + 1)
    else if (id !== null) {
      this.#subjects.add(id, leaf)
      this.#lasts.push(seq + 1)
    }

    const between = madeIn(action)
    if (between === null) {
      this.#helper.push(0)
      this.#receiver.push(0)
    } else {
      const { made } = between
      const [helper, receiver] = [this.#headsOf(between.provider), this.#headsOf(between.receiver)]
      this.#helper.push(helper[made])
      this.#receiver.push(receiver[made])
      helper[made] = receiver[made] = seq + 1
    }
    if (action.kind === 'contribution.abroad') this.#noteAbroad(action.member, action.xid, seq)
  }

  entriesBy(acct: Hex): number[] {
    return chain(this.#heads.get(acct)?.by ?? 0, (seq) => this.#by.at(seq))
  }

  entriesAbout(id: Hex): number[] {
    const number = this.#subjects.numberOf(id)
    return number < 0 ? [] : chain(this.#lasts.at(number), (seq) => this.#about.at(seq))
  }

  abroadOf(acct: Hex): { xid: Hex; seq: number }[] {
    return this.#abroad.get(acct) ?? []
  }

  /** Ids of what somebody agreed to or was recorded in, oldest first. `actionAt` reads the entries that made them. */
  madeFor(acct: Hex, kind: Made, actionAt: (seq: number) => Action): Hex[] {
    const ids: Hex[] = []
    chain(this.#heads.get(acct)?.[kind] ?? 0, (seq) => {
      const action = actionAt(seq)
      const found = madeIn(action)!
      ids.push(found.id)
      return (found.provider === acct ? this.#helper : this.#receiver).at(seq)
    })
    return ids.reverse()
  }

  /** As they are now; what only grows as views, to be read and not kept. */
  parts(): IndexParts {
    const heads = Array.from(this.#heads, ([acct, one]) =>
      ({ acct, by: one.by, made: mades.map((made) => one[made]) }))
    const abroad = Array.from(this.#abroad, ([acct, ones]) => ones.map((one) => ({ acct, ...one }))).flat()
    return {
      by: this.#by.bytes(), about: this.#about.bytes(), helper: this.#helper.bytes(), receiver: this.#receiver.bytes(),
      subjects: this.#subjects.bytes(0, this.#subjects.next), lasts: this.#lasts.bytes().slice(),
      heads: encodeAs(headsSchema, heads), abroad: encodeAs(abroadSchema, abroad),
    }
  }

  /** The index of which these are the parts, which become its own; null for what `parts` does not write. `unforeseen`: see `IdSequence`. */
  static from(parts: IndexParts, unforeseen: Uint8Array): LogIndex | null {
    const index = new LogIndex()
    const heads = decodeAs(headsSchema, parts.heads)
    const abroad = decodeAs(abroadSchema, parts.abroad)
    const [by, about, helper, receiver, lasts] = [parts.by, parts.about, parts.helper, parts.receiver, parts.lasts].map(Uint32List.from)
    if (heads === null || abroad === null || !by || !about || !helper || !receiver || !lasts) return null
    index.#subjects = IdSequence.of(parts.subjects, unforeseen)
    index.#by = by
    index.#about = about
    index.#helper = helper
    index.#receiver = receiver
    index.#lasts = lasts
    for (const { acct, by, made } of heads) {
      if (made.length !== mades.length) return null
      index.#heads.set(acct, { by, ...(Object.fromEntries(mades.map((name, i) => [name, made[i]!])) as Record<Made, number>) })
    }
    for (const { acct, xid, seq } of abroad) index.#noteAbroad(acct, xid, seq)
    const { size } = index
    const isWhole = [index.#about, index.#helper, index.#receiver].every(({ length }) => length === size)
    return isWhole && index.#lasts.length === index.#subjects.next ? index : null
  }

  #headsOf(acct: Hex): Heads {
    const known = this.#heads.get(acct)
    if (known !== undefined) return known
    const heads: Heads = { by: 0, 'agreement.made': 0, 'help.recorded': 0, 'session.opened': 0, 'work.published': 0, 'project.applied': 0 }
    this.#heads.set(acct, heads)
    return heads
  }

  #noteAbroad(acct: Hex, xid: Hex, seq: number): void {
    const known = this.#abroad.get(acct)
    if (known === undefined) this.#abroad.set(acct, [{ xid, seq }])
    else known.push({ xid, seq })
  }
}

/** Follows a chain backwards from its newest entry; what it passed, oldest first. */
function chain(head: number, before: (seq: number) => number): number[] {
  const seqs: number[] = []
  for (let link = head; link > 0; link = before(link - 1)) seqs.push(link - 1)
  return seqs.reverse()
}

/** The agreement or help that an action is about, or null. */
function subjectOf(action: Action): Hex | null {
  switch (action.kind) {
    case 'agreement.made':
    case 'booking.made':
    case 'help.recorded':
    case 'help.proxied':
      return action.id
    case 'help.confirmed':
    case 'help.declined':
    case 'help.attested':
    case 'proxy.endorsed':
      return action.help
    case 'agreement.cancelled':
    case 'checkin.made':
    case 'completion.reported':
    case 'completion.confirmed':
    case 'completion.declined':
    case 'return.recorded':
    case 'absence.reported':
    case 'dispute.opened':
    case 'dispute.decided':
    case 'rating.committed':
    case 'rating.opened':
      return action.agreement
    case 'correction.signed':
      return action.corrects
    case 'x.req':
      // A member's own value goes to an agreement in another city's log, and they may name any number there.
      return action.source === FROM_POOL ? action.agreement : null
    default:
      return null
  }
}
