/** Rows of people and those who act for others: what members have open (25). */
import { hexOf, uint } from '../schema.ts'
import { table } from './table.ts'

const id32 = hexOf(32)

/** In the order of being made. */
export const invitations = table(25, { invitation: id32, by: id32, until: uint }, {
  sources: (state) => state.invitations.values(),
  write: (invitation) => invitation,
  take(state, { invitation, by, until }) {
    if (state.invitations.has(invitation)) return false
    state.invitations.set(invitation, { invitation, by, until })
    state.invitationsOpen.set(by, (state.invitationsOpen.get(by) ?? 0) + 1)
    return true
  },
})
