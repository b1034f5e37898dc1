/**
 * The drill of `node/README.md`, *Backup and restore*, with real processes: a hub is killed, its disk is gone, a backup
 * that is older than what it said is restored, and everything that another city had confirmed is there again.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { toHex } from '#ledger/bytes.ts'
import { generationOf } from '#ledger/state/state.ts'
import { replay } from '#ledger/ledger.ts'
import type { HubView } from '#protocol/api.ts'
import { quickCheckpoints } from '#test/e2e/stage.ts'
import { aDirectory } from '#test/support/directories.ts'
import { aHubProcess, type HubProcess, run } from '#test/support/hub-process.ts'
import { MemberClient } from '#test/support/member-client.ts'
import { bytesFor } from '#test/support/towns.ts'
import { publicKeyOf } from '#ledger/keys.ts'

const hubs: HubProcess[] = []
afterEach(async () => {
  for (const hub of hubs.splice(0)) if (hub.alive) await hub.kill()
})

type City = { hub: HubProcess; data: string; env: Record<string, string>; account: string; keyFile: string }

async function aCity(name: string): Promise<City> {
  const dir = aDirectory()
  const env = { XDG_STATE_HOME: join(dir, 'state'), HUB_LOG: 'warn', ...quickCheckpoints }
  const data = join(dir, 'data')
  const seed = bytesFor(`${name} steward`)
  const keyFile = join(dir, 'steward-key')
  writeFileSync(keyFile, `${toHex(seed)}\n`, { mode: 0o600 })
  const told = JSON.parse(await run(['init', '--data', data, '--name', name, '--city', name, '--steward-key', toHex(publicKeyOf(seed)), '--json'], env))
  // One steward has founded it; whoever reads on is told that its charter asks for more.
  expect(told).toMatchObject({ stewards: 1, stewardsAsked: 3 })
  const hub = await aHubProcess(data, env)
  hubs.push(hub)
  await hub.start()
  return { hub, data, env, account: told.stewardAccount as string, keyFile }
}

const viewOf = async ({ hub }: City): Promise<HubView> => (await (await fetch(`${hub.url}/api/hub`)).json()) as HubView
const checkpointOf = async ({ hub }: City): Promise<string> => (await fetch(`${hub.url}/checkpoint`)).text()
const newcomer = ({ hub }: City, name: string) => new MemberClient(name, (path, init) => fetch(`${hub.url}${path}`, init)).join()

async function until(what: string, isTrue: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 240_000
  while (!(await isTrue().catch(() => false))) {
    if (performance.now() > end) throw new Error(`it never came to this: ${what}\n${hubs.map((hub) => hub.log()).join('\n---\n')}`)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

/** Barcelona's auditing cosignature stands under a checkpoint of all that chengdu has written. */
async function isConfirmed(city: City, by: City): Promise<boolean> {
  const [note, { size }, { origin }] = [await checkpointOf(city), await viewOf(city), await viewOf(by)]
  return note.split('\n')[1] === String(size) && note.includes(`${origin}/audit`)
}

async function twoCities(): Promise<[chengdu: City, barcelona: City]> {
  const chengdu = await aCity('chengdu')
  const barcelona = await aCity('barcelona')
  const cardOf = async ({ hub }: City) => (await hub.command('federation', 'card')).trim()
  await chengdu.hub.command('federation', 'found')
  await barcelona.hub.command('federation', 'join', await cardOf(chengdu))
  await chengdu.hub.command('federation', 'admit', await cardOf(barcelona))
  for (const city of [chengdu, barcelona]) await until('both are members', async () => (await viewOf(city)).federation?.version === 2)
  return [chengdu, barcelona]
}

/** With owners, modes and times, as a machine's snapshot has them. */
const copy = (from: string, to: string): void => void execFileSync('cp', ['-a', from, to])

const bundlesOf = ({ data }: City): string[] => {
  const dir = join(data, 'evidence')
  return existsSync(dir) ? readdirSync(dir).filter((name) => name.endsWith('.txt')).map((name) => join(dir, name)) : []
}

test('a hub that lost its disk comes back from an older backup with everything that was confirmed', async () => {
  const [chengdu, barcelona] = await twoCities()
  const backup = join(aDirectory(), 'backup')
  await chengdu.hub.command('backup', backup, '--with-keys')
  for (const name of ['ana', 'bo', 'li']) expect((await newcomer(chengdu, name)).status).toBe(200)
  await until('barcelona has confirmed them', () => isConfirmed(chengdu, barcelona))
  const before = chengdu.hub.records()

  await chengdu.hub.kill()
  rmSync(chengdu.data, { recursive: true })
  mkdirSync(chengdu.data, { mode: 0o700 })
  await run(['restore', backup, '--data', chengdu.data], chengdu.env)
  expect(await run(['verify', chengdu.data], chengdu.env)).toContain('Everything that was checked is in order.')
  expect(chengdu.hub.records().length).toBeLessThan(before.length)

  await chengdu.hub.start()
  await until('its end is back', async () => (await viewOf(chengdu)).restoring?.step === 'ready')
  const back = chengdu.hub.records()
  expect(back.map(({ leaf }) => toHex(leaf))).toEqual(before.map(({ leaf }) => toHex(leaf)))
  expect((await newcomer(chengdu, 'too early')).status).toBe(503)
  expect(chengdu.hub.records()).toHaveLength(back.length)

  await chengdu.hub.command('confirm-restore', '--account', chengdu.account, '--key-file', chengdu.keyFile)
  expect((await newcomer(chengdu, 'mei')).status).toBe(200)
  await until('barcelona confirms what came after', () => isConfirmed(chengdu, barcelona))
  const { restoring, restores, readOnly } = await viewOf(chengdu)
  expect({ restoring, readOnly, restores: restores.length }).toEqual({ restoring: null, readOnly: null, restores: 1 })
  const again = replay(chengdu.hub.records().map(({ bytes }) => bytes))
  expect('state' in again && generationOf(again.state)).toBe(1)
  expect(bundlesOf(barcelona)).toEqual([])
  await run(['audit', chengdu.data, barcelona.data], chengdu.env)
}, 600_000)

// The control: where the fence can know nothing, the same loss ends in a fork, and whoever meets both sides has the proof.
test('a machine that is put back as a whole while nobody answers forks its log, and the other city has evidence that convicts it', async () => {
  const [chengdu, barcelona] = await twoCities()
  const state = chengdu.env['XDG_STATE_HOME']!
  const machine = aDirectory()
  await chengdu.hub.stop()
  const all = [chengdu.data, state]
  for (const dir of all) copy(dir, join(machine, basename(dir)))
  await chengdu.hub.start()
  for (const name of ['ana', 'bo']) expect((await newcomer(chengdu, name)).status).toBe(200)
  await until('barcelona has confirmed them', () => isConfirmed(chengdu, barcelona))
  const lost = (await viewOf(chengdu)).size

  await chengdu.hub.kill()
  barcelona.hub.freeze()
  for (const dir of all) {
    rmSync(dir, { recursive: true })
    copy(join(machine, basename(dir)), dir)
  }
  await chengdu.hub.start()
  await until('it lives on alone', async () => (await viewOf(chengdu)).readOnly === null)
  while ((await viewOf(chengdu)).size <= lost) expect((await newcomer(chengdu, `${(await viewOf(chengdu)).size}`)).status).toBe(200)
  await until('it has signed that', async () => (await checkpointOf(chengdu)).split('\n')[1] === String((await viewOf(chengdu)).size))
  barcelona.hub.thaw()
  await until('barcelona keeps the evidence', async () => bundlesOf(barcelona).length > 0)

  const [bundle] = bundlesOf(barcelona)
  const { origin, hubId } = await viewOf(chengdu)
  const told = JSON.parse(await run(['evidence', 'verify', bundle!, '--json'], barcelona.env)) as { proved: boolean; hub: string; hubId: string; shows: string }
  expect(told).toMatchObject({ proved: true, hub: origin, hubId })
  expect(await run(['audit', bundle!], barcelona.env)).toContain(told.shows)
  await until('barcelona has frozen it', async () => (await viewOf(barcelona)).federation!.cities.some((one) => one.origin === origin && one.frozen !== null))
}, 600_000)
