import { describe, expect, test } from 'vitest'
import { MemoryBus } from '#test/support/memory-network.ts'
import { acquaint, bytes, echo, hear, networkSuite, text } from '#test/support/network-suite.ts'

networkSuite('the bus', () => {
  const bus = new MemoryBus()
  return {
    hub: async ({ name, topics }) => bus.attach({ name, allowedTopics: () => topics ?? [] }),
    end: async () => {},
  }
})

describe('the bus does to its links what a test asks', () => {
  const TOPIC = 'cv/1/bus/list/cn'
  const ASK = '/cv/test/1'
  const LIMITS = { answerBytesMax: 1024, timeoutMs: 1_000 }

  test('a cut link carries nothing until it is healed', async () => {
    const bus = new MemoryBus()
    const [mei, bo] = [bus.attach({ name: 'mei' }), bus.attach({ name: 'bo' })]
    const heard = hear(bo, TOPIC)
    hear(mei, TOPIC)
    await acquaint(mei, [bo])
    bus.cut(mei.self, bo.self)
    expect(mei.connected()).toEqual([])
    await mei.publish(TOPIC, bytes('during the cut'))
    await expect(mei.request(bo.self, ASK, bytes('?'), LIMITS)).rejects.toThrow('not connected')
    bus.heal(mei.self, bo.self)
    await expect.poll(() => mei.connected()).toEqual([bo.self])
    await mei.publish(TOPIC, bytes('after'))
    await expect.poll(() => heard).toEqual(['after'])
  })

  test('a request in progress breaks when its link is cut', async () => {
    const bus = new MemoryBus()
    const [mei, bo] = [bus.attach({ name: 'mei' }), bus.attach({ name: 'bo' })]
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
    const handler = (): Promise<Uint8Array> => {
      begin()
      return new Promise(() => {})
    }
    await bo.serve(ASK, echo({ handler }))
    await acquaint(mei, [bo])
    const asked = mei.request(bo.self, ASK, bytes('?'), LIMITS)
    asked.catch(() => {})
    await begun
    bus.cut(mei.self, bo.self)
    await expect(asked).rejects.toMatchObject({ code: 'broken' })
  })

  test('what a rule drops is lost silently, and only that', async () => {
    const bus = new MemoryBus()
    const [mei, bo] = [bus.attach({ name: 'mei' }), bus.attach({ name: 'bo' })]
    const heard = hear(bo, TOPIC)
    hear(mei, TOPIC)
    await bo.serve(ASK, echo())
    await acquaint(mei, [bo])
    const pickUp = bus.drop(({ kind, to }) => kind === 'gossip' && to === bo.self)
    await mei.publish(TOPIC, bytes('lost'))
    expect(text(await mei.request(bo.self, ASK, bytes('through'), LIMITS))).toBe('through')
    pickUp()
    await mei.publish(TOPIC, bytes('found'))
    await expect.poll(() => heard).toEqual(['found'])
  })

  test('time is the caller’s: a request is given up when its clock says so', async () => {
    const pending: Array<() => void> = []
    const bus = new MemoryBus((_ms, call) => {
      pending.push(call)
      return () => pending.splice(pending.indexOf(call), 1)
    })
    const [mei, bo] = [bus.attach({ name: 'mei' }), bus.attach({ name: 'bo' })]
    await acquaint(mei, [bo])
    bus.drop(({ kind }) => kind === 'request')
    const asked = mei.request(bo.self, ASK, bytes('?'), LIMITS)
    asked.catch(() => {})
    await expect.poll(() => pending.length).toBe(1)
    for (const call of [...pending]) call()
    await expect(asked).rejects.toMatchObject({ code: 'timeout' })
    expect(pending).toEqual([])
  })
})
