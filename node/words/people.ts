/**
 * Names for accounts. The record knows accounts only; what a person calls themselves is a blob at their own
 * hub, shown here and never sent anywhere by this file.
 */
import type { Hex } from '#ledger/action.ts'
import { fromUtf8, toHex } from '#ledger/bytes.ts'
import { currentDocument } from '#ledger/state/state.ts'
import type { PersonView } from '#protocol/api.ts'
import { openBlob } from '#protocol/commitment.ts'
import type { Writer } from '../ports.ts'
import type { Store } from '../store.ts'

export type People = {
  view(acct: Hex): PersonView
  nameOf(acct: Hex): string | null
  /** The text behind a commitment, or null when it was erased or never left here. */
  textOf(commitment: Hex): string | null
}

/** `guestName`: what a guest's home hub told us they are called. */
export function openPeople(writer: Writer, store: Store, guestName: (acct: Hex) => string | null): People {
  const blobs = store.table('blobs')

  function textOf(commitment: Hex): string | null {
    const blob = blobs.get(commitment)
    const opened = blob === undefined ? null : openBlob(blob)
    return opened === null || toHex(opened.commitment) !== commitment ? null : fromUtf8(opened.text)
  }

  function nameOf(acct: Hex): string | null {
    const member = writer.state.members.get(acct)
    return member === undefined ? guestName(acct) : textOf(member.profile)
  }

  return {
    textOf,
    nameOf,
    view(acct) {
      const { hub, guests, federation } = writer.state
      const home = guests.get(acct)?.home ?? hub.origin
      const card = federation === null ? undefined : currentDocument(federation).members.find((row) => row.card.origin === home)?.card
      return { acct, name: nameOf(acct), hub: home, city: home === hub.origin ? hub.city : (card?.city ?? '') }
    },
  }
}
