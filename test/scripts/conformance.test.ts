import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { main } from '../../scripts/conformance.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'conformance-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

function put(name: string, content: unknown): void {
  mkdirSync(dirname(join(dir, name)), { recursive: true })
  writeFileSync(join(dir, name), typeof content === 'string' ? content : JSON.stringify(content))
}

async function run(...args: string[]): Promise<{ code: number; lines: string[] }> {
  const lines: string[] = []
  const code = await main(args.length > 0 ? args : [dir], (line) => lines.push(line))
  return { code, lines }
}

// RFC 8032, section 7.1, test 2.
const pub_key = '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c'
const signature = '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00'
const row = { pub_key, message: '72', signature }

describe('the vectors that this project carries', () => {
  const vectors = fileURLToPath(new URL('../vectors', import.meta.url))
  test.each([
    ['ed25519', 'files: 2 agreed, 0 disagreed, 0 of unknown layout; 1065 vectors, 89 accepted'],
    ['merkle', 'files: 98 agreed, 0 disagreed, 0 of unknown layout; 98 vectors, 6 accepted'],
  ])('those of others, %s, all agree', async (folder, sum) => {
    const { code, lines } = await run(join(vectors, 'foreign', folder))
    expect(lines.at(-1)).toBe(sum)
    expect(code).toBe(0)
  })

  test.each(['ed25519', 'merkle'])('our own %s agree', async (folder) => {
    const { code, lines } = await run(join(vectors, folder))
    expect(lines.at(-1)).toContain('0 disagreed, 0 of unknown layout')
    expect(code).toBe(0)
  })
})

test('a valid signature that is called invalid is a disagreement, and says by whom', async () => {
  put('wrong.json', [row, { ...row, valid: false }])
  put('right.json', [{ ...row, valid: true }])
  const { code, lines } = await run()
  expect(lines).toContain('disagreed       wrong.json  2 vectors, 2 accepted')
  expect(lines).toContain('                  vector 1: invalid; sodium accepts, node:crypto accepts, portable accepts')
  expect(lines).toContain('agreed          right.json  1 vectors, 1 accepted')
  expect(code).toBe(1)
})

test('verdicts are read in both forms and layouts in all forms', async () => {
  const wrong = { ...row, message: '73' }
  put('a/plain.json', [row, { ...row, valid: true }, { ...row, result: 'valid' }, { ...wrong, result: 'invalid' }, wrong])
  put('b/upper.json', [{ ...row, signature: signature.toUpperCase(), valid: true }])
  put('c/cctv.json', [{ number: 0, key: pub_key, sig: signature, msg: 'r', flags: null },
    { number: 1, key: pub_key, sig: signature, msg: 's', flags: ['low_order_R'] }])
  const tests = [{ tcId: 1, msg: '72', sig: signature, result: 'valid' }, { tcId: 2, msg: '', sig: signature, result: 'invalid' }]
  put('d/wycheproof.json', { testGroups: [{ publicKey: { pk: pub_key }, tests }, { key: { pk: pub_key }, tests }] })
  const { code, lines } = await run()
  expect(lines.at(-1)).toBe('files: 4 agreed, 0 disagreed, 0 of unknown layout; 12 vectors, 7 accepted')
  expect(code).toBe(0)
})

const hash = Buffer.alloc(32, 7).toString('base64')
const consistency = (size1: string, size2: string, wantErr: boolean) =>
  `{"size1": ${size1}, "size2": ${size2}, "root1": "${hash}", "root2": "${hash}", "proof": null, "wantErr": ${wantErr}}`

test('sizes above 2^53 are read exactly', async () => {
  put('same.json', consistency('9007199254740993', '9007199254740993', false))
  put('off-by-one.json', consistency('9007199254740993', '9007199254740992', true))
  expect((await run()).lines.at(-1)).toContain('2 agreed, 0 disagreed')
})

test('a wrong verdict about a tree is a disagreement', async () => {
  put('tree.json', consistency('5', '5', true))
  put('leaf.json', { leafIdx: 0, treeSize: 1, root: hash, leafHash: hash, proof: null, wantErr: true })
  const { code, lines } = await run()
  expect(lines.at(-1)).toContain('0 agreed, 2 disagreed')
  expect(code).toBe(1)
})

test('what is not understood is said, and is no agreement', async () => {
  put('other.json', { hello: 'world' })
  put('empty.json', [])
  put('broken.json', '{')
  put('half.json', [row, { pub_key }])
  put('verdict.json', [{ ...row, result: 'perhaps' }])
  put('notes.txt', 'not looked at')
  const { code, lines } = await run()
  expect(lines.filter((line) => line.startsWith('unknown layout'))).toHaveLength(5)
  expect(code).toBe(1)
})

test('unknown files beside understood ones do not spoil the result', async () => {
  put('other.json', { hello: 'world' })
  put('plain.json', [row])
  expect((await run()).code).toBe(0)
})

test('a call without a folder, or with one that is not there, says how to call', async () => {
  for (const args of [['--browser'], [join(dir, 'absent')], [dir, 'more']]) {
    const { code, lines } = await run(...args)
    expect(code).toBe(2)
    expect(lines[0]).toContain('usage')
  }
})
