import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fromBase64, toBase64, toHex } from '#ledger/bytes.ts'
import { publicKeyOf } from '#ledger/keys.ts'
import {
  addSignature, cosign, COSIGNATURE, encodeVkey, noteKeyId, openNote, parseVkey, SIGNATURE, SIGNATURES_MAX, signNote,
  type NoteKey, withLinesOf,
} from '#ledger/note.ts'
import { installNativeCrypto, uninstallNativeCrypto } from '#node/signatures/native-crypto.ts'

beforeAll(() => installNativeCrypto())
afterAll(() => uninstallNativeCrypto())

const secretOf = (n: number) => new Uint8Array(32).fill(n)
const keyOf = (n: number, name: string, type: NoteKey['type']): NoteKey => ({ name, type, publicKey: publicKeyOf(secretOf(n)) })
const log = keyOf(1, 'cv.chengdu-5f3a91c0/log', SIGNATURE)
const witness = keyOf(2, 'cv.barcelona-8d20aa17/witness', COSIGNATURE)
const stranger = keyOf(3, 'stranger.example', SIGNATURE)
const body = 'cv.chengdu-5f3a91c0/log\n1042\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n'
const note = signNote(body, log.name, secretOf(1))
const witnessed = addSignature(note, cosign(body, witness.name, secretOf(2), 1679315147))!

test('a note of the Go checksum database’s documentation opens with its key', () => {
  const key = parseVkey('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW')!
  const text = 'If you think cryptography is the answer to your problem,\nthen you don\'t know what your problem is.\n'
  const signed = `${text}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`
  expect(openNote(signed, [key])).toEqual({ body: text, signatures: [key], unknown: [] })
  expect(openNote(signed.replace('answer', 'Answer'), [key])).toBeNull()
})

test('what a key signed opens with that key', () => {
  expect(openNote(note, [log])).toEqual({ body, signatures: [log], unknown: [] })
})

test('a cosignature carries the time it vouches for', () => {
  expect(openNote(witnessed, [witness])?.signatures).toEqual([{ ...witness, time: 1679315147n }])
  const later = witnessed.replace(/(witness )(\S+)/, (_, head: string, line: string) => {
    const bytes = fromBase64(line)!
    bytes[11]!++ // The last byte of the time.
    return head + toBase64(bytes)
  })
  expect(later).not.toBe(witnessed)
  expect(openNote(later, [witness])).toBeNull()
})

test('signatures of unknown keys are kept and passed over', () => {
  const opened = openNote(witnessed, [log])!
  expect(opened.signatures).toEqual([log])
  expect(opened.unknown.map(({ name, keyId }) => [name, toHex(keyId)]))
    .toEqual([[witness.name, toHex(noteKeyId(witness.name, COSIGNATURE, witness.publicKey))]])
})

test('a note none of whose signatures is by a given key is refused', () => {
  expect(openNote(note, [stranger])).toBeNull()
  expect(openNote(note, [])).toBeNull()
})

test('one line of a known key that does not verify refuses the note, whoever else signed', () => {
  const overAnother = cosign('another\n', witness.name, secretOf(2), 5)
  const mixed = addSignature(note, overAnother)!
  expect(openNote(mixed, [log])).not.toBeNull()
  expect(openNote(mixed, [log, witness])).toBeNull()
})

test('the same key under another name or another type is another key', () => {
  expect(openNote(note, [{ ...log, name: 'cv.chengdu-5f3a91c0/other' }])).toBeNull()
  expect(openNote(note, [{ ...log, type: COSIGNATURE }])).toBeNull()
  expect(openNote(witnessed, [{ ...witness, type: SIGNATURE }])).toBeNull()
})

test('a key that signs twice is reported once, with its first line', () => {
  const twice = addSignature(witnessed, cosign(body, witness.name, secretOf(2), 1679315999n))!
  expect(openNote(twice, [log, witness])?.signatures).toEqual([log, { ...witness, time: 1679315147n }])
  expect(openNote(witnessed, [witness, witness])?.signatures).toHaveLength(1)
})

test('a body may have blank lines, and may end in one', () => {
  for (const text of ['a\n\nb\n', 'a\n\n', '\n']) {
    expect(openNote(signNote(text, log.name, secretOf(1)), [log])?.body).toBe(text)
  }
})

const line = note.split('\n\n')[1]!
describe('a text is no note when', () => {
  test.each([
    ['it is empty', ''],
    ['it has no signature', `${body}\n`],
    ['it has no blank line', body + line],
    ['it has two blank lines before the signatures', `${body}\n${line}\n`],
    ['the last newline is missing', note.slice(0, -1)],
    ['it has a carriage return', note.replace('1042\n', '1042\r\n')],
    ['it has a tab', note.replace('1042', '10\t42')],
    ['it has a NUL', note.replace('1042', '10\u000042')],
    ['it has a lone surrogate', note.replace('1042', '\ud800')],
    ['the dash is a hyphen', note.replace('—', '-')],
    ['the dash is an en dash', note.replace('—', '–')],
    ['there are two spaces', note.replace('— ', '—  ')],
    ['there is a word too many', note.replace(/\n$/, ' more\n')],
    ['the name is empty', note.replace(`— ${log.name}`, '— ')],
    ['the name has a plus', note.replace(`— ${log.name}`, '— a+b')],
    ['the name has a no-break space', note.replace(`— ${log.name}`, '— a\u00a0b')],
    ['the signature is not base64', note.replace(/=\n$/, '\n')],
    ['the signature has spare bits', note.replace(/.=\n$/, 'B=\n')],
    ['the signature is only a key id', `${body}\n— ${log.name} AAAAAA==\n`],
  ])('%s', (_, text) => {
    expect(openNote(text, [log])).toBeNull()
  })
})

test('a line after a good one is read as strictly as the first', () => {
  expect(openNote(`${note}and more\n`, [log])).toBeNull()
  expect(openNote(`${note}${line}`, [log])).not.toBeNull()
})

test('a 0x01 signature that is too long or cut is refused', () => {
  const bytes = fromBase64(line.trim().split(' ')[2]!)!
  for (const changed of [bytes.slice(0, -1), new Uint8Array([...bytes, 0])]) {
    expect(openNote(`${body}\n— ${log.name} ${toBase64(changed)}\n`, [log])).toBeNull()
  }
})

test('sixteen signatures are read and more than the limit are not', () => {
  const others = Array.from({ length: SIGNATURES_MAX }, (_, i) => `— w${i}.example ${toBase64(new Uint8Array(76))}\n`)
  expect(openNote(note + others.slice(0, SIGNATURES_MAX - 1).join(''), [log])?.unknown).toHaveLength(SIGNATURES_MAX - 1)
  expect(openNote(note + others.join(''), [log])).toBeNull()
})

describe('adding a signature', () => {
  test('keeps the note as it was and adds the line at its end', () => {
    expect(witnessed.startsWith(note)).toBe(true)
    expect(openNote(witnessed, [log, witness])?.signatures.map(({ name }) => name)).toEqual([log.name, witness.name])
  })

  test('twice changes nothing', () => {
    expect(addSignature(witnessed, cosign(body, witness.name, secretOf(2), 1679315147))).toBe(witnessed)
  })

  test.each([
    ['a line that brings a body of its own', 'cv.other/log\n7\n\n— cv.other/log AAAAAAAAAAA=\n'],
    ['a line with an empty line before it', `\n${line}`],
    ['two lines', line + line],
    ['words', 'not a signature\n'],
    ['nothing', ''],
  ])('%s is refused', (_, text) => {
    expect(addSignature(note, text)).toBeNull()
  })

  test('to what is no note is refused', () => {
    expect(addSignature(body, line)).toBeNull()
  })
})

describe('verifier keys', () => {
  test('are read back from their line', () => {
    for (const key of [log, witness, stranger]) {
      expect(parseVkey(encodeVkey(key.name, key.type, key.publicKey))).toEqual(key)
    }
  })

  const good = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
  test.each([
    ['nothing', ''], ['one part', 'PeterNeumann'], ['two parts', 'PeterNeumann+c74f20a3'],
    ['another id', good.replace('c74f', 'c74e')], ['an id in upper case', good.replace('c74f', 'C74F')],
    ['another name', good.replace('Peter', 'Petra')], ['no name', good.replace('PeterNeumann', '')],
    ['a name with a space', good.replace('rN', 'r N')], ['a short key', good.slice(0, -4)],
    ['a type nobody here reads', good.replace('+AR', '+BR')], ['a newline at the end', `${good}\n`],
  ])('with %s are refused', (_, text) => {
    expect(parseVkey(text)).toBeNull()
  })
})

test('a body or a name that cannot stand in a note is our own bug', () => {
  expect(() => signNote('no newline', log.name, secretOf(1))).toThrow('newline')
  expect(() => signNote('tab\t\n', log.name, secretOf(1))).toThrow('plain text')
  expect(() => signNote(body, 'two words', secretOf(1))).toThrow('key name')
  expect(() => cosign(body, 'a+b', secretOf(1), 1)).toThrow('key name')
  expect(() => cosign(body, 'w', secretOf(1), 1n << 63n)).toThrow('not a time')
  expect(() => cosign('no newline', 'w', secretOf(1), 1)).toThrow('newline')
  expect(() => encodeVkey('', SIGNATURE, log.publicKey)).toThrow('key name')
})

test('a note can be kept with the lines of some keys alone, each once, as far as they verify', () => {
  const overAnother = signNote(body.replace('1042', '1043'), stranger.name, secretOf(3)).split('\n\n')[1]!
  const later = cosign(body, witness.name, secretOf(2), 1679315999n)
  const crowded = [
    '\u2014 somebody AAAAAAAA\n', later, overAnother,
  ].reduce((text, more) => addSignature(text, more)!, witnessed)
  expect(withLinesOf(crowded, [log, witness, stranger])).toBe(witnessed)
  expect(withLinesOf(crowded, [log])).toBe(note)
  expect(withLinesOf(crowded, [witness, { ...witness }])).toBe(`${body}\n${witnessed.slice(note.length)}`)
  expect(withLinesOf(crowded, [stranger])).toBeNull()
  expect(withLinesOf(crowded, [])).toBeNull()
  expect(withLinesOf(body, [log])).toBeNull()
  expect(withLinesOf('', [log])).toBeNull()
})

const vectors = new URL('../vectors/note/', import.meta.url)
const files = (folder: string) => readdirSync(new URL(folder, vectors)).map((name) => name.replace('.json', ''))
function opened(folder: string, name: string) {
  const vector = JSON.parse(readFileSync(new URL(`${folder}/${name}.json`, vectors), 'utf8')) as { note: string; keys: string[]; text: string; signers: string[] }
  return { vector, note: openNote(vector.note, vector.keys.map((vkey) => parseVkey(vkey)!)) }
}

test.each(files('valid'))('%s opens, and says who signed', (name) => {
  const { vector, note } = opened('valid', name)
  expect([note?.body, note?.signatures.map((one) => one.name)]).toEqual([vector.text, vector.signers])
})

test.each(files('invalid'))('%s is refused', (name) => {
  expect(opened('invalid', name).note).toBeNull()
})
