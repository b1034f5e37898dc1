import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { audit } from '#ledger/audit/audit.ts'
import { concat } from '#ledger/bytes.ts'
import { kinds } from '#ledger/action.ts'
import { kindNumberOf, readExport } from '#ledger/audit/export.ts'
import { addSignature, cosign } from '#ledger/note.ts'
import { exportOf, writeExport } from '#node/audit/export.ts'
import { frameTypes } from '#node/record/frames.ts'
import { installNativeCrypto, uninstallNativeCrypto } from '#node/signatures/native-crypto.ts'
import { aDirectory } from '#test/support/directories.ts'
import { framesOf, writeTown } from '#test/support/disk-town.ts'
import { checkpointOf, exportOfTown } from '#test/support/exports.ts'
import { aMember, aRegion, aTown, bytesFor, pass, tick, type Town } from '#test/support/towns.ts'

beforeAll(() => void installNativeCrypto())
afterAll(uninstallNativeCrypto)

function aSmallTown(): Town {
  const town = aTown('chengdu')
  aMember(town, 'mei')
  pass([town], 2)
  return town
}

async function collected(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = []
  for await (const chunk of chunks) all.push(chunk)
  return concat(...all)
}

test('an export is written whole, audits clean, and is the same over HTTP as in a file', async () => {
  const [dir, town] = [aDirectory(), aSmallTown()]
  await writeTown(dir, town)
  const file = join(dir, 'chengdu.cv')
  const written = await writeExport(dir, file)
  const bytes = new Uint8Array(readFileSync(file))
  expect(written).toEqual({ entries: town.entries.length, bytes: bytes.length })
  expect(bytes).toEqual(exportOfTown(town))
  expect(audit(readExport([bytes])).offence).toBeNull()
  expect(await collected(exportOf(join(dir, 'journal')))).toEqual(bytes)
  expect(readdirSync(dir).toSorted()).toEqual(['chengdu.cv', 'journal'])
})

test('an export does not replace a file unless it is told to', async () => {
  const [dir, town] = [aDirectory(), aSmallTown()]
  await writeTown(dir, town)
  const file = join(dir, 'chengdu.cv')
  writeFileSync(file, 'something precious')
  await expect(writeExport(dir, file)).rejects.toMatchObject({ code: 'file-exists' })
  expect(readFileSync(file, 'utf8')).toBe('something precious')
  await writeExport(dir, file, { overwrite: true })
  expect(audit(readExport([new Uint8Array(readFileSync(file))])).offence).toBeNull()
})

test('an export that cannot be written leaves no half of it behind', async () => {
  const [dir, town] = [aDirectory(), aSmallTown()]
  await writeTown(dir, town)
  await expect(writeExport(dir, join(dir, 'no', 'such', 'place'))).rejects.toMatchObject({ code: 'cannot-write' })
  const broken = framesOf(town)
  const elsewhere = aDirectory()
  await writeTown(elsewhere, town, broken.slice(0, -1))
  await expect(writeExport(elsewhere, join(elsewhere, 'x.cv'))).rejects.toMatchObject({ code: 'no-checkpoint' })
  expect(existsSync(join(elsewhere, 'x.cv')) || existsSync(join(elsewhere, 'x.cv.part'))).toBe(false)
})

test('records that wait for their seal are left for the next export', async () => {
  const [dir, town] = [aDirectory(), aSmallTown()]
  const frames = framesOf(town)
  const size = town.entries.length
  tick(town, town.now + 86_400)
  await writeTown(dir, town, [...frames, { type: frameTypes.record, payload: town.entries[size]!.bytes }])
  expect(await writeExport(dir, join(dir, 'x.cv'))).toMatchObject({ entries: size })
  expect(audit(readExport([new Uint8Array(readFileSync(join(dir, 'x.cv')))]))).toMatchObject({ offence: null, entries: size })
})

test('of the newest checkpoint only the cosignatures of the federation’s own keys go into an export', async () => {
  const { towns: [chengdu, barcelona] } = aRegion(['chengdu', 'barcelona'])
  const dir = aDirectory()
  const earlier = checkpointOf(chengdu, [], 2)
  const note = checkpointOf(chengdu, [barcelona])
  const body = note.slice(0, note.indexOf('\n\n') + 1)
  const crowded = addSignature(note, cosign(body, 'witness.example', bytesFor('a stranger'), chengdu.now))!
  await writeTown(dir, chengdu, [
    ...framesOf(chengdu, earlier), { type: frameTypes.checkpoint, payload: new TextEncoder().encode(crowded) },
  ])
  await writeExport(dir, join(dir, 'x.cv'))
  const file = new Uint8Array(readFileSync(join(dir, 'x.cv')))
  expect([...readExport([file])].at(-1)).toEqual({ type: 'checkpoint', note })
  expect(audit(readExport([file])).rows.cosignatures).toEqual({ outcome: 'ok', count: 2 })
})

test('the kind of a record is known without reading the rest of it', () => {
  const { towns: [chengdu] } = aRegion(['chengdu', 'barcelona'])
  for (const { bytes, action } of chengdu.entries) {
    expect(kindNumberOf(bytes)).toBe(kinds[action.kind].number)
    for (const cut of [0, 1, 10, 40]) expect(kindNumberOf(bytes.subarray(0, cut))).toBeNull()
  }
})
