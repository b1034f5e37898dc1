/**
 * `verify.html` in Chromium, opened from a disk: it says of each file what the command says, word for word of the JSON,
 * whoever verifies the signatures and wherever it runs.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { zipSync } from 'fflate'
import { Hono } from 'hono'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { toHex, utf8 } from '#ledger/bytes.ts'
import { encodeEvidence, verifyEvidence } from '#ledger/evidence/evidence.ts'
import { readExport } from '#ledger/audit/export.ts'
import { jsonLineOf } from '#ledger/audit/json-lines.ts'
import { publicKeyOf } from '#ledger/keys.ts'
import { proveInclusion } from '#ledger/merkle.ts'
import { policyOf } from '#ledger/policy.ts'
import { encodeProof } from '#ledger/proof.ts'
import { currentDocument } from '#ledger/state/state.ts'
import { runAudit } from '#node/audit/audit.ts'
import { securityHeaders } from '#node/page/door.ts'
import { listenHttp } from '#node/page/http-server.ts'
import { servePage } from '#node/page/static.ts'
import { writeVerifyPage } from '#node/page/verify-page.ts'
import { type Participation, signedCertificate } from '#protocol/certificate.ts'
import { didKeyOf } from '#protocol/multikey.ts'
import { openBrowser } from '#test/support/chromium.ts'
import { checkpointOf, exportOfTown } from '#test/support/exports.ts'
import { threeCities } from '#test/support/histories.ts'
import { aHubProcess } from '#test/support/hub-process.ts'
import { evidenceOfEach, twoHistories } from '#test/support/two-histories.ts'

const project = fileURLToPath(new URL('../..', import.meta.url))
const dir = mkdtempSync(join(tmpdir(), 'verify-page-'))
const file = join(dir, 'verify.html')
let browser: Browser

beforeAll(async () => {
  await writeVerifyPage(project, file, false, { info() {}, warn() {}, error() {} })
  browser = await openBrowser()
})
afterAll(async () => {
  await browser.close()
  rmSync(dir, { recursive: true, force: true })
})

const [chengdu, barcelona, tokyo] = threeCities()
const { one, other } = twoHistories()
const good = exportOfTown(chengdu, { witnesses: [barcelona, tokyo] })
const note = checkpointOf(chengdu, [barcelona, tokyo])
const proof = encodeProof({
  index: 9n, hashes: proveInclusion(chengdu.state.tree, 9, chengdu.entries.length), checkpoint: note, extra: chengdu.entries[9]!.bytes,
})
const lines = [...readExport([good])].map(jsonLineOf).join('')
const policy = policyOf(chengdu.state.hub.origin, chengdu.state.hub.logKey, currentDocument(chengdu.state.federation!))

/** The same bytes with one changed, `into` bytes behind where `part` begins. */
function changed(bytes: Uint8Array, part: Uint8Array | string, into = 0): Uint8Array {
  const copy = bytes.slice()
  const at = Buffer.from(bytes).indexOf(part)
  if (at < 0) throw new Error('there is no such part')
  copy[at + into]! ^= 1
  return copy
}

async function opened({ locale = 'en-GB', before = '', url = pathToFileURL(file).href } = {}): Promise<Page> {
  const context = await browser.newContext({ locale })
  const page = await context.newPage()
  onTestFinished(() => context.close())
  page.on('pageerror', (problem) => { throw problem })
  if (before !== '') await page.addInitScript(before)
  await page.goto(url)
  return page
}

type Json = { logs: Record<string, unknown>[]; comparisons: Record<string, unknown>[] }

/** What the page says of the files, as JSON, once it has said something of each. */
async function saidBy(page: Page, files: Record<string, Uint8Array | string>): Promise<Json> {
  const paths = Object.entries(files).map(([name, content]) => {
    writeFileSync(join(dir, name), content)
    return join(dir, name)
  })
  await page.setInputFiles('[data-test=verify-files]', paths)
  await settled(page, paths.length)
  return JSON.parse((await page.textContent('[data-test=verify-json]'))!) as Json
}

const settled = (page: Page, count: number) => page.waitForFunction((many) => {
  const states = [...document.querySelectorAll<HTMLElement>('[data-test=verify-result]')].map(({ dataset }) => dataset.state)
  return states.length === many && states.every((state) => state !== 'waiting' && state !== 'running' && state !== 'fetching')
}, count, { timeout: 60_000 })

async function saidByCommand(files: string[], compare: boolean): Promise<{ logs: Record<string, unknown>[]; comparison: unknown }> {
  let text = ''
  await runAudit(files.map((name) => join(dir, name)), { json: true, compare, out: (more) => void (text += more), progress: { write: () => true } })
  return JSON.parse(text) as { logs: Record<string, unknown>[]; comparison: unknown }
}

const without = (log: Record<string, unknown>) => {
  const { target: _, notes: __, ...rest } = log
  return rest
}

describe('the page and the command say the same', () => {
  test.for<[string, Record<string, Uint8Array | string>]>([
    ['of a good export', { 'good.cv': good }],
    ['of three cities together', { 'a.cv': good, 'b.cv': exportOfTown(barcelona), 'c.cv': exportOfTown(tokyo) }],
    ['of JSON lines', { 'good.jsonl': lines }],
    ['of JSON lines with a word changed', { 'bad.jsonl': lines.replace('"minutes":90', '"minutes":91') }],
    ['of a changed signature', { 'bad.cv': changed(good, chengdu.entries[12]!.auth[0]!.signature, 9) }],
    ['of a changed body', { 'bad.cv': changed(good, chengdu.entries[20]!.body, 30) }],
    ['of a changed link', { 'bad.cv': changed(good, chengdu.entries[30]!.prev, 3) }],
    ['of a changed header', { 'bad.cv': changed(good, chengdu.state.hub.id, 3) }],
    ['of a changed checkpoint', { 'bad.cv': changed(good, note.slice(0, 20), 60) }],
    ['of an export cut off', { 'bad.cv': good.subarray(0, 9_000) }],
    ['of an empty file', { 'empty.cv': new Uint8Array(0) }],
    ['of what is something else', { 'letter.txt': 'Dear auditor,\n' }],
    ['of a receipt and the policy it is judged by', { 'help.tlog-proof': proof, policy }],
    ['of a receipt alone', { 'help.tlog-proof': proof }],
    ['of a changed receipt', { 'help.tlog-proof': proof.replace('index 9', 'index 8'), policy }],
    ['of a checkpoint and the export it is judged by', { checkpoint: note, 'good.cv': good }],
    ['of two histories', { 'one.cv': exportOfTown(one), 'other.cv': exportOfTown(other) }],
    ['of evidence', { 'evidence.txt': encodeEvidence(evidenceOfEach({ one, other }).E4) }],
    ['of evidence with a word changed', { 'evidence.txt': encodeEvidence(evidenceOfEach({ one, other }).E1).replace('This key', 'That key') }],
  ])('%s', async ([, files]) => {
    const page = await opened()
    const said = await saidBy(page, files)
    const compare = Object.keys(files).length === 2 && said.comparisons.length === 1
    const command = await saidByCommand(Object.keys(files), compare)
    const judged = command.logs.filter(({ what }) => what !== 'policy')
    expect(said.logs.filter(({ what }) => what !== 'done').map(without)).toEqual(judged.map(without))
    if (compare) expect(said.comparisons).toEqual([command.comparison])
  })
})

test('without the browser’s Ed25519, and without a worker, the verdict is the same', async () => {
  const bad = changed(good, chengdu.entries[5]!.auth[0]!.signature, 9)
  const here = await saidBy(await opened(), { 'good.cv': good, 'bad.cv': bad })
  for (const before of [
    'Object.defineProperty(globalThis, "Worker", { value: class { constructor() { throw new Error("none here") } } })',
    'Object.defineProperty(globalThis, "Worker", { value: undefined }); Object.defineProperty(crypto, "subtle", { value: undefined })',
  ]) expect(await saidBy(await opened({ before }), { 'good.cv': good, 'bad.cv': bad })).toEqual(here)
})

test('a certificate of taking part is verified without a network: whose key signed it, for whom, and whether a word was changed', async () => {
  const part: Participation = {
    acct: 'ab'.repeat(32), name: '梅', city: '成都', origin: chengdu.state.hub.origin, since: 1_767_268_800, ts: 1_782_993_600,
    parts: [{ kind: 'help', times: 12, minutes: 1_080 }], helped: 7, size: 345, root: 'cd'.repeat(32),
  }
  const text = JSON.stringify(signedCertificate(part, chengdu.state.hub.id, chengdu.secrets.log), null, 2)
  const page = await opened()
  const { logs } = await saidBy(page, { 'certificate.json': text, 'changed.json': text.replace('18 h', '81 h') })
  expect(logs).toMatchObject([
    { what: 'credential', fault: null, issuer: didKeyOf(chengdu.state.hub.logKey), city: '成都', subject: [part.acct, '梅'] },
    { what: 'credential', fault: 'not-signed' },
  ])
  expect(await page.locator('[data-test=verify-outcome]').evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset.outcome))).toEqual(['ok', 'failed'])
})

test.for([['zh-CN', '核对'], ['en-GB', 'Check'], ['es-MX', 'Comprobar'], ['de-DE', 'Check']])('whose browser speaks %s reads it so', async ([locale, word]) => {
  const page = await opened({ locale: locale! })
  expect(await page.innerText('h1')).toContain(word)
})

test('opened from a disk it asks nobody for anything', async () => {
  const page = await opened()
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  await page.reload()
  await saidBy(page, { 'good.cv': good })
  expect(asked.filter((url) => !url.startsWith('blob:'))).toEqual([pathToFileURL(file).href])
  expect(readFileSync(file, 'utf8')).not.toMatch(/<(?:script|link)[^>]+(?:src|href)="(?!data:)/)
})

test('it names the first entry that is wrong and who signed it, in the reader’s language, and at 360 px nothing is cut off', async () => {
  const page = await opened({ locale: 'zh-CN' })
  await page.setViewportSize({ width: 360, height: 780 })
  await saidBy(page, { 'bad.cv': changed(good, chengdu.entries[12]!.auth[0]!.signature, 9) })
  const offence = page.locator('[data-test=verify-offence]')
  expect(await offence.getAttribute('data-seq')).toBe('12')
  expect(await offence.innerText()).toContain('第 12 条记录')
  expect(await offence.innerText()).toContain(chengdu.entries[12]!.action.acct)
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
  await page.click('[data-test=verify-language]')
  expect(await offence.innerText()).toContain('Entry 12')
  expect(await offence.innerText()).toContain('it was changed, or signed by somebody else')
  await page.locator('[data-test=verify-language][lang=es]').click()
  expect(await offence.innerText()).toContain('Anotación 12')
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
  expect(await page.getAttribute('html', 'lang')).toBe('es')
})

test('what “save all proofs” made is checked as it is, each proof by the policy in it; a zip that is none is only not recognised', async () => {
  const files = { 'a-9.tlog-proof': utf8(proof), 'a.policy': utf8(policy) }
  const said = await saidOf(await opened(), 'proofs.zip', zipSync(files), 2)
  expect(said.logs.map(({ target }) => target)).toEqual(['a-9.tlog-proof', 'a.policy'])
  expect(said.logs[0]).toMatchObject({ what: 'proof', outcome: 'ok' })

  const page = await opened()
  const cut = await saidOf(page, 'cut.zip', zipSync(files).subarray(0, 300), 1)
  expect(cut.logs.map(({ target }) => target)).toEqual(['cut.zip'])
  expect(await page.innerText('[data-test=verify-outcome]')).toBe('This file is not recognised')
})

async function saidOf(page: Page, name: string, bytes: Uint8Array, results: number): Promise<Json> {
  writeFileSync(join(dir, name), bytes)
  await page.setInputFiles('[data-test=verify-files]', join(dir, name))
  await settled(page, results)
  return JSON.parse((await page.textContent('[data-test=verify-json]'))!) as Json
}

test('the page is not written over a file unless it is told to', async () => {
  await expect(writeVerifyPage(project, file, false, { info() {}, warn() {}, error() {} })).rejects.toMatchObject({ code: 'file-exists' })
})

test('the evidence of a fork can be saved, and convicts', async () => {
  const page = await opened()
  await saidBy(page, { 'one.cv': exportOfTown(one), 'other.cv': exportOfTown(other) })
  expect(await page.locator('[data-test=verify-comparison]').getAttribute('data-answer')).toBe('forked')
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('[data-test=save-evidence]')])
  expect(verifyEvidence(readFileSync(await download.path(), 'utf8')).ok).toBe(true)
})

test('served by a hub it stands under a policy of its own, and checks there too', async () => {
  writeFileSync(join(dir, 'index.html'), '<!doctype html><title>the page</title>')
  const hub = new Hono().use(securityHeaders).get('*', servePage(dir))
  const server = await listenHttp({ host: '127.0.0.1', port: 0 }, (request) => hub.fetch(request))
  onTestFinished(() => server.close())
  const policies = await Promise.all(['/', '/verify.html'].map(async (path) =>
    (await fetch(`${server.url}${path}`)).headers.get('content-security-policy')!))
  expect(policies[0]).toContain("script-src 'self'")
  expect(policies[1]).toMatch(/^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; .*; frame-ancestors 'none'$/)
  const page = await opened({ url: `${server.url}/verify.html` })
  expect((await saidBy(page, { 'good.cv': good })).logs).toMatchObject([{ entries: chengdu.entries.length, offence: null }])
})

test('from a disk it fetches from a running hub, whose own page links to the same file', async () => {
  const data = mkdtempSync(join(tmpdir(), 'verify-page-hub-'))
  const hub = await aHubProcess(data)
  onTestFinished(async () => {
    await hub.stop()
    rmSync(data, { recursive: true, force: true })
  })
  await hub.command('init', '--name', 'lisbon', '--city', 'Lisbon', '--steward-key', toHex(publicKeyOf(new Uint8Array(32).fill(7))))
  await hub.start()
  await until(async () => (await fetch(`${hub.url}/checkpoint`)).ok)
  expect(await (await fetch(`${hub.url}/verify.html`)).text()).toBe(readFileSync(file, 'utf8'))

  const page = await opened()
  await page.locator('details:has([data-test=verify-address]) summary').click()
  await page.fill('[data-test=verify-address]', hub.url)
  await page.click('[data-test=verify-address-go]')
  await settled(page, 1)
  const { logs: [log] } = JSON.parse((await page.textContent('[data-test=verify-json]'))!) as Json
  expect(log).toMatchObject({ what: 'log', offence: null, origin: expect.stringMatching(/^cv\.lisbon-/) as string })

  const there = await opened({ url: `${hub.url}/audit` })
  await there.click('[data-test=audit-verify]')
  await there.waitForSelector('[data-test=verify-files]', { state: 'attached' })
  expect(there.url()).toBe(`${hub.url}/verify.html`)
})

async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 60_000
  while (!(await holds())) {
    if (performance.now() > end) throw new Error('it did not come to be')
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

test('a text that is pasted is checked as the file it came from', async () => {
  const page = await opened()
  await page.locator('details:has([data-test=verify-text]) summary').click()
  await page.fill('[data-test=verify-text]', encodeEvidence(evidenceOfEach({ one, other }).E2).trimEnd())
  await page.click('[data-test=verify-text-go]')
  await settled(page, 1)
  expect(await page.locator('[data-test=verify-outcome]').getAttribute('data-outcome')).toBe('ok')
})

test('from a disk it fetches from an address that lets it, and says so where it may not', async () => {
  const server = createServer((request, response) => {
    const isOpen = request.url!.startsWith('/open/')
    response.writeHead(200, isOpen ? { 'Access-Control-Allow-Origin': '*' } : {}).end(good)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const page = await opened()
  await page.locator('details:has([data-test=verify-address]) summary').click()
  for (const path of ['open', 'shut']) {
    await page.fill('[data-test=verify-address]', `http://127.0.0.1:${(server.address() as AddressInfo).port}/${path}/`)
    await page.click('[data-test=verify-address-go]')
  }
  await settled(page, 2)
  const states = await page.locator('[data-test=verify-result]').evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset.state))
  expect(states).toEqual(['done', 'unreachable'])
})
