/** Evidence at the doors: files that people bring, over HTTP and at the command line, good ones and all others. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fromBase64, toHex } from '#ledger/bytes.ts'
import { encodeCheckpoint } from '#ledger/checkpoint.ts'
import { encodeEvidence, verifyEvidence } from '#ledger/evidence/evidence.ts'
import { signNote } from '#ledger/note.ts'
import type { EvidenceView, GenesisAnswer, HubView } from '#protocol/api.ts'
import { openKeystore } from '#node/disk/keystore.ts'
import { aDirectory } from '#test/support/directories.ts'
import type { MemberClient } from '#test/support/member-client.ts'
import { aWholeHub, type WholeHub } from '#test/support/whole-hub.ts'
import { expectNo, hub as command } from './command-line.ts'
import { untouched } from './untouched.ts'

const vectors = new URL('../vectors/evidence/', import.meta.url)
const namesIn = (part: 'valid' | 'invalid') => readdirSync(new URL(`${part}/`, vectors)).filter((name) => name.endsWith('.txt'))
const vector = (name: string): string => readFileSync(new URL(name, vectors), 'utf8')

let hub: WholeHub
let mei: MemberClient
beforeAll(async () => {
  hub = await aWholeHub('chengdu')
  mei = await hub.member('Mei')
})
afterAll(() => hub.stop())

const bring = (body: unknown, by: MemberClient = mei) => by.post('/api/evidence', body)

/** Two checkpoints that this hub's own key would never sign. */
async function againstItself(): Promise<string> {
  const { origin } = (await mei.get<HubView>('/api/hub')).body
  const genesis = fromBase64((await mei.get<GenesisAnswer>('/api/genesis')).body.genesis)!
  const { log } = await openKeystore(hub.data)
  const noteOf = (fill: number) => signNote(encodeCheckpoint({ origin, size: 2n, root: new Uint8Array(32).fill(fill) }), origin, log.secret)
  return encodeEvidence({ kind: 'E2', genesis, first: noteOf(1), second: noteOf(2) })
}

describe('over HTTP', () => {
  test.each(namesIn('invalid'))('%s is refused, and nothing is kept', async (name) => {
    await untouched(hub.data, async () => {
      const told = await bring({ text: vector(`invalid/${name}`) })
      expect(told.status === 422 || told.status === 400).toBe(true)
    })
    expect((await mei.get<EvidenceView[]>('/api/evidence')).body).toEqual([])
  })

  test('evidence against a hub that is no neighbour is refused', async () => {
    await untouched(hub.data, async () => {
      expect(await bring({ text: vector('valid/E3.txt') })).toMatchObject({ status: 422, body: { door: { code: 'no-evidence', because: 'unknown-hub' } } })
    })
  })

  test('what is no such form is refused', async () => {
    for (const body of [{}, { text: 1 }, { text: null }, { text: vector('valid/E1.txt'), more: true }, [], 'text', { text: '\ud800' }]) {
      await untouched(hub.data, async () => expect((await bring(body)).status).toBe(400))
    }
  })

  test('somebody whom nobody has met brings nothing', async () => {
    const response = await hub.fetch('/api/evidence', {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ text: vector('valid/E1.txt') }),
    })
    expect(response.status).toBe(401)
  })

  test('an id that is none, or not here, is not found', async () => {
    for (const id of ['x', '0'.repeat(64), '0'.repeat(63), '%00', '..%2f..%2fkeys%2flog']) {
      expect((await hub.fetch(`/evidence/${id}`)).status).toBe(404)
    }
  })
})

describe('at the command line', () => {
  test.each(namesIn('valid'))('%s is proved by its file alone', async (name) => {
    const file = join(aDirectory(), 'bundle.txt')
    writeFileSync(file, vector(`valid/${name}`))
    const { code, out } = await command('evidence', 'verify', file, '--json')
    const expected = JSON.parse(vector(`valid/${name.replace('.txt', '.json')}`)) as { kind: string; id: string }
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ ...expected, proved: true })
    expect((await command('audit', file)).code).toBe(0)
  })

  test('one that proves nothing ends in 1 and says why', async () => {
    for (const name of namesIn('invalid')) {
      const file = join(aDirectory(), name)
      writeFileSync(file, vector(`invalid/${name}`))
      const { code, out } = await command('evidence', 'verify', file)
      expect([name, code]).toEqual([name, 1])
      expect(out).toMatch(/proves nothing \([a-z-]+\)/)
    }
  })

  test('a file that is not there, a directory and bytes that are no text are told as what they are', async () => {
    const dir = aDirectory()
    expectNo(await command('evidence', 'verify', join(dir, 'none.txt')), 2, /there is no such file/)
    expectNo(await command('evidence', 'verify', dir), 2, /there is no such file/)
    const file = join(dir, 'bytes.txt')
    writeFileSync(file, Uint8Array.of(0xff, 0xfe))
    expect(await command('evidence', 'verify', file)).toMatchObject({ code: 1 })
    expectNo(await command('evidence', 'list', '--data', join(dir, 'nowhere')), 2, /no founded hub/)
    expectNo(await command('evidence', 'import', file, '--data', dir), 2, /no hub runs/)
  })
})

describe('against this hub itself', () => {
  test('it is kept as a file, shown to everybody, and still there after a start', async () => {
    const text = await againstItself()
    const verdict = verifyEvidence(text)
    if (!verdict.ok) throw new Error(verdict.fault)
    const { id, hubId } = verdict.offence
    expect(await bring({ text })).toMatchObject({ status: 200, body: { id, isNew: true } })
    expect(await bring({ text })).toMatchObject({ status: 200, body: { id, isNew: false } })
    await hub.restart()
    await mei.login()

    expect((await mei.get<HubView>('/api/hub')).body.accused).toEqual({ evidence: id, kind: 'E2' })
    expect((await mei.get<EvidenceView[]>('/api/evidence')).body).toMatchObject([{ id, own: true, hubId: toHex(hubId) }])
    expect(await (await hub.fetch(`/evidence/${id}`)).text()).toBe(text)
    const listed = await (await hub.fetch('/evidence')).text()
    const [, , , file] = listed.trim().split(' ')
    expect(listed.startsWith(`${id} E2 `)).toBe(true)
    expect(readFileSync(join(hub.data, 'evidence', file!), 'utf8')).toBe(text)
    const { code, out } = await command('evidence', 'list', '--data', hub.data)
    expect(code).toBe(0)
    expect(out).toContain(`${file}: PROVED`)
  })

  test('a file that somebody put among the others is worth what it proves', async () => {
    mkdirSync(join(hub.data, 'evidence'), { recursive: true })
    writeFileSync(join(hub.data, 'evidence', 'a-lie.txt'), vector('invalid/head-other-words.txt'))
    const before = (await mei.get<EvidenceView[]>('/api/evidence')).body
    await hub.restart()
    expect((await mei.get<EvidenceView[]>('/api/evidence')).body).toEqual(before)
    expect((await command('evidence', 'list', '--data', hub.data)).out).toContain('a-lie.txt: proves nothing')
  })
})
