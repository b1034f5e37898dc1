import { describe, expect, test } from 'vitest'
import { toBase64, utf8 } from '#ledger/bytes.ts'
import { encodeCheckpoint } from '#ledger/checkpoint.ts'
import { publicKeyOf } from '#ledger/keys.ts'
import { leafHash, proveInclusion, Tree } from '#ledger/merkle.ts'
import { addSignature, cosign, COSIGNATURE, type NoteKey, signNote } from '#ledger/note.ts'
import { encodeProof, parseProof, verifyProof } from '#ledger/proof.ts'

const secret = new Uint8Array(32).fill(1)
const witnessSecret = new Uint8Array(32).fill(2)
const logKey = publicKeyOf(secret)
const witness: NoteKey = { name: 'w.example', type: COSIGNATURE, publicKey: publicKeyOf(witnessSecret) }
const origin = 'cv.chengdu-5f3a91c0/log'

const leaves = Array.from({ length: 11 }, (_, i) => leafHash(utf8(`record ${i}`)))
const tree = new Tree()
for (const leaf of leaves) tree.append(leaf)
const body = encodeCheckpoint({ origin, size: 11n, root: tree.root() })
const checkpoint = addSignature(signNote(body, origin, secret), cosign(body, witness.name, witnessSecret, 77))!
const hashes = proveInclusion(tree, 6, 11)
const text = encodeProof({ index: 6n, hashes, checkpoint })

test('a proof has the published form', () => {
  expect(text).toBe(`c2sp.org/tlog-proof@v1\nindex 6\n${hashes.map(toBase64).join('\n')}\n\n${checkpoint}`)
  expect(encodeProof({ index: 0n, hashes: [], checkpoint, extra: utf8('hi') }))
    .toBe(`c2sp.org/tlog-proof@v1\nextra aGk=\nindex 0\n\n${checkpoint}`)
})

test('a proof is read back as it was written', () => {
  for (const proof of [
    { index: 6n, hashes, checkpoint },
    { index: (1n << 64n) - 1n, hashes: [], checkpoint, extra: utf8('the record, perhaps') },
  ]) expect(parseProof(encodeProof(proof))).toEqual(proof)
})

test('a proof shows its leaf, and names the cosigners that were asked for', () => {
  const shown = { index: 6n, size: 11n, root: tree.root() }
  expect(verifyProof(text, leaves[6]!, origin, logKey)).toEqual({ ...shown, cosigners: [] })
  expect(verifyProof(text, leaves[6]!, origin, logKey, [witness])).toEqual({ ...shown, cosigners: [{ ...witness, time: 77n }] })
})

describe('a proof shows nothing', () => {
  test('about another leaf, another log or under another key', () => {
    expect(verifyProof(text, leaves[5]!, origin, logKey)).toBeNull()
    expect(verifyProof(text, leaves[6]!, 'cv.barcelona-8d20aa17/log', logKey)).toBeNull()
    expect(verifyProof(text, leaves[6]!, origin, witness.publicKey)).toBeNull()
  })

  test('with another index or a changed path', () => {
    expect(verifyProof(text.replace('index 6', 'index 7'), leaves[6]!, origin, logKey)).toBeNull()
    expect(verifyProof(encodeProof({ index: 6n, hashes: hashes.toReversed(), checkpoint }), leaves[6]!, origin, logKey)).toBeNull()
    expect(verifyProof(encodeProof({ index: 6n, hashes: hashes.slice(1), checkpoint }), leaves[6]!, origin, logKey)).toBeNull()
  })

  test('when the checkpoint is not signed, is altered, or a witness that was asked for did not sign it', () => {
    expect(verifyProof(encodeProof({ index: 6n, hashes, checkpoint: body }), leaves[6]!, origin, logKey)).toBeNull()
    expect(verifyProof(text.replace('\n11\n', '\n12\n'), leaves[6]!, origin, logKey)).toBeNull()
    const forged = addSignature(signNote(body, origin, secret), cosign('another\n', witness.name, witnessSecret, 77))!
    expect(verifyProof(encodeProof({ index: 6n, hashes, checkpoint: forged }), leaves[6]!, origin, logKey, [witness])).toBeNull()
  })
})

describe('a text is no proof when', () => {
  const first = toBase64(hashes[0]!)
  test.each([
    ['it is empty', ''],
    ['the header is another', text.replace('@v1', '@v2')],
    ['there is a line before the header', `\n${text}`],
    ['the index is missing', text.replace('index 6\n', '')],
    ['the index has a leading zero', text.replace('index 6', 'index 06')],
    ['the index is negative', text.replace('index 6', 'index -6')],
    ['the index is 2^64', text.replace('index 6', 'index 18446744073709551616')],
    ['the index has a second space', text.replace('index 6', 'index  6')],
    ['the index comes after a hash', text.replace(`index 6\n${first}`, `${first}\nindex 6`)],
    ['the extra data come after the index', text.replace('index 6', 'index 6\nextra aGk=')],
    ['the extra data are given twice', text.replace('index 6', 'extra aGk=\nextra aGk=\nindex 6')],
    ['the extra data are not base64', text.replace('index 6', 'extra aGk\nindex 6')],
    ['a hash is cut', text.replace(first, first.slice(0, -4))],
    ['a hash has spare bits', text.replace(first, `${first.slice(0, -2)}${first.at(-2) === 'B' ? 'C' : 'B'}=`)],
    ['there are carriage returns', text.replaceAll('\n', '\r\n')],
    ['the checkpoint is missing', text.slice(0, text.indexOf('\n\n') + 2)],
    ['the blank line is missing', text.slice(0, text.indexOf('\n\n'))],
    ['there are more hashes than any tree has levels', text.replace(first, Array(65).fill(first).join('\n'))],
  ])('%s', (_, changed) => {
    expect(changed).not.toBe(text)
    expect(parseProof(changed)).toBeNull()
    expect(verifyProof(changed, leaves[6]!, origin, logKey)).toBeNull()
  })
})

test('what could not be read back is not written', () => {
  expect(() => encodeProof({ index: -1n, hashes, checkpoint })).toThrow('not a proof')
  expect(() => encodeProof({ index: 0n, hashes: [new Uint8Array(31)], checkpoint })).toThrow('not a proof')
  expect(() => encodeProof({ index: 0n, hashes, checkpoint: '' })).toThrow('not a proof')
})
