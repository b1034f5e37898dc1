import type { Connection, PeerId } from '@libp2p/interface'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import { beforeEach, describe, expect, test } from 'vitest'
import { Callers } from '#node/wire/libp2p-callers.ts'
import { DEFAULT_SETTINGS } from '#node/wire/libp2p-settings.ts'
import { type Heard, judge, outerAddressOf, OwnAddresses } from '#node/wire/own-addresses.ts'
import { QUIET, secretOf } from '#test/support/libp2p-world.ts'

const HERE = '/ip4/9.9.0.1/tcp/8461'
const ALSO_HERE = '/ip4/9.9.0.2/tcp/8461'
const SETTINGS = { triedByMax: 7, triedAgainMs: 10_000, triedEveryMs: 900_000 }

/** What each member would say; who asks when, and what is concluded. */
let says: Map<string, Heard>
let asked: string[]
let found: [string, boolean][]
let gone: string[]
let own: OwnAddresses
beforeEach(() => {
  says = new Map()
  asked = []
  found = []
  gone = []
  own = new OwnAddresses({
    settings: SETTINGS,
    async askToCome(peer, address) {
      asked.push(`${peer} ${address}`)
      return says.get(peer) ?? 'nothing'
    },
    onFound: (address, leadsHere) => found.push([address, leadsHere]),
    onGone: (address) => gone.push(address),
  })
})

const settled = () => new Promise((resolve) => setImmediate(resolve))
async function round(now: number, addresses = [HERE]): Promise<boolean | null> {
  own.tend(now, addresses, [...says.keys()])
  await settled()
  return own.leadsHere(HERE)
}
const members = (...heard: Heard[]): void => heard.forEach((one, i) => says.set(`member ${i}`, one))

describe('an address', () => {
  test('leads here as soon as one has come to it', async () => {
    members('could-not', 'could-not', 'could-not', 'came')
    expect(await round(0)).toBe(true)
    expect(found).toEqual([[HERE, true]])
  })

  test('is given up when three could not come and nobody did', async () => {
    members('could-not', 'could-not', 'could-not', 'nothing')
    expect(await round(0)).toBe(false)
  })

  test('of which two say that they could not is what it was', async () => {
    members('could-not', 'could-not')
    expect(await round(0)).toBe(null)
    expect(found).toEqual([])
  })

  test('that was given up counts again when somebody comes, and the other way round', async () => {
    members('could-not', 'could-not', 'could-not')
    await round(0)
    members('could-not', 'could-not', 'came')
    expect(await round(SETTINGS.triedEveryMs)).toBe(true)
    members('could-not', 'could-not', 'could-not')
    expect(await round(2 * SETTINGS.triedEveryMs)).toBe(false)
  })

  test('that is none of this hub’s any more is taken back, once, and found again when it is', async () => {
    members('came')
    await round(0)
    expect(own.found()).toEqual([HERE])
    await round(1_000, [ALSO_HERE])
    await round(2_000, [ALSO_HERE])
    expect([gone, own.leadsHere(HERE), own.found()]).toEqual([[HERE], null, [ALSO_HERE]])
    expect(await round(20_000)).toBe(true)
  })

  test('of which nothing is ever known is asked about less and less, whatever is known of another', async () => {
    own = new OwnAddresses({
      settings: SETTINGS,
      async askToCome(_peer, address) {
        asked.push(address)
        return address === HERE ? 'came' : 'nothing'
      },
      onFound: () => {},
      onGone: () => {},
    })
    members('nothing', 'nothing')
    for (let now = 0; now < 3_600_000; now += 500) await round(now, [HERE, ALSO_HERE])
    const of = (address: string): number => asked.filter((one) => one === address).length
    // 0, 900, 1,800 and 2,700 s; and 0, 10, 30, 70, 150, 310, 630, 1,270, 2,170 and 3,070 s.
    expect([of(HERE), of(ALSO_HERE)]).toEqual([2 * 4, 2 * 10])
  })

  test('that comes and goes is not asked about each time', async () => {
    members('came')
    for (let now = 0; now < 3_600_000; now += 1_000) await round(now, now % 2_000 === 0 ? [HERE] : [])
    expect(asked.length).toBeLessThan(15)
  })
})

describe('a member', () => {
  test('that lies alone, either way, changes nothing that the others show', () => {
    // That it came, and did not, is `nothing` before it gets here.
    expect(judge(['nothing', 'could-not', 'could-not', 'could-not'])).toBe(false)
    expect(judge(['could-not', 'came', 'came'])).toBe(true)
    expect(judge(['could-not'])).toBe(null)
    expect(judge([])).toBe(null)
  })

  test('decides by which number this hub is seen only while no other says', () => {
    expect(outerAddressOf(['6.6.6.6'])).toBe('6.6.6.6')
    expect(outerAddressOf(['9.9.1.1', '6.6.6.6', '9.9.1.1'])).toBe('9.9.1.1')
    expect(outerAddressOf(['9.9.1.1', '6.6.6.6'])).toBe(null)
    expect(outerAddressOf([])).toBe(null)
  })
})

describe('rounds', () => {
  test('follow each other in pauses that double while nothing is known, and then seldom', async () => {
    members('nothing')
    const at: number[] = []
    for (let now = 0; now <= 200_000; now += 1_000) {
      const before = asked.length
      await round(now)
      if (asked.length > before) at.push(now)
    }
    expect(at).toEqual([0, 10_000, 30_000, 70_000, 150_000])
    members('came')
    await round(400_000)
    const rounds = asked.length
    await round(400_000 + SETTINGS.triedEveryMs - 1)
    expect(asked.length).toBe(rounds)
    await round(400_000 + SETTINGS.triedEveryMs)
    expect(asked.length).toBe(rounds + 1)
  })

  test('ask no more members than are needed, and about one address after the other', async () => {
    members(...Array<Heard>(20).fill('could-not'))
    await round(0, [HERE, '/ip4/9.9.0.2/tcp/8461'])
    expect(asked.length).toBe(2 * SETTINGS.triedByMax)
    expect(asked.slice(0, SETTINGS.triedByMax).every((one) => one.endsWith(HERE))).toBe(true)
  })

  test('wait for the one before', async () => {
    members('came')
    own.tend(0, [HERE], ['member 0'])
    own.tend(1_000_000, [HERE], ['member 0'])
    await settled()
    expect(asked).toEqual([`member 0 ${HERE}`])
  })
})

describe('over libp2p', () => {
  const [OUTER, RELAY] = ['9.9.1.1', '9.9.0.7']
  /** The status of DIAL_RESPONSE: OK and E_DIAL_ERROR, as the specification of AutoNAT has them. */
  const SAID = { ok: 0, 'could not': 100 }
  let callers: Callers
  let counted: [string, boolean][]
  /** What was known of the address outside whenever this machine's own were claimed. */
  let claimed: (boolean | null)[]
  let said: keyof typeof SAID
  /** What happens while a member is asked. */
  let whileAsked: () => void
  const peerOf = async (name: string): Promise<PeerId> => peerIdFromPrivateKey(await generateKeyPairFromSeed('Ed25519', secretOf(name)))
  const relayed = async (): Promise<Multiaddr> => multiaddr(`/ip4/${RELAY}/tcp/8461/p2p/${await peerOf('relay')}/p2p-circuit`)
  const from = async (name: string, direction: Connection['direction'] = 'outbound'): Promise<Connection> =>
    ({ remotePeer: await peerOf(name), remoteAddr: multiaddr('/ip4/9.9.0.9/tcp/8461'), direction }) as Connection
  const throughRelay = async (name: string): Promise<Connection> => ({ ...(await from(name)), remoteAddr: await relayed(), limits: { seconds: 1 } })
  const seen = (connection: Connection, ip: string): void => callers.seen(connection, multiaddr(`/ip4/${ip}/tcp/50000`))
  async function comesWhenAsked(name: string): Promise<void> {
    const comes = await from(name, 'inbound')
    whileAsked = () => callers.opened(comes)
  }
  const at = (ip: string): string => `/ip4/${ip}/tcp/8461`
  async function tend(now: number, ...connections: Connection[]): Promise<void> {
    callers.tend(now, connections)
    await settled()
  }

  beforeEach(async () => {
    counted = []
    claimed = []
    said = 'ok'
    whileAsked = () => {}
    callers = new Callers({
      self: await peerOf('mei'), settings: DEFAULT_SETTINGS, log: QUIET,
      async request() {
        whileAsked()
        return Uint8Array.of(0x08, 1, 0x1a, 2, 0x08, SAID[said])
      },
      reachable: () => ({
        claim: (leadsHere) => claimed.push(leadsHere(at(OUTER))),
        candidates: (outer) => (outer === null ? [] : [multiaddr(at(outer))]),
        count: (address, leadsHere) => counted.push([String(address), leadsHere]),
        reserveIfBehindNat: async () => {},
        way: () => 'local',
      }),
    })
  })

  test('an address that leads here and is seen at another number is taken back', async () => {
    const [ana, bo] = [await from('ana'), await from('bo')]
    await comesWhenAsked('ana')
    seen(ana, OUTER)
    await tend(0, ana)
    expect(counted).toEqual([[at(OUTER), true]])
    // The router has another number: the connections of before are gone, and with them what was said there.
    await tend(1_000)
    expect(counted.length).toBe(1)
    seen(bo, '9.9.2.2')
    await tend(2_000, bo)
    expect(counted.slice(1)).toEqual([[at(OUTER), false]])
    expect(callers.own.leadsHere(at(OUTER))).toBe(null)
  })

  test('what one member alone had named is taken back when another sees this hub elsewhere', async () => {
    const [eve, ana] = [await from('eve'), await from('ana')]
    await comesWhenAsked('eve')
    seen(eve, '6.6.6.6')
    await tend(0, eve)
    expect(callers.own.found()).toEqual([at('6.6.6.6')])
    seen(ana, OUTER)
    await tend(1_000, eve, ana)
    expect(counted).toEqual([[at('6.6.6.6'), true], [at('6.6.6.6'), false]])
  })

  test('who came has come, even if it says that it could not', async () => {
    const ana = await from('ana')
    seen(ana, OUTER)
    said = 'could not'
    await comesWhenAsked('ana')
    await tend(0, ana)
    expect(callers.own.leadsHere(at(OUTER))).toBe(true)
  })

  test('what is said through a relay is the relay’s number, and counts for nothing', async () => {
    const ana = await from('ana')
    seen(ana, OUTER)
    const others = [await throughRelay('bo'), await throughRelay('li'), await throughRelay('ana')]
    const where = await relayed()
    for (const connection of others) callers.seen(connection, where)
    await comesWhenAsked('ana')
    await tend(0, ana, ...others)
    expect(counted).toEqual([[at(OUTER), true]])
  })

  test('a message that says nothing of where this hub is seen takes nothing back', async () => {
    const ana = await from('ana')
    await comesWhenAsked('ana')
    seen(ana, OUTER)
    callers.seen(ana, undefined)
    await tend(0, ana)
    expect(counted).toEqual([[at(OUTER), true]])
  })

  test('an address of this machine’s own is told from when it is there, by what is known of it', async () => {
    const ana = await from('ana')
    await comesWhenAsked('ana')
    seen(ana, OUTER)
    await tend(0)
    await tend(1_000, ana)
    await tend(2_000, ana)
    expect(claimed).toEqual([null, null, true])
  })

  test('a new node is told what was found with the one before', async () => {
    const ana = await from('ana')
    await comesWhenAsked('ana')
    seen(ana, OUTER)
    await tend(0, ana)
    callers.tellAgain()
    expect(counted).toEqual([[at(OUTER), true], [at(OUTER), true]])
  })
})
