import {
  chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { keyIdOf, publicKeyOf } from '#ledger/keys.ts'
import { openKeystore } from '#node/disk/keystore.ts'
import { aDirectory } from '#test/support/directories.ts'

const names = ['auditor', 'cosigner', 'libp2p', 'log', 'order', 'vote']

describe('a new keystore', () => {
  test('has six different keys, each in a file only its owner can read', async () => {
    const dir = aDirectory()
    const keys = await openKeystore(dir)
    expect(readdirSync(join(dir, 'keys')).sort()).toEqual(names)
    expect(statSync(join(dir, 'keys')).mode & 0o777).toBe(0o700)
    for (const name of names) expect(statSync(join(dir, 'keys', name)).mode & 0o777).toBe(0o600)
    expect(new Set(Object.values(keys).map(({ secret }) => hexOf(secret))).size).toBe(6)
    for (const { secret, publicKey } of Object.values(keys)) {
      expect(publicKey).toEqual(publicKeyOf(secret))
    }
    expect(readFileSync(join(dir, 'keys', 'libp2p'), 'utf8')).toBe(`${hexOf(keys.peer.secret)} ${hexOf(keyIdOf(keys.peer.publicKey))}\n`)
  })

  test('is the same keystore when opened again', async () => {
    const dir = aDirectory()
    const first = await openKeystore(dir)
    expect(await openKeystore(dir)).toEqual(first)
  })

  test('begins anew when the machine stopped while the keys were being made', async () => {
    const dir = aDirectory()
    mkdirSync(join(dir, 'keys.new'), { mode: 0o700 })
    writeFileSync(join(dir, 'keys.new', 'log'), 'half a k')
    await openKeystore(dir)
    expect(existsSync(join(dir, 'keys.new'))).toBe(false)
    expect(readdirSync(join(dir, 'keys')).sort()).toEqual(names)
  })

  test('says so when it cannot be written', async () => {
    const dir = aDirectory()
    const file = join(dir, 'a-file')
    writeFileSync(file, '')
    await expect(openKeystore(file)).rejects.toMatchObject({ code: 'keys-not-created' })
  })
})

describe('an existing keystore', () => {
  test('refuses a missing key rather than becoming another hub', async () => {
    const dir = await aKeystore()
    const file = join(dir, 'keys', 'log')
    rmSync(file)
    await expect(openKeystore(dir)).rejects.toMatchObject({ code: 'key-missing', file })
    expect(existsSync(file)).toBe(false)
  })

  test.for([0o640, 0o604, 0o620])('refuses a file of mode %o, says what to run', async (mode) => {
    const dir = await aKeystore()
    const file = join(dir, 'keys', 'vote')
    chmodSync(file, mode)
    await expect(openKeystore(dir)).rejects.toMatchObject({
      code: 'key-exposed', message: expect.stringContaining(`chmod 600 ${file}`),
    })
    chmodSync(file, 0o400)
    await openKeystore(dir)
  })

  test('refuses a key directory others may enter', async () => {
    const dir = await aKeystore()
    chmodSync(join(dir, 'keys'), 0o750)
    await expect(openKeystore(dir)).rejects.toMatchObject({
      code: 'key-exposed', message: expect.stringContaining(`chmod 700 ${join(dir, 'keys')}`),
    })
  })

  test.for([
    ['nothing', () => ''],
    ['one digit too few', (line: string) => line.slice(1)],
    ['one digit too many', (line: string) => `0${line}`],
    ['capital letters', (line: string) => `A${line.slice(1)}`],
    ['a second line', (line: string) => `${line}\n`],
    ['a space before', (line: string) => ` ${line}`],
    ['another digit in its seed', (line: string) => (line.startsWith('0') ? '1' : '0') + line.slice(1)],
    ['raw bytes', () => '\u0001'.repeat(32)],
  ] as const)('refuses a key file with %s', async ([, spoil]) => {
    const dir = await aKeystore()
    const file = join(dir, 'keys', 'order')
    writeFileSync(file, spoil(readFileSync(file, 'utf8')))
    await expect(openKeystore(dir)).rejects.toMatchObject({ code: 'key-malformed', file })
  })

  test('refuses a key that cannot be read', async () => {
    const dir = await aKeystore()
    rmSync(join(dir, 'keys', 'auditor'))
    mkdirSync(join(dir, 'keys', 'auditor'), { mode: 0o700 })
    await expect(openKeystore(dir)).rejects.toMatchObject({ code: 'key-unreadable' })
  })

  test('never prints a secret in a refusal', async () => {
    const dir = await aKeystore()
    const file = join(dir, 'keys', 'log')
    const [secret] = readFileSync(file, 'utf8').split(' ') as [string]
    writeFileSync(file, `${secret}00`)
    const refusal = await openKeystore(dir).catch((error: unknown) => error)
    expect(String(refusal)).toContain('64 hex digits')
    expect(String(refusal)).not.toContain(secret)
  })
})

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

async function aKeystore(): Promise<string> {
  const dir = aDirectory()
  await openKeystore(dir)
  return dir
}
