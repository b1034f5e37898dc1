/**
 * Who may read the operator's page: whoever the command line of this machine has let in. It prints an address that
 * opens once and for ten minutes; behind it is a cookie for a day that reads this page and nothing else of the hub.
 */
import type { Hex } from '#ledger/action.ts'
import { toHex } from '#ledger/bytes.ts'
import type { Clock, Entropy } from '../ports.ts'

const INVITATION_SECONDS = 600
const SESSION_SECONDS = 86_400
/** An operator has a handful of browsers; the oldest gives way. */
const EACH_MAX = 32

export type OperatorAccess = {
  /** A new secret that opens the page once. */
  invite(): Hex
  /** The session's secret, or null for an invitation that is used, too old, or none. */
  enter(invitation: string): Hex | null
  isOpen(secret: string | undefined): boolean
  leave(secret: string | undefined): void
}

export function openOperatorAccess(clock: Clock, entropy: Entropy): OperatorAccess {
  const invitations = new Map<Hex, number>()
  const sessions = new Map<Hex, number>()

  function make(kept: Map<Hex, number>, seconds: number): Hex {
    if (kept.size >= EACH_MAX) kept.delete(kept.keys().next().value!)
    const secret = toHex(entropy.bytes(32))
    kept.set(secret, clock.now() + seconds)
    return secret
  }
  const holds = (kept: Map<Hex, number>, secret: string): boolean => (kept.get(secret) ?? 0) >= clock.now()

  return {
    invite: () => make(invitations, INVITATION_SECONDS),
    enter(invitation) {
      const isGood = holds(invitations, invitation)
      invitations.delete(invitation)
      return isGood ? make(sessions, SESSION_SECONDS) : null
    },
    isOpen: (secret) => secret !== undefined && holds(sessions, secret),
    leave: (secret) => void (secret !== undefined && sessions.delete(secret)),
  }
}
