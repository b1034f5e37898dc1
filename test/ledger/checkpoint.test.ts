import { describe, expect, test } from 'vitest'
import { fromBase64 } from '#ledger/bytes.ts'
import { encodeCheckpoint, openCheckpoint, parseCheckpoint, parseDecimal } from '#ledger/checkpoint.ts'
import { publicKeyOf } from '#ledger/keys.ts'
import { addSignature, cosign, COSIGNATURE, type NoteKey, signNote } from '#ledger/note.ts'

// The example of C2SP tlog-checkpoint.
const body = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n'
const root = fromBase64('CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=')!

test('the published example is read and written', () => {
  const checkpoint = { origin: 'example.com/behind-the-sofa', size: 20852163n, root }
  expect(parseCheckpoint(body)).toEqual(checkpoint)
  expect(encodeCheckpoint(checkpoint)).toBe(body)
})

test('empty and enormous trees have checkpoints', () => {
  for (const size of [0n, (1n << 64n) - 1n]) {
    expect(parseCheckpoint(encodeCheckpoint({ origin: 'o', size, root }))?.size).toBe(size)
  }
})

describe('a body is no checkpoint when', () => {
  test.each([
    ['it is empty', ''],
    ['the origin is empty', body.replace('example.com/behind-the-sofa', '')],
    ['the size has a leading zero', body.replace('2085', '02085')],
    ['the size has a sign', body.replace('2085', '+2085')],
    ['the size is hexadecimal', body.replace('20852163', '0x10')],
    ['the size is a fraction', body.replace('20852163', '1.5')],
    ['the size has a space', body.replace('20852163', ' 5')],
    ['the size has other digits', body.replace('20852163', '٤')],
    ['the size is 2^64', body.replace('20852163', '18446744073709551616')],
    ['the size is missing', body.replace('20852163\n', '')],
    ['the root is 31 bytes', body.replace('CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=', 'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxqw==')],
    ['the root has spare bits', body.replace('q2I=', 'q2J=')],
    ['the root has no padding', body.replace('q2I=', 'q2I')],
    ['there is an extension line', `${body}extension\n`],
    ['there is an empty line at the end', `${body}\n`],
    ['the last newline is missing', body.slice(0, -1)],
    ['there is a carriage return', body.replaceAll('\n', '\r\n')],
  ])('%s', (_, text) => {
    expect(parseCheckpoint(text)).toBeNull()
  })
})

test('what could not be read back is not written', () => {
  expect(() => encodeCheckpoint({ origin: '', size: 1n, root })).toThrow('not a checkpoint')
  expect(() => encodeCheckpoint({ origin: 'a\nb', size: 1n, root })).toThrow('not a checkpoint')
  expect(() => encodeCheckpoint({ origin: 'o', size: -1n, root })).toThrow('not a checkpoint')
  expect(() => encodeCheckpoint({ origin: 'o', size: 1n, root: root.slice(1) })).toThrow('not a checkpoint')
})

test('decimals have one spelling', () => {
  expect(parseDecimal('0')).toBe(0n)
  expect(parseDecimal('18446744073709551615')).toBe((1n << 64n) - 1n)
  for (const text of ['', '00', '01', '-1', '1e3', '1_0', '1\n', '18446744073709551616', '9'.repeat(1000)]) {
    expect(parseDecimal(text)).toBeNull()
  }
})

describe('a signed checkpoint', () => {
  const secret = new Uint8Array(32).fill(1)
  const witnessSecret = new Uint8Array(32).fill(2)
  const logKey = publicKeyOf(secret)
  const witness: NoteKey = { name: 'w.example', type: COSIGNATURE, publicKey: publicKeyOf(witnessSecret) }
  const origin = 'example.com/behind-the-sofa'
  const signed = signNote(body, origin, secret)
  const witnessed = addSignature(signed, cosign(body, witness.name, witnessSecret, 9))!

  test('opens with its log’s key and names its cosigners', () => {
    expect(openCheckpoint(signed, origin, logKey)).toEqual({ origin, size: 20852163n, root, cosigners: [] })
    expect(openCheckpoint(witnessed, origin, logKey)?.cosigners).toEqual([])
    expect(openCheckpoint(witnessed, origin, logKey, [witness])?.cosigners).toEqual([{ ...witness, time: 9n }])
  })

  test('does not open as another log’s, with another key, or on the word of witnesses alone', () => {
    expect(openCheckpoint(signed, 'example.com/other', logKey)).toBeNull()
    expect(openCheckpoint(signed, origin, witness.publicKey)).toBeNull()
    const byWitness = `${body}\n${cosign(body, witness.name, witnessSecret, 9)}`
    expect(openCheckpoint(byWitness, origin, logKey, [witness])).toBeNull()
  })

  test('does not open when the log signed another log’s checkpoint or something else', () => {
    const other = body.replace('behind', 'under')
    expect(openCheckpoint(signNote(other, origin, secret), origin, logKey)).toBeNull()
    expect(openCheckpoint(signNote('hello\n', origin, secret), origin, logKey)).toBeNull()
  })
})
