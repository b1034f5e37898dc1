/**
 * What every `Network` promises. The libp2p adapter and the in-process bus both run this suite,
 * so a test that passes on the bus says something about the wire.
 *
 * No test waits for something *not* to happen by sleeping: it lets something else, sent later
 * on the same way, arrive first.
 */
import { fromString } from 'uint8arrays/from-string'
import { toString } from 'uint8arrays/to-string'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { KnownPeer, Network, NetworkErrorCode, Service, Verdict } from '#node/wire/network.ts'
import { NetworkError } from '#node/wire/network.ts'

export type HubWish = {
  /** The same name is the same hub, with the same key. */
  name: string
  topics?: string[]
  /** The addresses of this hub's earlier life, to come back to. */
  at?: string[]
}

/** A place where hubs can be started; `end` stops those that are left. */
export type NetworkWorld = {
  hub(wish: HubWish): Promise<Network>
  end(): Promise<void>
}

const WAIT = { timeout: 30_000, interval: 20 }
const TOPIC = 'cv/1/suite/list/cn'
const OTHER_TOPIC = 'cv/1/suite/ckpt'
const ASK = '/cv/test/1'
const HELLO = '/cv/hello/1'

export const bytes = (text: string): Uint8Array => fromString(text)
export const text = (data: Uint8Array): string => toString(data)

export function knownAs(...networks: Network[]): KnownPeer[] {
  return networks.map((n) => ({ peer: n.self, addresses: n.addresses() }))
}

/** Introduces hubs to each other and waits until they are connected. */
export async function acquaint(one: Network, others: Network[]): Promise<void> {
  one.setKnownPeers(knownAs(...others))
  for (const other of others) other.setKnownPeers(knownAs(one))
  for (const other of others) {
    await expect.poll(() => one.connected(), WAIT).toContain(other.self)
    await expect.poll(() => other.connected(), WAIT).toContain(one.self)
  }
}

/** A service that answers with what it was asked. */
export function echo(overrides: Partial<Service> = {}): Service {
  return {
    handler: async (_peer, body) => body,
    requestBytesMax: 1024,
    answerBytesMax: 1024,
    streamsPerPeerMax: 4,
    openToStrangers: false,
    ...overrides,
  }
}

/** Listens on a topic and keeps what was accepted; `verdicts` decides by the text's first word. */
export function hear(
  network: Network,
  topic: string,
  verdicts: Record<string, Verdict> = {},
): string[] {
  const heard: string[] = []
  network.subscribe(topic, (_from, data) => {
    const message = text(data)
    const verdict = verdicts[message.split(' ')[0] ?? ''] ?? 'accept'
    if (verdict === 'accept') heard.push(message)
    return verdict
  })
  return heard
}

/** Publishes ever new words until the listener hears one: now the topic's mesh stands. */
export async function untilHeard(from: Network, topic: string, heard: string[]): Promise<void> {
  let attempt = 0
  await expect
    .poll(async () => {
      await from.publish(topic, bytes(`warming ${from.self} ${attempt++}`))
      return heard.some((message) => message.startsWith(`warming ${from.self}`))
    }, WAIT)
    .toBe(true)
}

export const spoken = (heard: string[]): string[] => heard.filter((m) => !m.startsWith('warming'))

const GENEROUS = { answerBytesMax: 1024, timeoutMs: 20_000 }

async function codeOf(attempt: Promise<unknown>): Promise<NetworkErrorCode | 'none'> {
  try {
    await attempt
    return 'none'
  } catch (error) {
    if (error instanceof NetworkError) return error.code
    throw error
  }
}

export function networkSuite(kind: string, newWorld: () => NetworkWorld): void {
  describe(`${kind} keeps the promises of a network`, () => {
    let world: NetworkWorld
    beforeEach(() => {
      world = newWorld()
    })
    afterEach(() => world.end())

    test('a request is answered, and the answering hub knows who asked', async () => {
      const [mei, bo] = [await world.hub({ name: 'mei' }), await world.hub({ name: 'bo' })]
      const handler = async (peer: string, body: Uint8Array): Promise<Uint8Array> =>
        bytes(`${peer} said ${text(body)}`)
      await bo.serve(ASK, echo({ handler }))
      await acquaint(mei, [bo])
      const answer = await mei.request(bo.self, ASK, bytes('hello'), GENEROUS)
      expect(text(answer)).toBe(`${mei.self} said hello`)
    })

    test('an empty request and an empty answer are a request and an answer', async () => {
      const [mei, bo] = [await world.hub({ name: 'mei' }), await world.hub({ name: 'bo' })]
      await bo.serve(ASK, echo())
      await acquaint(mei, [bo])
      expect(await mei.request(bo.self, ASK, new Uint8Array(), GENEROUS)).toHaveLength(0)
    })

    test('frames of the exact limit pass both ways; one byte more is refused before it is read', async () => {
      const [mei, bo] = [await world.hub({ name: 'mei' }), await world.hub({ name: 'bo' })]
      const asked: number[] = []
      const limit = 256 * 1024
      const handler = async (_peer: string, body: Uint8Array): Promise<Uint8Array> => {
        asked.push(body.length)
        return body
      }
      await bo.serve(ASK, echo({ handler, requestBytesMax: limit, answerBytesMax: limit }))
      await acquaint(mei, [bo])
      const limits = { ...GENEROUS, answerBytesMax: limit }
      const answer = await mei.request(bo.self, ASK, new Uint8Array(limit).fill(7), limits)
      expect(answer).toEqual(new Uint8Array(limit).fill(7))
      const tooLong = mei.request(bo.self, ASK, new Uint8Array(limit + 1), limits)
      expect(await codeOf(tooLong)).toBe('refused')
      expect(asked).toEqual([limit])
    })

    test('an answer longer than the asker allows is oversize', async () => {
      const [mei, bo] = [await world.hub({ name: 'mei' }), await world.hub({ name: 'bo' })]
      await bo.serve(ASK, echo({ handler: async () => new Uint8Array(900) }))
      await acquaint(mei, [bo])
      const limits = { ...GENEROUS, answerBytesMax: 899 }
      expect(await codeOf(mei.request(bo.self, ASK, bytes('more'), limits))).toBe('oversize')
    })

    test('an answer longer than the service may give does not leave the house', async () => {
      const [mei, bo] = [await world.hub({ name: 'mei' }), await world.hub({ name: 'bo' })]
      await bo.serve(ASK, echo({ handler: async () => new Uint8Array(2000) }))
      await acquaint(mei, [bo])
      const limits = { ...GENEROUS, answerBytesMax: 10_000 }
      expect(await codeOf(mei.request(bo.self, ASK, bytes('more'), limits))).toBe('broken')
    })

    test('a hub that does not answer in time is given up', async () => {
      const [mei, bo] = [await world.hub({ name: 'mei' }), await world.hub({ name: 'bo' })]
      const { promise, resolve } = Promise.withResolvers<Uint8Array>()
      await bo.serve(ASK, echo({ handler: () => promise }))
      await acquaint(mei, [bo])
      const limits = { ...GENEROUS, timeoutMs: 300 }
      expect(await codeOf(mei.request(bo.self, ASK, bytes('well?'), limits))).toBe('timeout')
      resolve(bytes('late'))
    })

    test('a handler that throws breaks its own request and nothing else', async () => {
      const [mei, bo] = [await world.hub({ name: 'mei' }), await world.hub({ name: 'bo' })]
      const handler = async (_peer: string, body: Uint8Array): Promise<Uint8Array> => {
        if (text(body) === 'trip') throw new Error('tripped')
        return body
      }
      await bo.serve(ASK, echo({ handler }))
      await acquaint(mei, [bo])
      expect(await codeOf(mei.request(bo.self, ASK, bytes('trip'), GENEROUS))).toBe('broken')
      expect(text(await mei.request(bo.self, ASK, bytes('walk'), GENEROUS))).toBe('walk')
    })

    test('a protocol that nobody serves is refused', async () => {
      const [mei, bo] = [await world.hub({ name: 'mei' }), await world.hub({ name: 'bo' })]
      await acquaint(mei, [bo])
      expect(await codeOf(mei.request(bo.self, '/cv/none/1', bytes('?'), GENEROUS))).toBe('refused')
    })

    test('serving a protocol again replaces the service', async () => {
      const [mei, bo] = [await world.hub({ name: 'mei' }), await world.hub({ name: 'bo' })]
      await bo.serve(ASK, echo({ handler: async () => bytes('first') }))
      await bo.serve(ASK, echo({ handler: async () => bytes('second') }))
      await acquaint(mei, [bo])
      expect(text(await mei.request(bo.self, ASK, bytes('which?'), GENEROUS))).toBe('second')
    })

    test('a peer has no more requests in progress than its places, and gets them back', async () => {
      const [mei, bo] = [await world.hub({ name: 'mei' }), await world.hub({ name: 'bo' })]
      const { promise, resolve } = Promise.withResolvers<void>()
      let begun = 0
      const handler = async (_peer: string, body: Uint8Array): Promise<Uint8Array> => {
        begun++
        await promise
        return body
      }
      await bo.serve(ASK, echo({ handler, streamsPerPeerMax: 2 }))
      await acquaint(mei, [bo])
      const held = [1, 2].map((n) => mei.request(bo.self, ASK, bytes(`${n}`), GENEROUS))
      await expect.poll(() => begun, WAIT).toBe(2)
      expect(await codeOf(mei.request(bo.self, ASK, bytes('3'), GENEROUS))).toBe('refused')
      resolve()
      expect((await Promise.all(held)).map(text)).toEqual(['1', '2'])
      expect(text(await mei.request(bo.self, ASK, bytes('4'), GENEROUS))).toBe('4')
    })

    test('a hub that is not there is unreachable', async () => {
      const mei = await world.hub({ name: 'mei' })
      const bo = await world.hub({ name: 'bo' })
      const addresses = bo.addresses()
      await bo.stop()
      mei.setKnownPeers([{ peer: bo.self, addresses }])
      const limits = { ...GENEROUS, timeoutMs: 10_000 }
      expect(await codeOf(mei.request(bo.self, ASK, bytes('?'), limits))).toBe('unreachable')
      expect(await codeOf(mei.reach(addresses, 10_000))).toBe('unreachable')
      expect(await codeOf(mei.reach(['nonsense'], 10_000))).toBe('unreachable')
      expect(mei.connected()).toEqual([])
    })

    test('a stranger is answered where the service is open, and refused everywhere else', async () => {
      const [mei, bo] = [await world.hub({ name: 'mei' }), await world.hub({ name: 'bo' })]
      const asked: string[] = []
      const handler = async (_peer: string, body: Uint8Array): Promise<Uint8Array> => {
        asked.push(text(body))
        return body
      }
      await bo.serve(ASK, echo({ handler }))
      await bo.serve(HELLO, echo({ openToStrangers: true }))
      expect(await mei.reach(bo.addresses(), 20_000)).toBe(bo.self)
      expect(text(await mei.request(bo.self, HELLO, bytes('may I?'), GENEROUS))).toBe('may I?')
      expect(await codeOf(mei.request(bo.self, ASK, bytes('let me'), GENEROUS))).toBe('refused')
      expect(asked).toEqual([])
      expect(bo.connected()).toEqual([])
      expect(mei.connected()).toEqual([])
    })

    test('a stranger who becomes a member is answered on the same connection, and gossips', async () => {
      const [mei, bo] = [
        await world.hub({ name: 'mei', topics: [TOPIC] }),
        await world.hub({ name: 'bo', topics: [TOPIC] }),
      ]
      hear(mei, TOPIC)
      const heard = hear(bo, TOPIC)
      await bo.serve(ASK, echo())
      await bo.serve(HELLO, echo({ openToStrangers: true }))
      const arrivals: string[] = []
      const departures: string[] = []
      bo.onConnected((peer) => arrivals.push(peer))
      bo.onDisconnected((peer) => departures.push(peer))
      await mei.reach(bo.addresses(), 20_000)
      expect(await codeOf(mei.request(bo.self, ASK, bytes('early'), GENEROUS))).toBe('refused')
      // A conversation first, so that both have long told each other which protocols they speak.
      for (let i = 0; i < 10; i++) await mei.request(bo.self, HELLO, bytes('hello'), GENEROUS)
      bo.setKnownPeers(knownAs(mei))
      mei.setKnownPeers(knownAs(bo))
      await expect.poll(() => arrivals, WAIT).toEqual([mei.self])
      expect(text(await mei.request(bo.self, ASK, bytes('now'), GENEROUS))).toBe('now')
      await untilHeard(mei, TOPIC, heard)
      expect(departures).toEqual([])
    })

    test('what one hub accepts travels on; what it ignores or rejects stops there', async () => {
      const [mei, bo, ana] = [
        await world.hub({ name: 'mei', topics: [TOPIC] }),
        await world.hub({ name: 'bo', topics: [TOPIC] }),
        await world.hub({ name: 'ana', topics: [TOPIC] }),
      ]
      hear(mei, TOPIC)
      const atBo = hear(bo, TOPIC, { stale: 'ignore', forged: 'reject' })
      const atAna = hear(ana, TOPIC)
      await acquaint(bo, [mei, ana])
      await untilHeard(mei, TOPIC, atAna)
      await mei.publish(TOPIC, bytes('stale offer'))
      await mei.publish(TOPIC, bytes('forged offer'))
      await mei.publish(TOPIC, bytes('good offer'))
      await expect.poll(() => spoken(atAna), WAIT).toEqual(['good offer'])
      expect(spoken(atBo)).toEqual(['good offer'])
    })

    test('a validator that throws counts as ignoring, and the hub goes on', async () => {
      const [mei, bo] = [
        await world.hub({ name: 'mei', topics: [TOPIC] }),
        await world.hub({ name: 'bo', topics: [TOPIC] }),
      ]
      const heard: string[] = []
      bo.subscribe(TOPIC, (_from, data) => {
        if (text(data) === 'bug') throw new Error('a bug of ours')
        heard.push(text(data))
        return 'accept'
      })
      await acquaint(mei, [bo])
      await untilHeard(mei, TOPIC, heard)
      await mei.publish(TOPIC, bytes('bug'))
      await mei.publish(TOPIC, bytes('after the bug'))
      await expect.poll(() => spoken(heard), WAIT).toEqual(['after the bug'])
      expect(bo.connected()).toEqual([mei.self])
    })

    test('the same object published again is heard once, and never by its publisher', async () => {
      const [mei, bo] = [
        await world.hub({ name: 'mei', topics: [TOPIC] }),
        await world.hub({ name: 'bo', topics: [TOPIC] }),
      ]
      const atMei = hear(mei, TOPIC)
      const atBo = hear(bo, TOPIC)
      await acquaint(mei, [bo])
      await untilHeard(mei, TOPIC, atBo)
      await mei.publish(TOPIC, bytes('one offer'))
      await mei.publish(TOPIC, bytes('one offer'))
      await expect.poll(() => spoken(atBo), WAIT).toEqual(['one offer'])
      await bo.publish(TOPIC, bytes('one offer'))
      await mei.publish(TOPIC, bytes('another offer'))
      await expect.poll(() => spoken(atBo), WAIT).toEqual(['one offer', 'another offer'])
      expect(spoken(atMei)).toEqual([])
    })

    test('a message on a topic we do not listen to is never delivered, nor does it silence ours', async () => {
      const [mei, bo] = [
        await world.hub({ name: 'mei', topics: [TOPIC, OTHER_TOPIC, `${TOPIC}g`] }),
        await world.hub({ name: 'bo', topics: [TOPIC] }),
      ]
      const heard = hear(bo, TOPIC)
      await acquaint(mei, [bo])
      await untilHeard(mei, TOPIC, heard)
      // The same bytes on another topic, and the boundary between topic and bytes shifted by one.
      await mei.publish(OTHER_TOPIC, bytes('good offer'))
      await mei.publish(`${TOPIC}g`, bytes('ood offer'))
      await mei.publish(TOPIC, bytes('good offer'))
      await expect.poll(() => spoken(heard), WAIT).toEqual(['good offer'])
    })

    test('a topic learned later is heard, by those who had it before and by those who had not', async () => {
      const [mei, bo] = [
        await world.hub({ name: 'mei', topics: [TOPIC] }),
        await world.hub({ name: 'bo', topics: [] }),
      ]
      await acquaint(mei, [bo])
      await bo.serve(ASK, echo())
      const heard = [hear(bo, TOPIC), hear(bo, OTHER_TOPIC)] as const
      hear(mei, TOPIC)
      hear(mei, OTHER_TOPIC)
      await untilHeard(mei, TOPIC, heard[0])
      await untilHeard(mei, OTHER_TOPIC, heard[1])
      expect(text(await mei.request(bo.self, ASK, bytes('still?'), GENEROUS))).toBe('still?')
    })

    test('a topic that is no longer listened to is silent', async () => {
      const topics = [TOPIC, OTHER_TOPIC]
      const mei = await world.hub({ name: 'mei', topics })
      const bo = await world.hub({ name: 'bo', topics })
      const heard = hear(bo, TOPIC)
      const others = hear(bo, OTHER_TOPIC)
      await acquaint(mei, [bo])
      await untilHeard(mei, TOPIC, heard)
      await untilHeard(mei, OTHER_TOPIC, others)
      bo.unsubscribe(TOPIC)
      await mei.publish(TOPIC, bytes('too late'))
      await mei.publish(OTHER_TOPIC, bytes('in time'))
      await expect.poll(() => spoken(others), WAIT).toEqual(['in time'])
      expect(spoken(heard)).toEqual([])
    })

    test('an object above the limit is not sent, and one on a topic nobody may have is a bug', async () => {
      const [mei, bo] = [
        await world.hub({ name: 'mei', topics: [TOPIC] }),
        await world.hub({ name: 'bo', topics: [TOPIC] }),
      ]
      const heard = hear(bo, TOPIC)
      await acquaint(mei, [bo])
      await untilHeard(mei, TOPIC, heard)
      expect(await codeOf(mei.publish(TOPIC, new Uint8Array(16 * 1024 + 1)))).toBe('oversize')
      await expect(mei.publish('cv/1/elsewhere', bytes('lost'))).rejects.toThrow('elsewhere')
      const largest = `${'x'.repeat(16 * 1024)}`
      await mei.publish(TOPIC, bytes(largest))
      await expect.poll(() => spoken(heard).map((m) => m.length), WAIT).toEqual([16 * 1024])
      await mei.publish(TOPIC, bytes('and after'))
      await expect.poll(() => spoken(heard).length, WAIT).toBe(2)
    })

    test('a delisted peer is hung up and becomes a stranger', async () => {
      const [mei, bo] = [
        await world.hub({ name: 'mei', topics: [TOPIC] }),
        await world.hub({ name: 'bo', topics: [TOPIC] }),
      ]
      await bo.serve(ASK, echo())
      const departures: string[] = []
      bo.onDisconnected((peer) => departures.push(peer))
      await acquaint(mei, [bo])
      expect(text(await mei.request(bo.self, ASK, bytes('friend'), GENEROUS))).toBe('friend')
      bo.setKnownPeers([])
      expect(bo.connected()).toEqual([])
      expect(departures).toEqual([mei.self])
      const refusal = async (): Promise<boolean> => {
        const code = await codeOf(mei.request(bo.self, ASK, bytes('friend?'), GENEROUS))
        expect(code).not.toBe('none')
        return code === 'refused'
      }
      await expect.poll(refusal, WAIT).toBe(true)
      expect(bo.connected()).toEqual([])
    })

    test('a hub that comes back at the same address is found again', async () => {
      const mei = await world.hub({ name: 'mei', topics: [TOPIC] })
      const bo = await world.hub({ name: 'bo', topics: [TOPIC] })
      const events: string[] = []
      mei.onConnected(() => events.push('connected'))
      mei.onDisconnected(() => events.push('disconnected'))
      await acquaint(mei, [bo])
      const at = bo.addresses()
      await bo.stop()
      await expect.poll(() => mei.connected(), WAIT).toEqual([])
      const back = await world.hub({ name: 'bo', topics: [TOPIC], at })
      expect(back.self).toBe(bo.self)
      expect(back.addresses()).toEqual(at)
      const heard = hear(back, TOPIC)
      back.setKnownPeers([{ peer: mei.self, addresses: [] }]) // Only mei dials.
      await expect.poll(() => mei.connected(), WAIT).toEqual([back.self])
      await untilHeard(mei, TOPIC, heard)
      // While a hub is still starting, a first connection may be lost again.
      expect(events.slice(0, 3)).toEqual(['connected', 'disconnected', 'connected'])
      expect(events.at(-1)).toBe('connected')
    })

    test('a stopped network says so', async () => {
      const [mei, bo] = [
        await world.hub({ name: 'mei', topics: [TOPIC] }),
        await world.hub({ name: 'bo', topics: [TOPIC] }),
      ]
      await acquaint(mei, [bo])
      await mei.stop()
      await mei.stop()
      expect(mei.connected()).toEqual([])
      expect(await codeOf(mei.request(bo.self, ASK, bytes('?'), GENEROUS))).toBe('unreachable')
      expect(await codeOf(mei.publish(TOPIC, bytes('?')))).toBe('unreachable')
      expect(await codeOf(mei.reach(bo.addresses(), 1_000))).toBe('unreachable')
    })
  })
}
