/**
 * A hub, whole, in a machine of its own, with somebody beside it who asks its page: what the test wants fetched comes
 * by the channel of its process, since the machine's network leads nowhere near the test. Started with its directory,
 * the address at which others hear it, and what else its operator decides, as JSON.
 */
import { readConfig } from '#node/config.ts'
import { runHub } from '#node/run.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import { systemClock, systemEntropy } from '#node/system-clock.ts'

export type ToHub = { id: number; path: string; method: string; headers: Record<string, string>; body: string | null }
export type FromHub = { ready: true } | { id: number; status: number; headers: [string, string][]; body: string }

const [data = '', p2p = '', environment = '{}'] = process.argv.slice(2)
const tell = (message: FromHub): void => void process.send?.(message)
const says = process.env['HUB_LOG'] === undefined ? () => {} : (...all: unknown[]) => console.error(...all)

installNativeCrypto()
const config = readConfig({ data, http: '127.0.0.1:8460', p2p, logLevel: 'error' }, JSON.parse(environment) as Record<string, string>)
await runHub(config, { clock: systemClock, entropy: systemEntropy, log: { info: says, warn: says, error: (...all) => console.error(...all) } })

process.on('message', ({ id, path, method, headers, body }: ToHub) => {
  void fetch(`http://127.0.0.1:8460${path}`, { method, headers, body }).then(async (answer) =>
    tell({ id, status: answer.status, headers: [...answer.headers], body: await answer.text() }))
})
process.on('disconnect', () => process.exit(0))
tell({ ready: true })
