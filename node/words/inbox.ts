/**
 * The inbox: what people leave for one another at this hub before anything stands in the record.
 *
 * An *application* says "I would help with that" to the author of a listing here. A *draft* is an agreement
 * that one party has signed and the other has still to sign; when it is recorded it leaves the inbox, when
 * it expires nothing of it stays, its words included; of one that is taken away before only the id, until then. Both come from members and, through `guests.ts`, from
 * guests. They are few by rule: everybody has a bounded number open, so the inbox fits in memory.
 *
 *   openInbox({ writer, store, blobs, clock, log, listing }) → Inbox
 */
import { type Action, type ActionOf, encodeAction, type Hex, parseAction, partiesTo } from '#ledger/action.ts'
import { equalBytes, fromHex, fromUtf8, toHex, utf8 } from '#ledger/bytes.ts'
import type { Auth } from '#ledger/entry.ts'
import { sha256 } from '#ledger/hash.ts'
import { keyIdOf, verifyIn } from '#ledger/keys.ts'
import { ACTION_LIFE_SECONDS, devicesOf, keyOf } from '#ledger/ledger.ts'
import type { Refusal } from '#ledger/refusal.ts'
import { isSignerOf } from '#ledger/rules/organisation.ts'
import {
  bytesOf, bytesUpTo, decodeAs, encodeAs, fields, hexOf, type Infer, listOf, textUpTo, uint,
} from '#ledger/schema.ts'
import type { DoorRefusal } from '#protocol/api.ts'
import { BLOBS_MAX, MESSAGE_BYTES_MAX, NAME_BYTES_MAX, type SignedAction } from '#protocol/guest.ts'
import type { Listing } from '#protocol/listing.ts'
import { type Blobs, unavailableOf } from './blobs.ts'
import { readDroppedDrafts } from './dropped-drafts.ts'
import type { Clock, Log, Writer } from '../ports.ts'
import { unavailableDoor } from '../status.ts'
import { type Store, StoreError, type Write } from '../store.ts'

const applicationSchema = fields({
  id: hexOf(16),
  listing: hexOf(16),
  author: hexOf(32),
  by: hexOf(32),
  home: textUpTo(64),
  message: textUpTo(MESSAGE_BYTES_MAX),
  ts: uint,
  /** The listing's own end: afterwards nobody waits for an answer. */
  expires: uint,
})
/** `author` wrote the listing, `by` of `home` would help. Times in seconds. */
export type Application = Infer<typeof applicationSchema>

const draftSchema = fields({
  body: bytesUpTo(16_384),
  auth: listOf(fields({ keyId: bytesOf(8), signature: bytesOf(64) }), 1),
  /** Commitments whose words came with this draft and go with it. */
  words: listOf(hexOf(32), BLOBS_MAX),
  ts: uint,
})
/** What two sign together. */
export type ForTwo = ActionOf<'agreement.made'> | ActionOf<'booking.made'>

const isForTwo = (action: Action): action is ForTwo => partiesTo(action) !== null

function partiesOf(action: ForTwo): Hex[] {
  const { provider, receiver } = partiesTo(action)!
  return [provider, receiver]
}

/** Whose signature it waits for. */
export const otherPartyOf = (terms: ForTwo): Hex => partiesOf(terms).find((party) => party !== terms.acct)!

/** An agreement signed by `terms.acct` and waiting for the other party; `terms.exp` is its end. */
export type Draft = { id: Hex; body: Uint8Array; auth: Auth[]; terms: ForTwo; ts: number }
type KeptDraft = Draft & { words: Hex[] }

export type Left = { ok: true; id: Hex } | { ok: false; door: DoorRefusal } | { ok: false; refusal: Refusal }

export type Inbox = {
  /** Leaves an application. One person has one for each listing: applying again replaces the message. */
  apply(application: { listing: Hex; by: Hex; message: string }): Promise<Left>
  /** Why `apply` would say no, or null: asked before a guest is written into the record. */
  applyFault(application: { listing: Hex; by: Hex; message: string }): DoorRefusal | null
  /** The oldest first. */
  applicationsFor(author: Hex): Application[]
  applicationsBy(by: Hex): Application[]
  /** Takes one away that has had its answer. */
  dropApplication(listing: Hex, by: Hex): Promise<void>
  /**
   * Leaves an agreement for the other party to sign. The same draft again is the same draft, also when both have signed it
   * meanwhile; one that was taken away is refused (`draft-dropped`) and does not come back.
   */
  addDraft(signed: SignedAction): Promise<Left>
  draft(id: Hex): Draft | null
  /** Drafts that `acct` proposed or has to sign; the oldest first. */
  draftsFor(acct: Hex): Draft[]
  /** Takes a draft away, for one of its parties. */
  removeDraft(id: Hex, by: Hex): Promise<Left>
  /** Takes away what somebody left here: applications and drafts of theirs, and what a guest is called. */
  forget(acct: Hex): Promise<void>
  /** What a guest's home says they are called. */
  nameGuest(guest: Hex, name: string): Promise<void>
  guestName(guest: Hex): string | null
  /** Called when something came or went, with the accounts it concerns. Must not throw. */
  onChange(listener: (accounts: Hex[]) => void): void
  stop(): void
}

export type InboxPorts = {
  writer: Pick<Writer, 'state' | 'onRecorded'>
  store: Store
  blobs: Blobs
  clock: Clock
  log: Log
  listing(id: Hex): { listing: Listing } | null
}

export const APPLICATIONS_BY_ONE_MAX = 30
export const APPLICATIONS_FOR_LISTING_MAX = 100
export const DRAFTS_BY_ONE_MAX = 30
const SWEEP_EVERY_MS = 60_000
const DAY = 86_400
const NAME_KEY = 'guest '

/** Reads what is waiting from the store. */
export async function openInbox(ports: InboxPorts): Promise<Inbox> {
  const { writer, store, blobs, clock, log, listing } = ports
  const applicationRows = store.table('applications')
  const draftRows = store.table('drafts')
  const applications = new Map<Hex, Application>()
  const drafts = new Map<Hex, KeptDraft>()
  const names = new Map<Hex, string>()
  const listeners: ((accounts: Hex[]) => void)[] = []
  let cancelSweep = (): void => {}

  for await (const [key, value] of applicationRows.entries()) {
    if (key.startsWith(NAME_KEY)) names.set(key.slice(NAME_KEY.length), fromUtf8(value) ?? '')
    const application = decodeAs(applicationSchema, value)
    if (application !== null && application.id === key) applications.set(key, application)
  }
  for await (const [, value] of draftRows.entries()) {
    const draft = readDraft(value)
    if (draft !== null) drafts.set(draft.id, draft)
  }
  const dropped = await readDroppedDrafts(draftRows)

  const tell = (...accounts: Hex[]): void => {
    for (const listener of listeners) listener(accounts)
  }

  // Applications

  function applyFault({ listing: id, by, message }: { listing: Hex; by: Hex; message: string }): DoorRefusal | null {
    const found = listing(id)?.listing
    if (found === undefined || found.hub !== writer.state.hub.origin) return { code: 'not-found' }
    if (found.state === 'closed' || found.expiresAt <= clock.now()) return { code: 'listing-refused', because: 'closed' }
    if (found.author === by) return { code: 'listing-refused', because: 'own-listing' }
    if (!message.isWellFormed() || message.trim() === '') return { code: 'malformed' }
    if (utf8(message).length > MESSAGE_BYTES_MAX) return { code: 'too-large', mostBytes: MESSAGE_BYTES_MAX }
    if (applications.has(applicationId(id, by))) return null
    const all = [...applications.values()]
    const tooMany =
      all.filter((one) => one.by === by).length >= APPLICATIONS_BY_ONE_MAX ||
      all.filter((one) => one.listing === id).length >= APPLICATIONS_FOR_LISTING_MAX
    return tooMany ? { code: 'too-many', retrySeconds: DAY } : null
  }

  async function apply(asked: { listing: Hex; by: Hex; message: string }): Promise<Left> {
    const { members, guests, hub } = writer.state
    const { by, message } = asked
    const member = members.get(by)
    const home = member === undefined ? guests.get(by)?.home : hub.origin
    if (home === undefined) return { ok: false, refusal: { code: 'unknown-member', member: by } }
    if (member?.attested === false) return { ok: false, refusal: { code: 'not-attested', member: by } }
    const door = applyFault(asked)
    if (door !== null) return { ok: false, door }

    const { author, expiresAt } = listing(asked.listing)!.listing
    const id = applicationId(asked.listing, by)
    const row = { id, listing: asked.listing, author, by, home, message, ts: clock.now(), expires: expiresAt }
    return keeping(id, async () => {
      await applicationRows.put(id, encodeAs(applicationSchema, row))
      applications.set(id, row)
      tell(author, by)
    })
  }

  // Drafts

  async function addDraft({ body, auth, blobs: words }: SignedAction): Promise<Left> {
    const action = parseAction(body)
    if (action === null || !isForTwo(action)) return { ok: false, refusal: { code: 'malformed' } }
    if (wasTaken(action, body)) return { ok: true, id: action.id }
    const refusal = draftFault(action, body, auth)
    if (refusal !== null) return { ok: false, refusal }
    if (dropped.has(action.id)) return { ok: false, door: { code: 'draft-dropped' } }
    if (blobs.isByEndedDevice(action, auth)) return { ok: false, door: { code: 'device-ended' } }
    const open = [...drafts.values()].filter(({ terms }) => terms.acct === action.acct).length
    if (open >= DRAFTS_BY_ONE_MAX) return { ok: false, door: { code: 'too-many', retrySeconds: DAY } }

    let fresh: Hex[] | null = []
    const left = await keeping(action.id, async () => {
      fresh = await blobs.keep(action, words)
      if (fresh === null) return
      const row = { body, auth, words: fresh, ts: clock.now() }
      await draftRows.put(action.id, encodeAs(draftSchema, row))
      drafts.set(action.id, { id: action.id, terms: action, ...row })
      tell(...partiesOf(action))
    })
    return fresh === null ? { ok: false, door: { code: 'blob-mismatch' } } : left
  }

  /**
   * Whether just this was left here before: it waits, or both have signed it since. Asked before anything that has changed
   * meanwhile could speak against it; the record keeps what was agreed without `exp` and `seen`.
   */
  function wasTaken({ id, exp, seen }: ForTwo, body: Uint8Array): boolean {
    const [waiting, agreement] = [drafts.get(id), writer.state.agreements.get(id)]
    if (agreement !== undefined) return equalBytes(encodeAction({ ...agreement.terms, exp, seen }), body)
    return waiting !== undefined && equalBytes(waiting.body, body)
  }

  /** What the record would say no to in any case; the rest it says when both have signed. */
  function draftFault(terms: ForTwo, body: Uint8Array, auth: Auth[]): Refusal | null {
    const { state } = writer
    const { acct, exp } = terms
    const parties = partiesOf(terms)
    if (new Set(parties).size < parties.length) return { code: 'same-person' }
    if (!parties.includes(acct)) return { code: 'not-a-party' }
    for (const party of parties) {
      if (devicesOf(state, party) === undefined) return { code: 'unknown-member', member: party }
      if (state.members.get(party)?.attested === false) return { code: 'not-attested', member: party }
    }
    const [first] = auth
    if (first === undefined || auth.length !== 1) return { code: 'wrong-signature' }
    const key = keyOf(state, acct, toHex(first.keyId))
    if (key === undefined || !equalBytes(keyIdOf(key), first.keyId)) return { code: 'unknown-device' }
    if (!verifyIn(key, 'entry', state.hub.id, body, first.signature)) return { code: 'wrong-signature' }
    if (drafts.has(terms.id) || state.agreements.has(terms.id)) return { code: 'id-taken' }
    const now = clock.now()
    if (exp <= now) return { code: 'expired', expired: exp }
    if (exp > now + ACTION_LIFE_SECONDS) return { code: 'expires-too-late', latest: now + ACTION_LIFE_SECONDS }
    return null
  }

  async function removeDraft(id: Hex, by: Hex): Promise<Left> {
    const draft = drafts.get(id)
    const isParty = draft !== undefined &&
      partiesOf(draft.terms).some((party) => party === by || isSignerOf(writer.state, party, by))
    if (!isParty) return { ok: false, door: { code: 'not-found' } }
    const { acct, exp } = draft.terms
    return keeping(id, () => dropDraft(draft, true, dropped.note({ id, by: acct, exp })))
  }

  async function dropDraft(draft: KeptDraft, wordsToo: boolean, alongside: Write[] = []): Promise<void> {
    await draftRows.batch([{ type: 'del', key: draft.id }, ...alongside])
    // What the disk has not let go of would be back after the next start.
    drafts.delete(draft.id)
    // Both may have signed it meanwhile.
    if (wordsToo && !writer.state.agreements.has(draft.id)) await blobs.erase(draft.words)
    tell(...partiesOf(draft.terms))
  }

  // Keeping and letting go

  async function keeping(id: Hex, write: () => Promise<void>): Promise<Left> {
    try {
      await write()
      return { ok: true, id }
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      log.error('the inbox could not write', { error: String(error) })
      return { ok: false, door: unavailableDoor(unavailableOf(error)) }
    }
  }

  const unswept = (error: unknown): void => log.warn('the inbox could not let go of something', { error: String(error) })

  function sweep(): void {
    const now = clock.now()
    for (const { id, expires, author, by } of [...applications.values()]) {
      if (expires > now) continue
      applications.delete(id)
      applicationRows.del(id).catch(unswept)
      tell(author, by)
    }
    for (const draft of [...drafts.values()]) {
      const recorded = writer.state.agreements.has(draft.id)
      if (recorded || draft.terms.exp <= now) dropDraft(draft, !recorded).catch(unswept)
    }
    const ranOut = dropped.expire(now)
    if (ranOut.length > 0) draftRows.batch(ranOut).catch(unswept)
    cancelSweep = clock.after(SWEEP_EVERY_MS, sweep)
  }

  writer.onRecorded(({ action }) => {
    const draft = isForTwo(action) ? drafts.get(action.id) : undefined
    if (draft !== undefined) dropDraft(draft, false).catch(unswept)
  })
  sweep()

  const byAge = (a: { ts: number; id: Hex }, b: { ts: number; id: Hex }): number =>
    a.ts - b.ts || (a.id < b.id ? -1 : 1)

  return {
    apply,
    applyFault,
    applicationsFor: (author) => [...applications.values()].filter((one) => one.author === author).sort(byAge),
    applicationsBy: (by) => [...applications.values()].filter((one) => one.by === by).sort(byAge),
    async dropApplication(listing, by) {
      const found = applications.get(applicationId(listing, by))
      if (found === undefined) return
      await applicationRows.del(found.id)
      applications.delete(found.id)
      tell(found.author, by)
    },
    addDraft,
    draft: (id) => drafts.get(id) ?? null,
    draftsFor: (acct) => [...drafts.values()]
      .filter(({ terms }) => partiesOf(terms).includes(acct))
      .sort(byAge),
    removeDraft,
    async forget(acct) {
      for (const { id, author, by } of [...applications.values()]) {
        if (by !== acct) continue
        await applicationRows.del(id)
        applications.delete(id)
        tell(author, by)
      }
      for (const draft of [...drafts.values()]) if (draft.terms.acct === acct) await dropDraft(draft, true)
      await draftRows.batch(dropped.forget(acct))
      await applicationRows.del(NAME_KEY + acct)
      names.delete(acct)
    },
    async nameGuest(guest, name) {
      const known = utf8(name)
      if (known.length > NAME_BYTES_MAX || names.get(guest) === name) return
      await applicationRows.put(NAME_KEY + guest, known)
      names.set(guest, name)
    },
    guestName: (guest) => names.get(guest) ?? null,
    onChange: (listener) => void listeners.push(listener),
    stop: () => cancelSweep(),
  }
}

/** The same person applying to the same listing is the same application. */
const applicationId = (listing: Hex, by: Hex): Hex =>
  toHex(sha256(utf8('cv/application\0'), fromHex(listing)!, fromHex(by)!)).slice(0, 32)

function readDraft(value: Uint8Array): KeptDraft | null {
  const row = decodeAs(draftSchema, value)
  const terms = row === null ? null : parseAction(row.body)
  if (row === null || terms === null || !isForTwo(terms)) return null
  return { id: terms.id, body: row.body, auth: row.auth, terms, ts: row.ts, words: row.words }
}
