/**
 * ◆ The hub's secret keys, one file each in `<data>/keys/`: one line of two words in hex, the 32-byte
 * Ed25519 seed and the key id of its public key (the first 8 bytes of its SHA-256). Without the second
 * a digit that changed on the disk would make another key, with which the hub signs what nobody
 * accepts. One key for each promise: whoever steals the vote key cannot seal entries, and each can be
 * replaced without the others.
 *
 * All are created together, exactly once: written into `keys.new`, synced, and given their name by
 * one rename. So after a crash there are either all keys or none, and a key that is missing later
 * was lost. It is then refused, never replaced in silence: a hub with a new log key is a different
 * hub. What an attacker gains from this directory is everything the hub may sign; so a file that
 * others may read is refused as well.
 */
import { randomBytes } from 'node:crypto'
import {
  closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { toHex } from '#ledger/bytes.ts'
import { keyIdOf, publicKeyOf } from '#ledger/keys.ts'
import { makeDirectory, syncDirectory } from '#node/disk/durable.ts'

/** Both 32 bytes; `secret` is the Ed25519 seed. */
export type KeyPair = { secret: Uint8Array; publicKey: Uint8Array }

export type HubKeys = {
  /** Seals entries and signs checkpoints; its hash is part of the hub's name. */
  log: KeyPair
  /** Signs transfer orders. */
  order: KeyPair
  /** Votes on other hubs' orders. */
  vote: KeyPair
  /** Cosigns others' checkpoints: append-only. */
  cosigner: KeyPair
  /** Cosigns others' checkpoints: replayed and valid. */
  auditor: KeyPair
  /** The libp2p peer identity. */
  peer: KeyPair
}

/** The vote key that a hub is to have, until a document of its federation gives it that (`keys/vote.next`). */
export type NextVoteKey = {
  held(): KeyPair | null
  /** Makes one, durable before it is told; the same again while there is one. */
  make(): KeyPair
  /** It is the vote key from now on. The old one is gone with that: nothing is signed with it any more. */
  takeUp(): void
  discard(): void
}

const fileOf: Record<keyof HubKeys, string> = {
  log: 'log',
  order: 'order',
  vote: 'vote',
  cosigner: 'cosigner',
  auditor: 'auditor',
  peer: 'libp2p',
}

export type KeystoreFault =
  | 'key-missing' | 'key-unreadable' | 'key-malformed' | 'key-exposed' | 'keys-not-created'

export class KeystoreError extends Error {
  readonly code: KeystoreFault
  readonly file: string
  constructor(code: KeystoreFault, file: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'KeystoreError'
    this.code = code
    this.file = file
  }
}

/**
 * The keys of the hub in `dataDir`, created when there are none yet. Rejects with a KeystoreError
 * naming the file and what to do. The caller holds the directory's lock.
 */
export async function openKeystore(dataDir: string): Promise<HubKeys> {
  const keysDir = join(dataDir, 'keys')
  if (!existsSync(keysDir)) createKeys(dataDir, keysDir)
  refuseExposed(keysDir, 'directory')
  const keyIn = (role: keyof HubKeys): KeyPair => loadKey(join(keysDir, fileOf[role]))
  return {
    log: keyIn('log'), order: keyIn('order'), vote: keyIn('vote'),
    cosigner: keyIn('cosigner'), auditor: keyIn('auditor'), peer: keyIn('peer'),
  }
}

/** The next vote key beside `keys`, whose `vote` it becomes. @throws KeystoreError for a file that cannot be read or written. */
export function nextVoteKey(dataDir: string, keys: HubKeys): NextVoteKey {
  const keysDir = join(dataDir, 'keys')
  const file = join(keysDir, 'vote.next')
  let next = existsSync(file) ? loadKey(file) : null
  const written = (): KeyPair => {
    const unfinished = `${file}.new`
    try {
      rmSync(unfinished, { force: true })
      writeKey(unfinished, randomBytes(32))
      renameSync(unfinished, file)
      syncDirectory(keysDir)
    } catch (error) {
      throw new KeystoreError('keys-not-created', file, `the new vote key could not be written to ${file}: ${(error as Error).message}`, { cause: error })
    }
    return loadKey(file)
  }
  return {
    held: () => next,
    make: () => (next ??= written()),
    takeUp() {
      if (next === null) return
      renameSync(file, join(keysDir, fileOf.vote))
      syncDirectory(keysDir)
      keys.vote = next
      next = null
    },
    discard() {
      rmSync(file, { force: true })
      next = null
    },
  }
}

function createKeys(dataDir: string, keysDir: string): void {
  const unfinished = `${keysDir}.new`
  try {
    // Left by a crash: these keys never signed anything.
    rmSync(unfinished, { recursive: true, force: true })
    makeDirectory(unfinished)
    for (const name of Object.values(fileOf)) writeKey(join(unfinished, name), randomBytes(32))
    syncDirectory(unfinished)
    renameSync(unfinished, keysDir)
    syncDirectory(dataDir)
  } catch (error) {
    const message = `the hub's keys could not be written to ${keysDir}: ${(error as Error).message}`
    throw new KeystoreError('keys-not-created', keysDir, message, { cause: error })
  }
}

function writeKey(file: string, seed: Buffer): void {
  const fd = openSync(file, 'wx', 0o600)
  try {
    const line = Buffer.from(keyLine(seed))
    if (writeSync(fd, line) !== line.length) throw new Error(`${file} was written only in part`)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

function loadKey(file: string): KeyPair {
  refuseExposed(file, 'file')
  const line = readKey(file)
  const secret = new Uint8Array(Buffer.from(line.slice(0, 64), 'hex'))
  const publicKey = secret.length === 32 ? publicKeyOf(secret) : null
  if (publicKey === null || line !== keyLine(secret, publicKey)) {
    const message = `${file} is not one line of a seed in 64 hex digits and its key id in 16, or not the id of that `
      + "seed. Restore it from the keys' backup."
    throw new KeystoreError('key-malformed', file, message)
  }
  return { secret, publicKey }
}

/** What stands in the file of a key. */
export function keyLine(seed: Uint8Array, publicKey: Uint8Array = publicKeyOf(seed)): string {
  return `${toHex(seed)} ${toHex(keyIdOf(publicKey))}\n`
}

function readKey(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch (error) {
    throw unreadable(file, error)
  }
}

function refuseExposed(path: string, kind: 'file' | 'directory'): void {
  const mode = modeOf(path)
  if ((mode & 0o077) === 0) return
  const chmod = `chmod ${kind === 'file' ? '600' : '700'} ${path}`
  const message = `${path} holds a secret that others on this machine may reach. Run: ${chmod}`
  throw new KeystoreError('key-exposed', path, message)
}

function modeOf(path: string): number {
  try {
    return statSync(path).mode
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw unreadable(path, error)
    const message = `${path} is missing. Restore it from the keys' backup: with a new one this `
      + 'would be another hub.'
    throw new KeystoreError('key-missing', path, message, { cause: error })
  }
}

function unreadable(path: string, error: unknown): KeystoreError {
  const message = `${path} cannot be read: ${(error as Error).message}. The user that runs the hub `
    + 'must own it.'
  return new KeystoreError('key-unreadable', path, message, { cause: error })
}
