/**
 * Guests, from both sides of `/cv/guest/1`.
 *
 * As *home* this hub relays what its members do in other cities: it adds the proof that they are attested
 * here, and believes of an answer only its form and a receipt that binds the host. As *host* it answers the
 * home hub of a guest and nobody else, writes `guest.admitted` when somebody applies for the first time, and
 * takes from guests the kinds of action that guests have; what they may do with them the ledger decides.
 *
 *   startGuests({ writer, network, clock, log, inbox, blobs, listing, viewFor, useFor, gatherings, rooms, prove,
 *     nameOf }) → { apply, visit, view, use, act, draft, drop, gatherings, come, room, deed, stop }
 *
 * Bounds: a neighbour has so many requests an hour, and so many new guests a day, because each costs this
 * hub's record some kilobytes for ever.
 */
import { type ForeignRecord, type Hex, type Origin, parseAction } from '#ledger/action.ts'
import { fromBase64, toBase64, toHex, utf8 } from '#ledger/bytes.ts'
import { encodeReceipt, parseGenesis, parseReceipt, parseRecord, verifyReceipt } from '#ledger/entry.ts'
import type { Card } from '#ledger/federation/federation.ts'
import { keyIdOf } from '#ledger/keys.ts'
import { guestKinds } from '#ledger/ledger.ts'
import type { Refusal } from '#ledger/refusal.ts'
import { isActive } from '#ledger/rules/status.ts'
import type { Member } from '#ledger/state/people.ts'
import type { AbroadView, ActAnswer, CircleRequest, CircleView, DoorRefusal, GatheringsAbroad, RefusalAnswer } from '#protocol/api.ts'
import {
  type Applied, actorsOf, BLOB_BYTES_MAX, BLOBS_MAX, encodeGuestAnswer, encodeGuestRequest,
  GUEST_ANSWER_BYTES_MAX, GUEST_PROTOCOL, GUEST_REQUEST_BYTES_MAX, type GuestDeed, type GuestRequest, MESSAGE_BYTES_MAX,
  NAME_BYTES_MAX, type No, parseAbroadView, parseActAnswer, parseApplied, parseGatherings, parseGuestRequest, parseNo,
  parseRoom, parseUseView, requestIn, type SignedAction,
} from '#protocol/guest.ts'
import type { Listing } from '#protocol/listing.ts'
import type { UseView } from '#protocol/matters.ts'
import type { Blobs } from '../words/blobs.ts'
import { bucketsOf } from '../bucket.ts'
import { neighbour, neighbourAt, peerOf } from './cities.ts'
import type { Inbox, Left } from '../words/inbox.ts'
import { type Network, NetworkError, type PeerKey } from '../wire/network.ts'
import type { Answer, Clock, Log, Writer } from '../ports.ts'
import { unavailableDoor } from '../status.ts'

export type GuestPorts = {
  writer: Writer
  /** Null: a hub that is nobody's neighbour. */
  network: Network | null
  clock: Clock
  log: Log
  inbox: Inbox
  blobs: Blobs
  listing(id: Hex): { listing: Listing } | null
  /** What a guest is shown of this hub. */
  viewFor(guest: Hex): AbroadView | Promise<AbroadView | No>
  /** What using a thing shared here would be for members of that city; null for what cannot be used, or no time. */
  useFor(listing: Listing, home: Origin, asked: UseAsked): UseView | null | Promise<UseView | null | No>
  /** Who of other cities comes to gatherings here. */
  gatherings: HostedGatherings
  /** Rooms of circles and projects here. */
  rooms: HostedRooms
  /** A tlog-proof, as text bytes, that the record of this log stands under a checkpoint this hub signed. */
  prove(seq: number): Promise<Uint8Array>
  /** What a member of this hub is called. */
  nameOf(acct: Hex): string | null
}

/** What is asked about the use of something: which resource, from when to when [Unix seconds]. */
export type UseAsked = { resource: number; begins: number; ends: number }

/** `come` answers null when it is so; it asks the gathering's listing of `listingOf`. */
export type HostedGatherings = {
  listingOf(session: Hex): Listing | null
  shownTo(home: Origin, guest: Hex, listing: Listing): GatheringsAbroad
  come(home: Origin, guest: Hex, name: string | null, session: Hex, comes: boolean): Promise<{ refusal: Refusal } | { door: DoorRefusal } | null>
}

/** A room as somebody sees it, null where there is none; and what a guest does in one. */
export type HostedRooms = {
  view(guest: Hex, listing: Hex): CircleView | null
  act(guest: Hex, listing: Hex, request: CircleRequest): Promise<{ ok: true } | { ok: false; because: string }>
}

/** What our members may do elsewhere. Every answer may be a "no", also `hub-unreachable`. */
export type Guests = {
  /** `keyId`: the device at which they are, which the host will know them by; else one of theirs. */
  apply(member: Hex, hub: Origin, listing: Hex, message: string, keyId?: Hex): Promise<Applied | No>
  /** Makes a member known there, because of a listing, without leaving a word with anybody. */
  visit(member: Hex, hub: Origin, listing: Hex, keyId?: Hex): Promise<AbroadView | No>
  view(member: Hex, hub: Origin): Promise<AbroadView | No>
  use(member: Hex, hub: Origin, listing: Hex, asked: UseAsked): Promise<UseView | No>
  act(member: Hex, hub: Origin, signed: SignedAction): Promise<ActAnswer | No>
  draft(member: Hex, hub: Origin, signed: SignedAction): Promise<Applied | No>
  /** Takes a draft away that the member has proposed there, or was asked to sign. */
  drop(member: Hex, hub: Origin, draft: Hex): Promise<Applied | No>
  /** The gatherings of a listing there that can still be come to. */
  gatherings(member: Hex, hub: Origin, listing: Hex): Promise<GatheringsAbroad | No>
  /** Signs up for one of them, or stays away after all. */
  come(member: Hex, hub: Origin, session: Hex, comes: boolean): Promise<GatheringsAbroad | No>
  /** The room of a circle or a project there; of one they are not in, how many are. */
  room(member: Hex, hub: Origin, listing: Hex): Promise<CircleView | No>
  deed(member: Hex, hub: Origin, listing: Hex, deed: GuestDeed): Promise<CircleView | No>
  stop(): void
}

const REQUESTS_PER_HOME = { most: 240, perHour: 3_600 }
const NEW_GUESTS_PER_HOME = { most: 20, perHour: 1 }
const REQUEST_TIMEOUT_MS = 15_000
/** No account: it is not in any room. */
const NOBODY: Hex = '00'.repeat(32)
const RECORDS_PER_LOOK = 256

/** Serves guests of other cities from now on, where there is a network. */
export async function startGuests(ports: GuestPorts): Promise<Guests> {
  const { writer, network, clock, log, inbox, blobs, listing, viewFor, useFor, gatherings: hosted, rooms, prove, nameOf } = ports
  const asked = bucketsOf(REQUESTS_PER_HOME, clock)
  const admitted = bucketsOf(NEW_GUESTS_PER_HOME, clock)
  const attestations = attestationsIn(writer, clock)
  let stopped = false

  // The host

  async function answer(peer: PeerKey, bytes: Uint8Array): Promise<Uint8Array> {
    const home = neighbourAt(writer.state, peer)
    if (home === undefined || stopped) return encodeGuestAnswer(door({ code: 'no-federation' }))
    if (!asked.take(home.origin)) return encodeGuestAnswer(door({ code: 'too-many', retrySeconds: 60 }))
    const request = parseGuestRequest(bytes)
    return encodeGuestAnswer(request === null ? door({ code: 'malformed' }) : await serve(home, request))
  }

  async function serve(home: Card, request: GuestRequest): Promise<AbroadView | ActAnswer | Applied | CircleView | GatheringsAbroad | UseView | No> {
    switch (request.ask) {
      case 'apply': return applied(home, request)
      case 'view': return isGuestOf(home, request.guest) ? viewFor(request.guest) : door({ code: 'not-found' })
      case 'act': return acted(home, request)
      case 'draft': return drafted(home, request)
      case 'use': return used(home, request)
      case 'visit': return visited(home, request)
      case 'gatherings': return gatheringsOf(home, request.guest, request.listing)
      case 'come': return came(home, request)
      case 'room': return roomOf(home, request.guest, request.listing)
      case 'deed': return did(home, request)
      case 'drop': {
        const { guest, draft } = request
        return isGuestOf(home, guest) ? leftAnswer(await inbox.removeDraft(draft, guest)) : door({ code: 'not-found' })
      }
    }
  }

  const isGuestOf = (home: Card, acct: Hex): boolean => writer.state.guests.get(acct)?.home === home.origin

  async function applied(home: Card, request: GuestRequest & { ask: 'apply' }): Promise<Applied | No> {
    const { guest, message } = request
    const found = listing(request.listing)?.listing
    if (found === undefined || !isShownTo(home, found)) return door({ code: 'not-found' })
    // Before anybody is written into the record for good.
    const fault = inbox.applyFault({ listing: request.listing, by: guest, message })
    if (fault !== null) return door(fault)

    const no = await admit(home, request)
    return no ?? leftAnswer(await inbox.apply({ listing: request.listing, by: guest, message }))
  }

  /** Writes somebody into the record who is not known with this device, and keeps what they are called. */
  async function admit(home: Card, { guest, device, name, evidence }: GuestRequest & { ask: 'apply' | 'visit' }): Promise<No | null> {
    const known = writer.state.guests.get(guest)
    const isKnown = known?.home === home.origin && known.devices.has(toHex(keyIdOf(device)))
    if (!isKnown) {
      if (!admitted.take(home.origin)) return door({ code: 'too-many', retrySeconds: 3_600 })
      const recorded = await writer.record('guest.admitted', { guest, home: home.origin, device, evidence })
      if (!recorded.ok && !('refusal' in recorded && recorded.refusal.code === 'guest-known')) return noOf(recorded)
    }
    if (name !== null) {
      // A person without a name is still a person: this may fail.
      await inbox.nameGuest(guest, name).catch((error: unknown) =>
        log.warn('a guest’s name was not kept', { error: String(error) }))
    }
    return null
  }

  /** Whoever wants to use something says so by a draft, which only somebody who is known can sign. */
  async function visited(home: Card, request: GuestRequest & { ask: 'visit' }): Promise<AbroadView | No> {
    if (sharedWith(home, request.listing) === null) return door({ code: 'not-found' })
    return (await admit(home, request)) ?? viewFor(request.guest)
  }

  async function used(home: Card, { listing: id, ...asked }: GuestRequest & { ask: 'use' }): Promise<UseView | No> {
    const found = sharedWith(home, id)
    return (found === null ? null : await useFor(found, home.origin, asked)) ?? door({ code: 'not-found' })
  }

  function gatheringsOf(home: Card, guest: Hex, id: Hex): GatheringsAbroad | No {
    const found = listing(id)?.listing
    return found === undefined || !isShownTo(home, found) ? door({ code: 'not-found' }) : hosted.shownTo(home.origin, guest, found)
  }

  /** Nothing is signed here by whoever only comes, so nothing of it stands in the record. */
  async function came(home: Card, { guest, name, session, comes }: GuestRequest & { ask: 'come' }): Promise<GatheringsAbroad | No> {
    const about = hosted.listingOf(session)
    if (about === null || !isShownTo(home, about)) return door({ code: 'not-found' })
    const no = await hosted.come(home.origin, guest, name, session, comes)
    if (no === null) return hosted.shownTo(home.origin, guest, about)
    return 'door' in no ? door(no.door) : refusal(no.refusal)
  }

  /** Whoever asks in the name of somebody who is no guest of theirs is told what is told outside. */
  function roomOf(home: Card, guest: Hex, id: Hex): CircleView | No {
    const found = listing(id)?.listing
    const isShown = found !== undefined && isShownTo(home, found)
    const view = isShown ? rooms.view(isGuestOf(home, guest) ? guest : NOBODY, id) : null
    if (view === null) return door({ code: 'not-found' })
    // Whose it is another city reads when they have met in it.
    return view.isMember ? view : { ...view, keeper: { ...view.keeper, name: null } }
  }

  async function did(home: Card, { guest, listing: id, ...deed }: GuestRequest & { ask: 'deed' }): Promise<CircleView | No> {
    const request = requestIn(deed)
    if (request === null) return door({ code: 'malformed' })
    if (!isGuestOf(home, guest)) return door({ code: 'circle-refused', because: 'not-a-member' })
    const before = roomOf(home, guest, id)
    if ('door' in before) return before
    const done = await rooms.act(guest, id, request)
    if (done.ok) return roomOf(home, guest, id)
    if (done.because === 'not-found') return door({ code: 'not-found' })
    return door(done.because === 'too-many' ? { code: 'too-many', retrySeconds: 86_400 } : { code: 'circle-refused', because: done.because })
  }

  /** Something that members of this city may use, as long as it is shared. */
  function sharedWith(home: Card, id: Hex): Listing | null {
    const found = listing(id)?.listing
    const isOpen = found?.kind === 'resource' && found.state === 'open' && found.expiresAt > clock.now()
    return isOpen && isShownTo(home, found) ? found : null
  }

  const isShownTo = (home: Card, { scope, hub }: Listing): boolean =>
    hub === writer.state.hub.origin &&
    (scope === 'federation' || (scope === 'peers' && writer.state.trust.has(home.origin)))

  async function acted(home: Card, { body, auth, blobs: words }: SignedAction): Promise<ActAnswer | No> {
    const action = parseAction(body)
    if (action === null) return door({ code: 'malformed' })
    if (!guestKinds.has(action.kind)) return refusal({ code: 'not-for-guests', kind: action.kind })
    if (!actorsOf(action).some((acct) => isGuestOf(home, acct))) return door({ code: 'not-found' })
    const recorded = await blobs.submit({ body, auth, blobs: words })
    if (typeof recorded === 'string') return door({ code: recorded })
    if (!recorded.ok) return noOf(recorded)
    const { seq, record, receipt } = recorded
    return { seq, record: toBase64(record), receipt: toBase64(encodeReceipt(receipt)) }
  }

  async function drafted(home: Card, { body, auth, blobs: words }: SignedAction): Promise<Applied | No> {
    const action = parseAction(body)
    if (action === null) return door({ code: 'malformed' })
    if (!isGuestOf(home, action.acct)) return door({ code: 'not-found' })
    return leftAnswer(await inbox.addDraft({ body, auth, blobs: words }))
  }

  // The home

  async function apply(member: Hex, hub: Origin, listingId: Hex, message: string, keyId?: Hex): Promise<Applied | No> {
    if (!message.isWellFormed() || message.trim() === '') return door({ code: 'malformed' })
    if (utf8(message).length > MESSAGE_BYTES_MAX) return door({ code: 'too-large', mostBytes: MESSAGE_BYTES_MAX })
    const shown = await introductionOf(member, hub, keyId)
    return 'guest' in shown ? relay(hub, { ask: 'apply', listing: listingId, message, ...shown }, parseApplied) : shown
  }

  async function visit(member: Hex, hub: Origin, listingId: Hex, keyId?: Hex): Promise<AbroadView | No> {
    const shown = await introductionOf(member, hub, keyId)
    return 'guest' in shown ? relay(hub, { ask: 'visit', listing: listingId, ...shown }, viewIn(hub)) : shown
  }

  /** What makes a member known in another city. */
  async function introductionOf(member: Hex, hub: Origin, keyId?: Hex) {
    if (neighbour(writer.state, hub) === undefined) return refusal({ code: 'unknown-hub', hub })
    const shown = await evidenceFor(member, keyId)
    return shown === null ? refusal({ code: 'not-attested', member }) : { guest: member, name: nameSent(member), ...shown }
  }

  function nameSent(member: Hex): string | null {
    const name = nameOf(member)
    return name !== null && utf8(name).length <= NAME_BYTES_MAX ? name : null
  }

  const viewIn = (hub: Origin) => (bytes: Uint8Array, card: Card): AbroadView | null => parseAbroadView(bytes, hub, toHex(card.hubId))

  const view = (member: Hex, hub: Origin): Promise<AbroadView | No> => relay(hub, { ask: 'view', guest: member }, viewIn(hub))

  const use = (member: Hex, hub: Origin, listingId: Hex, asked: UseAsked): Promise<UseView | No> =>
    relay(hub, { ask: 'use', guest: member, listing: listingId, ...asked }, parseUseView)

  const drop = (member: Hex, hub: Origin, draftId: Hex): Promise<Applied | No> =>
    relay(hub, { ask: 'drop', guest: member, draft: draftId }, parseApplied)

  async function act(member: Hex, hub: Origin, signed: SignedAction): Promise<ActAnswer | No> {
    const no = relayFault(member, signed)
    return no ?? relay(hub, { ask: 'act', ...signed }, bindingAnswer)
  }

  async function draft(member: Hex, hub: Origin, signed: SignedAction): Promise<Applied | No> {
    const no = relayFault(member, signed)
    return no ?? relay(hub, { ask: 'draft', ...signed }, parseApplied)
  }

  const gatherings: Guests['gatherings'] = (member, hub, id) => relay(hub, { ask: 'gatherings', guest: member, listing: id }, parseGatherings)
  const come: Guests['come'] = (member, hub, session, comes) =>
    relay(hub, { ask: 'come', guest: member, name: nameSent(member), session, comes }, parseGatherings)

  const roomIn = (hub: Origin, id: Hex) => (bytes: Uint8Array): CircleView | null => parseRoom(bytes, hub, id)
  const room: Guests['room'] = (member, hub, id) => relay(hub, { ask: 'room', guest: member, listing: id }, roomIn(hub, id))
  const deed: Guests['deed'] = (member, hub, id, done) => relay(hub, { ask: 'deed', guest: member, listing: id, ...done }, roomIn(hub, id))

  /** We relay for the member who is logged in here, and nothing that the host would have to refuse. */
  function relayFault(member: Hex, { body, auth, blobs: words }: SignedAction): No | null {
    const action = parseAction(body)
    if (action === null || auth.length > 2) return door({ code: 'malformed' })
    if (words.length > BLOBS_MAX || words.some((blob) => blob.length > BLOB_BYTES_MAX)) {
      return door({ code: 'blob-mismatch' })
    }
    if (!guestKinds.has(action.kind)) return refusal({ code: 'not-for-guests', kind: action.kind })
    return actorsOf(action).includes(member) ? null : refusal({ code: 'not-a-party' })
  }

  async function relay<T>(
    hub: Origin, request: GuestRequest, read: (bytes: Uint8Array, host: Card) => T | null,
  ): Promise<T | No> {
    const host = neighbour(writer.state, hub)
    if (host === undefined || network === null) return refusal({ code: 'unknown-hub', hub })
    let bytes: Uint8Array
    try {
      bytes = await network.request(peerOf(host), GUEST_PROTOCOL, encodeGuestRequest(request), {
        answerBytesMax: GUEST_ANSWER_BYTES_MAX, timeoutMs: REQUEST_TIMEOUT_MS,
      })
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error
      return door({ code: 'hub-unreachable', hub })
    }
    const found = parseNo(bytes) ?? read(bytes, host)
    if (found !== null) return found
    log.warn('a host answered something else than was asked', { hub, asked: request.ask })
    return door({ code: 'hub-unreachable', hub })
  }

  /** The records and device that show another city that this member is attested here; null when they are not, or have left. */
  async function evidenceFor(member: Hex, keyId?: Hex): Promise<{ device: Uint8Array; evidence: ForeignRecord[] } | null> {
    const known = writer.state.members.get(member)
    if (known === undefined || !isActive(known)) return null
    const found = await attestations.of(known, keyId)
    if (found === null) return null
    const evidence = await Promise.all(found.seqs.map(async (seq) => ({
      record: writer.entryAt(seq).bytes, proof: await prove(seq),
    })))
    return { device: found.device, evidence }
  }

  await network?.serve(GUEST_PROTOCOL, {
    handler: answer,
    requestBytesMax: GUEST_REQUEST_BYTES_MAX,
    answerBytesMax: GUEST_ANSWER_BYTES_MAX,
    streamsPerPeerMax: 8,
    openToStrangers: false,
  })

  return {
    apply,
    visit,
    view,
    use,
    act,
    draft,
    drop,
    gatherings,
    come,
    room,
    deed,
    stop() {
      stopped = true
    },
  }
}

/** An answer with a receipt that binds the host to exactly the record it shows; else it is no answer. */
function bindingAnswer(bytes: Uint8Array, host: Card): ActAnswer | null {
  const answer = parseActAnswer(bytes)
  const record = answer === null ? null : fromBase64(answer.record)
  const receipt = answer === null ? null : parseReceipt(fromBase64(answer.receipt) ?? new Uint8Array())
  if (answer === null || record === null || receipt === null || receipt.seq !== answer.seq) return null
  return verifyReceipt(receipt, record, host.logKey, host.hubId) ? answer : null
}

/** A device, and the record that brought it. */
type Brought = { seq: number; device: Uint8Array }

/**
 * Where in our own log members brought their devices and were attested. Looked up when first needed, because most members
 * never leave home, and then kept up with the log.
 */
function attestationsIn(writer: Writer, clock: Clock) {
  const brought = new Map<Hex, Brought[]>()
  const attested = new Map<Hex, number>()
  let { state } = writer
  let size = 0

  async function lookOn(): Promise<void> {
    if (writer.state !== state) {
      // Read again from the disk after a storage error: its last records may have become others.
      brought.clear()
      attested.clear()
      size = 0
      state = writer.state
    }
    while (size < writer.state.tree.size) {
      const records = writer.read(size, RECORDS_PER_LOOK)
      for (const record of records) {
        const { action, seq } = parseRecord(record)!
        if (action.kind === 'member.joined' || action.kind === 'member.arrived' || action.kind === 'device.added') {
          brought.set(action.acct, [...(brought.get(action.acct) ?? []), { seq, device: action.device }])
        }
        if (action.kind === 'member.attested') attested.set(action.member, seq)
      }
      size += records.length
      // A long log is read in parts, so that nobody waits for it.
      await new Promise<void>((resolve) => clock.after(0, resolve))
    }
  }

  return {
    /** The records to show for a member, and the device of theirs that they name; null when the log has none. */
    async of({ acct, devices }: Member, keyId?: Hex): Promise<{ seqs: number[]; device: Uint8Array } | null> {
      await lookOn()
      const theirs = (brought.get(acct) ?? []).filter(({ device }) => devices.has(toHex(keyIdOf(device))))
      const entered = theirs.find(({ device }) => toHex(keyIdOf(device)) === keyId) ?? theirs.at(-1)
      const met = attested.get(acct)
      if (entered !== undefined && met !== undefined) return { seqs: [entered.seq, met], device: entered.device }
      const founder = founderOf(writer)
      return founder.acct === acct ? { seqs: [0], device: founder.device } : null
    },
  }
}

function founderOf(writer: Writer): { acct: Hex; device: Uint8Array } {
  const { action } = writer.entryAt(0)
  if (action.kind !== 'hub.founded') throw new Error('entry 0 founds a hub')
  const { steward } = parseGenesis(action.genesis)!
  return { acct: toHex(steward.acct), device: steward.device }
}

const door = (no: DoorRefusal): No => ({ door: no })

/** A refusal as JSON has it: bigints become decimal text. */
const refusal = (no: Refusal): No => {
  const fields = Object.entries(no).map(([name, value]) => [name, typeof value === 'bigint' ? String(value) : value])
  return { refusal: Object.fromEntries(fields) as RefusalAnswer['refusal'] }
}

const noOf = (answer: Exclude<Answer, { ok: true }>): No =>
  'refusal' in answer ? refusal(answer.refusal) : door(unavailableDoor(answer.unavailable))

const leftAnswer = (left: Left): Applied | No => {
  if (left.ok) return { id: left.id }
  return 'door' in left ? door(left.door) : refusal(left.refusal)
}
