/**
 * What people say to each other, beside the record and before it: the board with its search and pictures, drafts and
 * names, letters, ratings still closed; and what of it all members are shown, here and from another city.
 */
import type { Hex, Origin } from '#ledger/action.ts'
import { toHex } from '#ledger/bytes.ts'
import type { State } from '#ledger/state/state.ts'
import type { AbroadView, DoorRefusal, HubView } from '#protocol/api.ts'
import { neighbour, peerOf } from './cities/cities.ts'
import { startFeed } from './cities/feed.ts'
import { type GuestPorts, startGuests } from './cities/guests.ts'
import { startLetterCarrier } from './cities/letter-carrier.ts'
import { startPictures } from './cities/pictures.ts'
import type { HubCities } from './hub-cities.ts'
import type { HubDisk } from './hub-disk.ts'
import type { HubPorts } from './hub-ports.ts'
import { openAway } from './market/away.ts'
import { openCircles } from './market/circles.ts'
import { openExpected } from './market/expected.ts'
import { searchOver } from './market/followed.ts'
import { openWishes } from './market/wishes.ts'
import { circleViews } from './page/circle-view.ts'
import { useViewAbroad } from './page/use-view.ts'
import { viewsOf } from './page/views.ts'
import { timelineOf } from './record/timeline.ts'
import { draftView } from './routes/members.ts'
import { unavailableDoor } from './status.ts'
import type { Stop } from './stop-all.ts'
import type { NetworkLog } from './wire/network.ts'
import { openBlobs } from './words/blobs.ts'
import { openErasure } from './words/erasure.ts'
import { openInbox } from './words/inbox.ts'
import { openLetters } from './words/letters.ts'
import { openPeople } from './words/people.ts'
import { openRatingsFrom } from './words/ratings.ts'

export type HubPeople = Awaited<ReturnType<typeof openPeopleSide>>

/** Opens and starts all of it. */
export async function openPeopleSide(ports: HubPorts, disk: HubDisk, cities: HubCities, log: NetworkLog, stops: Stop[]) {
  const { keys, clock, entropy } = ports
  const { writer, store } = disk
  const { network, replicas, checkpointer, evidence } = cities

  // Words
  const membersOf = (hub: Origin): number | null => {
    const known = replicas.of(hub)?.state
    return known == null ? null : [...known.members.values()].filter((member) => member.attested).length
  }
  const feed = await startFeed({ writer, store, network, clock, log, logSecret: keys.log.secret, membersOf })
  stops.push(() => feed.stop())
  const listing = (id: Hex) => feed.listing(id)
  const wishes = await openWishes({ writer, store, entropy, log })
  const search = searchOver(feed, () => clock.now())
  stops.push(async () => search.stop())
  const pictures = await startPictures({ writer, store, network, listings: () => search.all(), clock, log })
  stops.push(async () => pictures.stop())
  const stateOf = (hub: Origin): State | null => (hub === writer.state.hub.origin ? writer.state : (replicas.of(hub)?.state ?? null))
  const blobs = openBlobs(writer, store, stateOf)
  const inbox = await openInbox({ writer, store, blobs, clock, log, listing })
  stops.push(() => inbox.stop())
  const people = openPeople(writer, store, inbox.guestName)
  const timeline = timelineOf(writer)
  openRatingsFrom(writer, store, log)
  const letters = await openLetters({ writer, store, clock, entropy, log, stateOf, listing })
  stops.push(() => letters.stop())
  const carrier = await startLetterCarrier({ writer, network, letters, clock, log })
  stops.push(() => carrier.stop())
  const isNeighbour = (hub: Origin): boolean => neighbour(writer.state, hub) !== undefined
  const circles = await openCircles({
    writer, store, clock, entropy, log, board: search, listing, inbox, letters, isNeighbour, stateOf,
  })
  stops.push(() => circles.stop())
  feed.onChange((id) => circles.listingChanged(id))
  const expected = await openExpected({
    writer, store, clock, log, stateOf, listing, letters, isNeighbour,
  })
  stops.push(() => expected.stop())
  feed.onChange((id) => expected.listingChanged(id))
  const away = await openAway({ writer, store, log, stateOf })
  stops.push(() => away.stop())
  const erasure = openErasure({ writer, store, blobs, leftBy: [inbox, letters, wishes, circles, away], clock, log })
  stops.push(() => erasure.stop())

  // What is shown of them, and to members of other cities
  const isConnected = (origin: Origin): boolean => {
    const card = neighbour(writer.state, origin)
    return card !== undefined && network.connected().includes(peerOf(card))
  }
  const accused = (): HubView['accused'] => {
    const offence = evidence.against(writer.state.hub.origin)?.offence
    return offence === undefined ? null : { evidence: offence.id, kind: offence.kind }
  }
  const views = viewsOf({ writer, people, timeline, clock, listing, isConnected, accused })
  const abroadView = (acct: Hex): AbroadView => ({
    hub: writer.state.hub.origin,
    hubId: toHex(writer.state.hub.id),
    charterVersion: writer.state.charters.length - 1,
    seen: views.seen(),
    drafts: inbox.draftsFor(acct).map((draft) => draftView(writer, people, draft)),
    agreements: timeline.agreementsOf(acct).map((id) => views.agreement(writer.state.agreements.get(id)!, acct)).reverse(),
  })
  /** As for the pages here: shown when all that it was computed from is on the disk. */
  async function settled<T>(view: () => T): Promise<T | { door: DoorRefusal }> {
    await writer.reread()
    const shown = view()
    return (await writer.settled()) ? shown : { door: unavailableDoor('storage') }
  }
  const viewFor = (acct: Hex): Promise<AbroadView | { door: DoorRefusal }> => settled(() => abroadView(acct))
  const useFor: GuestPorts['useFor'] = (shared, home, asked) =>
    settled(() => useViewAbroad(writer.state, people, shared, home, asked, views.seen().now))
  const prove = async (seq: number): Promise<Uint8Array> => {
    const proof = await checkpointer.prove(seq)
    if (proof === null) throw new Error(`entry ${seq} stands under no checkpoint yet`)
    return proof
  }
  const seenInRooms = circleViews(writer, letters, people)
  const rooms: GuestPorts['rooms'] = {
    view(guest, id) {
      const found = circles.room(id)
      return found === null ? null : seenInRooms.view(found.room, found.listing, guest)
    },
    act: (guest, id, request) => circles.act(id, guest, request),
  }
  const guests = await startGuests({ writer, network, clock, log, inbox, blobs, listing, viewFor, useFor, gatherings: expected, rooms, prove, nameOf: people.nameOf })
  stops.push(() => guests.stop())
  return { feed, listing, wishes, circles, expected, away, search, pictures, blobs, inbox, people, timeline, letters, views, accused, guests }
}
