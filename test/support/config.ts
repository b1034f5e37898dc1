/** An operator's configuration for a hub of a test: on this machine, at free ports, silent. */
import type { Config } from '#node/config.ts'

export const aConfig = (data: string, more: Partial<Config> = {}): Config => ({
  data, http: { host: '127.0.0.1', port: 0 }, p2p: { host: '127.0.0.1', port: 0 }, webSocket: null, relay: 'members',
  lan: 'off', hostNames: [], announce: [], witnessLogs: [],
  checkpointSeconds: 60, metrics: 'this-machine', logLevel: 'silent', json: false, settings: [], ...more,
})
