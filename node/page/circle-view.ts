/** The room of a circle or a project as one of those in it sees it, or somebody outside; of this city or another. */
import type { Hex } from '#ledger/action.ts'
import type { State } from '#ledger/state/state.ts'
import type { CircleRow, CircleView, PersonView } from '#protocol/api.ts'
import type { Listing } from '#protocol/listing.ts'
import { inOrder, isIn, mayTakeBack, newsFor, type Room } from '../market/circle.ts'
import type { Letters } from '../words/letters.ts'
import type { People } from '../words/people.ts'

export type CircleViews = {
  row(room: Room, listing: Listing, reader: Hex): CircleRow
  view(room: Room, listing: Listing, reader: Hex): CircleView
}

export function circleViews(writer: { readonly state: State }, letters: Pick<Letters, 'blockedBy'>, people: Pick<People, 'view'>): CircleViews {
  /** Whose words somebody does not want to read. */
  function unwelcomeTo(reader: Hex): (acct: Hex) => boolean {
    const { hub, guests } = writer.state
    const blocked = new Set(letters.blockedBy(reader).map(({ hub: at, acct }) => `${at} ${acct}`))
    return (acct) => blocked.has(`${guests.get(acct)?.home ?? hub.origin} ${acct}`)
  }
  function row(room: Room, { id, title, kind }: Listing, reader: Hex): CircleRow {
    return {
      id, title, kind: kind === 'project' ? 'project' : 'circle', members: room.members.length,
      news: newsFor(room, reader, unwelcomeTo(reader)),
      isNew: room.members.some(({ acct, seen }) => acct === reader && seen === null),
    }
  }
  return {
    row,
    view(room, listing, reader) {
      const keeper = listing.author
      const isMember = isIn(room, reader)
      const isUnwelcome = unwelcomeTo(reader)
      const person = (acct: Hex): PersonView => people.view(acct)
      const shown = <T extends { by: Hex }>(all: readonly T[]): T[] => (isMember ? all.filter(({ by }) => !isUnwelcome(by)) : [])
      return {
        ...row(room, listing, reader),
        hub: listing.hub, keeper: person(keeper), isKeeper: reader === keeper, isMember,
        people: isMember ? room.members.map(({ acct }) => person(acct)) : [],
        notices: shown(room.notices).reverse().map(({ id, by, words, ts }) =>
          ({ id, by: person(by), words, ts, isMine: mayTakeBack({ by }, { by: reader, keeper }) })),
        tasks: inOrder(shown(room.tasks)).map(({ id, by, words, ts, until, taker, done }) =>
          ({ id, by: person(by), words, ts, until, taker: taker === null ? null : person(taker), done, isMine: mayTakeBack({ by }, { by: reader, keeper }) })),
      }
    },
  }
}
