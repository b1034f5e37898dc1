/**
 * ◆ What the operator decides, read once: flags, then environment, then `<data>/hub.toml`, then defaults. Each value
 * knows where it came from, and every fault there is is told at once, with its place and what to write instead.
 * The charter is not here: what the community agreed stands in its record.
 */
import { isIP } from 'node:net'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { type NoteKey, parseVkey, SIGNATURE } from '#ledger/note.ts'
import { type ConfigFault, readConfigFile } from './config-file.ts'
import { CHECKPOINT_EVERY_MS } from '#protocol/limits.ts'
import { readAddress } from './wire/libp2p-peer.ts'
import type { LogLevel } from './log.ts'

export type HostPort = { host: string; port: number }

export type Config = {
  /** Everything this hub keeps. Outside the checkout, so that an update of the program cannot touch it. */
  data: string
  http: HostPort
  /** Where other hubs reach this one. Bound to 127.0.0.1 until the hub founds or joins a federation. */
  p2p: HostPort
  /** Where hubs are heard by WebSocket, behind a proxy that has the certificate; null where they are not. */
  webSocket: HostPort | null
  /** Whom this hub relays for when they cannot reach each other. */
  relay: 'members' | 'nobody'
  /** Whether members are looked for by multicast on the local network. */
  lan: 'off' | 'members'
  /** Names, besides IP addresses and localhost, under which browsers may ask for this hub. */
  hostNames: string[]
  /** Addresses to tell other hubs, as multiaddrs, when the machine cannot know them (NAT, a domain). */
  announce: string[]
  /** Logs outside the federation that may ask this hub for its plain cosignature. */
  witnessLogs: NoteKey[]
  /** How long a record waits at most before this hub signs a checkpoint over it; what other cities wait for never does. */
  checkpointSeconds: number
  /** Who may read `/metrics`. */
  metrics: 'this-machine' | 'anybody'
  logLevel: LogLevel
  json: boolean
  /** The same as written, with where each value came from. */
  settings: Setting[]
}

/** A value in effect and what said so: `flag --http`, `environment HUB_HTTP`, `PATH:LINE`, `default`. */
export type Setting = { name: string; value: string | string[]; origin: string }

export const DEFAULT_HTTP: HostPort = { host: '127.0.0.1', port: 8460 }
export const DEFAULT_P2P: HostPort = { host: '0.0.0.0', port: 8461 }
export const DEFAULT_WEBSOCKET: HostPort = { host: '127.0.0.1', port: 8462 }

/** Something in the configuration that cannot be used; `message` says where, what, and what would do. */
export class ConfigError extends Error {
  readonly faults: ConfigFault[]
  constructor(faults: ConfigFault[]) {
    super(faults.map(({ where, what, remedy }) => `${where}: ${what}. ${remedy}`).join('\n'))
    this.name = 'ConfigError'
    this.faults = faults
  }
}

export type Flags = { data?: string; http?: string; p2p?: string; json?: boolean; logLevel?: string }

/** Other cities and members who want a proof count on no more. */
const CHECKPOINT_SECONDS_MAX = CHECKPOINT_EVERY_MS / 1_000

const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const
const metricsReaders = ['this-machine', 'anybody'] as const
const relayedFor = ['members', 'nobody'] as const
const lookedForOnLan = ['off', 'members'] as const

/** What is wrong with a value, without its place. */
class Unusable extends Error {
  readonly remedy: string
  constructor(what: string, remedy: string) {
    super(what)
    this.remedy = remedy
  }
}

type Rule<T> = {
  /** In `hub.toml`. */
  key: string
  env: string
  flag?: 'http' | 'p2p' | 'logLevel'
  fallback: string | string[]
  /** Of one text, or of a list where the fallback is one. Throws Unusable. */
  read(written: string[]): T
}

const rules = {
  http: one('http', 'HUB_HTTP', 'http', '127.0.0.1:8460', (text) => hostPort(text, DEFAULT_HTTP)),
  p2p: one('p2p', 'HUB_P2P', 'p2p', '0.0.0.0:8461', (text) => listenAddress(text, DEFAULT_P2P)),
  webSocket: one('websocket', 'HUB_WEBSOCKET', undefined, 'off', (text) => (text === 'off' ? null : listenAddress(text, DEFAULT_WEBSOCKET))),
  relay: one('relay', 'HUB_RELAY', undefined, 'members', (text) => oneOf(relayedFor, text)),
  lan: one('lan', 'HUB_LAN', undefined, 'off', (text) => oneOf(lookedForOnLan, text)),
  hostNames: list('host_names', 'HUB_HOST_NAMES', hostName),
  announce: list('announce', 'HUB_ANNOUNCE', multiaddr),
  witnessLogs: { ...list('witness_logs', 'HUB_WITNESS_LOGS', logKey), read: logKeys },
  checkpointSeconds: one('checkpoint_seconds', 'HUB_CHECKPOINT_SECONDS', undefined, String(CHECKPOINT_SECONDS_MAX), checkpointSeconds),
  metrics: one('metrics', 'HUB_METRICS', undefined, 'this-machine', (text) => oneOf(metricsReaders, text)),
  logLevel: one('log_level', 'HUB_LOG', 'logLevel', 'info', (text): LogLevel => oneOf(logLevels, text)),
} satisfies Record<string, Rule<unknown>>

/** The keys of `hub.toml` and the names in the environment, for whoever writes them down. */
export const settingNames = Object.values(rules).map(({ key, env, flag }: Rule<unknown>) => ({ key, env, flag: flagName(flag) }))

export const defaultDataDirectory = (env: NodeJS.ProcessEnv): string =>
  join(env['XDG_DATA_HOME'] ?? join(env['HOME'] ?? homedir(), '.local', 'share'), 'tongyi')

/** The configuration in effect. @throws ConfigError with every fault there is. */
export function readConfig(flags: Flags, env: NodeJS.ProcessEnv): Config {
  const faults: ConfigFault[] = []
  const dataOrigin = flags.data !== undefined ? 'flag --data' : env['HUB_DATA'] !== undefined ? 'environment HUB_DATA' : 'default'
  const data = resolve(flags.data ?? env['HUB_DATA'] ?? defaultDataDirectory(env))
  const path = join(data, 'hub.toml')
  const file = readConfigFile(path)
  if ('fault' in file) throw new ConfigError([file.fault])
  const { values, placeOf } = file

  const known = settingNames.map(({ key }) => key)
  for (const key of values.keys()) {
    if (!known.includes(key)) faults.push({ where: placeOf(key), what: `there is no setting ${JSON.stringify(key)}`, remedy: `There are ${known.join(', ')}.` })
  }

  const settings: Setting[] = [{ name: 'data', value: data, origin: dataOrigin }]
  function valueOf<T>({ key, env: variable, flag, fallback, read }: Rule<T>): T {
    const isList = Array.isArray(fallback)
    const ofFlag = flag === undefined ? undefined : flags[flag]
    const [written, origin]: [unknown, string] =
      ofFlag !== undefined ? [ofFlag, `flag ${flagName(flag)}`]
      : env[variable] !== undefined ? [isList ? listIn(env[variable]) : env[variable], `environment ${variable}`]
      : values.has(key) ? [values.get(key), placeOf(key)]
      : [fallback, 'default']
    try {
      const texts = isList ? textsIn(written, key) : [textIn(written, key, String(fallback))]
      settings.push({ name: key, value: isList ? texts : texts[0]!, origin })
      return read(texts)
    } catch (error) {
      if (!(error instanceof Unusable)) throw error
      const where = origin.startsWith(path) ? `${origin}: ${key}` : origin
      faults.push({ where, what: error.message, remedy: error.remedy })
      return undefined as T
    }
  }
  const config = {
    data,
    http: valueOf(rules.http),
    p2p: valueOf(rules.p2p),
    webSocket: valueOf(rules.webSocket),
    relay: valueOf(rules.relay),
    lan: valueOf(rules.lan),
    hostNames: valueOf(rules.hostNames),
    announce: valueOf(rules.announce),
    witnessLogs: valueOf(rules.witnessLogs),
    checkpointSeconds: valueOf(rules.checkpointSeconds),
    metrics: valueOf(rules.metrics),
    logLevel: valueOf(rules.logLevel),
    json: flags.json ?? false,
    settings,
  }
  // What could not be read has left a fault, so nothing undefined leaves this function.
  if (faults.length > 0) throw new ConfigError(faults)
  return config
}

function one<T>(key: string, env: string, flag: Rule<T>['flag'], fallback: string, read: (text: string) => T): Rule<T> {
  return { key, env, ...(flag === undefined ? {} : { flag }), fallback, read: ([text]) => read(text!) }
}

function list<T>(key: string, env: string, read: (text: string) => T): Rule<T[]> {
  return { key, env, fallback: [], read: (texts) => texts.map(read) }
}

function flagName(flag: Rule<unknown>['flag']): string | null {
  return flag === undefined ? null : flag === 'logLevel' ? '--log-level' : `--${flag}`
}

/** In the environment a list is written with commas or spaces between. */
const listIn = (text: string): string[] => text.split(/[\s,]+/).filter((part) => part !== '')

function textIn(written: unknown, key: string, example: string): string {
  if (typeof written === 'string') return written
  throw new Unusable('a text in quotes is expected', `Write ${key} = ${JSON.stringify(example)}, for example.`)
}

function textsIn(written: unknown, key: string): string[] {
  if (Array.isArray(written) && written.every((part) => typeof part === 'string')) return written
  throw new Unusable('a list of texts is expected', `Write ${key} = ["…", "…"], or ${key} = [] for none.`)
}

function oneOf<T extends string>(known: readonly T[], text: string): T {
  const found = known.find((one) => one === text)
  if (found === undefined) throw new Unusable(`${JSON.stringify(text)} is not one of ${known.join(', ')}`, 'Write one of these.')
  return found
}

function checkpointSeconds(text: string): number {
  const seconds = /^\d{1,2}$/.test(text) ? Number(text) : 0
  if (seconds >= 1 && seconds <= CHECKPOINT_SECONDS_MAX) return seconds
  throw new Unusable(`${JSON.stringify(text)} is not a whole number of seconds from 1 to ${CHECKPOINT_SECONDS_MAX}`, `Write "${CHECKPOINT_SECONDS_MAX}", for example.`)
}

/** `HOST:PORT`, `[IPv6]:PORT` or `:PORT`; port 0 takes a free one. */
function hostPort(text: string, fallback: HostPort): HostPort {
  const match = /^(\[[0-9a-fA-F:]+\]|[^:[\]]*):(\d{1,5})$/.exec(text)
  const port = Number(match?.[2])
  if (match === null || port > 65_535) {
    throw new Unusable(`${JSON.stringify(text)} is not HOST:PORT`, `Write ${fallback.host}:${fallback.port}, for example; port 0 takes a free one.`)
  }
  const host = match[1]!.replace(/^\[|\]$/g, '')
  return { host: host === '' ? fallback.host : host, port }
}

function listenAddress(text: string, fallback: HostPort): HostPort {
  const address = hostPort(text, fallback)
  if (isIP(address.host) !== 0) return address
  throw new Unusable(`${JSON.stringify(address.host)} is no IP address`, 'Hubs listen at an IP address: 0.0.0.0 is all of this machine’s. A name belongs into announce.')
}

/** As it stands in `Host`, where browsers write it in small letters and without the port being part of it. */
function hostName(text: string): string {
  if (/^[a-z0-9]([a-z0-9._-]{0,251}[a-z0-9])?$/.test(text)) return text
  throw new Unusable(`${JSON.stringify(text)} is no name of a host`, 'Write the name alone, in small letters, without http:// and without a port: "hub.example.org".')
}

function multiaddr(text: string): string {
  if (readAddress(text) !== null) return text
  throw new Unusable(`${JSON.stringify(text)} is no multiaddr`, 'Write /dns4/hub.example.org/tcp/8461, for example.')
}

function logKey(text: string): NoteKey {
  const key = parseVkey(text)
  if (key?.type === SIGNATURE) return key
  throw new Unusable(`${JSON.stringify(text)} is no vkey of a log's Ed25519 key`, 'Write it as its log publishes it: example.com/log+5b1f02d9+AT2….')
}

/** Two keys under one name would be two logs that contradict each other. */
function logKeys(vkeys: string[]): NoteKey[] {
  const keys = vkeys.map(logKey)
  const twice = keys.find(({ name }, i) => keys.findIndex((other) => other.name === name) !== i)
  if (twice === undefined) return keys
  throw new Unusable(`there are two keys for ${twice.name}`, 'Keep the one that its log signs with.')
}
