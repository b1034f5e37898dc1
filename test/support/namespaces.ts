/**
 * Networks of their own, out of the kernel's network namespaces: a public network (addresses that are nobody's private
 * ones; nothing here leads to the world), houses behind a router that translates addresses (`nft`, as home routers do),
 * and machines in them. Needs root and the Debian packages iproute2 and nftables.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'

const ip = (...args: string[]): void => void execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'inherit'] })

export type Machine = { namespace: string; address: string }

export type Networks = {
  /** A machine with a public address. */
  outside(): Machine
  /** A house with a router that translates addresses, and so many machines in it. */
  house(machines: number): Machine[]
  /** A Node program in a machine, that can be talked to. */
  run(machine: Machine, program: URL, args: string[], environment?: Record<string, string>): ChildProcess
  /** Any other program there; it is gone at the end. */
  start(machine: Machine, command: string[], environment?: Record<string, string>): void
  /** Whether anything passes from one machine to an address by itself. */
  passes(from: Machine, to: Machine): boolean
  end(): void
}

export function networks(name: string): Networks {
  const made: string[] = []
  const children: ChildProcess[] = []
  let houses = 0
  let publics = 0

  function namespace(label: string): string {
    const called = `${name}-${label}`
    ip('netns', 'add', called)
    made.push(called)
    ip('-n', called, 'link', 'set', 'lo', 'up')
    return called
  }
  /** A cable from a machine to the bridge of a network. */
  function plug(machine: string, hub: string, bridge: string, device: string, address: string): void {
    const end = `v${made.length}${device}`
    ip('-n', machine, 'link', 'add', device, 'type', 'veth', 'peer', 'name', end, 'netns', hub)
    ip('-n', hub, 'link', 'set', end, 'master', bridge, 'up')
    ip('-n', machine, 'addr', 'add', address, 'dev', device)
    ip('-n', machine, 'link', 'set', device, 'up')
  }
  function withBridge(label: string): string {
    const called = namespace(label)
    ip('-n', called, 'link', 'add', 'lan', 'type', 'bridge')
    ip('-n', called, 'link', 'set', 'lan', 'up')
    return called
  }

  const world = withBridge('world')
  return {
    outside() {
      const address = `9.9.0.${++publics}`
      const machine = namespace(`out${publics}`)
      plug(machine, world, 'lan', 'eth0', `${address}/16`)
      return { namespace: machine, address }
    },
    house(machines) {
      const n = ++houses
      const router = withBridge(`router${n}`)
      plug(router, world, 'lan', 'wan', `9.9.1.${n}/16`)
      ip('-n', router, 'addr', 'add', `192.168.${n}.1/24`, 'dev', 'lan')
      execFileSync('ip', ['netns', 'exec', router, 'sysctl', '-qw', 'net.ipv4.ip_forward=1'])
      execFileSync('ip', ['netns', 'exec', router, 'nft', '-f', '-'], { input: `
        table ip nat {
          chain out {
            type nat hook postrouting priority 100
            oifname "wan" masquerade
          }
        }
        table ip door {
          chain in {
            type filter hook forward priority 0
            iifname "wan" ct state new drop
          }
        }
      ` })
      return Array.from({ length: machines }, (_, i) => {
        const address = `192.168.${n}.${10 + i}`
        const machine = namespace(`in${n}-${i}`)
        plug(machine, router, 'lan', 'eth0', `${address}/24`)
        ip('-n', machine, 'route', 'add', 'default', 'via', `192.168.${n}.1`)
        return { namespace: machine, address }
      })
    },
    run(machine, program, args, environment = {}) {
      const child = spawn('ip', ['netns', 'exec', machine.namespace, process.execPath, program.pathname, ...args], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'], env: { ...process.env, ...environment },
      })
      children.push(child)
      return child
    },
    start(machine, command, environment = {}) {
      children.push(spawn('ip', ['netns', 'exec', machine.namespace, ...command], { stdio: 'ignore', env: { ...process.env, ...environment } }))
    },
    passes(from, to) {
      const script = `const s = require('node:net').connect(9, '${to.address}'); s.setTimeout(500, () => process.exit(1)); s.on('error', (e) => process.exit(e.code === 'ECONNREFUSED' ? 0 : 1))`
      try {
        execFileSync('ip', ['netns', 'exec', from.namespace, process.execPath, '-e', script])
        return true
      } catch {
        return false
      }
    },
    end() {
      for (const child of children) child.kill('SIGKILL')
      for (const one of made) ip('netns', 'del', one)
    },
  }
}
