/**
 * Sessions: a device proves once that it is a member's, and reads with a cookie for a while.
 *
 * Everything that is written is signed for itself, so a stolen session reads and does not act. Sessions live
 * in memory: after a restart the page signs a new challenge by itself and nobody notices.
 */
import type { Hex } from '#ledger/action.ts'
import { toHex } from '#ledger/bytes.ts'
import { devicesOf } from '#ledger/ledger.ts'
import { encodeChallenge, isSignedChallenge, parseChallenge } from '#protocol/login.ts'
import type { Clock, Entropy, Writer } from '../ports.ts'

const CHALLENGE_SECONDS = 120
const SESSION_SECONDS = 12 * 3_600
/** More than any hub's members have devices; beyond it the oldest go. */
const SESSIONS_MAX = 10_000
/** One person's pages and devices, many times over; beyond it their own oldest goes, and nobody else's. */
const SESSIONS_PER_MEMBER_MAX = 32
const CHALLENGES_MAX = 10_000

export type Sessions = {
  /** What the device is to sign, good for two minutes and for one use. */
  challenge(httpOrigin: string): Uint8Array
  /** The session's secret, or why there is none. */
  open(payload: Uint8Array, acct: Hex, keyId: Hex, signature: Uint8Array): { secret: Hex } | 'challenge-expired' | 'wrong-signature'
  /** Whose session this is, or null; and by which device of theirs it was opened. */
  who(secret: Hex | undefined): Hex | null
  device(secret: Hex | undefined): Hex | undefined
  close(secret: Hex | undefined): void
}

export function openSessions(writer: Writer, clock: Clock, entropy: Entropy): Sessions {
  const challenges = new Map<Hex, number>()
  const sessions = new Map<Hex, { acct: Hex; keyId: Hex; until: number }>()

  return {
    challenge(httpOrigin) {
      const expires = clock.now() + CHALLENGE_SECONDS
      const payload = encodeChallenge({ hub: writer.state.hub.origin, httpOrigin, nonce: entropy.bytes(16), expires })
      dropOldest(challenges, CHALLENGES_MAX)
      challenges.set(toHex(payload), expires)
      return payload
    },
    open(payload, acct, keyId, signature) {
      const name = toHex(payload)
      const expires = challenges.get(name)
      challenges.delete(name)
      if (expires === undefined || expires < clock.now() || parseChallenge(payload) === null) return 'challenge-expired'
      const { state } = writer
      const key = state.members.has(acct) ? devicesOf(state, acct)?.get(keyId) : undefined
      if (key === undefined || !isSignedChallenge(payload, key, signature, state.hub.id)) return 'wrong-signature'
      const secret = toHex(entropy.bytes(32))
      dropOldest(sessions, SESSIONS_MAX)
      const own = [...sessions].filter(([, session]) => session.acct === acct)
      if (own.length >= SESSIONS_PER_MEMBER_MAX) sessions.delete(own[0]![0])
      sessions.set(secret, { acct, keyId, until: clock.now() + SESSION_SECONDS })
      return { secret }
    },
    who(secret) {
      const session = secret === undefined ? undefined : sessions.get(secret)
      if (session === undefined) return null
      // A device that was ended, or whose member's other ones ended it, sees nothing from then on.
      const isDevice = devicesOf(writer.state, session.acct)?.has(session.keyId) === true
      if (isDevice && session.until >= clock.now()) return session.acct
      sessions.delete(secret!)
      return null
    },
    device: (secret) => (secret === undefined ? undefined : sessions.get(secret)?.keyId),
    close: (secret) => void (secret !== undefined && sessions.delete(secret)),
  }
}

function dropOldest<V>(map: Map<Hex, V>, max: number): void {
  if (map.size < max) return
  const oldest = map.keys().next().value
  if (oldest !== undefined) map.delete(oldest)
}
