/** ◆ Copies of all that a hub is: made, checked, and made a hub again. */
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { type Command } from 'commander'
import { fromBase64, fromHex, toHex } from '#ledger/bytes.ts'
import { keyIdOf, publicKeyOf, sign } from '#ledger/keys.ts'
import type { RestoreAnswer, RestoreView } from '#protocol/api.ts'
import { type BackupProgress, type Manifest, manifestFile, writeBackup } from '../copies/backup.ts'
import { compactStore } from '../copies/compact.ts'
import { type Flags, readConfig } from '../config.ts'
import { readControl } from '../control.ts'
import { requireFormat } from '../disk/data-format.ts'
import { lockDirectory } from '../disk/directory-lock.ts'
import { journalDirectory, storeDirectory } from '../record/founding.ts'
import { openLevelStore } from '../disk/level-store.ts'
import { noteBackup, rehearse } from '../operator/copies.ts'
import { type ProgressStream, progressOn } from '../progress.ts'
import { restoreBackup, RestoreError } from '../copies/restore.ts'
import type { BackupLine } from '../routes/operator.ts'
import { systemClock } from '../system-clock.ts'
import { exitCodeOf, verifiedTable, verifyDirectory } from '../copies/verify.ts'
import { ask, noOf } from './asking.ts'
import { CannotDo, exitCodes, foundedIn, print, withFlags } from './command.ts'

/** `backup`, `restore`, `confirm-restore`, `verify`, `compact`. */
export function copyCommands(program: Command): void {
  withFlags(program.command('backup <dir>'))
    .description('copy everything that makes this hub to a new directory; also while it runs')
    .option('--with-keys', 'with the hub’s secret keys: whoever has them is the hub')
    .action(async (dir: string, flags: Flags & { withKeys?: boolean }) => {
      const manifest = await backup(foundedIn(flags), resolve(dir), { withKeys: flags.withKeys === true, progress: process.stderr })
      print(flags, { dir: resolve(dir), ...manifest }, `${dir}: ${manifest.entries} entries${manifest.withKeys ? ', with the keys' : '; keep keys/ safe too, elsewhere'}`)
    })
  withFlags(program.command('restore <from>'))
    .description('make a data directory out of a backup; --data names it, and it must be empty')
    .option('--test', 'only try it, in a directory that is taken away again: whether this backup could be restored')
    .action(async (from: string, flags: Flags & { test?: boolean }) => {
      const { data } = readConfig(flags, process.env)
      if (flags.test === true) return await testing(from, foundedIn(flags), flags)
      const manifest = await restoring(from, data)
      print(flags, { data, ...manifest }, `${data}: ${manifest.entries} entries of ${manifest.origin}, checked. Start the hub: it fetches what other cities keep of it, and then asks its stewards.`)
    })
  withFlags(program.command('confirm-restore'))
    .description('a steward’s yes to going on from a backup, without a page')
    .requiredOption('--account <hex>', 'the steward’s account, 32 bytes')
    .requiredOption('--key-file <file>', 'a file with the seed of the steward’s device key, 64 hex digits')
    .option('--give-up', 'also without the records that a city has confirmed and does not give back')
    .action(async (flags: Flags & Confirmation) => {
      const told = await confirmRestore(flags)
      print(flags, told, told.restored ? 'the hub goes on' : `${told.approvals.by.length} of ${told.approvals.needed} stewards have said yes`)
    })
  withFlags(program.command('verify [dir]'))
    .description('check that a data directory or a backup is whole; changes nothing')
    .action(async (dir: string | undefined, flags: Flags) => {
      const target = dir ?? readConfig(flags, process.env).data
      if (!existsSync(manifestFile(target))) {
        requireFormat(target)
        if (!existsSync(journalDirectory(target)) && !existsSync(join(target, 'keys'))) {
          throw new CannotDo(`${target} holds neither a hub nor a backup: give a hub’s data directory (it has "journal" in it) or what \`backup\` wrote (it has "manifest.json")`)
        }
      }
      const bar = progressOn(process.stderr, target, null)
      const verified = await verifyDirectory(target, { onProgress: (bytes, entries) => bar.advance(bytes, entries) })
      bar.end()
      process.stdout.write(flags.json === true ? `${JSON.stringify(verified)}\n` : verifiedTable(verified))
      process.exitCode = exitCodeOf(verified)
    })
  withFlags(program.command('compact'))
    .description('rewrite the store of words without what was erased from it; the hub must not run')
    .action(async (flags: Flags) => {
      const data = foundedIn(flags)
      const lock = await lockDirectory(data)
      try {
        const bar = progressOn(process.stderr, data, null)
        const { rows } = await compactStore(storeDirectory(data), (rows) => bar.advance(0, rows))
        bar.end()
        print(flags, { data, rows }, `${data}: ${rows} rows written anew`)
      } finally {
        await lock.release()
      }
    })
}

/** Through the hub that runs on this directory, or with the directory's lock when none does. */
async function backup(data: string, to: string, { withKeys, progress }: { withKeys: boolean; progress: ProgressStream }): Promise<Manifest> {
  const bar = progressOn(progress, to, null)
  const onProgress = ({ bytes, frames }: BackupProgress): void => bar.advance(bytes, frames)
  const control = readControl(data)
  const answer = control === null ? null : await fetch(`${control.url}/api/backup`, {
    method: 'POST',
    headers: { authorization: `Bearer ${control.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ to, withKeys }),
  }).catch(() => null)
  try {
    if (answer !== null) return await told(answer, onProgress)
    const lock = await lockDirectory(data)
    try {
      const store = await openLevelStore(storeDirectory(data))
      try {
        const manifest = await writeBackup({ dataDir: data, to, store, withKeys, now: systemClock.now(), onProgress })
        noteBackup(data, to, manifest)
        return manifest
      } finally {
        await store.close()
      }
    } finally {
      await lock.release()
    }
  } finally {
    bar.end()
  }
}

/** Reads the lines of a backup that the running hub makes. */
async function told(answer: Response, onProgress: (progress: BackupProgress) => void): Promise<Manifest> {
  if (!answer.ok || answer.body === null) throw new CannotDo(noOf(await answer.json().catch(() => null)), 1)
  for await (const line of createInterface({ input: Readable.fromWeb(answer.body) })) {
    const said = JSON.parse(line) as BackupLine
    if ('done' in said) return said.done
    if ('failed' in said) throw new CannotDo(said.failed)
    onProgress(said.progress)
  }
  throw new CannotDo('the hub stopped before the backup was whole; nothing was left of it')
}

/** Ends with 1 when the backup could not be restored, and says why. */
async function testing(from: string, data: string, flags: Flags): Promise<void> {
  const bar = progressOn(process.stderr, from, null)
  try {
    const manifest = await rehearse(resolve(from), data, systemClock.now(), (_step, bytes, frames) => bar.advance(bytes, frames))
    print(flags, { ok: true, ...manifest }, `${from}: ${manifest.entries} entries; it can be restored`)
  } catch (error) {
    if (error instanceof RestoreError) throw new CannotDo(error.message, exitCodes['not-in-order'])
    throw error
  } finally {
    bar.end()
  }
}

async function restoring(from: string, data: string): Promise<Manifest> {
  const lock = await lockDirectory(data)
  const bar = progressOn(process.stderr, data, null)
  try {
    return await restoreBackup(from, data, (_step, bytes, frames) => bar.advance(bytes, frames))
  } finally {
    bar.end()
    await lock.release()
  }
}

type Confirmation = { account: string; keyFile: string; giveUp?: boolean }

async function confirmRestore(flags: Flags & Confirmation): Promise<RestoreAnswer> {
  const config = readConfig(flags, process.env)
  if (fromHex(flags.account)?.length !== 32) throw new CannotDo('--account takes 64 hex digits')
  let seed: Uint8Array | null
  try {
    seed = fromHex(readFileSync(flags.keyFile, 'latin1').trim())
  } catch (error) {
    throw new CannotDo(`--key-file: ${(error as Error).message}`)
  }
  if (seed?.length !== 32) throw new CannotDo('--key-file takes a file of 64 hex digits: the seed of an Ed25519 key')
  const asked = (await ask(config, '/api/restore')) as RestoreView | null
  if (asked === null || asked.payload === null) throw new CannotDo('the hub asks for no steward’s word now; `status` says how far it is', 1)
  if (asked.withheld.length > 0 && flags.giveUp !== true) {
    const kept = asked.withheld.map(({ city, entries }) => `${city} has confirmed ${entries} more records of this hub and has not given them back for a day`)
    throw new CannotDo(`${kept.join('; ')}. Ask there first. To go on without them for good, add --give-up`, 1)
  }
  const signature = sign(seed, 'appr', fromHex(asked.hubId)!, fromBase64(asked.payload)!)
  const approval = { steward: flags.account, keyId: toHex(keyIdOf(publicKeyOf(seed))), signature: toHex(signature) }
  return (await ask(config, '/api/restore', approval)) as RestoreAnswer
}
