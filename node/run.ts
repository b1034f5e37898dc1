/**
 * ◆ Running a hub as a process: the directory and its lock, the listener, the wizard before there is a hub,
 * and the hub itself. What the clock and the randomness are is the caller's to say.
 */
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { finishCompaction } from './copies/compact.ts'
import type { Config } from './config.ts'
import { removeControl, writeControl } from './control.ts'
import type { Hub, HubPorts } from './hub-ports.ts'
import { keepFormat, requireFormat } from './disk/data-format.ts'
import { type DirectoryLock, lockDirectory } from './disk/directory-lock.ts'
import { foundHub, isFounded, storeDirectory } from './record/founding.ts'
import { type HttpServer, listenHttp } from './page/http-server.ts'
import { type HubKeys, openKeystore } from './disk/keystore.ts'
import { buildPageIfStale } from './page/page-build.ts'
import { openRunMarker, type RunMarker } from './disk/run-marker.ts'
import { type Setup, setupApp } from './page/setup.ts'
import { snapshotsIn } from './record/snapshots.ts'
import { whileStarting } from './starting.ts'
import { stopAll } from './stop-all.ts'
import { servePage } from './page/static.ts'

export type RunPorts = Pick<HubPorts, 'clock' | 'entropy' | 'log' | 'startNetwork'>

export type RunningHub = {
  url: string
  /** For the wizard's address, while the hub is not founded; null for one that is. */
  setupToken: string | null
  stop(): Promise<void>
}

const COME_UP_AGAIN_MS = 5_000
/** Where this program's own sources are. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Starts; rejects with a named error (locked, port in use, damaged ledger …) and leaves nothing running. */
export async function runHub(config: Config, ports: RunPorts): Promise<RunningHub> {
  requireFormat(config.data)
  const lock = await lockDirectory(config.data)
  try {
    keepFormat(config.data)
    finishCompaction(storeDirectory(config.data))
    const keys = await openKeystore(config.data)
    return await serve({ ...ports, config, lock, keys })
  } catch (error) {
    await lock.release()
    throw error
  }
}

type Served = RunPorts & { config: Config; lock: DirectoryLock; keys: HubKeys }

async function serve({ config, clock, entropy, log, lock, keys, startNetwork }: Served): Promise<RunningHub> {
  let page: ReturnType<typeof servePage> | null = null
  const starting = whileStarting(config.hostNames, () => page)
  const fetchStarting = (request: Request): Response | Promise<Response> => starting.fetch(request)
  let fetch: (request: Request, env: unknown) => Response | Promise<Response> = fetchStarting
  let hub: Hub | null = null
  let setup: Setup | null = null
  let turning: Promise<void> = Promise.resolve()
  let stopped = false
  let cancelRetry = (): void => {}
  const http: HttpServer = await listenHttp(config.http, (request, env) => fetch(request, env))

  const open = async (): Promise<void> => {
    const marker = (hubId: Uint8Array, isNew: boolean, holds: () => string): RunMarker =>
      openRunMarker(config.data, hubId, isNew, holds, process.env, entropy)
    // To load all that a hub is made of takes about as long as to read a large snapshot: one beside the other.
    const snapshots = snapshotsIn(config.data, keys.log, log)
    const { startHub } = await import('./hub.ts')
    hub = await startHub({
      config, clock, entropy, log, keys, snapshots, page: page!, control, marker, restart,
      ...(startNetwork === undefined ? {} : { startNetwork }),
    })
    fetch = (request, env) => hub!.app.fetch(request, env)
  }
  /** Everything is on the disk: what did not come up (a port that is taken) is told and tried again. */
  const comeUp = async (): Promise<void> => {
    fetch = fetchStarting
    try {
      await hub?.stop()
      hub = null
      if (!stopped) await open()
    } catch (error) {
      log.error('the hub did not come up; it tries again until it does', { error: (error as Error).message })
      if (!stopped) cancelRetry = clock.after(COME_UP_AGAIN_MS, () => void (turning = turning.then(comeUp)))
    }
  }
  /** Founding or joining a federation moves the hub to its public address. */
  const restart = (): Promise<Hub> => {
    turning = turning.then(comeUp)
    return turning.then(() => {
      if (hub === null) throw new Error('the hub is not up again yet')
      return hub
    })
  }
  const found = async (form: Parameters<Parameters<typeof setupApp>[0]['found']>[0]): Promise<string | null> => {
    await foundHub(config.data, form, form.steward, form.language, keys, clock, entropy)
    setup = null
    await comeUp()
    return hub?.origin ?? null
  }

  const control = writeControl(config.data, http.url)
  try {
    page = servePage(await buildPageIfStale(root, log))
    if (isFounded(config.data)) await open()
    else {
      setup = setupApp({ hostNames: config.hostNames, entropy, log, page, found })
      const { app } = setup
      fetch = (request) => app.fetch(request)
    }
  } catch (error) {
    await http.close()
    removeControl(config.data)
    throw error
  }

  return {
    url: http.url,
    get setupToken() {
      return setup?.token ?? null
    },
    async stop() {
      stopped = true
      cancelRetry()
      await turning
      await stopAll([() => lock.release(), () => removeControl(config.data), async () => hub?.stop(), () => http.close()])
    },
  }
}
