import { cpSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { toHex } from '#ledger/bytes.ts'
import { idOf, programId } from '#node/record/program.ts'
import { aDirectory } from '#test/support/directories.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Another checkout of what the identity is over. */
function aCheckout(): string {
  const dir = aDirectory()
  cpSync(join(root, 'ledger'), join(dir, 'ledger'), { recursive: true })
  for (const name of ['disk/places', 'disk/uint32-list', 'record/snapshot', 'record/timeline']) {
    cpSync(join(root, 'node', `${name}.ts`), join(dir, 'node', `${name}.ts`))
  }
  return dir
}

const same = toHex(programId())

test('the same sources are the same program wherever they stand', () => {
  expect(toHex(idOf(aCheckout()))).toBe(same)
})

test.each([
  ['a rule that says something else', (dir: string) => {
    const file = join(dir, 'ledger', 'rules', 'order.ts')
    writeFileSync(file, `${readFileSync(file, 'utf8')} `)
  }],
  ['how a state is laid out', (dir: string) => writeFileSync(join(dir, 'node', 'record', 'timeline.ts'), 'export {}')],
  ['a file more', (dir: string) => writeFileSync(join(dir, 'ledger', 'rules', 'new.ts'), '')],
  ['a file less', (dir: string) => rmSync(join(dir, 'ledger', 'rules', 'guest.ts'))],
  ['two files that change places', (dir: string) => {
    const [a, b] = ['award', 'digest'].map((name) => join(dir, 'ledger', 'rules', `${name}.ts`)) as [string, string]
    renameSync(a, `${a}.tmp`)
    renameSync(b, a)
    renameSync(`${a}.tmp`, b)
  }],
])('%s makes another', (_what, change) => {
  const dir = aCheckout()
  change(dir)
  expect(toHex(idOf(dir))).not.toBe(same)
})

test('what is only written about it makes no other', () => {
  const dir = aCheckout()
  writeFileSync(join(dir, 'ledger', 'README.md'), 'other words')
  expect(toHex(idOf(dir))).toBe(same)
})
