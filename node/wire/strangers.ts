/**
 * The rules for peers that are not (yet) members: how many may be connected, how much they may
 * ask and for how long they may stay. Anybody can make a key, so every rule bounds strangers as
 * a whole first and the single one second. Time (milliseconds of a monotonic clock) is an
 * input; nothing here touches a connection.
 */
import type { PeerKey } from './network.ts'

export type StrangerRules = {
  strangersMax: number
  strangerStreamsMax: number
  strangerRequestsBurst: number
  strangerRequestsPerSecond: number
  strangerIdleMs: number
  strangerAgeMs: number
}

type Stranger = { inbound: boolean; since: number; activeAt: number; requests: number }

export class Strangers {
  private readonly rules: StrangerRules
  private readonly present = new Map<PeerKey, Stranger>()
  private allowance: number
  private allowanceAt: number

  constructor(rules: StrangerRules, now: number) {
    this.rules = rules
    this.allowance = rules.strangerRequestsBurst
    this.allowanceAt = now
  }

  /**
   * Whether an unknown peer that knocks may come in; `connected` says that it already is. It is
   * counted at once, not when it is fully connected, so that many at the same moment cannot slip
   * through together.
   */
  admit(peer: PeerKey, connected: boolean, now: number): boolean {
    // One connection each. A place taken by a connection that failed half-way is its own again.
    if (connected) return false
    if (this.present.has(peer)) return true
    const inbound = [...this.present.values()].filter((stranger) => stranger.inbound)
    if (inbound.length >= this.rules.strangersMax) return false
    this.present.set(peer, { inbound: true, since: now, activeAt: now, requests: 0 })
    return true
  }

  /** Notes an unknown peer that is connected; one that we dialled ourselves takes no place. */
  meet(peer: PeerKey, inbound: boolean, now: number): void {
    const stranger = this.present.get(peer)
    if (stranger === undefined) {
      this.present.set(peer, { inbound, since: now, activeAt: now, requests: 0 })
    } else {
      stranger.activeAt = now
    }
  }

  /** The peer left, or became known. */
  forget(peer: PeerKey): void {
    this.present.delete(peer)
  }

  forgetAll(): void {
    this.present.clear()
  }

  /** Lets a stranger ask one thing, or says no. Each yes is followed by one `endRequest`. */
  beginRequest(peer: PeerKey, now: number): boolean {
    const stranger = this.present.get(peer)
    if (stranger === undefined || stranger.requests >= this.rules.strangerStreamsMax) return false
    const returned = ((now - this.allowanceAt) / 1000) * this.rules.strangerRequestsPerSecond
    this.allowance = Math.min(this.rules.strangerRequestsBurst, this.allowance + returned)
    this.allowanceAt = now
    if (this.allowance < 1) return false
    this.allowance--
    stranger.requests++
    return true
  }

  /**
   * The same for a request of ours to a stranger: it keeps the connection, and costs no
   * allowance.
   */
  beginOwnRequest(peer: PeerKey): void {
    const stranger = this.present.get(peer)
    if (stranger !== undefined) stranger.requests++
  }

  endRequest(peer: PeerKey, now: number): void {
    const stranger = this.present.get(peer)
    if (stranger === undefined) return
    stranger.requests = Math.max(0, stranger.requests - 1)
    stranger.activeAt = now
  }

  /** Those who have been idle, or have stayed, too long. */
  overdue(now: number): PeerKey[] {
    const late: PeerKey[] = []
    for (const [peer, stranger] of this.present) {
      const idle = stranger.requests === 0 && now - stranger.activeAt > this.rules.strangerIdleMs
      const old = stranger.inbound && now - stranger.since > this.rules.strangerAgeMs
      if (idle || old) late.push(peer)
    }
    return late
  }
}
