/** Backups: taken under load, restored, and looked at as an auditor and an operator would. */
import {
  appendFileSync, chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { concat, utf8 } from '#ledger/bytes.ts'
import { type Manifest, writeBackup } from '#node/copies/backup.ts'
import { compactStore, finishCompaction } from '#node/copies/compact.ts'
import { frameTypes } from '#node/record/frames.ts'
import { readJournal } from '#node/disk/journal.ts'
import { openLevelStore } from '#node/disk/level-store.ts'
import { RestoreError, restoreBackup } from '#node/copies/restore.ts'
import type { BackupLine } from '#node/routes/operator.ts'
import { openRunMarker } from '#node/disk/run-marker.ts'
import { type CheckName, exitCodeOf, verifiedTable, verifyDirectory } from '#node/copies/verify.ts'
import { aDirectory } from '#test/support/directories.ts'
import { bytesFor } from '#test/support/towns.ts'
import { aWholeHub, type WholeHub } from '#test/support/whole-hub.ts'

const recordsIn = (journal: string): Uint8Array[] =>
  [...readJournal(journal)].filter(({ frame }) => frame.type === frameTypes.record).map(({ frame }) => frame.payload.slice())

async function aHub(name: string): Promise<WholeHub> {
  const hub = await aWholeHub(name)
  onTestFinished(() => hub.stop())
  return hub
}

/** As the command line asks for it. */
async function backUp(hub: WholeHub, to: string, withKeys = true): Promise<Manifest> {
  const response = await hub.fetch('/api/backup', {
    method: 'POST',
    headers: { authorization: 'Bearer control', 'content-type': 'application/json' },
    body: JSON.stringify({ to, withKeys }),
  })
  const lines = (await response.text()).trim().split('\n').map((line) => JSON.parse(line) as BackupLine)
  const last = lines.at(-1)!
  if (!('done' in last)) throw new Error(JSON.stringify(last))
  return last.done
}

const outcomes = async (dir: string): Promise<Record<string, string>> =>
  Object.fromEntries((await verifyDirectory(dir)).checks.map(({ name, outcome }) => [name, outcome]))

describe('a backup', () => {
  test('taken twenty times while people act is each time a beginning of the ledger that verifies when restored', async () => {
    const hub = await aHub('chengdu')
    const mei = await hub.member('mei')
    const bo = await hub.member('bo')
    let acting = true
    let acted = 0
    const writing = (async () => {
      while (acting) {
        const day = Math.floor((await mei.get<{ now: number }>('/api/seen')).body.now / 86_400)
        const own = { helper: bo.acct, receiver: mei.acct, category: 1 as const, minutes: 30, day, note: '00'.repeat(32) }
        const told = await Promise.all(Array.from({ length: 8 }, () => bo.act('help.recorded', own)))
        expect(told.map(({ status }) => status)).toEqual(told.map(() => 200))
        acted += told.length
      }
    })()
    const parent = aDirectory()
    const backups: { dir: string; manifest: Manifest; before: number }[] = []
    for (let i = 0; i < 20; i++) {
      const before = acted
      const dir = join(parent, `backup ${i}`)
      backups.push({ dir, manifest: await backUp(hub, dir), before })
    }
    acting = false
    await writing
    expect(acted).toBeGreaterThan(20)
    const all = recordsIn(join(hub.data, 'journal'))
    for (const { dir, manifest, before } of backups) {
      expect(manifest.entries).toBeGreaterThanOrEqual(before)
      expect(await outcomes(dir)).toEqual({ manifest: 'ok', ledger: 'ok', votes: 'ok', store: 'ok', keys: 'ok' })
      const data = join(parent, 'restored')
      await restoreBackup(dir, data)
      expect(await outcomes(data)).toEqual({ ledger: 'ok', votes: 'ok', store: 'ok', keys: 'ok', mirrors: 'ok' })
      const records = recordsIn(join(data, 'journal'))
      expect(records).toHaveLength(manifest.entries)
      expect(records).toEqual(all.slice(0, records.length))
      rmSync(data, { recursive: true })
    }
    expect(backups.at(-1)!.manifest.entries).toBeGreaterThan(backups[0]!.manifest.entries)
  }, 300_000)

  test('holds no secret unless it is asked to, and never the word of the last run', async () => {
    const hub = await aHub('chengdu')
    writeFileSync(join(hub.data, 'run-word'), 'the word of the last run')
    const seeds = readdirSync(join(hub.data, 'keys')).map((name) => readFileSync(join(hub.data, 'keys', name), 'latin1').trim())
    const parent = aDirectory()
    for (const withKeys of [false, true]) {
      const dir = join(parent, String(withKeys))
      const manifest = await backUp(hub, dir, withKeys)
      expect(manifest.withKeys).toBe(withKeys)
      const bytes = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())
        .map((one) => readFileSync(join(one.parentPath, one.name), 'latin1')).join('')
      expect(seeds.map((seed) => bytes.includes(seed) || bytes.includes(Buffer.from(seed, 'hex').toString('latin1')))).toEqual(seeds.map(() => withKeys))
      expect(bytes).not.toContain('the word of the last run')
    }
    const data = join(parent, 'restored')
    await expect(restoreBackup(join(parent, 'false'), data)).rejects.toMatchObject({ code: 'keys-missing' })
    cpSync(join(hub.data, 'keys'), join(data, 'keys'), { recursive: true })
    chmodSync(join(data, 'keys'), 0o700)
    await restoreBackup(join(parent, 'false'), data)
  })

  test('is refused to whoever is not the command line, and does not replace what is there', async () => {
    const hub = await aHub('chengdu')
    const parent = aDirectory()
    const asked = (headers: Record<string, string>, body: unknown) =>
      hub.fetch('/api/backup', { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) })
    expect((await asked({}, { to: join(parent, 'x'), withKeys: true })).status).toBe(401)
    expect((await hub.steward.post('/api/backup', { to: join(parent, 'x'), withKeys: true })).status).toBe(401)
    expect((await asked({ authorization: 'Bearer control' }, { to: 'relative', withKeys: true })).status).toBe(400)
    expect(existsSync(join(parent, 'x'))).toBe(false)
    mkdirSync(join(parent, 'there'))
    await expect(backUp(hub, join(parent, 'there'))).rejects.toThrow('is there already')
    writeFileSync(join(parent, 'a file'), '')
    await expect(backUp(hub, join(parent, 'a file', 'backup'))).rejects.toThrow('could not be written')
  })

  test('restores the words with the ledger: names are there again', async () => {
    const hub = await aHub('chengdu')
    await hub.member('梅')
    const dir = join(aDirectory(), 'backup')
    await backUp(hub, dir)
    const data = join(aDirectory(), 'restored')
    await restoreBackup(dir, data)
    const store = await openLevelStore(join(data, 'level'))
    const names: string[] = []
    for await (const [, value] of store.table('blobs').entries()) names.push(Buffer.from(value).subarray(32).toString())
    await store.close()
    expect(names).toContain('梅')
  })
})

describe('restoring', () => {
  async function aBackup(): Promise<{ dir: string; hub: WholeHub }> {
    const hub = await aHub('chengdu')
    await hub.member('mei')
    const dir = join(aDirectory(), 'backup')
    await backUp(hub, dir)
    return { dir, hub }
  }

  test('names the file of a backup that is damaged, and leaves nothing behind', async () => {
    const { dir } = await aBackup()
    const { files } = JSON.parse(readFileSync(join(dir, 'manifest.json'), 'utf8')) as Manifest
    expect(files.length).toBeGreaterThanOrEqual(9)
    for (const { path, bytes } of files.filter((file) => file.bytes > 0)) {
      const file = join(dir, path)
      const sound = readFileSync(file)
      const harm: Record<string, () => void> = {
        flipped: () => writeFileSync(file, sound.map((byte, i) => (i === bytes >> 1 ? byte ^ 1 : byte))),
        shortened: () => writeFileSync(file, sound.subarray(0, -1)),
        lengthened: () => appendFileSync(file, 'x'),
        gone: () => rmSync(file),
      }
      // Every way on the ledger, one on each of the rest.
      for (const [how, harmIt] of Object.entries(harm).slice(0, path.endsWith('.seg') ? 4 : 1)) {
        harmIt()
        const data = join(aDirectory(), 'restored')
        const error: unknown = await restoreBackup(dir, data).catch((error: unknown) => error)
        expect(error, `${path} ${how}`).toBeInstanceOf(RestoreError)
        expect(error, `${path} ${how}`).toMatchObject({ code: 'damaged' })
        expect((error as Error).message).toContain(path)
        expect(readdirSync(existsSync(data) ? data : aDirectory())).toEqual([])
        writeFileSync(file, sound, { mode: 0o600 })
      }
    }
    writeFileSync(join(dir, 'journal', 'stray'), 'x')
    await expect(restoreBackup(dir, join(aDirectory(), 'y'))).rejects.toThrow('journal/stray does not belong')
  })

  test('is not satisfied with a manifest that fits: what does not audit is not restored', async () => {
    const { dir, hub } = await aBackup()
    const other = await aHub('kunming')
    const foreign = join(aDirectory(), 'foreign')
    await backUp(other, foreign)
    // The keys of another hub, with fingerprints that are right.
    const manifest = JSON.parse(readFileSync(join(dir, 'manifest.json'), 'utf8')) as Manifest
    const theirs = JSON.parse(readFileSync(join(foreign, 'manifest.json'), 'utf8')) as Manifest
    rmSync(join(dir, 'keys'), { recursive: true })
    renameSync(join(foreign, 'keys'), join(dir, 'keys'))
    manifest.files = [...manifest.files.filter(({ path }) => !path.startsWith('keys')), ...theirs.files.filter(({ path }) => path.startsWith('keys'))]
    writeFileSync(join(dir, 'manifest.json'), JSON.stringify(manifest))
    const data = join(aDirectory(), 'restored')
    await expect(restoreBackup(dir, data)).rejects.toThrow('another hub’s keys')
    expect(readdirSync(data)).toEqual([])
    expect(hub.data).not.toBe(other.data)
  })

  test('touches no directory that holds something, and takes no other directory for a backup', async () => {
    const { dir } = await aBackup()
    const data = aDirectory()
    writeFileSync(join(data, 'journal'), 'precious')
    await expect(restoreBackup(dir, data)).rejects.toMatchObject({ code: 'not-empty' })
    expect(readFileSync(join(data, 'journal'), 'utf8')).toBe('precious')
    await expect(restoreBackup(aDirectory(), join(data, 'x'))).rejects.toMatchObject({ code: 'not-a-backup' })
    await expect(restoreBackup(join(data, 'nowhere'), join(data, 'x'))).rejects.toMatchObject({ code: 'not-a-backup' })
    for (const wrong of ['{}', 'null', '{"format":2}', '{"format":1,"files":[{"path":"../x"}]}']) {
      writeFileSync(join(dir, 'manifest.json'), wrong)
      await expect(restoreBackup(dir, join(data, 'x'))).rejects.toMatchObject({ code: 'not-a-backup' })
    }
  })

  test('makes a directory that knows itself as restored, on this machine and on another', async () => {
    const { dir, hub } = await aBackup()
    let runs = 0
    const entropy = { bytes: (length: number) => bytesFor(`run ${runs++}`).slice(0, length) }
    const here = { XDG_STATE_HOME: aDirectory() }
    const id = bytesFor('the hub')
    const holds = () => 'all'
    openRunMarker(hub.data, id, true, holds, here, entropy).takeUp()
    expect(openRunMarker(hub.data, id, false, holds, here, entropy).isSame).toBe(true)
    const data = join(aDirectory(), 'restored')
    await restoreBackup(dir, data)
    for (const env of [here, { XDG_STATE_HOME: aDirectory() }]) {
      expect(openRunMarker(data, id, false, holds, env, entropy).isSame).toBe(false)
      expect(openRunMarker(data, id, false, holds, env, entropy).isSame).toBe(false)
    }
    openRunMarker(data, id, false, holds, here, entropy).takeUp()
    expect(openRunMarker(data, id, false, holds, here, entropy).isSame).toBe(true)
    // From then on the directory of before is the one that is not.
    expect(openRunMarker(hub.data, id, false, holds, here, entropy).isSame).toBe(false)
  })
})

describe('verifying', () => {
  const failing = async (dir: string): Promise<CheckName[]> =>
    (await verifyDirectory(dir)).checks.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name)

  test('says what of a directory is damaged, and changes nothing', async () => {
    const hub = await aHub('chengdu')
    await hub.member('mei')
    const backup = join(aDirectory(), 'backup')
    await backUp(hub, backup)
    const sound = join(aDirectory(), 'sound')
    await restoreBackup(backup, sound)
    const verified = await verifyDirectory(sound)
    expect(exitCodeOf(verified)).toBe(0)
    expect(verifiedTable(verified)).toContain('Everything that was checked is in order.')

    const harmed = async (path: string, harm: (bytes: Uint8Array) => Uint8Array): Promise<CheckName[]> => {
      const dir = join(aDirectory(), 'harmed')
      cpSync(sound, dir, { recursive: true })
      chmodSync(join(dir, 'keys'), 0o700)
      const file = join(dir, path)
      const bytes = harm(readFileSync(file))
      writeFileSync(file, bytes)
      const found = await failing(dir)
      expect(new Uint8Array(readFileSync(file))).toEqual(new Uint8Array(bytes))
      return found
    }
    const flip = (at: number) => (bytes: Uint8Array) => bytes.map((byte, i) => (i === (at < 0 ? bytes.length + at : at) ? byte ^ 1 : byte))
    expect(await harmed('journal/00000001.seg', flip(200))).toEqual(['ledger'])
    expect(await harmed('votes/00000001.seg', flip(20))).toEqual(['votes'])
    expect(await harmed('keys/log', flip(3))).toEqual(['keys'])
    expect(await harmed('keys/vote', () => utf8('nonsense'))).toEqual(['keys'])
    expect(exitCodeOf(await verifyDirectory(aDirectory()))).toBe(2)
  })

  test('beside a running hub looks at all but its store', async () => {
    const hub = await aHub('chengdu')
    writeFileSync(join(hub.data, 'hub.toml'), '')
    const { checks } = await verifyDirectory(hub.data)
    expect(checks.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual(['ledger ok', 'votes ok', 'store ok', 'keys ok', 'mirrors ok'])
  })
})

describe('compacting', () => {
  const text = (at: number): string => `the words of somebody, number ${at}, who wants them gone`
  const filesContaining = (dir: string, words: string): string[] =>
    readdirSync(dir).filter((name) => readFileSync(join(dir, name)).includes(words))

  test('leaves no byte of what was erased in any file of the store, and everything else', async () => {
    const dir = join(aDirectory(), 'level')
    const store = await openLevelStore(dir)
    const blobs = store.table('blobs')
    for (let i = 0; i < 200; i++) await blobs.put(`${i}`, concat(bytesFor(`salt ${i}`), utf8(text(i))))
    await blobs.put('7', utf8('words that replaced others'))
    for (const gone of ['3', '5']) await blobs.del(gone)
    await store.close()
    // Erased is not gone: that is why there is this command.
    expect(filesContaining(dir, text(3))).not.toEqual([])
    expect(filesContaining(dir, text(7))).not.toEqual([])

    expect(await compactStore(dir)).toEqual({ rows: 198 })
    for (const at of [3, 5, 7]) {
      expect(filesContaining(dir, text(at))).toEqual([])
      expect(readdirSync(dir).filter((name) => readFileSync(join(dir, name)).includes(Buffer.from(bytesFor(`salt ${at}`))))).toEqual([])
    }
    const again = await openLevelStore(dir)
    expect(again.table('blobs').get('3')).toBeUndefined()
    expect(again.table('blobs').get('7')).toEqual(utf8('words that replaced others'))
    expect(again.table('blobs').get('8')).toEqual(concat(bytesFor('salt 8'), utf8(text(8))))
    await again.close()
  })

  test('cut off at any step leaves a store that the next start puts right', async () => {
    const parent = aDirectory()
    const dir = join(parent, 'level')
    const store = await openLevelStore(dir)
    await store.table('blobs').put('a', utf8('kept'))
    await store.close()
    const kept = async (): Promise<void> => {
      finishCompaction(dir)
      expect(readdirSync(parent)).toEqual(['level'])
      const store = await openLevelStore(dir)
      expect(store.table('blobs').get('a')).toEqual(utf8('kept'))
      await store.close()
    }
    mkdirSync(`${dir}.new`) // while copying
    await kept()
    cpSync(dir, `${dir}.new`, { recursive: true })
    renameSync(dir, `${dir}.old`) // between the renames
    await kept()
    cpSync(dir, `${dir}.old`, { recursive: true }) // before the old one is gone
    await kept()
  })
})

test('a backup of a directory that is no hub’s is none', async () => {
  const store = await openLevelStore(join(aDirectory(), 'level'))
  await expect(writeBackup({ dataDir: aDirectory(), to: join(aDirectory(), 'x'), store, withKeys: false, now: 0 })).rejects.toMatchObject({ code: 'no-journal' })
  await store.close()
})
