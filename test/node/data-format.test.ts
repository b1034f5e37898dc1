import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DATA_FORMAT, keepFormat, requireFormat, UnknownFormat } from '#node/disk/data-format.ts'
import { runHub } from '#node/run.ts'
import { systemClock, systemEntropy } from '#node/system-clock.ts'
import { aDirectory } from '#test/support/directories.ts'
import { aListeningLog } from '#test/support/town-writer.ts'

const written = (text: string): string => {
  const dir = aDirectory()
  writeFileSync(join(dir, 'format'), text)
  return dir
}

test('a directory without a format is taken as the first, which is written once', () => {
  const dir = aDirectory()
  mkdirSync(join(dir, 'journal'))
  requireFormat(dir)
  expect(readdirSync(dir)).toEqual(['journal'])
  keepFormat(dir)
  expect(readFileSync(join(dir, 'format'), 'utf8')).toBe('tongyi-data 1\n')
  expect(statSync(join(dir, 'format')).mode & 0o777).toBe(0o600)
  keepFormat(dir)
  requireFormat(dir)
})

test('a newer one is refused by both numbers, before anything is opened or made', async () => {
  const dir = written(`tongyi-data ${DATA_FORMAT + 1}\n`)
  expect(() => requireFormat(dir)).toThrow(new RegExp(`format ${DATA_FORMAT + 1}.*knows ${DATA_FORMAT}.*newer program`))
  const config = {
    data: dir, http: { host: '127.0.0.1', port: 0 }, p2p: { host: '127.0.0.1', port: 0 }, logLevel: 'error' as const, hostNames: [], announce: [],
  }
  const running = runHub(config as never, { clock: systemClock, entropy: systemEntropy, log: aListeningLog() as never })
  await expect(running).rejects.toThrow(UnknownFormat)
  expect(readdirSync(dir)).toEqual(['format'])
})

test.each(['', 'tongyi-data 1', 'tongyi-data 1\n\n', 'tongyi-data one\n', 'tongyi-data -1\n', 'tongyi-data 01234567890\n', ' tongyi-data 1\n', 'Tongyi-data 1\n'])(
  'a format that cannot be read (%j) is damage, and is not guessed', (text) => {
    const dir = written(text)
    expect(() => requireFormat(dir)).toThrow('is damaged')
    expect(() => requireFormat(dir)).toThrow(UnknownFormat)
    keepFormat(dir)
    expect(readFileSync(join(dir, 'format'), 'utf8')).toBe(text)
  })
