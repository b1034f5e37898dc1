/**
 * ◆ Roads between hubs that are processes, and cutting them.
 *
 * Where this machine lets a program have network namespaces of its own, every hub gets one, with an address on one
 * bridge, and a cut is a rule of nftables in each of them that drops what comes from the other side: nothing is closed,
 * nobody is told, packets are lost on the way. All of it lies in a namespace that ends with this process, and nothing
 * outside is touched (`inOwnNamespace`). Elsewhere hubs share the loopback, where one cannot cut between two of them: there
 * the smaller sides are held still (SIGSTOP) instead, which is what a city that cannot be reached looks like from outside.
 */
import { spawn, spawnSync } from 'node:child_process'
import type { At, HubProcess } from '#test/support/hub-process.ts'

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

const INSIDE = 'TONGYI_OWN_NAMESPACE'
const ASKED = 'unshare'
/** As root; else as root of a user namespace of one's own. */
const ways = [['--net', '--mount'], ['--map-root-user', '--net', '--mount']]

/**
 * Runs this program once more in a namespace of its own and answers its exit code; null when that is already so, or is not
 * allowed here.
 */
export function inOwnNamespace(program: string[]): Promise<number> | null {
  if (process.env[INSIDE] !== undefined) return null
  const way = ways.find((flags) => spawnSync(ASKED, [...flags, 'sh', '-c', TRIAL]).status === 0)
  if (way === undefined) return null
  const child = spawn(ASKED, [...way, process.execPath, ...program], { stdio: 'inherit', env: { ...process.env, [INSIDE]: 'yes' } })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)))
}

/** Whether all that is needed is there and may be done. */
const TRIAL = 'mount -t tmpfs none /run && ip netns add trial && ip link add trial type bridge && ip netns exec trial nft list ruleset'

/** Roads for so many hubs: namespaces when this process has its own, else the loopback. */
export function layRoads(hubs: number): Roads {
  return process.env[INSIDE] === undefined ? loopback() : namespaces(hubs)
}

const addressOf = (place: number): string => `10.77.0.${place + 1}`
const nameOf = (place: number): string => `hub-${place + 1}`

function namespaces(hubs: number): Roads {
  const places = [...Array(hubs).keys()]
  // `ip netns` keeps its names under /run: what stands there is the machine's, so something of one's own is laid over it.
  run('mount', ['-t', 'tmpfs', 'none', '/run'])
  run('ip', ['-batch', '-'], [
    'link set lo up', 'link add roads type bridge', 'address add 10.77.0.254/24 dev roads', 'link set roads up',
  ].join('\n'))
  for (const place of places) {
    const name = nameOf(place)
    run('ip', ['netns', 'add', name])
    run('ip', ['-batch', '-'], [`link add r${place} type veth peer name road netns ${name}`, `link set r${place} master roads up`].join('\n'))
    run('ip', ['-n', name, '-batch', '-'], ['link set lo up', `address add ${addressOf(place)}/24 dev road`, 'link set road up'].join('\n'))
    run('ip', ['netns', 'exec', name, 'nft', '-f', '-'], RULES)
  }
  /** Each deaf to these others. */
  const deafen = (deafTo: readonly (readonly number[])[]): void => {
    for (const place of places) {
      const away = deafTo[place]!
      const set = away.length === 0 ? '' : `add element inet road away { ${away.map(addressOf).join(', ')} }\n`
      run('ip', ['netns', 'exec', nameOf(place), 'nft', '-f', '-'], `flush set inet road away\n${set}`)
    }
  }
  return {
    kind: 'namespaces',
    at: (place) => ({ host: addressOf(place), http: 8460, p2p: 8461, through: ['ip', 'netns', 'exec', nameOf(place)] }),
    cut(sides, _hubs, oneWay = false) {
      const sideOf = (place: number): number => sides.findIndex((side) => side.includes(place))
      deafen(places.map((place) => {
        if (oneWay && sideOf(place) === 0) return []
        return places.filter((other) => other !== place && sideOf(other) !== sideOf(place))
      }))
    },
    heal: () => deafen(places.map(() => [])),
    dropped: () => places.reduce((sum, place) => {
      const rules = run('ip', ['netns', 'exec', nameOf(place), 'nft', 'list', 'chain', 'inet', 'road', 'in'])
      return sum + Number(/counter packets (\d+)/.exec(rules)?.[1] ?? 0)
    }, 0),
  }
}

const RULES = `table inet road {
  set away { type ipv4_addr; }
  chain in { type filter hook input priority 0; policy accept; ip saddr @away counter drop; }
}
`

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

function run(tool: string, args: string[], input = ''): string {
  const { status, stdout, stderr, error } = spawnSync(tool, args, { input, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${tool} ${args.join(' ')}: ${error?.message ?? stderr}`)
  return stdout
}
