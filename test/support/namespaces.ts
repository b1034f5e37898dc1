/**
 * Networks of their own, out of the kernel's network namespaces: a wide network with a machine for everybody, houses
 * behind a router that translates addresses (`nft`, as home routers do) with machines in them, and machines that let
 * nobody in. A machine can be made deaf to others: nothing is closed, nobody is told, packets are lost on the way.
 *
 * Needs the Debian packages iproute2 and nftables, and root: the machine's own, or that of a namespace in which the
 * whole program runs (`inOwnNamespace`), which ends with it and touches nothing outside.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'

const INSIDE = 'TONGYI_OWN_NAMESPACE'
/** As root; else as root of a user namespace of one's own. */
const ways = [['--net', '--mount'], ['--map-root-user', '--net', '--mount']]
/** `ip netns` keeps its names under /run: what stands there is the machine's, so something of one's own is laid over it. */
const OWN_RUN = 'mount -t tmpfs none /run'
/** Whether all that is needed is there and may be done. */
const TRIAL = `${OWN_RUN} && ip netns add trial && ip link add trial type bridge && ip netns exec trial nft list ruleset`

/**
 * Runs this program once more in a namespace of its own and answers its exit code; null when that is already so, or is not
 * allowed here.
 */
export function inOwnNamespace(program: string[]): Promise<number> | null {
  if (isInOwnNamespace()) return null
  const way = ways.find((flags) => spawnSync('unshare', [...flags, 'sh', '-c', TRIAL]).status === 0)
  if (way === undefined) return null
  const child = spawn('unshare', [...way, 'sh', '-c', `${OWN_RUN} && ip link set lo up && exec "$@"`, 'sh', process.execPath, ...program], {
    stdio: 'inherit', env: { ...process.env, [INSIDE]: 'yes' },
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)))
}

export const isInOwnNamespace = (): boolean => process.env[INSIDE] !== undefined

export type Machine = {
  namespace: string
  address: string
  /** What a command begins with to be run there. */
  through: readonly string[]
}

export type Networks = {
  /** A machine on the wide network; `closed`: with a firewall that lets nobody in. */
  outside(closed?: boolean): Machine
  /** A house with a router that translates addresses, and so many machines in it; what comes to a port that it forwards goes to the first. */
  house(machines: number, forwards?: number): Machine[]
  /** The first house's router is given another address on the wide network, as providers do; answers which. */
  renumber(): string
  /** From now on a machine hears nothing of these, and of everybody else again. */
  deafen(machine: Machine, to: readonly Machine[]): void
  /** Packets lost so far at machines that were deaf. */
  dropped(): number
  /** A Node program in a machine, that can be talked to. */
  run(machine: Machine, program: URL, args: string[], environment?: Record<string, string>): ChildProcess
  /** Any other program there; it is gone at the end. */
  start(machine: Machine, command: string[], environment?: Record<string, string>): void
  /** Whether anything passes from one machine to an address by itself. */
  passes(from: Machine, to: Machine): boolean
  end(): void
}

/** Addresses of the wide network: nobody's private ones (nothing here leads to the world), or private ones. */
export type Wide = '9.9' | '10.77'

/** `here`: this program stands on the wide network too, so that it can talk to machines by their addresses. */
export function networks(name: string, wide: Wide = '9.9', here = false): Networks {
  const made: string[] = []
  const children: ChildProcess[] = []
  const machines: Machine[] = []
  let cables = 0
  let houses = 0
  let outsides = 0

  function namespace(label: string): string {
    const called = `${name}-${label}`
    tool('ip', ['netns', 'add', called])
    made.push(called)
    ip(called, 'link set lo up')
    return called
  }
  /** In a namespace, or in this program's. */
  function bridge(where: string | null, address: string | null): string | null {
    ip(where, 'link add lan type bridge')
    if (address !== null) ip(where, `addr add ${address} dev lan`)
    ip(where, 'link set lan up')
    return where
  }
  /** A cable from a machine to the bridge of a network. */
  function plug(machine: string, at: string | null, device: string, address: string): void {
    const end = `v${++cables}`
    ip(at, `link add ${end} type veth peer name ${device} netns ${machine}`)
    ip(at, `link set ${end} master lan up`)
    ip(machine, `addr add ${address} dev ${device}`)
    ip(machine, `link set ${device} up`)
  }
  function aMachine(label: string, at: string | null, address: string, bits: number, closed: boolean): Machine {
    const called = namespace(label)
    plug(called, at, 'eth0', `${address}/${bits}`)
    rules(called, `table inet door {
      set away { type ipv4_addr; }
      chain in {
        type filter hook input priority 0
        ip saddr @away counter drop
        ${closed ? 'iifname "eth0" ct state new drop' : ''}
      }
    }`)
    const machine = { namespace: called, address, through: ['ip', 'netns', 'exec', called] }
    machines.push(machine)
    return machine
  }

  const world = bridge(here ? null : namespace('world'), here ? `${wide}.255.254/16` : null)
  return {
    outside(closed = false) {
      const n = ++outsides
      return aMachine(`out${n}`, world, `${wide}.0.${n}`, 16, closed)
    },
    house(count, forwards) {
      const n = ++houses
      const router = namespace(`router${n}`)
      bridge(router, `192.168.${n}.1/24`)
      plug(router, world, 'wan', `${wide}.1.${n}/16`)
      tool('ip', ['netns', 'exec', router, 'sysctl', '-qw', 'net.ipv4.ip_forward=1'])
      rules(router, `
        table ip nat {
          chain out { type nat hook postrouting priority 100; oifname "wan" masquerade; }
          chain in {
            type nat hook prerouting priority -100
            ${forwards === undefined ? '' : `iifname "wan" tcp dport ${forwards} dnat to 192.168.${n}.10`}
          }
        }
        table ip door {
          chain in { type filter hook forward priority 0; iifname "wan" ct status dnat accept; iifname "wan" ct state new drop; }
        }
      `)
      return Array.from({ length: count }, (_, i) => {
        const machine = aMachine(`in${n}-${i}`, router, `192.168.${n}.${10 + i}`, 24, false)
        ip(machine.namespace, `route add default via 192.168.${n}.1`)
        return machine
      })
    },
    renumber() {
      const [router, address] = [`${name}-router1`, `${wide}.2.1`]
      ip(router, `addr del ${wide}.1.1/16 dev wan`)
      ip(router, `addr add ${address}/16 dev wan`)
      return address
    },
    deafen(machine, to) {
      const set = to.length === 0 ? '' : `add element inet door away { ${to.map(({ address }) => address).join(', ')} }\n`
      rules(machine.namespace, `flush set inet door away\n${set}`)
    },
    dropped: () => machines.reduce((sum, { namespace: where }) => {
      const told = tool('ip', ['netns', 'exec', where, 'nft', 'list', 'chain', 'inet', 'door', 'in'])
      return sum + Number(/counter packets (\d+)/.exec(told)?.[1] ?? 0)
    }, 0),
    run(machine, program, args, environment = {}) {
      const [command, ...before] = machine.through
      const child = spawn(command!, [...before, process.execPath, program.pathname, ...args], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'], env: { ...process.env, ...environment },
      })
      children.push(child)
      return child
    },
    start(machine, command, environment = {}) {
      const [first, ...others] = [...machine.through, ...command]
      children.push(spawn(first!, others, { stdio: 'ignore', env: { ...process.env, ...environment } }))
    },
    passes(from, to) {
      const script = `const s = require('node:net').connect(9, '${to.address}'); s.setTimeout(500, () => process.exit(1)); s.on('error', (e) => process.exit(e.code === 'ECONNREFUSED' ? 0 : 1))`
      const [command, ...before] = from.through
      try {
        execFileSync(command!, [...before, process.execPath, '-e', script])
        return true
      } catch {
        return false
      }
    },
    end() {
      for (const child of children) child.kill('SIGKILL')
      for (const one of made) tool('ip', ['netns', 'del', one])
    },
  }
}

/** A command of `ip` in a namespace, or in this program's. */
function ip(where: string | null, command: string): void {
  tool('ip', [...(where === null ? [] : ['-n', where]), ...command.split(' ')])
}

const rules = (where: string, text: string): string => tool('ip', ['netns', 'exec', where, 'nft', '-f', '-'], text)

function tool(program: string, args: string[], input = ''): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { input, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? stderr}`)
  return stdout
}
