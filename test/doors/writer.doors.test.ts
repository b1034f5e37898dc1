import { afterEach, beforeEach, expect, test } from 'vitest'
import { encodeAction } from '#ledger/action.ts'
import { toHex } from '#ledger/bytes.ts'
import { encodeCharter } from '#ledger/charter/charter.ts'
import { sha256 } from '#ledger/hash.ts'
import { keyIdOf, publicKeyOf, sign } from '#ledger/keys.ts'
import { presets } from '#ledger/charter/presets.ts'
import { foundHub, journalDirectory } from '#node/record/founding.ts'
import { openJournal } from '#node/disk/journal.ts'
import { type HubKeys, openKeystore } from '#node/disk/keystore.ts'
import type { Answer } from '#node/ports.ts'
import { systemClock, systemEntropy } from '#node/system-clock.ts'
import { type OpenWriter, openWriter } from '#node/record/writer.ts'
import { aDirectory } from '#test/support/directories.ts'
import { contentsOf } from './untouched.ts'

const WAIT = { timeout: 30_000, interval: 10 }
const secret = (n: number): Uint8Array => new Uint8Array(32).fill(n)
let data: string
let keys: HubKeys
let writer: OpenWriter
let said: string[]
/** What the clock does at its next reading, once. */
let fault: (() => never) | null
const stray: unknown[] = []
const hear = (error: unknown): void => void stray.push(error)

beforeEach(async () => {
  data = aDirectory()
  said = []
  fault = null
  keys = await openKeystore(data)
  const steward = { acct: secret(1), device: publicKeyOf(secret(1)), name: 'steward' }
  await foundHub(data, { name: 'chengdu', city: '成都', region: 'as', preset: 'city' }, steward, 'zh', keys, systemClock, systemEntropy)
  const now = (): number => {
    const failing = fault
    fault = null
    return failing === null ? systemClock.now() : failing()
  }
  const log = { info: () => {}, warn: () => {}, error: (message: string) => void said.push(message) }
  writer = await openWriter({
    openJournal: (onFrame) => openJournal(journalDirectory(data), null, onFrame),
    keys, clock: { now, after: (ms, call) => systemClock.after(Math.min(ms, 20), call) }, entropy: systemEntropy, log,
  })
  process.on('unhandledRejection', hear)
})
afterEach(async () => {
  await writer.close()
  process.off('unhandledRejection', hear)
  expect(stray).toEqual([])
})

/** Somebody joins; each number is somebody else. */
function joins(n: number): Promise<Answer> {
  const { state } = writer
  const device = publicKeyOf(secret(n))
  const size = state.tree.size
  const body = encodeAction({
    kind: 'member.joined', id: toHex(systemEntropy.bytes(16)), acct: toHex(secret(n)), exp: systemClock.now() + 3_600,
    seen: { size, leaf: toHex(state.tree.leafAt(size - 1)) }, device, profile: toHex(secret(n)), charter: toHex(sha256(encodeCharter(presets.city))),
    invitation: null,
  })
  return writer.submit(body, [{ keyId: keyIdOf(device), signature: sign(secret(n), 'entry', state.hub.id, body) }])
}

test('a fault of ours in the middle of a turn: nobody is told yes, the disk is read again, and the hub goes on', async () => {
  const { state } = writer
  fault = () => {
    throw new Error('a rule that broke')
  }
  expect(await joins(2)).toEqual({ ok: false, unavailable: 'storage' })
  expect(writer.shut).toBe('storage')
  expect(said[0]).toMatch(/please report this/)
  await expect.poll(() => writer.shut, WAIT).toBeNull()
  expect(writer.state).not.toBe(state)
  expect(await joins(2)).toMatchObject({ ok: true, seq: 1 })
  expect(contentsOf(data).records).toBe(2)
})

test('a listener that throws: what was recorded stays recorded, once', async () => {
  let deaf = true
  writer.onRecorded(() => {
    if (deaf) throw new Error('a listener that broke')
  })
  expect(await joins(2)).toMatchObject({ ok: true, seq: 1 })
  await expect.poll(() => writer.shut, WAIT).toBe('storage')
  deaf = false
  await expect.poll(() => writer.shut, WAIT).toBeNull()
  expect(await joins(3)).toMatchObject({ ok: true, seq: 2 })
  expect(contentsOf(data).records).toBe(3)
})
