/**
 * ◆ Roads between hubs that are processes, and cutting them.
 *
 * Where this machine lets a program have network namespaces of its own (`inOwnNamespace`), every hub stands in one, and a
 * cut makes each deaf to the other side (`namespaces.ts`). Elsewhere hubs share the loopback, where one cannot cut between
 * two of them: there the smaller sides are held still (SIGSTOP) instead, which is what a city that cannot be reached looks
 * like from outside.
 */
import type { At, HubProcess } from '#test/support/hub-process.ts'
import { isInOwnNamespace, networks } from '#test/support/namespaces.ts'

/** Sides of a country: the places of the hubs on each. What stands on no side hears nobody. */
export type Sides = readonly (readonly number[])[]

export type Roads = {
  readonly kind: 'namespaces' | 'loopback'
  /** Where the nth hub lives, to be started there; null on the loopback, where it finds itself free ports. */
  at(place: number): At | null
  /** From now on nothing passes between two sides; `oneWay`: the first side still hears the others. */
  cut(sides: Sides, hubs: readonly HubProcess[], oneWay?: boolean): void
  heal(hubs: readonly HubProcess[]): void
  /** Packets dropped so far, or null where none are. */
  dropped(): number | null
}

/** Roads for so many hubs: namespaces when this process has its own, else the loopback. */
export function layRoads(hubs: number): Roads {
  return isInOwnNamespace() ? namespaces(hubs) : loopback()
}

function namespaces(hubs: number): Roads {
  const net = networks('country', '10.77', true)
  const places = Array.from({ length: hubs }, () => net.outside())
  return {
    kind: 'namespaces',
    at(place) {
      const { address, through } = places[place]!
      return { host: address, http: 8460, p2p: 8461, through }
    },
    cut(sides, _hubs, oneWay = false) {
      const sideOf = (place: number): number => sides.findIndex((side) => side.includes(place))
      for (const [place, machine] of places.entries()) {
        const isDeaf = !(oneWay && sideOf(place) === 0)
        net.deafen(machine, places.filter((_, other) => isDeaf && other !== place && sideOf(other) !== sideOf(place)))
      }
    },
    heal() {
      for (const machine of places) net.deafen(machine, [])
    },
    dropped: () => net.dropped(),
  }
}

function loopback(): Roads {
  let still: HubProcess[] = []
  return {
    kind: 'loopback',
    at: () => null,
    cut(sides, hubs) {
      const largest = sides.reduce((one, other) => (other.length > one.length ? other : one))
      still = hubs.filter((_, place) => !largest.includes(place))
      for (const hub of still) hub.freeze()
    },
    heal() {
      for (const hub of still) hub.thaw()
      still = []
    },
    dropped: () => null,
  }
}
