/** The operator's pages of a whole hub, asked without a browser and without a script: which is how they must work. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toBase64, toHex } from '#ledger/bytes.ts'
import { openKeystore } from '#node/disk/keystore.ts'
import { withoutSecrets } from '#node/operator/support.ts'
import type { HealthView, OperatorView } from '#node/operator/view.ts'
import { hub as command } from '#test/doors/command-line.ts'
import { aDirectory } from '#test/support/directories.ts'
import type { MemberClient } from '#test/support/member-client.ts'
import { aWholeHub, type WholeHub } from '#test/support/whole-hub.ts'

const NAME = '王秀英奶奶'
const WORDS = '我家在花园路三号，电话 13800001234'
const MESSAGE = '请加我微信 wangxiuying'
const ofCommandLine = { authorization: 'Bearer control' }
let town: WholeHub
let mei: MemberClient

beforeAll(async () => {
  town = await aWholeHub('chengdu', 'city', { settings: [{ name: 'http', value: '127.0.0.1:0', origin: 'default' }] })
  mei = await town.member(NAME)
})
afterAll(() => town.stop())

const page = async (path: string, init: RequestInit = {}): Promise<{ status: number; text: string; headers: Headers }> => {
  const response = await town.fetch(path, init)
  return { status: response.status, text: await response.text(), headers: response.headers }
}
const post = (path: string, headers: Record<string, string> = {}) => page(path, { method: 'POST', headers })

/** A cookie of the operator's page, as the command line's address gives it. */
async function anOperator(): Promise<Record<string, string>> {
  const { path } = JSON.parse((await post('/api/operator/invitation', ofCommandLine)).text) as { path: string }
  const entered = await page(path)
  expect([entered.status, entered.headers.get('location')]).toEqual([303, '/operator'])
  const cookie = entered.headers.get('set-cookie')!
  expect(cookie).toMatch(/^tongyi-operator-[0-9a-f]{8}=[0-9a-f]{64}; .*Path=\/operator; HttpOnly; SameSite=Strict$/)
  return { cookie: cookie.split(';')[0]! }
}

describe('how the hub runs, for anybody', () => {
  test('is a page without a script, in the language of who reads it, with a way to the others', async () => {
    const zh = await page('/health', { headers: { 'accept-language': 'zh-CN,zh;q=0.9' } })
    expect(zh.text).toMatch(/<html lang="zh-CN">[^]*href="\/health\?lang=en"[^]*还没有备份/)
    const en = await page('/health?lang=en')
    expect(en.text).toMatch(/<html lang="en">[^]*data-check="backup" data-state="waiting"[^]*there is none yet/)
    const es = await page('/health', { headers: { 'accept-language': 'es-MX,es;q=0.9,en;q=0.8' } })
    expect(es.text).toMatch(/<html lang="es">[^]*href="\/health\?lang=zh"[^]*href="\/health\?lang=en"[^]*todavía no hay ninguna/)
    for (const { text, headers } of [zh, en, es]) {
      expect(text).not.toMatch(/<script|style=|onclick/)
      expect(headers.get('content-security-policy')).toContain("script-src 'self'")
      expect(text).not.toContain(NAME)
    }
  })

  test('is the same as JSON, and says by its status whether the hub can be used', async () => {
    const health = JSON.parse((await page('/api/health')).text) as HealthView
    expect(health.checks.map(({ name }) => name)).toEqual(expect.arrayContaining(['disk', 'ledger', 'checkpoint', 'backup']))
    expect(health.state).toBe('waiting')
    expect((await page('/readyz')).status).toBe(200)
  })

  test('is told to a monitoring system of this machine, and to nobody behind a proxy', async () => {
    await page('/api/me')
    const { text, headers } = await page('/metrics')
    expect(headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
    expect(text).toMatch(/^tongyi_entries \d+$/m)
    expect(text).toMatch(/^tongyi_http_request_seconds_count\{method="GET",route="\/api\/me",status="401"\} 1$/m)
    expect(text).toMatch(/^process_resident_memory_bytes \d+$/m)
    expect((await page('/metrics', { headers: { 'x-forwarded-for': '203.0.113.7' } })).status).toBe(404)
  })
})

describe('the operator’s page', () => {
  test('opens by the command line’s address, once, and shuts again', async () => {
    const { path } = JSON.parse((await post('/api/operator/invitation', ofCommandLine)).text) as { path: string }
    expect((await page(path)).status).toBe(303)
    const again = await page(path)
    expect([again.status, again.headers.get('set-cookie')]).toEqual([403, null])

    const operator = await anOperator()
    expect(await page('/operator', { headers: operator })).toMatchObject({ status: 200 })
    await post('/operator/leave', operator)
    expect((await page('/operator', { headers: operator })).headers.get('location')).toBe('/health')
  })

  test('an invitation that nobody used is worth nothing after ten minutes', async () => {
    const { path } = JSON.parse((await post('/api/operator/invitation', ofCommandLine)).text) as { path: string }
    town.later(601)
    expect((await page(path)).status).toBe(403)
  })

  test('shows strangers and members nothing, and does nothing for them', async () => {
    expect((await page('/operator')).headers.get('location')).toBe('/health')
    for (const path of ['/operator/rehearsal', '/operator/support', '/api/operator/invitation']) expect((await post(path)).status).toBe(401)
    expect(await mei.get('/api/operator')).toMatchObject({ status: 401 })
    expect(await town.steward.get('/api/operator')).toMatchObject({ status: 200 })
  })

  test('has every part that an operator looks for, in each language, with the settings and where they were said', async () => {
    const operator = await anOperator()
    for (const [language, title] of [['zh', '生效的设置'], ['en', 'Settings in effect'], ['es', 'Ajustes en vigor']] as const) {
      const { text } = await page(`/operator?lang=${language}`, { headers: operator })
      for (const id of ['peers', 'checkpoint', 'plots', 'copies', 'update', 'settings', 'support', 'danger']) expect(text).toContain(`id="${id}"`)
      expect(text).toContain(title)
      expect(text).toMatch(/<td>http<\/td><td>127\.0\.0\.1:0<\/td><td>default<\/td>/)
      expect(text).not.toMatch(/<script|style=|undefined|NaN|\[object/)
      expect(text).not.toContain(NAME)
    }
  })
})

test('the support bundle says how the hub is, and holds no key, name, contact or words of anybody', async () => {
  const { body } = await town.steward.list({ title: '修水龙头：13800001234' }, WORDS)
  await mei.post(`/api/listings/${body.id}/applications`, { message: MESSAGE })
  const { status, headers } = await town.fetch('/operator/support', { method: 'POST', headers: ofCommandLine })
  expect([status, headers.get('content-type')]).toEqual([200, 'application/zip'])
  const files = unzipSync(new Uint8Array(await (await town.fetch('/operator/support', { method: 'POST', headers: ofCommandLine })).arrayBuffer()))
  expect(Object.keys(files)).toEqual(['README.txt', 'health.json', 'settings.json', 'hub.json', 'metrics.txt', 'log.jsonl'])
  const all = Object.values(files).map((bytes) => new TextDecoder().decode(bytes)).join('\n')
  expect(all).toContain('"checkpoint"')
  const keys = Object.values(await openKeystore(town.data)).flatMap(({ secret }: { secret: Uint8Array }) => [toHex(secret), toBase64(secret)])
  expect(keys.length).toBe(12)
  for (const secret of [...keys, ...keys.map((key) => key.slice(0, 16)), NAME, WORDS, MESSAGE, '13800001234', mei.acct, mei.acct.slice(0, 12), 'control']) {
    expect(all).not.toContain(secret)
  }
})

test('what looks like a key or a signature in a line of the log is cut short', () => {
  const cut = withoutSecrets(`{"error":"${'ab'.repeat(32)} and ${'Zm9v'.repeat(20)}=="}`)
  expect(cut).toBe('{"error":"abababab… and Zm9vZm9v…"}')
})

describe('copies', () => {
  test('one that is made is known, one that can be restored too, and one that cannot as well', async () => {
    const backups = aDirectory()
    const view = async (): Promise<OperatorView> => JSON.parse((await page('/api/operator', { headers: ofCommandLine })).text) as OperatorView
    const check = async (name: string): Promise<string | undefined> => {
      town.later(1)
      return (await view()).checks.find((one) => one.name === name)?.code
    }
    const to = join(backups, 'one')
    const answer = await page('/api/backup', { method: 'POST', headers: { ...ofCommandLine, 'content-type': 'application/json' }, body: JSON.stringify({ to, withKeys: false }) })
    expect(answer.text).toContain('"done"')
    expect((await view()).copies.backup).toMatchObject({ to, withKeys: false })
    expect([await check('backup'), await check('rehearsal')]).toEqual(['fresh', 'never'])

    expect(await command('restore', to, '--test', '--data', town.data)).toMatchObject({ code: 0 })
    expect(await check('rehearsal')).toBe('well')

    rmSync(join(to, 'store'), { recursive: true })
    const failed = await command('restore', to, '--test', '--data', town.data)
    expect(failed).toMatchObject({ code: 1, err: expect.stringMatching(/damaged: store\/.* is missing/) as string })
    expect(await check('rehearsal')).toBe('failed')
    const operator = await anOperator()
    expect((await page('/operator?lang=en', { headers: operator })).text).toMatch(/and it failed/)
  })

  test('what a restore test that was killed has left is cleared by the next', async () => {
    mkdirSync(join(town.data, 'rehearsal', 'journal'), { recursive: true })
    writeFileSync(join(town.data, 'rehearsal', 'journal', 'x'), 'x')
    const to = join(aDirectory(), 'two')
    await page('/api/backup', { method: 'POST', headers: { ...ofCommandLine, 'content-type': 'application/json' }, body: JSON.stringify({ to, withKeys: true }) })
    expect(await command('restore', to, '--test', '--data', town.data)).toMatchObject({ code: 0 })
  })
})
