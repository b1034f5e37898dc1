/** The archive that a page hands out opens where others made theirs: in fflate, and in Python's `zipfile`, which checks every sum. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import { expect, onTestFinished, test } from 'vitest'
import { utf8 } from '#ledger/bytes.ts'
import { zipped } from '#ui/device/zip.ts'

const AT = Date.UTC(2026, 10, 30, 17, 5, 8) / 1_000
const files = {
  'README.txt': utf8('what this is\n'),
  'proofs/成都-7.tlog-proof': utf8('c2sp.org/tlog-proof@v1\n'),
  'empty': new Uint8Array(),
  'every byte': Uint8Array.from({ length: 70_000 }, (_, i) => (i * 7) & 0xff),
}

test('holds every file under its name, byte for byte', () => {
  const opened = unzipSync(zipped(files, AT))
  expect(Object.keys(opened)).toEqual(Object.keys(files))
  for (const [name, bytes] of Object.entries(files)) expect([name, Buffer.from(bytes).equals(opened[name]!)]).toEqual([name, true])
})

test('is one that another program checks and finds in order, with names and times', () => {
  const dir = mkdtempSync(join(tmpdir(), 'zip-'))
  onTestFinished(() => rmSync(dir, { recursive: true }))
  const path = join(dir, 'all.zip')
  writeFileSync(path, zipped(files, AT))
  const program = 'import json, sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\nprint(json.dumps([z.testzip(), [[i.filename, i.file_size, i.date_time] for i in z.infolist()]]))'
  const [damaged, listed] = JSON.parse(execFileSync('python3', ['-c', program, path], { encoding: 'utf8' })) as [string | null, [string, number, number[]][]]
  expect(damaged).toBe(null)
  expect(listed).toEqual(Object.entries(files).map(([name, { length }]) => [name, length, [2026, 11, 30, 17, 5, 8]]))
})

test('of nothing is an empty one', () => expect(unzipSync(zipped({}, AT))).toEqual({}))
