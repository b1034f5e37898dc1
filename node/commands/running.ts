/** ◆ Running a hub, founding one without a browser, and what a running one says of itself. */
import { type Command } from 'commander'
import { fromHex, toHex, utf8 } from '#ledger/bytes.ts'
import type { Preset } from '#ledger/charter/charter.ts'
import { isSlug, type Region, regions } from '#ledger/entry.ts'
import { isAcceptableKey } from '#ledger/keys.ts'
import { stewardsAsked } from '#ledger/charter/fault.ts'
import { presets } from '#ledger/charter/presets.ts'
import { type Flags, readConfig } from '../config.ts'
import { requireFormat } from '../disk/data-format.ts'
import { lockDirectory } from '../disk/directory-lock.ts'
import { openJournal } from '../disk/journal.ts'
import { foundHub, isFounded, journalDirectory, votesDirectory } from '../record/founding.ts'
import { openKeystore } from '../disk/keystore.ts'
import { openLog } from '../log.ts'
import { runHub } from '../run.ts'
import { systemClock, systemEntropy } from '../system-clock.ts'
import { ask } from './asking.ts'
import { CannotDo, print, withFlags } from './command.ts'

/** `start`, `init`, `status`. */
export function runningCommands(program: Command): void {
  withFlags(program.command('start'))
    .description('run the hub; the first time, the page founds it')
    .option('--http <host:port>', 'where the page is (HUB_HTTP; default 127.0.0.1:8460)')
    .option('--p2p <host:port>', 'where other hubs reach this one (HUB_P2P; default 0.0.0.0:8461)')
    .action((flags: Flags) => start(flags))

  withFlags(program.command('init'))
    .description('found a hub without a browser')
    .requiredOption('--name <slug>', '1–24 of a–z, 0–9 and hyphen')
    .requiredOption('--city <city>', 'the city, as its people write it')
    .option('--region <region>', `continent: ${regions.join(', ')}`, 'as')
    .option('--preset <preset>', Object.keys(presets).join(' or '), 'city')
    .requiredOption('--steward-key <hex>', 'the first steward’s device public key, 32 bytes')
    .option('--steward-name <name>', 'what neighbours call the first steward', '会长')
    .action((flags: Flags & InitFlags) => init(flags))

  withFlags(program.command('status')).description('what the running hub says of itself').action(status)
}

async function start(flags: Flags): Promise<void> {
  const config = readConfig(flags, process.env)
  const log = openLog(config.logLevel)
  const hub = await runHub(config, { clock: systemClock, entropy: systemEntropy, log })
  // Nothing in the hub hangs on a promise that nobody waits for, and a stranger's connection can make one fail
  // deep inside a library: it is a fault to be told, and no reason for a whole city to lose its hub.
  process.on('unhandledRejection', (error) => {
    log.error('a promise failed and nobody was waiting for it; please report this', { error: (error as Error | null)?.stack ?? String(error) })
  })
  const open = hub.setupToken === null ? `${hub.url}/` : `${hub.url}/setup#${hub.setupToken}`
  print(flags, { open, data: config.data }, `Open ${open}`)
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve())
  })
  log.info('stopping')
  await hub.stop()
}

type InitFlags = { name: string; city: string; region: string; preset: string; stewardKey: string; stewardName: string }

async function init(flags: Flags & InitFlags): Promise<void> {
  const config = readConfig(flags, process.env)
  const device = fromHex(flags.stewardKey)
  if (!isSlug(flags.name)) throw new CannotDo('--name takes 1–24 of a–z, 0–9 and hyphen')
  if (flags.city.trim() === '' || utf8(flags.city).length > 96) throw new CannotDo('--city takes a name of at most 96 bytes')
  if (!(regions as readonly string[]).includes(flags.region)) throw new CannotDo(`--region is one of ${regions.join(', ')}`)
  if (!Object.hasOwn(presets, flags.preset)) throw new CannotDo(`--preset is one of ${Object.keys(presets).join(', ')}`)
  const called = flags.stewardName.trim()
  if (called === '' || called.length > 40) throw new CannotDo('--steward-name takes a name of at most 40 characters')
  if (device === null || !isAcceptableKey(device)) throw new CannotDo('--steward-key takes 64 hex digits of a usable Ed25519 public key')
  requireFormat(config.data)
  const lock = await lockDirectory(config.data)
  try {
    if (isFounded(config.data)) throw new CannotDo(`${journalDirectory(config.data)} is there already: this hub is founded`)
    const keys = await openKeystore(config.data)
    const acct = systemEntropy.bytes(32)
    const { name, city } = flags
    const founding = { name, city: city.trim(), region: flags.region as Region, preset: flags.preset as Preset }
    const steward = { acct, device, name: called }
    const hubId = await foundHub(config.data, founding, steward, 'zh', keys, systemClock, systemEntropy)
    // What a start would make, so that it can be verified and backed up before there has been one.
    await (await openJournal(votesDirectory(config.data), hubId, () => {})).close()
    const result = { hubId: toHex(hubId), stewardAccount: toHex(acct), data: config.data }
    const asked = stewardsAsked(presets[founding.preset])
    const few = asked > 1 ? `; few-stewards: the charter asks for up to ${asked} stewards, and while there are fewer, all there are sign` : ''
    print(flags, { ...result, stewards: 1, stewardsAsked: asked }, `founded ${name}; the first steward’s account is ${result.stewardAccount}${few}`)
  } finally {
    await lock.release()
  }
}

async function status(flags: Flags): Promise<void> {
  const config = readConfig(flags, process.env)
  const hub = await ask(config, '/api/hub')
  print(flags, hub, JSON.stringify(hub, null, 2))
}
