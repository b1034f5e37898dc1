import { readdirSync, readFileSync } from 'node:fs'
import { afterEach, expect, test, vi } from 'vitest'
import { fromHex, utf8 } from '#ledger/bytes.ts'
import { publicKeyOf, signMessage } from '#ledger/keys.ts'
import { verifyByWebCrypto } from '#ui/device/webcrypto.ts'

afterEach(() => vi.unstubAllGlobals())

const secret = new Uint8Array(32).fill(1)
const key = publicKeyOf(secret)
const message = utf8('one hour of help')
const signature = signMessage(secret, message)

test('WebCrypto accepts an honest signature and refuses a changed message', async () => {
  expect(await verifyByWebCrypto(key, message, signature)).toBe(true)
  expect(await verifyByWebCrypto(key, utf8('two hours of help'), signature)).toBe(false)
})

test('crafted signatures are refused here as everywhere', async () => {
  const folder = new URL('../vectors/ed25519/invalid/', import.meta.url)
  for (const file of readdirSync(folder)) {
    type Row = { pub_key: string; message: string; signature: string }
    for (const row of JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Row[]) {
      const verdict = await verifyByWebCrypto(fromHex(row.pub_key)!, fromHex(row.message)!, fromHex(row.signature)!)
      expect(verdict, file).toBe(false)
    }
  }
})

test('without a secure context there is no answer, only about what the rule refuses by itself', async () => {
  vi.stubGlobal('crypto', {})
  expect(await verifyByWebCrypto(key, message, signature)).toBeNull()
  expect(await verifyByWebCrypto(new Uint8Array(32), message, signature)).toBe(false)
})

test('a browser without Ed25519 has no answer, and any other failure is not hidden', async () => {
  const failing = (name: string) => ({ subtle: { importKey: () => Promise.reject(new DOMException('no', name)) } })
  vi.stubGlobal('crypto', failing('NotSupportedError'))
  expect(await verifyByWebCrypto(key, message, signature)).toBeNull()
  vi.stubGlobal('crypto', failing('OperationError'))
  await expect(verifyByWebCrypto(key, message, signature)).rejects.toThrow('no')
})
