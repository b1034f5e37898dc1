/**
 * ◆ The command line: `npm start`, `npm run hub -- COMMAND`, `npm run audit -- TARGET…`.
 *
 * Results go to stdout and everything else to stderr. Exit codes: 0 done; 1 the thing asked about is not in
 * order (an audit that found an offence, a command the hub refused); 2 the command could not be carried out
 * (bad arguments, unreadable configuration, port or directory in use, nothing there to read).
 */
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { Command, CommanderError, Option } from 'commander'
import { fromBase64, fromHex, toHex, utf8 } from '#ledger/bytes.ts'
import type { Preset } from '#ledger/charter.ts'
import { isSlug, type Region, regions } from '#ledger/entry.ts'
import { isAcceptableKey, keyIdOf, publicKeyOf, sign } from '#ledger/keys.ts'
import { presets } from '#ledger/presets.ts'
import type { EvidenceAnswer, RestoreAnswer, RestoreView } from '#protocol/api.ts'
import { runAudit } from './audit.ts'
import { type BackupProgress, type Manifest, manifestFile, writeBackup } from './backup.ts'
import { compactStore } from './compact.ts'
import { runCheckProof, type Trust } from './check-proof.ts'
import { type Config, ConfigError, type Flags, readConfig } from './config.ts'
import { readControl } from './control.ts'
import { requireFormat } from './data-format.ts'
import { lockDirectory } from './directory-lock.ts'
import { type ExportFormat, exportFormats, rewriteExport, writeExport } from './export.ts'
import { bundleIn, jsonOf, judgeFile, judgeKept, wordsOn } from './evidence-command.ts'
import { foundHub, isFounded, journalDirectory, storeDirectory } from './founding.ts'
import { openKeystore } from './keystore.ts'
import { openLevelStore } from './level-store.ts'
import { openLog } from './log.ts'
import { installNativeCrypto } from './native-crypto.ts'
import { Unreadable } from './pieces.ts'
import { policyText } from './policy-file.ts'
import { type ProgressStream, progressOn } from './progress.ts'
import { restoreBackup } from './restore.ts'
import type { BackupLine } from './routes/operator.ts'
import { root, runHub } from './run.ts'
import { systemClock, systemEntropy } from './system-clock.ts'
import { exitCodeOf, verifiedTable, verifyDirectory } from './verify.ts'
import { writeVerifyPage } from './verify-page.ts'

/** Something a person can mend; printed as one sentence, exit code 2 unless it says otherwise. */
class CannotDo extends Error {
  readonly exitCode: number
  constructor(message: string, exitCode = 2) {
    super(message)
    this.exitCode = exitCode
  }
}

export async function main(argv: string[]): Promise<void> {
  installNativeCrypto()
  const program = new Command('hub')
    .description('A city community’s hub: its ledger, its board, and its word towards other cities.')
    .exitOverride()
    .configureOutput({ writeErr: (text) => process.stderr.write(text) })
  const withFlags = (command: Command): Command =>
    command
      .option('--data <dir>', 'where this hub keeps everything (HUB_DATA; default ~/.local/share/tongyi)')
      .option('--json', 'print the result as JSON')
      .option('--log-level <level>', 'debug, info, warn, error or silent (HUB_LOG)')

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

  const federation = program.command('federation').description('meet other cities')
  withFlags(federation.command('card')).description('print this hub’s card, to give to another hub').action((flags: Flags) => askFederation(flags, 'card'))
  withFlags(federation.command('show')).description('how far it has come').action((flags: Flags) => askFederation(flags, 'show'))
  withFlags(federation.command('found')).description('found a federation of this hub alone; others may then join').action((flags: Flags) => askFederation(flags, 'found'))
  withFlags(federation.command('join <card>')).description('ask the hub of this card to be let in').action((card: string, flags: Flags) => askFederation(flags, 'join', card))
  withFlags(federation.command('admit <card>')).description('let the hub of this card in').action((card: string, flags: Flags) => askFederation(flags, 'admit', card))

  withFlags(program.command('backup <dir>'))
    .description('copy everything that makes this hub to a new directory; also while it runs')
    .option('--with-keys', 'with the hub’s secret keys: whoever has them is the hub')
    .action(async (dir: string, flags: Flags & { withKeys?: boolean }) => {
      const manifest = await backup(foundedIn(flags), resolve(dir), { withKeys: flags.withKeys === true, progress: process.stderr })
      print(flags, { dir: resolve(dir), ...manifest }, `${dir}: ${manifest.entries} entries${manifest.withKeys ? ', with the keys' : '; keep keys/ safe too, elsewhere'}`)
    })
  withFlags(program.command('restore <from>'))
    .description('make a data directory out of a backup; --data names it, and it must be empty')
    .action(async (from: string, flags: Flags) => {
      const { data } = readConfig(flags, process.env)
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

  withFlags(program.command('export <file>'))
    .description('write the ledger as one file that anybody can audit, or for other programs')
    .addOption(new Option('--format <format>', 'cbor is the ledger itself; the others are made of it').choices(exportFormats).default('cbor'))
    .option('--from <export>', 'make it of this export file instead of the data directory')
    .option('--overwrite', 'replace the file if it is there')
    .action(async (file: string, flags: Flags & { format: ExportFormat; from?: string; overwrite?: boolean }) => {
      const { format, from, overwrite = false } = flags
      const options = { format, overwrite, progress: process.stderr }
      const written = from === undefined ? await writeExport(foundedIn(flags), file, options) : await rewriteExport(from, file, options)
      print(flags, { file, format, ...written }, `${file}: ${written.entries} entries`)
    })

  const evidence = program.command('evidence').description('what proves that a hub has said two things that cannot both be true')
  withFlags(evidence.command('list')).description('what this hub keeps, against whom').action((flags: Flags) => listEvidence(flags))
  evidence
    .command('verify <file>')
    .description('check a bundle, with nothing but itself')
    .option('--json', 'print the verdict as JSON')
    .action((file: string, { json }: { json?: boolean }) => verifyBundle(file, json === true))
  withFlags(evidence.command('import <file>')).description('hand a bundle to the running hub, which checks it and acts on it').action((file: string, flags: Flags) => importEvidence(file, flags))

  withFlags(program.command('verify-page <file>'))
    .description('write the page that checks ledgers by itself, one file to keep or to mail')
    .option('--overwrite', 'replace the file if it is there')
    .action(async (file: string, flags: Flags & { overwrite?: boolean }) => {
      const bytes = await writeVerifyPage(root, file, flags.overwrite === true, openLog('error'))
      print(flags, { file, bytes }, `${file}: ${bytes} bytes; open it in any browser`)
    })

  program
    .command('audit <target...>')
    .description('check without trusting anybody: data directories, exports, tiles, http addresses, checkpoints, proofs, evidence')
    .option('--compare', 'say whether two logs or checkpoints are one history')
    .option('--policy <file>', 'judge checkpoints and proofs by this policy or key')
    .option('--evidence <file>', 'write the evidence here, should two that are compared have parted')
    .option('--tiles', 'read addresses by their tiles instead of their export')
    .option('--json', 'print the verdict as JSON')
    .action(async (targets: string[], { json = false, ...asked }: AuditFlags) => {
      if (asked.evidence !== undefined && existsSync(asked.evidence)) {
        throw new CannotDo(`${asked.evidence} is there already: give another name for the evidence`)
      }
      process.exitCode = await runAudit(targets, { ...asked, json, out: (text) => void process.stdout.write(text) })
    })

  program
    .command('check-proof <file>')
    .description('check a proof that somebody kept, with nothing but the file and whom you trust')
    .option('--policy <file>', 'a tlog-policy: its logs, and as many of its witnesses as it asks for')
    .option('--vkey <vkey>', 'the vkey of the one log you trust; no witness is asked for')
    .option('--json', 'print the answer as JSON')
    .action((file: string, { json, ...trust }: Trust & { json?: boolean }) => {
      process.exitCode = runCheckProof(file, { ...trust, json: json === true, out: (text) => void process.stdout.write(text) })
    })

  withFlags(program.command('policy'))
    .description('print by which keys this hub’s log is to be checked, as a tlog-policy file')
    .action(async (flags: Flags) => {
      const policy = await ask(readConfig(flags, process.env), '/policy', undefined, policyText)
      print(flags, { policy }, policy.trimEnd())
    })

  try {
    await program.parseAsync(argv, { from: 'user' })
  } catch (error) {
    process.exitCode = explain(error)
  }
}

/** Says what went wrong in one sentence and answers the exit code; our own bugs keep their stack. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  const code = (error as { code?: unknown }).code
  const known = error instanceof CannotDo || error instanceof ConfigError || (error instanceof Error && typeof code === 'string')
  process.stderr.write(known ? `${(error as Error).message}\n` : `this is a fault of the program, please report it:\n${String((error as Error)?.stack ?? error)}\n`)
  return error instanceof CannotDo ? error.exitCode : 2
}

type AuditFlags = { json?: boolean; compare?: boolean; policy?: string; evidence?: string; tiles?: boolean }

/** The data directory these flags name. @throws CannotDo when no hub was founded there. */
function foundedIn(flags: Flags): string {
  const { data } = readConfig(flags, process.env)
  if (!isFounded(data)) throw new CannotDo(`${data} holds no founded hub; --data names the directory of one`)
  return data
}

function print(flags: Flags, value: unknown, text: string): void {
  process.stdout.write(`${flags.json === true ? JSON.stringify(value) : text}\n`)
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
    const result = { hubId: toHex(hubId), stewardAccount: toHex(acct), data: config.data }
    print(flags, result, `founded ${name}; the first steward’s account is ${result.stewardAccount}`)
  } finally {
    await lock.release()
  }
}

/** What the running hub answers; `read` throws at what no hub would answer. */
async function ask<T = unknown>(config: Config, path: string, body?: unknown, read: (text: string) => T = JSON.parse): Promise<T> {
  const control = readControl(config.data)
  if (control === null) throw new CannotDo(`no hub runs on ${config.data}; start it with npm start`)
  let response: Response
  let text: string
  try {
    response = await fetch(`${control.url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${control.token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
    })
    text = await response.text()
  } catch {
    throw new CannotDo(`the hub on ${config.data} does not answer at ${control.url}; is it still running?`)
  }
  let no: unknown
  try {
    if (response.ok) return read(text)
    no = JSON.parse(text)
  } catch {
    throw new CannotDo(`what answers at ${control.url} is no hub; is the one on ${config.data} still running?`)
  }
  throw new CannotDo(noOf(no), 1)
}

/** The hub's "no" in words, where a person at the command line can do something about it. */
function noOf(answer: unknown): string {
  const door = (answer as { door?: { code?: unknown; hub?: unknown; because?: unknown } } | null)?.door
  const words: Record<string, string> = {
    'not-founded': 'this hub is not founded yet: open its page, or stop it and run `init`',
    'bad-card': 'that is not a hub’s card: copy the whole text that `federation card` prints there',
    'own-card': 'that is this hub’s own card: give it to the other hub, and bring the other’s here',
    'already-federated': 'this hub is in a federation already',
    'no-federation': 'this hub is in no federation yet: `federation found` begins one, `federation join` asks to be let in',
    'hub-unreachable': `${String(door?.hub)} does not answer at the addresses in its card; this hub goes on asking`,
    'no-evidence': `this file proves nothing here (${String(door?.because)}); \`evidence verify\` checks it by itself`,
    'read-only': 'the hub takes nothing at the moment; `status` says why',
    'busy': 'the hub is starting or busy: try again in a moment',
    'no-session': 'the hub does not know this command line: is it running on another data directory?',
  }
  const code = String(door?.code)
  return `the hub says no: ${Object.hasOwn(words, code) ? words[code] : JSON.stringify(answer)}`
}

function listEvidence(flags: Flags): void {
  const judged = judgeKept(foundedIn(flags))
  print(flags, judged.map(jsonOf), judged.length === 0 ? 'no evidence is kept here' : judged.map(wordsOn).join('\n'))
}

function verifyBundle(file: string, json: boolean): void {
  const judged = readable(() => judgeFile(file))
  print({ json }, jsonOf(judged), wordsOn(judged))
  process.exitCode = judged.verdict.ok ? 0 : 1
}

async function importEvidence(file: string, flags: Flags): Promise<void> {
  const text = readable(() => bundleIn(file))
  const answer = (await ask(readConfig(flags, process.env), '/api/evidence', { text })) as EvidenceAnswer
  print(flags, answer, answer.isNew ? `taken: ${answer.id}` : `known already: ${answer.id}`)
}

/** What a person named and cannot be read is theirs to mend. */
function readable<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw error instanceof Unreadable ? new CannotDo(error.message) : error
  }
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
        return await writeBackup({ dataDir: data, to, store, withKeys, now: systemClock.now(), onProgress })
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

async function status(flags: Flags): Promise<void> {
  const config = readConfig(flags, process.env)
  const hub = await ask(config, '/api/hub')
  print(flags, hub, JSON.stringify(hub, null, 2))
}

async function askFederation(flags: Flags, what: 'card' | 'show' | 'found' | 'join' | 'admit', card?: string): Promise<void> {
  const config = readConfig(flags, process.env)
  const reading = what === 'card' || what === 'show'
  const view = (await ask(config, reading ? '/api/federation' : `/api/federation/${what}`, reading ? undefined : { ...(card === undefined ? {} : { card }) })) as { card: string }
  if (what === 'card') print(flags, { card: view.card }, view.card)
  else print(flags, view, JSON.stringify(view, null, 2))
}
