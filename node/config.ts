/**
 * ◆ What the operator decides, read once: flags, then environment, then `<data>/hub.toml`, then defaults.
 * The charter is not here: what the community agreed stands in its record.
 */
import { existsSync, readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { parse } from 'smol-toml'
import { z } from 'zod'
import { type NoteKey, parseVkey, SIGNATURE } from '#ledger/note.ts'
import { readAddress } from './wire/libp2p-peer.ts'
import type { LogLevel } from './log.ts'

export type HostPort = { host: string; port: number }

export type Config = {
  /** Everything this hub keeps. Outside the checkout, so that an update of the program cannot touch it. */
  data: string
  http: HostPort
  /** Where other hubs reach this one. Bound to 127.0.0.1 until the hub founds or joins a federation. */
  p2p: HostPort
  /** Names, besides IP addresses and localhost, under which browsers may ask for this hub. */
  hostNames: string[]
  /** Addresses to tell other hubs, as multiaddrs, when the machine cannot know them (NAT, a domain). */
  announce: string[]
  /** Logs outside the federation that may ask this hub for its plain cosignature. */
  witnessLogs: NoteKey[]
  logLevel: LogLevel
  json: boolean
}

export const DEFAULT_HTTP: HostPort = { host: '127.0.0.1', port: 8460 }
export const DEFAULT_P2P: HostPort = { host: '0.0.0.0', port: 8461 }

/** Something in the configuration that cannot be used; `message` says where, what, and what would do. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ConfigError'
  }
}

export type Flags = { data?: string; http?: string; p2p?: string; json?: boolean; logLevel?: string }

const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const

const fileSchema = z.strictObject({
  http: z.string().optional(),
  p2p: z.string().optional(),
  host_names: z.array(z.string()).optional(),
  announce: z.array(z.string()).optional(),
  witness_logs: z.array(z.string()).optional(),
  log_level: z.enum(logLevels).optional(),
})

export const defaultDataDirectory = (env: NodeJS.ProcessEnv): string =>
  join(env['XDG_DATA_HOME'] ?? join(env['HOME'] ?? homedir(), '.local', 'share'), 'tongyi')

/** Throws ConfigError. */
export function readConfig(flags: Flags, env: NodeJS.ProcessEnv): Config {
  const data = resolve(flags.data ?? env['HUB_DATA'] ?? defaultDataDirectory(env))
  const file = readFile(join(data, 'hub.toml'))
  const level = flags.logLevel ?? env['HUB_LOG'] ?? file.log_level ?? 'info'
  if (!(logLevels as readonly string[]).includes(level)) {
    throw new ConfigError(`log level ${JSON.stringify(level)} is not one of ${logLevels.join(', ')}`)
  }
  const p2p = hostPort(flags.p2p ?? env['HUB_P2P'] ?? file.p2p, DEFAULT_P2P, 'P2P')
  if (isIP(p2p.host) === 0) {
    throw new ConfigError(`P2P address: ${JSON.stringify(p2p.host)} is no IP address (0.0.0.0 listens on all of this machine's)`)
  }
  const announce = file.announce ?? []
  const unreadable = announce.find((text) => readAddress(text) === null)
  if (unreadable !== undefined) {
    const example = '/dns4/hub.example.org/tcp/8461'
    throw new ConfigError(`${join(data, 'hub.toml')}: announce: ${JSON.stringify(unreadable)} is no multiaddr (for example ${example})`)
  }
  return {
    data,
    http: hostPort(flags.http ?? env['HUB_HTTP'] ?? file.http, DEFAULT_HTTP, 'HTTP'),
    p2p,
    hostNames: file.host_names ?? [],
    announce,
    witnessLogs: logKeys(file.witness_logs ?? [], join(data, 'hub.toml')),
    logLevel: level as LogLevel,
    json: flags.json ?? false,
  }
}

function readFile(path: string): z.infer<typeof fileSchema> {
  if (!existsSync(path)) return {}
  let parsed: unknown
  try {
    parsed = parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new ConfigError(`${path} cannot be read: ${(error as Error).message.split('\n')[0]}. Mend it, or move it away to start with defaults.`)
  }
  const checked = fileSchema.safeParse(parsed)
  if (checked.success) return checked.data
  const issue = checked.error.issues[0]!
  throw new ConfigError(`${path}: ${issue.path.join('.') || 'the file'}: ${issue.message}`)
}

/** Two keys under one name would be two logs that contradict each other. */
function logKeys(vkeys: string[], path: string): NoteKey[] {
  const keys = vkeys.map((text) => {
    const key = parseVkey(text)
    if (key?.type === SIGNATURE) return key
    const example = 'example.com/log+5b1f02d9+AT2…'
    throw new ConfigError(`${path}: witness_logs: ${JSON.stringify(text)} is no vkey of a log's Ed25519 key (as ${example})`)
  })
  const twice = keys.find(({ name }, i) => keys.findIndex((other) => other.name === name) !== i)
  if (twice === undefined) return keys
  throw new ConfigError(`${path}: witness_logs: there are two keys for ${twice.name}`)
}

/** `HOST:PORT`, `[IPv6]:PORT` or `:PORT`; port 0 takes a free one. */
function hostPort(text: string | undefined, fallback: HostPort, name: string): HostPort {
  if (text === undefined) return fallback
  const match = /^(\[[0-9a-fA-F:]+\]|[^:[\]]*):(\d{1,5})$/.exec(text)
  const port = Number(match?.[2])
  if (match === null || port > 65_535) {
    throw new ConfigError(`${name} address ${JSON.stringify(text)} is not HOST:PORT (for example ${fallback.host}:${fallback.port}; port 0 takes a free one)`)
  }
  const host = match[1]!.replace(/^\[|\]$/g, '')
  return { host: host === '' ? fallback.host : host, port }
}
