/**
 * Hubs where real ones stand: behind home routers, behind a proxy, in one house. Each is a process in a network
 * namespace of its own; no packet leaves this machine. Needs root, and the Debian packages caddy, iproute2 and nftables.
 */
import type { ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fromBase64, fromHex } from '#ledger/bytes.ts'
import { openKeystore } from '#node/disk/keystore.ts'
import { openRunMarker } from '#node/disk/run-marker.ts'
import { foundHub } from '#node/record/founding.ts'
import type { HealthView } from '#node/operator/view.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import { systemClock, systemEntropy } from '#node/system-clock.ts'
import type { KnownPeer } from '#node/wire/network.ts'
import type { FederationView, ListingView } from '#protocol/api.ts'
import type { LibP2pWish } from '#test/support/libp2p-world.ts'
import { type Fetch, MemberClient } from '#test/support/member-client.ts'
import type { Lie } from '#test/support/liar-child.ts'
import type { FromHub, ToHub } from '#test/support/namespace-hub.ts'
import { type Machine, type Networks, networks } from '#test/support/namespaces.ts'
import type { FromReach, ToReach } from '#test/support/reach-child.ts'

const WAIT = { timeout: 90_000, interval: 250 }
let net: Networks
let dirs: string[]
beforeEach(() => {
  installNativeCrypto()
  net = networks(`tongyi${process.pid}`)
  dirs = []
})
afterEach(() => {
  net.end()
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true })
})

type Wire = {
  known: KnownPeer
  know(...others: KnownPeer[]): void
  ask(question: ToReach): Promise<string[]>
  process: ChildProcess
}

/** The wire of a hub in a machine. */
async function aWire(name: string, machine: Machine, wish: Partial<LibP2pWish> = {}, environment: Record<string, string> = {}): Promise<Wire> {
  const whole: LibP2pWish = { name, listen: [`/ip4/${machine.address}/tcp/8461`], ...wish }
  return await speaking(net.run(machine, new URL('../support/reach-child.ts', import.meta.url), [JSON.stringify(whole)], environment))
}

/** A member that answers nothing but whether it could come, and not as it is. */
async function aLiar(name: string, machine: Machine, says: Lie['says']): Promise<Wire> {
  const whole: Lie = { name, listen: [`/ip4/${machine.address}/tcp/8461`], says }
  return await speaking(net.run(machine, new URL('../support/liar-child.ts', import.meta.url), [JSON.stringify(whole)]))
}

async function speaking(child: ChildProcess): Promise<Wire> {
  const next = (): Promise<FromReach> => new Promise((resolve) => child.once('message', resolve))
  const ready = await next()
  if (ready.type !== 'ready') throw new Error('a wire did not start')
  return {
    known: ready.known,
    know: (...peers) => void child.send({ type: 'know', peers } satisfies ToReach),
    async ask(question) {
      const answer = next()
      child.send(question)
      const told = await answer
      return told.type === 'said' ? told.what : []
    },
    process: child,
  }
}
const unheardOf = ({ known }: Wire): KnownPeer => ({ peer: known.peer, addresses: [] })
const connectedTo = (wire: Wire) => () => wire.ask({ type: 'connected' })
const addressesOf = (wire: Wire) => () => wire.ask({ type: 'addresses' })
const reachabilityOf = (wire: Wire) => async () => (await wire.ask({ type: 'reachability' }))[0]

describe('hubs behind home routers', () => {
  test('a public address is told from the start; nobody in a house has one, until a relay lends it', async () => {
    const outside = await aWire('outside', net.outside())
    const inside = await aWire('inside', net.house(1)[0]!)
    expect(outside.known.addresses).toEqual([expect.stringMatching(/^\/ip4\/9\.9\.0\.1\/tcp\/8461\/p2p\//)])
    expect(inside.known.addresses).toEqual([expect.stringMatching(/^\/ip4\/192\.168\.1\.10\//)])
    outside.know(unheardOf(inside))
    inside.know(outside.known)
    const through = `${outside.known.addresses[0]}/p2p-circuit/p2p/`
    await expect.poll(() => inside.ask({ type: 'addresses' }), WAIT).toContainEqual(expect.stringContaining(through))
  })

  test('where nobody relays, the one in a house knows that nobody can come', async () => {
    const outside = await aWire('outside', net.outside(), { relay: false })
    const inside = await aWire('inside', net.house(1)[0]!)
    expect(await reachabilityOf(inside)()).toBe('local')
    outside.know(unheardOf(inside))
    inside.know(outside.known)
    await expect.poll(reachabilityOf(inside), WAIT).toBe('hidden')
  })

  test('two in two houses meet through one outside, who may go only when one of the two can be dialled', async () => {
    const [outside, other] = [await aWire('outside', net.outside()), await aWire('other', net.outside())]
    const [here, there] = [net.house(1)[0]!, net.house(1)[0]!]
    expect([net.passes(here, there), net.passes(there, here)]).toEqual([false, false])
    const [mei, bo] = [await aWire('mei', here), await aWire('bo', there)]
    outside.know(unheardOf(mei), unheardOf(bo), unheardOf(other))
    // Other cannot dial into a house, and nobody tells mei where other is.
    other.know(outside.known, mei.known)
    mei.know(outside.known, bo.known, unheardOf(other))
    bo.know(outside.known, mei.known)
    await expect.poll(connectedTo(mei), WAIT).toEqual(expect.arrayContaining([bo.known.peer, other.known.peer]))
    expect(await mei.ask({ type: 'ask', peer: bo.known.peer })).toEqual(['there?'])

    // Punched through: other has a public address, so mei has dialled it.
    await new Promise((resolve) => setTimeout(resolve, 3_000))
    outside.process.kill('SIGKILL')
    await expect.poll(connectedTo(mei), WAIT).toEqual([other.known.peer])
    expect(await mei.ask({ type: 'ask', peer: other.known.peer })).toEqual(['there?'])
  })
})

describe('what a hub hears from others about its own address (AutoNAT)', () => {
  const quick: Partial<LibP2pWish> = { settings: { triedAgainMs: 1_000, dialTimeoutMs: 2_000, relayedPatienceMs: 3_600_000 } }
  /** It asks again each second, whatever it has found: the first round may be held before all are connected. */
  const again: Partial<LibP2pWish> = { settings: { ...quick.settings, triedEveryMs: 1_000 } }
  /** One that asks nobody: what it does not find out has not come to the other in another way. */
  const never: Partial<LibP2pWish> = { settings: { ...quick.settings, triedByMax: 0 } }
  const outside = (name: string): Promise<Wire> => aWire(name, net.outside(), quick)
  const liar = (name: string, says: Lie['says']): Promise<Wire> => aLiar(name, net.outside(), says)
  /** Everybody knows where these are; they know these two by their keys. */
  const introduce = (others: Wire[], ...two: Wire[]): void => {
    for (const one of two) one.know(...others.map(({ known }) => known))
    for (const other of others) other.know(...two.map(unheardOf), ...others.filter((one) => one !== other).map(({ known }) => known))
  }
  const lies = async (wire: Wire): Promise<number> => Number((await wire.ask({ type: 'lies' }))[0])

  test('it has a public address and nobody can come: it tells it no more and stands at relays, though one says it came', async () => {
    const others = [await outside('ana'), await outside('bo'), await outside('li')]
    const eve = await liar('eve', 'I came')
    const [walled, beside] = [net.outside(true), net.outside(true)]
    const [mei, deaf] = [await aWire('mei', walled, again), await aWire('deaf', beside, never)]
    const [itsOwn] = mei.known.addresses
    expect(itsOwn).toContain(`/ip4/${walled.address}/tcp/8461/`)
    expect(await reachabilityOf(mei)()).toBe('unproven')
    expect(net.passes(beside, walled)).toBe(false)
    introduce([...others, eve], mei, deaf)

    await expect.poll(() => lies(eve), WAIT).toBeGreaterThan(0)
    await expect.poll(reachabilityOf(mei), WAIT).toBe('relayed')
    const told = await addressesOf(mei)()
    expect(told.length).toBeGreaterThan(0)
    expect(told.every((address) => address.includes('/p2p-circuit/'))).toBe(true)
    // Whoever has heard of these is led in.
    const zhu = await outside('zhu')
    introduce(others, mei, zhu)
    zhu.know(...others.map(({ known }) => known), { peer: mei.known.peer, addresses: told })
    mei.know(...others.map(({ known }) => known), unheardOf(zhu))
    await expect.poll(connectedTo(zhu), WAIT).toContain(mei.known.peer)

    expect([await reachabilityOf(deaf)(), await addressesOf(deaf)()]).toEqual(['unproven', deaf.known.addresses])
  })

  test('it can be reached: one that comes says more than three that say they could not', async () => {
    const ana = await outside('ana')
    const liars = [await liar('eve', 'I could not'), await liar('max', 'I could not'), await liar('mia', 'I could not')]
    const [mei, deaf] = [await aWire('mei', net.outside(), again), await aWire('deaf', net.outside(), never)]
    introduce([ana, ...liars], mei, deaf)
    await expect.poll(connectedTo(mei), WAIT).toEqual(expect.arrayContaining([ana, ...liars].map(({ known }) => known.peer)))
    const before = await Promise.all(liars.map(lies))
    await expect.poll(async () => await Promise.all(liars.map(lies)), WAIT).toSatisfy((now: number[]) => now.every((count, i) => count > before[i]! + 1))
    await expect.poll(async () => [await reachabilityOf(mei)(), await addressesOf(mei)()], WAIT).toEqual(['direct', mei.known.addresses])
    expect(await reachabilityOf(deaf)()).toBe('unproven')
  })

  test('its router forwards the port: it finds the address outside, and others come by it', async () => {
    const ana = await outside('ana')
    const [behind] = net.house(1, 8461)
    const [next] = net.house(1, 8461)
    const [mei, deaf] = [await aWire('mei', behind!, quick), await aWire('deaf', next!, never)]
    introduce([ana], mei, deaf)
    await expect.poll(reachabilityOf(mei), WAIT).toBe('direct')
    const found = (await addressesOf(mei)()).filter((address) => address.startsWith('/ip4/9.9.1.1/tcp/8461/'))
    expect(found.length).toBe(1)

    const zhu = await outside('zhu')
    mei.know(ana.known, unheardOf(zhu))
    zhu.know({ peer: mei.known.peer, addresses: found })
    await expect.poll(connectedTo(zhu), WAIT).toEqual([mei.known.peer])
    expect((await addressesOf(deaf)()).filter((address) => address.startsWith('/ip4/9.9.1.'))).toEqual([])
  })

  test('its router is given another address: the one of before is told no more, and the new one is found', async () => {
    const ana = await outside('ana')
    const mei = await aWire('mei', net.house(1, 8461)[0]!, quick)
    introduce([ana], mei)
    const outer = async (): Promise<string[]> => (await addressesOf(mei)()).flatMap((address) => /^\/ip4\/(9\.9\.[12]\.1)\/tcp\/8461\//.exec(address)?.[1] ?? [])
    await expect.poll(outer, WAIT).toEqual(['9.9.1.1'])
    const now = net.renumber()
    await expect.poll(outer, WAIT).toEqual([now])
    expect(await reachabilityOf(mei)()).toBe('direct')
  })
})

describe('hubs in one house', () => {
  test('find each other by multicast where their operators want that, and not otherwise', async () => {
    const [first, second, third, fourth] = net.house(4)
    const [mei, bo] = [await aWire('mei', first!, { lan: true }), await aWire('bo', second!, { lan: true })]
    const [ana, li] = [await aWire('ana', third!), await aWire('li', fourth!, { lan: true })]
    mei.know(unheardOf(bo), unheardOf(ana))
    bo.know(unheardOf(mei))
    ana.know(unheardOf(mei), unheardOf(bo))
    // li calls out as well, and is nobody that mei or bo knows.
    li.know(unheardOf(mei))
    await expect.poll(connectedTo(mei), WAIT).toEqual([bo.known.peer])
    await new Promise((resolve) => setTimeout(resolve, 12_000))
    expect(await connectedTo(mei)()).toEqual([bo.known.peer])
    expect(await connectedTo(ana)()).toEqual([])
  })
})

describe('a hub behind a proxy that passes nothing but HTTPS', () => {
  test('is reached by its name, through Caddy as it is shipped', async () => {
    const machine = net.outside()
    const dir = mkdtempSync(join(tmpdir(), 'reach-'))
    dirs.push(dir)
    // Caddy makes the certificate of a machine's own name itself; this machine is not to trust it for good.
    const shipped = readFileSync(new URL('../../node/packaging/Caddyfile', import.meta.url), 'utf8')
    writeFileSync(join(dir, 'Caddyfile'), `{\n\tskip_install_trust\n\tadmin off\n}\n${shipped}`)
    const caddy = { HUB_NAME: 'localhost', XDG_DATA_HOME: dir, XDG_CONFIG_HOME: dir }
    const mei = await aWire('mei', machine, { listen: ['/ip4/127.0.0.1/tcp/8462/ws'], announce: ['/dns4/localhost/tcp/443/tls/ws'] })
    net.start(machine, ['caddy', 'run', '--adapter', 'caddyfile', '--config', join(dir, 'Caddyfile')], caddy)
    const root = join(dir, 'caddy', 'pki', 'authorities', 'local', 'root.crt')
    await expect.poll(() => existsSync(root), WAIT).toBe(true)

    const bo = await aWire('bo', machine, { listen: ['/ip4/127.0.0.1/tcp/8471'] }, { NODE_EXTRA_CA_CERTS: root })
    expect(mei.known.addresses).toEqual([expect.stringMatching(/^\/dns4\/localhost\/tcp\/443\/tls\/ws\/p2p\//)])
    mei.know(unheardOf(bo))
    bo.know(mei.known)
    await expect.poll(connectedTo(mei), WAIT).toEqual([bo.known.peer])
    expect(await mei.ask({ type: 'ask', peer: bo.known.peer })).toEqual(['there?'])
    // Who does not trust the certificate is not led anywhere.
    const ana = await aWire('ana', machine, { listen: ['/ip4/127.0.0.1/tcp/8472'] })
    mei.know(unheardOf(bo), unheardOf(ana))
    ana.know(mei.known)
    await new Promise((resolve) => setTimeout(resolve, 3_000))
    expect(await connectedTo(ana)()).toEqual([])
  })
})

type City = {
  steward: MemberClient
  member(name: string): Promise<MemberClient>
  view(): Promise<FederationView>
  /** What its `/health` says of how others come in, and what a monitoring system reads of it. */
  reached(): Promise<{ health: string | undefined; directly: string | undefined }>
}

/** A whole hub in a machine. */
async function aCity(name: string, machine: Machine, environment: Record<string, string> = {}): Promise<City> {
  const dir = mkdtempSync(join(tmpdir(), 'reach-'))
  dirs.push(dir)
  const data = join(dir, 'data')
  let child: ChildProcess | null = null
  let asked = 0
  const fetchThere: Fetch = (path, init) => new Promise((resolve) => {
    const id = ++asked
    const heard = (message: FromHub): void => {
      if (!('id' in message) || message.id !== id) return
      child!.off('message', heard)
      const { status, headers, body } = message
      resolve(new Response(status === 204 ? null : body, { status, headers }))
    }
    child!.on('message', heard)
    const headers = Object.fromEntries(new Headers(init?.headers))
    child!.send({ id, path, method: init?.method ?? 'GET', headers, body: (init?.body as string | undefined) ?? null } satisfies ToHub)
  })
  const steward = new MemberClient('steward', fetchThere)
  const keys = await openKeystore(data)
  const founding = { name, city: name, region: 'as' as const, preset: 'city' as const }
  const hubId = await foundHub(data, founding, { acct: fromHex(steward.acct)!, device: steward.device, name: 'steward' }, 'zh', keys, systemClock, systemEntropy)
  const beside = { XDG_STATE_HOME: join(dir, 'state') }
  openRunMarker(data, hubId, true, () => 'founded', beside, systemEntropy).takeUp()
  child = net.run(machine, new URL('../support/namespace-hub.ts', import.meta.url), [data, `${machine.address}:8461`, JSON.stringify(environment)], beside)
  await new Promise((resolve) => child!.once('message', resolve))
  await steward.login()
  return {
    steward,
    async member(called) {
      const member = new MemberClient(called, fetchThere)
      await member.join()
      await steward.attest(member)
      await member.login()
      return member
    },
    view: async () => (await steward.get<FederationView>('/api/federation')).body,
    async reached() {
      const { checks } = (await (await fetchThere('/api/health')).json()) as HealthView
      const metrics = await (await fetchThere('/metrics')).text()
      return { health: checks.find(({ name: check }) => check === 'reach')?.code, directly: /^tongyi_reached_directly (\d)$/m.exec(metrics)?.[1] }
    },
  }
}

/** One federation of these, each let in by all before it. */
async function federate(first: City, ...others: City[]): Promise<void> {
  await first.steward.post('/api/federation/found', {})
  await first.steward.login()
  for (const [i, newcomer] of others.entries()) {
    await newcomer.steward.post('/api/federation/join', { card: (await first.view()).card })
    await newcomer.steward.login()
    const { card } = await newcomer.view()
    for (const member of [first, ...others.slice(0, i)]) await member.steward.post('/api/federation/admit', { card })
    for (const city of [first, ...others.slice(0, i + 1)]) await expect.poll(async () => (await city.view()).version, WAIT).toBe(i + 2)
  }
}

describe('a city behind a home router', () => {
  test('is in the federation like any other: its votes count, and its board is everybody’s', async () => {
    const outside = await aCity('chengdu', net.outside())
    const [mei, bo] = [await aCity('barcelona', net.house(1)[0]!), await aCity('dali', net.house(1)[0]!)]
    await federate(outside, mei, bo)

    // Of three everybody votes: a certificate of dali’s needs barcelona’s vote, and they have no way but the relay.
    const { chain } = await bo.view()
    await bo.steward.act('order.approved', { slot: 0, order: 'keys', argument: fromBase64(chain.keysArgument!)! })
    await expect.poll(async () => (await bo.view()).chain.certified, WAIT).toBe(1)

    await expect.poll(() => outside.reached(), WAIT).toEqual({ health: 'direct', directly: '1' })
    await expect.poll(() => mei.reached(), WAIT).toEqual({ health: 'relayed', directly: '0' })

    const [ana, li] = [await mei.member('Ana'), await bo.member('Li')]
    await ana.list({ title: 'a room in Barcelona' })
    await li.list({ title: '大理的一间房' })
    for (const city of [outside, mei, bo]) {
      const titles = async (): Promise<string[]> => (await city.steward.get<ListingView[]>('/api/listings')).body.map(({ title }) => title).sort()
      await expect.poll(titles, WAIT).toEqual(['a room in Barcelona', '大理的一间房'])
    }
  }, 900_000)
})
