import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { audit } from '#ledger/audit/audit.ts'
import { toHex } from '#ledger/bytes.ts'
import { readExport } from '#ledger/audit/export.ts'
import { exportOfLines } from '#ledger/audit/json-lines.ts'
import { postedBy } from '#ledger/audit/postings.ts'
import { runAudit } from '#node/audit/audit.ts'
import { type ExportFormat, rewriteExport, writeExport } from '#node/audit/export.ts'
import { hledgerOf } from '#node/audit/export-hledger.ts'
import { frameTypes } from '#node/record/frames.ts'
import { installNativeCrypto, uninstallNativeCrypto } from '#node/signatures/native-crypto.ts'
import { aDirectory } from '#test/support/directories.ts'
import { framesOf, writeTown } from '#test/support/disk-town.ts'
import { exportOfTown } from '#test/support/exports.ts'
import { aTimeBank, threeCities } from '#test/support/histories.ts'
import { aMember, aPerson, aTown, help, pass, recorded, type Town } from '#test/support/towns.ts'

beforeAll(() => installNativeCrypto())
afterAll(uninstallNativeCrypto)

async function exported(town: Town, format: ExportFormat): Promise<string> {
  const dir = aDirectory()
  await writeTown(dir, town)
  const file = join(dir, 'out')
  const written = await writeExport(dir, file, { format })
  expect(written.entries).toBe(town.entries.length)
  expect(readdirSync(dir).toSorted()).toEqual(['journal', 'out'])
  return file
}

async function audited(file: string): Promise<{ code: number; text: string }> {
  let text = ''
  const code = await runAudit([file], { json: false, out: (more) => void (text += more), progress: { write: () => true } })
  return { code, text }
}

describe('as JSON lines', () => {
  const [chengdu] = threeCities()

  test('every entry is told by name, and the bytes come along', async () => {
    const file = await exported(chengdu, 'jsonl')
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(lines[0]).toMatchObject({ type: 'header', format: 'cv-jsonl', origin: chengdu.state.hub.origin, size: chengdu.entries.length })
    const entries = lines.filter(({ type }) => type === 'entry')
    expect(entries.map(({ leaf }) => leaf)).toEqual(chengdu.entries.map(({ leaf }) => toHex(leaf)))
    const request = entries.find(({ kind }) => kind === 'x.req')!
    expect(request).toMatchObject({
      seq: expect.any(Number), time: expect.stringMatching(/^2026-\d\d-\d\dT\d\d:\d\d:\d\dZ$/), keys: [expect.stringMatching(/^[0-9a-f]{16}$/)],
      fields: { awardMilli: '90000', awardCV: '90.000', amount: '30000', source: 1, acct: chengdu.steward.acct },
    })
    expect(lines.at(-1)).toMatchObject({ type: 'checkpoint', note: expect.stringContaining(chengdu.state.hub.origin) })
    expect(lines.find(({ type }) => type === 'seal')).toMatchObject({ first: 0, last: 2, generation: 0 })
  })

  test('and back, it is the export it was made of, byte for byte', async () => {
    const file = await exported(chengdu, 'jsonl')
    await rewriteExport(file, `${file}.cv`, { format: 'cbor' })
    expect(new Uint8Array(readFileSync(`${file}.cv`))).toEqual(exportOfTown(chengdu))
    expect((await audited(file)).code).toBe(0)
  })

  test.for([
    ['a word of an entry', (text: string) => text.replace('"awardMilli":"90000"', '"awardMilli":"90001"')],
    ['the CV beside an amount', (text: string) => text.replace('"awardCV":"90.000"', '"awardCV":"91.000"')],
    ['a time', (text: string) => text.replace(/"time":"2026-01-01T/, '"time":"2026-01-02T')],
    ['a key', (text: string) => text.replace(/"keys":\["./, '"keys":["g')],
    ['the last entry of a seal', (text: string) => text.replace('"last":2', '"last":3')],
    ['the header’s size', (text: string) => text.replace(/"size":\d+/, '"size":1')],
    ['the header’s hub', (text: string) => text.replace(/"hubId":"\w{4}/, '"hubId":"0000')],
    ['the note', (text: string) => text.replace('"note":"cv.', '"note":"cw.')],
    ['the order of two lines', (text: string) => text.replace(/(\{"type":"entry","seq":1,.*\n)(\{"type":"entry","seq":2,.*\n)/, '$2$1')],
    ['one line less', (text: string) => text.replace(/\{"type":"entry","seq":4,.*\n/, '')],
    ['a line that is no JSON', (text: string) => text.replace('{"type":"seal"', '{"type" "seal"')],
    ['a field more', (text: string) => text.replace('{"type":"seal",', '{"type":"seal","more":1,')],
    ['white space', (text: string) => text.replace('{"type":"seal",', '{"type":"seal", ')],
    ['half of it', (text: string) => text.slice(0, text.length / 2)],
  ] as const)('%s cannot be changed unnoticed', async ([, change]) => {
    const file = await exported(chengdu, 'jsonl')
    const text = readFileSync(file, 'utf8')
    expect(change(text)).not.toBe(text)
    writeFileSync(file, change(text))
    const { code, text: said } = await audited(file)
    expect(code).toBe(1)
    expect(said).toContain('OFFENCE')
  })
})

describe('as a table of postings', () => {
  const town = aTimeBank()

  test('each line is one posting, and lines add up to the books', async () => {
    const file = await exported(town, 'csv')
    const text = readFileSync(file, 'utf8')
    expect(text.endsWith('\r\n')).toBe(true)
    const [head, ...lines] = text.slice(0, -2).split('\r\n')
    expect(head).toBe('seq,time,kind,account,book,unit,base,milli')
    const rows = lines.map((line) => line.split(','))
    expect(rows.length).toBeGreaterThan(10)
    let issued = 0n
    for (const [, , , account, book, , base] of rows) if (account === 'hub' && book === 'issuance') issued += BigInt(base!)
    expect(issued).toBe(town.state.books.issuance)
  })

  test('milli is what an amount is worth on its day, the same both ways', async () => {
    const rows = readFileSync(await exported(town, 'csv'), 'utf8').split('\r\n').map((line) => line.split(','))
    const award = rows.filter(([, , kind, , book]) => kind === 'completion.confirmed' && (book === 'issuance' || book === 'domain'))
    expect(award.length).toBeGreaterThan(1)
    const [first, second] = award.slice(0, 2)
    expect([first![6], first![7]]).toEqual([`-${second![6]}`, `-${second![7]}`])
    // Forty days after the founding a base unit is worth less than a milli.
    expect(rows.some(([, , , , , , base, milli]) => base !== milli && Number(base) > 0)).toBe(true)
  })

  test('no field can be taken for a formula or break a line', async () => {
    const [chengdu, barcelona] = threeCities()
    for (const one of [chengdu, barcelona, town]) {
      const lines = readFileSync(await exported(one, 'csv'), 'utf8').split('\r\n').slice(1, -1)
      for (const field of lines.flatMap((line) => line.split(','))) expect(field).toMatch(/^-?[0-9]+$|^[0-9a-z][0-9a-zA-Z.:-]*$/)
    }
  })
})

describe('as an hledger journal', () => {
  test('members whose ids begin alike keep accounts of their own', () => {
    const town = aTown('chengdu')
    const mei = aMember(town, 'mei')
    const twin = { ...aPerson('twin'), acct: mei.acct.slice(0, 16) + aPerson('twin').acct.slice(16) }
    const joined = town.entries.find(({ action }) => action.kind === 'member.joined')!.action
    if (joined.kind !== 'member.joined') throw new Error('mei joined')
    recorded(town, { kind: 'member.joined', device: twin.device, profile: joined.profile, charter: joined.charter, invitation: null }, [twin])
    recorded(town, { kind: 'member.attested', member: twin.acct, identity: joined.profile }, [town.steward])
    help(town, mei, twin, 60)
    help(town, twin, mei, 30)
    const text = [...hledgerOf(town.entries.map(({ bytes }) => bytes))].join('')
    expect(text).toContain(`account members:${mei.acct.slice(0, 8)}:domain  ; ${mei.acct}\n`)
    expect(text).toContain(`account members:${twin.acct.slice(0, 16)}:domain  ; ${twin.acct}\n`)
  })

  test('every entry that moved something is a transaction, and the end repeats every balance', async () => {
    const town = aTimeBank()
    const text = readFileSync(await exported(town, 'hledger'), 'utf8')
    const moving: number[] = []
    const run = postedBy(town.entries.map(({ bytes }) => bytes))
    for (const { entry, postings } of run) if (postings.length > 0) moving.push(entry.seq)
    expect([...text.matchAll(/^\d{4}-\d\d-\d\d \((\d+)\) /gm)].map(([, seq]) => Number(seq))).toEqual(moving)
    const end = text.slice(text.indexOf(' what every account holds'))
    expect(end.match(/^ {4}members:/gm)!.length).toBe(4 * town.state.members.size)
    expect(end).toContain(`hub:issuance  0 CVd = ${town.state.books.issuance} CVd`)
  })
})

test('a line of JSON that does not end is read no further than any could be long', () => {
  let read = 0
  const faults: number[] = []
  function* endless(): Generator<Uint8Array, void> {
    const chunk = new Uint8Array(2 ** 16).fill(0x20)
    for (; read < 64; read++) yield chunk
    throw new Error('it was read for ever')
  }
  expect([...exportOfLines(endless(), (line) => void faults.push(line))]).toEqual([Uint8Array.of(0xff)])
  expect(faults).toEqual([1])
})

test.for(['jsonl', 'csv', 'hledger'] as const)('%s does not replace a file unless it is told to', async (format) => {
  const [dir, town] = [aDirectory(), aTown('chengdu')]
  await writeTown(dir, town)
  const file = join(dir, 'out')
  writeFileSync(file, 'something precious')
  await expect(writeExport(dir, file, { format })).rejects.toMatchObject({ code: 'file-exists' })
  expect(readFileSync(file, 'utf8')).toBe('something precious')
  await writeExport(dir, file, { format, overwrite: true })
  expect(readFileSync(file, 'utf8')).toContain(town.state.hub.origin.slice(0, format === 'csv' ? 0 : undefined))
})

test('of a log that is not in order the postings are not written, and it says so', async () => {
  const town = aTown('chengdu')
  aMember(town, 'mei')
  pass([town], 1)
  const frames = framesOf(town)
  const records = frames.filter(({ type }) => type === frameTypes.record)
  const swapped = [...frames]
  swapped[frames.indexOf(records[1]!)] = records[2]!
  const dir = aDirectory()
  await writeTown(dir, town, swapped)
  for (const format of ['csv', 'hledger'] as const) {
    await expect(writeExport(dir, join(dir, 'out'), { format })).rejects.toMatchObject({
      code: 'not-in-order', message: expect.stringContaining('the rules refuse entry 1 (wrong-sequence)'),
    })
    expect(existsSync(join(dir, 'out')) || existsSync(join(dir, 'out.part'))).toBe(false)
  }
})

test('half an export is not rewritten', async () => {
  const dir = aDirectory()
  const bytes = exportOfTown(aTown('chengdu'))
  writeFileSync(join(dir, 'half.cv'), bytes.subarray(0, bytes.length - 9))
  await expect(rewriteExport(join(dir, 'half.cv'), join(dir, 'out'), { format: 'csv' })).rejects.toMatchObject({ code: 'not-in-order' })
  writeFileSync(join(dir, 'whole.cv'), bytes)
  await rewriteExport(join(dir, 'whole.cv'), join(dir, 'again.cv'))
  expect(new Uint8Array(readFileSync(join(dir, 'again.cv')))).toEqual(bytes)
  expect(audit(readExport([new Uint8Array(readFileSync(join(dir, 'again.cv')))])).offence).toBeNull()
})
