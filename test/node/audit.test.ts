import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { onTestFinished, expect, test } from 'vitest'
import { runAudit } from '#node/audit/audit.ts'
import { exportOf, writeExport } from '#node/audit/export.ts'
import { frameTypes } from '#node/record/frames.ts'
import { aDirectory } from '#test/support/directories.ts'
import { framesOf, writeTown } from '#test/support/disk-town.ts'
import { aMember, aRegion, aTown, pass, type Town } from '#test/support/towns.ts'

const silence = { write: () => true }

async function audited(targets: string[], json = false): Promise<{ code: number; text: string }> {
  let text = ''
  const code = await runAudit(targets, { json, out: (more) => void (text += more), progress: silence })
  return { code, text }
}

async function onDisk(town: Town): Promise<string> {
  const dir = aDirectory()
  await writeTown(dir, town)
  return dir
}

function aSmallTown(): Town {
  const town = aTown('chengdu')
  aMember(town, 'mei')
  pass([town], 2)
  return town
}

/** Serves whatever `answer` does under an address of this machine. */
async function served(answer: Parameters<typeof createServer>[1]): Promise<string> {
  const server: Server = createServer(answer!)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('a data directory, its export and the hub’s address give the same verdict', async () => {
  const dir = await onDisk(aSmallTown())
  const file = join(dir, 'x.cv')
  await writeExport(dir, file)
  const asked: string[] = []
  const address = await served((request, response) => {
    asked.push(request.url!)
    void (async () => {
      for await (const chunk of exportOf(join(dir, 'journal'))) response.write(chunk)
      response.end()
    })()
  })
  const { code, text } = await audited([dir, join(dir, 'journal'), file, `${address}/`], true)
  expect(code).toBe(0)
  expect(asked).toEqual(['/export'])
  const { ok, logs } = JSON.parse(text) as { ok: boolean; logs: { root: string; entries: number }[] }
  expect(ok).toBe(true)
  expect(new Set(logs.map(({ root, entries }) => `${entries} ${root}`)).size).toBe(1)
})

test('the table has a row for every kind of check and a column for every log', async () => {
  const { towns } = aRegion(['chengdu', 'barcelona'])
  const dirs = await Promise.all(towns.map(onDisk))
  const { code, text } = await audited(dirs)
  expect(code).toBe(0)
  const [head, ...rows] = text.split('\n')
  expect(head).toMatch(/^ +chengdu-[0-9a-f]{8} +barcelona-[0-9a-f]{8}$/)
  expect(rows.slice(0, 10).map((row) => row.split(' ')[0])).toEqual([
    'signatures', 'chain', 'tree', 'seals', 'checkpoints', 'cosignatures', 'rules', 'digests', 'balances', 'equations',
  ])
  expect(rows[9]).toMatch(/^equations +1 ok +1 ok$/)
  expect(text).toMatch(/Everything that was checked is in order\.\n$/)
})

test('an offence is named with its entry, its kind and who signed it, and the exit code is 1', async () => {
  const town = aSmallTown()
  const dir = await onDisk(town)
  const file = join(dir, 'x.cv')
  await writeExport(dir, file)
  const bytes = readFileSync(file)
  const entry = town.entries[2]!
  const at = bytes.indexOf(entry.auth[0]!.signature)
  bytes[at + 40]! ^= 1
  writeFileSync(file, bytes)
  const { code, text } = await audited([file])
  expect(code).toBe(1)
  expect(text).toContain(`OFFENCE: entry 2 (member.attested), signed by steward ${town.steward.acct}`)
  expect(text).toContain('wrong-signature')
  expect(text).toMatch(/NOT IN ORDER: 1 log of 1\.\n$/)
})

test('a journal that the disk damaged is an offence at the entry that was damaged', async () => {
  const town = aSmallTown()
  const dir = await onDisk(town)
  const segment = join(dir, 'journal', '00000001.seg')
  const bytes = readFileSync(segment)
  bytes[bytes.indexOf(town.entries[4]!.auth[0]!.signature)]! ^= 1
  writeFileSync(segment, bytes)
  const { code, text } = await audited([dir])
  expect(code).toBe(1)
  expect(text).toContain('OFFENCE: entry 4: damaged')
  expect(text).toContain('00000001.seg')
})

test('what has no seal yet is not counted and said to be so', async () => {
  const town = aSmallTown()
  const dir = aDirectory()
  const size = town.entries.length
  const frames = framesOf(town)
  pass([town], 1)
  await writeTown(dir, town, [...frames, { type: frameTypes.record, payload: town.entries[size]!.bytes }])
  const { code, text } = await audited([dir])
  expect(code).toBe(0)
  expect(text).toContain(`: ${size} entries`)
  expect(text).toContain('the last 1 have no seal yet')
})

test('what cannot be read is said with what to do, and the exit code is 2 unless another log is out of order', async () => {
  const dir = await onDisk(aSmallTown())
  const refusing = await served((_, response) => response.writeHead(404).end())
  const breaking = await served((_, response) => {
    response.write('half of')
    response.socket!.destroy()
  })
  const nowhere = join(dir, 'nowhere')
  const empty = aDirectory()
  const { code, text } = await audited([dir, nowhere, empty, refusing, breaking, 'http://127.0.0.1:1'])
  expect(code).toBe(2)
  expect(text).toContain(`${nowhere} could not be read: there is no such file or directory`)
  expect(text).toContain('Give a hub’s data directory')
  expect(text).toContain('it answered 404')
  expect(text).toContain(`${breaking} could not be read: it cannot be reached`)
  expect(text).toContain('http://127.0.0.1:1 could not be read: it cannot be reached')
  expect(text).toMatch(/5 logs of 6 could not be read; what was read is in order\.\n$/)
})

test('an empty file is an offence, not an empty log', async () => {
  const file = join(aDirectory(), 'x.cv')
  writeFileSync(file, '')
  const { code, text } = await audited([file])
  expect(code).toBe(1)
  expect(text).toContain('header, after 0 entries that are in order: missing')
})
