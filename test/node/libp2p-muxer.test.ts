import { multiaddrConnectionPair } from '@libp2p/utils'
import { yamux } from '@libp2p/yamux'
import { expect, test } from 'vitest'
import { lenientYamux } from '#node/wire/libp2p-muxer.ts'

/** What would have ended the process while a connection closed between the opening of a stream and its announcement. */
async function thrownOnHangUp(muxers: typeof yamux): Promise<string[]> {
  const thrown: string[] = []
  const others = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  process.on('uncaughtException', ({ name }) => thrown.push(name))
  try {
    const [cable] = multiaddrConnectionPair()
    const muxer = muxers()().createStreamMuxer(cable)
    const opened = muxer.createStream()
    void cable.close()
    await opened
    await new Promise((resolve) => setImmediate(resolve))
  } finally {
    process.removeAllListeners('uncaughtException')
    for (const other of others) process.on('uncaughtException', other)
  }
  return thrown
}

test('who hangs up just when a stream is opened does not end the process; yamux alone would let them', async () => {
  expect(await thrownOnHangUp(lenientYamux)).toEqual([])
  expect(await thrownOnHangUp(yamux)).toEqual(['StreamStateError'])
})
