/**
 * Which of its own addresses lead to this hub. It cannot see that by itself, so it asks members to come to one, some of
 * them in each round, and again and again.
 *
 * - That somebody *came* is seen here, by the connection that comes in. That they say so is nothing, so nobody can talk a
 *   hub that cannot be reached into believing that it can.
 * - That nobody *could* is only said. So an address is given up when at least three were asked in one round and none
 *   came: whoever says no of an address that leads here is refuted by the first that comes.
 * - *By which address* somebody came is not seen, only that it was asked to come by this one. Behind NAT that address is
 *   what members say, and where only one is there to say it, that one decides, until there are two.
 *
 * Whatever is too little to go by changes nothing.
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
  /** An address that was found to lead here is none any more by which this hub could be reached. */
  onGone(address: string): void
}

type Asked = {
  leadsHere: boolean | null
  at: number
  /** Doubles when a round begins of which nothing is known. */
  pauseMs: number
}

export class OwnAddresses {
  private readonly ports: OwnAddressesPorts
  private readonly asked = new Map<string, Asked>()
  private trying = false

  constructor(ports: OwnAddressesPorts) {
    this.ports = ports
  }

  /** Whether it leads here, or null while that is not known. */
  leadsHere(address: string): boolean | null {
    return this.asked.get(address)?.leadsHere ?? null
  }

  /** Those that were found to lead here. */
  found(): string[] {
    return [...this.asked].filter(([, { leadsHere }]) => leadsHere === true).map(([address]) => address)
  }

  /**
   * These are the addresses that may lead here; any other is taken back. Begins a round with the first of these members
   * about those that are due. One of which nothing is known yet is tried again soon, and then with pauses that grow, since
   * nothing may ever be known of it: in a federation of two or three, or because members see this hub by another. One of
   * which something is known is looked at now and then.
   */
  tend(now: number, addresses: string[], members: PeerKey[]): void {
    this.takeBack(now, new Set(addresses))
    if (this.trying || members.length === 0) return
    const due = addresses.filter((address) => this.isDue(now, this.asked.get(address)))
    if (due.length === 0) return
    this.trying = true
    for (const address of due) this.begin(now, address)
    void this.round(due, members.slice(0, this.ports.settings.triedByMax)).finally(() => {
      this.trying = false
    })
  }

  /** How often it was asked about is remembered for a while, so that one which comes and goes is not asked about each time. */
  private takeBack(now: number, addresses: Set<string>): void {
    for (const [address, one] of this.asked) {
      if (addresses.has(address)) continue
      const wasFound = one.leadsHere === true
      one.leadsHere = null
      if (now - one.at >= this.ports.settings.triedEveryMs) this.asked.delete(address)
      if (wasFound) this.ports.onGone(address)
    }
  }

  private isDue(now: number, one: Asked | undefined): boolean {
    if (one === undefined) return true
    return now - one.at >= (one.leadsHere === null ? one.pauseMs : this.ports.settings.triedEveryMs)
  }

  private begin(now: number, address: string): void {
    const { triedAgainMs, triedEveryMs } = this.ports.settings
    const one = this.asked.get(address)
    if (one === undefined) this.asked.set(address, { leadsHere: null, at: now, pauseMs: triedAgainMs })
    else Object.assign(one, { at: now, pauseMs: one.leadsHere === null ? Math.min(2 * one.pauseMs, triedEveryMs) : triedAgainMs })
  }

  /** One address after the other, so that whoever comes can have come to this one only. */
  private async round(addresses: string[], members: PeerKey[]): Promise<void> {
    for (const address of addresses) {
      const heard = await Promise.all(members.map((peer) => this.ports.askToCome(peer, address)))
      const leadsHere = judge(heard)
      const one = this.asked.get(address)
      if (leadsHere === null || one === undefined) continue
      one.leadsHere = leadsHere
      this.ports.onFound(address, leadsHere)
    }
  }
}

/** What a round comes to; null where it is too little to go by. */
export function judge(heard: Heard[]): boolean | null {
  if (heard.includes('came')) return true
  return heard.filter((one) => one === 'could-not').length >= GIVEN_UP_BY ? false : null
}

/**
 * The number by which most members see this hub come: behind NAT it is the router's. Null when no number has most, so one
 * voice decides when it is the only one, and never against another.
 */
export function outerAddressOf(seen: Iterable<string>): string | null {
  const counts = new Map<string, number>()
  for (const one of seen) counts.set(one, (counts.get(one) ?? 0) + 1)
  const [first, second] = [...counts].sort(([, a], [, b]) => b - a)
  return first === undefined || first[1] === second?.[1] ? null : first[0]
}
