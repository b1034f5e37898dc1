/**
 * Letters at the hub: who wrote to whom about what, and words that this hub cannot read.
 *
 * A letter stands in the box of each of the two who is a member here, so that either can empty theirs. One for another
 * city waits in its sender's box until that city has kept it (`cities/letter-carrier.ts`). Boxes are bounded: the oldest
 * letter makes room, and each is let go of after half a year.
 *
 * Somebody may *block* somebody: what comes from them is answered as if it were kept, and is not. And they may *report*
 * somebody to the stewards, with the keys of just those letters that they choose to show.
 *
 *   openLetters({ writer, store, clock, entropy, log, stateOf, listing }) → Letters
 */
import type { Hex, Origin } from '#ledger/action.ts'
import { toHex } from '#ledger/bytes.ts'
import { isActive } from '#ledger/rules/status.ts'
import { bytesOf, bytesUpTo, decodeAs, encodeAs, fields, hexOf, type Infer, listOf, textUpTo, uint } from '#ledger/schema.ts'
import type { State } from '#ledger/state/state.ts'
import {
  type Correspondent, isSame, isSignedLetter, type Letter, LETTER_LIFE_SECONDS, LETTER_SKEW_SECONDS, type LetterRefusal,
  letterRefusals, parseSignedLetter, SIGNED_LETTER_BYTES_MAX, threadOf,
} from '#protocol/letter.ts'
import type { Listing } from '#protocol/listing.ts'
import { bucketsOf } from '../bucket.ts'
import type { Clock, Entropy, Log, Unavailable, Writer } from '../ports.ts'
import { type Store, StoreError, type Write } from '../store.ts'
import { unavailableOf } from './blobs.ts'

export const LETTERS_IN_A_BOX_MAX = 200
export const LETTERS_KEPT_SECONDS = 180 * 86_400
export const BLOCKED_BY_ONE_MAX = 100
export const REPORTS_BY_ONE_MAX = 5
export const REPORTS_MAX = 200
export const REPORTED_LETTERS_MAX = 10
export const REPORT_WORDS_BYTES_MAX = 2_000
/** What one person may send in a day, and to how many whom they have not written with about this before. */
const LETTERS_OF_ONE = { most: 60, perHour: 60 / 24 }
const STRANGERS_OF_ONE = { most: 10, perHour: 10 / 24 }
const SENDERS_MAX = 20_000
const SWEEP_EVERY_MS = 3_600_000

/** `here`: in the recipient's box at this hub. `waiting`: on its way to another city. `arrived` there, or why it was not kept. */
export type Way = 'here' | 'waiting' | 'arrived' | LetterRefusal
const ways: readonly string[] = ['here', 'waiting', 'arrived', ...letterRefusals]

const rowSchema = fields({ signed: bytesUpTo(SIGNED_LETTER_BYTES_MAX), since: uint, changed: uint, way: textUpTo(20) })
/** A letter in somebody's box: since when, and when its way last changed; seconds. */
export type Kept = { signed: Uint8Array; since: number; changed: number; way: Way }

const reportSchema = fields({
  id: hexOf(16), by: hexOf(32), hub: textUpTo(64), acct: hexOf(32), words: textUpTo(REPORT_WORDS_BYTES_MAX), ts: uint,
  letters: listOf(fields({ signed: bytesUpTo(SIGNED_LETTER_BYTES_MAX), key: bytesOf(32) }), REPORTED_LETTERS_MAX),
})
/** `by` says something about (`hub`, `acct`), and shows these letters with the keys that open them. */
export type Report = Infer<typeof reportSchema>

export type Sent = { ok: true; id: Hex } | { ok: false; because: LetterRefusal } | { ok: false; unavailable: Unavailable['unavailable'] }

export type Letters = {
  /** From a member of this hub to anybody in the federation. The same letter again is the same letter. */
  send(signed: Uint8Array, by: Hex): Promise<Sent>
  /** From a member of another hub to one of this. Null: kept, or thrown away for somebody who has blocked its sender. */
  receive(signed: Uint8Array, from: Origin): Promise<LetterRefusal | null>
  /** Letters of this box that came or whose way has changed since then, the oldest first. */
  of(acct: Hex, since: number): Kept[]
  /** When the newest letter that somebody else wrote came, seconds; null without one. */
  latest(acct: Hex): number | null
  /** Letters on their way to other cities, the oldest first. */
  waiting(): { owner: Hex; id: Hex; to: Origin; since: number; signed: Uint8Array }[]
  /** What has become of one that was waiting. */
  settle(owner: Hex, id: Hex, way: Way): Promise<void>
  /** The devices that a letter to somebody is sealed for; null for nobody who is here or known there. */
  devicesOf(who: Correspondent): Uint8Array[] | null
  /** Whom somebody has blocked. */
  blockedBy(acct: Hex): Correspondent[]
  /** False when they have blocked too many. */
  block(acct: Hex, whom: Correspondent, isBlocked: boolean): Promise<boolean>
  /** False when there are too many open ones. */
  report(report: Omit<Report, 'id' | 'ts'>): Promise<boolean>
  /** Reports, the oldest first; nobody is shown one about themselves. */
  reports(forSteward: Hex): Report[]
  /** Takes a report away; false when there is none that this steward is shown. */
  closeReport(id: Hex, steward: Hex): Promise<boolean>
  /** Empties a box, and takes away what its owner blocked and reported. */
  forget(acct: Hex): Promise<void>
  /** Called with the accounts whose boxes have changed. Must not throw. */
  onChange(listener: (accounts: Hex[]) => void): void
  stop(): void
}

export type LettersPorts = {
  writer: Pick<Writer, 'state'>
  store: Store
  clock: Clock
  entropy: Entropy
  log: Log
  /** What a log has come to: this hub's own, or the copy of another city's; null while that is not read. */
  stateOf(hub: Origin): State | null
  listing(id: Hex): { listing: Listing } | null
}

/** What of a letter is kept in memory. */
type Entry = { id: Hex; since: number; changed: number; way: Way; isOwn: boolean; to: Origin; thread: string }

/** Reads who has what. */
export async function openLetters({ writer, store, clock, entropy, log, stateOf, listing }: LettersPorts): Promise<Letters> {
  const [rows, blockRows, reportRows] = [store.table('letters'), store.table('blocks'), store.table('reports')]
  const boxes = new Map<Hex, Map<Hex, Entry>>()
  const blocks = new Map<Hex, Map<string, Correspondent>>()
  const reports = new Map<Hex, Report>()
  const sent = bucketsOf(LETTERS_OF_ONE, clock, SENDERS_MAX)
  const strangers = bucketsOf(STRANGERS_OF_ONE, clock, SENDERS_MAX)
  const listeners: ((accounts: Hex[]) => void)[] = []
  let cancelSweep = (): void => {}

  for await (const [key, value] of rows.entries()) {
    const [owner = '', id = ''] = key.split(' ')
    const row = decodeAs(rowSchema, value)
    const parsed = row === null ? null : parseSignedLetter(row.signed)
    if (row === null || parsed === null || !ways.includes(row.way)) continue
    boxOf(owner).set(id, entryOf(owner, parsed.letter, row.since, row.changed, row.way as Way))
  }
  for await (const [key] of blockRows.entries()) {
    const [owner = '', hub = '', acct = ''] = key.split(' ')
    blocksOf(owner).set(`${hub} ${acct}`, { hub, acct })
  }
  for await (const [, value] of reportRows.entries()) {
    const report = decodeAs(reportSchema, value)
    if (report !== null) reports.set(report.id, report)
  }

  function boxOf(owner: Hex): Map<Hex, Entry> {
    const box = boxes.get(owner) ?? new Map<Hex, Entry>()
    boxes.set(owner, box)
    return box
  }
  function blocksOf(owner: Hex): Map<string, Correspondent> {
    const blocked = blocks.get(owner) ?? new Map<string, Correspondent>()
    blocks.set(owner, blocked)
    return blocked
  }
  function entryOf(owner: Hex, letter: Letter, since: number, changed: number, way: Way): Entry {
    const home = writer.state.hub.origin
    const isOwn = isSame(letter.from, { hub: home, acct: owner })
    return { id: letter.id, since, changed, way, isOwn, to: letter.to.hub, thread: threadOf(letter, owner, home) }
  }
  const tell = (...accounts: Hex[]): void => {
    for (const listener of listeners) listener(accounts)
  }
  const isBlocked = (owner: Hex, { hub, acct }: Correspondent): boolean => blocks.get(owner)?.has(`${hub} ${acct}`) === true
  const isHere = (who: Correspondent): boolean => who.hub === writer.state.hub.origin

  // Who may write to whom

  function devicesOf({ hub, acct }: Correspondent): Uint8Array[] | null {
    const member = stateOf(hub)?.members.get(acct)
    return member === undefined || !isActive(member) || member.form !== 'person' ? null : [...member.devices.values()]
  }

  /** Why a letter that is one is not taken, whoever brings it. */
  function faultOf(signed: Uint8Array): LetterRefusal | null {
    const parsed = parseSignedLetter(signed)
    if (parsed === null) return 'malformed'
    const { letter, signed: { device } } = parsed
    const home = stateOf(letter.from.hub)
    const known = devicesOf(letter.from)?.some((one) => toHex(one) === toHex(device)) === true
    if (home === null || !known) return 'behind'
    if (!isSignedLetter(parsed.signed, home.hub.id)) return 'wrong-signature'
    const now = clock.now()
    if (letter.ts > now + LETTER_SKEW_SECONDS || letter.ts < now - LETTER_LIFE_SECONDS) return 'too-old'
    if (devicesOf(letter.to) === null) return 'unknown-member'
    return isAbout(letter) ? null : 'not-about'
  }

  /** A listing of one of the two, or an agreement between them. */
  function isAbout({ about, from, to }: Letter): boolean {
    if (about.what === 'listing') {
      const found = listing(about.id)?.listing
      if (found === undefined || found.hub !== about.hub) return false
      return [from, to].some((who) => who.acct === found.author && who.hub === found.hub)
    }
    const agreement = stateOf(about.hub)?.agreements.get(about.id)
    return agreement !== undefined && [from, to].every(({ acct }) => acct === agreement.provider || acct === agreement.receiver)
  }

  /** Counts a letter against its sender; `box` is of the one of the two who is here. */
  function isTooMany({ from, to, about }: Letter, box: Hex): boolean {
    const sender = `${from.hub} ${from.acct}`
    const thread = threadOf({ from, to, about }, box, writer.state.hub.origin)
    const isStranger = ![...boxOf(box).values()].some((one) => one.thread === thread)
    return !sent.take(sender) || (isStranger && !strangers.take(sender))
  }

  async function send(signed: Uint8Array, by: Hex): Promise<Sent> {
    const fault = faultOf(signed)
    const letter = parseSignedLetter(signed)?.letter
    if (letter === undefined || (fault !== null && fault !== 'behind')) return { ok: false, because: fault ?? 'malformed' }
    if (letter.from.acct !== by || !isHere(letter.from)) return { ok: false, because: 'not-yours' }
    // Of one's own member this hub's record is never behind.
    if (fault !== null) return { ok: false, because: 'wrong-signature' }
    if (boxOf(by).has(letter.id)) return { ok: true, id: letter.id }
    if (isTooMany(letter, by)) return { ok: false, because: 'too-many' }
    const { to } = letter
    const owners = isHere(to) && !isBlocked(to.acct, letter.from) ? [by, to.acct] : [by]
    try {
      await keep(owners, letter, signed, isHere(to) ? 'here' : 'waiting')
      return { ok: true, id: letter.id }
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      log.error('a letter could not be kept', { error: String(error) })
      return { ok: false, unavailable: unavailableOf(error) }
    }
  }

  async function receive(signed: Uint8Array, from: Origin): Promise<LetterRefusal | null> {
    const letter = parseSignedLetter(signed)?.letter
    if (letter === undefined) return 'malformed'
    if (letter.from.hub !== from || !isHere(letter.to)) return 'not-yours'
    if (boxOf(letter.to.acct).has(letter.id)) return null
    const fault = faultOf(signed)
    if (fault !== null) return fault
    if (isTooMany(letter, letter.to.acct)) return 'too-many'
    if (isBlocked(letter.to.acct, letter.from)) return null
    await keep([letter.to.acct], letter, signed, 'here')
    return null
  }

  async function keep(owners: Hex[], letter: Letter, signed: Uint8Array, way: Way): Promise<void> {
    const now = clock.now()
    const gone = owners.flatMap((owner) => overfull(owner).map((id) => [owner, id] as const))
    await rows.batch([
      ...owners.map((owner): Write =>
        ({ type: 'put', key: `${owner} ${letter.id}`, value: encodeAs(rowSchema, { signed, since: now, changed: now, way }) })),
      ...gone.map(([owner, id]): Write => ({ type: 'del', key: `${owner} ${id}` })),
    ])
    for (const [owner, id] of gone) boxOf(owner).delete(id)
    for (const owner of owners) boxOf(owner).set(letter.id, entryOf(owner, letter, now, now, way))
    tell(...owners)
  }

  /** What has to go before one more has room: the oldest. */
  function overfull(owner: Hex): Hex[] {
    const box = [...boxOf(owner).values()]
    return box.length < LETTERS_IN_A_BOX_MAX ? [] : box.toSorted(byAge).slice(0, box.length + 1 - LETTERS_IN_A_BOX_MAX).map(({ id }) => id)
  }

  const read = (owner: Hex, { id, since, changed, way }: Entry): Kept | null => {
    const value = rows.get(`${owner} ${id}`)
    const row = value === undefined ? null : decodeAs(rowSchema, value)
    return row === null ? null : { signed: row.signed, since, changed, way }
  }

  async function settle(owner: Hex, id: Hex, way: Way): Promise<void> {
    const entry = boxes.get(owner)?.get(id)
    const kept = entry === undefined ? null : read(owner, entry)
    if (entry === undefined || kept === null) return
    const changed = clock.now()
    await rows.put(`${owner} ${id}`, encodeAs(rowSchema, { signed: kept.signed, since: kept.since, changed, way }))
    Object.assign(entry, { changed, way })
    tell(owner)
  }

  // Letting go

  async function sweep(): Promise<void> {
    const oldest = clock.now() - LETTERS_KEPT_SECONDS
    for (const [owner, box] of boxes) {
      const over = [...box.values()].filter(({ since }) => since < oldest)
      await rows.batch(over.map(({ id }): Write => ({ type: 'del', key: `${owner} ${id}` })))
      for (const { id } of over) box.delete(id)
      if (over.length > 0) tell(owner)
    }
  }
  function sweeping(): void {
    sweep().catch((error: unknown) => log.warn('old letters could not be let go of', { error: String(error) }))
    cancelSweep = clock.after(SWEEP_EVERY_MS, sweeping)
  }
  sweeping()

  return {
    send,
    receive,
    of: (acct, since) => [...(boxes.get(acct)?.values() ?? [])]
      .filter(({ changed }) => changed >= since).sort(byAge)
      .flatMap((entry) => read(acct, entry) ?? []),
    latest: (acct) => {
      const came = [...(boxes.get(acct)?.values() ?? [])].filter(({ isOwn }) => !isOwn).map(({ since }) => since)
      return came.length === 0 ? null : Math.max(...came)
    },
    waiting: () => [...boxes].flatMap(([owner, box]) => [...box.values()]
      .filter(({ way }) => way === 'waiting')
      .flatMap((entry) => {
        const kept = read(owner, entry)
        return kept === null ? [] : [{ owner, id: entry.id, to: entry.to, since: entry.since, signed: kept.signed }]
      })).sort(byAge),
    settle,
    devicesOf,
    blockedBy: (acct) => [...(blocks.get(acct)?.values() ?? [])],
    async block(acct, whom, blocked) {
      const key = `${whom.hub} ${whom.acct}`
      if (blocked && blocksOf(acct).size >= BLOCKED_BY_ONE_MAX && !blocksOf(acct).has(key)) return false
      await (blocked ? blockRows.put(`${acct} ${key}`, new Uint8Array()) : blockRows.del(`${acct} ${key}`))
      if (blocked) blocksOf(acct).set(key, whom)
      else blocksOf(acct).delete(key)
      tell(acct)
      return true
    },
    async report(report) {
      const open = [...reports.values()]
      if (open.length >= REPORTS_MAX || open.filter(({ by }) => by === report.by).length >= REPORTS_BY_ONE_MAX) return false
      const row: Report = { ...report, id: toHex(entropy.bytes(16)), ts: clock.now() }
      await reportRows.put(row.id, encodeAs(reportSchema, row))
      reports.set(row.id, row)
      tell(report.by)
      return true
    },
    reports: (steward) => [...reports.values()].filter((one) => isShownTo(one, steward)).sort((a, b) => a.ts - b.ts),
    async closeReport(id, steward) {
      const report = reports.get(id)
      if (report === undefined || !isShownTo(report, steward)) return false
      await reportRows.del(id)
      reports.delete(id)
      tell(steward)
      return true
    },
    async forget(acct) {
      const gone = (table: typeof rows, keys: string[]): Promise<void> => table.batch(keys.map((key): Write => ({ type: 'del', key })))
      await gone(rows, [...(boxes.get(acct)?.keys() ?? [])].map((id) => `${acct} ${id}`))
      await gone(blockRows, [...(blocks.get(acct)?.keys() ?? [])].map((key) => `${acct} ${key}`))
      const own = [...reports.values()].filter(({ by }) => by === acct).map(({ id }) => id)
      await gone(reportRows, own)
      boxes.delete(acct)
      blocks.delete(acct)
      for (const id of own) reports.delete(id)
    },
    onChange: (listener) => void listeners.push(listener),
    stop: () => cancelSweep(),
  }

  function isShownTo({ hub, acct }: Report, steward: Hex): boolean {
    return !isSame({ hub, acct }, { hub: writer.state.hub.origin, acct: steward })
  }
}

const byAge = (a: { since: number; id: Hex } | Entry, b: { since: number; id: Hex } | Entry): number =>
  a.since - b.since || (a.id < b.id ? -1 : 1)
