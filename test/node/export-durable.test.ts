/** What an export has brought to the disk before it appears under its name. */
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type ExportFormat, writeExport } from '#node/audit/export.ts'
import { installNativeCrypto, uninstallNativeCrypto } from '#node/signatures/native-crypto.ts'
import { aDirectory } from '#test/support/directories.ts'
import { writeTown } from '#test/support/disk-town.ts'
import { threeCities } from '#test/support/histories.ts'

const disk = vi.hoisted(() => ({ opened: new Map<number, string>(), calls: [] as string[] }))
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>()
  return {
    ...fs,
    openSync(...asked: Parameters<typeof fs.openSync>) {
      const fd = fs.openSync(...asked)
      disk.opened.set(fd, String(asked[0]))
      return fd
    },
    fsyncSync(fd: number) {
      disk.calls.push(`sync ${disk.opened.get(fd)}`)
      fs.fsyncSync(fd)
    },
    renameSync(...asked: Parameters<typeof fs.renameSync>) {
      disk.calls.push(`name ${String(asked[1])}`)
      fs.renameSync(...asked)
    },
  }
})

beforeAll(() => installNativeCrypto())
afterAll(uninstallNativeCrypto)

const [chengdu] = threeCities()
const below = (dir: string): string[] => readdirSync(dir, { recursive: true }).map((name) => join(dir, String(name)))

test.each<ExportFormat>(['cbor', 'jsonl', 'csv', 'hledger', 'tlog'])('%s gets its name when every byte and name of it is durable, and then the name is', async (format) => {
  const dir = aDirectory()
  await writeTown(dir, chengdu)
  const file = join(dir, 'out')
  disk.calls.length = 0
  await writeExport(dir, file, { format })
  const named = disk.calls.indexOf(`name ${file}`)
  const all = format === 'tlog' ? ['', ...below(file).map((path) => path.slice(file.length))] : ['']
  expect(all.length).toBeGreaterThanOrEqual(format === 'tlog' ? 5 : 1)
  const before = disk.calls.slice(0, named)
  expect(all.filter((path) => !before.includes(`sync ${file}.part${path}`))).toEqual([])
  expect(disk.calls.slice(named)).toContain(`sync ${dir}`)
})

test('an older directory of tiles stands under its name until the new one is durable, and then is gone', async () => {
  const dir = aDirectory()
  await writeTown(dir, chengdu)
  const file = join(dir, 'out')
  await writeExport(dir, file, { format: 'tlog' })
  const before = readFileSync(join(file, 'checkpoint'), 'utf8')
  disk.calls.length = 0
  await writeExport(dir, file, { format: 'tlog', overwrite: true })
  expect(disk.calls.indexOf(`name ${file}.replaced`)).toBeGreaterThan(disk.calls.lastIndexOf(`sync ${file}.part`))
  expect(readFileSync(join(file, 'checkpoint'), 'utf8')).toBe(before)
  expect(readdirSync(dir).filter((name) => name.startsWith('out'))).toEqual(['out'])
  expect(existsSync(`${file}.replaced`)).toBe(false)
})

test.each([
  ['before the new one has its name', false],
  ['before the older one is gone', true],
])('after a kill %s the next export of tiles goes through, and leaves nothing else', async (_when, isNamed) => {
  const dir = aDirectory()
  await writeTown(dir, chengdu)
  const file = join(dir, 'out')
  await writeExport(dir, file, { format: 'tlog' })
  const whole = readFileSync(join(file, 'checkpoint'), 'utf8')
  cpSync(file, `${file}.replaced`, { recursive: true })
  if (!isNamed) rmSync(file, { recursive: true })
  await writeExport(dir, file, { format: 'tlog', overwrite: true })
  expect(readFileSync(join(file, 'checkpoint'), 'utf8')).toBe(whole)
  expect(readdirSync(dir).filter((name) => name.startsWith('out'))).toEqual(['out'])
})
