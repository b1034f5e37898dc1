import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer as createTcpServer } from 'node:net'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { toHex } from '#ledger/bytes.ts'
import { publicKeyOf } from '#ledger/keys.ts'
import { frameTypes } from '#node/record/frames.ts'
import { openJournal, readJournal } from '#node/disk/journal.ts'
import { runHub } from '#node/run.ts'
import { systemClock, systemEntropy } from '#node/system-clock.ts'
import { startedChild } from '#test/support/child.ts'
import { aConfig } from '#test/support/config.ts'
import { aDirectory } from '#test/support/directories.ts'
import { writeTown } from '#test/support/disk-town.ts'
import { exportOfTown } from '#test/support/exports.ts'
import { aMember, aTown } from '#test/support/towns.ts'
import { quiet } from '#test/support/whole-hub.ts'
import { expectNo, hub } from './command-line.ts'

const key = toHex(publicKeyOf(new Uint8Array(32).fill(7)))
const founding = { '--name': 'chengdu', '--city': '成都', '--region': 'as', '--steward-key': key, '--steward-name': 'Mei' }
const init = (data: string, over: Record<string, string> = {}) =>
  hub('init', '--data', data, ...Object.entries({ ...founding, ...over }).flat())
const start = (data: string, ...more: string[]) =>
  hub('start', '--data', data, '--http', '127.0.0.1:0', '--p2p', '127.0.0.1:0', '--log-level', 'silent', ...more)

/** Every file of a directory with its bytes; LevelDB's own diaries and the lock say nothing of the hub. */
function filesIn(data: string): Record<string, string> {
  const names = readdirSync(data, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(journal|keys|votes)$/.test(entry.parentPath))
    .map((entry) => join(entry.parentPath, entry.name))
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(name, 'hex')]))
}

const environment = { ...process.env }
beforeAll(() => {
  for (const name of ['HUB_DATA', 'HUB_HTTP', 'HUB_P2P', 'HUB_LOG']) delete process.env[name]
})
beforeEach(() => {
  process.env['XDG_STATE_HOME'] = aDirectory()
})
afterAll(() => {
  process.env = environment
})

async function aFoundedHub(): Promise<string> {
  const data = aDirectory()
  expect((await init(data)).code).toBe(0)
  return data
}

/** Anything that answers HTTP on this machine. */
async function served(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function aTakenPort(): Promise<number> {
  const server = createTcpServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

describe('arguments', () => {
  test.each<[string[], RegExp]>([
    [['nonsense'], /unknown command 'nonsense'/], [['start', '--colour'], /unknown option '--colour'/], [['audit'], /missing required argument 'target'/],
    [['export'], /missing required argument 'file'/], [['federation', 'join'], /missing required argument 'card'/],
    [['federation', 'leave'], /unknown command 'leave'/], [['start', '--data'], /argument missing/],
    [['start', '--http', 'nonsense'], /flag --http: "nonsense" is not HOST:PORT\. Write 127\.0\.0\.1:8460/],
    [['start', '--http', '127.0.0.1:65536'], /not HOST:PORT/], [['start', '--http', '127.0.0.1:-1'], /not HOST:PORT/],
    [['start', '--http', '127.0.0.1'], /not HOST:PORT/], [['start', '--p2p', '::1:80'], /flag --p2p: .* not HOST:PORT/],
    [['start', '--p2p', 'hub.example.org:8461'], /"hub\.example\.org" is no IP address/],
    [['start', '--log-level', 'loud'], /flag --log-level: "loud" is not one of debug, info, warn, error, silent/],
    [['init', '--name', 'x'], /required option '--city <city>' not specified/],
    [['check-proof'], /missing required argument 'file'/],
  ])('%j says what it takes and begins nothing', async (args, words) => {
    const data = aDirectory()
    expectNo(await hub(...args, ...(args.length === 1 || args.at(-1) === '--data' ? [] : ['--data', data])), 2, words)
    expect(readdirSync(data)).toEqual([])
  })

  test('no argument at all shows what there is', async () => {
    const ended = await hub()
    expect(ended).toMatchObject({ code: 2, out: '', err: expect.stringMatching(/Commands:[^]*start[^]*audit/) as string })
  })

  test.each<[string, string, RegExp]>([
    ['--name', 'Cheng Du', /--name takes 1–24 of a–z, 0–9 and hyphen/], ['--name', '', /--name takes/], ['--name', '../x', /--name takes/],
    ['--city', ' ', /--city takes/], ['--city', '成'.repeat(33), /at most 96 bytes/], ['--region', 'xx', /--region is one of af, as, eu/],
    ['--preset', 'toString', /--preset is one of city, seed-literal, time-bank, gift/], ['--preset', '__proto__', /--preset is one of/],
    ['--steward-name', ' ', /--steward-name takes/], ['--steward-name', 'x'.repeat(41), /at most 40 characters/],
    ['--steward-key', 'ab', /64 hex digits of a usable Ed25519 public key/], ['--steward-key', 'f'.repeat(64), /usable/],
    ['--steward-key', `01${'0'.repeat(62)}`, /usable/], ['--steward-key', key.toUpperCase(), /64 hex digits/],
  ])('init with %s %j founds nothing', async (flag, value, words) => {
    const data = aDirectory()
    expectNo(await init(data, { [flag]: value }), 2, words)
    expect(readdirSync(data)).toEqual([])
  })

  test('init of a hub that is founded leaves it as it is', async () => {
    const data = await aFoundedHub()
    const before = filesIn(data)
    expectNo(await init(data), 2, /journal is there already: this hub is founded/)
    expectNo(await init(data, { '--name': 'other' }), 2, /this hub is founded/)
    expect(filesIn(data)).toEqual(before)
  })

  test('a data directory that is a file', async () => {
    const file = join(aDirectory(), 'file')
    writeFileSync(file, 'not a directory')
    expectNo(await start(file), 2, /cannot be opened: .*Look for free disk space and permissions/)
    expectNo(await init(file), 2, /cannot be opened/)
    expect(readFileSync(file, 'utf8')).toBe('not a directory')
  })
})

describe('hub.toml', () => {
  test.each<[string, RegExp]>([
    ['http = [', /hub\.toml:1: cannot be read as TOML: .* Mend it, or move it away to start with defaults/], ['\0', /hub\.toml:1: cannot be read/],
    ['colour = "red"', /hub\.toml:1: there is no setting "colour"\. There are http, p2p/],
    ['# mine\n\nhttp = 8460', /hub\.toml:3: http: a text in quotes is expected\. Write http = "127/],
    ['http = "8460"', /hub\.toml:1: http: "8460" is not HOST:PORT/], ['host_names = "x"', /hub\.toml:1: host_names: a list of texts is expected/],
    ['host_names = ["https://hub.example.org"]', /is no name of a host\. Write the name alone/],
    ['announce = ["hub.example.org"]', /hub\.toml:1: announce: "hub\.example\.org" is no multiaddr\. Write \/dns4/],
    ['p2p = ":0"\nlog_level = "loud"', /hub\.toml:2: log_level: "loud" is not one of debug/], ['[http]\nhost = "x"', /hub\.toml:1: http: a text in quotes/],
  ])('%j stops the start with its place and its reason', async (text, words) => {
    const data = await aFoundedHub()
    const before = filesIn(data)
    writeFileSync(join(data, 'hub.toml'), text)
    // Flags would win over the file; here it is asked.
    expectNo(await hub('start', '--data', data), 2, words)
    expectNo(await hub('status', '--data', data), 2, words)
    expect(filesIn(data)).toEqual(before)
  })

  test('one that is a directory', async () => {
    const data = await aFoundedHub()
    mkdirSync(join(data, 'hub.toml'))
    expectNo(await start(data), 2, /hub\.toml: cannot be read/)
  })
})

describe('starting', () => {
  test('where the port of the page is taken', async () => {
    const port = await aTakenPort()
    expectNo(await start(await aFoundedHub(), '--http', `127.0.0.1:${port}`), 2, /is in use\. Is this hub running already\? Else choose another port: --http 127\.0\.0\.1:0/)
  })

  test('where the port for other hubs is taken', async () => {
    const port = await aTakenPort()
    const data = await aFoundedHub()
    expectNo(await start(data, '--p2p', `127.0.0.1:${port}`), 2, /cannot listen for hubs on .*in use\. Is this hub running already\? Else choose another, for example --p2p/)
    expect(existsSync(join(data, 'control.json'))).toBe(false)
  })

  test('at an address that is not this machine’s', async () => {
    expectNo(await start(await aFoundedHub(), '--http', '192.0.2.1:0'), 2, /cannot listen on 192\.0\.2\.1:0/)
  })

  test('on a directory that another process uses', async () => {
    const data = await aFoundedHub()
    const { child } = await startedChild('lock-holder.ts', [data])
    const words = /is in use by another running hub\. Stop that one first, or give this one a directory of its own/
    expectNo(await start(data), 2, words)
    expectNo(await init(data), 2, words)
    child.kill('SIGKILL')
  })

  test.each<[string, (keys: string) => void, RegExp]>([
    ['a key that others may read', (keys) => chmodSync(join(keys, 'log'), 0o644), /keys\/log holds a secret that others on this machine may reach\. Run: chmod 600 /],
    ['a folder of keys that others may read', (keys) => chmodSync(keys, 0o755), /keys holds a secret .* Run: chmod 700 /],
    ['a key that is cut off', (keys) => writeFileSync(join(keys, 'vote'), 'abc'), /keys\/vote is not one line of a seed in 64 hex digits.*Restore it from the keys' backup/],
    ['a key of other bytes', (keys) => writeFileSync(join(keys, 'order'), Buffer.alloc(64)), /keys\/order is not one line of a seed in 64 hex digits/],
    ['a key that is gone', (keys) => rmSync(join(keys, 'libp2p')), /keys\/libp2p is missing\. Restore it from the keys' backup: with a new one this would be another hub/],
    ['a key that is empty', (keys) => writeFileSync(join(keys, 'log'), ''), /keys\/log is not one line/],
  ])('with %s', async (_, spoil, words) => {
    const data = await aFoundedHub()
    spoil(join(data, 'keys'))
    const before = filesIn(data)
    expectNo(await start(data), 2, words)
    expect(filesIn(data)).toEqual(before)
    expect(existsSync(join(data, 'control.json'))).toBe(false)
  })

  test('on a journal with a flipped bit in the middle: the entry and the file are named, and nothing is cut', async () => {
    const data = await aFoundedHub()
    rmSync(join(data, 'journal'), { recursive: true })
    const town = aTown('chengdu')
    for (const name of ['mei', 'bo', 'li']) aMember(town, name)
    await writeTown(data, town)
    const places = [...readJournal(join(data, 'journal'))].filter(({ frame }) => frame.type === frameTypes.record).map(({ at }) => at.offset)
    const segment = join(data, 'journal', '00000001.seg')
    const bytes = readFileSync(segment)
    bytes[places[4]! + 100]! ^= 1
    writeFileSync(segment, bytes)
    const before = filesIn(data)

    const words = /damaged at entry 4: .*journal\/00000001\.seg, byte \d+ .*does not match its CRC.*Nothing was changed\. Keep this directory as it is/
    expectNo(await start(data), 2, words)
    expectNo(await start(data), 2, words)
    expect(filesIn(data)).toEqual(before)
    const audited = await hub('audit', data)
    expect(audited.code).toBe(1)
    expect(audited.out).toMatch(/00000001\.seg[^]*NOT IN ORDER/)
  })

  test('on a journal whose first segment is gone, or that is another hub’s entry by entry', async () => {
    const data = await aFoundedHub()
    rmSync(join(data, 'journal', '00000001.seg'))
    expectNo(await start(data), 2, /damaged at entry 0: .*00000001\.seg.*the file is missing/)

    const other = await aFoundedHub()
    rmSync(join(other, 'journal'), { recursive: true })
    const town = aTown('chengdu')
    aMember(town, 'mei')
    const journal = await openJournal(join(other, 'journal'), town.id, () => {})
    // Every frame is sound, and the second entry is not the one that follows the first.
    const frames = [town.entries[0]!, town.entries[2]!].map(({ bytes }) => ({ type: frameTypes.record, payload: bytes }))
    await journal.append(frames)
    await journal.close()
    expectNo(await start(other), 2, /damaged at entry 1: wrong-sequence/)
  })

  test('on a journal of a newer format', async () => {
    const data = await aFoundedHub()
    const segment = join(data, 'journal', '00000001.seg')
    const bytes = readFileSync(segment)
    bytes.writeUInt32BE(2, 4)
    bytes.writeUInt32BE(crc32(bytes.subarray(0, 44)), 44)
    writeFileSync(segment, bytes)
    const before = filesIn(data)
    expectNo(await start(data), 2, /has journal format 2, this program knows 1\. Start it with the newer program that wrote it/)
    expect(filesIn(data)).toEqual(before)
  })
})

describe('audit', () => {
  const audited = async (target: string, code: number, words: RegExp): Promise<void> => {
    const ended = await hub('audit', target)
    expect(ended).toMatchObject({ code, out: expect.stringMatching(words) as string })
  }
  const exported = (): Buffer => {
    const town = aTown('chengdu')
    aMember(town, 'mei')
    return Buffer.from(exportOfTown(town))
  }

  test('of nothing, of a directory that is no hub, of what is no file', async () => {
    await audited(join(aDirectory(), 'nothing'), 2, /there is no such file or directory[^]*Nothing was read/)
    await audited(aDirectory(), 2, /holds no journal\. Give a hub’s data directory \(it has "journal" in it\) or an export file/)
    await audited('/dev/null', 2, /neither a file nor a directory/)
  })

  test.each<[string, (bytes: Buffer) => Buffer]>([
    ['is empty', () => Buffer.alloc(0)], ['is something else', () => Buffer.from('dear auditor')],
    ['breaks off', (bytes) => bytes.subarray(0, bytes.length / 2)], ['has something behind its end', (bytes) => Buffer.concat([bytes, Buffer.of(0)])],
    ['has a flipped bit', (bytes) => {
      const at = bytes.length >> 1
      bytes[at]! ^= 4
      return bytes
    }],
  ])('of an export that %s finds it out of order', async (_, spoil) => {
    const file = join(aDirectory(), 'export.cv')
    writeFileSync(file, spoil(exported()))
    await audited(file, 1, /NOT IN ORDER/)
  })

  test('of an address where there is nobody, or no hub', async () => {
    await audited('http://127.0.0.1:1', 2, /cannot be reached: .*\n[^]*Nothing was read/)
    const page = await served((_, response) => response.writeHead(404).end('no'))
    await audited(page, 2, /it answered 404: is this a hub’s address/)
    const text = await served((_, response) => response.end('<html>'))
    await audited(text, 1, /NOT IN ORDER/)
    const broken = await served((_, response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('half')
      setTimeout(() => response.destroy(), 20)
    })
    await audited(broken, 2, /cannot be reached/)
  })
})

describe('export', () => {
  test('over a file that is there, into a folder that is not, and of no hub', async () => {
    const data = aDirectory()
    const town = aTown('chengdu')
    await writeTown(data, town)
    const folder = aDirectory()
    const file = join(folder, 'export.cv')
    writeFileSync(file, 'precious')
    expectNo(await hub('export', file, '--data', data), 2, /is there already: give another name, or --overwrite to replace it/)
    expectNo(await hub('export', join(folder, 'none', 'x.cv'), '--data', data), 2, /could not be written: ENOENT/)
    expectNo(await hub('export', join(folder, 'x.cv'), '--data', aDirectory()), 2, /holds no founded hub/)
    expect([readdirSync(folder), readFileSync(file, 'utf8')]).toEqual([['export.cv'], 'precious'])
    expect((await hub('export', file, '--data', data, '--overwrite')).code).toBe(0)
  })

  test('of a ledger that is damaged, or has no checkpoint yet', async () => {
    const data = await aFoundedHub()
    const file = join(aDirectory(), 'x.cv')
    expectNo(await hub('export', file, '--data', data), 2, /no signed checkpoint yet: start the hub/)
    const segment = join(data, 'journal', '00000001.seg')
    const bytes = readFileSync(segment)
    bytes[100]! ^= 1
    writeFileSync(segment, bytes)
    expectNo(await hub('export', file, '--data', data), 2, /00000001\.seg, byte 48/)
    expect(existsSync(file)).toBe(false)
  })
})

test('a hub that was founded and never started is whole: it verifies, and its backup can be restored', async () => {
  const data = await aFoundedHub()
  expect(await hub('verify', data)).toMatchObject({ code: 0, out: expect.stringContaining('Everything that was checked is in order.') as string })
  const backup = join(aDirectory(), 'backup')
  expect((await hub('backup', backup, '--data', data, '--with-keys')).code).toBe(0)
  expect(await hub('verify', backup)).toMatchObject({ code: 0 })
  const restored = join(aDirectory(), 'restored')
  expect((await hub('restore', backup, '--data', restored)).code).toBe(0)
  expect(filesIn(restored)[join(restored, 'keys', 'log')]).toBe(filesIn(data)[join(data, 'keys', 'log')])
})

describe('compact', () => {
  test('of a hub that runs, or of none, changes nothing', async () => {
    const data = await aFoundedHub()
    const running = await runHub(aConfig(data), { clock: systemClock, entropy: systemEntropy, log: quiet })
    expectNo(await hub('compact', '--data', data), 2, /in use by another running hub/)
    await running.stop()
    expectNo(await hub('compact', '--data', aDirectory()), 2, /holds no founded hub/)
    expect(readdirSync(data).filter((name) => name.startsWith('level'))).toEqual(['level'])
  })

  test('writes the words anew, never the ledger, and the hub is whole afterwards', async () => {
    const data = await aFoundedHub()
    const before = filesIn(data)
    const { code, out } = await hub('compact', '--data', data, '--json')
    expect({ code, rows: (JSON.parse(out) as { rows: number }).rows > 0 }).toEqual({ code: 0, rows: true })
    expect(filesIn(data)).toEqual(before)
    const verified = await hub('verify', data)
    expect(verified.code).toBe(0)
    expect(verified.out).toContain('Everything that was checked is in order.')
  })
})

test('a proof cannot be checked before it is said whom to trust', async () => {
  expectNo(await hub('check-proof', 'x'), 2, /say whom you trust: --policy FILE/)
  expectNo(await hub('check-proof', 'x', '--vkey', 'y'), 2, /--vkey takes the vkey of a log/)
})

describe('asking a hub', () => {
  const commands = [['status'], ['federation', 'card'], ['federation', 'show'], ['federation', 'found'], ['federation', 'join', 'x'], ['federation', 'admit', 'x'], ['policy']]

  test('that does not run', async () => {
    const data = await aFoundedHub()
    for (const command of commands) expectNo(await hub(...command, '--data', data), 2, /no hub runs on .*; start it with npm start/)
  })

  test('that was killed, and whose note about itself is still there', async () => {
    const data = await aFoundedHub()
    writeFileSync(join(data, 'control.json'), JSON.stringify({ url: 'http://127.0.0.1:1', token: 'x' }))
    for (const command of commands) expectNo(await hub(...command, '--data', data), 2, /does not answer at http:\/\/127\.0\.0\.1:1; is it still running\?/)
    writeFileSync(join(data, 'control.json'), '{"url":')
    expectNo(await hub('status', '--data', data), 2, /no hub runs on/)
  })

  test('whose place another program has taken', async () => {
    const data = await aFoundedHub()
    const url = await served((_, response) => response.end('<html>'))
    writeFileSync(join(data, 'control.json'), JSON.stringify({ url, token: 'x' }))
    expectNo(await hub('federation', 'show', '--data', data), 2, /is no hub; is the one on/)
  })

  test('that says no: in words, and with another code', async () => {
    const data = aDirectory()
    const config = aConfig(data)
    const ports = { clock: systemClock, entropy: systemEntropy, log: quiet }
    const unfounded = await runHub(config, ports)
    expectNo(await hub('federation', 'card', '--data', data), 1, /the hub says no: this hub is not founded yet: open its page/)
    expectNo(await start(data), 2, /in use by another running hub/)
    await unfounded.stop()

    expect((await init(data)).code).toBe(0)
    const running = await runHub(config, ports)
    onTestFinished(() => running.stop())
    const card = (await hub('federation', 'card', '--data', data)).out.trim()
    for (const text of ['x', card.slice(4), '']) {
      expectNo(await hub('federation', 'join', text, '--data', data), 1, /the hub says no: that is not a hub’s card: copy the whole text/)
    }
    expectNo(await hub('federation', 'join', card, '--data', data), 1, /that is this hub’s own card/)
    const neighbour = await aFoundedHub()
    const other = await runHub({ ...config, data: neighbour }, ports)
    const theirs = (await hub('federation', 'card', '--data', neighbour)).out.trim()
    await other.stop()
    expectNo(await hub('federation', 'admit', theirs, '--data', data), 1, /in no federation yet: `federation found` begins one/)
    expectNo(await hub('federation', 'join', theirs, '--data', data), 1, /cv\.chengdu-.*\/log does not answer at the addresses in its card/)
    writeFileSync(join(data, 'control.json'), readFileSync(join(data, 'control.json'), 'utf8').replace(/"token":"../, '"token":"zz'))
    expectNo(await hub('federation', 'show', '--data', data), 1, /does not know this command line/)
    expect((await hub('status', '--data', data)).code).toBe(0)
  })
})
