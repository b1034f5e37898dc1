/**
 * Which of its own addresses lead to this hub. It cannot see that by itself, so it asks members to come to one, some of
 * them in each round, and again and again.
 *
 * - That somebody *came* is seen here, by the connection that comes in. That they say so is nothing, so nobody can talk a
 *   hub that cannot be reached into believing that it can.
 * - That nobody *could* is only said. So an address is given up when at least three were asked in one round and none
 *   came: whoever says no of an address that leads here is refuted by the first that comes.
 *
 * Whatever is too little to go by changes nothing. A member that lies alone decides nothing either way.
 */
import type { NetworkSettings } from './libp2p-settings.ts'
import type { PeerKey } from './network.ts'

/** What became of one question: `nothing` is a member that did not try. */
export type Heard = 'came' | 'could-not' | 'nothing'

/** So many must have tried before an address is given up. */
export const GIVEN_UP_BY = 3

export type OwnAddressesPorts = {
  settings: Pick<NetworkSettings, 'triedByMax' | 'triedAgainMs' | 'triedEveryMs'>
  /** Asks a member to come to this address by a connection of its own. Does not reject. */
  askToCome(peer: PeerKey, address: string): Promise<Heard>
  /** An address is found to lead here, or not to. */
  onFound(address: string, leadsHere: boolean): void
}

export class OwnAddresses {
  private readonly ports: OwnAddressesPorts
  private readonly found = new Map<string, boolean>()
  private lastAt = Number.NEGATIVE_INFINITY
  /** Doubles when a round begins. */
  private pauseMs: number
  private trying = false

  constructor(ports: OwnAddressesPorts) {
    this.ports = ports
    this.pauseMs = ports.settings.triedAgainMs / 2
  }

  /** Whether it leads here, or null while that is not known. */
  leadsHere(address: string): boolean | null {
    return this.found.get(address) ?? null
  }

  /**
   * Begins a round with the first of these members when one is due. An address of which nothing is known yet is tried again soon, and then with pauses
   * that grow, since in a federation of two or three nothing may ever be known; what is known is looked at now and then.
   */
  tend(now: number, addresses: string[], members: PeerKey[]): void {
    if (this.trying || addresses.length === 0 || members.length === 0) return
    const isOpen = addresses.some((address) => !this.found.has(address))
    if (now - this.lastAt < (isOpen ? this.pauseMs : this.ports.settings.triedEveryMs)) return
    this.trying = true
    this.lastAt = now
    this.pauseMs = Math.min(2 * this.pauseMs, this.ports.settings.triedEveryMs)
    void this.round(addresses, members.slice(0, this.ports.settings.triedByMax)).finally(() => {
      this.trying = false
    })
  }

  /** One address after the other, so that whoever comes can have come to this one only. */
  private async round(addresses: string[], members: PeerKey[]): Promise<void> {
    for (const address of addresses) {
      const heard = await Promise.all(members.map((peer) => this.ports.askToCome(peer, address)))
      const leadsHere = judge(heard)
      if (leadsHere === null) continue
      this.found.set(address, leadsHere)
      this.pauseMs = this.ports.settings.triedAgainMs / 2
      this.ports.onFound(address, leadsHere)
    }
  }
}

/** What a round comes to; null where it is too little to go by. */
export function judge(heard: Heard[]): boolean | null {
  if (heard.includes('came')) return true
  return heard.filter((one) => one === 'could-not').length >= GIVEN_UP_BY ? false : null
}

/** The number by which most members see this hub come, or null: behind NAT it is the router's. */
export function outerAddressOf(seen: Iterable<string>): string | null {
  const counts = new Map<string, number>()
  for (const one of seen) counts.set(one, (counts.get(one) ?? 0) + 1)
  const [first, second] = [...counts].sort(([, a], [, b]) => b - a)
  return first === undefined || first[1] === second?.[1] ? null : first[0]
}
