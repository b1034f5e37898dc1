/**
 * A whole hub in this process: real disk, real writer, real routes; asked without a socket. The clock is the
 * machine's plus an offset that the test may move forward.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Context } from 'hono'
import type { Preset } from '#ledger/charter/charter.ts'
import type { Config } from '#node/config.ts'
import type { Hub } from '#node/hub-ports.ts'
import { foundHub } from '#node/record/founding.ts'
import { startHub } from '#node/hub.ts'
import { openKeystore } from '#node/disk/keystore.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import type { Clock } from '#node/ports.ts'
import { snapshotsIn } from '#node/record/snapshots.ts'
import { systemClock, systemEntropy } from '#node/system-clock.ts'
import { aConfig } from './config.ts'
import { type Fetch, MemberClient } from './member-client.ts'

/** Says nothing, unless the environment asks to hear the hubs of a test (`HUB_LOG=debug`). */
const heard = process.env['HUB_LOG'] === undefined ? () => {} : (...said: unknown[]) => console.log(...said)
export const quiet = { debug: heard, info: heard, warn: heard, error: heard }

export type WholeHub = {
  data: string
  fetch: Fetch
  /** Every path that is answered, as the router has it. */
  routes(): { method: string; path: string }[]
  steward: MemberClient
  /** Moves this hub's clock forward. */
  later(seconds: number): void
  member(name: string): Promise<MemberClient>
  /** Stops and starts again on the same directory, on which something may be done in between. */
  restart(meanwhile?: () => Promise<void>): Promise<void>
  stop(): Promise<void>
}

export async function aWholeHub(name: string, preset: Preset = 'city', operator: Partial<Config> = {}): Promise<WholeHub> {
  installNativeCrypto()
  const data = mkdtempSync(join(tmpdir(), 'hub-'))
  let offset = 0
  const clock: Clock = { now: () => systemClock.now() + offset, after: systemClock.after }
  const config = aConfig(data, operator)
  const keys = await openKeystore(data)
  let hub: Hub | null = null
  const fetch: Fetch = async (path, init) => hub!.app.request(`http://127.0.0.1${path}`, { ...init, headers: { host: '127.0.0.1', ...init?.headers } })
  const steward = new MemberClient('steward', fetch)
  const { acct, device } = steward
  const bytes = Uint8Array.from(Buffer.from(acct, 'hex'))
  await foundHub(data, { name, city: name, region: 'as', preset }, { acct: bytes, device, name: 'steward' }, 'zh', keys, clock, systemEntropy)

  const open = async (): Promise<void> => {
    hub = await startHub({
      config, keys, snapshots: snapshotsIn(data, keys.log, quiet), clock, entropy: systemEntropy, log: quiet, page: Object.assign((c: Context) => c.text('the page'), { sheet: null }),
      control: { url: '', token: 'control' }, marker: () => ({ isSame: true, takeUp() {}, doubt() {} }), restart: async () => {
        turning = turning.then(() => again())
        await turning
        return hub!
      },
    })
  }
  /** What the process does when the hub begins to meet others; sessions do not survive it. */
  const again = async (meanwhile?: () => Promise<void>): Promise<void> => {
    await hub!.stop()
    await meanwhile?.()
    await open()
    await steward.login()
  }
  let turning: Promise<void> = Promise.resolve()
  await open()
  await steward.login()
  return {
    data,
    fetch,
    routes: () => hub!.app.routes.map(({ method, path }) => ({ method, path })),
    steward,
    later: (seconds) => void (offset += seconds),
    async member(called) {
      const member = new MemberClient(called, fetch)
      const told = await member.join()
      if (told.status !== 200) throw new Error(`${called} could not join: ${JSON.stringify(told.body)}`)
      await steward.attest(member)
      await member.login()
      return member
    },
    restart: (meanwhile) => (turning = turning.then(() => again(meanwhile))),
    async stop() {
      await turning
      await hub!.stop()
      rmSync(data, { recursive: true, force: true })
    },
  }
}
