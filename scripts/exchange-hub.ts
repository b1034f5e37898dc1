/**
 * A hub of `npm run bench -- exchange`, in a process of its own: the program as it is, except that its wire loses a
 * part of what topics bring, that boards are compared more often, and that it tells its parent what it takes and what
 * it costs. Started by fork with [data, http port, p2p port, loss in percent, seconds between two comparisons].
 */
import { readFileSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { runHub } from '#node/run.ts'
import { readConfig } from '#node/config.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import { systemClock, systemEntropy } from '#node/system-clock.ts'
import { startNetwork } from '#node/wire/libp2p-network.ts'
import type { Network, Verdict } from '#node/wire/network.ts'
import { parseListingMessage } from '#protocol/gossip.ts'
import { parseEnvelope, parseListing } from '#protocol/listing.ts'
import { SYNC_PROTOCOL } from '#protocol/sync.ts'

export type ToHub = { ask: 'cost' }
export type FromHub =
  | { tell: 'ready' }
  /** A listing that a topic brought was taken in, and when (milliseconds of the machine's clock). */
  | { tell: 'took'; id: string; at: number }
  /** `shareBytes`: of a page that so many processes have, so large a part (Pss); `ownBytes`: of pages that nobody else has. */
  | { tell: 'cost'; cpuMs: number; rssBytes: number; shareBytes: number; ownBytes: number; heapBytes: number; gossipBytes: number; lost: number; comparisons: number; comparedBytes: number }

const [data = '', http = '0', p2p = '0', loss = '0', every = '600'] = process.argv.slice(2)
const TEN_MINUTES_MS = 600_000
const tell = (message: FromHub): void => void process.send?.(message)
const counted = { gossipBytes: 0, lost: 0, comparisons: 0, comparedBytes: 0 }

/** The wire, on which one of five objects (or as many as asked for) is never heard. */
function lossy(network: Network): Network {
  const subscribe = network.subscribe.bind(network)
  network.subscribe = (topic, validate) => subscribe(topic, (from, bytes): Verdict => {
    counted.gossipBytes += bytes.length
    if (topic.includes('/list/') && Math.random() * 100 < Number(loss)) {
      counted.lost += 1
      return 'ignore'
    }
    const verdict = validate(from, bytes)
    if (verdict === 'accept' && topic.includes('/list/')) {
      const listing = parseListing(parseEnvelope(parseListingMessage(bytes)!.envelope)!.listing)!
      tell({ tell: 'took', id: listing.id, at: performance.timeOrigin + performance.now() })
    }
    return verdict
  })
  const request = network.request.bind(network)
  network.request = async (peer, protocol, body, limits) => {
    const answer = await request(peer, protocol, body, limits)
    if (protocol === SYNC_PROTOCOL) {
      counted.comparisons += 1
      counted.comparedBytes += body.length + answer.length
    }
    return answer
  }
  return network
}

const config = readConfig({ data, http: `127.0.0.1:${http}`, p2p: `127.0.0.1:${p2p}`, logLevel: 'error' }, {})
installNativeCrypto()
const says = process.env['HUB_LOG'] === undefined ? () => {} : (...all: unknown[]) => console.error(...all)
await runHub(config, {
  clock: {
    now: systemClock.now,
    after: (ms, call) => systemClock.after(ms === TEN_MINUTES_MS ? Number(every) * 1_000 : ms, call),
  },
  entropy: systemEntropy,
  log: { info: () => {}, warn: says, error: (...all) => console.error(...all) },
  startNetwork: async (options) => lossy(await startNetwork(options)),
})
process.on('message', (message: ToHub) => {
  if (message.ask !== 'cost') return
  const { user, system } = process.cpuUsage()
  const { rss, heapUsed } = process.memoryUsage()
  const pages = readFileSync('/proc/self/smaps_rollup', 'utf8')
  const bytesOf = (...names: string[]): number => names.reduce((sum, name) => sum + 1024 * Number(new RegExp(`^${name}: +(\\d+) kB$`, 'm').exec(pages)?.[1]), 0)
  tell({
    tell: 'cost', cpuMs: (user + system) / 1_000, rssBytes: rss, shareBytes: bytesOf('Pss'), ownBytes: bytesOf('Private_Clean', 'Private_Dirty'),
    heapBytes: heapUsed, ...counted,
  })
})
process.on('disconnect', () => process.exit(0))
flushCompileCache()
tell({ tell: 'ready' })
